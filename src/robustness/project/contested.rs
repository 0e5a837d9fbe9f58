//! A ranking method over draws of weights.

use super::blocks::{self, some_weigh_nothing};
use super::weights::WeightPlan;
use crate::model::{Decision, DecisionError, NodeIx};
use crate::num::float;
use crate::num::lanes::{LANES, Lane};
use crate::num::rank::Best;
use crate::outrank::{Outrank, Separated, merge_close};
use crate::project::Compared;
use crate::robustness::batch::{Additive, BatchScorer, Geometric, Topsis};
use crate::robustness::tree::TreeScorer;
use crate::score::{Contest, Rescorer, StoodIn};
use std::sync::Arc;

/// A comparison of places whose columns stay while the weights are drawn.
#[derive(Debug)]
pub(super) struct Contested {
    decision: Decision,
    method: Arc<dyn Outrank>,
    leaves: Vec<NodeIx>,
    weights: Arc<WeightPlan>,
    /// The alternative that each place is.
    alternatives: Vec<usize>,
    best: Best,
    rounded: bool,
    moving: Option<Moving>,
    side_by_side: Option<SideBySide>,
}

/// Cells in which the score of a criterion stands for a leaf below it: it moves with the weights.
#[derive(Debug)]
struct Moving {
    /// Scores the judged places.
    tree: TreeScorer,
    cells: Vec<MovingCell>,
}

#[derive(Debug)]
struct MovingCell {
    criterion: usize,
    alternative: usize,
    /// Position among the judged places.
    place: usize,
    /// Row of the tree.
    row: usize,
}

/// Methods that are a closed form of the weights.
#[derive(Debug)]
enum SideBySide {
    Sum(Additive),
    Product(Geometric),
    Closeness(Topsis),
}

impl Contested {
    /// Prepares the method of an index; `None` where what it compares changes with the weights.
    pub(super) fn new(
        rescorer: &Rescorer,
        weights: &Arc<WeightPlan>,
        places: &[usize],
    ) -> Option<Self> {
        let (project, index) = (rescorer.project(), rescorer.index());
        let ranking = index.ranking.as_ref()?;
        let changed = project.adjustments.iter().any(|a| a.criterion.is_some());
        if some_weigh_nothing(weights) || (changed && ranking.on == Compared::Scores) {
            return None;
        }
        let contest = rescorer.contest()?;
        let judged = rescorer.judged();
        let moving = Moving::of(rescorer, weights, &contest)?;
        let rows = |place: &usize| contest.rows.iter().position(|&row| judged[row] == *place);
        let alternatives: Vec<usize> = places.iter().map(rows).collect::<Option<_>>()?;
        let best = contest.method.rank(&contest.decision).ok()?.best;
        let everybody = alternatives.len() == contest.rows.len();
        let side_by_side = contest
            .method
            .separated(&contest.decision)
            .filter(|_| everybody && moving.is_none())
            .and_then(|separated| SideBySide::new(separated, &alternatives));
        Some(Self {
            decision: contest.decision,
            method: contest.method,
            leaves: contest.leaves,
            weights: Arc::clone(weights),
            alternatives,
            best,
            rounded: index.output.rank_on.is_some(),
            moving,
            side_by_side,
        })
    }

    /// Returns which end of the scores is best.
    pub(super) fn best(&self) -> Best {
        self.best
    }

    /// Tells whether draws are scored side by side rather than one by one.
    pub(super) fn is_fast(&self) -> bool {
        self.side_by_side.is_some()
    }

    /// Returns between which ends the scores lie, where that is known before drawing.
    pub(super) fn ranges(&self) -> Option<Vec<(f64, f64)>> {
        let scorer = self.side_by_side.as_ref()?;
        let range = |place| match scorer {
            SideBySide::Sum(sum) => sum.range(place),
            SideBySide::Product(product) => product.range(place),
            SideBySide::Closeness(closeness) => closeness.range(place),
        };
        Some((0..self.alternatives.len()).map(range).collect())
    }

    /// Fills the scores of a block; NaN where the method refuses a draw.
    #[inline(never)]
    pub(super) fn score_block(&self, shares: &[Lane], out: &mut [Lane]) {
        let weights = self.leaf_weights(shares);
        match &self.side_by_side {
            Some(SideBySide::Sum(sum)) => sum.score_block(&weights, out),
            Some(SideBySide::Product(product)) => product.score_block(&weights, out),
            Some(SideBySide::Closeness(closeness)) => closeness.score_block(&weights, out),
            None => self.one_by_one(shares, &weights, out),
        }
    }

