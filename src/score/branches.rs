//! Children into parents, up the tree.

use super::figures::{FigureTable, Scored};
use super::hooks::aggregate_by_rule;
use super::leaves::{Scale, is_fixed, rescale, treat, warn_of_clamping};
use super::pipeline::Run;
use super::strategy::adjust;
use super::{Applied, BranchStages, LeafStages};
use crate::aggregate::{Aggregate, AggregateError};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Cell, Column, NodeIx};
use crate::project::{Branch, BranchMissing, Combine, Finish, NodeKind};
use indexmap::IndexMap;
use std::sync::Arc;

/// Everything computed on the way up the tree, over the judged places.
pub(super) struct Computed {
    /// Scores, by position in the tree; criteria that the result does not rest on are all missing.
    pub(super) scores: Vec<Arc<Column>>,
    /// Steps after aggregation, where a branch has any.
    pub(super) branches: IndexMap<NodeIx, BranchStages>,
    /// Adjustments of criteria that applied, by criterion and row.
    pub(super) adjusted: IndexMap<NodeIx, IndexMap<usize, Vec<Applied>>>,
}

/// Scores every criterion that the result rests on. Returns `None` if a method could not take the
/// scores of a place.
pub(super) fn scores(
    run: &Run,
    needed: &[bool],
    leaves: &IndexMap<NodeIx, LeafStages>,
    found: &mut Diagnostics,
) -> Option<Computed> {
    let project = run.project;
    let nothing = || Arc::new(Column::missing(run.judged.len()));
    let mut done = Computed {
        scores: Vec::with_capacity(project.tree.len()),
        branches: IndexMap::new(),
        adjusted: IndexMap::new(),
    };
    let mut failed = false;
    for (at, _) in project.tree.upward() {
        let column = match &project.nodes[at.0].kind {
            _ if !needed[at.0] => None,
            NodeKind::Leaf(_) => leaves.get(&at).map(|stages| Arc::clone(&stages.normalised)),
            NodeKind::Branch(branch) => {
                let column = branch_scores(run, at, branch, &done.scores, leaves, found);
                failed |= column.is_none();
                let column = column.map(Arc::new);
                match (&branch.finish, column) {
                    (Some(finish), Some(column)) => {
                        let stages = finished(run, at, finish, column, found);
                        let column = Arc::clone(&stages.normalised);
                        done.branches.insert(at, stages);
                        Some(column)
                    }
                    (_, column) => column,
                }
            }
        };
        let column = column.unwrap_or_else(nothing);
        done.scores.push(without_exempt(run, at, column));
        if needed[at.0] {
            adjusted(run, at, leaves, &mut done, found);
            if let Some(rounding) = project.nodes[at.0].round {
                let column = Arc::make_mut(&mut done.scores[at.0]);
                *column = std::mem::take(column).into_map(|score| rounding.apply(score));
            }
        }
    }
    (!failed).then_some(done)
}

/// Takes out the scores of places to which a branch does not apply.
fn without_exempt(run: &Run, at: NodeIx, mut column: Arc<Column>) -> Arc<Column> {
    let exempt = run
        .project
        .branch(at)
        .map_or(&[][..], |branch| &branch.exempt);
    if !exempt.is_empty() {
        let column = Arc::make_mut(&mut column);
        for (row, place) in run.judged.iter().enumerate() {
            if exempt.binary_search(place).is_ok() {
                column.set(row, Cell::NotApplicable);
            }
        }
    }
    column
}

/// Treats and normalises the scores of a branch.
fn finished(
    run: &Run,
    at: NodeIx,
    finish: &Finish,
    aggregated: Arc<Column>,
    found: &mut Diagnostics,
) -> BranchStages {
    let treated = treat(run, at, finish.treat.as_ref(), &aggregated, found);
    let (mut normalised, mut clamped, mut constant) = (Arc::clone(&treated.column), vec![], false);
    if let Some(normalise) = &finish.normalise {
        let scale = Scale {
            normalise,
            direction: finish.direction,
            groups: finish.groups.as_deref(),
            constant: finish.constant,
        };
        let column;
        (column, clamped, constant) = rescale(run, at, &scale, &treated.column, found);
        if is_fixed(normalise) {
            warn_of_clamping(run, at, &clamped, &column, found);
        }
        normalised = Arc::new(column);
    }
    BranchStages {
        aggregated,
        treated: treated.column,
        treated_rows: treated.rows,
        treatment: treated.what,
        normalised,
        clamped,
        constant,
    }
}

