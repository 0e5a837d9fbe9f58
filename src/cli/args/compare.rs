//! Arguments of `compare`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Args;

/// Put places side by side, and see what separates them
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity compare beijing shanghai
  exacity compare hangzhou shenzhen chengdu --weights research-first
  exacity compare beijing shanghai --format markdown")]
pub struct Compare {
    /// Places, by id or name; the first is compared with each of the others
    #[arg(value_name = "PLACE", required = true, num_args = 2..)]
    pub places: Vec<String>,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}
