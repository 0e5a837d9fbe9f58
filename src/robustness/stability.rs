//! How far one weight may move before the ranking changes.
//!
//! One weight moves from 0 to 1 and the others are rescaled in proportion, so that the total stays
//! one. Under a weighted sum every score is then a straight line in that weight, two places change
//! order where their lines cross, and all answers are exact: [`of_weight`] for a leaf of a flat list,
//! [`on_line`] for a share anywhere in an additive tree. Any other method is searched by
//! [`by_search`], which says so in its result.

use super::RobustnessError;
use crate::num::rank::{Best, order};
use serde::Serialize;

/// Slopes closer than this are parallel.
const PARALLEL: f64 = 1e-15;

/// Crossings closer than this are one.
const SAME: f64 = 1e-12;

/// A closed interval of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end, at least 0.
    pub low: f64,
    /// Its upper end, at most 1.
    pub high: f64,
}

/// Where a weight may lie without changing something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stability {
    /// The weight now, when all weights sum to one.
    pub current: f64,
    /// The ranking now, best first; equal scores in the order of places.
    pub ranking: Vec<usize>,
    /// The first place stays first.
    pub first: Interval,
    /// The whole order stays.
    pub order: Interval,
    /// Each place keeps its rank; by place.
    pub ranks: Vec<Interval>,
    /// Each pair of neighbours keeps its order; by position in the ranking.
    pub pairs: Vec<Interval>,
    /// How the intervals were found.
    pub how: How,
}

/// How intervals were found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// In closed form.
    Exact,
    /// By steps of this size, then bisection to this tolerance. Two changes within one step that
    /// undo each other are not seen.
    Search {
        /// Size of the steps outwards from the current weight.
        step: f64,
        /// Largest distance of an end from the true one.
        tolerance: f64,
    },
}

/// Finds the intervals of the weight of one leaf under a weighted sum, exactly.
///
/// If the other weights are all zero, they share what the moved one gives up evenly.
///
/// # Errors
///
/// Rows that differ in length, weights that are negative or all zero, no places.
pub fn of_weight(
    values: &[Vec<f64>],
    weights: &[f64],
    leaf: usize,
) -> Result<Stability, RobustnessError> {
    let weights = super::shares("weight", weights)?;
    let Some(&current) = weights.get(leaf) else {
        let what = "leaves";
        return Err(RobustnessError::Length {
            what,
            expected: weights.len(),
            found: leaf + 1,
        });
    };
    let mut others = weights;
    others[leaf] = 0.0;
    let total = crate::num::float::sum(others.iter().copied());
    for (at, other) in others.iter_mut().enumerate() {
        if total > 0.0 {
            *other /= total;
        } else if at != leaf {
            *other = 1.0;
        }
    }
    if total <= 0.0 && others.len() > 1 {
        let count = (others.len() - 1) as f64;
        for other in &mut others {
            *other /= count;
        }
    }
    let (mut at_zero, mut at_one) = (vec![], vec![]);
    for row in values {
        if row.len() != others.len() {
            return Err(RobustnessError::Length {
                what: "values of a place",
                expected: others.len(),
                found: row.len(),
            });
        }
        at_zero.push(crate::num::float::sum(
            row.iter().zip(&others).map(|(v, w)| v * w),
        ));
        at_one.push(row[leaf]);
    }
    on_line(&at_zero, &at_one, current)
}

/// Finds the intervals of a weight from the scores of all places at its two ends, exactly.
///
/// Scores between the ends must lie on straight lines: those of any share among siblings do, as long
/// as every aggregation on the way to the root is additive.
///
/// # Errors
///
/// Ends of different length, no places, a current weight outside 0 to 1.
pub fn on_line(
    at_zero: &[f64],
    at_one: &[f64],
    current: f64,
) -> Result<Stability, RobustnessError> {
    if at_zero.is_empty() {
        return Err(RobustnessError::NoPlaces);
    }
    if at_zero.len() != at_one.len() {
        let (what, expected) = ("scores at the upper end", at_zero.len());
        return Err(RobustnessError::Length {
            what,
            expected,
            found: at_one.len(),
        });
    }
    let lines: Vec<Curve> = at_zero
        .iter()
        .zip(at_one)
        .map(|(&zero, one)| Curve {
            a: zero,
            b: one - zero,
            c: 1.0,
            d: 0.0,
        })
        .collect();
    on_curves(&lines, current)
}

/// A score as a function of one weight *x*: (*a* + *b x*) / (*c* + *d x*), with a denominator above
/// zero between 0 and 1.
///
/// A weighted mean whose missing parts leave their weight to the others is of this form in any one
/// share; with nothing missing the denominator is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Numerator at 0.
    pub a: f64,
    /// Slope of the numerator.
    pub b: f64,
    /// Denominator at 0.
    pub c: f64,
    /// Slope of the denominator.
    pub d: f64,
}

