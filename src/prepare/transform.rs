//! Transformations of a whole column: logarithm and Box-Cox.

use super::{Treat, TreatError, Treated};
use crate::model::{Column, Entry, MethodInfo, Param, ParamKind};
use crate::num::{float, stats};
use std::sync::Arc;

const OFFSET: Param = Param::number(
    "offset",
    "data",
    "added to every value first, to lift zeros",
)
.or("0");

/// The line of the table for logarithms.
pub const LOG: Entry<dyn Treat> = Entry {
    info: MethodInfo {
        name: "log",
        summary: "logarithm of every value",
        formula: "ln(x + offset), or log10(x + offset)",
        params: &[
            Param::required(
                "base",
                ParamKind::Word(&["e", "10"]),
                "base of the logarithm",
            )
            .or("e"),
            OFFSET,
        ],
        not_when: "values can be zero or negative and no offset has a meaning",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Log {
            decimal: params.word("base") == Some("10"),
            offset: params.number("offset").unwrap_or(0.0),
        }))
    },
};

/// The line of the table for Box-Cox.
pub const BOX_COX: Entry<dyn Treat> = Entry {
    info: MethodInfo {
        name: "box-cox",
        summary: "power that brings a column close to a normal distribution",
        formula: "((x + offset)^lambda - 1) / lambda, ln(x + offset) for lambda = 0",
        params: &[
            Param::number(
                "lambda",
                "1",
                "the power; if not given, the one in -5..5 of greatest likelihood under normality",
            )
            .within(-5.0, 5.0)
            .or(""),
            OFFSET,
        ],
        not_when: "scores must be explained in a sentence (use `log`), or must not move when a place \
                   joins (state `lambda`)",
        reference: "Box and Cox (1964), An analysis of transformations, J. Royal Statistical Society \
                    B 26(2)",
        common: false,
    },
    build: |params| {
        Ok(Arc::new(BoxCox {
            lambda: params.number("lambda"),
            offset: params.number("offset").unwrap_or(0.0),
        }))
    },
};

/// Takes the logarithm of every value. Missing cells stay missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Log {
    /// Base ten instead of *e*.
    pub decimal: bool,
    /// Added to every value first.
    pub offset: f64,
}

impl Treat for Log {
    fn treat(&self, column: &Column) -> Result<Treated, TreatError> {
        let lifted = lifted(column, self.offset)?;
        let (of, name) = if self.decimal {
            (float::log10 as fn(f64) -> f64, "decimal")
        } else {
            (float::ln as _, "natural")
        };
        Ok(whole(
            lifted.map(of),
            format!("{name} logarithm{}", offset_in_words(self.offset)),
        ))
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

/// Takes a power of every value, stated or fitted. Missing cells stay missing.
///
/// The fit needs two different values; without them, the column is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BoxCox {
    /// The power; fitted if none.
    pub lambda: Option<f64>,
    /// Added to every value first.
    pub offset: f64,
}

impl Treat for BoxCox {
    fn treat(&self, column: &Column) -> Result<Treated, TreatError> {
        let lifted = lifted(column, self.offset)?;
        let Some(lambda) = self.lambda.or_else(|| fit(&lifted.numbers())) else {
            return Ok(whole(column.clone(), String::new()));
        };
        let treated = lifted.map(|value| power(value, lambda));
        if let Some((row, _)) = treated.present().find(|(_, value)| !value.is_finite()) {
            let value = column.value(row).unwrap_or_default();
            let why = format!("the power {lambda} of {value} is not a number: use another unit");
            return Err(TreatError::Value { row, value, why });
        }
        let how = if self.lambda.is_some() {
            ""
        } else {
            ", fitted"
        };
        let offset = offset_in_words(self.offset);
        Ok(whole(
            treated,
            format!("Box-Cox transformation{offset}, lambda {lambda:.4}{how}"),
        ))
    }

