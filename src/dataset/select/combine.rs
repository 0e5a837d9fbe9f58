//! Several rows of a period as one number.

use super::{Candidate, CombineRows, Dataset, Selector, agrees, blocks_absence, reject};
use crate::model::{
    Cell, IndicatorId, LossReason, Observation, Period, PlaceId, Provenance, RejectedObservation,
    Sourced,
};
use crate::num::float;
use chrono::Datelike;
use std::ops::RangeInclusive;
use std::sync::Arc;

impl Selector {
    /// Returns the years that ought to have rows: those asked for that do not begin after the date of
    /// the project; none without `period`.
    pub(super) fn years(&self) -> RangeInclusive<i32> {
        let (first, last) = self.period.unwrap_or((1, 0));
        first..=self.as_of.map_or(last, |day| last.min(day.year()))
    }

    /// Combines the best row of each period.
    #[expect(
        clippy::too_many_arguments,
        reason = "the second half of `select`, called from there alone"
    )]
    pub(super) fn combined(
        &self,
        how: CombineRows,
        years: RangeInclusive<i32>,
        data: &Dataset,
        place: &PlaceId,
        pool: &[IndicatorId],
        candidates: Vec<Candidate<'_>>,
        mut rejected: Vec<RejectedObservation>,
    ) -> Sourced {
        let chosen = self.one_per_period(candidates, &mut rejected);
        let covers = |row: &Observation, year| row.as_of.is_some_and(|p| p.year() == year);
        let empty: Vec<i32> = years
            .filter(|&year| !chosen.iter().any(|row| covers(row, year)))
            .collect();
        let spoken = |year| {
            let mut refused = rejected.iter().filter(|r| blocks_absence(&r.reason));
            refused.any(|r| covers(&r.observation, year))
                || self.rows_below(data, place, pool, |row| covers(row, year))
        };
        let known = self.absent.is_none() || !empty.iter().any(|&year| spoken(year));
        let absent = self.absent.map_or(vec![], |value| vec![value; empty.len()]);
        let values: Vec<f64> = chosen.iter().map(|row| row.value).chain(absent).collect();
        let value = known.then(|| total(how, &values)).flatten();
        let provenance = match (value, self.absent) {
            (None, _) => Provenance::None,
            (Some(value), Some(_)) if chosen.is_empty() => Provenance::Absent { value },
            (Some(_), _) => Provenance::Combined {
                how: how.word(),
                rows: chosen,
            },
        };
        Sourced {
            cell: Cell::from(value),
            provenance,
            rejected,
        }
    }

    /// Keeps the best row of each period, none that lies within a longer period (its quarters are in
    /// the year already) and none of another number format than the newest; in order of time.
    fn one_per_period(
        &self,
        mut candidates: Vec<Candidate<'_>>,
        rejected: &mut Vec<RejectedObservation>,
    ) -> Vec<Arc<Observation>> {
        // Stable: rows that are equal in all that counts keep the order of the file.
        candidates.sort_by(|a, b| self.order(a, b));
        let newest = candidates
            .iter()
            .max_by_key(|c| c.row.as_of.map(Period::start));
        let format = newest.map_or(String::new(), |c| c.row.numeric_precision.clone());
        candidates.retain(|c| {
            let same = agrees(&format, &c.row.numeric_precision);
            if !same {
                rejected.push(reject(c.row, LossReason::Precision));
            }
            same
        });
        let mut chosen: Vec<Candidate<'_>> = vec![];
        for candidate in &candidates {
            let same = |c: &&Candidate<'_>| c.row.as_of == candidate.row.as_of;
            if let Some(better) = chosen.iter().find(same) {
                rejected.push(reject(candidate.row, self.loss(better, candidate)));
            } else if candidates.iter().any(|c| contains(c.row, candidate.row)) {
                rejected.push(reject(candidate.row, LossReason::Period));
            } else {
                chosen.push(candidate.clone());
            }
        }
        chosen.sort_by_key(|c| c.row.as_of.map(Period::start));
        chosen.iter().map(|c| Arc::clone(c.row)).collect()
    }
}

/// Tells whether one row's period holds the other's and more.
fn contains(whole: &Observation, part: &Observation) -> bool {
    let (Some(whole), Some(part)) = (whole.as_of, part.as_of) else {
        return false;
    };
    whole != part
        && whole.start() <= part.start()
        && part.end() <= whole.end()
        && whole.grain() < part.grain()
}

fn total(how: CombineRows, values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let sum = || float::sum(values.iter().copied());
    Some(match how {
        CombineRows::Sum => sum(),
        CombineRows::Mean => sum() / values.len() as f64,
        CombineRows::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
}
