//! What may stand where in a file: one table that checks, suggests and becomes the JSON Schema.
//!
//! A [`Shape`] lists the keys of a table with the kind of value of each. Checking a file against its
//! shape finds unknown keys, wrong kinds, missing keys and numbers out of range everywhere, used or
//! not; whoever resolves the values afterwards can take them for granted and passes over the rest.

use super::methods::{self, Family};
use super::value::{Data, Layer, Table, Value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use chrono::NaiveDate;

/// The keys of a table.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What the table is, with its article: "a criterion".
    pub(crate) what: &'static str,
    /// The keys it may have.
    pub(crate) keys: &'static [Key],
}

/// One key of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// What it is for: the text editors show.
    pub(crate) doc: &'static str,
}

/// Describes an optional key.
pub(crate) const fn key(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: false,
        doc,
    }
}

/// Describes a key that must be there.
pub(crate) const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: true,
        doc,
    }
}

/// What kind of value is expected.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Checked by whoever reads it.
    Any,
    /// A weight set; checked by whoever reads it, since criteria are its keys.
    Weights,
    Text,
    /// A finite number within these ends.
    Number(f64, f64),
    /// A whole number within these ends.
    Integer(i64, i64),
    Flag,
    /// A bare date or a string `YYYY-MM-DD`.
    Date,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An array.
    List(&'static Kind),
    /// One value or an array of them.
    OneOrMany(&'static Kind),
    /// Exactly two numbers, the lower first.
    Range,
    Table(&'static Shape),
    /// A table with free keys.
    Map(&'static Kind),
    /// The name of a method, or a table with the method and its parameters.
    Method(&'static Family),
    /// The first of these that fits the kind of value.
    Either(&'static [Kind]),
}

impl Kind {
    /// Says in words what is expected.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Any => "a value".to_owned(),
            Self::Weights => "a table of numbers by criterion".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::Number(..) => "a number".to_owned(),
            Self::Integer(..) => "a whole number".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Date => "a date such as 2026-03-31".to_owned(),
            Self::Word(words) => format!("one of {}", quoted(words)),
            Self::List(kind) => format!("an array of {}", plural(kind)),
            Self::OneOrMany(kind) => format!("{}, or an array of them", kind.expected()),
            Self::Range => "an array of two numbers, the lower first".to_owned(),
            Self::Table(_) | Self::Map(_) => "a table".to_owned(),
            Self::Method(_) => "the name of a method, or a table with `method`".to_owned(),
            Self::Either(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(Self::expected).collect();
                kinds.join(", or ")
            }
        }
    }

    /// Tells whether a value is of this kind on its surface.
    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Any | Self::Weights => true,
            Self::Text | Self::Word(_) => matches!(value.data, Data::Text(_)),
            Self::Number(..) => matches!(value.data, Data::Integer(_) | Data::Number(_)),
            Self::Integer(..) => matches!(value.data, Data::Integer(_)),
            Self::Flag => matches!(value.data, Data::Flag(_)),
            Self::Date => matches!(value.data, Data::Date(_) | Data::Text(_)),
            Self::List(_) | Self::Range => matches!(value.data, Data::Array(_)),
            Self::OneOrMany(kind) => matches!(value.data, Data::Array(_)) || kind.fits(value),
            Self::Table(_) | Self::Map(_) => matches!(value.data, Data::Table(_)),
            Self::Method(_) => matches!(value.data, Data::Text(_) | Data::Table(_)),
            Self::Either(kinds) => kinds.iter().any(|kind| kind.fits(value)),
        }
    }
}

/// Lists words in backticks.
pub(crate) fn quoted<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<_> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    words.join(", ")
}

fn plural(kind: &Kind) -> String {
    match kind {
        Kind::Text => "strings".to_owned(),
        Kind::Number(..) => "numbers".to_owned(),
        Kind::Table(_) | Kind::Map(_) => "tables".to_owned(),
        other => other.expected(),
    }
}

/// Checks a table against its shape.
pub(crate) fn check_table(table: &Table, at: &Span, shape: &Shape, found: &mut Diagnostics) {
    for (name, entry) in &table.entries {
        match shape.keys.iter().find(|key| key.name == name) {
            Some(key) => check(&entry.value, &key.kind, name, found),
            None => found.push(unknown(name, &entry.key, entry.value.layer, shape)),
        }
    }
    for key in shape.keys.iter().filter(|key| key.required) {
        if !table.has(key.name) {
            found.push(missing(key, at, shape));
        }
    }
}

fn unknown(name: &str, at: &Span, layer: Layer, shape: &Shape) -> Diagnostic {
    // On the command line the path as a whole is at fault, and has its own page.
    let code = match layer {
        Layer::CommandLine => Code("E0108"),
        _ => Code("E0103"),
    };
    let known = shape.keys.iter().map(|key| key.name);
    Diagnostic::new(code, format!("`{name}` is not a key of {}", shape.what))
        .at(at.clone(), "unknown key")
        .maybe_help(did_you_mean(name, known))
}

