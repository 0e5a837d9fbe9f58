//! What is missing of a place: the figures that would rank it, and those that would firm up its score.

use super::{Subject, figures, words};
use crate::model::{Cell, NodeIx};
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::score::Exclusion;
use crate::score::evidence::holds_measured;

/// Shows which figures are missing of a place, those that it is not ranked for first, then by weight.
pub fn todo(subject: Subject, row: usize) -> Report {
    let place = subject.place(row);
    let mut report = Report::new(
        "todo",
        format!("What is missing of {}", words::full_name(place)),
    );
    report.notes.push(subject.setting());
    report.notes.push(standing(subject, row));
    let gaps = gaps(subject, row);
    let section = Section::new("missing", "");
    report.sections.push(if gaps.is_empty() {
        section.text(["every criterion that applies holds a figure"])
    } else {
        section.table(table(subject, row, &gaps))
    });
    report.footer = vec![
        "gate: a measured figure in this pillar is what the place must hold to be ranked.".to_owned(),
        "weight: share of the result. rows not taken: what the data hold and the criterion does not accept.".to_owned(),
        "`exacity data add PLACE INDICATOR VALUE --source ID --as-of DATE` adds a figure and shows who moves.".to_owned(),
    ];
    report
}

fn standing(subject: Subject, row: usize) -> String {
    if let Some(ranked) = subject.ranked(row) {
        return format!(
            "ranked {} of {}; these figures would firm up its score",
            crate::report::number::rank(ranked.rank),
            subject.board.ranking.len()
        );
    }
    let Some(out) = subject.excluded(row) else {
        return "not ranked".to_owned();
    };
    let why = words::exclusion(subject.project, &out.why);
    match &out.why {
        Exclusion::NoEvidence(pillars) => {
            let each: Vec<String> = pillars
                .iter()
                .map(|&at| {
                    let leaves = subject.project.tree.leaves(at);
                    let names: Vec<&str> = leaves.iter().map(|&leaf| subject.id(leaf)).collect();
                    format!("one of {}", names.join(", "))
                })
                .collect();
            format!("not ranked: {why}; it takes {}", words::list(&each))
        }
        _ => format!("not ranked: {why}"),
    }
}

/// Leaves that apply and hold no measured figure; whether a gate hangs on them, then the heaviest first.
fn gaps(subject: Subject, row: usize) -> Vec<(NodeIx, bool)> {
    let project = subject.project;
    let nominal = subject.nominal();
    let wanting: Vec<NodeIx> = project
        .require
        .evidence
        .iter()
        .copied()
        .filter(|&at| {
            !project
                .tree
                .leaves(at)
                .iter()
                .any(|&leaf| holds_measured(project, leaf, row))
        })
        .collect();
    let gates = |leaf: NodeIx| {
        wanting
            .iter()
            .any(|&at| project.tree.leaves(at).contains(&leaf))
    };
    let missing = |leaf: NodeIx| {
        let cell = figures::cell(subject, leaf, row).map(|sourced| sourced.cell);
        let raw = || {
            subject
                .board
                .leaves
                .get(&leaf)
                .map(|stages| stages.raw.cell(row))
        };
        cell.or_else(raw) != Some(Cell::NotApplicable) && !holds_measured(project, leaf, row)
    };
    let mut gaps: Vec<(NodeIx, bool)> = subject
        .leaves()
        .into_iter()
        .filter(|&leaf| missing(leaf))
        .map(|leaf| (leaf, gates(leaf)))
        .collect();
    gaps.sort_by(|a, b| {
        b.1.cmp(&a.1)
            .then(nominal[b.0.0].total_cmp(&nominal[a.0.0]))
    });
    gaps
}

fn table(subject: Subject, row: usize, gaps: &[(NodeIx, bool)]) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::words("gate", "gate"),
        Column::numbers("weight", "weight"),
        Column::words("indicators", "indicator"),
        Column::words("unit", "unit"),
        Column::words("rejected", "rows not taken"),
    ]);
    let nominal = subject.nominal();
    for &(at, gate) in gaps {
        let leaf = subject.project.leaf(at);
        let indicators: Vec<&str> = leaf.map_or(vec![], |leaf| {
            leaf.indicators
                .iter()
                .map(crate::model::IndicatorId::as_str)
                .collect()
        });
        let rejected: Vec<String> = figures::cell(subject, at, row).map_or(vec![], |sourced| {
            let rows = sourced.rejected.iter();
            rows.map(|lost| {
                let value = words::value(&lost.observation, "");
                let date = words::date(lost.observation.as_of, false);
                format!("{value} ({date}): {}", lost.reason.words())
            })
            .collect()
        });
        table.push(vec![
            Value::text(subject.id(at)),
            Value::text(if gate { "yes" } else { "" }),
            Value::Number(nominal[at.0], Show::Share),
            Value::text(indicators.join(" or ")),
            Value::text(leaf.map_or("", |leaf| leaf.unit.as_str())),
            Value::text(rejected.join("; ")),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn asked(id: &str) -> Report {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        todo(subject, project.position(id).unwrap())
    }

    fn rows(report: &Report) -> Vec<Vec<String>> {
        let table = report.tables().next();
        let rows = table.map_or(&[][..], |table| &table.rows);
        rows.iter()
            .map(|row| row.iter().map(Value::words).collect())
            .collect()
    }

    #[test]
    fn what_a_place_is_not_ranked_for_comes_first() {
        let report = asked("zhangjiakou");
        let rows = rows(&report);
        assert_eq!(rows[0][..3], ["academia.papers", "yes", "40 %"]);
        assert_eq!(rows[1][..2], ["compute.targets", ""]);
        assert!(
            report.notes[1].contains("it takes one of academia.papers"),
            "{:?}",
            report.notes
        );
    }

    #[test]
    fn what_does_not_apply_is_not_missing() {
        assert!(rows(&asked("beijing")).is_empty());
    }
}
