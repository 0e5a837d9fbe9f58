//! Which figures of a place are one series in time.
//!
//! A forecast needs figures of one thing at different dates. Rows that state another number format, stand
//! for a part of the place or only repeat what another row says are left out, each with its reason; nothing
//! is converted and nothing is joined silently.

use super::Dataset;
use super::select::{Selector, number_format};
use crate::model::{Grain, IndicatorId, LossReason, Observation, Period, PlaceId, Qualifier};
use chrono::NaiveDate;
use indexmap::IndexMap;
use std::sync::Arc;

/// A lower bound that a higher figure follows within so many days says how far behind it was, not where
/// the stock stood: "over 7" two weeks before "12" is no growth of seventy per cent.
const SUPERSEDED: i64 = 30;

/// Figures of one place and indicator that may be read as one series.
#[derive(Debug, Clone, Default)]
pub struct SeriesRows {
    /// The number format that the series states; empty where its rows state none.
    pub format: String,
    /// True where rows that state no format were taken to be in `format` because the caller said so.
    pub assumed: bool,
    /// The figures, oldest first, no two on one date.
    pub used: Vec<DatedRow>,
    /// The rows that were not used, in the order of the file.
    pub left_out: Vec<PassedRow>,
}

/// A figure with the day it is counted at.
#[derive(Debug, Clone)]
pub struct DatedRow {
    /// The row.
    pub row: Arc<Observation>,
    /// The day: the last of its period, or the day of publication if that lies inside the period.
    pub day: NaiveDate,
}

/// A row that is not part of the series.
#[derive(Debug, Clone)]
pub struct PassedRow {
    /// The row.
    pub row: Arc<Observation>,
    /// Why.
    pub why: PassedOver,
}

/// Why a row is not part of a series.
#[derive(Debug, Clone, PartialEq)]
pub enum PassedOver {
    /// It may not speak for its place at all.
    Refused(LossReason),
    /// It has no date.
    Undated,
    /// Zero or below: a stock that grows by shares has no such level.
    NotPositive,
    /// "Up to": it says what the stock is not.
    UpperBound,
    /// It states this number format, the series another one or none.
    States(String),
    /// It states no number format, the series does.
    StatesNone,
    /// The same figure is dated more finely by another row.
    Restated(String),
    /// Another row of the same date was preferred.
    SameDate(String),
    /// A lower bound that an earlier figure reaches already: it says nothing new.
    Reached(String),
    /// A lower bound that a higher figure follows within a month.
    Superseded(String),
}

impl PassedOver {
    /// Says why in a few words.
    pub fn words(&self) -> String {
        match self {
            Self::Refused(reason) => reason.words().to_owned(),
            Self::Undated => "no date".to_owned(),
            Self::NotPositive => "not above zero: no growth rate starts there".to_owned(),
            Self::UpperBound => "an upper bound: it says what the stock is not".to_owned(),
            Self::States(format) => format!("states {format}, which is another series"),
            Self::StatesNone => "states no number format, the series does".to_owned(),
            Self::Restated(id) => format!("the figure of {id}, dated less finely"),
            Self::SameDate(id) => format!("same date as {id}, which is preferred"),
            Self::Reached(id) => format!("a lower bound that {id} reaches before: nothing new"),
            Self::Superseded(id) => format!("a lower bound that {id} exceeds within a month"),
        }
    }

    /// Tells whether the row counts something that cannot be compared with the series.
    pub fn is_not_comparable(&self) -> bool {
        matches!(
            self,
            Self::States(_) | Self::StatesNone | Self::Refused(LossReason::Scope)
        )
    }
}

