//! Runs draws in blocks, on as many threads as there are, with the same result on any number.
//!
//! Threads take blocks; their tallies are merged in the order of blocks. A result always covers a
//! complete row of blocks from the first on: what a run that was stopped returns is what a shorter
//! run would have returned.

use super::RobustnessError;
use super::batch::BatchScorer;
use super::kernel::{Job, View, turn};
use super::keys::Keys;
use super::sample::{PURPOSE, Sampler, Scratch};
use super::tally::{Collect, Tally};
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::{BLOCK_DRAWS, LaneRng};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Number of draws; with `until` the most that are made.
    pub draws: u64,
    /// Fixes every draw.
    pub seed: u64,
    /// What is counted besides ranks.
    pub collect: Collect,
    /// Stops after the first block at which no share of ranks or pairs has a larger standard error.
    pub until: Option<f64>,
}

impl Plan {
    /// Plans a number of draws, everything counted.
    pub fn new(draws: u64, seed: u64) -> Self {
        Self {
            draws,
            seed,
            collect: Collect::default(),
            until: None,
        }
    }
}

/// How a run is watched and stopped from outside.
#[derive(Clone, Copy, Default)]
pub struct Control<'a> {
    /// Set to true by anybody to stop; looked at every few draws.
    pub cancelled: Option<&'a AtomicBool>,
    /// Called after each block, and more often where draws take long, from the thread that made them;
    /// blocks end in any order.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Uses only the instructions that every processor has. The result is the same, slower.
    pub portable: bool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Draws made so far.
    pub draws: u64,
    /// Draws asked for.
    pub of: u64,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// All draws were made.
    Complete,
    /// Standard errors were small enough.
    Precise,
    /// Somebody stopped it. The draws made are the first of those asked for; there may be none.
    Cancelled,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The counts.
    pub tally: Tally,
    /// Draws made, counted or undefined: always the first ones.
    pub made: u64,
    /// Draws asked for.
    pub requested: u64,
    /// Why it ended.
    pub stopped: Stopped,
}

/// Draws, scores, ranks and counts.
///
/// The result depends on scorer, sampler and plan alone. Memory grows with the number of threads and
/// the square of the places, never with the number of draws.
///
/// # Errors
///
/// [`RobustnessError::NoDraws`] for zero draws, [`RobustnessError::NoPlaces`] without places, and
/// [`RobustnessError::Length`] if sampler and scorer do not agree on the number of weights.
///
/// # References
///
/// Lahdelma and Salminen (2001), SMAA-2, *Operations Research* 49(3).
///
/// # Examples
///
/// ```
/// use exacity::robustness::{Additive, Control, Plan, Sampler, Vary, run};
/// let places = Additive::new(&[vec![1.0, 0.0], vec![0.0, 1.0], vec![0.4, 0.4]])?;
/// let sampler = Sampler::flat(&Vary::Uniform { count: 2 })?;
/// let outcome = run(&places, &sampler, &Plan::new(10_000, 1), &Control::default())?;
/// let first = outcome.tally.rank_count(0, 0) as f64 / outcome.tally.draws as f64;
/// assert!((first - 0.5).abs() < 0.02);
/// # Ok::<(), exacity::robustness::RobustnessError>(())
/// ```
pub fn run<S: BatchScorer + ?Sized>(
    scorer: &S,
    sampler: &Sampler,
    plan: &Plan,
    control: &Control<'_>,
) -> Result<Outcome, RobustnessError> {
    run_views(&[View { scorer, sampler }], plan, control)
}

