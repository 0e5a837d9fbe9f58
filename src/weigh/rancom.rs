//! Ranking comparison: weights from an order, robust to small mistakes in it.

use crate::num::float;

/// Returns the weights of criteria with these ranks of importance, 1 the most important.
///
/// Every pair is compared: 1 for the more important criterion, ½ each if they are equal, and ½ for a
/// criterion against itself; the row sums are rescaled. `None` if there is no rank or one is not a
/// finite number.
///
/// # Reference
///
/// Więckowski, Kizielewicz, Shekhovtsov, Sałabun (2023), *RANCOM: A novel approach to identifying
/// criteria relevance based on inaccuracy expert judgments*, Engineering Applications of Artificial
/// Intelligence 122.
///
/// ```
/// use exacity::weigh::rancom::rancom;
/// assert_eq!(rancom(&[1.0, 2.0]), Some(vec![0.75, 0.25]));
/// ```
pub fn rancom(ranks: &[f64]) -> Option<Vec<f64>> {
    if ranks.is_empty() || ranks.iter().any(|r| !r.is_finite()) {
        return None;
    }
    let against = |own: f64, other: f64| match own.total_cmp(&(other + 0.0)) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 0.0,
    };
    let row = |&own: &f64| float::sum(ranks.iter().map(|&other| against(own + 0.0, other)));
    let sums: Vec<f64> = ranks.iter().map(row).collect();
    let total = float::sum(sums.iter().copied());
    Some(sums.iter().map(|s| s / total).collect())
}
