//! The inner loop: draw, score, rank and count one block.
//!
//! Eight draws go through together, as the lanes of vectors that stay in the first-level cache.
//! Ranking is integer work: a score becomes a key of 25 or 26 bits with the place's number below it,
//! and one sorting network orders eight draws at once. Two scores that fall on one key cannot be
//! told apart by it: then the eight draws are ranked again from the full scores, so that the result
//! is exact and equal scores share a rank. Beyond [`LIMIT`] places each draw is sorted by itself.
//!
//! Every function on the way is forced inline, so that [`pulp`] can compile the whole loop once for
//! plain and once for wide vectors. Both do the same additions in the same order: no bit differs.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::batch::BatchScorer;
use super::network::{LIMIT, Network};
use super::sample::{PURPOSE, Sampler, Scratch};
use super::tally::{Collect, SCORE_BINS, Tally};
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::{BLOCK_DRAWS, LaneRng};
use pulp::{Arch, Scalar, Simd, WithSimd};
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws of a slow scorer after which somebody is told.
const TICK: u64 = 64;

/// 2^52: adding it to a smaller number leaves the nearest whole number in the low bits.
const TO_WHOLE: f64 = 4_503_599_627_370_496.0;

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

/// How scores become keys.
pub(super) struct Keys {
    ranges: Vec<(f64, f64)>,
    high: f64,
    scale: f64,
    top: f64,
    index_bits: u32,
    network: Network,
}

impl Keys {
    pub(super) fn new(ranges: Vec<(f64, f64)>) -> Self {
        let index_bits = if ranges.len() <= 32 { 5 } else { 6 };
        // Keys stay positive in 32 bits with sign: old processors compare only those fast.
        let top = f64::from((1_u32 << (31 - index_bits)) - 1);
        let low = ranges.iter().map(|r| r.0).fold(f64::INFINITY, f64::min);
        let high = ranges.iter().map(|r| r.1).fold(f64::NEG_INFINITY, f64::max);
        let scale = (top - 1.0) / (high - low);
        // Without a range all keys are equal, and full scores decide.
        let scale = if scale.is_finite() && scale > 0.0 {
            scale
        } else {
            0.0
        };
        let network = Network::new(if ranges.len() <= LIMIT {
            ranges.len()
        } else {
            0
        });
        Self {
            ranges,
            high,
            scale,
            top,
            index_bits,
            network,
        }
    }

    pub(super) fn ranges(&self) -> &[(f64, f64)] {
        &self.ranges
    }

    /// Maps a score to a whole number, smaller for a higher score. Undefined scores come first.
    #[inline(always)]
    fn key(&self, score: f64) -> i32 {
        let x = (self.high - score) * self.scale;
        let x = if x > 0.0 { x } else { 0.0 };
        let x = if x < self.top { x } else { self.top };
        // The sum's low half is a whole number up to `top`.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the low half is the number"
        )]
        let key = (x + TO_WHOLE).to_bits() as i32;
        key
    }
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
    fn with_simd<I: Simd>(self, _: I) -> Self::Output {
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
            sampler.fill(&mut rng, start + first, &mut scratch[turn], weights);
            scorer.score_block(weights, &mut scores);
            // At most LANES, so it fits.
            let used = usize::try_from(self.draws - first).map_or(LANES, |left| left.min(LANES));
            counter.chunk(start + first, used, weights, &mut scores);
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

/// Counts of one block in the form that is fastest to add to.
struct Counter<'a> {
    keys: &'a Keys,
    /// Whether draws have to be looked at for undefined scores.
    check: bool,
    tally: Tally,
    small: Option<Box<Small>>,
    order: Vec<u32>,
    sums: Vec<[Lane; 2]>,
    weights: Vec<Lane>,
}

