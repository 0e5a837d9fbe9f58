//! Does the ranking hold? How sure is each rank, and what would change it?
//!
//! Two kinds of answers stand side by side. **Sampling** draws weights (and whatever else a scorer
//! takes) many times and counts: [`run()`](run::run) takes a [`Sampler`], a [`BatchScorer`] and a
//! number of draws, and gives a [`Tally`], from which [`Summary`] reads rank acceptability, ranges,
//! ties and standard errors. **Exact** answers need no draws: weight stability intervals
//! ([`stability`]) and the smallest change of weights that reverses a pair ([`overtake`]). Beside
//! them stand global sensitivity ([`sobol`]) and the audit of rank reversal ([`reversal`]).
//!
//! Everything here works on plain numbers: rows of places, columns of leaf criteria. A result is a
//! function of its inputs, the seed and the number of draws; threads, vector width and interruptions
//! change nothing but how far it got. See [`crate::num::rng`] for the layout of draws.

pub mod batch;
mod count;
mod kernel;
mod keys;
mod network;
pub mod overtake;
pub mod project;
pub mod reversal;
pub mod run;
pub mod sample;
pub mod sobol;
pub mod stability;
mod summary;
mod tally;
mod tree;

pub use batch::{Additive, BatchScorer, Geometric, Noisy, Topsis};
pub use kernel::View;
pub use run::{
    Control, Drawn, Outcome, Plan, Progress, Stopped, empty, run, run_blocks, run_views, walk,
};
pub use sample::{Sampler, SiblingGroup, Vary, WeightTree};
pub use summary::{PlaceSummary, Summary, TieGroup};
pub use tally::{Collect, SCORE_BINS, ScoreTally, Tally};
pub use tree::{Mean, TreeScorer};

use thiserror::Error;

/// Why a question about robustness cannot be answered.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RobustnessError {
    /// No draw was asked for.
    #[error("zero draws say nothing about a ranking: ask for at least one")]
    NoDraws,
    /// There is nothing to rank.
    #[error("there is no place to rank")]
    NoPlaces,
    /// There is nothing to weigh.
    #[error("there is no criterion to weigh")]
    NoCriteria,
    /// Two inputs that belong together differ in length.
    #[error("{what}: expected {expected}, found {found}")]
    Length {
        /// What was counted.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A number out of the range in which it has a meaning.
    #[error("{what} {index} is {value}; {need}")]
    Value {
        /// What the number is.
        what: &'static str,
        /// Its position.
        index: usize,
        /// The number.
        value: f64,
        /// What it has to be.
        need: &'static str,
    },
    /// Constraints on the order of weights that contradict each other: each of these weights is to
    /// be at least as large as the next one, and the last at least as large as the first.
    #[error("the order of weights runs in a circle through {}", list(.0))]
    Cycle(Vec<usize>),
    /// Constraints that too few draws meet.
    #[error(
        "only {accepted} of {tried} draws meet the order of weights, fewer than 1 in {}: state the order as chains, or fewer conditions",
        sample::REJECTION_LIMIT
    )]
    TooRare {
        /// Draws that met the constraints.
        accepted: u64,
        /// Draws tried.
        tried: u64,
    },
    /// A tree whose groups do not come parents first, or whose leaves no group contains.
    #[error("node {0} of the tree of weights has no share from above")]
    Unreachable(usize),
}

fn list(positions: &[usize]) -> String {
    let names: Vec<String> = positions.iter().map(ToString::to_string).collect();
    names.join(" >= ")
}

/// Checks that `values` are finite, at least zero, and not all zero; returns them summing to one.
fn shares(what: &'static str, values: &[f64]) -> Result<Vec<f64>, RobustnessError> {
    for (index, &value) in values.iter().enumerate() {
        if !(value.is_finite() && value >= 0.0) {
            let need = "a weight is a finite number of at least 0";
            return Err(RobustnessError::Value {
                what,
                index,
                value,
                need,
            });
        }
    }
    let total = crate::num::float::sum(values.iter().copied());
    if values.is_empty() {
        return Err(RobustnessError::NoCriteria);
    }
    if !(total > 0.0 && total.is_finite()) {
        let need = "the weights need a positive, finite total";
        return Err(RobustnessError::Value {
            what,
            index: 0,
            value: values[0],
            need,
        });
    }
    Ok(values.iter().map(|v| v / total).collect())
}
