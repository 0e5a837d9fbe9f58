//! Target: closeness to a value that is best, neither more nor less.

use super::{Normalise, NormaliseError, Normalised, Reach, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamError, ParamKind};
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "target",
        summary: "closeness to a target value",
        formula: "1 - |x - target| / d, where d is the distance from the target to the farther of \
                  low and high; with beyond = \"met\", 1 for all on the good side of the target",
        params: &[
            Param::number("target", "data", "the value that scores the full scale"),
            Param::number("low", "data", "lower end; the lowest value of the data if not given")
                .or(""),
            Param::number("high", "data", "upper end; the highest value of the data if not given")
                .or(""),
            Param::required(
                "beyond",
                ParamKind::Word(&["distance", "met"]),
                "past the target in the good direction: `distance` counts as much as falling short, \
                 `met` is as good as the target",
            )
            .or("distance"),
        ],
        not_when: "more is always better: a target then hides who is far ahead (use `goalposts`)",
        reference: "Becker et al. (2022), COINr, JOSS 7(78), 4567: distance to target; Cables, \
                    Lamata and Verdegay (2016), RIM, Information Sciences 337-338",
        common: true,
    },
    build: |params| {
        let target = params.number("target");
        let (low, high) = (params.number("low"), params.number("high"));
        let target = target.ok_or_else(|| ParamError::new("target", "`target` is needed"))?;
        Ok(Arc::new(Target::new(target, low, high, params.word("beyond") == Some("met"))?))
    },
};

/// Scores how close a value is to a target: 1 on it, 0 at the farthest end of the scale.
///
/// Equal distances score alike on both sides. A value beyond a given end counts as lying on it, and
/// its row is reported. Missing cells stay missing. Values that are all equal are
/// [`NormaliseError::Constant`] unless both ends are given. The direction matters only when values
/// past the target count as having met it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    at: f64,
    low: Option<f64>,
    high: Option<f64>,
    met: bool,
}

impl Target {
    /// Makes a scale around `target`; ends that are not given are those of the data.
    pub fn new(
        target: f64,
        low: Option<f64>,
        high: Option<f64>,
        met: bool,
    ) -> Result<Self, ParamError> {
        if let Some(low) = low.filter(|low| *low > target) {
            let message = format!("`low` is {low}, above the target {target}");
            return Err(ParamError::new("low", message));
        }
        if let Some(high) = high.filter(|high| *high < target) {
            let message = format!("`high` is {high}, below the target {target}");
            return Err(ParamError::new("high", message));
        }
        if let (Some(low), Some(high)) = (low, high)
            && low >= high
        {
            return Err(ParamError::new(
                "low",
                format!("`low` and `high` are both {low}"),
            ));
        }
        Ok(Self {
            at: target,
            low,
            high,
            met,
        })
    }
}

impl Normalise for Target {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        let (lowest, highest) = checks::range(column)?;
        if lowest >= highest && self.depends_on_others() {
            return Err(NormaliseError::Constant { value: lowest });
        }
        let (low, high) = (self.low.unwrap_or(lowest), self.high.unwrap_or(highest));
        let whole = match (self.met, checks::is_reversed(direction)) {
            (false, _) => (self.at - low).abs().max((high - self.at).abs()),
            // The good side has no distance, so only the other end makes the scale.
            (true, false) => self.at - low,
            (true, true) => high - self.at,
        };
        if !whole.is_finite() {
            return Err(checks::too_extreme(column));
        }
        let reversed = checks::is_reversed(direction);
        let has_met = |value: f64| {
            self.met
                && if reversed {
                    value <= self.at
                } else {
                    value >= self.at
                }
        };
        let hold = |value: f64| {
            let value = self.low.map_or(value, |low| value.max(low));
            self.high.map_or(value, |high| value.min(high))
        };
        let mut found = checks::rescale(column, |value| {
            // With no distance on the bad side, all places have met the target.
            if has_met(value) || whole <= 0.0 {
                1.0
            } else {
                (1.0 - (hold(value) - self.at).abs() / whole).max(0.0)
            }
        })?;
        let beyond = |value: f64| !has_met(value) && (hold(value) - value).abs() > 0.0;
        let clamped = column.present().filter(|&(_, value)| beyond(value));
        found.clamped = clamped.map(|(row, _)| row).collect();
        Ok(found)
    }

    fn depends_on_others(&self) -> bool {
        self.low.is_none() || self.high.is_none()
    }

    fn reach(&self) -> Reach {
        if self.depends_on_others() {
            Reach::Ends
        } else {
            Reach::Value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column() -> Column {
        [Some(2.0), Some(6.0), None, Some(8.0), Some(12.0)]
            .into_iter()
            .collect()
    }

    #[test]
    fn equal_distances_score_alike_on_both_sides() {
        let target = Target::new(7.0, None, None, false).unwrap();
        let found = target.normalise(&column(), Direction::Higher).unwrap();
        assert_eq!(found.column.numbers(), [0.0, 0.8, 0.8, 0.0]);
        assert_eq!(found.column.value(2), None);
    }

    #[test]
    fn who_has_met_the_target_scores_the_full_scale() {
        let target = Target::new(7.0, None, None, true).unwrap();
        let up = target
            .normalise(&column(), Direction::Higher)
            .unwrap()
            .column;
        assert_eq!(up.numbers(), [0.0, 0.8, 1.0, 1.0]);
        let down = target
            .normalise(&column(), Direction::Lower)
            .unwrap()
            .column;
        assert_eq!(down.numbers(), [1.0, 1.0, 0.8, 0.0]);
    }

    #[test]
    fn values_beyond_given_ends_are_held_and_marked() {
        let target = Target::new(7.0, Some(3.0), Some(11.0), false).unwrap();
        let found = target.normalise(&column(), Direction::Higher).unwrap();
        assert_eq!(
            (found.column.numbers(), found.clamped),
            (vec![0.0, 0.75, 0.75, 0.0], vec![0, 4])
        );
        assert!(!target.depends_on_others());
    }

    #[test]
    fn a_target_outside_the_data_measures_to_the_far_end() {
        let target = Target::new(22.0, None, None, false).unwrap();
        let found = target
            .normalise(&column(), Direction::Higher)
            .unwrap()
            .column;
        for (found, wanted) in found.numbers().iter().zip([0.0, 0.2, 0.3, 0.5]) {
            assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
        }
    }

    #[test]
    fn ends_on_the_wrong_side_are_refused_by_name() {
        let refused = |low, high| Target::new(5.0, low, high, false).unwrap_err().param;
        assert_eq!(refused(Some(6.0), None), Some("low"));
        assert_eq!(refused(None, Some(4.0)), Some("high"));
        assert_eq!(refused(Some(5.0), Some(5.0)), Some("low"));
    }
}
