//! `path=value` changes to a document that is no project: a plan's file.

use super::set::{COMMAND_LINE, assign, read, refused, row, unknown_row};
use super::value::{Data, Layer, Table, Value};
use crate::diagnostics::{Diagnostics, FileId, Files};

/// Applies `path=value` changes to a document that is no project.
///
/// Entries of an array of tables are named by their id, or by their number where they have none. A value
/// `*1.1` multiplies the number that stands there, or each number of a list.
pub(crate) fn amend(
    document: &mut Table,
    sets: &[String],
    files: &mut Files,
    found: &mut Diagnostics,
) {
    let lines: Vec<String> = sets.iter().map(|set| set.replace('\n', " ")).collect();
    let text = lines.join("\n");
    if !text.is_empty() {
        files.insert(FileId::new(COMMAND_LINE), text.as_str());
    }
    for mut one in read(COMMAND_LINE, &text, found) {
        let path = one.path.clone();
        let parts: Vec<&str> = path.split('.').collect();
        let done = match factor(&one.value) {
            Some(factor) => scaled(document, &parts, factor).map(|value| one.value.data = value),
            None => Ok(()),
        };
        let done = done.and_then(|()| assign(document, &parts, &one, None));
        if let Err(message) = done {
            found.push(refused(&one, &message));
        }
    }
}

/// Reads `*1.1`.
fn factor(value: &Value) -> Option<f64> {
    let factor: f64 = value.text()?.strip_prefix('*')?.trim().parse().ok()?;
    factor.is_finite().then_some(factor)
}

/// Multiplies what stands at a path.
fn scaled(table: &Table, path: &[&str], factor: f64) -> Result<Data, String> {
    let nothing = || format!("there is no number at `{}` to multiply", path.join("."));
    let [key, rest @ ..] = path else {
        return Err("the path is empty".to_owned());
    };
    let value = table.get(key).ok_or_else(nothing)?;
    match (&value.data, rest) {
        (Data::Table(inner), [_, ..]) => scaled(inner, rest, factor),
        (Data::Array(rows), [_, ..]) => {
            let (at, rest) = row(rows, rest).ok_or_else(|| unknown_row(key, rest))?;
            rows[at]
                .table()
                .ok_or_else(nothing)
                .and_then(|inner| scaled(inner, rest, factor))
        }
        (_, []) => times(value, factor)
            .map(|value| value.data)
            .ok_or_else(nothing),
        _ => Err(nothing()),
    }
}

fn times(value: &Value, factor: f64) -> Option<Value> {
    let data = match &value.data {
        Data::Array(items) => Data::Array(
            items
                .iter()
                .map(|item| times(item, factor))
                .collect::<Option<_>>()?,
        ),
        _ => Data::Number(value.number()? * factor),
    };
    Some(Value::new(data, value.span.clone(), Layer::CommandLine))
}
