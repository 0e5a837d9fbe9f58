//! Elimination and choice translating reality: concordance and discordance.
//!
//! Columns are scaled to shares of their sum first. Discordance is divided by the one largest range
//! of the scaled columns, so that a criterion with little spread rarely vetoes.

use super::pairs::{DETAILED, Relation};
use super::scale::plain_shares;
use super::settings::share;
use super::{Detail, Outrank, OutrankError, Outranked, TIE, need_two};
use crate::model::{Decision, Entry, MethodInfo, ParamError};
use crate::num::rank::Best;
use crate::num::stats;
use std::ops::Range;
use std::sync::Arc;

const INDICES: &str = "concordance c_ab = Σ w_j over criteria where a is at least as good as b, \
     discordance d_ab = the largest amount by which b is better, over the largest range of any \
     column, both on shares of the column sum";

pub(super) const ENTRY_I: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "electre-i",
        summary: "chooses the alternatives that no other outranks",
        formula: "a outranks b if c_ab >= concordance and d_ab <= discordance; c and d as for \
                  `electre-ii`. The score is 1 for alternatives that none outranks (the kernel), \
                  else 0",
        params: &[
            share(
                "concordance",
                "0.65",
                "least weight of the criteria that must agree",
            ),
            share(
                "discordance",
                "0.35",
                "largest opposition that is tolerated",
            ),
        ],
        not_when: "a ranking is wanted: it only chooses. In a cycle of outranking none is chosen",
        reference: "Roy (1968), Revue française d'informatique et de recherche opérationnelle 2(8)",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(ElectreI {
            concordance: params.number("concordance").unwrap_or(0.65),
            discordance: params.number("discordance").unwrap_or(0.35),
        }))
    },
};

pub(super) const ENTRY_II: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "electre-ii",
        summary: "ranks by peeling off what no other outranks, from the top and from the bottom",
        formula: INDICES,
        params: &[
            share(
                "p0",
                "0.65",
                "concordance of strong outranking with much opposition",
            ),
            share(
                "p1",
                "0.5",
                "concordance of strong outranking with little opposition",
            ),
            share("p2", "0.35", "concordance of weak outranking"),
            share("q0", "0.65", "much opposition"),
            share("q1", "0.35", "little opposition"),
        ],
        not_when: "outranking runs in cycles: what is left when no alternative can be peeled off \
                   shares the last rank",
        reference: "Roy and Bertier (1973); in the form of Gomes, Araya, Carignano (2004), Tomada de \
                    decisões em cenários complexos: strong and weak outranking both need c_ab > \
                    c_ba, an alternative is peeled off once nothing left outranks it in either way, \
                    and the score is the mean of both passes",
        common: true,
    },
    build: |params| {
        let read = |name, default| params.number(name).unwrap_or(default);
        let electre = ElectreII {
            p: [read("p0", 0.65), read("p1", 0.5), read("p2", 0.35)],
            q: [read("q0", 0.65), read("q1", 0.35)],
        };
        if electre.p[0] < electre.p[1] || electre.p[1] < electre.p[2] {
            return Err(ParamError::new("p1", "must lie between `p2` and `p0`"));
        }
        if electre.q[0] < electre.q[1] {
            return Err(ParamError::new("q1", "must not lie above `q0`"));
        }
        Ok(Arc::new(electre))
    },
};

/// Pairs that are compared side by side: few enough that what is known of them stays in the first cache.
const BLOCK: usize = 64;

/// Concordance and discordance of any pair.
struct Indices<'a> {
    /// Shares of the criteria, costs negated so that more is better.
    columns: Vec<Vec<f64>>,
    weights: &'a [f64],
    span: f64,
}

/// How one alternative compares with some others: the weight of the criteria on which it is no worse, and that
/// on which they are no worse; by how much it is behind at most, and by how much they are.
struct Compared {
    for_a: [f64; BLOCK],
    for_b: [f64; BLOCK],
    against_a: [f64; BLOCK],
    against_b: [f64; BLOCK],
}

