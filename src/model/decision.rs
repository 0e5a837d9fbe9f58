//! The decision matrix: complete columns with their directions, and weights.
//!
//! Ranking methods and data-driven weights compare alternatives with each other, so they need every
//! cell. What to do about missing ones is decided before (see `prepare`); here they cannot occur.

use super::Direction;
use std::ops::Deref;
use thiserror::Error;

/// Finite columns of equal length, one per criterion, each with a direction.
///
/// At least one alternative and one criterion. Columns, not rows: methods work criterion by
/// criterion and stream through memory.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionMatrix {
    columns: Vec<Vec<f64>>,
    directions: Vec<Direction>,
}

/// Why numbers cannot be a decision matrix.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DecisionError {
    /// There is no criterion, or no alternative.
    #[error("there is nothing to compare: {alternatives} alternatives, {criteria} criteria")]
    Empty {
        /// Number of alternatives.
        alternatives: usize,
        /// Number of criteria.
        criteria: usize,
    },
    /// Columns, directions and weights do not fit together.
    #[error("{what} has {found} entries where {expected} are needed")]
    Shape {
        /// What has the wrong length.
        what: String,
        /// Its length.
        found: usize,
        /// The length of the others.
        expected: usize,
    },
    /// A cell is infinite or not a number.
    #[error("criterion {criterion} of alternative {alternative} is not a finite number")]
    Cell {
        /// Position of the criterion.
        criterion: usize,
        /// Position of the alternative.
        alternative: usize,
    },
    /// A criterion has no good end.
    #[error("criterion {criterion} has no direction: `context` is not compared")]
    Context {
        /// Position of the criterion.
        criterion: usize,
    },
    /// A weight is negative or not finite, or all are zero.
    #[error("weight {criterion} is {value}: weights are non-negative and not all zero")]
    Weight {
        /// Position of the criterion.
        criterion: usize,
        /// The weight.
        value: f64,
    },
}

impl DecisionMatrix {
    /// Checks shapes and cells once, so that methods need not.
    ///
    /// ```
    /// use exacity::model::{DecisionMatrix, Direction};
    /// let matrix = DecisionMatrix::new(
    ///     vec![vec![8.0, 5.0], vec![2.0, 7.0]],
    ///     vec![Direction::Higher, Direction::Lower],
    /// )?;
    /// assert_eq!(matrix.alternatives(), 2);
    /// # Ok::<(), exacity::model::DecisionError>(())
    /// ```
    pub fn new(columns: Vec<Vec<f64>>, directions: Vec<Direction>) -> Result<Self, DecisionError> {
        let (criteria, alternatives) = (columns.len(), columns.first().map_or(0, Vec::len));
        if criteria == 0 || alternatives == 0 {
            return Err(DecisionError::Empty {
                alternatives,
                criteria,
            });
        }
        same_length("the list of directions", directions.len(), criteria)?;
        for (criterion, column) in columns.iter().enumerate() {
            same_length(
                &format!("criterion {criterion}"),
                column.len(),
                alternatives,
            )?;
            if let Some(alternative) = column.iter().position(|v| !v.is_finite()) {
                return Err(DecisionError::Cell {
                    criterion,
                    alternative,
                });
            }
            if directions[criterion] == Direction::Context {
                return Err(DecisionError::Context { criterion });
            }
        }
        Ok(Self {
            columns,
            directions,
        })
    }

    /// Returns the number of alternatives.
    pub fn alternatives(&self) -> usize {
        self.columns[0].len()
    }

    /// Returns the number of criteria.
    pub fn criteria(&self) -> usize {
        self.columns.len()
    }

    /// Returns all columns.
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// Returns all directions.
    pub fn directions(&self) -> &[Direction] {
        &self.directions
    }

    /// Returns the values of one criterion.
    pub fn column(&self, criterion: usize) -> &[f64] {
        &self.columns[criterion]
    }

    /// Tells whether more is better.
    pub fn is_benefit(&self, criterion: usize) -> bool {
        self.directions[criterion] == Direction::Higher
    }

    /// Returns the same matrix without one alternative, or `None` if it is the last one.
    pub fn without(&self, alternative: usize) -> Option<Self> {
        if self.alternatives() < 2 || alternative >= self.alternatives() {
            return None;
        }
        let mut columns = self.columns.clone();
        for column in &mut columns {
            column.remove(alternative);
        }
        Some(Self {
            columns,
            directions: self.directions.clone(),
        })
    }
}

