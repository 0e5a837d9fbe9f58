//! One file per question: from a project and its scoreboard to a report.

mod audit;
mod brief;
mod change;
mod compare;
mod criterion;
mod data;
mod edition;
mod figures;
#[cfg(feature = "planning")]
pub mod forecast;
mod full;
mod lists;
mod live;
mod method;
mod parts;
mod place;
#[cfg(feature = "planning")]
pub mod plan;
mod ranking;
mod rankings;
#[cfg(feature = "planning")]
mod reach;
mod robustness;
mod rule_page;
mod rule_steps;
mod rule_tests;
mod rule_times;
mod rule_units;
mod side_by_side;
#[cfg(feature = "planning")]
mod sizing;
mod stale;
mod todo;
#[cfg(feature = "planning")]
mod utilisation;
mod weights;
mod what_would;
mod whatif;
pub mod words;

pub use audit::audit;
pub use compare::compare;
pub use criterion::criterion;
pub use data::{coverage, summary};
pub use edition::{Edition, edition};
pub use full::{Asked, full, how_sure, place_brief, why_pair};
pub use lists::{all_methods, criteria, methods, places};
pub use live::{live_rows, live_weights};
pub use place::place;
pub use ranking::ranking;
pub use rankings::{Ranked, rankings};
#[cfg(feature = "planning")]
pub use reach::{allocated, reach_case, reach_place};
pub use robustness::{headline, nominal_rank, rank_range, robustness, tied};
pub use rule_page::strategy_page;
pub use rule_steps::{RulePair, RuleRun, rule_difference, rule_steps};
pub use rule_tests::{Tested, rule_tests, shortfall};
pub use rule_times::{RuleTimes, Speed, rule_times};
#[cfg(feature = "planning")]
pub use sizing::{chips, sizing_case, sizing_place};
pub use stale::stale;
pub use todo::todo;
#[cfg(feature = "planning")]
pub use utilisation::{utilisation_all, utilisation_case, utilisation_place};
pub use weights::{effective_weights, weights};
pub use what_would::{in_order, overtake, position, reversal, sensitivity, stability};
pub use whatif::{Run, whatif};

use crate::model::{NodeIx, Place};
use crate::num::{float, stats};
use crate::project::{Index, Project};
use crate::score::explain::{self, Contribution};
use crate::score::{Applied, Board, ExcludedPlace, RankedPlace, Scoreboard};
use std::collections::BTreeMap;

/// One result together with the project it was computed from.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The project.
    pub project: &'a Project,
    /// What was asked.
    pub index: &'a Index,
    /// What came out.
    pub board: &'a Board,
}

impl<'a> Subject<'a> {
    /// Takes the board at a position.
    ///
    /// # Panics
    ///
    /// If there is no such board; a scoreboard has one per index of its project.
    pub fn new(project: &'a Project, scoreboard: &'a Scoreboard, at: usize) -> Self {
        Self {
            project,
            index: &project.indices[at],
            board: &scoreboard.boards[at],
        }
    }

