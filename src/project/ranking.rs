//! A ranking method chosen for an index, and how it gets what it needs to know of each criterion.

use super::Leaf;
use crate::model::{Param, ParamError, ParamKind, ParamValue, Params};
use crate::outrank::{self, Outrank};
use std::sync::Arc;
use thiserror::Error;

/// A ranking method that compares the places on all leaves at once, in place of the tree's score.
///
/// Leaves count by their nominal weight, the product of shares down the tree; the tree's aggregations
/// do not enter.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Name in the table of ranking methods.
    pub name: &'static str,
    /// Parameters given with the method; criteria may state their own (see [`Leaf::compare`]).
    pub params: Params,
    /// What is compared.
    pub on: Compared,
    /// What happens to places with gaps.
    pub gaps: Gaps,
}

/// What a ranking method sees of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compared {
    /// The figures after denominating, filling and treating, in their unit and direction: methods
    /// bring a scaling of their own.
    #[default]
    Figures,
    /// The leaf's scores on the project's scale, higher is better.
    Scores,
}

impl Compared {
    /// The words, as files take them.
    pub const WORDS: &'static [&'static str] = &["figures", "scores"];

    /// Returns the word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Scores => "scores",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "figures" => Some(Self::Figures),
            "scores" => Some(Self::Scores),
            _ => None,
        }
    }
}

/// What happens where a place lacks a leaf that a method compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// It is an error that names the cells.
    Fail,
    /// The place is not judged, and stands below the line.
    CompleteCases,
    /// The score of the nearest criterion above stands in. In a weighted mean that is the same as giving
    /// the weight to the siblings. For scores only: figures have no parent in their unit.
    Reweight,
}

impl Gaps {
    /// The words, as files take them.
    pub const WORDS: &'static [&'static str] = &["fail", "complete-cases", "reweight"];

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "fail" => Some(Self::Fail),
            "complete-cases" => Some(Self::CompleteCases),
            "reweight" => Some(Self::Reweight),
            _ => None,
        }
    }

    /// Returns what holds where nobody says otherwise.
    pub fn usual(on: Compared) -> Self {
        match on {
            Compared::Figures => Self::Fail,
            Compared::Scores => Self::Reweight,
        }
    }
}

/// A leaf as a ranking method meets it.
#[derive(Debug, Clone, Copy)]
pub struct Contender<'a> {
    /// Its id.
    pub id: &'a str,
    /// The leaf.
    pub leaf: &'a Leaf,
    /// The scale of its scores.
    pub scale: (f64, f64),
}

/// Why a method cannot be built for a set of leaves.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RankingError {
    /// A parameter is not stated for some of the leaves.
    #[error("`{param}` is not stated for {}", .leaves.join(", "))]
    Lacking {
        /// The parameter.
        param: &'static str,
        /// Ids of the leaves.
        leaves: Vec<String>,
    },
    /// An array has another length than there are leaves.
    #[error("`{param}` has {found} values for {needed} criteria")]
    Shape {
        /// The parameter.
        param: &'static str,
        /// Length of the array.
        found: usize,
        /// Number of leaves.
        needed: usize,
    },
    /// The method refuses its parameters.
    #[error(transparent)]
    Refused(#[from] ParamError),
}

impl Ranking {
    /// Builds the method for some of the leaves of an index, given all of them in reading order.
    ///
    /// A value that a criterion states goes before one given with the method: an array in reading order,
    /// a table by criterion, or one value for all.
    pub fn method(
        &self,
        all: &[Contender<'_>],
        kept: &[usize],
    ) -> Result<Arc<dyn Outrank>, RankingError> {
        let entry = outrank::find(self.name)
            .ok_or_else(|| ParamError::new("method", "there is no such ranking method"))?;
        let mut params = self.params.clone();
        for param in entry.info.params.iter().filter(|p| p.per_criterion) {
            match self.spread(param, all, kept)? {
                Some(value) => params.0.insert(param.name.to_owned(), value),
                None => params.0.shift_remove(param.name),
            };
        }
        Ok((entry.build)(&params)?)
    }

    /// Returns one value per kept leaf; `None` if nobody states any.
    fn spread(
        &self,
        param: &'static Param,
        all: &[Contender<'_>],
        kept: &[usize],
    ) -> Result<Option<ParamValue>, RankingError> {
        let given = self.params.0.get(param.name);
        let length = match given {
            Some(ParamValue::Numbers(numbers)) => numbers.len(),
            Some(ParamValue::Points(points)) => points.len(),
            _ => all.len(),
        };
        if length != all.len() {
            return Err(RankingError::Shape {
                param: param.name,
                found: length,
                needed: all.len(),
            });
        }
        let own = |at: usize| all[at].leaf.compare.0.get(param.name);
        if kept.iter().all(|&at| own(at).is_none()) && matches!(given, Some(ParamValue::Word(_))) {
            return Ok(given.cloned());
        }
        let lacking = |values: &[bool]| RankingError::Lacking {
            param: param.name,
            leaves: kept
                .iter()
                .zip(values)
                .filter(|(_, known)| !**known)
                .map(|(&at, _)| all[at].id.to_owned())
                .collect(),
        };
        match param.kind {
            ParamKind::Points => {
                let pair = |at: usize| self.pair(given, own(at), at, all[at].scale);
                let pairs: Vec<Option<(f64, f64)>> = kept.iter().map(|&at| pair(at)).collect();
                let known: Vec<bool> = pairs.iter().map(Option::is_some).collect();
                if known.contains(&false) {
                    return Err(lacking(&known));
                }
                let pairs = pairs.into_iter().flatten().collect();
                Ok(Some(ParamValue::Points(pairs)))
            }
            ParamKind::Word(_) => {
                let usual = param.default.unwrap_or_default();
                let usual = match given {
                    Some(ParamValue::Word(word)) => word.as_str(),
                    _ => usual,
                };
                let word = |&at: &usize| match own(at) {
                    Some(ParamValue::Word(word)) => word.clone(),
                    _ => usual.to_owned(),
                };
                Ok(Some(ParamValue::Words(kept.iter().map(word).collect())))
            }
            _ => {
                let numbers: Vec<Option<f64>> = kept
                    .iter()
                    .map(|&at| number(given, own(at), at, all[at].id))
                    .collect();
                let known: Vec<bool> = numbers.iter().map(Option::is_some).collect();
                if param.default.is_none() && known.contains(&false) {
                    return Err(lacking(&known));
                }
                Ok(known.contains(&true).then_some(ParamValue::Spread(numbers)))
            }
        }
    }

    /// Returns a pair of ends; scores have those of their scale.
    fn pair(
        &self,
        given: Option<&ParamValue>,
        own: Option<&ParamValue>,
        at: usize,
        scale: (f64, f64),
    ) -> Option<(f64, f64)> {
        match (own, given) {
            (Some(ParamValue::Points(pair)), _) => pair.first().copied(),
            (_, Some(ParamValue::Points(pairs))) => pairs.get(at).copied(),
            _ => (self.on == Compared::Scores).then_some(scale),
        }
    }
}

fn number(
    given: Option<&ParamValue>,
    own: Option<&ParamValue>,
    at: usize,
    id: &str,
) -> Option<f64> {
    match (own, given) {
        (Some(ParamValue::Number(number)), _) | (_, Some(ParamValue::Number(number))) => {
            Some(*number)
        }
        (_, Some(ParamValue::Numbers(numbers))) => numbers.get(at).copied(),
        (_, Some(ParamValue::Table(table))) => table.get(id).copied(),
        _ => None,
    }
}
