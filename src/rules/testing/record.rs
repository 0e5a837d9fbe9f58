//! Cases written from real rows, because tables typed by hand are tedious.

use crate::diagnostics::Diagnostic;
use crate::rules::{Argument, Field, Rule, Table};
use std::fmt::Write;

/// Writes a row as a case in TOML: the figures that the functions read, and what the script gives now.
///
/// `table` has one row and every argument of `score` (and of `eligible`, where there is one). The result
/// is recorded as it is: whoever records it says that it is right.
///
/// # Errors
///
/// What the interpreter says where the script fails for the row; there is nothing to record then.
pub fn record(rule: &Rule, name: &str, table: &Table) -> Result<String, Box<Diagnostic>> {
    let eligible = if rule.has("eligible") {
        Some(rule.flags("eligible", table).remove(0)?)
    } else {
        None
    };
    let mut out = format!("[[case]]\nname = {}\n", quoted(name));
    for (record, argument) in &table.arguments {
        if let Argument::Record(fields) = argument {
            let fields = fields
                .iter()
                .filter(|(field, value)| record != "param" || differs(rule, field, value));
            let fields: Vec<String> = fields
                .filter_map(|(field, value)| Some(format!("{field} = {}", written(value)?)))
                .collect();
            if !fields.is_empty() {
                let _ = writeln!(out, "{record} = {{ {} }}", fields.join(", "));
            }
        }
    }
    if let Some(yes) = eligible {
        let _ = writeln!(out, "eligible = {yes}");
    }
    if eligible != Some(false) && rule.has("score") {
        let score = rule.numbers("score", table).remove(0)?;
        let _ = writeln!(out, "expect = {}", number(score));
    }
    Ok(out)
}

/// Tells whether a parameter is not at its default.
fn differs(rule: &Rule, parameter: &str, value: &Field) -> bool {
    let default = rule.meta().params.get(parameter).map(|p| p.value.to_bits());
    !matches!(value, Field::Number(n) if Some(n.to_bits()) == default)
}

fn written(value: &Field) -> Option<String> {
    Some(match value {
        Field::Number(n) => number(*n),
        Field::Flag(yes) => yes.to_string(),
        Field::Words(words) => quoted(words.first()?),
        Field::Numbers(_) | Field::Flags(_) => return None,
    })
}

/// Writes all digits, so that the case holds to the last one; `-0` would read as text in no TOML.
fn number(value: f64) -> String {
    format!("{}", value + 0.0)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Puts recorded cases into the text of a test file: before its properties, or at its end.
pub fn insert(text: &str, cases: &[String]) -> String {
    let start = text.find("\n[properties").map_or(text.len(), |at| at + 1);
    let (before, after) = text.split_at(start);
    let mut out = before.trim_end().to_owned();
    for case in cases {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(case.trim_end());
    }
    out.push('\n');
    if !after.is_empty() {
        out.push('\n');
        out.push_str(after);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FileId;
    use indexmap::IndexMap;

    fn rule() -> Rule {
        let source = "fn meta() { #{ title: \"T\", params: #{ k: #{ value: 1, min: 0, max: 2 } } } } fn eligible(place) { place.a > 0 } fn score(place, known, param) { if known.a { place.a * param.k } else { 0 } }";
        let (rule, found) = Rule::compile(&FileId::new("t.rhai"), source);
        rule.unwrap_or_else(|| panic!("{found:?}"))
    }

    fn table(a: f64, k: f64) -> Table {
        let record =
            |field: &str, value| Argument::Record(IndexMap::from([(field.to_owned(), value)]));
        Table {
            rows: 1,
            arguments: IndexMap::from([
                ("place".to_owned(), record("a", Field::Number(a))),
                ("known".to_owned(), record("a", Field::Flag(true))),
                ("param".to_owned(), record("k", Field::Number(k))),
            ]),
        }
    }

    #[test]
    fn a_row_becomes_a_case_with_the_parameters_that_were_changed() {
        let text = record(&rule(), "the \"north\"", &table(3.5, 1.0)).unwrap();
        let expected = "[[case]]\nname = \"the \\\"north\\\"\"\nplace = { a = 3.5 }\nknown = { a = true }\neligible = true\nexpect = 3.5\n";
        assert_eq!(text, expected);
        let text = record(&rule(), "south", &table(3.0, 2.0)).unwrap();
        assert!(text.contains("param = { k = 2 }\n"), "{text}");
        assert!(text.ends_with("expect = 6\n"), "{text}");
    }

    #[test]
    fn a_place_that_is_out_is_recorded_as_out() {
        let text = record(&rule(), "west", &table(-1.0, 1.0)).unwrap();
        assert!(text.ends_with("eligible = false\n"), "{text}");
    }

    #[test]
    fn cases_stand_before_the_properties() {
        let case = "[[case]]\nname = \"n\"\n".to_owned();
        let text = insert(
            "# T\n[[case]]\nname = \"a\"\n\n[properties]\nrange = [0, 1]\n",
            std::slice::from_ref(&case),
        );
        assert_eq!(
            text,
            "# T\n[[case]]\nname = \"a\"\n\n[[case]]\nname = \"n\"\n\n[properties]\nrange = [0, 1]\n"
        );
        assert_eq!(insert("", &[case]), "[[case]]\nname = \"n\"\n");
    }
}
