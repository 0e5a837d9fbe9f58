//! Rank and percentile: order alone, however far apart the values lie.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo};
use crate::num::rank::{Best, Ties, rank};
use std::sync::Arc;

/// The line of the table for ranks.
pub const RANK: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "rank",
        summary: "position among the places: 1 for the best, 0 for the worst",
        formula: "(n - r) / (n - 1), where r is the rank, 1 for the best; ties share the mean of \
                  their ranks",
        params: &[],
        not_when: "distances matter: a narrow lead and a wide one count the same",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5",
        common: true,
    },
    build: |_| Ok(Arc::new(Rank)),
};

/// The line of the table for percentiles.
pub const PERCENTILE: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "percentile",
        summary: "share of places below, ties counting half",
        formula: "(places that are worse + half of those that are equal, itself among them) / n",
        params: &[],
        not_when: "distances matter, or the best place shall score the full scale: it scores \
                   1 - 1/(2n) here (use `rank`)",
        reference: "Roscoe (1975), Fundamental Research Statistics for the Behavioral Sciences: \
                    percentile rank of the middle of the class; without ties Hazen's (i - 0.5)/n",
        common: true,
    },
    build: |_| Ok(Arc::new(Percentile)),
};

/// Scores the place by its rank: 1 for the best, 0 for the worst.
///
/// Ties share the mean of the ranks they occupy, so that reversing the direction mirrors the scores.
/// Missing cells stay missing and take no rank. A column in which all are equal, and so a single
/// place, is [`NormaliseError::Constant`]: it ranks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank;

impl Normalise for Rank {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        by_rank(column, direction, |rank, n| (n - rank) / (n - 1.0))
    }
}

/// Scores the place by the share of places that it leaves behind; ties, itself among them, count
/// half.
///
/// Missing cells stay missing and are no place to leave behind. A constant column is
/// [`NormaliseError::Constant`], as for [`Rank`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentile;

impl Normalise for Percentile {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        // With `worse` places behind and `equal` tied ones (itself among them), the mean rank is
        // n - worse - (equal - 1) / 2, so worse + equal / 2 is n - rank + 1/2.
        by_rank(column, direction, |rank, n| (n - rank + 0.5) / n)
    }
}

fn by_rank(
    column: &Column,
    direction: Direction,
    score: impl Fn(f64, f64) -> f64,
) -> Result<Normalised, NormaliseError> {
    let (low, high) = checks::range(column)?;
    if low >= high {
        return Err(NormaliseError::Constant { value: low });
    }
    let best = if checks::is_reversed(direction) {
        Best::Lowest
    } else {
        Best::Highest
    };
    let ranks = rank(&column.numbers(), best, Ties::Average);
    let n = ranks.len() as f64;
    let scores: Vec<f64> = ranks.into_iter().map(|rank| score(rank, n)).collect();
    Ok(checks::with_numbers(column, &scores).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tied() -> Column {
        [Some(7.0), None, Some(3.0), Some(7.0), Some(9.0), Some(1.0)]
            .into_iter()
            .collect()
    }

    #[test]
    fn ties_share_the_mean_of_their_ranks() {
        let found = Rank.normalise(&tied(), Direction::Higher).unwrap().column;
        assert_eq!(found.numbers(), [0.625, 0.25, 0.625, 1.0, 0.0]);
        assert_eq!(found.value(1), None);
        let found = Rank.normalise(&tied(), Direction::Lower).unwrap().column;
        assert_eq!(found.numbers(), [0.375, 0.75, 0.375, 0.0, 1.0]);
    }

    #[test]
    fn the_percentile_counts_ties_half() {
        // Of five places, two are below 7 and two are equal to it: (2 + 1) / 5.
        let found = Percentile
            .normalise(&tied(), Direction::Higher)
            .unwrap()
            .column;
        assert_eq!(found.numbers(), [0.6, 0.3, 0.6, 0.9, 0.1]);
    }

    #[test]
    fn one_place_has_nobody_to_be_ranked_against() {
        let one = Column::complete(vec![4.0]);
        for found in [
            Rank.normalise(&one, Direction::Higher),
            Percentile.normalise(&one, Direction::Higher),
        ] {
            assert_eq!(found, Err(NormaliseError::Constant { value: 4.0 }));
        }
    }
}
