//! Which of the settings that vary moves the ranking, and by how much.
//!
//! Three readings of one question: variance-based indices over all settings at once ([`Indices`]), each
//! setting alone while the others stand ([`Alone`]), and the ranking without one criterion
//! ([`Without`]). The size of a move is the mean absolute change of ranks against the ranking as it
//! stands, as in Saisana, Saltelli and Tarantola (2005).

use super::design::{assignments, level};
use super::exact::moved;
use super::setup::{Loader, Ready, Setup, one, prepare, ready, refused};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::NodeIx;
use crate::num::float;
use crate::project::Library;
use crate::project::study::{Variation, Varied};
use crate::robustness::RobustnessError;
use crate::robustness::batch::score_once;
use crate::robustness::run::Control;
use crate::robustness::sobol::{Design as Rows, Sobol, evaluations, sobol};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Draws of weights and figures that a setting's number chooses among.
const TABLE: u64 = 4_096;

/// Values that a range is cut into.
const STEPS: usize = 16;

/// Draws of a setting alone.
const ALONE: u64 = 512;

/// Resamples for the intervals of the indices.
const RESAMPLES: u32 = 200;

/// The settings whose parts are told apart.
#[derive(Debug)]
pub struct Factors {
    /// Their names.
    pub names: Vec<String>,
    kinds: Vec<Factor>,
}

/// Draws of all shares and numbers, one column each; a setting's number from 0 to 1 chooses one.
type Drawn = Arc<Vec<Vec<f64>>>;

#[derive(Debug, Clone)]
enum Factor {
    /// Rows of a draw that this setting decides.
    Rows(Vec<usize>),
    /// A choice: position among the settings that vary, and the number of its values.
    Choice(usize, usize),
}

/// Variance-based indices.
#[derive(Debug, Clone)]
pub struct Indices {
    /// The settings.
    pub names: Vec<String>,
    /// First the mean absolute change of ranks, then the score of each place.
    pub found: Sobol,
    /// Rows that were evaluated, (settings + 2) times each.
    pub rows: u64,
    /// Rows of the design: more, where it was stopped.
    pub asked: u64,
}

/// One setting, or one value of a choice, while all others stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Alone {
    /// The setting.
    pub name: String,
    /// The value, where it is one of several; empty for draws.
    pub value: String,
    /// Mean absolute change of ranks.
    pub shift: f64,
    /// Largest change of a rank in any draw.
    pub largest: usize,
    /// The place that it happened to.
    pub place: usize,
    /// Share of draws in which another place is first.
    pub other_first: f64,
    /// Draws that had a ranking, and all draws.
    pub draws: (u64, u64),
}

/// The ranking without one criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// The criterion that is left out; its weight goes to its siblings.
    pub criterion: NodeIx,
    /// Mean absolute change of ranks; `None` if a place has no score without it.
    pub shift: Option<f64>,
    /// Ranks before and after of each place that moves.
    pub moves: Vec<(usize, usize, usize)>,
}

/// What a sensitivity analysis found.
#[derive(Debug, Clone)]
pub struct Sensitivity {
    /// Variance-based indices; `None` where only one setting varies, which explains all.
    pub indices: Option<Indices>,
    /// Each setting alone.
    pub alone: Vec<Alone>,
    /// Each criterion left out.
    pub without: Vec<Without>,
}

impl Setup {
    /// Runs all three analyses.
    ///
    /// # Errors
    ///
    /// What is wrong with the project under a combination of choices that the design meets.
    pub fn sensitivity(
        &self,
        loader: &mut Loader<'_>,
        control: &Control<'_>,
    ) -> Result<Sensitivity, Diagnostics> {
        let factors = self.factors();
        let mut views = Views::new(self, loader);
        let alone = self.alone(&factors, &mut views)?;
        let indices = match factors.kinds.len() {
            0 | 1 => None,
            _ => Some(self.indices(&factors, &mut views, control)?),
        };
        let without = self.without();
        Ok(Sensitivity {
            indices,
            alone,
            without,
        })
    }

