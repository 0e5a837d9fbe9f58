//! The parts of the page that are not the live table: the views of a report, for what is on screen.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Base, Settings};
use crate::json::Json;
use axum::extract::State;
use exacity::report::views::{self, Asked as Full};
use exacity::report::{Report, html};
use serde::Deserialize;
use serde_json::{Value, json};

/// Sections that the workbench shows live instead.
const LIVE: [&str; 3] = ["ranking", "robustness", "weights"];

/// The settings on screen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    settings: Settings,
}

/// `POST /api/view`
pub(crate) async fn view(State(app): State<App>, Json(asked): Json<Asked>) -> Answer<Json<Value>> {
    app.engine
        .ask(move |desk| {
            let version = desk.news.version;
            let base = desk.settled(&asked.settings)?;
            let mut report = full(base, &asked.settings);
            let sentences = report
                .sections
                .iter()
                .find(|section| section.id == "ranking")
                .map(|section| section.text.clone());
            report
                .sections
                .retain(|section| !LIVE.contains(&section.id.as_str()));
            let mut told = parts(&report);
            told["version"] = json!(version);
            told["title"] = json!(report.title);
            told["sentences"] = json!(sentences.unwrap_or_default());
            told["tree"] = json!(views::live_weights(base.subject(), asked.settings.lang()));
            told["ranks"] = json!(base.project.profile.ranks);
            Ok(told)
        })
        .await
        .map(Json)
}

fn full(base: &Base, settings: &Settings) -> Report {
    let asked = Full {
        lang: settings.lang(),
        sweeps: false,
    };
    views::full(&base.project, base.scoreboard(), None, asked)
}

/// The parts of a report as the page takes them.
pub(crate) fn parts(report: &Report) -> Value {
    let fragment = html::fragment(report);
    json!({
        "header": fragment.header,
        "main": fragment.main,
        "footer": fragment.footer,
        "data": fragment.data,
    })
}

/// Two places to compare.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    settings: Settings,
    a: String,
    b: String,
}

/// `POST /api/why`
pub(crate) async fn why(State(app): State<App>, Json(asked): Json<Pair>) -> Answer<Json<Value>> {
    app.engine
        .ask(move |desk| {
            let base = desk.scored(&asked.settings)?;
            let pair = [row(base, &asked.a)?, row(base, &asked.b)?];
            let lang = asked.settings.lang();
            let report = views::why_pair(&base.project, base.scoreboard(), pair, lang);
            let why = "nothing separates them step by step: one is not ranked, or scores are no sums here";
            report.map(|report| parts(&report)).ok_or_else(|| Refusal::unknown(why))
        })
        .await
        .map(Json)
}

/// A place to look at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct One {
    settings: Settings,
    place: String,
}

/// `POST /api/place`
pub(crate) async fn place(State(app): State<App>, Json(asked): Json<One>) -> Answer<Json<Value>> {
    app.engine
        .ask(move |desk| {
            let base = desk.scored(&asked.settings)?;
            let row = row(base, &asked.place)?;
            let full = Full {
                lang: asked.settings.lang(),
                sweeps: false,
            };
            let report = views::place_brief(&base.project, base.scoreboard(), row, full);
            Ok(parts(&report))
        })
        .await
        .map(Json)
}

fn row(base: &Base, place: &str) -> Answer<usize> {
    let found = base.project.position(place);
    found.ok_or_else(|| Refusal::unknown(format!("there is no place `{place}`")))
}
