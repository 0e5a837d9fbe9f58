//! The tests of a strategy: TOML with places, for `rules::testing` to make sense of.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span};
use crate::rules::testing::{Tree, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the text of a test file.
///
/// Nothing is interpreted: `rules::testing` knows what a test may say. A syntax error is reported and
/// nothing is returned.
pub fn test_file(file: &FileId, text: &str, found: &mut Diagnostics) -> Option<Tree> {
    match DeTable::parse(text) {
        Ok(table) => {
            let span = Span::new(file, table.span());
            let value = entries(file, table.get_ref(), found);
            let key = span.clone();
            Some(Tree { value, span, key })
        }
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            found.push(
                Diagnostic::new(Code("E0102"), error.message().to_owned())
                    .at(Span::new(file, span), ""),
            );
            None
        }
    }
}

fn entries(file: &FileId, table: &DeTable, found: &mut Diagnostics) -> Value {
    let entries = table.iter().filter_map(|(key, value)| {
        let at = Span::new(file, key.span());
        let tree = node(file, value, Some(at), found)?;
        Some((key.get_ref().to_string(), tree))
    });
    Value::Table(entries.collect())
}

fn node(
    file: &FileId,
    value: &Spanned<DeValue>,
    key: Option<Span>,
    found: &mut Diagnostics,
) -> Option<Tree> {
    let span = Span::new(file, value.span());
    let read = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Array(members) => {
            let members = members.iter();
            Value::List(members.filter_map(|m| node(file, m, None, found)).collect())
        }
        DeValue::Table(table) => entries(file, table, found),
        DeValue::Integer(whole) if whole.radix() == 10 => number(&whole.to_string())?,
        DeValue::Float(decimal) => number(&decimal.to_string())?,
        DeValue::Integer(_) | DeValue::Datetime(_) => {
            let message = "tests of strategies know numbers, texts and `true` or `false`";
            found.push(Diagnostic::new(Code("E0104"), message).at(span, "of another kind"));
            return None;
        }
    };
    let key = key.unwrap_or_else(|| span.clone());
    Some(Tree {
        value: read,
        span,
        key,
    })
}

fn number(digits: &str) -> Option<Value> {
    digits.replace('_', "").parse().ok().map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let (file, mut found) = (FileId::new("a.test.toml"), Diagnostics::new());
        let text = "[[case]]\nname = \"x\"\nplace = { gdp = 1_000 }\n";
        let tree = test_file(&file, text, &mut found).unwrap();
        let Value::Table(top) = &tree.value else {
            panic!("a table")
        };
        let Value::List(cases) = &top["case"].value else {
            panic!("a list")
        };
        let Value::Table(case) = &cases[0].value else {
            panic!("a table")
        };
        let Value::Table(place) = &case["place"].value else {
            panic!("a table")
        };
        assert_eq!(place["gdp"].value, Value::Number(1000.0));
        assert_eq!(
            &text[place["gdp"].span.start..place["gdp"].span.end],
            "1_000"
        );
        assert_eq!(&text[case["name"].key.start..case["name"].key.end], "name");
        assert!(found.is_empty());
    }

    #[test]
    fn a_syntax_error_is_reported_at_its_place() {
        let (file, mut found) = (FileId::new("a.test.toml"), Diagnostics::new());
        assert!(test_file(&file, "a = \n", &mut found).is_none());
        assert_eq!(found.iter().next().unwrap().code.0, "E0102");
    }
}
