//! View 11: ranks before and after. Places that moved are in colour, the others grey.

use super::super::Slope;
use super::super::theme::{self, columns, label};
use super::{axis, figure, ink, layout, muted};
use crate::report::model::Figure;
use crate::report::number;
use plotly::common::{Anchor, HoverInfo, Line, Marker, Mode};
use plotly::layout::{Annotation, Margin};
use plotly::{Scatter, Traces};

pub(in super::super) fn slope(view: &Slope) -> Figure {
    let mut traces = Traces::new();
    let moved = |line: &(String, Option<f64>, Option<f64>)| {
        line.1.map(f64::to_bits) != line.2.map(f64::to_bits)
    };
    // Grey lines first: what is drawn later lies on top.
    let (bright, grey): (Vec<_>, Vec<_>) = view.lines.iter().partition(|line| moved(line));
    for line in grey.iter().chain(&bright) {
        let (name, before, after) = line;
        let colour = match (before, after) {
            (Some(old), Some(new)) if new < old => theme::GAIN.0,
            (Some(old), Some(new)) if new > old => theme::LOSS.0,
            (Some(_), Some(_)) => theme::QUIET.0,
            // New to the ranking, or gone from it: a dot at one end.
            _ => theme::ACCENT.0,
        };
        let said = |rank: &Option<f64>| rank.map_or_else(|| "–".to_owned(), number::rank);
        let words = format!("{}: {} → {}", label(name), said(before), said(after));
        traces.push(
            Scatter::new(vec![0.0, 1.0], vec![*before, *after])
                .mode(Mode::LinesMarkers)
                .line(
                    Line::new()
                        .width(if moved(line) { 2.5 } else { 1.2 })
                        .color(colour),
                )
                .marker(Marker::new().size(8).color(colour))
                .hover_text_array(vec![words.clone(), words])
                .hover_info(HoverInfo::Text)
                .clip_on_axis(false)
                .name(label(name)),
        );
    }
    let ranks = view.lines.iter().flat_map(|line| [line.1, line.2]);
    let last = ranks.flatten().fold(1.0, f64::max);
    let room = room(view);
    let layout = layout(100 + 26 * view.lines.len().max(1))
        .margin(Margin::new().left(room).right(room).top(40).bottom(8))
        .x_axis(axis().range(vec![-0.02, 1.02]).visible(false))
        .y_axis(axis().range(vec![last + 0.6, 0.4]).visible(false))
        .annotations(notes(view));
    Figure {
        narrowest: 2 * room + 140,
        ..figure(&view.caption, &traces, layout)
    }
}

/// What the names take on either side, in pixels; those that share a rank stand side by side and may take more.
fn room(view: &Slope) -> usize {
    let widest = view.lines.iter().map(|line| columns(&line.0)).max();
    (36 + 7 * widest.unwrap_or(0)).clamp(84, 190)
}

/// The heads of both sides, and a name with its rank at each end; places that share a rank share a line.
fn notes(view: &Slope) -> Vec<Annotation> {
    let head = |text: &str, x: f64, anchor: Anchor| {
        Annotation::new()
            .text(label(text))
            .font(muted(12))
            .show_arrow(false)
            .x(x)
            .x_anchor(anchor)
            .y(1.0)
            .y_ref("paper")
            .y_anchor(Anchor::Bottom)
    };
    let mut notes = vec![
        head(&view.left, 0.0, Anchor::Right),
        head(&view.right, 1.0, Anchor::Left),
    ];
    let left: Vec<_> = view
        .lines
        .iter()
        .filter_map(|line| Some((line.1?, label(&line.0))))
        .collect();
    let right: Vec<_> = view
        .lines
        .iter()
        .filter_map(|line| Some((line.2?, label(&line.0))))
        .collect();
    for (ends, x, anchor, shift) in [
        (left, 0.0, Anchor::Right, -10.0),
        (right, 1.0, Anchor::Left, 10.0),
    ] {
        let mut shared: Vec<(f64, Vec<String>)> = vec![];
        for (rank, name) in ends {
            match shared
                .iter_mut()
                .find(|(known, _)| known.total_cmp(&rank).is_eq())
            {
                Some((_, names)) => names.push(name),
                None => shared.push((rank, vec![name])),
            }
        }
        notes.extend(shared.into_iter().map(|(rank, names)| {
            Annotation::new()
                .text(format!("{} {}", number::rank(rank), names.join(", ")))
                .font(ink(12))
                .show_arrow(false)
                .x(x)
                .x_anchor(anchor.clone())
                .x_shift(shift)
                .y(rank)
        }));
    }
    notes
}