    /// Lists the settings. Weights that vary everywhere by one line, and nothing beside them, are told
    /// apart by the criterion whose children they are.
    fn factors(&self) -> Factors {
        let weights = &self.base.weights;
        let rows_of = |branches: &[NodeIx]| -> Vec<usize> {
            let groups = weights.groups.iter().zip(weights.starts()).enumerate();
            groups
                .filter(|(group, ((at, _), _))| branches.contains(at) && weights.varies(*group))
                .flat_map(|(_, ((_, children), start))| start..start + children.len())
                .collect()
        };
        let mut factors = Factors {
            names: vec![],
            kinds: vec![],
        };
        let split = self.spec.vary.len() == 1;
        for (at, varied) in self.spec.vary.iter().enumerate() {
            if self.without_effect.iter().any(|(idle, _)| *idle == at) {
                continue;
            }
            let mut add = |name: String, kind: Factor| {
                if !matches!(&kind, Factor::Rows(rows) if rows.is_empty()) {
                    factors.names.push(name);
                    factors.kinds.push(kind);
                }
            };
            match &varied.how {
                Variation::Weights { branches, .. } if split => {
                    for branch in branches {
                        let id = &self.project.tree.node(*branch).id;
                        add(format!("weights.{id}"), Factor::Rows(rows_of(&[*branch])));
                    }
                }
                Variation::Weights { branches, .. } => {
                    add(varied.path.clone(), Factor::Rows(rows_of(branches)));
                }
                Variation::Figures { .. } => {
                    let first = weights.nominal.len();
                    let numbers = self.figures.numbers_of(at);
                    add(
                        varied.path.clone(),
                        Factor::Rows(numbers.map(|n| first + n).collect()),
                    );
                }
                Variation::Choice(values) => {
                    add(varied.path.clone(), Factor::Choice(at, values.len()));
                }
                Variation::Range { .. } => add(varied.path.clone(), Factor::Choice(at, STEPS)),
            }
        }
        factors
    }

    /// Returns the draw of a combination in which nothing else varies: shares as given, figures in the
    /// middle.
    fn unvaried(&self, view: &Ready) -> Vec<f64> {
        let mut draw = view.weights.nominal.clone();
        draw.extend(std::iter::repeat_n(0.5, self.figures.uniforms));
        draw
    }

    /// Varies one setting at a time.
    fn alone(
        &self,
        factors: &Factors,
        views: &mut Views<'_, '_>,
    ) -> Result<Vec<Alone>, Diagnostics> {
        let mut all = vec![];
        for (name, kind) in factors.names.iter().zip(&factors.kinds) {
            match kind {
                Factor::Rows(rows) => {
                    let (view, drawn) = views.get(&BTreeMap::new())?;
                    let mut tally = Moves::new(self, name, "");
                    for draw in 0..ALONE {
                        let mut values = self.unvaried(view);
                        let from = usize::try_from(draw).unwrap_or(0);
                        for &row in rows {
                            values[row] = drawn[row][from];
                        }
                        tally.add(&score_once(&view.scorer, &values));
                    }
                    all.push(tally.finish());
                }
                Factor::Choice(at, count) => {
                    let (mut tally, mut levels) = (Moves::new(self, name, ""), vec![]);
                    for value in 0..*count {
                        let (view, _) = views.get(&BTreeMap::from([(*at, value)]))?;
                        let scores = score_once(&view.scorer, &self.unvaried(view));
                        tally.add(&scores);
                        let (_, label) = assignments(&self.spec.vary[*at], middle(value, *count));
                        let mut level = Moves::new(self, name, &label);
                        level.add(&scores);
                        levels.push(level.finish());
                    }
                    all.push(tally.finish());
                    if matches!(self.spec.vary[*at].how, Variation::Choice(_)) {
                        all.extend(levels);
                    }
                }
            }
        }
        Ok(all)
    }

    /// Returns how many evaluations variance-based indices take, where there is more than one setting.
    pub fn evaluations(&self) -> u64 {
        match self.factors().kinds.len() {
            0 | 1 => 0,
            inputs => evaluations(&self.design(inputs)),
        }
    }

    fn design(&self, inputs: usize) -> Rows {
        let rows = (self.spec.draws / (inputs as u64 + 2))
            .clamp(256, 1 << 20)
            .next_multiple_of(256);
        Rows {
            inputs,
            outputs: 1 + self.places.len(),
            rows,
            resamples: RESAMPLES,
            seed: self.spec.seed,
        }
    }

