//! Points by formula: straight lines and power functions in units of their own.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamError};
use crate::num::float;
use std::sync::Arc;

/// The line of the table for straight lines.
pub const LINEAR: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "linear",
        summary: "points along a straight line; unbounded unless capped",
        formula: "intercept + slope * x, put between low and high where those are given",
        params: &[
            Param::number("slope", "1/data", "points for one unit of the figure"),
            Param::number("intercept", "1", "points of a figure of zero").or("0"),
            Param::number("low", "1", "fewest points").or(""),
            Param::number("high", "1", "most points").or(""),
        ],
        not_when: "the ends of the scale are known as figures (use `goalposts`)",
        reference: "Transparency International, Corruption Perceptions Index, technical \
                    methodology: standardisation to a baseline (mean 45, deviation 20)",
        common: true,
    },
    build: |params| {
        let slope = params.number("slope");
        let (low, high) = (params.number("low"), params.number("high"));
        if let (Some(low), Some(high)) = (low, high)
            && low >= high
        {
            let message = format!("`low` is {low} and `high` is {high}, but `low` must be smaller");
            return Err(ParamError::new("low", message));
        }
        Ok(Arc::new(Linear {
            slope: slope.ok_or_else(|| ParamError::new("slope", "`slope` is needed"))?,
            intercept: params.number("intercept").unwrap_or(0.0),
            low,
            high,
        }))
    },
};

/// The line of the table for power functions.
pub const POWER_FUNCTION: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "power-function",
        summary: "points that grow with a power of the distance from a base; unbounded",
        formula: "a * (times * x - b)^c, where less is better a * (b - times * x)^c; 0 where the \
                  bracket is not above zero",
        params: &[
            Param::number("a", "1", "points for a distance of one")
                .within(f64::MIN_POSITIVE, f64::INFINITY),
            Param::number("b", "data", "the base, which scores nothing"),
            Param::number(
                "c",
                "1",
                "the power: above 1, the next step counts more than the last",
            )
            .within(f64::MIN_POSITIVE, f64::INFINITY),
            Param::number(
                "times",
                "1",
                "multiplies the figure first, as 100 for metres in a table \
                                         of centimetres",
            )
            .within(f64::MIN_POSITIVE, f64::INFINITY)
            .or("1"),
        ],
        not_when: "no rulebook states the three numbers (use `piecewise-linear`)",
        reference: "World Athletics, Scoring Tables for Combined Events: points = a * (b - T)^c for \
                    track, a * (M - b)^c for field events, rounded down",
        common: true,
    },
    build: |params| {
        let needed = |name: &'static str| {
            params
                .number(name)
                .ok_or_else(|| ParamError::new(name, format!("`{name}` is needed")))
        };
        Ok(Arc::new(PowerFunction {
            a: needed("a")?,
            b: needed("b")?,
            c: needed("c")?,
            times: params.number("times").unwrap_or(1.0),
        }))
    },
};

/// Scores along a straight line, whose slope says what is good: the direction is not used.
///
/// Rows beyond a cap are reported. Missing cells stay missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linear {
    /// Points for one unit.
    pub slope: f64,
    /// Points of zero.
    pub intercept: f64,
    /// Fewest points.
    pub low: Option<f64>,
    /// Most points.
    pub high: Option<f64>,
}

impl Normalise for Linear {
    fn normalise(
        &self,
        column: &Column,
        _direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        let mut done = checks::rescale(column, |value| self.intercept + self.slope * value)?;
        let beyond = |points: f64| {
            self.low.is_some_and(|low| points < low) || self.high.is_some_and(|high| points > high)
        };
        let rows = done.column.present().filter(|(_, points)| beyond(*points));
        done.clamped = rows.map(|(row, _)| row).collect();
        done.column = done.column.into_map(|points| {
            let points = self.low.map_or(points, |low| points.max(low));
            self.high.map_or(points, |high| points.min(high))
        });
        Ok(done)
    }

    fn is_bounded(&self) -> bool {
        false
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

/// Scores a power of the distance from a base. Missing cells stay missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerFunction {
    /// Points for a distance of one.
    pub a: f64,
    /// The base.
    pub b: f64,
    /// The power.
    pub c: f64,
    /// Multiplies the figure first.
    pub times: f64,
}

impl Normalise for PowerFunction {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        let reversed = checks::is_reversed(direction);
        checks::rescale(column, |value| {
            let value = value * self.times;
            let distance = if reversed {
                self.b - value
            } else {
                value - self.b
            };
            if distance > 0.0 {
                self.a * float::pow(distance, self.c)
            } else {
                0.0
            }
        })
    }

    fn is_bounded(&self) -> bool {
        false
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_capped_where_told_and_marks_it() {
        let line = Linear {
            slope: 20.0,
            intercept: 45.0,
            low: Some(0.0),
            high: Some(100.0),
        };
        let column: Column = [Some(0.0), None, Some(3.0), Some(-1.5), Some(-9.0)]
            .into_iter()
            .collect();
        let done = line.normalise(&column, Direction::Lower).unwrap();
        assert_eq!(done.column.numbers(), [45.0, 100.0, 15.0, 0.0]);
        assert_eq!(done.clamped, [2, 4]);
    }

    #[test]
    fn a_hundred_metres_score_as_in_the_tables() {
        // World Athletics combined events: 10.395 s in the 100 m of the decathlon are exactly the
        // thousand points around which the tables are built, before rounding down.
        let track = PowerFunction {
            a: 25.4347,
            b: 18.0,
            c: 1.81,
            times: 1.0,
        };
        let points = |value| {
            let column = Column::complete(vec![value]);
            track
                .normalise(&column, Direction::Lower)
                .unwrap()
                .column
                .numbers()[0]
        };
        assert!((points(10.395) - 1000.0).abs() < 1.0, "{}", points(10.395));
        assert!(points(18.0).abs() < 1e-12 && points(30.0).abs() < 1e-12);
    }
}
