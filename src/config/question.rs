//! Files that pose a planning question: TOML, or JSON with the same keys.
//!
//! Both become the same mirror with places, so that one set of shapes and messages serves both. A key that
//! nothing reads is a warning here and no error: such files are exchanged between programs, which may
//! add keys of their own.

use super::shape::{self, Shape};
use super::value::{Data, Entry, Layer, Table, Value, parse};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files, Span};

/// Reads a file by its shape. Nothing comes back if anything in it is wrong.
pub(crate) fn read_question(
    name: &str,
    text: &str,
    shape: &Shape,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<Table> {
    let table = read_document(name, text, files, found)?;
    let file = FileId::new(name);
    let mut wrong = Diagnostics::new();
    shape::check_table(&table, &Span::whole(&file), shape, &mut wrong);
    let errors = wrong.iter().any(|d| d.code.0 != "E0103");
    found.extend(wrong.into_iter().map(|finding| match finding.code.0 {
        "E0103" => Diagnostic {
            code: Code("W0515"),
            ..finding
        },
        _ => finding,
    }));
    (!errors).then_some(table)
}

/// Reads a file as it stands, without a look at its keys: JSON if it starts with a brace, else TOML.
pub(crate) fn read_document(
    name: &str,
    text: &str,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<Table> {
    let file = FileId::new(name);
    // Editors on Windows put a byte-order mark in front; it means nothing here.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    files.insert(file.clone(), text);
    if text.trim_start().starts_with('{') {
        parse_json(&file, text, found)
    } else {
        parse(&file, text, Layer::Project, found)
    }
}

fn parse_json(file: &FileId, text: &str, found: &mut Diagnostics) -> Option<Table> {
    // The library checks the syntax and has the better messages; the walk below then only adds places.
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        let at = offset(text, error.line(), error.column());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        found.push(
            Diagnostic::new(Code("E0102"), format!("this is not JSON: {message}"))
                .at(Span::new(file, at..at), "here")
                .help("mend this first: nothing else in the file was read"),
        );
        return None;
    }
    let mut walk = Walk { file, text, at: 0 };
    match walk.value().data {
        Data::Table(table) => Some(table),
        _ => None,
    }
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Walks a text that is known to be JSON.
struct Walk<'a> {
    file: &'a FileId,
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// Returns the next character that is no space; 0 at the end.
    fn peek(&mut self) -> u8 {
        let spaces = self.rest().iter().take_while(|b| b.is_ascii_whitespace());
        self.at += spaces.count();
        self.rest().first().copied().unwrap_or(0)
    }

    /// Steps over a character if it comes next.
    fn step(&mut self, character: u8) -> bool {
        let there = self.peek() == character;
        self.at += usize::from(there);
        there
    }

    fn value(&mut self) -> Value {
        let first = self.peek();
        let start = self.at;
        let data = match first {
            b'{' => Data::Table(self.table()),
            b'[' => Data::Array(self.array()),
            b'"' => Data::Text(self.string().0),
            _ => self.word(),
        };
        Value::new(data, Span::new(self.file, start..self.at), Layer::Project)
    }

    fn table(&mut self) -> Table {
        let mut table = Table::default();
        self.step(b'{');
        while !self.step(b'}') {
            let (key, span) = self.string();
            self.step(b':');
            let null = self.peek() == b'n';
            let value = self.value();
            // `null` says that there is no value, which TOML says by leaving the key out.
            if !null {
                table.entries.insert(key, Entry { key: span, value });
            }
            self.step(b',');
        }
        table
    }

    fn array(&mut self) -> Vec<Value> {
        let mut values = vec![];
        self.step(b'[');
        while !self.step(b']') {
            values.push(self.value());
            self.step(b',');
        }
        values
    }

    fn string(&mut self) -> (String, Span) {
        self.peek();
        let start = self.at;
        let mut escaped = false;
        let length = self.rest()[1..].iter().position(|&byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        self.at += length.map_or(self.rest().len(), |inside| inside + 2);
        let text = serde_json::from_str(&self.text[start..self.at]).unwrap_or_default();
        (text, Span::new(self.file, start..self.at))
    }

    fn word(&mut self) -> Data {
        let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let length = self.rest().iter().take_while(part).count();
        let word = &self.text[self.at..self.at + length];
        let data = match word {
            "true" | "false" => Data::Flag(word == "true"),
            _ => match word.parse::<i64>() {
                Ok(whole) => Data::Integer(whole),
                Err(_) => Data::Number(word.parse().unwrap_or(f64::NAN)),
            },
        };
        // At least one step, whatever stands there: the walk must end.
        self.at += length.max(1);
        data
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape::{Kind, key, required};
    use super::*;

    const SHAPE: Shape = Shape {
        what: "a test",
        keys: &[
            required("a", Kind::Number(0.0, 10.0), "a number"),
            key("list", Kind::List(&Kind::Any), "anything"),
            key("text", Kind::Text, "words"),
            key("gone", Kind::Number(0.0, 1.0), "a number"),
        ],
    };

    fn read(text: &str) -> (Option<Table>, Vec<&'static str>) {
        let mut found = Diagnostics::new();
        let table = read_question("q", text, &SHAPE, &mut Files::default(), &mut found);
        (table, found.iter().map(|d| d.code.0).collect())
    }

    #[test]
    fn json_and_toml_say_the_same() {
        let json =
            r#"{ "a": 2.5, "list": [1, true, {"x": "\"}"}], "text": "北\n\u4eac", "gone": null }"#;
        let toml = "a = 2.5\nlist = [1, true, { x = \"\\\"}\" }]\ntext = \"北\\n京\"\n";
        let show = |text: &str| {
            let (table, codes) = read(text);
            assert!(codes.is_empty(), "{codes:?}");
            let table = table.unwrap();
            let all = table
                .entries
                .iter()
                .map(|(k, e)| format!("{k}={}", e.value));
            all.collect::<Vec<_>>()
        };
        assert_eq!(show(json), show(toml));
    }

    #[test]
    fn values_of_json_know_their_place() {
        let text = "{\"a\": 20}";
        let mut found = Diagnostics::new();
        let mut files = Files::default();
        assert!(read_question("q", text, &SHAPE, &mut files, &mut found).is_none());
        let finding = found.iter().next().unwrap();
        let span = finding.span().unwrap();
        assert_eq!(
            (finding.code.0, &text[span.start..span.end]),
            ("E0110", "20")
        );
    }

    #[test]
    fn a_key_that_nothing_reads_is_a_warning() {
        let (table, codes) = read("{\"a\": 1, \"lst\": []}");
        assert!(table.is_some());
        assert_eq!(codes, ["W0515"]);
    }

    #[test]
    fn broken_and_deep_json_is_refused() {
        for text in [
            "{\"a\": }",
            "{\"a\": 1",
            "{",
            "{}x",
            &"{\"a\":[".repeat(5000),
        ] {
            let (table, codes) = read(text);
            assert!(table.is_none(), "{text}");
            assert_eq!(codes.len(), 1, "{text}");
        }
    }
}
