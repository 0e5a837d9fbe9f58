//! View 5: a dot per criterion, worst left and best right, so that "lower is better" needs no mental flip.

use super::super::theme::{self, label, wrapped};
use super::super::{Profile, ProfileRow};
use super::{axis, figure, layout, muted, names};
use crate::report::model::Figure;
use crate::report::number::three_digits;
use plotly::common::{Anchor, HoverInfo, Line, Marker, MarkerSymbol, Mode, Position, Title};
use plotly::layout::{Annotation, HAlign, Margin};
use plotly::{Scatter, Traces};

pub(in super::super) fn profile(view: &Profile) -> Figure {
    let rows = || {
        view.rows
            .iter()
            .enumerate()
            .map(|(at, row)| (at as f64, row))
    };
    let mut traces = Traces::new();
    traces.push(halves(view));
    traces.push(others(view));
    traces.push(medians(view));
    traces.push(own(view));
    let unknown: Vec<f64> = rows()
        .filter(|(_, r)| r.score.is_none())
        .map(|(at, _)| at)
        .collect();
    if !unknown.is_empty() {
        traces.push(
            Scatter::new(vec![view.scale.0; unknown.len()], unknown.clone())
                .mode(Mode::Text)
                .text_array(vec![
                    view.caption.lang.pick("no score", "无得分");
                    unknown.len()
                ])
                .text_position(Position::MiddleRight)
                .text_font(muted(12))
                .hover_info(HoverInfo::Skip)
                .show_legend(false),
        );
    }
    let (low, high) = view.scale;
    let edge = (high - low) * 0.03;
    let scale = view
        .caption
        .lang
        .pick("score: worst left, best right", "得分：左差右好");
    let layout = layout(80 + 40 * view.rows.len().max(1))
        .show_legend(true)
        .margin(Margin::new().left(8).right(150).top(36).bottom(40))
        .annotations(
            view.rows
                .iter()
                .enumerate()
                .map(|(at, row)| beside(at, row))
                .collect(),
        )
        .x_axis(
            axis()
                .range(vec![low - edge, high + edge])
                .title(Title::with_text(scale).font(muted(12))),
        )
        .y_axis(names(
            view.rows.iter().map(|row| wrapped(&row.name, 24)).collect(),
        ));
    Figure {
        narrowest: 560,
        ..figure(&view.caption, &traces, layout)
    }
}

/// The figure behind the score, at the right of its row.
fn beside(at: usize, row: &ProfileRow) -> Annotation {
    Annotation::new()
        .text(wrapped(&row.shown, 20))
        .font(muted(12))
        .show_arrow(false)
        .align(HAlign::Left)
        .x(1.0)
        .x_ref("paper")
        .x_anchor(Anchor::Left)
        .x_shift(10.0)
        .y(at as f64)
}

/// The middle half of all places, as a band behind the dots.
fn halves(view: &Profile) -> Box<Scatter<Option<f64>, Option<f64>>> {
    let (mut x, mut y) = (vec![], vec![]);
    for (at, row) in view.rows.iter().enumerate() {
        if let Some([low, _, high]) = row.quartiles {
            x.extend([Some(low), Some(high), None]);
            y.extend([Some(at as f64), Some(at as f64), None]);
        }
    }
    Scatter::new(x, y)
        .mode(Mode::Lines)
        .line(Line::new().width(14.0).color(theme::GRID.0))
        .name(
            view.caption
                .lang
                .pick("middle half of the places", "中间一半地区"),
        )
        .hover_info(HoverInfo::Skip)
}

fn others(view: &Profile) -> Box<Scatter<f64, f64>> {
    let (mut x, mut y, mut text) = (vec![], vec![], vec![]);
    for (at, row) in view.rows.iter().enumerate() {
        for (name, score) in &row.others {
            x.push(*score);
            y.push(at as f64);
            text.push(format!("{}: {}", label(name), three_digits(*score)));
        }
    }
    Scatter::new(x, y)
        .mode(Mode::Markers)
        .marker(
            Marker::new()
                .size(7)
                .color(theme::GROUND.0)
                .line(Line::new().width(1.5).color(theme::QUIET.0)),
        )
        .name(view.caption.lang.pick("other places", "其他地区"))
        .hover_text_array(text)
        .hover_info(HoverInfo::Text)
}

fn medians(view: &Profile) -> Box<Scatter<f64, f64>> {
    let rows = view.rows.iter().enumerate();
    let (x, y): (Vec<f64>, Vec<f64>) = rows
        .filter_map(|(at, row)| Some((row.quartiles?[1], at as f64)))
        .unzip();
    let median = view.caption.lang.word("median").to_owned();
    let text = x
        .iter()
        .map(|score| format!("{median}: {}", three_digits(*score)));
    Scatter::new(x.clone(), y)
        .mode(Mode::Markers)
        .marker(
            Marker::new()
                .symbol(MarkerSymbol::LineNSOpen)
                .size(16)
                .color(theme::MUTED.0)
                .line(Line::new().width(2.0)),
        )
        .hover_text_array(text.collect())
        .hover_info(HoverInfo::Text)
        .name(median.as_str())
}

fn own(view: &Profile) -> Box<Scatter<f64, f64>> {
    let (mut x, mut y, mut colours, mut text) = (vec![], vec![], vec![], vec![]);
    for (at, row) in view.rows.iter().enumerate() {
        if let Some(score) = row.score {
            x.push(score);
            y.push(at as f64);
            colours.push(theme::series(row.pillar).0);
            text.push(format!(
                "{}: {}<br>{}",
                label(&view.place),
                three_digits(score),
                label(&row.shown)
            ));
        }
    }
    Scatter::new(x, y)
        .mode(Mode::Markers)
        .marker(
            Marker::new()
                .size(15)
                .color_array(colours)
                .line(Line::new().width(2.0).color(theme::GROUND.0)),
        )
        .name(label(&view.place))
        .hover_text_array(text)
        .hover_info(HoverInfo::Text)
}
