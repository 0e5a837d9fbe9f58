//! Transcripts of commands: what is typed, what comes back, and the exit code.

mod projects;
mod runs;
mod serve;

#[test]
fn commands_answer_as_written() {
    trycmd::TestCases::new()
        .case("tests/cli/*.trycmd")
        .case("docs/forecasting.md");
}

/// The README shows real output: every command in it is run.
#[test]
fn the_readme_shows_what_commands_answer() {
    trycmd::TestCases::new().case("README.md");
}
