//! Election by relative value distances.

use super::scale::plain_shares;
use super::settings::{PerCriterion, per_criterion};
use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamError};
use crate::num::rank::Best;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "ervd",
        summary: "gains and losses against a reference point, losses weighing more",
        formula: "shares of the column sum, less the reference's share: gains d^α, losses -λ d^α; \
                  score_i = S⁻_i / (S⁺_i + S⁻_i), weighted taxicab distances from the worst and the \
                  best such value of each criterion",
        params: &[
            per_criterion(
                "reference",
                "the value at which neither gain nor loss is felt",
            ),
            Param::number("lambda", "1", "how much more a loss weighs than a gain")
                .or("2.25")
                .within(0.0, f64::INFINITY),
            Param::number("alpha", "1", "how fast gains and losses wear off")
                .or("0.88")
                .within(0.0, 10.0),
        ],
        not_when: "there is no natural reference point",
        reference: "Shyur, Yin, Shih, Cheng (2015), Applied Soft Computing 29; λ and α from Tversky \
                    and Kahneman (1992)",
        common: false,
    },
    build: |params| {
        let Some(reference) = PerCriterion::read(params, "reference") else {
            return Err(ParamError::new(
                "reference",
                "is needed: one number per criterion",
            ));
        };
        Ok(Arc::new(Ervd {
            reference,
            lambda: params.number("lambda").unwrap_or(2.25),
            alpha: params.number("alpha").unwrap_or(0.88),
        }))
    },
};

#[derive(Debug)]
struct Ervd {
    reference: PerCriterion,
    lambda: f64,
    alpha: f64,
}

impl Outrank for Ervd {
    fn definition(&self) -> String {
        if (self.lambda - 2.25).abs() <= 0.0 && (self.alpha - 0.88).abs() <= 0.0 {
            return "ervd/sum".to_owned();
        }
        format!("ervd/sum/lambda={}/alpha={}", self.lambda, self.alpha)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let reference = self.reference.of(decision)?;
        let count = decision.alternatives();
        let (mut plus, mut minus) = (vec![0.0; count], vec![0.0; count]);
        let mut column = Vec::with_capacity(count);
        for (criterion, reference) in reference.iter().enumerate() {
            plain_shares(decision, criterion, &mut column)?;
            let total = float::sum(decision.column(criterion).iter().copied());
            let point = reference / total;
            let sign = if decision.is_benefit(criterion) {
                1.0
            } else {
                -1.0
            };
            for x in &mut column {
                *x = self.felt(sign * (*x - point));
            }
            let (low, high) = stats::range(&column).unwrap_or_default();
            let weight = decision.weight(criterion);
            for ((plus, minus), value) in plus.iter_mut().zip(&mut minus).zip(&column) {
                *plus += weight * (high - value);
                *minus += weight * (value - low);
            }
        }
        if plus[0] + minus[0] <= 0.0 {
            return Err(OutrankError::decision(
                "no two alternatives differ on a criterion with weight",
            ));
        }
        let closeness = minus.iter().zip(&plus).map(|(m, p)| m / (p + m));
        Ok(Outranked::new(closeness.collect(), Best::Highest)?
            .with("s_plus", Detail::Alternatives(plus))
            .with("s_minus", Detail::Alternatives(minus)))
    }
}

impl Ervd {
    fn felt(&self, difference: f64) -> f64 {
        if difference > 0.0 {
            float::pow(difference, self.alpha)
        } else {
            -self.lambda * float::pow(-difference, self.alpha)
        }
    }
}
