//! The decision matrix of a league: what a ranking method compares, and what it makes of it.

use super::LeafStages;
use super::explain::nominal_weights;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Cell, Column, Decision, DecisionError, DecisionMatrix, Direction, NodeIx};
use crate::num::float;
use crate::outrank::{Outrank, OutrankError};
use crate::project::{
    BranchMissing, Compared, Constant, Contender, Gaps, Index, Project, Ranking, RankingError,
};
use indexmap::IndexMap;
use std::sync::Arc;

/// The places and leaves that a ranking method compares, ready to be ranked.
#[derive(Debug, Clone)]
pub struct Contest {
    /// Rows of the columns it was made from, one per alternative, in their order.
    pub rows: Vec<usize>,
    /// The leaves, one per criterion, in reading order; those without weight are left out.
    pub leaves: Vec<NodeIx>,
    /// The matrix with its weights.
    pub decision: Decision,
    /// The method.
    pub method: Arc<dyn Outrank>,
    /// Scores that stand in for missing ones.
    pub stood_in: Vec<StoodIn>,
    /// Rows that lack a leaf and are not judged for it, with the leaves.
    pub incomplete: Vec<(usize, Vec<NodeIx>)>,
}

/// A score of a criterion that stands in for one that is missing below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoodIn {
    /// Position of the place in the league.
    pub place: usize,
    /// The leaf that is missing.
    pub leaf: NodeIx,
    /// The criterion whose score stands in; `None` for a constant of its missing policy.
    pub by: Option<NodeIx>,
    /// The score.
    pub value: f64,
}

/// The columns that a contest is made from.
pub(super) struct Field<'a> {
    pub(super) project: &'a Project,
    pub(super) index: &'a Index,
    /// Score of each criterion.
    pub(super) scores: &'a [Arc<Column>],
    /// Stages of each leaf.
    pub(super) leaves: &'a IndexMap<NodeIx, LeafStages>,
    /// Position in the league of each row of the columns.
    pub(super) places: &'a [usize],
}

/// Sets up the comparison of the places on a board by a method, which need not be the board's own.
///
/// Rows are positions in the league: those that are ranked, or would be if the board's own method or
/// strategy could judge them.
///
/// # Errors
///
/// What stands in the way: missing figures (E0320), or a method that needs to know more of a criterion
/// (E0321).
pub fn contest(
    project: &Project,
    index: &Index,
    board: &super::Board,
    ranking: &Ranking,
) -> Result<Contest, Diagnostics> {
    let places: Vec<usize> = (0..project.league.len()).collect();
    let field = Field {
        project,
        index,
        scores: &board.scores,
        leaves: &board.leaves,
        places: &places,
    };
    let root = &board.scores[index.root.0];
    let rows: Vec<usize> = places
        .iter()
        .copied()
        .filter(|&place| root.value(place).is_some())
        .collect();
    let mut found = Diagnostics::new();
    field.contest(ranking, rows, &mut found).ok_or(found)
}

