//! Criteria as voters: Borda's and Copeland's rules.

use super::pairs::Rows;
use super::{Detail, Outrank, OutrankError, Outranked, TIE};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::{Best, Ties, rank};
use std::sync::Arc;

pub(super) const BORDA: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "borda",
        summary: "points for every alternative that is beaten, criterion by criterion",
        formula: "score_i = Σ_j w_j (n - rank_ij), average ranks for ties; a constant column gives \
                  all the same",
        params: &[],
        not_when: "by how much alternatives differ should count",
        reference: "Borda (1781), Mémoire sur les élections au scrutin",
        common: true,
    },
    build: |_| Ok(Arc::new(Vote::Borda)),
};

pub(super) const COPELAND: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "copeland",
        summary: "pairwise majorities won less those lost",
        formula: "score_i = number of alternatives over which the criteria that prefer i weigh more, \
                  less the number over which they weigh less; takes O(n²)",
        params: &[],
        not_when: "by how much alternatives differ should count, or there are many thousands",
        reference: "Copeland (1951), A reasonable social welfare function, University of Michigan",
        common: true,
    },
    build: |_| Ok(Arc::new(Vote::Copeland)),
};

#[derive(Debug)]
enum Vote {
    Borda,
    Copeland,
}

impl Outrank for Vote {
    fn definition(&self) -> String {
        match self {
            Self::Borda => "borda/weighted".to_owned(),
            Self::Copeland => "copeland/weighted".to_owned(),
        }
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        match self {
            Self::Borda => Outranked::new(borda(decision), Best::Highest),
            Self::Copeland => copeland(decision),
        }
    }
}

fn borda(decision: &Decision) -> Vec<f64> {
    let mut scores = vec![0.0; decision.alternatives()];
    let count = scores.len() as f64;
    for criterion in 0..decision.criteria() {
        let best = if decision.is_benefit(criterion) {
            Best::Highest
        } else {
            Best::Lowest
        };
        let ranks = rank(decision.column(criterion), best, Ties::Average);
        let weight = decision.weight(criterion);
        for (score, rank) in scores.iter_mut().zip(ranks) {
            *score += weight * (count - rank);
        }
    }
    scores
}

fn copeland(decision: &Decision) -> Result<Outranked, OutrankError> {
    let rows = Rows::new(decision, decision.columns());
    let (mut won, mut lost) = (
        vec![0.0; decision.alternatives()],
        vec![0.0; decision.alternatives()],
    );
    for a in 0..won.len() {
        for b in 0..a {
            let margin = margin(rows.row(a), rows.row(b), decision.weights());
            if margin.abs() > TIE {
                let (winner, loser) = if margin > 0.0 { (a, b) } else { (b, a) };
                won[winner] += 1.0;
                lost[loser] += 1.0;
            }
        }
    }
    let scores = won.iter().zip(&lost).map(|(w, l)| w - l).collect();
    Ok(Outranked::new(scores, Best::Highest)?
        .with("won", Detail::Alternatives(won))
        .with("lost", Detail::Alternatives(lost)))
}

/// Returns the weight of the criteria that prefer `a`, less of those that prefer `b`.
fn margin(a: &[f64], b: &[f64], weights: &[f64]) -> f64 {
    let mut margin = 0.0;
    for ((x, y), weight) in a.iter().zip(b).zip(weights) {
        margin += if x > y { *weight } else { 0.0 };
        margin -= if y > x { *weight } else { 0.0 };
    }
    margin
}
