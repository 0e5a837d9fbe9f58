//! The series of a project, and which places are analogs of one another.

use super::Points;
use super::pooled::{NoPool, Pool};
use crate::dataset::{Dataset, Selector, SeriesFormat, SeriesRows, series_rows};
use crate::model::{IndicatorId, PlaceId};
use crate::project::Project;

/// Kinds of places that are sums of places, and no analogs of any.
const SUMS: [&str; 3] = ["world", "country", "aggregate"];

/// The data of a project with the rules by which its figures become series.
#[derive(Debug)]
pub struct Desk {
    /// The data.
    pub data: Dataset,
    /// Which rows may speak.
    pub selector: Selector,
    /// Indicators of installed capacity: those in EFLOPS that the project's criteria read, or else all in
    /// EFLOPS. They are forecast when none is named, and lend each other growth.
    pub capacity: Vec<IndicatorId>,
}

/// Unit of installed capacity.
const UNIT: &str = "EFLOPS";

/// A place from which growth may be borrowed.
#[derive(Debug, Clone)]
pub struct Analog {
    /// The place.
    pub place: PlaceId,
    /// The indicator of its series.
    pub indicator: IndicatorId,
    /// Its figures.
    pub points: Points,
}

/// The analogs of a place.
#[derive(Debug, Clone, Default)]
pub struct Analogs {
    /// The places that are used, the longest series first.
    pub used: Vec<Analog>,
    /// Places with a series that are not used, each with the reason.
    pub left_out: Vec<(PlaceId, String)>,
}

impl Desk {
    /// Takes the data of a project. Figures published after its date are not seen.
    pub fn new(project: &Project) -> Self {
        let library = &project.library;
        let mut data = Dataset::new(
            library.places.clone(),
            library.indicators.clone(),
            library.observations.clone(),
        );
        data.targets.clone_from(&library.targets);
        data.sources.clone_from(&library.sources);
        let in_unit = |id: &&IndicatorId| data.indicators.get(*id).is_some_and(|i| i.unit == UNIT);
        let leaves = project.tree.upward().filter_map(|(at, _)| project.leaf(at));
        let scored = leaves.flat_map(|leaf| leaf.indicators.iter());
        let mut capacity: Vec<IndicatorId> = vec![];
        for id in scored.filter(in_unit) {
            if !capacity.contains(id) {
                capacity.push(id.clone());
            }
        }
        if capacity.is_empty() {
            capacity = data.indicators.keys().filter(in_unit).cloned().collect();
        }
        Self {
            capacity,
            data,
            selector: Selector {
                as_of: project.as_of,
                ..Selector::default()
            },
        }
    }

    /// Returns the series of a place.
    pub fn series(
        &self,
        place: &PlaceId,
        indicator: &IndicatorId,
        format: SeriesFormat<'_>,
    ) -> SeriesRows {
        series_rows(&self.data, place, indicator, &self.selector, format)
    }

    /// Returns the indicators that lend growth to one another: those of capacity for one of them, else the
    /// indicator alone. It goes first. Their figures are never one series.
    pub fn kin<'d>(&'d self, indicator: &'d IndicatorId) -> Vec<&'d IndicatorId> {
        let mut kin = vec![indicator];
        if self.capacity.contains(indicator) {
            kin.extend(self.capacity.iter().filter(|id| *id != indicator));
        }
        kin
    }

    /// Finds every place with two figures or more: of each its longest series among the kin
    /// of the indicator.
    pub fn candidates(&self, indicator: &IndicatorId) -> Vec<Analog> {
        let kin = self.kin(indicator);
        let places = self.data.places.values();
        let real = places.filter(|p| !SUMS.contains(&p.kind.as_str()));
        let longest = real.filter_map(|place| {
            let series = kin.iter().map(|id| {
                let rows = self.series(&place.id, id, SeriesFormat::Commonest);
                (*id, Points::of(&rows))
            });
            // Of equals the first: the indicator asked for.
            let longest = |best: (_, Points), next: (_, Points)| {
                if next.1.len() > best.1.len() {
                    next
                } else {
                    best
                }
            };
            let (id, points) = series.reduce(longest)?;
            (points.len() >= 2).then(|| Analog {
                place: place.id.clone(),
                indicator: id.clone(),
                points,
            })
        });
        let mut all: Vec<Analog> = longest.collect();
        all.sort_by_key(|a| std::cmp::Reverse(a.points.len()));
        all
    }

    /// Chooses the analogs of a place among candidates: those asked for, or all that neither contain it
    /// nor lie in it, of a place and its parts only one.
    pub fn analogs(
        &self,
        place: &PlaceId,
        candidates: &[Analog],
        wanted: Option<&[PlaceId]>,
    ) -> Analogs {
        let mut chosen = Analogs::default();
        for candidate in candidates.iter().filter(|c| c.place != *place) {
            let id = &candidate.place;
            let related = |other: &PlaceId| {
                self.data.above(id).any(|p| p == other) || self.data.below(id).any(|p| p == other)
            };
            let name = |id: &PlaceId| {
                let place = self.data.places.get(id);
                place.map_or_else(|| id.to_string(), |p| p.name.clone())
            };
            let overlap = chosen.used.iter().find(|used| related(&used.place));
            if wanted.is_some_and(|wanted| !wanted.contains(id)) {
                chosen
                    .left_out
                    .push((id.clone(), "not asked for".to_owned()));
            } else if related(place) {
                let why = format!("{} and it count each other's compute", name(place));
                chosen.left_out.push((id.clone(), why));
            } else if let Some(used) = overlap {
                let why = format!(
                    "{}, which has more figures, counts the same compute",
                    name(&used.place)
                );
                chosen.left_out.push((id.clone(), why));
            } else {
                chosen.used.push(candidate.clone());
            }
        }
        chosen
    }
}

impl Analogs {
    /// Pools the analogs with the place itself.
    pub fn pool(&self, place: &PlaceId, own: &Points) -> Result<Pool, NoPool> {
        self.pool_without(place, own, None)
    }

    /// Pools the analogs with the place itself, one analog left out.
    pub fn pool_without(
        &self,
        place: &PlaceId,
        own: &Points,
        without: Option<&PlaceId>,
    ) -> Result<Pool, NoPool> {
        let analogs = self.used.iter().filter(|a| Some(&a.place) != without);
        let others = analogs.map(|a| (a.place.as_str(), &a.points));
        let all: Vec<(&str, &Points)> = std::iter::once((place.as_str(), own))
            .chain(others)
            .collect();
        Pool::new(&all)
    }
}
