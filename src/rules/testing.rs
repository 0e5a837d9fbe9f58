//! Tests of strategies: cases with expected scores, and properties that hold everywhere.
//!
//! The files are TOML, which only `config` reads; it hands over a [`Tree`], and [`TestFile::read`] makes
//! sense of it. `rules/README.md` documents the spelling.

use super::vocabulary::{HOOKS, RECORDS};
use super::{Argument, Field, RowResult, Rule, Table};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
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

/// Tolerance of `expect` without `tol`.
const TOLERANCE: f64 = 1e-6;
/// Values tried between the ends of a figure's range.
const STEPS: usize = 21;

const UNKNOWN_KEY: Code = Code("E0103");
const WRONG_KIND: Code = Code("E0104");
const MISSING_KEY: Code = Code("E0105");

const CASE_KEYS: &[&str] = &[
    "name",
    "function",
    "x",
    "expect",
    "tol",
    "expect_error",
    "eligible",
    "place",
    "part",
    "known",
    "weight",
    "param",
    "leader",
    "facts",
];

impl TestFile {
    /// Makes sense of a test file; everything that does not fit is reported.
    pub fn read(tree: &Tree, found: &mut Diagnostics) -> Self {
        let mut reader = Reader { found };
        let mut file = Self::default();
        let Some(keys) = reader.table(tree, "the file") else {
            return file;
        };
        let common = match keys.get("common") {
            Some(common) => reader.case(common, None, true),
            None => None,
        };
        for (key, value) in keys {
            match key.as_str() {
                "common" => {}
                "case" => {
                    for case in reader.list(value, "case") {
                        file.cases.extend(reader.case(case, common.as_ref(), false));
                    }
                }
                "properties" => file.properties = reader.properties(value),
                _ => reader.unknown(key, value, &["common", "case", "properties"]),
            }
        }
        file
    }
}

