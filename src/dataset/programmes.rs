//! Public money: yuan a year in force at a date.

use super::Dataset;
use crate::model::{
    Cell, GroupRole, Period, PlaceId, Programme, ProgrammeBasis, ProgrammeKind, ProgrammeShare,
    ProgrammeStatus, Provenance, Sourced,
};
use crate::num::float;
use chrono::{Datelike, Days, Months, NaiveDate};
use indexmap::IndexMap;

/// Years that a programme without a stated end is taken to run.
const ASSUMED_YEARS: u32 = 3;

/// Adds up the programmes of some kinds that are in force at a date, in CNY a year.
///
/// - A total is divided by its stated years; a programme of less than a year counts whole, since no
///   year sees more of it. Without a stated end three years from its start are assumed: this is
///   marked, and after them the programme counts as expired. Without a start it is taken to be in
///   force, which is marked too.
/// - Rows of one `overlap_group` describe the same money and count once: as the larger of the largest
///   `total` row and the sum of the `part` rows (the total when they are equal). Only rows that count
///   on their own enter the comparison, so that expired parts do not keep a group alive.
/// - Rows of other kinds, in other currencies, without an amount, for a part of the place, expired, not
///   begun, published later than the date, drafted or disputed are listed with that reason and not
///   counted. Money of a district is not spread over its city: the rest of the city gets none of it.
///
/// A place without a programme that counts is *missing*: nobody has said that it pays nothing. Without
/// a date every programme counts as in force.
pub fn annual_programmes(
    data: &Dataset,
    place: &PlaceId,
    kinds: &[ProgrammeKind],
    as_of: Option<NaiveDate>,
) -> Sourced {
    let (mut left_out, mut groups) = (vec![], IndexMap::<(&str, &str), Vec<Yearly<'_>>>::new());
    for row in data.programmes.iter().filter(|p| p.place == *place) {
        match yearly(data, row, kinds, as_of) {
            Err(reason) => left_out.push((row.id.clone(), reason)),
            Ok(yearly) => {
                // A row outside any group is a group of its own.
                let own = if row.overlap_group.is_empty() {
                    row.id.as_str()
                } else {
                    ""
                };
                let key = (row.overlap_group.as_str(), own);
                groups.entry(key).or_default().push(yearly);
            }
        }
    }
    let mut counted = vec![];
    for rows in groups.into_values() {
        counted.push(share_of_group(&rows, &mut left_out));
    }
    if counted.is_empty() && left_out.is_empty() {
        return Sourced::missing();
    }
    let total = float::sum(counted.iter().map(|share| share.cny_a_year));
    Sourced {
        cell: if counted.is_empty() {
            Cell::Missing
        } else {
            Cell::Value(total)
        },
        provenance: Provenance::Programmes { counted, left_out },
        rejected: vec![],
    }
}

/// A row that counts on its own.
struct Yearly<'d> {
    row: &'d Programme,
    cny: f64,
    how: String,
    assumed: bool,
}

/// Works out what a row gives a year, or says why it does not count.
fn yearly<'d>(
    data: &Dataset,
    row: &'d Programme,
    kinds: &[ProgrammeKind],
    as_of: Option<NaiveDate>,
) -> Result<Yearly<'d>, &'static str> {
    if !kinds.contains(&row.kind) {
        return Err(match row.kind {
            ProgrammeKind::Subsidy => "a subsidy, which was not asked for",
            ProgrammeKind::Fund => "the size of a fund, not spending",
            ProgrammeKind::Credit => "credit, which is paid back",
            ProgrammeKind::Broad => "not for AI only",
        });
    }
    if let Some(reason) = unfit(data, row, as_of) {
        return Err(reason);
    }
    let amount = row.amount_cny.ok_or("no amount is stated")?;
    let assumed = row.end.is_none() || row.start.is_none();
    let (cny, mut how) = match row.per {
        ProgrammeBasis::Year => (amount, format!("{amount} CNY a year")),
        ProgrammeBasis::Total => {
            let years = run(row).map_or(f64::from(ASSUMED_YEARS), |(from, to)| years(from, to));
            let cny = amount / years.max(1.0);
            (cny, format!("{amount} CNY over {} years", tenths(years)))
        }
    };
    if assumed {
        how.push_str(match (row.start, row.end) {
            (_, None) => "; no end is stated, three years are assumed",
            _ => "; no start is stated",
        });
    }
    if row.qualifier.is_bound() {
        let sign = row.qualifier.sign();
        how = format!("{how}; the source says {sign}{amount}");
    }
    Ok(Yearly {
        row,
        cny,
        how,
        assumed,
    })
}

