//! Arguments of `exacity plan`.

use super::shared::OutputArgs;
use crate::plan::instance::Objective;
use crate::plan::solver::BACKENDS;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;
use std::time::Duration;

/// Plan what to build, where and when
///
/// Solves a plan's file as a mixed-integer program: sites, chips, periods, lead times, budgets, power,
/// quotas, subsidies, targets and demand, or facilities and whom they serve. The answer is checked
/// outside the solver, and says what is proven: the best plan, a plan with a gap, or that none exists and
/// why. Without a name it lists the plans of the project, or runs the only one.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
A change is a path with a value; entries are named by id, or by number where they have none:
  --set budget=*0.9   --set sites.west.lead_periods=0   --set targets.1.eflops=8

Examples:
  exacity plan                       the plans of the project
  exacity plan shanghai
  exacity plan shanghai --set budget=*0.8 --brief
  exacity plan shanghai --objective earliest
  exacity plan --file case.json --time-limit 60s --gap 0.5% --format json")]
pub struct PlanArgs {
    /// The plan: a name in rules/plans, or a path in the project
    #[arg(value_name = "NAME", conflicts_with = "file")]
    pub name: Option<String>,
    /// A plan's file outside the project, TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Change a figure of the plan, as in --set budget=*0.9
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Plan for one scenario of the file
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// What to seek; else what the file says
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(Objective::WORDS))]
    pub objective: Option<String>,
    /// Stop when the plan is proven to be this near the best, as in 0.5% or 0.005
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0.0001%")]
    pub gap: f64,
    /// Stop after this long, as in 30s or 5m; another run may then come to another plan
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub time_limit: Option<Duration>,
    /// Effort of all solves; unlike a time limit it ends alike on every machine. 500000 take about a minute
    #[arg(long, value_name = "UNITS", value_parser = effort, default_value = "500000")]
    pub effort: f64,
    /// The solver; `highs` is for large plans, and only in builds with the feature `highs`
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(BACKENDS), default_value = BACKENDS[0])]
    pub solver: String,
    /// The plan alone: no further solves for what more is worth, for choices and scenarios
    #[arg(long)]
    pub brief: bool,
    /// Find what each level of the last target costs
    #[arg(long)]
    pub sweep: bool,
    /// How much dearer than the best an alternative may be, as in 1%
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "1%")]
    pub within: f64,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.trim().strip_suffix('%') {
        Some(number) => (number, 0.01),
        None => (text, 1.0),
    };
    match number.trim().parse::<f64>() {
        Ok(number) if (0.0..=1e6).contains(&number) => Ok(number * unit),
        _ => Err("a share from 0 up, such as 0.5% or 0.005".to_owned()),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let units = [
        ("ms", 0.001),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3600.0),
        ("", 1.0),
    ];
    let read = units.iter().find_map(|(unit, seconds)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        Some(number * seconds)
    });
    match read {
        Some(seconds) if seconds > 0.0 && seconds < 1e7 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("a time such as 30s, 5m or 1h".to_owned()),
    }
}

fn effort(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(effort) if effort > 0.0 && effort.is_finite() => Ok(effort),
        _ => Err("a number above zero".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_times_take_their_units() {
        assert!((share("0.5%").unwrap() - 0.005).abs() < 1e-15);
        assert_eq!(share("0.01"), Ok(0.01));
        assert!(share("x").is_err() && share("-1").is_err() && share("nan").is_err());
        assert_eq!(time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(time("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(time("20"), Ok(Duration::from_secs(20)));
        assert!(time("soon").is_err() && time("0s").is_err());
    }
}
