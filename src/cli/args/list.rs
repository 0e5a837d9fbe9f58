//! Arguments of `list`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::{Args, ValueEnum};

/// List what there is
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity list places
  exacity list methods --all
  exacity list weights
  exacity list codes --format json")]
pub struct List {
    /// What to list
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Listed,
    /// With methods: also those that few people use
    #[arg(long)]
    pub all: bool,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Ways to normalise, aggregate, treat, weigh and rank
    Methods,
    /// Places of the data
    Places,
    /// Criteria, as the tree they form
    Criteria,
    /// Profiles of the project
    Profiles,
    /// Weight sets of the project
    Weights,
    /// Strategies of the project
    Strategies,
    /// Codes of errors and warnings
    Codes,
}
