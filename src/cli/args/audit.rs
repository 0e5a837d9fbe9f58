//! Arguments of `data audit`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::Args;

/// Look at an index from inside: correlations, consistency, weight against influence, outliers
///
/// Statistics for whoever builds an index, with what to look at in sentences: indicators that few places
/// hold, that tell nobody apart, that pull against their siblings or say the same; branches that measure
/// several things; weights that differ from influence; columns that a few places rule. Nothing changes.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity data audit
  exacity data audit --weights compute-first --redundant 0.8
  exacity data audit --pairs --format csv --out pairs.csv")]
pub struct Audit {
    /// Index to look at, where the project has several; the first unless stated
    #[arg(long, value_name = "ID")]
    pub index: Option<String>,
    /// Correlation from which two indicators say the same
    #[arg(long, value_name = "R", default_value_t = 0.9, value_parser = correlation)]
    pub redundant: f64,
    /// Show every pair of indicators, not only those that say the same
    #[arg(long)]
    pub pairs: bool,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn correlation(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(r) if (0.0..=1.0).contains(&r) => Ok(r),
        _ => Err("a number from 0 to 1".to_owned()),
    }
}
