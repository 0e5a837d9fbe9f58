//! ELECTRE III: fuzzy outranking with thresholds, and a partial order by two distillations.

use super::pairs::DETAILED;
use super::promethee::Standing;
use super::settings::{PerCriterion, per_criterion};
use super::{Detail, Outrank, OutrankError, Outranked, TIE, need_two};
use crate::model::{Decision, Entry, MethodInfo, Param};
use crate::num::float;
use crate::num::rank::Best;
use std::sync::Arc;

/// Above this many alternatives the matrix of pairs no longer fits anywhere sensible.
const MOST: usize = 5_000;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "electre-iii",
        summary: "outranking with indifference, preference and veto, ranked by two distillations",
        formula: "d_j the advantage of b over a: c_j = 1 up to q, 0 from p, linear between; D_j = 0 up \
                  to p, 1 from v, linear between; C = Σ w_j c_j / Σ w_j, credibility of a over b = C Π \
                  (1 - D_j) / (1 - C) over the j with D_j > C. Distillation: among those left, pairs \
                  with a credibility above the next cut λ' < λ - s(λ) that exceeds its opposite by more \
                  than s = α + β λ count for and against; the best (from below: the worst) balance \
                  leaves first. The score is the mean of the place from above and from below",
        params: &[
            per_criterion("q", "largest difference that is indifferent").or(""),
            per_criterion("p", "smallest difference that is a full preference"),
            per_criterion(
                "v",
                "smallest difference that is a veto; without one a criterion never vetoes",
            )
            .or(""),
            Param::number("alpha", "1", "discrimination threshold at credibility 0")
                .or("0.3")
                .within(0.0, 1.0),
            Param::number("beta", "1", "its change per unit of credibility")
                .or("-0.15")
                .within(-1.0, 1.0),
        ],
        not_when: "thresholds cannot be argued for, or there are thousands of places: every pair is \
                   compared, and the distillations compare pairs again",
        reference: "Roy (1978), Cahiers du CERO 20(1); Figueira, Mousseau, Roy (2005), ELECTRE \
                    Methods, in Multiple Criteria Decision Analysis, Springer",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(ElectreIii {
            q: PerCriterion::read(params, "q"),
            p: PerCriterion::read(params, "p"),
            v: PerCriterion::read(params, "v"),
            cut: Cut {
                alpha: params.number("alpha").unwrap_or(0.3),
                beta: params.number("beta").unwrap_or(-0.15),
            },
        }))
    },
};

#[derive(Debug)]
struct ElectreIii {
    q: Option<PerCriterion>,
    p: Option<PerCriterion>,
    v: Option<PerCriterion>,
    cut: Cut,
}

/// The discrimination threshold `s(λ) = α + β λ`.
#[derive(Debug, Clone, Copy)]
struct Cut {
    alpha: f64,
    beta: f64,
}

impl Cut {
    fn at(self, credibility: f64) -> f64 {
        self.alpha + self.beta * credibility
    }
}

