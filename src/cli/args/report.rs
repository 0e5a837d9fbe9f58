//! Arguments of `report`.

use super::shared::{Format, ProjectArgs};
use clap::Args;
use std::path::PathBuf;

/// Write the ranking with the explanation of every ranked place
///
/// The ending of the file names the format: .md, .csv, .json or .txt. CSV and JSON hold the ranking
/// alone.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity report --out q3.md
  exacity report --out q3.json --weights research-first
  exacity report --out - --format markdown")]
pub struct Report {
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// File to write; - is standard output
    #[arg(long, value_name = "FILE", required = true)]
    pub out: PathBuf,
    /// Format, where the ending does not say
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
}
