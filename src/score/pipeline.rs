//! From a project to a scoreboard.

use super::branches::{self, Computed};
use super::evidence::{self, Holdings};
use super::figures::criterion_read;
use super::settle::settle;
use super::strategy::{self, Judged};
use super::{Applied, Board, ExcludedPlace, Exclusion, RankedPlace, Scoreboard, leaves};
use crate::diagnostics::Diagnostics;
use crate::model::Column;
use crate::num::rank;
use crate::num::round::settled;
use crate::outrank::merge_close;
use crate::project::{Index, Output, Project};
use indexmap::IndexMap;
use std::borrow::Cow;
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

    let needed = needed(&run);
    let leaves = leaves::stages(&run, &needed, found);
    if found.has_errors() {
        return None;
    }
    let Computed {
        scores,
        branches,
        adjusted,
    } = branches::scores(&run, &needed, &leaves, found)?;
    let judgement = strategy::judge(&run, &scores, &leaves, found)?;

    let ranking = ranking(&run, &judgement, &mut excluded);
    let Judged {
        adjustments,
        method,
        ..
    } = judgement;
    let by_place = |rows: IndexMap<usize, Vec<Applied>>| {
        let rows = rows.into_iter();
        rows.map(|(row, all)| (run.judged[row], all)).collect()
    };
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
        ranking: ranking.ranked,
        group_ranks: ranking.in_groups,
        excluded,
        branches: branches
            .into_iter()
            .map(|(at, stages)| (at, stages.over_league(&run)))
            .collect(),
        adjustments: by_place(adjustments),
        adjusted: adjusted
            .into_iter()
            .map(|(at, rows)| (at, by_place(rows)))
            .collect(),
        holdings,
        ranges: None,
    })
}

/// Returns the positions in the league of the places that hold enough to be judged.
pub(super) fn judged(project: &Project, index: &Index) -> Vec<usize> {
    gate(project, &evidence::holdings(project, index)).0
}

/// Tells which criteria the result rests on: those below the root, and those that scripts read besides.
pub(super) fn needed(run: &Run) -> Vec<bool> {
    let tree = &run.project.tree;
    let scripts = run.index.strategy.iter().map(|s| &s.rule);
    let scripts = scripts.chain(run.project.adjustments.iter().map(|a| &a.rule));
    let read = scripts
        .flat_map(|rule| ["score", "eligible"].map(|function| rule.reads(function)))
        .flatten();
    let criteria = read.filter_map(|read| tree.find_in_scripts(criterion_read(&read)?));
    run.project.needed(criteria.chain([run.index.root]))
}

/// Splits the league into the places that hold enough to be judged and those that do not.
pub(super) fn gate(project: &Project, holdings: &Holdings) -> (Vec<usize>, Vec<ExcludedPlace>) {
    if evidence::requires_nothing(project) {
        return ((0..project.league.len()).collect(), vec![]);
    }
    let (mut judged, mut excluded) = (vec![], vec![]);
    for place in 0..project.league.len() {
        match evidence::shortfall(project, holdings, place) {
            None => judged.push(place),
            Some(why) => excluded.push(ExcludedPlace { place, why }),
        }
    }
    (judged, excluded)
}

/// Ranked places, and their ranks within groups by position in the league.
struct Ranking {
    ranked: Vec<RankedPlace>,
    in_groups: IndexMap<usize, f64>,
}

/// Ranks the places that have a score and sets the others aside.
fn ranking(run: &Run, judgement: &Judged, excluded: &mut Vec<ExcludedPlace>) -> Ranking {
    let judged = run.judged.len();
    let (mut places, mut full) = (Vec::with_capacity(judged), Vec::with_capacity(judged));
    for (row, &place) in run.judged.iter().enumerate() {
        match (judgement.reasons.get(&row), judgement.scores.value(row)) {
            (None, Some(score)) => {
                places.push(place);
                full.push(score);
            }
            (why, _) => {
                let why = why.cloned().unwrap_or(Exclusion::NoScore);
                excluded.push(ExcludedPlace { place, why });
            }
        }
    }
    excluded.sort_by_key(|e| e.place);
    let output = &run.index.output;
    let rounded: Cow<[f64]> = match output.rank_on {
        Some(rounding) => full.iter().map(|&score| rounding.apply(score)).collect(),
        // Methods leave last bits between places that are equal on paper.
        None if judgement.method.is_some() => merge_close(&full).into(),
        None => full.as_slice().into(),
    };
    let best = judgement.method.as_ref().map_or(output.best, |m| m.best);
    // The league is sorted by id, and `order` keeps the order of equals: by rank, then id.
    let order = rank::order(&rounded, best);
    let sorted: Vec<f64> = order.iter().map(|&i| rounded[i]).collect();
    let ranks = rank::rank_sorted(&sorted, output.ties);
    let equal = |at: usize| sorted[at].to_bits() == sorted[at + 1].to_bits();
    let last = sorted.len().saturating_sub(1);
    let all = order.iter().zip(&ranks).enumerate();
    let ranked = all.map(|(at, (&i, &rank))| RankedPlace {
        place: places[i],
        rank,
        score: sorted[at],
        full_score: full[i],
        tied: (at > 0 && equal(at - 1)) || (at < last && equal(at)),
        class: class(output, sorted[at]),
    });
    Ranking {
        ranked: ranked.collect(),
        in_groups: group_ranks(output, best, &places, &rounded),
    }
}

/// Returns the class with the highest limit that a score reaches. Limits are written in decimal and
/// compared in decimal.
fn class(output: &Output, score: f64) -> Option<u32> {
    if output.classes.is_empty() {
        return None;
    }
    let score = settled(score);
    let reached = output.classes.iter().enumerate();
    let reached = reached.filter(|(_, (_, from))| score >= *from);
    let highest = reached.max_by(|a, b| a.1.1.total_cmp(&b.1.1));
    highest.and_then(|(position, _)| u32::try_from(position).ok())
}

/// Ranks places among those of their group, where the index ranks within groups; a place without a group
/// has no such rank.
fn group_ranks(
    output: &Output,
    best: rank::Best,
    places: &[usize],
    scores: &[f64],
) -> IndexMap<usize, f64> {
    let mut ranks = IndexMap::new();
    let Some(within) = &output.within else {
        return ranks;
    };
    let mut members: IndexMap<&str, Vec<usize>> = IndexMap::new();
    for (at, &place) in places.iter().enumerate() {
        let group = within.groups[place].as_str();
        if !group.is_empty() {
            members.entry(group).or_default().push(at);
        }
    }
    for members in members.values() {
        let own: Vec<f64> = members.iter().map(|&at| scores[at]).collect();
        let own = rank::rank(&own, best, output.ties);
        ranks.extend(members.iter().map(|&at| places[at]).zip(own));
    }
    ranks
}
