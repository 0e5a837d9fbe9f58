//! Ranking methods that work on the decision matrix as a whole: one file per method.
//!
//! A method name is not a specification: TOPSIS on vector-scaled columns and TOPSIS on min-max
//! columns rank differently. Each configured method therefore has a [`Outrank::definition`], one id
//! for one exact formula with its parameters, which reports print.
//!
//! Policies that hold for every method, unless its own entry says otherwise:
//! - cells are complete and finite (see [`Decision`]); nothing is filled in, dropped or rescaled;
//! - a number for which the formula has no meaning is an error that names the cell and what would
//!   allow it; results are finite or there are none;
//! - a constant column tells nothing apart, and where the formula divides by its spread the entry
//!   says what happens instead;
//! - scores that differ by no more than [`TIE`] of the largest one are equal.

pub mod agreement;
mod aras;
mod aroman;
mod benefit_of_the_doubt;
mod cocoso;
mod codas;
mod copras;
mod cradis;
mod edas;
mod electre;
mod electre_iii;
mod ervd;
mod lmaw;
mod lopm;
mod mabac;
mod mairca;
mod marcos;
mod moora;
mod multimoora;
mod ocra;
mod pairs;
mod probid;
mod promethee;
mod prosa;
mod rafsi;
mod ram;
mod rim;
mod scale;
mod settings;
mod simus;
mod spotis;
mod topsis;
mod vikor;
mod vmcm;
mod voting;
mod waspas;
mod wpm;
mod wsm;

pub use promethee::{Preference, Standing, standing};
pub use scale::Scaling;

use crate::model::{Decision, Entry};
use crate::num::rank::{self, Best, Ties};
use indexmap::IndexMap;
use serde::Serialize;
use std::fmt::Debug;
use thiserror::Error;

/// Scores closer than this share of the largest magnitude (at least 1) are one value.
///
/// Alternatives that are equal on paper come out of different sums with different last bits; ranks
/// must not depend on those.
pub const TIE: f64 = 1e-12;

/// A way to rank alternatives by comparing them on all criteria.
pub trait Outrank: Debug + Send + Sync {
    /// Names the exact formula with its parameters, as `topsis/vector` or `vikor/v=0.5`.
    fn definition(&self) -> String;

    /// Scores the alternatives.
    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError>;

    /// Returns the scores as a closed form of the weights over columns that do not depend on them, so
    /// that many weights can be scored side by side. `None` where the method has no such form here.
    fn separated(&self, _decision: &Decision) -> Option<Separated> {
        None
    }
}

/// Scores as a form of weights over fixed columns; higher is better.
#[derive(Debug, Clone, PartialEq)]
pub enum Separated {
    /// The sum of weight times cell.
    Sum(Vec<Vec<f64>>),
    /// The product of cells to the power of their weights; every cell is positive.
    Product(Vec<Vec<f64>>),
    /// The distance from the worst cells over that from the worst and to the best, weighted.
    Closeness(Vec<Vec<f64>>),
}

/// What a method makes of a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outranked {
    /// One score per alternative; finite.
    pub scores: Vec<f64>,
    /// Which end of the scores is rank 1.
    pub best: Best,
    /// Inner results by the names they have in the literature.
    pub details: IndexMap<&'static str, Detail>,
}

/// An inner result of a method.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Detail {
    /// A single yes or no.
    Flag(bool),
    /// A number per alternative.
    Alternatives(Vec<f64>),
    /// A number per criterion.
    Criteria(Vec<f64>),
    /// Positions of alternatives.
    Set(Vec<usize>),
    /// A number per pair of alternatives, or per alternative and inner method.
    Matrix(Vec<Vec<f64>>),
    /// A relation between alternatives.
    Relation(Vec<Vec<bool>>),
}

impl Outranked {
    /// Takes scores, and refuses any that overflowed.
    pub(crate) fn new(scores: Vec<f64>, best: Best) -> Result<Self, OutrankError> {
        match scores.iter().position(|s| !s.is_finite()) {
            Some(alternative) => Err(OutrankError::Alternative {
                alternative,
                why: format!(
                    "the score comes to {}: the numbers are too large or too small for the formula",
                    scores[alternative]
                ),
            }),
            None => Ok(Self {
                scores,
                best,
                details: IndexMap::new(),
            }),
        }
    }