/// Draws, scores, ranks and counts over several views, which take turns: draws 0 to 7 are the first
/// view's, draws 8 to 15 the second's, and so on.
///
/// # Errors
///
/// As [`run`]; [`RobustnessError::Length`] also if views differ in places or weights, and
/// [`RobustnessError::NoPlaces`] without a view.
pub fn run_views<S: BatchScorer + ?Sized>(
    views: &[View<'_, S>],
    plan: &Plan,
    control: &Control<'_>,
) -> Result<Outcome, RobustnessError> {
    check(views, plan)?;
    let mut tally = empty(views, plan);
    let places = views[0].scorer.places();
    let blocks = plan.draws.div_ceil(BLOCK_DRAWS);
    let (mut made, mut stopped) = (0, Stopped::Complete);
    blocks_in_order(
        views,
        plan,
        control,
        (0..blocks, places),
        &mut |block, part, drawn| {
            tally.merge(part);
            made += drawn;
            // A block that was stopped is the last one that counts: draws are a row without gaps.
            if drawn < size(plan, block) {
                stopped = Stopped::Cancelled;
            } else if plan.until.is_some_and(|goal| precise(&tally, goal)) && made < plan.draws {
                stopped = Stopped::Precise;
            }
            stopped == Stopped::Complete
        },
    );
    Ok(outcome(tally, made, plan, stopped))
}

/// Draws some blocks of a run and hands over the counts of each, in order. Returns whether all of them were
/// made.
///
/// Who adds the counts of all blocks of a run in their order, wherever they were made, has the tally that
/// [`run_views`] gives.
///
/// # Errors
///
/// As [`run_views`].
pub fn run_blocks<S: BatchScorer + ?Sized>(
    views: &[View<'_, S>],
    plan: &Plan,
    control: &Control<'_>,
    blocks: std::ops::Range<u64>,
    visit: &mut dyn FnMut(&Tally),
) -> Result<bool, RobustnessError> {
    check(views, plan)?;
    let places = views[0].scorer.places();
    let mut complete = true;
    blocks_in_order(
        views,
        plan,
        control,
        (blocks, places),
        &mut |block, part, drawn| {
            complete = drawn == size(plan, block);
            visit(part);
            complete
        },
    );
    Ok(complete)
}

/// Returns a tally of no draws, as a run over these views starts with.
pub fn empty<S: BatchScorer + ?Sized>(views: &[View<'_, S>], plan: &Plan) -> Tally {
    Tally::new(views[0].scorer.leaves(), &ranges(views), plan.collect)
}

/// Runs blocks on all threads and hands over their tallies in order, with the draws made, until `visit`
/// says `false`.
fn blocks_in_order<S: BatchScorer + ?Sized>(
    views: &[View<'_, S>],
    plan: &Plan,
    control: &Control<'_>,
    (blocks, places): (std::ops::Range<u64>, usize),
    visit: &mut dyn FnMut(u64, &Tally, u64) -> bool,
) {
    let of = blocks.end.saturating_mul(BLOCK_DRAWS).min(plan.draws);
    let of = of.saturating_sub(blocks.start * BLOCK_DRAWS);
    let finished = AtomicU64::new(0);
    let tick = |draws: u64| {
        let so_far = finished.fetch_add(draws, Ordering::Relaxed) + draws;
        if let Some(progress) = control.progress.filter(|_| draws > 0) {
            progress(Progress { draws: so_far, of });
        }
    };
    let job = Job {
        views,
        seed: plan.seed,
        collect: plan.collect,
        keys: Keys::new(ranges(views)),
        portable: control.portable,
        cancelled: control.cancelled,
        tick: &tick,
    };
    let mut start = blocks.start;
    while start < blocks.end {
        let end = blocks.end.min(start + wave(places));
        for (block, (part, drawn)) in (start..end).zip(blocks_of(&job, plan, start..end)) {
            if !visit(block, &part, drawn) {
                return;
            }
        }
        start = end;
    }
}

/// One draw with everything about it.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'d> {
    /// Its number.
    pub draw: u64,
    /// The view it was made by.
    pub view: usize,
    /// Weights, then normal and uniform numbers.
    pub weights: &'d [f64],
    /// Scores of the places; NaN where there is none.
    pub scores: &'d [f64],
}

/// Makes some draws of a run again and shows them in order, until `visit` says `false`.
///
/// These are the very draws that a run with this seed counts.
pub fn walk<S: BatchScorer + ?Sized>(
    views: &[View<'_, S>],
    seed: u64,
    draws: std::ops::Range<u64>,
    mut visit: impl FnMut(Drawn<'_>) -> bool,
) {
    let mut scratch: Vec<Scratch> = views.iter().map(|v| v.sampler.scratch()).collect();
    let most = views.iter().map(|v| v.sampler.rows()).max().unwrap_or(0);
    let mut rows = vec![[0.0; LANES]; most];
    let mut out = vec![[0.0; LANES]; views.first().map_or(0, |v| v.scorer.places())];
    let mut start = draws.start - draws.start % BLOCK_DRAWS;
    while start < draws.end {
        let mut rng = LaneRng::new(seed, PURPOSE, start / BLOCK_DRAWS);
        let end = draws.end.min(start + BLOCK_DRAWS);
        for first in (start..end).step_by(LANES) {
            let view = turn(first, views.len());
            let View { scorer, sampler } = &views[view];
            let rows = &mut rows[..sampler.rows()];
            // Earlier draws of the block are made to bring the generator to where it was.
            sampler.fill(&mut rng, first, &mut scratch[view], rows);
            if first + LANES as u64 <= draws.start {
                continue;
            }
            scorer.score_block(rows, &mut out);
            for (lane, draw) in (first..end.min(first + LANES as u64)).enumerate() {
                let of = |rows: &[Lane]| rows.iter().map(|row| row[lane]).collect::<Vec<f64>>();
                let shown = draw < draws.start
                    || visit(Drawn {
                        draw,
                        view,
                        weights: &of(rows),
                        scores: &of(&out),
                    });
                if !shown {
                    return;
                }
            }
        }
        start = end;
    }
}

/// Returns the lowest and highest score of each place in any view.
fn ranges<S: BatchScorer + ?Sized>(views: &[View<'_, S>]) -> Vec<(f64, f64)> {
    let of = |place| {
        let all = views.iter().map(|view| view.scorer.range(place));
        all.reduce(|(low, high), (l, h)| (low.min(l), high.max(h)))
    };
    (0..views[0].scorer.places())
        .map(|place| of(place).unwrap_or_default())
        .collect()
}

fn check<S: BatchScorer + ?Sized>(
    views: &[View<'_, S>],
    plan: &Plan,
) -> Result<(), RobustnessError> {
    if plan.draws == 0 {
        return Err(RobustnessError::NoDraws);
    }
    let first = views.first().ok_or(RobustnessError::NoPlaces)?.scorer;
    if first.places() == 0 {
        return Err(RobustnessError::NoPlaces);
    }
    for View { scorer, sampler } in views {
        for (what, expected, found) in [
            ("places of a view", first.places(), scorer.places()),
            ("weights of a view", first.leaves(), scorer.leaves()),
            ("weights per draw", scorer.leaves(), sampler.weights()),
            (
                "normal numbers per draw",
                scorer.normals(),
                sampler.normals(),
            ),
            (
                "uniform numbers per draw",
                scorer.uniforms(),
                sampler.uniforms(),
            ),
        ] {
            if expected != found {
                return Err(RobustnessError::Length {
                    what,
                    expected,
                    found,
                });
            }
        }
    }
    if let Some(value) = plan.until.filter(|goal| !(goal.is_finite() && *goal > 0.0)) {
        let (what, need) = (
            "largest standard error",
            "it is a positive number, such as 0.001",
        );
        return Err(RobustnessError::Value {
            what,
            index: 0,
            value,
            need,
        });
    }
    Ok(())
}

fn outcome(tally: Tally, made: u64, plan: &Plan, stopped: Stopped) -> Outcome {
    Outcome {
        tally,
        made,
        requested: plan.draws,
        stopped,
    }
}

fn precise(tally: &Tally, goal: f64) -> bool {
    tally.draws > 0 && tally.largest_standard_error() <= goal
}

/// Returns the draws in a block: the last one may be short.
fn size(plan: &Plan, block: u64) -> u64 {
    BLOCK_DRAWS.min(plan.draws - block * BLOCK_DRAWS)
}

/// Runs some blocks side by side, each with the number of draws made.
fn blocks_of<S: BatchScorer + ?Sized>(
    job: &Job<'_, S>,
    plan: &Plan,
    blocks: std::ops::Range<u64>,
) -> Vec<(Tally, u64)> {
    let one = |block: u64| job.block(block, size(plan, block));
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        let blocks: Vec<u64> = blocks.collect();
        blocks.into_par_iter().with_max_len(1).map(one).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        blocks.map(one).collect()
    }
}

/// Blocks that are under way before their tallies are merged: enough to keep threads busy, few
/// enough to bound memory. It changes no result.
fn wave(places: usize) -> u64 {
    #[cfg(feature = "parallel")]
    let threads = rayon::current_num_threads() as u64;
    #[cfg(not(feature = "parallel"))]
    let threads = 1;
    if places <= 256 { 8 * threads } else { threads }
}
