//! View 1 as HTML: the bar of a place, the legend above the table, and the sliders that move it.

use super::markup::Markup;
use crate::report::Lang;
use crate::report::figure::theme;
use crate::report::json::plain_number;
use crate::report::model::{Part, Slider, SliderFrame, Sliders, Table, Value};
use crate::report::number::{percent, signed, three_digits};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Share of the full width from which a part has room for its number.
const ROOM: f64 = 0.085;

/// Writes a bar: a span per part, in the order of the criteria, each with spans for the parts in it.
pub(super) fn bar(out: &mut Markup, parts: &[Part]) {
    out.open("span", &[("class", "stack"), ("aria-hidden", "true")]);
    for part in parts {
        let class = if part.rule {
            "seg rule".to_owned()
        } else {
            format!("seg {}", colour(part))
        };
        let title = format!("{}: {}", part.name, points(part));
        let slot = part.slot.to_string();
        let mut style = format!("width:{}", width(part.share));
        if part.share < 0.0 {
            // What a rule takes away is drawn back over the end of the bar.
            style = format!("{style};margin-left:-{}", width(part.share));
        }
        out.open(
            "span",
            &[
                ("class", &class),
                ("style", &style),
                ("title", &title),
                ("data-slot", &slot),
            ],
        );
        leaves(out, part);
        if part.share >= ROOM {
            out.element("b", &[], &three_digits(part.points));
        }
        out.close("span");
    }
    out.close("span");
    let said: Vec<String> = parts
        .iter()
        .map(|part| format!("{} {}", part.name, points(part)))
        .collect();
    out.element("span", &[("class", "vh")], &said.join(", "));
}

fn colour(part: &Part) -> String {
    format!("s{}", part.slot % theme::SERIES.len())
}

fn points(part: &Part) -> String {
    if part.rule {
        signed(part.points)
    } else {
        three_digits(part.points)
    }
}

/// The parts of a part, shown when the reader opens the bars one level further.
fn leaves(out: &mut Markup, part: &Part) {
    if part.parts.len() < 2 || part.share <= 0.0 {
        return;
    }
    for leaf in flat(part) {
        let width = format!("width:{}", width(leaf.share / part.share));
        let title = format!("{}: {}", leaf.name, points(leaf));
        out.open("i", &[("style", &width), ("title", &title)])
            .close("i");
    }
}

fn flat(part: &Part) -> Vec<&Part> {
    part.parts
        .iter()
        .flat_map(|child| {
            if child.parts.is_empty() {
                vec![child]
            } else {
                flat(child)
            }
        })
        .collect()
}

/// A width in percent with two decimals: a hundredth of a percent is less than a pixel.
fn width(share: f64) -> String {
    let hundredths = (share.abs() * 10_000.0).round() / 100.0;
    format!("{hundredths}%")
}

/// Writes the legend of a table with bars: a colour and a name per pillar, and the switch of levels.
pub(super) fn legend(out: &mut Markup, table: &Table, lang: Lang) {
    let bars = || {
        table.rows.iter().flatten().filter_map(|cell| match cell {
            Value::Stack(parts) => Some(parts),
            _ => None,
        })
    };
    // A place may lack a pillar, so the legend takes them from all bars.
    let pillars = bars().flatten().filter(|part| !part.rule);
    let pillars: BTreeMap<usize, &Part> = pillars.map(|part| (part.slot, part)).collect();
    if pillars.len() < 2 {
        return;
    }
    out.open("div", &[("class", "legend")]).open("ul", &[]);
    for part in pillars.values() {
        let class = format!("swatch {}", colour(part));
        out.open("li", &[])
            .open("span", &[("class", &class)])
            .close("span")
            .text(&part.name)
            .close("li");
    }
    if bars().flatten().any(|part| part.rule) {
        out.open("li", &[])
            .open("span", &[("class", "swatch rule")])
            .close("span");
        out.text(lang.pick("Rules", "规则")).close("li");
    }
    out.close("ul");
    if pillars.values().any(|part| part.parts.len() > 1) {
        let label = lang.pick("Show the parts of each pillar", "显示各维度的构成");
        out.element(
            "button",
            &[
                ("type", "button"),
                ("class", "js level"),
                ("aria-pressed", "false"),
            ],
            label,
        );
    }
    out.close("div");
}

