//! View 7: how likely each target is. A dot for the default method, a line over all methods.

use super::super::theme::{self, label, wrapped};
use super::super::{ChanceRow, Chances};
use super::{axis, figure, ink, layout, muted, names};
use crate::report::model::Figure;
use crate::report::number::probability;
use plotly::common::{Anchor, HoverInfo, Line, Marker, MarkerSymbol, Mode, Title};
use plotly::layout::{Annotation, Margin};
use plotly::{Scatter, Traces};

pub(in super::super) fn chances(view: &Chances) -> Figure {
    let (mut x, mut y) = (vec![], vec![]);
    for (at, row) in view.rows.iter().enumerate() {
        let (low, high) = row.range;
        x.extend([Some(low * 100.0), Some(high * 100.0), None]);
        y.extend([Some(at as f64), Some(at as f64), None]);
    }
    let mut traces = Traces::new();
    traces.push(
        Scatter::new(x, y)
            .mode(Mode::Lines)
            .line(Line::new().width(5.0).color(theme::STATES[0].0))
            .name("over all methods")
            .hover_info(HoverInfo::Skip),
    );
    let own = rows(view, |row| !row.borrowed);
    let borrowed = rows(view, |row| row.borrowed);
    for (name, symbol, rows) in [
        ("by its own growth", MarkerSymbol::Circle, own),
        ("growth borrowed", MarkerSymbol::CircleOpen, borrowed),
    ] {
        if !rows.is_empty() {
            traces.push(dots(name, symbol, &rows));
        }
    }
    let notes = view.rows.iter().enumerate().map(|(at, row)| {
        Annotation::new()
            .text(probability(row.probability))
            .font(ink(12))
            .show_arrow(false)
            .x(1.0)
            .x_ref("paper")
            .x_anchor(Anchor::Left)
            .x_shift(10.0)
            .y(at as f64)
    });
    let layout = layout(96 + 34 * view.rows.len().max(1))
        .show_legend(true)
        .margin(Margin::new().left(8).right(60).top(36).bottom(44))
        .x_axis(
            axis()
                .range(vec![-2.0, 102.0])
                .tick_values(vec![0.0, 50.0, 100.0])
                .tick_text(vec!["0 %", "50 %", "100 %"])
                .title(Title::with_text(label(&view.axis)).font(muted(12))),
        )
        .y_axis(names(
            view.rows.iter().map(|row| wrapped(&row.name, 34)).collect(),
        ))
        .annotations(notes.collect());
    Figure {
        narrowest: 350,
        ..figure(&view.caption, &traces, layout)
    }
}

fn rows(view: &Chances, which: impl Fn(&ChanceRow) -> bool) -> Vec<(usize, &ChanceRow)> {
    let all = view.rows.iter().enumerate();
    all.filter(|(_, row)| which(row)).collect()
}

fn dots(
    name: &'static str,
    symbol: MarkerSymbol,
    rows: &[(usize, &ChanceRow)],
) -> Box<Scatter<f64, f64>> {
    Scatter::new(
        rows.iter()
            .map(|(_, row)| row.probability * 100.0)
            .collect(),
        rows.iter().map(|(at, _)| *at as f64).collect(),
    )
    .mode(Mode::Markers)
    .marker(
        Marker::new()
            .symbol(symbol)
            .size(12)
            .color(theme::ACCENT.0)
            .line(Line::new().width(2.0).color(theme::ACCENT.0)),
    )
    // What is nearly sure stands on the edge.
    .clip_on_axis(false)
    .name(name)
    .hover_text_array(rows.iter().map(|(_, row)| label(&row.words)).collect())
    .hover_info(HoverInfo::Text)
}
