//! Principal components of the correlations.

use super::{Weigh, WeighError};
use crate::model::{DecisionMatrix, Entry, MethodInfo, Param, ParamKind};
use crate::num::float;
use crate::num::matrix::{correlations, symmetric_eigen};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "pca",
        summary: "squared loadings on the leading principal components",
        formula: "w_j ∝ Σ_k λ_k v_kj² over the components kept, λ and v the eigenvalues and unit \
                  eigenvectors of the correlation matrix",
        params: &[Param {
            name: "components",
            kind: ParamKind::Integer,
            unit: "1",
            default: Some("0"),
            range: (0.0, 1000.0),
            per_criterion: false,
            doc: "how many components to keep; 0 keeps those with an eigenvalue of at least 1 \
                  (Kaiser's rule)",
        }],
        not_when: "criteria hardly correlate, or a constant column is among them; weights then say \
                   little",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6, without \
                    rotation; Kaiser (1960)",
        common: true,
    },
    build: |params| {
        // Checked to be a whole number from 0 to 1000.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "see above"
        )]
        let keep = params.number("components").unwrap_or(0.0) as usize;
        Ok(Arc::new(Pca { keep }))
    },
};

#[derive(Debug)]
struct Pca {
    keep: usize,
}

impl Weigh for Pca {
    fn definition(&self) -> String {
        match self.keep {
            0 => "pca/kaiser".to_owned(),
            keep => format!("pca/components={keep}"),
        }
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let components = components(matrix.columns())
            .map_err(|criterion| WeighError::constant(criterion, matrix.column(criterion)[0]))?;
        let kept: Vec<&Component> = match self.keep {
            // Rounding must not drop a component whose eigenvalue is 1 on paper.
            0 => components
                .iter()
                .filter(|c| c.eigenvalue >= 1.0 - 1e-9)
                .collect(),
            keep if keep > components.len() => {
                let criteria = components.len();
                let why = format!(
                    "{keep} components are asked for, but {criteria} criteria have only {criteria}"
                );
                return Err(WeighError::matrix(why));
            }
            keep => components[..keep].iter().collect(),
        };
        let amount = |j: usize| float::sum(kept.iter().map(|c| c.loadings[j] * c.loadings[j]));
        super::shares(&(0..matrix.criteria()).map(amount).collect::<Vec<f64>>())
    }
}

/// A principal component of standardised columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Its variance; all eigenvalues sum to the number of columns.
    pub eigenvalue: f64,
    /// Its share of the total variance.
    pub explained: f64,
    /// Correlation of each column with it.
    pub loadings: Vec<f64>,
}

/// Returns the principal components of the correlations between columns, largest first, or the
/// position of a column without spread.
///
/// The largest loading of each component is positive; which sign an eigenvector has is arbitrary
/// otherwise.
pub fn components(columns: &[Vec<f64>]) -> Result<Vec<Component>, usize> {
    let eigen = symmetric_eigen(&correlations(columns)?);
    let count = columns.len() as f64;
    let component = |(value, vector): (&f64, &Vec<f64>)| {
        // Rounding can push the eigenvalue of a redundant column just below zero.
        let eigenvalue = value.max(0.0);
        Component {
            eigenvalue,
            explained: eigenvalue / count,
            loadings: vector.iter().map(|v| v * eigenvalue.sqrt()).collect(),
        }
    };
    Ok(eigen
        .values
        .iter()
        .zip(&eigen.vectors)
        .map(component)
        .collect())
}
