//! From a project to a scoreboard.

use super::evidence::{self, Holding};
use super::strategy::{self, Judged};
use super::{Board, ExcludedPlace, Exclusion, RankedPlace, Scoreboard, branches, leaves};
use crate::diagnostics::Diagnostics;
use crate::model::Column;
use crate::num::rank;
use crate::project::{Index, Project};
use indexmap::IndexMap;

/// Scores and ranks the places of a project, once per index.
///
/// # Errors
///
/// The findings that make an answer impossible: a figure that a method cannot take, a missing
/// figure where the policy is `fail`, a script that fails for a place. All of them are returned,
/// not the first.
pub fn score(project: &Project) -> Result<Scoreboard, Diagnostics> {
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

/// What the stages of one index share: which places are judged, and what each place holds.
pub(super) struct Run<'a> {
    pub(super) project: &'a Project,
    pub(super) index: &'a Index,
    /// Positions in the league of the places that are judged, in its order. Columns of the stages
    /// hold these places only, and are spread over the league at the end.
    pub(super) judged: Vec<usize>,
}

fn board(project: &Project, index: &Index, found: &mut Diagnostics) -> Option<Board> {
    let holdings: Vec<Holding> = (0..project.league.len())
        .map(|place| evidence::holding(project, index, place))
        .collect();
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
    let Judged {
        scores: finals,
        adjustments,
        reasons,
    } = strategy::judge(&run, &scores, &leaves, found)?;

    let mut places = vec![];
    for (row, &place) in run.judged.iter().enumerate() {
        match (&reasons[row], finals.value(row)) {
            (None, Some(score)) => places.push((row, place, score)),
            (why, _) => excluded.push(ExcludedPlace {
                place,
                why: why.clone().unwrap_or(Exclusion::NoScore),
                evidence: holdings[place].evidence.clone(),
                coverage: holdings[place].coverage(),
            }),
        }
    }
    excluded.sort_by_key(|e| e.place);
    let ranking = ranking(project, &places, &holdings, adjustments);
    let spread = |column: &Column| spread(column, &run.judged, project.league.len());
    Some(Board {
        index: index.id.clone(),
        strategy: index
            .strategy
            .as_ref()
            .map_or("weighted".to_owned(), |s| s.name.clone()),
        scores: scores.iter().map(spread).collect(),
        leaves: leaves
            .into_iter()
            .map(|(at, stages)| (at, stages.spread(&spread, &run.judged)))
            .collect(),
        ranking,
        excluded,
    })
}

/// Splits the league into the places that hold enough to be judged and those that do not.
fn gate(project: &Project, holdings: &[Holding]) -> (Vec<usize>, Vec<ExcludedPlace>) {
    let (mut judged, mut excluded) = (vec![], vec![]);
    for (place, holding) in holdings.iter().enumerate() {
        match evidence::shortfall(project, holding) {
            None => judged.push(place),
            Some(why) => excluded.push(ExcludedPlace {
                place,
                why,
                evidence: holding.evidence.clone(),
                coverage: holding.coverage(),
            }),
        }
    }
    (judged, excluded)
}

/// Ranks scored places: `(row among the judged, position in the league, score)`.
fn ranking(
    project: &Project,
    places: &[(usize, usize, f64)],
    holdings: &[Holding],
    mut adjustments: IndexMap<usize, Vec<super::Applied>>,
) -> Vec<RankedPlace> {
    let output = &project.output;
    let rounded: Vec<f64> = places
        .iter()
        .map(|&(_, _, full)| output.rank_on.map_or(full, |rounding| rounding.apply(full)))
        .collect();
    let ranks = rank::rank(&rounded, output.best, output.ties);
    // The league is sorted by id, and `order` keeps the order of equals: by rank, then id.
    let order = rank::order(&rounded, output.best);
    let equal = |a: usize, b: usize| rounded[a].total_cmp(&rounded[b]).is_eq();
    let neighbours_tie = |at: usize| {
        (at > 0 && equal(order[at - 1], order[at]))
            || order
                .get(at + 1)
                .is_some_and(|&next| equal(order[at], next))
    };
    let mut ranking = Vec::with_capacity(places.len());
    for (at, &i) in order.iter().enumerate() {
        let (row, place, full_score) = places[i];
        let holding = &holdings[place];
        let class = output.classes.iter().find(|(_, from)| rounded[i] >= *from);
        ranking.push(RankedPlace {
            place,
            rank: ranks[i],
            score: rounded[i],
            full_score,
            tied: neighbours_tie(at),
            class: class.map(|(name, _)| name.clone()),
            coverage: holding.coverage(),
            evidence: holding.evidence.clone(),
            oldest: holding.oldest,
            bounds_share: holding.bounds_share(),
            adjustments: adjustments.swap_remove(&row).unwrap_or_default(),
        });
    }
    ranking
}

/// Spreads a column over the judged places to one over the league; others are missing.
fn spread(column: &Column, judged: &[usize], league: usize) -> Column {
    if judged.len() == league {
        return column.clone();
    }
    let mut wide = Column::missing(league);
    for (row, &place) in judged.iter().enumerate() {
        wide.set(place, column.cell(row));
    }
    wide
}
