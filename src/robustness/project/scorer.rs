//! A project as a batch scorer.
//!
//! Two ways give the same scores. Whatever has a form of its own is scored in blocks of draws (see
//! `blocks`). Anything else (another aggregation or policy, rounding on the way,
//! figures that vary) runs through the scoring itself, one draw after the other.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::blocks::{Blocks, blocks};
use super::contested::Contested;
use super::figures::FigurePlan;
use super::scripted::Scripted;
use super::weights::WeightPlan;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::num::lanes::{LANES, Lane};
use crate::num::rank::Best;
use crate::num::round::Rounding;
use crate::robustness::stability::Curve;
use crate::robustness::tree::TreeScorer;
use crate::robustness::{BatchScorer, RobustnessError, Sampler};
use crate::score::Rescorer;
use std::sync::Arc;

/// Scores the places that a study compares; higher is better.
#[derive(Debug)]
pub struct ProjectScorer {
    form: Form,
    /// The scoring itself, which scores what has no other form and says what is wrong with a draw.
    pipeline: Option<Pipeline>,
    /// Points that adjustments add, whatever the weights.
    add: Vec<f64>,
    /// Multiplies scores: -1 where the lowest is best.
    sign: f64,
    rounding: Option<Rounding>,
    shares: usize,
    uniforms: usize,
    ranges: Vec<(f64, f64)>,
}

/// What gives a block of draws its scores.
#[derive(Debug)]
pub(super) enum Form {
    /// The tree of means.
    Tree(TreeScorer),
    /// A strategy.
    Scripted(Box<Scripted>),
    /// A ranking method.
    Contested(Box<Contested>),
    /// Nothing: the pipeline scores draw by draw.
    OneByOne,
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
        let sign_of = |best| if best == Best::Lowest { -1.0 } else { 1.0 };
        let mut scorer = Self {
            form: Form::OneByOne,
            pipeline: Some(Pipeline {
                rescorer: Arc::clone(rescorer),
                weights: Arc::clone(weights),
                figures: figures.cloned(),
                places: places.to_vec(),
            }),
            add: vec![0.0; places.len()],
            sign: sign_of(output.best),
            rounding: None,
            shares: weights.nominal.len(),
            uniforms: figures.map_or(0, |plan| plan.uniforms),
            ranges: vec![],
        };
        let found = figures.is_none().then(|| blocks(rescorer, weights, places));
        if let Some(Blocks { form, add, best }) = found.flatten() {
            scorer.rounding = output.rank_on;
            scorer.sign = sign_of(best);
            if let Some(ranges) = form.ranges() {
                let ranges = ranges.into_iter().zip(&add);
                let ranges =
                    ranges.map(|((low, high), add)| scorer.signed((low + add, high + add)));
                scorer.ranges = ranges.collect();
            }
            scorer.add = add;
            scorer.form = form;
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
            pipeline: None,
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
        match &self.form {
            Form::Tree(_) => true,
            Form::Scripted(scripted) => scripted.is_fast(),
            Form::Contested(contested) => contested.is_fast(),
            Form::OneByOne | Form::Undefined(_) => false,
        }
    }

    /// Returns how the two ways to run a strategy disagreed, if they did: a defect of ours.
    pub fn difference(&self) -> Option<&Diagnostic> {
        match &self.form {
            Form::Scripted(scripted) => scripted.difference(),
            _ => None,
        }
    }

    /// Looks at some draws to learn between which ends scores lie, where that is not known before.
    pub fn explore(&mut self, sampler: &Sampler, draws: u64) {
        if !self.ranges.is_empty() || matches!(self.form, Form::Undefined(_)) {
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
        match (&self.form, &self.pipeline) {
            (Form::Undefined(why), _) => Err(why.clone()),
            // A tree has no more to say than its scores.
            (Form::Tree(_), _) | (_, None) => Ok(crate::robustness::batch::score_once(self, draw)),
            (_, Some(pipeline)) => pipeline.one(draw, self.shares),
        }
    }
}

impl Form {
    /// Returns between which ends the scores of each place lie, where that is known before drawing.
    fn ranges(&self) -> Option<Vec<(f64, f64)>> {
        match self {
            Self::Tree(tree) => Some((0..tree.places()).map(|place| tree.range(place)).collect()),
            Self::Scripted(scripted) => scripted.ranges(),
            Self::Contested(contested) => contested.ranges(),
            Self::OneByOne | Self::Undefined(_) => None,
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
            _ => false,
        }
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        match &self.form {
            Form::Tree(tree) => tree.score_block(weights, out),
            Form::Scripted(scripted) => scripted.score_block(weights, out),
            Form::Contested(contested) => contested.score_block(weights, out),
            Form::OneByOne | Form::Undefined(_) => {
                self.one_by_one(weights, out);
                return;
            }
        }
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
