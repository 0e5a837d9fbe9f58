//! View 7: where a stock is heading. Figures as they were published, the fan of the default method, targets.

use super::super::Trajectory;
use super::super::theme::{self, label};
use super::{axis, figure, layout, muted};
use crate::report::model::Figure;
use crate::report::number::figure as written;
use plotly::common::{DashType, Fill, HoverInfo, Line, Marker, MarkerSymbol, Mode, Title};
use plotly::layout::{Axis, AxisType, RangeMode};
use plotly::{Scatter, Traces};

pub(in super::super) fn trajectory(view: &Trajectory) -> Figure {
    let lang = view.caption.lang;
    let mut traces = Traces::new();
    if !view.fan.is_empty() {
        traces.push(band(view));
        traces.push(median(view));
    }
    let plain = view.observations.iter().filter(|seen| !seen.bound);
    let bound = view.observations.iter().filter(|seen| seen.bound);
    // A lower bound is an open mark that points up, never a dot at the bound.
    for (name, symbol, seen) in [
        (
            lang.pick("measured", "实测"),
            MarkerSymbol::Circle,
            plain.collect::<Vec<_>>(),
        ),
        (
            lang.pick("at least", "至少"),
            MarkerSymbol::TriangleUpOpen,
            bound.collect(),
        ),
    ] {
        if seen.is_empty() {
            continue;
        }
        traces.push(
            Scatter::new(
                seen.iter().map(|one| one.day.clone()).collect(),
                seen.iter().map(|one| one.value).collect(),
            )
            .mode(Mode::Markers)
            .marker(
                Marker::new()
                    .symbol(symbol)
                    .size(11)
                    .color(theme::ACCENT.0)
                    .line(Line::new().width(2.0).color(theme::ACCENT.0)),
            )
            .name(name)
            .hover_text_array(seen.iter().map(|one| label(&one.words)).collect())
            .hover_info(HoverInfo::Text),
        );
    }
    traces.push(targets(view));
    let layout = layout(400)
        .show_legend(true)
        .x_axis(axis().type_(AxisType::Date))
        .y_axis(upright(view).auto_margin(true));
    Figure {
        narrowest: 460,
        ..figure(&view.caption, &traces, layout)
    }
}

/// How many times the least the most may be before a plain axis hides the least.
const PLAIN: f64 = 20.0;

/// The axis of the stock: plain from zero, or by factors where growth spans more than a plain axis can show. There
/// the edges of the fan are straight because growth is by the year.
fn upright(view: &Trajectory) -> Axis {
    let fan = view.fan.iter().flat_map(|(_, band)| band.iter().copied());
    let seen = view.observations.iter().chain(&view.targets);
    let all = fan.chain(seen.map(|one| one.value));
    let (low, high) = all.fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low <= 0.0 || high <= PLAIN * low {
        return axis()
            .range_mode(RangeMode::ToZero)
            .tick_format(",")
            .title(Title::with_text(label(&view.unit)).font(muted(12)));
    }
    let by_factors = view.caption.lang.pick("by factors", "对数刻度");
    let title = format!("{}, {by_factors}", label(&view.unit));
    let ticks = factors(low, high);
    axis()
        .type_(AxisType::Log)
        .tick_text(ticks.iter().map(|tick| written(*tick)).collect())
        .tick_values(ticks)
        .title(Title::with_text(title).font(muted(12)))
}

/// 1, 2 and 5 in each power of ten between two values, and one on either side.
fn factors(low: f64, high: f64) -> Vec<f64> {
    let mut power = 1.0;
    while power > low {
        power /= 10.0;
    }
    while power * 10.0 <= low {
        power *= 10.0;
    }
    let mut ticks = vec![];
    while power <= high {
        ticks.extend([1.0, 2.0, 5.0].map(|step| (step * power * 1e9).round() / 1e9));
        power *= 10.0;
    }
    ticks.push(power);
    // Many powers of ten leave no room for steps between them.
    if ticks.len() > 16 {
        ticks = ticks.into_iter().step_by(3).collect();
    }
    ticks
}

/// The fan: up along the high ends and back along the low ones.
fn band(view: &Trajectory) -> Box<Scatter<String, f64>> {
    let days = |rows: &mut dyn Iterator<Item = &(String, [f64; 3])>| -> Vec<String> {
        rows.map(|(day, _)| day.clone()).collect()
    };
    let mut x = days(&mut view.fan.iter());
    x.extend(days(&mut view.fan.iter().rev()));
    let high = view.fan.iter().map(|(_, [_, _, high])| *high);
    let low = view.fan.iter().rev().map(|(_, [low, _, _])| *low);
    Scatter::new(x, high.chain(low).collect())
        .mode(Mode::Lines)
        .fill(Fill::ToSelf)
        .fill_color(theme::STATES[1].0)
        .line(Line::new().width(0.0).color(theme::STATES[1].0))
        .name(view.band.clone())
        .hover_info(HoverInfo::Skip)
}

fn median(view: &Trajectory) -> Box<Scatter<String, f64>> {
    let text = view.fan.iter().map(|(day, [low, median, high])| {
        format!(
            "{day}<br>{} ({}–{})",
            written(*median),
            written(*low),
            written(*high)
        )
    });
    Scatter::new(
        view.fan.iter().map(|(day, _)| day.clone()).collect(),
        view.fan.iter().map(|(_, [_, median, _])| *median).collect(),
    )
    .mode(Mode::Lines)
    .line(
        Line::new()
            .width(2.0)
            .dash(DashType::Dash)
            .color(theme::ACCENT.0),
    )
    .name(view.caption.lang.pick("median", "中位数"))
    .hover_text_array(text.collect())
    .hover_info(HoverInfo::Text)
}

fn targets(view: &Trajectory) -> Box<Scatter<String, f64>> {
    Scatter::new(
        view.targets.iter().map(|one| one.day.clone()).collect(),
        view.targets.iter().map(|one| one.value).collect(),
    )
    .mode(Mode::Markers)
    .marker(
        Marker::new()
            .symbol(MarkerSymbol::DiamondOpen)
            .size(13)
            .color(theme::LOSS.0)
            .line(Line::new().width(2.0).color(theme::LOSS.0)),
    )
    .name(view.caption.lang.pick("target", "目标"))
    .hover_text_array(view.targets.iter().map(|one| label(&one.words)).collect())
    .hover_info(HoverInfo::Text)
}
