//! Contrast and conflict.

use super::{Weigh, WeighError, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo, Param, ParamKind};
use crate::num::matrix::correlations;
use crate::num::rank::{Best, Ties, rank};
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "critic",
        summary: "standard deviation times conflict with the other criteria",
        formula: "w_j ∝ sd(r_j) Σ_k (1 - corr(r_j, r_k)), r min-max scaled towards the good end \
                  (`directed`) or towards the high end whatever the direction (`benefit`)",
        params: &[
            Param::required(
                "scaling",
                ParamKind::Word(&["directed", "benefit"]),
                "whether scaling follows the directions; correlations with costs change sign",
            )
            .or("directed"),
            Param::required(
                "correlation",
                ParamKind::Word(&["pearson", "spearman"]),
                "which correlation measures conflict",
            )
            .or("pearson"),
        ],
        not_when: "a column is constant: it has no correlation",
        reference: "Diakoulaki, Mavrotas, Papayannakis (1995), Computers & Operations Research \
                    22(7)",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Critic {
            directed: params.word("scaling") != Some("benefit"),
            spearman: params.word("correlation") == Some("spearman"),
        }))
    },
};

#[derive(Debug)]
struct Critic {
    directed: bool,
    spearman: bool,
}

impl Weigh for Critic {
    fn definition(&self) -> String {
        let scaling = if self.directed {
            "critic_directed"
        } else {
            "critic_benefit"
        };
        format!("{scaling}{}", if self.spearman { "_spearman" } else { "" })
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        if matrix.criteria() == 1 {
            return Ok(vec![1.0]);
        }
        let mut scaled = vec![];
        for (criterion, column) in matrix.columns().iter().enumerate() {
            let (low, high) = stats::range(column).unwrap_or_default();
            if high <= low {
                return Err(WeighError::constant(criterion, low));
            }
            let mirrored = self.directed && !matrix.is_benefit(criterion);
            let scale = |x: &f64| if mirrored { high - x } else { x - low } / (high - low);
            scaled.push(column.iter().map(scale).collect::<Vec<f64>>());
        }
        let compared = if self.spearman {
            scaled
                .iter()
                .map(|c| rank(c, Best::Lowest, Ties::Average))
                .collect()
        } else {
            scaled.clone()
        };
        let correlation = correlations(&compared)
            .map_err(|criterion| WeighError::constant(criterion, matrix.column(criterion)[0]))?;
        let amounts: Vec<f64> = scaled
            .iter()
            .zip(&correlation)
            .map(|(column, row)| {
                let conflict = float::sum(row.iter().map(|r| 1.0 - r));
                stats::sample_sd(column).unwrap_or_default() * conflict
            })
            .collect();
        shares(&amounts).map_err(|_| {
            WeighError::matrix(
                "all criteria are perfectly correlated, so none conflicts with another; use \
                 `standard-deviation`",
            )
        })
    }
}
