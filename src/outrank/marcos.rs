//! Utility relative to ideal and anti-ideal.

use super::wsm::weighted_sum;
use super::{Detail, Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "marcos",
        summary: "utility relative to an ideal and an anti-ideal alternative",
        formula: "K⁻_i = S_i / S_anti, K⁺_i = S_i / S_ideal, S the weighted sums of linear-scaled \
                  columns; score_i = (K⁺ + K⁻) / (1 + (1-f⁺)/f⁺ + (1-f⁻)/f⁻), f⁺ = K⁻/(K⁺+K⁻), f⁻ = \
                  K⁺/(K⁺+K⁻)",
        params: &[],
        not_when: "values may be zero costs or negative; the order is that of `wsm` with `linear` \
                   scaling",
        reference: "Stević, Pamučar, Puška, Chatterjee (2020), Computers & Industrial Engineering \
                    140",
        common: true,
    },
    build: |_| Ok(Arc::new(Marcos)),
};

#[derive(Debug)]
struct Marcos;

impl Outrank for Marcos {
    fn definition(&self) -> String {
        "marcos".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let sums = weighted_sum(decision, Scaling::Linear)?;
        // The ideal scales to 1 on every criterion, the anti-ideal to min / max on either kind.
        let ideal = float::sum(decision.weights().iter().copied());
        let anti = float::sum((0..decision.criteria()).map(|j| {
            let (low, high) = stats::range(decision.column(j)).unwrap_or_default();
            decision.weight(j) * low / high
        }));
        if anti <= 0.0 {
            return Err(OutrankError::decision(
                "the worst value of every criterion with weight is 0, so the anti-ideal has no \
                 utility to compare with; shift the values above zero",
            ));
        }
        let minus: Vec<f64> = sums.iter().map(|s| s / anti).collect();
        let plus: Vec<f64> = sums.iter().map(|s| s / ideal).collect();
        let scores = minus
            .iter()
            .zip(&plus)
            .map(|(m, p)| utility(*m, *p))
            .collect();
        Ok(Outranked::new(scores, Best::Highest)?
            .with("k_minus", Detail::Alternatives(minus))
            .with("k_plus", Detail::Alternatives(plus)))
    }
}

/// An alternative without any value has no utility; the formula would divide zero by zero.
fn utility(minus: f64, plus: f64) -> f64 {
    if minus + plus <= 0.0 {
        return 0.0;
    }
    let (of_plus, of_minus) = (minus / (plus + minus), plus / (plus + minus));
    (plus + minus) / (1.0 + (1.0 - of_plus) / of_plus + (1.0 - of_minus) / of_minus)
}
