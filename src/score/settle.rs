//! Weights that the data decide, computed from the places that may be judged.

use super::contest::some;
use super::pipeline::{Run, judged, needed};
use super::{LeafStages, branches, leaves};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::{Cell, Column, DecisionMatrix, Direction, NodeIx, Weights};
use crate::num::float;
use crate::project::{Compared, DataWeights, Index, Over, Project};
use crate::weigh::WeighError;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Returns a project in which every weight is a number: those that the data of the league decide are
/// computed, from the same places and figures that are then scored.
///
/// A project without such weights is returned as it is. Scoring does this by itself; whoever shows
/// weights beside the scores settles the project first, so that both speak of the same ones.
///
/// # Errors
///
/// Missing figures (E0320) and figures that a way to weigh cannot take (E0325).
pub fn settle(project: &Project) -> Result<Cow<'_, Project>, Diagnostics> {
    if !project.indices.iter().any(|index| index.weighing.is_open()) {
        return Ok(Cow::Borrowed(project));
    }
    let mut found = Diagnostics::new();
    let mut settled = project.clone();
    for at in 0..project.indices.len() {
        let index = settle_index(project, &project.indices[at], &mut found);
        settled.indices[at] = index;
    }
    if found.has_errors() {
        return Err(found);
    }
    Ok(Cow::Owned(settled))
}

fn settle_index(project: &Project, index: &Index, found: &mut Diagnostics) -> Index {
    let mut settled = index.clone();
    if !index.weighing.is_open() {
        return settled;
    }
    let judged = judged(project, index);
    // Warnings of these stages are made again when the places are scored.
    let mut own = Diagnostics::new();
    let all = run(project, index, &judged);
    let needed = needed(&all);
    let leaves = leaves::stages(&all, &needed, &mut own);
    for at in 0..index.weighing.data.len() {
        if !own.has_errors() {
            let stages = Stages {
                project,
                judged: &judged,
                needed: &needed,
                leaves: &leaves,
            };
            stages.settle(&mut settled, at, (&mut own, found));
        }
    }
    found.extend(
        own.iter()
            .filter(|d| d.severity() == Severity::Error)
            .cloned(),
    );
    settled
}

fn run<'a>(project: &'a Project, index: &'a Index, judged: &[usize]) -> Run<'a> {
    Run {
        project,
        index,
        judged: judged.to_vec(),
    }
}

/// The figures that weights are read off.
struct Stages<'a> {
    project: &'a Project,
    judged: &'a [usize],
    /// The criteria that the result rests on.
    needed: &'a [bool],
    leaves: &'a IndexMap<NodeIx, LeafStages>,
}

impl Stages<'_> {
    /// Computes one of the data-driven weights of an index, group by group.
    fn settle(
        &self,
        index: &mut Index,
        at: usize,
        (own, found): (&mut Diagnostics, &mut Diagnostics),
    ) {
        let data = index.weighing.data[at].clone();
        let groups = match &data.over {
            Over::Leaves => vec![index.root],
            Over::Siblings(branches) => branches.clone(),
        };
        let mut places = self.judged.len();
        for of in groups {
            // Deeper groups are settled by now, and the scores of their parents follow from them.
            let run = run(self.project, index, self.judged);
            let computed = branches::scores(&run, self.needed, self.leaves, own);
            let Some(computed) = computed else {
                return;
            };
            let field = Field {
                run: &run,
                scores: &computed.scores,
                leaves: self.leaves,
                data: &data,
            };
            let Some((criteria, weights, count)) = field.weigh(of, found) else {
                continue;
            };
            places = places.min(count);
            match data.over {
                Over::Leaves => spread(self.project, &criteria, &weights, index),
                Over::Siblings(_) => index.shares[of.0] = Weights::new(&weights).ok(),
            }
        }
        index.weighing.data[at].settled = Some(places);
    }
}

/// Gives each branch the weight of the leaves below it.
fn spread(project: &Project, leaves: &[NodeIx], weights: &[f64], index: &mut Index) {
    let tree = &project.tree;
    let mut own = vec![0.0; tree.len()];
    for (leaf, weight) in leaves.iter().zip(weights) {
        own[leaf.0] = *weight;
    }
    for (at, node) in tree.upward() {
        if node.children.is_empty() {
            continue;
        }
        let parts: Vec<f64> = node.children.iter().map(|child| own[child.0]).collect();
        own[at.0] = float::sum(parts.iter().copied());
        // A group without any weight keeps equal shares: nothing multiplies with them.
        if let Ok(shares) = Weights::new(&parts) {
            index.shares[at.0] = Some(shares);
        }
    }
}

