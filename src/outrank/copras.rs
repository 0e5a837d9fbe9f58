//! Complex proportional assessment.

use super::scale::plain_shares;
use super::wsm::add_weighted;
use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::float;
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "copras",
        summary: "benefits add to the significance, costs divide it",
        formula: "Q_i = S⁺_i + ΣS⁻ / (S⁻_i Σ(1/S⁻)), S⁺ and S⁻ the weighted sums of shares over \
                  benefits and over costs; score_i = Q_i / max Q. Without cost criteria (or with \
                  none that weighs) Q = S⁺",
        params: &[],
        not_when: "an alternative has no costs at all: its second term would be infinite",
        reference: "Zavadskas, Kaklauskas, Sarka (1994), Technological and Economic Development \
                    of Economy 1(3)",
        common: true,
    },
    build: |_| Ok(Arc::new(Copras)),
};

#[derive(Debug)]
struct Copras;

impl Outrank for Copras {
    fn definition(&self) -> String {
        "copras".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let (plus, minus) = sums_of_shares(decision)?;
        let mut significance = plus;
        let costs =
            (0..decision.criteria()).any(|j| !decision.is_benefit(j) && decision.weight(j) > 0.0);
        if costs {
            if let Some(alternative) = minus.iter().position(|&m| m <= 0.0) {
                return Err(OutrankError::Alternative {
                    alternative,
                    why: "all its costs are 0, and the formula divides by their sum; use a method \
                          with `minmax` scaling"
                        .to_owned(),
                });
            }
            let total = float::sum(minus.iter().copied());
            let inverse = float::sum(minus.iter().map(|m| 1.0 / m));
            for (q, m) in significance.iter_mut().zip(&minus) {
                *q += total / (m * inverse);
            }
        }
        let largest = stats::range(&significance).unwrap_or_default().1;
        if largest <= 0.0 {
            return Err(OutrankError::decision(
                "no criterion with weight has a value above 0",
            ));
        }
        let scores = significance.iter().map(|q| q / largest).collect();
        Ok(Outranked::new(scores, Best::Highest)?
            .with("significances", Detail::Alternatives(significance)))
    }
}

/// Returns the weighted sums of shares over benefits and over costs.
pub(super) fn sums_of_shares(decision: &Decision) -> Result<(Vec<f64>, Vec<f64>), OutrankError> {
    let count = decision.alternatives();
    let (mut plus, mut minus) = (vec![0.0; count], vec![0.0; count]);
    let mut column = Vec::with_capacity(count);
    for criterion in 0..decision.criteria() {
        plain_shares(decision, criterion, &mut column)?;
        let weight = decision.weight(criterion);
        let sums = if decision.is_benefit(criterion) {
            &mut plus
        } else {
            &mut minus
        };
        add_weighted(weight, &column, sums);
    }
    Ok((plus, minus))
}
