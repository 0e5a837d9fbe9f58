//! View 6: from the score of one place to that of the next, a step per criterion.

use super::super::Steps;
use super::super::theme::{self, label, wrapped};
use super::{axis, figure, ink, layout, muted, names};
use crate::report::model::Figure;
use crate::report::number::{signed, three_digits};
use plotly::common::{Anchor, DashType, Title};
use plotly::layout::{Annotation, Shape, ShapeLayer, ShapeLine, ShapeType};
use plotly::{Trace, Traces};
use serde::Serialize;

/// A waterfall, which the library draws and its crate does not name.
#[derive(Debug, Clone, Serialize)]
struct Waterfall {
    r#type: &'static str,
    orientation: &'static str,
    base: f64,
    x: Vec<f64>,
    y: Vec<f64>,
    text: Vec<String>,
    textposition: &'static str,
    hoverinfo: &'static str,
    cliponaxis: bool,
    increasing: Mark,
    decreasing: Mark,
    connector: Connector,
}

#[derive(Debug, Clone, Serialize)]
struct Mark {
    marker: Colour,
}

#[derive(Debug, Clone, Serialize)]
struct Connector {
    line: Thin,
}

#[derive(Debug, Clone, Serialize)]
struct Colour {
    color: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Thin {
    color: &'static str,
    width: f64,
}

impl Trace for Waterfall {
    fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts")
    }
}

pub(in super::super) fn steps(view: &Steps) -> Figure {
    let (from, to) = (view.from.1, view.to.1);
    let points: Vec<f64> = view.steps.iter().map(|(_, points)| *points).collect();
    let mut traces = Traces::new();
    traces.push(Box::new(Waterfall {
        r#type: "waterfall",
        orientation: "h",
        base: from,
        y: (0..points.len()).map(|at| at as f64).collect(),
        text: points.iter().map(|p| signed(*p)).collect(),
        x: points,
        textposition: "outside",
        hoverinfo: "skip",
        cliponaxis: false,
        increasing: mark(theme::GAIN.0),
        decreasing: mark(theme::LOSS.0),
        connector: Connector {
            line: Thin {
                color: theme::QUIET.0,
                width: 1.0,
            },
        },
    }));
    let (low, high) = reach(view);
    let edge = ((high - low) * 0.14).max(0.5);
    let score = view.caption.lang.word("score");
    let layout = layout(110 + 36 * view.steps.len().max(1))
        .x_axis(
            axis()
                .range(vec![low - edge, high + edge])
                .title(Title::with_text(score).font(muted(12))),
        )
        .y_axis(names(
            view.steps
                .iter()
                .map(|(name, _)| wrapped(name, 30))
                .collect(),
        ))
        .shapes(vec![line(from), line(to)])
        .annotations(vec![
            flag(&view.from, from > to),
            flag(&view.to, from <= to),
        ]);
    Figure {
        narrowest: 480,
        ..figure(&view.caption, &traces, layout)
    }
}

fn mark(color: &'static str) -> Mark {
    Mark {
        marker: Colour { color },
    }
}

/// The lowest and highest sum on the way.
fn reach(view: &Steps) -> (f64, f64) {
    let mut at = view.from.1;
    let mut ends = (at.min(view.to.1), at.max(view.to.1));
    for (_, points) in &view.steps {
        at += points;
        ends = (ends.0.min(at), ends.1.max(at));
    }
    ends
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
                .color(theme::MUTED.0)
                .width(1.0)
                .dash(DashType::Dot),
        )
}

/// Names a line on top of the plot, beside it so that two near ones do not collide.
fn flag((name, score): &(String, f64), right: bool) -> Annotation {
    Annotation::new()
        .text(format!("{} {}", label(name), three_digits(*score)))
        .font(ink(12))
        .show_arrow(false)
        .x(*score)
        .y(1.0)
        .y_ref("paper")
        .y_anchor(Anchor::Bottom)
        .x_anchor(if right { Anchor::Left } else { Anchor::Right })
}
