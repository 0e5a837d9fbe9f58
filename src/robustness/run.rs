//! Runs draws in blocks, on as many threads as there are, with the same result on any number.
//!
//! Threads take blocks; their tallies are merged in the order of blocks. A result always covers a
//! complete row of blocks from the first on: what a run that was stopped returns is what a shorter
//! run would have returned.

use super::RobustnessError;
use super::batch::BatchScorer;
use super::kernel::{Job, Keys};
use super::sample::Sampler;
use super::tally::{Collect, Tally};
use crate::num::rng::BLOCK_DRAWS;
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
    /// Called after each block, from the thread that made it; blocks end in any order.
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
    check(scorer, sampler, plan)?;
    let ranges: Vec<(f64, f64)> = (0..scorer.places())
        .map(|place| scorer.range(place))
        .collect();
    let mut tally = Tally::new(scorer.leaves(), &ranges, plan.collect);
    let job = Job {
        scorer,
        sampler,
        seed: plan.seed,
        collect: plan.collect,
        keys: Keys::new(ranges),
        portable: control.portable,
        cancelled: control.cancelled,
    };
    let blocks = plan.draws.div_ceil(BLOCK_DRAWS);
    let (finished, mut made) = (AtomicU64::new(0), 0);
    let mut start = 0;
    while start < blocks {
        let end = blocks.min(start + wave(scorer.places()));
        for (block, part) in (start..end).zip(blocks_of(&job, plan, control, start..end, &finished))
        {
            let Some(part) = part else {
                return Ok(outcome(tally, made, plan, Stopped::Cancelled));
            };
            tally.merge(&part);
            made += size(plan, block);
            if plan.until.is_some_and(|goal| precise(&tally, goal)) && made < plan.draws {
                return Ok(outcome(tally, made, plan, Stopped::Precise));
            }
        }
        start = end;
    }
    Ok(outcome(tally, made, plan, Stopped::Complete))
}

fn check<S: BatchScorer + ?Sized>(
    scorer: &S,
    sampler: &Sampler,
    plan: &Plan,
) -> Result<(), RobustnessError> {
    if plan.draws == 0 {
        return Err(RobustnessError::NoDraws);
    }
    if scorer.places() == 0 {
        return Err(RobustnessError::NoPlaces);
    }
    for (what, expected, found) in [
        ("weights per draw", scorer.leaves(), sampler.weights()),
        (
            "normal numbers per draw",
            scorer.normals(),
            sampler.rows() - sampler.weights(),
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

/// Runs some blocks side by side; `None` for those that were cancelled.
fn blocks_of<S: BatchScorer + ?Sized>(
    job: &Job<'_, S>,
    plan: &Plan,
    control: &Control<'_>,
    blocks: std::ops::Range<u64>,
    finished: &AtomicU64,
) -> Vec<Option<Tally>> {
    let one = |block: u64| {
        let draws = size(plan, block);
        let part = job.block(block, draws)?;
        let so_far = finished.fetch_add(draws, Ordering::Relaxed) + draws;
        if let Some(progress) = control.progress {
            progress(Progress {
                draws: so_far,
                of: plan.draws,
            });
        }
        Some(part)
    };
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
