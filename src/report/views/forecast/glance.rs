//! All targets at a glance.

use super::{chances, required_json};
use crate::dataset::Dataset;
use crate::model::Period;
use crate::plan::forecast::Method;
use crate::plan::forecast::place::Line;
use crate::report::figure::{self as draw, Caption, ChanceRow, Chances};
use crate::report::number::figure;
use crate::report::views::words;
use crate::report::{Column, Figure, Lang, Report, Section, Show, Table, Value};
use serde_json::json;
use std::collections::BTreeSet;

/// Shows every target: the open ones with their probability, then those that are decided.
pub fn glance(lines: &[Line], data: &Dataset, as_of: Option<chrono::NaiveDate>) -> Report {
    let mut report = Report::new("forecast-all", "Targets at a glance");
    let date = as_of.map_or(String::new(), |date| format!(" as of {date}"));
    let places = data.places.len();
    report.notes.push(format!(
        "{} of {places} places{date}; each series stands for itself, and figures in different number formats are not joined",
        words::counted(lines.len(), "target")
    ));
    let (open, decided): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| !line.report.state.scores());
    let mut section = Section::new("open", "Open")
        .table(open_table(&open))
        .data(open.iter().map(|line| data_of(line)).collect());
    section.figure = drawn(&open);
    report.sections.push(section);
    report.sections.push(
        Section::new("decided", "Decided")
            .table(decided_table(&decided))
            .data(decided.iter().map(|line| data_of(line)).collect()),
    );
    report.footer.push("P: probability that the stock is at least the target at its date, by the place's own series; the range is over all methods. Pooled: fewer than three figures, so growth is borrowed from analog places. Asked: growth from the last figure to the target. Open targets with a date that has come are unreported so far.".to_owned());
    report.footer.push(
        "`exacity forecast PLACE` shows the figures, the methods and what speaks against them."
            .to_owned(),
    );
    report
}

/// A row per open target that has a probability; nothing where none has.
fn drawn(lines: &[&Line]) -> Option<Figure> {
    let rows: Vec<ChanceRow> = lines.iter().filter_map(|line| chance_row(line)).collect();
    if rows.is_empty() {
        return None;
    }
    let without = lines.len() - rows.len();
    let unit = |line: &&&Line| line.indicator.unit.clone();
    let units: BTreeSet<String> = lines.iter().map(|line| unit(&line)).collect();
    let units: Vec<String> = units.into_iter().filter(|unit| !unit.is_empty()).collect();
    let units = match units.as_slice() {
        [] => String::new(),
        all => format!(" Targets are in {}.", words::list(all)),
    };
    let rest = match without {
        0 => String::new(),
        n => format!(
            " {} without a probability {} in the table.",
            words::counted(n, "target"),
            if n == 1 { "is" } else { "are" }
        ),
    };
    draw::chances(&Chances {
        caption: Caption {
            id: "chances".to_owned(),
            title: "How likely each open target is".to_owned(),
            description: format!(
                "A row per target: the dot is the probability that it is met at its date, by the place's own series, a ring where growth is borrowed; the line spans all methods.{units}{rest}"
            ),
            lang: Lang::En,
        },
        axis: "probability".to_owned(),
        rows,
    })
}

fn chance_row(line: &Line) -> Option<ChanceRow> {
    let (method, probability, spread) = line.chance?;
    let target = &line.report.target;
    let due = target.due.map(|due| due.end().to_string());
    let aim = format!("{}{}", target.qualifier.sign(), figure(target.value));
    let year = due.as_deref().map_or("", |due| &due[..4.min(due.len())]);
    Some(ChanceRow {
        name: format!("{}: {aim} by {year}", line.place.name),
        probability,
        range: spread,
        borrowed: method == Method::Pooled,
        words: format!(
            "{} ({}): {aim}{} by {}; {}",
            line.place.name,
            short_indicator(line),
            words::with_unit(&line.indicator.unit),
            due.as_deref().unwrap_or("no date"),
            range(line)
        ),
    })
}

fn open_table(lines: &[&Line]) -> Table {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("what", "what"),
        Column::numbers("target", "target"),
        Column::words("due", "due"),
        Column::numbers("last", "last"),
        Column::words("of", "of"),
        Column::numbers("asked", "asked")
            .unit("% a year")
            .short("asked"),
        Column::numbers("probability", "P"),
        Column::words("range", "range"),
    ]);
    for line in lines {
        let target = &line.report.target;
        let hedged = |sign: &str, value: f64| format!("{sign}{}", figure(value));
        let asked = line
            .required
            .filter(|r| r.gap > 0.0)
            .map(|r| r.cagr * 100.0);
        table.push(vec![
            Value::text(&line.place.name),
            Value::text(short_indicator(line)),
            Value::text(hedged(target.qualifier.sign(), target.value)),
            Value::text(
                target
                    .due
                    .map_or(String::new(), |due| due.end().to_string()),
            ),
            line.last.map_or(Value::Missing, |(_, value, hedge)| {
                Value::text(hedged(hedge.sign(), value))
            }),
            line.last
                .map_or(Value::Missing, |(day, ..)| Value::text(day.to_string())),
            Value::number(asked, Show::Signed),
            Value::number(line.chance.map(|(_, p, _)| p), Show::Probability),
            Value::text(range(line)),
        ]);
    }
    table
}

/// The range over the methods; the method itself where there is only borrowed growth, or why there is none.
fn range(line: &Line) -> String {
    match (line.chance, &line.why_not) {
        (Some((Method::Pooled, ..)), _) => "pooled".to_owned(),
        (Some((.., range)), _) => chances(range),
        (None, why) => why.clone().unwrap_or_default(),
    }
}

fn decided_table(lines: &[&Line]) -> Table {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("what", "what"),
        Column::numbers("target", "target"),
        Column::words("due", "due"),
        Column::numbers("reported", "reported"),
        Column::words("of", "of"),
        Column::words("state", "state"),
    ]);
    for line in lines {
        let target = &line.report.target;
        let reached = line.report.reached.as_ref();
        table.push(vec![
            Value::text(&line.place.name),
            Value::text(short_indicator(line)),
            Value::text(format!(
                "{}{}",
                target.qualifier.sign(),
                figure(target.value)
            )),
            Value::text(
                target
                    .due
                    .map_or(String::new(), |due| due.end().to_string()),
            ),
            reached.map_or(Value::Missing, |row| {
                Value::text(format!("{}{}", row.qualifier.sign(), figure(row.value)))
            }),
            reached.map_or(Value::Missing, |row| {
                Value::text(words::date(row.as_of, false))
            }),
            Value::text(line.report.state.words()),
        ]);
    }
    table
}

/// The indicator without the words that all of them share.
fn short_indicator(line: &Line) -> &str {
    let id = line.indicator.id.as_str();
    let inner = id
        .strip_prefix("compute_")
        .and_then(|id| id.strip_suffix("_eflops"));
    inner.unwrap_or(id)
}

fn data_of(line: &Line) -> serde_json::Value {
    let target = &line.report.target;
    json!({
        "place": line.place.id,
        "indicator": line.indicator.id,
        "target_id": target.id,
        "target": target.value,
        "due": target.due.map(Period::end),
        "state": line.report.state,
        "figures": line.figures,
        "last": line.last.map(|(day, value, hedge)| json!({ "date": day, "value": value, "qualifier": hedge })),
        "required": line.required.as_ref().map(required_json),
        "method": line.chance.map(|(method, ..)| method),
        "probability": line.chance.map(|(_, p, _)| p),
        "probability_range": line.chance.map(|(.., (low, high))| [low, high]),
        "why_not": line.why_not,
    })
}
