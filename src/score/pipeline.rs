//! From a project to a scoreboard.

use super::evidence::{self, Holdings};
use super::settle::settle;
use super::strategy::{self, Judged};
use super::{Board, ExcludedPlace, Exclusion, RankedPlace, Scoreboard, branches, leaves};
use crate::diagnostics::Diagnostics;
use crate::model::Column;
use crate::num::rank;
use crate::outrank::merge_close;
use crate::project::{Index, Project};
use std::sync::Arc;

/// Scores and ranks the places of a project, once per index.
///
/// # Errors
///
/// The findings that make an answer impossible: a figure that a method cannot take, a missing
/// figure where the policy is `fail`, a script that fails for a place. All of them are returned,
/// not the first.
pub fn score(project: &Project) -> Result<Scoreboard, Diagnostics> {
    let project = settle(project)?;
    let project = project.as_ref();
    let mut found = Diagnostics::new();
    let boards: Vec<Board> = project
        .indices
        .iter()
        .filter_map(|index| board(project, index, &mut found))
        .collect();
    if found.has_errors() || boards.len() < project.indices.len() {
        return Err(found);
    }
    Ok(Scoreboard {
        boards,
        diagnostics: found,
    })
}

/// What the stages of one index share.
pub(super) struct Run<'a> {
    pub(super) project: &'a Project,
    pub(super) index: &'a Index,
    /// Positions in the league of the places that are judged, in its order. Columns of the stages
    /// hold these places only, and are spread over the league at the end.
    pub(super) judged: Vec<usize>,
}

impl Run<'_> {
    /// Returns the cells of the judged places: the same column if that is everybody.
    pub(super) fn of_judged(&self, column: &Arc<Column>) -> Arc<Column> {
        if self.judged.len() == column.len() {
            return Arc::clone(column);
        }
        Arc::new(column.pick(&self.judged))
    }

    /// Spreads a column over the judged places to one over the league; others are missing.
    pub(super) fn over_league(&self, column: Arc<Column>) -> Arc<Column> {
        let league = self.project.league.len();
        if self.judged.len() == league {
            return column;
        }
        let mut wide = Column::missing(league);
        for (row, &place) in self.judged.iter().enumerate() {
            wide.set(place, column.cell(row));
        }
        Arc::new(wide)
    }
}

fn board(project: &Project, index: &Index, found: &mut Diagnostics) -> Option<Board> {
    let holdings = evidence::holdings(project, index);
    let (judged, mut excluded) = gate(project, &holdings);
    let run = Run {
        project,
        index,
        judged,
    };

    let leaves = leaves::stages(&run, found);
    if found.has_errors() {
        return None;
    }
    let scores = branches::scores(&run, &leaves, found)?;
    let judgement = strategy::judge(&run, &scores, &leaves, found)?;

    let ranking = ranking(&run, &judgement, &mut excluded);
    let Judged {
        adjustments,
        method,
        ..
    } = judgement;
    Some(Board {
        index: index.id.clone(),
        strategy: index
            .strategy
            .as_ref()
            .map_or("weighted".to_owned(), |s| s.name.clone()),
        method,
        scores: scores
            .into_iter()
            .map(|column| run.over_league(column))
            .collect(),
        leaves: leaves
            .into_iter()
            .map(|(at, stages)| (at, stages.over_league(&run)))
            .collect(),
        ranking,
        excluded,
        adjustments: adjustments
            .into_iter()
            .map(|(row, all)| (run.judged[row], all))
            .collect(),
        holdings,
    })
}

/// Returns the positions in the league of the places that hold enough to be judged.
pub(super) fn judged(project: &Project, index: &Index) -> Vec<usize> {
    gate(project, &evidence::holdings(project, index)).0
}

/// Splits the league into the places that hold enough to be judged and those that do not.
pub(super) fn gate(project: &Project, holdings: &Holdings) -> (Vec<usize>, Vec<ExcludedPlace>) {
    let (mut judged, mut excluded) = (vec![], vec![]);
    for place in 0..project.league.len() {
        match evidence::shortfall(project, holdings, place) {
            None => judged.push(place),
            Some(why) => excluded.push(ExcludedPlace { place, why }),
        }
    }
    (judged, excluded)
}

/// Ranks the places that have a score and sets the others aside.
fn ranking(run: &Run, judgement: &Judged, excluded: &mut Vec<ExcludedPlace>) -> Vec<RankedPlace> {
    let (mut places, mut full) = (vec![], vec![]);
    for (row, &place) in run.judged.iter().enumerate() {
        match (&judgement.reasons[row], judgement.scores.value(row)) {
            (None, Some(score)) => {
                places.push(place);
                full.push(score);
            }
            (why, _) => {
                let why = why.clone().unwrap_or(Exclusion::NoScore);
                excluded.push(ExcludedPlace { place, why });
            }
        }
    }
    excluded.sort_by_key(|e| e.place);
    let output = &run.project.output;
    let rounded: Vec<f64> = match output.rank_on {
        Some(rounding) => full.iter().map(|&score| rounding.apply(score)).collect(),
        // Methods leave last bits between places that are equal on paper.
        None if judgement.method.is_some() => merge_close(&full),
        None => full.clone(),
    };
    let best = judgement.method.as_ref().map_or(output.best, |m| m.best);
    // The league is sorted by id, and `order` keeps the order of equals: by rank, then id.
    let order = rank::order(&rounded, best);
    let ranks = rank::rank_in(&rounded, &order, output.ties);
    let equal = |a: usize, b: usize| rounded[a].total_cmp(&rounded[b]).is_eq();
    let class = |score: f64| output.classes.iter().position(|(_, from)| score >= *from);
    order
        .iter()
        .enumerate()
        .map(|(at, &i)| RankedPlace {
            place: places[i],
            rank: ranks[i],
            score: rounded[i],
            full_score: full[i],
            tied: (at > 0 && equal(order[at - 1], i))
                || order.get(at + 1).is_some_and(|&next| equal(i, next)),
            class: class(rounded[i]),
        })
        .collect()
}
