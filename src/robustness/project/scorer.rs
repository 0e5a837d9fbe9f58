//! A project as a batch scorer.
//!
//! Two forms give the same scores. A tree of arithmetic, geometric and harmonic means whose missing
//! figures are reweighted is scored in blocks ([`TreeScorer`]). Anything else (a script, another
//! aggregation or policy, rounding on the way, figures that vary) runs through the scoring itself, one
//! draw after the other.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::figures::FigurePlan;
use super::weights::WeightPlan;
use crate::diagnostics::Diagnostics;
use crate::model::NodeIx;
use crate::num::lanes::{LANES, Lane};
use crate::num::rank::Best;
use crate::num::round::Rounding;
use crate::project::{BranchMissing, Change, Combine, NodeKind, Project};
use crate::robustness::stability::Curve;
use crate::robustness::tree::{Mean, TreeScorer};
use crate::robustness::{BatchScorer, RobustnessError, Sampler, Vary};
use crate::score::Rescorer;
use std::sync::Arc;

/// Scores the places that a study compares; higher is better.
#[derive(Debug)]
pub struct ProjectScorer {
    form: Form,
    /// Points that adjustments add, whatever the weights.
    add: Vec<f64>,
    /// Multiplies scores: -1 where the lowest is best.
    sign: f64,
    rounding: Option<Rounding>,
    shares: usize,
    uniforms: usize,
    ranges: Vec<(f64, f64)>,
}

#[derive(Debug)]
enum Form {
    Tree(TreeScorer),
    Pipeline(Pipeline),
    /// Nothing could be scored, for this reason.
    Undefined(Diagnostics),
}

/// The scoring itself, called for one draw at a time.
#[derive(Debug)]
pub struct Pipeline {
    rescorer: Arc<Rescorer>,
    weights: Arc<WeightPlan>,
    figures: Option<Arc<FigurePlan>>,
    /// Positions in the league of the places compared.
    places: Vec<usize>,
}

impl ProjectScorer {
    /// Prepares a project. `places` are positions in the league of places that are ranked; figures
    /// vary where `figures` says so.
    pub fn new(
        rescorer: &Arc<Rescorer>,
        weights: &Arc<WeightPlan>,
        figures: Option<&Arc<FigurePlan>>,
        places: &[usize],
    ) -> Result<Self, RobustnessError> {
        let figures = figures.filter(|plan| plan.uniforms > 0);
        let output = &rescorer.index().output;
        let batch = match figures {
            None => in_blocks(rescorer, weights, places),
            Some(_) => None,
        };
        let mut scorer = Self {
            add: vec![0.0; places.len()],
            sign: if output.best == Best::Lowest {
                -1.0
            } else {
                1.0
            },
            rounding: None,
            shares: weights.nominal.len(),
            uniforms: figures.map_or(0, |plan| plan.uniforms),
            ranges: vec![],
            form: Form::Pipeline(Pipeline {
                rescorer: Arc::clone(rescorer),
                weights: Arc::clone(weights),
                figures: figures.cloned(),
                places: places.to_vec(),
            }),
        };
        if let Some((tree, add)) = batch {
            let ranges = (0..places.len()).map(|place| tree.range(place)).zip(&add);
            let ranges = ranges.map(|((low, high), add)| scorer.signed((low + add, high + add)));
            scorer.ranges = ranges.collect();
            scorer.rounding = output.rank_on;
            scorer.add = add;
            scorer.form = Form::Tree(tree);
        }
        Ok(scorer)
    }

    fn signed(&self, (low, high): (f64, f64)) -> (f64, f64) {
        if self.sign < 0.0 {
            (-high, -low)
        } else {
            (low, high)
        }
    }

    /// Returns the tree of weighted sums that scores are, if they are nothing else.
    pub fn additive(&self) -> Option<&TreeScorer> {
        match &self.form {
            Form::Tree(tree) if tree.is_additive() && self.rounding.is_none() => Some(tree),
            _ => None,
        }
    }

    /// Returns the score of each place as a function of the share in one row. Weighted sums only:
    /// nothing otherwise.
    pub fn curves(&self, shares: &[f64], row: usize) -> Vec<Curve> {
        let Some(tree) = self.additive() else {
            return vec![];
        };
        let curve = |place: usize| {
            let curve = tree.curve(place, shares, row);
            let add = self.add[place];
            Curve {
                a: self.sign * (curve.a + add * curve.c),
                b: self.sign * (curve.b + add * curve.d),
                ..curve
            }
        };
        (0..self.add.len()).map(curve).collect()
    }

    /// Returns the points that adjustments add to a place, whatever the weights.
    pub fn added(&self, place: usize) -> f64 {
        self.add[place]
    }

    /// Returns -1 where the lowest score is best, else 1.
    pub fn sign(&self) -> f64 {
        self.sign
    }

    /// Stands for a project that cannot be scored: every draw is undefined.
    pub fn undefined(why: Diagnostics, places: usize, shares: usize, uniforms: usize) -> Self {
        Self {
            form: Form::Undefined(why),
            add: vec![0.0; places],
            sign: 1.0,
            rounding: None,
            shares,
            uniforms,
            ranges: vec![],
        }
    }

    /// Tells whether draws are scored in blocks.
    pub fn is_batch(&self) -> bool {
        matches!(self.form, Form::Tree(_))
    }

