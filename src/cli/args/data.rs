//! Arguments of `data`.

use super::audit::Audit;
use super::shared::{OutputArgs, ProjectArgs};
use super::upkeep::{Add, Import, Stale, Todo};
use clap::Subcommand;

/// Look at the data, and keep it alive
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "commands with a struct of their own are described there"
)]
pub enum Data {
    /// Count what is there, per indicator
    #[command(after_long_help = "\
Examples:
  exacity data summary
  exacity data summary --format csv
  exacity data summary --format markdown --out summary.md")]
    Summary {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show which places hold figures for which criteria
    #[command(after_long_help = "\
Examples:
  exacity data coverage
  exacity data coverage --profile provinces
  exacity data coverage --format json")]
    Coverage {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    Audit(Audit),
    Todo(Todo),
    Stale(Stale),
    Add(Box<Add>),
    Import(Box<Import>),
}
