//! Shares of the best, of the sum, of the length: scales that keep the zero of the data.
//!
//! They suit figures on a ratio scale (costs, counts, capacities), where twice the number is twice
//! the thing. None of them takes a negative number.

use super::{Normalise, NormaliseError, Normalised, Reach, checks};
use crate::model::{Column, Direction, Entry, MethodInfo};
use crate::num::float;
use std::sync::Arc;

const SURVEY: &str = "Jahan and Edwards (2015), A state-of-the-art survey on the influence of \
                      normalization techniques in ranking, Materials and Design 65";

/// The line of the table for the distance to the best place.
pub const DISTANCE_TO_BEST: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "distance-to-best",
        summary: "share of the best value; the literature also calls it linear or ratio",
        formula: "x / max; where less is better min / x",
        params: &[],
        not_when: "values can be negative, or zero where less is better: zero would be infinitely \
                   better than anything (use `min-max` or `goalposts`)",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5: distance \
                    to a reference",
        common: true,
    },
    build: |_| Ok(Arc::new(Ratio::DistanceToBest)),
};

/// The line of the table for the share of the sum.
pub const SUM: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "sum",
        summary: "share of the sum of all places",
        formula: "x / sum of x; where less is better (1/x) / sum of 1/x",
        params: &[],
        not_when: "scores must not move when a place joins: all shrink",
        reference: SURVEY,
        common: false,
    },
    build: |_| Ok(Arc::new(Ratio::Sum)),
};

/// The line of the table for the share of the Euclidean length.
pub const VECTOR: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "vector",
        summary: "share of the Euclidean length of the column",
        formula: "x / sqrt(sum of x^2); where less is better 1 - x / sqrt(sum of x^2)",
        params: &[],
        not_when: "a reader shall see what a score means; it is at home inside TOPSIS, MOORA and \
                   ELECTRE, which scale columns themselves",
        reference: "Hwang and Yoon (1981), Multiple Attribute Decision Making, Springer",
        common: false,
    },
    build: |_| Ok(Arc::new(Ratio::Vector)),
};

/// The line of the table for the share of the maximum.
pub const MAX: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "max",
        summary: "share of the highest value, mirrored where less is better",
        formula: "x / max; where less is better 1 - x / max",
        params: &[],
        not_when: "costs lie close together: all then score close to 0 (use `distance-to-best`)",
        reference: SURVEY,
        common: false,
    },
    build: |_| Ok(Arc::new(Ratio::Max)),
};

/// The line of the table for squares and cubes of the share of the best.
pub const NONLINEAR: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "nonlinear",
        summary: "square (or cube) of the share of the best value: leaders stand out",
        formula: "(x / max)^2; where less is better (min / x)^3",
        params: &[],
        not_when: "benefits and costs must count alike: the exponents differ",
        reference: "Peldschus, Vaigauskas and Zavadskas (1983); Jahan and Edwards (2015)",
        common: false,
    },
    build: |_| Ok(Arc::new(Ratio::Nonlinear)),
};

/// The line of the table for the share of the sum of logarithms.
pub const LOGARITHMIC: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "logarithmic",
        summary: "share of the sum of the logarithms",
        formula: "s = ln x / sum of ln x; where less is better (1 - s) / (n - 1)",
        params: &[],
        not_when: "values can be below 1, whose logarithm is negative: the formula then turns the \
                   order round (use `goalposts` with a transform, or treat the column with `log`)",
        reference: "Zavadskas and Turskis (2008), A new logarithmic normalization method in games \
                    theory, Informatica 19(2)",
        common: false,
    },
    build: |_| Ok(Arc::new(Ratio::Logarithmic)),
};

/// A scale that keeps the zero of the data.
///
/// Missing cells stay missing and count in no sum. Equal values share a score that the formula
/// gives, so a constant column is an error only where the formula divides by zero: when all are 0
/// (or all are 1 for [`Ratio::Logarithmic`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ratio {
    /// `x / max`, and `min / x` where less is better.
    DistanceToBest,
    /// `x / Σx`, and `(1/x) / Σ(1/x)` where less is better.
    Sum,
    /// `x / √Σx²`, and one minus that where less is better.
    Vector,
    /// `x / max`, and one minus that where less is better.
    Max,
    /// `(x / max)²`, and `(min / x)³` where less is better.
    Nonlinear,
    /// `ln x / Σ ln x`, and `(1 - that) / (n - 1)` where less is better.
    Logarithmic,
}

impl Normalise for Ratio {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        let reversed = checks::is_reversed(direction);
        let (low, high) = checks::range(column)?;
        if *self == Self::Logarithmic {
            return logarithmic(column, reversed);
        }
        let divides_by_values = matches!(self, Self::DistanceToBest | Self::Nonlinear | Self::Sum);
        if reversed && divides_by_values {
            checks::positive(column, "dividing by the value")?;
        } else {
            checks::non_negative(column, "a share")?;
        }
        if high <= 0.0 {
            return Err(NormaliseError::Constant { value: high });
        }
        match (self, reversed) {
            (Self::DistanceToBest | Self::Max, false) => checks::rescale(column, |x| x / high),
            (Self::DistanceToBest, true) => checks::rescale(column, |x| low / x),
            (Self::Max, true) => checks::rescale(column, |x| 1.0 - x / high),
            (Self::Nonlinear, false) => checks::rescale(column, |x| (x / high) * (x / high)),
            (Self::Nonlinear, true) => {
                checks::rescale(column, |x| (low / x) * (low / x) * (low / x))
            }
            (Self::Sum, false) => {
                let total = total(column, |x| x)?;
                checks::rescale(column, |x| x / total)
            }
            (Self::Sum, true) => {
                let total = total(column, |x| 1.0 / x)?;
                checks::rescale(column, |x| 1.0 / x / total)
            }
            (Self::Vector, reversed) => {
                let length = total(column, |x| x * x)?.sqrt();
                if reversed {
                    checks::rescale(column, |x| 1.0 - x / length)
                } else {
                    checks::rescale(column, |x| x / length)
                }
            }
            (Self::Logarithmic, _) => logarithmic(column, reversed),
        }
    }

    fn reach(&self) -> Reach {
        match self {
            Self::DistanceToBest | Self::Max | Self::Nonlinear => Reach::Ends,
            Self::Sum | Self::Vector | Self::Logarithmic => Reach::Column,
        }
    }
}

