//! What a ranking method says beside its ranking: inner results of all places, and of one.

use super::{Subject, words};
use crate::num::rank::Best;
use crate::outrank::{self, Detail};
use crate::report::number::three_digits;
use crate::report::{Column, Section, Table, Value};
use crate::score::MethodResult;

/// The most inner results that a table shows side by side.
const COLUMNS: usize = 6;

/// Names a method with its definition: `topsis/vector on figures`.
pub(super) fn named(method: &MethodResult) -> String {
    format!("{} on {}", method.definition, method.on.word())
}

/// Says which end of the scores is good.
pub(super) fn better(method: &MethodResult) -> &'static str {
    match method.best {
        Best::Highest => "higher is better",
        Best::Lowest => "lower is better",
    }
}

/// Shows the inner results of all ranked places; none for a method without any.
pub(super) fn section(subject: Subject) -> Option<Section> {
    let method = subject.board.method.as_ref()?;
    let text: Vec<String> = sentences(subject, method);
    let table = table(subject, method);
    if text.is_empty() && table.is_none() {
        return None;
    }
    let id = format!("{}-method", subject.board.index);
    let mut section = Section::new(id, format!("Inside {}", method.name)).text(text);
    section.table = table;
    Some(section)
}

fn sentences(subject: Subject, method: &MethodResult) -> Vec<String> {
    let mut lines = vec![];
    for (name, detail) in &method.details {
        match detail {
            Detail::Flag(flag) => {
                let answer = if *flag { "yes" } else { "no" };
                lines.push(format!("{}: {answer}", words_of(name)));
            }
            Detail::Set(set) => {
                let names = set.iter().map(|&i| name_of(subject, method, i));
                let names: Vec<&str> = names.collect();
                lines.push(format!("{}: {}", words_of(name), nobody_or(&names)));
            }
            _ => {}
        }
    }
    if !method.stood_in.is_empty() {
        lines.push(format!(
            "{} missing, so the criterion above counts in its place",
            words::counted(method.stood_in.len(), "score")
        ));
    }
    lines
}

fn table(subject: Subject, method: &MethodResult) -> Option<Table> {
    let columns: Vec<(&str, &Vec<f64>)> = method
        .details
        .iter()
        .filter_map(|(name, detail)| match detail {
            Detail::Alternatives(numbers) => Some((*name, numbers)),
            _ => None,
        })
        .take(COLUMNS)
        .collect();
    if columns.is_empty() {
        return None;
    }
    let mut heads = vec![Column::words("place", "place")];
    heads.extend(
        columns
            .iter()
            .map(|(name, _)| Column::numbers(*name, words_of(name))),
    );
    let mut table = Table::new(heads);
    for ranked in &subject.board.ranking {
        let Some(at) = method.position(ranked.place) else {
            continue;
        };
        let mut row = vec![Value::text(&subject.place(ranked.place).name)];
        row.extend(columns.iter().map(|(_, n)| Value::score(Some(n[at]))));
        table.push(row);
    }
    Some(table)
}

/// Says how a method came to the rank of one place.
pub(super) fn of_place(subject: Subject, row: usize) -> Option<Section> {
    let method = subject.board.method.as_ref()?;
    let at = method.position(row)?;
    let mut lines = vec![format!("{}, {}", named(method), better(method))];
    if let Some(entry) = outrank::find(method.name) {
        lines.push(format!("formula: {}", entry.info.formula));
    }
    for (name, detail) in &method.details {
        let name = words_of(name);
        match detail {
            Detail::Alternatives(numbers) => {
                lines.push(format!("{name}: {}", three_digits(numbers[at])));
            }
            Detail::Relation(rows) => {
                let held = rows[at].iter().enumerate().filter(|(_, holds)| **holds);
                let names: Vec<&str> = held.map(|(i, _)| name_of(subject, method, i)).collect();
                lines.push(format!("{name}: {}", nobody_or(&names)));
            }
            Detail::Set(set) => {
                let answer = if set.contains(&at) { "yes" } else { "no" };
                lines.push(format!("in the {name}: {answer}"));
            }
            Detail::Flag(_) | Detail::Criteria(_) | Detail::Matrix(_) => {}
        }
    }
    let mine = method.stood_in.iter().filter(|one| one.place == row);
    lines.extend(mine.map(|one| {
        let value = three_digits(one.value);
        match one.by {
            Some(by) => format!(
                "{} is missing: {} of {} stands in",
                subject.id(one.leaf),
                value,
                subject.id(by)
            ),
            None => format!("{} is missing: it counts as {value}", subject.id(one.leaf)),
        }
    }));
    Some(Section::new("method", "How the method ranks it").text(lines))
}

fn nobody_or(names: &[&str]) -> String {
    if names.is_empty() {
        return "nobody".to_owned();
    }
    words::list(names)
}

fn name_of<'a>(subject: Subject<'a>, method: &MethodResult, alternative: usize) -> &'a str {
    &subject.place(method.places[alternative]).name
}

fn words_of(name: &str) -> String {
    name.replace('_', " ")
}
