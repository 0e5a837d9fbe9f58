//! Additive ratio assessment.

use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamKind};
use crate::num::rank::Best;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "aras",
        summary: "weighted shares relative to an ideal alternative",
        formula: "score_i = S_i / S_0, S the weighted sum of shares (costs as 1/x), S_0 that of an \
                  alternative with the best value of each column, which is counted in the column \
                  sums (`inside`) or not (`outside`)",
        params: &[Param::required(
            "ideal",
            ParamKind::Word(&["inside", "outside"]),
            "whether the ideal alternative is part of the column sums",
        )
        .or("inside")],
        not_when: "values may be zero or negative",
        reference: "Zavadskas and Turskis (2010), Technological and Economic Development of \
                    Economy 16(2); `inside` is theirs",
        common: true,
    },
    build: |params| {
        let outside = params.word("ideal") == Some("outside");
        Ok(Arc::new(Aras { outside }))
    },
};

#[derive(Debug)]
struct Aras {
    outside: bool,
}

impl Outrank for Aras {
    fn definition(&self) -> String {
        let name = if self.outside {
            "aras/ideal_outside_sum"
        } else {
            "aras"
        };
        name.to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let mut sums = vec![0.0; decision.alternatives()];
        let mut ideal = 0.0;
        for criterion in 0..decision.criteria() {
            let column = positive(decision, criterion)?;
            let benefit = decision.is_benefit(criterion);
            let ratio = |x: &f64| if benefit { *x } else { 1.0 / x };
            let (low, high) = stats::range(column).unwrap_or_default();
            let best = ratio(if benefit { &high } else { &low });
            let mut total = float::sum(column.iter().map(ratio));
            if !self.outside {
                total += best;
            }
            let factor = decision.weight(criterion) / total;
            for (sum, x) in sums.iter_mut().zip(column) {
                *sum += factor * ratio(x);
            }
            ideal += factor * best;
        }
        let scores = sums.iter().map(|s| s / ideal).collect();
        Ok(Outranked::new(scores, Best::Highest)?.with("S", Detail::Alternatives(sums)))
    }
}

/// Returns a column if all its values are above zero.
pub(super) fn positive(decision: &Decision, criterion: usize) -> Result<&[f64], OutrankError> {
    let column = decision.column(criterion);
    let Some(alternative) = column.iter().position(|&x| x <= 0.0) else {
        return Ok(column);
    };
    let value = column[alternative];
    Err(OutrankError::Value {
        criterion,
        alternative,
        value,
        why: format!(
            "{value} is not above zero, and the method works with ratios; shift the values"
        ),
    })
}
