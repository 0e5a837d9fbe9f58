//! View 8: what each level of ambition costs, with the plan and what was asked for on the same axis.

use super::super::Frontier;
use super::super::theme::{self, label};
use super::{axis, figure, ink, layout, muted};
use crate::report::model::Figure;
use plotly::common::{Anchor, DashType, HoverInfo, Line, Marker, Mode, Title};
use plotly::layout::{Annotation, Margin, RangeMode, Shape, ShapeLayer, ShapeLine, ShapeType};
use plotly::{Scatter, Traces};

pub(in super::super) fn frontier(view: &Frontier) -> Figure {
    let mut traces = Traces::new();
    traces.push(
        Scatter::new(
            view.points.iter().map(|point| point.0).collect(),
            view.points.iter().map(|point| point.1).collect(),
        )
        .mode(Mode::LinesMarkers)
        .line(Line::new().width(2.0).color(theme::ACCENT.0))
        .marker(Marker::new().size(10).color(theme::ACCENT.0))
        .name(label(&view.name))
        .hover_text_array(view.points.iter().map(|point| label(&point.2)).collect())
        .hover_info(HoverInfo::Text),
    );
    let levels = view.points.iter().map(|point| point.0);
    let levels = levels.chain(view.marks.iter().map(|mark| mark.1));
    let (low, high) = levels.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), level| {
        (low.min(level), high.max(level))
    });
    let edge = ((high - low) * 0.06).max(1.0);
    let layout = layout(380)
        .margin(Margin::new().left(8).right(16).top(56).bottom(48))
        .x_axis(
            axis()
                .range(vec![low - edge, high + edge])
                .title(Title::with_text(label(&view.reached)).font(muted(12))),
        )
        .y_axis(
            axis()
                .range_mode(RangeMode::ToZero)
                .tick_format(",")
                .title(Title::with_text(label(&view.cost)).font(muted(12)))
                .auto_margin(true),
        )
        .shapes(view.marks.iter().map(|mark| line(mark.1)).collect())
        .annotations(flags(view, f64::midpoint(low, high)));
    Figure {
        narrowest: 420,
        ..figure(&view.caption, &traces, layout)
    }
}

fn line(at: f64) -> Shape {
    Shape::new()
        .shape_type(ShapeType::Line)
        .layer(ShapeLayer::Below)
        .y_ref("paper")
        .x0(at)
        .x1(at)
        .y0(0.0)
        .y1(1.0)
        .line(
            ShapeLine::new()
                .color(theme::INK.0)
                .width(1.5)
                .dash(DashType::Dash),
        )
}

/// Names the lines on top of the plot, one above the other, each on the side that has more room.
fn flags(view: &Frontier, middle: f64) -> Vec<Annotation> {
    let flag = |(row, (name, at)): (usize, &(String, f64))| {
        Annotation::new()
            .text(label(name))
            .font(ink(12))
            .show_arrow(false)
            .x(*at)
            .x_anchor(if *at > middle {
                Anchor::Right
            } else {
                Anchor::Left
            })
            .y(1.0)
            .y_ref("paper")
            .y_anchor(Anchor::Bottom)
            .y_shift(18.0 * row as f64)
    };
    view.marks.iter().enumerate().map(flag).collect()
}
