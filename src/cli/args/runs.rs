//! Arguments of the commands about recorded runs.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Args;
use std::path::PathBuf;

/// Record a run: its ranking, and everything that it was made from
///
/// Prints the hash of the run. The same files and settings have the same hash, on any machine.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity run
  exacity run --out editions/2026-spring
  exacity run --profile hubs --weights equal")]
pub struct Run {
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Folder of the run; else runs/ with the first letters of its hash
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Replay a recorded run and tell whether it comes out as recorded
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity verify editions/2026-spring
  exacity verify runs/0f3a9c21d47b/manifest.json
  exacity verify old && exacity diff old")]
pub struct Verify {
    /// Folder of a run, or its manifest.json
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
}

/// Say what changed between two runs, and why each place moved
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity diff editions/2026-spring
  exacity diff editions/2025-autumn editions/2026-spring
  exacity diff editions/2025-autumn editions/2026-spring --out changes.md")]
pub struct Diff {
    /// Folder of the earlier run
    #[arg(value_name = "EARLIER")]
    pub earlier: PathBuf,
    /// Folder of the later run; else the project as it is now
    #[arg(value_name = "LATER")]
    pub later: Option<PathBuf>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}
