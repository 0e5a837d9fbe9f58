//! Weights of which some are known to be at least as large as others.
//!
//! Draws that are uniform over all weights are exchangeable: sorting the members of a chain
//! *a >= b >= c* maps every draw to one that obeys it, and equally many draws to each. So disjoint
//! chains are met exactly, by sorting. Any other partial order is met by rejecting draws.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::super::RobustnessError;
use super::REJECTION_LIMIT;
use super::simplex::Simplex;
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::LaneRng;
use pulp::Simd;

/// Draws that are tried before constraints are called too rare.
const PILOT_DRAWS: u64 = 40_000;

/// Candidates for one draw; a draw that needs more is undefined. At the rarest admitted rate the
/// chance of that is below 1 in 10^21.
const CANDIDATES: u64 = 50 * REJECTION_LIMIT;

/// Uniform weights under a partial order.
#[derive(Debug, Clone)]
pub(super) struct Ordered {
    base: Simplex,
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    /// Members of each chain, the largest first.
    Chains(Vec<Vec<usize>>),
    /// Pairs of which the first is at least as large as the second.
    Reject(Vec<(usize, usize)>),
}

impl Ordered {
    /// Prepares `len` weights of which, for each pair, the first is at least as large as the second.
    pub(super) fn new(len: usize, at_least: &[(usize, usize)]) -> Result<Self, RobustnessError> {
        if let Some(&(a, b)) = at_least.iter().find(|&&(a, b)| a.max(b) >= len) {
            return Err(RobustnessError::Length {
                what: "weights named in the order",
                expected: len,
                found: a.max(b) + 1,
            });
        }
        if let Some(cycle) = find_cycle(len, at_least) {
            return Err(RobustnessError::Cycle(cycle));
        }
        let pairs = direct(len, at_least);
        let base = Simplex::new(len);
        if let Some(chains) = chains(len, &pairs) {
            let how = How::Chains(chains);
            return Ok(Self { base, how });
        }
        let ordered = Self {
            base,
            how: How::Reject(pairs),
        };
        ordered.pilot(len)?;
        Ok(ordered)
    }

    /// Tells whether weights are found for every draw.
    pub(super) fn always_defined(&self) -> bool {
        matches!(self.how, How::Chains(_))
    }

    /// Fills `out` with one draw per lane; NaN in a lane that found none.
    #[inline(always)]
    pub(super) fn fill<I: Simd>(&self, simd: I, rng: &mut LaneRng, out: &mut [Lane]) {
        self.base.fill(simd, rng, out);
        match &self.how {
            How::Chains(chains) => {
                for chain in chains {
                    sort_down(chain, out);
                }
            }
            How::Reject(pairs) => Self::reject(pairs, rng, out),
        }
    }

    /// Replaces the draws of lanes that break the order, by fresh candidates for those lanes alone.
    #[inline(never)]
    fn reject(pairs: &[(usize, usize)], rng: &mut LaneRng, out: &mut [Lane]) {
        let mut column = vec![0.0; out.len()];
        for lane in 0..LANES {
            let mut tries = 0;
            while !obeys(pairs, out, lane) {
                if tries == CANDIDATES {
                    for row in &mut *out {
                        row[lane] = f64::NAN;
                    }
                    break;
                }
                Simplex::fill_lane(rng, lane, &mut column);
                for (row, &weight) in out.iter_mut().zip(&column) {
                    row[lane] = weight;
                }
                tries += 1;
            }
        }
    }

    /// Refuses an order that hardly any draw meets: sampling would not end.
    fn pilot(&self, len: usize) -> Result<(), RobustnessError> {
        let How::Reject(pairs) = &self.how else {
            return Ok(());
        };
        let mut rng = LaneRng::new(0, "exacity order of weights, pilot", 0);
        let mut draw = vec![[0.0; LANES]; len];
        let mut accepted = 0;
        for _ in 0..PILOT_DRAWS / LANES as u64 {
            self.base.fill(pulp::Scalar, &mut rng, &mut draw);
            accepted += (0..LANES).filter(|&lane| obeys(pairs, &draw, lane)).count() as u64;
        }
        if accepted * REJECTION_LIMIT < PILOT_DRAWS {
            return Err(RobustnessError::TooRare {
                accepted,
                tried: PILOT_DRAWS,
            });
        }
        Ok(())
    }
}

fn obeys(pairs: &[(usize, usize)], draw: &[Lane], lane: usize) -> bool {
    pairs.iter().all(|&(a, b)| draw[a][lane] >= draw[b][lane])
}

/// Sorts the members of a chain downwards, in every lane. Chains are short: insertion by exchange
/// of whole lanes needs no branch.
#[inline(always)]
fn sort_down(chain: &[usize], out: &mut [Lane]) {
    for end in 1..chain.len() {
        for at in (0..end).rev() {
            let (upper, lower) = (out[chain[at]], out[chain[at + 1]]);
            for lane in 0..LANES {
                let swap = upper[lane] < lower[lane];
                out[chain[at]][lane] = if swap { lower[lane] } else { upper[lane] };
                out[chain[at + 1]][lane] = if swap { upper[lane] } else { lower[lane] };
            }
        }
    }
}

