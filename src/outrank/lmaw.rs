//! Logarithm methodology of additive weights.

use super::aras::positive;
use super::{Outrank, OutrankError, Outranked, need_two};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "lmaw",
        summary: "sum of logarithmic shares bent by the weights",
        formula: "s_ij = (x_ij + max)/max, costs (x_ij + min)/x_ij; φ_ij = ln s_ij / Σ_i ln s_ij; \
                  score_i = Σ_j 2φ^w / ((2-φ)^w + φ^w)",
        params: &[],
        not_when: "values may be zero or negative",
        reference: "Pamučar, Žižović, Biswas, Božanić (2021), Facta Universitatis, Series: \
                    Mechanical Engineering 19(3)",
        common: false,
    },
    build: |_| Ok(Arc::new(Lmaw)),
};

#[derive(Debug)]
struct Lmaw;

impl Outrank for Lmaw {
    fn definition(&self) -> String {
        "lmaw".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        need_two(decision)?;
        let mut scores = vec![0.0; decision.alternatives()];
        for criterion in 0..decision.criteria() {
            let column = positive(decision, criterion)?;
            let (low, high) = stats::range(column).unwrap_or_default();
            let benefit = decision.is_benefit(criterion);
            let standard = |&x: &f64| {
                if benefit {
                    (x + high) / high
                } else {
                    (x + low) / x
                }
            };
            let logarithms: Vec<f64> = column.iter().map(|x| float::ln(standard(x))).collect();
            // Every standardised value is above 1, so the sum is above 0.
            let total = float::sum(logarithms.iter().copied());
            let weight = decision.weight(criterion);
            for (score, logarithm) in scores.iter_mut().zip(&logarithms) {
                let share = logarithm / total;
                let bent = float::pow(share, weight);
                *score += 2.0 * bent / (float::pow(2.0 - share, weight) + bent);
            }
        }
        Outranked::new(scores, Best::Highest)
    }
}
