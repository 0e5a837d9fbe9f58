//! Where weights come from: one file per method.
//!
//! Three kinds: people state them ([`rank_order`], [`ahp`], [`best_worst`], [`rancom`]), the data
//! speaks for itself ([`Weigh`], the table [`METHODS`]), or several people's weights are combined
//! ([`stakeholders`]). All return non-negative shares that sum to one.
//!
//! Data-driven weights say how well a criterion tells alternatives apart, not how much it matters;
//! that they look objective is no reason to prefer them.

pub mod ahp;
mod angle;
pub mod best_worst;
mod cilos;
mod critic;
mod entropy;
mod gini;
mod judgements;
mod lopcow;
mod merec;
mod pca;
pub mod rancom;
pub mod rank_order;
mod spread;
pub mod stakeholders;

pub use pca::{Component, components};

use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::float;
use std::fmt::Debug;
use thiserror::Error;

/// A way to read weights off the data.
pub trait Weigh: Debug + Send + Sync {
    /// Names the exact formula with its parameters, as `critic_directed`.
    fn definition(&self) -> String;

    /// Weighs the criteria: shares that sum to one.
    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError>;
}

/// Why weights cannot be read off the data. Criteria and alternatives are positions; whoever knows
/// their names adds them.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum WeighError {
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
    /// The data as a whole gives the formula nothing to work with.
    #[error("{why}")]
    Matrix {
        /// What is missing, and what would allow it.
        why: String,
    },
}

impl WeighError {
    pub(crate) fn matrix(why: impl Into<String>) -> Self {
        Self::Matrix { why: why.into() }
    }

    pub(crate) fn constant(criterion: usize, value: f64) -> Self {
        Self::Criterion {
            criterion,
            why: format!(
                "all values are {value}, and the formula divides by their spread; leave the \
                 criterion out, or use `entropy` or `standard-deviation`, which give it no weight"
            ),
        }
    }
}

/// Rescales non-negative amounts of information to shares.
fn shares(amounts: &[f64]) -> Result<Vec<f64>, WeighError> {
    let total = float::sum(amounts.iter().copied());
    if total > 0.0 && total.is_finite() {
        return Ok(amounts.iter().map(|a| a / total).collect());
    }
    Err(WeighError::matrix(
        "no criterion tells two alternatives apart, so none earns a weight; give weights yourself",
    ))
}

/// Returns a column if all its values are above zero.
fn positive(matrix: &DecisionMatrix, criterion: usize) -> Result<&[f64], WeighError> {
    refuse(matrix, criterion, |x| x <= 0.0, "is not above zero")
}

/// Returns a column if none of its values is negative and their sum is above zero.
fn not_negative(matrix: &DecisionMatrix, criterion: usize) -> Result<&[f64], WeighError> {
    let column = refuse(matrix, criterion, |x| x < 0.0, "is negative")?;
    if float::sum(column.iter().copied()) > 0.0 {
        return Ok(column);
    }
    Err(WeighError::Criterion {
        criterion,
        why: "all values are 0, and the formula divides by their sum; leave the criterion out"
            .to_owned(),
    })
}

fn refuse<'a>(
    matrix: &'a DecisionMatrix,
    criterion: usize,
    wrong: fn(f64) -> bool,
    what: &str,
) -> Result<&'a [f64], WeighError> {
    let column = matrix.column(criterion);
    let Some(alternative) = column.iter().position(|&x| wrong(x)) else {
        return Ok(column);
    };
    let value = column[alternative];
    Err(WeighError::Value {
        criterion,
        alternative,
        value,
        why: format!(
            "{value} {what}, and the formula works with shares and ratios; shift the values or use \
             `variance`, which works with differences"
        ),
    })
}

/// Ways to weigh that need people: what they say is checked and turned into shares by `config`.
pub static JUDGEMENTS: &[MethodInfo] = &[
    judgements::AHP,
    judgements::BEST_WORST,
    judgements::RANK_SUM,
    judgements::RANK_RECIPROCAL,
    judgements::RANK_ORDER_CENTROID,
    judgements::RANCOM,
    judgements::BUDGET,
];

/// Every data-driven way to weigh, in the order of the documentation.
pub static METHODS: &[Entry<dyn Weigh>] = &[
    spread::EQUAL,
    entropy::ENTRY,
    critic::ENTRY,
    merec::ENTRY,
    spread::STANDARD_DEVIATION,
    pca::ENTRY,
    spread::VARIANCE,
    spread::VARIATION,
    gini::ENTRY,
    angle::ENTRY,
    cilos::CILOS,
    cilos::IDOCRIW,
    lopcow::ENTRY,
];

/// Finds a data-driven way to weigh by its name.
pub fn find(name: &str) -> Option<&'static Entry<dyn Weigh>> {
    METHODS.iter().find(|entry| entry.info.name == name)
}

#[cfg(test)]
mod tests;
