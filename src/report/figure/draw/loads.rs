//! View 8: what each site carries of what it can.

use super::super::Loads;
use super::super::theme::{self, label};
use super::{axis, figure, ink, layout, muted, names};
use crate::report::model::Figure;
use plotly::common::{Anchor, HoverInfo, Marker, Orientation, Title};
use plotly::layout::{Annotation, BarMode, Margin, RangeMode};
use plotly::{Bar, Traces};

pub(in super::super) fn loads(view: &Loads) -> Figure {
    let rows = || (0..view.rows.len()).map(|at| at as f64).collect::<Vec<_>>();
    let bars = |name: &str, widths: Vec<f64>, colour: &'static str| {
        Bar::new(widths, rows())
            .orientation(Orientation::Horizontal)
            .width(0.62)
            .marker(Marker::new().color(colour))
            .name(label(name))
            .hover_text_array(
                view.rows
                    .iter()
                    .map(|row| format!("{}<br>{}", label(&row.0), label(&row.3)))
                    .collect(),
            )
            .hover_info(HoverInfo::Text)
    };
    let mut traces = Traces::new();
    traces.push(bars(
        &view.room,
        view.rows.iter().map(|row| row.1).collect(),
        theme::STATES[1].0,
    ));
    traces.push(bars(
        &view.load,
        view.rows.iter().map(|row| row.2.unwrap_or(0.0)).collect(),
        theme::ACCENT.0,
    ));
    let notes = view.rows.iter().enumerate().map(|(at, row)| {
        Annotation::new()
            .text(label(&row.3))
            .font(if row.2.is_some() { ink(12) } else { muted(12) })
            .show_arrow(false)
            .x(row.1.max(row.2.unwrap_or(0.0)))
            .x_anchor(Anchor::Left)
            .x_shift(6.0)
            .y(at as f64)
    });
    let widest = view.rows.iter().map(|row| row.1).fold(0.0, f64::max);
    let layout = layout(104 + 30 * view.rows.len().max(1))
        .bar_mode(BarMode::Overlay)
        .show_legend(true)
        .margin(Margin::new().left(8).right(16).top(36).bottom(48))
        .x_axis(
            axis()
                .range_mode(RangeMode::ToZero)
                // The words beside the longest bar want room.
                .range(vec![0.0, widest * 1.25])
                .title(Title::with_text(label(&view.axis)).font(muted(12))),
        )
        .y_axis(names(view.rows.iter().map(|row| label(&row.0)).collect()))
        .annotations(notes.collect());
    Figure {
        narrowest: 440,
        ..figure(&view.caption, &traces, layout)
    }
}
