//! Arguments of `exacity report`.

use super::shared::{Format, ProjectArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Write everything down: ranking, other weights, place by place, data, method, sources
///
/// The ending of the file names the format: .html (one file that works offline), .xlsx, .md, .json, .csv
/// (the ranking alone) or .txt. Without --out it goes to the terminal.
#[derive(Debug, Clone, Default, Args)]
#[command(after_long_help = "\
Examples:
  exacity report --out q3.html
  exacity report --out q3-zh.html --lang zh --weights research-first
  exacity report --out shanghai.html --place shanghai
  exacity report --out q3.xlsx --figures figures/")]
pub struct Report {
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// File to write; its ending names the format, and - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Format, where the ending does not say
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// One place only, by id or name: where it stands, why, and what would move it
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    /// Language of the words; figures and sources stay as they are
    #[arg(long, value_enum, value_name = "LANG", default_value_t = Language::En)]
    pub lang: Language,
    /// Folder to write the figures to, each as a Plotly figure in JSON
    #[cfg(feature = "charts")]
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    /// Where an HTML report has the script from that draws its figures
    #[cfg(feature = "charts")]
    #[arg(long, value_enum, value_name = "WHERE", default_value_t = PlotlyScript::Embed)]
    pub plotly: PlotlyScript,
}

/// Language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Language {
    /// English
    #[default]
    En,
    /// Simplified Chinese
    Zh,
}

/// Where the script that draws figures comes from.
#[cfg(feature = "charts")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PlotlyScript {
    /// In the file, which then works offline
    #[default]
    Embed,
    /// From its publisher, each time the page opens
    Cdn,
}
