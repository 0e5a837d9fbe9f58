//! The smallest change of weights after which one place is level with another.
//!
//! Under a weighted sum place B leads A by the sum of weight times difference, so what is asked for
//! is the point of the weights' simplex, on the far side of a plane, that is nearest to the current
//! weights. Nearest has three meanings, and each is solved exactly:
//!
//! - **total**: least weight moved in all (L1): weight goes from the leaves that speak most against B
//!   to the one that speaks most for it;
//! - **distance**: least Euclidean distance (L2): projection, by Newton's method on a line that is
//!   straight in pieces;
//! - **relative**: least largest change in proportion to each weight ("no weight by more than 12 %").

use super::RobustnessError;
use crate::num::float;
use serde::Serialize;

/// Weights under which the two places are level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Size of the change, in the measure asked for.
    pub size: f64,
    /// The new weights, which sum to one.
    pub weights: Vec<f64>,
}

/// The smallest changes by three measures. `None` where no weights do it: for `total` and `distance`
/// where B is worse on every leaf, for `relative` also where the leaves for B have no weight now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overtake {
    /// Least sum of absolute changes; half of it is the weight that moves.
    pub total: Option<Change>,
    /// Least Euclidean distance.
    pub distance: Option<Change>,
    /// Least largest relative change of a single weight: 0.12 is 12 %.
    pub relative: Option<Change>,
}