struct Reader<'a> {
    found: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn wrong(&mut self, tree: &Tree, what: &str, wanted: &str) {
        let message = format!("`{what}` must be {wanted}");
        self.found
            .push(Diagnostic::new(WRONG_KIND, message).at(tree.span.clone(), ""));
    }

    fn unknown(&mut self, key: &str, tree: &Tree, known: &[&str]) {
        self.found.push(
            Diagnostic::new(UNKNOWN_KEY, format!("`{key}` is not a key of a test file"))
                .at(tree.key.clone(), "unknown key")
                .maybe_help(did_you_mean(key, known.iter().copied())),
        );
    }

    fn table<'t>(&mut self, tree: &'t Tree, what: &str) -> Option<&'t IndexMap<String, Tree>> {
        if let Value::Table(keys) = &tree.value {
            return Some(keys);
        }
        self.wrong(tree, what, "a table");
        None
    }

    fn list<'t>(&mut self, tree: &'t Tree, what: &str) -> &'t [Tree] {
        if let Value::List(members) = &tree.value {
            return members;
        }
        self.wrong(tree, what, "a list");
        &[]
    }

    fn number(&mut self, tree: &Tree, what: &str) -> Option<f64> {
        if let Value::Number(n) = tree.value
            && n.is_finite()
        {
            return Some(n);
        }
        self.wrong(tree, what, "a number");
        None
    }

    fn text(&mut self, tree: &Tree, what: &str) -> Option<String> {
        if let Value::Text(text) = &tree.value {
            return Some(text.clone());
        }
        self.wrong(tree, what, "text");
        None
    }

    fn case(&mut self, tree: &Tree, common: Option<&Case>, is_common: bool) -> Option<Case> {
        let keys = self.table(tree, "case")?;
        let mut case = common.cloned().unwrap_or_else(|| Case {
            name: String::new(),
            span: tree.span.clone(),
            function: "score".into(),
            records: IndexMap::new(),
            x: None,
            expect: None,
            tol: TOLERANCE,
            expect_error: None,
            eligible: None,
        });
        case.span = tree.span.clone();
        for (key, value) in keys {
            match key.as_str() {
                "name" => case.name = self.text(value, key).unwrap_or_default(),
                "function" => case.function = self.text(value, key).unwrap_or_default(),
                "x" => case.x = self.number(value, key),
                "expect" => case.expect = self.number(value, key),
                "tol" => case.tol = self.number(value, key).unwrap_or(TOLERANCE),
                "expect_error" => case.expect_error = self.text(value, key),
                "eligible" => match value.value {
                    Value::Flag(yes) => case.eligible = Some(yes),
                    _ => self.wrong(value, key, "true or false"),
                },
                record if RECORDS.contains(&record) => self.record(&mut case, record, value),
                _ => self.unknown(key, value, CASE_KEYS),
            }
        }
        if !is_common
            && case.expect.is_none()
            && case.expect_error.is_none()
            && case.eligible.is_none()
        {
            self.found.push(
                Diagnostic::new(MISSING_KEY, "the case expects nothing")
                    .at(case.span.clone(), "")
                    .help("add `expect`, `expect_error` or `eligible`"),
            );
        }
        Some(case)
    }

    fn record(&mut self, case: &mut Case, record: &str, tree: &Tree) {
        let Some(fields) = self.table(tree, record) else {
            return;
        };
        let known = case.records.entry(record.to_owned()).or_default();
        for (name, value) in fields {
            let given = match &value.value {
                Value::Number(n) if n.is_finite() => Given::Number(*n),
                Value::Flag(b) => Given::Flag(*b),
                Value::Text(t) => Given::Text(t.clone()),
                _ => {
                    let message =
                        format!("`{record}.{name}` must be a number, true, false or text");
                    self.found
                        .push(Diagnostic::new(WRONG_KIND, message).at(value.span.clone(), ""));
                    continue;
                }
            };
            known.insert(name.clone(), given);
        }
    }

    fn properties(&mut self, tree: &Tree) -> Properties {
        let mut properties = Properties::default();
        let Some(keys) = self.table(tree, "properties") else {
            return properties;
        };
        for (key, value) in keys {
            match key.as_str() {
                "monotone" => {
                    let Some(ways) = self.table(value, key) else {
                        continue;
                    };
                    for (way, names) in ways {
                        match way.as_str() {
                            "up" => properties.up = self.names(names, way),
                            "down" => properties.down = self.names(names, way),
                            _ => self.unknown(way, names, &["up", "down"]),
                        }
                    }
                }
                "range" => {
                    let ends: Vec<_> = self
                        .list(value, key)
                        .iter()
                        .filter_map(|e| self.number(e, key))
                        .collect();
                    match ends[..] {
                        [low, high] if low < high => {
                            properties.range = Some((low, high, value.span.clone()));
                        }
                        _ => self.wrong(value, key, "two numbers, the lower first"),
                    }
                }
                _ => self.unknown(key, value, &["monotone", "range"]),
            }
        }
        properties
    }

    fn names(&mut self, tree: &Tree, what: &str) -> Vec<(String, Span)> {
        let members = self.list(tree, what);
        members
            .iter()
            .filter_map(|m| Some((self.text(m, what)?, m.span.clone())))
            .collect()
    }
}

/// Runs all cases and properties; the outcomes are in the order of the file, properties last.
pub fn run(rule: &Rule, file: &TestFile) -> Vec<Outcome> {
    let mut outcomes: Vec<_> = file.cases.iter().map(|case| run_case(rule, case)).collect();
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
                failure: monotone(rule, &judged, name, sign),
            });
        }
    }
    if let Some((low, high, span)) = &properties.range {
        outcomes.push(Outcome {
            name: format!("the score stays from {low} to {high}"),
            span: span.clone(),
            failure: stays(rule, &judged, *low, *high),
        });
    }
    outcomes
}

fn run_case(rule: &Rule, case: &Case) -> Outcome {
    let failure = judge(rule, case).err();
    Outcome {
        name: case.name.clone(),
        span: case.span.clone(),
        failure,
    }
}

