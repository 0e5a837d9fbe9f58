//! Walking a score back: weights after reweighting, contributions, and what separates two places.

use super::{Board, branches};
use crate::model::{Cell, NodeIx};
use crate::project::{Combine, Index, NodeKind, Project};

/// Returns the nominal weight of each criterion: the product of shares from the root (1 for the root)
/// down, summed over the ways that lead to a shared criterion; 0 for criteria outside the index.
pub fn nominal_weights(project: &Project, index: &Index) -> Vec<f64> {
    downward(project, index, |_, shares| {
        Some(shares.iter().copied().enumerate().collect())
    })
}

/// Returns the weight of each criterion for one place after reweighting, given its scores: weights
/// of children that the place lacks have gone to their siblings.
pub fn effective_weights(
    project: &Project,
    index: &Index,
    score: impl Fn(NodeIx) -> Cell,
) -> Vec<f64> {
    downward(project, index, |at, shares| {
        let branch = project.branch(at)?;
        let cells: Vec<Cell> = project
            .tree
            .node(at)
            .children
            .iter()
            .map(|&child| score(child))
            .collect();
        branches::shares_at(branch, &cells, shares)
    })
}

type Shares = Option<Vec<(usize, f64)>>;

fn downward(
    project: &Project,
    index: &Index,
    shares_of: impl Fn(NodeIx, &[f64]) -> Shares,
) -> Vec<f64> {
    let mut weights = vec![0.0; project.tree.len()];
    weights[index.root.0] = 1.0;
    // Parents stand after their children, so going backwards meets every parent first.
    for (at, node) in project.tree.upward().rev() {
        let Some(shares) = index.shares[at.0].as_ref().filter(|_| weights[at.0] > 0.0) else {
            continue;
        };
        for (child, share) in shares_of(at, shares.as_slice()).unwrap_or_default() {
            weights[node.children[child].0] += weights[at.0] * share;
        }
    }
    weights
}

/// What one criterion adds to one place's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Score of the criterion, if the place has one.
    pub score: Option<f64>,
    /// Weight after reweighting.
    pub weight: f64,
    /// Weight times score, in points of the root's score, where every aggregation between the root
    /// and the criterion is additive and no script replaces the weighted score.
    pub contribution: Option<f64>,
}

/// Returns what each criterion adds to the score of a place, by its position in the tree.
///
/// Contributions of siblings sum to their parent's, and those of the pillars, with the adjustments,
/// to the score before rounding.
pub fn contributions(
    project: &Project,
    index: &Index,
    board: &Board,
    place: usize,
) -> Vec<Contribution> {
    let cell = |at: NodeIx| board.scores[at.0].cell(place);
    let weights = effective_weights(project, index, cell);
    let additive = additive(project, index);
    weights
        .into_iter()
        .enumerate()
        .map(|(at, weight)| {
            let score = board.scores[at].value(place);
            // Rounding as a step breaks the sum, so rounded parents claim no parts.
            let contribution = score.filter(|_| additive[at]).map(|score| weight * score);
            Contribution {
                score,
                weight,
                contribution,
            }
        })
        .collect()
}

/// Tells for each criterion whether its weighted score is a part of the root's score.
pub fn additive(project: &Project, index: &Index) -> Vec<bool> {
    let mut additive = vec![false; project.tree.len()];
    let scripted = index.strategy.as_ref().is_some_and(|s| s.rule.has("score"));
    let replaced = scripted || index.ranking.is_some();
    additive[index.root.0] = !replaced;
    for (at, node) in project.tree.upward().rev() {
        let sums = match &project.nodes[at.0].kind {
            NodeKind::Branch(branch) if branch.finish.is_some() => false,
            NodeKind::Branch(branch) => match &branch.aggregate {
                Combine::Method(chosen) => chosen.method.is_additive(),
                Combine::Rule(_) => false,
            },
            NodeKind::Leaf(_) => continue,
        };
        let changed = project.adjustments.iter().any(|a| a.criterion == Some(at));
        let sums = sums && !changed && project.nodes[at.0].round.is_none();
        if additive[at.0] && sums {
            node.children
                .iter()
                .for_each(|child| additive[child.0] = true);
        }
    }
    additive
}

/// The way to a neighbour in the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Position of the neighbour in the league.
    pub to: usize,
    /// Points between the two, never negative.
    pub points: f64,
    /// For each pillar that could close the gap alone: its score now and the score that would.
    pub closed_by: Vec<(NodeIx, f64, f64)>,
}

/// Returns the gap from a ranked place to the next one above it, or below it.
///
/// A pillar closes the gap alone if moving its score within its scale is enough while everything
/// else stays; places that share the score are passed over.
pub fn gap(project: &Project, index: &Index, board: &Board, place: usize, up: bool) -> Option<Gap> {
    let at = board.ranking.iter().position(|p| p.place == place)?;
    let own = &board.ranking[at];
    let other = |p: &&super::RankedPlace| p.score.total_cmp(&own.score).is_ne();
    let neighbour = if up {
        board.ranking[..at].iter().rev().find(other)?
    } else {
        board.ranking[at + 1..].iter().find(other)?
    };
    let change = neighbour.full_score - own.full_score;
    let parts = contributions(project, index, board, place);
    let close = |&pillar: &NodeIx| {
        let part = parts[pillar.0];
        let (low, high) = project.nodes[pillar.0].scale;
        let now = part
            .score
            .filter(|_| part.contribution.is_some() && part.weight > 0.0)?;
        let then = now + change / part.weight;
        (low..=high).contains(&then).then_some((pillar, now, then))
    };
    Some(Gap {
        to: neighbour.place,
        points: change.abs(),
        closed_by: project
            .tree
            .node(index.root)
            .children
            .iter()
            .filter_map(close)
            .collect(),
    })
}
