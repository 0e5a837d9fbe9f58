//! Logarithmic percentage change.

use super::{Weigh, WeighError, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "lopcow",
        summary: "logarithm of root mean square over standard deviation",
        formula: "w_j ∝ |ln(√(Σr²/n) / sd(r))|, r min-max scaled towards the good end, sample \
                  standard deviation",
        params: &[],
        not_when: "a column is constant: it has no spread to divide by",
        reference: "Ecer and Pamučar (2022), Applied Soft Computing 112",
        common: false,
    },
    build: |_| Ok(Arc::new(Lopcow)),
};

#[derive(Debug)]
struct Lopcow;

impl Weigh for Lopcow {
    fn definition(&self) -> String {
        "lopcow".to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let change = |criterion: usize| -> Result<f64, WeighError> {
            let column = matrix.column(criterion);
            let (low, high) = stats::range(column).unwrap_or_default();
            if high <= low {
                return Err(WeighError::constant(criterion, low));
            }
            let benefit = matrix.is_benefit(criterion);
            let scale = |x: &f64| if benefit { x - low } else { high - x } / (high - low);
            let scaled: Vec<f64> = column.iter().map(scale).collect();
            let mean_square = float::sum(scaled.iter().map(|r| r * r)) / scaled.len() as f64;
            let spread = stats::sample_sd(&scaled).unwrap_or_default();
            Ok(float::ln(mean_square.sqrt() / spread).abs())
        };
        let amounts: Vec<f64> = (0..matrix.criteria())
            .map(change)
            .collect::<Result<_, _>>()?;
        shares(&amounts)
    }
}
