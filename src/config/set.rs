//! `--set PATH=VALUE`: any setting, weight, parameter or figure, changed for one run.

use super::layers::displace;
use super::methods::is_script;
use super::value::{Data, Layer, Table, Value, parse_value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span, did_you_mean};

/// The name under which findings refer to the command line.
pub(crate) const COMMAND_LINE: &str = "--set";

/// The name under which findings refer to what varies by the command line.
pub(crate) const VARY: &str = "--vary";

/// One assignment of the command line.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    pub(crate) path: String,
    pub(crate) at: Span,
    pub(crate) value: Value,
}

/// A figure that the command line replaces.
#[derive(Debug, Clone)]
pub(crate) struct FigureSet {
    pub(crate) place: String,
    pub(crate) indicator: String,
    pub(crate) value: f64,
    pub(crate) at: Span,
}

/// Reads the assignments of an option; `text` holds one in each line, and the findings point into it.
pub(crate) fn read(option: &str, text: &str, found: &mut Diagnostics) -> Vec<Assignment> {
    let file = FileId::new(option);
    let (mut all, mut at) = (vec![], 0);
    for line in text.lines() {
        match assignment(&file, at, line) {
            Ok(one) => all.push(one),
            Err(finding) => found.push(*finding),
        }
        at += line.len() + 1;
    }
    all
}

fn assignment(file: &FileId, at: usize, line: &str) -> Result<Assignment, Box<Diagnostic>> {
    let whole = Span::new(file, at..at + line.len());
    let refuse = |message: String| Diagnostic::new(Code("E0108"), message).at(whole.clone(), "");
    let Some((path, value)) = line.split_once('=') else {
        let finding = refuse(format!("`{line}` sets nothing"));
        return Err(Box::new(
            finding.help(format!("write `{} PATH=VALUE`", file.as_str())),
        ));
    };
    let start = at + path.len() + 1;
    let start = start + (value.len() - value.trim_start().len());
    let text = value.trim();
    let value = match parse_value(file, start, text, Layer::CommandLine) {
        Some(value) => value,
        // A bare word is a string: nobody should have to quote quotes for a shell.
        None if !text.is_empty() && !text.starts_with(['"', '\'', '[', '{']) => {
            let span = Span::new(file, start..start + text.len());
            Value::new(Data::Text(text.to_owned()), span, Layer::CommandLine)
        }
        None => return Err(Box::new(refuse(format!("`{text}` is not a value of TOML")))),
    };
    let path_at = Span::new(file, at..at + path.len());
    Ok(Assignment {
        path: path.trim().to_owned(),
        at: path_at,
        value,
    })
}

/// Replaces what a project varies by what the command line says.
pub(crate) fn vary(document: &mut Table, lines: &[Assignment]) {
    let Some(first) = lines.first() else { return };
    let (at, empty) = (first.at.clone(), || {
        Value::new(
            Data::Table(Table::default()),
            first.at.clone(),
            Layer::CommandLine,
        )
    });
    if !document.has("robustness") {
        document.insert("robustness", at.clone(), empty());
    }
    let mut all = Table::default();
    for line in lines {
        all.insert(&line.path, line.at.clone(), line.value.clone());
    }
    if let Some(section) = child(document, "robustness") {
        let value = Value::new(Data::Table(all), at.clone(), Layer::CommandLine);
        section.insert("vary", at, value);
    }
}

/// Splits the assignments by when they apply: those inside `[profile.NAME]` before a profile is laid
/// over the project, figures once there is data, and all others in between.
pub(crate) fn sort(
    all: Vec<Assignment>,
    found: &mut Diagnostics,
) -> (Vec<Assignment>, Vec<Assignment>, Vec<FigureSet>) {
    let (mut profiles, mut settings, mut figures) = (vec![], vec![], vec![]);
    for one in all {
        let mut parts = one.path.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("profile"), ..) => profiles.push(one),
            (Some("data"), Some(place), Some(indicator), None)
                if !matches!(place, "folder" | "matrix") =>
            {
                match one.value.number() {
                    Some(value) => figures.push(FigureSet {
                        place: place.to_owned(),
                        indicator: indicator.to_owned(),
                        value,
                        at: one.at.clone(),
                    }),
                    None => found.push(
                        refused(&one, &format!("`{}` takes a finite number", one.path))
                            .help(format!("for example `{}=120`", one.path)),
                    ),
                }
            }
            _ => settings.push(one),
        }
    }
    (profiles, settings, figures)
}

pub(super) fn refused(one: &Assignment, message: &str) -> Diagnostic {
    Diagnostic::new(Code("E0108"), message).at(one.at.clone(), "")
}

