//! Ranking by functional mapping of intervals into one.

use super::settings::{BOUNDS, Bounds};
use super::spotis::bounds;
use super::{Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamError};
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "rafsi",
        summary: "fixed scales mapped into one interval; never reverses ranks",
        formula: "s_ij maps low..high to n1..n2k; benefits s/(n1+n2k), costs H/(2s) with H the \
                  harmonic mean of n1 and n2k; score_i = Σ_j w_j of those",
        params: &[
            BOUNDS,
            Param::number("n1", "1", "low end of the common interval; above 0")
                .or("1")
                .within(0.0, f64::INFINITY),
            Param::number("n2k", "1", "high end of the common interval")
                .or("6")
                .within(0.0, f64::INFINITY),
        ],
        not_when: "no scale can be agreed on beforehand",
        reference: "Žižović, Pamučar, Albijanić, Chatterjee, Pribićević (2020), Mathematics 8(6)",
        common: false,
    },
    build: |params| {
        let low = params.number("n1").unwrap_or(1.0);
        let high = params.number("n2k").unwrap_or(6.0);
        if low <= 0.0 || high <= low {
            return Err(ParamError::new(
                "n2k",
                "must lie above `n1`, and `n1` above 0",
            ));
        }
        Ok(Arc::new(Rafsi {
            bounds: bounds(params)?,
            low,
            high,
        }))
    },
};

#[derive(Debug)]
struct Rafsi {
    bounds: Bounds,
    low: f64,
    high: f64,
}

impl Outrank for Rafsi {
    fn definition(&self) -> String {
        format!("rafsi/n1={}/n2k={}", self.low, self.high)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let bounds = self.bounds.check(decision)?;
        let harmonic = 2.0 / (1.0 / self.low + 1.0 / self.high);
        let mut scores = vec![0.0; decision.alternatives()];
        for (criterion, (low, high)) in bounds.iter().enumerate() {
            let slope = (self.high - self.low) / (high - low);
            let shift = (self.low * high - self.high * low) / (high - low);
            let (weight, benefit) = (decision.weight(criterion), decision.is_benefit(criterion));
            for (score, x) in scores.iter_mut().zip(decision.column(criterion)) {
                let mapped = slope * x + shift;
                let share = if benefit {
                    mapped / (self.low + self.high)
                } else {
                    harmonic / (2.0 * mapped)
                };
                *score += weight * share;
            }
        }
        Outranked::new(scores, Best::Highest)
    }
}
