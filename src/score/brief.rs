//! How each statement of the founding brief enters the result.
//!
//! The data marks the rows that the founding brief states. A reader of that brief asks of each of
//! them: does it count, is it only shown, or does somebody contradict it?

use crate::model::{
    Fact, Kind, LossReason, Observation, PlaceId, Programme, ProgrammeStatus, Provenance, Sourced,
    Target,
};
use crate::project::{LeafValue, Project};
use serde::Serialize;
use std::sync::Arc;

/// A statement of the founding brief with its part in the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement<'p> {
    /// What is stated.
    pub said: Said<'p>,
    /// How it enters the result.
    pub status: Status,
    /// Why, in a few words.
    pub why: String,
}

/// What is stated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<'p> {
    /// A figure.
    Figure(&'p Observation),
    /// A target.
    Target(&'p Target),
    /// Public money.
    Programme(&'p Programme),
    /// Something without a figure.
    Fact(&'p Fact),
}

impl<'p> Said<'p> {
    /// Returns the place it is about.
    pub fn place(self) -> &'p PlaceId {
        match self {
            Self::Figure(row) => &row.place,
            Self::Target(row) => &row.place,
            Self::Programme(row) => &row.place,
            Self::Fact(row) => &row.place,
        }
    }
}

/// How a statement enters the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Part of a score.
    Scored,
    /// Shown beside the scores.
    Shown,
    /// Shown, with what contradicts it.
    Contradicted,
}

impl Status {
    /// Returns the word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Shown => "shown",
            Self::Contradicted => "contradicted",
        }
    }
}

/// Returns every statement of the founding brief, figures first, each kind in the order of its file.
///
/// A statement counts as scored when the value of a criterion rests on it for its place; which places
/// and criteria there are depends on the profile.
pub fn statements(project: &Project) -> Vec<Statement<'_>> {
    let library = &project.library;
    let figures = library.observations.iter().filter(|row| row.from_seed);
    let targets = library.targets.iter().filter(|row| row.from_seed);
    let programmes = library.programmes.iter().filter(|row| row.from_seed);
    let facts = library.facts.iter().filter(|row| row.from_seed);
    let mut all: Vec<Statement<'_>> = figures.map(|row| figure(project, row)).collect();
    all.extend(targets.map(|row| target(project, row)));
    all.extend(programmes.map(|row| programme(project, row)));
    all.extend(facts.map(fact));
    all
}

/// Tells how a fact enters the result. It carries no figure, so it is never scored.
pub fn of_fact(fact: &Fact) -> Status {
    if fact.contradicted {
        Status::Contradicted
    } else {
        Status::Shown
    }
}

fn fact(row: &Fact) -> Statement<'_> {
    Statement {
        said: Said::Fact(row),
        status: of_fact(row),
        why: if row.contradicted {
            "by a better source"
        } else {
            "no figure"
        }
        .to_owned(),
    }
}

fn figure<'p>(project: &'p Project, row: &'p Arc<Observation>) -> Statement<'p> {
    let by = |test: &dyn Fn(&Sourced) -> bool| {
        cells(project, &row.place).find_map(|(id, cell)| test(cell).then_some(id))
    };
    let rests_on = |cell: &Sourced| cell.rows().any(|used| Arc::ptr_eq(used, row));
    let (status, why) = if row.kind == Kind::ClaimDisputed {
        (Status::Contradicted, "by a better source".to_owned())
    } else if let Some(id) = by(&rests_on) {
        (Status::Scored, format!("in {id}"))
    } else if let Some(reason) = lost(project, row) {
        (Status::Shown, reason.words().to_owned())
    } else {
        (Status::Shown, "no criterion reads it".to_owned())
    };
    Statement {
        said: Said::Figure(row),
        status,
        why,
    }
}

/// Returns why a row does not speak for its place, if a criterion looked at it.
fn lost<'p>(project: &'p Project, row: &Arc<Observation>) -> Option<&'p LossReason> {
    let rejected = cells(project, &row.place).flat_map(|(_, cell)| &cell.rejected);
    let mut mine = rejected.filter(|rejected| Arc::ptr_eq(&rejected.observation, row));
    mine.next().map(|rejected| &rejected.reason)
}

fn target<'p>(project: &'p Project, row: &'p Target) -> Statement<'p> {
    let looked_at = cells(project, &row.place).find_map(|(id, cell)| match &cell.provenance {
        Provenance::Target {
            target,
            state,
            others,
            ..
        } => {
            let passed_over = others.iter().find(|(other, _)| *other == row.id);
            let mine = target.id == row.id || passed_over.is_some();
            mine.then_some((id, target, *state, passed_over))
        }
        _ => None,
    });
    let (status, why) = match looked_at {
        // The same promise in another plan: scored, whichever of the two rows speaks for it.
        Some((id, target, state, _)) if state.scores() && is_same_promise(row, target) => {
            (Status::Scored, format!("in {id}: {}", state.words()))
        }
        Some((_, _, _, Some((_, reason)))) => (Status::Shown, reason.clone()),
        Some((_, _, state, None)) => (Status::Shown, state.words().to_owned()),
        None => (Status::Shown, "no criterion measures it".to_owned()),
    };
    Statement {
        said: Said::Target(row),
        status,
        why,
    }
}

fn programme<'p>(project: &'p Project, row: &'p Programme) -> Statement<'p> {
    let in_force = cells(project, &row.place).find_map(|(id, cell)| match &cell.provenance {
        Provenance::Programmes { counted, left_out } => Some((id, counted, left_out)),
        _ => None,
    });
    let (status, why) = match in_force {
        _ if row.status == ProgrammeStatus::Disputed => {
            (Status::Contradicted, "by a better source".to_owned())
        }
        Some((id, counted, _)) if counted.iter().any(|share| share.rows.contains(&row.id)) => {
            (Status::Scored, format!("in {id}"))
        }
        Some((id, counted, left_out)) => {
            let reason = left_out.iter().find(|(left, _)| *left == row.id);
            let reason = reason.map_or("not counted", |(_, reason)| reason);
            // The money is in the score where another row of its group tells of it.
            let same_money = counted.iter().flat_map(|share| &share.rows).any(|counted| {
                let mut rows = project.library.programmes.iter();
                rows.any(|other| other.id == *counted && is_same_money(row, other))
            });
            if same_money {
                (Status::Scored, format!("in {id}: {reason}"))
            } else {
                (Status::Shown, reason.to_owned())
            }
        }
        None => (Status::Shown, "no criterion reads it".to_owned()),
    };
    Statement {
        said: Said::Programme(row),
        status,
        why,
    }
}

fn is_same_promise(a: &Target, b: &Target) -> bool {
    a.indicator == b.indicator && a.value.total_cmp(&b.value).is_eq() && a.due == b.due
}

fn is_same_money(a: &Programme, b: &Programme) -> bool {
    !a.overlap_group.is_empty() && a.overlap_group == b.overlap_group && a.place == b.place
}

/// Walks the sourced cells of a place, leaf by leaf, with the id of the criterion.
fn cells<'p>(
    project: &'p Project,
    place: &PlaceId,
) -> impl Iterator<Item = (&'p str, &'p Sourced)> + use<'p> {
    let row = project.position(place.as_str());
    let leaves = project.tree.upward();
    leaves.filter_map(move |(at, node)| match &project.leaf(at)?.value {
        LeafValue::Data(figures) => Some((node.id.as_str(), figures.sourced_at(row?)?)),
        LeafValue::Derived { .. } => None,
    })
}