    /// Adds an inner result.
    pub(crate) fn with(mut self, name: &'static str, detail: Detail) -> Self {
        self.details.insert(name, detail);
        self
    }

    /// Ranks the alternatives, 1 for the best; scores within [`TIE`] of each other tie.
    pub fn ranks(&self, ties: Ties) -> Vec<f64> {
        rank::rank(&merge_close(&self.scores), self.best, ties)
    }
}

/// Gives numbers that differ only by rounding (see [`TIE`]) the value of the lowest of them.
pub fn merge_close(values: &[f64]) -> Vec<f64> {
    let largest = values.iter().fold(1.0_f64, |m, v| m.max(v.abs()));
    let order = rank::order(values, Best::Lowest);
    let mut merged = values.to_vec();
    for pair in order.windows(2) {
        if values[pair[1]] - values[pair[0]] <= TIE * largest {
            merged[pair[1]] = merged[pair[0]];
        }
    }
    merged
}

/// Why a method cannot rank a decision. Criteria and alternatives are positions in the decision;
/// whoever knows their names adds them.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum OutrankError {
    /// A number for which the formula has no meaning.
    #[error("{why}")]
    Value {
        /// Position of the criterion.
        criterion: usize,
        /// Position of the alternative.
        alternative: usize,
        /// The number.
        value: f64,
        /// What the formula cannot do with it, and what would allow it.
        why: String,
    },
    /// A criterion for which the formula has no meaning.
    #[error("{why}")]
    Criterion {
        /// Position of the criterion.
        criterion: usize,
        /// What the formula cannot do with it, and what would allow it.
        why: String,
    },
    /// An alternative for which the formula has no meaning.
    #[error("{why}")]
    Alternative {
        /// Position of the alternative.
        alternative: usize,
        /// What the formula cannot do with it, and what would allow it.
        why: String,
    },
    /// A parameter that does not fit the decision.
    #[error("`{param}` {why}")]
    Parameter {
        /// The parameter.
        param: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The decision as a whole gives the formula nothing to work with.
    #[error("{why}")]
    Decision {
        /// What is missing, and what would allow it.
        why: String,
    },
}

impl OutrankError {
    pub(crate) fn decision(why: impl Into<String>) -> Self {
        Self::Decision { why: why.into() }
    }

    pub(crate) fn criterion(criterion: usize, why: impl Into<String>) -> Self {
        Self::Criterion {
            criterion,
            why: why.into(),
        }
    }
}

/// Asks for at least two alternatives.
pub(crate) fn need_two(decision: &Decision) -> Result<(), OutrankError> {
    if decision.alternatives() >= 2 {
        return Ok(());
    }
    Err(OutrankError::decision(
        "one alternative has nothing to be compared with; at least two are needed",
    ))
}

/// Every ranking method, in the order of the documentation.
pub static METHODS: &[Entry<dyn Outrank>] = &[
    wsm::ENTRY,
    wpm::ENTRY,
    waspas::ENTRY,
    topsis::ENTRY,
    vikor::ENTRY,
    promethee::ENTRY_II,
    promethee::ENTRY_I,
    electre::ENTRY_I,
    electre::ENTRY_II,
    electre_iii::ENTRY,
    copras::ENTRY,
    moora::RATIO,
    multimoora::ENTRY,
    aras::ENTRY,
    edas::ENTRY,
    mabac::ENTRY,
    marcos::ENTRY,
    codas::ENTRY,
    cocoso::ENTRY,
    spotis::ENTRY,
    benefit_of_the_doubt::ENTRY,
    voting::BORDA,
    voting::COPELAND,
    moora::REFERENCE_POINT,
    moora::FULL_MULTIPLICATIVE,
    spotis::BALANCED,
    rim::ENTRY,
    ervd::ENTRY,
    rafsi::ENTRY,
    probid::ENTRY,
    probid::SIMPLIFIED,
    prosa::ENTRY,
    simus::ENTRY,
    ram::ENTRY,
    mairca::ENTRY,
    ocra::ENTRY,
    cradis::ENTRY,
    lmaw::ENTRY,
    aroman::ENTRY,
    lopm::ENTRY,
    vmcm::ENTRY,
];

/// Finds a method by its name.
pub fn find(name: &str) -> Option<&'static Entry<dyn Outrank>> {
    METHODS.iter().find(|entry| entry.info.name == name)
}

#[cfg(test)]
mod tests;
