//! Which form of a project is scored in blocks.
//!
//! A tree of arithmetic, geometric and harmonic means whose missing figures are reweighted is scored as
//! such; a script runs over what such a tree gives it; a ranking method compares fixed columns under the
//! weights of a draw.

use super::contested::Contested;
use super::scorer::Form;
use super::scripted::{self, Scripted};
use super::weights::WeightPlan;
use crate::model::NodeIx;
use crate::num::rank::Best;
use crate::project::{BranchMissing, Change, Combine, NodeKind, Project};
use crate::robustness::Vary;
use crate::robustness::tree::{Mean, TreeScorer};
use crate::score::Rescorer;
use std::sync::Arc;

/// Scores in blocks, and what comes after.
pub(super) struct Blocks {
    /// Scores that weights decide.
    pub(super) form: Form,
    /// Points that adjustments add to each place, whatever the weights.
    pub(super) add: Vec<f64>,
    /// Which end of the scores is best.
    pub(super) best: Best,
}

/// Puts a project into a form that is scored in blocks; `None` where it has none.
pub(super) fn blocks(
    rescorer: &Rescorer,
    weights: &Arc<WeightPlan>,
    places: &[usize],
) -> Option<Blocks> {
    let (project, index) = (rescorer.project(), rescorer.index());
    let strategy = index.strategy.as_ref();
    let vetoes = strategy.is_some_and(|s| s.rule.has("eligible"));
    if vetoes && !scripted::stands(project, index, "eligible") {
        return None;
    }
    if index.ranking.is_some() {
        let contested = Contested::new(rescorer, weights, places)?;
        return Some(Blocks {
            add: vec![0.0; places.len()],
            best: contested.best(),
            form: Form::Contested(Box::new(contested)),
        });
    }
    let mut add = vec![0.0; places.len()];
    if !project.adjustments.is_empty() {
        // Rounded scores do not tell how many points an adjustment adds.
        if index.output.rank_on.is_some() || !adjustments_stand(project) {
            return None;
        }
        add = adjusted(rescorer, places)?;
    }
    let form = if strategy.is_some_and(|s| s.rule.has("score")) {
        Form::Scripted(Box::new(Scripted::new(rescorer, weights, places)?))
    } else {
        Form::Tree(tree(rescorer, weights, places)?)
    };
    Some(Blocks {
        form,
        add,
        best: index.output.best,
    })
}

/// Returns the tree of means through which places (positions in the league) get their weighted scores.
pub(super) fn tree(
    rescorer: &Rescorer,
    weights: &WeightPlan,
    places: &[usize],
) -> Option<TreeScorer> {
    let project = rescorer.project();
    let values = leaf_values(rescorer, weights, places)?;
    let means: Option<Vec<Mean>> = weights
        .groups
        .iter()
        .map(|(at, _)| mean_of(project, *at, weights, &values))
        .collect();
    TreeScorer::new(&weights.tree(), &means?, &values).ok()
}

/// Tells whether the conditions of adjustments read nothing that weights change.
fn adjustments_stand(project: &Project) -> bool {
    let criterion = |name: &str| {
        project
            .tree
            .upward()
            .any(|(_, node)| node.id.in_scripts() == name)
    };
    project.adjustments.iter().all(|adjustment| {
        if adjustment.criterion.is_some() || !matches!(adjustment.change, Change::Add(_)) {
            return false;
        }
        let reads = adjustment.rule.reads("eligible");
        reads.iter().all(|read| match read.record.as_str() {
            "place" => true,
            "known" => !criterion(&read.field),
            "facts" => !read.field.starts_with("part_"),
            _ => false,
        })
    })
}

/// Returns the points that adjustments add to each place: the score with them less that without.
fn adjusted(rescorer: &Rescorer, places: &[usize]) -> Option<Vec<f64>> {
    let mut plain = rescorer.project().clone();
    plain.adjustments = vec![];
    plain
        .indices
        .iter_mut()
        .for_each(|index| index.output.rank_on = None);
    let mut with = rescorer.project().clone();
    with.indices
        .iter_mut()
        .for_each(|index| index.output.rank_on = None);
    let sign = if rescorer.index().output.best == Best::Lowest {
        -1.0
    } else {
        1.0
    };
    let shares = || rescorer.index().shares.clone();
    let without = rescorer.scores_with_figures(&plain, shares()).ok()?;
    let with = rescorer.scores(shares()).ok()?;
    places
        .iter()
        .map(|&at| Some(sign * (with[at]? - without[at]?)))
        .collect()
}

