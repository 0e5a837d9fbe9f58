//! Where draws of weights come from.
//!
//! A [`Sampler`] fills blocks of eight draws, one weight per row. What varies is said by [`Vary`]:
//! for one flat group of criteria, or for every sibling group of a tree ([`WeightTree`]), in which
//! the weight of a leaf is the product of the shares on the way down.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

mod dirichlet;
mod order;
mod simplex;

use super::RobustnessError;
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::{BLOCK_DRAWS, LaneRng};
use dirichlet::Dirichlet;
use order::Ordered;
use pulp::{Scalar, Simd};
use simplex::Simplex;

/// Constraints on the order of weights that fewer than one draw in this many meets are refused.
pub const REJECTION_LIMIT: u64 = 1000;

/// How the weights of siblings vary. Given shares may have any positive total.
#[derive(Debug, Clone, PartialEq)]
pub enum Vary {
    /// Not at all.
    Hold {
        /// The shares.
        shares: Vec<f64>,
    },
    /// Over everything that sums to one, without preference.
    Uniform {
        /// Number of siblings.
        count: usize,
    },
    /// Around given shares (Dirichlet): a share *s* has mean *s* and standard deviation
    /// sqrt(*s* (1 - *s*) / (concentration + 1)).
    Around {
        /// The shares in the middle; a share of zero stays zero.
        shares: Vec<f64>,
        /// How closely draws keep to them: positive, larger is closer.
        concentration: f64,
    },
    /// Each share times its own uniform factor from 1 - `fraction` to 1 + `fraction`; then all are
    /// scaled to sum to one.
    PlusMinus {
        /// The shares in the middle.
        shares: Vec<f64>,
        /// Largest relative change, from 0 to 1: 0.2 is plus or minus 20 %.
        fraction: f64,
    },
    /// Uniform over everything that sums to one and keeps an order.
    ///
    /// Disjoint chains (*a >= b >= c*) are drawn exactly, by sorting. Any other order is met by
    /// rejecting draws, and refused if fewer than one draw in [`REJECTION_LIMIT`] meets it.
    Ordered {
        /// Number of siblings.
        count: usize,
        /// Pairs of which the first weight is at least as large as the second.
        at_least: Vec<(usize, usize)>,
    },
}

impl Vary {
    /// Returns the number of siblings.
    pub fn count(&self) -> usize {
        match self {
            Self::Hold { shares }
            | Self::Around { shares, .. }
            | Self::PlusMinus { shares, .. } => shares.len(),
            Self::Uniform { count } | Self::Ordered { count, .. } => *count,
        }
    }
}

/// The criteria that share one parent.
#[derive(Debug, Clone, PartialEq)]
pub struct SiblingGroup {
    /// The parent's number; `None` for the children of the root.
    pub parent: Option<usize>,
    /// The numbers of the children, in the order of their shares.
    pub children: Vec<usize>,
    /// How their shares vary.
    pub vary: Vary,
}

/// A tree of criteria, numbered from 0 without the root.
///
/// Groups come parents first. A node may sit in several groups, as shared criteria do: its weight
/// is then the sum over the ways that lead to it.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightTree {
    /// Number of nodes.
    pub nodes: usize,
    /// The sibling groups, parents first.
    pub groups: Vec<SiblingGroup>,
    /// The nodes whose weights a scorer takes, in its order.
    pub leaves: Vec<usize>,
}

/// Fills blocks of draws.
#[derive(Debug, Clone)]
pub struct Sampler {
    kind: Kind,
    weights: usize,
    normals: usize,
    uniforms: usize,
}

#[derive(Debug, Clone)]
enum Kind {
    Flat(Group),
    Tree {
        nodes: usize,
        groups: Vec<Branch>,
        leaves: Vec<usize>,
    },
    Shares {
        groups: Vec<Branch>,
    },
    Sets(Vec<Vec<f64>>),
}

#[derive(Debug, Clone)]
struct Branch {
    parent: Option<usize>,
    children: Vec<usize>,
    group: Group,
}