/// Changes the scores of a criterion where the conditions of its adjustments hold.
fn adjusted(
    run: &Run,
    at: NodeIx,
    leaves: &IndexMap<NodeIx, LeafStages>,
    done: &mut Computed,
    found: &mut Diagnostics,
) {
    let adjustments = run.project.adjustments.iter().enumerate();
    for (position, adjustment) in adjustments.filter(|(_, a)| a.criterion == Some(at)) {
        let mut column = done.scores[at.0].as_ref().clone();
        let figures = FigureTable {
            run,
            scores: Some(Scored {
                scores: &done.scores,
                leaves,
            }),
            own: None,
        };
        let mut rows = IndexMap::new();
        adjust(
            &figures,
            position,
            adjustment,
            &mut column,
            &mut rows,
            found,
        );
        done.scores[at.0] = Arc::new(column);
        let all = done.adjusted.entry(at).or_default();
        for (row, applied) in rows {
            all.entry(row).or_default().extend(applied);
        }
    }
}

fn branch_scores(
    run: &Run,
    at: NodeIx,
    branch: &Branch,
    scores: &[Arc<Column>],
    leaves: &IndexMap<NodeIx, LeafStages>,
    found: &mut Diagnostics,
) -> Option<Column> {
    let children = &run.project.tree.node(at).children;
    let columns: Vec<&Column> = children
        .iter()
        .map(|child| scores[child.0].as_ref())
        .collect();
    let shares = run.index.shares[at.0]
        .as_ref()
        .map_or(&[][..], |w| w.as_slice());
    match &branch.aggregate {
        Combine::Rule(rule) => {
            let ready = policy(run, at, branch, &columns, shares, found)?;
            aggregate_by_rule(run, rule, at, &ready, Scored { scores, leaves }, found)
        }
        Combine::Method(chosen) => {
            let method = chosen.method.as_ref();
            match complete(&columns) {
                Some(slices) => all_at_once(run, at, method, &slices, shares, found),
                None => {
                    let ready = policy(run, at, branch, &columns, shares, found)?;
                    place_by_place(run, at, method, &ready, found)
                }
            }
        }
    }
}

fn complete<'a>(columns: &[&'a Column]) -> Option<Vec<&'a [f64]>> {
    columns.iter().map(|column| column.as_complete()).collect()
}

fn all_at_once(
    run: &Run,
    at: NodeIx,
    method: &dyn Aggregate,
    columns: &[&[f64]],
    shares: &[f64],
    found: &mut Diagnostics,
) -> Option<Column> {
    let mut out = vec![0.0; run.judged.len()];
    match method.aggregate_columns(columns, shares, &mut out) {
        Ok(()) => Some(Column::complete(out)),
        Err((row, error)) => {
            found.push(refused(run, at, row, None, &error));
            None
        }
    }
}

/// The children that a place brings to its parent, after the missing policy has been applied.
pub(super) struct Present {
    /// Positions among the children.
    pub(super) children: Vec<usize>,
    /// Their scores.
    pub(super) scores: Vec<f64>,
    /// Their weights, which sum to one.
    pub(super) weights: Vec<f64>,
}

