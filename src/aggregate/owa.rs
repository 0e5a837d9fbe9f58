//! Ordered weighted averaging: weights go to positions, best child first, not to children.

use super::{Aggregate, AggregateError, heard};
use crate::model::{Entry, MethodInfo, Param, ParamError, ParamKind, Params};
use crate::num::float;
use std::sync::Arc;

/// Quantifiers by word, with the exponent that stands for each (Malczewski 2006, table 1).
const QUANTIFIERS: [(&str, f64); 7] = [
    ("at-least-one", 0.0001),
    ("at-least-a-few", 0.1),
    ("a-few", 0.5),
    ("half", 1.0),
    ("most", 2.0),
    ("almost-all", 10.0),
    ("all", 1000.0),
];

/// The line of the table.
pub const ENTRY: Entry<dyn Aggregate> = Entry {
    info: MethodInfo {
        name: "owa",
        summary: "weights by position: how many children must be good",
        formula: "sum of v_j * s_(j), s_(1) being the best child; v_j from `weights` (scaled to \
                  total 1), or Q(u_j) - Q(u_j-1) with Q(u) = u ^ alpha and u_j the weights of the j \
                  best children together",
        params: &[
            Param::required(
                "weights",
                ParamKind::Numbers,
                "one for each position, the best child first; the children's own weights are then \
                 not used",
            )
            .or(""),
            Param::required(
                "quantifier",
                ParamKind::Word(&[
                    "at-least-one",
                    "at-least-a-few",
                    "a-few",
                    "half",
                    "most",
                    "almost-all",
                    "all",
                ]),
                "how many children must be good, in words; `half` is the arithmetic mean",
            )
            .or(""),
            Param::number(
                "alpha",
                "1",
                "the quantifier as a number: below 1 the best children lead, above 1 the worst",
            )
            .within(1e-4, 1000.0)
            .or(""),
        ],
        not_when: "a child matters for what it is, not for where it stands (use `arithmetic`)",
        reference: "Yager (1988), IEEE Trans. SMC 18(1); Yager (1996), Quantifier guided \
                    aggregation using OWA operators; Malczewski (2006), Int. J. Applied Earth \
                    Observation and Geoinformation 8(4)",
        common: false,
    },
    build: |params| Ok(Arc::new(Owa(positions(params)?))),
};

/// How the positions get their weights.
#[derive(Debug, Clone, PartialEq)]
pub enum Positions {
    /// Given, the best child first; they sum to one.
    Given(Vec<f64>),
    /// From the quantifier `u ^ alpha` of the children's weights.
    Quantifier(f64),
}

/// The ordered weighted average. Children of weight zero are not heard under a quantifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Owa(pub Positions);

impl Aggregate for Owa {
    fn aggregate(&self, scores: &[f64], weights: &[f64]) -> Result<f64, AggregateError> {
        match &self.0 {
            Positions::Given(given) if given.len() != scores.len() => Err(AggregateError::Count {
                needed: given.len(),
                held: scores.len(),
                why: format!(
                    "there are weights for {} positions, and the place holds {} children: use \
                     `quantifier`, or `missing = \"complete-cases\"` on this criterion",
                    given.len(),
                    scores.len()
                ),
            }),
            Positions::Given(given) => {
                let mut sorted = scores.to_vec();
                sorted.sort_unstable_by(|a, b| b.total_cmp(a));
                Ok(sorted
                    .iter()
                    .zip(given)
                    .fold(0.0, |sum, (s, v)| sum + v * s))
            }
            Positions::Quantifier(alpha) => Ok(by_quantifier(scores, weights, *alpha)),
        }
    }

    fn children(&self) -> Option<usize> {
        match &self.0 {
            Positions::Given(given) => Some(given.len()),
            Positions::Quantifier(_) => None,
        }
    }
}

fn by_quantifier(scores: &[f64], weights: &[f64], alpha: f64) -> f64 {
    let mut children: Vec<(f64, f64)> = heard(scores, weights).collect();
    // Weights break ties, so that the order of the children changes no bit.
    children.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let (mut importance, mut reached, mut score) = (0.0, 0.0, 0.0);
    let last = children.len().saturating_sub(1);
    for (at, (child, weight)) in children.into_iter().enumerate() {
        importance += weight;
        // The last step reaches one, whatever the rounding of the sum.
        let quantity = if at == last {
            1.0
        } else {
            float::pow(importance.min(1.0), alpha)
        };
        score += (quantity - reached) * child;
        reached = quantity;
    }
    score
}

fn positions(params: &Params) -> Result<Positions, ParamError> {
    let given = params.numbers("weights");
    let (word, alpha) = (params.word("quantifier"), params.number("alpha"));
    match (given, word, alpha) {
        (Some(weights), None, None) => {
            let total = float::sum(weights.iter().copied());
            if weights.iter().any(|w| *w < 0.0) || !total.is_normal() {
                let message = "`weights` must be zero or more, and not all zero";
                return Err(ParamError::new("weights", message));
            }
            Ok(Positions::Given(
                weights.iter().map(|w| w / total).collect(),
            ))
        }
        (None, Some(word), None) => {
            let found = QUANTIFIERS.iter().find(|(name, _)| *name == word);
            let found = found.map(|(_, alpha)| Positions::Quantifier(*alpha));
            found.ok_or_else(|| ParamError::new("quantifier", format!("`{word}` is no quantifier")))
        }
        (None, None, Some(alpha)) => Ok(Positions::Quantifier(alpha)),
        _ => Err(ParamError {
            param: None,
            message: "`owa` needs one of `weights`, `quantifier` and `alpha`".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ParamValue;

    #[test]
    fn weights_go_to_positions() {
        // Yager (1988), section II: weights 0.4, 0.3, 0.2, 0.1 on 0.7, 1, 0.3, 0.6 give 0.76.
        let owa = Owa(Positions::Given(vec![0.4, 0.3, 0.2, 0.1]));
        let found = owa.aggregate(&[0.7, 1.0, 0.3, 0.6], &[0.25; 4]).unwrap();
        assert!((found - 0.76).abs() < 1e-12, "{found}");
    }

    #[test]
    fn the_quantifier_half_is_the_weighted_mean_and_the_ends_are_extremes() {
        let of = |alpha| by_quantifier(&[2.0, 8.0, 5.0], &[0.5, 0.3, 0.2], alpha);
        assert!((of(1.0) - 4.4).abs() < 1e-12);
        assert!((of(0.0001) - 8.0).abs() < 0.01 && (of(1000.0) - 2.0).abs() < 0.01);
    }

    #[test]
    fn a_place_with_another_number_of_children_is_refused() {
        let found = Owa(Positions::Given(vec![0.5, 0.5])).aggregate(&[1.0], &[1.0]);
        assert!(matches!(
            found,
            Err(AggregateError::Count {
                needed: 2,
                held: 1,
                ..
            })
        ));
    }

    #[test]
    fn exactly_one_way_to_state_the_positions_is_taken() {
        let two = Params::default()
            .with("alpha", ParamValue::Number(2.0))
            .with("quantifier", ParamValue::Word("most".to_owned()));
        for params in [Params::default(), two] {
            assert!(positions(&params).is_err());
        }
        let negative = Params::default().with("weights", ParamValue::Numbers(vec![1.0, -1.0]));
        assert_eq!(positions(&negative).unwrap_err().param, Some("weights"));
        let ParamKind::Word(words) = ENTRY.info.params[1].kind else {
            panic!("the quantifier is a word");
        };
        assert_eq!(words, QUANTIFIERS.map(|(name, _)| name));
    }
}
