//! Gap between ideal and real ratings.

use super::wsm::weighted_sum;
use super::{Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::float;
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "mairca",
        summary: "gap between theoretical and real ratings",
        formula: "score_i = Σ_j w_j (1 - r_ij) / n, r min-max scaled (a constant column 1), n the \
                  number of alternatives; lower is better",
        params: &[],
        not_when: "`wsm` is in use already: the ranking is the same",
        reference: "Pamučar, Vasin, Lukovac (2014), XVI International Scientific-Expert Conference \
                    on Railways",
        common: false,
    },
    build: |_| Ok(Arc::new(Mairca)),
};

#[derive(Debug)]
struct Mairca;

impl Outrank for Mairca {
    fn definition(&self) -> String {
        "mairca/minmax".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let total = float::sum(decision.weights().iter().copied());
        let count = decision.alternatives() as f64;
        let sums = weighted_sum(decision, Scaling::MinMax)?;
        Outranked::new(
            sums.iter().map(|s| (total - s) / count).collect(),
            Best::Lowest,
        )
    }
}
