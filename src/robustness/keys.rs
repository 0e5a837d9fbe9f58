//! Ranking eight draws at once, with whole numbers.
//!
//! A score becomes a key of 25 or 26 bits with the place's number below it, and one sorting network orders eight
//! draws side by side. Two scores that fall on one key cannot be told apart by it: then the eight draws are ranked
//! again from the full scores ([`super::count`]), so that the result is exact and equal scores share a rank.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::network::{LIMIT, Network};
use crate::num::lanes::{LANES, Lane, TO_WHOLE};
use pulp::{Simd, WithSimd};

/// Places of a row of counts: all that a byte can name, and room that keeps rows from sharing sets of the cache.
const ROW: usize = 272;

/// Where the low half of a number of 64 bits stands.
const LOW: usize = if cfg!(target_endian = "little") { 0 } else { 1 };

/// How scores become keys.
pub(super) struct Keys {
    ranges: Vec<(f64, f64)>,
    high: f64,
    /// Both in steps that leave room for the place's number.
    scale: f64,
    top: f64,
    /// Added and taken away again, it leaves the nearest whole step.
    step: f64,
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
        let room = f64::from(1_u32 << index_bits);
        Self {
            ranges,
            high,
            scale: scale * room,
            top: top * room,
            step: TO_WHOLE * room,
            index_bits,
            network,
        }
    }

    pub(super) fn ranges(&self) -> &[(f64, f64)] {
        &self.ranges
    }

    /// Maps scores to keys, lower for a higher score; undefined scores come first. `sums` is room to work in.
    #[inline(always)]
    fn fill<I: Simd>(
        &self,
        simd: I,
        scores: &[Lane],
        sums: &mut [Lane],
        keys: &mut [[u32; LANES]],
    ) {
        let (high, scale) = (simd.splat_f64s(self.high), simd.splat_f64s(self.scale));
        let (zero, top) = (simd.splat_f64s(0.0), simd.splat_f64s(self.top));
        let step = simd.splat_f64s(self.step);
        let pieces = const { LANES / I::F64_LANES };
        let (from, _) = I::as_simd_f64s(scores.as_flattened());
        let (to, _) = I::as_mut_simd_f64s(sums.as_flattened_mut());
        let mut place = TO_WHOLE;
        for (from, to) in from.chunks_exact(pieces).zip(to.chunks_exact_mut(pieces)) {
            let of_place = simd.splat_f64s(place);
            for (&score, to) in from.iter().zip(to) {
                let x = simd.mul_f64s(simd.sub_f64s(high, score), scale);
                // NaN becomes zero: the second operand stands where they cannot be compared.
                let x = simd.min_f64s(simd.max_f64s(x, zero), top);
                let x = simd.sub_f64s(simd.add_f64s(x, step), step);
                *to = simd.add_f64s(x, of_place);
            }
            place += 1.0;
        }
        // The low half of each sum is a whole number below 2^31: the key.
        let halves: &[[u32; 2 * LANES]] = pulp::bytemuck::cast_slice(sums);
        for (key, halves) in keys.iter_mut().zip(halves) {
            for lane in 0..LANES {
                key[lane] = halves[2 * lane + LOW];
            }
        }
    }
}

/// Counts of one block for up to [`LIMIT`] places.
pub(super) struct Small {
    sums: [Lane; LIMIT],
    /// By place, for pairs; by rank.
    keys: [[u32; LANES]; LIMIT],
    sorted: [[u32; LANES]; LIMIT],
    /// `[rank][place]`. A block has fewer draws than a `u32` counts.
    pub(super) ranks: Vec<[u32; ROW]>,
    /// Draws in which the first of a pair scored higher, and in which the two were equal; pairs
    /// (0, 1), (0, 2), …, (1, 2), ….
    pub(super) wins: Vec<[u32; LANES]>,
    pub(super) ties: Vec<[u32; LANES]>,
}

impl Small {
    /// Makes empty counts for so many pairs.
    pub(super) fn new(pairs: usize) -> Self {
        Self {
            sums: [[0.0; LANES]; LIMIT],
            keys: [[0; LANES]; LIMIT],
            sorted: [[0; LANES]; LIMIT],
            ranks: vec![[0; ROW]; LIMIT],
            wins: vec![[0; LANES]; pairs],
            ties: vec![[0; LANES]; pairs],
        }
    }
}

