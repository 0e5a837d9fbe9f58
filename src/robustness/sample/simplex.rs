//! Weights without any preference: uniform over all that sum to one.
//!
//! Dividing uniform numbers by their sum is *not* uniform (it shuns the corners). Up to
//! [`SPACINGS`] weights are the gaps between sorted uniform numbers, which needs no logarithm;
//! beyond, exponential numbers over their sum are faster than sorting.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::super::network::Network;
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::LaneRng;
use pulp::Simd;

/// Most weights that are drawn as gaps between sorted numbers.
const SPACINGS: usize = 16;

/// Uniform weights.
#[derive(Debug, Clone)]
pub(super) enum Simplex {
    /// Gaps between sorted uniform numbers.
    Spacings {
        /// Number of weights less one: the cuts.
        cuts: usize,
        /// Sorts the cuts.
        network: Network,
    },
    /// Exponential numbers over their sum.
    Exponentials,
}

impl Simplex {
    /// Prepares `len` weights.
    pub(super) fn new(len: usize) -> Self {
        if len > SPACINGS {
            return Self::Exponentials;
        }
        let cuts = len.saturating_sub(1);
        Self::Spacings {
            cuts,
            network: Network::new(cuts),
        }
    }

    /// Fills `out` with one draw per lane.
    #[inline(always)]
    pub(super) fn fill<I: Simd>(&self, simd: I, rng: &mut LaneRng, out: &mut [Lane]) {
        match self {
            Self::Spacings { cuts, network } => spacings(simd, *cuts, network, rng, out),
            Self::Exponentials => {
                for row in &mut *out {
                    *row = rng.exponential();
                }
                normalise(out);
            }
        }
    }

    /// Draws one lane alone, by exponentials; the other lanes' streams stay where they are.
    pub(super) fn fill_lane(rng: &mut LaneRng, lane: usize, out: &mut [f64]) {
        let mut total = 0.0;
        for weight in &mut *out {
            *weight = -crate::num::float::ln(rng.positive_of(lane));
            total += *weight;
        }
        for weight in out {
            *weight /= total;
        }
    }
}

#[inline(always)]
fn spacings<I: Simd>(simd: I, cuts: usize, network: &Network, rng: &mut LaneRng, out: &mut [Lane]) {
    let mut sorted = [[0.0; LANES]; SPACINGS];
    let cuts = cuts.min(SPACINGS);
    for row in &mut sorted[..cuts] {
        *row = rng.one_to_two();
    }
    network.sort(simd, &mut sorted);
    // Cuts lie from 1 to 2, where differences are exact: the weights sum to one without rounding.
    let mut last = [1.0; LANES];
    let Some((end, gaps)) = out.split_last_mut() else {
        return;
    };
    for (gap, cut) in gaps.iter_mut().zip(&sorted) {
        for lane in 0..LANES {
            gap[lane] = cut[lane] - last[lane];
        }
        last = *cut;
    }
    for lane in 0..LANES {
        end[lane] = 2.0 - last[lane];
    }
}

/// Divides every lane by its sum.
#[inline(always)]
pub(super) fn normalise(out: &mut [Lane]) {
    let mut totals = [0.0; LANES];
    for row in &*out {
        for lane in 0..LANES {
            totals[lane] += row[lane];
        }
    }
    for row in out {
        for lane in 0..LANES {
            row[lane] /= totals[lane];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and second moment of the first and the last of `len` weights.
    fn moments(len: usize) -> [f64; 4] {
        let simplex = Simplex::new(len);
        let mut rng = LaneRng::new(9, "test", 0);
        let mut draw = vec![[0.0; LANES]; len];
        let (mut sums, chunks) = ([0.0; 4], 5000_u32);
        for _ in 0..chunks {
            simplex.fill(pulp::Scalar, &mut rng, &mut draw);
            for lane in 0..LANES {
                let total: f64 = draw.iter().map(|row| row[lane]).sum();
                assert!((total - 1.0).abs() < 1e-14, "{len} weights sum to {total}");
                let (first, last) = (draw[0][lane], draw[len - 1][lane]);
                for (sum, x) in sums
                    .iter_mut()
                    .zip([first, first * first, last, last * last])
                {
                    *sum += x;
                }
            }
        }
        sums.map(|s| s / (f64::from(chunks) * LANES as f64))
    }

    #[test]
    fn weights_have_the_moments_of_the_flat_dirichlet_on_both_paths() {
        // A weight of n has mean 1/n and second moment 2 / (n (n + 1)).
        for len in [1, 2, 3, 16, 17, 40] {
            let n = len as f64;
            for (i, moment) in moments(len).into_iter().enumerate() {
                let exact = if i % 2 == 0 {
                    1.0 / n
                } else {
                    2.0 / (n * (n + 1.0))
                };
                assert!(
                    (moment / exact - 1.0).abs() < 0.03,
                    "{len}: {moment} against {exact}"
                );
            }
        }
    }

    #[test]
    fn one_lane_alone_is_drawn_from_the_same_distribution() {
        let mut rng = LaneRng::new(9, "test", 1);
        let (mut draw, mut small) = ([0.0; 3], 0.0);
        for _ in 0..20_000 {
            Simplex::fill_lane(&mut rng, 4, &mut draw);
            // P(w < 0.2) = 1 - 0.8^2.
            small += f64::from(u8::from(draw[1] < 0.2));
        }
        assert!((small / 20_000.0 - 0.36_f64).abs() < 0.012);
    }
}
