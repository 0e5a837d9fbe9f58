//! Arguments of the commands that keep data alive: `data todo`, `data stale` and `data add`.

use super::shared::{OutputArgs, ProjectArgs};
use crate::model::{Kind, Period, Qualifier};
use clap::Args;
use std::path::PathBuf;

/// Show which figures would rank a place, or firm up its score
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity data todo guangzhou
  exacity data todo 重庆 --format markdown
  exacity data todo qingyang --profile hubs")]
pub struct Todo {
    /// Place by id or name; `exacity list places` shows them
    #[arg(value_name = "PLACE")]
    pub place: String,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// List the figures in use that are old
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity data stale
  exacity data stale --older-than 2
  exacity data stale --at 2026-12-31 --out stale.csv")]
pub struct Stale {
    /// Age in years above which a figure is listed
    #[arg(long, value_name = "YEARS", default_value_t = 1.0, value_parser = years)]
    pub older_than: f64,
    /// Day to count from; else the project's as-of date
    #[arg(long, value_name = "DATE")]
    pub at: Option<chrono::NaiveDate>,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Add a figure with its source, and show who moves
///
/// The figure is written only if the project has no mistake with it.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity data add guangzhou compute_ai_eflops 12.5 --source gz2025 --as-of 2025-Q3 --dry-run
  exacity data add shenzhen ai_companies 2900 --qualifier gt --source szgov2026 --as-of 2025
  exacity data add beijing unicorns 115 --source own_count --as-of 2026-01 --local")]
pub struct Add {
    /// Place by id or name
    #[arg(value_name = "PLACE")]
    pub place: String,
    /// Indicator by id; `exacity data summary` lists them
    #[arg(value_name = "INDICATOR")]
    pub indicator: String,
    /// The value, in the indicator's unit
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    pub value: f64,
    /// Publication it is from: an id of sources.csv
    #[arg(long, value_name = "ID")]
    pub source: String,
    /// When it held: 2025, 2025-H1, 2025-Q3, 2025-08 or 2025-08-28
    #[arg(long, value_name = "DATE", value_parser = period)]
    pub as_of: Period,
    /// How the source hedges it: eq, gt, gte, lt, lte or approx
    #[arg(long, value_name = "WORD", default_value = "eq", value_parser = qualifier)]
    pub qualifier: Qualifier,
    /// How the source came by it: measured, estimate, announced or claim-disputed
    #[arg(long, value_name = "WORD", default_value = "measured", value_parser = kind)]
    pub kind: Kind,
    /// Part of the place, or definition; none for the whole place
    #[arg(long, value_name = "WORD", default_value = "")]
    pub scope: String,
    /// A remark
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    /// Put it into the private files under local/, which version control leaves alone
    #[arg(long)]
    pub local: bool,
    /// Only show who would move
    #[arg(long)]
    pub dry_run: bool,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Take over a spreadsheet of figures (.xlsx or .csv), all or none, and show who moves
///
/// A row is a figure (columns `place`, `indicator`, `value`) or a place (`place` and a column per indicator).
/// Columns `as_of`, `source_id`, `qualifier`, `kind`, `scope` and `note` say more; a date and a source for all
/// rows can be given here.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity data import survey.csv --dry-run
  exacity data import survey.xlsx --sheet Figures --source bureau2026 --as-of 2025
  exacity data import survey.csv --source bureau2026 --as-of 2025
  exacity data import own-counts.csv --source own_count --as-of 2026-01 --local")]
pub struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Sheet of a workbook; the first unless stated
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Publication of the rows that name none: an id of sources.csv
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// When the figures of rows without a date held
    #[arg(long, value_name = "DATE", value_parser = period)]
    pub as_of: Option<Period>,
    /// Put them into the private files under local/, which version control leaves alone
    #[arg(long)]
    pub local: bool,
    /// Only show who would move
    #[arg(long)]
    pub dry_run: bool,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn years(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(years) if years.is_finite() && years >= 0.0 => Ok(years),
        _ => Err("a number of years, 0 or more".to_owned()),
    }
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text)
        .ok_or_else(|| "a date such as 2025, 2025-H1, 2025-Q3, 2025-08 or 2025-08-28".to_owned())
}

fn qualifier(text: &str) -> Result<Qualifier, String> {
    Qualifier::parse(text)
        .ok_or_else(|| format!("one of {}", Qualifier::ALL.map(Qualifier::word).join(", ")))
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| format!("one of {}", Kind::ALL.map(Kind::word).join(", ")))
}