impl Curve {
    /// Returns the score at a weight.
    pub fn at(&self, x: f64) -> f64 {
        (self.a + self.b * x) / (self.c + self.d * x)
    }

    /// Returns where two scores cross between 0 and 1, and whether the first rises against the second.
    fn crossings(&self, other: &Self) -> Vec<(f64, bool)> {
        // Over the common denominator the difference is a quadratic.
        let q2 = self.b * other.d - other.b * self.d;
        let q1 = self.a * other.d + self.b * other.c - other.a * self.d - other.b * self.c;
        let q0 = self.a * other.c - other.a * self.c;
        let mut roots = vec![];
        if q2.abs() < PARALLEL {
            if q1.abs() >= PARALLEL {
                roots.push(-q0 / q1);
            }
        } else {
            let discriminant = q1 * q1 - 4.0 * q2 * q0;
            // Curves that only touch keep their order.
            if discriminant > 0.0 {
                // The sum that does not cancel, and Vieta's formula for the other root.
                let t = -0.5 * (q1 + discriminant.sqrt().copysign(q1));
                roots.extend([t / q2, q0 / t].into_iter().filter(|x| x.is_finite()));
            }
        }
        roots.retain(|x| (-SAME..=1.0 + SAME).contains(x));
        let rises = |x: &f64| 2.0 * q2 * x + q1 > 0.0;
        roots.into_iter().map(|x| (x, rises(&x))).collect()
    }
}

/// Finds the intervals of a weight from the scores of all places as functions of it, exactly.
///
/// # Errors
///
/// No places, a current weight outside 0 to 1.
pub fn on_curves(curves: &[Curve], current: f64) -> Result<Stability, RobustnessError> {
    if curves.is_empty() {
        return Err(RobustnessError::NoPlaces);
    }
    check_current(current)?;
    let scores: Vec<f64> = curves.iter().map(|curve| curve.at(current)).collect();
    let ranking = order(&scores, Best::Highest);
    let stays = |pairs: &[(usize, usize)]| {
        let mut stays = Interval {
            low: 0.0,
            high: 1.0,
        };
        let crossings = pairs
            .iter()
            .flat_map(|&(a, b)| curves[a].crossings(&curves[b]));
        for (at, rises) in crossings {
            let level_now = (at - current).abs() <= SAME;
            if at < current && !level_now || level_now && rises {
                stays.low = stays.low.max(at);
            } else {
                stays.high = stays.high.min(at);
            }
        }
        stays
    };
    let first: Vec<_> = ranking[1..]
        .iter()
        .map(|&other| (ranking[0], other))
        .collect();
    let neighbours: Vec<_> = ranking.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let ranks = (0..curves.len()).map(|place| {
        let others = (0..curves.len()).filter(|&other| other != place);
        let crossings = others.flat_map(|other| curves[place].crossings(&curves[other]));
        rank_stays(current, crossings.collect())
    });
    Ok(Stability {
        current,
        first: stays(&first),
        order: stays(&neighbours),
        ranks: ranks.collect(),
        pairs: neighbours.iter().map(|&pair| stays(&[pair])).collect(),
        ranking,
        how: How::Exact,
    })
}

/// Walks outwards over the crossings of one place until its rank is another one. Where as many
/// places fall behind as pass at one point, the rank goes on.
fn rank_stays(current: f64, mut crossings: Vec<(f64, bool)>) -> Interval {
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let up = crossings.iter().copied().filter(|c| c.0 >= current - SAME);
    let high = first_change(current, up, 1.0);
    // Downwards, a place that rises against another with the weight falls behind it.
    let down = crossings
        .iter()
        .rev()
        .copied()
        .filter(|c| c.0 <= current + SAME);
    let low = first_change(current, down.map(|(at, rises)| (at, !rises)), 0.0);
    Interval { low, high }
}

/// Returns where the number of places above changes for good; `end` if it does not.
fn first_change(current: f64, crossings: impl Iterator<Item = (f64, bool)>, end: f64) -> f64 {
    let (mut at, mut above) = (current, 0_i32);
    for (next, gains) in crossings {
        if (next - at).abs() > SAME && above != 0 {
            break;
        }
        let tied_now = (next - current).abs() <= SAME;
        // A place that is level now is not above, so leaving it behind changes no rank.
        above += match (gains, tied_now) {
            (true, true) => 0,
            (true, false) => -1,
            (false, _) => 1,
        };
        at = next;
    }
    if above == 0 { end } else { at.clamp(0.0, 1.0) }
}

/// How [`by_search`] looks for changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Steps from 0 to 1.
    pub steps: u32,
    /// Width at which bisection stops.
    pub tolerance: f64,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            steps: 100,
            tolerance: 1e-9,
        }
    }
}

