//! Limits on property method.

use super::aras::positive;
use super::{Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "lopm",
        summary: "weighted ratios to the best value of each criterion",
        formula: "score_i = Σ_benefits w_j max_j / x_ij + Σ_costs w_j x_ij / min_j; lower is better",
        params: &[],
        not_when: "values may be zero or negative, or differ by orders of magnitude",
        reference: "Farag (1997), Materials Selection for Engineering Design, with the best values \
                    of the alternatives as limits",
        common: false,
    },
    build: |_| Ok(Arc::new(Lopm)),
};

#[derive(Debug)]
struct Lopm;

impl Outrank for Lopm {
    fn definition(&self) -> String {
        "lopm".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let mut scores = vec![0.0; decision.alternatives()];
        for criterion in 0..decision.criteria() {
            let column = positive(decision, criterion)?;
            let (low, high) = stats::range(column).unwrap_or_default();
            let (weight, benefit) = (decision.weight(criterion), decision.is_benefit(criterion));
            for (score, x) in scores.iter_mut().zip(column) {
                *score += weight * if benefit { high / x } else { x / low };
            }
        }
        Outranked::new(scores, Best::Lowest)
    }
}
