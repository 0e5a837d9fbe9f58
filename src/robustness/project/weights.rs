//! The weights of an index as draws: which share stands in which row, and how each group varies.

use crate::model::{NodeIx, Weights};
use crate::num::lanes::{LANES, Lane};
use crate::project::study::{Variation, Varied, WeightVariation};
use crate::project::{Index, Project};
use crate::robustness::{RobustnessError, Sampler, SiblingGroup, Vary, WeightTree};

/// The sibling groups of an index, parents first, one row of a draw per share.
#[derive(Debug, Clone)]
pub struct WeightPlan {
    /// The branch whose children share, and the children.
    pub groups: Vec<(NodeIx, Vec<NodeIx>)>,
    /// How the shares of each group vary.
    pub vary: Vec<Vary>,
    /// The shares as given, row by row.
    pub nominal: Vec<f64>,
    nodes: usize,
    root: NodeIx,
    leaves: Vec<NodeIx>,
}

impl WeightPlan {
    /// Lays out the weights of an index; groups that nothing varies are held.
    pub fn new(project: &Project, index: &Index, varied: &[Varied]) -> Self {
        let tree = &project.tree;
        let mut reached = vec![false; tree.len()];
        reached[index.root.0] = true;
        let mut plan = Self {
            groups: vec![],
            vary: vec![],
            nominal: vec![],
            nodes: tree.len(),
            root: index.root,
            leaves: tree.leaves(index.root),
        };
        // Parents stand after their children, so going backwards meets every parent first.
        for (at, node) in tree.upward().rev() {
            let Some(shares) = index.shares[at.0].as_ref().filter(|_| reached[at.0]) else {
                continue;
            };
            node.children
                .iter()
                .for_each(|child| reached[child.0] = true);
            plan.vary
                .push(variation(at, &node.children, shares, varied));
            plan.nominal.extend_from_slice(shares.as_slice());
            plan.groups.push((at, node.children.clone()));
        }
        plan
    }

    /// Returns the tree in the form that samplers and scorers take.
    pub fn tree(&self) -> WeightTree {
        let groups = self.groups.iter().zip(&self.vary);
        WeightTree {
            nodes: self.nodes,
            groups: groups
                .map(|((parent, children), vary)| SiblingGroup {
                    parent: (*parent != self.root).then_some(parent.0),
                    children: children.iter().map(|child| child.0).collect(),
                    vary: vary.clone(),
                })
                .collect(),
            leaves: self.leaves.iter().map(|leaf| leaf.0).collect(),
        }
    }

    /// Returns the sampler of the shares.
    pub fn sampler(&self) -> Result<Sampler, RobustnessError> {
        Sampler::shares(&self.tree())
    }

    /// Returns the sampler that holds the shares where they stand in `rows`.
    pub fn held(&self, rows: &[f64]) -> Result<Sampler, RobustnessError> {
        let mut held = self.clone();
        let mut rest = rows;
        for ((_, children), vary) in self.groups.iter().zip(&mut held.vary) {
            let (own, after) = rest.split_at(children.len());
            *vary = Vary::Hold {
                shares: own.to_vec(),
            };
            rest = after;
        }
        held.sampler()
    }

    /// Returns the leaves, in the order of a tree's leaves.
    pub fn leaves(&self) -> &[NodeIx] {
        &self.leaves
    }

    /// Returns the shares of a draw by branch, as an index holds them; `None` if some are no weights.
    pub fn shares(&self, rows: &[f64]) -> Option<Vec<Option<Weights>>> {
        let mut shares = vec![None; self.nodes];
        let mut rest = rows;
        for (at, children) in &self.groups {
            let (own, after) = rest.split_at(children.len());
            shares[at.0] = Some(Weights::new(own).ok()?);
            rest = after;
        }
        Some(shares)
    }

    /// Returns the weight of each node under a draw: the product of shares from the root (1) down.
    pub fn products(&self, rows: &[f64]) -> Vec<f64> {
        let mut weights = vec![0.0; self.nodes];
        weights[self.root.0] = 1.0;
        let mut row = rows.iter();
        for (at, children) in &self.groups {
            let from = weights[at.0];
            for (child, share) in children.iter().zip(&mut row) {
                weights[child.0] += from * share;
            }
        }
        weights
    }

    /// Returns the weight of each node under a block of draws; see [`WeightPlan::products`].
    pub fn products_of_lanes(&self, rows: &[Lane]) -> Vec<Lane> {
        let mut weights = vec![[0.0; LANES]; self.nodes];
        weights[self.root.0] = [1.0; LANES];
        let mut row = rows.iter();
        for (at, children) in &self.groups {
            let from = weights[at.0];
            for (child, share) in children.iter().zip(&mut row) {
                for lane in 0..LANES {
                    weights[child.0][lane] += from[lane] * share[lane];
                }
            }
        }
        weights
    }

    /// Returns the row of the first share of each group.
    pub fn starts(&self) -> Vec<usize> {
        let lengths = self.groups.iter().map(|(_, children)| children.len());
        lengths
            .scan(0, |next, length| {
                let start = *next;
                *next += length;
                Some(start)
            })
            .collect()
    }

    /// Tells whether the shares of a group vary.
    pub fn varies(&self, group: usize) -> bool {
        !matches!(self.vary[group], Vary::Hold { .. })
    }

    /// Tells whether any share varies.
    pub fn any_varies(&self) -> bool {
        (0..self.groups.len()).any(|group| self.varies(group))
    }
}

fn variation(at: NodeIx, children: &[NodeIx], given: &Weights, varied: &[Varied]) -> Vary {
    let shares = given.as_slice().to_vec();
    let count = children.len();
    let how = varied.iter().rev().find_map(|varied| match &varied.how {
        Variation::Weights { branches, how } if branches.contains(&at) => Some(how),
        _ => None,
    });
    match how {
        Some(_) if count < 2 => Vary::Hold { shares },
        None => Vary::Hold { shares },
        Some(WeightVariation::Uniform) => Vary::Uniform { count },
        Some(WeightVariation::Dirichlet(concentration)) => Vary::Around {
            shares,
            concentration: *concentration,
        },
        Some(WeightVariation::PlusMinus(fraction)) => Vary::PlusMinus {
            shares,
            fraction: *fraction,
        },
        Some(WeightVariation::Order(pairs)) => {
            let position = |of: NodeIx| children.iter().position(|child| *child == of);
            let pairs = pairs.iter();
            let at_least = pairs
                .filter_map(|(a, b)| position(*a).zip(position(*b)))
                .collect();
            Vary::Ordered { count, at_least }
        }
    }
}
