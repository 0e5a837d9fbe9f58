//! View 8: what planning for one future costs in another. Colour repeats the number in the cell.

use super::super::Regrets;
use super::super::theme::{self, label, wrapped};
use super::matrix::Signed;
use super::{axis, figure, ink, layout, muted, names};
use crate::report::model::Figure;
use plotly::common::{AxisSide, ColorScale, ColorScaleElement, HoverInfo, Title};
use plotly::layout::Margin;
use plotly::{HeatMap, Traces};

/// Where the shade of the dearest cell stands; beyond it are cells without any plan.
const DEAREST: f64 = 0.8;

pub(in super::super) fn regrets(view: &Regrets) -> Figure {
    let at = |count: usize| (0..count).map(|at| at as f64).collect::<Vec<_>>();
    let count = view.futures.len();
    let costs = view.cells.iter().flatten().filter_map(|cell| cell.0);
    let dearest = costs.fold(0.0, f64::max);
    let shade = |cost: Option<f64>| match cost {
        None => 1.0,
        Some(cost) if dearest > 0.0 => DEAREST * (cost / dearest).clamp(0.0, 1.0),
        Some(_) => 0.0,
    };
    let shades = view
        .cells
        .iter()
        .map(|row| row.iter().map(|cell| shade(cell.0)).collect());
    let words = |write: &dyn Fn(usize, usize, &str) -> String| -> Vec<Vec<String>> {
        let row = |(row, cells): (usize, &Vec<(Option<f64>, String)>)| {
            let cells = cells.iter().enumerate();
            cells.map(|(at, cell)| write(row, at, &cell.1)).collect()
        };
        view.cells.iter().enumerate().map(row).collect()
    };
    let map = HeatMap::new(at(count), at(view.cells.len()), shades.collect())
        .zmin(0.0)
        .zmax(1.0)
        .zauto(false)
        .color_scale(ColorScale::Vector(vec![
            ColorScaleElement(0.0, theme::STATES[6].0.to_owned()),
            ColorScaleElement(DEAREST, theme::DEAR.0.to_owned()),
            ColorScaleElement(0.9, theme::DEAR.0.to_owned()),
            ColorScaleElement(0.9, theme::GRID.0.to_owned()),
            ColorScaleElement(1.0, theme::GRID.0.to_owned()),
        ]))
        .show_scale(false)
        .x_gap(2)
        .y_gap(2)
        .text_matrix(words(&|_, _, cell| label(cell)))
        .hover_text_matrix(words(&|row, at, cell| {
            format!(
                "{} → {}<br>{}",
                label(&view.futures[row]),
                label(&view.futures[at]),
                label(cell)
            )
        }))
        .hover_info(HoverInfo::Text);
    let mut traces = Traces::new();
    traces.push(Signed::over(*map));
    let heads = view.futures.iter().map(|name| wrapped(name, 14)).collect();
    let layout = layout(110 + 38 * view.cells.len().max(1))
        .margin(Margin::new().left(8).right(8).top(76).bottom(8))
        .x_axis(
            axis()
                .side(AxisSide::Top)
                .range(vec![-0.5, count as f64 - 0.5])
                .tick_values(at(count))
                .tick_text(heads)
                .tick_font(ink(12))
                .tick_angle(0.0)
                .tick_length(0)
                .title(Title::with_text(label(&view.comes)).font(muted(12)))
                .show_grid(false),
        )
        .y_axis(names(view.futures.iter().map(|name| label(name)).collect()));
    Figure {
        narrowest: 180 + 90 * count,
        ..figure(&view.caption, &traces, layout)
    }
}
