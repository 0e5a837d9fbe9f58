//! View 10: what is known of each place for each criterion. Colour repeats the sign in the cell.

use super::super::theme::{self, label, wrapped};
use super::super::{Matrix, State};
use super::{axis, figure, ink, layout, names};
use crate::report::model::Figure;
use plotly::common::{AxisSide, ColorScale, ColorScaleElement, HoverInfo};
use plotly::layout::Margin;
use plotly::{HeatMap, Trace, Traces};
use serde::Serialize;

/// A heat map with a sign in each cell; the crate does not name `texttemplate`.
#[derive(Clone, Serialize)]
pub(super) struct Signed {
    #[serde(flatten)]
    map: HeatMap<f64, f64, Vec<f64>>,
    texttemplate: &'static str,
}

impl Signed {
    /// Puts the texts of a heat map into its cells.
    pub(super) fn over(map: HeatMap<f64, f64, Vec<f64>>) -> Box<Self> {
        Box::new(Self {
            map,
            texttemplate: "%{text}",
        })
    }
}

impl Trace for Signed {
    fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts")
    }
}

pub(in super::super) fn matrix(view: &Matrix) -> Figure {
    let places: Vec<String> = view.rows.iter().map(|(name, _)| label(name)).collect();
    let criteria: Vec<String> = view.columns.iter().map(|name| wrapped(name, 16)).collect();
    let at = |count: usize| (0..count).map(|at| at as f64).collect::<Vec<_>>();
    let cells = |of: &dyn Fn(State, &str) -> String| -> Vec<Vec<String>> {
        let row = |cells: &Vec<(State, String)>| {
            cells
                .iter()
                .map(|(state, words)| of(*state, words))
                .collect()
        };
        view.rows.iter().map(|(_, cells)| row(cells)).collect()
    };
    let codes = view
        .rows
        .iter()
        .map(|(_, cells)| cells.iter().map(|(state, _)| code(*state)).collect());
    let last = (State::ALL.len() - 1) as f64;
    let map = HeatMap::new(at(criteria.len()), at(places.len()), codes.collect())
        .zmin(0.0)
        .zmax(last)
        .zauto(false)
        .color_scale(ColorScale::Vector(scale()))
        .show_scale(false)
        .x_gap(2)
        .y_gap(2)
        .text_matrix(cells(&|state, _| state.sign().to_owned()))
        .hover_text_matrix(cells(&|_, words| words.to_owned()))
        .hover_info(HoverInfo::Text);
    let mut traces = Traces::new();
    traces.push(Signed::over(*map));
    let layout = layout(120 + 26 * places.len().max(1))
        .margin(Margin::new().left(8).right(8).top(90).bottom(8))
        .x_axis(
            axis()
                .side(AxisSide::Top)
                .range(vec![-0.5, criteria.len() as f64 - 0.5])
                .tick_values(at(criteria.len()))
                .tick_text(criteria)
                .tick_font(ink(11))
                .tick_angle(-35.0)
                .show_grid(false)
                .auto_margin(true),
        )
        .y_axis(names(places));
    Figure {
        narrowest: 220 + 44 * view.columns.len(),
        ..figure(&view.caption, &traces, layout)
    }
}

fn code(state: State) -> f64 {
    let at = State::ALL.iter().position(|known| *known == state);
    at.unwrap_or(0) as f64
}

/// A step for each state: the colours do not run into one another.
fn scale() -> Vec<ColorScaleElement> {
    let count = State::ALL.len() as f64;
    let steps = theme::STATES.iter().enumerate();
    steps
        .flat_map(|(at, (light, _))| {
            let end = |at: f64| ColorScaleElement(at / count, (*light).to_owned());
            [end(at as f64), end(at as f64 + 1.0)]
        })
        .collect()
}
