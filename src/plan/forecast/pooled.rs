//! Growth that is partly borrowed from analog places, for places with few figures of their own.

use super::walk::{average_growth, scatter};
use super::{Link, Method, Model, Points, Spread};
use crate::num::float;
use serde::Serialize;

/// What analog places say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Variance a year, estimated from all places together.
    pub s2: f64,
    /// Degrees of freedom: the sum of `n - 2`.
    pub df: f64,
    /// Mean growth of the places.
    pub mu: f64,
    /// Its variance.
    pub var_mu: f64,
    /// Variance of growth between places, beyond what chance explains.
    pub tau2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// The places, in the order given.
    pub members: Vec<Member>,
}

/// A place of a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The place.
    pub id: String,
    /// Number of figures.
    pub n: usize,
    /// Years between its first and last figure.
    pub span: f64,
    /// Its own growth a year, on the log scale.
    pub growth: f64,
    /// Variance of that growth.
    pub v: f64,
    /// Share of its growth rate that is borrowed from the others, 0 to 1.
    pub shrink: f64,
}

/// Why places cannot be pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoPool {
    /// Fewer than two places have two figures.
    TooFewPlaces,
    /// No place has a third figure, so that nothing tells chance from growth.
    NoScatter,
}

impl NoPool {
    /// Says why in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooFewPlaces => "fewer than two places have two figures",
            Self::NoScatter => {
                "the places leave no scatter to estimate chance from (three figures that are not on one line)"
            }
        }
    }
}

/// Growth of one place within a pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Borrowed {
    /// Growth of the place alone, where it has two figures.
    pub own: Option<f64>,
    /// Share of the growth rate that is borrowed.
    pub shrink: f64,
    /// Growth a year on the log scale.
    pub growth: f64,
    /// Its variance.
    pub variance: f64,
}

impl Pool {
    /// Pools the growth of places with at least two figures; others are passed over.
    ///
    /// Own growth as in [`super::walk::drift`]; one variance for all; the variance between places by
    /// `DerSimonian` and Laird (1986), *Controlled Clinical Trials* 7, 177-188.
    pub fn new(places: &[(&str, &Points)]) -> Result<Self, NoPool> {
        struct Own<'a>(&'a str, usize, f64, f64);
        let mut squares = vec![];
        let mut own = vec![];
        for &(id, points) in places.iter().filter(|(_, p)| p.x.len() >= 2) {
            let y: Vec<f64> = points.y.iter().map(|&e| float::ln(e)).collect();
            let growth = average_growth(&points.x, &y);
            squares.push(scatter(&points.x, &y, growth));
            let span = points.x[points.x.len() - 1] - points.x[0];
            own.push(Own(id, points.x.len(), span, growth));
        }
        if own.len() < 2 {
            return Err(NoPool::TooFewPlaces);
        }
        let df: f64 = own.iter().map(|o| (o.1 - 2) as f64).sum();
        let s2 = float::sum(squares) / df;
        if df < 1.0 || s2 <= 0.0 {
            return Err(NoPool::NoScatter);
        }
        let variance = |o: &Own| s2 / o.2;
        let weights: Vec<f64> = own.iter().map(|o| 1.0 / variance(o)).collect();
        let total = float::sum(weights.iter().copied());
        let mean = float::sum(weights.iter().zip(&own).map(|(w, o)| w * o.3)) / total;
        let q = float::sum(
            weights
                .iter()
                .zip(&own)
                .map(|(w, o)| w * (o.3 - mean) * (o.3 - mean)),
        );
        let excess = q - (own.len() - 1) as f64;
        let scale = total - float::sum(weights.iter().map(|w| w * w)) / total;
        let tau2 = (excess / scale).max(0.0);
        let total = float::sum(own.iter().map(|o| 1.0 / (variance(o) + tau2)));
        let mu = float::sum(own.iter().map(|o| o.3 / (variance(o) + tau2))) / total;
        let members = own.iter().map(|o| Member {
            id: o.0.to_owned(),
            n: o.1,
            span: o.2,
            growth: o.3,
            v: variance(o),
            shrink: variance(o) / (variance(o) + tau2),
        });
        Ok(Self {
            s2,
            df,
            mu,
            var_mu: 1.0 / total,
            tau2,
            q,
            members: members.collect(),
        })
    }

    /// Returns the growth of a place: its own, drawn towards the mean of the pool by as much as chance
    /// explains; the mean itself for a place that is not in the pool.
    pub fn growth(&self, id: &str) -> Borrowed {
        match self.members.iter().find(|m| m.id == id) {
            Some(m) => {
                let b = m.shrink;
                Borrowed {
                    own: Some(m.growth),
                    shrink: b,
                    growth: (1.0 - b) * m.growth + b * self.mu,
                    variance: (1.0 - b) * m.v + b * b * self.var_mu,
                }
            }
            None => Borrowed {
                own: None,
                shrink: 1.0,
                growth: self.mu,
                variance: self.tau2 + self.var_mu,
            },
        }
    }

    /// Makes the model of a place from its figures, of which there is at least one.
    pub fn model(&self, id: &str, points: &Points) -> Model {
        let borrowed = self.growth(id);
        let last = points.x.len() - 1;
        Model {
            method: Method::Pooled,
            link: Link::Log,
            last: points.x[last],
            anchor: (points.x[last], float::ln(points.y[last])),
            growth: borrowed.growth,
            spread: Spread::Walk {
                s2: self.s2,
                drift: borrowed.variance,
            },
            df: self.df,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(x: &[f64], y: &[f64]) -> Points {
        Points {
            x: x.to_vec(),
            y: y.to_vec(),
        }
    }

    #[test]
    fn one_place_or_no_third_figure_makes_no_pool() {
        let two = points(&[2024.0, 2025.0], &[1.0, 2.0]);
        let three = points(&[2023.0, 2024.0, 2025.0], &[1.0, 3.0, 4.0]);
        assert_eq!(Pool::new(&[("a", &three)]), Err(NoPool::TooFewPlaces));
        assert_eq!(
            Pool::new(&[("a", &two), ("b", &two)]),
            Err(NoPool::NoScatter)
        );
    }

    #[test]
    fn a_place_outside_the_pool_borrows_everything() {
        let a = points(&[2023.0, 2024.0, 2025.0], &[1.0, 3.0, 4.0]);
        let b = points(&[2023.0, 2024.0, 2025.0], &[1.0, 1.5, 4.5]);
        let pool = Pool::new(&[("a", &a), ("b", &b)]).unwrap();
        let stranger = pool.growth("c");
        assert_eq!(
            (stranger.own, stranger.shrink.to_bits()),
            (None, 1.0_f64.to_bits())
        );
        assert!((stranger.growth - pool.mu).abs() < 1e-15);
    }

    #[test]
    fn equal_growth_is_borrowed_whole() {
        // Without differences beyond chance, every place has the common growth.
        let a = points(&[2023.0, 2024.0, 2025.0], &[1.0, 3.0, 4.0]);
        let b = points(&[2023.0, 2024.0, 2025.0], &[2.0, 3.0, 8.0]);
        let pool = Pool::new(&[("a", &a), ("b", &b)]).unwrap();
        assert!(pool.tau2.abs() < 1e-15);
        assert!((pool.growth("a").growth - pool.mu).abs() < 1e-12);
    }
}
