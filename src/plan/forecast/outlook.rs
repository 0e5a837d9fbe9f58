//! What a model says of a target, and how it would have done before.

use super::{Link, Model, Points, walk};
use crate::num::{float, stats};

/// Dates further away than this are not given: no series of eight figures carries that far.
pub const HORIZON: f64 = 30.0;

/// A two-sided band around a median.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The median.
    pub median: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Band {
    /// Reads a model at a date.
    pub fn at(model: &Model, date: f64, level: f64) -> Self {
        let (low, high) = model.interval(date, level);
        Self {
            median: model.median(date),
            low,
            high,
        }
    }
}

/// What a model says of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// The stock at the target's date.
    pub band: Band,
    /// Probability that the stock is at least the target at its date.
    pub probability: f64,
    /// Dates at which that probability passes 10, 50 and 90 %; none within thirty years.
    pub dates: [Option<f64>; 3],
}

/// Asks a model about a target at a date after the last figure.
pub fn outlook(model: &Model, target: f64, date: f64, level: f64) -> Outlook {
    Outlook {
        band: Band::at(model, date, level),
        probability: model.probability(date, target),
        dates: [0.1, 0.5, 0.9].map(|p| model.date(p, target, HORIZON)),
    }
}

/// What a target asks for, whatever any model says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Required {
    /// Distance from the last figure; negative where the target is passed already.
    pub gap: f64,
    /// Years left.
    pub years: f64,
    /// Growth a year on the log scale.
    pub log_growth: f64,
    /// Growth a year as a share.
    pub cagr: f64,
}

/// Returns what a target asks for from the last figure on.
pub fn required(last: (f64, f64), target: f64, date: f64) -> Required {
    let years = date - last.0;
    let log_growth = float::ln(target / last.1) / years;
    Required {
        gap: target - last.1,
        years,
        log_growth,
        cagr: float::exp(log_growth) - 1.0,
    }
}

/// How the random walk would have done: from each earlier figure on, the next one forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backtest {
    /// Number of forecasts.
    pub origins: usize,
    /// How many of them held the figure that came.
    pub covered: usize,
    /// Median of the absolute error of the median, as a share of the figure that came.
    pub median_error: f64,
}

/// Forecasts each figure from the third on by those before it; nothing below five figures.
pub fn backtest(points: &Points, link: Link, level: f64) -> Option<Backtest> {
    let n = points.x.len();
    if n < 5 {
        return None;
    }
    let forecasts = (3..n).filter_map(|m| {
        let past = Points {
            x: points.x[..m].to_vec(),
            y: points.y[..m].to_vec(),
        };
        let model = walk::drift(&past, link)?;
        let (date, came) = (points.x[m], points.y[m]);
        let band = Band::at(&model, date, level);
        let held = band.low <= came && came <= band.high;
        Some((held, (band.median / came - 1.0).abs()))
    });
    let forecasts: Vec<(bool, f64)> = forecasts.collect();
    let errors: Vec<f64> = forecasts.iter().map(|f| f.1).collect();
    Some(Backtest {
        origins: forecasts.len(),
        covered: forecasts.iter().filter(|f| f.0).count(),
        median_error: stats::median(&errors)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::decimal_year;
    use super::*;
    use chrono::NaiveDate;

    fn guizhou() -> Points {
        // The series of the reference case `forecast-guizhou`.
        Points {
            x: [
                (2024, 7, 31),
                (2024, 12, 31),
                (2025, 8, 11),
                (2025, 8, 28),
                (2025, 12, 31),
            ]
            .map(|(y, m, d)| decimal_year(NaiveDate::from_ymd_opt(y, m, d).unwrap()))
            .to_vec(),
            y: vec![40.55, 57.0, 85.0, 92.6, 150.0],
        }
    }

    #[test]
    fn a_higher_target_is_never_more_likely() {
        let points = guizhou();
        for model in [walk::drift(&points, Link::Log), walk::trend(&points)] {
            let model = model.unwrap();
            let chances = (1..60).map(|k| model.probability(2027.0, 10.0 * f64::from(k)));
            let chances: Vec<f64> = chances.collect();
            assert!(chances.windows(2).all(|p| p[0] >= p[1]));
        }
    }

    #[test]
    fn dates_come_in_the_order_of_their_probability() {
        let model = walk::drift(&guizhou(), Link::Log).unwrap();
        let [p10, p50, p90] = outlook(&model, 190.0, 2026.99, 0.8)
            .dates
            .map(Option::unwrap);
        assert!(p10 < p50 && p50 < p90);
    }

    #[test]
    fn each_figure_from_the_fourth_on_is_one_origin() {
        let test = backtest(&guizhou(), Link::Log, 0.8).unwrap();
        assert_eq!(test.origins, 2);
        assert!(test.median_error > 0.0 && test.covered <= 2);
    }
}
