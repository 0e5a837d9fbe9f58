//! Arguments of `explain`.

use super::shared::{OutputArgs, ProjectArgs};
use clap::{Args, Subcommand};

/// Say why a place stands where it stands, or what something means
///
/// A code or a method may be named alone: `exacity explain E0103`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true
)]
#[command(after_long_help = "\
Examples:
  exacity explain place shanghai
  exacity explain criterion compute.capacity
  exacity explain method goalposts
  exacity explain E0103")]
pub struct Explain {
    /// A code such as E0103, or the name of a method
    #[arg(value_name = "CODE", required = true)]
    pub what: Option<String>,
    /// What to explain.
    #[command(subcommand)]
    pub subject: Option<Subject>,
}

/// What to explain.
#[derive(Debug, Subcommand)]
pub enum Subject {
    /// Walk the score of a place back to its sources
    #[command(after_long_help = "\
Examples:
  exacity explain place shanghai
  exacity explain place 上海 --weights compute-first
  exacity explain place guizhou --profile provinces --format json")]
    Place {
        /// The place, by id or name
        #[arg(value_name = "PLACE")]
        id: String,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Say what a criterion measures and what each place holds
    #[command(after_long_help = "\
Examples:
  exacity explain criterion compute
  exacity explain criterion compute.capacity
  exacity explain criterion compute.capacity --format csv")]
    Criterion {
        /// The criterion, by id
        #[arg(value_name = "CRITERION")]
        id: String,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Say where the weights of a set come from, and what they come to
    #[command(after_long_help = "\
Examples:
  exacity explain weights balanced
  exacity explain weights compute-first --profile cities
  exacity explain weights balanced --format csv")]
    Weights {
        /// The weight set
        #[arg(value_name = "NAME")]
        name: String,
        /// Profile to use; `exacity list profiles` shows them
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Give the formula, the parameters and the reference of a method
    #[command(after_long_help = "\
Examples:
  exacity explain method goalposts
  exacity explain method promethee-ii
  exacity explain method entropy --format json")]
    Method {
        /// The method
        #[arg(value_name = "METHOD")]
        name: String,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
}
