//! Border approximation area.

use super::scale::first_too_low;
use super::settings::{read_scaling, scaling};
use super::{Detail, Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::{float, lanes};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "mabac",
        summary: "distance above or below the border area of each criterion",
        formula: "score_i = Σ_j (v_ij - g_j), v_ij = w_j (r_ij + 1), g_j the geometric mean of v_j; \
                  a constant column adds nothing",
        params: &[scaling("minmax")],
        not_when: "scores must not move when alternatives are added",
        reference: "Pamučar and Ćirović (2015), Expert Systems with Applications 42(6)",
        common: true,
    },
    build: |params| Ok(Arc::new(Mabac(read_scaling(params, Scaling::MinMax)))),
};

#[derive(Debug)]
struct Mabac(Scaling);

impl Outrank for Mabac {
    fn definition(&self) -> String {
        format!("mabac/{}", self.0.word())
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let mut scores = vec![0.0; decision.alternatives()];
        let (mut border, mut logarithms) = (vec![], vec![]);
        let mut column = Vec::with_capacity(scores.len());
        for criterion in 0..decision.criteria() {
            self.0.scale(decision, criterion, &mut column)?;
            if let Some(alternative) = first_too_low(&column, |r| r <= -1.0) {
                return Err(OutrankError::Value {
                    criterion,
                    alternative,
                    value: decision.column(criterion)[alternative],
                    why:
                        "the value scales to -1 or less, which has no geometric mean; use `minmax` \
                          scaling"
                            .to_owned(),
                });
            }
            let weight = decision.weight(criterion);
            // The product of a long column over- or underflows; the mean logarithm does not.
            logarithms.clear();
            logarithms.extend(column.iter().map(|r| r + 1.0));
            lanes::ln_column(&mut logarithms);
            let logarithms = float::sum(logarithms.iter().copied());
            let area = weight * float::exp(logarithms / scores.len() as f64);
            for (score, r) in scores.iter_mut().zip(&column) {
                *score += weight * (r + 1.0) - area;
            }
            border.push(area);
        }
        Ok(Outranked::new(scores, Best::Highest)?.with("border", Detail::Criteria(border)))
    }
}
