//! A study as a JSON document that other programs rely on.
//!
//! Counts are whole draws, so that documents of several runs add up; shares follow from them.

use super::json::{SCHEMA_VERSION, pretty};
use super::views::{Subject, headline, nominal_rank};
use crate::robustness::Stopped;
use crate::robustness::project::{Line, Setup, Study};
use serde_json::{Map, Value, json};

/// Writes a study.
pub fn write(subject: Subject, setup: &Setup, study: &Study) -> String {
    pretty(&document(subject, setup, study))
}

/// Makes the document of a study.
pub fn document(subject: Subject, setup: &Setup, study: &Study) -> Value {
    let id = |place: usize| setup.project.league[setup.places[place]].id.as_str();
    let paths = |lines: &[Line]| -> Vec<String> { lines.iter().map(|l| l.path.clone()).collect() };
    let settings = |lines: &[Line]| -> Map<String, Value> {
        let pairs = lines.iter().map(|l| (l.path.clone(), json!(l.words)));
        pairs.collect()
    };
    let outcome = &study.outcome;
    let ties: Vec<Vec<&str>> = study
        .ties
        .iter()
        .map(|tie| tie.places.iter().map(|&place| id(place)).collect())
        .collect();
    json!({
        "schema_version": SCHEMA_VERSION,
        "kind": "robustness",
        "project": setup.project.name,
        "profile": setup.project.profile.id,
        "index": subject.board.index,
        "headline": headline(setup, study),
        "draws": outcome.made,
        "requested": outcome.requested,
        "stopped": match outcome.stopped {
            Stopped::Complete => "complete",
            Stopped::Precise => "precise",
            Stopped::Cancelled => "cancelled",
        },
        "counted": outcome.tally.draws,
        "undefined": outcome.tally.undefined,
        "seed": setup.spec.seed,
        "combinations": setup.design.points.len(),
        "possible_combinations": setup.design.possible,
        "largest_standard_error": study.summary.largest_standard_error,
        "varied": paths(&study.varied),
        "held": paths(&study.held),
        "could_not_vary": paths(&study.fixed),
        "settings": {
            "varied": settings(&study.varied),
            "held": settings(&study.held),
            "could_not_vary": settings(&study.fixed),
        },
        "rows": (0..setup.places.len()).map(|at| row(setup, study, at)).collect::<Vec<_>>(),
        "pairwise": pairwise(setup, study),
        "tie_groups": ties,
        "set_aside": setup.set_aside.iter().map(|(row, why)| json!({
            "place": setup.project.league[*row].id.as_str(),
            "reason": why,
        })).collect::<Vec<_>>(),
    })
}

fn row(setup: &Setup, study: &Study, at: usize) -> Value {
    let place = &study.summary.places[at];
    let tally = &study.outcome.tally;
    let counts: Vec<u64> = (0..setup.places.len())
        .map(|rank| tally.rank_count(at, rank))
        .collect();
    json!({
        "place": setup.project.league[setup.places[at]].id.as_str(),
        "name": setup.project.league[setup.places[at]].name,
        "rank": nominal_rank(setup, at),
        "score": setup.nominal[at],
        "counts": counts,
        "p05": place.rank_p05,
        "p50": place.rank_p50,
        "p95": place.rank_p95,
        "expected_rank": place.expected_rank,
        "expected_rank_error": place.expected_rank_error,
        "scores": place.score,
        "central_weights": place.central_weights.as_ref().map(|rows| weights(setup, rows)),
        "confidence": study.confidence.get(at).copied().flatten(),
    })
}

/// Writes shares among siblings by criterion.
fn weights(setup: &Setup, rows: &[f64]) -> Map<String, Value> {
    let children = setup
        .base
        .weights
        .groups
        .iter()
        .flat_map(|(_, children)| children);
    let pairs = children
        .zip(rows)
        .map(|(at, share)| (setup.project.tree.node(*at).id.to_string(), json!(share)));
    pairs.collect()
}

/// Writes the draws in which one place is ahead of another.
fn pairwise(setup: &Setup, study: &Study) -> Value {
    let Some(wins) = &study.outcome.tally.wins else {
        return Value::Null;
    };
    let id = |place: usize| setup.project.league[setup.places[place]].id.to_string();
    let rows = wins
        .chunks(setup.places.len().max(1))
        .enumerate()
        .map(|(above, row)| {
            let ahead = row.iter().enumerate().filter(|(below, _)| *below != above);
            let ahead: Map<String, Value> = ahead
                .map(|(below, count)| (id(below), json!(count)))
                .collect();
            (id(above), Value::Object(ahead))
        });
    Value::Object(rows.collect())
}