    /// Returns the children of the root.
    pub fn pillars(self) -> &'a [NodeIx] {
        &self.project.tree.node(self.index.root).children
    }

    /// Returns all criteria below the root in reading order, pillars at depth 0.
    pub fn criteria(self) -> Vec<(usize, NodeIx)> {
        let all = self.project.tree.downward(self.index.root);
        let below = all.into_iter().filter(|&(depth, _)| depth > 0);
        below.map(|(depth, at)| (depth - 1, at)).collect()
    }

    /// Returns the leaves below the root in reading order.
    pub fn leaves(self) -> Vec<NodeIx> {
        self.project.tree.leaves(self.index.root)
    }

    /// Returns the id of a criterion.
    pub fn id(self, at: NodeIx) -> &'a str {
        self.project.tree.node(at).id.as_str()
    }

    /// Returns the name of a criterion.
    pub fn name(self, at: NodeIx) -> &'a str {
        &self.project.tree.node(at).name
    }

    /// Returns a place of the league.
    pub fn place(self, row: usize) -> &'a Place {
        &self.project.league[row]
    }

    /// Returns the names of all places of the league; with the id where several have the same name.
    pub fn labels(self) -> Vec<String> {
        let league = &self.project.league;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for place in league {
            *counts.entry(place.name.as_str()).or_default() += 1;
        }
        let label = |place: &Place| match counts[place.name.as_str()] {
            1 => place.name.clone(),
            _ => format!("{} ({})", place.name, place.id),
        };
        league.iter().map(label).collect()
    }

    /// Returns the rank and score of a place, if it is ranked.
    pub fn ranked(self, row: usize) -> Option<&'a RankedPlace> {
        self.board.ranking.iter().find(|ranked| ranked.place == row)
    }

    /// Returns why a place is not ranked, if it is not.
    pub fn excluded(self, row: usize) -> Option<&'a ExcludedPlace> {
        self.board.excluded.iter().find(|out| out.place == row)
    }

    /// Returns the score of a criterion at a place.
    pub fn score(self, at: NodeIx, row: usize) -> Option<f64> {
        self.board.scores[at.0].value(row)
    }

    /// Returns score, weight in force and contribution of each criterion at a place, by position in
    /// the tree.
    pub fn parts(self, row: usize) -> Vec<Contribution> {
        explain::contributions(self.project, self.index, self.board, row)
    }

    /// Returns what a criterion adds to the score of a place, where scores are sums.
    pub fn contribution(self, at: NodeIx, row: usize) -> Option<f64> {
        self.parts(row)[at.0].contribution
    }

    /// Tells for each criterion, by position in the tree, whether it adds a part of its own.
    pub fn additive(self) -> Vec<bool> {
        explain::additive(self.project, self.index)
    }

    /// Tells whether the score is the sum of the contributions of the pillars.
    pub fn is_additive(self) -> bool {
        let (pillars, additive) = (self.pillars(), self.additive());
        !pillars.is_empty() && pillars.iter().all(|at| additive[at.0])
    }

    /// Returns the weight of each criterion before reweighting, by position in the tree.
    pub fn nominal(self) -> Vec<f64> {
        explain::nominal_weights(self.project, self.index)
    }

    /// Returns the number of leaves with a measured figure that a place holds in each pillar.
    pub fn evidence(self, row: usize) -> Vec<(NodeIx, u32)> {
        let counts = self
            .board
            .holdings
            .evidence
            .iter()
            .map(|column| column[row]);
        self.pillars().iter().copied().zip(counts).collect()
    }

    /// Returns the adjustments that applied to a place.
    pub fn adjustments(self, row: usize) -> &'a [Applied] {
        self.board.adjustments.get(&row).map_or(&[], Vec::as_slice)
    }

    /// Returns the points that adjustments add to a place.
    pub fn adjusted(self, row: usize) -> f64 {
        float::sum(self.adjustments(row).iter().map(|applied| applied.delta))
    }

    /// Returns the class of a ranked place, where the project has classes.
    pub fn class(self, ranked: &RankedPlace) -> Option<&'a str> {
        let (name, _) = self.index.output.classes.get(ranked.class? as usize)?;
        Some(name)
    }

    /// Returns the scale of the result; the scores of a ranking method have none but their range.
    pub fn scale(self) -> (f64, f64) {
        if self.board.method.is_none() {
            return self.project.nodes[self.index.root.0].scale;
        }
        let scores: Vec<f64> = self.board.ranking.iter().map(|r| r.score).collect();
        stats::range(&scores).unwrap_or_default()
    }

    /// Returns the line that says what was computed from what.
    pub fn setting(self) -> String {
        let project = self.project;
        let name = Some(project.name.clone()).filter(|name| !name.is_empty());
        let mut parts: Vec<String> = name.into_iter().collect();
        if !project.profile.id.is_empty() {
            parts.push(format!("profile {}", project.profile.id));
        }
        if let Some(date) = project.as_of {
            parts.push(format!("as of {date}"));
        }
        parts.push(format!("weights {}", self.index.weights));
        parts.push(match &self.board.method {
            Some(method) => format!("method {}", method::named(method)),
            None => format!("strategy {}", self.board.strategy),
        });
        parts.join(" · ")
    }

    /// Returns the title of the result.
    pub fn title(self) -> String {
        let profile = &self.project.profile;
        let base = if profile.title.is_empty() {
            &self.project.name
        } else {
            &profile.title
        };
        if self.project.indices.len() > 1 {
            format!("{base}: {}", self.index.name)
        } else {
            base.clone()
        }
    }
}
