//! What the data of a project says of utilisation: for most places, nothing.

use super::WARN_BELOW;
use crate::dataset::SeriesFormat;
use crate::model::{Observation, Place, PlaceId, Qualifier};
use crate::plan::forecast::Desk;
use std::sync::Arc;

/// Indicator of the share of installed compute that is in use, in percent.
pub const UTILISATION: &str = "compute_utilisation";
/// Indicator of the share of racks that are occupied: no judgement, because a full rack may idle.
pub const OCCUPANCY: &str = "rack_utilisation";

/// What can be said of one place.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The place.
    pub place: Place,
    /// The newest figure for the whole place, if there is one.
    pub figure: Option<Arc<Observation>>,
    /// Rows that were not used, each with the reason: parts of the place, estimates, occupied racks.
    pub left_out: Vec<(Arc<Observation>, String)>,
    /// The newest figure of installed compute.
    pub installed: Option<Arc<Observation>>,
    /// The judgement.
    pub verdict: Verdict,
}

/// What can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// In use beyond the warning level when it was reported.
    InUse,
    /// Below the warning level when it was reported.
    OverBuilt,
    /// The report is a bound that leaves it open.
    Open,
    /// No figure of utilisation or demand for the whole place.
    CannotBeJudged,
}

impl Verdict {
    /// Returns the words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::InUse => "in use",
            Self::OverBuilt => "over-built",
            Self::Open => "left open by the bound",
            Self::CannotBeJudged => "cannot be judged",
        }
    }
}

/// Looks up one place.
pub fn reported(desk: &Desk, place: &PlaceId) -> Reported {
    let rows = desk.series(place, &UTILISATION.into(), SeriesFormat::Commonest);
    let figure = rows.used.last().map(|dated| Arc::clone(&dated.row));
    let passed = rows.left_out.into_iter().map(|p| (p.row, p.why.words()));
    let racks = desk.series(place, &OCCUPANCY.into(), SeriesFormat::Commonest);
    let occupied = "occupied racks: a full rack may idle".to_owned();
    let racks = racks
        .used
        .into_iter()
        .map(|dated| (dated.row, occupied.clone()));
    let left_out = passed.chain(racks).collect::<Vec<_>>();
    let stocks = desk.capacity.iter().filter_map(|id| {
        let rows = desk.series(place, id, SeriesFormat::Commonest);
        rows.used.last().cloned()
    });
    let newest = stocks.reduce(|best, next| if next.day > best.day { next } else { best });
    Reported {
        verdict: figure.as_deref().map_or(Verdict::CannotBeJudged, verdict),
        place: desk.data.places[place].clone(),
        installed: newest.map(|dated| dated.row),
        figure,
        left_out,
    }
}

fn verdict(row: &Observation) -> Verdict {
    let below = row.value < WARN_BELOW * 100.0;
    match row.qualifier {
        Qualifier::Gt | Qualifier::Gte if below => Verdict::Open,
        Qualifier::Lt | Qualifier::Lte if !below => Verdict::Open,
        _ if below => Verdict::OverBuilt,
        _ => Verdict::InUse,
    }
}

/// Looks up every place that has installed compute or a figure of its use.
pub fn all(desk: &Desk) -> Vec<Reported> {
    let places = desk.data.places.keys().map(|place| reported(desk, place));
    places
        .filter(|r| r.installed.is_some() || r.figure.is_some() || !r.left_out.is_empty())
        .collect()
}
