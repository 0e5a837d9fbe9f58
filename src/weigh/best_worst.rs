//! Best-worst method: two vectors of comparisons instead of a whole matrix.

use crate::num::float;
use crate::num::simplex::{Outcome, Relation, Row, minimise};
use thiserror::Error;

/// Weights by the best-worst method, and how far the comparisons contradict each other.
#[derive(Debug, Clone, PartialEq)]
pub struct BestWorst {
    /// Shares that sum to one.
    pub weights: Vec<f64>,
    /// ξ*: the largest remaining contradiction, in units of weight; 0 if there is none.
    pub xi: f64,
    /// The input-based consistency ratio of Liang, Brunelli, Rezaei (2020): 0 if there is no
    /// contradiction, 1 at the worst.
    pub consistency_ratio: f64,
    /// The criterion with the largest contradiction; `None` if there is none.
    pub worst: Option<usize>,
}

/// Why comparisons give no weights.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum BestWorstError {
    /// The vectors are empty or differ in length.
    #[error(
        "{best} comparisons with the best criterion and {worst} with the worst; each criterion needs one of both"
    )]
    Shape {
        /// Length of the first vector.
        best: usize,
        /// Length of the second vector.
        worst: usize,
    },
    /// A comparison is below one.
    #[error(
        "the comparison {value} of criterion {criterion} is below 1: the best is at least as important as any, and any as the worst"
    )]
    BelowOne {
        /// Position of the criterion.
        criterion: usize,
        /// The comparison.
        value: f64,
    },
    /// No criterion compares 1 with the best, or with the worst.
    #[error("no criterion is the {0}: one of its comparisons must be 1")]
    NoExtreme(&'static str),
    /// The best over the worst is said twice, differently.
    #[error(
        "the best is said to be {of_best} times the worst in one vector and {of_worst} times in the other"
    )]
    Extremes {
        /// By the comparisons with the best.
        of_best: f64,
        /// By the comparisons with the worst.
        of_worst: f64,
    },
    /// The linear program did not settle.
    #[error("the linear program did not settle: the comparisons differ too much in size")]
    NotSettled,
}

/// Weighs criteria by comparisons with the best (`best_over[j]`: how many times as important the best
/// is as j) and with the worst (`over_worst[j]`: how many times as important j is as the worst).
///
/// The linear model: minimises ξ with `|w_B - a_Bj w_j| <= ξ` and `|w_j - a_jW w_W| <= ξ`. Its
/// solution is unique.
///
/// # Reference
///
/// Rezaei (2016), *Best-worst multi-criteria decision-making method: some properties and a linear
/// model*, Omega 64.
pub fn best_worst(best_over: &[f64], over_worst: &[f64]) -> Result<BestWorst, BestWorstError> {
    let (best, worst) = extremes(best_over, over_worst)?;
    let count = best_over.len();
    if best == worst {
        // Best and worst are one: all are equally important.
        return Ok(BestWorst {
            weights: vec![1.0 / count as f64; count],
            xi: 0.0,
            consistency_ratio: 0.0,
            worst: None,
        });
    }
    let mut rows = vec![Row {
        coefficients: [vec![1.0; count], vec![0.0]].concat(),
        relation: Relation::Equal,
        bound: 1.0,
    }];
    for j in 0..count {
        rows.extend(both_ways(count, best, j, best_over[j]));
        rows.extend(both_ways(count, j, worst, over_worst[j]));
    }
    let objective = [vec![0.0; count], vec![1.0]].concat();
    let Outcome::Optimal { variables, .. } = minimise(&objective, &rows) else {
        return Err(BestWorstError::NotSettled);
    };
    let (ratio, at) = input_consistency(best_over, over_worst, best_over[worst]);
    let total = float::sum(variables[..count].iter().copied());
    Ok(BestWorst {
        weights: variables[..count].iter().map(|w| w / total).collect(),
        xi: variables[count],
        consistency_ratio: ratio,
        worst: at,
    })
}

/// Returns `|w_a - times · w_b| <= ξ` as two rows; ξ is the last variable.
fn both_ways(count: usize, a: usize, b: usize, times: f64) -> Vec<Row> {
    if a == b {
        return vec![];
    }
    let row = |sign: f64| {
        let mut coefficients = vec![0.0; count + 1];
        coefficients[a] = sign;
        coefficients[b] = -sign * times;
        coefficients[count] = -1.0;
        Row {
            coefficients,
            relation: Relation::AtMost,
            bound: 0.0,
        }
    };
    vec![row(1.0), row(-1.0)]
}

