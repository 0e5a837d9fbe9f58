//! Sorting without branches: a fixed list of comparisons that sorts any input of its length.
//!
//! Eight draws are sorted side by side, so a comparison is a minimum and a maximum of vectors and
//! there is nothing to predict. Any list is walked at run time; the one that ranks most leagues, that of up to 32
//! keys, is written out, so that the compiler keeps keys in registers.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use crate::num::lanes::{LANES, Lane};
use pulp::Simd;

/// Longest sequence that is sorted by a network.
pub(super) const LIMIT: usize = 64;

/// The comparisons that sort a sequence of one length.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pairs: Vec<[u8; 2]>,
    len: usize,
}

/// Longest sequence whose network is written out.
const WRITTEN: usize = 32;

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
        let pairs = pairs.into_iter().map(|(a, b)| [byte(a), byte(b)]).collect();
        Self { pairs, len }
    }

    /// Sorts every lane of as many rows as the network has upwards; some rows beyond are overwritten.
    #[inline(always)]
    pub(super) fn sort_keys<I: Simd>(&self, simd: I, rows: &mut [[u32; LANES]; LIMIT]) {
        if self.len <= WRITTEN {
            if let Some(rows) = rows.first_chunk_mut() {
                sort_32(simd, rows, self.len);
            }
            return;
        }
        let pieces = const { LANES / I::U32_LANES };
        let (vectors, _) = I::as_mut_simd_u32s(rows.as_flattened_mut());
        for &[a, b] in &self.pairs {
            for piece in 0..pieces {
                let (a, b) = (
                    usize::from(a) * pieces + piece,
                    usize::from(b) * pieces + piece,
                );
                let (x, y) = (vectors[a], vectors[b]);
                vectors[a] = simd.min_u32s(x, y);
                vectors[b] = simd.max_u32s(x, y);
            }
        }
    }

    /// Sorts every lane of the first rows upwards, as many as the network has; `N` is at least that.
    /// Values are numbers: NaN would not be sorted.
    #[inline(always)]
    pub(super) fn sort<I: Simd, const N: usize>(&self, simd: I, rows: &mut [Lane; N]) {
        const { assert!(N.is_power_of_two() && N <= LIMIT) }
        let pieces = const { LANES / I::F64_LANES };
        let (vectors, _) = I::as_mut_simd_f64s(rows.as_flattened_mut());
        for &[a, b] in &self.pairs {
            // The masks tell the compiler that both positions are in range.
            let (a, b) = (usize::from(a) & (N - 1), usize::from(b) & (N - 1));
            for piece in 0..pieces {
                let (x, y) = (vectors[a * pieces + piece], vectors[b * pieces + piece]);
                vectors[a * pieces + piece] = simd.min_f64s(x, y);
                vectors[b * pieces + piece] = simd.max_f64s(x, y);
            }
        }
    }
}

