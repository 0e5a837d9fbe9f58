//! Counts of one block: ranks, wins, weights of those in front, means and spreads of scores.
//!
//! What keys tell apart is counted by [`super::keys`]; the rest, and leagues beyond [`LIMIT`] places, draw by draw
//! from the full scores.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::batch::BatchScorer;
use super::kernel::{Job, View};
use super::keys::{ByKeys, Keys, Small};
use super::network::LIMIT;
use super::tally::{SCORE_BINS, Tally};
use crate::num::lanes::{LANES, Lane, TO_WHOLE};
use pulp::Simd;

/// Counts of one block in the form that is fastest to add to.
pub(super) struct Counter<'a> {
    keys: &'a Keys,
    /// Whether draws have to be looked at for undefined scores.
    check: bool,
    tally: Tally,
    small: Option<Box<Small>>,
    order: Vec<u32>,
    sums: Vec<[Lane; 2]>,
    weights: Vec<Lane>,
}

impl<'a> Counter<'a> {
    pub(super) fn new<S: BatchScorer + ?Sized>(job: &'a Job<'_, S>) -> Self {
        let first = &job.views[0].scorer;
        let (places, leaves) = (first.places(), first.leaves());
        let defined = |v: &View<S>| v.scorer.always_defined() && v.sampler.always_defined();
        let pairs = if job.collect.pairs {
            places * (places - 1) / 2
        } else {
            0
        };
        let small = (places <= LIMIT).then(|| Box::new(Small::new(pairs)));
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
    pub(super) fn chunk<I: Simd>(
        &mut self,
        simd: I,
        first: u64,
        used: usize,
        weights: &[Lane],
        scores: &mut [Lane],
    ) {
        let whole = used == LANES && !(self.check && any_undefined(scores));
        if whole {
            self.tally.draws += LANES as u64;
            for (sum, row) in self.weights.iter_mut().zip(weights) {
                let (mut total, row) = (*sum, *row);
                for lane in 0..LANES {
                    total[lane] += row[lane];
                }
                *sum = total;
            }
            self.add_scores(scores);
            if let Some(small) = self.small.as_deref_mut() {
                let by_keys = ByKeys {
                    keys: self.keys,
                    small,
                    weights: &weights[..self.weights.len()],
                    scores,
                    first_weights: &mut self.tally.first_weights,
                };
                if simd.vectorize(by_keys) {
                    return;
                }
            }
        }
        self.careful(first, used, whole, weights, scores);
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
    pub(super) fn finish(mut self) -> Tally {
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