    /// Estimates variance-based indices over all settings.
    fn indices(
        &self,
        factors: &Factors,
        views: &mut Views<'_, '_>,
        control: &Control<'_>,
    ) -> Result<Indices, Diagnostics> {
        let inputs = factors.kinds.len();
        let design = self.design(inputs);
        // The rows are known before anything is scored: a first pass only notes which combinations of
        // choices they meet, so that each is made ready once.
        let met = Mutex::new(BTreeSet::new());
        let core = |error: RobustnessError| refused(&self.project, &self.spec, &error);
        sobol(
            &Rows {
                resamples: 0,
                ..design
            },
            &Control::default(),
            |points, out| {
                let combinations: BTreeSet<_> = points
                    .chunks(inputs)
                    .map(|point| combination(factors, point))
                    .collect();
                met.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(combinations);
                out.fill(0.0);
            },
        )
        .map_err(core)?;
        let met = met.into_inner().unwrap_or_else(PoisonError::into_inner);
        if met.len() > 20_000 {
            let message = format!(
                "{} combinations of choices are too many for indices",
                met.len()
            );
            let finding = Diagnostic::new(Code("E0609"), message);
            return Err(one(
                finding.help("vary fewer choices at a time, or draw less often")
            ));
        }
        for combination in &met {
            views.get(combination)?;
        }
        let ready = &views.ready;
        let found = sobol(&design, control, |points, out| {
            let rows = points
                .chunks(inputs)
                .zip(out.chunks_mut(1 + self.places.len()));
            for (point, out) in rows {
                match ready.get(&combination(factors, point)) {
                    Some((view, drawn)) => self.evaluate(factors, (view, drawn), point, out),
                    None => out.fill(f64::NAN),
                }
            }
        })
        .map_err(core)?;
        Ok(Indices {
            names: factors.names.clone(),
            rows: found.rows + found.undefined,
            asked: design.rows,
            found,
        })
    }

    /// Scores one row of the design: the mean absolute change of ranks, then the scores.
    fn evaluate(
        &self,
        factors: &Factors,
        (view, drawn): (&Ready, &Drawn),
        point: &[f64],
        out: &mut [f64],
    ) {
        let mut values = self.unvaried(view);
        for (kind, &u) in factors.kinds.iter().zip(point) {
            if let Factor::Rows(rows) = kind {
                let from = level(u, drawn.first().map_or(1, Vec::len));
                for &row in rows {
                    values[row] = drawn[row][from];
                }
            }
        }
        let scores = score_once(&view.scorer, &values);
        let (shift, own) = out.split_at_mut(1);
        own.copy_from_slice(&scores);
        shift[0] = if scores.iter().all(|score| score.is_finite()) {
            mean_shift(&self.ranks(), &ranks(&scores))
        } else {
            f64::NAN
        };
    }

    /// Returns the rank of each place as the project stands.
    fn ranks(&self) -> Vec<usize> {
        ranks(&self.nominal)
    }

    /// Leaves out one criterion after the other.
    fn without(&self) -> Vec<Without> {
        let (weights, before) = (&self.base.weights, self.ranks());
        let mut all = vec![];
        for ((_, children), start) in weights.groups.iter().zip(weights.starts()) {
            let rows = start..start + children.len();
            for (row, &criterion) in rows.clone().zip(children).filter(|_| children.len() > 1) {
                let shares = moved(&weights.nominal, rows.clone(), row, 0.0);
                let after = self.scores_with(&shares).map(|scores| ranks(&scores));
                let moves = after.iter().flat_map(|after| {
                    let pairs = before.iter().zip(after).enumerate();
                    pairs
                        .filter(|(_, (a, b))| a != b)
                        .map(|(place, (a, b))| (place, *a, *b))
                });
                all.push(Without {
                    criterion,
                    shift: after.as_ref().map(|after| mean_shift(&before, after)),
                    moves: moves.collect(),
                });
            }
        }
        all.sort_by(|a, b| {
            let size = |one: &Without| one.shift.unwrap_or(f64::INFINITY);
            size(b)
                .total_cmp(&size(a))
                .then(a.criterion.cmp(&b.criterion))
        });
        all
    }
}

/// Combinations of choices, made ready when they are first asked for.
struct Views<'s, 'l> {
    setup: &'s Setup,
    loader: &'s mut Loader<'l>,
    ready: BTreeMap<BTreeMap<usize, usize>, (Ready, Drawn)>,
    /// What was drawn around the given weights, which differ between weight sets only.
    drawn: Vec<(Vec<f64>, Drawn)>,
}

impl<'s, 'l> Views<'s, 'l> {
    fn new(setup: &'s Setup, loader: &'s mut Loader<'l>) -> Self {
        Self {
            setup,
            loader,
            ready: BTreeMap::new(),
            drawn: vec![],
        }
    }

