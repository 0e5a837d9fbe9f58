//! Tables of figures, and which figure speaks for a place.
//!
//! [`read_folder`] reads the long form of the shipped data (a row per figure), [`read_matrix`] a wide
//! table (a row per place). Both make a [`Dataset`] and report everything that is wrong with the
//! files. Then a [`Selector`] chooses among rows, [`annual_programmes`] adds up money,
//! [`target_attainment`] compares targets with what was reported, [`check_plausibility`] looks for
//! figures that cannot both be right, and [`coverage`] says what there is.

mod append;
pub mod bulk;
pub mod coverage;
mod derived;
#[cfg(test)]
mod fixture;
mod import;
mod matrix;
mod plausibility;
mod programmes;
mod read;
mod select;
mod series;
mod table;
mod targets;
#[cfg(feature = "xlsx")]
mod workbook;

pub use append::{NewFigure, appended};
pub use derived::check_derived_counts;
pub use import::{Imported, read_import};
pub use matrix::{MatrixSpec, read_matrix};
pub use plausibility::{check_plausibility, check_precision};
pub use programmes::annual_programmes;
pub use read::{LOCAL_OBSERVATIONS, LOCAL_SOURCES, read_folder};
pub use select::{Age, Bounds, CombineRows, Doubtful, Preference, Selector, number_format};
pub use series::{DatedRow, PassedOver, PassedRow, SeriesFormat, SeriesRows, series_rows};
pub use targets::{TargetReport, describe_target, target_attainment, target_reports};
#[cfg(feature = "xlsx")]
pub use workbook::sheet_as_csv;

use crate::model::{
    Chip, Fact, Indicator, IndicatorId, Observation, Period, Place, PlaceId, Programme, Source,
    SourceId, Target,
};
use chrono::NaiveDate;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that was read from the data of a project.
///
/// The fields are for reading. Rows are found through an index that [`Dataset::new`] makes; whoever
/// changes `places`, `indicators` or `observations` makes a new data set of them.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// The places, in the order of the file.
    pub places: IndexMap<PlaceId, Place>,
    /// The indicators.
    pub indicators: IndexMap<IndicatorId, Indicator>,
    /// The figures, in the order of the file.
    pub observations: Vec<Arc<Observation>>,
    /// Values that places have set themselves.
    pub targets: Vec<Target>,
    /// Money.
    pub programmes: Vec<Programme>,
    /// Evidence without a figure.
    pub facts: Vec<Fact>,
    /// What accelerators can do.
    pub chips: Vec<Chip>,
    /// The publications.
    pub sources: IndexMap<SourceId, Source>,
    /// Words of a wide table that were read as missing, with their number of cells; the empty text
    /// counts empty cells.
    pub read_as_missing: IndexMap<String, usize>,
    /// Figures of a wide table that do not exist, as it says.
    pub not_applicable: BTreeSet<(PlaceId, IndicatorId)>,
    /// Indicators that are written in words: their values are positions in this list of all words of
    /// the table.
    pub words: IndexMap<IndicatorId, Arc<Vec<String>>>,
    index: Index,
}

/// Where the rows of each place and indicator are.
#[derive(Debug, Clone, Default)]
struct Index {
    /// For each place and indicator, where its rows begin in `rows`.
    starts: Vec<u32>,
    /// Positions of observations, by place, then indicator, then order of the file.
    rows: Vec<u32>,
    /// The newest date of each indicator.
    newest: Vec<Option<NaiveDate>>,
    /// The places directly below each place.
    children: Vec<Vec<usize>>,
}

impl Dataset {
    /// Takes places, indicators and figures; the rest starts empty.
    ///
    /// Figures of a place or an indicator that is not there are kept and never found; readers
    /// report them.
    pub fn new(
        places: IndexMap<PlaceId, Place>,
        indicators: IndexMap<IndicatorId, Indicator>,
        observations: Vec<Arc<Observation>>,
    ) -> Self {
        let index = Index::new(&places, &indicators, &observations);
        Self {
            places,
            indicators,
            observations,
            index,
            ..Self::default()
        }
    }

