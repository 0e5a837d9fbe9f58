//! `exacity completions`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Cli, Completions};
use crate::cli::output::Out;
use clap::CommandFactory;

pub(super) fn run(args: &Completions, out: &Out) -> Ended {
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut Cli::command(), "exacity", &mut script);
    out.data(script)?;
    Ok(Outcome::Done)
}
