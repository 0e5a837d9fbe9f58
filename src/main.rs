//! The `exacity` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    exacity::cli::main()
}
