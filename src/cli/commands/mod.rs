//! One file per command.

mod check;
mod compare;
mod completions;
mod config;
mod data;
mod explain;
#[cfg(feature = "planning")]
mod forecast;
mod init;
mod list;
mod man;
mod merge;
#[cfg(feature = "planning")]
mod plan;
mod rank;
#[cfg(feature = "planning")]
mod reach;
mod report;
mod robustness;
mod rules;
mod runs;
mod score;
mod serve;
#[cfg(feature = "planning")]
mod size;
#[cfg(feature = "planning")]
mod utilisation;
mod whatif;

use super::Ended;
use super::again;
use super::args::{Cli, Command};
use super::output::Out;

/// Runs a command.
pub(super) fn run(cli: &Cli, out: &Out) -> Ended {
    let global = &cli.global;
    match &cli.command {
        Command::Init(args) => init::run(args, out),
        Command::Check(args) => {
            again::whenever(args.watch, global, out, &|| check::run(global, args, out))
        }
        Command::Rank(args) => {
            again::whenever(args.watch, global, out, &|| rank::run(global, args, out))
        }
        Command::Explain(args) => explain::run(global, args, out),
        Command::Compare(args) => compare::run(global, args, out),
        Command::Whatif(args) => whatif::run(global, args, out),
        Command::Robustness(args) => robustness::run(global, args, out),
        Command::Score(args) => score::run(global, args, out),
        Command::Merge(args) => merge::run(global, args, out),
        #[cfg(feature = "planning")]
        Command::Forecast(args) => forecast::run(global, args, out),
        #[cfg(feature = "planning")]
        Command::Size(args) => size::run(global, args, out),
        #[cfg(feature = "planning")]
        Command::Utilisation(args) => utilisation::run(global, args, out),
        #[cfg(feature = "planning")]
        Command::Reach(args) => reach::run(global, args, out),
        #[cfg(feature = "planning")]
        Command::Allocate(args) => reach::run_allocate(global, args, out),
        #[cfg(feature = "planning")]
        Command::Plan(args) => plan::run(global, args, out),
        Command::Rules(args) => rules::run(global, args, out),
        Command::List(args) => list::run(global, args, out),
        Command::Config(args) => config::run(global, args, out),
        Command::Data(args) => data::run(global, args, out),
        Command::Report(args) => report::run(global, args, out),
        Command::Run(args) => runs::run(global, args, out),
        Command::Verify(args) => runs::verify(args, out),
        Command::Diff(args) => runs::diff(global, args, out),
        Command::Serve(args) => serve::run(global, args, out),
        Command::Completions(args) => completions::run(args, out),
        Command::Man(args) => man::run(args, out),
    }
}