    /// Looks at some draws to learn between which ends scores lie, where that is not known before.
    pub fn explore(&mut self, sampler: &Sampler, draws: u64) {
        if !matches!(self.form, Form::Pipeline(_)) {
            return;
        }
        let mut ends = vec![(f64::INFINITY, f64::NEG_INFINITY); self.add.len()];
        let columns = sampler.draws(0, 0, draws);
        let mut scores = vec![0.0; ends.len()];
        for draw in 0..usize::try_from(draws).unwrap_or(0) {
            let row: Vec<f64> = columns.iter().map(|column| column[draw]).collect();
            self.score_one(&row, &mut scores);
            for (end, &score) in ends.iter_mut().zip(&scores) {
                if score.is_finite() {
                    *end = (end.0.min(score), end.1.max(score));
                }
            }
        }
        // As much room again on both sides: a few draws do not meet the ends.
        let wide = |(low, high): (f64, f64)| {
            let room = (high - low).max(1e-9 * high.abs().max(1.0));
            if low <= high {
                (low - room, high + room)
            } else {
                (0.0, 1.0)
            }
        };
        self.ranges = ends.into_iter().map(wide).collect();
    }

    /// Scores one draw; NaN for a place that has no score.
    fn score_one(&self, draw: &[f64], out: &mut [f64]) {
        match self.try_one(draw) {
            Ok(scores) => out.copy_from_slice(&scores),
            Err(_) => out.fill(f64::NAN),
        }
    }

    /// Scores one draw.
    ///
    /// # Errors
    ///
    /// What kept the project from being scored, where that is known.
    pub fn try_one(&self, draw: &[f64]) -> Result<Vec<f64>, Diagnostics> {
        match &self.form {
            Form::Tree(_) => Ok(crate::robustness::batch::score_once(self, draw)),
            Form::Pipeline(pipeline) => pipeline.one(draw, self.shares),
            Form::Undefined(why) => Err(why.clone()),
        }
    }
}

impl Pipeline {
    fn one(&self, draw: &[f64], shares: usize) -> Result<Vec<f64>, Diagnostics> {
        let (shares, uniforms) = draw.split_at(shares);
        let Some(shares) = self.weights.shares(shares) else {
            return Ok(vec![f64::NAN; self.places.len()]);
        };
        let league = match &self.figures {
            None => self.rescorer.scores(shares)?,
            Some(plan) => {
                let project = plan.apply(self.rescorer.project(), uniforms);
                self.rescorer.scores_with_figures(&project, shares)?
            }
        };
        let places = self.places.iter();
        Ok(places
            .map(|&place| league[place].unwrap_or(f64::NAN))
            .collect())
    }
}

impl BatchScorer for ProjectScorer {
    fn places(&self) -> usize {
        self.add.len()
    }

    fn leaves(&self) -> usize {
        self.shares
    }

    fn uniforms(&self) -> usize {
        self.uniforms
    }

    fn range(&self, place: usize) -> (f64, f64) {
        self.ranges.get(place).copied().unwrap_or((0.0, 1.0))
    }

    fn is_slow(&self) -> bool {
        !self.is_batch()
    }

    fn always_defined(&self) -> bool {
        match &self.form {
            Form::Tree(tree) => tree.always_defined(),
            Form::Pipeline(_) | Form::Undefined(_) => false,
        }
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        let Form::Tree(tree) = &self.form else {
            self.one_by_one(weights, out);
            return;
        };
        tree.score_block(weights, out);
        for (row, &add) in out.iter_mut().zip(&self.add) {
            for score in row {
                *score += add;
            }
        }
        if let Some(rounding) = self.rounding {
            round(rounding, out);
        }
        for row in out {
            for score in row {
                *score *= self.sign;
            }
        }
    }
}

impl ProjectScorer {
    /// Scores the draws of a block one by one; side by side where there are threads, because a study of
    /// a script seldom has more than one block.
    #[inline(never)]
    fn one_by_one(&self, weights: &[Lane], out: &mut [Lane]) {
        let one = |lane: usize| {
            let draw: Vec<f64> = weights.iter().map(|row| row[lane]).collect();
            let mut scores = vec![f64::NAN; out.len()];
            self.score_one(&draw, &mut scores);
            scores
        };
        #[cfg(feature = "parallel")]
        let lanes: Vec<Vec<f64>> = {
            use rayon::prelude::*;
            (0..LANES).into_par_iter().map(one).collect()
        };
        #[cfg(not(feature = "parallel"))]
        let lanes: Vec<Vec<f64>> = (0..LANES).map(one).collect();
        for (lane, scores) in lanes.into_iter().enumerate() {
            for (row, score) in out.iter_mut().zip(scores) {
                row[lane] = score;
            }
        }
    }
}

#[inline(never)]
fn round(rounding: Rounding, out: &mut [Lane]) {
    for score in out.iter_mut().flatten().filter(|score| score.is_finite()) {
        *score = rounding.apply(*score);
    }
}

/// Puts a project into the form that is scored in blocks, with the points that adjustments add;
/// `None` where it has no such form.
fn in_blocks(
    rescorer: &Rescorer,
    weights: &WeightPlan,
    places: &[usize],
) -> Option<(TreeScorer, Vec<f64>)> {
    let (project, index) = (rescorer.project(), rescorer.index());
    let mut added = vec![0.0; places.len()];
    if index.strategy.is_some() || index.ranking.is_some() {
        return None;
    }
    if !project.adjustments.is_empty() {
        // Rounded scores do not tell how many points an adjustment adds.
        if index.output.rank_on.is_some() || !adjustments_stand(project) {
            return None;
        }
        added = adjusted(rescorer, places)?;
    }
    let values = leaf_values(rescorer, weights, places)?;
    let means: Option<Vec<Mean>> = weights
        .groups
        .iter()
        .map(|(at, _)| mean_of(project, *at, weights, &values))
        .collect();
    let tree = TreeScorer::new(&weights.tree(), &means?, &values).ok()?;
    Some((tree, added))
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
