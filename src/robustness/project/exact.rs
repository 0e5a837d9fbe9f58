//! What would change the ranking: how far a weight may move, and what lets one place overtake another.
//!
//! Under weighted sums both answers are exact. Any other way of scoring is searched, and says so.

use super::setup::Setup;
use crate::model::NodeIx;
use crate::num::float;
use crate::robustness::RobustnessError;
use crate::robustness::overtake::{Change, Overtake, smallest_change};
use crate::robustness::stability::{Search, Stability, by_search, on_curves};

/// How far the share of one criterion among its siblings may move.
#[derive(Debug, Clone)]
pub struct WeightStability {
    /// The criterion.
    pub criterion: NodeIx,
    /// Its parent.
    pub parent: NodeIx,
    /// The intervals; places are numbered as in the setup.
    pub stability: Stability,
}

/// The smallest changes of weights that let one place overtake another.
#[derive(Debug, Clone)]
pub struct Overtaking {
    /// The place that is ahead, numbered as in the setup.
    pub leader: usize,
    /// The place that is to be level with it.
    pub challenger: usize,
    /// The criteria whose weights change.
    pub criteria: Vec<NodeIx>,
    /// Criteria that neither place holds: their weights say nothing about this pair.
    pub silent: Vec<NodeIx>,
    /// Their weights now, which sum to one.
    pub current: Vec<f64>,
    /// The changes.
    pub found: Overtake,
    /// True in closed form; false by search, which finds the nearest change around where it looks.
    pub exact: bool,
}

impl Setup {
    /// Finds how far each share may move, for every criterion that has siblings.
    pub fn stability(&self) -> Result<Vec<WeightStability>, RobustnessError> {
        let weights = &self.base.weights;
        let shares = &weights.nominal;
        let mut all = vec![];
        for ((parent, children), start) in weights.groups.iter().zip(weights.starts()) {
            let rows = start..start + children.len();
            for (row, &criterion) in rows.clone().zip(children).filter(|_| children.len() > 1) {
                let stability = match self.base.scorer.additive() {
                    Some(_) => on_curves(&self.base.scorer.curves(shares, row), shares[row])?,
                    None => by_search(
                        |x| self.scores_with(&moved(shares, rows.clone(), row, x)),
                        shares[row],
                        Search::default(),
                    )?,
                };
                all.push(WeightStability {
                    criterion,
                    parent: *parent,
                    stability,
                });
            }
        }
        // Parents first is how weights are laid out; people read pillars, then what is below each.
        let reading: Vec<NodeIx> = self
            .project
            .tree
            .downward(self.index().root)
            .into_iter()
            .map(|(_, at)| at)
            .collect();
        let place = |at: NodeIx| reading.iter().position(|known| *known == at);
        all.sort_by_key(|one| (place(one.parent), place(one.criterion)));
        Ok(all)
    }

    /// Scores the places under shares; `None` where one has no score.
    ///
    /// This is the scoring itself, not its form for many draws: a criterion may weigh nothing here, and
    /// a place that holds nothing else in a group then lacks the group.
    pub fn scores_with(&self, shares: &[f64]) -> Option<Vec<f64>> {
        let rescorer = self.base.rescorer.as_ref()?;
        let league = rescorer.scores(self.base.weights.shares(shares)?).ok()?;
        self.places.iter().map(|&place| league[place]).collect()
    }

    /// Finds the smallest changes of weights after which `challenger` is level with `leader`: of the
    /// weights of the pillars, or of all leaves.
    pub fn overtake(
        &self,
        leader: usize,
        challenger: usize,
        leaves: bool,
    ) -> Result<Overtaking, RobustnessError> {
        let variables = self.variables(leaves);
        let weighed: Vec<f64> = variables.iter().map(|v| v.1).collect();
        let pair = [leader, challenger];
        if let Some(exact) = self.in_closed_form(pair, &variables, leaves)? {
            return Ok(exact);
        }
        let found = self.by_steps(pair, &weighed, leaves)?;
        Ok(Overtaking {
            leader,
            challenger,
            criteria: variables.iter().map(|v| v.0).collect(),
            silent: vec![],
            current: weighed,
            found,
            exact: false,
        })
    }

