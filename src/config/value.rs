//! A literal mirror of a TOML file in which every key and value keeps its place.
//!
//! Nothing is interpreted here. `serde` would lose the places in untagged and flattened shapes, so
//! the spanned document of the `toml` crate is walked by hand, once, into owned values that can be
//! laid over one another.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span};
use indexmap::IndexMap;
use serde::Serialize;
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Who stated a setting; a later layer overrides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Built in.
    Default,
    /// The project's files.
    Project,
    /// The profile in force.
    Profile,
    /// `--set` and the options that stand for it.
    CommandLine,
}

/// A value with its place, its layer and the values it displaced.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) data: Data,
    pub(crate) span: Span,
    pub(crate) layer: Layer,
    /// Values of lower layers that this one displaced, nearest first.
    pub(crate) displaced: Vec<Value>,
}

/// What TOML can say. Numbers may still be NaN or infinite here.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
    /// A bare date or time, as written.
    Date(String),
    Array(Vec<Value>),
    Table(Table),
}

/// Keys in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) entries: IndexMap<String, Entry>,
}

/// A key's place with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Span,
    pub(crate) value: Value,
}

/// A text with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: &'a Span,
}

impl Value {
    pub(crate) fn new(data: Data, span: Span, layer: Layer) -> Self {
        Self {
            data,
            span,
            layer,
            displaced: vec![],
        }
    }

    /// Names the kind of value for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.data {
            Data::Text(_) => "a string",
            Data::Integer(_) => "a whole number",
            Data::Number(_) => "a number",
            Data::Flag(_) => "true or false",
            Data::Date(_) => "a date",
            Data::Array(_) => "an array",
            Data::Table(_) => "a table",
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn word(&self) -> Option<Word<'_>> {
        self.text().map(|text| Word {
            text,
            span: &self.span,
        })
    }

    /// Returns a finite number.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.data {
            Data::Integer(number) => Some(number as f64),
            Data::Number(number) if number.is_finite() => Some(number),
            _ => None,
        }
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        match self.data {
            Data::Integer(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.data {
            Data::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    pub(crate) fn array(&self) -> Option<&[Value]> {
        match &self.data {
            Data::Array(values) => Some(values),
            _ => None,
        }
    }

    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Returns one text or several as a list; other kinds are passed over.
    pub(crate) fn words(&self) -> Vec<Word<'_>> {
        match &self.data {
            Data::Array(values) => values.iter().filter_map(Value::word).collect(),
            _ => self.word().into_iter().collect(),
        }
    }

    /// Puts a layer on the value and everything in it.
    pub(crate) fn lay(&mut self, layer: Layer) {
        self.layer = layer;
        match &mut self.data {
            Data::Array(values) => values.iter_mut().for_each(|v| v.lay(layer)),
            Data::Table(table) => table
                .entries
                .values_mut()
                .for_each(|entry| entry.value.lay(layer)),
            _ => {}
        }
    }
}

impl fmt::Display for Value {
    /// Writes the value as TOML would, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comma = |f: &mut fmt::Formatter<'_>, i: usize| match i {
            0 => Ok(()),
            _ => f.write_str(", "),
        };
        match &self.data {
            Data::Text(text) => write!(f, "{}", toml::Value::String(text.clone())),
            Data::Integer(number) => write!(f, "{number}"),
            Data::Number(number) => write!(f, "{number}"),
            Data::Flag(flag) => write!(f, "{flag}"),
            Data::Date(date) => f.write_str(date),
            Data::Array(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    comma(f, i)?;
                    write!(f, "{value}")?;
                }
                f.write_str("]")
            }
            Data::Table(table) => {
                f.write_str("{ ")?;
                for (i, (key, entry)) in table.entries.iter().enumerate() {
                    comma(f, i)?;
                    write!(f, "{key} = {}", entry.value)?;
                }
                f.write_str(" }")
            }
        }
    }
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub(crate) fn word(&self, key: &str) -> Option<Word<'_>> {
        self.get(key)?.word()
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.number()
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.flag()
    }

    pub(crate) fn table(&self, key: &str) -> Option<&Table> {
        self.get(key)?.table()
    }

    /// Returns the texts under a key; `None` if there is no such key.
    pub(crate) fn words(&self, key: &str) -> Option<Vec<Word<'_>>> {
        self.get(key).map(Value::words)
    }

    /// Returns the tables of an array of tables; none if there is no such key.
    pub(crate) fn tables(&self, key: &str) -> impl Iterator<Item = (&Value, &Table)> {
        let values = self.get(key).and_then(Value::array).unwrap_or_default();
        values.iter().filter_map(|v| Some((v, v.table()?)))
    }

    pub(crate) fn insert(&mut self, key: &str, span: Span, value: Value) {
        self.entries
            .insert(key.to_owned(), Entry { key: span, value });
    }
}

