//! Where the number in a cell came from.

use super::{Cell, Observation, Period, Target};
use serde::Serialize;
use std::sync::Arc;

/// Why an observation does not speak for its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossReason {
    /// Not of a kind that was asked for.
    Kind,
    /// Stands for a part of the place, a part of the year or another definition.
    Scope,
    /// Published or dated after the project's date.
    AfterAsOf,
    /// Older than the criterion allows.
    TooOld,
    /// Its source's tier is not wanted.
    Tier,
    /// From another publication than those the criterion holds to.
    Source,
    /// Marked as doubtful.
    Doubtful,
    /// A bound, where bounds are excluded.
    Bound,
    /// A number format that cannot be compared with the one in use.
    Precision,
    /// Outside the period asked for.
    Period,
    /// An earlier date than the row that was chosen.
    Older,
    /// The same date, a weaker source.
    WeakerTier,
    /// The same date and tier, a hedged number beside a plain one.
    Hedged,
    /// Equal in all that counts; the first in the file was taken.
    Later,
}

impl LossReason {
    /// Returns a few words for people.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Kind => "not a measured figure",
            Self::Scope => "part of the place or another definition",
            Self::AfterAsOf => "later than the project's date",
            Self::TooOld => "older than the age limit",
            Self::Tier => "source of a tier that is not wanted",
            Self::Source => "from another list than the criterion holds to",
            Self::Doubtful => "marked doubtful",
            Self::Bound => "a bound, and bounds are excluded",
            Self::Precision => "another number format",
            Self::Period => "outside the period asked for",
            Self::Older => "older than the chosen row",
            Self::WeakerTier => "same date, weaker source",
            Self::Hedged => "same date and tier, hedged number",
            Self::Later => "equal rank, further down in the file",
        }
    }
}

/// A row that was considered and not taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RejectedObservation {
    /// The row.
    pub observation: Arc<Observation>,
    /// Why it was not taken.
    pub reason: LossReason,
}

/// Where the number in a cell came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Provenance {
    /// Nothing was found; the rows that were considered and rejected are kept beside the cell.
    None,
    /// The figure does not exist for the place.
    NotApplicable {
        /// What says so.
        why: String,
    },
    /// One observation.
    Observation {
        /// The row.
        row: Arc<Observation>,
    },
    /// Several observations combined over a period.
    Combined {
        /// How: `sum`, `mean` or `max`.
        how: &'static str,
        /// The rows; none for a count that is complete without them.
        rows: Vec<Arc<Observation>>,
    },
    /// No row in a complete list: the absence is itself a measurement.
    Absent {
        /// The value that absence stands for.
        value: f64,
    },
    /// Money a year of the programmes in force.
    Programmes {
        /// Each programme or overlap group that counts: its rows, CNY a year, and remarks.
        counted: Vec<ProgrammeShare>,
        /// Rows that are listed and not counted, each with the reason.
        left_out: Vec<(String, &'static str)>,
    },
    /// Attainment of a dated target.
    Target {
        /// The target.
        target: Box<Target>,
        /// What was reached, if anything was reported.
        reached: Option<Arc<Observation>>,
        /// State of the target.
        state: TargetState,
        /// Other targets for the same date, with the reason they were passed over.
        others: Vec<(String, String)>,
    },
    /// A script computed it.
    Rule {
        /// The script and its function.
        name: String,
    },
    /// The user replaced it on the command line.
    Override {
        /// What the data said.
        was: Option<f64>,
    },
}

/// One programme, or one overlap group, in an annual sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProgrammeShare {
    /// Rows that were counted.
    pub rows: Vec<String>,
    /// Yuan a year.
    pub cny_a_year: f64,
    /// Why this amount and not another.
    pub how: String,
    /// True where the length of the programme is assumed.
    pub assumed: bool,
}

/// Whether a target was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetState {
    /// A report dated by the due date shows it reached.
    MetOnTime,
    /// A later report shows it reached.
    MetByLaterReport,
    /// Reports after the due date show less.
    Missed,
    /// The due date has passed and nothing was reported since.
    DueUnreported,
    /// The due date lies ahead.
    NotYetDue,
}

impl TargetState {
    /// Returns the words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::MetOnTime => "met on time",
            Self::MetByLaterReport => "met by later report",
            Self::Missed => "missed",
            Self::DueUnreported => "due but unreported",
            Self::NotYetDue => "not yet due",
        }
    }

    /// Tells whether the state says something that can be scored.
    pub fn scores(self) -> bool {
        matches!(
            self,
            Self::MetOnTime | Self::MetByLaterReport | Self::Missed
        )
    }
}

/// A cell with everything known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced {
    /// The cell.
    pub cell: Cell,
    /// Where its number came from.
    pub provenance: Provenance,
    /// Rows that were considered and not taken.
    pub rejected: Vec<RejectedObservation>,
}

impl Sourced {
    /// Returns an empty cell for which nothing was found.
    pub fn missing() -> Self {
        Self {
            cell: Cell::Missing,
            provenance: Provenance::None,
            rejected: vec![],
        }
    }

    /// Returns the date from which the figure speaks, if it has one.
    pub fn as_of(&self) -> Option<Period> {
        match &self.provenance {
            Provenance::Observation { row } => row.as_of,
            Provenance::Combined { rows, .. } => rows
                .iter()
                .filter_map(|r| r.as_of)
                .min_by_key(|p| p.start()),
            Provenance::Target { reached, .. } => reached.as_ref().and_then(|r| r.as_of),
            _ => None,
        }
    }

    /// Walks the observations that the number rests on.
    pub fn rows(&self) -> impl Iterator<Item = &Arc<Observation>> {
        let (one, many): (Option<&Arc<Observation>>, &[Arc<Observation>]) = match &self.provenance {
            Provenance::Observation { row } => (Some(row), &[]),
            Provenance::Combined { rows, .. } => (None, rows),
            Provenance::Target { reached, .. } => (reached.as_ref(), &[]),
            _ => (None, &[]),
        };
        one.into_iter().chain(many)
    }

    /// Tells whether the number is one end of an open interval.
    pub fn is_bound(&self) -> bool {
        matches!(&self.provenance, Provenance::Observation { row } if row.qualifier.is_bound())
    }
}
