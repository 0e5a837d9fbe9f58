//! Making columns comparable: one file per method, one table of methods.
//!
//! A method is a pure function on a column. Bounded methods return 0 for the worst and 1 for the
//! best end of their scale, whatever the direction of the indicator; the pipeline stretches that to
//! the scale of the project. Unbounded ones (z-score) return numbers in their own units.
//!
//! Missing cells stay missing, and "not applicable" stays that. A method that cannot take a number
//! refuses the column and says which row and what would allow it; no result is NaN or infinite.

use crate::model::{Column, Direction, Entry};
use std::fmt::Debug;
use thiserror::Error;

mod checks;
pub mod curve;
pub mod deviation;
pub mod goalposts;
pub mod identity;
pub mod min_max;
pub mod points;
pub mod rank;
pub mod ratio;
pub mod steps;
pub mod table;
pub mod target;
pub mod z_score;

/// A way to make a column comparable with others.
pub trait Normalise: Debug + Send + Sync {
    /// Rescales a column.
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError>;

    /// Tells whether 0 and 1 are the ends of the scale, which is stretched to the project's. Results
    /// lie beyond only where a method was told not to clamp.
    fn is_bounded(&self) -> bool {
        true
    }

    /// Tells whether one place's result depends on the values of other places (so that adding a
    /// place may move the others).
    fn depends_on_others(&self) -> bool {
        true
    }

    /// Tells what a result rests on beside the value itself: what has to be known of a column before
    /// it can be rescaled piece by piece.
    fn reach(&self) -> Reach {
        if self.depends_on_others() {
            Reach::Column
        } else {
            Reach::Value
        }
    }
}

/// What the score of a value rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The value alone.
    Value,
    /// The value, and the lowest and highest value of the column: a piece of the column that holds
    /// these two is rescaled as the whole is.
    Ends,
    /// The whole column.
    Column,
}

/// A rescaled column.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// The rescaled cells.
    pub column: Column,
    /// Rows whose value lay beyond an end of the scale and was put on it.
    pub clamped: Vec<usize>,
}

impl From<Column> for Normalised {
    fn from(column: Column) -> Self {
        Self {
            column,
            clamped: vec![],
        }
    }
}

/// Why a method cannot rescale a column.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum NormaliseError {
    /// All numbers are equal, and the method divides by their spread. The caller applies the
    /// stated policy for constant columns.
    #[error("all values are {value}")]
    Constant {
        /// The value they share.
        value: f64,
    },
    /// There is no number at all.
    #[error("no place has a value")]
    Empty,
    /// A number for which the formula has no meaning.
    #[error("{why}")]
    Value {
        /// Row of the number.
        row: usize,
        /// The number.
        value: f64,
        /// What the formula cannot do with it, and what would allow it.
        why: String,
    },
}

/// Every normalisation, in the order of the documentation.
pub static METHODS: &[Entry<dyn Normalise>] = &[
    min_max::ENTRY,
    goalposts::ENTRY,
    z_score::ENTRY,
    rank::RANK,
    rank::PERCENTILE,
    target::ENTRY,
    ratio::DISTANCE_TO_BEST,
    table::ENTRY,
    curve::PIECEWISE_LINEAR,
    steps::ENTRY,
    points::LINEAR,
    points::POWER_FUNCTION,
    identity::ENTRY,
    curve::LOGISTIC,
    ratio::MAX,
    ratio::SUM,
    ratio::VECTOR,
    ratio::NONLINEAR,
    ratio::LOGARITHMIC,
    deviation::ENHANCED_ACCURACY,
    deviation::ZAVADSKAS_TURSKIS,
];

/// Finds a method by its name.
pub fn find(name: &str) -> Option<&'static Entry<dyn Normalise>> {
    METHODS.iter().find(|entry| entry.info.name == name)
}
