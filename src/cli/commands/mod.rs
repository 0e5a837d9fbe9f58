//! One file per command.

mod check;
mod compare;
mod completions;
mod config;
mod data;
mod explain;
mod init;
mod list;
mod man;
mod rank;
mod report;
mod rules;
mod whatif;

use super::Outcome;
use super::args::{Cli, Command};
use super::failure::Failure;
use super::output::Out;

/// What every command returns.
type Ended = Result<Outcome, Failure>;

/// Runs a command.
pub(super) fn run(cli: &Cli, out: &Out) -> Ended {
    let global = &cli.global;
    match &cli.command {
        Command::Init { folder } => init::run(folder, out),
        Command::Check { format, out: file } => check::run(global, *format, file.as_deref(), out),
        Command::Rank {
            project,
            output,
            brief,
        } => rank::run(global, project, output, *brief, out),
        Command::Explain { what, subject } => {
            explain::run(global, what.as_deref(), subject.as_ref(), out)
        }
        Command::Compare {
            places,
            project,
            output,
        } => compare::run(global, places, project, output, out),
        Command::Whatif { project, output } => whatif::run(global, project, output, out),
        Command::Rules(command) => rules::run(global, command, out),
        Command::List {
            what,
            project,
            output,
        } => list::run(global, *what, project, output, out),
        Command::Config(command) => config::run(global, command, out),
        Command::Data(command) => data::run(global, command, out),
        Command::Report {
            project,
            out: file,
            format,
        } => report::run(global, project, file, *format, out),
        Command::Completions { shell } => completions::run(*shell, out),
        Command::Man { command } => man::run(command, out),
    }
}
