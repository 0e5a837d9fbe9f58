//! Arguments of `check`.

use super::shared::CheckFormat;
use clap::Args;
use std::path::PathBuf;

/// Find every problem and score nothing
///
/// Reads all files, profiles, weight sets and scripts of the project, used or not. Exit code 1 if
/// there is an error, so that it can guard a merge.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity check
  exacity check --format github      annotations in a code review
  exacity check --format json        one finding per line, for editors")]
pub struct Check {
    /// Format of the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// File to write; - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Check again whenever a file changes
    #[arg(long)]
    pub watch: bool,
}
