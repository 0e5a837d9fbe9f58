//! The arguments, one file per command. Doc comments here are the help that users read.

mod audit;
mod check;
mod compare;
mod config;
mod data;
mod explain;
#[cfg(feature = "planning")]
mod forecast;
mod list;
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
mod setup;
mod shared;
#[cfg(feature = "planning")]
mod size;
mod upkeep;
#[cfg(feature = "planning")]
mod utilisation;
mod whatif;

pub use audit::Audit;
pub use check::Check;
pub use compare::Compare;
pub use config::Config;
pub use data::Data;
pub use explain::{Explain, Subject};
#[cfg(feature = "planning")]
pub use forecast::ForecastArgs;
pub use list::{List, Listed};
#[cfg(feature = "planning")]
pub use plan::PlanArgs;
pub use rank::Rank;
#[cfg(feature = "planning")]
pub use reach::{AllocateArgs, ReachArgs, RivalsArg};
#[cfg(feature = "charts")]
pub use report::PlotlyScript;
pub use report::{Language, Report};
pub use robustness::{Robustness, RobustnessView, StudyArgs};
pub use rules::{DocsFormat, Rules, RulesBench, RulesCheck, RulesDocs, RulesExplain, RulesTest};
pub use runs::{Diff, Run, Verify};
pub use score::{Merge, OnBadRow, Score};
pub use serve::Serve;
pub use setup::{Completions, Init, Man};
pub use shared::{CheckFormat, Format, OutputArgs, ProjectArgs};
#[cfg(feature = "planning")]
pub use size::{KnownArgs, SizeArgs};
pub use upkeep::{Add, Import, Stale, Todo};
#[cfg(feature = "planning")]
pub use utilisation::UtilisationArgs;
pub use whatif::Whatif;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Rank places from sourced figures, weights and strategies, and see why.
///
/// Run it in a folder that holds `exacity.toml`, or anywhere: then the built-in project is used, the
/// AI position of Chinese cities.
///
/// Exit codes: 0 done, 1 done and the answer is no, 2 could not do it.
#[derive(Debug, Parser)]
#[command(
    name = "exacity",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_long_help = "\
Examples:
  exacity rank                         the ranking of the project in this folder
  exacity explain place shanghai       where each of its points comes from
  exacity whatif --weights compute-first   who moves, and why")]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Folder of the project; else the nearest folder upwards that holds exacity.toml
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help_heading = "Global options"
    )]
    pub project: Option<PathBuf>,
    /// Threads to use; results do not depend on it
    #[arg(long, value_name = "N", global = true, help_heading = "Global options", value_parser = threads)]
    pub threads: Option<usize>,
    /// When to colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, global = true, help_heading = "Global options")]
    pub color: Colour,
    /// Show no progress bars
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_progress: bool,
    /// Say nothing but data and errors
    #[arg(
        short,
        long,
        global = true,
        help_heading = "Global options",
        conflicts_with = "verbose"
    )]
    pub quiet: bool,
    /// Show warnings in full
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("a number from 1 to 1024".to_owned()),
    }
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// On terminals, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "each command is described where its arguments are"
)]
pub enum Command {
    Init(Init),
    Check(Check),
    Rank(Rank),
    Explain(Explain),
    Compare(Compare),
    Whatif(Whatif),
    Robustness(Box<Robustness>),
    Score(Box<Score>),
    Merge(Merge),
    #[cfg(feature = "planning")]
    Forecast(ForecastArgs),
    #[cfg(feature = "planning")]
    Size(SizeArgs),
    #[cfg(feature = "planning")]
    Utilisation(UtilisationArgs),
    #[cfg(feature = "planning")]
    Reach(Box<ReachArgs>),
    #[cfg(feature = "planning")]
    Allocate(AllocateArgs),
    #[cfg(feature = "planning")]
    Plan(Box<PlanArgs>),
    #[command(subcommand)]
    Rules(Rules),
    List(List),
    #[command(subcommand)]
    Config(Config),
    #[command(subcommand)]
    Data(Data),
    Report(Box<Report>),
    Run(Run),
    Verify(Verify),
    Diff(Diff),
    Serve(Serve),
    Completions(Completions),
    Man(Man),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_at_least_three_examples() {
        fn walk(command: &clap::Command) {
            let has_parts = command.get_subcommands().next().is_some();
            let help = command.get_after_long_help().map(ToString::to_string);
            let examples = help.map_or(0, |help| help.matches("\n  exacity ").count());
            assert!(
                has_parts || examples >= 3,
                "{} has {examples}",
                command.get_name()
            );
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    #[test]
    fn a_code_and_a_subject_are_both_understood() {
        let parse = |args: &[&str]| Cli::try_parse_from(args).map(|cli| cli.command);
        assert!(matches!(
            parse(&["exacity", "explain", "E0103"]),
            Ok(Command::Explain(Explain { what: Some(code), subject: None })) if code == "E0103"
        ));
        assert!(matches!(
            parse(&["exacity", "explain", "place", "shanghai", "--weights", "x"]),
            Ok(Command::Explain(Explain {
                what: None,
                subject: Some(Subject::Place { .. })
            }))
        ));
        assert!(parse(&["exacity", "explain"]).is_err());
    }
}
