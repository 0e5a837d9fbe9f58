//! Models of a single series: the random walk with drift, and the line through the points.

use super::{Link, Method, Model, Points, Spread};
use crate::num::float;

/// Sum of squared increments around the drift, each over its length of time.
pub(super) fn scatter(x: &[f64], y: &[f64], growth: f64) -> f64 {
    let steps = x.windows(2).zip(y.windows(2));
    float::sum(steps.map(|(x, y)| {
        let (dx, dy) = (x[1] - x[0], y[1] - y[0]);
        (dy - growth * dx) * (dy - growth * dx) / dx
    }))
}

/// Average growth a year on the scale: what the first and the last figure say.
pub(super) fn average_growth(x: &[f64], y: &[f64]) -> f64 {
    (y[y.len() - 1] - y[0]) / (x[x.len() - 1] - x[0])
}

/// Fits a random walk with drift; `None` below three figures.
///
/// With increments `dy` over `dx`, drift `g = (y_n - y_1)/X` over the whole length `X`, and
/// `s2 = sum((dy - g dx)^2 / dx) / (n - 2)`, the forecast at distance `h` from the last figure has mean
/// `y_n + g h` and variance `s2 (h + h^2/X)`, with Student's t on `n - 2` degrees of freedom. The band
/// starts at the last figure, widens, and takes uneven spacing as it is.
pub fn drift(points: &Points, link: Link) -> Option<Model> {
    let (x, n) = (&points.x, points.x.len());
    if n < 3 {
        return None;
    }
    let y: Vec<f64> = points.y.iter().map(|&e| link.to(e)).collect();
    let growth = average_growth(x, &y);
    let df = (n - 2) as f64;
    let s2 = scatter(x, &y, growth) / df;
    Some(Model {
        method: match link {
            Link::Log => Method::RwDrift,
            Link::Logit { .. } => Method::LogitRwDrift,
        },
        link,
        last: x[n - 1],
        anchor: (x[n - 1], y[n - 1]),
        growth,
        spread: Spread::Walk {
            s2,
            drift: s2 / (x[n - 1] - x[0]),
        },
        df,
    })
}

/// Fits a line through the logarithms by least squares; `None` below three figures.
///
/// It takes figures as independent around a line, which stocks are not: its bands are usually too
/// narrow, so it is shown beside the random walk and never alone.
pub fn trend(points: &Points) -> Option<Model> {
    let (x, count) = (&points.x, points.x.len());
    if count < 3 {
        return None;
    }
    let n = count as f64;
    let y: Vec<f64> = points.y.iter().map(|&e| float::ln(e)).collect();
    let mean_x = float::sum(x.iter().copied()) / n;
    let mean_y = float::sum(y.iter().copied()) / n;
    let sxx = float::sum(x.iter().map(|x| (x - mean_x) * (x - mean_x)));
    let sxy = float::sum(x.iter().zip(&y).map(|(x, y)| (x - mean_x) * (y - mean_y)));
    let growth = sxy / sxx;
    let residual = |(x, y): (&f64, &f64)| y - mean_y - growth * (x - mean_x);
    let squares = float::sum(x.iter().zip(&y).map(residual).map(|r| r * r));
    let df = n - 2.0;
    Some(Model {
        method: Method::LoglinearOls,
        link: Link::Log,
        last: x[count - 1],
        anchor: (mean_x, mean_y),
        growth,
        spread: Spread::Line {
            s2: squares / df,
            n,
            mean: mean_x,
            sxx,
        },
        df,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(all: &[(f64, f64)]) -> Points {
        Points {
            x: all.iter().map(|p| p.0).collect(),
            y: all.iter().map(|p| p.1).collect(),
        }
    }

    #[test]
    fn two_figures_are_no_series_of_their_own() {
        let two = points(&[(2024.0, 10.0), (2025.0, 20.0)]);
        assert!(drift(&two, Link::Log).is_none() && trend(&two).is_none());
    }

    #[test]
    fn figures_on_a_line_leave_no_doubt() {
        let doubling = points(&[(2023.0, 1.0), (2024.0, 2.0), (2025.0, 4.0)]);
        let model = drift(&doubling, Link::Log).unwrap();
        assert!((model.growth - std::f64::consts::LN_2).abs() < 1e-12);
        let (below, above) = (
            model.probability(2026.0, 7.9),
            model.probability(2026.0, 8.1),
        );
        assert!(
            (below - 1.0).abs() < 1e-9 && above < 1e-9,
            "{below} {above}"
        );
    }

    #[test]
    fn the_band_starts_at_the_last_figure_and_widens() {
        let uneven = points(&[(2023.0, 5.0), (2024.1, 9.0), (2024.3, 14.0), (2025.0, 20.0)]);
        let model = drift(&uneven, Link::Log).unwrap();
        let width = |h: f64| {
            let (low, high) = model.interval(2025.0 + h, 0.8);
            float::ln(high / low)
        };
        assert!(width(0.0) < 1e-12);
        assert!(width(0.5) < width(1.0) && width(1.0) < width(3.0));
    }

    #[test]
    fn a_ceiling_is_never_reached() {
        let series = points(&[(2023.0, 5.0), (2024.0, 9.0), (2025.0, 20.0)]);
        let model = drift(&series, Link::Logit { ceiling: 30.0 }).unwrap();
        assert!(model.interval(2035.0, 0.99).1 <= 30.0);
        assert!(model.probability(2035.0, 30.0).abs() < f64::EPSILON);
        assert_eq!(model.date(0.1, 30.0, 30.0), None);
    }
}
