//! Transcripts of commands: what is typed, what comes back, and the exit code.

mod projects;
mod runs;
mod serve;

#[test]
fn commands_answer_as_written() {
    trycmd::TestCases::new()
        .case("tests/cli/*.trycmd")
        .case("docs/forecasting.md")
        .case("docs/planning.md");
}

/// The README shows real output: every command in it is run.
#[test]
fn the_readme_shows_what_commands_answer() {
    trycmd::TestCases::new().case("README.md");
}

/// A build with the feature `highs` has it, and answers.
#[test]
#[cfg(not(feature = "highs"))]
fn a_solver_that_was_left_out_is_refused_with_the_way_to_have_it() {
    let mut command = assert_cmd::Command::cargo_bin("exacity").unwrap();
    let output = command
        .args(["plan", "shanghai", "--solver", "highs"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("E0509") && told.contains("--features highs"),
        "{told}"
    );
}
