//! A figure in words: what the source says, when, where it stands, and what was passed over.

use super::{Subject, words};
use crate::model::{
    Cell, NodeIx, Observation, Period, Provenance, RejectedObservation, Sourced, Target,
    TargetState,
};
use crate::project::{Leaf, LeafValue, Project};
use crate::report::{Show, Value, number};
use std::sync::Arc;

/// Returns the cell of a leaf with its provenance; none for values that a script computes.
pub(super) fn cell(subject: Subject<'_>, at: NodeIx, row: usize) -> Option<&Sourced> {
    match &subject.project.leaf(at)?.value {
        LeafValue::Data(figures) => figures.sourced_at(row),
        LeafValue::Derived { .. } => None,
    }
}

/// Returns the figure for a narrow cell: as its source writes it where one row speaks.
pub(super) fn short(subject: Subject, at: NodeIx, row: usize) -> Value {
    let raw = subject.board.leaves.get(&at).and_then(|s| s.raw.value(row));
    match cell(subject, at, row) {
        Some(Sourced {
            cell: Cell::Value(_),
            provenance: Provenance::Observation { row },
            ..
        }) if row.qualifier != crate::model::Qualifier::Eq => Value::text(words::value(row, "")),
        Some(sourced) => match word(subject.project, sourced) {
            Some(word) => Value::text(word),
            None => Value::number(sourced.cell.value(), Show::Figure),
        },
        None => Value::number(raw, Show::Figure),
    }
}

/// Returns the word that a figure stands for, if its indicator is written in words.
fn word<'p>(project: &'p Project, sourced: &Sourced) -> Option<&'p str> {
    match &sourced.provenance {
        Provenance::Observation { row } => project.library.word(&row.indicator, row.value),
        _ => None,
    }
}

/// Says where a figure comes from, a fact per line.
pub(super) fn lines(project: &Project, leaf: &Leaf, sourced: &Sourced) -> Vec<String> {
    let mut lines = origin(project, leaf, sourced);
    let rejected = sourced.rejected.iter();
    lines.extend(rejected.map(|rejected| passed_over(project, rejected)));
    lines
}

fn origin(project: &Project, leaf: &Leaf, sourced: &Sourced) -> Vec<String> {
    match &sourced.provenance {
        Provenance::None if sourced.cell == Cell::NotApplicable => {
            vec!["not applicable".to_owned()]
        }
        Provenance::None => vec!["no figure was found".to_owned()],
        Provenance::NotApplicable { why } => vec![format!("not applicable: {why}")],
        Provenance::Observation { row } => observation(project, row),
        Provenance::Combined { how, rows } => combined(project, leaf, sourced, how, rows),
        Provenance::Absent { value } => vec![format!(
            "{}: the list is complete and does not name the place",
            number::figure(*value)
        )],
        Provenance::Programmes { counted, left_out } => {
            let mut lines: Vec<String> = counted
                .iter()
                .map(|share| {
                    let assumed = if share.assumed {
                        ", length assumed"
                    } else {
                        ""
                    };
                    format!(
                        "{}: {} CNY a year ({}{assumed})",
                        share.rows.join(" + "),
                        number::figure(share.cny_a_year),
                        share.how
                    )
                })
                .collect();
            let out = left_out.iter();
            lines.extend(out.map(|(row, why)| format!("not counted: {row}: {why}")));
            lines
        }
        Provenance::Target {
            target,
            reached,
            state,
            others,
        } => attainment(project, target, reached.as_deref(), *state, others),
        Provenance::Rule { name } => vec![format!("computed by {name}")],
        Provenance::Override { was } => {
            let was = was.map_or_else(|| "no figure".to_owned(), number::figure);
            vec![format!("replaced on the command line; the data say {was}")]
        }
    }
}

