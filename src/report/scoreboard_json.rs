//! The ranking as a JSON document that other programs rely on.
//!
//! Ids, not names, identify places and criteria. Missing is `null`, no number is NaN, and numbers are
//! written in the shortest form that reads back the same. Contributions of the pillars plus adjustments
//! sum to the score where every aggregation is additive, and are absent elsewhere.

use super::findings::Finding;
use super::json::{SCHEMA_VERSION, plain_number};
use super::method_json::{self, MethodPart};
use super::views::{Subject, words};
use crate::diagnostics::Files;
use crate::model::{NodeIx, Provenance};
use crate::project::{LeafValue, Project};
use crate::score::explain::Contribution;
use crate::score::{ExcludedPlace, RankedPlace, Scoreboard};
use indexmap::IndexMap;
use serde::{Serialize, Serializer};

/// The document.
#[derive(Debug, Serialize)]
pub struct Document {
    schema_version: u32,
    project: String,
    as_of: Option<String>,
    profile: String,
    index: String,
    strategy: String,
    /// The ranking method, where one ranks the places.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<MethodPart>,
    weights: IndexMap<String, f64>,
    ranking: Vec<Row>,
    excluded: Vec<Excluded>,
    /// Every result, where a project asks for several; the first is also the one above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indices: Vec<IndexPart>,
    diagnostics: Vec<Finding>,
}

#[derive(Debug, Clone, Serialize)]
struct IndexPart {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<MethodPart>,
    weights: IndexMap<String, f64>,
    ranking: Vec<Row>,
    excluded: Vec<Excluded>,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    #[serde(serialize_with = "as_rank")]
    rank: f64,
    place: String,
    name: String,
    score: f64,
    tied: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    /// Rank within its group, where the index ranks within groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_rank: Option<f64>,
    coverage: f64,
    evidence: IndexMap<String, u32>,
    oldest: Option<String>,
    bounds_share: f64,
    criteria: IndexMap<String, Criterion>,
    adjustments: Vec<Adjustment>,
    imputed: Vec<CellNote>,
    bounds: Vec<CellNote>,
    /// Inner results of the ranking method.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    details: IndexMap<&'static str, serde_json::Value>,
    /// The ranks that 5 % and 95 % of the draws of the weights reach or better; `null` without draws.
    range: Option<[usize; 2]>,
}

