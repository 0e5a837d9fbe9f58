//! Seeded streams of random numbers: one per block of draws, never one per thread.
//!
//! # Layout of the stream
//!
//! Draws are numbered from 0 and cut into blocks of [`BLOCK_DRAWS`]. Block *b* of a purpose (say
//! `"weights"`) under seed *s* has a generator of its own: eight lanes of xoshiro256++ (Blackman and
//! Vigna 2019), whose 8 x 4 words of state are the first 256 bytes of BLAKE3 in key-derivation mode
//! over *s* and *b* (little endian), with the purpose as context. Draw *d* is lane *d* mod 8 of its
//! block and comes after the draws *d* - 8, *d* - 16, … of the same block. A vector step advances all
//! lanes; a method that rejects candidates advances single lanes.
//!
//! So a block can be computed anywhere, by any number of threads, and gives the same numbers. The
//! number of lanes, the size of blocks and this layout are part of what a seed means: changing one
//! of them changes results.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::lanes::{self, LANES, Lane};

/// Draws that share a generator.
pub const BLOCK_DRAWS: u64 = 65_536;

/// Exponent bits of numbers from 1 up to 2.
const ONE: u64 = 0x3ff0_0000_0000_0000;

/// Eight generators side by side.
#[derive(Debug, Clone)]
pub struct LaneRng {
    state: [[u64; LANES]; 4],
}

impl LaneRng {
    /// Makes the generator of one block.
    pub fn new(seed: u64, purpose: &'static str, block: u64) -> Self {
        let mut words = stream(seed, purpose, block);
        let mut state = [[0; LANES]; 4];
        for lane in 0..LANES {
            for word in &mut state {
                word[lane] = words();
            }
        }
        Self { state }
    }

    /// Returns the next 64 bits of every lane.
    #[inline(always)]
    pub fn bits(&mut self) -> [u64; LANES] {
        let [s0, s1, s2, s3] = &mut self.state;
        let mut out = [0; LANES];
        for lane in 0..LANES {
            out[lane] = step(&mut s0[lane], &mut s1[lane], &mut s2[lane], &mut s3[lane]);
        }
        out
    }

    /// Returns the next 64 bits of one lane; the others stay where they are.
    #[inline]
    pub fn bits_of(&mut self, lane: usize) -> u64 {
        let [s0, s1, s2, s3] = &mut self.state;
        step(&mut s0[lane], &mut s1[lane], &mut s2[lane], &mut s3[lane])
    }

    /// Returns uniform numbers from 1 (included) to 2 (excluded) in steps of 2^-52: the form in
    /// which differences of two of them are exact.
    #[inline(always)]
    pub fn one_to_two(&mut self) -> Lane {
        let bits = self.bits();
        let mut out = [0.0; LANES];
        for lane in 0..LANES {
            out[lane] = f64::from_bits((bits[lane] >> 12) | ONE);
        }
        out
    }

    /// Returns uniform numbers from 0 (included) to 1 (excluded).
    #[inline(always)]
    pub fn uniform(&mut self) -> Lane {
        lanes::map(self.one_to_two(), |x| x - 1.0)
    }

    /// Returns uniform numbers from 0 (excluded) to 1 (included), which have a logarithm.
    #[inline(always)]
    pub fn positive(&mut self) -> Lane {
        lanes::map(self.one_to_two(), |x| 2.0 - x)
    }

    /// Returns one lane's next uniform number from 0 (excluded) to 1 (included).
    #[inline]
    pub fn positive_of(&mut self, lane: usize) -> f64 {
        2.0 - f64::from_bits((self.bits_of(lane) >> 12) | ONE)
    }

    /// Returns exponential numbers of mean 1.
    #[inline(always)]
    pub fn exponential(&mut self) -> Lane {
        lanes::map(lanes::ln(self.positive()), |x| -x)
    }

    /// Returns two independent standard normal numbers per lane (Box and Muller 1958).
    #[inline(always)]
    pub fn normals(&mut self) -> [Lane; 2] {
        let radius = lanes::map(lanes::ln(self.positive()), |x| (-2.0 * x).sqrt());
        let (sine, cosine) = lanes::sin_cos_turns(self.uniform());
        let (mut first, mut second) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            first[lane] = radius[lane] * cosine[lane];
            second[lane] = radius[lane] * sine[lane];
        }
        [first, second]
    }

    /// Returns one lane's next standard normal number (Marsaglia's polar method).
    pub fn normal_of(&mut self, lane: usize) -> f64 {
        loop {
            let x = 2.0 * self.positive_of(lane) - 1.0;
            let y = 2.0 * self.positive_of(lane) - 1.0;
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * super::float::ln(square) / square).sqrt();
            }
        }
    }
}

