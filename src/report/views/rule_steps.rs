//! Why a strategy gives a place its score, and how that differs from another place or other
//! parameters.

use super::Subject;
use super::rule_units::unit;
use crate::diagnostics::{Files, Span};
use crate::project::RuleUse;
use crate::report::number::three_digits;
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::rules::{self, Explanation, Seen, Threshold};

/// Steps that are shown to people; programs get all.
const SHOWN: usize = 200;

/// A run of a function of a strategy.
#[derive(Debug, Clone, Copy)]
pub struct RuleRun<'a> {
    /// What it is called: a place, or a place under other parameters.
    pub name: &'a str,
    /// The function.
    pub function: &'a str,
    /// What happened.
    pub told: &'a Explanation,
}

/// Explains what the strategy of a project says of a place.
pub fn rule_steps(subject: Subject, rule: &RuleUse, runs: &[RuleRun], files: &Files) -> Report {
    let title = if rule.rule.meta().title.is_empty() {
        &rule.name
    } else {
        &rule.rule.meta().title
    };
    let mut report = Report::new("rule-steps", title.clone());
    report.notes.push(subject.setting());
    for run in runs {
        report.notes.push(verdict(run));
    }
    for run in runs {
        let told = run.told;
        let named = |title: &str| {
            if runs.len() > 1 {
                format!("{title} of `{}`", run.function)
            } else {
                title.to_owned()
            }
        };
        let section =
            |id: &str, title: &str| Section::new(format!("{}.{id}", run.function), named(title));
        report
            .sections
            .push(section("inputs", "What it reads").table(inputs(subject, rule, told)));
        let mut walk = section("steps", "Step by step").table(steps(told, files));
        if told.steps.len() > SHOWN {
            let all = told.steps.len();
            walk = walk.text([format!("the first {SHOWN} of {all} steps")]);
        }
        report.sections.push(walk);
        if !told.weights.is_empty() {
            report
                .sections
                .push(section("weights", "What each weight does").table(weights(told)));
        }
        let nearest = section("thresholds", "Nearest thresholds, one figure changed alone");
        report.sections.push(if told.thresholds.is_empty() {
            nearest.text(["no single figure takes another way within its range"])
        } else {
            nearest.table(thresholds(told, files))
        });
    }
    report
}

fn verdict(run: &RuleRun) -> String {
    let name = run.name;
    match &run.told.result {
        Seen::Number(score) => format!("{name}: {}", three_digits(*score)),
        Seen::Flag(true) => format!("{name}: eligible"),
        Seen::Flag(false) => format!("{name}: not eligible, and so without a rank"),
        Seen::Words(words) => format!("{name}: {words}"),
    }
}

/// Makes a cell of a value.
fn cell(value: &Seen) -> Value {
    match value {
        Seen::Number(n) => Value::Number(*n, Show::Score),
        Seen::Flag(true) => Value::text("yes"),
        Seen::Flag(false) => Value::text("no"),
        Seen::Words(words) => Value::text(words),
    }
}

/// Returns the line of a place in the script.
fn line(files: &Files, span: &Span) -> Value {
    match files.position(span) {
        Some(position) => Value::count(position.line),
        None => Value::Empty,
    }
}

fn values(id: &str, name: &str) -> Column {
    Column::numbers(id, name)
}

fn inputs(subject: Subject, rule: &RuleUse, told: &Explanation) -> Table {
    let mut table = Table::new(vec![
        Column::words("name", "name"),
        values("value", "value"),
        Column::words("unit", "unit"),
    ]);
    for input in &told.inputs {
        table.push(vec![
            Value::text(format!("{}.{}", input.record, input.field)),
            match &input.value {
                // Figures are read as published, so all their digits are shown.
                Seen::Number(n) if input.record == "place" || input.record == "param" => {
                    Value::Number(*n, Show::Figure)
                }
                value => cell(value),
            },
            Value::text(unit(subject.project, rule, &input.record, &input.field)),
        ]);
    }
    table
}

fn steps(told: &Explanation, files: &Files) -> Table {
    let mut table = Table::new(vec![
        Column::numbers("line", "line"),
        Column::words("step", "step"),
        values("value", "value"),
    ]);
    for step in told.steps.iter().take(SHOWN) {
        table.push(vec![
            line(files, &step.span),
            Value::text(format!("{}{}", "  ".repeat(step.depth.min(12)), step.text)),
            cell(&step.value),
        ]);
    }
    table
}