/// Writes a slider per criterion: pillars first, the others folded.
pub(super) fn sliders(out: &mut Markup, sliders: &Sliders, lang: Lang) {
    let (label, hint) = (
        lang.pick("What if a weight were different?", "如果权重不同会怎样？"),
        lang.pick(
            "Move one; the others share the rest. The coloured band is where the first place stays first.",
            "移动一个权重，其余按比例分配。色带表示第一名不变的范围。",
        ),
    );
    out.open("form", &[("class", "js sliders"), ("aria-label", label)]);
    out.open("p", &[("class", "sliders-head")])
        .element("strong", &[], label)
        .text(" ")
        .element("span", &[], hint);
    let reset = [("type", "reset"), ("class", "reset"), ("disabled", "")];
    out.element("button", &reset, lang.pick("Back to the report", "恢复"));
    out.close("p").open("div", &[("class", "slider-grid")]);
    let all = || sliders.sliders.iter().enumerate();
    all()
        .filter(|(_, s)| s.depth == 0)
        .for_each(|(at, _)| slider(out, sliders, at));
    out.close("div");
    if sliders.sliders.iter().any(|slider| slider.depth > 0) {
        out.open("details", &[]).element(
            "summary",
            &[],
            lang.pick("Weights within the pillars", "维度内部权重"),
        );
        out.open("div", &[("class", "slider-grid")]);
        all()
            .filter(|(_, s)| s.depth > 0)
            .for_each(|(at, _)| slider(out, sliders, at));
        out.close("div").close("details");
    }
    out.open(
        "p",
        &[("class", "vh"), ("role", "status"), ("aria-live", "polite")],
    )
    .close("p");
    out.close("form").line();
}

fn slider(out: &mut Markup, sliders: &Sliders, at: usize) {
    let slider = &sliders.sliders[at];
    let (id, last) = (format!("w{at}"), slider.frames.len().saturating_sub(1));
    let share = slider
        .frames
        .get(slider.now)
        .map_or(0.0, |frame| frame.share);
    let band = format!(
        "--from:{};--to:{}",
        width(slider.first_stays.0),
        width(slider.first_stays.1)
    );
    out.open("div", &[("class", "slider"), ("style", &band)]);
    out.element("label", &[("for", &id)], &slider.name);
    out.element("output", &[("for", &id)], &percent(share));
    let (last, now, said) = (last.to_string(), slider.now.to_string(), percent(share));
    out.open("span", &[("class", "track")]).open(
        "input",
        &[
            ("type", "range"),
            ("id", &id),
            ("min", "0"),
            ("max", &last),
            ("step", "1"),
            ("value", &now),
            ("data-slider", &at.to_string()),
            ("aria-valuetext", &said),
        ],
    );
    out.close("span").close("div");
}

/// The frames as the page's script reads them: numbers as they are shown, since it computes none, and one
/// list per kind of number, since there are many.
pub(super) fn frames(sliders: &Sliders) -> Json {
    let slider = |slider: &Slider| -> Json {
        let frames = slider
            .frames
            .iter()
            .map(|frame| self::frame(sliders, frame));
        json!({
            "id": slider.id,
            "name": slider.name,
            "now": slider.now,
            "frames": frames.collect::<Vec<_>>(),
        })
    };
    json!({
        "places": sliders.places,
        "sliders": sliders.sliders.iter().map(slider).collect::<Vec<_>>(),
    })
}

/// The share, then per place of the report its rank, its score, and the widths of its parts in thousandths
/// of the bar; `null` for a place that is not ranked at this share.
fn frame(sliders: &Sliders, frame: &SliderFrame) -> Json {
    let rows: Vec<_> = (0..sliders.places.len())
        .map(|place| frame.rows.iter().find(|row| row.0 == place))
        .collect();
    let thousandths = |share: &f64| plain_number((share * 1000.0).round());
    json!([
        percent(frame.share),
        rows.iter()
            .map(|row| row.map(|row| plain_number(row.1)))
            .collect::<Vec<_>>(),
        rows.iter()
            .map(|row| row.map(|row| three_digits(row.2)))
            .collect::<Vec<_>>(),
        rows.iter()
            .map(|row| row.map(|row| row.3.iter().map(thousandths).collect::<Vec<_>>()))
            .collect::<Vec<_>>(),
    ])
}
