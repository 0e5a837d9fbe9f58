//! Which row speaks for a place when several could.
//!
//! Every row that was considered is kept with the reason for which it lost, so that `explain` can show
//! why a score rests on this figure and not on another.

mod combine;

use super::Dataset;
use crate::model::{
    Cell, IndicatorId, Kind, LossReason, Observation, PlaceId, Plausibility, Provenance, Qualifier,
    RejectedObservation, SourceId, Sourced, Tier,
};
use chrono::{Datelike, Days, Months, NaiveDate};
use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

/// What makes one usable row better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// The later start of the period; at the same start the finer date, so that a dated row goes before
    /// a bare year. Rows without date come last.
    Latest,
    /// The better tier of the source; rows without source come last.
    Tier,
    /// A plain number before an approximate one, and that before a bound.
    Exact,
}

impl Preference {
    /// Every preference with the word used in settings.
    pub const ALL: [(&'static str, Self); 3] = [
        ("latest", Self::Latest),
        ("tier", Self::Tier),
        ("exact", Self::Exact),
    ];
}

/// What a bound (`>120`) counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bounds {
    /// The number at the bound, marked.
    #[default]
    AtBound,
    /// Nothing: the row loses.
    Exclude,
    /// The number at the bound in a score; the analysis of robustness lets it vary beyond.
    Interval,
}

impl Bounds {
    /// Every treatment with the word used in settings.
    pub const ALL: [(&'static str, Self); 3] = [
        ("at-bound", Self::AtBound),
        ("exclude", Self::Exclude),
        ("interval", Self::Interval),
    ];
}

/// What a figure counts as that other rows speak against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doubtful {
    /// Nothing: the row loses.
    #[default]
    Skip,
    /// Nothing in a score while the place has another figure, else its number; the analysis of
    /// robustness lets the figure vary up to it.
    Interval,
    /// Its number.
    Use,
}

impl Doubtful {
    /// Every treatment with the word used in settings.
    pub const ALL: [(&'static str, Self); 3] = [
        ("skip", Self::Skip),
        ("interval", Self::Interval),
        ("use", Self::Use),
    ];
}

/// How the rows of a period become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CombineRows {
    /// Their sum.
    Sum,
    /// Their arithmetic mean.
    Mean,
    /// The largest.
    Max,
}

impl CombineRows {
    /// Every way with the word used in settings.
    pub const ALL: [(&'static str, Self); 3] =
        [("sum", Self::Sum), ("mean", Self::Mean), ("max", Self::Max)];

    /// Returns the word used in settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Max => "max",
        }
    }
}

/// A length of time in the units of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Months; a year is twelve.
    Months(u32),
    /// Days.
    Days(u32),
}

impl Age {
    /// Reads `3y`, `18m` or `90d`.
    ///
    /// ```
    /// use exacity::dataset::Age;
    /// assert_eq!(Age::parse("3y"), Some(Age::Months(36)));
    /// assert_eq!(Age::parse("3 years"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let count: u32 = count
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| count.parse().ok())??;
        match unit {
            "y" => count.checked_mul(12).map(Self::Months),
            "m" => Some(Self::Months(count)),
            "d" => Some(Self::Days(count)),
            _ => None,
        }
    }

    /// Returns the day that lies this long before another; the first of all days if there is none.
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        let earlier = match self {
            Self::Months(n) => day.checked_sub_months(Months::new(n)),
            Self::Days(n) => day.checked_sub_days(Days::new(n.into())),
        };
        earlier.unwrap_or(NaiveDate::MIN)
    }
}

