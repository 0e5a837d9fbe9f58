//! Pages about strategies, for people and for programs.

use super::testing::{self, TestFile};
use super::{Need, Rule, WhenMissing, offered};
use serde::Serialize;
use std::fmt::Write;

/// What is told of a strategy: what it is for, what it reads, what may be varied, its formula as
/// written, its tests, and which ways through it are tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// Its name: the file without folder and ending.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What it is for and who would hold it.
    pub about: String,
    /// Path of the script.
    pub file: String,
    /// Version of the script.
    pub version: f64,
    /// Declared range of its scores.
    pub range: Option<(f64, f64)>,
    /// Places of the project that it judges, of those that hold enough to be ranked.
    pub judges: Option<Judges>,
    /// What may be varied.
    pub parameters: Vec<Parameter>,
    /// What its functions read.
    pub reads: Vec<Figure>,
    /// Its functions as written.
    pub functions: Vec<Function>,
    /// Its tests.
    pub tests: Vec<Expected>,
    /// The ways through it.
    pub ways: Vec<Tried>,
}

/// How many places are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Judges {
    /// Places that are judged.
    pub places: usize,
    /// Places that could be.
    pub of: usize,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its default.
    pub value: f64,
    /// Lowest value allowed.
    pub min: f64,
    /// Highest value allowed.
    pub max: f64,
    /// Its unit.
    pub unit: String,
    /// What it does.
    pub doc: String,
}

/// A name that a function reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The record.
    pub record: String,
    /// The field.
    pub field: String,
    /// The function that reads it.
    pub function: String,
    /// Its unit; empty where none is known.
    pub unit: String,
    /// What happens where it is missing; empty where it cannot be.
    pub missing: &'static str,
}

/// A function as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its comment.
    pub doc: String,
    /// Its text.
    pub text: String,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// What it shows.
    pub name: String,
    /// What is expected.
    pub expects: String,
}

/// A way through the script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Line in the script.
    pub line: usize,
    /// What it is.
    pub what: String,
    /// Cases of the test file that take it.
    pub cases: usize,
    /// Places of the project that take it, where there is one.
    pub places: Option<usize>,
}

/// Makes the page of a strategy from what its files say.
pub fn page(rule: &Rule, name: &str, tests: Option<&TestFile>) -> Page {
    let meta = rule.meta();
    let none = TestFile::default();
    let tests = tests.unwrap_or(&none);
    Page {
        name: name.to_owned(),
        title: if meta.title.is_empty() {
            name.to_owned()
        } else {
            meta.title.clone()
        },
        about: if meta.about.is_empty() {
            rule.introduction()
        } else {
            meta.about.clone()
        },
        file: rule.file().to_string(),
        version: meta.version,
        range: meta.range,
        judges: None,
        parameters: parameters(rule),
        reads: reads(rule),
        functions: functions(rule),
        tests: expected(tests),
        ways: ways(rule, tests),
    }
}

fn parameters(rule: &Rule) -> Vec<Parameter> {
    let params = rule.meta().params.iter();
    params
        .map(|(name, spec)| Parameter {
            name: name.clone(),
            value: spec.value,
            min: spec.min,
            max: spec.max,
            unit: spec.unit.clone(),
            doc: spec.doc.clone(),
        })
        .collect()
}

/// Lists what every function reads; needs that are not declared are those inferred from the text.
fn reads(rule: &Rule) -> Vec<Figure> {
    let mut figures = vec![];
    for function in rule.entries.keys() {
        let needs = rule.needs(function);
        for read in rule.reads(function).iter().filter(|r| r.record != "param") {
            let need = rule.meta().needs.get(&read.field);
            let missing = needs.iter().find(|(n, _)| n == read);
            figures.push(Figure {
                record: read.record.clone(),
                field: read.field.clone(),
                function: function.clone(),
                unit: need.map_or_else(String::new, |n: &Need| n.unit.clone()),
                missing: missing.map_or("", |(_, when)| consequence(*when)),
            });
        }
    }
    figures
}

