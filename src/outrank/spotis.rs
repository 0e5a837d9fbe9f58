//! Stable preference ordering towards the ideal.

use super::settings::{BOUNDS, Bounds, PerCriterion, per_criterion, share};
use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, ParamError, Params};
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "spotis",
        summary: "distance from an ideal on fixed scales; never reverses ranks",
        formula: "score_i = Σ_j w_j |x_ij - ideal_j| / (high_j - low_j), the ideal at the better end \
                  of each scale or at `expected`; lower is better",
        params: &[
            BOUNDS,
            per_criterion(
                "expected",
                "the expected solution, where the best end is not the aim",
            )
            .or(""),
        ],
        not_when: "no scale can be agreed on beforehand",
        reference: "Dezert, Tchamova, Han, Tacnet (2020), IEEE 23rd International Conference on \
                    Information Fusion",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Spotis {
            bounds: bounds(params)?,
            expected: PerCriterion::read(params, "expected"),
            alpha: None,
        }))
    },
};

pub(super) const BALANCED: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "balanced-spotis",
        summary: "SPOTIS between the ideal and an expected solution",
        formula: "score_i = α d_i(expected) + (1 - α) d_i(ideal), d as in `spotis`; lower is better",
        params: &[
            BOUNDS,
            per_criterion("expected", "the expected solution"),
            share(
                "alpha",
                "0.5",
                "share of the expected solution against the ideal",
            ),
        ],
        not_when: "expectation and ideal agree: use `spotis`",
        reference: "Shekhovtsov, Dezert, Sałabun (2023), Balanced SPOTIS, International Conference \
                    on Agents and Artificial Intelligence",
        common: false,
    },
    build: |params| {
        let expected = PerCriterion::read(params, "expected");
        if expected.is_none() {
            return Err(ParamError::new(
                "expected",
                "is needed: one number per criterion",
            ));
        }
        Ok(Arc::new(Spotis {
            bounds: bounds(params)?,
            expected,
            alpha: Some(params.number("alpha").unwrap_or(0.5)),
        }))
    },
};

pub(super) fn bounds(params: &Params) -> Result<Bounds, ParamError> {
    let missing = || ParamError::new("bounds", "is needed: `[low, high]` for each criterion");
    Ok(Bounds(
        params.points("bounds").ok_or_else(missing)?.to_vec(),
    ))
}

#[derive(Debug)]
struct Spotis {
    bounds: Bounds,
    expected: Option<PerCriterion>,
    /// Share of the expected solution in the balanced form.
    alpha: Option<f64>,
}

impl Outrank for Spotis {
    fn definition(&self) -> String {
        match (self.alpha, &self.expected) {
            (Some(alpha), _) => format!("balanced_spotis/alpha={alpha}"),
            (None, Some(_)) => "spotis/esp".to_owned(),
            (None, None) => "spotis".to_owned(),
        }
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let bounds = self.bounds.check(decision)?;
        let ideal = self.bounds.best(decision);
        let expected = match &self.expected {
            Some(expected) => inside(expected.of(decision)?, bounds)?,
            None => ideal.clone(),
        };
        let to_expected = distances(decision, bounds, &expected);
        let Some(alpha) = self.alpha else {
            return Outranked::new(to_expected, Best::Lowest);
        };
        let to_ideal = distances(decision, bounds, &ideal);
        let mix = |(e, i): (&f64, &f64)| (1.0 - alpha) * i + alpha * e;
        let scores = to_expected.iter().zip(&to_ideal).map(mix).collect();
        Ok(Outranked::new(scores, Best::Lowest)?
            .with("d_expected", Detail::Alternatives(to_expected))
            .with("d_ideal", Detail::Alternatives(to_ideal)))
    }
}

fn inside(expected: Vec<f64>, bounds: &[(f64, f64)]) -> Result<Vec<f64>, OutrankError> {
    let outside = expected
        .iter()
        .zip(bounds)
        .position(|(e, (low, high))| e < low || e > high);
    match outside {
        None => Ok(expected),
        Some(criterion) => Err(OutrankError::criterion(
            criterion,
            format!(
                "the expected value {} lies outside its bounds",
                expected[criterion]
            ),
        )),
    }
}

fn distances(decision: &Decision, bounds: &[(f64, f64)], point: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; decision.alternatives()];
    for (criterion, (low, high)) in bounds.iter().enumerate() {
        let (factor, point) = (decision.weight(criterion) / (high - low), point[criterion]);
        for (sum, x) in sums.iter_mut().zip(decision.column(criterion)) {
            *sum += factor * (x - point).abs();
        }
    }
    sums
}