    /// Makes a combination ready: the value of each choice that is not as it stands.
    fn get(
        &mut self,
        combination: &BTreeMap<usize, usize>,
    ) -> Result<(&Ready, &Drawn), Diagnostics> {
        if !self.ready.contains_key(combination) {
            let setup = self.setup;
            let mut sets = vec![];
            for (&at, &value) in combination {
                let varied = &setup.spec.vary[at];
                sets.extend(assignments(varied, middle(value, count_of(varied))).0);
            }
            let mut project = (self.loader)(&sets)?;
            project.library = Library::default();
            let prepared = prepare(&Arc::new(project), setup.at, &setup.spec.vary, vec![]);
            let view = ready(&prepared, &setup.figures, &setup.places, 4)
                .map_err(|error| refused(&setup.project, &setup.spec, &error))?;
            let drawn = self.drawn(&view);
            self.ready.insert(combination.clone(), (view, drawn));
        }
        let (view, drawn) = &self.ready[combination];
        Ok((view, drawn))
    }

    /// Draws weights and figures once for each set of given weights.
    fn drawn(&mut self, view: &Ready) -> Drawn {
        let given = &view.weights.nominal;
        let equal = |known: &[f64]| known.iter().zip(given).all(|(a, b)| a.total_cmp(b).is_eq());
        if let Some((_, drawn)) = self.drawn.iter().find(|(known, _)| equal(known)) {
            return Arc::clone(drawn);
        }
        let drawn = Arc::new(view.sampler.draws(self.setup.spec.seed, 0, TABLE));
        self.drawn.push((given.clone(), Arc::clone(&drawn)));
        drawn
    }
}

fn count_of(varied: &Varied) -> usize {
    match &varied.how {
        Variation::Choice(values) => values.len(),
        _ => STEPS,
    }
}

fn middle(value: usize, count: usize) -> f64 {
    (value as f64 + 0.5) / count as f64
}

fn combination(factors: &Factors, point: &[f64]) -> BTreeMap<usize, usize> {
    let choices = factors
        .kinds
        .iter()
        .zip(point)
        .filter_map(|(kind, &u)| match kind {
            Factor::Choice(at, count) => Some((*at, level(u, *count))),
            Factor::Rows(_) => None,
        });
    choices.collect()
}

/// Returns ranks, 1 for the highest score, equal scores sharing the better one.
pub(super) fn ranks(scores: &[f64]) -> Vec<usize> {
    let above = |own: &f64| scores.iter().filter(|other| *other > own).count();
    scores.iter().map(|own| 1 + above(own)).collect()
}

fn mean_shift(before: &[usize], after: &[usize]) -> f64 {
    let shifts = before.iter().zip(after).map(|(a, b)| a.abs_diff(*b) as f64);
    float::sum(shifts) / before.len() as f64
}

/// Counts how far draws move the ranking.
struct Moves<'s> {
    before: Vec<usize>,
    name: &'s str,
    value: String,
    sum: f64,
    largest: (usize, usize),
    other_first: u64,
    draws: (u64, u64),
}

impl<'s> Moves<'s> {
    fn new(setup: &Setup, name: &'s str, value: &str) -> Self {
        Self {
            before: setup.ranks(),
            name,
            value: value.to_owned(),
            sum: 0.0,
            largest: (0, 0),
            other_first: 0,
            draws: (0, 0),
        }
    }

    fn add(&mut self, scores: &[f64]) {
        self.draws.1 += 1;
        if !scores.iter().all(|score| score.is_finite()) {
            return;
        }
        self.draws.0 += 1;
        let after = ranks(scores);
        self.sum += mean_shift(&self.before, &after);
        for (place, (a, b)) in self.before.iter().zip(&after).enumerate() {
            if a.abs_diff(*b) > self.largest.0 {
                self.largest = (a.abs_diff(*b), place);
            }
        }
        let firsts = self
            .before
            .iter()
            .zip(&after)
            .filter(|(before, _)| **before == 1);
        self.other_first += u64::from(firsts.clone().any(|(_, after)| *after != 1));
    }

    fn finish(self) -> Alone {
        let draws = self.draws.0.max(1) as f64;
        Alone {
            name: self.name.to_owned(),
            value: self.value,
            shift: self.sum / draws,
            largest: self.largest.0,
            place: self.largest.1,
            other_first: self.other_first as f64 / draws,
            draws: self.draws,
        }
    }
}
