//! Weights from an order of importance alone.

use crate::num::float;

/// How an order becomes weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankOrder {
    /// `n + 1 - r`, rescaled (Stillwell, Seaver, Edwards 1981).
    Sum,
    /// `1 / r`, rescaled (Stillwell, Seaver, Edwards 1981).
    Reciprocal,
    /// `Σ_{k >= r} 1/k / n`: the centroid of all weights in that order (Barron 1992).
    Centroid,
}

impl RankOrder {
    /// Reads `rank-sum`, `rank-reciprocal` or `rank-order-centroid`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "rank-sum" => Some(Self::Sum),
            "rank-reciprocal" => Some(Self::Reciprocal),
            "rank-order-centroid" => Some(Self::Centroid),
            _ => None,
        }
    }

    /// Returns the weights of criteria with these ranks of importance, 1 the most important.
    ///
    /// Equal ranks share the mean of the weights of the places that they occupy, in whichever tie
    /// convention they are written (1, 2, 2, 4 or 1, 2, 2, 3). `None` if a rank is not a finite
    /// number or there is none.
    ///
    /// ```
    /// use exacity::weigh::rank_order::RankOrder;
    /// assert_eq!(RankOrder::Sum.weights(&[2.0, 1.0]), Some(vec![1.0 / 3.0, 2.0 / 3.0]));
    /// ```
    pub fn weights(self, ranks: &[f64]) -> Option<Vec<f64>> {
        if ranks.is_empty() || ranks.iter().any(|r| !r.is_finite()) {
            return None;
        }
        let by_place = self.by_place(ranks.len());
        let place = |r: f64| {
            let before = ranks.iter().filter(|&&other| other < r).count();
            let until = ranks.iter().filter(|&&other| other <= r).count();
            before..until
        };
        let weight = |&r: &f64| {
            let places = place(r);
            let length = places.len() as f64;
            float::sum(by_place[places].iter().copied()) / length
        };
        Some(ranks.iter().map(weight).collect())
    }

    /// Returns the weights of the first, second, … of `count` criteria.
    fn by_place(self, count: usize) -> Vec<f64> {
        let n = count as f64;
        let raw: Vec<f64> = (1..=count)
            .map(|r| match self {
                Self::Sum => n + 1.0 - r as f64,
                Self::Reciprocal => 1.0 / r as f64,
                Self::Centroid => float::sum((r..=count).map(|k| 1.0 / k as f64)) / n,
            })
            .collect();
        let total = float::sum(raw.iter().copied());
        raw.iter().map(|w| w / total).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_the_places_they_occupy() {
        for ranks in [[1.0, 2.0, 2.0, 4.0], [1.0, 2.0, 2.0, 3.0]] {
            let weights = RankOrder::Sum.weights(&ranks).unwrap();
            for (found, expected) in weights.iter().zip([0.4, 0.25, 0.25, 0.1]) {
                assert!((found - expected).abs() < 1e-15, "{weights:?}");
            }
        }
    }

    #[test]
    fn no_order_gives_no_weights() {
        assert_eq!(RankOrder::Centroid.weights(&[]), None);
        assert_eq!(RankOrder::Centroid.weights(&[1.0, f64::NAN]), None);
    }
}
