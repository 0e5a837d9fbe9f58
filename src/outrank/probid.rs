//! Preference by distances to all ideals, from the best to the worst.

use super::scale::plain_vector;
use super::{Detail, Outrank, OutrankError, Outranked, need_two};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::rank::Best;
use crate::num::stats;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "probid",
        summary: "distances to the first, second, ... best value of each column, and to the mean",
        formula: "with the k-th ideal made of the k-th best values of w_j x_ij/√Σx²: P_i = Σ_k \
                  d_ik / k over the better half, N_i = Σ_k d_ik / (n - k + 1) over the worse; \
                  score_i = 1 / (1 + (P_i/N_i)²) + distance to the mean; takes O(n²)",
        params: &[],
        not_when: "there are many thousand alternatives",
        reference: "Wang, Rangaiah, Wang (2021), Industrial & Engineering Chemistry Research 60",
        common: false,
    },
    build: |_| Ok(Arc::new(Probid { simplified: false })),
};

pub(super) const SIMPLIFIED: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "sprobid",
        summary: "PROBID on the best and the worst quarter of the ideals",
        formula: "score_i = N_i / P_i, sums as in `probid` over the first and the last quarter (at \
                  least one) of the ideals; takes O(n²)",
        params: &[],
        not_when: "an alternative is best on every criterion: the score divides by its distance",
        reference: "Wang, Rangaiah, Wang (2021), Industrial & Engineering Chemistry Research 60",
        common: false,
    },
    build: |_| Ok(Arc::new(Probid { simplified: true })),
};

#[derive(Debug)]
struct Probid {
    simplified: bool,
}

impl Outrank for Probid {
    fn definition(&self) -> String {
        let name = if self.simplified {
            "sprobid/vector"
        } else {
            "probid/vector"
        };
        name.to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        need_two(decision)?;
        let table = Table::new(decision)?;
        let count = decision.alternatives();
        let quarter = (count / 4).max(1);
        let (near, far) = if self.simplified {
            (quarter, count - quarter)
        } else {
            (count.div_ceil(2), count.div_ceil(2) - 1)
        };
        let (mut plus, mut minus) = (vec![0.0; count], vec![0.0; count]);
        for i in 0..count {
            for k in 0..near {
                plus[i] += table.distance(i, k) / (k + 1) as f64;
            }
            for k in far..count {
                minus[i] += table.distance(i, k) / (count - k) as f64;
            }
        }
        let divisor = if self.simplified { &plus } else { &minus };
        if let Some(alternative) = divisor.iter().position(|&d| d <= 0.0) {
            let why = "it has no distance from the ideals that the formula divides by".to_owned();
            return Err(OutrankError::Alternative { alternative, why });
        }
        let score = |i: usize| {
            if self.simplified {
                return minus[i] / plus[i];
            }
            let ratio = plus[i] / minus[i];
            1.0 / (1.0 + ratio * ratio) + table.to_mean(i)
        };
        Ok(
            Outranked::new((0..count).map(score).collect(), Best::Highest)?
                .with("pos_ideal", Detail::Alternatives(plus))
                .with("neg_ideal", Detail::Alternatives(minus)),
        )
    }
}

/// Weighted values and ideals row by row: the distances between them read whole rows.
struct Table {
    criteria: usize,
    values: Vec<f64>,
    ideals: Vec<f64>,
    mean: Vec<f64>,
}

impl Table {
    fn new(decision: &Decision) -> Result<Self, OutrankError> {
        let (count, criteria) = (decision.alternatives(), decision.criteria());
        let (mut values, mut ideals) = (vec![0.0; count * criteria], vec![0.0; count * criteria]);
        let (mut mean, mut column) = (vec![], Vec::with_capacity(count));
        for j in 0..criteria {
            plain_vector(decision, j, &mut column)?;
            for x in &mut column {
                *x *= decision.weight(j);
            }
            let sorted = stats::sorted(&column);
            for k in 0..count {
                values[k * criteria + j] = column[k];
                let from_best = if decision.is_benefit(j) {
                    count - 1 - k
                } else {
                    k
                };
                ideals[k * criteria + j] = sorted[from_best];
            }
            mean.push(stats::mean(&column).unwrap_or_default());
        }
        Ok(Self {
            criteria,
            values,
            ideals,
            mean,
        })
    }

    fn distance(&self, alternative: usize, ideal: usize) -> f64 {
        let row = |of: usize| of * self.criteria..(of + 1) * self.criteria;
        euclidean(&self.values[row(alternative)], &self.ideals[row(ideal)])
    }

    fn to_mean(&self, alternative: usize) -> f64 {
        let from = alternative * self.criteria;
        euclidean(&self.values[from..from + self.criteria], &self.mean)
    }
}

fn euclidean(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b) * (a - b))
        .sum::<f64>()
        .sqrt()
}