    /// Returns the criteria whose weights change, with their weights.
    fn variables(&self, leaves: bool) -> Vec<(NodeIx, f64)> {
        let weights = &self.base.weights;
        let products = weights.products(&weights.nominal);
        let pillars = weights
            .groups
            .first()
            .map_or(&[][..], |(_, children)| children);
        let chosen = if leaves && self.is_plain_tree() {
            weights.leaves()
        } else {
            pillars
        };
        chosen.iter().map(|&at| (at, products[at.0])).collect()
    }

    /// Tells whether every criterion has one parent, so that weights of leaves make shares.
    pub fn is_plain_tree(&self) -> bool {
        let mut children: Vec<NodeIx> = self
            .base
            .weights
            .groups
            .iter()
            .flat_map(|(_, children)| children.iter().copied())
            .collect();
        let count = children.len();
        children.sort();
        children.dedup();
        children.len() == count
    }

    /// Solves exactly where the lead is a weighted sum: both places hold the same pillars, or all leaves.
    fn in_closed_form(
        &self,
        [leader, challenger]: [usize; 2],
        variables: &[(NodeIx, f64)],
        leaves: bool,
    ) -> Result<Option<Overtaking>, RobustnessError> {
        let scorer = &self.base.scorer;
        let Some(tree) = scorer.additive() else {
            return Ok(None);
        };
        let holds = |place: usize, at: NodeIx| tree.holds(place, at.0);
        let same = variables
            .iter()
            .all(|(at, _)| holds(leader, *at) == holds(challenger, *at));
        let complete = variables.iter().all(|(at, _)| holds(leader, *at));
        if !same || (leaves && !complete) {
            return Ok(None);
        }
        let scores = |place| {
            let nodes = tree.node_scores(place, &self.base.weights.nominal);
            let add = scorer.added(place);
            let held = variables.iter().filter(|(at, _)| holds(leader, *at));
            let leaf = |at: NodeIx| self.project.tree.is_leaf(at);
            held.map(|(at, _)| {
                let score = if leaf(*at) {
                    tree.leaf_value(place, at.0)
                } else {
                    nodes[at.0]
                };
                scorer.sign() * (score + add)
            })
            .collect::<Vec<f64>>()
        };
        let (held, silent): (Vec<(NodeIx, f64)>, Vec<_>) = variables
            .iter()
            .copied()
            .partition(|(at, _)| holds(leader, *at));
        let total = float::sum(held.iter().map(|v| v.1));
        let current: Vec<f64> = held.iter().map(|v| v.1 / total).collect();
        let found = smallest_change(&scores(leader), &scores(challenger), &current)?;
        Ok(Some(Overtaking {
            leader,
            challenger,
            criteria: held.into_iter().map(|v| v.0).collect(),
            silent: silent.into_iter().map(|v| v.0).collect(),
            current,
            found,
            exact: true,
        }))
    }

    /// Searches where the lead is no weighted sum: it is taken for one around where the search stands,
    /// that is solved exactly, and so on from there; on each way the point where they are level is halved in.
    fn by_steps(
        &self,
        pair: [usize; 2],
        weights: &[f64],
        leaves: bool,
    ) -> Result<Overtake, RobustnessError> {
        let lead = |x: &[f64]| -> Option<f64> {
            let scores = self.scores_with(&self.shares_of(x, leaves))?;
            Some(scores[pair[1]] - scores[pair[0]])
        };
        let total = nearest(
            &lead,
            weights,
            |found| found.total,
            |a, b| float::sum(a.iter().zip(b).map(|(a, b)| (a - b).abs())),
        )?;
        let distance = nearest(
            &lead,
            weights,
            |found| found.distance,
            |a, b| float::sum(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b))).sqrt(),
        )?;
        let relative = nearest(
            &lead,
            weights,
            |found| found.relative,
            |a, b| {
                let changes = a.iter().zip(b).filter(|(_, b)| **b > 0.0);
                changes
                    .map(|(a, b)| (a / b - 1.0).abs())
                    .fold(0.0, f64::max)
            },
        )?;
        Ok(Overtake {
            total,
            distance,
            relative,
        })
    }

    /// Returns the shares that belong to weights of the pillars, or of the leaves.
    fn shares_of(&self, x: &[f64], leaves: bool) -> Vec<f64> {
        let weights = &self.base.weights;
        let total = float::sum(x.iter().copied());
        let mut shares = weights.nominal.clone();
        if !(leaves && self.is_plain_tree()) {
            for (share, x) in shares.iter_mut().zip(x) {
                *share = x / total;
            }
            return shares;
        }
        let mut below = vec![0.0; self.project.tree.len()];
        for (leaf, x) in weights.leaves().iter().zip(x) {
            below[leaf.0] = *x;
        }
        for (parent, children) in weights.groups.iter().rev() {
            below[parent.0] = float::sum(children.iter().map(|child| below[child.0]));
        }
        let mut row = 0;
        for (parent, children) in &weights.groups {
            for child in children {
                // A branch that weighs nothing keeps its shares: nobody hears them.
                if below[parent.0] > 0.0 {
                    shares[row] = below[child.0] / below[parent.0];
                }
                row += 1;
            }
        }
        shares
    }
}

