//! Operational competitiveness rating.

use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "ocra",
        summary: "competitiveness in costs plus competitiveness in benefits",
        formula: "I_i = Σ_costs w_j (max - x_ij)/min, O_i = Σ_benefits w_j (x_ij - min)/min; \
                  score_i = (I_i - min I) + (O_i - min O), less its own minimum",
        params: &[],
        not_when: "smallest values are near zero: distances are relative to them",
        reference: "Parkan (1994); Parkan and Wu (2000), Computers & Industrial Engineering 36(3)",
        common: false,
    },
    build: |_| Ok(Arc::new(Ocra)),
};

#[derive(Debug)]
struct Ocra;

impl Outrank for Ocra {
    fn definition(&self) -> String {
        "ocra".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let count = decision.alternatives();
        let (mut inputs, mut outputs) = (vec![0.0; count], vec![0.0; count]);
        for criterion in 0..decision.criteria() {
            let column = decision.column(criterion);
            let (low, high) = stats::range(column).unwrap_or_default();
            if low <= 0.0 {
                return Err(OutrankError::criterion(
                    criterion,
                    format!(
                        "its smallest value is {low}, and distances are relative to it; shift the values above zero"
                    ),
                ));
            }
            let factor = decision.weight(criterion) / low;
            if decision.is_benefit(criterion) {
                outputs
                    .iter_mut()
                    .zip(column)
                    .for_each(|(o, x)| *o += factor * (x - low));
            } else {
                inputs
                    .iter_mut()
                    .zip(column)
                    .for_each(|(i, x)| *i += factor * (high - x));
            }
        }
        from_lowest(&mut inputs);
        from_lowest(&mut outputs);
        let mut scores: Vec<f64> = inputs.iter().zip(&outputs).map(|(i, o)| i + o).collect();
        from_lowest(&mut scores);
        Ok(Outranked::new(scores, Best::Highest)?
            .with("inputs", Detail::Alternatives(inputs))
            .with("outputs", Detail::Alternatives(outputs)))
    }
}

fn from_lowest(values: &mut [f64]) {
    let low = stats::range(values).unwrap_or_default().0;
    for value in values {
        *value -= low;
    }
}