#[derive(Debug, Clone, Serialize)]
struct Criterion {
    score: Option<f64>,
    weight: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    contribution: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
struct Adjustment {
    rule: String,
    delta: f64,
}

#[derive(Debug, Clone, Serialize)]
struct CellNote {
    criterion: String,
    indicator: Option<String>,
    value: Option<f64>,
    how: String,
}

#[derive(Debug, Clone, Serialize)]
struct Excluded {
    place: String,
    name: String,
    reason: String,
    evidence: IndexMap<String, u32>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn as_rank<S: Serializer>(rank: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    plain_number(*rank).serialize(serializer)
}

impl Document {
    /// Makes the document of a run.
    ///
    /// # Panics
    ///
    /// If the scoreboard holds no board; scoring always makes one per index.
    pub fn new(project: &Project, scoreboard: &Scoreboard, diagnostics: Vec<Finding>) -> Self {
        let parts: Vec<IndexPart> = (0..scoreboard.boards.len())
            .map(|at| part(Subject::new(project, scoreboard, at)))
            .collect();
        let first = parts.first().expect("a board per index").clone();
        Self {
            schema_version: SCHEMA_VERSION,
            project: project.name.clone(),
            as_of: project.as_of.map(|date| date.to_string()),
            profile: project.profile.id.clone(),
            index: first.id,
            strategy: scoreboard.boards[0].strategy.clone(),
            method: first.method,
            weights: first.weights,
            ranking: first.ranking,
            excluded: first.excluded,
            indices: if parts.len() > 1 { parts } else { vec![] },
            diagnostics,
        }
    }
}

/// Writes the document of a run.
///
/// # Panics
///
/// As [`Document::new`].
pub fn write(project: &Project, scoreboard: &Scoreboard, files: &Files) -> String {
    let findings = Finding::all(&scoreboard.diagnostics, files);
    let document = Document::new(project, scoreboard, findings);
    let mut text = serde_json::to_string_pretty(&document).expect("keys are texts");
    text.push('\n');
    text
}

fn part(subject: Subject) -> IndexPart {
    let board = subject.board;
    let (criteria, nominal) = (subject.criteria(), subject.nominal());
    IndexPart {
        id: board.index.clone(),
        method: MethodPart::of(subject),
        weights: criteria
            .iter()
            .map(|&(_, at)| (subject.id(at).to_owned(), nominal[at.0]))
            .collect(),
        ranking: board.ranking.iter().map(|r| row(subject, r)).collect(),
        excluded: board
            .excluded
            .iter()
            .map(|e| excluded(subject, e))
            .collect(),
    }
}

fn row(subject: Subject, ranked: &RankedPlace) -> Row {
    let place = &subject.project.league[ranked.place];
    let parts = subject.parts(ranked.place);
    let criterion = |at: NodeIx| criterion(&parts[at.0]);
    let holdings = &subject.board.holdings;
    Row {
        rank: ranked.rank,
        place: place.id.to_string(),
        name: place.name.clone(),
        score: ranked.score,
        tied: ranked.tied,
        class: subject.class(ranked).map(str::to_owned),
        group_rank: subject.board.group_ranks.get(&ranked.place).copied(),
        coverage: holdings.coverage(ranked.place),
        evidence: evidence(subject, ranked.place),
        oldest: holdings.oldest.get(&ranked.place).map(ToString::to_string),
        bounds_share: holdings.bounds_share(ranked.place),
        criteria: subject
            .criteria()
            .into_iter()
            .map(|(_, at)| (subject.id(at).to_owned(), criterion(at)))
            .collect(),
        adjustments: adjustments(subject, ranked.place),
        imputed: imputed(subject, ranked.place),
        bounds: bounds(subject, ranked.place),
        details: method_json::of_place(subject, ranked.place),
        range: range(subject, ranked.place),
    }
}

fn range(subject: Subject, row: usize) -> Option<[usize; 2]> {
    let ranges = subject.board.ranges.as_ref()?;
    ranges.ranks[row].map(|(low, high)| [low, high])
}

fn criterion(part: &Contribution) -> Criterion {
    Criterion {
        score: part.score,
        weight: part.weight,
        contribution: part.contribution,
    }
}

fn evidence(subject: Subject, row: usize) -> IndexMap<String, u32> {
    let held = subject.evidence(row).into_iter();
    held.map(|(at, count)| (subject.id(at).to_owned(), count))
        .collect()
}

fn adjustments(subject: Subject, row: usize) -> Vec<Adjustment> {
    let applied = subject.adjustments(row).iter();
    applied
        .map(|applied| Adjustment {
            rule: subject.project.adjustments[applied.adjustment]
                .because
                .clone(),
            delta: applied.delta,
        })
        .collect()
}

fn imputed(subject: Subject, row: usize) -> Vec<CellNote> {
    let leaves = subject.leaves();
    let notes = leaves.iter().flat_map(|&at| {
        let filled = subject.board.leaves.get(&at).map(|stages| &stages.filled);
        let mine = filled.into_iter().flatten().filter(move |f| f.row == row);
        mine.map(move |filled| CellNote {
            criterion: subject.id(at).to_owned(),
            indicator: first_indicator(subject, at),
            value: Some(filled.value),
            how: filled.how.clone(),
        })
    });
    notes.collect()
}

fn bounds(subject: Subject, row: usize) -> Vec<CellNote> {
    let mut notes = vec![];
    for at in subject.leaves() {
        let Some(LeafValue::Data(figures)) = subject.project.leaf(at).map(|leaf| &leaf.value)
        else {
            continue;
        };
        let sourced = figures.sourced_at(row).filter(|s| s.is_bound());
        if let Some(Provenance::Observation { row }) = sourced.map(|s| &s.provenance) {
            notes.push(CellNote {
                criterion: subject.id(at).to_owned(),
                indicator: Some(row.indicator.to_string()),
                value: Some(row.value),
                how: row.qualifier.word().to_owned(),
            });
        }
    }
    notes
}

fn first_indicator(subject: Subject, at: NodeIx) -> Option<String> {
    let leaf = subject.project.leaf(at)?;
    leaf.indicators.first().map(ToString::to_string)
}

fn excluded(subject: Subject, excluded: &ExcludedPlace) -> Excluded {
    let place = &subject.project.league[excluded.place];
    Excluded {
        place: place.id.to_string(),
        name: place.name.clone(),
        reason: words::exclusion(subject.project, &excluded.why),
        evidence: evidence(subject, excluded.place),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::score::Ranges;
    use serde_json::Value as Json;

    fn document() -> Json {
        let (project, scoreboard) = sample::scored();
        serde_json::from_str(&write(&project, &scoreboard, &Files::default())).unwrap()
    }

    #[test]
    fn the_document_has_the_agreed_fields_in_order() {
        let document = document();
        let keys: Vec<_> = document.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            keys,
            [
                "schema_version",
                "project",
                "as_of",
                "profile",
                "index",
                "strategy",
                "weights",
                "ranking",
                "excluded",
                "diagnostics"
            ]
        );
        let row: Vec<_> = document["ranking"][0]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(
            row,
            [
                "rank",
                "place",
                "name",
                "score",
                "tied",
                "coverage",
                "evidence",
                "oldest",
                "bounds_share",
                "criteria",
                "adjustments",
                "imputed",
                "bounds",
                "range"
            ]
        );
    }

    #[test]
    fn pillars_and_adjustments_sum_to_the_score() {
        let document = document();
        for row in document["ranking"].as_array().unwrap() {
            let of = |id: &str| row["criteria"][id]["contribution"].as_f64().unwrap();
            let adjusted: f64 = row["adjustments"]
                .as_array()
                .unwrap()
                .iter()
                .map(|a| a["delta"].as_f64().unwrap())
                .sum();
            let sum = of("academia") + of("compute") + adjusted;
            let score = row["score"].as_f64().unwrap();
            assert!((sum - score).abs() < 1e-9, "{sum} {score}");
        }
    }

    #[test]
    fn missing_is_null_and_whole_ranks_have_no_fraction() {
        let text = {
            let (project, scoreboard) = sample::scored();
            write(&project, &scoreboard, &Files::default())
        };
        assert!(text.contains("\"rank\": 1,"), "{text}");
        assert!(text.contains("\"range\": null"));
        assert!(!text.contains("NaN"));
    }

    #[test]
    fn the_range_is_two_ranks_where_somebody_drew() {
        let (project, mut scoreboard) = sample::scored();
        scoreboard.boards[0].ranges = Some(Ranges {
            draws: 10_000,
            seed: 1,
            varied: String::new(),
            ranks: vec![Some((1, 2)); 3],
            tied: vec![],
        });
        let text = write(&project, &scoreboard, &Files::default());
        let document: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(document["ranking"][0]["range"], serde_json::json!([1, 2]));
    }

    #[test]
    fn a_bound_names_its_cell_and_how() {
        let document = document();
        let bound = &document["ranking"][0]["bounds"][0];
        assert_eq!(bound["criterion"], "compute.capacity");
        assert_eq!(bound["indicator"], "compute_ai_eflops");
        assert_eq!(
            (bound["value"].as_f64(), bound["how"].as_str()),
            (Some(120.0), Some("gt"))
        );
    }

    #[test]
    fn places_below_the_line_say_why() {
        let document = document();
        assert_eq!(document["excluded"][0]["place"], "zhangjiakou");
        assert_eq!(
            document["excluded"][0]["reason"],
            "no measured figure in academia"
        );
    }
}
