//! How a column looks: coverage, outliers, equal values.

use super::{Limits, View};
use crate::model::{Cell, NodeIx};
use crate::num::stats;
use crate::prepare::Treat;
use crate::prepare::winsorise::Winsorise;

/// How the figures of a leaf look, over the judged places.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Places that hold a figure of their own.
    pub held: usize,
    /// Places for which there could be one.
    pub applicable: usize,
    /// Gaps that were filled.
    pub filled: usize,
    /// Skewness of the figures as they go into treatment (sample estimator, type 2).
    pub skewness: Option<f64>,
    /// Excess kurtosis of the same (sample estimator, type 2).
    pub kurtosis: Option<f64>,
    /// What outliers there are, if skewness and kurtosis say so and the scale does not pull them in.
    pub outliers: Option<Outliers>,
    /// The treatment in force did this, in words; empty for nothing.
    pub treatment: String,
    /// The value that most places share, with their share of the figures; none where all differ.
    pub common: Option<(f64, f64)>,
    /// Whether all places are equal.
    pub constant: bool,
    /// Places beyond an end of the scale.
    pub clamped: usize,
}

/// The outliers of a column, and what winsorising would do about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Outliers {
    /// Places whose value would be pulled in, by position in the league; none where the column would
    /// become a logarithm.
    pub places: Vec<usize>,
    /// What would be done, in words.
    pub remedy: String,
}

impl Shape {
    /// Returns the share of applicable places that hold a figure; 1 where none is applicable.
    pub fn coverage(&self) -> f64 {
        if self.applicable == 0 {
            return 1.0;
        }
        self.held as f64 / self.applicable as f64
    }
}

pub(super) fn shape(view: &View<'_>, at: NodeIx, limits: &Limits) -> Shape {
    let Some(stages) = view.board.leaves.get(&at) else {
        return Shape::default();
    };
    let raw = |&&place: &&usize| stages.raw.cell(place);
    let applicable = view.judged.iter().filter(|p| raw(p) != Cell::NotApplicable);
    let held = view.judged.iter().filter(|p| raw(p).value().is_some());
    let figures = stages.imputed.pick(view.judged);
    let numbers = figures.numbers();
    let (skewness, kurtosis) = (stats::skewness(&numbers), stats::kurtosis(&numbers));
    // Where the scale itself pulls outliers in (a logarithm, ranks), the scores show none.
    let scores = stages.normalised.pick(view.judged).numbers();
    let passes_on = !stages.treatment.is_empty() || is_skewed(&scores, limits);
    let skewed = is_skewed(&numbers, limits) && passes_on;
    let remedy = Winsorise {
        skewness: limits.skewness,
        kurtosis: limits.kurtosis,
        ..Winsorise::default()
    };
    let outliers = skewed.then(|| remedy.treat(&figures).ok()).flatten();
    Shape {
        held: held.count(),
        applicable: applicable.count(),
        filled: stages.filled.len(),
        skewness,
        kurtosis,
        outliers: outliers.map(|treated| Outliers {
            places: treated
                .changed
                .iter()
                .map(|&row| view.judged[row])
                .collect(),
            remedy: treated.what,
        }),
        treatment: stages.treatment.clone(),
        common: common(&numbers),
        constant: stages.constant,
        clamped: stages.clamped.len(),
    }
}

fn is_skewed(numbers: &[f64], limits: &Limits) -> bool {
    let skewed = stats::skewness(numbers).is_some_and(|s| s.abs() > limits.skewness);
    skewed && stats::kurtosis(numbers).is_some_and(|k| k > limits.kurtosis)
}

/// Returns the value that occurs most often, with its share; the lowest of several.
fn common(numbers: &[f64]) -> Option<(f64, f64)> {
    let sorted = stats::sorted(numbers);
    let mut best: Option<(f64, usize)> = None;
    for run in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
        if run.len() > best.map_or(1, |(_, count)| count) {
            best = Some((run[0], run.len()));
        }
    }
    best.map(|(value, count)| (value, count as f64 / sorted.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_that_most_share_is_named() {
        assert_eq!(common(&[3.0, 0.0, 0.0, 5.0]), Some((0.0, 0.5)));
        assert_eq!(common(&[3.0, 1.0]), None);
    }
}
