//! The frame of the page: head, contents, sections with what belongs into them, foot.

use super::markup::Markup;
use super::{Extras, STYLE, bars, table};
use crate::report::figure::theme::{self, Pair};
use crate::report::model::{Figure, Highlight, Section};
use crate::report::{Lang, Report};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// Returns the style of the page with the colours that figures use, too.
pub(super) fn style() -> String {
    let single = [
        ("ink", theme::INK),
        ("muted", theme::MUTED),
        ("quiet", theme::QUIET),
        ("grid", theme::GRID),
        ("ground", theme::GROUND),
        ("accent", theme::ACCENT),
        ("gain", theme::GAIN),
        ("loss", theme::LOSS),
    ];
    let series = theme::SERIES
        .iter()
        .enumerate()
        .map(|(at, pair)| (format!("s{at}"), *pair));
    let all: Vec<(String, Pair)> = single
        .map(|(name, pair)| (name.to_owned(), pair))
        .into_iter()
        .chain(series)
        .collect();
    let set = |dark: bool| {
        all.iter().fold(String::new(), |mut out, (name, pair)| {
            let _ = write!(out, "--{name}:{};", if dark { pair.1 } else { pair.0 });
            out
        })
    };
    let (light, dark) = (set(false), set(true));
    let slots = (0..theme::SERIES.len()).fold(String::new(), |mut out, at| {
        let _ = write!(out, ".s{at}{{--s:var(--s{at})}}");
        out
    });
    format!(
        ":root{{color-scheme:light;{light}--fonts:{fonts}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n\
         @media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n{slots}\n{STYLE}",
        fonts = theme::FONTS
    )
}

pub(super) fn head(out: &mut Markup, report: &Report, style: &str, policy: &str) {
    out.raw("<!doctype html>\n")
        .open("html", &[("lang", report.lang.tag())])
        .line();
    out.open("head", &[]).line();
    out.open("meta", &[("charset", "utf-8")]).line();
    out.open(
        "meta",
        &[
            ("http-equiv", "Content-Security-Policy"),
            ("content", policy),
        ],
    )
    .line();
    out.open(
        "meta",
        &[
            ("name", "viewport"),
            ("content", "width=device-width, initial-scale=1"),
        ],
    )
    .line();
    // An icon that is nothing: browsers would ask for one.
    out.open("link", &[("rel", "icon"), ("href", "data:,")])
        .line();
    out.element("title", &[], &report.title).line();
    out.open("style", &[]).raw(style).close("style").line();
    out.close("head").line();
}

pub(super) fn body(out: &mut Markup, report: &Report, extras: &Extras) {
    let lang = report.lang;
    out.open("body", &[]).line();
    let skip = lang.pick("Skip to the content", "跳到正文");
    out.element("a", &[("class", "skip"), ("href", "#main")], skip)
        .line();
    top(out, report);
    contents(out, report);
    out.open("main", &[("id", "main"), ("tabindex", "-1")])
        .line();
    sections(out, &report.sections, lang);
    out.close("main").line();
    foot(out, report, extras);
}

pub(super) fn top(out: &mut Markup, report: &Report) {
    out.open("header", &[("class", "top")]).line();
    if let Some(setting) = report.notes.first() {
        out.element("p", &[("class", "setting")], setting).line();
    }
    out.element("h1", &[], &report.title).line();
    for note in report.notes.iter().skip(1) {
        out.open("p", &[("class", "note")])
            .prose(note)
            .close("p")
            .line();
    }
    if !report.highlights.is_empty() {
        out.open("dl", &[("class", "facts")]);
        report
            .highlights
            .iter()
            .for_each(|fact| highlight(out, fact));
        out.close("dl").line();
    }
    out.close("header").line();
}

fn highlight(out: &mut Markup, fact: &Highlight) {
    out.open("div", &[]).element("dt", &[], &fact.label);
    out.open("dd", &[])
        .element("strong", &[], &fact.value)
        .text(" ");
    out.element("span", &[], &fact.note)
        .close("dd")
        .close("div");
}

fn contents(out: &mut Markup, report: &Report) {
    let lang = report.lang;
    out.open("nav", &[("aria-label", lang.pick("Contents", "目录"))])
        .open("ul", &[]);
    let heads = report
        .sections
        .iter()
        .filter(|section| section.level == 0 && !section.title.is_empty());
    for section in heads {
        let link = format!("#{}", section.id);
        out.open("li", &[])
            .element("a", &[("href", &link)], &section.title)
            .close("li");
    }
    out.close("ul");
    let label = lang.pick("Light or dark", "明暗");
    out.element(
        "button",
        &[
            ("type", "button"),
            ("class", "js theme"),
            ("aria-pressed", "false"),
        ],
        label,
    );
    out.close("nav").line();
}

/// Writes sections; what stands deeper than a section belongs into it.
pub(super) fn sections(out: &mut Markup, all: &[Section], lang: Lang) {
    let mut rest = all;
    while let [first, others @ ..] = rest {
        let deeper = others
            .iter()
            .take_while(|other| other.level > first.level)
            .count();
        section(out, first, &others[..deeper], lang);
        rest = &others[deeper..];
    }
}

