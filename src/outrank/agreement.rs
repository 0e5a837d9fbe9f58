//! How far two rankings agree.
//!
//! Rankings are given as ranks, 1 for the best; ties carry whatever rank the tie rule gave them
//! (average ranks are the usual choice). Every coefficient is `None` where it is not defined: fewer
//! than two ranks, lengths that differ, or a ranking in which all tie, where the formula divides by
//! the spread.

use crate::num::float;
use crate::num::matrix;
use crate::num::rank::{Best, order};
use serde::Serialize;

/// All coefficients of two rankings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Agreement {
    /// See [`spearman`].
    pub spearman: Option<f64>,
    /// See [`weighted_spearman`].
    pub weighted_spearman: Option<f64>,
    /// See [`kendall_tau_a`].
    pub kendall_tau_a: Option<f64>,
    /// See [`kendall_tau_b`].
    pub kendall_tau_b: Option<f64>,
    /// See [`goodman_kruskal_gamma`].
    pub gamma: Option<f64>,
    /// See [`ws`]; the first ranking is the reference.
    pub ws: Option<f64>,
    /// See [`average_overlap`], to full depth.
    pub average_overlap: Option<f64>,
}

impl Agreement {
    /// Compares two rankings.
    ///
    /// ```
    /// use exacity::outrank::agreement::Agreement;
    /// let agreement = Agreement::between(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]);
    /// assert_eq!(agreement.kendall_tau_b, Some(1.0));
    /// ```
    pub fn between(a: &[f64], b: &[f64]) -> Self {
        Self {
            spearman: spearman(a, b),
            weighted_spearman: weighted_spearman(a, b),
            kendall_tau_a: kendall_tau_a(a, b),
            kendall_tau_b: kendall_tau_b(a, b),
            gamma: goodman_kruskal_gamma(a, b),
            ws: ws(a, b),
            average_overlap: average_overlap(a, b, a.len()),
        }
    }
}

/// Returns Spearman's ρ: Pearson's correlation of the ranks, which holds with ties too (the formula
/// with Σd² does not).
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    matrix::pearson(a, b)
}

/// Returns the weighted rank measure, in which differences near the top count more:
/// `1 - 6 Σ d² ((n - a + 1) + (n - b + 1)) / (n⁴ + n³ - n² - n)`.
///
/// Pinto da Costa and Soares (2005). Its divisor supposes ranks without ties.
pub fn weighted_spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = comparable(a, b)?;
    let terms = a
        .iter()
        .zip(b)
        .map(|(x, y)| (x - y) * (x - y) * ((n - x + 1.0) + (n - y + 1.0)));
    // n⁴ + n³ - n² - n, factored so that it stays exact longer.
    let divisor = n * (n + 1.0) * (n * n - 1.0);
    Some(1.0 - 6.0 * float::sum(terms) / divisor)
}

/// Returns the WS coefficient, in which a difference counts `2^-rank` of the reference ranking `a`;
/// it is not symmetric.
///
/// Sałabun and Urbaniak (2020), ICCS 2020, 632-645.
pub fn ws(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = comparable(a, b)?;
    let terms = a.iter().zip(b).map(|(x, y)| {
        let farthest = (1.0 - x).abs().max((n - x).abs());
        float::pow(2.0, -x) * (x - y).abs() / farthest
    });
    Some(1.0 - float::sum(terms))
}

/// Returns Kendall's τ-a: concordant less discordant pairs, over all pairs.
pub fn kendall_tau_a(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs = Pairs::count(a, b)?;
    Some(pairs.balance() / pairs.all)
}

/// Returns Kendall's τ-b, whose divisor leaves out pairs that tie in one of the rankings.
pub fn kendall_tau_b(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs = Pairs::count(a, b)?;
    // One root of the product: two roots multiplied would put identical rankings a bit off 1.
    let divisor = ((pairs.all - pairs.tied_a) * (pairs.all - pairs.tied_b)).sqrt();
    (divisor > 0.0).then(|| pairs.balance() / divisor)
}

/// Returns Goodman and Kruskal's γ: concordant less discordant pairs, over the pairs that tie in
/// neither ranking.
pub fn goodman_kruskal_gamma(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs = Pairs::count(a, b)?;
    let decided = pairs.decided();
    (decided > 0.0).then(|| pairs.balance() / decided)
}

/// Returns the average overlap of the best `depth` of two rankings: the mean, over d = 1 to
/// `depth`, of the share that both have in common among those ranked d or better.
///
/// With ties those sets may be larger or smaller than d; the share is then twice what is common over
/// the sum of both sizes, and depths at which both are empty are left out. Fagin, Kumar, Sivakumar
/// (2003).
pub fn average_overlap(a: &[f64], b: &[f64], depth: usize) -> Option<f64> {
    comparable(a, b)?;
    let depth = depth.min(a.len());
    // How many items enter each set, and both, at every depth.
    let mut entering = vec![[0.0_f64; 3]; depth + 1];
    let mut enter = |rank: f64, set: usize| {
        let at = (1..=depth).find(|&d| rank <= d as f64);
        if let Some(d) = at {
            entering[d][set] += 1.0;
        }
    };
    for (&x, &y) in a.iter().zip(b) {
        enter(x, 0);
        enter(y, 1);
        enter(x.max(y), 2);
    }
    let (mut sizes, mut shares) = ([0.0; 3], vec![]);
    for at_depth in &entering[1..] {
        sizes
            .iter_mut()
            .zip(at_depth)
            .for_each(|(size, new)| *size += new);
        if sizes[0] + sizes[1] > 0.0 {
            shares.push(2.0 * sizes[2] / (sizes[0] + sizes[1]));
        }
    }
    (!shares.is_empty()).then(|| float::sum(shares.iter().copied()) / shares.len() as f64)
}

