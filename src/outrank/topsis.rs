//! Closeness to the ideal.

use super::settings::{read_scaling, scaling};
use super::{Detail, Outrank, OutrankError, Outranked, Scaling, Separated};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "topsis",
        summary: "closeness to the ideal, distance from the anti-ideal",
        formula: "score_i = d⁻_i / (d⁺_i + d⁻_i), Euclidean distances of w_j r_ij from the worst \
                  and the best value of each column; a constant column adds nothing to either",
        params: &[scaling("vector")],
        not_when: "adding or removing an alternative must not reorder the others: use `spotis`",
        reference: "Hwang and Yoon (1981), Multiple Attribute Decision Making; `vector` is their \
                    scaling",
        common: true,
    },
    build: |params| Ok(Arc::new(Topsis(read_scaling(params, Scaling::Vector)))),
};

#[derive(Debug)]
struct Topsis(Scaling);

impl Outrank for Topsis {
    fn definition(&self) -> String {
        format!("topsis/{}", self.0.word())
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let count = decision.alternatives();
        let (mut ideal, mut anti) = (vec![], vec![]);
        let (mut to_ideal, mut to_anti) = (vec![0.0; count], vec![0.0; count]);
        let mut column = Vec::with_capacity(count);
        for criterion in 0..decision.criteria() {
            self.0.scale(decision, criterion, &mut column)?;
            let weight = decision.weight(criterion);
            let (low, high) = stats::range(&column).unwrap_or_default();
            let (worst, best) = (weight * low, weight * high);
            for ((plus, minus), cell) in to_ideal.iter_mut().zip(&mut to_anti).zip(&column) {
                let (up, down) = (best - weight * cell, weight * cell - worst);
                *plus += up * up;
                *minus += down * down;
            }
            ideal.push(best);
            anti.push(worst);
        }
        for distance in to_ideal.iter_mut().chain(&mut to_anti) {
            *distance = distance.sqrt();
        }
        if to_ideal[0] + to_anti[0] <= 0.0 {
            return Err(OutrankError::decision(
                "no two alternatives differ on a criterion with weight: each is ideal and \
                 anti-ideal at once",
            ));
        }
        let closeness = to_anti.iter().zip(&to_ideal).map(|(m, p)| m / (p + m));
        Ok(Outranked::new(closeness.collect(), Best::Highest)?
            .with("pis", Detail::Criteria(ideal))
            .with("nis", Detail::Criteria(anti))
            .with("d_plus", Detail::Alternatives(to_ideal))
            .with("d_minus", Detail::Alternatives(to_anti)))
    }

    fn separated(&self, decision: &Decision) -> Option<Separated> {
        self.0.columns(decision).ok().map(Separated::Closeness)
    }
}
