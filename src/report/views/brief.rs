//! What the founding brief states, and what becomes of it.

use super::{Subject, words};
use crate::model::PlaceId;
use crate::report::number;
use crate::report::{Column, Section, Table, Value};
use crate::score::brief::{Said, statements};

/// Lists every statement of the founding brief with its part in the result; `None` where the data
/// marks none.
pub(super) fn brief(subject: Subject) -> Option<Section> {
    let all = statements(subject.project);
    if all.is_empty() {
        return None;
    }
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("statement", "statement"),
        Column::words("status", "status"),
        Column::words("why", "why"),
        Column::words("row", "row"),
    ]);
    for statement in all {
        table.push(vec![
            Value::text(place(subject, statement.said.place())),
            Value::text(said(subject, statement.said)),
            Value::text(statement.status.word()),
            Value::text(statement.why),
            Value::text(row(statement.said)),
        ]);
    }
    Some(Section::new("brief", "What the founding brief states").table(table))
}

fn place<'a>(subject: Subject<'a>, id: &'a PlaceId) -> &'a str {
    let place = subject.project.library.places.get(id);
    place.map_or(id.as_str(), |place| place.name.as_str())
}

fn said(subject: Subject, said: Said) -> String {
    let indicator = |id| subject.project.library.indicators.get(id);
    match said {
        Said::Figure(row) => {
            let known = indicator(&row.indicator);
            let name = known.map_or(row.indicator.as_str(), |i| i.name.as_str());
            let unit = known.map_or("", |i| i.unit.as_str());
            format!("{name}: {}", words::value(row, unit))
        }
        Said::Target(row) => {
            let known = indicator(&row.indicator);
            let name = known.map_or(row.indicator.as_str(), |i| i.name.as_str());
            let unit = words::with_unit(known.map_or("", |i| i.unit.as_str()));
            let (sign, due) = (row.qualifier.sign(), words::date(row.due, row.due_inferred));
            let value = number::figure(row.value);
            format!("target for {name}: {sign}{value}{unit} by {due}")
        }
        Said::Programme(row) => match row.amount_cny {
            Some(amount) => format!("{}: {} CNY", row.name, number::figure(amount)),
            None => row.name.clone(),
        },
        Said::Fact(row) => row.statement.clone(),
    }
}

fn row(said: Said) -> String {
    match said {
        Said::Figure(row) => row.origin.to_string(),
        Said::Target(row) => row.origin.to_string(),
        Said::Programme(row) => row.origin.to_string(),
        Said::Fact(row) => row.origin.to_string(),
    }
}
