//! View 8: what is built when. Orders as bars over time, light while they are under way and solid in service;
//! and what is installed in each period, with the targets.

use super::super::theme::{self, label};
use super::super::{Capacity, Orders};
use super::{axis, figure, ink, layout, muted, names, whole};
use crate::report::model::Figure;
use crate::report::number::figure as written;
use plotly::common::{HoverInfo, Line, Marker, MarkerSymbol, Mode, Title};
use plotly::layout::{Axis, BarMode};
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
    traces.push(targets(view));
    let layout = layout(360)
        .bar_mode(BarMode::Stack)
        .show_legend(true)
        .x_axis(periods(&view.periods).show_grid(false))
        .y_axis(
            axis()
                .title(Title::with_text("EFLOPS").font(muted(12)))
                .range_mode(plotly::layout::RangeMode::ToZero)
                .auto_margin(true),
        );
    Figure {
        narrowest: 420,
        ..figure(&view.caption, &traces, layout)
    }
}

/// A line over the period that a target is due in.
fn targets(view: &Capacity) -> Box<Scatter<Option<f64>, Option<f64>>> {
    let (mut x, mut y, mut text) = (vec![], vec![], vec![]);
    for &(period, value) in &view.targets {
        let at = period as f64;
        x.extend([Some(at + 0.08), Some(at + 0.92), None]);
        y.extend([Some(value), Some(value), None]);
        let words = format!("{}: {} EFLOPS", view.target, written(value));
        text.extend([words.clone(), words, String::new()]);
    }
    Scatter::new(x, y)
        .mode(Mode::Lines)
        .line(Line::new().width(3.0).color(theme::INK.0))
        .connect_gaps(false)
        .name(view.target.clone())
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
        .name(view.order.clone())
        .hover_info(HoverInfo::Skip),
    );
    let layout = layout(whole(100.0 + 26.0 * view.rows.len() as f64))
        .show_legend(true)
        .x_axis(periods(&view.periods))
        .y_axis(names(view.rows.iter().map(|row| label(&row.name)).collect()).tick_font(ink(12)));
    Figure {
        narrowest: 520,
        ..figure(&view.caption, &traces, layout)
    }
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
