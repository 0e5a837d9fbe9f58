//! Winsorising: pulling the outermost values in until the column is no longer skewed by them.

use super::{Treat, TreatError, Treated};
use crate::model::{Cell, Column, Entry, MethodInfo, Param, ParamError, ParamKind};
use crate::num::{float, stats};
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Treat> = Entry {
    info: MethodInfo {
        name: "winsorise",
        summary: "pulls outliers in while skewness and kurtosis are both high",
        formula: "while |skewness| > `skewness` and kurtosis > `kurtosis` (sample estimators of type \
                  2, kurtosis in excess of the normal one) and fewer rounds than the limit: all \
                  values equal to the highest become the next lower one (to the lowest the next \
                  higher one when the skewness is negative). Still skewed: as `then` says, from the \
                  original values, ln(x - min + 0.01 * (max - min))",
        params: &[
            Param::number("skewness", "1", "skewness above which a column is treated")
                .within(0.0, f64::INFINITY)
                .or("2"),
            Param::number(
                "kurtosis",
                "1",
                "excess kurtosis above which a column is treated",
            )
            .within(0.0, f64::INFINITY)
            .or("3.5"),
            Param::number(
                "limit",
                "share of places",
                "rounds at most, rounded up to a whole number",
            )
            .within(0.0, 1.0)
            .or("0.1"),
            Param {
                kind: ParamKind::Integer,
                ..Param::number("rounds", "1", "rounds at most, instead of `limit`")
                    .within(0.0, 1e6)
                    .or("")
            },
            Param {
                kind: ParamKind::Integer,
                ..Param::number("points", "1", "changed values at most, instead of `limit`")
                    .within(0.0, 1e6)
                    .or("")
            },
            Param::required(
                "then",
                ParamKind::Word(&["ln-shift", "none"]),
                "what happens to a column that is still skewed at the limit: the logarithm of the \
                 original values, or nothing more",
            )
            .or("ln-shift"),
        ],
        not_when: "the outermost places are the story (a few hubs hold most of the capacity): use \
                   `log`, which keeps their order",
        reference: "Becker et al. (2022), COINr, JOSS 7(78), 4567: Treat; Joanes and Gill (1998), The \
                    Statistician 47 for the estimators",
        common: true,
    },
    build: |params| {
        let limit = match (
            params.number("limit"),
            params.number("rounds"),
            params.number("points"),
        ) {
            (None, None, None) => Limit::Share(0.1),
            (Some(share), None, None) => Limit::Share(share),
            (None, Some(rounds), None) => Limit::Rounds(count(rounds)),
            (None, None, Some(points)) => Limit::Points(count(points)),
            _ => {
                let message = "`limit`, `rounds` and `points` exclude one another";
                return Err(ParamError {
                    param: None,
                    message: message.to_owned(),
                });
            }
        };
        let default = Winsorise::default();
        Ok(Arc::new(Winsorise {
            skewness: params.number("skewness").unwrap_or(default.skewness),
            kurtosis: params.number("kurtosis").unwrap_or(default.kurtosis),
            limit,
            logarithm_then: params.word("then") != Some("none"),
        }))
    },
};

/// How far winsorising may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// This share of the places that hold a number, rounded up, in rounds.
    Share(f64),
    /// This many rounds.
    Rounds(usize),
    /// This many changed values. A round that would change more is not made.
    Points(usize),
}

/// Pulls the outermost values in, round by round, while the column is skewed by them.
///
/// A column with fewer than four numbers or without spread has no kurtosis and is left as it is.
/// Missing cells stay missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Winsorise {
    /// Skewness, of either sign, above which a column is treated.
    pub skewness: f64,
    /// Excess kurtosis above which a column is treated.
    pub kurtosis: f64,
    /// How far to go.
    pub limit: Limit,
    /// Whether a column that is still skewed at the limit becomes its shifted logarithm.
    pub logarithm_then: bool,
}

impl Default for Winsorise {
    fn default() -> Self {
        Self {
            skewness: 2.0,
            kurtosis: 3.5,
            limit: Limit::Share(0.1),
            logarithm_then: true,
        }
    }
}

impl Treat for Winsorise {
    fn treat(&self, column: &Column) -> Result<Treated, TreatError> {
        let original: Vec<(usize, f64)> = column.present().collect();
        let mut values = column.numbers();
        let most_rounds = self.most_rounds(values.len());
        let mut rounds = 0;
        while rounds < most_rounds && self.is_skewed(&values) {
            let next = pulled_in(&values);
            if matches!(self.limit, Limit::Points(most) if changed(&original, &next).len() > most) {
                break;
            }
            values = next;
            rounds += 1;
        }
        if self.logarithm_then && self.is_skewed(&values) {
            return Ok(shifted_logarithm(column));
        }
        let changed = changed(&original, &values);
        let mut treated = column.clone();
        for (&(row, _), &value) in original.iter().zip(&values) {
            treated.set(row, Cell::Value(value));
        }
        let what = match changed.len() {
            0 => String::new(),
            1 => "winsorised 1 point".to_owned(),
            points => format!("winsorised {points} points"),
        };
        Ok(Treated {
            column: treated,
            changed,
            what,
        })
    }
}