fn section(out: &mut Markup, section: &Section, below: &[Section], lang: Lang) {
    // Some sections are for programs alone.
    let shows = !section.text.is_empty() || section.table.is_some() || section.sliders.is_some();
    if section.title.is_empty() && !shows && below.is_empty() {
        return;
    }
    let heading = format!("h{}", (section.level + 2).min(6));
    if section.folded && section.level > 0 {
        out.open("details", &[("class", "fold"), ("id", &section.id)]);
        out.open("summary", &[])
            .element(&heading, &[], &section.title)
            .close("summary");
        content(out, section, lang);
        sections(out, below, lang);
        out.close("details").line();
        return;
    }
    let title = format!("{}-title", section.id);
    let attributes = [
        ("id", section.id.as_str()),
        ("aria-labelledby", title.as_str()),
    ];
    // Only the parts of the page are landmarks: places repeat the headings below them.
    let landmark = section.level == 0 && !section.title.is_empty();
    out.open("section", &attributes[..if landmark { 2 } else { 1 }]);
    if !section.title.is_empty() {
        out.element(&heading, &[("id", &title)], &section.title)
            .line();
    }
    content(out, section, lang);
    sections(out, below, lang);
    out.close("section").line();
}

fn content(out: &mut Markup, section: &Section, lang: Lang) {
    text(out, &section.text);
    if let Some(sliders) = &section.sliders {
        bars::sliders(out, sliders, lang);
    }
    let Some(content) = &section.table else {
        return;
    };
    match &section.figure {
        Some(figure) => {
            self::figure(out, figure, &section.title);
            out.open("details", &[("class", "twin")]);
            out.element(
                "summary",
                &[],
                lang.pick("The same as a table", "以表格显示"),
            );
            table::table(out, content, &figure.title, lang);
            out.close("details").line();
        }
        None => {
            bars::legend(out, content, lang);
            let long = section.folded && section.level == 0;
            if long {
                let rows = content.rows.len();
                let label = match lang {
                    Lang::En => format!("Show {rows} rows"),
                    Lang::Zh => format!("显示 {rows} 行"),
                };
                out.open("details", &[("class", "twin")])
                    .element("summary", &[], &label);
            }
            table::table(out, content, &section.title, lang);
            if long {
                out.close("details").line();
            }
        }
    }
}

/// Sentences; indented ones are a list under the sentence before them.
fn text(out: &mut Markup, lines: &[String]) {
    let mut rest = lines;
    while let [first, others @ ..] = rest {
        if first.starts_with(' ') {
            let items = rest.iter().take_while(|line| line.starts_with(' ')).count();
            out.open("ul", &[]);
            for item in &rest[..items] {
                out.open("li", &[]).prose(item.trim_start()).close("li");
            }
            out.close("ul").line();
            rest = &rest[items..];
        } else {
            out.open("p", &[]).prose(first).close("p").line();
            rest = others;
        }
    }
}

/// A figure with its caption; a title that the heading has just said is for those who hear the page.
fn figure(out: &mut Markup, figure: &Figure, heading: &str) {
    let (title, about) = (
        format!("fig-{}-title", figure.id),
        format!("fig-{}-about", figure.id),
    );
    out.open("figure", &[("class", "js")]);
    let height = figure.plot["layout"]["height"].as_f64().unwrap_or(420.0);
    let size = format!("height:{height}px;min-width:{}px", figure.narrowest);
    let said = [("id", title.as_str()), ("class", "vh")];
    let said = &said[..if figure.title == heading { 2 } else { 1 }];
    out.open("figcaption", &[])
        .element("span", said, &figure.title);
    out.element(
        "span",
        &[("id", &about), ("class", "about")],
        &figure.description,
    )
    .close("figcaption");
    out.open("div", &[("class", "scroll")]);
    out.open(
        "div",
        &[
            ("class", "plot"),
            ("role", "img"),
            ("aria-labelledby", &title),
            ("aria-describedby", &about),
            ("data-figure", &figure.id),
            ("style", &size),
        ],
    );
    out.close("div").close("div").close("figure").line();
}

pub(super) fn foot(out: &mut Markup, report: &Report, extras: &Extras) {
    out.open("footer", &[]).line();
    for line in report.footer.iter().chain(&extras.colophon) {
        out.open("p", &[]).prose(line).close("p").line();
    }
    out.close("footer").line();
}

/// The words that the page's script says.
pub(super) fn words(lang: Lang) -> Json {
    match lang {
        Lang::En => json!({
            "moved": "{weight} at {share}.",
            "now": "{place} now {rank}, was {before}.",
            "others": "{n} others moved.",
            "same": "Nobody moves.",
            "open": "Open all parts",
        }),
        Lang::Zh => json!({
            "moved": "{weight}：{share}。",
            "now": "{place}现为第 {rank} 名，原为第 {before} 名。",
            "others": "另有 {n} 个地区变动。",
            "same": "名次不变。",
            "open": "全部展开",
        }),
    }
}
