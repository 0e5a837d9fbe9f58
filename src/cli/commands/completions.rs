//! `exacity completions`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::Cli;
use crate::cli::output::Out;
use clap::CommandFactory;
use clap_complete::Shell;

pub(super) fn run(shell: Shell, out: &Out) -> Ended {
    let mut script = vec![];
    clap_complete::generate(shell, &mut Cli::command(), "exacity", &mut script);
    out.data(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