    /// Walks the figures of one indicator for one place, in the order of the file.
    pub fn rows<'d>(
        &'d self,
        place: &PlaceId,
        indicator: &IndicatorId,
    ) -> impl Iterator<Item = &'d Arc<Observation>> + use<'d> {
        let at = self
            .places
            .get_index_of(place)
            .zip(self.indicators.get_index_of(indicator));
        let range = at.map_or(0..0, |(place, indicator)| {
            let slot = place * self.indicators.len() + indicator;
            self.index.starts[slot] as usize..self.index.starts[slot + 1] as usize
        });
        self.index.rows[range]
            .iter()
            .map(|&row| &self.observations[row as usize])
    }

    /// Returns the word behind the value of an indicator that is written in words.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions of words are small whole numbers"
    )]
    pub fn word(&self, indicator: &IndicatorId, value: f64) -> Option<&str> {
        let words = self.words.get(indicator)?;
        words.get(value.max(0.0) as usize).map(String::as_str)
    }

    /// Tells whether the table says that there is no such figure for a place.
    pub fn is_not_applicable(&self, place: &PlaceId, indicator: &IndicatorId) -> bool {
        !self.not_applicable.is_empty()
            && self
                .not_applicable
                .contains(&(place.clone(), indicator.clone()))
    }

    /// Returns the newest date, by the start of its period, that any place has for one of the
    /// indicators.
    pub fn newest(&self, pool: &[IndicatorId]) -> Option<NaiveDate> {
        let columns = pool
            .iter()
            .filter_map(|id| self.indicators.get_index_of(id));
        columns.filter_map(|at| self.index.newest[at]).max()
    }

    /// Walks the places below a place, at any depth, nearest first.
    pub fn below<'d>(&'d self, place: &PlaceId) -> impl Iterator<Item = &'d PlaceId> + use<'d> {
        let mut open: Vec<usize> = self.places.get_index_of(place).into_iter().collect();
        let mut seen = vec![];
        // Cycles are reported when the file is read; here they must only not hang.
        while let Some(at) = open.pop() {
            for &child in &self.index.children[at] {
                if !seen.contains(&child) {
                    seen.push(child);
                    open.push(child);
                }
            }
        }
        seen.into_iter()
            .filter_map(|at| self.places.get_index(at).map(|(id, _)| id))
    }

    /// Walks the places that contain a place, nearest first.
    pub fn above<'d>(&'d self, place: &PlaceId) -> impl Iterator<Item = &'d PlaceId> + use<'d> {
        let parent = |id: &PlaceId| self.places.get(id).and_then(|p| p.parent.as_ref());
        // No chain is longer than there are places; a cycle therefore ends as well.
        std::iter::successors(parent(place), move |id| parent(id)).take(self.places.len())
    }
}

impl Index {
    fn new(
        places: &IndexMap<PlaceId, Place>,
        indicators: &IndexMap<IndicatorId, Indicator>,
        observations: &[Arc<Observation>],
    ) -> Self {
        let slots: Vec<Option<usize>> = slots(places, indicators, observations);
        let mut starts = vec![0_u32; places.len() * indicators.len() + 1];
        for slot in slots.iter().flatten() {
            starts[slot + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts.last().map_or(0, |n| *n as usize)];
        let mut newest = vec![None; indicators.len()];
        for (row, slot) in (0_u32..).zip(&slots) {
            let Some(slot) = *slot else { continue };
            rows[next[slot] as usize] = row;
            next[slot] += 1;
            let date = observations[row as usize].as_of.map(Period::start);
            let newest = &mut newest[slot % indicators.len()];
            *newest = date.max(*newest);
        }
        let mut children = vec![vec![]; places.len()];
        for (at, place) in places.values().enumerate() {
            let parent = place.parent.as_ref().and_then(|id| places.get_index_of(id));
            if let Some(parent) = parent {
                children[parent].push(at);
            }
        }
        Self {
            starts,
            rows,
            newest,
            children,
        }
    }
}

/// Finds the slot of each figure. Rows of a table mostly share place or indicator with the row before,
/// so the last place found is tried first.
fn slots(
    places: &IndexMap<PlaceId, Place>,
    indicators: &IndexMap<IndicatorId, Indicator>,
    observations: &[Arc<Observation>],
) -> Vec<Option<usize>> {
    let mut last: Option<(&PlaceId, usize)> = None;
    let mut place_of = |id| match last {
        Some((known, at)) if known == id => Some(at),
        _ => {
            let at = places.get_index_of(id);
            last = at.map(|at| (id, at));
            at
        }
    };
    observations
        .iter()
        .map(|row| {
            let indicator = indicators.get_index_of(&row.indicator)?;
            Some(place_of(&row.place)? * indicators.len() + indicator)
        })
        .collect()
}
