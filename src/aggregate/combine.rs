//! Plain arithmetic on children: their sum, their product, the ratio of two.

use super::{Aggregate, AggregateError, heard};
use crate::model::{Entry, MethodInfo};
use std::sync::Arc;

/// The line of the table for the sum.
pub const SUM: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "sum",
        summary: "points added up, not averaged; weights are not used",
        formula: "sum of s over children with weight",
        params: &[],
        not_when: "children may be missing: a place then scores less for having fewer figures (use \
                   `arithmetic`)",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6",
        common: false,
    },
    build: |_| Ok(Arc::new(Sum)),
};

/// The line of the table for the product.
pub const PRODUCT: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "product",
        summary: "children multiplied; weights are not used",
        formula: "product of s over children with weight",
        params: &[],
        not_when: "the result must stay on the scale of the children (use `geometric`)",
        reference: "Bridgman (1922), Dimensional Analysis; as hazard x exposure in risk indices",
        common: false,
    },
    build: |_| Ok(Arc::new(Product)),
};

/// The line of the table for the ratio.
pub const RATIO: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "ratio",
        summary: "the first child divided by the second; weights are not used",
        formula: "s1 / s2",
        params: &[],
        not_when: "the second child can be zero: start its scale above zero",
        reference: "UNDP, Human Development Report, technical notes: Gender Development Index",
        common: false,
    },
    build: |_| Ok(Arc::new(Ratio)),
};

/// The sum of the children. A weight only tells whether a child counts (above zero) or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum;

impl Aggregate for Sum {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        let total = heard(scores, weights).fold(0.0, |sum, (score, _)| sum + score);
        finite(total, scores, "the sum")
    }
}

/// The product of the children. A weight only tells whether a child counts (above zero) or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product;

impl Aggregate for Product {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        let total = heard(scores, weights).fold(1.0, |product, (score, _)| product * score);
        finite(total, scores, "the product")
    }
}

/// The first child divided by the second; both are needed, whatever their weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio;

impl Aggregate for Ratio {
    fn aggregate(&self, scores: &[f64], _weights: &[f64]) -> Result<f64, AggregateError> {
        let &[above, below] = scores else {
            return Err(AggregateError::Count {
                needed: 2,
                held: scores.len(),
                why: format!(
                    "a ratio needs its two children, and the place holds {}: use `missing = \
                     \"complete-cases\"` on this criterion",
                    scores.len()
                ),
            });
        };
        if below.abs() < f64::MIN_POSITIVE {
            return Err(AggregateError::Value {
                child: 1,
                value: below,
                why: "a ratio cannot divide by zero: give the second child a scale that starts \
                      above zero"
                    .to_owned(),
            });
        }
        finite(above / below, scores, "the ratio")
    }

    fn children(&self) -> Option<usize> {
        Some(2)
    }
}

/// Refuses a result beyond the floating range, blaming the child of greatest magnitude.
fn finite(result: f64, scores: &[f64], what: &str) -> Result<f64, AggregateError> {
    if result.is_finite() {
        return Ok(result);
    }
    let largest = scores
        .iter()
        .copied()
        .enumerate()
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let (child, value) = largest.unwrap_or_default();
    Err(AggregateError::Value {
        child,
        value,
        why: format!("{what} is too large to be a number: use a smaller scale or unit"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_products_do_not_use_weights_but_obey_a_zero() {
        assert_eq!(Sum.aggregate(&[2.0, 3.0, 9.0], &[0.9, 0.1, 0.0]), Ok(5.0));
        assert_eq!(
            Product.aggregate(&[2.0, 3.0, 9.0], &[0.9, 0.1, 0.0]),
            Ok(6.0)
        );
    }

    #[test]
    fn a_ratio_needs_both_children_and_a_divisor() {
        assert_eq!(Ratio.aggregate(&[3.0, 4.0], &[0.5, 0.5]), Ok(0.75));
        let alone = Ratio.aggregate(&[3.0], &[1.0]);
        assert!(matches!(
            alone,
            Err(AggregateError::Count {
                needed: 2,
                held: 1,
                ..
            })
        ));
        let zero = Ratio.aggregate(&[3.0, 0.0], &[0.5, 0.5]);
        assert!(
            matches!(zero, Err(AggregateError::Value { child: 1, .. })),
            "{zero:?}"
        );
    }

    #[test]
    fn a_product_beyond_the_floating_range_is_refused() {
        let found = Product.aggregate(&[1e200, 3.0, 1e250], &[0.3, 0.4, 0.3]);
        assert!(
            matches!(found, Err(AggregateError::Value { child: 2, .. })),
            "{found:?}"
        );
    }
}