fn combined(
    project: &Project,
    leaf: &Leaf,
    sourced: &Sourced,
    how: &str,
    rows: &[Arc<Observation>],
) -> Vec<String> {
    let total = sourced.cell.value().map(number::figure).unwrap_or_default();
    let count = words::counted(rows.len(), "row");
    let unit = words::with_unit(&leaf.unit);
    let mut lines = vec![format!("{total}{unit}: {how} of {count}")];
    lines.extend(rows.iter().flat_map(|row| observation(project, row)));
    lines
}

fn observation(project: &Project, row: &Observation) -> Vec<String> {
    let mut first = one_line(project, row);
    if !row.numeric_precision.is_empty() {
        first.push_str(", ");
        first.push_str(&row.numeric_precision);
    }
    if !row.scope.is_empty() {
        first.push_str(", scope ");
        first.push_str(&row.scope);
    }
    let mut lines = vec![first];
    let source = row
        .source
        .as_ref()
        .and_then(|id| project.library.sources.get(id));
    if let Some(source) = source {
        lines.push(format!("  source: {}", words::source(source)));
        if !source.url.is_empty() {
            lines.push(format!("  {}", source.url));
        }
    }
    if !row.note.is_empty() {
        lines.push(format!("  note: {}", row.note));
    }
    lines
}

fn one_line(project: &Project, row: &Observation) -> String {
    let indicator = project.library.indicators.get(&row.indicator);
    let unit = indicator.map_or("", |indicator| indicator.unit.as_str());
    format!(
        "{} = {}, {}, {} [{}]",
        row.indicator,
        project
            .library
            .word(&row.indicator, row.value)
            .map_or_else(|| words::value(row, unit), str::to_owned),
        words::date(row.as_of, row.as_of_inferred),
        row.kind.word(),
        row.origin
    )
}

fn passed_over(project: &Project, rejected: &RejectedObservation) -> String {
    format!(
        "not taken: {}: {}",
        one_line(project, &rejected.observation),
        rejected.reason.words()
    )
}

fn attainment(
    project: &Project,
    target: &Target,
    reached: Option<&Observation>,
    state: TargetState,
    others: &[(String, String)],
) -> Vec<String> {
    let mut lines = vec![target_sentence(project, target, reached, state)];
    if let Some(source) = project.library.sources.get(&target.source) {
        lines.push(format!(
            "  target: {} [{}]",
            words::source(source),
            target.origin
        ));
    }
    if let Some(row) = reached {
        lines.extend(observation(project, row));
    }
    let others = others.iter();
    lines.extend(others.map(|(row, why)| format!("not taken: target {row}: {why}")));
    lines
}

/// Says whether a target was reached: "met by later report: > 120 EFLOPS reported for 2026-01-27,
/// 27 days after the due date; target > 100 EFLOPS by 2025-12-31".
fn target_sentence(
    project: &Project,
    target: &Target,
    reached: Option<&Observation>,
    state: TargetState,
) -> String {
    let indicator = project.library.indicators.get(&target.indicator);
    let unit = indicator.map_or("", |indicator| indicator.unit.as_str());
    let due = target.due.map(Period::end);
    let aim = format!(
        "target {}{}{}{}",
        target.qualifier.sign(),
        number::figure(target.value),
        words::with_unit(unit),
        target
            .due
            .map_or_else(|| ", no due date".to_owned(), |due| format!(" by {due}"))
    );
    let report = reached.map(|row| {
        let when = row.as_of.map(Period::start);
        let late = when.zip(due).map(|(when, due)| (when - due).num_days());
        let late = match late {
            Some(days) if days > 0 => format!(
                ", {} after the due date",
                words::counted(usize::try_from(days).unwrap_or(usize::MAX), "day")
            ),
            _ => String::new(),
        };
        format!(
            "{} reported for {}{late}; ",
            words::value(row, unit),
            words::date(row.as_of, false)
        )
    });
    format!("{}: {}{aim}", state.words(), report.unwrap_or_default())
}
