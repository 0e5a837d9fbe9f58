//! Arguments of `rules`.

use super::shared::{CheckFormat, OutputArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Write, check, test, explain and document strategies
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Write a new strategy with tests that pass
    #[command(after_long_help = "\
Examples:
  exacity rules new patient
  exacity rules new patient --like niche
  exacity rules new patient && exacity rank --strategy rules/patient.rhai")]
    New {
        /// Name of the strategy
        #[arg(value_name = "NAME")]
        name: String,
        /// Strategy to start from
        #[arg(long, value_name = "NAME")]
        like: Option<String>,
    },
    /// Check strategies, and say how many places each can judge
    Check(RulesCheck),
    /// Run the tests beside the strategies
    Test(RulesTest),
    /// Show step by step why a strategy gives a place its score
    Explain(RulesExplain),
    /// Time strategies: the interpreter, one ranking, many draws
    Bench(RulesBench),
    /// Print the pages of strategies, and of the functions they may call
    Docs(RulesDocs),
    /// Print definitions for editors: the functions of scripts, or the schema of test files
    ///
    /// Rhai's language server reads the definitions from a file `*.d.rhai` beside the scripts; editors
    /// that check TOML read the schema.
    #[command(after_long_help = "\
Examples:
  exacity rules defs
  exacity rules defs --out rules/exacity.d.rhai
  exacity rules defs --tests --out rules/tests.schema.json")]
    Defs {
        /// Print the JSON Schema of test files instead
        #[arg(long)]
        tests: bool,
        /// File to write; - is standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Arguments of `rules check`.
///
/// Reads the scripts without running them (names, units, kinds, bounds, habits), then runs them on the
/// places of the project and warns of ways that no place takes. With `--format json` the last lines tell
/// how many places each strategy judges.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity rules check
  exacity rules check niche --watch
  exacity rules check --format json")]
pub struct RulesCheck {
    /// Strategies to check; none for all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Format of the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// Check again whenever a file changes
    #[arg(long)]
    pub watch: bool,
}

/// Arguments of `rules test`.
///
/// Exit code 1 if a test fails, or if cases take too few of the ways through a script.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity rules test
  exacity rules test niche prudent --coverage --threshold 90
  exacity rules test niche --record --place shanghai")]
pub struct RulesTest {
    /// Strategies to test; none for all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Show which ways through the scripts the cases take
    #[arg(long)]
    pub coverage: bool,
    /// Smallest share of ways that cases must take, in percent
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub threshold: Option<f64>,
    /// Write cases from places of the project: first, middle and last, and one for each untried way
    #[arg(long, requires = "names", conflicts_with_all = ["coverage", "threshold", "watch"])]
    pub record: bool,
    /// Place to record, by id or name
    #[arg(long, value_name = "PLACE", requires = "record")]
    pub place: Vec<String>,
    /// Test again whenever a file changes
    #[arg(long)]
    pub watch: bool,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim().parse() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("a number from 0 to 100".to_owned()),
    }
}

/// Arguments of `rules explain`.
///
/// Every value, branch and term with its line; what each weight does; and which single figure is
/// nearest to taking another way. With a second place, or other parameters, what differs.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity rules explain niche shanghai
  exacity rules explain niche shanghai hangzhou
  exacity rules explain niche shanghai --with bonus=0.5")]
pub struct RulesExplain {
    /// The strategy
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The place, by id or name
    #[arg(value_name = "PLACE")]
    pub place: String,
    /// Another place to compare it with
    #[arg(value_name = "OTHER")]
    pub other: Option<String>,
    /// Another value of a parameter to compare with, as in --with bonus=0.5
    #[arg(long, value_name = "PARAMETER=VALUE")]
    pub with: Vec<String>,
    /// Profile to use; `exacity list profiles` shows them
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Change a setting, a weight or a figure, as in --set weights.balanced.compute=50
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Weight set to use; `exacity list weights` shows them
    #[arg(long, value_name = "NAME")]
    pub weights: Option<String>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `rules bench`.
///
/// Times are of this machine at this moment and differ from run to run; the ratio of two columns of one
/// run says more. `cargo bench --bench rules` compares with the same rules written in Rust.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity rules bench --all
  exacity rules bench niche
  exacity rules bench niche --profile brief --format json")]
pub struct RulesBench {
    /// Strategies to time; none for all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Time all strategies, as without names
    #[arg(long, conflicts_with = "names")]
    pub all: bool,
    /// Profile whose places are judged; `exacity list profiles` shows them
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `rules docs`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity rules docs niche
  exacity rules docs --functions
  exacity rules docs --format json --out strategies.json")]
pub struct RulesDocs {
    /// Strategies to document; none for all
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Print the functions that every strategy may call
    #[arg(long, conflicts_with_all = ["names", "format"])]
    pub functions: bool,
    /// Format of the pages
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DocsFormat::Markdown)]
    pub format: DocsFormat,
    /// File to write; - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Format of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DocsFormat {
    /// For people
    #[default]
    Markdown,
    /// For programs; carries a `schema_version`
    Json,
}