impl Winsorise {
    fn is_skewed(&self, values: &[f64]) -> bool {
        let skewness = stats::skewness(values).is_some_and(|found| found.abs() > self.skewness);
        skewness && stats::kurtosis(values).is_some_and(|found| found > self.kurtosis)
    }

    fn most_rounds(&self, places: usize) -> usize {
        match self.limit {
            // The product of a decimal share may lie a bit above a whole number: 0.07 * 100.
            Limit::Share(share) => count((share * places as f64 - 1e-9).ceil()),
            Limit::Rounds(rounds) => rounds,
            // Every round changes at least one more value or ends without spread.
            Limit::Points(_) => places,
        }
    }
}

/// Sets all values equal to the outermost on the skewed side to their neighbour.
fn pulled_in(values: &[f64]) -> Vec<f64> {
    let from_above = stats::skewness(values).is_none_or(|skewness| skewness >= 0.0);
    let Some((low, high)) = stats::range(values) else {
        return vec![];
    };
    if from_above {
        let next = values
            .iter()
            .copied()
            .filter(|v| *v < high)
            .fold(low, f64::max);
        values
            .iter()
            .map(|&v| if v >= high { next } else { v })
            .collect()
    } else {
        let next = values
            .iter()
            .copied()
            .filter(|v| *v > low)
            .fold(high, f64::min);
        values
            .iter()
            .map(|&v| if v <= low { next } else { v })
            .collect()
    }
}

fn changed(original: &[(usize, f64)], values: &[f64]) -> Vec<usize> {
    let pairs = original.iter().zip(values);
    pairs
        .filter(|((_, was), is)| (was - **is).abs() > 0.0)
        .map(|((row, _), _)| *row)
        .collect()
}

/// Takes `ln(x - min + 0.01 * (max - min))` of a column that has spread.
fn shifted_logarithm(column: &Column) -> Treated {
    let (low, high) = stats::range(&column.numbers()).unwrap_or_default();
    let shift = 0.01 * (high - low);
    Treated {
        column: column.map(|value| float::ln(value - low + shift)),
        changed: vec![],
        what: "natural logarithm of x - min + 0.01 * (max - min)".to_owned(),
    }
}

/// Takes a whole number that a parameter of kind integer, with its range, has let through.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in range by then"
)]
fn count(number: f64) -> usize {
    number.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty steady values and the outliers given.
    fn with_outliers(outliers: &[f64]) -> Column {
        let steady = (0..20).map(|i| f64::from(i % 5));
        Column::complete(steady.chain(outliers.iter().copied()).collect())
    }

    #[test]
    fn a_lone_outlier_becomes_its_neighbour_and_is_listed() {
        let found = Winsorise::default().treat(&with_outliers(&[90.0])).unwrap();
        assert_eq!(
            (found.column.value(20), found.changed),
            (Some(4.0), vec![20])
        );
        assert_eq!(found.what, "winsorised 1 point");
    }

    #[test]
    fn a_low_outlier_is_pulled_up() {
        let found = Winsorise::default()
            .treat(&with_outliers(&[-90.0]))
            .unwrap();
        assert_eq!(
            (found.column.value(20), found.changed),
            (Some(0.0), vec![20])
        );
    }

    #[test]
    fn a_column_without_outliers_is_left_alone() {
        let column = with_outliers(&[]);
        let found = Winsorise::default().treat(&column).unwrap();
        assert_eq!(
            found,
            Treated {
                column,
                changed: vec![],
                what: String::new()
            }
        );
    }

    #[test]
    fn at_the_limit_the_original_values_become_logarithms() {
        let column = with_outliers(&[1e3, 1e6]);
        let one = Winsorise {
            limit: Limit::Rounds(1),
            ..Winsorise::default()
        };
        let found = one.treat(&column).unwrap();
        assert_eq!(
            (found.column.value(0), found.changed.len()),
            (Some(float::ln(1e4)), 0)
        );
        let stop = Winsorise {
            logarithm_then: false,
            ..one
        }
        .treat(&column)
        .unwrap();
        assert_eq!((stop.column.value(21), stop.changed), (Some(1e3), vec![21]));
    }

    #[test]
    fn points_are_counted_by_changed_values() {
        let column = with_outliers(&[90.0, 95.0, 95.0]);
        let of = |points| {
            let limit = Limit::Points(points);
            let most = Winsorise {
                limit,
                logarithm_then: false,
                skewness: 1.0,
                kurtosis: 0.0,
            };
            most.treat(&column).unwrap().changed
        };
        assert_eq!(
            (of(1), of(2), of(3)),
            (vec![], vec![21, 22], vec![20, 21, 22])
        );
    }

    #[test]
    fn too_few_numbers_have_no_kurtosis() {
        let column: Column = [Some(1.0), None, Some(1.0), Some(900.0)]
            .into_iter()
            .collect();
        assert_eq!(Winsorise::default().treat(&column).unwrap().column, column);
    }

    #[test]
    fn a_share_of_the_places_is_rounded_up() {
        let rounds = |share, places| {
            Winsorise {
                limit: Limit::Share(share),
                ..Winsorise::default()
            }
            .most_rounds(places)
        };
        assert_eq!(
            (rounds(0.1, 51), rounds(0.1, 50), rounds(0.07, 100)),
            (6, 5, 7)
        );
    }
}