/// Which rows may speak for a place, and which of them does.
///
/// The default takes measured, plausible figures of the whole place, the latest first, then those of
/// the better source, then plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// Kinds of rows that count.
    pub kinds: Vec<Kind>,
    /// Tiers of sources that count; all when not stated. Rows without source have no tier.
    pub tiers: Option<Vec<Tier>>,
    /// Publications that count; all when not stated. Figures from several lists with definitions of
    /// their own cannot be compared, so a criterion may hold to one of them.
    pub sources: Option<Vec<SourceId>>,
    /// What makes one row better than another, most important first.
    pub prefer: Vec<Preference>,
    /// What a bound counts as.
    pub bounds: Bounds,
    /// What a doubtful row counts as.
    pub doubtful: Doubtful,
    /// How old a row may be, by the start of its period, counted back from `as_of`, or else from the
    /// newest row that any place has. An undated row cannot show that it is young enough.
    pub max_age: Option<Age>,
    /// The value that a missing row of a complete list stands for.
    pub absent: Option<f64>,
    /// First and last year of the rows that count.
    pub period: Option<(i32, i32)>,
    /// How the rows of the period become one number; without it one row is chosen.
    pub combine: Option<CombineRows>,
    /// The number format that counts (`FP16`). Rows that state another lose; rows that state none are
    /// let through, and [`super::check_precision`] reports them where it matters.
    pub precision: Option<String>,
    /// Scopes that count, each as written in the data, and the empty text for the whole place. Without
    /// any, only figures for the whole place count.
    pub scopes: Vec<String>,
    /// Nothing dated or published later is seen. Sources without date are kept.
    pub as_of: Option<NaiveDate>,
}

impl Default for Selector {
    fn default() -> Self {
        Self {
            kinds: vec![Kind::Measured],
            tiers: None,
            sources: None,
            prefer: vec![Preference::Latest, Preference::Tier, Preference::Exact],
            bounds: Bounds::default(),
            doubtful: Doubtful::default(),
            max_age: None,
            absent: None,
            period: None,
            combine: None,
            precision: None,
            scopes: vec![],
            as_of: None,
        }
    }
}

/// A row with its place in the order of preference.
#[derive(Debug, Clone)]
struct Candidate<'d> {
    row: &'d Arc<Observation>,
    tier: Option<Tier>,
    /// Position of its indicator in the pool, which settles ties.
    pool: usize,
}

impl Selector {
    /// Finds the figure of a place among the rows of a pool of indicators.
    ///
    /// Among usable rows the best by `prefer` wins; on a tie the indicator named first in the pool,
    /// then the row that stands first in the file. A usable row that states another number format
    /// than the chosen one loses for that reason, whatever its date: the two are no series.
    ///
    /// With `combine`, each period of the years asked for (of all years, without `period`) gives its
    /// best row, and these are combined.
    /// With `absent`, a year without any row counts as that value (without `combine`, a place without
    /// any row does). Where rows are there but were refused, or where a place further down has rows, the
    /// absence says nothing, and the cell is missing.
    pub fn select(&self, data: &Dataset, place: &PlaceId, pool: &[IndicatorId]) -> Sourced {
        let (candidates, mut rejected) = self.sift(data, place, pool);
        if let Some(how) = self.combine {
            let years = self.years();
            return self.combined(how, years, data, place, pool, candidates, rejected);
        }
        let best = candidates
            .iter()
            .enumerate()
            .min_by(|a, b| self.order(a.1, b.1).then(a.0.cmp(&b.0)));
        let Some((_, chosen)) = best else {
            let cell = self.absence(data, place, pool, &rejected);
            let provenance = match cell {
                Cell::Value(value) => Provenance::Absent { value },
                Cell::Missing | Cell::NotApplicable => Provenance::None,
            };
            return Sourced {
                cell,
                provenance,
                rejected,
            };
        };
        rejected.extend(self.losers(chosen, &candidates));
        Sourced {
            cell: Cell::Value(chosen.row.value),
            provenance: Provenance::Observation {
                row: Arc::clone(chosen.row),
            },
            rejected,
        }
    }

    /// Returns the usable rows of one indicator, newest first and, on one date, best first; with them the
    /// rows that were refused.
    pub(super) fn reports(
        &self,
        data: &Dataset,
        place: &PlaceId,
        indicator: &IndicatorId,
    ) -> (Vec<Arc<Observation>>, Vec<RejectedObservation>) {
        let (mut candidates, rejected) = self.sift(data, place, std::slice::from_ref(indicator));
        candidates.sort_by(|a, b| compare(Preference::Latest, a, b).then(self.order(a, b)));
        let rows = candidates.iter().map(|c| Arc::clone(c.row)).collect();
        (rows, rejected)
    }