#[derive(Debug, Clone)]
enum Group {
    Hold(Vec<f64>),
    Uniform(Simplex),
    Around(Dirichlet),
    PlusMinus { shares: Vec<f64>, fraction: f64 },
    Ordered(Ordered),
}

/// Memory that a sampler needs while it fills blocks; one per thread.
#[derive(Debug, Clone)]
pub struct Scratch {
    shares: Vec<Lane>,
    nodes: Vec<Lane>,
}

impl Sampler {
    /// Prepares one group of criteria.
    pub fn flat(vary: &Vary) -> Result<Self, RobustnessError> {
        let group = Group::new(vary)?;
        Ok(Self::of(Kind::Flat(group), vary.count()))
    }

    /// Prepares the leaf weights of a tree: products of shares down from the root.
    pub fn tree(tree: &WeightTree) -> Result<Self, RobustnessError> {
        let groups = branches(tree)?;
        let leaves = tree.leaves.clone();
        let count = leaves.len();
        if count == 0 {
            return Err(RobustnessError::NoCriteria);
        }
        let kind = Kind::Tree {
            nodes: tree.nodes,
            groups,
            leaves,
        };
        Ok(Self::of(kind, count))
    }

    /// Prepares the shares of a tree, group by group in the order of the tree, as
    /// [`TreeScorer`](super::TreeScorer) takes them.
    pub fn shares(tree: &WeightTree) -> Result<Self, RobustnessError> {
        let groups = branches(tree)?;
        let count = groups.iter().map(|g| g.children.len()).sum();
        Ok(Self::of(Kind::Shares { groups }, count))
    }

    /// Prepares fixed sets of weights, such as those of stakeholders: draw *d* takes set *d* modulo
    /// their number. All sets have equal say when the number of draws is a multiple of theirs.
    pub fn sets(sets: &[Vec<f64>]) -> Result<Self, RobustnessError> {
        let expected = sets.first().map_or(0, Vec::len);
        let scaled = sets.iter().map(|set| {
            if set.len() == expected {
                super::shares("weight", set)
            } else {
                let what = "weights of a set";
                Err(RobustnessError::Length {
                    what,
                    expected,
                    found: set.len(),
                })
            }
        });
        let sets: Vec<Vec<f64>> = scaled.collect::<Result<_, _>>()?;
        if expected == 0 {
            return Err(RobustnessError::NoCriteria);
        }
        Ok(Self::of(Kind::Sets(sets), expected))
    }

    fn of(kind: Kind, weights: usize) -> Self {
        Self {
            kind,
            weights,
            normals: 0,
            uniforms: 0,
        }
    }

    /// Adds standard normal numbers to every draw, after the weights; see [`super::Noisy`].
    pub fn with_normals(mut self, normals: usize) -> Self {
        self.normals = normals;
        self
    }

    /// Adds uniform numbers from 0 up to 1 to every draw, after everything else.
    pub fn with_uniforms(mut self, uniforms: usize) -> Self {
        self.uniforms = uniforms;
        self
    }

    /// Returns the number of normal numbers per draw.
    pub fn normals(&self) -> usize {
        self.normals
    }

    /// Returns the number of uniform numbers per draw.
    pub fn uniforms(&self) -> usize {
        self.uniforms
    }

    /// Returns the number of weights per draw.
    pub fn weights(&self) -> usize {
        self.weights
    }

    /// Returns the number of rows per block: the weights, the normal, then the uniform numbers.
    pub fn rows(&self) -> usize {
        self.weights + self.normals + self.uniforms
    }

    /// Tells whether weights are found for every draw.
    pub fn always_defined(&self) -> bool {
        match &self.kind {
            Kind::Flat(group) => group.always_defined(),
            Kind::Tree { groups, .. } | Kind::Shares { groups } => {
                groups.iter().all(|b| b.group.always_defined())
            }
            Kind::Sets(_) => true,
        }
    }

