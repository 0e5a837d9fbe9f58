//! Any report as one HTML file that opens anywhere, without a server and without a network.
//!
//! The page is complete without its scripts: tables, texts and folded parts are plain HTML. Scripts draw
//! the figures over their tables, move the sliders and sort. Numbers come from the report alone.

mod bars;
mod markup;
mod page;
mod policy;
mod table;

use super::Report;
use markup::{Markup, data_block};
use serde_json::{Value as Json, json};

/// Style of the page.
const STYLE: &str = include_str!("report.css");
/// Script of the page: what all pages do, then what a report does.
const SCRIPT: &str = concat!(include_str!("draw.js"), include_str!("report.js"));
/// Script that every page with figures and tables runs, also one that a server puts together.
pub const DRAWING: &str = include_str!("draw.js");

/// Where the script that draws figures comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plotly {
    /// It is part of the file, which then works offline.
    #[default]
    Embedded,
    /// It is loaded when the page opens: a small file that needs a network.
    Linked,
}

/// What a page holds beside the report.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Where the script that draws figures comes from.
    pub plotly: Plotly,
    /// The ranking as `rank --format json` writes it, for programs that open the page.
    pub scoreboard: Option<Json>,
    /// Lines for the foot of the page: what produced it, and how to do it again.
    pub colophon: Vec<String>,
}

/// Writes a report as a page.
pub fn write(report: &Report, extras: &Extras) -> String {
    let style = page::style();
    let library = match (figures(report), extras.plotly) {
        (false, _) => Library::None,
        (true, Plotly::Embedded) => Library::Text(library()),
        (true, Plotly::Linked) => Library::Address(address()),
    };
    let policy = match &library {
        Library::None => policy::policy(&[&style], &[SCRIPT], None),
        Library::Text(text) => policy::policy(&[&style], &[text, SCRIPT], None),
        Library::Address(address) => policy::policy(&[&style], &[SCRIPT], Some(address)),
    };
    let mut out = Markup::default();
    page::head(&mut out, report, &style, &policy);
    page::body(&mut out, report, extras);
    block(&mut out, "report-data", &data(report));
    if let Some(scoreboard) = &extras.scoreboard {
        block(&mut out, "scoreboard", scoreboard);
    }
    match &library {
        Library::None => {}
        Library::Text(text) => {
            out.raw("<script>").raw(text).raw("</script>\n");
        }
        Library::Address(address) => {
            out.open("script", &[("src", address)])
                .close("script")
                .line();
        }
    }
    out.raw("<script>")
        .raw(SCRIPT)
        .raw("</script>\n</body>\n</html>\n");
    out.finish()
}

/// A report in parts, for a page that is put together elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// Title, notes and highlights.
    pub header: String,
    /// The sections.
    pub main: String,
    /// The lines at the end.
    pub footer: String,
    /// Figures, colours and words, as the page's script reads them.
    pub data: Json,
}

/// Writes the parts of a report. Every text in it is escaped, as in a page.
pub fn fragment(report: &Report) -> Fragment {
    let part = |write: &dyn Fn(&mut Markup)| {
        let mut out = Markup::default();
        write(&mut out);
        out.finish()
    };
    Fragment {
        header: part(&|out| page::top(out, report)),
        main: part(&|out| page::sections(out, &report.sections, report.lang)),
        footer: part(&|out| page::foot(out, report, &Extras::default())),
        data: data(report),
    }
}

/// Returns the style of a report, with the colours that figures use.
pub fn style() -> String {
    page::style()
}

enum Library {
    None,
    Text(String),
    Address(String),
}

fn figures(report: &Report) -> bool {
    report
        .sections
        .iter()
        .any(|section| section.figure.is_some())
}

/// Returns the drawing library: the first script of what its crate offers; the second sets formulas.
pub fn library() -> String {
    let all = plotly::Plot::offline_js_sources();
    between(&all, ">", "</script>").to_owned()
}

/// Returns the address of the same version of the drawing library.
fn address() -> String {
    let all = plotly::Plot::online_cdn_js();
    let at = all.find("https://cdn.plot.ly").unwrap_or(0);
    between(&all[at.saturating_sub(1)..], "\"", "\"").to_owned()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let after = text.split_once(start).map_or("", |(_, after)| after);
    after.split_once(end).map_or(after, |(inside, _)| inside)
}

fn block(out: &mut Markup, id: &str, json: &Json) {
    out.open("script", &[("type", "application/json"), ("id", id)]);
    out.raw(&data_block(&json.to_string()))
        .close("script")
        .line();
}

/// Everything that the page's script reads: figures, rankings at other weights, colours, words.
fn data(report: &Report) -> Json {
    let figures = report
        .sections
        .iter()
        .filter_map(|section| section.figure.as_ref());
    let figures: serde_json::Map<String, Json> = figures
        .map(|figure| (figure.id.clone(), compact(&figure.plot)))
        .collect();
    let sliders = report
        .sections
        .iter()
        .find_map(|section| section.sliders.as_ref());
    json!({
        "figures": figures,
        "sliders": sliders.map(bars::frames),
        "colours": super::figure::theme::pairs(),
        "words": page::words(report.lang),
    })
}

/// Takes whole numbers down to their shortest form: `3`, not `3.0`.
fn compact(json: &Json) -> Json {
    match json {
        Json::Number(number) => number
            .as_f64()
            .map_or_else(|| json.clone(), super::json::plain_number),
        Json::Array(all) => all.iter().map(compact).collect(),
        Json::Object(all) => {
            let pairs = all.iter().map(|(key, value)| (key.clone(), compact(value)));
            Json::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
