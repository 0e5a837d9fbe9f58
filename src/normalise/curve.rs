//! Curves that people draw: through points, or the S of a logistic function.

use super::{Normalise, NormaliseError, Normalised, checks, table::share_of};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamError, ParamKind};
use crate::num::float;
use std::sync::Arc;

/// The line of the table for curves through points.
pub const PIECEWISE_LINEAR: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "piecewise-linear",
        summary: "straight lines between points that people chose",
        formula: "y1 + (y2 - y1) * (x - x1) / (x2 - x1) between neighbouring points, divided by of; \
                  the first and last y beyond the ends",
        params: &[
            Param::required(
                "points",
                ParamKind::Points,
                "value and score, by ascending value, as in [[0, 0], [50, 80], [200, 100]]",
            ),
            Param::number("of", "1", "the score that counts as the full scale")
                .within(f64::MIN_POSITIVE, f64::INFINITY)
                .or("1"),
        ],
        not_when: "two points would do (use `goalposts`), or values are classes (use `categorical`)",
        reference: "Keeney and Raiffa (1976), Decisions with Multiple Objectives: value functions",
        common: true,
    },
    build: |params| {
        let points = params.points("points");
        let points = points.ok_or_else(|| ParamError::new("points", "`points` is needed"))?;
        Ok(Arc::new(PiecewiseLinear::new(
            points,
            params.number("of").unwrap_or(1.0),
        )?))
    },
};

/// The line of the table for the logistic curve.
pub const LOGISTIC: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "logistic",
        summary: "an S-shaped curve: differences count most around a midpoint",
        formula: "1 / (1 + exp(-steepness * (x - midpoint))); the sign turns where less is better",
        params: &[
            Param::number(
                "midpoint",
                "data",
                "the value that scores half of the scale",
            ),
            Param::number(
                "steepness",
                "1/data",
                "slope: 4 / steepness is the width over which most of the scale is passed",
            )
            .within(f64::MIN_POSITIVE, f64::INFINITY),
        ],
        not_when: "nobody can defend the midpoint, or the ends must be reached: 0 and 1 are only \
                   approached",
        reference: "Jahan and Edwards (2015), Materials and Design 65; Verhulst (1838)",
        common: false,
    },
    build: |params| {
        let needed = |name: &'static str| {
            params
                .number(name)
                .ok_or_else(|| ParamError::new(name, format!("`{name}` is needed")))
        };
        Ok(Arc::new(Logistic {
            midpoint: needed("midpoint")?,
            steepness: needed("steepness")?,
        }))
    },
};

/// Scores along straight lines between points.
///
/// The points say what is good, so the direction is not used. Beyond the first and last point the
/// score stays, and the row is reported. Missing cells stay missing.
#[derive(Debug, Clone, PartialEq)]
pub struct PiecewiseLinear {
    /// Value and share of the scale, by ascending value; at least two.
    points: Vec<(f64, f64)>,
}

impl PiecewiseLinear {
    /// Makes a curve from two or more points by ascending value, with scores from zero to `of`.
    pub fn new(points: &[(f64, f64)], of: f64) -> Result<Self, ParamError> {
        let refused = |message: String| Err(ParamError::new("points", message));
        if points.len() < 2 {
            return refused("`points` must be two or more".to_owned());
        }
        if let Some(pair) = points.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            let (left, right) = (pair[0].0, pair[1].0);
            return refused(format!("{right} follows {left}, but values must go up"));
        }
        if !(points[points.len() - 1].0 - points[0].0).is_finite() {
            return refused("the points lie too far apart".to_owned());
        }
        let share = |&(value, score): &(f64, f64)| Ok((value, share_of(score, of)?));
        let points: Result<_, String> = points.iter().map(share).collect();
        points.map_or_else(refused, |points| Ok(Self { points }))
    }

    fn score(&self, value: f64) -> f64 {
        let right = self.points.partition_point(|(x, _)| *x < value);
        let Some(&(x2, y2)) = self.points.get(right) else {
            return self.points[self.points.len() - 1].1;
        };
        let Some(&(x1, y1)) = right.checked_sub(1).and_then(|left| self.points.get(left)) else {
            return y2;
        };
        y1 + (y2 - y1) * ((value - x1) / (x2 - x1))
    }
}

impl Normalise for PiecewiseLinear {
    fn normalise(
        &self,
        column: &Column,
        _direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        let (first, last) = (self.points[0].0, self.points[self.points.len() - 1].0);
        let beyond = column
            .present()
            .filter(|&(_, value)| value < first || value > last);
        Ok(Normalised {
            clamped: beyond.map(|(row, _)| row).collect(),
            column: checks::map(column, |value| self.score(value)),
        })
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

/// Scores along the logistic curve. Missing cells stay missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logistic {
    /// The value that scores one half.
    pub midpoint: f64,
    /// The slope, above zero.
    pub steepness: f64,
}

impl Normalise for Logistic {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        let slope = if checks::is_reversed(direction) {
            -self.steepness
        } else {
            self.steepness
        };
        // An infinite exponential is harmless: its inverse is the end of the scale.
        checks::rescale(column, |value| {
            1.0 / (1.0 + float::exp(-slope * (value - self.midpoint)))
        })
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_through_its_points_and_stays_beyond_them() {
        let points = [(0.0, 0.0), (50.0, 80.0), (200.0, 100.0)];
        let curve = PiecewiseLinear::new(&points, 100.0).unwrap();
        let column: Column = [
            Some(0.0),
            Some(25.0),
            Some(50.0),
            None,
            Some(125.0),
            Some(900.0),
            Some(-1.0),
        ]
        .into_iter()
        .collect();
        let found = curve.normalise(&column, Direction::Lower).unwrap();
        assert_eq!(found.column.numbers(), [0.0, 0.4, 0.8, 0.9, 1.0, 0.0]);
        assert_eq!(found.clamped, [5, 6]);
    }

    #[test]
    fn points_that_make_no_curve_are_refused() {
        for points in [
            vec![(0.0, 1.0)],
            vec![(1.0, 0.0), (1.0, 1.0)],
            vec![(0.0, 0.0), (1.0, 2.0)],
        ] {
            assert_eq!(
                PiecewiseLinear::new(&points, 1.0).unwrap_err().param,
                Some("points")
            );
        }
    }

    #[test]
    fn the_logistic_curve_is_half_way_at_its_midpoint_and_mirrors() {
        let curve = Logistic {
            midpoint: 10.0,
            steepness: 2.0,
        };
        let column = Column::complete(vec![10.0, 11.0, 1e300, -1e300]);
        let up = curve
            .normalise(&column, Direction::Higher)
            .unwrap()
            .column
            .numbers();
        let down = curve
            .normalise(&column, Direction::Lower)
            .unwrap()
            .column
            .numbers();
        assert_eq!((up[0], up[2], up[3]), (0.5, 1.0, 0.0));
        assert!((up[1] - 0.880_797_077_977_882_4).abs() < 1e-15, "{}", up[1]);
        assert!((up[1] + down[1] - 1.0).abs() < 1e-15);
    }
}