/// A decision matrix with the weights of its criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    matrix: DecisionMatrix,
    weights: Vec<f64>,
}

impl Decision {
    /// Joins a matrix with its weights.
    ///
    /// Weights are taken as they are, not rescaled: printed examples carry weights that sum to
    /// 0.999, and their scores follow. [`super::Weights`] always sums to one.
    pub fn new(matrix: DecisionMatrix, weights: &[f64]) -> Result<Self, DecisionError> {
        check_weights(&matrix, weights)?;
        Ok(Self {
            matrix,
            weights: weights.to_vec(),
        })
    }

    /// Puts other weights on the same matrix; see [`Decision::new`].
    pub fn reweigh(&mut self, weights: &[f64]) -> Result<(), DecisionError> {
        check_weights(&self.matrix, weights)?;
        self.weights.copy_from_slice(weights);
        Ok(())
    }

    /// Puts another value into a cell.
    ///
    /// # Panics
    ///
    /// If there is no such cell.
    pub fn set(
        &mut self,
        criterion: usize,
        alternative: usize,
        value: f64,
    ) -> Result<(), DecisionError> {
        if !value.is_finite() {
            return Err(DecisionError::Cell {
                criterion,
                alternative,
            });
        }
        self.matrix.columns[criterion][alternative] = value;
        Ok(())
    }

    /// Returns the matrix.
    pub fn matrix(&self) -> &DecisionMatrix {
        &self.matrix
    }

    /// Returns the weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Returns the weight of one criterion.
    pub fn weight(&self, criterion: usize) -> f64 {
        self.weights[criterion]
    }

    /// Returns the same decision without one alternative, or `None` if it is the last one.
    pub fn without(&self, alternative: usize) -> Option<Self> {
        Some(Self {
            matrix: self.matrix.without(alternative)?,
            weights: self.weights.clone(),
        })
    }
}

impl Deref for Decision {
    type Target = DecisionMatrix;

    fn deref(&self) -> &DecisionMatrix {
        &self.matrix
    }
}

fn check_weights(matrix: &DecisionMatrix, weights: &[f64]) -> Result<(), DecisionError> {
    same_length("the list of weights", weights.len(), matrix.criteria())?;
    let wrong = weights.iter().position(|w| !w.is_finite() || *w < 0.0);
    let all_zero = weights.iter().all(|&w| w <= 0.0).then_some(0);
    match wrong.or(all_zero) {
        None => Ok(()),
        Some(criterion) => Err(DecisionError::Weight {
            criterion,
            value: weights[criterion],
        }),
    }
}

fn same_length(what: &str, found: usize, expected: usize) -> Result<(), DecisionError> {
    if found == expected {
        return Ok(());
    }
    Err(DecisionError::Shape {
        what: what.to_owned(),
        found,
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Context, Higher};

    #[test]
    fn what_cannot_be_compared_is_refused_with_its_place() {
        let of = |columns: &[&[f64]], directions: &[Direction]| {
            let columns = columns.iter().map(|c| c.to_vec()).collect();
            DecisionMatrix::new(columns, directions.to_vec()).unwrap_err()
        };
        assert!(matches!(of(&[], &[]), DecisionError::Empty { .. }));
        assert!(matches!(of(&[&[]], &[Higher]), DecisionError::Empty { .. }));
        assert_eq!(
            of(&[&[1.0, 2.0], &[1.0, f64::NAN]], &[Higher, Higher]),
            DecisionError::Cell {
                criterion: 1,
                alternative: 1
            }
        );
        assert_eq!(
            of(&[&[1.0]], &[Context]),
            DecisionError::Context { criterion: 0 }
        );
        assert!(matches!(
            of(&[&[1.0, 2.0], &[1.0]], &[Higher, Higher]),
            DecisionError::Shape { found: 1, .. }
        ));
    }

    #[test]
    fn weights_that_are_negative_or_all_zero_are_refused() {
        let matrix = DecisionMatrix::new(vec![vec![1.0], vec![2.0]], vec![Higher; 2]).unwrap();
        for weights in [[1.0, -1.0], [0.0, 0.0], [f64::NAN, 1.0]] {
            assert!(Decision::new(matrix.clone(), &weights).is_err());
        }
        assert!(Decision::new(matrix, &[1.0]).is_err());
    }
}