/// Returns the number of ranks if the rankings can be compared.
fn comparable(a: &[f64], b: &[f64]) -> Option<f64> {
    (a.len() == b.len() && a.len() >= 2).then_some(a.len() as f64)
}

/// Pairs of items by how both rankings order them.
struct Pairs {
    all: f64,
    tied_a: f64,
    tied_b: f64,
    tied_both: f64,
    discordant: f64,
}

impl Pairs {
    /// Counts in O(n log n): sorted by `a`, the discordant pairs are the inversions of `b`
    /// (Knight 1966).
    fn count(a: &[f64], b: &[f64]) -> Option<Self> {
        let n = comparable(a, b)?;
        // Ordering is stable, so ordering by `b` first leaves ties of `a` in the order of `b`.
        let by_b = order(b, Best::Lowest);
        let a_by_b: Vec<f64> = by_b.iter().map(|&i| a[i]).collect();
        let both: Vec<usize> = order(&a_by_b, Best::Lowest)
            .iter()
            .map(|&k| by_b[k])
            .collect();
        let equal = |x: f64, y: f64| (x - y).abs() <= 0.0;
        let tied_a = tied_pairs(&both, |i, k| equal(a[i], a[k]));
        let tied_both = tied_pairs(&both, |i, k| equal(a[i], a[k]) && equal(b[i], b[k]));
        let tied_b = tied_pairs(&by_b, |i, k| equal(b[i], b[k]));
        let mut sequence: Vec<f64> = both.iter().map(|&i| b[i]).collect();
        let discordant = inversions(&mut sequence);
        Some(Self {
            all: n * (n - 1.0) / 2.0,
            tied_a,
            tied_b,
            tied_both,
            discordant,
        })
    }

    fn decided(&self) -> f64 {
        self.all - self.tied_a - self.tied_b + self.tied_both
    }

    fn balance(&self) -> f64 {
        self.decided() - 2.0 * self.discordant
    }
}

/// Counts the pairs inside runs of equal neighbours.
fn tied_pairs(order: &[usize], equal: impl Fn(usize, usize) -> bool) -> f64 {
    let mut pairs = 0.0;
    for run in order.chunk_by(|&i, &k| equal(i, k)) {
        let length = run.len() as f64;
        pairs += length * (length - 1.0) / 2.0;
    }
    pairs
}

/// Sorts by merging and counts the pairs that stood in the wrong order.
fn inversions(values: &mut [f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let middle = values.len() / 2;
    let (left, right) = values.split_at_mut(middle);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut k) = (0, 0);
    while i < left.len() && k < right.len() {
        if right[k] < left[i] {
            count += (left.len() - i) as f64;
            merged.push(right[k]);
            k += 1;
        } else {
            merged.push(left[i]);
            i += 1;
        }
    }
    merged.extend_from_slice(&left[i..]);
    merged.extend_from_slice(&right[k..]);
    values.copy_from_slice(&merged);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 6] = [1.0, 2.5, 2.5, 4.0, 5.5, 5.5];
    const B: [f64; 6] = [2.0, 1.0, 3.5, 3.5, 6.0, 5.0];

    #[test]
    #[expect(clippy::float_cmp, reason = "counts of pairs are exact")]
    fn pairs_are_counted_as_if_one_by_one() {
        let pairs = Pairs::count(&A, &B).unwrap();
        let (mut balance, mut decided) = (0.0, 0.0);
        for i in 0..6 {
            for k in 0..i {
                let product = (A[i] - A[k]) * (B[i] - B[k]);
                balance += if product > 0.0 {
                    1.0
                } else if product < 0.0 {
                    -1.0
                } else {
                    0.0
                };
                decided += if product == 0.0 { 0.0 } else { 1.0 };
            }
        }
        assert_eq!([pairs.balance(), pairs.decided()], [balance, decided]);
    }

    #[test]
    fn reversed_rankings_disagree_fully() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]);
        let agreement = Agreement::between(&a, &b);
        assert_eq!(agreement.spearman, Some(-1.0));
        assert_eq!(agreement.kendall_tau_a, Some(-1.0));
        assert_eq!(agreement.gamma, Some(-1.0));
        // Nothing in common at depths 1 and 2, two of three at 3, all at 4.
        assert!((agreement.average_overlap.unwrap() - (2.0 / 3.0 + 1.0) / 4.0).abs() < 1e-15);
    }

    #[test]
    fn where_nothing_is_ranked_nothing_is_said() {
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(kendall_tau_b(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(ws(&[1.0], &[1.0]), None);
        assert_eq!(weighted_spearman(&[1.0, 2.0], &[1.0]), None);
    }

    #[test]
    fn overlap_looks_at_the_top_only_as_deep_as_asked() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0, 3.0]);
        assert_eq!(average_overlap(&a, &b, 2), Some(1.0));
        assert!(average_overlap(&a, &b, 3).unwrap() < 1.0);
    }
}
