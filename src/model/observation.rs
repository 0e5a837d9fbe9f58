//! One value of one indicator for one place and period, with its provenance.

use super::{IndicatorId, Period, PlaceId, SourceId};
use crate::diagnostics::FileId;
use serde::Serialize;
use std::fmt;

/// How the source hedges its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Qualifier {
    /// The number itself.
    #[default]
    Eq,
    /// "Over".
    Gt,
    /// "At least".
    Gte,
    /// "Under".
    Lt,
    /// "Up to".
    Lte,
    /// "About", "nearly".
    Approx,
}

impl Qualifier {
    /// All qualifiers, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::Eq,
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::Approx,
    ];

    /// Returns the word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Approx => "approx",
        }
    }

    /// Reads the word used in files.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|q| q.word() == word)
    }

    /// Returns the sign put before a number: `>`, `≥`, `<`, `≤`, `~` or nothing.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Eq => "",
            Self::Gt => ">",
            Self::Gte => "≥",
            Self::Lt => "<",
            Self::Lte => "≤",
            Self::Approx => "~",
        }
    }

    /// Tells whether the number is one end of an open interval.
    pub fn is_bound(self) -> bool {
        !matches!(self, Self::Eq | Self::Approx)
    }
}

/// How the source came by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A body states it as reached.
    Measured,
    /// A forecast, or an analyst's figure.
    Estimate,
    /// Signed, planned or promised.
    Announced,
    /// Contradicted by a better source.
    ClaimDisputed,
}

impl Kind {
    /// All kinds, best first.
    pub const ALL: [Self; 4] = [
        Self::Measured,
        Self::Estimate,
        Self::Announced,
        Self::ClaimDisputed,
    ];

    /// Returns the word used in settings (`claim-disputed`; data files may write `_`).
    pub fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Estimate => "estimate",
            Self::Announced => "announced",
            Self::ClaimDisputed => "claim-disputed",
        }
    }

    /// Reads the word used in files or settings.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.replace('_', "-");
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// What other rows say of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Plausibility {
    /// Nothing speaks against it.
    #[default]
    Plausible,
    /// Other rows speak against it.
    Doubtful,
}

/// The row a value was read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One value of one indicator for one place and period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observation {
    /// Identifier of the row.
    pub id: String,
    /// The place.
    pub place: PlaceId,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The value, in the indicator's unit.
    pub value: f64,
    /// The upper end where the source gives a range.
    pub value_high: Option<f64>,
    /// How the source hedges the value.
    pub qualifier: Qualifier,
    /// When it held; wide tables carry no date.
    pub as_of: Option<Period>,
    /// True where the date comes from the context of the source, not from its words.
    pub as_of_inferred: bool,
    /// How the source came by it.
    pub kind: Kind,
    /// Number format of a computing rate (`FP16`, …); empty where the source does not say.
    pub numeric_precision: String,
    /// Part of the place, or definition, that the value stands for; empty for the whole place.
    pub scope: String,
    /// What other rows say of it.
    pub plausibility: Plausibility,
    /// The publication; wide tables may have none.
    pub source: Option<SourceId>,
    /// True for figures of the founding brief.
    pub from_seed: bool,
    /// The compilers' remark.
    pub note: String,
    /// The row in the file.
    pub origin: Origin,
}

impl Observation {
    /// Tells whether the value stands for the whole place and a full period: scope empty, or one
    /// of the two words that name a definition (`regular_all`, `all_fields`).
    pub fn is_whole_place(&self) -> bool {
        matches!(self.scope.as_str(), "" | "regular_all" | "all_fields")
    }
}
