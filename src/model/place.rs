//! What is ranked.

use super::{PlaceId, SourceId};
use indexmap::IndexMap;
use serde::Serialize;

/// A unit being ranked; the MCDA literature says *alternative*, the index literature *unit*.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Stable identifier.
    pub id: PlaceId,
    /// Name in the project's language.
    pub name: String,
    /// Name in Chinese, if known.
    pub name_zh: Option<String>,
    /// Administrative kind (`city`, `province`, …); empty where the data has none.
    pub kind: PlaceKind,
    /// The place that contains this one.
    pub parent: Option<PlaceId>,
    /// Columns to group by: region, income group and the like.
    pub groups: IndexMap<String, String>,
    /// Latitude and longitude in degrees.
    pub coordinates: Option<(f64, f64)>,
    /// Number of inhabitants.
    pub population: Option<f64>,
    /// Where the population figure comes from.
    pub population_source: Option<SourceId>,
}

impl Place {
    /// Makes a place that has no more than an id and a name.
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: PlaceId::new(id),
            name: name.to_owned(),
            name_zh: None,
            kind: PlaceKind::default(),
            parent: None,
            groups: IndexMap::new(),
            coordinates: None,
            population: None,
            population_source: None,
        }
    }
}

/// The administrative kind of a place, as the data names it, with `_` and `-` taken as the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize)]
pub struct PlaceKind(String);

impl PlaceKind {
    /// Takes over a kind from a file.
    pub fn new(kind: &str) -> Self {
        Self(kind.replace('_', "-"))
    }

    /// Returns the kind, words joined by `-`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