fn judge(rule: &Rule, case: &Case) -> Result<(), String> {
    if let Some(wanted) = case.eligible {
        let says =
            one(rule.flags("eligible", &table(rule, case, "eligible")?)).map_err(|d| d.message)?;
        if says != wanted {
            return Err(format!("`eligible` says {says}, expected {wanted}"));
        }
    }
    if case.expect.is_none() && case.expect_error.is_none() {
        return Ok(());
    }
    let result = match table(rule, case, &case.function) {
        Ok(table) => one(rule.numbers(&case.function, &table)),
        Err(_) if case.expect_error.as_deref() == Some("E0405") => return Ok(()),
        Err(problem) => return Err(problem),
    };
    match (result, case.expect, &case.expect_error) {
        (Ok(value), Some(wanted), None) if (value - wanted).abs() <= case.tol => Ok(()),
        (Ok(value), Some(wanted), None) => Err(format!(
            "`{}` returns {value}, expected {wanted} (within {})",
            case.function, case.tol
        )),
        (Err(d), _, Some(code)) if d.code.0.eq_ignore_ascii_case(code) => Ok(()),
        (Err(d), _, Some(code)) => Err(format!(
            "fails with {} ({}), expected {code}",
            d.code, d.message
        )),
        (Err(d), ..) => Err(format!("fails with {}: {}{}", d.code, d.message, notes(&d))),
        (Ok(value), _, Some(code)) => Err(format!("returns {value}, expected the error {code}")),
        (Ok(_), None, None) => Ok(()),
    }
}

fn notes(found: &Diagnostic) -> String {
    found
        .notes
        .first()
        .map_or_else(String::new, |n| format!(" ({n})"))
}

fn one<T>(results: Vec<RowResult<T>>) -> Result<T, Box<Diagnostic>> {
    results.into_iter().next().unwrap_or_else(|| {
        Err(Box::new(Diagnostic::new(
            super::diag::RUN,
            "the script was given no row",
        )))
    })
}

/// Builds the one-row table of a case; figures that the function reads and the case lacks are named.
fn table(rule: &Rule, case: &Case, function: &str) -> Result<Table, String> {
    if !rule.has(function) {
        let known = HOOKS.iter().copied().filter(|h| rule.has(h));
        let help = did_you_mean(function, known).map_or_else(String::new, |h| format!("; {h}"));
        return Err(format!("the script has no function `{function}`{help}"));
    }
    let mut table = Table {
        rows: 1,
        arguments: IndexMap::new(),
    };
    for argument in rule.arguments(function) {
        let value = if argument == "x" {
            Argument::Field(Field::Number(case.x.ok_or("the case gives no `x`")?))
        } else {
            Argument::Record(record(rule, case, function, argument)?)
        };
        table.arguments.insert(argument.clone(), value);
    }
    Ok(table)
}

fn record(
    rule: &Rule,
    case: &Case,
    function: &str,
    name: &str,
) -> Result<IndexMap<String, Field>, String> {
    let given = case.records.get(name).cloned().unwrap_or_default();
    if name == "param" {
        return parameters(rule, &given);
    }
    let mut fields: IndexMap<String, Field> = given
        .into_iter()
        .map(|(field, value)| (field, value.into()))
        .collect();
    for read in rule.reads(function).iter().filter(|r| r.record == name) {
        if fields.contains_key(&read.field) {
            continue;
        }
        if name != "known" {
            return Err(format!(
                "the case gives no `{name}.{}`, which `{function}` reads",
                read.field
            ));
        }
        fields.insert(read.field.clone(), Field::Flag(true));
    }
    Ok(fields)
}

