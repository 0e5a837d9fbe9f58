//! Tests of strategies: cases with expected scores, and properties that hold everywhere.
//!
//! The files are TOML, which only `config` reads; it hands over a [`Tree`], and [`TestFile::read`] makes
//! sense of it. `rules/README.md` documents the spelling.

mod cases;
mod properties;
mod read;
mod record;
mod schema;

pub use record::{insert, record};
pub use schema::schema;

use super::{Coverage, Rule};
use crate::diagnostics::Span;
use indexmap::IndexMap;

/// A value of a test file with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The value.
    pub value: Value,
    /// Where the value stands.
    pub span: Span,
    /// Where its key stands; the value's own place for members of a list.
    pub key: Span,
}

/// What a value of a test file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number, whole or not.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// A table, in the order it is written.
    Table(IndexMap<String, Tree>),
}

/// The tests of a strategy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TestFile {
    /// The cases.
    pub cases: Vec<Case>,
    /// What holds for every case, whatever a figure is.
    pub properties: Properties,
}

/// One place, and what the strategy should say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The function that is called: `score` unless the case says otherwise.
    pub function: String,
    /// Fields by record. A `known` field that is left out is true, a parameter has its default.
    pub records: IndexMap<String, IndexMap<String, Given>>,
    /// The value that `normalise` is given.
    pub x: Option<f64>,
    /// The result expected.
    pub expect: Option<f64>,
    /// How far the result may be from it.
    pub tol: f64,
    /// The code of the error expected, such as `E0407`.
    pub expect_error: Option<String>,
    /// What `eligible` should say.
    pub eligible: Option<bool>,
}

/// A figure that a case gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Text.
    Text(String),
}

/// What holds for every case, whatever a figure is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Properties {
    /// Figures that never lower the score when they rise, as `part.compute`.
    pub up: Vec<(String, Span)>,
    /// Figures that never raise the score when they rise.
    pub down: Vec<(String, Span)>,
    /// Limits of the score when any single figure is varied.
    pub range: Option<(f64, f64, Span)>,
}

/// What became of a case or property.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Where it stands in the test file.
    pub span: Span,
    /// Why it failed; `None` if it passed.
    pub failure: Option<String>,
}

/// Runs all cases and properties; the outcomes are in the order of the file, properties last.
pub fn run(rule: &Rule, file: &TestFile) -> Vec<Outcome> {
    let case = |case: &Case| Outcome {
        name: case.name.clone(),
        span: case.span.clone(),
        failure: cases::judge(rule, case).err(),
    };
    let mut outcomes: Vec<_> = file.cases.iter().map(case).collect();
    let judged: Vec<_> = file
        .cases
        .iter()
        .filter(|c| c.function == "score" && c.expect.is_some())
        .collect();
    let properties = &file.properties;
    for (sign, names) in [(1.0, &properties.up), (-1.0, &properties.down)] {
        for (name, span) in names {
            outcomes.push(Outcome {
                name: format!(
                    "the score never {} when `{name}` rises",
                    if sign > 0.0 { "falls" } else { "rises" }
                ),
                span: span.clone(),
                failure: properties::monotone(rule, &judged, name, sign),
            });
        }
    }
    if let Some((low, high, span)) = &properties.range {
        outcomes.push(Outcome {
            name: format!("the score stays from {low} to {high}"),
            span: span.clone(),
            failure: properties::stays(rule, &judged, *low, *high),
        });
    }
    outcomes
}

/// Counts the ways through a script that the cases take; properties, which try many figures at once
/// and expect little, do not count.
pub fn coverage(rule: &Rule, file: &TestFile) -> Coverage {
    let mut coverage = Coverage::new(rule);
    for case in &file.cases {
        let asked = case.eligible.is_some().then_some("eligible");
        let expects = case.expect.is_some() || case.expect_error.is_some();
        let called = expects.then_some(case.function.as_str());
        for function in asked.into_iter().chain(called) {
            if let Ok(table) = cases::table(rule, case, function) {
                coverage.add(rule, function, &table);
            }
        }
    }
    coverage
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Diagnostics, FileId};

    fn tree(value: Value) -> Tree {
        let span = Span::whole(&FileId::new("t.test.toml"));
        Tree {
            value,
            key: span.clone(),
            span,
        }
    }

    fn table(fields: Vec<(&str, Value)>) -> Value {
        Value::Table(
            fields
                .into_iter()
                .map(|(k, v)| (k.to_owned(), tree(v)))
                .collect(),
        )
    }

    fn file(case: Vec<(&str, Value)>) -> (TestFile, Diagnostics) {
        let mut found = Diagnostics::new();
        let cases = Value::List(vec![tree(table(case))]);
        (
            TestFile::read(&tree(table(vec![("case", cases)])), &mut found),
            found,
        )
    }

    fn rule() -> Rule {
        let source = "fn meta() { #{ title: \"T\", params: #{ k: #{ value: 1, min: 0, max: 2 } } } } fn score(place, known, param) { if known.a { place.a * param.k } else { 1 / 0 } }";
        Rule::compile(&FileId::new("t.rhai"), source).0.unwrap()
    }

    fn failure(case: Vec<(&str, Value)>) -> Option<String> {
        let (file, found) = file(case);
        assert!(found.is_empty(), "{found:?}");
        run(&rule(), &file).remove(0).failure
    }

    #[test]
    fn mistakes_of_a_test_file_are_all_reported() {
        let (_, found) = file(vec![
            ("expected", Value::Number(1.0)),
            ("tol", Value::Text("small".into())),
            ("place", Value::Number(1.0)),
        ]);
        let codes: Vec<_> = found.iter().map(|d| d.code.0).collect();
        assert_eq!(codes, ["E0103", "E0104", "E0104", "E0105"]);
        assert_eq!(
            found.iter().next().unwrap().help,
            ["did you mean `expect`?"]
        );
    }

    #[test]
    fn a_case_passes_within_its_tolerance_and_parameters_have_defaults() {
        let place = || ("place", table(vec![("a", Value::Number(5.0))]));
        assert_eq!(failure(vec![place(), ("expect", Value::Number(5.0))]), None);
        let off = failure(vec![place(), ("expect", Value::Number(5.1))]).unwrap();
        assert!(off.contains("returns 5, expected 5.1"), "{off}");
        assert_eq!(
            failure(vec![
                place(),
                ("expect", Value::Number(5.1)),
                ("tol", Value::Number(0.2))
            ]),
            None
        );
    }

    #[test]
    fn an_expected_error_must_be_that_error() {
        let case = |code: &str| {
            vec![
                ("place", table(vec![("a", Value::Number(5.0))])),
                ("known", table(vec![("a", Value::Flag(false))])),
                ("expect_error", Value::Text(code.into())),
            ]
        };
        assert_eq!(failure(case("E0407")), None);
        assert!(failure(case("E0402")).unwrap().contains("E0407"));
    }

    #[test]
    fn a_figure_that_the_case_lacks_is_named() {
        let lacking = failure(vec![("expect", Value::Number(5.0))]).unwrap();
        assert_eq!(lacking, "the case gives no `place.a`, which `score` reads");
    }
}
