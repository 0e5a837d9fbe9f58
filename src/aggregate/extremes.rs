//! The lowest, the highest and the middle child.

use super::{Aggregate, AggregateError, heard};
use crate::model::{Entry, MethodInfo};
use std::sync::Arc;

/// The line of the table for the minimum.
pub const MIN: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "min",
        summary: "the weakest child decides; nothing makes up for it",
        formula: "lowest s among children with weight",
        params: &[],
        not_when: "progress elsewhere should show: only the weakest child moves the score",
        reference: "Dasgupta and Weale (1992), On measuring the quality of life, World Development \
                    20(1); Leontief form",
        common: true,
    },
    build: |_| Ok(Arc::new(Min)),
};

/// The line of the table for the maximum.
pub const MAX: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "max",
        summary: "the strongest child decides",
        formula: "highest s among children with weight",
        params: &[],
        not_when: "children measure different things: one strength then hides all weaknesses",
        reference: "Yager (1988), On ordered weighted averaging aggregation operators, IEEE Trans. \
                    SMC 18(1): the optimistic end",
        common: false,
    },
    build: |_| Ok(Arc::new(Max)),
};

/// The line of the table for the median.
pub const MEDIAN: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "median",
        summary: "weighted median: outlying children have no pull",
        formula: "lowest s at which the weights of all children up to s pass one half; the mean of \
                  that s and the next when they are exactly one half",
        params: &[],
        not_when: "there are two or three children, of which it forgets all but the middle",
        reference: "Edgeworth (1888), On a new method of reducing observations, Phil. Mag. 25",
        common: false,
    },
    build: |_| Ok(Arc::new(Median)),
};

/// The lowest child. Children of weight zero are not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Min;

impl Aggregate for Min {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        Ok(heard(scores, weights)
            .map(|(score, _)| score)
            .fold(f64::INFINITY, f64::min))
    }
}

/// The highest child. Children of weight zero are not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Max;

impl Aggregate for Max {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        Ok(heard(scores, weights)
            .map(|(score, _)| score)
            .fold(f64::NEG_INFINITY, f64::max))
    }
}

/// The weighted median. Children of weight zero are not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Median;

impl Aggregate for Median {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        // Weights like 1/3 + 1/6 miss one half by a bit or two.
        const ROUNDING: f64 = 1e-12;
        let mut children: Vec<(f64, f64)> = heard(scores, weights).collect();
        children.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut below = 0.0;
        for (at, &(score, weight)) in children.iter().enumerate() {
            below += weight;
            if below > 0.5 + ROUNDING {
                return Ok(score);
            }
            if below > 0.5 - ROUNDING {
                let next = children.get(at + 1).map_or(score, |child| child.0);
                return Ok(f64::midpoint(score, next));
            }
        }
        Ok(children.last().map_or(0.0, |child| child.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_without_weight_is_not_heard() {
        let (scores, weights) = ([1.0, 5.0, 9.0], [0.0, 1.0, 0.0]);
        for method in [&Min as &dyn Aggregate, &Max, &Median] {
            assert_eq!(method.aggregate(&scores, &weights), Ok(5.0));
        }
    }

    #[test]
    fn the_median_goes_by_weight_and_splits_an_exact_half() {
        assert_eq!(
            Median.aggregate(&[9.0, 1.0, 5.0], &[0.2, 0.6, 0.2]),
            Ok(1.0)
        );
        assert_eq!(Median.aggregate(&[9.0, 1.0], &[0.5, 0.5]), Ok(5.0));
        let sixth = 1.0 / 6.0;
        assert_eq!(
            Median.aggregate(&[6.0, 5.0, 4.0, 3.0, 2.0, 1.0], &[sixth; 6]),
            Ok(3.5)
        );
    }
}
