//! Weight and influence: what a criterion is meant to count, and how much of the result it explains.

use super::{FEWEST, View, cells, correlation};
use crate::model::NodeIx;
use crate::num::{float, stats};

/// A criterion against its parent and against the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// The criterion.
    pub at: NodeIx,
    /// Its parent.
    pub parent: NodeIx,
    /// Its weight among its siblings.
    pub weight: f64,
    /// Its weight in the result.
    pub nominal: f64,
    /// Correlation with its parent.
    pub with_parent: Option<f64>,
    /// Correlation with the result.
    pub with_result: Option<f64>,
    /// Share of the parent's variance that it explains alone: the first-order main effect.
    pub effect: Option<f64>,
    /// That effect as a share of the effects of all siblings, to be held against the weight.
    pub share: Option<f64>,
}

pub(super) fn influences(view: &View<'_>) -> Vec<Influence> {
    let mut all = vec![];
    let order = view.project.tree.downward(view.index.root);
    for (_, parent) in order {
        let shares = view.index.shares[parent.0].as_ref();
        let shares = shares.map_or(&[][..], |weights| weights.as_slice());
        let whole = cells(view, parent);
        let result = cells(view, view.index.root);
        let from = all.len();
        for (&at, &weight) in view.children(parent).iter().zip(shares) {
            let own = cells(view, at);
            let both = own.iter().zip(&whole).filter_map(|(a, b)| a.zip(*b));
            let (x, y): (Vec<f64>, Vec<f64>) = both.unzip();
            all.push(Influence {
                at,
                parent,
                weight,
                nominal: view.nominal[at.0],
                with_parent: correlation(&own, &whole).map(|(r, _)| r),
                with_result: correlation(&own, &result).map(|(r, _)| r),
                effect: main_effect(&x, &y),
                share: None,
            });
        }
        let total = float::sum(all[from..].iter().filter_map(|i| i.effect));
        if total > 0.0 {
            for influence in &mut all[from..] {
                influence.share = influence.effect.map(|effect| effect / total);
            }
        }
    }
    let order = view.project.tree.downward(view.index.root);
    all.sort_by_key(|one| order.iter().position(|(_, at)| *at == one.at));
    all
}

/// Above this many places, means of classes are smooth enough and a kernel takes too long.
const MANY: usize = 400;
/// Classes of equal size for many places.
const CLASSES: usize = 20;
/// Widths of the kernel that are tried, in standard deviations of `x`; a straight line is tried, too.
const WIDTHS: [f64; 7] = [0.15, 0.25, 0.4, 0.6, 1.0, 1.6, 2.5];

/// Returns the share of the variance of `y` that `x` explains alone: the first-order main effect
/// `V(E[y|x]) / V(y)`, which is Pearson's correlation ratio. It is the square of the correlation where
/// the relation is a straight line, and more where it bends.
///
/// `E[y|x]` is estimated by local lines under a Gaussian kernel whose width leaves the least error when
/// each place is predicted from the others; for more than 400 places by the means of 20 classes of equal
/// size, with the degrees of freedom taken off.
///
/// `None` with fewer than five places, or without spread.
///
/// # Reference
///
/// Paruolo, Saisana and Saltelli (2013), J. Royal Statistical Society A 176(3), sections 3 and 4; Fan and
/// Gijbels (1996), *Local Polynomial Modelling*.
///
/// ```
/// use exacity::audit::main_effect;
/// // A parabola explains everything, though the correlation is zero.
/// let x: Vec<f64> = (-20..=20).map(f64::from).collect();
/// let y: Vec<f64> = x.iter().map(|x| x * x).collect();
/// assert!(main_effect(&x, &y).unwrap() > 0.97);
/// ```
pub fn main_effect(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || x.len() < FEWEST {
        return None;
    }
    let sd = stats::population_sd(x).filter(|sd| *sd > 0.0)?;
    let total = stats::variance(y, 0).filter(|v| *v > 0.0)?;
    if x.len() > MANY {
        return Some(by_classes(x, y, total));
    }
    let widths = WIDTHS.iter().map(|width| Some(width * sd)).chain([None]);
    let fits = widths.filter_map(|width| fit(x, y, width));
    let (_, fitted) = fits.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((stats::variance(&fitted, 0)? / total).clamp(0.0, 1.0))
}

