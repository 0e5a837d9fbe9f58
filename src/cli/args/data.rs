//! Arguments of `data`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Subcommand;

/// Look at the data
#[derive(Debug, Subcommand)]
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
}
