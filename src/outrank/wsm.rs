//! Weighted sum.

use super::settings::{read_scaling, scaling};
use super::{Outrank, OutrankError, Outranked, Scaling, Separated};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "wsm",
        summary: "weighted sum of scaled columns",
        formula: "score_i = Σ_j w_j r_ij, with r the scaled columns",
        params: &[scaling("minmax")],
        not_when: "a strong criterion must not make up for a weak one: use `wpm` or an outranking \
                   method",
        reference: "Fishburn (1967), Additive utilities with incomplete product sets, Operations \
                    Research 15(3)",
        common: true,
    },
    build: |params| Ok(Arc::new(Wsm(read_scaling(params, Scaling::MinMax)))),
};

#[derive(Debug)]
struct Wsm(Scaling);

impl Outrank for Wsm {
    fn definition(&self) -> String {
        format!("wsm/{}", self.0.word())
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        Outranked::new(weighted_sum(decision, self.0)?, Best::Highest)
    }

    fn separated(&self, decision: &Decision) -> Option<Separated> {
        self.0.columns(decision).ok().map(Separated::Sum)
    }
}

/// Returns the weighted sum of the scaled columns, added criterion by criterion.
pub(super) fn weighted_sum(
    decision: &Decision,
    scaling: Scaling,
) -> Result<Vec<f64>, OutrankError> {
    let mut sums = vec![0.0; decision.alternatives()];
    let mut column = Vec::with_capacity(sums.len());
    for criterion in 0..decision.criteria() {
        scaling.scale(decision, criterion, &mut column)?;
        add_weighted(decision.weight(criterion), &column, &mut sums);
    }
    Ok(sums)
}

/// Adds a column, times its weight, to `sums`.
pub(super) fn add_weighted(weight: f64, column: &[f64], sums: &mut [f64]) {
    for (sum, cell) in sums.iter_mut().zip(column) {
        *sum += weight * cell;
    }
}
