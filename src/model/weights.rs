//! Importance among siblings.

use crate::num::float;
use thiserror::Error;

/// Non-negative numbers that sum to one among siblings; cannot be built otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(Vec<f64>);

/// Why numbers cannot be weights.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum WeightError {
    /// A number is negative or not finite.
    #[error("weight {position} is {value}, which is not a non-negative number")]
    NotAWeight {
        /// Position among the siblings.
        position: usize,
        /// The number.
        value: f64,
    },
    /// The numbers sum to zero, or there are none.
    #[error("all weights are zero")]
    AllZero,
}

impl Weights {
    /// Rescales numbers to shares that sum to one.
    ///
    /// ```
    /// # use exacity::model::Weights;
    /// assert_eq!(Weights::new(&[30.0, 10.0])?.as_slice(), [0.75, 0.25]);
    /// # Ok::<(), exacity::model::WeightError>(())
    /// ```
    pub fn new(numbers: &[f64]) -> Result<Self, WeightError> {
        let wrong = numbers.iter().position(|n| !n.is_finite() || *n < 0.0);
        if let Some(position) = wrong {
            return Err(WeightError::NotAWeight {
                position,
                value: numbers[position],
            });
        }
        // Dividing by the largest first keeps the sum finite for any finite numbers.
        let largest = numbers.iter().copied().fold(0.0, f64::max);
        if largest <= 0.0 {
            return Err(WeightError::AllZero);
        }
        let scaled: Vec<f64> = numbers.iter().map(|n| n / largest).collect();
        let total = float::sum(scaled.iter().copied());
        Ok(Self(scaled.iter().map(|n| n / total).collect()))
    }

    /// Gives each of `count` siblings the same share; none for none.
    pub fn equal(count: usize) -> Self {
        Self(vec![1.0 / count.max(1) as f64; count])
    }

    /// Returns the shares.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_weigh_is_refused() {
        assert_eq!(Weights::new(&[0.0, 0.0]), Err(WeightError::AllZero));
        assert_eq!(Weights::new(&[]), Err(WeightError::AllZero));
        assert!(matches!(
            Weights::new(&[1.0, f64::NAN]),
            Err(WeightError::NotAWeight { position: 1, .. })
        ));
        assert!(Weights::new(&[-1.0]).is_err());
    }

    #[test]
    fn huge_numbers_still_make_shares() {
        assert_eq!(
            Weights::new(&[f64::MAX, f64::MAX]).unwrap().as_slice(),
            [0.5, 0.5]
        );
    }
}