/// Fits local lines; a width of none is one line for all. Returns the mean squared error of predicting
/// each point from the others, and the fitted values. `None` if a point has no neighbours at this width.
fn fit(x: &[f64], y: &[f64], width: Option<f64>) -> Option<(f64, Vec<f64>)> {
    let mut fitted = Vec::with_capacity(x.len());
    let mut errors = Vec::with_capacity(x.len());
    for (&centre, &own) in x.iter().zip(y) {
        let (mut s0, mut s1, mut s2, mut t0, mut t1) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (&x, &y) in x.iter().zip(y) {
            let d = x - centre;
            let w = width.map_or(1.0, |width| float::exp(-0.5 * (d / width) * (d / width)));
            s0 += w;
            s1 += w * d;
            s2 += w * d * d;
            t0 += w * y;
            t1 += w * d * y;
        }
        let determinant = s0 * s2 - s1 * s1;
        // Where neighbours all stand at the same x there is no line, but still a mean.
        let (value, leverage) = if determinant > 1e-9 * s0 * s2 {
            ((s2 * t0 - s1 * t1) / determinant, s2 / determinant)
        } else {
            (t0 / s0, 1.0 / s0)
        };
        if leverage > 0.99 {
            return None;
        }
        let error = (own - value) / (1.0 - leverage);
        fitted.push(value);
        errors.push(error * error);
    }
    Some((stats::mean(&errors)?, fitted))
}

/// Compares the means of classes of equal size along `x`. Equal values of `x` stay in one class.
fn by_classes(x: &[f64], y: &[f64], total: f64) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]).then(a.cmp(&b)));
    let size = x.len().div_ceil(CLASSES);
    let mut classes: Vec<Vec<f64>> = vec![];
    for run in order.chunk_by(|&a, &b| x[a].total_cmp(&x[b]).is_eq()) {
        let values = run.iter().map(|&at| y[at]);
        match classes.last_mut().filter(|class| class.len() < size) {
            Some(class) => class.extend(values),
            None => classes.push(values.collect()),
        }
    }
    let within = classes.iter().filter_map(|class| {
        let spread = stats::variance(class, 0)?;
        Some(spread * class.len() as f64)
    });
    let (n, k) = (x.len() as f64, classes.len() as f64);
    let unexplained = float::sum(within) / (total * n);
    // Epsilon squared: classes of noise explain (k - 1) / (n - 1) by chance.
    (1.0 - unexplained * (n - 1.0) / (n - k).max(1.0)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All pairs of two grids, so that the two are independent.
    fn factorial(side: i32) -> (Vec<f64>, Vec<f64>) {
        let pairs = (0..side).flat_map(|a| (0..side).map(move |b| (f64::from(a), f64::from(b))));
        pairs.unzip()
    }

    #[test]
    fn independent_parts_of_a_sum_explain_it_by_their_variances() {
        // V(2a) = 4 V(a) and V(b) = V(a): four fifths and one fifth.
        for side in [7, 25] {
            let (a, b) = factorial(side);
            let y: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a + b).collect();
            let (of_a, of_b) = (main_effect(&a, &y).unwrap(), main_effect(&b, &y).unwrap());
            assert!((of_a - 0.8).abs() < 0.03, "{side}: {of_a}");
            assert!((of_b - 0.2).abs() < 0.03, "{side}: {of_b}");
        }
    }

    #[test]
    fn a_bent_relation_is_seen_and_noise_is_not() {
        let (a, b) = factorial(9);
        let bent: Vec<f64> = a.iter().map(|a| (a - 4.0) * (a - 4.0)).collect();
        assert!(main_effect(&a, &bent).unwrap() > 0.95);
        assert!(main_effect(&b, &bent).unwrap() < 0.02);
    }

    #[test]
    fn too_little_to_say_is_none() {
        assert_eq!(
            main_effect(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 3.0, 4.0]),
            None
        );
        assert_eq!(
            main_effect(&[1.0; 9], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]),
            None
        );
    }
}
