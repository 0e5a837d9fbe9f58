//! Analytic hierarchy process: weights from pairwise comparisons.

use crate::num::float;
use crate::num::matrix::dominant_eigen;
use thiserror::Error;

/// How comparisons become weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prioritisation {
    /// The dominant eigenvector (Saaty 1977).
    #[default]
    Eigenvector,
    /// The geometric means of the rows (Crawford and Williams 1985).
    GeometricMean,
    /// The sums of the rows, rescaled: a quick approximation of the eigenvector.
    RowSum,
}

/// The table of consistency indices of random matrices that the consistency ratio divides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RandomIndex {
    /// Saaty (1980), two decimals.
    #[default]
    Saaty,
    /// Tummala and Ling (1998), four decimals.
    TummalaLing,
}

impl RandomIndex {
    /// Returns the random index for a matrix of this size; `None` beyond the table.
    pub fn of(self, size: usize) -> Option<f64> {
        const SAATY: [f64; 15] = [
            0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
        ];
        const TUMMALA_LING: [f64; 15] = [
            0.0, 0.0, 0.5799, 0.8921, 1.1159, 1.2358, 1.3322, 1.3952, 1.4537, 1.4882, 1.5117,
            1.5356, 1.5571, 1.5714, 1.5831,
        ];
        let table = match self {
            Self::Saaty => SAATY,
            Self::TummalaLing => TUMMALA_LING,
        };
        size.checked_sub(1).and_then(|at| table.get(at).copied())
    }

    /// Returns the name that reports print.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saaty => "Saaty (1980)",
            Self::TummalaLing => "Tummala and Ling (1998)",
        }
    }
}

/// Weights from pairwise comparisons, and how far these contradict each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Priorities {
    /// Shares that sum to one.
    pub weights: Vec<f64>,
    /// The dominant eigenvalue; the size of the matrix if it is fully consistent.
    pub lambda_max: f64,
    /// `(lambda_max - n) / (n - 1)`; 0 below three criteria.
    pub consistency_index: f64,
    /// The index over that of random matrices; `None` beyond the table.
    pub consistency_ratio: Option<f64>,
    /// The table behind the ratio.
    pub random_index: RandomIndex,
    /// The comparison that contradicts the weights most, and the value they would suggest.
    pub worst: Option<Contradiction>,
}

/// A comparison that the other ones contradict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contradiction {
    /// Position of the first criterion.
    pub row: usize,
    /// Position of the second criterion.
    pub column: usize,
    /// How many times as important the first was said to be.
    pub given: f64,
    /// How many times as important the weights make it.
    pub implied: f64,
}

/// Why comparisons give no weights.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum AhpError {
    /// There are no rows, or rows of another length.
    #[error("row {row} has {found} comparisons where {expected} are needed")]
    NotSquare {
        /// Position of the row.
        row: usize,
        /// Its length.
        found: usize,
        /// The number of rows.
        expected: usize,
    },
    /// A comparison is not a positive number.
    #[error("the comparison of {row} with {column} is {value}, which is not above zero")]
    NotPositive {
        /// Position of the first criterion.
        row: usize,
        /// Position of the second criterion.
        column: usize,
        /// The comparison.
        value: f64,
    },
    /// A comparison and its opposite do not fit.
    #[error(
        "the comparison of {row} with {column} is {value} and the opposite one {opposite}, which is \
         not 1/{value}"
    )]
    NotReciprocal {
        /// Position of the first criterion.
        row: usize,
        /// Position of the second criterion.
        column: usize,
        /// The comparison.
        value: f64,
        /// The opposite comparison.
        opposite: f64,
    },
    /// The comparisons contradict each other more than is allowed.
    #[error(
        "the comparisons contradict each other: consistency ratio {ratio:.3} ({table}) is above \
         {limit}; the comparison of {} with {} is {}, the others suggest {:.2}",
        worst.row, worst.column, worst.given, worst.implied
    )]
    Inconsistent {
        /// The consistency ratio.
        ratio: f64,
        /// The name of the random-index table.
        table: &'static str,
        /// The largest ratio that is allowed.
        limit: f64,
        /// The comparison that contradicts the others most.
        worst: Contradiction,
    },
    /// The eigenvector did not settle.
    #[error("the eigenvector of the comparisons did not settle: they differ too much in size")]
    NotSettled,
}

