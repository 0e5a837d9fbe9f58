//! Weighted product.

use super::scale::first_too_low;
use super::settings::{read_scaling, scaling};
use super::{Outrank, OutrankError, Outranked, Scaling, Separated};
use crate::model::{Decision, Entry, MethodInfo, Param};
use crate::num::lanes;
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "wpm",
        summary: "weighted product of scaled columns",
        formula: "score_i = Π_j r_ij ^ w_j, with r the scaled columns; a zero makes the product 0",
        params: &[
            scaling("sum"),
            Param::flag(
                "log10",
                "gives the decimal logarithm of the score; refuses zeros",
            ),
        ],
        not_when: "columns hold zeros (with `minmax` scaling the worst of each column always is \
                   one): a single zero decides",
        reference: "Bridgman (1922), Dimensional Analysis; Miller and Starr (1969), Executive \
                    Decisions and Operations Research",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Wpm {
            scaling: read_scaling(params, Scaling::Sum),
            log10: params.flag("log10").unwrap_or(false),
        }))
    },
};

#[derive(Debug)]
struct Wpm {
    scaling: Scaling,
    log10: bool,
}

impl Outrank for Wpm {
    fn definition(&self) -> String {
        let name = if self.log10 { "wpm_log10" } else { "wpm" };
        format!("{name}/{}", self.scaling.word())
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let logarithms = weighted_logarithms(decision, self.scaling)?;
        if !self.log10 {
            let mut scores = logarithms;
            lanes::exp_column(&mut scores);
            return Outranked::new(scores, Best::Highest);
        }
        if let Some(alternative) = logarithms.iter().position(|l| l.is_infinite()) {
            return Err(OutrankError::Alternative {
                alternative,
                why:
                    "a scaled value is 0, which has no logarithm; leave out `log10` or use another \
                      `scaling`"
                        .to_owned(),
            });
        }
        let scores = logarithms
            .iter()
            .map(|l| l / std::f64::consts::LN_10)
            .collect();
        Outranked::new(scores, Best::Highest)
    }

    fn separated(&self, decision: &Decision) -> Option<Separated> {
        let columns = self.scaling.columns(decision).ok()?;
        let positive = columns.iter().flatten().all(|cell| *cell > 0.0);
        (positive && !self.log10).then_some(Separated::Product(columns))
    }
}

/// Returns the natural logarithm of the weighted product; minus infinity where a scaled value is 0.
///
/// One logarithm per cell and one exponential per alternative instead of a power per cell.
pub(super) fn weighted_logarithms(
    decision: &Decision,
    scaling: Scaling,
) -> Result<Vec<f64>, OutrankError> {
    let mut sums = vec![0.0; decision.alternatives()];
    let mut column = Vec::with_capacity(sums.len());
    for criterion in 0..decision.criteria() {
        scaling.scale(decision, criterion, &mut column)?;
        add_logarithms(decision, criterion, &mut column, &mut sums)?;
    }
    Ok(sums)
}

/// Adds the weighted logarithms of a scaled column, which is used up, to `sums`.
pub(super) fn add_logarithms(
    decision: &Decision,
    criterion: usize,
    column: &mut [f64],
    sums: &mut [f64],
) -> Result<(), OutrankError> {
    let weight = decision.weight(criterion);
    if let Some(alternative) = first_too_low(column, |cell| cell < 0.0) {
        return Err(OutrankError::Value {
            criterion,
            alternative,
            value: decision.column(criterion)[alternative],
            why: format!(
                "the value scales to {}, and powers need values from zero up; use another \
                     `scaling`",
                column[alternative]
            ),
        });
    }
    // Zero to the power zero is one: a criterion without weight has no say, not even with 0.
    if weight > 0.0 {
        lanes::ln_column(column);
        for (sum, logarithm) in sums.iter_mut().zip(column) {
            *sum += weight * *logarithm;
        }
    }
    Ok(())
}
