//! Compromise ranking by distance to ideal solutions.

use super::settings::{read_scaling, scaling};
use super::{Detail, Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "cradis",
        summary: "mean of two utilities relative to the best and the worst of all weighted values",
        formula: "v_ij = w_j r_ij; s⁺_i = Σ_j (max v - v_ij), s⁻_i = Σ_j (v_ij - min v), over the \
                  whole matrix; score_i = (s⁺_0 / s⁺_i + s⁻_i / s⁻_0) / 2, with 0 the alternative \
                  of the best values",
        params: &[scaling("linear")],
        not_when: "weights differ much: one maximum over all criteria favours the heaviest",
        reference: "Puška, Stević, Pamučar (2022), Environment, Development and Sustainability 24",
        common: false,
    },
    build: |params| Ok(Arc::new(Cradis(read_scaling(params, Scaling::Linear)))),
};

#[derive(Debug)]
struct Cradis(Scaling);

impl Outrank for Cradis {
    fn definition(&self) -> String {
        format!("cradis/{}", self.0.word())
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let mut sums = vec![0.0; decision.alternatives()];
        let mut column = Vec::with_capacity(sums.len());
        let (mut lowest, mut highest, mut best) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        for criterion in 0..decision.criteria() {
            self.0.scale(decision, criterion, &mut column)?;
            let weight = decision.weight(criterion);
            let (low, high) = stats::range(&column).unwrap_or_default();
            lowest = lowest.min(weight * low);
            highest = highest.max(weight * high);
            best += weight * high;
            for (sum, cell) in sums.iter_mut().zip(&column) {
                *sum += weight * cell;
            }
        }
        let criteria = decision.criteria() as f64;
        let plus: Vec<f64> = sums.iter().map(|s| criteria * highest - s).collect();
        let minus: Vec<f64> = sums.iter().map(|s| s - criteria * lowest).collect();
        let (best_plus, best_minus) = (criteria * highest - best, best - criteria * lowest);
        if let Some(alternative) = plus.iter().position(|&p| p <= super::TIE) {
            return Err(OutrankError::Alternative {
                alternative,
                why: "it reaches the largest weighted value on every criterion, and the formula \
                      divides by its distance from that; give the criteria different weights"
                    .to_owned(),
            });
        }
        if best_minus <= 0.0 {
            return Err(OutrankError::decision("all weighted values are equal"));
        }
        let scores = plus.iter().zip(&minus);
        let scores = scores.map(|(p, m)| f64::midpoint(best_plus / p, m / best_minus));
        Ok(Outranked::new(scores.collect(), Best::Highest)?
            .with("s_plus", Detail::Alternatives(plus))
            .with("s_minus", Detail::Alternatives(minus)))
    }
}
