//! Criterion impact loss, alone and joined with entropy.

use super::entropy::entropy;
use super::{Weigh, WeighError, not_negative, positive, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::matrix::{is_constant, solve};
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const CILOS: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "cilos",
        summary: "how little a criterion loses where the others are best",
        formula: "shares of the columns, costs as min/x first; P_kj the relative loss on criterion j \
                  at the first alternative best on k; w solves (P - diag(column sums of P)) w = 0, \
                  Σ w = 1",
        params: &[],
        not_when: "a criterion reaches its best value wherever the others do: it then gets the \
                   whole weight",
        reference: "Zavadskas and Podvezko (2016), International Journal of Information Technology & \
                    Decision Making 15(2)",
        common: false,
    },
    build: |_| {
        Ok(Arc::new(Cilos {
            with_entropy: false,
        }))
    },
};

pub(super) const IDOCRIW: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "idocriw",
        summary: "entropy weights times impact-loss weights",
        formula: "w_j ∝ entropy_j · cilos_j",
        params: &[],
        not_when: "see `cilos` and `entropy`",
        reference: "Zavadskas and Podvezko (2016), International Journal of Information Technology & \
                    Decision Making 15(2)",
        common: false,
    },
    build: |_| Ok(Arc::new(Cilos { with_entropy: true })),
};

#[derive(Debug)]
struct Cilos {
    with_entropy: bool,
}

impl Weigh for Cilos {
    fn definition(&self) -> String {
        if self.with_entropy {
            "idocriw"
        } else {
            "cilos"
        }
        .to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let loss = impact_loss(matrix)?;
        if !self.with_entropy {
            return Ok(loss);
        }
        let products: Vec<f64> = entropy(matrix)?
            .iter()
            .zip(&loss)
            .map(|(e, l)| e * l)
            .collect();
        shares(&products)
    }
}

fn impact_loss(matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
    let columns: Vec<Vec<f64>> = (0..matrix.criteria())
        .map(|j| as_shares(matrix, j))
        .collect::<Result<_, _>>()?;
    let best: Vec<usize> = columns.iter().map(|column| first_highest(column)).collect();
    let criteria = columns.len();
    let mut system = vec![vec![0.0; criteria]; criteria];
    for j in 0..criteria {
        let top = columns[j][best[j]];
        for k in (0..criteria).filter(|&k| k != j) {
            system[k][j] = (top - columns[j][best[k]]) / top;
        }
        system[j][j] = -float::sum((0..criteria).filter(|&k| k != j).map(|k| system[k][j]));
    }
    // The columns sum to zero, so each row follows from the others: one makes room for Σ w = 1.
    let mut right = vec![0.0; criteria];
    system[criteria - 1] = vec![1.0; criteria];
    right[criteria - 1] = 1.0;
    let weights = solve(&system, &right).ok_or_else(|| {
        WeighError::matrix(
            "two or more criteria lose nothing where the others are best, so their weights are not \
             determined; use `entropy`",
        )
    })?;
    shares(&weights.iter().map(|w| w.max(0.0)).collect::<Vec<f64>>())
}

fn as_shares(matrix: &DecisionMatrix, criterion: usize) -> Result<Vec<f64>, WeighError> {
    let column = if matrix.is_benefit(criterion) {
        not_negative(matrix, criterion)?.to_vec()
    } else {
        let column = positive(matrix, criterion)?;
        let low = stats::range(column).unwrap_or_default().0;
        column.iter().map(|x| low / x).collect()
    };
    if is_constant(&column) && matrix.criteria() > 1 {
        return Err(WeighError::Criterion {
            criterion,
            why: format!(
                "all values are {}: a criterion without any loss would get the whole weight; leave \
                 it out",
                matrix.column(criterion)[0]
            ),
        });
    }
    let total = float::sum(column.iter().copied());
    Ok(column.iter().map(|x| x / total).collect())
}

fn first_highest(column: &[f64]) -> usize {
    (0..column.len()).fold(0, |best, i| if column[i] > column[best] { i } else { best })
}
