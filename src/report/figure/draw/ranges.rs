//! View 4: where a place could be. A dot for its rank, a line over nine draws of ten, and a shade behind
//! places that the draws cannot tell apart.

use super::super::Ranges;
use super::super::theme::{self, label};
use super::{axis, figure, layout, muted, names};
use crate::report::model::Figure;
use crate::report::number;
use plotly::common::{HoverInfo, Line, Marker, Mode, Title};
use plotly::layout::{Shape, ShapeLayer, ShapeLine, ShapeType};
use plotly::{Scatter, Traces};

pub(in super::super) fn ranges(view: &Ranges) -> Figure {
    let lang = view.caption.lang;
    let (mut x, mut y) = (vec![], vec![]);
    for (at, row) in view.rows.iter().enumerate() {
        x.extend([Some(row.low), Some(row.high), None]);
        y.extend([Some(at as f64), Some(at as f64), None]);
    }
    let mut traces = Traces::new();
    traces.push(
        Scatter::new(x, y)
            .mode(Mode::Lines)
            .line(Line::new().width(5.0).color(theme::STATES[0].0))
            .name(lang.pick("9 draws of 10", "九成抽样"))
            .hover_info(HoverInfo::Skip),
    );
    let text = view.rows.iter().map(|row| {
        format!(
            "{}<br>{} {}; {}–{}",
            label(&row.name),
            lang.word("rank"),
            number::rank(row.rank),
            number::rank(row.low),
            number::rank(row.high)
        )
    });
    traces.push(
        Scatter::new(
            view.rows.iter().map(|row| row.rank).collect(),
            (0..view.rows.len()).map(|at| at as f64).collect(),
        )
        .mode(Mode::Markers)
        .marker(
            Marker::new()
                .size(13)
                .color(theme::ACCENT.0)
                .line(Line::new().width(2.0).color(theme::GROUND.0)),
        )
        .name(lang.pick("rank in this report", "本报告排名"))
        .hover_text_array(text.collect())
        .hover_info(HoverInfo::Text),
    );
    let last = view
        .rows
        .iter()
        .map(|row| row.high.max(row.rank))
        .fold(1.0, f64::max);
    let layout = layout(90 + 30 * view.rows.len().max(1))
        .show_legend(true)
        .shapes(view.ties.iter().map(|&tie| shade(tie)).collect())
        .x_axis(
            axis()
                .range(vec![0.5, last + 0.5])
                .dtick(if last > 20.0 { 5.0 } else { 1.0 })
                .title(Title::with_text(lang.word("rank")).font(muted(12))),
        )
        .y_axis(names(
            view.rows.iter().map(|row| label(&row.name)).collect(),
        ));
    figure(&view.caption, &traces, layout)
}

/// A shade behind the rows from the first to the last of a group.
fn shade((first, last): (usize, usize)) -> Shape {
    Shape::new()
        .shape_type(ShapeType::Rect)
        .layer(ShapeLayer::Below)
        .x_ref("paper")
        .x0(0.0)
        .x1(1.0)
        .y0(first as f64 - 0.45)
        .y1(last as f64 + 0.45)
        .fill_color(theme::TIED.0)
        .line(ShapeLine::new().width(0.0))
}
