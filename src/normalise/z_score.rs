//! Z-score: distance from the mean in standard deviations.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamKind};
use crate::num::stats;
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "z-score",
        summary: "distance from the mean, in standard deviations; unbounded",
        formula: "mean + sd * (x - average) / s, where s is the standard deviation of the column; \
                  where less is better the difference is average - x",
        params: &[
            Param::number("mean", "1", "score of an average place").or("0"),
            Param::number("sd", "1", "points for one standard deviation")
                .within(f64::MIN_POSITIVE, f64::INFINITY)
                .or("1"),
            Param::required(
                "divisor",
                ParamKind::Word(&["sample", "population"]),
                "divides the squares by n - 1 (`sample`) or by n (`population`)",
            )
            .or("sample"),
        ],
        not_when: "scores feed a geometric or harmonic mean, which take nothing below zero, or must \
                   stay on a scale",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(ZScore {
            mean: params.number("mean").unwrap_or(0.0),
            sd: params.number("sd").unwrap_or(1.0),
            divisor: match params.word("divisor") {
                Some("population") => Divisor::Population,
                _ => Divisor::Sample,
            },
        }))
    },
};

/// What the squared deviations are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Divisor {
    /// One less than the number of places.
    #[default]
    Sample,
    /// The number of places.
    Population,
}

/// Rescales a column to a given mean and standard deviation.
///
/// Missing cells stay missing and count neither in the mean nor in the deviation. A constant column
/// is [`NormaliseError::Constant`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZScore {
    /// Mean of the scores.
    pub mean: f64,
    /// Standard deviation of the scores.
    pub sd: f64,
    /// Estimator of the deviation.
    pub divisor: Divisor,
}

impl Normalise for ZScore {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        // The mean of equal numbers may be off by a bit, and the deviation then tiny instead of
        // zero: constancy is a matter of the range.
        checks::spread(column)?;
        let numbers = column.numbers();
        let deviation = match self.divisor {
            Divisor::Sample => stats::sample_sd(&numbers),
            Divisor::Population => stats::population_sd(&numbers),
        };
        let average = stats::mean(&numbers).ok_or(NormaliseError::Empty)?;
        let deviation = deviation
            .filter(|d| d.is_normal())
            .ok_or_else(|| checks::too_extreme(column))?;
        let (from, to) = (self.mean, self.sd);
        if checks::is_reversed(direction) {
            checks::rescale(column, |value| from + to * ((average - value) / deviation))
        } else {
            checks::rescale(column, |value| from + to * ((value - average) / deviation))
        }
    }

    fn is_bounded(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: ZScore = ZScore {
        mean: 0.0,
        sd: 1.0,
        divisor: Divisor::Sample,
    };

    #[test]
    fn scores_take_the_mean_and_deviation_asked_for() {
        let asked = ZScore {
            mean: 10.0,
            sd: 2.0,
            divisor: Divisor::Population,
        };
        let column = Column::complete(vec![1.0, 3.0]);
        let found = asked.normalise(&column, Direction::Higher).unwrap().column;
        assert_eq!(found.numbers(), [8.0, 12.0]);
        let found = asked.normalise(&column, Direction::Lower).unwrap().column;
        assert_eq!(found.numbers(), [12.0, 8.0]);
    }

    #[test]
    fn equal_fractions_are_constant_although_their_mean_rounds() {
        let column = Column::complete(vec![0.1; 7]);
        let found = PLAIN.normalise(&column, Direction::Higher);
        assert_eq!(found, Err(NormaliseError::Constant { value: 0.1 }));
    }

    #[test]
    fn squares_beyond_the_floating_range_are_refused() {
        for values in [vec![1e200, -1e200, 0.0], vec![1e-200, 2e-200, 3e-200]] {
            let found = PLAIN.normalise(&Column::complete(values), Direction::Higher);
            assert!(
                matches!(found, Err(NormaliseError::Value { .. })),
                "{found:?}"
            );
        }
    }
}
