//! Arguments of `exacity forecast`.

use super::OutputArgs;
use crate::model::Period;
use crate::plan::forecast::case::Goal;
use clap::Args;
use std::path::PathBuf;

/// Ask where a stock is heading, and whether targets are within reach
///
/// From the few dated figures that a place has published: a random walk with drift on the log scale, a
/// log-linear trend beside it, and growth pooled with analog places. Answers are bands, medians and
/// probabilities; figures that are not comparable are not joined, and the page lists every row that was
/// used or left out.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity forecast guizhou
  exacity forecast shanghai --target 200@2027-12-31
  exacity forecast --all
  exacity forecast --file growth.toml --format json")]
pub struct ForecastArgs {
    /// The place, by id or name
    #[arg(value_name = "PLACE", required_unless_present_any = ["all", "file"], conflicts_with_all = ["all", "file"])]
    pub place: Option<String>,
    /// Every target of every place, with its probability
    #[arg(long, conflicts_with = "file")]
    pub all: bool,
    /// A question in a file, TOML or JSON: one series, pooled places or a committed pipeline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["indicator", "target", "level", "ceiling", "analogs", "precision", "assume_precision"])]
    pub file: Option<PathBuf>,
    /// The indicator; else the one in EFLOPS with the most usable figures
    #[arg(long, value_name = "ID")]
    pub indicator: Option<String>,
    /// A target besides those of the place, as in 200@2027-12-31; a year or month counts at its end
    #[arg(long, value_name = "VALUE@DATE", value_parser = goal, conflicts_with = "all")]
    pub target: Vec<Goal>,
    /// Share of the distribution that bands cover; 0.8 if not stated
    #[arg(long, value_name = "SHARE", value_parser = level)]
    pub level: Option<f64>,
    /// A level that the stock is assumed to stay below: an assumption, never an estimate
    #[arg(long, value_name = "VALUE", value_parser = positive, conflicts_with = "all")]
    pub ceiling: Option<f64>,
    /// Places to borrow growth from; else all that have a series
    #[arg(
        long,
        value_name = "PLACE,..",
        value_delimiter = ',',
        conflicts_with = "all"
    )]
    pub analogs: Vec<String>,
    /// Use figures that state this number format, such as FP16
    #[arg(long, value_name = "FORMAT")]
    pub precision: Option<String>,
    /// The same, and take figures that state none to be in it: an assumption
    #[arg(long, value_name = "FORMAT", conflicts_with = "precision")]
    pub assume_precision: Option<String>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

pub(super) fn goal(text: &str) -> Result<Goal, String> {
    let form = "a value and a date, such as 200@2027-12-31 or 200@2027";
    let (value, date) = text.split_once('@').ok_or(form)?;
    let value: f64 = value.trim().parse().map_err(|_| form)?;
    let date = Period::parse(date.trim()).ok_or(form)?;
    if value.is_finite() {
        Ok(Goal {
            value,
            date: date.end(),
        })
    } else {
        Err(form.to_owned())
    }
}

fn level(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(level) if level > 0.0 && level < 1.0 => Ok(level),
        _ => Err("a share between 0 and 1, such as 0.8".to_owned()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("a number above zero".to_owned()),
    }
}
