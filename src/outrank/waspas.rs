//! Weighted aggregated sum and product assessment.

use super::settings::{read_scaling, scaling, share};
use super::wpm::add_logarithms;
use super::wsm::add_weighted;
use super::{Detail, Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::lanes;
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "waspas",
        summary: "mixture of weighted sum and weighted product",
        formula: "score_i = λ Σ_j w_j r_ij + (1 - λ) Π_j r_ij ^ w_j",
        params: &[
            scaling("linear"),
            share(
                "lambda",
                "0.5",
                "share of the sum; the rest goes to the product",
            ),
        ],
        not_when: "values are zero or negative: linear scaling refuses zero costs and negative \
                   benefits",
        reference: "Zavadskas, Turskis, Antucheviciene, Zakarevicius (2012), Elektronika ir \
                    Elektrotechnika 122(6)",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Waspas {
            scaling: read_scaling(params, Scaling::Linear),
            lambda: params.number("lambda").unwrap_or(0.5),
        }))
    },
};

#[derive(Debug)]
struct Waspas {
    scaling: Scaling,
    lambda: f64,
}

impl Outrank for Waspas {
    fn definition(&self) -> String {
        format!("waspas/{}/l={}", self.scaling.word(), self.lambda)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let (mut sums, mut products) = (
            vec![0.0; decision.alternatives()],
            vec![0.0; decision.alternatives()],
        );
        let mut column = Vec::with_capacity(sums.len());
        for criterion in 0..decision.criteria() {
            self.scaling.scale(decision, criterion, &mut column)?;
            add_weighted(decision.weight(criterion), &column, &mut sums);
            add_logarithms(decision, criterion, &mut column, &mut products)?;
        }
        lanes::exp_column(&mut products);
        let mix = |(s, p): (&f64, &f64)| self.lambda * s + (1.0 - self.lambda) * p;
        let scores = sums.iter().zip(&products).map(mix).collect();
        Ok(Outranked::new(scores, Best::Highest)?
            .with("wsm", Detail::Alternatives(sums))
            .with("wpm", Detail::Alternatives(products)))
    }
}