/// Counts for up to [`LIMIT`] places.
struct Small {
    keys: [[i32; LANES]; LIMIT],
    sorted: [[i32; LANES]; LIMIT],
    /// `[rank][place]`. A block has fewer draws than a `u32` counts.
    ranks: [[u32; LIMIT]; LIMIT],
    /// Draws in which the first of a pair scored higher, and in which the two were equal; pairs
    /// (0, 1), (0, 2), …, (1, 2), ….
    wins: Vec<[u32; LANES]>,
    ties: Vec<[u32; LANES]>,
}

impl<'a> Counter<'a> {
    fn new<S: BatchScorer + ?Sized>(job: &'a Job<'_, S>) -> Self {
        let first = &job.views[0].scorer;
        let (places, leaves) = (first.places(), first.leaves());
        let defined = |v: &View<S>| v.scorer.always_defined() && v.sampler.always_defined();
        let pairs = if job.collect.pairs {
            places * (places - 1) / 2
        } else {
            0
        };
        let small = (places <= LIMIT).then(|| {
            Box::new(Small {
                keys: [[0; LANES]; LIMIT],
                sorted: [[0; LANES]; LIMIT],
                ranks: [[0; LIMIT]; LIMIT],
                wins: vec![[0; LANES]; pairs],
                ties: vec![[0; LANES]; pairs],
            })
        });
        Self {
            keys: &job.keys,
            check: !job.views.iter().all(defined),
            tally: Tally::new(leaves, job.keys.ranges(), job.collect),
            small,
            order: (0..).take(places).collect(),
            sums: vec![[[0.0; LANES]; 2]; if job.collect.scores { places } else { 0 }],
            weights: vec![[0.0; LANES]; leaves],
        }
    }

    /// Counts the draws of the first `used` lanes, of which the first has the number `first`.
    #[inline(always)]
    fn chunk(&mut self, first: u64, used: usize, weights: &[Lane], scores: &mut [Lane]) {
        let whole = used == LANES && !(self.check && any_undefined(scores));
        if whole {
            self.tally.draws += LANES as u64;
            for (sum, row) in self.weights.iter_mut().zip(weights) {
                for lane in 0..LANES {
                    sum[lane] += row[lane];
                }
            }
            self.add_scores(scores);
            if self.small.is_some() && self.rank_by_keys(weights, scores) {
                return;
            }
        }
        self.careful(first, used, whole, weights, scores);
    }

    /// Ranks eight draws by keys and counts them; false, and nothing counted, if keys do not tell
    /// all scores apart.
    #[inline(always)]
    fn rank_by_keys(&mut self, weights: &[Lane], scores: &[Lane]) -> bool {
        let (places, bits) = (scores.len(), self.keys.index_bits);
        let Some(small) = self.small.as_deref_mut() else {
            return false;
        };
        for ((row, score), place) in small.keys.iter_mut().zip(scores).zip(0_i32..) {
            for lane in 0..LANES {
                row[lane] = (self.keys.key(score[lane]) << bits) | place;
            }
        }
        small.sorted[..places].copy_from_slice(&small.keys[..places]);
        self.keys.network.sort(&mut small.sorted);
        if has_equal(&small.sorted[..places], bits) {
            return false;
        }
        let mask = (1 << bits) - 1;
        for (row, counts) in small.sorted[..places].iter().zip(&mut small.ranks) {
            for key in row {
                counts[place_of(*key, mask)] += 1;
            }
        }
        let leaves = self.weights.len();
        for (lane, key) in small.sorted[0].iter().enumerate() {
            let at = place_of(*key, mask) * leaves;
            let sums = &mut self.tally.first_weights[at..at + leaves];
            for (sum, row) in sums.iter_mut().zip(weights) {
                *sum += row[lane];
            }
        }
        if !small.wins.is_empty() {
            let mut pairs = small.wins.iter_mut();
            for (place, above) in small.keys[..places].iter().enumerate() {
                for (below, wins) in small.keys[place + 1..places].iter().zip(&mut pairs) {
                    for lane in 0..LANES {
                        wins[lane] += u32::from(above[lane] < below[lane]);
                    }
                }
            }
        }
        true
    }

