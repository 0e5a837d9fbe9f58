//! Goalposts: a scale whose ends people chose.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamError, ParamKind, Params};
use crate::num::{float, stats};
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "goalposts",
        summary: "between two fixed ends, so that a new place moves nobody",
        formula: "(f(x) - f(low)) / (f(high) - f(low)), one minus that where less is better; f is \
                  the transform; with clamp, x is first put between low and high",
        params: &[
            Param::number("low", "data", "the end of the scale with the lower number").or(""),
            Param::number(
                "high",
                "data",
                "the end of the scale with the higher number",
            )
            .or(""),
            Param::number(
                "low-percentile",
                "percent of places",
                "reads the lower end from the data instead: 5 is the value that 5 % lie below (linear \
                 between neighbours)",
            )
            .within(0.0, 100.0)
            .or(""),
            Param::number(
                "high-percentile",
                "percent of places",
                "reads the higher end from the data instead",
            )
            .within(0.0, 100.0)
            .or(""),
            Param::required(
                "transform",
                ParamKind::Word(&["none", "ln", "log10", "log1p", "sqrt"]),
                "applied to the value and to both goalposts; `log1p` is ln(1 + x) and takes zeros",
            )
            .or("none"),
            Param::required(
                "clamp",
                ParamKind::Flag,
                "puts values beyond a goalpost on it, and marks them; without it scores leave the \
                 scale",
            )
            .or("true"),
        ],
        not_when: "nobody can defend the ends: then the data's own range (`min-max`) is more honest",
        reference: "UNDP, Human Development Report 2023/24, technical note 1",
        common: true,
    },
    build: |params| {
        let transform = match params.word("transform") {
            Some("ln") => Transform::Ln,
            Some("log10") => Transform::Log10,
            Some("log1p") => Transform::Log1p,
            Some("sqrt") => Transform::Sqrt,
            _ => Transform::None,
        };
        let clamp = params.flag("clamp").unwrap_or(true);
        match (end(params, "low", "low-percentile")?, end(params, "high", "high-percentile")?) {
            (End::Value(low), End::Value(high)) => {
                Ok(Arc::new(Goalposts::new(low, high, transform, clamp)?))
            }
            (low, high) => Ok(Arc::new(DataGoalposts {
                low,
                high,
                transform,
                clamp,
            })),
        }
    },
};

/// Reads one end of the scale, which is stated or a percentile.
fn end(params: &Params, value: &'static str, percentile: &'static str) -> Result<End, ParamError> {
    match (params.number(value), params.number(percentile)) {
        (Some(number), None) => Ok(End::Value(number)),
        (None, Some(percent)) => Ok(End::Percentile(percent)),
        (None, None) => {
            let message = format!("`{value}` is needed, or `{percentile}`");
            Err(ParamError {
                param: None,
                message,
            })
        }
        (Some(_), Some(_)) => {
            let message = format!("`{value}` and `{percentile}` exclude one another");
            Err(ParamError::new(percentile, message))
        }
    }
}

/// What is applied to values and goalposts alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transform {
    /// Nothing.
    #[default]
    None,
    /// The natural logarithm. The base makes no difference to the score.
    Ln,
    /// The decimal logarithm; the same scores as [`Transform::Ln`] but for rounding.
    Log10,
    /// The natural logarithm of one plus the value.
    Log1p,
    /// The square root.
    Sqrt,
}

impl Transform {
    /// Returns the transformed value, or `None` where there is none.
    fn apply(self, value: f64) -> Option<f64> {
        let (allowed, changed) = match self {
            Self::None => (true, value),
            Self::Ln => (value > 0.0, float::ln(value)),
            Self::Log10 => (value > 0.0, float::log10(value)),
            Self::Log1p => (value > -1.0, float::ln_1p(value)),
            Self::Sqrt => (value >= 0.0, value.sqrt()),
        };
        allowed.then_some(changed)
    }

    /// Says what values the transform takes.
    fn takes(self) -> &'static str {
        match self {
            Self::None => "any number",
            Self::Ln | Self::Log10 => "only numbers above zero",
            Self::Log1p => "only numbers above -1",
            Self::Sqrt => "only numbers from zero up",
        }
    }
}

