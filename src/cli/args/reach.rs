//! Arguments of `exacity reach` and `exacity allocate`.

use super::{OutputArgs, ProjectArgs};
use crate::model::Period;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Ask what it would take to reach a score, a rank, or a rival
///
/// Which figures would have to move, alone and together, and at what cost where a file says what they
/// cost. Exit code 1 if it is impossible.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity reach shenzhen --overtake shanghai
  exacity reach shenzhen --rank 3 --lever compute.capacity --lever subsidies.annual
  exacity reach hangzhou --score 70 --levers rules/levers/compute-and-programmes.toml
  exacity reach --file question.toml --format json")]
pub struct ReachArgs {
    /// The place, by id or name
    #[arg(
        value_name = "PLACE",
        required_unless_present = "file",
        conflicts_with = "file"
    )]
    pub place: Option<String>,
    /// A rank, 1 for the best
    #[arg(long, value_name = "N", group = "goal", requires = "place")]
    pub rank: Option<usize>,
    /// A place to be ahead of
    #[arg(long, value_name = "PLACE", group = "goal", requires = "place")]
    pub overtake: Option<String>,
    /// A score
    #[arg(long, value_name = "POINTS", group = "goal", requires = "place", value_parser = finite)]
    pub score: Option<f64>,
    /// Points by which a rival is to be passed
    #[arg(long, value_name = "POINTS", default_value_t = 0.1, value_parser = margin)]
    pub margin: f64,
    /// What rivals do meanwhile
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = RivalsArg::Forecast)]
    pub rivals: RivalsArg,
    /// Until when rivals move; else the end of the year of the project's date
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub by: Option<NaiveDate>,
    /// Costs and caps of levers, TOML; else effort in the figures' own units
    #[arg(long, value_name = "FILE")]
    pub levers: Option<PathBuf>,
    /// A criterion that may move, with a cap or none, as in compute.capacity=300; else all
    #[arg(long, value_name = "CRITERION[=CAP]", value_parser = lever)]
    pub lever: Vec<(String, Option<f64>)>,
    /// A question in a file, TOML or JSON: curves that add up, or a rule on a grid
    #[arg(long, value_name = "FILE", conflicts_with_all = ["levers", "lever", "by"])]
    pub file: Option<PathBuf>,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Spread a budget over levers, so that scores gain most
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity allocate shenzhen --budget 1bn
  exacity allocate hangzhou shenzhen --budget 800m
  exacity allocate shenzhen --budget 1bn --levers rules/levers/compute-and-programmes.toml --format csv")]
pub struct AllocateArgs {
    /// Places whose levers compete for the money, by id or name
    #[arg(value_name = "PLACE", required = true)]
    pub places: Vec<String>,
    /// The money, in yuan: 1bn, 250m
    #[arg(long, value_name = "MONEY", required = true, value_parser = money)]
    pub budget: f64,
    /// Costs and caps of levers, TOML; else those of the project
    #[arg(long, value_name = "FILE")]
    pub levers: Option<PathBuf>,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What rivals do meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RivalsArg {
    /// Their compute grows by the median of their own forecast
    #[default]
    Forecast,
    /// Nothing
    Hold,
}

fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("a number".to_owned()),
    }
}

fn margin(text: &str) -> Result<f64, String> {
    match finite(text) {
        Ok(margin) if margin >= 0.0 => Ok(margin),
        _ => Err("a number from 0".to_owned()),
    }
}

fn day(text: &str) -> Result<NaiveDate, String> {
    let period = Period::parse(text).map(Period::end);
    period.ok_or_else(|| "a date such as 2027-12-31 or 2027".to_owned())
}

fn lever(text: &str) -> Result<(String, Option<f64>), String> {
    match text.split_once('=') {
        None => Ok((text.to_owned(), None)),
        Some((id, cap)) => Ok((id.to_owned(), Some(finite(cap)?))),
    }
}

/// Reads yuan as millions: `1bn`, `250m`, `1.5e9`.
fn money(text: &str) -> Result<f64, String> {
    let form = "yuan with a unit, such as 1bn or 250m";
    let plain = text.trim().to_lowercase().replace(['_', ' '], "");
    let plain = plain.trim_end_matches("cny");
    let (digits, size) = match plain {
        p if p.ends_with("bn") => (&p[..p.len() - 2], 1000.0),
        p if p.ends_with('m') => (&p[..p.len() - 1], 1.0),
        p => (p, 1e-6),
    };
    match digits.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => {
            let mcny = number * size;
            if size < 1.0 && number < 1e6 {
                return Err(format!("{text} yuan is less than a million: {form}"));
            }
            Ok(mcny)
        }
        _ => Err(form.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_with_its_unit() {
        assert_eq!(money("1bn"), Ok(1000.0));
        assert_eq!(money("250 m CNY"), Ok(250.0));
        assert_eq!(money("2e9"), Ok(2000.0));
        assert!(money("1000").is_err() && money("-1bn").is_err() && money("bn").is_err());
    }
}
