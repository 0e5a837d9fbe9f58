//! Equal weights, and weights by how far a column spreads.

use super::{Weigh, WeighError, not_negative, shares};
use crate::model::{DecisionMatrix, Entry, MethodInfo};
use crate::num::stats;
use std::sync::Arc;

pub(super) const EQUAL: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "equal",
        summary: "the same weight for every criterion",
        formula: "w_j = 1 / m",
        params: &[],
        not_when: "two criteria measure the same thing: together they weigh double",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6",
        common: true,
    },
    build: |_| Ok(Arc::new(Spread::Equal)),
};

pub(super) const STANDARD_DEVIATION: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "standard-deviation",
        summary: "standard deviation of the columns as they are",
        formula: "w_j = sd(x_j) / Σ sd; a constant column weighs 0",
        params: &[],
        not_when: "columns have different units: the unit decides; normalise first, or use \
                   `variation`",
        reference: "Diakoulaki, Mavrotas, Papayannakis (1995), Computers & Operations Research 22(7)",
        common: true,
    },
    build: |_| Ok(Arc::new(Spread::StandardDeviation)),
};

pub(super) const VARIANCE: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "variance",
        summary: "statistical variance of the min-max scaled columns",
        formula: "w_j = var(r_j) / Σ var, r min-max scaled; a constant column weighs 0",
        params: &[],
        not_when: "an outlier stretches a column: all others then vary little",
        reference: "Rao and Patel (2010), International Journal of Production Research 48(16)",
        common: false,
    },
    build: |_| Ok(Arc::new(Spread::Variance)),
};

pub(super) const VARIATION: Entry<dyn Weigh> = Entry {
    info: MethodInfo {
        name: "variation",
        summary: "coefficient of variation",
        formula: "w_j = (sd_j / mean_j) / Σ, sample standard deviation; a constant column weighs 0",
        params: &[],
        not_when: "means are near zero, or a scale has no natural zero",
        reference: "Shuai, Zongzhun, Yongji, Lei (2012), Chinese Control and Decision Conference",
        common: false,
    },
    build: |_| Ok(Arc::new(Spread::Variation)),
};

#[derive(Debug)]
enum Spread {
    Equal,
    StandardDeviation,
    Variance,
    Variation,
}

impl Weigh for Spread {
    fn definition(&self) -> String {
        match self {
            Self::Equal => "equal",
            Self::StandardDeviation => "std",
            Self::Variance => "variance",
            Self::Variation => "coeff_var",
        }
        .to_owned()
    }

    fn weigh(&self, matrix: &DecisionMatrix) -> Result<Vec<f64>, WeighError> {
        let amount = |criterion: usize| -> Result<f64, WeighError> {
            let column = matrix.column(criterion);
            let (low, high) = stats::range(column).unwrap_or_default();
            if high <= low && !matches!(self, Self::Equal) {
                // Not left to the formula: a mean that does not round-trip leaves a tiny spread.
                return Ok(0.0);
            }
            Ok(match self {
                Self::Equal => 1.0,
                Self::StandardDeviation => stats::sample_sd(column).unwrap_or_default(),
                Self::Variance => {
                    let scaled: Vec<f64> =
                        column.iter().map(|x| (x - low) / (high - low)).collect();
                    stats::variance(&scaled, 1).unwrap_or_default()
                }
                Self::Variation => {
                    not_negative(matrix, criterion)?;
                    let mean = stats::mean(column).unwrap_or_default();
                    stats::sample_sd(column).unwrap_or_default() / mean
                }
            })
        };
        let amounts: Vec<f64> = (0..matrix.criteria())
            .map(amount)
            .collect::<Result<_, _>>()?;
        shares(&amounts)
    }
}
