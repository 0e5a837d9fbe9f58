//! Multi-objective optimisation by ratio analysis: its three parts.

use super::scale::plain_vector;
use super::{Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, Param};
use crate::num::float;
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const RATIO: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "moora",
        summary: "weighted benefits minus weighted costs",
        formula: "score_i = Σ_benefits w_j x_ij/√Σx² - Σ_costs w_j x_ij/√Σx²; without cost criteria \
                  the second sum is 0",
        params: &[],
        not_when: "criteria must not compensate each other: use `moora-reference-point`",
        reference: "Brauers and Zavadskas (2006), Control and Cybernetics 35(2)",
        common: true,
    },
    build: |_| Ok(Arc::new(Part::Ratio)),
};

pub(super) const REFERENCE_POINT: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "moora-reference-point",
        summary: "largest weighted distance from the best value of any criterion",
        formula: "score_i = max_j w_j |best_j - x_ij| / √Σx²; lower is better",
        params: &[],
        not_when: "a very bad value on one criterion can be made up for by others",
        reference: "Brauers and Zavadskas (2006), Control and Cybernetics 35(2)",
        common: false,
    },
    build: |_| Ok(Arc::new(Part::ReferencePoint)),
};

pub(super) const FULL_MULTIPLICATIVE: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "moora-full-multiplicative",
        summary: "product of the benefits over the product of the costs",
        formula: "score_i = Π_benefits (w_j x_ij/√Σx²) / Π_costs (w_j x_ij/√Σx²)",
        params: &[Param::flag(
            "log",
            "gives the natural logarithm of the score",
        )],
        not_when: "weights should matter: here they multiply every score by the same number",
        reference: "Brauers and Zavadskas (2010), Technological and Economic Development of \
                    Economy 16(1)",
        common: false,
    },
    build: |params| {
        let log = params.flag("log").unwrap_or(false);
        Ok(Arc::new(Part::FullMultiplicative { log }))
    },
};

#[derive(Debug)]
enum Part {
    Ratio,
    ReferencePoint,
    FullMultiplicative { log: bool },
}

impl Outrank for Part {
    fn definition(&self) -> String {
        match self {
            Self::Ratio => "moora/ratio",
            Self::ReferencePoint => "moora/reference_point",
            Self::FullMultiplicative { log: false } => "moora/full_multiplicative",
            Self::FullMultiplicative { log: true } => "moora/full_multiplicative_log",
        }
        .to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        match self {
            Self::Ratio => Outranked::new(ratio(decision)?, Best::Highest),
            Self::ReferencePoint => Outranked::new(reference_point(decision)?, Best::Lowest),
            Self::FullMultiplicative { log } => {
                let mut scores = full_multiplicative_log(decision)?;
                if !log {
                    for score in &mut scores {
                        *score = float::exp(*score);
                    }
                }
                Outranked::new(scores, Best::Highest)
            }
        }
    }
}

/// Returns weighted benefits minus weighted costs.
pub(super) fn ratio(decision: &Decision) -> Result<Vec<f64>, OutrankError> {
    let mut scores = vec![0.0; decision.alternatives()];
    each_column(decision, |criterion, column| {
        let sign = if decision.is_benefit(criterion) {
            1.0
        } else {
            -1.0
        };
        let factor = sign * decision.weight(criterion);
        for (score, cell) in scores.iter_mut().zip(column) {
            *score += factor * cell;
        }
        Ok(())
    })?;
    Ok(scores)
}

/// Returns the largest weighted distance from the best value.
pub(super) fn reference_point(decision: &Decision) -> Result<Vec<f64>, OutrankError> {
    let mut scores = vec![0.0_f64; decision.alternatives()];
    each_column(decision, |criterion, column| {
        let (low, high) = stats::range(column).unwrap_or_default();
        let best = if decision.is_benefit(criterion) {
            high
        } else {
            low
        };
        let weight = decision.weight(criterion);
        for (score, cell) in scores.iter_mut().zip(column) {
            *score = score.max((weight * (best - cell)).abs());
        }
        Ok(())
    })?;
    Ok(scores)
}

/// Returns the natural logarithm of the full multiplicative form, which neither over- nor underflows.
pub(super) fn full_multiplicative_log(decision: &Decision) -> Result<Vec<f64>, OutrankError> {
    let mut scores = vec![0.0; decision.alternatives()];
    each_column(decision, |criterion, column| {
        let weight = decision.weight(criterion);
        if weight <= 0.0 {
            return Err(OutrankError::criterion(
                criterion,
                "its weight is 0, which makes every product 0; leave the criterion out",
            ));
        }
        if let Some(alternative) = column.iter().position(|&cell| cell <= 0.0) {
            let value = decision.column(criterion)[alternative];
            return Err(OutrankError::Value {
                criterion,
                alternative,
                value,
                why: format!(
                    "{value} is not above zero, and the values are multiplied; shift them"
                ),
            });
        }
        let sign = if decision.is_benefit(criterion) {
            1.0
        } else {
            -1.0
        };
        for (score, cell) in scores.iter_mut().zip(column) {
            *score += sign * float::ln(weight * cell);
        }
        Ok(())
    })?;
    Ok(scores)
}

fn each_column(
    decision: &Decision,
    mut work: impl FnMut(usize, &[f64]) -> Result<(), OutrankError>,
) -> Result<(), OutrankError> {
    let mut column = Vec::with_capacity(decision.alternatives());
    for criterion in 0..decision.criteria() {
        plain_vector(decision, criterion, &mut column)?;
        work(criterion, &column)?;
    }
    Ok(())
}