fn consequence(when: WhenMissing) -> &'static str {
    match when {
        WhenMissing::NotJudged => "the place is not judged",
        WhenMissing::Fail => "the run stops",
        WhenMissing::Value(_) => "a number stands in, and `known` says so",
    }
}

fn functions(rule: &Rule) -> Vec<Function> {
    let own = rule.script.functions.iter();
    own.filter(|function| function.name.text != "meta")
        .map(|function| Function {
            name: function.name.text.clone(),
            doc: function.doc.clone(),
            text: rule
                .source()
                .get(function.text.clone())
                .unwrap_or_default()
                .to_owned(),
        })
        .collect()
}

fn expected(tests: &TestFile) -> Vec<Expected> {
    let cases = tests.cases.iter().map(|case| {
        let mut parts = vec![];
        if let Some(yes) = case.eligible {
            parts.push(if yes { "eligible" } else { "not eligible" }.to_owned());
        }
        parts.extend(case.expect.map(|value| value.to_string()));
        parts.extend(case.expect_error.clone());
        Expected {
            name: case.name.clone(),
            expects: parts.join(", "),
        }
    });
    let properties = &tests.properties;
    let always = |name: String| Expected {
        name,
        expects: "in every case".into(),
    };
    let up = properties
        .up
        .iter()
        .map(|(name, _)| always(format!("the score never falls when `{name}` rises")));
    let down = properties
        .down
        .iter()
        .map(|(name, _)| always(format!("the score never rises when `{name}` rises")));
    let range = properties
        .range
        .iter()
        .map(|(low, high, _)| always(format!("the score stays from {low} to {high}")));
    cases.chain(up).chain(down).chain(range).collect()
}

fn ways(rule: &Rule, tests: &TestFile) -> Vec<Tried> {
    let coverage = testing::coverage(rule, tests);
    let line = |at: usize| rule.source()[..at].matches('\n').count() + 1;
    coverage
        .branches
        .into_iter()
        .map(|(way, cases)| Tried {
            line: line(way.span.start),
            what: way.words(),
            cases,
            places: None,
        })
        .collect()
}

impl Page {
    /// Writes the page in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n\n", self.title);
        if !self.about.is_empty() {
            let _ = writeln!(out, "{}\n", self.about);
        }
        let _ = writeln!(out, "File `{}`, version {}.", self.file, self.version);
        if let Some((low, high)) = self.range {
            let _ = writeln!(out, "Scores run from {low} to {high}.");
        }
        if let Some(Judges { places, of }) = self.judges {
            let _ = writeln!(out, "It judges {places} of {of} places of this project.");
        }
        out.push('\n');
        self.figures(&mut out);
        for function in &self.functions {
            let _ = writeln!(out, "## `{}`\n", function.name);
            if !function.doc.is_empty() {
                let _ = writeln!(out, "{}\n", function.doc);
            }
            let _ = writeln!(out, "```rhai\n{}\n```\n", function.text);
        }
        self.tried(&mut out);
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    fn figures(&self, out: &mut String) {
        let parameters = self.parameters.iter().map(|p| {
            let bounds = [p.value, p.min, p.max].map(|n| n.to_string());
            vec![
                format!("`{}`", p.name),
                bounds[0].clone(),
                bounds[1].clone(),
                bounds[2].clone(),
                p.unit.clone(),
                p.doc.clone(),
            ]
        });
        let head = ["parameter", "default", "from", "to", "unit", "meaning"];
        table(out, "Parameters", &head, parameters);
        let reads = self.reads.iter().map(|read| {
            vec![
                format!("`{}.{}`", read.record, read.field),
                format!("`{}`", read.function),
                read.unit.clone(),
                read.missing.to_owned(),
            ]
        });
        let head = ["figure", "in", "unit", "where it is missing"];
        table(out, "What it reads", &head, reads);
    }

