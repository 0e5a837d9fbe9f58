//! What a ranking method says of the places, for the JSON document of a ranking.

use super::views::Subject;
use crate::num::rank::Best;
use crate::outrank::Detail;
use crate::score::MethodResult;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value, json};

/// The method of a result, with what it says of the whole.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MethodPart {
    name: &'static str,
    definition: String,
    on: &'static str,
    best: Best,
    /// Weights of the leaves that were compared.
    criteria: IndexMap<String, f64>,
    /// The places that were compared; numbers per pair are in this order.
    places: Vec<String>,
    details: IndexMap<&'static str, Value>,
    stood_in: Vec<StoodIn>,
}

/// A score that stands in for a missing one.
#[derive(Debug, Clone, Serialize)]
struct StoodIn {
    place: String,
    criterion: String,
    by: Option<String>,
    value: f64,
}

impl MethodPart {
    pub(super) fn of(subject: Subject) -> Option<Self> {
        let method = subject.board.method.as_ref()?;
        let id = |at| subject.id(at).to_owned();
        let ids: Vec<String> = method.leaves.iter().map(|&at| id(at)).collect();
        let weights = method.weights.iter().copied();
        Some(Self {
            name: method.name,
            definition: method.definition.clone(),
            on: method.on.word(),
            best: method.best,
            criteria: ids.into_iter().zip(weights).collect(),
            places: method.places.iter().map(|&p| place(subject, p)).collect(),
            details: method
                .details
                .iter()
                .filter_map(|(name, detail)| Some((*name, whole(subject, method, detail)?)))
                .collect(),
            stood_in: method
                .stood_in
                .iter()
                .map(|one| StoodIn {
                    place: place(subject, one.place),
                    criterion: id(one.leaf),
                    by: one.by.map(id),
                    value: one.value,
                })
                .collect(),
        })
    }
}

fn place(subject: Subject, row: usize) -> String {
    subject.place(row).id.to_string()
}

/// Returns an inner result that speaks of all places together.
fn whole(subject: Subject, method: &MethodResult, detail: &Detail) -> Option<Value> {
    Some(match detail {
        Detail::Flag(flag) => json!(flag),
        Detail::Set(set) => {
            let ids = set.iter().map(|&i| place(subject, method.places[i]));
            json!(ids.collect::<Vec<_>>())
        }
        Detail::Criteria(numbers) => {
            let ids = method.leaves.iter().map(|&at| subject.id(at).to_owned());
            json!(ids.zip(numbers).collect::<IndexMap<_, _>>())
        }
        Detail::Alternatives(_) | Detail::Matrix(_) | Detail::Relation(_) => return None,
    })
}

/// Returns the inner results of one place; empty without a method.
pub(super) fn of_place(subject: Subject, row: usize) -> IndexMap<&'static str, Value> {
    let Some(method) = &subject.board.method else {
        return IndexMap::new();
    };
    let Some(at) = method.position(row) else {
        return IndexMap::new();
    };
    let details = method.details.iter();
    details
        .filter_map(|(name, detail)| {
            let value = match detail {
                Detail::Alternatives(numbers) => json!(numbers[at]),
                Detail::Matrix(rows) => json!(rows[at]),
                Detail::Relation(rows) => {
                    let held = rows[at].iter().enumerate().filter(|(_, holds)| **holds);
                    let ids = held.map(|(other, _)| place(subject, method.places[other]));
                    json!(ids.collect::<Vec<_>>())
                }
                Detail::Flag(_) | Detail::Set(_) | Detail::Criteria(_) => return None,
            };
            Some((*name, value))
        })
        .collect()
}
