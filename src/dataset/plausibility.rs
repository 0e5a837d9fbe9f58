//! Figures that cannot both be right.
//!
//! Warnings are for people to act on: mark a row as doubtful, give it a scope, correct it. Only figures
//! that a selector would use are compared, and only where a contradiction is certain on their face.

use super::select::agrees;
use super::{Dataset, Selector, number_format};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Files, Span};
use crate::model::{Indicator, IndicatorId, Observation, Period, PlaceId, Qualifier, Sourced};
use chrono::{Months, NaiveDate};
use indexmap::IndexMap;
use std::sync::Arc;

/// A figure of the whole is compared with figures of its parts that are at most this much older: over a
/// longer time definitions change.
const COMPARABLE: Months = Months::new(12);

/// A change between neighbours in time beyond which one of the two is suspected.
const JUMP: f64 = 10.0;

/// Over a longer time than this growth explains a jump.
const NEIGHBOURS: Months = Months::new(36);

/// Units of which a whole has at least as much as each of its parts, and as all of them together.
const AMOUNTS: [&str; 12] = [
    "EFLOPS",
    "count",
    "bn CNY",
    "bn USD",
    "bn HKD",
    "racks",
    "cards",
    "people",
    "million people",
    "TWh",
    "MW",
    "H100e",
];

/// Compares figures with each other: parts with their whole (W0201), neighbours in time (W0202).
///
/// A part contradicts its whole when both are amounts of one indicator, the figure of the whole is no
/// lower bound and is as new as the part's or up to a year newer, and yet is smaller; likewise the sum
/// of the places directly below. Neighbours in time, at most three years apart, contradict each other
/// when one is more than ten times the other, unless the smaller is zero or a lower bound ("over 2") or
/// the larger an upper one; ranks are left alone. `files` holds the texts that
/// the data was read from.
pub fn check_plausibility(data: &Dataset, selector: &Selector, files: &Files) -> Diagnostics {
    let selector = Selector {
        max_age: None,
        period: None,
        combine: None,
        absent: None,
        scopes: vec![],
        ..selector.clone()
    };
    let check = Check {
        data,
        selector,
        files,
    };
    let mut found = Diagnostics::new();
    for indicator in data.indicators.values() {
        if AMOUNTS.contains(&indicator.unit.as_str()) {
            for place in data.places.keys() {
                check.parts(indicator, place, &mut found);
            }
        }
        if indicator.unit != "rank" {
            for place in data.places.keys() {
                check.neighbours(indicator, place, &mut found);
            }
        }
    }
    found
}

struct Check<'a> {
    data: &'a Dataset,
    selector: Selector,
    files: &'a Files,
}

impl Check<'_> {
    /// Returns the usable figures, newest first.
    fn figures(&self, place: &PlaceId, indicator: &IndicatorId) -> Vec<Arc<Observation>> {
        self.selector.reports(self.data, place, indicator).0
    }

    /// Compares a whole with the parts directly below it.
    fn parts(&self, indicator: &Indicator, whole: &PlaceId, found: &mut Diagnostics) {
        let wholes = self.figures(whole, &indicator.id);
        let Some(top) = wholes.first().filter(|row| is_upper(row)) else {
            return;
        };
        let Some(date) = top.as_of.map(Period::end) else {
            return;
        };
        let children = self
            .data
            .places
            .values()
            .filter(|p| p.parent.as_ref() == Some(whole));
        let parts: Vec<Arc<Observation>> = children
            .filter_map(|place| {
                let rows = self.figures(&place.id, &indicator.id);
                rows.into_iter().find(|row| comparable(row, top, date))
            })
            .collect();
        let larger: Vec<_> = parts
            .iter()
            .filter(|part| part.value > upper(top))
            .collect();
        for part in &larger {
            found.push(self.part_above_whole(indicator, part, top));
        }
        let sum: f64 = crate::num::float::sum(parts.iter().map(|p| p.value));
        if larger.is_empty() && parts.len() > 1 && sum > upper(top) {
            found.push(self.parts_above_whole(indicator, &parts, sum, top));
        }
    }

    fn part_above_whole(
        &self,
        indicator: &Indicator,
        part: &Observation,
        whole: &Observation,
    ) -> Diagnostic {
        let message = format!(
            "`{}` of {} is {}, more than the {} of {}, which contains it",
            indicator.id,
            self.name(&part.place),
            figure(part, indicator),
            figure(whole, indicator),
            self.name(&whole.place),
        );
        self.warn("W0201", message, &[part, whole])
    }

    fn parts_above_whole(
        &self,
        indicator: &Indicator,
        parts: &[Arc<Observation>],
        sum: f64,
        whole: &Observation,
    ) -> Diagnostic {
        let names: Vec<_> = parts.iter().map(|p| self.name(&p.place)).collect();
        let message = format!(
            "`{}` of {} adds up to {sum} {}, more than the {} of {}, which contains them",
            indicator.id,
            names.join(", "),
            indicator.unit,
            figure(whole, indicator),
            self.name(&whole.place),
        );
        let rows: Vec<&Observation> = std::iter::once(whole)
            .chain(parts.iter().map(AsRef::as_ref))
            .collect();
        self.warn("W0201", message, &rows)
    }

    /// Compares figures that follow each other in time.
    fn neighbours(&self, indicator: &Indicator, place: &PlaceId, found: &mut Diagnostics) {
        let rows = self.figures(place, &indicator.id);
        for pair in rows.windows(2) {
            let (later, earlier) = (&pair[0], &pair[1]);
            if is_jump(later, earlier) {
                let message = format!(
                    "`{}` of {} goes from {} to {}",
                    indicator.id,
                    self.name(place),
                    figure(earlier, indicator),
                    figure(later, indicator),
                );
                found.push(self.warn("W0202", message, &[later, earlier]));
            }
        }
    }

    fn name(&self, place: &PlaceId) -> String {
        self.data
            .places
            .get(place)
            .map_or_else(|| place.to_string(), |p| p.name.clone())
    }

    fn warn(&self, code: &'static str, message: String, rows: &[&Observation]) -> Diagnostic {
        let finding = Diagnostic::new(Code(code), message);
        let labelled = rows.iter().fold(finding, |finding, row| {
            finding.at(line_span(self.files, row), self.name(&row.place))
        });
        labelled.help("compare the sources; mark a row that is wrong as `doubtful`, give one that counts something else a `scope`")
    }
}

