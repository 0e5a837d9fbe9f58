//! The power means: arithmetic, geometric, harmonic, and those between and beyond.
//!
//! They differ in how far a strong child makes up for a weak one: fully under the arithmetic mean,
//! less and less as the exponent falls.

use super::{Aggregate, AggregateError, heard, non_negative};
use crate::model::{Entry, MethodInfo, Param, ParamError};
use crate::num::float;
use std::sync::Arc;

const HANDBOOK: &str = "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6";

/// The line of the table for the arithmetic mean.
pub const ARITHMETIC: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "arithmetic",
        summary: "weighted mean: strengths make up for weaknesses in full",
        formula: "sum of w * s",
        params: &[],
        not_when: "a failure in one child must not be bought back by another (use `geometric` or \
                   `min`)",
        reference: HANDBOOK,
        common: true,
    },
    build: |_| Ok(Arc::new(Arithmetic)),
};

/// The line of the table for the geometric mean.
pub const GEOMETRIC: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "geometric",
        summary: "weighted product: a weak child costs more than a strong one brings",
        formula: "product of s ^ w; 0 when a child with weight scores 0",
        params: &[],
        not_when: "scores can be negative (after `z-score`), or a zero only means the last place of \
                   a `min-max` scale: use a scale that starts above zero",
        reference: HANDBOOK,
        common: true,
    },
    build: |_| Ok(Arc::new(Geometric)),
};

/// The line of the table for the harmonic mean.
pub const HARMONIC: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "harmonic",
        summary: "stricter than the geometric mean: the weakest child leads",
        formula: "1 / (sum of w / s); 0 when a child with weight scores 0",
        params: &[],
        not_when: "scores can be negative (after `z-score`)",
        reference: "Becker et al. (2022), COINr: An R package for developing composite indicators, \
                    JOSS 7(78), 4567",
        common: true,
    },
    build: |_| Ok(Arc::new(Harmonic)),
};

/// The line of the table for the power mean.
pub const POWER: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "power",
        summary: "mean with a chosen degree of compensation",
        formula: "(sum of w * s ^ r) ^ (1 / r); the geometric mean for r = 0; 0 when r <= 0 and a \
                  child with weight scores 0",
        params: &[Param::number(
            "r",
            "1",
            "1 is arithmetic, 0 geometric, -1 harmonic; the lower, the less is made up for",
        )
        .within(-1000.0, 1000.0)],
        not_when: "scores can be negative, or nobody can say why this exponent",
        reference: "Hardy, Littlewood, Polya (1934), Inequalities, chapter II",
        common: false,
    },
    build: |params| match params.number("r") {
        Some(r) => Ok(Arc::new(Power { r })),
        None => Err(ParamError::new("r", "`r` is needed")),
    },
};

/// The weighted arithmetic mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arithmetic;

impl Aggregate for Arithmetic {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        Ok(scores
            .iter()
            .zip(weights)
            .fold(0.0, |sum, (score, weight)| sum + weight * score))
    }

    fn aggregate_columns(
        &self,
        columns: &[&[f64]],
        weights: &[f64],
        out: &mut [f64],
    ) -> Result<(), (usize, AggregateError)> {
        // One block of rows after the other, so that the sums stay in the nearest cache while every
        // child is added; the order of the children is that of `aggregate`, and so are the bits.
        const BLOCK: usize = 1024;
        for (block, sums) in out.chunks_mut(BLOCK).enumerate() {
            let start = block * BLOCK;
            sums.fill(0.0);
            for (column, &weight) in columns.iter().zip(weights) {
                let scores = &column[start..start + sums.len()];
                for (sum, score) in sums.iter_mut().zip(scores) {
                    *sum += weight * score;
                }
            }
        }
        Ok(())
    }

    fn is_additive(&self) -> bool {
        true
    }
}

/// The weighted geometric mean.
///
/// A child with weight that scores 0 makes the mean 0, which is the limit of the formula; negative
/// scores are refused. Children of weight zero are not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometric;

impl Aggregate for Geometric {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        non_negative(scores, weights, "the geometric mean")?;
        let mut logarithms = 0.0;
        for (score, weight) in heard(scores, weights) {
            if score <= 0.0 {
                return Ok(0.0);
            }
            logarithms += weight * float::ln(score);
        }
        Ok(between(float::exp(logarithms), scores, weights))
    }
}

/// The weighted harmonic mean.
///
/// A child with weight that scores 0 makes the mean 0, which is the limit of the formula; negative
/// scores are refused. Children of weight zero are not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Harmonic;

impl Aggregate for Harmonic {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        non_negative(scores, weights, "the harmonic mean")?;
        let mut inverses = 0.0;
        for (score, weight) in heard(scores, weights) {
            if score <= 0.0 {
                return Ok(0.0);
            }
            inverses += weight / score;
        }
        Ok(between(1.0 / inverses, scores, weights))
    }
}

