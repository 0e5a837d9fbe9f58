//! A fitted model: a straight line on a transformed scale, with a variance that grows with the distance.

use crate::num::{float, student};
use serde::Serialize;

/// How a model was fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Random walk with drift on the log scale: the default.
    RwDrift,
    /// Line through the points on the log scale: the cross-check.
    LoglinearOls,
    /// Random walk with drift below a ceiling.
    LogitRwDrift,
    /// Growth partly borrowed from analog places.
    Pooled,
}

impl Method {
    /// All methods, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::RwDrift,
        Self::LoglinearOls,
        Self::LogitRwDrift,
        Self::Pooled,
    ];

    /// Returns the word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::RwDrift => "rw_drift",
            Self::LoglinearOls => "loglinear_ols",
            Self::LogitRwDrift => "logit_rw_drift",
            Self::Pooled => "pooled",
        }
    }

    /// Reads the word used in files.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.word() == word)
    }

    /// Says in words what it is.
    pub fn about(self) -> &'static str {
        match self {
            Self::RwDrift => "random walk with drift",
            Self::LoglinearOls => "log-linear trend",
            Self::LogitRwDrift => "random walk below the ceiling",
            Self::Pooled => "growth pooled with analog places",
        }
    }
}

/// The scale on which a model is straight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Link {
    /// The logarithm.
    Log,
    /// The logit below a ceiling: `ln(E / (K - E))`.
    Logit {
        /// The ceiling `K`.
        ceiling: f64,
    },
}

impl Link {
    /// Takes a stock to the scale; infinite at and above a ceiling.
    pub fn to(self, stock: f64) -> f64 {
        match self {
            Self::Log => float::ln(stock),
            Self::Logit { ceiling } if stock >= ceiling => f64::INFINITY,
            Self::Logit { ceiling } => float::ln(stock / (ceiling - stock)),
        }
    }

    /// Takes a point of the scale back to a stock.
    pub fn back(self, point: f64) -> f64 {
        match self {
            Self::Log => float::exp(point),
            Self::Logit { ceiling } => ceiling / (1.0 + float::exp(-point)),
        }
    }
}

/// How the variance of a forecast grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// `s2 h + v h^2` at distance `h` from the last figure: chance along the way, and doubt about the
    /// drift.
    Walk {
        /// Variance a year.
        s2: f64,
        /// Variance of the drift.
        drift: f64,
    },
    /// `s2 (1 + 1/n + (x - mean)^2 / sxx)`: chance around a line, and doubt about the line.
    Line {
        /// Variance around the line.
        s2: f64,
        /// Number of points.
        n: f64,
        /// Mean of the dates.
        mean: f64,
        /// Sum of the squared distances of the dates from their mean.
        sxx: f64,
    },
}

/// A fitted model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// How it was fitted.
    pub method: Method,
    /// The scale on which it is straight.
    pub link: Link,
    /// Date of the last figure.
    pub last: f64,
    /// Where the line passes: a date and a point of the scale.
    pub anchor: (f64, f64),
    /// Growth a year on the scale.
    pub growth: f64,
    /// How the variance grows.
    pub spread: Spread,
    /// Degrees of freedom.
    pub df: f64,
}

impl Model {
    /// Returns the centre at a date, on the scale.
    pub fn mean(&self, t: f64) -> f64 {
        self.anchor.1 + self.growth * (t - self.anchor.0)
    }

    /// Returns the standard deviation at a date, on the scale.
    pub fn sd(&self, t: f64) -> f64 {
        let variance = match self.spread {
            Spread::Walk { s2, drift } => {
                let h = t - self.last;
                s2 * h + drift * h * h
            }
            Spread::Line { s2, n, mean, sxx } => {
                s2 * (1.0 + 1.0 / n + (t - mean) * (t - mean) / sxx)
            }
        };
        variance.max(0.0).sqrt()
    }

    /// Returns the standard deviation of one year's chance.
    pub fn sigma(&self) -> f64 {
        match self.spread {
            Spread::Walk { s2, .. } | Spread::Line { s2, .. } => s2.sqrt(),
        }
    }

    /// Returns the median at a date; the mean of the back-transformed stock would lie higher.
    pub fn median(&self, t: f64) -> f64 {
        self.link.back(self.mean(t))
    }

    /// Returns the ends of the two-sided interval that covers `level` of the distribution.
    pub fn interval(&self, t: f64, level: f64) -> (f64, f64) {
        let reach = student::quantile(0.5 + level / 2.0, self.df) * self.sd(t);
        let centre = self.mean(t);
        (
            self.link.back(centre - reach),
            self.link.back(centre + reach),
        )
    }

    /// Returns the probability that the stock is at least `target` at a date. At a ceiling, and above
    /// it, that is 0.
    pub fn probability(&self, t: f64, target: f64) -> f64 {
        student::survival(self.distance(t, target), self.df)
    }

    /// Returns the distance of a target from the centre, in standard deviations.
    fn distance(&self, t: f64, target: f64) -> f64 {
        let (gap, sd) = (self.link.to(target) - self.mean(t), self.sd(t));
        if sd > 0.0 {
            gap / sd
        } else if gap > 0.0 {
            // Figures without scatter leave no doubt: the target is above the line or not.
            f64::INFINITY
        } else {
            f64::NEG_INFINITY
        }
    }

    /// Returns the date from which the stock is at least `target` with probability `p` or more; the last
    /// figure's where that is so at once, nothing where it is not within `horizon` years.
    ///
    /// It is about the stock *at* the date, not about having touched the target before.
    pub fn date(&self, p: f64, target: f64, horizon: f64) -> Option<f64> {
        // P(E >= target) >= p is a bound on the distance, so that no tail is computed on the way.
        let limit = student::quantile(1.0 - p, self.df);
        let reaches = |t: f64| self.distance(t, target) <= limit;
        let (mut low, mut high) = (self.last + 1e-6, self.last + horizon);
        if !reaches(high) {
            return None;
        }
        if reaches(low) {
            return Some(self.last);
        }
        // Thirty years halved sixty times is below the resolution of a date.
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if reaches(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(high)
    }
}
