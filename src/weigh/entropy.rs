//! Shannon entropy: even columns tell little.

use super::{Weigh, WeighError, not_negative, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::float;
use crate::num::matrix::is_constant;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "entropy",
        summary: "one minus the entropy of each column's shares",
        formula: "w_j ∝ 1 + Σ_i p_ij ln p_ij / ln n, p the shares of the column sum, 0 ln 0 = 0; a \
                  constant column weighs 0",
        params: &[],
        not_when: "values are negative, or a scale has no natural zero: a shift changes the weights",
        reference: "Shannon (1948); Hwang and Yoon (1981), Multiple Attribute Decision Making",
        common: true,
    },
    build: |_| Ok(Arc::new(Entropy)),
};

#[derive(Debug)]
struct Entropy;

impl Weigh for Entropy {
    fn definition(&self) -> String {
        "entropy".to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        entropy(matrix)
    }
}

/// Returns the entropy weights.
pub(super) fn entropy(matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
    let count = matrix.alternatives() as f64;
    let information = |criterion: usize| -> Result<f64, WeighError> {
        let column = not_negative(matrix, criterion)?;
        // Exactly, not up to the rounding of n logarithms.
        if is_constant(column) {
            return Ok(0.0);
        }
        let total = float::sum(column.iter().copied());
        let term = |x: &f64| {
            let p = x / total;
            if p > 0.0 { p * float::ln(p) } else { 0.0 }
        };
        Ok((1.0 + float::sum(column.iter().map(term)) / float::ln(count)).max(0.0))
    };
    let amounts: Vec<f64> = (0..matrix.criteria())
        .map(information)
        .collect::<Result<_, _>>()?;
    shares(&amounts)
}
