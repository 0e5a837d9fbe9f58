//! PROMETHEE for sustainability assessment: imbalance between criteria costs.

use super::promethee::{Flows, Preference};
use super::settings::per_criterion;
use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, Param};
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "prosa-c",
        summary: "net flow of PROMETHEE II less the imbalance between criteria",
        formula: "score_i = φ_i - s Σ_j w_j |φ_i - φ_ij|, φ_ij the net flow on criterion j with \
                  linear preference, φ_i their weighted sum",
        params: &[
            per_criterion("q", "largest difference that is indifferent"),
            per_criterion("p", "smallest difference that is a full preference"),
            Param::number("sustainability", "1", "how much imbalance costs")
                .or("0.3")
                .within(0.0, f64::INFINITY),
        ],
        not_when: "criteria may make up for one another: use `promethee-ii`",
        reference: "Ziemba, Wątróbski, Zioło, Karczmarczyk (2017), Sustainability 9(7)",
        common: false,
    },
    build: |params| {
        Ok(Arc::new(Prosa {
            flows: Flows::with(vec![Preference::Linear], params)?,
            sustainability: params.number("sustainability").unwrap_or(0.3),
        }))
    },
};

#[derive(Debug)]
struct Prosa {
    flows: Flows,
    sustainability: f64,
}

impl Outrank for Prosa {
    fn definition(&self) -> String {
        format!("prosa_c/linear/s={}", self.sustainability)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let others = (decision.alternatives() - 1) as f64;
        let mut by_criterion = self.flows.by_criterion(decision)?;
        let mut net = vec![0.0; decision.alternatives()];
        for (criterion, (over, under)) in by_criterion.iter_mut().enumerate() {
            let weight = decision.weight(criterion);
            for ((net, over), under) in net.iter_mut().zip(over).zip(under) {
                *over = (*over - *under) / others;
                *net += weight * *over;
            }
        }
        let mut scores = net.clone();
        for (criterion, (flow, _)) in by_criterion.iter().enumerate() {
            let cost = self.sustainability * decision.weight(criterion);
            for ((score, net), flow) in scores.iter_mut().zip(&net).zip(flow) {
                *score -= cost * (net - flow).abs();
            }
        }
        Ok(Outranked::new(scores, Best::Highest)?.with("phi", Detail::Alternatives(net)))
    }
}