    /// Returns the weights of the leaves compared, which sum to one in each draw.
    fn leaf_weights(&self, shares: &[Lane]) -> Vec<Lane> {
        let products = self.weights.products_of_lanes(shares);
        let mut weights: Vec<Lane> = self.leaves.iter().map(|leaf| products[leaf.0]).collect();
        for lane in 0..LANES {
            let total = float::sum(weights.iter().map(|row| row[lane]));
            // Sums of products of shares miss one by a last bit: those are whole already.
            if total > 0.0 && (total - 1.0).abs() > 1e-12 {
                for row in &mut weights {
                    row[lane] /= total;
                }
            }
        }
        weights
    }

    fn one_by_one(&self, shares: &[Lane], weights: &[Lane], out: &mut [Lane]) {
        let mut decision = self.decision.clone();
        let moved = self.moving.as_ref().map(|moving| moving.scores(shares));
        let mut own = vec![0.0; weights.len()];
        for lane in 0..LANES {
            own.iter_mut()
                .zip(weights)
                .for_each(|(own, row)| *own = row[lane]);
            let scores = self.move_cells(&mut decision, moved.as_deref(), lane);
            let scores = scores.and_then(|()| decision.reweigh(&own));
            let scores = match scores {
                Ok(()) => self.method.rank(&decision).ok().map(|ranked| ranked.scores),
                Err(_) => None,
            };
            let scores = match scores {
                Some(scores) if self.rounded => scores,
                Some(scores) => merge_close(&scores),
                None => vec![f64::NAN; self.decision.alternatives()],
            };
            for (row, &alternative) in out.iter_mut().zip(&self.alternatives) {
                row[lane] = scores[alternative];
            }
        }
    }
}

impl Contested {
    /// Puts the scores of one lane where they stand in for leaves.
    fn move_cells(
        &self,
        decision: &mut Decision,
        moved: Option<&[Lane]>,
        lane: usize,
    ) -> Result<(), DecisionError> {
        let cells = self.moving.iter().flat_map(|moving| &moving.cells);
        for (cell, score) in cells.zip(moved.unwrap_or_default()) {
            decision.set(cell.criterion, cell.alternative, score[lane])?;
        }
        Ok(())
    }
}

impl Moving {
    /// Finds the cells; `Some(None)` if there are none, `None` if their scores have no form in blocks.
    #[expect(
        clippy::option_option,
        reason = "no such cell, and no form for one, are different answers"
    )]
    fn of(rescorer: &Rescorer, weights: &WeightPlan, contest: &Contest) -> Option<Option<Self>> {
        let by_criterion = |stood: &&StoodIn| stood.by.is_some();
        if !contest.stood_in.iter().any(|stood| by_criterion(&stood)) {
            return Some(None);
        }
        let judged = rescorer.judged();
        let tree = blocks::tree(rescorer, weights, judged)?;
        let cell = |stood: &StoodIn| {
            let by = stood.by?;
            let place = judged.iter().position(|place| *place == stood.place)?;
            let root = by == rescorer.index().root;
            Some(MovingCell {
                criterion: contest.leaves.iter().position(|leaf| *leaf == stood.leaf)?,
                alternative: contest.rows.iter().position(|row| *row == place)?,
                place,
                row: if root { tree.rows() - 1 } else { by.0 },
            })
        };
        let cells = contest.stood_in.iter().filter(by_criterion).map(cell);
        Some(Some(Self {
            cells: cells.collect::<Option<_>>()?,
            tree,
        }))
    }

    /// Returns the scores of the cells, in their order.
    fn scores(&self, shares: &[Lane]) -> Vec<Lane> {
        let mut rows = vec![[0.0; LANES]; self.tree.rows()];
        let mut climbed = None;
        let score = |cell: &MovingCell| {
            // Cells come place by place where figures are missing in runs.
            if climbed.replace(cell.place) != Some(cell.place) {
                self.tree.place(cell.place, shares, &mut rows);
            }
            rows[cell.row]
        };
        self.cells.iter().map(score).collect()
    }
}

impl SideBySide {
    fn new(separated: Separated, alternatives: &[usize]) -> Option<Self> {
        let rows = |columns: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let row = |&at: &usize| columns.iter().map(|column| column[at]).collect();
            alternatives.iter().map(row).collect()
        };
        Some(match separated {
            Separated::Sum(columns) => Self::Sum(Additive::new(&rows(&columns)).ok()?),
            Separated::Product(columns) => Self::Product(Geometric::new(&rows(&columns)).ok()?),
            Separated::Closeness(columns) => {
                let more_is_better = vec![false; columns.len()];
                Self::Closeness(Topsis::new(&rows(&columns), &more_is_better).ok()?)
            }
        })
    }
}
