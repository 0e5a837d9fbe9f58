//! The committed pipeline: projects with a size, a due date, a chance of completion and a slip.
//!
//! For deadlines within about two years it says more than any trend: what stands on a site by then is
//! known by name.

use crate::num::float;
use std::collections::BTreeMap;

/// Totals are kept to this share of a unit, so that equal sums of sizes are one total.
const RESOLUTION: f64 = 1e-9;

/// Beyond so many different totals they are put on a grid.
const TOTALS: usize = 1 << 18;

/// A committed project.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    /// Name for people.
    pub id: String,
    /// What it adds.
    pub size: f64,
    /// When it is due, as a decimal year.
    pub due: f64,
    /// Probability that it is completed at all, 0 to 1.
    pub completes: f64,
    /// Years of delay, each with its probability; they sum to 1.
    pub slip: Vec<(f64, f64)>,
}

impl Committed {
    /// Returns the probability that the project is there by a date, if all projects slip by `common`
    /// years on top of their own delay.
    pub fn delivered_by(&self, date: f64, common: f64) -> f64 {
        let in_time = self.slip.iter().filter(|(years, _)| {
            // A slip of exactly the time left is in time, whatever the last digit says.
            self.due + years + common <= date + 1e-12
        });
        self.completes * float::sum(in_time.map(|(_, p)| *p))
    }
}

/// The stock at a date, as a distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    /// Probability of each project to be there.
    pub projects: Vec<f64>,
    /// Mean of the total.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Totals that are reached with probability 90, 50 and 10 %, lowest first: the smallest value whose
    /// cumulative probability is at least 10, 50 and 90 %.
    pub quantiles: [f64; 3],
    /// Probability that the total is at least the target.
    pub probability: f64,
    /// Step of the grid, where there were too many totals to keep apart.
    pub grid: Option<f64>,
}

/// Adds the projects to the current stock, each there or not by the date, independently of one another.
///
/// The sum is exact: totals are convolved one project at a time, and equal totals are one. Only past a
/// quarter of a million different totals they are put on a grid, whose step is then stated.
pub fn delivered(
    current: f64,
    projects: &[Committed],
    date: f64,
    target: f64,
    common_slip: f64,
) -> Delivered {
    let chances: Vec<f64> = projects
        .iter()
        .map(|p| p.delivered_by(date, common_slip))
        .collect();
    let parts = || projects.iter().zip(&chances);
    let mean = current + float::sum(parts().map(|(j, p)| j.size * p));
    let variance = float::sum(parts().map(|(j, p)| j.size * j.size * p * (1.0 - p)));
    let (totals, grid) = convolve(current, projects, &chances);
    let mut cumulated = 0.0;
    let mut quantiles = [f64::NAN; 3];
    for &(total, p) in &totals {
        cumulated += p;
        for (quantile, level) in quantiles.iter_mut().zip([0.1, 0.5, 0.9]) {
            if quantile.is_nan() && cumulated >= level - 1e-12 {
                *quantile = total;
            }
        }
    }
    let step = grid.unwrap_or(RESOLUTION);
    let reaching = totals.iter().filter(|(total, _)| *total >= target - step);
    Delivered {
        mean,
        sd: variance.sqrt(),
        quantiles,
        probability: float::sum(reaching.map(|(_, p)| *p)).min(1.0),
        grid,
        projects: chances,
    }
}

/// Returns the totals in ascending order with their probabilities.
fn convolve(
    current: f64,
    projects: &[Committed],
    chances: &[f64],
) -> (Vec<(f64, f64)>, Option<f64>) {
    // Keys are whole multiples of the resolution, so that 0.1 + 0.2 and 0.3 are one total.
    let key = |total: f64, step: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "sizes are checked to be small"
        )]
        let key = (total / step).round() as i64;
        key
    };
    let mut step = RESOLUTION;
    let mut grid = None;
    let mut totals: BTreeMap<i64, f64> = BTreeMap::from([(key(current, step), 1.0)]);
    for (project, &chance) in projects.iter().zip(chances) {
        let size = key(project.size, step);
        let mut next: BTreeMap<i64, f64> = BTreeMap::new();
        for (&total, &p) in &totals {
            for (total, p) in [(total, p * (1.0 - chance)), (total + size, p * chance)] {
                if p > 0.0 {
                    *next.entry(total).or_default() += p;
                }
            }
        }
        if next.len() > TOTALS {
            let factor = 1 << 10;
            let coarse = next.iter().fold(BTreeMap::new(), |mut all, (total, p)| {
                *all.entry((total + factor / 2).div_euclid(factor))
                    .or_default() += *p;
                all
            });
            next = coarse;
            step *= 1024.0;
            grid = Some(step);
        }
        totals = next;
    }
    let totals = totals
        .into_iter()
        .map(|(total, p)| (total as f64 * step, p))
        .collect();
    (totals, grid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(size: f64, completes: f64) -> Committed {
        Committed {
            id: String::new(),
            size,
            due: 2025.0,
            completes,
            slip: vec![(0.0, 1.0)],
        }
    }

    #[test]
    fn nothing_committed_leaves_the_stock_as_it_is() {
        let sum = delivered(71.5, &[], 2026.0, 70.0, 0.0);
        assert_eq!(
            (sum.mean.to_bits(), sum.sd.to_bits()),
            (71.5_f64.to_bits(), 0)
        );
        assert!((sum.probability - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_common_slip_past_the_date_delivers_nothing() {
        let all = [project(10.0, 1.0), project(5.0, 0.5)];
        let late = delivered(1.0, &all, 2025.5, 10.0, 1.0);
        assert!((late.mean - 1.0).abs() < 1e-12 && late.probability < 1e-12);
    }

    /// Three thousand projects of one size are a binomial distribution.
    #[test]
    fn many_equal_projects_are_binomial() {
        let all = vec![project(0.1, 0.5); 3000];
        let sum = delivered(0.0, &all, 2026.0, 150.0, 0.0);
        assert!((sum.mean - 150.0).abs() < 1e-9 && sum.grid.is_none());
        // By symmetry P(X >= n/2) = (1 + P(X = n/2)) / 2, and P(X = n/2) is about sqrt(2 / (pi n)).
        let centre = (2.0 / (std::f64::consts::PI * 3000.0)).sqrt();
        assert!((sum.probability - f64::midpoint(1.0, centre)).abs() < 1e-5);
        assert!((sum.quantiles[1] - 150.0).abs() < 1e-9);
    }

    #[test]
    fn sizes_without_common_measure_go_on_a_grid_that_is_stated() {
        let all: Vec<Committed> = (1..=24)
            .map(|n| project(f64::from(n).sqrt(), 0.5))
            .collect();
        let sum = delivered(0.0, &all, 2026.0, 40.0, 0.0);
        let total: f64 = float::sum(all.iter().map(|p| p.size));
        assert!(sum.grid.is_some_and(|step| step < 1e-2), "{:?}", sum.grid);
        assert!((sum.quantiles[1] - total / 2.0).abs() < 0.1);
    }
}