/// Rescales a column between two fixed ends.
///
/// Goalposts are chosen by people, not read from the data, so adding a place never moves the others.
/// With `lower` the scale is mirrored. With clamping a value beyond an end is put on it before it is
/// transformed, and its row is reported: an income of zero is then the low end of a logarithmic
/// scale. Missing cells stay missing, and a constant column is no error.
///
/// ```
/// use exacity::model::{Column, Direction};
/// use exacity::normalise::{Normalise, goalposts::{Goalposts, Transform}};
/// let life = Goalposts::new(20.0, 85.0, Transform::None, true).unwrap();
/// let years: Column = [Some(52.5), None, Some(90.0)].into_iter().collect();
/// let found = life.normalise(&years, Direction::Higher).unwrap();
/// assert_eq!(found.column, [Some(0.5), None, Some(1.0)].into_iter().collect());
/// assert_eq!(found.clamped, [2]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goalposts {
    low: f64,
    high: f64,
    transform: Transform,
    clamp: bool,
    /// The transformed ends.
    ends: (f64, f64),
}

impl Goalposts {
    /// Makes a scale from two ends of which the first is the lower number.
    pub fn new(low: f64, high: f64, transform: Transform, clamp: bool) -> Result<Self, ParamError> {
        if low >= high {
            let message = format!(
                "`low` is {low} and `high` is {high}, but `low` must be the smaller one: say \
                 `direction = \"lower\"` where less is better"
            );
            return Err(ParamError::new("low", message));
        }
        let end = |name, value| {
            transform.apply(value).ok_or_else(|| {
                let takes = transform.takes();
                ParamError::new(
                    name,
                    format!("`{name}` is {value}, but the transform takes {takes}"),
                )
            })
        };
        let ends = (end("low", low)?, end("high", high)?);
        let span = ends.1 - ends.0;
        if !span.is_finite() || span <= 0.0 {
            let message =
                "the goalposts are too far apart or too close together to tell values apart";
            return Err(ParamError::new("high", message));
        }
        Ok(Self {
            low,
            high,
            transform,
            clamp,
            ends,
        })
    }

    fn score(&self, row: usize, value: f64, reversed: bool) -> Result<f64, NormaliseError> {
        let refused = |why| NormaliseError::Value { row, value, why };
        let held = if self.clamp {
            value.clamp(self.low, self.high)
        } else {
            value
        };
        let at = self.transform.apply(held).ok_or_else(|| {
            let takes = self.transform.takes();
            refused(format!(
                "the transform takes {takes}, and this is {value}: use `clamp = true`, or another \
                 transform"
            ))
        })?;
        let (bottom, top) = self.ends;
        let part = if reversed { top - at } else { at - bottom };
        let score = part / (top - bottom);
        if score.is_finite() {
            Ok(score)
        } else {
            Err(refused(format!(
                "{value} is too far from the goalposts to be scored: use `clamp = true`"
            )))
        }
    }
}

impl Normalise for Goalposts {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        let reversed = checks::is_reversed(direction);
        let mut scores = Vec::with_capacity(column.len());
        let mut clamped = vec![];
        for (row, value) in column.present() {
            scores.push(self.score(row, value, reversed)?);
            if self.clamp && (value < self.low || value > self.high) {
                clamped.push(row);
            }
        }
        if scores.is_empty() {
            return Err(NormaliseError::Empty);
        }
        Ok(Normalised {
            column: checks::with_numbers(column, &scores),
            clamped,
        })
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

/// One end of a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// A number that people chose.
    Value(f64),
    /// The value that this percentage of the places lie below, linear between neighbours.
    Percentile(f64),
}

/// Goalposts of which at least one is a percentile of the data.
///
/// Percentiles are those of the places that hold a number (type 7 of Hyndman and Fan, as in R and
/// spreadsheets). A column without spread is [`NormaliseError::Constant`]; one whose ends fall together
/// all the same is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DataGoalposts {
    /// The lower end.
    pub low: End,
    /// The higher end.
    pub high: End,
    /// Applied to values and to both ends.
    pub transform: Transform,
    /// Whether values beyond an end are put on it.
    pub clamp: bool,
}

