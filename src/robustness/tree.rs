//! Draws through a tree whose branches aggregate in different ways.
//!
//! A flat weighted sum with leaf weights is right only while every branch is an arithmetic mean and
//! no figure is missing. Here each draw goes up the tree branch by branch, with the shares of that
//! draw, and the shares of what is missing go to its siblings.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::RobustnessError;
use super::batch::BatchScorer;
use super::sample::WeightTree;
use super::stability::Curve;
use crate::num::float;
use crate::num::lanes::{self, LANES, Lane};

/// How a branch turns its children into its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mean {
    /// The weighted sum.
    #[default]
    Arithmetic,
    /// The product of powers; children have to be positive.
    Geometric,
    /// The reciprocal of the weighted sum of reciprocals; children have to be positive.
    Harmonic,
}

/// Scores places through a tree; its draws are those of [`super::Sampler::shares`].
///
/// A branch is missing where all its children are. A draw is undefined where the present children of
/// a branch have no weight, or where a geometric or harmonic branch meets a child that is not
/// positive.
#[derive(Debug, Clone)]
pub struct TreeScorer {
    nodes: usize,
    shares: usize,
    branches: Vec<Branch>,
    ranges: Vec<(f64, f64)>,
    /// Transformed value of each node that is a leaf: `[place * nodes + node]`; NaN elsewhere.
    leaves: Vec<f64>,
    /// Whether a place holds a figure at or below a node: `[place * nodes + node]`.
    present: Vec<bool>,
}

/// One sibling group as the scorer walks it: children before parents.
#[derive(Debug, Clone)]
struct Branch {
    /// The node it makes; one beyond the last for the root.
    parent: usize,
    /// Children with the row of their share in a block of draws.
    children: Vec<(usize, usize)>,
    mean: Mean,
    /// Whether each child is a leaf.
    leaf: Vec<bool>,
}

impl TreeScorer {
    /// Prepares a tree: one mean per sibling group, one row of values per place, in the order of the
    /// tree's leaves. The first group is the root's.
    pub fn new(
        tree: &WeightTree,
        means: &[Mean],
        values: &[Vec<Option<f64>>],
    ) -> Result<Self, RobustnessError> {
        fit("means of groups", tree.groups.len(), means.len())?;
        if values.is_empty() {
            return Err(RobustnessError::NoPlaces);
        }
        let branches = lay_out(tree, means);
        let nodes = tree.nodes + 1;
        let shares = branches.iter().map(|b| b.children.len()).sum();
        let mut scorer = Self {
            nodes,
            shares,
            branches,
            ranges: vec![],
            leaves: vec![f64::NAN; nodes * values.len()],
            present: vec![false; nodes * values.len()],
        };
        for (place, row) in values.iter().enumerate() {
            fit("values of a place", tree.leaves.len(), row.len())?;
            scorer.add_place(place, row, &tree.leaves)?;
        }
        Ok(scorer)
    }

    fn add_place(
        &mut self,
        place: usize,
        row: &[Option<f64>],
        leaves: &[usize],
    ) -> Result<(), RobustnessError> {
        let offset = place * self.nodes;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (index, (&cell, &node)) in row.iter().zip(leaves).enumerate() {
            let Some(value) = cell else { continue };
            let mean = self
                .branches
                .iter()
                .find(|b| b.children.iter().any(|c| c.0 == node));
            let mean = mean.map_or(Mean::Arithmetic, |b| b.mean);
            if !value.is_finite() || (mean != Mean::Arithmetic && value <= 0.0) {
                let need = "a value is finite, and positive under a geometric or harmonic mean";
                return Err(RobustnessError::Value {
                    what: "value",
                    index,
                    value,
                    need,
                });
            }
            self.leaves[offset + node] = value;
            self.present[offset + node] = true;
            (low, high) = (low.min(value), high.max(value));
        }
        self.ranges
            .push(if low <= high { (low, high) } else { (0.0, 0.0) });
        for branch in &self.branches {
            let any = branch
                .children
                .iter()
                .any(|&(child, _)| self.present[offset + child]);
            self.present[offset + branch.parent] = any;
        }
        Ok(())
    }

    /// Tells whether every branch is a weighted sum, so that scores are sums over the tree.
    pub fn is_additive(&self) -> bool {
        self.branches.iter().all(|b| b.mean == Mean::Arithmetic)
    }

    /// Tells whether a place holds a figure at or below a node.
    pub fn holds(&self, place: usize, node: usize) -> bool {
        self.present[place * self.nodes + node]
    }

    /// Returns the score of a place at a leaf; NaN where it holds none.
    pub fn leaf_value(&self, place: usize, node: usize) -> f64 {
        self.leaves[place * self.nodes + node]
    }