/// Weighs criteria by pairwise comparisons: `matrix[i][j]` says how many times as important i is
/// as j.
///
/// Opposite comparisons must be reciprocal within 1.5 % (`0.33` does for 1/3).
/// Consistency is reported, not judged; see [`Priorities::require`].
///
/// # Reference
///
/// Saaty (1980), *The Analytic Hierarchy Process*.
pub fn ahp(
    matrix: &[Vec<f64>],
    prioritisation: Prioritisation,
    random_index: RandomIndex,
) -> Result<Priorities, AhpError> {
    check(matrix)?;
    let (lambda_max, eigenvector) = dominant_eigen(matrix).ok_or(AhpError::NotSettled)?;
    let weights = match prioritisation {
        Prioritisation::Eigenvector => eigenvector,
        Prioritisation::GeometricMean => geometric_means(matrix),
        Prioritisation::RowSum => row_sums(matrix),
    };
    let size = matrix.len();
    let consistency_index = if size < 3 {
        0.0
    } else {
        ((lambda_max - size as f64) / (size as f64 - 1.0)).max(0.0)
    };
    let ratio = |random: f64| {
        if random > 0.0 {
            consistency_index / random
        } else {
            0.0
        }
    };
    Ok(Priorities {
        worst: worst(matrix, &weights),
        weights,
        lambda_max,
        consistency_index,
        consistency_ratio: random_index.of(size).map(ratio),
        random_index,
    })
}

impl Priorities {
    /// Refuses comparisons whose consistency ratio is above `limit` (0.1 by custom), and names the
    /// one that contradicts the others most. Beyond the table nothing is refused.
    pub fn require(self, limit: f64) -> Result<Self, AhpError> {
        match (self.consistency_ratio, self.worst) {
            (Some(ratio), Some(worst)) if ratio > limit => Err(AhpError::Inconsistent {
                ratio,
                table: self.random_index.name(),
                limit,
                worst,
            }),
            _ => Ok(self),
        }
    }
}

#[expect(
    clippy::needless_range_loop,
    reason = "a cell and its mirror image by index"
)]
fn check(matrix: &[Vec<f64>]) -> Result<(), AhpError> {
    let expected = matrix.len();
    if expected == 0 {
        return Err(AhpError::NotSquare {
            row: 0,
            found: 0,
            expected: 1,
        });
    }
    for (row, cells) in matrix.iter().enumerate() {
        if cells.len() != expected {
            return Err(AhpError::NotSquare {
                row,
                found: cells.len(),
                expected,
            });
        }
        let wrong = cells.iter().position(|v| !(v.is_finite() && *v > 0.0));
        if let Some(column) = wrong {
            return Err(AhpError::NotPositive {
                row,
                column,
                value: cells[column],
            });
        }
    }
    for row in 0..expected {
        for column in row..expected {
            let (value, opposite) = (matrix[row][column], matrix[column][row]);
            // People type 0.33 for a third and 0.143 for a seventh.
            let tolerance = 0.015 * opposite.max(1.0 / value);
            if (opposite - 1.0 / value).abs() > tolerance {
                return Err(AhpError::NotReciprocal {
                    row,
                    column,
                    value,
                    opposite,
                });
            }
        }
    }
    Ok(())
}

fn geometric_means(matrix: &[Vec<f64>]) -> Vec<f64> {
    let size = matrix.len() as f64;
    let mean = |row: &Vec<f64>| float::exp(float::sum(row.iter().map(|&v| float::ln(v))) / size);
    rescaled(&matrix.iter().map(mean).collect::<Vec<f64>>())
}

fn row_sums(matrix: &[Vec<f64>]) -> Vec<f64> {
    let sum = |row: &Vec<f64>| float::sum(row.iter().copied());
    rescaled(&matrix.iter().map(sum).collect::<Vec<f64>>())
}

