//! Sorting without branches: a fixed list of comparisons that sorts any input of its length.
//!
//! Eight draws are sorted side by side, so a comparison is a minimum and a maximum of vectors and
//! there is nothing to predict. The list is walked at run time instead of being unrolled at compile
//! time: one loop serves every length, and loads and stores stay in the first-level cache.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use crate::num::lanes::LANES;

/// Longest sequence that is sorted by a network.
pub(super) const LIMIT: usize = 64;

/// The comparisons that sort a sequence of one length.
#[derive(Debug, Clone)]
pub(super) struct Network(Vec<[u8; 2]>);

impl Network {
    /// Makes the network for `len` values: Batcher's merge exchange (Knuth, *The Art of Computer
    /// Programming* 3, 5.2.2, algorithm M), which works for any length.
    pub(super) fn new(len: usize) -> Self {
        debug_assert!(len <= LIMIT, "positions are kept in few bits");
        let mut pairs = vec![];
        let top = len.next_power_of_two() / 2;
        let mut p = top;
        while p > 0 {
            let (mut q, mut r, mut d) = (top, 0, p);
            loop {
                for i in 0..len.saturating_sub(d) {
                    if i & p == r {
                        pairs.push((i, i + d));
                    }
                }
                if q == p {
                    break;
                }
                d = q - p;
                q /= 2;
                r = p;
            }
            p /= 2;
        }
        let byte = |i: usize| u8::try_from(i).unwrap_or(u8::MAX);
        Self(pairs.into_iter().map(|(a, b)| [byte(a), byte(b)]).collect())
    }

    /// Sorts every lane of the first rows upwards, as many as the network has; `N` is at least that.
    /// Values are numbers: NaN would not be sorted.
    #[inline(always)]
    pub(super) fn sort<T: Copy + PartialOrd, const N: usize>(&self, rows: &mut [[T; LANES]; N]) {
        const { assert!(N.is_power_of_two() && N <= LIMIT) }
        for &[a, b] in &self.0 {
            // The masks tell the compiler that both positions are in range.
            let (a, b) = (usize::from(a) & (N - 1), usize::from(b) & (N - 1));
            let (x, y) = (rows[a], rows[b]);
            let (mut low, mut high) = (x, y);
            for lane in 0..LANES {
                low[lane] = if x[lane] < y[lane] { x[lane] } else { y[lane] };
                high[lane] = if x[lane] < y[lane] { y[lane] } else { x[lane] };
            }
            rows[a] = low;
            rows[b] = high;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::rng::LaneRng;

    #[test]
    fn every_length_is_sorted_in_every_lane() {
        let mut rng = LaneRng::new(1, "test", 0);
        for len in 0..=LIMIT {
            let network = Network::new(len);
            for _ in 0..20 {
                let mut rows = [[0_u64; LANES]; LIMIT];
                for row in rows.iter_mut().take(len) {
                    *row = rng.bits().map(|b| b % 23);
                }
                network.sort(&mut rows);
                for lane in 0..LANES {
                    let column: Vec<u64> = rows[..len].iter().map(|r| r[lane]).collect();
                    assert!(column.is_sorted(), "length {len}: {column:?}");
                }
            }
        }
    }

    #[test]
    fn short_networks_sort_all_patterns_of_zeros_and_ones() {
        // The zero-one principle: a network that sorts these sorts everything.
        for len in 1..=12_usize {
            let network = Network::new(len);
            for pattern in 0_u32..1 << len {
                let mut rows = [[0_u32; LANES]; LIMIT];
                for (i, row) in rows.iter_mut().take(len).enumerate() {
                    *row = [(pattern >> i) & 1; LANES];
                }
                network.sort(&mut rows);
                assert!(rows[..len].is_sorted(), "length {len}, pattern {pattern:b}");
            }
        }
    }
}
