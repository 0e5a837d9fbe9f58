//! Arguments of `rules`.

use super::shared::CheckFormat;
use clap::Subcommand;

/// Write, check, test and document strategies
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
    #[command(after_long_help = "\
Examples:
  exacity rules check
  exacity rules check niche
  exacity rules check --format json")]
    Check {
        /// Strategies to check; none for all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Format of the findings
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
        format: CheckFormat,
    },
    /// Run the tests beside the strategies
    #[command(after_long_help = "\
Examples:
  exacity rules test
  exacity rules test niche prudent
  exacity rules test --quiet && echo fine")]
    Test {
        /// Strategies to test; none for all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Print the pages of strategies, and of the functions they may call
    #[command(after_long_help = "\
Examples:
  exacity rules docs niche
  exacity rules docs --functions
  exacity rules docs > strategies.md")]
    Docs {
        /// Strategies to document; none for all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Print the functions that every strategy may call
        #[arg(long, conflicts_with = "names")]
        functions: bool,
    },
}