    fn depends_on_others(&self) -> bool {
        self.lambda.is_none()
    }
}

fn power(value: f64, lambda: f64) -> f64 {
    // Nearer to zero the difference from one keeps no digits, and the logarithm is the limit.
    if lambda.abs() < 1e-9 {
        float::ln(value)
    } else {
        (float::pow(value, lambda) - 1.0) / lambda
    }
}

/// Finds the power of greatest profile likelihood by golden sections.
///
/// The likelihood of the power is that of the variance of the transformed values, once these are
/// divided by their geometric mean, which makes the Jacobian one (Box and Cox 1964, equation 10).
/// It has a single peak for all but contrived samples.
fn fit(values: &[f64]) -> Option<f64> {
    // 80 sections of an interval of ten leave 2e-16 of it, below the resolution of the answer.
    const SECTIONS: usize = 80;
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (low, high) = stats::range(values)?;
    if low >= high {
        return None;
    }
    let mean = stats::mean(&values.iter().map(|v| float::ln(*v)).collect::<Vec<_>>())?;
    let scaled: Vec<f64> = values
        .iter()
        .map(|v| float::exp(float::ln(*v) - mean))
        .collect();
    let spread = |lambda: f64| {
        let powers: Vec<f64> = scaled.iter().map(|v| power(*v, lambda)).collect();
        stats::variance(&powers, 0)
            .filter(|v| v.is_finite())
            .unwrap_or(f64::INFINITY)
    };
    let (mut left, mut right) = (-5.0, 5.0);
    let (mut a, mut b) = (
        right - GOLDEN * (right - left),
        left + GOLDEN * (right - left),
    );
    let (mut at_a, mut at_b) = (spread(a), spread(b));
    for _ in 0..SECTIONS {
        if at_a <= at_b {
            (right, b, at_b) = (b, a, at_a);
            a = right - GOLDEN * (right - left);
            at_a = spread(a);
        } else {
            (left, a, at_a) = (a, b, at_b);
            b = left + GOLDEN * (right - left);
            at_b = spread(b);
        }
    }
    Some(f64::midpoint(left, right))
}

/// Adds the offset and refuses what no logarithm takes.
fn lifted(column: &Column, offset: f64) -> Result<Column, TreatError> {
    let lifted = column.map(|value| value + offset);
    match column
        .present()
        .find(|(_, value)| *value + offset <= 0.0 || !(value + offset).is_finite())
    {
        None => Ok(lifted),
        Some((row, value)) => {
            let why = format!(
                "this transformation takes only numbers above zero, and {value} with the offset \
                 {offset} is not: state a larger `offset`, or winsorise instead"
            );
            Err(TreatError::Value { row, value, why })
        }
    }
}

fn offset_in_words(offset: f64) -> String {
    if offset.abs() > 0.0 {
        format!(" after adding {offset}")
    } else {
        String::new()
    }
}

fn whole(column: Column, what: String) -> Treated {
    Treated {
        column,
        changed: vec![],
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_keep_holes_and_say_what_was_done() {
        let column: Column = [Some(0.0), None, Some(99.0)].into_iter().collect();
        let found = Log {
            decimal: true,
            offset: 1.0,
        }
        .treat(&column)
        .unwrap();
        assert_eq!(
            found.column,
            [Some(0.0), None, Some(2.0)].into_iter().collect()
        );
        assert_eq!(found.what, "decimal logarithm after adding 1");
    }

    #[test]
    fn zeros_are_refused_by_row_with_the_offset_as_a_way_out() {
        let column = Column::complete(vec![3.0, 0.0]);
        for treat in [&Log::default() as &dyn Treat, &BoxCox::default()] {
            let Err(TreatError::Value { row, why, .. }) = treat.treat(&column) else {
                panic!("a logarithm of zero");
            };
            assert!(row == 1 && why.contains("`offset`"), "{why}");
        }
    }

    #[test]
    fn stated_powers_follow_the_formula() {
        let column = Column::complete(vec![4.0]);
        let of = |lambda| {
            BoxCox {
                lambda: Some(lambda),
                offset: 0.0,
            }
            .treat(&column)
            .unwrap()
            .column
            .value(0)
        };
        assert_eq!(
            (of(0.5), of(1.0), of(-1.0)),
            (Some(2.0), Some(3.0), Some(0.75))
        );
        assert_eq!(of(0.0), Some(float::ln(4.0)));
    }

    #[test]
    fn the_fit_of_a_sample_with_symmetric_logarithms_is_the_logarithm() {
        // Inverting these values gives the same sample, so lambda and -lambda are equally likely.
        let logs: Vec<f64> = (-10..=10).map(|i| float::exp(f64::from(i) / 4.0)).collect();
        assert!((fit(&logs).unwrap()).abs() < 1e-6, "{:?}", fit(&logs));
    }

    #[test]
    fn the_fit_is_a_peak_of_the_likelihood_as_box_and_cox_state_it() {
        // -n/2 ln(variance) + (lambda - 1) sum of ln x, written out without the scaling used above.
        let values = [1.2, 3.4, 0.8, 9.9, 2.2, 5.1, 14.0, 2.9];
        let likelihood = |lambda: f64| {
            let powers: Vec<f64> = values.iter().map(|v| power(*v, lambda)).collect();
            let logs: f64 = values.iter().map(|v| float::ln(*v)).sum();
            -4.0 * float::ln(stats::variance(&powers, 0).unwrap()) + (lambda - 1.0) * logs
        };
        let best = fit(&values).unwrap();
        for step in -50..=50 {
            let other = f64::from(step) / 10.0;
            assert!(
                likelihood(best) >= likelihood(other) - 1e-12,
                "{best} {other}"
            );
        }
    }

    #[test]
    fn nothing_is_fitted_to_equal_values() {
        let column = Column::complete(vec![2.0; 3]);
        let found = BoxCox::default().treat(&column).unwrap();
        assert_eq!((found.column, found.what), (column, String::new()));
    }
}