impl Field<'_> {
    /// Sets up the comparison of some rows.
    pub(super) fn contest(
        &self,
        ranking: &Ranking,
        rows: Vec<usize>,
        found: &mut Diagnostics,
    ) -> Option<Contest> {
        let weights = nominal_weights(self.project, self.index);
        let all: Vec<NodeIx> = self.project.tree.leaves(self.index.root);
        let kept: Vec<usize> = (0..all.len())
            .filter(|&at| weights[all[at].0] > 0.0 && !self.dropped(all[at]))
            .collect();
        let leaves: Vec<NodeIx> = kept.iter().map(|&at| all[at]).collect();
        let method = self.method(ranking, &all, &kept, found);
        let cells = Cells::fill(self, ranking, &leaves, rows);
        if ranking.gaps == Gaps::Fail && !cells.incomplete.is_empty() {
            found.push(self.gaps(ranking, &cells.incomplete));
            return None;
        }
        let directions = leaves.iter().map(|&at| self.direction(ranking, at));
        let weights = whole(leaves.iter().map(|at| weights[at.0]).collect());
        let decision = DecisionMatrix::new(cells.columns, directions.collect())
            .and_then(|matrix| Decision::new(matrix, &weights));
        match (decision, method) {
            (Ok(decision), Some(method)) => Some(Contest {
                rows: cells.rows,
                leaves,
                decision,
                method,
                stood_in: cells.stood_in,
                incomplete: cells.incomplete,
            }),
            (decision, _) => {
                if let Err(error) = decision {
                    found.push(self.no_decision(ranking, &leaves, &cells.incomplete, &error));
                }
                None
            }
        }
    }

    /// Tells whether a leaf is constant and its policy is to drop it.
    fn dropped(&self, at: NodeIx) -> bool {
        let constant = self.leaves.get(&at).is_some_and(|stages| stages.constant);
        let leaf = self.project.leaf(at);
        constant && leaf.is_some_and(|leaf| leaf.constant == Constant::Drop)
    }

    fn direction(&self, ranking: &Ranking, at: NodeIx) -> Direction {
        let leaf = self.project.leaf(at).map(|leaf| leaf.direction);
        match ranking.on {
            Compared::Figures => leaf.unwrap_or(Direction::Higher),
            Compared::Scores => Direction::Higher,
        }
    }

    fn method(
        &self,
        ranking: &Ranking,
        all: &[NodeIx],
        kept: &[usize],
        found: &mut Diagnostics,
    ) -> Option<Arc<dyn Outrank>> {
        let contenders = contenders(self.project, all);
        match ranking.method(&contenders, kept) {
            Ok(method) => Some(method),
            Err(error) => {
                found.push(unfit(ranking, &error));
                None
            }
        }
    }

    /// Returns the cells that a method sees of a leaf.
    fn column(&self, ranking: &Ranking, at: NodeIx) -> Option<&Column> {
        Some(match ranking.on {
            Compared::Scores => self.scores[at.0].as_ref(),
            Compared::Figures => self.leaves.get(&at)?.treated.as_ref(),
        })
    }

    fn id(&self, at: NodeIx) -> &str {
        self.project.tree.node(at).id.as_str()
    }

    fn place(&self, row: usize) -> &str {
        self.project.league[self.places[row]].id.as_str()
    }

    /// Names the missing cells, leaf by leaf, with what would allow them.
    fn gaps(&self, ranking: &Ranking, incomplete: &[(usize, Vec<NodeIx>)]) -> Diagnostic {
        let mut by_leaf: IndexMap<NodeIx, Vec<&str>> = IndexMap::new();
        for (row, leaves) in incomplete {
            for leaf in leaves {
                by_leaf.entry(*leaf).or_default().push(self.place(*row));
            }
        }
        let count: usize = by_leaf.values().map(Vec::len).sum();
        let verb = if count == 1 { "is" } else { "are" };
        let message = format!(
            "`{}` compares places on every criterion, and {count} {} {verb} missing",
            ranking.name,
            match ranking.on {
                Compared::Figures => "figures",
                Compared::Scores => "scores",
            }
        );
        let mut finding = Diagnostic::new(Code("E0320"), message);
        for (leaf, places) in &by_leaf {
            finding = finding.note(format!("`{}` of {}", self.id(*leaf), some(places)));
        }
        if ranking.on == Compared::Figures {
            finding = finding.help(
                "`on = \"scores\"` beside the method compares the criteria's scores, and a missing one \
                 then counts as the criterion above it does",
            );
        }
        finding
            .help("`missing = \"complete-cases\"` beside the method leaves such places out")
            .help(
                "or let the criterion fill its gaps (`missing = \"median\"`), or give it the weight 0",
            )
    }

    fn no_decision(
        &self,
        ranking: &Ranking,
        leaves: &[NodeIx],
        incomplete: &[(usize, Vec<NodeIx>)],
        error: &DecisionError,
    ) -> Diagnostic {
        let name = ranking.name;
        match *error {
            DecisionError::Empty { criteria: 0, .. } => Diagnostic::new(
                Code("E0312"),
                format!("`{name}` has no criterion to compare places on: none has a weight"),
            ),
            DecisionError::Empty { .. } if !incomplete.is_empty() => {
                let mut finding = self.gaps(ranking, incomplete);
                finding.message = format!("`{name}` has no place to rank: each lacks a criterion");
                finding
            }
            DecisionError::Empty { .. } => Diagnostic::new(
                Code("E0312"),
                format!("`{name}` has no place to rank: none may be judged"),
            )
            .help("`exacity rank --set scoring.method=weighted` shows what each place lacks"),
            DecisionError::Context { criterion } => Diagnostic::new(
                Code("E0312"),
                format!(
                    "`{}` has no good end, so `{name}` cannot compare places on it",
                    self.id(leaves[criterion])
                ),
            )
            .help("state its `direction`"),
            _ => Diagnostic::new(Code("E0312"), format!("`{name}` cannot be used: {error}")),
        }
    }
}

impl Contest {
    /// Says with names why the method refuses the matrix.
    pub fn refused(
        &self,
        project: &Project,
        place_of_row: impl Fn(usize) -> usize,
        name: &str,
        error: &OutrankError,
    ) -> Diagnostic {
        let id = |criterion: usize| project.tree.node(self.leaves[criterion]).id.as_str();
        let place = |alternative: usize| {
            let row = self.rows[alternative];
            project.league[place_of_row(row)].id.as_str()
        };
        let what = match *error {
            OutrankError::Value {
                criterion,
                alternative,
                value,
                ..
            } => format!(
                "`{name}` cannot take `{}` of `{}`, {value}",
                id(criterion),
                place(alternative)
            ),
            OutrankError::Criterion { criterion, .. } => {
                format!("`{name}` cannot take `{}`", id(criterion))
            }
            OutrankError::Alternative { alternative, .. } => {
                format!("`{name}` cannot score `{}`", place(alternative))
            }
            OutrankError::Parameter { .. } | OutrankError::Decision { .. } => {
                format!("`{name}` cannot rank these places")
            }
        };
        Diagnostic::new(Code("E0312"), format!("{what}: {error}")).note(format!(
            "`exacity explain method {name}` says what it can take"
        ))
    }
}

