//! Steps of the pipeline that a script computes: a column, a normalisation, an aggregation.

use super::branches::Present;
use super::figures::{Facts, FigureTable, params};
use super::pipeline::Run;
use crate::diagnostics::Diagnostics;
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

/// Normalises a column by the `normalise` function of a script.
pub(super) fn normalise_by_rule(
    run: &Run,
    rule: &RuleUse,
    column: &Column,
    criterion: &str,
    found: &mut Diagnostics,
) -> Column {
    let rows: Vec<usize> = column.present().map(|(row, _)| row).collect();
    let numbers = column.numbers();
    let mut table = Table {
        rows: rows.len(),
        ..Table::default()
    };
    let facts = Facts::of(&numbers).fields(&numbers);
    table
        .arguments
        .insert("facts".to_owned(), Argument::Record(facts));
    table.arguments.insert("param".to_owned(), params(rule));
    table
        .arguments
        .insert("x".to_owned(), Argument::Field(Field::Numbers(numbers)));
    let mut out = column.clone();
    for (&row, result) in rows.iter().zip(rule.rule.numbers("normalise", &table)) {
        match result {
            Ok(score) => out.set(row, Cell::Value(score)),
            Err(fault) => {
                let place = run.place(row);
                found.push(fault.note(format!("while normalising `{criterion}` of `{place}`")));
            }
        }
    }
    out
}

/// Aggregates the children of a branch by the `score` function of a script. A place for which a
/// child is not applicable or missing under the policy has no score, because the script was not
/// written for it; the policy `{ constant = .. }` gives it one.
pub(super) fn aggregate_by_rule(
    run: &Run,
    rule: &RuleUse,
    at: NodeIx,
    present: &[Result<Present, Cell>],
    found: &mut Diagnostics,
) -> Option<Column> {
    let children = &run.project.tree.node(at).children;
    let whole = |place: &Result<Present, Cell>| {
        place
            .as_ref()
            .is_ok_and(|there| there.children.len() == children.len())
    };
    let rows: Vec<usize> = (0..present.len())
        .filter(|&row| whole(&present[row]))
        .collect();
    let record = |pick: fn(&Present) -> &[f64]| {
        let fields = children.iter().enumerate().map(|(position, child)| {
            let values = rows.iter().filter_map(|&row| present[row].as_ref().ok());
            let numbers = values.map(|there| pick(there)[position]).collect();
            (
                run.project.tree.node(*child).id.in_scripts(),
                Field::Numbers(numbers),
            )
        });
        Argument::Record(fields.collect())
    };
    let mut table = Table {
        rows: rows.len(),
        ..Table::default()
    };
    table
        .arguments
        .insert("part".to_owned(), record(|there| &there.scores));
    table
        .arguments
        .insert("weight".to_owned(), record(|there| &there.weights));
    table.arguments.insert("param".to_owned(), params(rule));
    let mut out = Column::missing(present.len());
    let mut failed = false;
    for (&row, result) in rows.iter().zip(rule.rule.numbers("score", &table)) {
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
