//! Scores of many draws at once.
//!
//! A [`BatchScorer`] takes the weights of eight draws and fills the scores of all places under each
//! of them. How places are then ranked and counted is the same for every method. A method that has
//! no batch form of its own is drawn one at a time by [`OneByOne`].

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

use super::RobustnessError;
use crate::num::float;
use crate::num::lanes::{self, LANES, Lane};

/// Places that are scored side by side, so that weights are loaded once for all of them: as many as leave the sums of
/// eight draws in registers.
const PANEL: usize = 5;
/// Panels of [`Topsis`]: two places, with their distances to the best and to the worst.
const PAIR: usize = 4;

/// Scores all places under a block of draws.
pub trait BatchScorer: Sync {
    /// Returns the number of places.
    fn places(&self) -> usize;

    /// Returns the number of weights a draw has.
    fn leaves(&self) -> usize;

    /// Returns the number of standard normal numbers a draw has besides the weights.
    fn normals(&self) -> usize {
        0
    }

    /// Returns the number of uniform numbers a draw has besides.
    fn uniforms(&self) -> usize {
        0
    }

    /// Returns the lowest and the highest score that a place can have under any draw.
    ///
    /// It sets the resolution of score quantiles and of the fast ranking. A score beyond it is
    /// ranked correctly but counted at the end of the range.
    fn range(&self, place: usize) -> (f64, f64);

    /// Tells whether every place has a finite score under every draw. Draws in which a place has
    /// none are counted as undefined and nothing else is counted of them.
    fn always_defined(&self) -> bool {
        false
    }

    /// Tells whether a draw takes so long that people want to see how far a run is within a block.
    fn is_slow(&self) -> bool {
        false
    }

    /// Fills `out`, one row per place, from `weights`: one row per weight, then one per normal and
    /// one per uniform number. Every draw's score depends on its own lane alone. Higher is better.
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]);
}

/// Rows of so many places, read together with one row of weights.
#[derive(Debug, Clone)]
struct Panel<const P: usize = PANEL> {
    cells: Vec<[f64; P]>,
    /// The places these are, in the first positions; the rest of the panel is empty.
    places: Vec<usize>,
}

impl<const P: usize> Panel<P> {
    /// Cuts places into panels; `cell` gives the number of a place and a leaf.
    fn cut(places: &[usize], leaves: usize, cell: impl Fn(usize, usize) -> f64) -> Vec<Self> {
        let panels = places.chunks(P).map(|chunk| {
            let at = |leaf, slot| chunk.get(slot).map_or(0.0, |&place| cell(place, leaf));
            let row = |leaf| std::array::from_fn(|slot| at(leaf, slot));
            Self {
                cells: (0..leaves).map(row).collect(),
                places: chunk.to_vec(),
            }
        });
        panels.collect()
    }

    /// Sums cells times `f` of the weights, leaf after leaf.
    #[inline(always)]
    fn dot(&self, weights: &[Lane], f: impl Fn(f64) -> f64) -> [Lane; P] {
        let mut sums = [[0.0; LANES]; P];
        for (row, cells) in weights.iter().zip(&self.cells) {
            let row = lanes::map(*row, &f);
            for (sum, &cell) in sums.iter_mut().zip(cells) {
                for lane in 0..LANES {
                    sum[lane] += row[lane] * cell;
                }
            }
        }
        sums
    }
}

/// The weighted sum.
///
/// A place without a figure for a leaf is scored by the others, their weights scaled up anew in
/// every draw. Where those weights are all zero, the draw is undefined.
#[derive(Debug, Clone)]
pub struct Additive {
    groups: Vec<Pattern>,
    leaves: usize,
    ranges: Vec<(f64, f64)>,
}

/// Places that lack the same figures.
#[derive(Debug, Clone)]
struct Pattern {
    /// Leaves that are present; `None` for all.
    present: Option<Vec<usize>>,
    panels: Vec<Panel>,
}