    /// Makes the memory that [`Self::fill`] needs.
    pub fn scratch(&self) -> Scratch {
        let (widest, nodes) = match &self.kind {
            Kind::Tree { nodes, groups, .. } => (
                groups.iter().map(|g| g.children.len()).max().unwrap_or(0),
                *nodes,
            ),
            _ => (0, 0),
        };
        Scratch {
            shares: vec![[0.0; LANES]; widest],
            nodes: vec![[0.0; LANES]; nodes],
        }
    }

    /// Fills `out`, one row per weight, normal and uniform number, with the draws from `first` on.
    ///
    /// A draw for which no weights can be found is NaN; it is counted as undefined.
    pub fn fill(&self, rng: &mut LaneRng, first: u64, scratch: &mut Scratch, out: &mut [Lane]) {
        self.fill_with(Scalar, rng, first, scratch, out);
    }

    /// Fills `out` as [`Self::fill`] does, with the instructions that are at hand.
    #[inline(always)]
    pub(super) fn fill_with<I: Simd>(
        &self,
        simd: I,
        rng: &mut LaneRng,
        first: u64,
        scratch: &mut Scratch,
        out: &mut [Lane],
    ) {
        let (weights, others) = out.split_at_mut(self.weights);
        let (normals, uniforms) = others.split_at_mut(self.normals);
        match &self.kind {
            Kind::Flat(group) => group.fill(simd, rng, weights),
            Kind::Tree { groups, leaves, .. } => {
                fill_tree(simd, groups, rng, scratch);
                for (row, &leaf) in weights.iter_mut().zip(leaves) {
                    *row = scratch.nodes[leaf];
                }
            }
            Kind::Shares { groups } => {
                let mut rest = weights;
                for branch in groups {
                    let (shares, after) = rest.split_at_mut(branch.children.len());
                    branch.group.fill(simd, rng, shares);
                    rest = after;
                }
            }
            Kind::Sets(sets) => fill_sets(sets, first, weights),
        }
        for pair in normals.chunks_mut(2) {
            for (row, drawn) in pair.iter_mut().zip(rng.normals()) {
                *row = drawn;
            }
        }
        for row in uniforms {
            *row = rng.uniform();
        }
    }

    /// Returns the draws `from..to` as columns, one per weight, normal and uniform number: the very
    /// draws that a run with this seed counts, where it has no other sampler.
    pub fn draws(&self, seed: u64, from: u64, to: u64) -> Vec<Vec<f64>> {
        let mut columns = vec![vec![]; self.rows()];
        let mut rows = vec![[0.0; LANES]; self.rows()];
        let mut scratch = self.scratch();
        let mut start = from - from % BLOCK_DRAWS;
        while start < to {
            let mut rng = LaneRng::new(seed, PURPOSE, start / BLOCK_DRAWS);
            let end = to.min(start + BLOCK_DRAWS);
            for first in (start..end).step_by(LANES) {
                self.fill(&mut rng, first, &mut scratch, &mut rows);
                for (lane, draw) in (first..end.min(first + LANES as u64)).enumerate() {
                    if draw >= from {
                        columns
                            .iter_mut()
                            .zip(&rows)
                            .for_each(|(c, row)| c.push(row[lane]));
                    }
                }
            }
            start = end;
        }
        columns
    }
}

/// Names the streams of weights; part of what a seed means.
pub(super) const PURPOSE: &str = "exacity robustness draws, version 1";

impl Group {
    fn new(vary: &Vary) -> Result<Self, RobustnessError> {
        if vary.count() == 0 {
            return Err(RobustnessError::NoCriteria);
        }
        Ok(match vary {
            Vary::Hold { shares } => Self::Hold(super::shares("weight", shares)?),
            Vary::Uniform { count } => Self::Uniform(Simplex::new(*count)),
            Vary::Around {
                shares,
                concentration,
            } => {
                let positive = concentration.is_finite() && *concentration > 0.0;
                let need = "a concentration is a positive, finite number";
                check("concentration", *concentration, positive, need)?;
                Self::Around(Dirichlet::new(
                    &super::shares("weight", shares)?,
                    *concentration,
                ))
            }
            Vary::PlusMinus { shares, fraction } => {
                let need = "a relative change is from 0 to 1";
                check(
                    "relative change",
                    *fraction,
                    (0.0..=1.0).contains(fraction),
                    need,
                )?;
                let shares = super::shares("weight", shares)?;
                Self::PlusMinus {
                    shares,
                    fraction: *fraction,
                }
            }
            Vary::Ordered { count, at_least } => Self::Ordered(Ordered::new(*count, at_least)?),
        })
    }