/// Applies the missing policy: per judged place, the children that are present with their weights,
/// or a hole. Children that are not applicable leave their weight to the others under any policy,
/// and do not count against coverage.
fn policy(
    run: &Run,
    at: NodeIx,
    branch: &Branch,
    columns: &[&Column],
    shares: &[f64],
    found: &mut Diagnostics,
) -> Option<Vec<Result<Present, Cell>>> {
    let mut gaps = vec![];
    let rows: Vec<Result<Present, Cell>> = (0..run.judged.len())
        .map(|row| {
            let cells: Vec<Cell> = columns.iter().map(|column| column.cell(row)).collect();
            if branch.missing == BranchMissing::Fail && cells.contains(&Cell::Missing) {
                gaps.push(run.place(row));
            }
            present(branch, &cells, shares)
        })
        .collect();
    if gaps.is_empty() {
        return Some(rows);
    }
    found.push(
        Diagnostic::new(
            Code("E0314"),
            format!(
                "a child of `{}` is missing for {}",
                run.id(at),
                gaps.join(", ")
            ),
        )
        .help("the missing policy is `fail`: add the figures or choose another policy"),
    );
    None
}

fn present(branch: &Branch, cells: &[Cell], shares: &[f64]) -> Result<Present, Cell> {
    let substitute = match branch.missing {
        BranchMissing::Constant(value) => Some(value),
        _ => None,
    };
    let (mut there, mut applicable, mut held) = (
        Present {
            children: vec![],
            scores: vec![],
            weights: vec![],
        },
        0.0,
        0.0,
    );
    for (child, (&cell, &share)) in cells.iter().zip(shares).enumerate() {
        if cell == Cell::NotApplicable {
            continue;
        }
        applicable += share;
        held += if cell.value().is_some() { share } else { 0.0 };
        if let Some(score) = cell.value().or(substitute) {
            there.children.push(child);
            there.scores.push(score);
            there.weights.push(share);
        }
    }
    if applicable <= 0.0 && !cells.contains(&Cell::Missing) {
        return Err(Cell::NotApplicable);
    }
    let complete = !cells.contains(&Cell::Missing);
    let present = cells.iter().filter(|cell| cell.value().is_some()).count();
    let enough = held >= branch.min_coverage * applicable && present >= branch.min_children;
    let total: f64 = there.weights.iter().sum();
    let allowed = complete || branch.missing != BranchMissing::CompleteCases;
    if !allowed || !enough || total <= 0.0 {
        return Err(Cell::Missing);
    }
    // Dividing by one exactly keeps complete places bit-identical to the path for whole columns.
    there.weights.iter_mut().for_each(|weight| *weight /= total);
    if complete && there.children.len() == cells.len() {
        there.weights = shares.to_vec();
    }
    Ok(there)
}

fn place_by_place(
    run: &Run,
    at: NodeIx,
    method: &dyn Aggregate,
    rows: &[Result<Present, Cell>],
    found: &mut Diagnostics,
) -> Option<Column> {
    let mut failed = false;
    let column = rows
        .iter()
        .enumerate()
        .map(|(row, place)| match place {
            Err(hole) => *hole,
            Ok(there) => match method.aggregate(&there.scores, &there.weights) {
                Ok(score) => Cell::Value(score),
                Err(error) => {
                    found.push(refused(run, at, row, Some(&there.children), &error));
                    failed = true;
                    Cell::Missing
                }
            },
        })
        .collect();
    (!failed).then_some(column)
}

fn refused(
    run: &Run,
    at: NodeIx,
    row: usize,
    present: Option<&[usize]>,
    error: &AggregateError,
) -> Diagnostic {
    let AggregateError::Value { child, value, why } = error else {
        let message = format!(
            "`{}` cannot be computed for `{}`: {error}",
            run.id(at),
            run.place(row)
        );
        return Diagnostic::new(Code("E0312"), message);
    };
    let position = present.map_or(*child, |children| children[*child]);
    let child = run.id(run.project.tree.node(at).children[position]);
    let place = run.place(row);
    Diagnostic::new(
        Code("E0312"),
        format!(
            "`{}` cannot be computed for `{place}`: `{child}` scores {value}, {why}",
            run.id(at)
        ),
    )
}

/// Returns which children of a branch count for a place, with their shares after reweighting, from
/// the scores on a board. The same rule as in the scoring itself, for explanations.
pub(super) fn shares_at(
    branch: &Branch,
    cells: &[Cell],
    shares: &[f64],
) -> Option<Vec<(usize, f64)>> {
    let there = present(branch, cells, shares).ok()?;
    Some(there.children.into_iter().zip(there.weights).collect())
}