/// What a way to weigh sees.
struct Field<'a> {
    run: &'a Run<'a>,
    scores: &'a [Arc<Column>],
    leaves: &'a IndexMap<NodeIx, LeafStages>,
    data: &'a DataWeights,
}

impl Field<'_> {
    /// Weighs the children of a branch, or all leaves below it: the criteria, their weights, and the
    /// number of places that had all of them.
    fn weigh(&self, of: NodeIx, found: &mut Diagnostics) -> Option<(Vec<NodeIx>, Vec<f64>, usize)> {
        let tree = &self.run.project.tree;
        let criteria = match self.data.over {
            Over::Leaves => tree.leaves(of),
            Over::Siblings(_) => tree.node(of).children.clone(),
        };
        let columns: Vec<&Column> = criteria.iter().map(|&at| self.column(at)).collect();
        let rows = 0..self.run.judged.len();
        let whole = |row: &usize| columns.iter().all(|c| c.value(*row).is_some());
        let complete: Vec<usize> = rows.filter(whole).collect();
        if complete.len() < self.run.judged.len() && !self.data.complete_cases {
            found.push(self.gaps(&criteria, &columns));
            return None;
        }
        let pick = |column: &&Column| -> Vec<f64> {
            complete
                .iter()
                .filter_map(|&row| column.value(row))
                .collect()
        };
        let directions = criteria.iter().map(|&at| self.direction(at)).collect();
        let matrix = DecisionMatrix::new(columns.iter().map(pick).collect(), directions);
        let name = self.data.method.name;
        let Ok(matrix) = matrix else {
            let of = self.run.id(of);
            let message =
                format!("`{name}` has no place from which to weigh the children of `{of}`");
            found.push(Diagnostic::new(Code("E0325"), message));
            return None;
        };
        match self.data.method.method.weigh(&matrix) {
            Ok(weights) => Some((criteria, weights, complete.len())),
            Err(error) => {
                found.push(self.refused(of, &criteria, &complete, &error));
                None
            }
        }
    }

    fn column(&self, at: NodeIx) -> &Column {
        let stages = self.leaves.get(&at);
        match (self.data.on, stages) {
            (Compared::Figures, Some(stages)) => stages.treated.as_ref(),
            _ => self.scores[at.0].as_ref(),
        }
    }

    fn direction(&self, at: NodeIx) -> Direction {
        match (self.data.on, self.run.project.leaf(at)) {
            (Compared::Figures, Some(leaf)) => leaf.direction,
            _ => Direction::Higher,
        }
    }

    fn gaps(&self, criteria: &[NodeIx], columns: &[&Column]) -> Diagnostic {
        let name = self.data.method.name;
        let message =
            format!("`{name}` reads weights off complete columns, and figures are missing");
        let mut finding = Diagnostic::new(Code("E0320"), message);
        for (&at, column) in criteria.iter().zip(columns) {
            let gaps = (0..column.len()).filter(|&row| !matches!(column.cell(row), Cell::Value(_)));
            let places: Vec<&str> = gaps.map(|row| self.run.place(row)).collect();
            if !places.is_empty() {
                finding = finding.note(format!("`{}` of {}", self.run.id(at), some(&places)));
            }
        }
        finding
            .help("`missing = \"complete-cases\"` beside the method weighs by the places that have all")
            .help("or let the criterion fill its gaps (`missing = \"median\"`)")
    }

    fn refused(
        &self,
        of: NodeIx,
        criteria: &[NodeIx],
        rows: &[usize],
        error: &WeighError,
    ) -> Diagnostic {
        let name = self.data.method.name;
        let what = match *error {
            WeighError::Value {
                criterion,
                alternative,
                ..
            } => format!(
                "`{}` of `{}`",
                self.run.id(criteria[criterion]),
                self.run.place(rows[alternative])
            ),
            WeighError::Criterion { criterion, .. } => {
                format!("`{}`", self.run.id(criteria[criterion]))
            }
            WeighError::Matrix { .. } => format!("the children of `{}`", self.run.id(of)),
        };
        Diagnostic::new(
            Code("E0325"),
            format!("`{name}` cannot weigh {what}: {error}"),
        )
        .note(format!(
            "`exacity explain method {name}` says what it can take"
        ))
    }
}