    /// Adds scores of eight defined draws to means and histograms.
    #[inline(always)]
    fn add_scores(&mut self, scores: &[Lane]) {
        let Some(tallies) = &mut self.tally.scores else {
            return;
        };
        for ((tally, sums), row) in tallies.iter_mut().zip(&mut self.sums).zip(scores) {
            let middle = 0.5 * (tally.low + tally.high);
            for lane in 0..LANES {
                let from_middle = row[lane] - middle;
                sums[0][lane] += from_middle;
                sums[1][lane] += from_middle * from_middle;
            }
            let scale = bin_scale(tally.low, tally.high);
            let mut bins = [0; LANES];
            for lane in 0..LANES {
                bins[lane] = bin(row[lane], tally.low, scale);
            }
            for bin in bins {
                tally.bins[bin & (SCORE_BINS - 1)] += 1;
            }
        }
    }

    /// Counts draws one by one, from full scores: the last draws of a run, draws next to an
    /// undefined one, scores that keys cannot tell apart, and more than [`LIMIT`] places. `counted`
    /// says that weights and scores are already added.
    #[inline(never)]
    fn careful(
        &mut self,
        first: u64,
        used: usize,
        counted: bool,
        weights: &[Lane],
        scores: &mut [Lane],
    ) {
        for lane in 0..LANES {
            let undefined = scores.iter().any(|row| !row[lane].is_finite());
            if lane < used && !undefined {
                self.draw(lane, counted, weights, scores);
                continue;
            }
            if lane < used {
                self.tally.undefined += 1;
                self.tally
                    .first_undefined
                    .get_or_insert(first + lane as u64);
            }
            // Nothing is above or equal to NaN, so pairs of this lane are not counted.
            for row in &mut *scores {
                row[lane] = f64::NAN;
            }
        }
        self.pairs(scores);
    }

    fn draw(&mut self, lane: usize, counted: bool, weights: &[Lane], scores: &[Lane]) {
        if !counted {
            self.tally.draws += 1;
            self.weights
                .iter_mut()
                .zip(weights)
                .for_each(|(sum, row)| sum[lane] += row[lane]);
            self.add_score(lane, scores);
        }
        // The order of the draw before is a good start: a sort of nearly sorted input is quick.
        // Adding zero makes -0 equal to 0.
        let score = |place: u32| scores[place as usize][lane] + 0.0;
        self.order
            .sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        let (places, leaves) = (scores.len(), self.weights.len());
        let mut rank = 0;
        for (position, &place) in self.order.iter().enumerate() {
            let equal = position > 0 && score(place) >= score(self.order[position - 1]);
            rank = if equal { rank } else { position };
            match &mut self.small {
                Some(small) => small.ranks[rank][place as usize] += 1,
                None => self.tally.ranks[rank * places + place as usize] += 1,
            }
            if rank == 0 {
                let sums = &mut self.tally.first_weights[place as usize * leaves..][..leaves];
                sums.iter_mut()
                    .zip(weights)
                    .for_each(|(sum, row)| *sum += row[lane]);
            }
        }
    }

    fn add_score(&mut self, lane: usize, scores: &[Lane]) {
        let Some(tallies) = &mut self.tally.scores else {
            return;
        };
        for ((tally, sums), row) in tallies.iter_mut().zip(&mut self.sums).zip(scores) {
            let from_middle = row[lane] - 0.5 * (tally.low + tally.high);
            sums[0][lane] += from_middle;
            sums[1][lane] += from_middle * from_middle;
            tally.bins[bin(row[lane], tally.low, bin_scale(tally.low, tally.high))] += 1;
        }
    }

