//! View 3: how often each place takes each rank. Colour repeats the number in the cell.

use super::super::Acceptability;
use super::super::theme::{self, label};
use super::matrix::Signed;
use super::{axis, figure, ink, layout, muted, names};
use crate::report::model::Figure;
use crate::report::number::percent;
use plotly::common::{AxisSide, ColorScale, ColorScaleElement, HoverInfo, Title};
use plotly::layout::Margin;
use plotly::{HeatMap, Traces};

pub(in super::super) fn acceptability(view: &Acceptability) -> Figure {
    let lang = view.caption.lang;
    let places: Vec<String> = view.rows.iter().map(|(name, _)| label(name)).collect();
    let at = |count: usize| (0..count).map(|at| at as f64).collect::<Vec<_>>();
    let shares = view.rows.iter().map(|(_, shares)| shares.clone());
    let words = |write: &dyn Fn(&str, usize, f64) -> String| -> Vec<Vec<String>> {
        let row = |(name, shares): &(String, Vec<f64>)| {
            let cells = shares.iter().enumerate();
            cells
                .map(|(rank, share)| write(name, rank, *share))
                .collect()
        };
        view.rows.iter().map(row).collect()
    };
    let map = HeatMap::new(at(view.ranks.len()), at(places.len()), shares.collect())
        .zmin(0.0)
        .zmax(1.0)
        .zauto(false)
        .color_scale(ColorScale::Vector(vec![
            ColorScaleElement(0.0, theme::STATES[6].0.to_owned()),
            ColorScaleElement(0.5, theme::STATES[0].0.to_owned()),
            // The darkest shade still carries dark letters.
            ColorScaleElement(1.0, theme::SURE.0.to_owned()),
        ]))
        .show_scale(false)
        .x_gap(2)
        .y_gap(2)
        // What never happens stays empty.
        .text_matrix(words(&|_, _, share| {
            if share > 0.0 {
                percent(share).replace(" %", "")
            } else {
                String::new()
            }
        }))
        .hover_text_matrix(words(&|name, rank, share| {
            format!(
                "{}<br>{} {}: {}",
                label(name),
                lang.word("rank"),
                label(&view.ranks[rank]),
                percent(share)
            )
        }))
        .hover_info(HoverInfo::Text);
    let mut traces = Traces::new();
    traces.push(Signed::over(*map));
    let title = lang.pick(
        "rank: share of the draws in percent",
        "排名：占抽样的百分比",
    );
    let layout = layout(90 + 28 * places.len().max(1))
        .margin(Margin::new().left(8).right(8).top(60).bottom(8))
        .x_axis(
            axis()
                .side(AxisSide::Top)
                .range(vec![-0.5, view.ranks.len() as f64 - 0.5])
                .tick_values(at(view.ranks.len()))
                .tick_text(view.ranks.iter().map(|rank| label(rank)).collect())
                .tick_font(ink(12))
                .tick_length(0)
                .title(Title::with_text(title).font(muted(12)))
                .show_grid(false),
        )
        .y_axis(names(places));
    Figure {
        narrowest: 160 + 36 * view.ranks.len(),
        ..figure(&view.caption, &traces, layout)
    }
}
