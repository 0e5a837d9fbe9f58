//! Combinative distance-based assessment.

use super::settings::{read_scaling, scaling};
use super::{Detail, Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo, Param};
use crate::num::rank::{self, Best};
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "codas",
        summary: "distance from the anti-ideal, Euclidean first, taxicab where it separates",
        formula: "score_i = Σ_k (E_i - E_k) + ψ (T_i - T_k), E and T the Euclidean and the taxicab \
                  distance of w_j r_ij from the worst of each column; ψ = 1 where |E_i - E_k| >= τ, \
                  else 0",
        params: &[
            scaling("linear"),
            Param::number(
                "tau",
                "1",
                "from which difference of Euclidean distances on the taxicab \
                   distance counts too",
            )
            .or("0.02")
            .within(0.0, f64::INFINITY),
        ],
        not_when: "distances fall near the threshold: the second term switches on and off",
        reference: "Keshavarz Ghorabaee, Zavadskas, Turskis, Antucheviciene (2016), Economic \
                    Computation and Economic Cybernetics Studies and Research 50(3)",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Codas {
            scaling: read_scaling(params, Scaling::Linear),
            tau: params.number("tau").unwrap_or(0.02),
        }))
    },
};

#[derive(Debug)]
struct Codas {
    scaling: Scaling,
    tau: f64,
}

impl Outrank for Codas {
    fn definition(&self) -> String {
        format!("codas/{}/tau={}", self.scaling.word(), self.tau)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let count = decision.alternatives();
        let (mut euclidean, mut taxicab) = (vec![0.0; count], vec![0.0; count]);
        let mut column = Vec::with_capacity(count);
        for criterion in 0..decision.criteria() {
            self.scaling.scale(decision, criterion, &mut column)?;
            let weight = decision.weight(criterion);
            let worst = weight * stats::range(&column).unwrap_or_default().0;
            for ((e, t), cell) in euclidean.iter_mut().zip(&mut taxicab).zip(&column) {
                let above = weight * cell - worst;
                *e += above * above;
                *t += above;
            }
        }
        for distance in &mut euclidean {
            *distance = distance.sqrt();
        }
        let scores = assessments(&euclidean, &taxicab, self.tau);
        Ok(Outranked::new(scores, Best::Highest)?
            .with("E", Detail::Alternatives(euclidean))
            .with("T", Detail::Alternatives(taxicab)))
    }
}

/// Sums the pairwise terms in O(n log n): sorted by E, the alternatives nearer than `tau` are a
/// window, and running sums of T give the rest.
fn assessments(euclidean: &[f64], taxicab: &[f64], tau: f64) -> Vec<f64> {
    let count = euclidean.len() as f64;
    let order = rank::order(euclidean, Best::Lowest);
    let mut running = Vec::with_capacity(order.len() + 1);
    running.push(0.0);
    for &i in &order {
        running.push(running[running.len() - 1] + taxicab[i]);
    }
    let total_e = float::sum(euclidean.iter().copied());
    let total_t = running[order.len()];
    let mut scores = vec![0.0; order.len()];
    let (mut from, mut to) = (0, 0);
    for (at, &i) in order.iter().enumerate() {
        while euclidean[i] - euclidean[order[from]] >= tau && from < at {
            from += 1;
        }
        to = to.max(at);
        while to < order.len() && euclidean[order[to]] - euclidean[i] < tau {
            to += 1;
        }
        let far = count - to.saturating_sub(from) as f64;
        let far_t = total_t - (running[to.max(from)] - running[from]);
        scores[i] = count * euclidean[i] - total_e + (far * taxicab[i] - far_t);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_gives_what_the_pairs_give() {
        let e: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 50) / 50.0).collect();
        let t: Vec<f64> = (0..60).map(|i| f64::from(i * 17 % 60) / 30.0).collect();
        for tau in [0.0, 0.02, 0.1, 5.0] {
            let fast = assessments(&e, &t, tau);
            for i in 0..60 {
                let term = |k: usize| {
                    let psi = if (e[i] - e[k]).abs() >= tau { 1.0 } else { 0.0 };
                    e[i] - e[k] + psi * (t[i] - t[k])
                };
                let slow: f64 = (0..60).map(term).sum();
                assert!(
                    (fast[i] - slow).abs() < 1e-10,
                    "tau {tau}, {i}: {} {slow}",
                    fast[i]
                );
            }
        }
    }
}