/// Returns what each place scores on each leaf; `None` where a place is judged by nobody.
///
/// A criterion whose weight is zero and stays it is absent: a place that holds nothing else in its
/// group has no score there, in the scoring itself too.
fn leaf_values(
    rescorer: &Rescorer,
    weights: &WeightPlan,
    places: &[usize],
) -> Option<Vec<Vec<Option<f64>>>> {
    let rows: Option<Vec<usize>> = places
        .iter()
        .map(|place| rescorer.judged().iter().position(|judged| judged == place))
        .collect();
    let rows = rows?;
    let silent = silent_leaves(rescorer.project(), weights)?;
    let mut values = vec![vec![]; places.len()];
    for leaf in weights.leaves() {
        let column = &rescorer.leaves().get(leaf)?.normalised;
        for (value, &row) in values.iter_mut().zip(&rows) {
            value.push(column.value(row).filter(|_| !silent.contains(leaf)));
        }
    }
    Some(values)
}

/// Tells whether a criterion has no weight, as it stands: it would count in some draws, or its parent would
/// still have a score.
pub(super) fn some_weigh_nothing(weights: &WeightPlan) -> bool {
    weights.nominal.iter().any(|share| *share <= 0.0)
}

/// Returns the leaves below shares that are always zero; `None` if one is heard by another way.
fn silent_leaves(project: &Project, weights: &WeightPlan) -> Option<Vec<NodeIx>> {
    let (mut silent, mut row) = (vec![], 0);
    for ((_, children), vary) in weights.groups.iter().zip(&weights.vary) {
        for child in children {
            let zero = weights.nominal[row] <= 0.0;
            row += 1;
            if zero && !matches!(vary, Vary::Uniform { .. } | Vary::Ordered { .. }) {
                silent.extend(project.tree.leaves(*child));
            }
        }
    }
    let ways = |leaf: NodeIx| {
        let groups = weights.groups.iter();
        groups
            .filter(|(_, children)| children.contains(&leaf))
            .count()
    };
    silent.iter().all(|leaf| ways(*leaf) == 1).then_some(silent)
}

/// Returns the mean by which a branch aggregates; `None` if it is none, or if something other than
/// reweighting happens to what a place lacks.
fn mean_of(
    project: &Project,
    at: NodeIx,
    weights: &WeightPlan,
    values: &[Vec<Option<f64>>],
) -> Option<Mean> {
    let NodeKind::Branch(branch) = &project.nodes[at.0].kind else {
        return None;
    };
    let Combine::Method(chosen) = &branch.aggregate else {
        return None;
    };
    let mean = match chosen.name {
        "arithmetic" => Mean::Arithmetic,
        "geometric" => Mean::Geometric,
        "harmonic" => Mean::Harmonic,
        _ => return None,
    };
    let below = project.tree.leaves(at);
    let columns: Vec<usize> = (0..weights.leaves().len())
        .filter(|&column| below.contains(&weights.leaves()[column]))
        .collect();
    let mut cells = values
        .iter()
        .flat_map(|row| columns.iter().map(move |&column| row[column]));
    let complete = cells.clone().all(|cell| cell.is_some());
    let reweights = branch.missing == BranchMissing::Reweight
        && branch.min_coverage <= 0.0
        && branch.min_children == 0;
    // Zero makes these means zero, which is a limit that the block form does not take.
    let positive =
        mean == Mean::Arithmetic || cells.all(|cell| cell.is_none_or(|value| value > 0.0));
    let plain =
        project.nodes[at.0].round.is_none() && branch.finish.is_none() && branch.exempt.is_empty();
    ((complete || reweights) && positive && plain).then_some(mean)
}
