//! Ranked places with every intermediate value kept.

use crate::diagnostics::Diagnostics;
use crate::model::{Column, NodeIx};
use crate::num::rank::Best;
use crate::outrank::Detail;
use crate::prepare::denominate::Gap;
use crate::prepare::impute::Filled;
use crate::project::Compared;
use indexmap::IndexMap;
use std::sync::Arc;

use super::StoodIn;
use super::evidence::Holdings;

/// The results of one run: a board per index, in the order of the project.
#[derive(Debug, Clone)]
pub struct Scoreboard {
    /// The boards; at least one.
    pub boards: Vec<Board>,
    /// Warnings made while scoring.
    pub diagnostics: Diagnostics,
}

/// The result of one index.
///
/// Columns have one cell per place of the league, in its order; places that are not ranked hold
/// missing cells in everything that is computed. Weights after reweighting and contributions follow
/// from these columns: see [`explain`](super::explain).
#[derive(Debug, Clone)]
pub struct Board {
    /// Identifier of the index.
    pub index: String,
    /// Name of the strategy: `weighted`, or the script's.
    pub strategy: String,
    /// What a ranking method made of the places, where one ranks them.
    pub method: Option<MethodResult>,
    /// Score of each criterion, by its position in the tree.
    pub scores: Vec<Arc<Column>>,
    /// What happened to the figures of each leaf, by its position in the tree.
    pub leaves: IndexMap<NodeIx, LeafStages>,
    /// What happened to the scores of branches that are treated or normalised after aggregation, by
    /// their position in the tree; other branches are not listed.
    pub branches: IndexMap<NodeIx, BranchStages>,
    /// Ranked places: by rank, then id.
    pub ranking: Vec<RankedPlace>,
    /// Rank of places within their group, by position in the league, where the index ranks within groups;
    /// places without a group are not listed.
    pub group_ranks: IndexMap<usize, f64>,
    /// Places below the line: by id.
    pub excluded: Vec<ExcludedPlace>,
    /// Adjustments of the result that applied, by position in the league; places without any are not
    /// listed.
    pub adjustments: IndexMap<usize, Vec<Applied>>,
    /// Adjustments of criteria that applied, by criterion and position in the league. Their points are
    /// part of the score of the criterion already.
    pub adjusted: IndexMap<NodeIx, IndexMap<usize, Vec<Applied>>>,
    /// What each place of the league holds of the leaves.
    pub holdings: Holdings,
    /// Between which ranks draws of the weights put each place, where somebody asked.
    pub ranges: Option<Ranges>,
}

/// Between which ranks draws of the weights put each place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges {
    /// Draws that were counted.
    pub draws: u64,
    /// Their seed.
    pub seed: u64,
    /// How the weights varied, in words.
    pub varied: String,
    /// The rank that 5 % of the draws reach or better, and that 95 % reach or better, by position in
    /// the league; none for places that are not ranked.
    pub ranks: Vec<Option<(usize, usize)>>,
    /// Runs of neighbours in the ranking that the draws cannot tell apart.
    pub tied: Vec<TiedPlaces>,
}

/// Neighbours in the ranking of which none is ahead of another in 95 % of the draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiedPlaces {
    /// Position of the first of them in the ranking, from 0.
    pub from: usize,
    /// Positions in the league, best first.
    pub places: Vec<usize>,
}

/// What a ranking method made of the places.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodResult {
    /// Name in the table of ranking methods.
    pub name: &'static str,
    /// The exact formula with its parameters.
    pub definition: String,
    /// What was compared.
    pub on: Compared,
    /// Which end of its scores is rank 1.
    pub best: Best,
    /// Positions in the league of the places compared, in its order.
    pub places: Vec<usize>,
    /// The leaves compared, in reading order.
    pub leaves: Vec<NodeIx>,
    /// Their weights.
    pub weights: Vec<f64>,
    /// Inner results, per place compared, per leaf, or of the whole.
    pub details: IndexMap<&'static str, Detail>,
    /// Scores that stand in for missing ones.
    pub stood_in: Vec<StoodIn>,
}

impl MethodResult {
    /// Returns where a place of the league stands among those compared.
    pub fn position(&self, place: usize) -> Option<usize> {
        self.places.binary_search(&place).ok()
    }
}

/// The figures of a leaf on their way to scores.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafStages {
    /// As selected from the data.
    pub raw: Arc<Column>,
    /// After division by the denominator; equal to `raw` without one.
    pub denominated: Arc<Column>,
    /// Rows whose figure was lost because there was nothing to divide it by, and why.
    pub gaps: Vec<(usize, Gap)>,
    /// Cells that were missing and were filled.
    pub filled: Vec<Filled>,
    /// After filling; equal to `denominated` where nothing was filled.
    pub imputed: Arc<Column>,
    /// After treatment of outliers; equal to `imputed` where nothing was treated.
    pub treated: Arc<Column>,
    /// Rows whose value the treatment changed.
    pub treated_rows: Vec<usize>,
    /// What the treatment did, in words; empty for nothing.
    pub treatment: String,
    /// After normalisation, on the scale of the leaf.
    pub normalised: Arc<Column>,
    /// Rows that lay beyond an end of the scale and were put on it.
    pub clamped: Vec<usize>,
    /// True where all places are equal and the policy for constant columns was applied.
    pub constant: bool,
}

/// The scores of a branch after its children have been aggregated, on their way to its parent.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchStages {
    /// As aggregated from the children.
    pub aggregated: Arc<Column>,
    /// After treatment of outliers; equal to `aggregated` where nothing was treated.
    pub treated: Arc<Column>,
    /// Rows whose value the treatment changed.
    pub treated_rows: Vec<usize>,
    /// What the treatment did, in words; empty for nothing.
    pub treatment: String,
    /// After normalisation.
    pub normalised: Arc<Column>,
    /// Rows that lay beyond an end of the scale and were put on it.
    pub clamped: Vec<usize>,
    /// True where all places are equal and the policy for constant columns was applied.
    pub constant: bool,
}

/// A ranked place.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedPlace {
    /// Position in the league.
    pub place: usize,
    /// Rank, 1 for the best; halves occur under average ties.
    pub rank: f64,
    /// The score that is ranked: after strategy, adjustments and rounding.
    pub score: f64,
    /// The same before rounding.
    pub full_score: f64,
    /// True where another place shares the rank's score.
    pub tied: bool,
    /// Class, as a position among the classes of the index, where it has any.
    pub class: Option<u32>,
}

/// An adjustment that applied to a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Position among the project's adjustments.
    pub adjustment: usize,
    /// Points added.
    pub delta: f64,
}

/// A place below the line.
#[derive(Debug, Clone, PartialEq)]
pub struct ExcludedPlace {
    /// Position in the league.
    pub place: usize,
    /// Why it is not ranked.
    pub why: Exclusion,
}

/// Why a place is not ranked.
#[derive(Debug, Clone, PartialEq)]
pub enum Exclusion {
    /// No measured figure in these required criteria.
    NoEvidence(Vec<NodeIx>),
    /// Too few leaves hold a figure.
    Coverage {
        /// Share held.
        held: f64,
        /// Share required.
        required: f64,
    },
    /// The missing policy left the root without a score.
    NoScore,
    /// The strategy cannot judge it: these figures are missing.
    NotJudged(Vec<String>),
    /// The strategy's `eligible` said no.
    NotEligible,
}
