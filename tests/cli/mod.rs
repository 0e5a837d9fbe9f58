//! Transcripts of commands: what is typed, what comes back, and the exit code.

#[test]
fn commands_answer_as_written() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}