/// Finds the intervals of a weight by search, for any way of scoring.
///
/// `scores` gives the scores of all places when the weight has a value; `None` where there are none,
/// which counts as a change.
///
/// # Errors
///
/// No scores at the current weight, no places, no steps, a current weight outside 0 to 1.
pub fn by_search(
    mut scores: impl FnMut(f64) -> Option<Vec<f64>>,
    current: f64,
    search: Search,
) -> Result<Stability, RobustnessError> {
    check_current(current)?;
    let (what, index) = ("number of steps or tolerance", 0);
    if search.steps == 0 || search.tolerance.is_nan() || search.tolerance <= 0.0 {
        let (value, need) = (
            search.tolerance,
            "at least one step and a positive tolerance",
        );
        return Err(RobustnessError::Value {
            what,
            index,
            value,
            need,
        });
    }
    let now = scores(current)
        .filter(|s| !s.is_empty())
        .ok_or(RobustnessError::NoPlaces)?;
    let ranking = order(&now, Best::Highest);
    let claims = claims(&now, &ranking);
    let step = 1.0 / f64::from(search.steps);
    let mut ends = [vec![0.0; claims.len()], vec![1.0; claims.len()]];
    for (ends, direction) in ends.iter_mut().zip([-step, step]) {
        let mut open: Vec<usize> = (0..claims.len()).collect();
        let mut from = current;
        while !open.is_empty() && (direction < 0.0 && from > 0.0 || direction > 0.0 && from < 1.0) {
            let to = (from + direction).clamp(0.0, 1.0);
            let there = scores(to);
            let (held, broken) = open
                .into_iter()
                .partition(|&c| claims[c].holds(there.as_deref()));
            open = held;
            for claim in broken {
                ends[claim] = bisect(&mut scores, &claims[claim], from, to, search.tolerance);
            }
            from = to;
        }
    }
    let mut found = ends[0]
        .iter()
        .zip(&ends[1])
        .map(|(&low, &high)| Interval { low, high });
    let mut next = || {
        found.next().unwrap_or(Interval {
            low: current,
            high: current,
        })
    };
    let (first, order) = (next(), next());
    let ranks = now.iter().map(|_| next()).collect();
    let pairs = ranking.iter().skip(1).map(|_| next()).collect();
    let how = How::Search {
        step,
        tolerance: search.tolerance,
    };
    Ok(Stability {
        current,
        ranking,
        first,
        order,
        ranks,
        pairs,
        how,
    })
}

/// Something that is true of the current ranking.
enum Claim {
    First(usize),
    Order(Vec<usize>),
    Rank(usize, usize),
}

impl Claim {
    fn holds(&self, scores: Option<&[f64]>) -> bool {
        let Some(scores) = scores else {
            return false;
        };
        let above = |place: usize| scores.iter().filter(|&&s| s > scores[place]).count();
        match self {
            Self::First(place) => above(*place) == 0,
            Self::Order(ranking) => ranking
                .windows(2)
                .all(|pair| scores[pair[0]] >= scores[pair[1]]),
            Self::Rank(place, rank) => above(*place) == *rank,
        }
    }
}

fn claims(now: &[f64], ranking: &[usize]) -> Vec<Claim> {
    let rank = |place: usize| now.iter().filter(|&&s| s > now[place]).count();
    let mut claims = vec![Claim::First(ranking[0]), Claim::Order(ranking.to_vec())];
    claims.extend((0..now.len()).map(|place| Claim::Rank(place, rank(place))));
    claims.extend(ranking.windows(2).map(|pair| Claim::Order(pair.to_vec())));
    claims
}

/// Narrows the point between `holds` and `fails` at which a claim stops to hold; returns the last
/// weight at which it does.
fn bisect(
    scores: &mut impl FnMut(f64) -> Option<Vec<f64>>,
    claim: &Claim,
    mut holds: f64,
    mut fails: f64,
    tolerance: f64,
) -> f64 {
    // Halving 1 sixty times reaches the spacing of floats, whatever the tolerance.
    for _ in 0..60 {
        if (fails - holds).abs() <= tolerance {
            break;
        }
        let middle = 0.5 * (holds + fails);
        if claim.holds(scores(middle).as_deref()) {
            holds = middle;
        } else {
            fails = middle;
        }
    }
    holds
}

