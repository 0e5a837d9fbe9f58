//! View 9: a coast line without borders, and a symbol per place.
//!
//! The area of a symbol and its shade are the score; a place that is not ranked is a small ring. Labels
//! look for a side where they cover no other label or symbol, and where there is none for a place near by, with a
//! line to their symbol.

use super::super::coast::{Ring, Window, land};
use super::super::theme::{self, columns, label};
use super::super::{Map, MapPlace};
use super::{axis, figure, ink, layout, whole};
use crate::num::float;
use crate::report::model::Figure;
use crate::report::number::three_digits;
use plotly::common::{
    ColorScale, ColorScaleElement, Fill, HoverInfo, Line, Marker, Mode, Position,
};
use plotly::layout::{Annotation, Margin};
use plotly::{Scatter, Traces};

/// Width and height of the picture that labels are laid out for, in pixels.
const SIZE: (f64, f64) = (860.0, 560.0);

/// How far a label may stand from its symbol, nearest first, in pixels.
const LEADERS: [f64; 3] = [26.0, 42.0, 60.0];
/// Where it may stand: right, then round by the south.
const DIRECTIONS: [(f64, f64); 8] = [
    (1.0, 0.0),
    (0.7, 0.7),
    (0.0, 1.0),
    (-0.7, 0.7),
    (-1.0, 0.0),
    (-0.7, -0.7),
    (0.0, -1.0),
    (0.7, -0.7),
];

pub(in super::super) fn map(view: &Map) -> Figure {
    let window = window(&view.places);
    // The page may be wider or taller than the picture that labels are laid out for.
    let (ground, seas) = land(stretched(window));
    let mut traces = Traces::new();
    traces.push(area(&ground, theme::LAND.0));
    traces.push(area(&seas, theme::SEA.0));
    let (sides, taken) = sides(view, window);
    let leaders = leaders(view, window, &sides, taken);
    traces.push(unranked(view, &sides));
    traces.push(ranked(view, &sides));
    let middle = f64::midpoint(window.south, window.north);
    let mut layout = layout(whole(SIZE.1))
        .plot_background_color(theme::SEA.0)
        .margin(Margin::new().left(0).right(0).top(0).bottom(0))
        .x_axis(axis().range(vec![window.west, window.east]).visible(false))
        .y_axis(
            axis()
                .range(vec![window.south, window.north])
                .visible(false)
                .scale_anchor("x")
                // A degree of longitude is shorter the farther it is from the equator.
                .scale_ratio(1.0 / float::cos(middle.to_radians())),
        );
    layout = layout.show_legend(false).annotations(leaders);
    Figure {
        narrowest: 560,
        ..figure(&view.caption, &traces, layout)
    }
}