/// The weighted power mean with exponent `r`.
///
/// Zeros under `r <= 0` make the mean 0, which is the limit of the formula; negative scores are
/// refused. Children of weight zero are not heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    /// The exponent.
    pub r: f64,
}

impl Aggregate for Power {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        // So close to zero the root takes away more digits than the exponent is from its limit.
        if self.r.abs() < 1e-8 {
            return Geometric.aggregate(scores, weights);
        }
        non_negative(scores, weights, "the power mean")?;
        let children = || heard(scores, weights).map(|(score, _)| score);
        // Shares of the leading score: a high exponent of the score itself could be infinite.
        let lead = if self.r > 0.0 {
            children().fold(0.0, f64::max)
        } else {
            children().fold(f64::INFINITY, f64::min)
        };
        if lead <= 0.0 {
            return Ok(0.0);
        }
        let powers = heard(scores, weights).fold(0.0, |sum, (score, weight)| {
            sum + weight * float::pow(score / lead, self.r)
        });
        Ok(between(
            lead * float::pow(powers, 1.0 / self.r),
            scores,
            weights,
        ))
    }
}

/// Puts a mean back between its lowest and highest child, where only rounding can have moved it
/// from: children that all score 70 have a mean of 70, not of 69.99999999999999.
fn between(mean: f64, scores: &[f64], weights: &[f64]) -> f64 {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (score, _) in heard(scores, weights) {
        low = low.min(score);
        high = high.max(score);
    }
    if low <= high {
        mean.clamp(low, high)
    } else {
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_places_give_the_same_bits() {
        let columns: Vec<Vec<f64>> = (1..6)
            .map(|c| (0..3000).map(|r| f64::from(r * c) / 7.0).collect())
            .collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let weights = [0.3, 0.1, 0.25, 0.05, 0.3];
        let mut out = vec![f64::NAN; 3000];
        Arithmetic
            .aggregate_columns(&slices, &weights, &mut out)
            .unwrap();
        for row in [0, 1023, 1024, 2999] {
            let scores: Vec<f64> = columns.iter().map(|c| c[row]).collect();
            let alone = Arithmetic.aggregate(&scores, &weights).unwrap();
            assert_eq!(out[row].to_bits(), alone.to_bits(), "row {row}");
        }
    }

    #[test]
    fn the_human_development_index_of_norway_is_the_cube_root() {
        // HDR 2023/24, 2022 values: life 83.393, schooling 18.638 (clamped) and 13.062, income 69190.
        let life = (83.393 - 20.0) / 65.0;
        let education = f64::midpoint(1.0, 13.062_342_79 / 15.0);
        let income = float::ln(69_189.761_65 / 100.0) / float::ln(750.0);
        let found = Geometric
            .aggregate(&[life, education, income], &[1.0 / 3.0; 3])
            .unwrap();
        assert!((found - 0.966).abs() < 0.000_5, "{found}");
    }

    #[test]
    fn a_zero_child_makes_strict_means_zero_unless_it_has_no_weight() {
        for method in [&Geometric as &dyn Aggregate, &Harmonic, &Power { r: -3.0 }] {
            assert_eq!(method.aggregate(&[0.0, 8.0], &[0.5, 0.5]), Ok(0.0));
            assert_eq!(method.aggregate(&[0.0, 8.0], &[0.0, 1.0]), Ok(8.0));
        }
    }

    #[test]
    fn negative_scores_are_refused_with_the_child_that_has_one() {
        for method in [&Geometric as &dyn Aggregate, &Harmonic, &Power { r: 2.0 }] {
            let found = method.aggregate(&[3.0, -1.0], &[0.5, 0.5]);
            assert!(
                matches!(found, Err(AggregateError::Value { child: 1, .. })),
                "{found:?}"
            );
        }
    }

    #[test]
    fn special_exponents_are_the_named_means() {
        let (scores, weights) = ([2.0, 8.0, 5.0], [0.5, 0.25, 0.25]);
        for (r, named) in [
            (1.0, &Arithmetic as &dyn Aggregate),
            (0.0, &Geometric),
            (-1.0, &Harmonic),
        ] {
            let power = Power { r }.aggregate(&scores, &weights).unwrap();
            let named = named.aggregate(&scores, &weights).unwrap();
            assert!((power - named).abs() < 1e-12, "{r}: {power} {named}");
        }
    }

    #[test]
    fn high_exponents_approach_the_extremes_without_overflow() {
        let (scores, weights) = ([40.0, 90.0], [0.5, 0.5]);
        let high = Power { r: 1000.0 }.aggregate(&scores, &weights).unwrap();
        let low = Power { r: -1000.0 }.aggregate(&scores, &weights).unwrap();
        assert!(
            (89.9..=90.0).contains(&high) && (40.0..40.1).contains(&low),
            "{high} {low}"
        );
    }
}