fn rescaled(values: &[f64]) -> Vec<f64> {
    let total = float::sum(values.iter().copied());
    values.iter().map(|v| v / total).collect()
}

/// Finds the comparison farthest, as a ratio, from what the weights imply.
fn worst(matrix: &[Vec<f64>], weights: &[f64]) -> Option<Contradiction> {
    let mut worst: Option<(f64, Contradiction)> = None;
    for (row, cells) in matrix.iter().enumerate() {
        for (column, &given) in cells.iter().enumerate().skip(row + 1) {
            let implied = weights[row] / weights[column];
            let distance = float::ln(given / implied).abs();
            if worst.as_ref().is_none_or(|(most, _)| distance > *most) {
                worst = Some((
                    distance,
                    Contradiction {
                        row,
                        column,
                        given,
                        implied,
                    },
                ));
            }
        }
    }
    worst.map(|(_, contradiction)| contradiction)
}

/// Makes comparisons from ranks of importance, 1 the most important: the ratio of two ranks, rounded
/// down and at most 9.
pub fn comparisons_from_ranks(ranks: &[f64]) -> Vec<Vec<f64>> {
    let compare = |a: f64, b: f64| {
        let times = (a.max(b) / a.min(b)).floor().min(9.0);
        if a < b {
            times
        } else if a > b {
            1.0 / times
        } else {
            1.0
        }
    };
    let row = |&a: &f64| ranks.iter().map(|&b| compare(a, b)).collect();
    ranks.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weigh(matrix: &[&[f64]]) -> Result<Priorities, AhpError> {
        let matrix: Vec<Vec<f64>> = matrix.iter().map(|r| r.to_vec()).collect();
        ahp(&matrix, Prioritisation::default(), RandomIndex::default())
    }

    #[test]
    fn a_pair_that_is_not_reciprocal_is_named() {
        let error = weigh(&[&[1.0, 3.0], &[0.5, 1.0]]).unwrap_err();
        assert!(
            matches!(
                error,
                AhpError::NotReciprocal {
                    row: 0,
                    column: 1,
                    ..
                }
            ),
            "{error}"
        );
        assert!(weigh(&[&[1.0, 3.0], &[0.33, 1.0]]).is_ok());
        assert!(matches!(
            weigh(&[&[2.0]]).unwrap_err(),
            AhpError::NotReciprocal {
                row: 0,
                column: 0,
                ..
            }
        ));
    }

    #[test]
    fn shapes_and_signs_are_checked() {
        assert!(matches!(
            weigh(&[]).unwrap_err(),
            AhpError::NotSquare { .. }
        ));
        assert!(matches!(
            weigh(&[&[1.0, 2.0]]).unwrap_err(),
            AhpError::NotSquare { found: 2, .. }
        ));
        let negative = weigh(&[&[1.0, -2.0], &[-0.5, 1.0]]).unwrap_err();
        assert!(matches!(
            negative,
            AhpError::NotPositive {
                row: 0,
                column: 1,
                ..
            }
        ));
    }

    #[test]
    fn the_contradicting_pair_is_named_when_consistency_is_required() {
        // 0 over 1 over 2 by two each, yet 2 over 0 by four.
        let cyclic: &[&[f64]] = &[&[1.0, 2.0, 0.25], &[0.5, 1.0, 2.0], &[4.0, 0.5, 1.0]];
        let error = weigh(cyclic).unwrap().require(0.1).unwrap_err();
        let named = matches!(&error, AhpError::Inconsistent { worst, .. } if (worst.given - worst.implied).abs() > 0.1);
        assert!(named, "{error}");
        assert!(error.to_string().contains("Saaty (1980)"));
        let consistent: &[&[f64]] = &[&[1.0, 2.0, 4.0], &[0.5, 1.0, 2.0], &[0.25, 0.5, 1.0]];
        assert!(weigh(consistent).unwrap().require(0.1).is_ok());
    }

    #[test]
    fn one_criterion_has_all_the_weight() {
        let alone = weigh(&[&[1.0]]).unwrap();
        assert_eq!(
            (alone.weights, alone.consistency_ratio),
            (vec![1.0], Some(0.0))
        );
    }
}