/// Returns what to show: all places with room around them, in the shape of the picture.
fn window(places: &[MapPlace]) -> Window {
    let ends = |of: fn(&MapPlace) -> f64| {
        let all = || places.iter().map(of);
        (
            all().fold(f64::INFINITY, f64::min),
            all().fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let (south, north) = ends(|place| place.at.0);
    let (west, east) = ends(|place| place.at.1);
    let middle = (f64::midpoint(west, east), f64::midpoint(south, north));
    let narrow = float::cos(middle.1.to_radians()).max(0.05);
    // At least three degrees, so that one place alone still has a coast to be recognised by.
    let tall = ((north - south) * 1.25).max(3.0);
    let wide = ((east - west) * 1.25).max(3.0);
    let tall = tall.max(wide * narrow * SIZE.1 / SIZE.0);
    let wide = tall * SIZE.0 / SIZE.1 / narrow;
    Window {
        west: middle.0 - wide / 2.0,
        east: middle.0 + wide / 2.0,
        south: middle.1 - tall / 2.0,
        north: middle.1 + tall / 2.0,
    }
}

fn stretched(window: Window) -> Window {
    let (wide, tall) = (window.east - window.west, window.north - window.south);
    Window {
        west: window.west - wide / 2.0,
        east: window.east + wide / 2.0,
        south: window.south - tall / 2.0,
        north: window.north + tall / 2.0,
    }
}

fn area(rings: &[Ring], colour: &'static str) -> Box<Scatter<Option<f64>, Option<f64>>> {
    let (mut x, mut y) = (vec![], vec![]);
    for ring in rings {
        let closed = ring.iter().chain(ring.first());
        for &(lon, lat) in closed {
            x.push(Some(rounded(lon)));
            y.push(Some(rounded(lat)));
        }
        x.push(None);
        y.push(None);
    }
    Scatter::new(x, y)
        .mode(Mode::Lines)
        .fill(Fill::ToSelf)
        .fill_color(colour)
        .line(Line::new().width(0.8).color(theme::COAST.0))
        .hover_info(HoverInfo::Skip)
}

/// Cut edges have endless digits that no eye sees.
fn rounded(degrees: f64) -> f64 {
    (degrees * 100.0).round() / 100.0
}

/// Returns the diameter of a place's symbol in pixels; its area grows with the score.
fn diameter(view: &Map, place: &MapPlace) -> f64 {
    let (low, high) = view.scale;
    let share = |score: f64| ((score - low) / (high - low)).clamp(0.0, 1.0);
    match &place.ranked {
        Some((_, score)) if high > low => 9.0 + 25.0 * share(*score).sqrt(),
        Some(_) => 14.0,
        None => 7.0,
    }
}

fn unranked(view: &Map, sides: &[Option<Position>]) -> Box<Scatter<f64, f64>> {
    symbols(view, sides, false).marker(
        Marker::new()
            .size(7)
            .color(theme::GROUND.0)
            .line(Line::new().width(1.5).color(theme::QUIET.0)),
    )
}

fn ranked(view: &Map, sides: &[Option<Position>]) -> Box<Scatter<f64, f64>> {
    let places = || view.places.iter().filter(|place| place.ranked.is_some());
    let sizes = places().map(|place| whole(diameter(view, place))).collect();
    let scores: Vec<f64> = places()
        .filter_map(|p| Some(p.ranked.as_ref()?.1))
        .collect();
    symbols(view, sides, true).marker(
        Marker::new()
            .size_array(sizes)
            .color_array(scores)
            .cmin(view.scale.0)
            .cmax(view.scale.1)
            .color_scale(ColorScale::Vector(vec![
                ColorScaleElement(0.0, theme::STATES[0].0.to_owned()),
                ColorScaleElement(1.0, theme::ACCENT.0.to_owned()),
            ]))
            .line(Line::new().width(1.5).color(theme::GROUND.0)),
    )
}

fn symbols(view: &Map, sides: &[Option<Position>], with_rank: bool) -> Box<Scatter<f64, f64>> {
    let (mut x, mut y, mut names, mut hover, mut positions) =
        (vec![], vec![], vec![], vec![], vec![]);
    for (place, side) in view.places.iter().zip(sides) {
        if place.ranked.is_some() != with_rank {
            continue;
        }
        let name = label(&place.name);
        x.push(place.at.1);
        y.push(place.at.0);
        hover.push(match &place.ranked {
            Some((rank, score)) => format!("{rank} {name}: {}", three_digits(*score)),
            None => format!("{name}: {}", view.caption.lang.pick("not ranked", "未排名")),
        });
        // A label without a free side stands apart, or is left to pointing: two labels on one another serve nobody.
        names.push(if side.is_some() { name } else { String::new() });
        positions.push(side.clone().unwrap_or(Position::MiddleRight));
    }
    Scatter::new(x, y)
        .mode(Mode::MarkersText)
        .text_array(names)
        .text_position_array(positions)
        .text_font(ink(12))
        .hover_text_array(hover)
        .hover_info(HoverInfo::Text)
        .clip_on_axis(false)
}

/// A rectangle in pixels: left, top, right, bottom.
type Rect = (f64, f64, f64, f64);

/// Where a place is in the picture, in pixels.
fn spot(place: &MapPlace, window: Window) -> (f64, f64) {
    let x = (place.at.1 - window.west) / (window.east - window.west) * SIZE.0;
    let y = (window.north - place.at.0) / (window.north - window.south) * SIZE.1;
    (x, y)
}

/// About how wide a label is, in pixels.
fn width(place: &MapPlace) -> f64 {
    columns(&place.name) as f64 * 7.2
}

fn is_inside(rect: &Rect) -> bool {
    rect.0 > 0.0 && rect.2 < SIZE.0 && rect.1 > 0.0 && rect.3 < SIZE.1
}

/// Finds a free spot near by for each label that has no side, and draws a line from there to its symbol.
fn leaders(
    view: &Map,
    window: Window,
    sides: &[Option<Position>],
    mut taken: Vec<Rect>,
) -> Vec<Annotation> {
    let mut notes = vec![];
    let unnamed = view.places.iter().zip(sides);
    for (place, _) in unnamed.filter(|(_, side)| side.is_none()) {
        let ((x, y), half) = (spot(place, window), width(place) / 2.0);
        let around = LEADERS
            .iter()
            .flat_map(|&far| DIRECTIONS.map(|(right, down)| (right * (far + half), down * far)));
        let free = around
            .map(|(right, down)| {
                let (x, y) = (x + right, y + down);
                let rect = (x - half - 3.0, y - 9.0, x + half + 3.0, y + 9.0);
                (right, down, rect)
            })
            .find(|(.., rect)| is_inside(rect) && !taken.iter().any(|other| overlap(rect, other)));
        let Some((right, down, rect)) = free else {
            continue;
        };
        taken.push(rect);
        notes.push(
            Annotation::new()
                .text(label(&place.name))
                .font(ink(12))
                .x(place.at.1)
                .y(place.at.0)
                .show_arrow(true)
                .arrow_head(0)
                .arrow_width(0.8)
                .arrow_color(theme::QUIET.0)
                .stand_off(4.0)
                .ax(right)
                .ay(down),
        );
    }
    notes
}

/// Chooses a side for each label, better places first; also returns what is covered then.
fn sides(view: &Map, window: Window) -> (Vec<Option<Position>>, Vec<Rect>) {
    let at = |place: &MapPlace| spot(place, window);
    let mut taken: Vec<Rect> = view
        .places
        .iter()
        .map(|place| {
            let ((x, y), half) = (at(place), diameter(view, place) / 2.0);
            (x - half, y - half, x + half, y + half)
        })
        .collect();
    let mut order: Vec<usize> = (0..view.places.len()).collect();
    let score = |at: &usize| {
        view.places[*at]
            .ranked
            .as_ref()
            .map_or(f64::NEG_INFINITY, |r| r.1)
    };
    order.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let mut sides = vec![None; view.places.len()];
    for index in order {
        let place = &view.places[index];
        let ((x, y), half) = (at(place), diameter(view, place) / 2.0);
        let wide = width(place);
        let free = candidates(x, y, half, wide).into_iter().find(|(_, rect)| {
            let beside = |other: &Rect| overlap(rect, other);
            let symbols = taken.iter().enumerate();
            is_inside(rect)
                && !symbols
                    .filter(|(at, _)| *at != index)
                    .any(|(_, other)| beside(other))
        });
        if let Some((side, rect)) = free {
            taken.push(rect);
            sides[index] = Some(side);
        }
    }
    (sides, taken)
}

fn candidates(x: f64, y: f64, half: f64, wide: f64) -> Vec<(Position, Rect)> {
    let gap = half + 3.0;
    let (right, left) = ((x + gap, x + gap + wide), (x - gap - wide, x - gap));
    let middle = (x - wide / 2.0, x + wide / 2.0);
    let (level, above, below) = (
        (y - 8.0, y + 8.0),
        (y - gap - 16.0, y - gap),
        (y + gap, y + gap + 16.0),
    );
    let rect = |across: (f64, f64), down: (f64, f64)| (across.0, down.0, across.1, down.1);
    vec![
        (Position::MiddleRight, rect(right, level)),
        (Position::MiddleLeft, rect(left, level)),
        (Position::TopCenter, rect(middle, above)),
        (Position::BottomCenter, rect(middle, below)),
        (Position::TopRight, rect(right, above)),
        (Position::BottomRight, rect(right, below)),
        (Position::TopLeft, rect(left, above)),
        (Position::BottomLeft, rect(left, below)),
    ]
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}
