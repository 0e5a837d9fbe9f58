//! Scales by the shortfall from the best place, of the MCDA literature.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param};
use crate::num::float;
use std::sync::Arc;

/// The line of the table for the share of all shortfalls.
pub const ENHANCED_ACCURACY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "enhanced-accuracy",
        summary: "one minus the share of all shortfalls from the best",
        formula: "1 - (max - x) / sum of (max - x); where less is better 1 - (x - min) / sum of \
                  (x - min)",
        params: &[],
        not_when: "there are many places: all scores then crowd below 1",
        reference: "Zeng, Li and Yang (2013), VIKOR method with enhanced accuracy for multiple \
                    criteria decision making in healthcare management, J. Medical Systems 37",
        common: false,
    },
    build: |_| Ok(Arc::new(EnhancedAccuracy)),
};

/// The line of the table for the relative shortfall.
pub const ZAVADSKAS_TURSKIS: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "zavadskas-turskis",
        summary: "one minus the shortfall relative to the best value",
        formula: "1 - |max - x| / max; where less is better 1 - |min - x| / min, which falls below 0 \
                  when x is more than twice min",
        params: &[Param::flag(
            "clamp",
            "puts scores below 0 on 0 and marks them; the published formula lets them leave the \
             scale",
        )],
        not_when: "costs vary by more than a factor of two (use `distance-to-best`)",
        reference: "Zavadskas and Turskis (2008), A new logarithmic normalization method in games \
                    theory, Informatica 19(2)",
        common: false,
    },
    build: |params| {
        Ok(Arc::new(ZavadskasTurskis {
            clamp: params.flag("clamp").unwrap_or(false),
        }))
    },
};

/// Scores one minus the place's share of all shortfalls from the best.
///
/// Missing cells stay missing. A constant column, and so a single place, is
/// [`NormaliseError::Constant`]: nobody falls short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnhancedAccuracy;

impl Normalise for EnhancedAccuracy {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        let (low, high) = checks::spread(column)?;
        let reversed = checks::is_reversed(direction);
        let short = |value: f64| if reversed { value - low } else { high - value };
        let total = float::sum(column.present().map(|(_, value)| short(value)));
        if !total.is_normal() {
            return Err(checks::too_extreme(column));
        }
        checks::rescale(column, |value| 1.0 - short(value) / total)
    }
}

/// Scores one minus the shortfall relative to the best value.
///
/// Missing cells stay missing. Equal values all score 1. The best value must be above zero, and no
/// value negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZavadskasTurskis {
    /// Whether scores below the scale are put on its end.
    pub clamp: bool,
}

impl Normalise for ZavadskasTurskis {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        let (low, high) = checks::range(column)?;
        let best = if checks::is_reversed(direction) {
            checks::positive(column, "a shortfall relative to the lowest value")?;
            low
        } else {
            checks::non_negative(column, "a shortfall relative to the highest value")?;
            high
        };
        if best <= 0.0 {
            return Err(NormaliseError::Constant { value: best });
        }
        let mut found = checks::rescale(column, |value| 1.0 - (best - value).abs() / best)?;
        if self.clamp {
            let below = found.column.present().filter(|(_, score)| *score < 0.0);
            found.clamped = below.map(|(row, _)| row).collect();
            found.column = checks::map(&found.column, |score| score.max(0.0));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_above_twice_the_lowest_leaves_the_scale_unless_clamped() {
        let column = Column::complete(vec![2.0, 3.0, 5.0]);
        let open = ZavadskasTurskis { clamp: false }
            .normalise(&column, Direction::Lower)
            .unwrap();
        assert_eq!(open.column.numbers(), [1.0, 0.5, -0.5]);
        let held = ZavadskasTurskis { clamp: true }
            .normalise(&column, Direction::Lower)
            .unwrap();
        assert_eq!(
            (held.column.numbers(), held.clamped),
            (vec![1.0, 0.5, 0.0], vec![2])
        );
    }

    #[test]
    fn shortfalls_are_shared_out() {
        let column = Column::complete(vec![1.0, 4.0, 3.0]);
        let found = EnhancedAccuracy
            .normalise(&column, Direction::Higher)
            .unwrap();
        assert_eq!(found.column.numbers(), [0.25, 1.0, 0.75]);
        let found = EnhancedAccuracy.normalise(&Column::complete(vec![2.0; 3]), Direction::Higher);
        assert_eq!(found, Err(NormaliseError::Constant { value: 2.0 }));
    }
}