/// Which number format a series is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeriesFormat<'a> {
    /// The one whose rows make the longest series; the newest among equals.
    #[default]
    Commonest,
    /// Rows that state this one.
    Stated(&'a str),
    /// Rows that state this one, and rows that state none: the caller's assumption.
    Assumed(&'a str),
}

/// Finds the series of a place and indicator.
///
/// `selector` says which rows may speak at all; its limits of age and period do not apply. A lower bound
/// counts at its bound, as in a ranking.
pub fn series_rows(
    data: &Dataset,
    place: &PlaceId,
    indicator: &IndicatorId,
    selector: &Selector,
    format: SeriesFormat<'_>,
) -> SeriesRows {
    let selector = Selector {
        max_age: None,
        period: None,
        combine: None,
        precision: None,
        ..selector.clone()
    };
    let mut sieve = Sieve { left_out: vec![] };
    let admitted = sieve.admit(data, place, indicator, &selector);
    let format = match format {
        SeriesFormat::Commonest => commonest(data, &admitted, &selector),
        other => Chosen::of(other),
    };
    let Chosen { format, assumed } = format;
    let rows = sieve.one_format(admitted, &format, assumed);
    let rows = sieve.one_by_one(data, rows, &selector);
    let mut left_out = sieve.left_out;
    left_out.sort_by_key(|passed| passed.row.origin.line);
    SeriesRows {
        format,
        assumed,
        used: rows,
        left_out,
    }
}

/// Lets rows through step by step and keeps the others with the reason.
struct Sieve {
    left_out: Vec<PassedRow>,
}

impl Sieve {
    fn pass(&mut self, row: &Arc<Observation>, why: PassedOver) {
        self.left_out.push(PassedRow {
            row: Arc::clone(row),
            why,
        });
    }

    /// Keeps the rows for which `reason` has none.
    fn keep(
        &mut self,
        rows: Vec<DatedRow>,
        reason: impl Fn(&DatedRow, &[DatedRow]) -> Option<PassedOver>,
    ) -> Vec<DatedRow> {
        let whys: Vec<_> = rows.iter().map(|row| reason(row, &rows)).collect();
        let mut kept = vec![];
        for (dated, why) in rows.into_iter().zip(whys) {
            match why {
                Some(why) => self.pass(&dated.row, why),
                None => kept.push(dated),
            }
        }
        kept
    }

    fn admit(
        &mut self,
        data: &Dataset,
        place: &PlaceId,
        indicator: &IndicatorId,
        selector: &Selector,
    ) -> Vec<DatedRow> {
        let mut admitted = vec![];
        for row in data.rows(place, indicator) {
            let upper = matches!(row.qualifier, Qualifier::Lt | Qualifier::Lte);
            if let Some(reason) = selector.refuses(data, row, None) {
                self.pass(row, PassedOver::Refused(reason));
            } else if upper {
                self.pass(row, PassedOver::UpperBound);
            } else if row.value <= 0.0 {
                self.pass(row, PassedOver::NotPositive);
            } else if let Some(period) = row.as_of {
                admitted.push(DatedRow {
                    row: Arc::clone(row),
                    day: day(data, row, period),
                });
            } else {
                self.pass(row, PassedOver::Undated);
            }
        }
        admitted
    }

    fn one_format(&mut self, rows: Vec<DatedRow>, format: &str, assumed: bool) -> Vec<DatedRow> {
        self.keep(rows, |dated, _| {
            let stated = stated(&dated.row);
            if stated == format || (assumed && stated.is_empty()) {
                None
            } else if stated.is_empty() {
                Some(PassedOver::StatesNone)
            } else {
                Some(PassedOver::States(stated))
            }
        })
    }

    /// Leaves one row a date, and of lower bounds those that say something.
    fn one_by_one(
        &mut self,
        data: &Dataset,
        rows: Vec<DatedRow>,
        selector: &Selector,
    ) -> Vec<DatedRow> {
        let rows = self.once_each(rows);
        let rows = self.one_a_day(data, rows, selector);
        self.informative(rows)
    }

    fn once_each(&mut self, rows: Vec<DatedRow>) -> Vec<DatedRow> {
        self.keep(rows, |dated, all| {
            let finer = all.iter().find(|other| restates(other, dated));
            finer.map(|other| PassedOver::Restated(other.row.id.clone()))
        })
    }

    fn one_a_day(
        &mut self,
        data: &Dataset,
        mut rows: Vec<DatedRow>,
        selector: &Selector,
    ) -> Vec<DatedRow> {
        // Stable: among equals the row that stands first in the file goes first.
        rows.sort_by(|a, b| {
            let by_day = a.day.cmp(&b.day);
            by_day.then_with(|| selector.order_on_one_date(data, &a.row, &b.row))
        });
        self.keep(rows, |dated, all| {
            let first = all.iter().find(|other| other.day == dated.day)?;
            let same = Arc::ptr_eq(&first.row, &dated.row);
            (!same).then(|| PassedOver::SameDate(first.row.id.clone()))
        })
    }

    /// Leaves out lower bounds that say nothing beside the other figures. Rows come oldest first.
    fn informative(&mut self, rows: Vec<DatedRow>) -> Vec<DatedRow> {
        self.keep(rows, |dated, all| {
            if !is_lower(&dated.row) {
                return None;
            }
            let (value, day) = (dated.row.value, dated.day);
            let before = all.iter().filter(|o| o.day < day);
            let reached = before.rev().find(|o| o.row.value >= value);
            let soon = |o: &&DatedRow| {
                let days = (o.day - day).num_days();
                0 < days && days <= SUPERSEDED && o.row.value > value
            };
            let superseded = || all.iter().find(soon);
            reached
                .map(|o| PassedOver::Reached(o.row.id.clone()))
                .or_else(|| superseded().map(|o| PassedOver::Superseded(o.row.id.clone())))
        })
    }
}

/// Returns the day at which a figure counts. A stock reported for a month held at its end, unless the
/// report appeared before.
fn day(data: &Dataset, row: &Observation, period: Period) -> NaiveDate {
    let source = row.source.as_ref().and_then(|id| data.sources.get(id));
    let published = source
        .and_then(|s| s.date)
        .filter(|p| p.grain() == Grain::Day);
    let inside = published
        .map(Period::start)
        .filter(|day| period.start() <= *day && *day <= period.end());
    inside.unwrap_or_else(|| period.end())
}

fn stated(row: &Observation) -> String {
    number_format(&row.numeric_precision).to_uppercase()
}

fn is_lower(row: &Observation) -> bool {
    matches!(row.qualifier, Qualifier::Gt | Qualifier::Gte)
}

/// The number format of a series.
struct Chosen {
    format: String,
    assumed: bool,
}

impl Chosen {
    fn of(wanted: SeriesFormat<'_>) -> Self {
        let (format, assumed) = match wanted {
            SeriesFormat::Commonest => ("", false),
            SeriesFormat::Stated(format) => (format, false),
            SeriesFormat::Assumed(format) => (format, true),
        };
        Self {
            format: number_format(format).to_uppercase(),
            assumed,
        }
    }
}

/// Returns the number format whose rows make the longest series, the newest among equals.
fn commonest(data: &Dataset, rows: &[DatedRow], selector: &Selector) -> Chosen {
    let mut formats: IndexMap<String, Vec<DatedRow>> = IndexMap::new();
    for dated in rows {
        formats
            .entry(stated(&dated.row))
            .or_default()
            .push(dated.clone());
    }
    let series = formats.into_iter().map(|(format, rows)| {
        let mut sieve = Sieve { left_out: vec![] };
        let series = sieve.one_by_one(data, rows, selector);
        (series.len(), series.last().map(|dated| dated.day), format)
    });
    let best = series.max_by_key(|(count, last, _)| (*count, *last));
    Chosen {
        format: best.map(|(.., format)| format).unwrap_or_default(),
        assumed: false,
    }
}

/// Tells whether `finer` gives the figure of `coarse` a finer date inside the same period.
fn restates(finer: &DatedRow, coarse: &DatedRow) -> bool {
    let Some((one, other)) = finer.row.as_of.zip(coarse.row.as_of) else {
        return false;
    };
    one.grain() > other.grain()
        && other.start() <= one.start()
        && one.end() <= other.end()
        && finer.row.value.to_bits() == coarse.row.value.to_bits()
}
