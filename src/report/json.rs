//! Any report as one JSON document.
//!
//! Numbers are whole (shortest form that reads back the same), missing figures are `null`, and each row
//! of a table is an object keyed by column. The ranking has its own document, [`super::scoreboard_json`].

use super::model::{Report, Section, Table, Value, reach};
use serde_json::{Map, Value as Json, json};

/// Version of the documents; additions keep it.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes a report.
pub fn write(report: &Report) -> String {
    pretty(&document(report))
}

/// Writes a document with two spaces of indentation and a line feed at the end.
pub fn pretty(document: &Json) -> String {
    // Alternate formatting of a `Value` cannot fail: all keys are texts.
    format!("{document:#}\n")
}

/// Returns a report as a document.
pub fn document(report: &Report) -> Json {
    let sections: Vec<Json> = report.sections.iter().map(section).collect();
    json!({
        "schema_version": SCHEMA_VERSION,
        "kind": report.kind,
        "title": report.title,
        "notes": report.notes,
        "sections": sections,
    })
}

fn section(section: &Section) -> Json {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(section.id));
    out.insert("title".to_owned(), json!(section.title));
    if !section.text.is_empty() {
        out.insert("text".to_owned(), json!(section.text));
    }
    if let Some(table) = &section.table {
        out.insert("columns".to_owned(), columns(table));
        out.insert("rows".to_owned(), rows(table));
    }
    if let Some(data) = &section.data {
        out.insert("data".to_owned(), data.clone());
    }
    Json::Object(out)
}

fn columns(table: &Table) -> Json {
    let column = |column: &super::Column| {
        let unit = (!column.unit.is_empty()).then_some(&column.unit);
        json!({ "id": column.id, "name": column.name, "unit": unit })
    };
    table.for_programs().map(|(_, c)| column(c)).collect()
}

fn rows(table: &Table) -> Json {
    let row = |cells: &Vec<Value>| -> Json {
        let pairs = table.for_programs();
        Json::Object(
            pairs
                .map(|(at, column)| (column.id.clone(), cell(&cells[at])))
                .collect(),
        )
    };
    table.rows.iter().map(row).collect()
}

fn cell(value: &Value) -> Json {
    match value {
        Value::Empty | Value::Missing => Json::Null,
        Value::Text(text) => json!(text),
        Value::Name(_) | Value::Names(_) => json!(value.words()),
        Value::Stack(parts) => plain_number(reach(parts)),
        Value::Number(number, _) | Value::Rank(number, _) | Value::Bar(number) => {
            plain_number(*number)
        }
    }
}

/// Writes whole numbers without a fraction (`3`, not `3.0`) and what is not finite as `null`.
pub fn plain_number(number: f64) -> Json {
    // Below 2^53 every whole number is exact, so the cast loses nothing.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and small"
    )]
    let whole = number as i64;
    if number.abs() < 9e15 && (whole as f64).to_bits() == (number + 0.0).to_bits() {
        json!(whole)
    } else {
        json!(number)
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Column, Show};
    use super::*;

    #[test]
    fn rows_are_objects_and_missing_is_null() {
        let mut table = Table::new(vec![
            Column::words("place", "place"),
            Column::numbers("score", "score"),
            Column::bars(),
        ]);
        table.push(vec![
            Value::text("北京"),
            Value::Number(0.1 + 0.2, Show::Score),
            Value::Bar(0.3),
        ]);
        table.push(vec![Value::text("x"), Value::Missing, Value::Empty]);
        assert_eq!(
            rows(&table).to_string(),
            r#"[{"place":"北京","score":0.30000000000000004},{"place":"x","score":null}]"#
        );
    }

    #[test]
    fn whole_numbers_have_no_fraction_and_nan_is_null() {
        let text = [3.0, 2.5, -0.0, f64::NAN, 1e300].map(|n| plain_number(n).to_string());
        assert_eq!(text, ["3", "2.5", "0", "null", "1e+300"]);
    }
}
