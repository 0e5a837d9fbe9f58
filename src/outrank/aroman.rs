//! Two scalings averaged, costs and benefits under different roots.

use super::scale::plain_vector;
use super::settings::share;
use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "aroman",
        summary: "average of two scalings, costs and benefits under different powers",
        formula: "t_ij = (β minmax + (1-β) vector) / 2, directions ignored (a constant column has \
                  minmax 1); score_i = L_i^λ + A_i^(1-λ), L and A the weighted sums of t over costs \
                  and over benefits",
        params: &[
            share("beta", "0.5", "share of min-max scaling"),
            share("lambda", "0.5", "power of the costs; benefits get the rest"),
        ],
        not_when: "costs matter: by the published formula a higher cost raises the score",
        reference: "Bošković, Švadlenka, Jovčić, Dobrodolac, Simić, Bačanin (2023), IEEE Access 11",
        common: false,
    },
    build: |params| {
        Ok(Arc::new(Aroman {
            beta: params.number("beta").unwrap_or(0.5),
            lambda: params.number("lambda").unwrap_or(0.5),
        }))
    },
};

#[derive(Debug)]
struct Aroman {
    beta: f64,
    lambda: f64,
}

impl Outrank for Aroman {
    fn definition(&self) -> String {
        format!("aroman/beta={}/lambda={}", self.beta, self.lambda)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let count = decision.alternatives();
        let (mut costs, mut benefits) = (vec![0.0; count], vec![0.0; count]);
        let mut vector = Vec::with_capacity(count);
        for criterion in 0..decision.criteria() {
            plain_vector(decision, criterion, &mut vector)?;
            let column = decision.column(criterion);
            let (low, high) = stats::range(column).unwrap_or_default();
            let weight = decision.weight(criterion);
            let sums = if decision.is_benefit(criterion) {
                &mut benefits
            } else {
                &mut costs
            };
            for ((sum, x), v) in sums.iter_mut().zip(column).zip(&vector) {
                let linear = if high > low {
                    (x - low) / (high - low)
                } else {
                    1.0
                };
                *sum += weight * (self.beta * linear + (1.0 - self.beta) * v) / 2.0;
            }
        }
        let negative = |v: &[f64]| v.iter().position(|&s| s < 0.0);
        if let Some(alternative) = negative(&costs).or_else(|| negative(&benefits)) {
            let why = "a sum of scaled values is negative and has no root; shift the values above \
                       zero"
                .to_owned();
            return Err(OutrankError::Alternative { alternative, why });
        }
        let score =
            |(l, a): (&f64, &f64)| float::pow(*l, self.lambda) + float::pow(*a, 1.0 - self.lambda);
        Ok(Outranked::new(
            costs.iter().zip(&benefits).map(score).collect(),
            Best::Highest,
        )?
        .with("L", Detail::Alternatives(costs))
        .with("A", Detail::Alternatives(benefits)))
    }
}