fn figure(row: &Observation, indicator: &Indicator) -> String {
    let date = row.as_of.map_or(String::new(), |p| format!(" ({p})"));
    format!(
        "{}{} {}{date}",
        row.qualifier.sign(),
        row.value,
        indicator.unit
    )
}

/// Tells whether two neighbours in time cannot both be right on their face.
fn is_jump(later: &Observation, earlier: &Observation) -> bool {
    let (small, large) = if later.value < earlier.value {
        (later, earlier)
    } else {
        (earlier, later)
    };
    let near = later.as_of.zip(earlier.as_of).is_some_and(|(late, early)| {
        let limit = early.start().checked_add_months(NEIGHBOURS);
        limit.is_none_or(|limit| late.start() <= limit)
    });
    let open = matches!(small.qualifier, Qualifier::Gt | Qualifier::Gte)
        || matches!(large.qualifier, Qualifier::Lt | Qualifier::Lte);
    // A stated and an unstated format may differ, and then a jump is no contradiction.
    let format = |row: &Observation| number_format(&row.numeric_precision).to_uppercase();
    let one_series = format(later) == format(earlier);
    near && one_series && !open && small.value > 0.0 && large.value > JUMP * small.value
}

/// Tells whether a figure limits from above what it counts.
fn is_upper(row: &Observation) -> bool {
    !matches!(row.qualifier, Qualifier::Gt | Qualifier::Gte)
}

fn upper(row: &Observation) -> f64 {
    row.value_high.unwrap_or(row.value)
}

/// Tells whether the figure of a part can be held against the whole's, which ends on `date`.
fn comparable(part: &Observation, whole: &Observation, date: NaiveDate) -> bool {
    let hedged = matches!(part.qualifier, Qualifier::Lt | Qualifier::Lte);
    let in_time = part.as_of.is_some_and(|p| {
        p.end() <= date
            && p.end()
                .checked_add_months(COMPARABLE)
                .is_none_or(|late| late >= date)
    });
    !hedged && in_time && agrees(&part.numeric_precision, &whole.numeric_precision)
}

/// Returns the line that a figure was read from.
pub(super) fn line_span(files: &Files, row: &Observation) -> Span {
    let file = &row.origin.file;
    let Some(text) = files.text(file) else {
        return Span::whole(file);
    };
    let start: usize = text
        .split_inclusive('\n')
        .take(row.origin.line - 1)
        .map(str::len)
        .sum();
    let line = text[start..].lines().next().unwrap_or_default();
    Span::new(file, start..start + line.len())
}

/// Looks through the figures that were chosen for one criterion: different stated number formats are no
/// one column (W0204).
///
/// Figures that state no format are let through: most official ones state none. `criterion` names the
/// column in the message; `files` holds the texts that the data was read from.
pub fn check_precision(criterion: &str, chosen: &[Sourced], files: &Files) -> Diagnostics {
    let rows = chosen.iter().flat_map(Sourced::rows);
    let mut formats: IndexMap<String, Vec<&Observation>> = IndexMap::new();
    for row in rows {
        let format = number_format(&row.numeric_precision).to_uppercase();
        if !format.is_empty() {
            formats.entry(format).or_default().push(row);
        }
    }
    let mut found = Diagnostics::new();
    if formats.len() > 1 {
        let names: Vec<_> = formats.keys().map(String::as_str).collect();
        let message = format!(
            "the figures of `{criterion}` mix number formats: {}",
            names.join(", ")
        );
        let first = formats.iter().fold(
            Diagnostic::new(Code("W0204"), message),
            |finding, (format, rows)| {
                finding.at(
                    line_span(files, rows[0]),
                    format!("{format}, first of {}", rows.len()),
                )
            },
        );
        let help = "choose one with `observations = { precision = \"FP16\" }`; figures that state none are kept";
        found.push(first.help(help));
    }
    found
}

#[cfg(test)]
mod tests;