    fn always_defined(&self) -> bool {
        match self {
            Self::Ordered(ordered) => ordered.always_defined(),
            _ => true,
        }
    }

    #[inline(always)]
    fn fill<I: Simd>(&self, simd: I, rng: &mut LaneRng, out: &mut [Lane]) {
        match self {
            Self::Hold(shares) => {
                for (row, &share) in out.iter_mut().zip(shares) {
                    *row = [share; LANES];
                }
            }
            Self::Uniform(simplex) => simplex.fill(simd, rng, out),
            Self::Around(dirichlet) => dirichlet.fill(rng, out),
            Self::PlusMinus { shares, fraction } => {
                for (row, &share) in out.iter_mut().zip(shares) {
                    // From 2^-52 to 1, so that no share falls to zero at 100 %.
                    let uniform = rng.positive();
                    for lane in 0..LANES {
                        row[lane] = share * (1.0 - fraction + 2.0 * fraction * uniform[lane]);
                    }
                }
                simplex::normalise(out);
            }
            Self::Ordered(ordered) => ordered.fill(simd, rng, out),
        }
    }
}

fn check(
    what: &'static str,
    value: f64,
    ok: bool,
    need: &'static str,
) -> Result<(), RobustnessError> {
    if ok {
        Ok(())
    } else {
        Err(RobustnessError::Value {
            what,
            index: 0,
            value,
            need,
        })
    }
}

/// Checks a tree: every group's parent has a share before its children do, and so do all leaves.
fn branches(tree: &WeightTree) -> Result<Vec<Branch>, RobustnessError> {
    let mut reached = vec![false; tree.nodes];
    let mut branches = vec![];
    for group in &tree.groups {
        if let Some(parent) = group.parent
            && !reached.get(parent).is_some_and(|&r| r)
        {
            return Err(RobustnessError::Unreachable(parent));
        }
        if group.children.len() != group.vary.count() {
            return Err(RobustnessError::Length {
                what: "shares of a group",
                expected: group.children.len(),
                found: group.vary.count(),
            });
        }
        for &child in &group.children {
            *reached
                .get_mut(child)
                .ok_or(RobustnessError::Unreachable(child))? = true;
        }
        branches.push(Branch {
            parent: group.parent,
            children: group.children.clone(),
            group: Group::new(&group.vary)?,
        });
    }
    match tree
        .leaves
        .iter()
        .find(|&&leaf| !reached.get(leaf).is_some_and(|&r| r))
    {
        Some(&leaf) => Err(RobustnessError::Unreachable(leaf)),
        None => Ok(branches),
    }
}

#[inline(always)]
fn fill_tree<I: Simd>(simd: I, groups: &[Branch], rng: &mut LaneRng, scratch: &mut Scratch) {
    let Scratch { shares, nodes } = scratch;
    nodes.fill([0.0; LANES]);
    for branch in groups {
        let shares = &mut shares[..branch.children.len()];
        branch.group.fill(simd, rng, shares);
        let from = branch.parent.map_or([1.0; LANES], |parent| nodes[parent]);
        for (&child, share) in branch.children.iter().zip(shares) {
            for lane in 0..LANES {
                nodes[child][lane] += from[lane] * share[lane];
            }
        }
    }
}

fn fill_sets(sets: &[Vec<f64>], first: u64, out: &mut [Lane]) {
    for lane in 0..LANES {
        // The remainder is below the number of sets.
        let set = usize::try_from((first + lane as u64) % sets.len() as u64).unwrap_or(0);
        for (row, &weight) in out.iter_mut().zip(&sets[set]) {
            row[lane] = weight;
        }
    }
}

#[cfg(test)]
mod tests;
