//! Criteria into one score, up the tree: one file per method, one table of methods.
//!
//! A method turns the scores of the children that a place holds, with weights that sum to one over
//! just those, into the score of their parent. Which children may be missing, and what then
//! happens to the weights, is decided by the missing policy before a method is called.

use crate::model::Entry;
use std::fmt::Debug;
use thiserror::Error;

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
}

/// Every aggregation, in the order of the documentation.
pub static METHODS: &[Entry<dyn Aggregate>] = &[];

/// Finds a method by its name.
pub fn find(name: &str) -> Option<&'static Entry<dyn Aggregate>> {
    METHODS.iter().find(|entry| entry.info.name == name)
}