/// Ranks eight draws by keys and counts them; false, and nothing counted, if keys do not tell all
/// scores apart.
///
/// Compiled once per kind of processor, and not once more for every scorer.
pub(super) struct ByKeys<'a> {
    pub(super) keys: &'a Keys,
    pub(super) small: &'a mut Small,
    /// Without the normal and uniform numbers of the draw.
    pub(super) weights: &'a [Lane],
    pub(super) scores: &'a [Lane],
    /// `[place][weight]`: sums over the draws in which the place is first.
    pub(super) first_weights: &'a mut [f64],
}

impl WithSimd for ByKeys<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<I: Simd>(self, simd: I) -> bool {
        let (places, bits) = (self.scores.len().min(LIMIT), self.keys.index_bits);
        let small = self.small;
        let (sums, sorted) = (&mut small.sums[..places], &mut small.sorted[..places]);
        self.keys.fill(simd, self.scores, sums, sorted);
        if !small.wins.is_empty() {
            small.keys = small.sorted;
        }
        self.keys.network.sort_keys(simd, &mut small.sorted);
        if has_equal(simd, &small.sorted[..places], bits) {
            return false;
        }
        let sorted = &mut small.sorted[..places];
        keep_places(sorted, bits);
        count_ranks(sorted, &mut small.ranks);
        add_weights(&sorted[0], self.weights, self.first_weights);
        if !small.wins.is_empty() {
            count_wins(&small.keys[..places], &mut small.wins);
        }
        true
    }
}

/// Leaves of each key the place in its low bits.
#[inline(always)]
fn keep_places(sorted: &mut [[u32; LANES]], bits: u32) {
    let mask = (1 << bits) - 1;
    for row in sorted {
        let mut places = *row;
        for place in &mut places {
            *place &= mask;
        }
        *row = places;
    }
}

#[inline(always)]
fn count_ranks(sorted: &[[u32; LANES]], ranks: &mut [[u32; ROW]]) {
    for (places, counts) in sorted.iter().zip(ranks) {
        // A copy, for the compiler does not know that counts lie elsewhere.
        let places = *places;
        for place in places {
            counts[usize::from(place.to_le_bytes()[0])] += 1;
        }
    }
}

/// Adds the weights of each draw to the sums of the place that is first in it.
#[inline(always)]
fn add_weights(first: &[u32; LANES], weights: &[Lane], sums: &mut [f64]) {
    let leaves = weights.len();
    for (lane, place) in first.iter().enumerate() {
        let at = usize::from(place.to_le_bytes()[0]) * leaves;
        for (sum, row) in sums[at..at + leaves].iter_mut().zip(weights) {
            *sum += row[lane];
        }
    }
}

#[inline(always)]
fn count_wins(keys: &[[u32; LANES]], wins: &mut [[u32; LANES]]) {
    let mut pairs = wins.iter_mut();
    for (place, above) in keys.iter().enumerate() {
        for (below, wins) in keys[place + 1..].iter().zip(&mut pairs) {
            for lane in 0..LANES {
                // Keys are positive with sign, too, and processors compare only such numbers fast.
                let wins_it = above[lane].cast_signed() < below[lane].cast_signed();
                wins[lane] += u32::from(wins_it);
            }
        }
    }
}

/// Tells whether neighbours in any lane have the same key apart from the place's number.
#[inline(always)]
fn has_equal<I: Simd>(simd: I, sorted: &[[u32; LANES]], bits: u32) -> bool {
    let pieces = const { LANES / I::U32_LANES };
    let (keys, _) = I::as_simd_u32s(sorted.as_flattened());
    let mut closest = simd.splat_u32s(u32::MAX);
    for (&upper, &lower) in keys.iter().zip(keys.iter().skip(pieces)) {
        closest = simd.min_u32s(closest, simd.xor_u32s(upper, lower));
    }
    let equal = simd.less_than_u32s(closest, simd.splat_u32s(1 << bits));
    simd.first_true_m32s(equal) < I::U32_LANES
}