    /// Separates the rows that may speak from those that may not.
    fn sift<'d>(
        &self,
        data: &'d Dataset,
        place: &PlaceId,
        pool: &[IndicatorId],
    ) -> (Vec<Candidate<'d>>, Vec<RejectedObservation>) {
        let oldest = self.max_age.and_then(|age| {
            let from = self.as_of.or_else(|| data.newest(pool))?;
            Some(age.before(from))
        });
        let (mut usable, mut doubtful, mut rejected) = (vec![], vec![], vec![]);
        for (position, indicator) in pool.iter().enumerate() {
            for row in data.rows(place, indicator) {
                if let Some(reason) = self.refuses(data, row, oldest) {
                    rejected.push(reject(row, reason));
                    continue;
                }
                let candidate = Candidate {
                    row,
                    tier: tier_of(data, row),
                    pool: position,
                };
                match row.plausibility {
                    Plausibility::Plausible => usable.push(candidate),
                    Plausibility::Doubtful => doubtful.push(candidate),
                }
            }
        }
        let spare = self.doubtful == Doubtful::Interval && !usable.is_empty();
        if spare {
            rejected.extend(doubtful.iter().map(|c| reject(c.row, LossReason::Doubtful)));
        } else {
            usable.append(&mut doubtful);
        }
        (usable, rejected)
    }

    /// Says why a row may not speak for its place, if it may not.
    pub(super) fn refuses(
        &self,
        data: &Dataset,
        row: &Observation,
        oldest: Option<NaiveDate>,
    ) -> Option<LossReason> {
        let year = row.as_of.map(|p| p.start().year());
        let in_period = |(first, last)| year.is_some_and(|y| first <= y && y <= last);
        let checks = [
            (self.kinds.contains(&row.kind), LossReason::Kind),
            (self.scope_counts(row), LossReason::Scope),
            (self.is_seen(data, row), LossReason::AfterAsOf),
            (self.period.is_none_or(in_period), LossReason::Period),
            (self.tier_counts(tier_of(data, row)), LossReason::Tier),
            (
                row.plausibility == Plausibility::Plausible || self.doubtful != Doubtful::Skip,
                LossReason::Doubtful,
            ),
            (self.source_counts(row), LossReason::Source),
            (
                !row.qualifier.is_bound() || self.bounds != Bounds::Exclude,
                LossReason::Bound,
            ),
            (
                agrees(
                    self.precision.as_deref().unwrap_or_default(),
                    &row.numeric_precision,
                ),
                LossReason::Precision,
            ),
            (
                oldest.is_none_or(|day| row.as_of.is_some_and(|p| p.start() >= day)),
                LossReason::TooOld,
            ),
        ];
        checks
            .into_iter()
            .find(|(holds, _)| !holds)
            .map(|(_, reason)| reason)
    }

    fn scope_counts(&self, row: &Observation) -> bool {
        if self.scopes.is_empty() {
            return row.is_whole_place();
        }
        let whole = row.is_whole_place() && self.scopes.iter().any(String::is_empty);
        whole || self.scopes.contains(&row.scope)
    }

    /// Tells whether a row was known at the date of the project. A source dated by its year alone may
    /// have appeared on the first day of it.
    fn is_seen(&self, data: &Dataset, row: &Observation) -> bool {
        let Some(as_of) = self.as_of else { return true };
        let published = row
            .source
            .as_ref()
            .and_then(|id| data.sources.get(id)?.date);
        let begins_by =
            |period: Option<crate::model::Period>| period.is_none_or(|p| p.start() <= as_of);
        begins_by(row.as_of) && begins_by(published)
    }

    fn source_counts(&self, row: &Observation) -> bool {
        let Some(wanted) = &self.sources else {
            return true;
        };
        row.source
            .as_ref()
            .is_some_and(|source| wanted.contains(source))
    }

    fn tier_counts(&self, tier: Option<Tier>) -> bool {
        let Some(wanted) = &self.tiers else {
            return true;
        };
        tier.is_some_and(|tier| wanted.contains(&tier))
    }

    /// Orders two usable rows, the better first; equal rows differ in nothing but their place in the file.
    fn order(&self, a: &Candidate<'_>, b: &Candidate<'_>) -> Ordering {
        let by_preference = self
            .prefer
            .iter()
            .map(|&preference| compare(preference, a, b))
            .find(|order| order.is_ne());
        by_preference
            .unwrap_or(Ordering::Equal)
            .then(a.pool.cmp(&b.pool))
    }

    /// Orders two usable rows of one date, the better first: by source, plainness and the finer date.
    pub(super) fn order_on_one_date(
        &self,
        data: &Dataset,
        a: &Arc<Observation>,
        b: &Arc<Observation>,
    ) -> Ordering {
        let [a, b] = [a, b].map(|row| Candidate {
            row,
            tier: tier_of(data, row),
            pool: 0,
        });
        let undated = self.prefer.iter().filter(|&&p| p != Preference::Latest);
        let by_preference = undated
            .map(|&preference| compare(preference, &a, &b))
            .find(|order| order.is_ne());
        by_preference.unwrap_or_else(|| compare(Preference::Latest, &a, &b))
    }

    /// Says why every other candidate lost against the chosen one.
    fn losers(&self, chosen: &Candidate<'_>, all: &[Candidate<'_>]) -> Vec<RejectedObservation> {
        let others = all.iter().filter(|c| !Arc::ptr_eq(c.row, chosen.row));
        others
            .map(|other| reject(other.row, self.loss(chosen, other)))
            .collect()
    }

    fn loss(&self, chosen: &Candidate<'_>, other: &Candidate<'_>) -> LossReason {
        if !agrees(&chosen.row.numeric_precision, &other.row.numeric_precision) {
            return LossReason::Precision;
        }
        let decisive = self
            .prefer
            .iter()
            .find(|&&p| compare(p, chosen, other).is_ne());
        match decisive {
            Some(Preference::Latest) => LossReason::Older,
            Some(Preference::Tier) => LossReason::WeakerTier,
            Some(Preference::Exact) => LossReason::Hedged,
            None => LossReason::Later,
        }
    }

    /// Returns what a place without any usable row counts as.
    fn absence(
        &self,
        data: &Dataset,
        place: &PlaceId,
        pool: &[IndicatorId],
        rejected: &[RejectedObservation],
    ) -> Cell {
        let speaks = rejected.iter().any(|r| blocks_absence(&r.reason));
        match self.absent {
            Some(value) if !speaks && !self.rows_below(data, place, pool, |_| true) => {
                Cell::Value(value)
            }
            _ => Cell::Missing,
        }
    }

    /// Tells whether a place further down has rows that count: a complete list by city leaves out every
    /// province, and that is no zero.
    fn rows_below(
        &self,
        data: &Dataset,
        place: &PlaceId,
        pool: &[IndicatorId],
        counts: impl Fn(&Observation) -> bool,
    ) -> bool {
        let places = data.below(place);
        let mut rows = places.flat_map(|below| pool.iter().flat_map(|i| data.rows(below, i)));
        rows.any(|row| counts(row) && self.refuses(data, row, None).is_none())
    }
}

