//! Arguments of `exacity utilisation`.

use super::OutputArgs;
use clap::Args;
use std::path::PathBuf;

/// Ask whether installed compute is used: over-built, stranded, idle, or not to be judged
///
/// Exit code 1 where nothing can be judged for lack of a figure of demand.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity utilisation
  exacity utilisation beijing
  exacity utilisation --file demand.toml --format json")]
pub struct UtilisationArgs {
    /// The place, by id or name; all places without it
    #[arg(value_name = "PLACE", conflicts_with = "file")]
    pub place: Option<String>,
    /// Installed compute and demand scenarios in a file, TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}