    /// Returns the scores of a place at all nodes under one draw of shares, the root's last; NaN where
    /// there is none. Trees of weighted sums only.
    pub fn node_scores(&self, place: usize, shares: &[f64]) -> Vec<f64> {
        let none = Curve {
            a: f64::NAN,
            b: 0.0,
            c: 1.0,
            d: 0.0,
        };
        let mut scores = vec![none; self.nodes];
        self.sum_up(place, shares, None, &mut scores);
        scores.iter().map(|score| score.a).collect()
    }

    /// Returns the score of a place as a function of the share in one row, the other shares of its
    /// group being rescaled in proportion. Trees of weighted sums only.
    pub fn curve(&self, place: usize, shares: &[f64], row: usize) -> Curve {
        let (c, d) = self.denominator(place, shares, row);
        let mut scores = vec![
            Curve {
                a: f64::NAN,
                b: 0.0,
                c,
                d
            };
            self.nodes
        ];
        self.sum_up(place, shares, Some(row), &mut scores);
        scores[self.nodes - 1]
    }

    /// Returns the weight that a place holds in the group of a row, as a function of that share. It is
    /// constant, so 1, where the place holds all of the group, lacks the row's own part, or has nothing else.
    fn denominator(&self, place: usize, shares: &[f64], row: usize) -> (f64, f64) {
        let offset = place * self.nodes;
        let group = self
            .branches
            .iter()
            .find(|b| b.children.iter().any(|c| c.1 == row));
        let Some(group) = group else {
            return (1.0, 0.0);
        };
        let scale = others_scale(group, shares, row);
        let (mut own, mut rest, mut complete) = (false, 0.0, true);
        for &(child, at) in &group.children {
            let present = self.present[offset + child];
            complete &= present;
            match (present, at == row) {
                (true, true) => own = true,
                (true, false) => rest += scale(shares[at]),
                _ => {}
            }
        }
        if complete || !own || rest <= 0.0 {
            (1.0, 0.0)
        } else {
            (rest, 1.0 - rest)
        }
    }

    /// Fills the scores of all nodes, each over the denominator it comes with. Nothing but the share
    /// in row `moving` changes with the weight.
    fn sum_up(&self, place: usize, shares: &[f64], moving: Option<usize>, scores: &mut [Curve]) {
        let offset = place * self.nodes;
        let Curve { c, d, .. } = scores[0];
        for branch in &self.branches {
            let moves = moving.filter(|row| branch.children.iter().any(|child| child.1 == *row));
            let scale = |share: f64| match moves {
                Some(row) => others_scale(branch, shares, row)(share),
                None => share,
            };
            let mut sum = Curve {
                a: 0.0,
                b: 0.0,
                c,
                d,
            };
            let (mut own, mut total, mut complete) = (None, 0.0, true);
            for (&(child, row), &leaf) in branch.children.iter().zip(&branch.leaf) {
                if !self.present[offset + child] {
                    complete = false;
                    continue;
                }
                if leaf {
                    let value = self.leaves[offset + child];
                    (scores[child].a, scores[child].b) = (value * c, value * d);
                }
                if Some(row) == moves {
                    own = Some(scores[child]);
                    continue;
                }
                let share = scale(shares[row]);
                sum.a += share * scores[child].a;
                sum.b += share * scores[child].b;
                total += share;
            }
            let over = |total: f64, sum: Curve| Curve {
                a: sum.a / total,
                b: sum.b / total,
                ..sum
            };
            scores[branch.parent] = match (moves, own) {
                (None, _) if complete => sum,
                (None | Some(_), None) => over(total, sum),
                (_, Some(own)) if total <= 0.0 => own,
                // Children are constant here: their numerators are multiples of the denominator, so
                // values come first and the group's own weight makes the new numerator.
                (_, Some(own)) => {
                    let (own, rest) = (own.a / c, sum.a / c);
                    Curve {
                        a: rest,
                        b: own - rest,
                        c,
                        d,
                    }
                }
            };
        }
    }

    /// Returns the number of rows that [`TreeScorer::place`] fills: one per node, the root's last.
    pub(super) fn rows(&self) -> usize {
        self.nodes
    }

    /// Returns the weight of every node for one place under one block: shares of what it lacks have gone
    /// to the siblings, and what it lacks weighs nothing. The root's row, 1, is the last.
    pub(super) fn weights(&self, place: usize, shares: &[Lane], weights: &mut [Lane]) {
        let offset = place * self.nodes;
        weights.fill([0.0; LANES]);
        weights[self.nodes - 1] = [1.0; LANES];
        for branch in self.branches.iter().rev() {
            let present = |child: usize| self.present[offset + child];
            let complete = branch.children.iter().all(|&(child, _)| present(child));
            let mut total = [if complete { 1.0 } else { 0.0 }; LANES];
            let held = branch.children.iter().filter(|child| present(child.0));
            if !complete {
                for &(_, row) in held.clone() {
                    for lane in 0..LANES {
                        total[lane] += shares[row][lane];
                    }
                }
            }
            let parent = weights[branch.parent];
            for &(child, row) in held {
                for lane in 0..LANES {
                    weights[child][lane] += parent[lane] * (shares[row][lane] / total[lane]);
                }
            }
        }
    }

