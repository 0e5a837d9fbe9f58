//! Layout of the figures, one file per view.

mod acceptability;
mod capacity;
mod chances;
mod frontier;
mod loads;
mod map;
mod matrix;
mod profile;
mod ranges;
mod rank_lines;
mod regrets;
mod slope;
mod steps;
mod trajectory;

pub(super) use acceptability::acceptability;
pub(super) use capacity::{capacity, orders};
pub(super) use chances::chances;
pub(super) use frontier::frontier;
pub(super) use loads::loads;
pub(super) use map::map;
pub(super) use matrix::matrix;
pub(super) use profile::profile;
pub(super) use ranges::ranges;
pub(super) use rank_lines::rank_lines;
pub(super) use regrets::regrets;
pub(super) use slope::slope;
pub(super) use steps::steps;
pub(super) use trajectory::trajectory;

use super::Caption;
use super::theme::{self, FONTS};
use crate::report::model::Figure;
use plotly::common::{Anchor, Font, Label, Orientation, Title};
use plotly::layout::{Axis, HoverMode, Legend, Margin, TicksDirection};
use plotly::{Layout, Traces};
use serde_json::json;

/// Puts traces and layout together.
///
/// The pieces are joined here rather than in a `plotly::Plot`, which carries the whole script of the
/// library along with each figure.
fn figure(caption: &Caption, traces: &Traces, layout: Layout) -> Figure {
    let layout = layout.title(Title::with_text(theme::label(&caption.title)).font(ink(15)));
    Figure {
        id: caption.id.clone(),
        title: caption.title.clone(),
        description: caption.description.clone(),
        narrowest: 0,
        plot: json!({
            "data": traces,
            "layout": layout,
            "config": { "displayModeBar": false, "responsive": true },
        }),
    }
}

/// Starts a layout without frame: the page is the ground.
fn layout(height: usize) -> Layout {
    let clear = "rgba(0,0,0,0)";
    Layout::new()
        .height(height)
        .paper_background_color(clear)
        .plot_background_color(clear)
        .font(Font::new().family(FONTS).size(13).color(theme::INK.0))
        .margin(Margin::new().left(8).right(16).top(36).bottom(40))
        .hover_mode(HoverMode::Closest)
        .hover_label(
            Label::new()
                .background_color(theme::GROUND.0)
                .border_color(theme::QUIET.0)
                .font(ink(13))
                .align("left"),
        )
        .legend(legend())
        .show_legend(false)
}

/// Starts a legend on top, in a row.
fn legend() -> Legend {
    Legend::new()
        .orientation(Orientation::Horizontal)
        .x(0.0)
        .x_anchor(Anchor::Left)
        .y(1.0)
        .y_anchor(Anchor::Bottom)
        .font(muted(12))
}

/// Starts an axis that nobody can drag: a page that scrolls should scroll.
fn axis() -> Axis {
    Axis::new()
        .fixed_range(true)
        .zero_line(false)
        .show_line(false)
        .grid_color(theme::GRID.0)
        .tick_font(muted(12))
}

/// Starts an axis of names at whole positions from 0, the first on top.
fn names(names: Vec<String>) -> Axis {
    let last = names.len() as f64;
    let at = (0..names.len()).map(|at| at as f64).collect();
    axis()
        .range(vec![last - 0.4, -0.6])
        .tick_values(at)
        .tick_text(names)
        .tick_font(ink(13))
        .show_grid(false)
        // Ticks that nobody sees keep the names off the marks.
        .ticks(TicksDirection::Outside)
        .tick_color("rgba(0,0,0,0)")
        .tick_length(6)
        .auto_margin(true)
}

/// Rounds a length in pixels.
fn whole(pixels: f64) -> usize {
    // Pictures are hundreds of pixels high: neither sign nor size is lost.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100000"
    )]
    let pixels = pixels.clamp(0.0, 100_000.0).round() as usize;
    pixels
}

fn ink(size: usize) -> Font {
    Font::new().size(size).color(theme::INK.0)
}

fn muted(size: usize) -> Font {
    Font::new().size(size).color(theme::MUTED.0)
}
