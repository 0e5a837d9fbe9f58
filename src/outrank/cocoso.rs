//! Combined compromise solution.

use super::scale::first_too_low;
use super::settings::{read_scaling, scaling, share};
use super::wsm::add_weighted;
use super::{Detail, Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::{float, lanes, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "cocoso",
        summary: "three compromises between a weighted sum and a sum of powers",
        formula: "S_i = Σ_j w_j r_ij, P_i = Σ_j r_ij ^ w_j; k_a = (S+P)/Σ(S+P), k_b = S/min S + \
                  P/min P, k_c = (λS + (1-λ)P)/(λ max S + (1-λ) max P); score = ∛(k_a k_b k_c) + \
                  (k_a + k_b + k_c)/3; zero to the power zero is 1",
        params: &[
            scaling("minmax"),
            share("lambda", "0.5", "share of the sum in the third compromise"),
        ],
        not_when: "an alternative is worst on every criterion: its S is 0, and k_b divides by it",
        reference: "Yazdani, Zarate, Zavadskas, Turskis (2019), Management Decision 57(9)",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Cocoso {
            scaling: read_scaling(params, Scaling::MinMax),
            lambda: params.number("lambda").unwrap_or(0.5),
        }))
    },
};

#[derive(Debug)]
struct Cocoso {
    scaling: Scaling,
    lambda: f64,
}

impl Outrank for Cocoso {
    fn definition(&self) -> String {
        format!("cocoso/{}/l={}", self.scaling.word(), self.lambda)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let (sums, powers) = self.sums_and_powers(decision)?;
        let ((low_s, high_s), (low_p, high_p)) = (range(&sums), range(&powers));
        if low_s <= 0.0 || low_p <= 0.0 {
            let alternative = sums.iter().position(|&s| s <= 0.0).unwrap_or_default();
            return Err(OutrankError::Alternative {
                alternative,
                why: "it is worst on every criterion with weight, and the formula divides by its \
                      sum; leave it out or use another `scaling`"
                    .to_owned(),
            });
        }
        let total = float::sum(sums.iter().zip(&powers).map(|(s, p)| s + p));
        let mix = |s: f64, p: f64| self.lambda * s + (1.0 - self.lambda) * p;
        let pairs = || sums.iter().zip(&powers).map(|(&s, &p)| (s, p));
        let a: Vec<f64> = pairs().map(|(s, p)| (s + p) / total).collect();
        let b: Vec<f64> = pairs().map(|(s, p)| s / low_s + p / low_p).collect();
        let c: Vec<f64> = pairs()
            .map(|(s, p)| mix(s, p) / mix(high_s, high_p))
            .collect();
        let scores = (0..a.len())
            .map(|i| float::cbrt(a[i] * b[i] * c[i]) + (a[i] + b[i] + c[i]) / 3.0)
            .collect();
        Ok(Outranked::new(scores, Best::Highest)?
            .with("S", Detail::Alternatives(sums))
            .with("P", Detail::Alternatives(powers))
            .with("k_a", Detail::Alternatives(a))
            .with("k_b", Detail::Alternatives(b))
            .with("k_c", Detail::Alternatives(c)))
    }
}

impl Cocoso {
    fn sums_and_powers(&self, decision: &Decision) -> Result<(Vec<f64>, Vec<f64>), OutrankError> {
        let count = decision.alternatives();
        let (mut sums, mut powers) = (vec![0.0; count], vec![0.0; count]);
        let mut column = Vec::with_capacity(count);
        for criterion in 0..decision.criteria() {
            self.scaling.scale(decision, criterion, &mut column)?;
            if let Some(alternative) = first_too_low(&column, |r| r < 0.0) {
                return Err(OutrankError::Value {
                    criterion,
                    alternative,
                    value: decision.column(criterion)[alternative],
                    why: "the value scales below zero, where powers have no meaning; use `minmax` \
                          scaling"
                        .to_owned(),
                });
            }
            let weight = decision.weight(criterion);
            add_weighted(weight, &column, &mut sums);
            raise(&mut column, weight);
            for (power, r) in powers.iter_mut().zip(&column) {
                *power += r;
            }
        }
        Ok((sums, powers))
    }
}

fn range(values: &[f64]) -> (f64, f64) {
    stats::range(values).unwrap_or_default()
}

/// Raises numbers from zero up to a power: a logarithm and an exponential for the column at once. Zero to
/// the power zero is one.
fn raise(values: &mut [f64], exponent: f64) {
    if exponent <= 0.0 {
        values.fill(1.0);
        return;
    }
    lanes::ln_column(values);
    for value in values.iter_mut() {
        *value *= exponent;
    }
    lanes::exp_column(values);
}