impl Outrank for ElectreIii {
    fn definition(&self) -> String {
        let Cut { alpha, beta } = self.cut;
        if (alpha - 0.3).abs() <= 0.0 && (beta + 0.15).abs() <= 0.0 {
            return "electre3".to_owned();
        }
        format!("electre3/alpha={alpha}/beta={beta}")
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        need_two(decision)?;
        let count = decision.alternatives();
        if count > MOST {
            return Err(OutrankError::decision(format!(
                "{count} alternatives are more than the {MOST} for which pairs of pairs can be \
                 compared; `electre-ii` and `promethee-ii` take more"
            )));
        }
        let credibility = Credibility::of(decision, &self.thresholds(decision)?);
        let down = distil(&credibility, self.cut, Best::Highest);
        let up = distil(&credibility, self.cut, Best::Lowest);
        let last = up.iter().copied().max().unwrap_or_default();
        let place = |class: usize| class as f64;
        let from_above: Vec<f64> = down.iter().map(|&class| place(class)).collect();
        let from_below: Vec<f64> = up.iter().map(|&class| place(last + 1 - class)).collect();
        let scores = from_above.iter().zip(&from_below);
        let scores = scores.map(|(a, b)| f64::midpoint(*a, *b)).collect();
        let mut result = Outranked::new(scores, Best::Lowest)?;
        if count <= DETAILED {
            let standing = |a: usize, b: usize| {
                intersect(from_above[a] - from_above[b], from_below[a] - from_below[b])
            };
            let relation = |wanted: Standing| {
                let row = |a| {
                    (0..count)
                        .map(|b| a != b && standing(a, b) == wanted)
                        .collect()
                };
                Detail::Relation((0..count).map(row).collect())
            };
            result = result
                .with("preferred_to", relation(Standing::Preferred))
                .with("incomparable_with", relation(Standing::Incomparable))
                .with("credibility", Detail::Matrix(credibility.to_rows()));
        }
        Ok(result
            .with("from_above", Detail::Alternatives(from_above))
            .with("from_below", Detail::Alternatives(from_below)))
    }
}

/// Joins two complete orders: one of them may not speak against the other.
fn intersect(above: f64, below: f64) -> Standing {
    match (above.total_cmp(&0.0) as i8, below.total_cmp(&0.0) as i8) {
        (0, 0) => Standing::Indifferent,
        (-1, -1 | 0) | (0, -1) => Standing::Preferred,
        (1, 1 | 0) | (0, 1) => Standing::Dispreferred,
        _ => Standing::Incomparable,
    }
}

/// The thresholds of one criterion.
struct Thresholds {
    q: f64,
    p: f64,
    /// Infinite for a criterion that never vetoes.
    v: f64,
}

impl ElectreIii {
    fn thresholds(&self, decision: &Decision) -> Result<Vec<Thresholds>, OutrankError> {
        let all = |of: &Option<PerCriterion>| match of {
            Some(numbers) => numbers.spread(decision),
            None => Ok(vec![None; decision.criteria()]),
        };
        let (q, p, v) = (all(&self.q)?, all(&self.p)?, all(&self.v)?);
        (0..decision.criteria())
            .map(|j| {
                let p = p[j].ok_or_else(|| {
                    OutrankError::criterion(j, "its preference threshold `p` is not stated")
                })?;
                let (q, v) = (q[j].unwrap_or(0.0), v[j].unwrap_or(f64::INFINITY));
                if 0.0 <= q && q <= p && p <= v {
                    return Ok(Thresholds { q, p, v });
                }
                let why = format!("thresholds rise from 0: q = {q}, p = {p}, v = {v} do not");
                Err(OutrankError::criterion(j, why))
            })
            .collect()
    }
}

/// How credible it is that one alternative is at least as good as another.
struct Credibility {
    count: usize,
    cells: Vec<f64>,
}

impl Credibility {
    fn of(decision: &Decision, thresholds: &[Thresholds]) -> Self {
        let count = decision.alternatives();
        let total = float::sum(decision.weights().iter().copied());
        let mut concordance = vec![0.0; count * count];
        for (j, limits) in thresholds.iter().enumerate() {
            let weight = decision.weight(j) / total;
            each_pair(decision, j, |at, advantage| {
                concordance[at] += weight * agrees(advantage, limits);
            });
        }
        let mut cells = concordance.clone();
        for (j, limits) in thresholds.iter().enumerate() {
            // A criterion without veto never opposes.
            if limits.v.is_infinite() {
                continue;
            }
            each_pair(decision, j, |at, advantage| {
                let (against, agreed) = (opposes(advantage, limits), concordance[at]);
                if against > agreed {
                    cells[at] *= (1.0 - against) / (1.0 - agreed);
                }
            });
        }
        Self { count, cells }
    }

    fn between(&self, a: usize, b: usize) -> f64 {
        self.cells[a * self.count + b]
    }

