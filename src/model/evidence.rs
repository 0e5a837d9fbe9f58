//! Targets, programmes, facts, and the publications all figures come from.

use super::{IndicatorId, Origin, Period, PlaceId, Qualifier, SourceId};
use serde::Serialize;

/// How far a publication can be trusted; the better tier is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Tier {
    /// Government or statistical office.
    A,
    /// State or established press, institutional data sets.
    B,
    /// Reprint, aggregator or trade site.
    C,
    /// Undated, machine-altered or unsigned.
    D,
}

impl Tier {
    /// Reads `A` to `D`.
    pub fn parse(letter: &str) -> Option<Self> {
        match letter {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            "C" => Some(Self::C),
            "D" => Some(Self::D),
            _ => None,
        }
    }
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Identifier used by the rows that cite it.
    pub id: SourceId,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Address, if it has one.
    pub url: String,
    /// Publication date; undated sources are kept and marked.
    pub date: Option<Period>,
    /// How far it can be trusted.
    pub tier: Tier,
}

/// A value that a place has set itself, with its date.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Identifier of the row.
    pub id: String,
    /// The place.
    pub place: PlaceId,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The value aimed at.
    pub value: f64,
    /// How the plan hedges it.
    pub qualifier: Qualifier,
    /// When it is due; unknown for some plans.
    pub due: Option<Period>,
    /// True where the due date comes from the context of the plan.
    pub due_inferred: bool,
    /// Level from which the plan starts.
    pub baseline: Option<f64>,
    /// Number format of a computing rate.
    pub numeric_precision: String,
    /// Part of the place, or definition; empty for the whole place.
    pub scope: String,
    /// The publication.
    pub source: SourceId,
    /// True for targets of the founding brief.
    pub from_seed: bool,
    /// The compilers' remark.
    pub note: String,
    /// The row in the file.
    pub origin: Origin,
}

/// What kind of money a programme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgrammeKind {
    /// Money given to firms.
    Subsidy,
    /// Size of an investment fund, not spending.
    Fund,
    /// Loans.
    Credit,
    /// Money that is not for AI only.
    Broad,
}

impl ProgrammeKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Subsidy, Self::Fund, Self::Credit, Self::Broad];

    /// Returns the word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Subsidy => "subsidy",
            Self::Fund => "fund",
            Self::Credit => "credit",
            Self::Broad => "broad",
        }
    }

    /// Reads the word used in files.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// What the amount of a programme counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgrammeBasis {
    /// Money per year.
    Year,
    /// Money over the whole run.
    Total,
}

/// What a row of an overlap group describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupRole {
    /// All the money of the group.
    Total,
    /// A part of it.
    Part,
}

/// How firmly a programme stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgrammeStatus {
    /// Decided.
    #[default]
    Decided,
    /// A draft or an announcement: nothing obliges anybody to pay.
    Draft,
    /// Contradicted by a better source.
    Disputed,
}

impl ProgrammeStatus {
    /// All states, firmest first.
    pub const ALL: [Self; 3] = [Self::Decided, Self::Draft, Self::Disputed];

    /// Returns the word used in files; a decided programme needs none.
    pub fn word(self) -> &'static str {
        match self {
            Self::Decided => "",
            Self::Draft => "draft",
            Self::Disputed => "disputed",
        }
    }

    /// Reads the word used in files.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// A public programme that gives or lends money.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Programme {
    /// Identifier of the row.
    pub id: String,
    /// The place.
    pub place: PlaceId,
    /// Name.
    pub name: String,
    /// Amount in yuan; absent for amounts that are not stated or in another currency.
    pub amount_cny: Option<f64>,
    /// Currency of the original amount.
    pub currency: String,
    /// The amount as the source gives it.
    pub amount_original: Option<f64>,
    /// How the source hedges the amount.
    pub qualifier: Qualifier,
    /// What the amount counts.
    pub per: ProgrammeBasis,
    /// What kind of money it is.
    pub kind: ProgrammeKind,
    /// How firmly it stands.
    pub status: ProgrammeStatus,
    /// Part of the place that pays or is paid; empty for the whole place.
    pub scope: String,
    /// Rows of one group describe the same money; empty for none.
    pub overlap_group: String,
    /// What the row describes within its group.
    pub group_role: Option<GroupRole>,
    /// First period.
    pub start: Option<Period>,
    /// Last period; absent where no end is stated.
    pub end: Option<Period>,
    /// What it pays for.
    pub purpose: String,
    /// The publication.
    pub source: SourceId,
    /// True for rows of the founding brief.
    pub from_seed: bool,
    /// The compilers' remark.
    pub note: String,
    /// The row in the file.
    pub origin: Origin,
}

/// Evidence without a figure: shown with its source, never scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Identifier of the row.
    pub id: String,
    /// The place.
    pub place: PlaceId,
    /// What it is about.
    pub topic: String,
    /// The statement.
    pub statement: String,
    /// The publication.
    pub source: SourceId,
    /// True where a better source contradicts it.
    pub contradicted: bool,
    /// True for facts of the founding brief.
    pub from_seed: bool,
    /// The row in the file.
    pub origin: Origin,
}