impl Additive {
    /// Prepares complete rows, one per place, one value per leaf.
    pub fn new(values: &[Vec<f64>]) -> Result<Self, RobustnessError> {
        let rows: Vec<Vec<Option<f64>>> = values
            .iter()
            .map(|row| row.iter().copied().map(Some).collect())
            .collect();
        Self::with_missing(&rows)
    }

    /// Prepares rows with missing values, which are not zeros.
    pub fn with_missing(values: &[Vec<Option<f64>>]) -> Result<Self, RobustnessError> {
        let leaves = check_rows(values)?;
        let mut patterns: Vec<(Vec<bool>, Vec<usize>)> = vec![];
        for (place, row) in values.iter().enumerate() {
            let mask: Vec<bool> = row.iter().map(Option::is_some).collect();
            match patterns.iter_mut().find(|(known, _)| *known == mask) {
                Some((_, places)) => places.push(place),
                None => patterns.push((mask, vec![place])),
            }
        }
        let cell = |place: usize, leaf: usize| values[place][leaf].unwrap_or(0.0);
        let groups = patterns.into_iter().map(|(mask, places)| Pattern {
            present: mask
                .contains(&false)
                .then(|| (0..leaves).filter(|&leaf| mask[leaf]).collect()),
            panels: Panel::cut(&places, leaves, cell),
        });
        let ranges = values
            .iter()
            .map(|row| extent(row.iter().copied().flatten()));
        Ok(Self {
            groups: groups.collect(),
            leaves,
            ranges: ranges.collect(),
        })
    }
}

impl BatchScorer for Additive {
    fn places(&self) -> usize {
        self.ranges.len()
    }

    fn leaves(&self) -> usize {
        self.leaves
    }

    fn range(&self, place: usize) -> (f64, f64) {
        self.ranges[place]
    }

    fn always_defined(&self) -> bool {
        self.groups.iter().all(|group| group.present.is_none())
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        for group in &self.groups {
            let present = group.present.as_ref().map(|leaves| {
                let mut total = [0.0; LANES];
                for &leaf in leaves {
                    for lane in 0..LANES {
                        total[lane] += weights[leaf][lane];
                    }
                }
                total
            });
            for panel in &group.panels {
                let sums = panel.dot(weights, |w| w);
                for (&place, mut sum) in panel.places.iter().zip(sums) {
                    if let Some(total) = &present {
                        for lane in 0..LANES {
                            sum[lane] /= total[lane];
                        }
                    }
                    out[place] = sum;
                }
            }
        }
    }
}

/// The weighted sum of values that are known up to independent, normally distributed errors.
///
/// The error of a weighted sum is normal with variance sum of weight² times variance, so one normal
/// number per place does for all its values, exactly.
#[derive(Debug, Clone)]
pub struct Noisy {
    mean: Additive,
    variances: Vec<Panel>,
    spread: f64,
}

impl Noisy {
    /// Prepares rows of values and of the standard deviations of their errors.
    pub fn new(values: &[Vec<f64>], errors: &[Vec<f64>]) -> Result<Self, RobustnessError> {
        let mean = Additive::new(values)?;
        let what = "rows of errors";
        let (expected, found) = (values.len(), errors.len());
        if expected != found {
            return Err(RobustnessError::Length {
                what,
                expected,
                found,
            });
        }
        let mut spread = 0.0_f64;
        for row in errors {
            let (expected, found) = (mean.leaves, row.len());
            if expected != found {
                let what = "errors of a place";
                return Err(RobustnessError::Length {
                    what,
                    expected,
                    found,
                });
            }
            for (index, &value) in row.iter().enumerate() {
                if !(value.is_finite() && value >= 0.0) {
                    let need = "the size of an error is a finite number of at least 0";
                    return Err(RobustnessError::Value {
                        what: "error",
                        index,
                        value,
                        need,
                    });
                }
                spread = spread.max(value);
            }
        }
        let places: Vec<usize> = (0..values.len()).collect();
        let variance = |place: usize, leaf: usize| errors[place][leaf] * errors[place][leaf];
        let variances = Panel::cut(&places, mean.leaves, variance);
        Ok(Self {
            mean,
            variances,
            spread,
        })
    }
}

