//! Compromise ranking.

use super::settings::share;
use super::{Detail, Outrank, OutrankError, Outranked, TIE, merge_close};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::{self, Best};
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "vikor",
        summary: "compromise between group benefit and the worst regret",
        formula: "S_i = Σ_j w_j d_ij, R_i = max_j w_j d_ij, d_ij the distance from the best value \
                  over the range; Q_i = v S'_i + (1 - v) R'_i, S' and R' rescaled to 0..1; lower \
                  is better. Constant columns are left out; if all S (or R) are equal, that part of \
                  Q is 0",
        params: &[share(
            "v",
            "0.5",
            "weight of the group's benefit against the worst regret",
        )],
        not_when: "a single winner is wanted at any price: the compromise set may hold several",
        reference: "Opricovic and Tzeng (2004), European Journal of Operational Research 156(2)",
        common: true,
    },
    build: |params| Ok(Arc::new(Vikor(params.number("v").unwrap_or(0.5)))),
};

#[derive(Debug)]
struct Vikor(f64);

impl Outrank for Vikor {
    fn definition(&self) -> String {
        format!("vikor/v={}", self.0)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let (sums, regrets) = sums_and_regrets(decision);
        let (group, regret) = (rescaled(&sums), rescaled(&regrets));
        let mix = |(s, r): (&f64, &f64)| self.0 * s + (1.0 - self.0) * r;
        let scores: Vec<f64> = group.iter().zip(&regret).map(mix).collect();
        let compromise = Compromise::find(&scores, &group, &regret);
        Ok(Outranked::new(scores, Best::Lowest)?
            .with("S", Detail::Alternatives(sums))
            .with("R", Detail::Alternatives(regrets))
            .with("acceptable_advantage", Detail::Flag(compromise.advantage))
            .with("acceptable_stability", Detail::Flag(compromise.stability))
            .with("compromise_set", Detail::Set(compromise.set)))
    }
}

fn sums_and_regrets(decision: &Decision) -> (Vec<f64>, Vec<f64>) {
    let count = decision.alternatives();
    let (mut sums, mut regrets) = (vec![0.0; count], vec![0.0_f64; count]);
    for criterion in 0..decision.criteria() {
        let column = decision.column(criterion);
        let (low, high) = stats::range(column).unwrap_or_default();
        if high <= low {
            continue;
        }
        let best = if decision.is_benefit(criterion) {
            high
        } else {
            low
        };
        let factor = decision.weight(criterion) / (high - low);
        for ((sum, regret), x) in sums.iter_mut().zip(&mut regrets).zip(column) {
            let distance = factor * (best - x).abs();
            *sum += distance;
            *regret = regret.max(distance);
        }
    }
    (sums, regrets)
}

/// Rescales to 0 (lowest) .. 1 (highest); all 0 without spread.
fn rescaled(values: &[f64]) -> Vec<f64> {
    let (low, high) = stats::range(values).unwrap_or_default();
    let span = high - low;
    let share = |v: &f64| if span > TIE { (v - low) / span } else { 0.0 };
    values.iter().map(share).collect()
}

/// The set that the method proposes, and the two conditions behind it.
struct Compromise {
    advantage: bool,
    stability: bool,
    set: Vec<usize>,
}

impl Compromise {
    /// `scores` are Q; `group` and `regret` are S and R rescaled.
    fn find(scores: &[f64], group: &[f64], regret: &[f64]) -> Self {
        let merged = merge_close(scores);
        let order = rank::order(&merged, Best::Lowest);
        let best = merged[order[0]];
        // Merged values are copies, so comparing them exactly is comparing tie groups.
        let leaders = order.iter().take_while(|&&i| merged[i] <= best).count();
        let threshold = 1.0 / (scores.len().max(2) - 1) as f64;
        let near = order
            .iter()
            .take_while(|&&i| scores[i] - best < threshold - TIE)
            .count();
        let advantage = near <= leaders;
        let stability = order[..leaders]
            .iter()
            .all(|&i| group[i] <= TIE || regret[i] <= TIE);
        let size = match (advantage, stability) {
            (true, true) => leaders,
            (true, false) => {
                let second = order.get(leaders).map(|&i| merged[i]);
                order
                    .iter()
                    .take_while(|&&i| Some(merged[i]) <= second)
                    .count()
                    .max(leaders)
            }
            (false, _) => near,
        };
        let mut set = order[..size].to_vec();
        set.sort_unstable();
        Self {
            advantage,
            stability,
            set,
        }
    }
}
