//! Arguments of `score` and `merge`.

use super::shared::{OutputArgs, ProjectArgs};
use crate::parts::Shard;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Score and rank a table of any size, by the project's rules
///
/// Reads the table in pieces, twice if scores depend on the ends of columns, and never holds all of it.
/// Scores and ranks are those of `exacity rank` on the same rows; the project says what the columns mean
/// (`[data]` with `matrix`), and FILE takes the place of its table. Settings that need all rows at once,
/// such as medians and ranking methods, are refused by name.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity score establishments.csv --out ranked.csv
  exacity score establishments.csv --top 1000 --out best.csv --on-bad-row reject --rejects rejects.csv
  exacity score establishments.csv --shard 3/8 --out part-3")]
pub struct Score {
    /// The table: CSV, or Parquet if this build reads it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// File for the ranking (CSV, or Parquet by its ending), or for the part with --shard; - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Only so many of the best rows
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..))]
    pub top: Option<u64>,
    /// The result to score, where the project has several
    #[arg(long, value_name = "ID")]
    pub index: Option<String>,
    /// Scores of all criteria beside the result, as `rank --format csv` has them
    #[arg(long)]
    pub criteria: bool,
    /// What a row with a mistake means: end the run, or leave it out
    #[arg(long, value_enum, value_name = "fail|reject", default_value_t = OnBadRow::Fail)]
    pub on_bad_row: OnBadRow,
    /// File for the rows that were left out, with line, code and reason (CSV)
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Memory for sorting in MiB; rows beyond it are sorted in temporary files beside the output
    #[arg(long, value_name = "MIB", default_value_t = 768, value_parser = clap::value_parser!(u32).range(16..=3072))]
    pub memory: u32,
    /// Score one of so many parts of the rows, for `exacity merge`
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
}

/// What a row with a mistake means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OnBadRow {
    /// The run ends, with what is wrong
    #[default]
    Fail,
    /// It is left out, and listed in --rejects
    Reject,
}

/// Make one result of the parts of a run
///
/// Takes what `score --shard` or `robustness --shard` wrote, in any order, and gives the result of the
/// whole run, byte for byte. Parts that are missing, there twice, damaged, or of another version, project
/// or table are named, and nothing is written.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  exacity merge part-* --out ranked.csv
  exacity merge part-* --out ranked.csv --rejects rejects.csv
  exacity merge study-* --format json --out robustness.json")]
pub struct Merge {
    /// The parts, all of them
    #[arg(value_name = "PART", required = true)]
    pub parts: Vec<PathBuf>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
    /// File for the rows that `score` left out
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}