impl BatchScorer for Noisy {
    fn places(&self) -> usize {
        self.mean.places()
    }

    fn leaves(&self) -> usize {
        self.mean.leaves
    }

    fn normals(&self) -> usize {
        self.places()
    }

    fn range(&self, place: usize) -> (f64, f64) {
        // Normal numbers made from 52 random bits do not reach 8.5 (see `LaneRng::normals`).
        let (low, high) = self.mean.range(place);
        (low - 8.5 * self.spread, high + 8.5 * self.spread)
    }

    fn always_defined(&self) -> bool {
        true
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        let (weights, normals) = weights.split_at(self.mean.leaves.min(weights.len()));
        self.mean.score_block(weights, out);
        for panel in &self.variances {
            for (&place, variance) in panel.places.iter().zip(panel.dot(weights, |w| w * w)) {
                for lane in 0..LANES {
                    out[place][lane] += normals[place][lane] * variance[lane].sqrt();
                }
            }
        }
    }
}

/// The weighted geometric mean of positive values.
#[derive(Debug, Clone)]
pub struct Geometric {
    logarithms: Additive,
    ranges: Vec<(f64, f64)>,
}

impl Geometric {
    /// Prepares complete rows of positive values.
    pub fn new(values: &[Vec<f64>]) -> Result<Self, RobustnessError> {
        let rows: Vec<Vec<Option<f64>>> = values
            .iter()
            .map(|row| row.iter().copied().map(Some).collect())
            .collect();
        Self::with_missing(&rows)
    }

    /// Prepares rows of positive values with missing ones, whose weight goes to the others.
    pub fn with_missing(values: &[Vec<Option<f64>>]) -> Result<Self, RobustnessError> {
        check_rows(values)?;
        for row in values {
            for (index, cell) in row.iter().enumerate() {
                if let Some(value) = *cell
                    && value <= 0.0
                {
                    let need = "a geometric mean takes positive values: move the scale off zero";
                    return Err(RobustnessError::Value {
                        what: "value",
                        index,
                        value,
                        need,
                    });
                }
            }
        }
        let logarithms: Vec<Vec<Option<f64>>> = values
            .iter()
            .map(|row| row.iter().map(|c| c.map(float::ln)).collect())
            .collect();
        let ranges = values
            .iter()
            .map(|row| extent(row.iter().copied().flatten()))
            .collect();
        Ok(Self {
            logarithms: Additive::with_missing(&logarithms)?,
            ranges,
        })
    }
}

impl BatchScorer for Geometric {
    fn places(&self) -> usize {
        self.ranges.len()
    }

    fn leaves(&self) -> usize {
        self.logarithms.leaves
    }

    fn range(&self, place: usize) -> (f64, f64) {
        self.ranges[place]
    }

    fn always_defined(&self) -> bool {
        self.logarithms.always_defined()
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        self.logarithms.score_block(weights, out);
        for row in out {
            // The limits inside `exp` would turn an undefined score into a number.
            let undefined = *row;
            *row = lanes::exp(*row);
            for lane in 0..LANES {
                row[lane] = if undefined[lane].is_nan() {
                    f64::NAN
                } else {
                    row[lane]
                };
            }
        }
    }
}

/// TOPSIS (Hwang and Yoon 1981): nearness to the best and distance from the worst of each column.
///
/// Both distances are sums of weight² times fixed squares, so a draw costs two weighted sums. Where
/// all places are alike (or there is one), nothing is near or far and the draw is undefined.
#[derive(Debug, Clone)]
pub struct Topsis {
    /// In each panel, the squares to the best of two places, then those to the worst.
    panels: Vec<Panel<PAIR>>,
    places: usize,
    leaves: usize,
}