impl Default for Compared {
    fn default() -> Self {
        Self {
            for_a: [0.0; BLOCK],
            for_b: [0.0; BLOCK],
            against_a: [0.0; BLOCK],
            against_b: [0.0; BLOCK],
        }
    }
}

impl<'a> Indices<'a> {
    fn new(decision: &'a Decision) -> Result<Self, OutrankError> {
        need_two(decision)?;
        let mut columns = vec![vec![]; decision.criteria()];
        let mut span = 0.0_f64;
        for (criterion, column) in columns.iter_mut().enumerate() {
            plain_shares(decision, criterion, column)?;
            let (low, high) = stats::range(column).unwrap_or_default();
            span = span.max(high - low);
            if !decision.is_benefit(criterion) {
                for share in column.iter_mut() {
                    *share = -*share;
                }
            }
        }
        if span <= 0.0 {
            return Err(OutrankError::decision(
                "no two alternatives differ on any criterion",
            ));
        }
        Ok(Self {
            columns,
            weights: decision.weights(),
            span,
        })
    }

    /// Compares an alternative with some others.
    fn compare(&self, a: usize, others: Range<usize>) -> Compared {
        let mut all = Compared::default();
        for (column, &weight) in self.columns.iter().zip(self.weights) {
            let (x, own) = (column[a], &column[others.clone()]);
            // Slices of one length, so that the loop has no bounds to check and runs on several pairs at once.
            let count = own.len();
            let (for_a, for_b) = (&mut all.for_a[..count], &mut all.for_b[..count]);
            let against_a = &mut all.against_a[..count];
            let against_b = &mut all.against_b[..count];
            for at in 0..count {
                let (ahead, behind) = (x - own[at], own[at] - x);
                for_a[at] += if ahead >= 0.0 { weight } else { 0.0 };
                for_b[at] += if behind >= 0.0 { weight } else { 0.0 };
                // As `f64::max`, which has more to say about what is no number.
                against_a[at] = if behind > against_a[at] {
                    behind
                } else {
                    against_a[at]
                };
                against_b[at] = if ahead > against_b[at] {
                    ahead
                } else {
                    against_b[at]
                };
            }
        }
        all
    }

    /// Calls with every pair in both directions: `(a, b, c_ab, c_ba, d_ab)`.
    fn each(&self, count: usize, mut visit: impl FnMut(usize, usize, f64, f64, f64)) {
        for a in 0..count {
            for from in (0..a).step_by(BLOCK) {
                let others = from..a.min(from + BLOCK);
                let all = self.compare(a, others.clone());
                for (at, b) in others.enumerate() {
                    let (c_ab, c_ba) = (all.for_a[at], all.for_b[at]);
                    visit(a, b, c_ab, c_ba, all.against_a[at] / self.span);
                    visit(b, a, c_ba, c_ab, all.against_b[at] / self.span);
                }
            }
        }
    }
}

// Weights that add up to a threshold on paper (0.3 + 0.25 + 0.1 against 0.65) miss it by a last bit
// in binary; thresholds are therefore met within TIE.
fn reaches(value: f64, threshold: f64) -> bool {
    value >= threshold - TIE
}

fn within(value: f64, limit: f64) -> bool {
    value <= limit + TIE
}

#[derive(Debug)]
struct ElectreI {
    concordance: f64,
    discordance: f64,
}

impl Outrank for ElectreI {
    fn definition(&self) -> String {
        format!("electre1/p={}/q={}", self.concordance, self.discordance)
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let indices = Indices::new(decision)?;
        let count = decision.alternatives();
        let mut outranked = vec![false; count];
        let mut relation = Relation::new(count);
        let detailed = count <= DETAILED;
        let matrix =
            || vec![vec![0.0; if detailed { count } else { 0 }]; if detailed { count } else { 0 }];
        let (mut concordance, mut discordance) = (matrix(), matrix());
        indices.each(count, |a, b, c_ab, _, d_ab| {
            if reaches(c_ab, self.concordance) && within(d_ab, self.discordance) {
                outranked[b] = true;
                relation.insert(a, b);
            }
            if detailed {
                concordance[a][b] = c_ab;
                discordance[a][b] = d_ab;
            }
        });
        let kernel: Vec<usize> = (0..count).filter(|&i| !outranked[i]).collect();
        let scores = outranked
            .iter()
            .map(|&o| if o { 0.0 } else { 1.0 })
            .collect();
        let result = Outranked::new(scores, Best::Highest)?.with("kernel", Detail::Set(kernel));
        if !detailed {
            return Ok(result);
        }
        Ok(result
            .with("outrank", Detail::Relation(relation.to_rows()))
            .with("concordance", Detail::Matrix(concordance))
            .with("discordance", Detail::Matrix(discordance)))
    }
}