/// The comparisons of [`Network::new`] for [`WRITTEN`] values, handed to a macro.
macro_rules! written {
    ($use:ident!($($with:tt)*)) => { $use!($($with)*
        0 16, 1 17, 2 18, 3 19, 4 20, 5 21, 6 22, 7 23, 8 24, 9 25, 10 26, 11 27, 12 28, 13 29, 14 30, 15
        31, 0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15, 16 24, 17 25, 18 26, 19 27, 20 28, 21 29, 22 30,
        23 31, 8 16, 9 17, 10 18, 11 19, 12 20, 13 21, 14 22, 15 23, 0 4, 1 5, 2 6, 3 7, 8 12, 9 13, 10 14,
        11 15, 16 20, 17 21, 18 22, 19 23, 24 28, 25 29, 26 30, 27 31, 4 16, 5 17, 6 18, 7 19, 12 24, 13 25,
        14 26, 15 27, 4 8, 5 9, 6 10, 7 11, 12 16, 13 17, 14 18, 15 19, 20 24, 21 25, 22 26, 23 27, 0 2, 1
        3, 4 6, 5 7, 8 10, 9 11, 12 14, 13 15, 16 18, 17 19, 20 22, 21 23, 24 26, 25 27, 28 30, 29 31, 2 16,
        3 17, 6 20, 7 21, 10 24, 11 25, 14 28, 15 29, 2 8, 3 9, 6 12, 7 13, 10 16, 11 17, 14 20, 15 21, 18
        24, 19 25, 22 28, 23 29, 2 4, 3 5, 6 8, 7 9, 10 12, 11 13, 14 16, 15 17, 18 20, 19 21, 22 24, 23 25,
        26 28, 27 29, 0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15, 16 17, 18 19, 20 21, 22 23, 24 25, 26
        27, 28 29, 30 31, 1 16, 3 18, 5 20, 7 22, 9 24, 11 26, 13 28, 15 30, 1 8, 3 10, 5 12, 7 14, 9 16, 11
        18, 13 20, 15 22, 17 24, 19 26, 21 28, 23 30, 1 4, 3 6, 5 8, 7 10, 9 12, 11 14, 13 16, 15 18, 17 20,
        19 22, 21 24, 23 26, 25 28, 27 30, 1 2, 3 4, 5 6, 7 8, 9 10, 11 12, 13 14, 15 16, 17 18, 19 20, 21
        22, 23 24, 25 26, 27 28, 29 30
    ) };
}

macro_rules! exchange {
    ($simd:ident $rows:ident: $($a:literal $b:literal),*) => { $(
        let (x, y) = ($rows[$a], $rows[$b]);
        $rows[$a] = $simd.min_u32s(x, y);
        $rows[$b] = $simd.max_u32s(x, y);
    )* };
}

/// Sorts the first `len` rows; the others become the highest numbers.
#[inline(always)]
fn sort_32<I: Simd>(simd: I, rows: &mut [[u32; LANES]; WRITTEN], len: usize) {
    rows[len..].fill([u32::MAX; LANES]);
    let pieces = const { LANES / I::U32_LANES };
    let (vectors, _) = I::as_mut_simd_u32s(rows.as_flattened_mut());
    for piece in 0..pieces {
        let mut keys: [I::u32s; WRITTEN] = std::array::from_fn(|row| vectors[row * pieces + piece]);
        written!(exchange!(simd keys:));
        for (row, sorted) in keys.into_iter().enumerate() {
            vectors[row * pieces + piece] = sorted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::rng::LaneRng;
    use pulp::Scalar;

    #[test]
    fn the_written_network_is_the_one_that_is_made() {
        macro_rules! list {
            (of: $($a:literal $b:literal),*) => { [$([$a, $b]),*] };
        }
        assert_eq!(Network::new(WRITTEN).pairs, written!(list!(of:)));
    }

    #[test]
    fn every_length_is_sorted_in_every_lane() {
        let mut rng = LaneRng::new(1, "test", 0);
        for len in 0..=LIMIT {
            let network = Network::new(len);
            for _ in 0..20 {
                let (mut keys, mut numbers) = ([[0; LANES]; LIMIT], [[0.0; LANES]; LIMIT]);
                for (keys, numbers) in keys.iter_mut().zip(&mut numbers).take(len) {
                    *keys = rng.bits().map(|b| u32::try_from(b % 23).unwrap());
                    *numbers = keys.map(f64::from);
                }
                network.sort_keys(Scalar, &mut keys);
                network.sort(Scalar, &mut numbers);
                for lane in 0..LANES {
                    let column: Vec<f64> = numbers[..len].iter().map(|r| r[lane]).collect();
                    assert!(column.is_sorted(), "length {len}: {column:?}");
                    let same = keys[..len].iter().map(|r| f64::from(r[lane]));
                    assert!(same.eq(column), "length {len}: {keys:?}");
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
                let mut rows = [[0.0; LANES]; LIMIT];
                for (i, row) in rows.iter_mut().take(len).enumerate() {
                    *row = [f64::from((pattern >> i) & 1); LANES];
                }
                network.sort(Scalar, &mut rows);
                assert!(rows[..len].is_sorted(), "length {len}, pattern {pattern:b}");
            }
        }
    }
}