/// Applies an assignment to a document.
pub(crate) fn apply(document: &mut Table, one: &Assignment, found: &mut Diagnostics) {
    let parts: Vec<&str> = one.path.split('.').collect();
    let done = match parts.as_slice() {
        [] | [""] => Err("the path is empty".to_owned()),
        ["rule", rest @ ..] => {
            let path = [&["scoring", "strategy", "params"], rest].concat();
            assign(document, &path, one, None)
        }
        ["weights", name, rest @ ..] if !rest.is_empty() => {
            weight(document, name, &rest.join("."), one)
        }
        ["profile", name, "weights", set, rest @ ..] if !rest.is_empty() => {
            let profile = child(document, "profile").and_then(|all| child(all, name));
            match profile {
                Some(profile) => weight(profile, set, &rest.join("."), one),
                None => Err(format!("there is no profile `{name}`")),
            }
        }
        _ => {
            let defaults = document.table("scoring").cloned();
            assign(document, &parts, one, defaults.as_ref())
        }
    };
    if let Err(message) = done {
        found.push(refused(one, &message).help("`exacity config show` lists every path"));
    }
}

fn child<'a>(table: &'a mut Table, key: &str) -> Option<&'a mut Table> {
    table.entries.get_mut(key)?.value.table_mut()
}

/// Sets one number of a weight set, whose keys may hold dots.
fn weight(document: &mut Table, name: &str, key: &str, one: &Assignment) -> Result<(), String> {
    let sets = child(document, "weights").ok_or("the project defines no weight sets")?;
    let known: Vec<String> = sets.entries.keys().cloned().collect();
    let Some(set) = child(sets, name) else {
        let hint = did_you_mean(name, known.iter().map(String::as_str)).unwrap_or_default();
        return Err(format!("there is no weight set `{name}`: {hint}"));
    };
    put(set, key, one);
    Ok(())
}

fn put(table: &mut Table, key: &str, one: &Assignment) {
    let mut value = one.value.clone();
    if let Some(below) = table.entries.get_mut(key) {
        displace(&mut value, &mut below.value);
        below.value = value;
    } else {
        table.insert(key, one.at.clone(), value);
    }
}

/// Walks a path and sets its end.
pub(super) fn assign(
    table: &mut Table,
    path: &[&str],
    one: &Assignment,
    defaults: Option<&Table>,
) -> Result<(), String> {
    let (key, rest) = match path {
        [] => return Err("the path is empty".to_owned()),
        [key] => {
            put(table, key, one);
            return Ok(());
        }
        [key, rest @ ..] => (*key, rest),
    };
    if !table.has(key) {
        // A criterion without a method of its own starts from the one that it inherits.
        let start = defaults.and_then(|defaults| defaults.get(key)).cloned();
        let empty = || {
            Value::new(
                Data::Table(Table::default()),
                one.at.clone(),
                Layer::CommandLine,
            )
        };
        table.insert(key, one.at.clone(), start.unwrap_or_else(empty));
    }
    let Some(entry) = table.entries.get_mut(key) else {
        return Ok(());
    };
    spell_out(key, &mut entry.value);
    match &mut entry.value.data {
        Data::Table(inner) => assign(inner, rest, one, defaults),
        Data::Array(rows) => {
            let (row, rest) = row(rows, rest).ok_or_else(|| unknown_row(key, rest))?;
            match (rows[row].table_mut(), rest) {
                (Some(inner), [_, ..]) => assign(inner, rest, one, defaults),
                _ => Err(format!("`{}` names no key of a {key} entry", one.path)),
            }
        }
        _ => Err(format!(
            "`{key}` is {}, and has no keys",
            entry.value.kind()
        )),
    }
}

pub(super) fn unknown_row(key: &str, rest: &[&str]) -> String {
    format!("`{}` is no id in `{key}`", rest.join("."))
}

/// Finds the row of an array of tables whose id is the longest beginning of the path.
pub(super) fn row<'p>(rows: &[Value], path: &'p [&'p str]) -> Option<(usize, &'p [&'p str])> {
    let id_of = |row: &'_ Value| {
        row.table()
            .and_then(|table| table.text("id").map(str::to_owned))
    };
    let by_id = (1..=path.len()).rev().find_map(|length| {
        let id = path[..length].join(".");
        let at = rows
            .iter()
            .position(|row| id_of(row).as_deref() == Some(id.as_str()))?;
        Some((at, &path[length..]))
    });
    // Where no row has an id, its number from 0 names it.
    by_id.or_else(|| {
        let at: usize = path.first()?.parse().ok()?;
        let nameless = rows.iter().all(|row| id_of(row).is_none());
        (nameless && at < rows.len()).then_some((at, &path[1..]))
    })
}

/// Turns the short form of a method or strategy into a table, so that parameters can be set.
fn spell_out(key: &str, value: &mut Value) {
    let name = match key {
        "strategy" => "rule",
        "normalise" | "aggregate" | "treat" => "method",
        _ => return,
    };
    let Some(text) = value.text() else { return };
    let name = if is_script(text) { "rule" } else { name };
    let mut table = Table::default();
    let inner = Value::new(value.data.clone(), value.span.clone(), value.layer);
    table.insert(name, value.span.clone(), inner);
    value.data = Data::Table(table);
}