/// Finds the best and the worst criterion after checking the comparisons.
fn extremes(best_over: &[f64], over_worst: &[f64]) -> Result<(usize, usize), BestWorstError> {
    if best_over.is_empty() || best_over.len() != over_worst.len() {
        return Err(BestWorstError::Shape {
            best: best_over.len(),
            worst: over_worst.len(),
        });
    }
    for comparisons in [best_over, over_worst] {
        if let Some(criterion) = comparisons
            .iter()
            .position(|v| !(v.is_finite() && *v >= 1.0))
        {
            return Err(BestWorstError::BelowOne {
                criterion,
                value: comparisons[criterion],
            });
        }
    }
    let is_one = |v: &f64| *v <= 1.0;
    // Several may tie for best; the one that is said to be farthest above the worst stands for them.
    let farthest = |of: &[f64], by: &[f64]| {
        let ties = (0..of.len()).filter(|&j| is_one(&of[j]));
        ties.fold(None, |at: Option<usize>, j| match at {
            Some(k) if by[k] >= by[j] => Some(k),
            _ => Some(j),
        })
    };
    let best = farthest(best_over, over_worst).ok_or(BestWorstError::NoExtreme("best"))?;
    let worst = farthest(over_worst, best_over).ok_or(BestWorstError::NoExtreme("worst"))?;
    let (of_best, of_worst) = (best_over[worst], over_worst[best]);
    if (of_best - of_worst).abs() > 1e-9 * of_best {
        return Err(BestWorstError::Extremes { of_best, of_worst });
    }
    Ok((best, worst))
}

fn input_consistency(best_over: &[f64], over_worst: &[f64], whole: f64) -> (f64, Option<usize>) {
    let (mut most, mut at) = (0.0, None);
    if whole <= 1.0 {
        return (most, at);
    }
    for (j, (a, b)) in best_over.iter().zip(over_worst).enumerate() {
        let ratio = (a * b - whole).abs() / (whole * whole - whole);
        if ratio > most + 1e-12 {
            (most, at) = (ratio, Some(j));
        }
    }
    (most, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consistent_comparisons_give_their_proportions() {
        let found = best_worst(&[1.0, 2.0, 8.0], &[8.0, 4.0, 1.0]).unwrap();
        for (w, expected) in found
            .weights
            .iter()
            .zip([8.0 / 13.0, 4.0 / 13.0, 1.0 / 13.0])
        {
            assert!((w - expected).abs() < 1e-9, "{found:?}");
        }
        assert!(found.xi < 1e-9 && found.worst.is_none());
    }

    #[test]
    fn contradictions_are_spread_evenly_over_the_comparisons() {
        // By hand: with all three bounds active, w3 - 8 w1 = xi, 2 w2 - w3 = xi, 5 w1 - w2 = xi, so
        // w = (2, 9, 17) / 28 and xi = 1/28; loosening one tightens another.
        let found = best_worst(&[8.0, 2.0, 1.0], &[1.0, 5.0, 8.0]).unwrap();
        for (w, by_hand) in found.weights.iter().zip([2.0, 9.0, 17.0]) {
            assert!((w - by_hand / 28.0).abs() < 1e-9, "{found:?}");
        }
        assert!((found.xi - 1.0 / 28.0).abs() < 1e-9);
        assert_eq!(found.worst, Some(1));
        assert!((found.consistency_ratio - 2.0 / 56.0).abs() < 1e-12);
    }

    #[test]
    fn contradicting_or_missing_extremes_are_refused() {
        let of = |a: &[f64], b: &[f64]| best_worst(a, b).unwrap_err();
        assert!(matches!(
            of(&[2.0, 3.0], &[3.0, 1.0]),
            BestWorstError::NoExtreme("best")
        ));
        assert!(matches!(
            of(&[1.0, 3.0], &[4.0, 1.0]),
            BestWorstError::Extremes { .. }
        ));
        assert!(matches!(
            of(&[1.0, 0.5], &[4.0, 1.0]),
            BestWorstError::BelowOne { criterion: 1, .. }
        ));
        assert!(matches!(of(&[], &[]), BestWorstError::Shape { .. }));
    }

    #[test]
    fn criteria_of_equal_importance_weigh_the_same() {
        assert_eq!(
            best_worst(&[1.0, 1.0], &[1.0, 1.0]).unwrap().weights,
            [0.5, 0.5]
        );
    }
}