fn check_current(value: f64) -> Result<(), RobustnessError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    let (what, need) = (
        "weight",
        "a weight among others that sum to one is from 0 to 1",
    );
    Err(RobustnessError::Value {
        what,
        index: 0,
        value,
        need,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(interval: Interval, low: f64, high: f64) -> bool {
        (interval.low - low).abs() < 1e-9 && (interval.high - high).abs() < 1e-9
    }

    #[test]
    fn two_places_change_order_where_their_lines_cross() {
        // Scores 1 - x and x cross at 1/2.
        let found = of_weight(&[vec![0.0, 1.0], vec![1.0, 0.0]], &[0.3, 0.7], 0).unwrap();
        assert!(is(found.first, 0.0, 0.5) && is(found.order, 0.0, 0.5));
        assert!(is(found.ranks[0], 0.0, 0.5) && is(found.pairs[0], 0.0, 0.5));
    }

    #[test]
    fn a_rank_outlives_the_order_when_two_places_swap_around_it() {
        // The middle place is passed by one and passes another at the same point, 0.6.
        let zero = [0.5, 0.8, 0.2];
        let one = [0.5, 0.3, 0.7];
        let found = on_line(&zero, &one, 0.1).unwrap();
        assert!(is(found.order, 0.0, 0.6), "{found:?}");
        assert!(is(found.ranks[0], 0.0, 1.0), "{found:?}");
        assert!(is(found.ranks[1], 0.0, 0.6), "{found:?}");
    }

    #[test]
    fn a_tie_now_ends_where_it_stands_on_the_side_that_breaks_it() {
        // Level at the current weight; the second rises above with the weight.
        let found = on_line(&[0.5, 0.4], &[0.5, 0.6], 0.5).unwrap();
        assert!(
            is(found.ranks[0], 0.0, 0.5) && is(found.ranks[1], 0.5, 1.0),
            "{found:?}"
        );
        assert!(is(found.first, 0.0, 0.5));
    }

    #[test]
    fn curves_that_cross_twice_bound_an_interval_on_both_sides() {
        // x / (0.5 + x) against (0.1 + x) / (0.9 + x): level where 0.3 x = 0.05, and by a quadratic
        // against 0.3 + 0.3 x.
        let hyperbola = Curve {
            a: 0.0,
            b: 1.0,
            c: 0.5,
            d: 1.0,
        };
        let line = Curve {
            a: 0.3,
            b: 0.3,
            c: 1.0,
            d: 0.0,
        };
        // x = (0.3 + 0.3 x)(0.5 + x): 0.3 x^2 - 0.55 x + 0.15 = 0.
        let (low, high) = (
            (0.55 - 0.1225_f64.sqrt()) / 0.6,
            (0.55 + 0.1225_f64.sqrt()) / 0.6,
        );
        let found = on_curves(&[hyperbola, line], 0.6).unwrap();
        assert_eq!(found.ranking, [0, 1]);
        assert!(is(found.first, low, high.min(1.0)), "{found:?}");
        let same = by_search(
            |x| Some(vec![hyperbola.at(x), line.at(x)]),
            0.6,
            Search::default(),
        );
        assert!((same.unwrap().first.low - low).abs() < 1e-8);
    }

    #[test]
    fn a_place_alone_is_first_whatever_its_weights() {
        let found = of_weight(&[vec![0.4, 0.1]], &[1.0, 1.0], 1).unwrap();
        assert!(is(found.first, 0.0, 1.0) && is(found.ranks[0], 0.0, 1.0));
        assert!(found.pairs.is_empty());
    }

    #[test]
    fn search_agrees_with_the_closed_form_and_says_that_it_searched() {
        let (zero, one) = ([0.5, 0.8, 0.2, 0.35], [0.55, 0.3, 0.7, 0.1]);
        let exact = on_line(&zero, &one, 0.3).unwrap();
        let score = |x: f64| {
            Some(
                zero.iter()
                    .zip(&one)
                    .map(|(a, b)| a + x * (b - a))
                    .collect(),
            )
        };
        let found = by_search(score, 0.3, Search::default()).unwrap();
        assert!(matches!(found.how, How::Search { .. }));
        assert!(is(found.first, exact.first.low, exact.first.high));
        assert!(is(found.order, exact.order.low, exact.order.high));
        for (a, b) in found.ranks.iter().zip(&exact.ranks) {
            assert!(is(*a, b.low, b.high), "{a:?} {b:?}");
        }
        for (a, b) in found.pairs.iter().zip(&exact.pairs) {
            assert!(is(*a, b.low, b.high), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_weight_at_which_nothing_can_be_scored_is_a_change() {
        let score = |x: f64| (x < 0.75).then(|| vec![1.0, 0.0]);
        let found = by_search(score, 0.5, Search::default()).unwrap();
        assert!(is(found.first, 0.0, 0.75), "{found:?}");
    }

    #[test]
    fn weights_outside_their_range_are_refused() {
        assert!(on_line(&[1.0], &[1.0], 1.2).is_err());
        assert!(on_line(&[], &[], 0.2).is_err());
        assert!(of_weight(&[vec![1.0]], &[1.0], 3).is_err());
        assert!(by_search(|_| None, 0.5, Search::default()).is_err());
    }
}