    /// Scores one place under one block: fills the rows of branches, and the root's, which is the last.
    #[inline(always)]
    pub(super) fn place(&self, place: usize, shares: &[Lane], scores: &mut [Lane]) {
        let offset = place * self.nodes;
        for branch in &self.branches {
            let (mut sum, mut total) = ([0.0; LANES], [0.0; LANES]);
            let mut complete = true;
            for (&(child, row), &leaf) in branch.children.iter().zip(&branch.leaf) {
                if !self.present[offset + child] {
                    complete = false;
                    continue;
                }
                let score = if leaf {
                    [branch.mean.enter_one(self.leaves[offset + child]); LANES]
                } else {
                    branch.mean.enter(scores[child])
                };
                for lane in 0..LANES {
                    sum[lane] += shares[row][lane] * score[lane];
                    total[lane] += shares[row][lane];
                }
            }
            if !complete {
                for lane in 0..LANES {
                    sum[lane] /= total[lane];
                }
            }
            scores[branch.parent] = branch.mean.leave(sum);
        }
    }
}

impl Mean {
    /// Turns a leaf's value into what is summed.
    #[inline]
    fn enter_one(self, x: f64) -> f64 {
        match self {
            Self::Arithmetic => x,
            Self::Geometric => float::ln(x),
            Self::Harmonic => 1.0 / x,
        }
    }

    /// Turns scores into what is summed; NaN where the mean has no meaning.
    #[inline(always)]
    fn enter(self, x: Lane) -> Lane {
        let positive = |x: f64, y: f64| if x > 0.0 { y } else { f64::NAN };
        let mut out = x;
        match self {
            Self::Arithmetic => {}
            Self::Geometric => {
                let logarithms = lanes::ln(x);
                for lane in 0..LANES {
                    out[lane] = positive(x[lane], logarithms[lane]);
                }
            }
            Self::Harmonic => out = lanes::map(x, |x| positive(x, 1.0 / x)),
        }
        out
    }

    /// Turns the sum into the score.
    #[inline(always)]
    fn leave(self, x: Lane) -> Lane {
        match self {
            Self::Arithmetic => x,
            Self::Geometric => {
                let mut out = lanes::exp(x);
                for lane in 0..LANES {
                    out[lane] = if x[lane].is_nan() {
                        f64::NAN
                    } else {
                        out[lane]
                    };
                }
                out
            }
            Self::Harmonic => lanes::map(x, |x| 1.0 / x),
        }
    }
}

impl BatchScorer for TreeScorer {
    fn places(&self) -> usize {
        self.ranges.len()
    }

    fn leaves(&self) -> usize {
        self.shares
    }

    fn range(&self, place: usize) -> (f64, f64) {
        self.ranges[place]
    }

    fn always_defined(&self) -> bool {
        self.branches.iter().all(|b| b.mean == Mean::Arithmetic)
            && (0..self.places()).all(|place| {
                let offset = place * self.nodes;
                self.branches
                    .iter()
                    .flat_map(|b| &b.children)
                    .all(|c| self.present[offset + c.0])
            })
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        let mut scores = vec![[0.0; LANES]; self.nodes];
        for (place, row) in out.iter_mut().enumerate() {
            self.place(place, weights, &mut scores);
            let known = self.present[place * self.nodes + self.nodes - 1];
            *row = if known {
                scores[self.nodes - 1]
            } else {
                [f64::NAN; LANES]
            };
        }
    }
}

/// Returns how the shares beside a row's are scaled when that one is taken out: to a total of one. If
/// they are all zero, they share evenly.
fn others_scale(group: &Branch, shares: &[f64], row: usize) -> impl Fn(f64) -> f64 + use<> {
    let others = group.children.iter().filter(|child| child.1 != row);
    let total = float::sum(others.map(|child| shares[child.1]));
    let count = (group.children.len() - 1).max(1) as f64;
    move |share| {
        if total > 0.0 {
            share / total
        } else {
            1.0 / count
        }
    }
}

