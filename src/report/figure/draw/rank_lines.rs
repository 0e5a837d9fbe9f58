//! View 2: ranks as one weight goes from nothing to everything.

use super::super::RankLines;
use super::super::theme::{self, label};
use super::{axis, figure, ink, layout, muted, whole};
use crate::report::model::Figure;
use plotly::common::{Anchor, DashType, HoverInfo, Line, LineShape, Mode, Title};
use plotly::layout::{Annotation, Margin, Shape, ShapeLayer, ShapeLine, ShapeType};
use plotly::{Scatter, Traces};

/// Lines in colour at most; the others stay grey.
const COLOURED: usize = 8;

pub(in super::super) fn rank_lines(view: &RankLines) -> Figure {
    let lang = view.caption.lang;
    let chosen = coloured(view);
    let mut traces = Traces::new();
    let mut order: Vec<(usize, Option<usize>)> = (0..view.lines.len())
        .map(|at| (at, chosen.iter().position(|&line| line == at)))
        .collect();
    // Grey lines first: what is drawn later lies on top.
    order.sort_by_key(|(_, slot)| slot.is_some());
    for (at, slot) in order {
        let (name, points) = &view.lines[at];
        let (x, y): (Vec<f64>, Vec<Option<f64>>) = points.iter().copied().unzip();
        traces.push(
            Scatter::new(x, y)
                .mode(Mode::Lines)
                .line(
                    Line::new()
                        .width(if slot.is_some() { 2.5 } else { 1.2 })
                        .shape(LineShape::Linear)
                        .color(slot.map_or(theme::QUIET.0, |slot| theme::series(slot).0)),
                )
                .connect_gaps(false)
                .hover_info(HoverInfo::All)
                .name(label(name)),
        );
    }
    let ranks = lowest_rank(view);
    let layout = layout(whole(120.0 + 26.0 * ranks.min(40.0)))
        .margin(Margin::new().left(8).right(130).top(16).bottom(44))
        .x_axis(
            axis()
                .range(vec![0.0, 100.0])
                .tick_suffix(" %")
                .title(Title::with_text(label(&view.axis)).font(muted(12))),
        )
        .y_axis(
            axis()
                .range(vec![ranks + 0.5, 0.5])
                .dtick(if ranks > 20.0 { 5.0 } else { 1.0 })
                .title(Title::with_text(lang.word("rank")).font(muted(12)))
                .auto_margin(true),
        )
        .shapes(vec![now(view.now)])
        .annotations(ends(view));
    Figure {
        narrowest: 520,
        ..figure(&view.caption, &traces, layout)
    }
}

/// Chooses the lines to colour: those that move most, in the order of the ranking.
fn coloured(view: &RankLines) -> Vec<usize> {
    let spread = |points: &[(f64, Option<f64>)]| {
        let ranks = || points.iter().filter_map(|(_, rank)| *rank);
        ranks().fold(0.0, f64::max) - ranks().fold(f64::INFINITY, f64::min)
    };
    let mut moving: Vec<(usize, f64)> = view
        .lines
        .iter()
        .enumerate()
        .map(|(at, (_, points))| (at, spread(points)))
        .filter(|(_, spread)| *spread > 0.0)
        .collect();
    moving.sort_by(|a, b| b.1.total_cmp(&a.1));
    moving.truncate(COLOURED);
    let mut chosen: Vec<usize> = moving.into_iter().map(|(at, _)| at).collect();
    chosen.sort_unstable();
    chosen
}

fn lowest_rank(view: &RankLines) -> f64 {
    let points = view.lines.iter().flat_map(|(_, points)| points);
    points.filter_map(|(_, rank)| *rank).fold(1.0, f64::max)
}

/// Names each line at its end; places that share an end share a line of text.
///
/// Lines that reach the right edge have their names beside the plot. Where a place is no longer ranked, its name
/// lies on the end of its line, on the side that has room.
fn ends(view: &RankLines) -> Vec<Annotation> {
    let points = view.lines.iter().flat_map(|(_, points)| points);
    let edge = points.map(|(share, _)| *share).fold(0.0, f64::max);
    let mut at_end: Vec<((f64, f64), Vec<String>)> = vec![];
    for (name, points) in &view.lines {
        let ranked = points.iter().rev();
        let mut ranked = ranked.filter_map(|(share, rank)| Some((*share, (*rank)?)));
        let Some(end) = ranked.next() else {
            continue;
        };
        let same = |known: &(f64, f64)| {
            known.0.total_cmp(&end.0).is_eq() && known.1.total_cmp(&end.1).is_eq()
        };
        match at_end.iter_mut().find(|(known, _)| same(known)) {
            Some((_, names)) => names.push(label(name)),
            None => at_end.push((end, vec![label(name)])),
        }
    }
    at_end
        .into_iter()
        .map(|((share, rank), names)| {
            let note = Annotation::new()
                .text(names.join(", "))
                .font(ink(12))
                .show_arrow(false)
                .x(share)
                .y(rank);
            if share >= edge {
                return note.x_anchor(Anchor::Left).x_shift(6.0);
            }
            let side = if share > edge / 2.0 {
                Anchor::Right
            } else {
                Anchor::Left
            };
            note.x_anchor(side)
                .y_anchor(Anchor::Bottom)
                .y_shift(1.0)
                .border_pad(1.0)
                .background_color(theme::GROUND.0)
        })
        .collect()
}

fn now(at: f64) -> Shape {
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
                .color(theme::ACCENT.0)
                .width(1.5)
                .dash(DashType::Dot),
        )
}