/// Finds the smallest changes of `weights` after which the place with the values `challenger` is
/// level with the one with the values `leader`; nothing changes if it already is or leads.
///
/// Any further step in the same direction puts it ahead.
///
/// # Errors
///
/// Inputs of different length; weights that are negative or all zero.
///
/// # Examples
///
/// ```
/// use exacity::robustness::overtake::smallest_change;
/// let found = smallest_change(&[1.0, 0.0], &[0.0, 1.0], &[0.6, 0.4])?;
/// let total = found.total.expect("the second leaf speaks for the challenger");
/// assert!((total.size - 0.2).abs() < 1e-12);
/// # Ok::<(), exacity::robustness::RobustnessError>(())
/// ```
pub fn smallest_change(
    leader: &[f64],
    challenger: &[f64],
    weights: &[f64],
) -> Result<Overtake, RobustnessError> {
    let weights = super::shares("weight", weights)?;
    for values in [leader, challenger] {
        if values.len() != weights.len() {
            return Err(RobustnessError::Length {
                what: "values of a place",
                expected: weights.len(),
                found: values.len(),
            });
        }
    }
    let lead: Vec<f64> = challenger.iter().zip(leader).map(|(b, a)| b - a).collect();
    if dot(&lead, &weights) >= 0.0 {
        let same = Some(Change { size: 0.0, weights });
        return Ok(Overtake {
            total: same.clone(),
            distance: same.clone(),
            relative: same,
        });
    }
    // The leaves, those that speak most for the challenger first.
    let mut best: Vec<usize> = (0..lead.len()).collect();
    best.sort_by(|&a, &b| lead[b].total_cmp(&lead[a]).then(a.cmp(&b)));
    let possible = lead[best[0]] >= 0.0;
    Ok(Overtake {
        total: possible.then(|| least_total(&lead, &weights, &best)),
        distance: possible.then(|| least_distance(&lead, &weights)),
        relative: least_relative(&lead, &weights, &best),
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    float::sum(a.iter().zip(b).map(|(x, y)| x * y))
}

/// Each unit of weight moved to the best leaf gains the difference of the two leaves, and costs 2
/// whichever it comes from: the worst leaves give first.
fn least_total(lead: &[f64], weights: &[f64], best: &[usize]) -> Change {
    let mut moved = weights.to_vec();
    let mut missing = -dot(lead, weights);
    let to = best[0];
    for &from in best.iter().rev() {
        let gain = lead[to] - lead[from];
        if missing <= 0.0 || gain <= 0.0 {
            break;
        }
        let take = weights[from].min(missing / gain);
        moved[from] -= take;
        moved[to] += take;
        missing -= take * gain;
    }
    let size = float::sum(
        moved
            .iter()
            .zip(weights)
            .map(|(new, old)| (new - old).abs()),
    );
    Change {
        size,
        weights: moved,
    }
}

/// The nearest point is the projection of *w* + *t d* on the simplex, for the one *t* at which the
/// places are level. The lead grows with *t* along straight pieces: Newton's step is exact on the
/// right piece, and a bracket keeps it from leaving.
fn least_distance(lead: &[f64], weights: &[f64]) -> Change {
    let at = |t: f64| {
        let point: Vec<f64> = weights.iter().zip(lead).map(|(w, d)| w + t * d).collect();
        project(&point)
    };
    let (mut low, mut high) = (0.0, 1.0);
    // The largest finite doubling is far beyond any vertex of the simplex.
    for _ in 0..200 {
        if dot(lead, &at(high)) >= 0.0 {
            break;
        }
        low = high;
        high *= 2.0;
    }
    let mut t = low;
    for _ in 0..200 {
        let point = at(t);
        let value = dot(lead, &point);
        if value >= 0.0 {
            high = t;
        } else {
            low = t;
        }
        // On one piece the free weights move with their leads, less the mean of these.
        let free: Vec<f64> = lead
            .iter()
            .zip(&point)
            .filter(|(_, w)| **w > 0.0)
            .map(|(d, _)| *d)
            .collect();
        let mean = float::sum(free.iter().copied()) / free.len() as f64;
        let slope = float::sum(free.iter().map(|d| (d - mean) * (d - mean)));
        let step = t - value / slope;
        let next = if step > low && step < high {
            step
        } else {
            0.5 * (low + high)
        };
        if next <= low || next >= high || value.abs() <= 1e-16 {
            break;
        }
        t = next;
    }
    let weights_there = at(t);
    let square = |(new, old): (&f64, &f64)| (new - old) * (new - old);
    let size = float::sum(weights_there.iter().zip(weights).map(square)).sqrt();
    Change {
        size,
        weights: weights_there,
    }
}

/// Returns the nearest weights that are not negative and sum to one (Held, Wolfe and Crowder 1974).
fn project(point: &[f64]) -> Vec<f64> {
    let mut sorted = point.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (&value, count) in sorted.iter().zip(1_u32..) {
        sum += value;
        let candidate = (sum - 1.0) / f64::from(count);
        if value - candidate > 0.0 {
            shift = candidate;
        }
    }
    point.iter().map(|value| (value - shift).max(0.0)).collect()
}

/// With every weight between (1 - t) and (1 + t) of itself, the challenger gains most when weight
/// goes to its best leaves up to their limit. That gain is straight in t between the points at which
/// another leaf reaches its limit.
fn least_relative(lead: &[f64], weights: &[f64], best: &[usize]) -> Option<Change> {
    let held: Vec<usize> = best
        .iter()
        .copied()
        .filter(|&leaf| weights[leaf] > 0.0)
        .collect();
    let at = |t: f64| fill_best(weights, &held, t);
    let value = |t: f64| dot(lead, &at(t));
    // Up to t = 1 all gain in proportion to t; beyond, one leaf after the other takes all it may.
    let mut marks = vec![0.0, 1.0];
    let mut sum = 0.0;
    for &leaf in &held {
        sum += weights[leaf];
        marks.push((1.0 / sum - 1.0).max(1.0));
    }
    marks.sort_by(f64::total_cmp);
    let end = marks.iter().position(|&t| value(t) >= 0.0)?;
    let (from, to) = (marks[end.saturating_sub(1)], marks[end]);
    let (low, high) = (value(from), value(to));
    let t = if high > low {
        from - low * (to - from) / (high - low)
    } else {
        to
    };
    Some(Change {
        size: t,
        weights: at(t),
    })
}

/// Gives every weight its least, then the rest to the best leaves up to their limits.
fn fill_best(weights: &[f64], best: &[usize], t: f64) -> Vec<f64> {
    let mut filled: Vec<f64> = weights.iter().map(|w| w * (1.0 - t).max(0.0)).collect();
    let mut rest = 1.0 - float::sum(filled.iter().copied());
    for &leaf in best {
        let take = (weights[leaf] * (1.0 + t) - filled[leaf])
            .min(rest)
            .max(0.0);
        filled[leaf] += take;
        rest -= take;
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::rng::Rng;

    const LEADER: [f64; 4] = [0.9, 0.7, 0.3, 0.5];
    const CHALLENGER: [f64; 4] = [0.2, 0.6, 0.8, 0.55];
    const WEIGHTS: [f64; 4] = [0.4, 0.3, 0.2, 0.1];

    fn lead() -> Vec<f64> {
        CHALLENGER.iter().zip(LEADER).map(|(b, a)| b - a).collect()
    }

    fn changes() -> [Change; 3] {
        let found = smallest_change(&LEADER, &CHALLENGER, &WEIGHTS).unwrap();
        [
            found.total.unwrap(),
            found.distance.unwrap(),
            found.relative.unwrap(),
        ]
    }

    fn sizes(weights: &[f64]) -> [f64; 3] {
        let changes = weights
            .iter()
            .zip(WEIGHTS)
            .map(|(new, old)| (new - old, old));
        let (mut total, mut square, mut relative) = (0.0, 0.0, 0.0_f64);
        for (change, old) in changes {
            total += change.abs();
            square += change * change;
            relative = relative.max(change.abs() / old);
        }
        [total, square.sqrt(), relative]
    }

    #[test]
    fn each_change_makes_the_two_level_and_has_the_size_it_states() {
        for (measure, change) in changes().into_iter().enumerate() {
            assert!(
                dot(&lead(), &change.weights).abs() < 1e-12,
                "measure {measure}"
            );
            assert!((change.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(change.weights.iter().all(|&w| w >= 0.0));
            assert!((sizes(&change.weights)[measure] - change.size).abs() < 1e-12);
        }
    }

    #[test]
    fn no_other_weights_are_nearer() {
        let best = changes();
        let mut rng = Rng::new(6, "test", 0);
        let mut beaten = [f64::MAX; 3];
        for _ in 0..200_000 {
            let drawn: Vec<f64> = (0..4).map(|_| -float::ln(1.0 - rng.uniform())).collect();
            let total: f64 = drawn.iter().sum();
            // Half of the points are drawn near the current weights, where smaller changes lie.
            let near = rng.uniform();
            let point: Vec<f64> = drawn
                .iter()
                .zip(WEIGHTS)
                .map(|(x, w)| near * w + (1.0 - near) * x / total)
                .collect();
            if dot(&lead(), &point) >= 0.0 {
                for (least, size) in beaten.iter_mut().zip(sizes(&point)) {
                    *least = least.min(size);
                }
            }
        }
        for (change, least) in best.iter().zip(beaten) {
            assert!(change.size <= least, "{change:?} against {least}");
            assert!(least < change.size * 1.15, "the search came near: {least}");
        }
    }

    #[test]
    fn a_projection_that_drops_a_leaf_stays_exact() {
        // The nearest level point has no weight on the first leaf: by hand (0, 1/2, 1/2).
        let found =
            smallest_change(&[9.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[0.05, 0.9, 0.05]).unwrap();
        let distance = found.distance.unwrap();
        assert!((dot(&[-9.0, -1.0, 1.0], &distance.weights)).abs() < 1e-12);
        assert!(distance.weights[0].abs() < 1e-12, "{distance:?}");
        assert!((distance.weights[1] - 0.5).abs() < 1e-12, "{distance:?}");
    }

    #[test]
    fn a_change_of_more_than_all_of_a_weight_is_found_too() {
        // Only the last leaf, with 1 % now, speaks for the challenger: it has to reach one half.
        let found = smallest_change(&[1.0, 0.0], &[0.0, 1.0], &[0.99, 0.01]).unwrap();
        let relative = found.relative.unwrap();
        assert!((relative.size - 49.0).abs() < 1e-9, "{relative:?}");
        assert!((relative.weights[1] - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_place_that_is_worse_everywhere_never_overtakes() {
        let found = smallest_change(&[1.0, 0.5], &[0.9, 0.4], &[0.5, 0.5]).unwrap();
        assert_eq!(
            found,
            Overtake {
                total: None,
                distance: None,
                relative: None
            }
        );
    }

    #[test]
    fn leaves_without_weight_cannot_grow_in_proportion() {
        let found = smallest_change(&[1.0, 0.0], &[0.0, 1.0], &[1.0, 0.0]).unwrap();
        assert!(found.relative.is_none() && found.total.is_some());
    }

    #[test]
    fn a_place_that_already_leads_needs_no_change() {
        let found = smallest_change(&CHALLENGER, &LEADER, &WEIGHTS).unwrap();
        assert!(found.total.unwrap().size.abs() < 1e-15);
    }
}
