//! Evaluation by distance from the average solution.

use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "edas",
        summary: "distance above and below the average alternative",
        formula: "score_i = (SP_i / max SP + 1 - SN_i / max SN) / 2, SP and SN the weighted sums of \
                  what an alternative is better and worse than the average, relative to it",
        params: &[],
        not_when: "averages are near zero or negative: the distances are relative to them",
        reference: "Keshavarz Ghorabaee, Zavadskas, Olfat, Turskis (2015), Informatica 26(3)",
        common: true,
    },
    build: |_| Ok(Arc::new(Edas)),
};

#[derive(Debug)]
struct Edas;

impl Outrank for Edas {
    fn definition(&self) -> String {
        "edas".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let count = decision.alternatives();
        let (mut above, mut below) = (vec![0.0; count], vec![0.0; count]);
        let mut averages = vec![];
        for criterion in 0..decision.criteria() {
            let column = decision.column(criterion);
            let average = stats::mean(column).unwrap_or_default();
            if average <= 0.0 {
                return Err(OutrankError::criterion(
                    criterion,
                    format!(
                        "its average is {average}, and distances are relative to it; shift the values above zero"
                    ),
                ));
            }
            let sign = if decision.is_benefit(criterion) {
                1.0
            } else {
                -1.0
            };
            let weight = decision.weight(criterion);
            for ((above, below), x) in above.iter_mut().zip(&mut below).zip(column) {
                let better = sign * (x - average) / average;
                *above += weight * better.max(0.0);
                *below += weight * (-better).max(0.0);
            }
            averages.push(average);
        }
        let highest = |v: &[f64]| stats::range(v).unwrap_or_default().1;
        let (most, least) = (highest(&above), highest(&below));
        if most <= 0.0 || least <= 0.0 {
            return Err(OutrankError::decision(
                "no alternative differs from the average on a criterion with weight",
            ));
        }
        let nsp: Vec<f64> = above.iter().map(|s| s / most).collect();
        let nsn: Vec<f64> = below.iter().map(|s| 1.0 - s / least).collect();
        let scores = nsp.iter().zip(&nsn).map(|(p, n)| (p + n) / 2.0).collect();
        Ok(Outranked::new(scores, Best::Highest)?
            .with("average", Detail::Criteria(averages))
            .with("NSP", Detail::Alternatives(nsp))
            .with("NSN", Detail::Alternatives(nsn)))
    }
}