    fn pairs(&mut self, scores: &[Lane]) {
        if let Some(small) = &mut self.small {
            let mut counts = small.wins.iter_mut().zip(&mut small.ties);
            for (place, a) in scores.iter().enumerate() {
                for (b, (wins, ties)) in scores[place + 1..].iter().zip(&mut counts) {
                    for lane in 0..LANES {
                        wins[lane] += u32::from(a[lane] > b[lane]);
                        // Comparing twice leaves NaN out and needs no exact equality of floats.
                        ties[lane] += u32::from(a[lane] >= b[lane] && b[lane] >= a[lane]);
                    }
                }
            }
        } else if let Some(wins) = &mut self.tally.wins {
            for (row, a) in wins.chunks_mut(scores.len()).zip(scores) {
                for (count, b) in row.iter_mut().zip(scores) {
                    *count += (0..LANES)
                        .map(|lane| u64::from(a[lane] > b[lane]))
                        .sum::<u64>();
                }
            }
        }
    }

    /// Turns the counts into their final form.
    fn finish(mut self) -> Tally {
        let tally = &mut self.tally;
        for (total, row) in tally.weights.iter_mut().zip(&self.weights) {
            *total = row.iter().fold(0.0, |sum, x| sum + x);
        }
        for (score, [sum, squares]) in tally.scores.iter_mut().flatten().zip(&self.sums) {
            score.sum = sum.iter().fold(0.0, |sum, x| sum + x);
            score.squares = squares.iter().fold(0.0, |sum, x| sum + x);
        }
        let Some(small) = self.small else {
            return self.tally;
        };
        for (row, counts) in tally.ranks.chunks_mut(tally.places).zip(&small.ranks) {
            row.iter_mut()
                .zip(counts)
                .for_each(|(total, &count)| *total = u64::from(count));
        }
        if let Some(wins) = &mut tally.wins {
            let total = |row: &[u32; LANES]| row.iter().map(|&c| u64::from(c)).sum::<u64>();
            let mut pairs = small.wins.iter().zip(&small.ties);
            for a in 0..tally.places {
                for (b, (above, equal)) in (a + 1..tally.places).zip(&mut pairs) {
                    wins[a * tally.places + b] = total(above);
                    wins[b * tally.places + a] = tally.draws - total(above) - total(equal);
                }
            }
        }
        self.tally
    }
}

/// Tells whether any score is infinite or not a number.
#[inline(always)]
fn any_undefined(scores: &[Lane]) -> bool {
    let mut zeros = [0.0; LANES];
    for row in scores {
        for lane in 0..LANES {
            zeros[lane] += row[lane] * 0.0;
        }
    }
    zeros.iter().any(|zero| zero.is_nan())
}

/// Tells whether neighbours in any lane have the same key apart from the place's number.
#[inline(always)]
fn has_equal(sorted: &[[i32; LANES]], bits: u32) -> bool {
    let mut equal = [0; LANES];
    for (upper, lower) in sorted.iter().zip(sorted.iter().skip(1)) {
        for lane in 0..LANES {
            equal[lane] |= i32::from((upper[lane] ^ lower[lane]) >> bits == 0);
        }
    }
    equal != [0; LANES]
}

/// Returns the place in the low bits of a key.
#[inline(always)]
fn place_of(key: i32, mask: i32) -> usize {
    // Keys are positive; the second mask tells the compiler that the place is below LIMIT.
    (key & mask).unsigned_abs() as usize & (LIMIT - 1)
}

#[inline(always)]
fn bin_scale(low: f64, high: f64) -> f64 {
    let width = high - low;
    if width > 0.0 {
        SCORE_BINS as f64 / width
    } else {
        0.0
    }
}

/// Returns the bin of a score; those beyond an edge are put into the end bin.
#[inline(always)]
fn bin(score: f64, low: f64, scale: f64) -> usize {
    const LAST: f64 = (SCORE_BINS - 1) as f64;
    // Half a bin off, rounding to nearest is rounding down.
    let x = (score - low) * scale - 0.5;
    let x = if x > 0.0 { x } else { 0.0 };
    let x = if x < LAST { x } else { LAST };
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are the bin")]
    let bin = (x + TO_WHOLE).to_bits() as u32;
    bin as usize
}