impl Topsis {
    /// Prepares rows that are already normalised (by the vector norm in the textbook method);
    /// `lower_is_better` says so for each leaf.
    pub fn new(values: &[Vec<f64>], lower_is_better: &[bool]) -> Result<Self, RobustnessError> {
        let rows: Vec<Vec<Option<f64>>> = values
            .iter()
            .map(|row| row.iter().copied().map(Some).collect())
            .collect();
        let leaves = check_rows(&rows)?;
        if lower_is_better.len() != leaves {
            return Err(RobustnessError::Length {
                what: "directions of leaves",
                expected: leaves,
                found: lower_is_better.len(),
            });
        }
        let ideal: Vec<(f64, f64)> = (0..leaves)
            .map(|leaf| {
                let (low, high) = extent(values.iter().map(|row| row[leaf]));
                if lower_is_better[leaf] {
                    (low, high)
                } else {
                    (high, low)
                }
            })
            .collect();
        let slots: Vec<usize> = (0..2 * values.len()).collect();
        let panels = slots.chunks(PAIR).map(|pair| {
            let places: Vec<usize> = pair.iter().step_by(2).map(|slot| slot / 2).collect();
            let square = |leaf: usize, slot: usize| {
                let Some(&place) = places.get(slot % 2) else {
                    return 0.0;
                };
                let (best, worst) = ideal[leaf];
                let distance = values[place][leaf] - if slot < 2 { best } else { worst };
                distance * distance
            };
            let cells = (0..leaves).map(|leaf| std::array::from_fn(|slot| square(leaf, slot)));
            Panel {
                cells: cells.collect(),
                places: places.clone(),
            }
        });
        Ok(Self {
            panels: panels.collect(),
            places: values.len(),
            leaves,
        })
    }
}

impl BatchScorer for Topsis {
    fn places(&self) -> usize {
        self.places
    }

    fn leaves(&self) -> usize {
        self.leaves
    }

    fn range(&self, _place: usize) -> (f64, f64) {
        (0.0, 1.0)
    }

    #[inline(always)]
    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        for panel in &self.panels {
            let [best_0, best_1, worst_0, worst_1] = panel.dot(weights, |w| w * w);
            let distances = [(best_0, worst_0), (best_1, worst_1)];
            for (&place, (best, worst)) in panel.places.iter().zip(distances) {
                for lane in 0..LANES {
                    let (near, far) = (best[lane].sqrt(), worst[lane].sqrt());
                    out[place][lane] = far / (near + far);
                }
            }
        }
    }
}

/// Any method that scores one draw at a time, such as a script.
#[derive(Debug, Clone)]
pub struct OneByOne<F> {
    /// Lowest and highest score of each place; see [`BatchScorer::range`].
    pub ranges: Vec<(f64, f64)>,
    /// Number of weights.
    pub leaves: usize,
    /// Fills the scores of all places from the weights of one draw; NaN where there is none.
    pub score: F,
}

impl<F: Fn(&[f64], &mut [f64]) + Sync> BatchScorer for OneByOne<F> {
    fn places(&self) -> usize {
        self.ranges.len()
    }

    fn leaves(&self) -> usize {
        self.leaves
    }

    fn range(&self, place: usize) -> (f64, f64) {
        self.ranges[place]
    }

    fn score_block(&self, weights: &[Lane], out: &mut [Lane]) {
        let (mut draw, mut scores) = (vec![0.0; weights.len()], vec![0.0; out.len()]);
        for lane in 0..LANES {
            draw.iter_mut()
                .zip(weights)
                .for_each(|(w, row)| *w = row[lane]);
            (self.score)(&draw, &mut scores);
            out.iter_mut()
                .zip(&scores)
                .for_each(|(row, &score)| row[lane] = score);
        }
    }
}

/// Returns the scores of one set of weights (and normal numbers, if any).
pub fn score_once<S: BatchScorer + ?Sized>(scorer: &S, weights: &[f64]) -> Vec<f64> {
    let rows: Vec<Lane> = weights.iter().map(|&w| [w; LANES]).collect();
    let mut out = vec![[0.0; LANES]; scorer.places()];
    scorer.score_block(&rows, &mut out);
    out.iter().map(|row| row[0]).collect()
}

/// Returns the lowest and the highest of finite values; 0 and 0 of nothing.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(v), high.max(v))
    });
    if low <= high { (low, high) } else { (0.0, 0.0) }
}

