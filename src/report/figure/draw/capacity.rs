//! View 8: what is built when. Orders as bars over time, light while they are under way and solid in service;
//! and what is installed in each period, with the targets.

use super::super::theme::{self, label};
use super::super::{Capacity, Money, OrderRow, Orders};
use super::{axis, figure, ink, layout, legend, muted, names, whole};
use crate::report::model::Figure;
use crate::report::number::figure as written;
use plotly::common::{Anchor, HoverInfo, Line, Marker, MarkerSymbol, Mode, Title};
use plotly::layout::{
    Annotation, Axis, BarMode, Margin, RangeMode, Shape, ShapeLayer, ShapeLine, ShapeType,
    TraceOrder,
};
use plotly::{Bar, Scatter, Traces};

/// Time in periods: each takes one unit, its name in the middle.
fn periods(all: &[String]) -> Axis {
    let last = all.len() as f64;
    axis()
        .range(vec![0.0, last])
        .tick_values((0..all.len()).map(|at| at as f64 + 0.5).collect())
        .tick_text(all.iter().map(|name| label(name)).collect())
        .tick_length(0)
}

pub(in super::super) fn capacity(view: &Capacity) -> Figure {
    let middle: Vec<f64> = (0..view.periods.len()).map(|at| at as f64 + 0.5).collect();
    let mut traces = Traces::new();
    for (slot, (name, values)) in view.stacks.iter().enumerate() {
        traces.push(
            Bar::new(middle.clone(), values.clone())
                .name(label(name))
                .width(0.62)
                .marker(Marker::new().color(theme::series(slot).0))
                .hover_text_array(
                    values
                        .iter()
                        .map(|value| format!("{}: {} EFLOPS", label(name), written(*value)))
                        .collect(),
                )
                .hover_info(HoverInfo::Text),
        );
    }
    traces.push(over_periods(
        &view.target,
        "EFLOPS",
        &view.targets,
        theme::INK.0,
        "y",
    ));
    let upright = |unit: &str| {
        axis()
            .title(Title::with_text(label(unit)).font(muted(12)))
            .tick_format(",")
            .range_mode(RangeMode::ToZero)
            .auto_margin(true)
    };
    let time = periods(&view.periods).show_grid(false);
    let layout = layout(if view.money.is_some() { 560 } else { 360 })
        .bar_mode(BarMode::Stack)
        .show_legend(true);
    let layout = layout.legend(legend().trace_order(TraceOrder::Normal));
    let layout = match &view.money {
        None => layout.x_axis(time).y_axis(upright("EFLOPS")),
        Some(money) => {
            traces.push(spent(money, middle));
            if !money.limits.is_empty() {
                traces.push(over_periods(
                    &money.room,
                    &money.unit,
                    &money.limits,
                    theme::GAIN.0,
                    "y2",
                ));
            }
            layout
                .x_axis(time.anchor("y2"))
                .y_axis(upright("EFLOPS").domain(&[0.42, 1.0]))
                .y_axis2(upright(&money.unit).domain(&[0.0, 0.32]))
        }
    };
    Figure {
        narrowest: 420,
        ..figure(&view.caption, &traces, layout)
    }
}

/// What was spent, on an axis of its own below.
fn spent(money: &Money, middle: Vec<f64>) -> Box<Bar<f64, f64>> {
    Bar::new(middle, money.values.clone())
        .name(label(&money.spent))
        .width(0.62)
        .marker(Marker::new().color(theme::QUIET.0))
        .y_axis("y2")
        .hover_text_array(
            money
                .values
                .iter()
                .map(|value| {
                    format!(
                        "{}: {} {}",
                        label(&money.spent),
                        written(*value),
                        label(&money.unit)
                    )
                })
                .collect(),
        )
        .hover_info(HoverInfo::Text)
}