/// Searches the nearest weights by one measure.
fn nearest(
    lead: &impl Fn(&[f64]) -> Option<f64>,
    weights: &[f64],
    pick: fn(Overtake) -> Option<Change>,
    size: fn(&[f64], &[f64]) -> f64,
) -> Result<Option<Change>, RobustnessError> {
    let zero = vec![0.0; weights.len()];
    let (mut at, mut best) = (weights.to_vec(), None::<Change>);
    for _ in 0..30 {
        let Some(linear) = linearised(lead, &at) else {
            break;
        };
        let Some(next) = pick(smallest_change(&zero, &linear, weights)?) else {
            break;
        };
        let step = float::sum(next.weights.iter().zip(&at).map(|(a, b)| (a - b).abs()));
        at = next.weights;
        if let Some(point) = reach(lead, weights, &at) {
            let size = size(&point, weights);
            if best.as_ref().is_none_or(|best| size < best.size) {
                best = Some(Change {
                    size,
                    weights: point,
                });
            }
        }
        if step < 1e-10 {
            break;
        }
    }
    Ok(best)
}

/// Moves one share of a group to `x` and rescales the others in proportion.
pub(super) fn moved(shares: &[f64], rows: std::ops::Range<usize>, row: usize, x: f64) -> Vec<f64> {
    let mut out = shares.to_vec();
    let others = float::sum(rows.clone().filter(|r| *r != row).map(|r| shares[r]));
    let count = (rows.len() - 1).max(1) as f64;
    for other in rows.filter(|r| *r != row) {
        let part = if others > 0.0 {
            shares[other] / others
        } else {
            1.0 / count
        };
        out[other] = (1.0 - x) * part;
    }
    out[row] = x;
    out
}

/// Takes the lead for a weighted sum around a point: one number per weight, by small steps towards
/// each.
fn linearised(lead: impl Fn(&[f64]) -> Option<f64>, at: &[f64]) -> Option<Vec<f64>> {
    const STEP: f64 = 1e-6;
    let here = lead(at)?;
    (0..at.len())
        .map(|i| {
            let mut there = at.to_vec();
            for weight in &mut there {
                *weight /= 1.0 + STEP;
            }
            there[i] += STEP / (1.0 + STEP);
            // The step goes from the point towards the corner, as a weighted sum is read.
            Some(here + (lead(&there)? - here) * (1.0 + STEP) / STEP)
        })
        .collect()
}

/// Returns where the challenger draws level on the way from weights through others, or a little beyond
/// them; `None` if it does not.
fn reach(lead: impl Fn(&[f64]) -> Option<f64>, from: &[f64], through: &[f64]) -> Option<Vec<f64>> {
    let on_the_way = |t: f64| -> Vec<f64> {
        let point = from.iter().zip(through).map(|(a, b)| a + t * (b - a));
        point.collect()
    };
    let inside = |t: f64| on_the_way(t).iter().all(|weight| *weight >= 0.0);
    let ahead = |t: f64| lead(&on_the_way(t)).is_some_and(|lead| lead >= 0.0);
    let steps = [1.0, 1.000_001, 1.01, 1.1, 1.5, 2.0];
    let mut level = steps.into_iter().find(|&t| inside(t) && ahead(t))?;
    let mut behind = 0.0;
    for _ in 0..60 {
        let middle = 0.5 * (behind + level);
        if ahead(middle) {
            level = middle;
        } else {
            behind = middle;
        }
    }
    Some(on_the_way(level))
}
