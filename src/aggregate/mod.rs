//! Criteria into one score, up the tree: one file per method, one table of methods.
//!
//! A method turns the scores of the children that a place holds, with weights that sum to one over
//! just those, into the score of their parent. Which children may be missing, and what then
//! happens to the weights, is decided by the missing policy before a method is called.

use crate::model::Entry;
use std::fmt::Debug;
use thiserror::Error;

pub mod combine;
pub mod extremes;
pub mod means;
pub mod owa;

/// A way to turn children into their parent.
pub trait Aggregate: Debug + Send + Sync {
    /// Aggregates the scores of one place. `scores` and `weights` have the same length, at least
    /// one, and the weights sum to one.
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError>;

    /// Aggregates complete columns, one per child, into `out`; the default goes place by place.
    ///
    /// On an error, the row is reported and `out` is unspecified.
    fn aggregate_columns(
        &self,
        columns: &[&[f64]],
        weights: &[f64],
        out: &mut [f64],
    ) -> Result<(), (usize, AggregateError)> {
        let mut scores = vec![0.0; columns.len()];
        for (row, score) in out.iter_mut().enumerate() {
            for (cell, column) in scores.iter_mut().zip(columns) {
                *cell = column[row];
            }
            *score = self
                .aggregate(&scores, weights)
                .map_err(|error| (row, error))?;
        }
        Ok(())
    }

    /// Tells whether the score is the sum of weight times child score, so that contributions add up.
    fn is_additive(&self) -> bool {
        false
    }

    /// Returns the number of children that the method needs, if it needs a certain one, so that a
    /// criterion with another number can be refused before any place is scored.
    fn children(&self) -> Option<usize> {
        None
    }
}

/// Why a method cannot aggregate the scores of a place.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum AggregateError {
    /// A score for which the formula has no meaning.
    #[error("{why}")]
    Value {
        /// Position among the children.
        child: usize,
        /// The score.
        value: f64,
        /// What the formula cannot do with it, and what would allow it.
        why: String,
    },
    /// Too few or too many children.
    #[error("{why}")]
    Count {
        /// The number of children that the method needs.
        needed: usize,
        /// The number of children that the place holds.
        held: usize,
        /// What the formula cannot do with them, and what would allow it.
        why: String,
    },
}

/// Every aggregation, in the order of the documentation.
pub static METHODS: &[Entry<dyn Aggregate>] = &[
    means::ARITHMETIC,
    means::GEOMETRIC,
    means::HARMONIC,
    extremes::MIN,
    means::POWER,
    extremes::MAX,
    extremes::MEDIAN,
    combine::SUM,
    combine::PRODUCT,
    combine::RATIO,
    owa::ENTRY,
];

/// Finds a method by its name.
pub fn find(name: &str) -> Option<&'static Entry<dyn Aggregate>> {
    METHODS.iter().find(|entry| entry.info.name == name)
}

/// Walks the children that have a say, with their weights: a weight of zero means "leave it out",
/// under methods that would otherwise hear every child alike.
fn heard<'a>(scores: &'a [f64], weights: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
    let children = scores.iter().copied().zip(weights.iter().copied());
    children.filter(|(_, weight)| *weight > 0.0)
}

/// Refuses a negative child with weight; `what` says in words what cannot take one.
fn non_negative(scores: &[f64], weights: &[f64], what: &str) -> Result<(), AggregateError> {
    let children = scores.iter().zip(weights).enumerate();
    let mut negative = children.filter(|(_, (score, weight))| **score < 0.0 && **weight > 0.0);
    match negative.next() {
        None => Ok(()),
        Some((child, (&value, _))) => Err(AggregateError::Value {
            child,
            value,
            why: format!(
                "{what} takes no negative score, and this is {value}: use `arithmetic`, or a \
                 normalisation that stays above zero such as `min-max` or `goalposts`"
            ),
        }),
    }
}