/// Checks that rows have one length, at least one leaf, and finite values; returns the leaves.
fn check_rows(values: &[Vec<Option<f64>>]) -> Result<usize, RobustnessError> {
    let expected = values.first().ok_or(RobustnessError::NoPlaces)?.len();
    if expected == 0 {
        return Err(RobustnessError::NoCriteria);
    }
    for row in values {
        if row.len() != expected {
            let what = "values of a place";
            return Err(RobustnessError::Length {
                what,
                expected,
                found: row.len(),
            });
        }
        for (index, cell) in row.iter().enumerate() {
            if let Some(value) = *cell
                && !value.is_finite()
            {
                let need = "a value is a finite number, or missing";
                return Err(RobustnessError::Value {
                    what: "value",
                    index,
                    value,
                    need,
                });
            }
        }
    }
    Ok(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn the_weights_of_missing_values_go_to_the_others() {
        let rows = [
            vec![Some(1.0), None, Some(0.0)],
            vec![Some(0.5), Some(0.25), Some(1.0)],
        ];
        let scores = score_once(&Additive::with_missing(&rows).unwrap(), &[0.3, 0.5, 0.2]);
        assert!(close(scores[0], 0.3 / 0.5), "{scores:?}");
        assert!(close(scores[1], 0.15 + 0.125 + 0.2), "{scores:?}");
    }

    #[test]
    fn a_place_whose_present_leaves_weigh_nothing_has_no_score() {
        let rows = [vec![Some(1.0), None], vec![Some(0.5), Some(0.25)]];
        let additive = score_once(&Additive::with_missing(&rows).unwrap(), &[0.0, 1.0]);
        let geometric = score_once(&Geometric::with_missing(&rows).unwrap(), &[0.0, 1.0]);
        assert!(additive[0].is_nan() && close(additive[1], 0.25));
        assert!(geometric[0].is_nan() && close(geometric[1], 0.25));
    }

    #[test]
    fn the_geometric_mean_of_a_constant_row_is_the_constant() {
        let rows = [vec![0.3; 5], vec![2.0, 8.0, 1.0, 1.0, 1.0]];
        let scores = score_once(&Geometric::new(&rows).unwrap(), &[0.5, 0.5, 0.0, 0.0, 0.0]);
        assert!(close(scores[0], 0.3) && close(scores[1], 4.0), "{scores:?}");
    }

    #[test]
    fn the_geometric_mean_refuses_zero() {
        let error = Geometric::new(&[vec![0.5, 0.0]]).unwrap_err();
        assert!(
            matches!(error, RobustnessError::Value { index: 1, .. }),
            "{error}"
        );
    }

    #[test]
    fn topsis_measures_from_the_best_and_the_worst_of_each_direction() {
        // The first is best in both columns, the second worst, the third half-way in both.
        let rows = [vec![1.0, 0.0], vec![0.0, 1.0], vec![0.5, 0.5]];
        let topsis = Topsis::new(&rows, &[false, true]).unwrap();
        let scores = score_once(&topsis, &[0.7, 0.3]);
        assert!(close(scores[0], 1.0) && close(scores[1], 0.0) && close(scores[2], 0.5));
    }

    #[test]
    fn errors_shift_a_score_by_their_weighted_spread() {
        let noisy = Noisy::new(&[vec![0.5, 0.5]], &[vec![0.3, 0.4]]).unwrap();
        let scores = score_once(&noisy, &[0.5, 0.5, 2.0]);
        assert!(close(scores[0], 0.5 + 2.0 * 0.25), "{scores:?}");
    }

    #[test]
    fn rows_that_do_not_fit_are_refused() {
        assert_eq!(Additive::new(&[]).unwrap_err(), RobustnessError::NoPlaces);
        assert_eq!(
            Additive::new(&[vec![]]).unwrap_err(),
            RobustnessError::NoCriteria
        );
        assert!(Additive::new(&[vec![1.0], vec![1.0, 2.0]]).is_err());
        assert!(Additive::new(&[vec![f64::NAN]]).is_err());
        assert!(Noisy::new(&[vec![1.0]], &[vec![-1.0]]).is_err());
    }
}
