//! The inner loop: draw, score, rank and count one block.
//!
//! Eight draws go through together, as the lanes of vectors that stay in the first-level cache. [`super::keys`]
//! ranks them, and [`super::count`] what it cannot tell apart.
//!
//! Every function on the way is forced inline, so that [`pulp`] can compile the whole loop once for
//! plain and once for wide vectors. Both do the same additions in the same order: no bit differs.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::batch::BatchScorer;
use super::count::Counter;
use super::keys::Keys;
use super::sample::{PURPOSE, Sampler, Scratch};
use super::tally::{Collect, Tally};
use crate::num::lanes::LANES;
use crate::num::rng::{BLOCK_DRAWS, LaneRng};
use pulp::{Arch, Scalar, Simd, WithSimd};
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws of a slow scorer after which somebody is told.
const TICK: u64 = 64;

/// What all blocks of a run share.
pub(super) struct Job<'a, S: ?Sized> {
    /// Taken in turn by the chunks of eight draws; at least one.
    pub(super) views: &'a [View<'a, S>],
    pub(super) seed: u64,
    pub(super) collect: Collect,
    pub(super) keys: Keys,
    /// Keeps to the instructions that every processor has.
    pub(super) portable: bool,
    pub(super) cancelled: Option<&'a AtomicBool>,
    /// Told of draws made: after each block, and more often where draws take long.
    pub(super) tick: &'a (dyn Fn(u64) + Sync),
}

/// One way to draw and score: a scorer with the sampler of its weights.
///
/// A run over several takes them in turn, eight draws each, so that all have equal say.
#[derive(Debug)]
pub struct View<'a, S: ?Sized> {
    /// Scores the places.
    pub scorer: &'a S,
    /// Draws what the scorer takes.
    pub sampler: &'a Sampler,
}

impl<S: BatchScorer + ?Sized> Job<'_, S> {
    /// Runs the first `draws` draws of a block, fewer when cancelled; returns the number made, too.
    pub(super) fn block(&self, block: u64, draws: u64) -> (Tally, u64) {
        let pass = Pass {
            job: self,
            block,
            draws,
        };
        if self.portable {
            pass.with_simd(Scalar)
        } else {
            Arch::new().dispatch(pass)
        }
    }
}

/// One block, in the form that is compiled once per kind of processor.
struct Pass<'a, 'b, S: ?Sized> {
    job: &'a Job<'b, S>,
    block: u64,
    draws: u64,
}

impl<S: BatchScorer + ?Sized> WithSimd for Pass<'_, '_, S> {
    type Output = (Tally, u64);

    #[inline(always)]
    fn with_simd<I: Simd>(self, simd: I) -> Self::Output {
        let job = self.job;
        let mut rng = LaneRng::new(job.seed, PURPOSE, self.block);
        let mut scratch: Vec<Scratch> = job.views.iter().map(|v| v.sampler.scratch()).collect();
        let rows = job.views.iter().map(|v| v.sampler.rows()).max();
        let mut weights = vec![[0.0; LANES]; rows.unwrap_or(0)];
        let mut scores = vec![[0.0; LANES]; job.views[0].scorer.places()];
        let mut counter = Counter::new(job);
        let start = self.block * BLOCK_DRAWS;
        let slow = job.views.iter().any(|view| view.scorer.is_slow());
        let (mut made, mut told) = (0, 0);
        for first in (0..self.draws).step_by(LANES) {
            if job
                .cancelled
                .is_some_and(|flag| flag.load(Ordering::Relaxed))
            {
                break;
            }
            let turn = turn(start + first, job.views.len());
            let View { scorer, sampler } = &job.views[turn];
            let weights = &mut weights[..sampler.rows()];
            sampler.fill_with(simd, &mut rng, start + first, &mut scratch[turn], weights);
            scorer.score_block(weights, &mut scores);
            // At most LANES, so it fits.
            let used = usize::try_from(self.draws - first).map_or(LANES, |left| left.min(LANES));
            counter.chunk(simd, start + first, used, weights, &mut scores);
            made = self.draws.min(first + LANES as u64);
            if slow && made - told >= TICK {
                (job.tick)(made - told);
                told = made;
            }
        }
        (job.tick)(made - told);
        (counter.finish(), made)
    }
}

/// Returns which of `count` views the chunk takes that starts with this draw.
#[inline(always)]
pub(super) fn turn(draw: u64, count: usize) -> usize {
    if count == 1 {
        return 0;
    }
    // The remainder is below the number of views.
    usize::try_from(draw / LANES as u64 % count as u64).unwrap_or(0)
}