fn lay_out(tree: &WeightTree, means: &[Mean]) -> Vec<Branch> {
    let is_branch = |node: usize| tree.groups.iter().any(|g| g.parent == Some(node));
    let mut row = 0;
    let mut branches: Vec<Branch> = vec![];
    for (group, &mean) in tree.groups.iter().zip(means) {
        let children = group
            .children
            .iter()
            .zip(row..)
            .map(|(&c, r)| (c, r))
            .collect();
        row += group.children.len();
        branches.push(Branch {
            parent: group.parent.unwrap_or(tree.nodes),
            children,
            mean,
            leaf: group.children.iter().map(|&c| !is_branch(c)).collect(),
        });
    }
    branches.reverse();
    branches
}

fn fit(what: &'static str, expected: usize, found: usize) -> Result<(), RobustnessError> {
    if expected == found {
        Ok(())
    } else {
        Err(RobustnessError::Length {
            what,
            expected,
            found,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robustness::batch::score_once;
    use crate::robustness::{SiblingGroup, Vary};

    /// Root: 0 and 1; 1 has the children 2 and 3. Leaves are 0, 2, 3.
    fn tree() -> WeightTree {
        let group = |parent, children| SiblingGroup {
            parent,
            children,
            vary: Vary::Uniform { count: 2 },
        };
        WeightTree {
            nodes: 4,
            groups: vec![group(None, vec![0, 1]), group(Some(1), vec![2, 3])],
            leaves: vec![0, 2, 3],
        }
    }

    fn score(means: [Mean; 2], row: [Option<f64>; 3], shares: [f64; 4]) -> f64 {
        let scorer = TreeScorer::new(&tree(), &means, &[row.to_vec()]).unwrap();
        score_once(&scorer, &shares)[0]
    }

    const ARITHMETIC: [Mean; 2] = [Mean::Arithmetic, Mean::Arithmetic];

    #[test]
    fn a_complete_arithmetic_tree_is_the_weighted_sum_of_its_leaves() {
        let score = score(
            ARITHMETIC,
            [Some(1.0), Some(0.5), Some(0.2)],
            [0.4, 0.6, 0.3, 0.7],
        );
        assert!((score - (0.4 + 0.6 * (0.15 + 0.14))).abs() < 1e-12);
    }

    #[test]
    fn the_share_of_a_missing_leaf_stays_inside_its_branch() {
        let score = score(
            ARITHMETIC,
            [Some(1.0), None, Some(0.2)],
            [0.4, 0.6, 0.3, 0.7],
        );
        assert!((score - (0.4 + 0.6 * 0.2)).abs() < 1e-12);
    }

    #[test]
    fn a_branch_without_figures_is_missing_itself() {
        let score = score(ARITHMETIC, [Some(0.8), None, None], [0.4, 0.6, 0.3, 0.7]);
        assert!((score - 0.8).abs() < 1e-12);
    }

    #[test]
    fn a_curve_is_the_score_at_every_share() {
        // The second place lacks a leaf of the inner group, the third everything in it.
        let rows = [
            vec![Some(1.0), Some(0.5), Some(0.2)],
            vec![Some(0.1), None, Some(0.9)],
            vec![Some(0.7), None, None],
        ];
        let scorer = TreeScorer::new(&tree(), &ARITHMETIC, &rows).unwrap();
        let now = [0.4, 0.6, 0.3, 0.7];
        for row in 0..4 {
            let pair = if row % 2 == 0 { row + 1 } else { row - 1 };
            for x in [0.01, 0.3, 0.5, 0.99] {
                let mut shares = now;
                (shares[row], shares[pair]) = (x, 1.0 - x);
                let scores = score_once(&scorer, &shares);
                for (place, score) in scores.iter().enumerate() {
                    let curve = scorer.curve(place, &now, row);
                    assert!(
                        (curve.at(x) - score).abs() < 1e-12,
                        "{place} {row} {x}: {curve:?}"
                    );
                    let nodes = scorer.node_scores(place, &shares);
                    assert!((nodes[nodes.len() - 1] - score).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn branches_aggregate_each_in_its_own_way() {
        let means = [Mean::Harmonic, Mean::Geometric];
        let score = score(
            means,
            [Some(2.0), Some(1.0), Some(4.0)],
            [0.5, 0.5, 0.5, 0.5],
        );
        assert!(
            (score - 2.0).abs() < 1e-12,
            "harmonic mean of 2 and sqrt(4): {score}"
        );
    }

    #[test]
    fn a_geometric_branch_over_a_branch_that_fell_to_zero_has_no_score() {
        let means = [Mean::Geometric, Mean::Arithmetic];
        let score = score(
            means,
            [Some(2.0), Some(0.0), Some(0.0)],
            [0.5, 0.5, 0.5, 0.5],
        );
        assert!(score.is_nan());
    }

    #[test]
    fn a_place_without_any_figure_has_no_score() {
        assert!(score(ARITHMETIC, [None, None, None], [0.4, 0.6, 0.3, 0.7]).is_nan());
    }
}