/// One generator, for work that does not come in lanes.
#[derive(Debug, Clone)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// Makes the generator of one block; it shares nothing with the lanes of the same block as long
    /// as the purposes differ.
    pub fn new(seed: u64, purpose: &'static str, block: u64) -> Self {
        let mut words = stream(seed, purpose, block);
        Self {
            state: std::array::from_fn(|_| words()),
        }
    }

    /// Returns the next 64 bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let [s0, s1, s2, s3] = &mut self.state;
        step(s0, s1, s2, s3)
    }

    /// Returns a uniform number from 0 (included) to 1 (excluded).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        f64::from_bits((self.bits() >> 12) | ONE) - 1.0
    }

    /// Returns a uniform whole number below `bound`, and 0 for a bound of 0.
    ///
    /// Its bias is below `bound` / 2^64.
    #[inline]
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.bits()) * bound as u128;
        // The high half of the product is below `bound`, which came from a usize.
        #[expect(clippy::cast_possible_truncation, reason = "smaller than `bound`")]
        let below = (wide >> 64) as usize;
        below
    }
}

/// One step of xoshiro256++.
#[inline(always)]
fn step(s0: &mut u64, s1: &mut u64, s2: &mut u64, s3: &mut u64) -> u64 {
    let out = s0.wrapping_add(*s3).rotate_left(23).wrapping_add(*s0);
    let t = *s1 << 17;
    *s2 ^= *s0;
    *s3 ^= *s1;
    *s1 ^= *s2;
    *s0 ^= *s3;
    *s2 ^= t;
    *s3 = s3.rotate_left(45);
    out
}

/// Returns the words of state for a block. All of a generator's words being zero, its one bad
/// state, has probability 2^-256.
fn stream(seed: u64, purpose: &'static str, block: u64) -> impl FnMut() -> u64 {
    let mut hasher = blake3::Hasher::new_derive_key(purpose);
    hasher.update(&seed.to_le_bytes());
    hasher.update(&block.to_le_bytes());
    let mut reader = hasher.finalize_xof();
    move || {
        let mut word = [0; 8];
        reader.fill(&mut word);
        u64::from_le_bytes(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_is_the_published_generator() {
        // State 1, 2, 3, 4: first outputs of the authors' C code.
        let mut rng = Rng {
            state: [1, 2, 3, 4],
        };
        let first: Vec<u64> = (0..4).map(|_| rng.bits()).collect();
        assert_eq!(
            first,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn a_lane_alone_continues_the_stream_of_the_lanes_together() {
        let mut together = LaneRng::new(1, "test", 0);
        let mut alone = together.clone();
        for _ in 0..5 {
            let all = together.bits();
            assert_eq!(all[6], alone.bits_of(6));
        }
    }

    #[test]
    fn blocks_seeds_and_purposes_have_streams_of_their_own() {
        let first = |seed, purpose, block| LaneRng::new(seed, purpose, block).bits();
        let base = first(1, "a", 0);
        assert_ne!(base, first(2, "a", 0));
        assert_ne!(base, first(1, "b", 0));
        assert_ne!(base, first(1, "a", 1));
        assert_eq!(base, first(1, "a", 0));
    }

    #[test]
    fn normals_have_the_moments_of_the_standard_normal() {
        let mut rng = LaneRng::new(3, "test", 0);
        let (mut sum, mut square, mut fourth, mut n) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        for _ in 0..6000 {
            let [a, b] = rng.normals();
            let single = rng.normal_of(2);
            for x in a.into_iter().chain(b).chain([single]) {
                sum += x;
                square += x * x;
                fourth += x * x * x * x;
                n += 1.0;
            }
        }
        assert!((sum / n).abs() < 0.015);
        assert!((square / n - 1.0).abs() < 0.02);
        assert!((fourth / n - 3.0).abs() < 0.15);
    }

    #[test]
    fn whole_numbers_stay_below_their_bound_and_reach_it() {
        let mut rng = Rng::new(5, "test", 0);
        let mut seen = [0_u32; 3];
        for _ in 0..3000 {
            seen[rng.below(3)] += 1;
        }
        assert!(seen.iter().all(|&n| n > 900), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
