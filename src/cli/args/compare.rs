//! Arguments of `compare`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Args;

/// Put places or rankings side by side, and see what separates them
///
/// With --methods, the ranks that several methods and strategies give, and how far they agree.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity compare beijing shanghai
  exacity compare hangzhou shenzhen chengdu --weights research-first
  exacity compare --methods topsis,vikor,promethee-ii
  exacity compare --methods weighted,niche,topsis --format markdown")]
pub struct Compare {
    /// Places, by id or name; the first is compared with each of the others. With --methods, the places
    /// to list
    #[arg(value_name = "PLACE", required_unless_present = "methods")]
    pub places: Vec<String>,
    /// Rankings to put side by side: ranking methods, `weighted`, and strategies of the project
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        conflicts_with_all = ["method", "strategy"]
    )]
    pub methods: Vec<String>,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}