/// Returns leaves as ranking methods meet them.
pub(crate) fn contenders<'a>(project: &'a Project, leaves: &[NodeIx]) -> Vec<Contender<'a>> {
    leaves
        .iter()
        .filter_map(|&at| {
            Some(Contender {
                id: project.tree.node(at).id.as_str(),
                leaf: project.leaf(at)?,
                scale: project.nodes[at.0].scale,
            })
        })
        .collect()
}

/// Makes the weights of the leaves that are left sum to one, which thresholds of concordance suppose.
fn whole(mut weights: Vec<f64>) -> Vec<f64> {
    let total = float::sum(weights.iter().copied());
    // Sums of products of shares miss one by a last bit: those are whole already.
    if total > 0.0 && (total - 1.0).abs() > 1e-12 {
        for weight in &mut weights {
            *weight /= total;
        }
    }
    weights
}

fn unfit(ranking: &Ranking, error: &RankingError) -> Diagnostic {
    Diagnostic::new(Code("E0321"), format!("`{}`: {error}", ranking.name))
}

/// Lists names, the first few of many.
pub(super) fn some(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let (shown, others) = names.split_at(names.len().min(SHOWN));
    let list = shown.join(", ");
    if others.is_empty() {
        return list;
    }
    format!("{list} and {} more", others.len())
}

/// The cells of a contest as they come together.
struct Cells {
    rows: Vec<usize>,
    columns: Vec<Vec<f64>>,
    stood_in: Vec<StoodIn>,
    incomplete: Vec<(usize, Vec<NodeIx>)>,
}

impl Cells {
    /// Collects complete rows; what stands in for a gap is noted, rows with other gaps are set aside.
    fn fill(field: &Field<'_>, ranking: &Ranking, leaves: &[NodeIx], rows: Vec<usize>) -> Self {
        let mut cells = Self {
            rows: vec![],
            columns: vec![vec![]; leaves.len()],
            stood_in: vec![],
            incomplete: vec![],
        };
        let above = above(field, leaves);
        for row in rows {
            let mut line = Vec::with_capacity(leaves.len());
            let (mut lacking, mut stood_in) = (vec![], vec![]);
            for (leaf, above) in leaves.iter().zip(&above) {
                let cell = field.column(ranking, *leaf).map(|column| column.cell(row));
                if let Some(Cell::Value(value)) = cell {
                    line.push(value);
                    continue;
                }
                let substitute = (ranking.gaps == Gaps::Reweight && ranking.on == Compared::Scores)
                    .then(|| stand_in(field, above, cell, row))
                    .flatten();
                match substitute {
                    None => lacking.push(*leaf),
                    Some((by, value)) => {
                        line.push(value);
                        stood_in.push(StoodIn {
                            place: field.places[row],
                            leaf: *leaf,
                            by,
                            value,
                        });
                    }
                }
            }
            if !lacking.is_empty() {
                cells.incomplete.push((row, lacking));
                continue;
            }
            cells.rows.push(row);
            cells.stood_in.extend(stood_in);
            for (column, value) in cells.columns.iter_mut().zip(line) {
                column.push(value);
            }
        }
        cells
    }
}

/// Returns the criteria above each leaf, nearest first.
fn above(field: &Field<'_>, leaves: &[NodeIx]) -> Vec<Vec<NodeIx>> {
    let tree = &field.project.tree;
    let inside = tree.downward(field.index.root);
    let parent = |child: NodeIx| {
        let mut branches = inside.iter().map(|(_, at)| *at);
        branches.find(|&at| tree.node(at).children.contains(&child))
    };
    let chain = |leaf: &NodeIx| {
        let mut chain = vec![];
        let mut at = *leaf;
        while let Some(next) = parent(at) {
            chain.push(next);
            at = next;
        }
        chain
    };
    leaves.iter().map(chain).collect()
}

/// Returns what a missing leaf counts as by the tree's own policies: a constant where one is stated,
/// else the score of the nearest criterion above that has one.
fn stand_in(
    field: &Field<'_>,
    above: &[NodeIx],
    cell: Option<Cell>,
    row: usize,
) -> Option<(Option<NodeIx>, f64)> {
    for &at in above {
        let policy = field.project.branch(at).map(|branch| branch.missing);
        if let (Some(BranchMissing::Constant(value)), Some(Cell::Missing)) = (policy, cell) {
            return Some((None, value));
        }
        if let Some(score) = field.scores[at.0].value(row) {
            return Some((Some(at), score));
        }
    }
    None
}
