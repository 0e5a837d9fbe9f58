//! Arguments of `rank`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Args;

/// Rank the places
///
/// Prints the ranking with the score of each pillar, how many pillars rest on a measured figure, the
/// oldest figure that counts, the share of figures that are bounds, and the gap to the next place.
/// Places that fall short of what the profile requires stand below, with what is missing.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity rank
  exacity rank --weights compute-first --strategy rules/niche.rhai
  exacity rank --profile provinces --format json --out provinces.json")]
pub struct Rank {
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Places side by side per pillar, without an overall rank; short for --profile brief
    #[arg(long, conflicts_with = "profile")]
    pub brief: bool,
    /// Leave out between which ranks other weights would put each place
    #[arg(long)]
    pub no_range: bool,
    /// Rank again whenever a file changes
    #[arg(long)]
    pub watch: bool,
}
