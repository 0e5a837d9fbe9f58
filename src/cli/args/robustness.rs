//! The arguments of `exacity robustness`.

use super::shared::{OutputArgs, ProjectArgs};
use crate::parts::Shard;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What varies, and how often it is drawn.
#[derive(Debug, Clone, Default, Args)]
pub struct StudyArgs {
    /// What varies, by path; given once or more it replaces what the project says
    ///
    /// weights=dirichlet 50 (around the given ones), weights=uniform, weights=20%,
    /// weights=compute>=subsidies, weights.compute=uniform; data.tier.C=10%, data.bounds=25%,
    /// data.ranges, data.conflicts; any setting with values or a range:
    /// scoring.weights=balanced,compute-first, criteria.*.normalise=min-max,z-score,
    /// rule.bonus=0..0.5, or rule.bonus alone for its declared bounds.
    #[arg(long, value_name = "PATH=HOW")]
    pub vary: Vec<String>,
    /// Number of draws; 10,000 unless the project says otherwise
    #[arg(long, value_name = "N")]
    pub draws: Option<u64>,
    /// Seed; the same seed gives the same draws on any machine
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Stop once no share has a larger standard error, as in --until 0.001
    #[arg(long, value_name = "ERROR")]
    pub until: Option<f64>,
    /// What a draw without a ranking means: drop it, or fail
    #[arg(long, value_name = "drop|fail")]
    pub on_failure: Option<String>,
    /// Most combinations of choices to make ready; beyond it they are a Latin hypercube
    #[arg(long, value_name = "N")]
    pub combinations: Option<u32>,
}

/// Say how sure the ranking is, and what would change it
///
/// Draws many views of the matter and counts how often each place takes each rank. Unless the
/// project or --vary says otherwise the weights vary, around the given ones.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_long_help = "\
Examples:
  exacity robustness
  exacity robustness --vary weights=uniform --vary data.tier.C=20% --draws 1000000
  exacity robustness --vary scoring.weights=balanced,compute-first,research-first --format json
  exacity robustness --draws 10000000000 --shard 3/64 --out study-3")]
pub struct Robustness {
    /// Another question about robustness.
    #[command(subcommand)]
    pub view: Option<RobustnessView>,
    /// What to read, and what to change.
    #[command(flatten)]
    pub project: ProjectArgs,
    /// What varies.
    #[command(flatten)]
    pub study: StudyArgs,
    /// Draw one of so many parts, for `exacity merge`; --out names its file
    #[arg(long, value_name = "I/N", requires = "out", conflicts_with_all = ["draws_out", "format"])]
    pub shard: Option<Shard>,
    /// File for the draws themselves (CSV): settings, weights, scores and ranks
    #[arg(long, value_name = "FILE")]
    pub draws_out: Option<PathBuf>,
    /// How and where to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Other questions about robustness.
#[derive(Debug, Clone, Subcommand)]
pub enum RobustnessView {
    /// How far each weight may move before the ranking changes
    ///
    /// Exact for weighted sums, by search for anything else.
    #[command(after_long_help = "\
Examples:
  exacity robustness stability
  exacity robustness stability --weights compute-first
  exacity robustness stability --format csv --out stability.csv")]
    Stability {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// The smallest change of weights that puts one place level with another
    #[command(after_long_help = "\
Examples:
  exacity robustness overtake shanghai beijing
  exacity robustness overtake wuhan chengdu --leaves
  exacity robustness overtake shanghai beijing --format json")]
    Overtake {
        /// Two places, by id or name; the one that is behind is to catch up
        #[arg(value_name = "PLACE", required = true, num_args = 2)]
        places: Vec<String>,
        /// Change the weights of all leaves instead of those of the pillars
        #[arg(long)]
        leaves: bool,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Which setting moves the ranking: all at once, one at a time, and without each criterion
    #[command(after_long_help = "\
Examples:
  exacity robustness sensitivity
  exacity robustness sensitivity --vary weights --vary data.tier.C=20% --vary criteria.*.aggregate=arithmetic,geometric
  exacity robustness sensitivity --draws 100000 --format json")]
    Sensitivity {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// What varies.
        #[command(flatten)]
        study: StudyArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Whether the order of two places depends on a third, and which normalisation is to blame
    #[command(after_long_help = "\
Examples:
  exacity robustness reversal
  exacity robustness reversal --set criteria.compute.capacity.normalise=min-max
  exacity robustness reversal --format markdown")]
    Reversal {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
}
