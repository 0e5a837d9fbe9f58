//! Steps: the score of the class that a value falls into.

use super::{Normalise, NormaliseError, Normalised, checks, table::share_of};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamError, ParamKind};
use crate::num::round::settled;
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "steps",
        summary: "a score for each range of values: cut-offs, bands, traffic lights",
        formula: "the score of the last of `points` that x reaches, divided by of; `below` before \
                  the first",
        params: &[
            Param::required(
                "points",
                ParamKind::Points,
                "value and the score from there on, by ascending value, as in [[0, 0], [50, 1], \
                 [80, 2]]",
            ),
            Param::number("of", "1", "the score that counts as the full scale")
                .within(f64::MIN_POSITIVE, f64::INFINITY)
                .or("1"),
            Param::number("below", "1", "score of values before the first point").or("0"),
            Param::required(
                "edge",
                ParamKind::Word(&["from", "above"]),
                "whether a value on a point belongs to its step (`from`), or still to the one \
                 before (`above`)",
            )
            .or("from"),
        ],
        not_when: "near values should score near: a step makes neighbours differ (use \
                   `piecewise-linear`)",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5: \
                    categorical scales",
        common: true,
    },
    build: |params| {
        let points = params.points("points");
        let points = points.ok_or_else(|| ParamError::new("points", "`points` is needed"))?;
        let of = params.number("of").unwrap_or(1.0);
        let below = params.number("below").unwrap_or(0.0);
        let above = params.word("edge") == Some("above");
        Ok(Arc::new(Steps::new(points, of, below, above)?))
    },
};

/// Looks up the range that each value falls into.
///
/// The points say what is good, so the direction is not used. Limits are compared in decimal, so that a
/// sum that stands for 0.8 reaches the step at 0.8. Missing cells stay missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    /// Limit and share of the scale, by ascending limit.
    points: Vec<(f64, f64)>,
    below: f64,
    /// Whether a value on a limit still belongs to the step before.
    above: bool,
}

impl Steps {
    /// Makes steps from points by ascending value, with scores from zero to `of`.
    pub fn new(
        points: &[(f64, f64)],
        of: f64,
        below: f64,
        above: bool,
    ) -> Result<Self, ParamError> {
        let refused = |message: String| Err(ParamError::new("points", message));
        if points.is_empty() {
            return refused("`points` names no value".to_owned());
        }
        if let Some(pair) = points.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            let (left, right) = (pair[0].0, pair[1].0);
            return refused(format!("{right} follows {left}, but values must go up"));
        }
        let below = share_of(below, of).map_err(|message| ParamError::new("below", message))?;
        let share = |&(value, score): &(f64, f64)| Ok((value, share_of(score, of)?));
        let points: Result<_, String> = points.iter().map(share).collect();
        points.map_or_else(refused, |points| {
            Ok(Self {
                points,
                below,
                above,
            })
        })
    }

    fn score(&self, value: f64) -> f64 {
        let value = settled(value);
        let reached = |limit: f64| {
            if self.above {
                value > limit
            } else {
                value >= limit
            }
        };
        let steps = self.points.partition_point(|(limit, _)| reached(*limit));
        let last = steps.checked_sub(1).map(|at| self.points[at].1);
        last.unwrap_or(self.below)
    }
}

impl Normalise for Steps {
    fn normalise(
        &self,
        column: &Column,
        _direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        Ok(checks::map(column, |value| self.score(value)).into())
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_a_limit_belongs_where_the_edge_says() {
        let points = [(0.5, 1.0), (0.8, 2.0)];
        let column: Column = [Some(0.4), Some(0.5), None, Some(0.1 + 0.7), Some(9.0)]
            .into_iter()
            .collect();
        let of = |above| {
            let steps = Steps::new(&points, 2.0, 0.0, above).unwrap();
            let done = steps.normalise(&column, Direction::Lower).unwrap();
            done.column.numbers()
        };
        assert_eq!(of(false), [0.0, 0.5, 1.0, 1.0]);
        assert_eq!(of(true), [0.0, 0.0, 0.5, 1.0]);
    }

    #[test]
    fn steps_that_cannot_be_climbed_are_refused() {
        for points in [vec![], vec![(1.0, 0.0), (1.0, 1.0)], vec![(0.0, 3.0)]] {
            let refused = Steps::new(&points, 2.0, 0.0, false).unwrap_err();
            assert_eq!(refused.param, Some("points"));
        }
        let refused = Steps::new(&[(1.0, 1.0)], 1.0, -1.0, false).unwrap_err();
        assert_eq!(refused.param, Some("below"));
    }
}