fn logarithmic(column: &Column, reversed: bool) -> Result<Normalised, NormaliseError> {
    checks::refuse(
        column,
        |value| value < 1.0,
        |value| {
            format!(
                "the logarithmic scale takes only numbers from 1 up, and this is {value}: use \
             `goalposts` with a transform"
            )
        },
    )?;
    let total = float::sum(column.present().map(|(_, value)| float::ln(value)));
    let others = column.present().count().saturating_sub(1);
    let (low, _) = checks::range(column)?;
    if total <= 0.0 || (reversed && others == 0) {
        return Err(NormaliseError::Constant { value: low });
    }
    if reversed {
        checks::rescale(column, |x| (1.0 - float::ln(x) / total) / others as f64)
    } else {
        checks::rescale(column, |x| float::ln(x) / total)
    }
}

/// Adds up `part` of every number; the sum must be one that can be divided by.
fn total(column: &Column, part: impl Fn(f64) -> f64) -> Result<f64, NormaliseError> {
    let total = float::sum(column.present().map(|(_, value)| part(value)));
    if total.is_normal() {
        Ok(total)
    } else {
        Err(checks::too_extreme(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(method: Ratio, values: &[f64], direction: Direction) -> Vec<f64> {
        let found = method.normalise(&Column::complete(values.to_vec()), direction);
        found.unwrap().column.numbers()
    }

    #[test]
    fn the_best_place_scores_one_in_both_directions() {
        let values = [2.0, 8.0, 4.0];
        assert_eq!(
            scores(Ratio::DistanceToBest, &values, Direction::Higher),
            [0.25, 1.0, 0.5]
        );
        assert_eq!(
            scores(Ratio::DistanceToBest, &values, Direction::Lower),
            [1.0, 0.25, 0.5]
        );
        assert_eq!(
            scores(Ratio::Nonlinear, &values, Direction::Lower),
            [1.0, 0.015_625, 0.125]
        );
    }

    #[test]
    fn zero_is_a_share_of_a_benefit_but_not_of_a_cost() {
        assert_eq!(
            scores(Ratio::Sum, &[0.0, 4.0], Direction::Higher),
            [0.0, 1.0]
        );
        let column = Column::complete(vec![4.0, 0.0]);
        for method in [Ratio::DistanceToBest, Ratio::Sum, Ratio::Nonlinear] {
            let found = method.normalise(&column, Direction::Lower);
            assert!(
                matches!(found, Err(NormaliseError::Value { row: 1, .. })),
                "{found:?}"
            );
        }
    }

    #[test]
    fn negative_numbers_are_refused_with_a_way_out() {
        let column = Column::complete(vec![4.0, -2.0]);
        for method in [Ratio::DistanceToBest, Ratio::Sum, Ratio::Vector, Ratio::Max] {
            let found = method.normalise(&column, Direction::Higher).unwrap_err();
            assert!(found.to_string().contains("use `min-max`"), "{found}");
        }
    }

    #[test]
    fn equal_values_are_scored_by_the_formula_unless_all_are_zero() {
        assert_eq!(scores(Ratio::Sum, &[5.0; 4], Direction::Lower), [0.25; 4]);
        assert_eq!(scores(Ratio::Max, &[5.0], Direction::Higher), [1.0]);
        let found = Ratio::Max.normalise(&Column::complete(vec![0.0; 2]), Direction::Lower);
        assert_eq!(found, Err(NormaliseError::Constant { value: 0.0 }));
    }

    #[test]
    fn logarithms_of_ones_and_of_a_lone_cost_divide_by_zero() {
        for (values, direction) in [
            (vec![1.0, 1.0], Direction::Higher),
            (vec![3.0], Direction::Lower),
        ] {
            let found = Ratio::Logarithmic.normalise(&Column::complete(values), direction);
            assert!(
                matches!(found, Err(NormaliseError::Constant { .. })),
                "{found:?}"
            );
        }
    }

    #[test]
    fn sums_beyond_the_floating_range_are_refused() {
        let found = Ratio::Vector.normalise(&Column::complete(vec![1.0, 1e200]), Direction::Higher);
        assert!(
            matches!(found, Err(NormaliseError::Value { row: 1, .. })),
            "{found:?}"
        );
        let found = Ratio::Sum.normalise(&Column::complete(vec![1.0, 1e-320]), Direction::Lower);
        assert!(
            matches!(found, Err(NormaliseError::Value { .. })),
            "{found:?}"
        );
    }
}