/// Tells whether a refused row shows that the list had something to say about its place. A row outside the
/// time asked for, or not yet published, does not.
fn blocks_absence(reason: &LossReason) -> bool {
    !matches!(
        reason,
        LossReason::Period | LossReason::TooOld | LossReason::AfterAsOf
    )
}

fn reject(row: &Arc<Observation>, reason: LossReason) -> RejectedObservation {
    RejectedObservation {
        observation: Arc::clone(row),
        reason,
    }
}

fn tier_of(data: &Dataset, row: &Observation) -> Option<Tier> {
    row.source
        .as_ref()
        .and_then(|id| data.sources.get(id))
        .map(|s| s.tier)
}

fn compare(preference: Preference, a: &Candidate<'_>, b: &Candidate<'_>) -> Ordering {
    let date = |c: &Candidate<'_>| c.row.as_of.map(|p| (p.start(), p.grain()));
    let hedge = |c: &Candidate<'_>| match c.row.qualifier {
        Qualifier::Eq => 0,
        Qualifier::Approx => 1,
        _ => 2,
    };
    match preference {
        Preference::Latest => Reverse(date(a)).cmp(&Reverse(date(b))),
        Preference::Tier => {
            let known = |c: &Candidate<'_>| (c.tier.is_none(), c.tier);
            known(a).cmp(&known(b))
        }
        Preference::Exact => hedge(a).cmp(&hedge(b)),
    }
}

/// Returns the number format that a text states, without remarks: `FP16` for `FP16/BF16 dense`.
pub fn number_format(stated: &str) -> &str {
    stated.split(['/', ' ', ',']).next().unwrap_or_default()
}

/// Tells whether two figures may stand in one series: they state the same number format, or one of them
/// states none.
pub(super) fn agrees(one: &str, other: &str) -> bool {
    let (one, other) = (number_format(one), number_format(other));
    one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests;