/// A line over each period that has a target or a limit.
fn over_periods(
    name: &str,
    unit: &str,
    values: &[(usize, f64)],
    colour: &'static str,
    axis: &str,
) -> Box<Scatter<Option<f64>, Option<f64>>> {
    let (mut x, mut y, mut text) = (vec![], vec![], vec![]);
    for &(period, value) in values {
        let at = period as f64;
        x.extend([Some(at + 0.08), Some(at + 0.92), None]);
        y.extend([Some(value), Some(value), None]);
        let words = format!("{}: {} {}", label(name), written(value), label(unit));
        text.extend([words.clone(), words, String::new()]);
    }
    Scatter::new(x, y)
        .mode(Mode::Lines)
        .line(Line::new().width(3.0).color(colour))
        .connect_gaps(false)
        .y_axis(axis)
        .name(label(name))
        .hover_text_array(text)
        .hover_info(HoverInfo::Text)
}

pub(in super::super) fn orders(view: &Orders) -> Figure {
    let mut traces = Traces::new();
    let (mut lead, mut service) = (Segments::default(), Segments::default());
    for (at, row) in view.rows.iter().enumerate() {
        let words = format!("{}<br>{}", label(&row.name), label(&row.words));
        lead.push(row.ordered as f64, row.ready as f64, at, &words);
        service.push(row.ready as f64, row.until as f64, at, &words);
    }
    traces.push(lead.trace(&view.lead, theme::STATES[0].0));
    traces.push(service.trace(&view.service, theme::ACCENT.0));
    traces.push(
        Scatter::new(
            view.rows.iter().map(|row| row.ordered as f64).collect(),
            (0..view.rows.len()).map(|at| at as f64).collect(),
        )
        .mode(Mode::Markers)
        .marker(
            Marker::new()
                .symbol(MarkerSymbol::Diamond)
                .size(10)
                .color(theme::INK.0),
        )
        // An order in the first period stands on the edge.
        .clip_on_axis(false)
        .name(view.order.clone())
        .hover_info(HoverInfo::Skip),
    );
    let layout = layout(whole(100.0 + 26.0 * view.rows.len() as f64))
        .show_legend(true)
        .margin(Margin::new().left(8).right(96).top(36).bottom(40))
        .shapes((0..=view.periods.len()).map(boundary).collect())
        .annotations(view.rows.iter().enumerate().map(amount).collect())
        .x_axis(periods(&view.periods).show_grid(false))
        .y_axis(names(view.rows.iter().map(|row| label(&row.name)).collect()).tick_font(ink(12)));
    Figure {
        narrowest: 520,
        ..figure(&view.caption, &traces, layout)
    }
}

/// The line between two periods.
fn boundary(at: usize) -> Shape {
    Shape::new()
        .shape_type(ShapeType::Line)
        .layer(ShapeLayer::Below)
        .y_ref("paper")
        .x0(at as f64)
        .x1(at as f64)
        .y0(0.0)
        .y1(1.0)
        .line(ShapeLine::new().color(theme::GRID.0).width(1.0))
}

/// How much an order adds, at the end of its row.
fn amount((at, row): (usize, &OrderRow)) -> Annotation {
    Annotation::new()
        .text(label(&row.amount))
        .font(muted(12))
        .show_arrow(false)
        .x(1.0)
        .x_ref("paper")
        .x_anchor(Anchor::Left)
        .x_shift(8.0)
        .y(at as f64)
}

/// Bars as thick lines with gaps between them: one trace for all, however many there are.
#[derive(Default)]
struct Segments {
    x: Vec<Option<f64>>,
    y: Vec<Option<f64>>,
    text: Vec<String>,
}

impl Segments {
    fn push(&mut self, from: f64, to: f64, row: usize, words: &str) {
        if to <= from {
            return;
        }
        self.x.extend([Some(from), Some(to), None]);
        self.y.extend([Some(row as f64), Some(row as f64), None]);
        self.text
            .extend([words.to_owned(), words.to_owned(), String::new()]);
    }

    fn trace(self, name: &str, colour: &'static str) -> Box<Scatter<Option<f64>, Option<f64>>> {
        Scatter::new(self.x, self.y)
            .mode(Mode::Lines)
            .line(Line::new().width(13.0).color(colour))
            .connect_gaps(false)
            .name(name)
            .hover_text_array(self.text)
            .hover_info(HoverInfo::Text)
    }
}