/// Finds weights that are each at least as large as the next, back to the first.
fn find_cycle(len: usize, at_least: &[(usize, usize)]) -> Option<Vec<usize>> {
    // Nodes without a smaller neighbour left are peeled off; what remains holds a cycle.
    let mut left: Vec<bool> = vec![true; len];
    loop {
        let peeled =
            (0..len).find(|&n| left[n] && !at_least.iter().any(|&(a, b)| a == n && left[b]));
        match peeled {
            Some(n) => left[n] = false,
            None => break,
        }
    }
    let mut path = vec![left.iter().position(|&l| l)?];
    loop {
        let last = path[path.len() - 1];
        let next = at_least.iter().find(|&&(a, b)| a == last && left[b])?.1;
        if let Some(start) = path.iter().position(|&n| n == next) {
            return Some(path.split_off(start));
        }
        path.push(next);
    }
}

/// Keeps the pairs that do not follow from others.
fn direct(len: usize, at_least: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut above = vec![vec![false; len]; len];
    for &(a, b) in at_least {
        above[a][b] = true;
    }
    for via in 0..len {
        for a in 0..len {
            if above[a][via] {
                let beyond = above[via].clone();
                for (reached, further) in above[a].iter_mut().zip(beyond) {
                    *reached |= further;
                }
            }
        }
    }
    let mut pairs = vec![];
    for a in 0..len {
        for b in 0..len {
            if above[a][b] && !(0..len).any(|via| above[a][via] && above[via][b]) {
                pairs.push((a, b));
            }
        }
    }
    pairs
}

/// Returns the chains if no weight has two direct neighbours on the same side.
fn chains(len: usize, pairs: &[(usize, usize)]) -> Option<Vec<Vec<usize>>> {
    let mut below = vec![None; len];
    let mut has_above = vec![false; len];
    for &(a, b) in pairs {
        if below[a].replace(b).is_some() || std::mem::replace(&mut has_above[b], true) {
            return None;
        }
    }
    let heads = (0..len).filter(|&n| !has_above[n] && below[n].is_some());
    let walk = |head| std::iter::successors(Some(head), |&n: &usize| below[n]).collect();
    Some(heads.map(walk).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_weights(ordered: &Ordered, len: usize, chunks: u32) -> Vec<f64> {
        let mut rng = LaneRng::new(4, "test", 0);
        let mut draw = vec![[0.0; LANES]; len];
        let mut sums = vec![0.0; len];
        for _ in 0..chunks {
            ordered.fill(pulp::Scalar, &mut rng, &mut draw);
            for (sum, row) in sums.iter_mut().zip(&draw) {
                *sum += row.iter().sum::<f64>();
            }
        }
        let draws = f64::from(chunks) * LANES as f64;
        sums.into_iter().map(|s| s / draws).collect()
    }

    #[test]
    fn a_full_chain_has_the_rank_order_centroid_as_its_mean() {
        // Barron and Barrett (1996): the mean of w1 >= w2 >= w3 is 11/18, 5/18, 2/18.
        let ordered = Ordered::new(3, &[(0, 1), (1, 2), (0, 2)]).unwrap();
        assert!(
            matches!(ordered.how, How::Chains(_)),
            "the pair 0, 2 follows from the others"
        );
        let means = mean_weights(&ordered, 3, 4000);
        for (mean, exact) in means.iter().zip([11.0 / 18.0, 5.0 / 18.0, 2.0 / 18.0]) {
            assert!((mean - exact).abs() < 5e-3, "{means:?}");
        }
    }

    #[test]
    fn one_weight_above_two_others_is_met_by_rejection_with_the_exact_mean() {
        // The largest of three has mean 11/18; the two others share the rest evenly.
        let ordered = Ordered::new(3, &[(1, 0), (1, 2)]).unwrap();
        assert!(matches!(ordered.how, How::Reject(_)));
        let means = mean_weights(&ordered, 3, 4000);
        for (mean, exact) in means.iter().zip([7.0 / 36.0, 11.0 / 18.0, 7.0 / 36.0]) {
            assert!((mean - exact).abs() < 6e-3, "{means:?}");
        }
    }

    #[test]
    fn contradictory_conditions_name_their_circle() {
        let error = Ordered::new(5, &[(4, 0), (0, 1), (1, 3), (3, 0), (3, 2)]).unwrap_err();
        assert_eq!(error, RobustnessError::Cycle(vec![0, 1, 3]));
        assert_eq!(
            Ordered::new(2, &[(1, 1)]).unwrap_err(),
            RobustnessError::Cycle(vec![1])
        );
    }

    #[test]
    fn conditions_that_hardly_any_draw_meets_are_refused() {
        // Two chains of six with one cross link: about 1 draw in 900,000.
        let mut pairs: Vec<(usize, usize)> = (0..5).map(|i| (i, i + 1)).collect();
        pairs.extend((6..11).map(|i| (i, i + 1)));
        pairs.push((0, 7));
        let error = Ordered::new(12, &pairs).unwrap_err();
        assert!(matches!(error, RobustnessError::TooRare { .. }), "{error}");
    }
}
