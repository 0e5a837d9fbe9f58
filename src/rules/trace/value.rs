//! Values of a traced run, and what signs do to them.
//!
//! Numbers compare as the interpreter compares them: with a tolerance of one part in 2^52, so that
//! `0.1 + 0.2 == 0.3` holds. A trace that compared exactly would take the other way at a threshold.

use crate::rules::Field;
use indexmap::IndexMap;
use std::sync::Arc;

/// A value while a script runs.
#[derive(Debug, Clone)]
pub(super) enum Value<'t> {
    Number(f64),
    Flag(bool),
    Text(Arc<str>),
    Nothing,
    List(Vec<Value<'t>>),
    Map(IndexMap<String, Value<'t>>),
    Record(&'t IndexMap<String, Field>),
}

/// A value as an explanation shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Text, or a word for what has no single value.
    Words(String),
}

impl Value<'_> {
    pub(super) fn seen(&self) -> Seen {
        match self {
            Self::Number(n) => Seen::Number(*n),
            Self::Flag(yes) => Seen::Flag(*yes),
            Self::Text(text) => Seen::Words(text.to_string()),
            Self::Nothing => Seen::Words("nothing".into()),
            Self::List(members) => Seen::Words(format!("{} members", members.len())),
            Self::Map(fields) => {
                let fields = fields.iter().map(|(name, value)| match value {
                    Self::Number(n) => format!("{name} {}", (n * 1e3).round() / 1e3),
                    Self::Flag(yes) => format!("{name} {yes}"),
                    Self::Text(text) => format!("{name} {text}"),
                    _ => format!("{name} .."),
                });
                Seen::Words(fields.collect::<Vec<_>>().join(", "))
            }
            Self::Record(_) => Seen::Words("a record".into()),
        }
    }

    /// Returns the number of values that it is made of.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::List(members) => 1 + members.iter().map(Self::size).sum::<usize>(),
            Self::Map(fields) => 1 + fields.values().map(Self::size).sum::<usize>(),
            _ => 1,
        }
    }

    /// Reads a column of the table.
    pub(super) fn of(field: &Field, row: usize) -> Self {
        match field {
            Field::Numbers(values) => Self::Number(values[row]),
            Field::Flags(values) => Self::Flag(values[row]),
            Field::Words(values) => Self::Text(values[row].as_str().into()),
            Field::Number(n) => Self::Number(*n),
            Field::Flag(yes) => Self::Flag(*yes),
        }
    }
}

/// Applies a sign to two values; `None` where the interpreter would fail.
pub(super) fn apply<'t>(sign: &str, left: &Value<'t>, right: &Value<'t>) -> Option<Value<'t>> {
    match (left, right) {
        (Value::Number(x), Value::Number(y)) => numbers(sign, *x, *y),
        (Value::Flag(x), Value::Flag(y)) => equal(sign, x == y),
        (Value::Text(x), Value::Text(y)) => match sign {
            "<" => Some(Value::Flag(x < y)),
            "<=" => Some(Value::Flag(x <= y)),
            ">" => Some(Value::Flag(x > y)),
            ">=" => Some(Value::Flag(x >= y)),
            _ => equal(sign, x == y),
        },
        _ => None,
    }
}

fn equal<'t>(sign: &str, same: bool) -> Option<Value<'t>> {
    match sign {
        "==" => Some(Value::Flag(same)),
        "!=" => Some(Value::Flag(!same)),
        _ => None,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "`**` is the interpreter's own power, and scripts are told to write `pow`"
)]
fn numbers<'t>(sign: &str, x: f64, y: f64) -> Option<Value<'t>> {
    Some(match sign {
        "+" => Value::Number(x + y),
        "-" => Value::Number(x - y),
        "*" => Value::Number(x * y),
        "/" => Value::Number(x / y),
        "%" => Value::Number(x % y),
        "**" => Value::Number(x.powf(y)),
        _ => Value::Flag(compare(sign, x, y)?),
    })
}

/// Compares as the interpreter does.
fn compare(sign: &str, x: f64, y: f64) -> Option<bool> {
    let size = if x * y == 0.0 {
        1.0
    } else {
        x.abs().max(y.abs())
    };
    if size == 0.0 {
        return Some(matches!(sign, "==" | "<=" | ">="));
    }
    let apart = (x - y) / size;
    let opposite = (y - x) / size;
    Some(match sign {
        "==" => apart.abs() <= f64::EPSILON,
        "!=" => apart.abs() > f64::EPSILON,
        ">" => apart > f64::EPSILON,
        ">=" => apart > -f64::EPSILON,
        "<" => opposite > f64::EPSILON,
        "<=" => opposite > -f64::EPSILON,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::engine::engine;

    #[test]
    fn signs_do_what_they_do_in_the_interpreter() {
        let numbers = [
            0.0,
            -0.0,
            1.0,
            -1.5,
            0.1 + 0.2,
            0.3,
            f64::MIN_POSITIVE / 4.0,
            1.0 + f64::EPSILON,
            1e300,
            f64::INFINITY,
            f64::NAN,
        ];
        let signs = [
            "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=",
        ];
        for sign in signs {
            let tree = engine()
                .compile(format!("fn f(x, y) {{ x {sign} y }}"))
                .unwrap();
            for (x, y) in numbers.iter().flat_map(|x| numbers.map(|y| (*x, y))) {
                let theirs: rhai::Dynamic = engine()
                    .call_fn(&mut rhai::Scope::new(), &tree, "f", (x, y))
                    .unwrap();
                match apply(sign, &Value::Number(x), &Value::Number(y)).unwrap() {
                    Value::Number(ours) => {
                        let theirs = theirs.as_float().unwrap();
                        let same = ours.to_bits() == theirs.to_bits()
                            || (ours.is_nan() && theirs.is_nan());
                        assert!(same, "{x} {sign} {y}: {ours} and {theirs}");
                    }
                    ours => assert_eq!(
                        ours.seen(),
                        Seen::Flag(theirs.as_bool().unwrap()),
                        "{x} {sign} {y}"
                    ),
                }
            }
        }
    }
}
