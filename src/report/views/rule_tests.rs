//! What the tests of strategies say.

use super::words::counted;
use crate::diagnostics::Files;
use crate::report::number::percent;
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::rules::Coverage;
use crate::rules::testing::Outcome;
use serde_json::json;

/// The tests of one strategy, run.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Its name.
    pub strategy: String,
    /// What became of each case and property.
    pub outcomes: Vec<Outcome>,
    /// The ways through the script that its cases take, where that was asked for.
    pub coverage: Option<Coverage>,
}

/// Shows the tests of strategies.
pub fn rule_tests(tested: &[Tested], files: &Files) -> Report {
    let mut report = Report::new("rule-tests", "");
    report
        .sections
        .push(Section::new("tests", "").table(tests(tested, files)));
    let failures = failures(tested, files);
    if !failures.text.is_empty() {
        report.sections.push(failures);
    }
    if tested.iter().any(|one| one.coverage.is_some()) {
        report.sections.push(coverage(tested, files));
    }
    let all = tested.iter().flat_map(|one| &one.outcomes);
    let (failed, passed): (Vec<_>, Vec<_>) = all.partition(|o| o.failure.is_some());
    let bare = tested.iter().filter(|one| one.outcomes.is_empty());
    let bare: Vec<&str> = bare.map(|one| one.strategy.as_str()).collect();
    if !bare.is_empty() {
        report
            .footer
            .push(format!("without tests: {}", bare.join(", ")));
    }
    report
        .footer
        .push(format!("{} passed, {} failed", passed.len(), failed.len()));
    report
}

fn tests(tested: &[Tested], files: &Files) -> Table {
    let mut table = Table::new(vec![
        Column::words("result", "result"),
        Column::words("strategy", "strategy"),
        Column::words("test", "test"),
        Column::numbers("line", "line"),
    ]);
    for one in tested {
        for outcome in &one.outcomes {
            let failed = outcome.failure.is_some();
            table.push(vec![
                Value::text(if failed { "FAILED" } else { "ok" }),
                Value::text(&one.strategy),
                Value::text(&outcome.name),
                files
                    .position(&outcome.span)
                    .map_or(Value::Empty, |at| Value::count(at.line)),
            ]);
        }
    }
    table
}

fn failures(tested: &[Tested], files: &Files) -> Section {
    let (mut lines, mut data) = (vec![], vec![]);
    for one in tested {
        for outcome in &one.outcomes {
            let Some(why) = &outcome.failure else {
                continue;
            };
            let at = files.position(&outcome.span).map(|at| at.line);
            let place = at.map_or_else(String::new, |line| format!(":{line}"));
            let file = outcome.span.file.as_str();
            lines.push(format!("{}: {}", one.strategy, outcome.name));
            lines.push(format!("  {why} [{file}{place}]"));
            data.push(json!({
                "strategy": one.strategy, "test": outcome.name, "why": why, "file": file, "line": at,
            }));
        }
    }
    Section::new("failures", "What failed")
        .text(lines)
        .data(data.into())
}

fn coverage(tested: &[Tested], files: &Files) -> Section {
    let mut table = Table::new(vec![
        Column::words("strategy", "strategy"),
        Column::numbers("taken", "ways taken"),
        Column::numbers("of", "of"),
        Column::numbers("share", "share"),
    ]);
    let (mut lines, mut data) = (vec![], vec![]);
    for one in tested {
        let Some(coverage) = &one.coverage else {
            continue;
        };
        table.push(vec![
            Value::text(&one.strategy),
            Value::count(coverage.taken()),
            Value::count(coverage.branches.len()),
            Value::Number(coverage.share(), Show::Share),
        ]);
        for way in coverage.missed() {
            let line = files.position(&way.span).map(|at| at.line);
            let place = line.map_or_else(String::new, |line| format!(" line {line}:"));
            lines.push(format!(
                "{}:{place} no case where {}",
                one.strategy,
                way.words()
            ));
            data.push(json!({ "strategy": one.strategy, "line": line, "untried": way.words() }));
        }
    }
    Section::new("coverage", "Ways through the scripts that cases take")
        .text(lines)
        .table(table)
        .data(data.into())
}

/// Says that too little of the scripts is tried; nothing where enough is.
pub fn shortfall(tested: &[Tested], threshold: f64) -> Option<String> {
    let short = tested.iter().filter(|one| {
        let share = one.coverage.as_ref().map(Coverage::share);
        share.is_some_and(|share| share * 100.0 < threshold - 1e-9)
    });
    let short: Vec<String> = short
        .map(|one| {
            let share = one.coverage.as_ref().map_or(0.0, Coverage::share);
            format!("{} {}", one.strategy, percent(share))
        })
        .collect();
    (!short.is_empty()).then(|| {
        format!(
            "{} below {threshold} %: {}",
            counted(short.len(), "strategy").replace("strategys", "strategies"),
            short.join(", ")
        )
    })
}
