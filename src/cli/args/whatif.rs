//! Arguments of `whatif`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Args;

/// Change settings or figures, and see who moves and why
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity whatif --weights compute-first
  exacity whatif --set weights.balanced.compute=60
  exacity whatif --strategy rules/niche.rhai --format json")]
pub struct Whatif {
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}