    fn to_rows(&self) -> Vec<Vec<f64>> {
        self.cells.chunks(self.count).map(<[f64]>::to_vec).collect()
    }
}

/// Calls with every pair (a, b) as its position in the matrix, and the advantage of b over a.
fn each_pair(decision: &Decision, criterion: usize, mut visit: impl FnMut(usize, f64)) {
    let column = decision.column(criterion);
    let sign = if decision.is_benefit(criterion) {
        1.0
    } else {
        -1.0
    };
    for (a, own) in column.iter().enumerate() {
        let row = a * column.len();
        for (b, other) in column.iter().enumerate() {
            visit(row + b, sign * (other - own));
        }
    }
}

fn agrees(advantage: f64, Thresholds { q, p, .. }: &Thresholds) -> f64 {
    if advantage <= *q {
        1.0
    } else if advantage >= *p {
        0.0
    } else {
        (p - advantage) / (p - q)
    }
}

fn opposes(advantage: f64, Thresholds { p, v, .. }: &Thresholds) -> f64 {
    if advantage <= *p {
        0.0
    } else if advantage >= *v {
        1.0
    } else {
        (advantage - p) / (v - p)
    }
}

/// Distils the alternatives class by class, and returns the class of each, 1 for the first to leave.
///
/// `Highest` takes the strongest first (from above), `Lowest` the weakest (from below).
fn distil(credibility: &Credibility, cut: Cut, best: Best) -> Vec<usize> {
    let mut classes = vec![0; credibility.count];
    let mut left: Vec<usize> = (0..credibility.count).collect();
    let mut class = 1;
    while !left.is_empty() {
        let leaving = first_class(credibility, cut, best, &left);
        for &a in &leaving {
            classes[a] = class;
        }
        left.retain(|&a| classes[a] == 0);
        class += 1;
    }
    classes
}

/// Narrows those left to the class that leaves: at each lower cut, among those that tied at the last.
fn first_class(credibility: &Credibility, cut: Cut, best: Best, left: &[usize]) -> Vec<usize> {
    let mut among = left.to_vec();
    let mut level = highest(credibility, &among, f64::INFINITY);
    while among.len() > 1 && level > 0.0 {
        let below = highest(credibility, &among, level - cut.at(level));
        let balances = balances(credibility, cut, &among, below);
        let wanted = match best {
            Best::Highest => balances.iter().max(),
            Best::Lowest => balances.iter().min(),
        };
        let wanted = wanted.copied().unwrap_or_default();
        let tied = among.iter().zip(&balances);
        let tied = tied.filter(|(_, balance)| **balance == wanted);
        among = tied.map(|(&a, _)| a).collect();
        level = below;
    }
    among
}

/// Returns the highest credibility between two of these that is below a limit; 0 if there is none.
fn highest(credibility: &Credibility, among: &[usize], limit: f64) -> f64 {
    let mut highest = 0.0_f64;
    for &a in among {
        for &b in among {
            let value = credibility.between(a, b);
            // Sums of weights that meet the limit on paper miss it by a last bit.
            if a != b && value < limit - TIE {
                highest = highest.max(value);
            }
        }
    }
    highest
}

/// Counts, for each, the ones it outranks above a cut less the ones that outrank it.
fn balances(credibility: &Credibility, cut: Cut, among: &[usize], below: f64) -> Vec<i64> {
    let mut balances = vec![0; among.len()];
    for (i, &a) in among.iter().enumerate() {
        for (k, &b) in among.iter().enumerate().take(i) {
            let (one, two) = (credibility.between(a, b), credibility.between(b, a));
            for (own, other, winner, loser) in [(one, two, i, k), (two, one, k, i)] {
                if own > below + TIE && own > other + cut.at(own) + TIE {
                    balances[winner] += 1;
                    balances[loser] -= 1;
                }
            }
        }
    }
    balances
}
