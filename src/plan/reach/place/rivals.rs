//! Rivals do not stand still.

use super::{PlaceLever, Question};
use crate::model::{IndicatorId, NodeIx};
use crate::plan::forecast::place::median_at;
use crate::plan::forecast::{Desk, Method};
use crate::plan::reach::engine::Engine;
use crate::project::{LeafValue, Project};
use crate::score::Board;
use chrono::NaiveDate;

/// What the others do meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rivals {
    /// Their compute is what their own forecast gives by this date, in the median; all else stays.
    Forecast(NaiveDate),
    /// Nothing.
    Hold,
}

impl Rivals {
    /// Returns the date until which they move.
    pub fn date(self) -> Option<NaiveDate> {
        match self {
            Self::Forecast(date) => Some(date),
            Self::Hold => None,
        }
    }
}

/// A rival's figure, moved.
#[derive(Debug, Clone, PartialEq)]
pub struct RivalMove {
    /// Position in the league.
    pub place: usize,
    /// The criterion.
    pub leaf: NodeIx,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The figure now.
    pub from: f64,
    /// The median at the date.
    pub to: f64,
    /// The method of the median.
    pub method: Method,
}

/// Moves the compute of the others to the median of their forecast. Figures of other kinds have no forecast
/// here: their series mix definitions. Places that are not ranked are no rivals.
pub(super) fn advance(
    engine: &mut Engine,
    desk: &Desk,
    project: &Project,
    question: &Question,
    present: &Board,
) -> Vec<RivalMove> {
    let Rivals::Forecast(date) = question.rivals else {
        return vec![];
    };
    let mut moves = vec![];
    let rivals = present.ranking.iter().map(|ranked| ranked.place);
    for place in rivals.filter(|place| *place != question.place) {
        moves.extend(of_place(desk, project, place, date));
    }
    for step in &moves {
        engine.set(step.leaf, step.place, step.to);
    }
    moves
}

/// Notes what the place's own forecast would bring without any effort.
pub(super) fn own_forecast(
    levers: &mut [PlaceLever],
    desk: &Desk,
    project: &Project,
    question: &Question,
) {
    let Rivals::Forecast(date) = question.rivals else {
        return;
    };
    for step in of_place(desk, project, question.place, date) {
        if let Some(lever) = levers.iter_mut().find(|l| l.leaf == step.leaf) {
            lever.by_itself = Some(step.to);
        }
    }
}

fn of_place(desk: &Desk, project: &Project, place: usize, date: NaiveDate) -> Vec<RivalMove> {
    let leaves = project.tree.leaves(project.indices[0].root);
    let moves = leaves.into_iter().filter_map(|at| {
        let LeafValue::Data(figures) = &project.leaf(at)?.value else {
            return None;
        };
        let row = figures.sourced_at(place)?.rows().next()?;
        // A record of a target rests on the same rows; it is no stock.
        let stock = desk.capacity.contains(&row.indicator)
            && figures
                .column()
                .value(place)
                .is_some_and(|v| (v - row.value).abs() < 1e-12);
        if !stock {
            return None;
        }
        let (method, to) = median_at(desk, row, date)?;
        Some(RivalMove {
            place,
            leaf: at,
            indicator: row.indicator.clone(),
            from: row.value,
            to,
            method,
        })
    });
    moves.collect()
}