#[derive(Debug)]
struct ElectreII {
    p: [f64; 3],
    q: [f64; 2],
}

impl Outrank for ElectreII {
    fn definition(&self) -> String {
        let ([p0, p1, p2], [q0, q1]) = (self.p, self.q);
        if (self.p, self.q) == ([0.65, 0.5, 0.35], [0.65, 0.35]) {
            return "electre2".to_owned();
        }
        format!("electre2/p0={p0}/p1={p1}/p2={p2}/q0={q0}/q1={q1}")
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let indices = Indices::new(decision)?;
        let count = decision.alternatives();
        let (mut strong, mut any) = (Relation::new(count), Relation::new(count));
        indices.each(count, |a, b, c_ab, c_ba, d_ab| {
            if c_ab <= c_ba + TIE {
                return;
            }
            let holds = |p, q| reaches(c_ab, p) && within(d_ab, q);
            let is_strong = holds(self.p[0], self.q[0]) || holds(self.p[1], self.q[1]);
            if is_strong {
                strong.insert(a, b);
            }
            if is_strong || holds(self.p[2], self.q[0]) {
                any.insert(a, b);
            }
        });
        let direct = peel(&any, count);
        let upward = peel(&any.transposed(), count);
        let last = stats::range(&upward).unwrap_or_default().1;
        let inverted: Vec<f64> = upward.iter().map(|level| last + 1.0 - level).collect();
        let scores = direct
            .iter()
            .zip(&inverted)
            .map(|(d, i)| f64::midpoint(*d, *i))
            .collect();
        let result = Outranked::new(scores, Best::Lowest)?
            .with("ranking_direct", Detail::Alternatives(direct))
            .with("ranking_inverted", Detail::Alternatives(inverted));
        if count > DETAILED {
            return Ok(result);
        }
        Ok(result
            .with("outrank_strong", Detail::Relation(strong.to_rows()))
            .with("outrank", Detail::Relation(any.to_rows())))
    }
}

/// Gives level 1 to what nothing outranks, takes it away, gives level 2, and so on. If only cycles
/// are left, they share the next level.
fn peel(relation: &Relation, count: usize) -> Vec<f64> {
    let mut above = vec![0_usize; count];
    for a in 0..count {
        relation.of(a).for_each(|b| above[b] += 1);
    }
    let mut levels = vec![0.0; count];
    let mut level = 1.0;
    let mut top: Vec<usize> = (0..count).filter(|&i| above[i] == 0).collect();
    while !top.is_empty() {
        let mut next = vec![];
        for &a in &top {
            levels[a] = level;
        }
        for &a in &top {
            for b in relation.of(a) {
                above[b] -= 1;
                if above[b] == 0 {
                    next.push(b);
                }
            }
        }
        top = next;
        level += 1.0;
    }
    levels
        .iter()
        .map(|&l| if l > 0.0 { l } else { level })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peeling_levels_a_chain_and_puts_cycles_last() {
        let mut relation = Relation::new(5);
        for (a, b) in [(0, 1), (1, 2), (3, 4), (4, 3), (0, 2)] {
            relation.insert(a, b);
        }
        assert_eq!(peel(&relation, 5), [1.0, 2.0, 3.0, 4.0, 4.0]);
        assert_eq!(peel(&relation.transposed(), 5), [3.0, 2.0, 1.0, 4.0, 4.0]);
    }

    #[test]
    fn a_sum_of_weights_that_is_the_threshold_on_paper_reaches_it() {
        assert!(0.1 + 0.7 < 0.8 && reaches(0.1 + 0.7, 0.8));
    }
}
