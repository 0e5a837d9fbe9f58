//! Gini coefficient: unequal columns tell more.

use super::{Weigh, WeighError, not_negative, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::matrix::is_constant;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "gini",
        summary: "Gini coefficient of inequality of each column",
        formula: "w_j ∝ Σ_i Σ_k |x_ij - x_kj| / (2 n² mean_j); a constant column weighs 0",
        params: &[],
        not_when: "values are negative, or a scale has no natural zero",
        reference: "Li and Chi (2010), New evaluation model based on the Gini coefficient; Gini \
                    (1912)",
        common: false,
    },
    build: |_| Ok(Arc::new(Gini)),
};

#[derive(Debug)]
struct Gini;

impl Weigh for Gini {
    fn definition(&self) -> String {
        "gini".to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let coefficient = |criterion: usize| -> Result<f64, WeighError> {
            let column = not_negative(matrix, criterion)?;
            if is_constant(column) {
                return Ok(0.0);
            }
            // Over sorted values the double sum of differences is one sum: in O(n log n).
            let sorted = stats::sorted(column);
            let n = sorted.len() as f64;
            let terms = sorted.iter().enumerate();
            let differences =
                float::sum(terms.map(|(at, x)| (2.0 * at as f64 + 1.0 - n) * (x - sorted[0])));
            Ok(differences / (n * float::sum(sorted.iter().copied())))
        };
        let amounts: Vec<f64> = (0..matrix.criteria())
            .map(coefficient)
            .collect::<Result<_, _>>()?;
        shares(&amounts)
    }
}