    fn tried(&self, out: &mut String) {
        let tests = self
            .tests
            .iter()
            .map(|test| vec![test.name.clone(), test.expects.clone()]);
        table(out, "Tests", &["test", "expects"], tests);
        let ways = self.ways.iter().map(|way| {
            let places = way.places.map_or_else(String::new, |n| match n {
                0 => "none".to_owned(),
                n => n.to_string(),
            });
            vec![
                way.line.to_string(),
                way.what.clone(),
                way.cases.to_string(),
                places,
            ]
        });
        let head = ["line", "way", "cases that take it", "places that take it"];
        table(out, "Ways through it", &head, ways);
    }
}

/// Writes a table under its heading; nothing where it has no rows.
fn table(out: &mut String, title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let rows: Vec<String> = rows
        .map(|cells| {
            let cells: Vec<String> = cells.iter().map(|c| cell(c)).collect();
            format!("| {} |", cells.join(" | "))
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "## {title}\n\n| {} |", head.join(" | "));
    let _ = writeln!(
        out,
        "|{}\n{}\n",
        " --- |".repeat(head.len()),
        rows.join("\n")
    );
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Writes the page of the functions that every strategy may call.
pub fn functions_page() -> String {
    let mut out = "# Functions of strategies\n\nAll numbers are decimals: `1/3` is a third.\n\n| function | returns |\n| --- | --- |\n".to_owned();
    for function in offered() {
        let _ = writeln!(
            out,
            "| `{}` | {} |",
            function.signature(),
            cell(function.doc)
        );
    }
    out
}

/// Writes the definitions that Rhai's language server reads, so that an editor completes and explains
/// the functions of strategies.
pub fn definitions() -> String {
    let mut out = "module static;\n".to_owned();
    for function in offered() {
        let arguments: Vec<String> = function
            .arguments
            .iter()
            .map(|name| format!("{name}: float"))
            .collect();
        let result = if function.is_test() { "bool" } else { "float" };
        let _ = write!(
            out,
            "\n/// {}\nfn {}({}) -> {result};\n",
            function.doc,
            function.name,
            arguments.join(", ")
        );
    }
    out
}

impl Rule {
    /// Returns the `//` comment that the script opens with.
    fn introduction(&self) -> String {
        let lines = self.source().lines().map_while(|l| l.strip_prefix("//"));
        let plain = lines.map(|l| l.trim_start_matches('/').strip_prefix(' ').unwrap_or(l));
        plain.collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FileId;

    #[test]
    fn the_page_names_parameters_figures_and_formula() {
        let source = "// What it is for.\n\nfn meta() { #{ title: \"Trial\", params: #{ k: #{ value: 1, min: 0, max: 2, unit: \"%\", doc: \"a | b\" } } } }\n\n/// Halves it.\nfn score(part, param) { part.compute * param.k }\n";
        let (rule, found) = Rule::compile(&FileId::new("rules/trial.rhai"), source);
        let rule = rule.unwrap_or_else(|| panic!("{found:?}"));
        let page = page(&rule, "trial", None).markdown();
        for part in [
            "# Trial",
            "What it is for.",
            "| `k` | 1 | 0 | 2 | % | a \\| b |",
            "| `part.compute` | `score` |  | the place is not judged |",
            "Halves it.",
            "```rhai\nfn score(part, param) { part.compute * param.k }\n```",
            "| 6 | `score` is called | 0 |  |",
        ] {
            assert!(page.contains(part), "{part} in\n{page}");
        }
    }

    #[test]
    fn every_offered_function_has_a_line_and_a_definition() {
        let (page, definitions) = (functions_page(), definitions());
        for function in offered() {
            assert!(page.contains(&function.signature()));
            assert!(definitions.contains(&format!("\nfn {}(", function.name)));
        }
        assert!(definitions.contains("\nfn exactly(x: float, y: float) -> bool;\n"));
    }
}
