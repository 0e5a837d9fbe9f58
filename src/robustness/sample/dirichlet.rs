//! Weights scattered around given shares.
//!
//! A Dirichlet draw with shares *s* and concentration *c* has mean *s* and variance
//! *s* (1 - *s*) / (*c* + 1). It is a set of gamma numbers over their sum; gamma numbers come from
//! Marsaglia and Tsang (2000).

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::simplex::normalise;
use crate::num::float;
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::LaneRng;

/// Prepared gamma distributions, one per weight.
#[derive(Debug, Clone)]
pub(super) struct Dirichlet {
    gammas: Vec<Gamma>,
    /// True where a shape is below one: its numbers may be too small for a float, so logarithms are
    /// normalised instead.
    small: bool,
}

/// A gamma distribution; `shape` 0 is the constant 0.
#[derive(Debug, Clone)]
struct Gamma {
    shape: f64,
    d: f64,
    c: f64,
}

impl Dirichlet {
    /// Prepares draws around `shares`, which sum to one; a share of zero stays zero.
    pub(super) fn new(shares: &[f64], concentration: f64) -> Self {
        let gammas: Vec<Gamma> = shares
            .iter()
            .map(|s| Gamma::new(s * concentration))
            .collect();
        let small = gammas.iter().any(|g| g.shape > 0.0 && g.shape < 1.0);
        Self { gammas, small }
    }

    /// Fills `out` with one draw per lane.
    #[inline(always)]
    pub(super) fn fill(&self, rng: &mut LaneRng, out: &mut [Lane]) {
        if self.small {
            self.fill_by_logarithms(rng, out);
            return;
        }
        let mut spare = None;
        for (gamma, row) in self.gammas.iter().zip(&mut *out) {
            *row = [0.0; LANES];
            if gamma.shape > 0.0 {
                let normal = spare.take().unwrap_or_else(|| {
                    let [first, second] = rng.normals();
                    spare = Some(second);
                    first
                });
                *row = gamma.draw(normal, rng);
            }
        }
        normalise(out);
    }

    /// The logarithm of a gamma number of shape *a* < 1 is that of shape *a* + 1 plus ln(u) / *a*.
    #[inline(never)]
    fn fill_by_logarithms(&self, rng: &mut LaneRng, out: &mut [Lane]) {
        let mut largest = [f64::NEG_INFINITY; LANES];
        for (gamma, row) in self.gammas.iter().zip(&mut *out) {
            if gamma.shape <= 0.0 {
                *row = [f64::NEG_INFINITY; LANES];
                continue;
            }
            let [normal, _] = rng.normals();
            *row = gamma.draw(normal, rng).map(float::ln);
            if gamma.shape < 1.0 {
                let uniform = rng.positive();
                for lane in 0..LANES {
                    row[lane] += float::ln(uniform[lane]) / gamma.shape;
                }
            }
            for lane in 0..LANES {
                largest[lane] = largest[lane].max(row[lane]);
            }
        }
        for row in &mut *out {
            for lane in 0..LANES {
                row[lane] = float::exp(row[lane] - largest[lane]);
            }
        }
        normalise(out);
    }
}

impl Gamma {
    fn new(shape: f64) -> Self {
        let boosted = if shape < 1.0 { shape + 1.0 } else { shape };
        let d = boosted - 1.0 / 3.0;
        Self {
            shape,
            d,
            c: 1.0 / (9.0 * d).sqrt(),
        }
    }

    /// Turns standard normal numbers into gamma numbers (of shape + 1 where the shape is below 1).
    #[inline(always)]
    fn draw(&self, normal: Lane, rng: &mut LaneRng) -> Lane {
        let uniform = rng.positive();
        let mut out = [0.0; LANES];
        let mut accepted = [false; LANES];
        for lane in 0..LANES {
            let x = normal[lane];
            let v = 1.0 + self.c * x;
            let square = x * x;
            // The squeeze accepts nine of ten without a logarithm.
            accepted[lane] = v > 0.0 && uniform[lane] < 1.0 - 0.0331 * square * square;
            out[lane] = self.d * (v * v * v);
        }
        if accepted != [true; LANES] {
            for lane in 0..LANES {
                if !accepted[lane] {
                    out[lane] = self.decide(normal[lane], uniform[lane], lane, rng);
                }
            }
        }
        out
    }

    /// Decides on a candidate that the squeeze left open, and goes on until one is accepted.
    #[inline(never)]
    fn decide(&self, mut x: f64, mut uniform: f64, lane: usize, rng: &mut LaneRng) -> f64 {
        loop {
            let v = 1.0 + self.c * x;
            let cube = v * v * v;
            let accepted = v > 0.0
                && float::ln(uniform) < 0.5 * x * x + self.d * (1.0 - cube + float::ln(cube));
            if accepted {
                return self.d * cube;
            }
            x = rng.normal_of(lane);
            uniform = rng.positive_of(lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shares: &[f64], concentration: f64) {
        let dirichlet = Dirichlet::new(shares, concentration);
        let mut rng = LaneRng::new(2, "test", 0);
        let mut draw = vec![[0.0; LANES]; shares.len()];
        let mut sums = vec![[0.0; 2]; shares.len()];
        let chunks = 6000_u32;
        for _ in 0..chunks {
            dirichlet.fill(&mut rng, &mut draw);
            for (sum, row) in sums.iter_mut().zip(&draw) {
                for x in row {
                    sum[0] += x;
                    sum[1] += x * x;
                }
            }
        }
        let n = f64::from(chunks) * LANES as f64;
        for ([sum, square], &share) in sums.into_iter().zip(shares) {
            let variance = square / n - (sum / n) * (sum / n);
            let exact = share * (1.0 - share) / (concentration + 1.0);
            assert!(
                (sum / n - share).abs() < 5.0 * (exact / n).sqrt() + 1e-12,
                "{share}"
            );
            assert!(
                (variance / exact.max(1e-300) - 1.0).abs() < 0.08 || share == 0.0,
                "{share}"
            );
        }
    }

    #[test]
    fn draws_have_the_mean_and_the_spread_that_the_concentration_states() {
        check(&[0.5, 0.3, 0.2], 20.0);
        check(&[0.25, 0.0, 0.75], 100.0);
    }

    #[test]
    fn low_concentrations_keep_their_moments() {
        check(&[0.6, 0.3, 0.1], 1.0);
    }

    #[test]
    fn vanishing_concentrations_still_give_weights_that_sum_to_one() {
        let dirichlet = Dirichlet::new(&[0.5, 0.5], 1e-6);
        let mut rng = LaneRng::new(2, "test", 0);
        let mut draw = [[0.0; LANES]; 2];
        for _ in 0..100 {
            dirichlet.fill(&mut rng, &mut draw);
            for (a, b) in draw[0].iter().zip(draw[1]) {
                assert!((a + b - 1.0).abs() < 1e-12);
            }
        }
    }
}
