//! Angle to the column that tells nothing.

use super::{Weigh, WeighError, not_negative, positive, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo, Param, ParamKind};
use crate::num::matrix::is_constant;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "angle",
        summary: "angle between a column and the constant column",
        formula: "w_j ∝ the angle between x_j and (1, …, 1), costs as 1/x (`inverted`) or as they \
                  are (`plain`); a constant column weighs 0",
        params: &[Param::required(
            "costs",
            ParamKind::Word(&["inverted", "plain"]),
            "whether costs are replaced by 1/x first",
        )
        .or("inverted")],
        not_when: "values are negative, or a scale has no natural zero",
        reference: "Shuai, Zongzhun, Yongji, Lei (2012), Chinese Control and Decision Conference",
        common: false,
    },
    build: |params| {
        let plain = params.word("costs") == Some("plain");
        Ok(Arc::new(Angle { plain }))
    },
};

#[derive(Debug)]
struct Angle {
    plain: bool,
}

impl Weigh for Angle {
    fn definition(&self) -> String {
        if self.plain { "angle_plain" } else { "angle" }.to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let angle = |criterion: usize| -> Result<f64, WeighError> {
            let column = if self.plain || matrix.is_benefit(criterion) {
                not_negative(matrix, criterion)?.to_vec()
            } else {
                positive(matrix, criterion)?
                    .iter()
                    .map(|x| 1.0 / x)
                    .collect()
            };
            if is_constant(&column) {
                return Ok(0.0);
            }
            // The tangent of the angle is the coefficient of variation. The arc cosine of the
            // textbook loses half the digits of a small angle, and is NaN past 1 by rounding.
            let mean = stats::mean(&column).unwrap_or_default();
            Ok(float::atan(
                stats::population_sd(&column).unwrap_or_default() / mean,
            ))
        };
        let amounts: Vec<f64> = (0..matrix.criteria())
            .map(angle)
            .collect::<Result<_, _>>()?;
        shares(&amounts)
    }
}