/// Says why a row does not count, apart from its kind and amount.
fn unfit(data: &Dataset, row: &Programme, as_of: Option<NaiveDate>) -> Option<&'static str> {
    let starts = |period: Option<Period>, day| period.is_some_and(|p| p.start() > day);
    let published = data.sources.get(&row.source).and_then(|s| s.date);
    let over = |day| match (row.end, run(row)) {
        (Some(end), _) if end.end() < day => Some("expired"),
        (None, Some((_, end))) if end < day => Some("expired, if it ran three years"),
        _ => None,
    };
    match row.status {
        ProgrammeStatus::Draft => return Some("a draft or an announcement"),
        ProgrammeStatus::Disputed => return Some("contradicted by a better source"),
        ProgrammeStatus::Decided => {}
    }
    if !matches!(row.currency.as_str(), "" | "CNY") {
        return Some("in another currency, and no rate is applied");
    }
    if !row.scope.is_empty() {
        return Some("for a part of the place");
    }
    let day = as_of?;
    if starts(row.start, day) {
        return Some("not begun at the project's date");
    }
    if starts(published, day) {
        return Some("published after the project's date");
    }
    over(day)
}

/// Returns the first and last day of a programme with a stated start; an end that is not stated lies
/// three years on.
fn run(row: &Programme) -> Option<(NaiveDate, NaiveDate)> {
    let from = row.start?.start();
    let assumed = || {
        let next = from.checked_add_months(Months::new(12 * ASSUMED_YEARS))?;
        next.checked_sub_days(Days::new(1))
    };
    let to = row.end.map(Period::end).or_else(assumed)?;
    Some((from, to))
}

/// Returns the years from one day to another, both included: whole months of the calendar, and the rest
/// as a share of the month it falls in, so that 2025 to 2027 is three years to the last digit.
fn years(from: NaiveDate, to: NaiveDate) -> f64 {
    let Some(after) = to
        .checked_add_days(Days::new(1))
        .filter(|after| *after > from)
    else {
        return 0.0;
    };
    let month_of = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
    let mut months = u32::try_from(month_of(after) - month_of(from)).unwrap_or_default();
    let reach = |months| from.checked_add_months(Months::new(months)).unwrap_or(from);
    if reach(months) > after {
        months -= 1;
    }
    let (begun, next) = (reach(months), reach(months + 1));
    let rest = (after - begun).num_days() as f64 / ((next - begun).num_days().max(1)) as f64;
    (f64::from(months) + rest) / 12.0
}

fn tenths(years: f64) -> String {
    let text = format!("{years:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Works out what a group gives a year; rows that it does not rest on are listed.
fn share_of_group(
    rows: &[Yearly<'_>],
    left_out: &mut Vec<(String, &'static str)>,
) -> ProgrammeShare {
    let is_part = |y: &&Yearly<'_>| y.row.group_role == Some(GroupRole::Part);
    let parts: Vec<&Yearly<'_>> = rows.iter().filter(is_part).collect();
    let sum = float::sum(parts.iter().map(|part| part.cny));
    // The first of equal totals, in the order of the file.
    let totals = rows.iter().filter(|y| !is_part(y));
    let largest = totals.fold(None, |best: Option<&Yearly<'_>>, next| match best {
        Some(best) if best.cny >= next.cny => Some(best),
        _ => Some(next),
    });
    let counted = match largest {
        Some(total) if total.cny >= sum => vec![total],
        _ => parts,
    };
    let is_counted = |y: &Yearly<'_>| counted.iter().any(|c| std::ptr::eq(*c, y));
    let rest = rows.iter().filter(|y| !is_counted(y));
    left_out.extend(rest.map(|y| (y.row.id.clone(), "the same money as a row that counts")));
    let how: Vec<_> = counted.iter().map(|y| y.how.clone()).collect();
    ProgrammeShare {
        rows: counted.iter().map(|y| y.row.id.clone()).collect(),
        cny_a_year: float::sum(counted.iter().map(|y| y.cny)),
        how: how.join(" + "),
        assumed: counted.iter().any(|y| y.assumed),
    }
}

#[cfg(test)]
mod tests;
