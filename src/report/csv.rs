//! The tables of any report as CSV.
//!
//! One table gives one plain CSV file with column keys as its header. Several tables follow one
//! another with an empty line between them. Sentences are left out; numbers are whole.

use super::model::{Report, Table, Value};

/// Writes the tables of a report.
pub fn write(report: &Report) -> String {
    let tables: Vec<String> = report.tables().map(table).collect();
    tables.join("\n")
}

fn table(table: &Table) -> String {
    let header: Vec<String> = table.for_programs().map(|(_, c)| c.id.clone()).collect();
    let rows = table.rows.iter().map(|row| {
        table
            .for_programs()
            .map(|(at, _)| cell(&row[at]))
            .collect::<Vec<_>>()
    });
    lines(std::iter::once(header).chain(rows))
}

/// Returns a number in the shortest form that reads back the same.
pub(super) fn number(value: f64) -> String {
    format!("{}", value + 0.0)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Number(value, _) | Value::Rank(value, _) => number(*value),
        Value::Text(text) => text.clone(),
        Value::Name(_) | Value::Names(_) => value.words(),
        Value::Empty | Value::Missing | Value::Bar(_) | Value::Stack(_) => String::new(),
    }
}

/// Writes records with quotes where they are needed.
pub(super) fn lines(records: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(vec![]);
    for record in records {
        writer
            .write_record(&record)
            .expect("writing to memory does not fail");
    }
    let bytes = writer
        .into_inner()
        .expect("writing to memory does not fail");
    String::from_utf8(bytes).expect("texts in, text out")
}

#[cfg(test)]
mod tests {
    use super::super::model::{Column, Section, Show};
    use super::*;

    #[test]
    fn commas_and_quotes_are_quoted_and_bars_left_out() {
        let mut table = Table::new(vec![
            Column::words("place", "Place"),
            Column::bars(),
            Column::numbers("score", "Score"),
        ]);
        table.push(vec![
            Value::text("a, \"b\""),
            Value::Bar(1.0),
            Value::Number(0.5, Show::Share),
        ]);
        let mut report = Report::new("x", "x");
        report.sections.push(Section::new("a", "A").table(table));
        assert_eq!(write(&report), "place,score\n\"a, \"\"b\"\"\",0.5\n");
    }
}
