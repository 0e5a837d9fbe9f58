//! What several commands take.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What to read, and what to change.
#[derive(Debug, Clone, Default, Args)]
pub struct ProjectArgs {
    /// Profile to use; `exacity list profiles` shows them
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Change a setting, a weight or a figure, as in --set weights.balanced.compute=50
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Weight set to use; `exacity list weights` shows them
    #[arg(long, value_name = "NAME")]
    pub weights: Option<String>,
    /// Strategy to use: `weighted`, or a script of the project
    #[arg(long, value_name = "FILE")]
    pub strategy: Option<String>,
    /// Ranking method to use: `weighted`, or one of `exacity list methods`
    #[arg(long, value_name = "NAME")]
    pub method: Option<String>,
    /// What a ranking method compares: `figures` or `scores`
    #[arg(long, value_name = "WHAT")]
    pub on: Option<String>,
    /// Compute everything that scripts compute a second time, by the interpreter, and compare
    #[arg(long)]
    pub paranoid: bool,
}

/// How and where to answer.
#[derive(Debug, Clone, Default, Args)]
pub struct OutputArgs {
    /// Format of the answer
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// File to write; its ending names the format, and - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; carries a `schema_version`
    Json,
    /// For spreadsheets
    Csv,
    /// For documents
    Markdown,
    /// For browsers: one file that works offline
    #[cfg(feature = "charts")]
    Html,
    /// For spreadsheets: a workbook with a sheet per table
    #[cfg(feature = "xlsx")]
    Xlsx,
}

/// Format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object per line, for editors
    Json,
    /// Annotations of a code review
    Github,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// `JUnit` XML, for test reports
    Junit,
}
