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

/// How many alternatives are sorted at least to find the compromise; more where more are near the best.
const SORTED: usize = 64;

impl Compromise {
    /// `scores` are Q; `group` and `regret` are S and R rescaled.
    fn find(scores: &[f64], group: &[f64], regret: &[f64]) -> Self {
        let threshold = 1.0 / (scores.len().max(2) - 1) as f64;
        let all: Vec<usize> = (0..scores.len()).collect();
        let front = front(scores, threshold);
        Self::among(&front, threshold, [scores, group, regret])
            .or_else(|| Self::among(&all, threshold, [scores, group, regret]))
            .unwrap_or(Self {
                advantage: true,
                stability: true,
                set: all,
            })
    }

    /// Finds the set among those in front; `None` if they all tie and others stand behind them.
    fn among(
        front: &[usize],
        threshold: f64,
        [scores, group, regret]: [&[f64]; 3],
    ) -> Option<Self> {
        let own: Vec<f64> = front.iter().map(|&i| scores[i]).collect();
        let values = merge_close(&own);
        let order: Vec<usize> = rank::order(&values, Best::Lowest);
        let best = values[*order.first()?];
        // Merged values are copies, so comparing them exactly is comparing tie groups.
        let leaders = order.iter().take_while(|&&k| values[k] <= best).count();
        if leaders == front.len() && front.len() < scores.len() {
            return None;
        }
        let merged = |i: usize| values[front.binary_search(&i).unwrap_or_default()];
        let order: Vec<usize> = order.into_iter().map(|k| front[k]).collect();
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
                let second = order.get(leaders).map(|&i| merged(i));
                order
                    .iter()
                    .take_while(|&&i| Some(merged(i)) <= second)
                    .count()
                    .max(leaders)
            }
            (false, _) => near,
        };
        let mut set = order[..size].to_vec();
        set.sort_unstable();
        Some(Self {
            advantage,
            stability,
            set,
        })
    }
}

/// Returns, in their order, the alternatives that can matter: those within the threshold of the best, and
/// some more, so that the second best is among them. Sorting everybody would take longer than scoring.
fn front(scores: &[f64], threshold: f64) -> Vec<usize> {
    if scores.len() <= SORTED {
        return (0..scores.len()).collect();
    }
    let mut lowest = scores.to_vec();
    let (before, nth, _) = lowest.select_nth_unstable_by(SORTED - 1, f64::total_cmp);
    let best = before.iter().copied().fold(*nth, f64::min);
    // Beyond the last one by a little, so that those that tie with it are in.
    let limit = nth.max(best + threshold) + 1e-9;
    (0..scores.len()).filter(|&i| scores[i] <= limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_gives_the_set_that_everybody_gives() {
        for (count, steps) in [(65, 7), (300, 300), (500, 40), (1000, 1), (2000, 100_000)] {
            let made_up = |seed: u64| -> Vec<f64> {
                let next = |i: u64| (i * 7919 + seed * 104_729) % 1_000_003 % steps;
                (0..count).map(|i| next(i) as f64 / steps as f64).collect()
            };
            let (scores, group, regret) = (made_up(1), made_up(2), made_up(3));
            let found = Compromise::find(&scores, &group, &regret);
            let all: Vec<usize> = (0..scores.len()).collect();
            let threshold = 1.0 / (scores.len() - 1) as f64;
            let whole = Compromise::among(&all, threshold, [&scores, &group, &regret]).unwrap();
            assert_eq!(found.set, whole.set, "{count} {steps}");
            assert_eq!(
                (found.advantage, found.stability),
                (whole.advantage, whole.stability)
            );
        }
    }
}