/// Parses a file; a syntax error is reported and stops with this file.
pub(crate) fn parse(
    file: &FileId,
    text: &str,
    layer: Layer,
    found: &mut Diagnostics,
) -> Option<Table> {
    match DeTable::parse(text) {
        Ok(table) => Some(Mirror { file, layer, at: 0 }.table(table.get_ref())),
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            // The parser's second line names what it expected, in its own layout.
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            found.push(
                Diagnostic::new(Code("E0102"), format!("this is not TOML: {message}"))
                    .at(Span::new(file, range), "here")
                    .help("mend this first: nothing else in the file was read"),
            );
            None
        }
    }
}

/// Parses one value that stands at byte `at` of a text (a setting on the command line).
pub(crate) fn parse_value(file: &FileId, at: usize, text: &str, layer: Layer) -> Option<Value> {
    let value = DeValue::parse(text).ok()?;
    Some(Mirror { file, layer, at }.value(&value))
}

/// Copies the parser's document into owned values.
struct Mirror<'a> {
    file: &'a FileId,
    layer: Layer,
    /// Where the parsed text starts in its file.
    at: usize,
}

impl Mirror<'_> {
    fn span<T>(&self, of: &Spanned<T>) -> Span {
        let range = of.span();
        Span::new(self.file, range.start + self.at..range.end + self.at)
    }

    fn table(&self, table: &DeTable<'_>) -> Table {
        let entries = table.iter().map(|(key, value)| {
            let entry = Entry {
                key: self.span(key),
                value: self.value(value),
            };
            (key.get_ref().to_string(), entry)
        });
        Table {
            entries: entries.collect(),
        }
    }

    fn value(&self, value: &Spanned<DeValue<'_>>) -> Value {
        let data = match value.get_ref() {
            DeValue::String(text) => Data::Text(text.to_string()),
            DeValue::Integer(number) => {
                let digits = number.as_str().replace('_', "");
                match i64::from_str_radix(&digits, number.radix()) {
                    Ok(integer) => Data::Integer(integer),
                    // Too large for 64 bits: as a decimal it is at least nearly what was meant.
                    Err(_) => Data::Number(digits.parse().unwrap_or(f64::INFINITY)),
                }
            }
            DeValue::Float(number) => {
                Data::Number(number.as_str().replace('_', "").parse().unwrap_or(f64::NAN))
            }
            DeValue::Boolean(flag) => Data::Flag(*flag),
            DeValue::Datetime(date) => Data::Date(date.to_string()),
            DeValue::Array(values) => {
                Data::Array(values.iter().map(|value| self.value(value)).collect())
            }
            DeValue::Table(table) => Data::Table(self.table(table)),
        };
        Value::new(data, self.span(value), self.layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Table>, Diagnostics) {
        let mut found = Diagnostics::new();
        let table = parse(&FileId::new("t.toml"), text, Layer::Project, &mut found);
        (table, found)
    }

    #[test]
    fn every_key_and_value_knows_its_place() {
        let (table, _) = read("a = 1\nb.c = \"x\"\n");
        let table = table.unwrap();
        let inner = &table.table("b").unwrap().entries["c"];
        assert_eq!((inner.key.start, inner.key.end), (8, 9));
        assert_eq!((inner.value.span.start, inner.value.span.end), (12, 15));
    }

    #[test]
    fn keys_keep_the_order_of_the_file() {
        let (table, _) = read("z = 1\na = 2\nm = 3\n");
        let keys: Vec<_> = table.unwrap().entries.into_keys().collect();
        assert_eq!(keys, ["z", "a", "m"]);
    }

    #[test]
    fn a_syntax_error_is_reported_once_at_its_place() {
        let (table, found) = read("a = 1\nb = = 2\nc = = 3\n");
        assert!(table.is_none());
        let codes: Vec<_> = found.iter().map(|d| d.code.0).collect();
        assert_eq!(codes, ["E0102"]);
        assert_eq!(found.iter().next().unwrap().span().unwrap().start, 10);
    }

    #[test]
    fn nan_and_infinity_are_no_numbers() {
        let (table, _) = read("a = nan\nb = inf\nc = 1e3\nd = 1_000\n");
        let table = table.unwrap();
        let numbers = ["a", "b", "c", "d"].map(|key| table.number(key));
        assert_eq!(numbers, [None, None, Some(1000.0), Some(1000.0)]);
    }

    #[test]
    fn values_print_as_toml() {
        let text = "{ a = [1, 2.5, \"x\"], b = true, c = 2026-03-31 }";
        let value = parse_value(&FileId::new("t"), 0, text, Layer::CommandLine).unwrap();
        assert_eq!(value.to_string(), text);
    }

    #[test]
    fn keys_nested_without_end_are_refused_and_overflow_nothing() {
        let (table, found) = read(&format!("a{} = 1\n", ".a".repeat(100_000)));
        assert!(table.is_none());
        assert_eq!(found.iter().next().unwrap().code.0, "E0102");
    }
}