fn weights(told: &Explanation) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        values("weight", "weight"),
        values("without", "score without it"),
        values("adds", "so it adds"),
    ]);
    let Seen::Number(score) = told.result else {
        return table;
    };
    for weight in &told.weights {
        table.push(vec![
            Value::text(&weight.criterion),
            Value::Number(weight.weight, Show::Share),
            Value::score(weight.without),
            Value::number(weight.without.map(|without| score - without), Show::Signed),
        ]);
    }
    table
}

fn thresholds(told: &Explanation, files: &Files) -> Table {
    let mut table = Table::new(vec![
        Column::words("input", "figure"),
        values("now", "now"),
        values("at", "tips at"),
        values("distance", "away"),
        Column::numbers("line", "line"),
        Column::words("what", "what tips"),
        values("score", "score then"),
    ]);
    for Threshold {
        span,
        text,
        input: (record, field),
        now,
        at,
        score,
    } in &told.thresholds
    {
        table.push(vec![
            Value::text(format!("{record}.{field}")),
            Value::Number(*now, Show::Score),
            Value::Number(*at, Show::Score),
            Value::Number(at - now, Show::Signed),
            line(files, span),
            Value::text(text),
            Value::score(*score),
        ]);
    }
    table
}

/// Two runs of one function, and what each figure that differs would change alone.
#[derive(Debug, Clone, Copy)]
pub struct RulePair<'a> {
    /// The first run.
    pub first: RuleRun<'a>,
    /// The second run.
    pub second: RuleRun<'a>,
    /// Each number that differs (record and field), with the score of the first run if it had that of
    /// the second; `None` where the script fails then.
    pub alone: &'a [(String, String, Option<f64>)],
}

/// Puts two runs of a strategy side by side.
pub fn rule_difference(subject: Subject, rule: &RuleUse, pair: &RulePair, files: &Files) -> Report {
    let RulePair {
        first,
        second,
        alone,
    } = pair;
    let title = format!("{} and {}", first.name, second.name);
    let mut report = Report::new("rule-difference", title);
    report.notes.push(subject.setting());
    report.notes.extend([verdict(first), verdict(second)]);
    report.sections.push(
        Section::new("inputs", "Figures that differ").table(differing(subject, rule, pair, alone)),
    );
    let mut table = Table::new(vec![
        Column::numbers("line", "line"),
        Column::words("step", "step"),
        values("first", first.name),
        values("second", second.name),
    ]);
    let gap = |side: &Option<Seen>| side.as_ref().map_or(Value::Empty, cell);
    for apart in rules::differences(first.told, second.told) {
        table.push(vec![
            line(files, &apart.step.span),
            Value::text(format!(
                "{}{}",
                "  ".repeat(apart.step.depth.min(12)),
                apart.step.text
            )),
            gap(&apart.first),
            gap(&apart.second),
        ]);
    }
    let steps = Section::new("steps", "Steps that differ");
    report.sections.push(if table.rows.is_empty() {
        steps.text(["every step gives the same"])
    } else {
        steps.table(table)
    });
    report
}

fn differing(
    subject: Subject,
    rule: &RuleUse,
    pair: &RulePair,
    alone: &[(String, String, Option<f64>)],
) -> Table {
    let mut table = Table::new(vec![
        Column::words("name", "name"),
        values("first", pair.first.name),
        values("second", pair.second.name),
        Column::words("unit", "unit"),
        values("change", "alone, it moves the score by"),
    ]);
    let score = match pair.first.told.result {
        Seen::Number(score) => Some(score),
        _ => None,
    };
    for one in &pair.first.told.inputs {
        let same = |other: &&rules::Input| other.record == one.record && other.field == one.field;
        let Some(two) = pair.second.told.inputs.iter().find(same) else {
            continue;
        };
        if one.value == two.value {
            continue;
        }
        let changed = alone
            .iter()
            .find(|(record, field, _)| *record == one.record && *field == one.field);
        let change = changed.and_then(|(.., then)| Some(then.as_ref()? - score?));
        table.push(vec![
            Value::text(format!("{}.{}", one.record, one.field)),
            cell(&one.value),
            cell(&two.value),
            Value::text(unit(subject.project, rule, &one.record, &one.field)),
            match changed {
                Some(_) => Value::number(change, Show::Signed),
                None => Value::Empty,
            },
        ]);
    }
    table
}