fn missing(key: &Key, at: &Span, shape: &Shape) -> Diagnostic {
    let message = format!("{} needs `{}`", shape.what, key.name);
    Diagnostic::new(Code("E0105"), message)
        .at(at.clone(), format!("no `{}` here", key.name))
        .help(format!("add `{} = ...`: {}", key.name, key.doc))
}

/// Makes the finding for a value of the wrong kind.
pub(crate) fn wrong_kind(name: &str, value: &Value, expected: &str) -> Diagnostic {
    let message = format!("`{name}` takes {expected}, not {}", value.kind());
    Diagnostic::new(Code("E0104"), message).at(value.span.clone(), value.kind())
}

/// Makes the finding for a value out of its range.
pub(crate) fn out_of_range(message: impl Into<String>, at: &Span) -> Diagnostic {
    Diagnostic::new(Code("E0110"), message).at(at.clone(), "")
}

/// Checks a value, found under the key `name`, against its kind.
pub(crate) fn check(value: &Value, kind: &Kind, name: &str, found: &mut Diagnostics) {
    if !kind.fits(value) {
        found.push(wrong_kind(name, value, &kind.expected()));
        return;
    }
    match kind {
        Kind::Any | Kind::Weights | Kind::Text | Kind::Flag => {}
        Kind::Number(low, high) => check_number(value, (*low, *high), name, found),
        Kind::Integer(low, high) => check_number(value, (*low as f64, *high as f64), name, found),
        Kind::Date => {
            if date(value).is_none() {
                let message = format!("`{name}` is not a date of the form 2026-03-31");
                found.push(out_of_range(message, &value.span));
            }
        }
        Kind::Word(words) => check_word(value, words, name, found),
        Kind::List(kind) => each(value, kind, name, found),
        Kind::OneOrMany(kind) => match value.data {
            Data::Array(_) => each(value, kind, name, found),
            _ => check(value, kind, name, found),
        },
        Kind::Range => check_range(value, name, found),
        Kind::Table(shape) => {
            if let Some(table) = value.table() {
                check_table(table, &value.span, shape, found);
            }
        }
        Kind::Map(kind) => {
            for (name, entry) in value.table().into_iter().flat_map(|t| &t.entries) {
                check(&entry.value, kind, name, found);
            }
        }
        Kind::Method(family) => methods::check(value, family, found),
        Kind::Either(kinds) => {
            if let Some(kind) = kinds.iter().find(|kind| kind.fits(value)) {
                check(value, kind, name, found);
            }
        }
    }
}

fn each(value: &Value, kind: &Kind, name: &str, found: &mut Diagnostics) {
    for item in value.array().unwrap_or_default() {
        check(item, kind, name, found);
    }
}

/// Refuses NaN, infinity and numbers beyond the ends.
pub(crate) fn check_number(
    value: &Value,
    (low, high): (f64, f64),
    name: &str,
    found: &mut Diagnostics,
) {
    match value.number() {
        None => found.push(
            out_of_range(format!("`{name}` is not a finite number"), &value.span)
                .help("`nan` and `inf` are refused: write a number"),
        ),
        Some(number) if number < low || number > high => {
            // The ends of all numbers are no limits that anybody set.
            let limits = match (low > f64::MIN, high < f64::MAX) {
                (true, true) => format!("between {low} and {high}"),
                (true, false) => format!("at least {low}"),
                _ => format!("at most {high}"),
            };
            let message = format!("`{name}` is {number}; it must be {limits}");
            found.push(out_of_range(message, &value.span));
        }
        Some(_) => {}
    }
}

/// Refuses words that are not in the list.
pub(crate) fn check_word(value: &Value, words: &[&str], name: &str, found: &mut Diagnostics) {
    let Some(word) = value.text() else { return };
    if !words.contains(&word) {
        found.push(
            out_of_range(format!("`{word}` is not a word of `{name}`"), &value.span)
                .maybe_help(did_you_mean(word, words.iter().copied()))
                .help(format!("`{name}` takes {}", quoted(words))),
        );
    }
}

fn check_range(value: &Value, name: &str, found: &mut Diagnostics) {
    let items = value.array().unwrap_or_default();
    for item in items {
        check(item, &Kind::Number(f64::MIN, f64::MAX), name, found);
    }
    let in_order = range(value).is_some();
    if !in_order && items.iter().all(|item| item.number().is_some()) {
        let message = format!("`{name}` takes two numbers, the lower first");
        found.push(out_of_range(message, &value.span));
    }
}

/// Reads two numbers, the lower first.
pub(crate) fn range(value: &Value) -> Option<(f64, f64)> {
    match value.array()? {
        [low, high] => Some((low.number()?, high.number()?)).filter(|(low, high)| low < high),
        _ => None,
    }
}

/// Reads a bare date or a date in a string.
pub(crate) fn date(value: &Value) -> Option<NaiveDate> {
    match &value.data {
        Data::Date(text) | Data::Text(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        _ => None,
    }
}