fn parameters(
    rule: &Rule,
    given: &IndexMap<String, Given>,
) -> Result<IndexMap<String, Field>, String> {
    let mut numbers = IndexMap::new();
    for (name, value) in given {
        let Given::Number(n) = value else {
            return Err(format!("`param.{name}` must be a number"));
        };
        numbers.insert(name.clone(), *n);
    }
    let bound = rule.bind(&numbers).map_err(|problems| {
        problems
            .into_iter()
            .map(|p| p.message)
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    Ok(bound
        .into_iter()
        .map(|(name, value)| (name, Field::Number(value)))
        .collect())
}

impl From<Given> for Field {
    fn from(given: Given) -> Self {
        match given {
            Given::Number(n) => Self::Number(n),
            Given::Flag(b) => Self::Flag(b),
            Given::Text(t) => Self::Words(vec![t]),
        }
    }
}

/// Finds a case in which a figure moves the score the wrong way.
fn monotone(rule: &Rule, cases: &[&Case], name: &str, sign: f64) -> Option<String> {
    let Some((record, field)) = name.split_once('.') else {
        return Some(format!(
            "`{name}` names no figure; write it as `part.compute`"
        ));
    };
    if !rule
        .reads("score")
        .iter()
        .any(|r| r.record == record && r.field == field)
    {
        return Some(format!("`score` does not read `{name}`"));
    }
    if cases.is_empty() {
        return Some("there is no case with `expect` to start from".into());
    }
    cases.iter().find_map(|case| {
        let swept = match sweep(rule, case, record, field) {
            Ok(swept) => swept,
            Err(problem) => return Some(problem),
        };
        swept.windows(2).find_map(|pair| {
            let ((from, before), (to, after)) = (pair[0], pair[1]);
            // Sums of products round; a step back smaller than that is none.
            let back = sign * (before - after) > 1e-9 * before.abs().max(1.0);
            back.then(|| {
                format!(
                    "in \"{}\" the score goes from {before} to {after} as `{name}` goes from {from} to {to}",
                    case.name
                )
            })
        })
    })
}

/// Finds a figure that drives a case out of the limits.
fn stays(rule: &Rule, cases: &[&Case], low: f64, high: f64) -> Option<String> {
    if cases.is_empty() {
        return Some("there is no case with `expect` to start from".into());
    }
    cases.iter().find_map(|case| {
        rule.reads("score")
            .iter()
            .filter(|r| r.record != "known")
            .find_map(|read| match sweep(rule, case, &read.record, &read.field) {
                Err(problem) => Some(problem),
                Ok(swept) => swept.into_iter().find_map(|(at, score)| {
                    (score < low - 1e-9 || score > high + 1e-9).then(|| {
                        format!(
                            "in \"{}\" the score is {score} where `{}.{}` is {at}",
                            case.name, read.record, read.field
                        )
                    })
                }),
            })
    })
}

/// Scores a case with one figure varied over its range; the other figures stay.
///
/// Text and yes-or-no are not varied. Parts run over the scale, parameters between their bounds,
/// everything else from nothing to twice what the case holds.
fn sweep(rule: &Rule, case: &Case, record: &str, field: &str) -> Result<Vec<(f64, f64)>, String> {
    let mut table = table(rule, case, "score")?;
    let Some(Argument::Record(fields)) = table.arguments.get_mut(record) else {
        return Ok(vec![]);
    };
    let Some(Field::Number(now)) = fields.get(field) else {
        return Ok(vec![]);
    };
    let (low, high) = match record {
        "part" => rule.meta().range.unwrap_or((0.0, 100.0)),
        "param" => rule
            .meta()
            .params
            .get(field)
            .map_or((0.0, 1.0), |p| (p.min, p.max)),
        _ => (0.0, (2.0 * now.abs()).max(1.0)),
    };
    let step = (high - low) / (STEPS - 1) as f64;
    let values: Vec<f64> = (0..STEPS).map(|at| low + step * at as f64).collect();
    fields.insert(field.to_owned(), Field::Numbers(values.clone()));
    table.rows = STEPS;
    for argument in table.arguments.values_mut() {
        if let Argument::Record(fields) = argument {
            for value in fields.values_mut() {
                if let Field::Words(words) = value {
                    words.resize(STEPS, words[0].clone());
                }
            }
        }
    }
    let scores = rule.numbers("score", &table).into_iter().zip(values);
    scores
        .map(|(score, at)| match score {
            Ok(score) => Ok((at, score)),
            Err(d) => Err(format!(
                "in \"{}\", with `{record}.{field}` = {at}: {}: {}",
                case.name, d.code, d.message
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FileId;

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
