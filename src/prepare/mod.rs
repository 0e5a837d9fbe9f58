//! Before scales are comparable: denominators, imputation, treatment of outliers.
//!
//! Every step reports the cells it changed, so that a report can show them.

use crate::model::{Column, Entry};
use std::fmt::Debug;
use thiserror::Error;

pub mod clamp;
pub mod denominate;
pub mod impute;
pub mod transform;
pub mod winsorise;

/// A way to handle outliers before normalisation.
pub trait Treat: Debug + Send + Sync {
    /// Treats a column.
    fn treat(&self, column: &Column) -> Result<Treated, TreatError>;

    /// Tells whether what becomes of one place's value depends on the values of others.
    fn depends_on_others(&self) -> bool {
        true
    }
}

/// A treated column with the record of what was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Treated {
    /// The cells after treatment.
    pub column: Column,
    /// Rows whose value was pulled in; a transformation of the whole column changes all
    /// and lists none.
    pub changed: Vec<usize>,
    /// What was done, in words ("winsorised 4 points", "natural logarithm"); empty for nothing.
    pub what: String,
}

/// Why a column cannot be treated.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum TreatError {
    /// A number for which the transformation has no meaning.
    #[error("{why}")]
    Value {
        /// Row of the number.
        row: usize,
        /// The number.
        value: f64,
        /// What the transformation cannot do with it, and what would allow it.
        why: String,
    },
}

/// Every treatment, in the order of the documentation.
pub static TREATMENTS: &[Entry<dyn Treat>] = &[
    winsorise::ENTRY,
    clamp::ENTRY,
    transform::LOG,
    transform::BOX_COX,
];

/// Finds a treatment by its name.
pub fn find(name: &str) -> Option<&'static Entry<dyn Treat>> {
    TREATMENTS.iter().find(|entry| entry.info.name == name)
}