impl Normalise for DataGoalposts {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::spread(column)?;
        let numbers = column.numbers();
        let at = |end: End| match end {
            End::Value(value) => Some(value),
            End::Percentile(percent) => stats::quantile(&numbers, percent / 100.0),
        };
        let (Some(low), Some(high)) = (at(self.low), at(self.high)) else {
            return Err(NormaliseError::Empty);
        };
        match Goalposts::new(low, high, self.transform, self.clamp) {
            Ok(goalposts) => goalposts.normalise(column, direction),
            Err(error) => {
                let lowest = column.present().min_by(|a, b| a.1.total_cmp(&b.1));
                let (row, value) = lowest.ok_or(NormaliseError::Empty)?;
                let why = format!(
                    "the ends of the scale lie at {low} and {high}: {error}; choose other \
                     percentiles, or state `low` and `high`"
                );
                Err(NormaliseError::Value { row, value, why })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn income(clamp: bool) -> Goalposts {
        Goalposts::new(100.0, 75_000.0, Transform::Ln, clamp).unwrap()
    }

    #[test]
    fn income_of_the_hdi_is_scored_on_the_logarithm() {
        let column = Column::complete(vec![100.0, 8_660.254_037_844_387, 75_000.0, 120_000.0]);
        // The geometric mean of the goalposts, sqrt(100 * 75000) = 2738.61…, is half-way.
        let half =
            income(true).normalise(&Column::complete(vec![7.5e6_f64.sqrt()]), Direction::Higher);
        assert!((half.unwrap().column.value(0).unwrap() - 0.5).abs() < 1e-12);
        let found = income(true).normalise(&column, Direction::Higher).unwrap();
        assert_eq!(
            (found.column.value(0), found.column.value(3)),
            (Some(0.0), Some(1.0))
        );
        assert_eq!(found.clamped, [3]);
    }

    #[test]
    fn an_income_of_zero_is_the_low_end_when_clamped_and_refused_otherwise() {
        let column = Column::complete(vec![200.0, 0.0]);
        let found = income(true).normalise(&column, Direction::Higher).unwrap();
        assert_eq!((found.column.value(1), found.clamped), (Some(0.0), vec![1]));
        let found = income(false).normalise(&column, Direction::Higher);
        assert!(
            matches!(found, Err(NormaliseError::Value { row: 1, .. })),
            "{found:?}"
        );
    }

    #[test]
    fn without_clamp_a_value_may_leave_the_scale_unmarked() {
        let open = Goalposts::new(0.0, 10.0, Transform::None, false).unwrap();
        let found = open
            .normalise(&Column::complete(vec![12.0]), Direction::Lower)
            .unwrap();
        assert_eq!(
            (found.column.value(0), found.clamped.len()),
            (Some(-0.2), 0)
        );
    }

    #[test]
    fn goalposts_that_cannot_carry_a_scale_are_refused_by_name() {
        let refused = |low, high, transform| {
            Goalposts::new(low, high, transform, true)
                .unwrap_err()
                .param
        };
        assert_eq!(refused(1.0, 1.0, Transform::None), Some("low"));
        assert_eq!(refused(0.0, 1.0, Transform::Ln), Some("low"));
        assert_eq!(refused(-4.0, 1.0, Transform::Sqrt), Some("low"));
        assert_eq!(refused(-1e308, 1.7e308, Transform::None), Some("high"));
    }

    #[test]
    fn ends_are_read_from_the_data_where_asked() {
        let column = Column::complete((0..=20).map(f64::from).collect());
        let params = Params::default()
            .with("low", crate::model::ParamValue::Number(0.0))
            .with("high-percentile", crate::model::ParamValue::Number(95.0));
        let method = (ENTRY.build)(&params).unwrap();
        // Of 0, 1, .. 20 the 95th percentile is 19, and only 20 lies beyond.
        let done = method.normalise(&column, Direction::Higher).unwrap();
        assert_eq!(done.column.value(19), Some(1.0));
        assert_eq!(done.clamped, [20]);
        assert!(method.depends_on_others());
    }

    #[test]
    fn an_end_is_stated_once() {
        let number = crate::model::ParamValue::Number;
        let refused = |params: Params| (ENTRY.build)(&params).unwrap_err().message;
        let both = Params::default()
            .with("low", number(0.0))
            .with("low-percentile", number(5.0));
        assert!(refused(both).contains("exclude one another"));
        let neither = Params::default().with("low", number(0.0));
        assert_eq!(refused(neither), "`high` is needed, or `high-percentile`");
    }

    #[test]
    fn percentiles_that_fall_together_are_refused_with_their_value() {
        let mut values = vec![0.0; 30];
        values[7] = 5.0;
        let ends = DataGoalposts {
            low: End::Percentile(5.0),
            high: End::Percentile(95.0),
            transform: Transform::None,
            clamp: true,
        };
        let found = ends.normalise(&Column::complete(values), Direction::Higher);
        assert!(
            matches!(found, Err(NormaliseError::Value { .. })),
            "{found:?}"
        );
    }
}
