//! Several people's weights made one, and how far they were apart.

use crate::num::{float, stats};
use thiserror::Error;

/// How weights are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// The mean of the shares.
    #[default]
    Mean,
    /// The median of the shares, rescaled: one extreme voice moves it little.
    Median,
}

/// Combined weights with what they hide.
#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    /// Shares that sum to one.
    pub weights: Vec<f64>,
    /// How far apart the stakeholders were on each criterion.
    pub spread: Vec<Spread>,
    /// Mean over pairs of stakeholders of the weight that they place differently: half the sum of
    /// absolute differences, 0 for full agreement, 1 for none; 0 for a single stakeholder.
    pub disagreement: f64,
}

/// How far apart stakeholders were on one criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The lowest share given.
    pub low: f64,
    /// The highest share given.
    pub high: f64,
    /// Standard deviation of the shares (divisor n).
    pub sd: f64,
}

/// Why weights cannot be combined.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CombineError {
    /// There are no weights.
    #[error("there are no weights to combine")]
    Empty,
    /// A stakeholder weighs another number of criteria.
    #[error("stakeholder {stakeholder} weighs {found} criteria where the first weighs {expected}")]
    Shape {
        /// Position of the stakeholder.
        stakeholder: usize,
        /// Number of criteria weighed.
        found: usize,
        /// Number of criteria that the first one weighs.
        expected: usize,
    },
    /// No criterion has a median above zero.
    #[error("the median of every criterion is 0: no two stakeholders agree on any; use the mean")]
    NoMedian,
}

/// Combines shares, one list per stakeholder, each summing to one.
pub fn combine(of: &[Vec<f64>], how: Combine) -> Result<Combined, CombineError> {
    let expected = of
        .first()
        .map(Vec::len)
        .filter(|&n| n > 0)
        .ok_or(CombineError::Empty)?;
    if let Some(stakeholder) = of.iter().position(|w| w.len() != expected) {
        let found = of[stakeholder].len();
        return Err(CombineError::Shape {
            stakeholder,
            found,
            expected,
        });
    }
    let by_criterion: Vec<Vec<f64>> = (0..expected)
        .map(|j| of.iter().map(|w| w[j]).collect())
        .collect();
    let centre = |shares: &Vec<f64>| match how {
        Combine::Mean => stats::mean(shares),
        Combine::Median => stats::median(shares),
    };
    let centres: Vec<f64> = by_criterion.iter().filter_map(centre).collect();
    let total = float::sum(centres.iter().copied());
    if total <= 0.0 {
        return Err(CombineError::NoMedian);
    }
    let spread = |shares: &Vec<f64>| {
        let (low, high) = stats::range(shares).unwrap_or_default();
        let sd = stats::population_sd(shares).unwrap_or_default();
        Spread { low, high, sd }
    };
    Ok(Combined {
        weights: centres.iter().map(|c| c / total).collect(),
        spread: by_criterion.iter().map(spread).collect(),
        disagreement: disagreement(of),
    })
}

fn disagreement(of: &[Vec<f64>]) -> f64 {
    let mut distances = vec![];
    for (at, a) in of.iter().enumerate() {
        for b in &of[..at] {
            distances.push(float::sum(a.iter().zip(b).map(|(x, y)| (x - y).abs())) / 2.0);
        }
    }
    stats::mean(&distances).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_extreme_voice_moves_the_mean_more_than_the_median() {
        let of = [vec![0.5, 0.5], vec![0.5, 0.5], vec![1.0, 0.0]];
        let mean = combine(&of, Combine::Mean).unwrap();
        let median = combine(&of, Combine::Median).unwrap();
        assert!((mean.weights[0] - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(median.weights, [0.5, 0.5]);
        assert!((mean.disagreement - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!((mean.spread[0].low, mean.spread[0].high), (0.5, 1.0));
    }

    #[test]
    fn stakeholders_who_share_nothing_have_no_median() {
        let of = [
            vec![1.0, 0.0, 0.0],
            vec![0.0, 1.0, 0.0],
            vec![0.0, 0.0, 1.0],
        ];
        assert_eq!(combine(&of, Combine::Median), Err(CombineError::NoMedian));
        assert!((combine(&of, Combine::Mean).unwrap().disagreement - 1.0).abs() < 1e-15);
    }

    #[test]
    fn lists_of_other_length_are_refused() {
        let of = [vec![1.0], vec![0.5, 0.5]];
        assert!(matches!(
            combine(&of, Combine::Mean),
            Err(CombineError::Shape { stakeholder: 1, .. })
        ));
        assert_eq!(combine(&[], Combine::Mean), Err(CombineError::Empty));
    }
}
