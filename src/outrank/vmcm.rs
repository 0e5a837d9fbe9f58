//! Vector measure construction method.

use super::{Outrank, OutrankError, Outranked, need_two};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::matrix::is_constant;
use crate::num::rank::Best;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "vmcm",
        summary: "projection on the line from an anti-pattern to a pattern",
        formula: "z-scores (sample) times weights, projected on the line from the worse to the \
                  better quartile of the z-scores: score_i = Σ_j (w_j z_ij - a_j)(p_j - a_j) / Σ_j \
                  (p_j - a_j)²",
        params: &[],
        not_when: "a column is constant: it has no z-scores",
        reference: "Nermend (2006), Vector Calculus in Regional Development Analysis; quartiles of \
                    the unweighted scores, as its public implementation has them",
        common: false,
    },
    build: |_| Ok(Arc::new(Vmcm)),
};

#[derive(Debug)]
struct Vmcm;

impl Outrank for Vmcm {
    fn definition(&self) -> String {
        "vmcm".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        need_two(decision)?;
        let mut scores = vec![0.0; decision.alternatives()];
        let mut length = 0.0;
        for criterion in 0..decision.criteria() {
            let column = decision.column(criterion);
            if is_constant(column) {
                return Err(OutrankError::criterion(
                    criterion,
                    format!(
                        "all values are {}, and z-scores divide by their spread; drop the criterion",
                        column[0]
                    ),
                ));
            }
            let mean = stats::mean(column).unwrap_or_default();
            let spread = stats::sample_sd(column).unwrap_or_default();
            let z: Vec<f64> = column.iter().map(|x| (x - mean) / spread).collect();
            let quartile = |p| stats::quantile(&z, p).unwrap_or_default();
            let (mut anti, mut pattern) = (quartile(0.25), quartile(0.75));
            if !decision.is_benefit(criterion) {
                (anti, pattern) = (pattern, anti);
            }
            let weight = decision.weight(criterion);
            for (score, z) in scores.iter_mut().zip(&z) {
                *score += (weight * z - anti) * (pattern - anti);
            }
            length = float::sum([length, (pattern - anti) * (pattern - anti)]);
        }
        if length <= 0.0 {
            return Err(OutrankError::decision(
                "the quartiles of every criterion coincide, so there is no pattern to move towards",
            ));
        }
        for score in &mut scores {
            *score /= length;
        }
        Outranked::new(scores, Best::Highest)
    }
}
