//! What is measured.

use super::IndicatorId;
use serde::Serialize;

/// Which end of an indicator is good. The literature says *polarity* or *objective*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better.
    #[default]
    Higher,
    /// Less is better.
    Lower,
    /// Neither: the indicator explains others and is not scored as it is.
    Context,
}

impl Direction {
    /// Reads `higher`, `lower` or `context`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "higher" => Some(Self::Higher),
            "lower" => Some(Self::Lower),
            "context" => Some(Self::Context),
            _ => None,
        }
    }
}

/// A measured variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    /// Stable identifier.
    pub id: IndicatorId,
    /// Name for people.
    pub name: String,
    /// Unit of its values, as printed.
    pub unit: String,
    /// Which end is good.
    pub direction: Direction,
    /// The pillar it was filed under when the data was compiled; the criteria decide what counts.
    pub pillar: Option<String>,
    /// What it measures and how.
    pub description: String,
}
