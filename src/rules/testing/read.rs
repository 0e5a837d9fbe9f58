//! Makes sense of a test file.

use super::{Case, Given, Properties, TestFile, Tree, Value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use crate::rules::vocabulary::RECORDS;
use indexmap::IndexMap;

/// Tolerance of `expect` without `tol`.
pub(super) const TOLERANCE: f64 = 1e-6;

const UNKNOWN_KEY: Code = Code("E0103");
const WRONG_KIND: Code = Code("E0104");
const MISSING_KEY: Code = Code("E0105");

pub(super) const CASE_KEYS: &[&str] = &[
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
