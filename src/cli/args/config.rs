//! Arguments of `config`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Subcommand;
use std::path::PathBuf;

/// Show the settings in force, and where they come from
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Show every setting in force with its origin
    #[command(after_long_help = "\
Examples:
  exacity config show
  exacity config show scoring
  exacity config show --overridden --profile hubs")]
    Show {
        /// Show only settings whose path starts with this
        #[arg(value_name = "PATH")]
        path: Option<String>,
        /// Show only settings that override another
        #[arg(long)]
        overridden: bool,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Print the JSON Schema of exacity.toml, for editors
    #[command(after_long_help = "\
Examples:
  exacity config schema
  exacity config schema > exacity.schema.json
  exacity config schema --out exacity.schema.json")]
    Schema {
        /// File to write; - is standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}
