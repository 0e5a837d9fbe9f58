//! Steps of the pipeline that a script computes: a column, a normalisation, an aggregation.

use super::branches::Present;
use super::facts;
use super::figures::{FigureTable, OwnChildren, Scored, params};
use super::pipeline::Run;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Cell, Column, NodeIx};
use crate::project::RuleUse;
use crate::rules::{Argument, Field, Table};

/// Computes a column by a function of a script from the figures of each place. Places that lack a
/// needed figure have a missing cell.
pub(super) fn derive(
    figures: &FigureTable,
    rule: &RuleUse,
    function: &str,
    criterion: &str,
    found: &mut Diagnostics,
) -> Column {
    let call = figures.call(rule, function);
    let mut column = Column::missing(figures.run.judged.len());
    for (&row, result) in call
        .rows
        .iter()
        .zip(rule.rule.numbers(function, &call.table))
    {
        match result {
            Ok(value) => column.set(row, Cell::Value(value)),
            Err(fault) => {
                found
                    .push(figures.blame(row, fault.note(format!("while computing `{criterion}`"))));
            }
        }
    }
    column
}

/// Normalises some rows of a column by the `normalise` function of a script; the facts are those of
/// these rows.
pub(super) fn normalise_by_rule(
    run: &Run,
    rule: &RuleUse,
    criterion: &str,
    rows: &[usize],
    column: &mut Column,
    found: &mut Diagnostics,
) {
    let present = rows
        .iter()
        .filter_map(|&row| Some((row, column.value(row)?)));
    let (rows, numbers): (Vec<usize>, Vec<f64>) = present.unzip();
    let mut table = Table {
        rows: rows.len(),
        ..Table::default()
    };
    let facts = facts::fields(&numbers);
    table
        .arguments
        .insert("facts".to_owned(), Argument::Record(facts));
    table.arguments.insert("param".to_owned(), params(rule));
    table
        .arguments
        .insert("x".to_owned(), Argument::Field(Field::Numbers(numbers)));
    let figures = FigureTable {
        run,
        scores: None,
        own: None,
    };
    let lacking = figures.beside_value(rule, &rows, &mut table);
    let results = rule.rule.numbers("normalise", &table);
    for (at, (&row, result)) in rows.iter().zip(results).enumerate() {
        match result {
            _ if lacking.binary_search(&at).is_ok() => column.set(row, Cell::Missing),
            Ok(score) => column.set(row, Cell::Value(score)),
            Err(fault) => {
                let place = run.place(row);
                found.push(fault.note(format!("while normalising `{criterion}` of `{place}`")));
            }
        }
    }
}

/// Aggregates the children of a branch by the `score` function of a script.
///
/// The script reads what it names: children after the missing policy, other criteria that stand before
/// the branch, figures and facts. A place that lacks something it reads has no score, because the script was
/// not written for it, unless it asks `known.` first or the policy puts a number there.
pub(super) fn aggregate_by_rule(
    run: &Run,
    rule: &RuleUse,
    at: NodeIx,
    present: &[Result<Present, Cell>],
    scored: Scored,
    found: &mut Diagnostics,
) -> Option<Column> {
    let figures = FigureTable {
        run,
        scores: Some(scored),
        own: Some(own_children(run, at, present)),
    };
    let call = figures.call(rule, "score");
    let mut out = Column::missing(present.len());
    let mut failed = false;
    if call.fails {
        let (id, mut places) = (run.id(at), vec![]);
        for (row, lacks) in &call.lacking {
            places.push(format!("{} ({})", run.place(*row), lacks.join(", ")));
        }
        let message = format!(
            "`{id}` needs figures that are missing: {}",
            places.join(", ")
        );
        found.push(Diagnostic::new(Code("E0314"), message).help(format!(
            "`{}` says `missing: \"fail\"`: add the figures, or let it stand in a number",
            rule.name
        )));
        failed = true;
    }
    for (&row, result) in call
        .rows
        .iter()
        .zip(rule.rule.numbers("score", &call.table))
    {
        match result {
            Ok(score) => out.set(row, Cell::Value(score)),
            Err(fault) => {
                let (id, place) = (run.id(at), run.place(row));
                found.push(fault.note(format!("while aggregating `{id}` of `{place}`")));
                failed = true;
            }
        }
    }
    for (row, place) in present.iter().enumerate() {
        if let Err(hole) = place {
            out.set(row, *hole);
        }
    }
    (!failed).then_some(out)
}

fn own_children(run: &Run, at: NodeIx, present: &[Result<Present, Cell>]) -> OwnChildren {
    let mut own = OwnChildren::default();
    for (position, child) in run.project.tree.node(at).children.iter().enumerate() {
        let mut scores = Column::missing(present.len());
        let mut weights = Column::complete(vec![0.0; present.len()]);
        for (row, there) in present.iter().enumerate() {
            let Ok(there) = there else { continue };
            if let Some(held) = there.children.iter().position(|&child| child == position) {
                scores.set(row, Cell::Value(there.scores[held]));
                weights.set(row, Cell::Value(there.weights[held]));
            }
        }
        let name = run.project.tree.node(*child).id.in_scripts();
        own.scores.insert(name.clone(), scores);
        own.weights.insert(name, weights);
    }
    own
}
