//! Clamping: values beyond two limits are put on them.

use super::{Treat, TreatError, Treated};
use crate::model::{Column, Entry, MethodInfo, Param, ParamError, Params};
use crate::num::stats;
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Treat> = Entry {
    info: MethodInfo {
        name: "clamp",
        summary: "puts values beyond a limit on it: caps, floors, percentiles",
        formula: "min(max(x, low), high); a percentile is taken of the places that hold a number, linear \
                  between neighbours",
        params: &[
            Param::number("low", "data", "lowest value").or(""),
            Param::number("high", "data", "highest value").or(""),
            Param::number(
                "low-percentile",
                "percent of places",
                "reads the lowest value from the data instead",
            )
            .within(0.0, 100.0)
            .or(""),
            Param::number(
                "high-percentile",
                "percent of places",
                "reads the highest value from the data instead",
            )
            .within(0.0, 100.0)
            .or(""),
        ],
        not_when: "the scale that follows clamps anyway (`goalposts`), or only a skewed column is to be \
                   touched (use `winsorise`)",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 3; UNDP, HDR \
                    technical note 4: maternal mortality between 10 and 1,000",
        common: true,
    },
    build: |params| {
        let low = limit(params, "low", "low-percentile")?;
        let high = limit(params, "high", "high-percentile")?;
        let wrong = match (low, high) {
            (None, None) => Some("at least one limit is needed: `low`, `high` or a percentile"),
            (Some(Limit::Value(low)), Some(Limit::Value(high)))
            | (Some(Limit::Percentile(low)), Some(Limit::Percentile(high)))
                if low > high =>
            {
                Some("the lower limit lies above the higher one")
            }
            _ => None,
        };
        match wrong {
            Some(message) => Err(ParamError {
                param: None,
                message: message.to_owned(),
            }),
            None => Ok(Arc::new(Clamp { low, high })),
        }
    },
};

fn limit(
    params: &Params,
    value: &'static str,
    percentile: &'static str,
) -> Result<Option<Limit>, ParamError> {
    match (params.number(value), params.number(percentile)) {
        (Some(_), Some(_)) => {
            let message = format!("`{value}` and `{percentile}` exclude one another");
            Err(ParamError::new(percentile, message))
        }
        (Some(number), None) => Ok(Some(Limit::Value(number))),
        (None, Some(percent)) => Ok(Some(Limit::Percentile(percent))),
        (None, None) => Ok(None),
    }
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A number that people chose.
    Value(f64),
    /// The value that this percentage of the places lie below.
    Percentile(f64),
}

/// Puts values beyond a limit on it, and lists their rows. Missing cells stay missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clamp {
    /// Lowest value.
    pub low: Option<Limit>,
    /// Highest value.
    pub high: Option<Limit>,
}

impl Treat for Clamp {
    fn treat(&self, column: &Column) -> Result<Treated, TreatError> {
        let numbers = column.numbers();
        let at = |limit: Option<Limit>| match limit? {
            Limit::Value(value) => Some(value),
            Limit::Percentile(percent) => stats::quantile(&numbers, percent / 100.0),
        };
        let (low, high) = (at(self.low), at(self.high));
        let hold = |value: f64| {
            let value = low.map_or(value, |low| value.max(low));
            high.map_or(value, |high| value.min(high))
        };
        let moved = column
            .present()
            .filter(|(_, value)| (hold(*value) - value).abs() > 0.0);
        let changed: Vec<usize> = moved.map(|(row, _)| row).collect();
        let what = match (low, high) {
            _ if changed.is_empty() => String::new(),
            (Some(low), Some(high)) => format!("put between {low} and {high}"),
            (Some(low), None) => format!("raised to {low}"),
            (None, Some(high)) => format!("capped at {high}"),
            (None, None) => String::new(),
        };
        Ok(Treated {
            column: column.map(hold),
            changed,
            what,
        })
    }

    fn depends_on_others(&self) -> bool {
        let percentile = |limit| matches!(limit, Some(Limit::Percentile(_)));
        percentile(self.low) || percentile(self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ParamValue;

    fn clamp(given: &[(&str, f64)]) -> Result<Arc<dyn Treat>, ParamError> {
        let params = given
            .iter()
            .fold(Params::default(), |params, (name, value)| {
                params.with(name, ParamValue::Number(*value))
            });
        (ENTRY.build)(&params)
    }

    #[test]
    fn values_beyond_a_limit_are_put_on_it_and_listed() {
        let column: Column = [Some(2.0), None, Some(40.0), Some(1200.0)]
            .into_iter()
            .collect();
        let done = clamp(&[("low", 10.0), ("high", 1000.0)]).unwrap();
        let done = done.treat(&column).unwrap();
        assert_eq!(done.column.numbers(), [10.0, 40.0, 1000.0]);
        assert_eq!(
            (done.changed, done.what),
            (vec![0, 3], "put between 10 and 1000".to_owned())
        );
    }

    #[test]
    fn a_percentile_is_read_from_the_numbers() {
        let column = Column::complete((0..=10).map(f64::from).collect());
        let done = clamp(&[("high-percentile", 90.0)])
            .unwrap()
            .treat(&column)
            .unwrap();
        assert_eq!((done.changed, done.column.value(10)), (vec![10], Some(9.0)));
    }

    #[test]
    fn limits_that_limit_nothing_are_refused() {
        assert!(clamp(&[]).unwrap_err().message.contains("at least one"));
        assert!(
            clamp(&[("low", 2.0), ("high", 1.0)])
                .unwrap_err()
                .message
                .contains("above")
        );
        let both = clamp(&[("low", 2.0), ("low-percentile", 1.0)]).unwrap_err();
        assert!(both.message.contains("exclude"), "{both}");
    }
}
