//! Effect of removing a criterion.

use super::{Weigh, WeighError, positive, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "merec",
        summary: "how much the overall performance changes without the criterion",
        formula: "n_ij = min/x, costs x/max; S_i = ln(1 + Σ_j |ln n_ij| / m), S'_ij the same \
                  without criterion j; w_j ∝ Σ_i |S'_ij - S_i|; a constant column weighs 0",
        params: &[],
        not_when: "values may be zero or negative",
        reference: "Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis, Antucheviciene (2021), Symmetry \
                    13(4)",
        common: true,
    },
    build: |_| Ok(Arc::new(Merec)),
};

#[derive(Debug)]
struct Merec;

impl Weigh for Merec {
    fn definition(&self) -> String {
        "merec".to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let mut logarithms = vec![];
        for criterion in 0..matrix.criteria() {
            let column = positive(matrix, criterion)?;
            let (low, high) = stats::range(column).unwrap_or_default();
            let benefit = matrix.is_benefit(criterion);
            let ratio = |x: &f64| if benefit { low / x } else { x / high };
            let magnitude = |x: &f64| float::ln(ratio(x)).abs();
            logarithms.push(column.iter().map(magnitude).collect::<Vec<f64>>());
        }
        let criteria = matrix.criteria() as f64;
        let sums: Vec<f64> = (0..matrix.alternatives())
            .map(|i| float::sum(logarithms.iter().map(|column| column[i])))
            .collect();
        let effect = |column: &Vec<f64>| {
            float::sum(column.iter().zip(&sums).map(|(own, sum)| {
                // ln(1 + s) - ln(1 + s - own), as one logarithm: the difference of two nearly
                // equal ones would lose its digits.
                float::ln_1p(own / criteria / (1.0 + (sum - own) / criteria))
            }))
        };
        shares(&logarithms.iter().map(effect).collect::<Vec<f64>>())
    }
}
