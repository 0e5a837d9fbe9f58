//! Which figures of the ranking are old, and how much of the scores rests on them.

use super::{Subject, figures, words};
use crate::model::NodeIx;
use crate::report::{Column, Report, Section, Show, Table, Value};
use chrono::NaiveDate;

/// A figure in use that is older than asked for.
struct Old {
    row: usize,
    leaf: NodeIx,
    date: NaiveDate,
    days: i64,
}

/// Lists the figures of ranked places that are older than `years` at `today`, the oldest first.
pub fn stale(subject: Subject, today: NaiveDate, years: f64) -> Report {
    let mut report = Report::new("stale", format!("Figures older than {}", spelled(years)));
    report.notes.push(subject.setting());
    let old = old(subject, today, years);
    let used: usize = subject.board.ranking.len() * subject.leaves().len();
    report.notes.push(match old.len() {
        0 => format!("none, counted from {today}"),
        count => format!("{count} of at most {used} figures in use, counted from {today}"),
    });
    if !old.is_empty() {
        report
            .sections
            .push(Section::new("stale", "").table(table(subject, &old)));
    }
    report.footer = vec![
        "age in years; points: what the figure adds to the score of its place.".to_owned(),
        "`exacity data add` puts a newer figure in and shows who moves.".to_owned(),
    ];
    report
}

fn spelled(years: f64) -> String {
    match years {
        one if (one - 1.0).abs() < 1e-9 => "a year".to_owned(),
        years => format!("{} years", crate::report::number::figure(years)),
    }
}

fn old(subject: Subject, today: NaiveDate, years: f64) -> Vec<Old> {
    let mut old: Vec<Old> = vec![];
    for ranked in &subject.board.ranking {
        for leaf in subject.leaves() {
            let sourced =
                figures::cell(subject, leaf, ranked.place).filter(|s| s.cell.value().is_some());
            // A period counts by its end here: a figure for 2024 is not old in January 2025.
            let date = sourced
                .and_then(crate::model::Sourced::as_of)
                .map(crate::model::Period::end);
            if let Some(date) = date {
                let days = (today - date).num_days();
                if days as f64 > years * DAYS {
                    old.push(Old {
                        row: ranked.place,
                        leaf,
                        date,
                        days,
                    });
                }
            }
        }
    }
    old.sort_by(|a, b| b.days.cmp(&a.days).then(a.row.cmp(&b.row)));
    old
}

/// Days of a year, leap years included.
const DAYS: f64 = 365.25;

fn table(subject: Subject, old: &[Old]) -> Table {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("criterion", "criterion"),
        Column::words("figure", "figure"),
        Column::words("date", "date"),
        Column::numbers("age", "age"),
        Column::numbers("points", "points"),
        Column::words("row", "row"),
    ]);
    for one in old {
        let sourced = figures::cell(subject, one.leaf, one.row);
        let rows: Vec<String> = sourced.map_or(vec![], |s| {
            s.rows().map(|row| row.origin.to_string()).collect()
        });
        table.push(vec![
            Value::Name(words::name(subject.place(one.row))),
            Value::text(subject.id(one.leaf)),
            Value::text(figures::short(subject, one.leaf, one.row).words()),
            Value::text(one.date.to_string()),
            Value::Number((one.days as f64 / DAYS * 10.0).round() / 10.0, Show::Figure),
            subject
                .contribution(one.leaf, one.row)
                .map_or(Value::Empty, |c| Value::Number(c, Show::Score)),
            Value::text(rows.join(", ")),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_year_is_old_by_its_end_and_the_oldest_comes_first() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let day = |text: &str| text.parse().unwrap();
        // Papers are of 2024, capacity of Beijing of 2025-Q1, of Shanghai of January 2026.
        let report = stale(subject, day("2026-06-30"), 1.0);
        let rows = &report.tables().next().unwrap().rows;
        let shown: Vec<[String; 3]> = rows
            .iter()
            .map(|r| [0, 1, 3].map(|at| r[at].words()))
            .collect();
        let papers = |place: &str| [place, "academia.papers", "2024-12-31"].map(str::to_owned);
        assert_eq!(shown[..2], [papers("Beijing"), papers("Shanghai")]);
        assert_eq!(
            shown[2],
            ["Beijing", "compute.capacity", "2025-03-31"].map(str::to_owned)
        );
        assert_eq!(shown.len(), 3);
        assert!(
            stale(subject, day("2025-01-01"), 1.0)
                .tables()
                .next()
                .is_none()
        );
    }
}
