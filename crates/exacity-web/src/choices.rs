//! What can be chosen: profiles, weight sets, strategies, ranking methods.

use crate::answer::Answer;
use crate::app::App;
use crate::desk::Settings;
use crate::json::Json;
use axum::extract::State;
use exacity::config;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The settings on screen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    settings: Settings,
}

/// `POST /api/choices`: also says what is wrong with the files, so that a page that opens on a broken
/// project has something to show.
pub(crate) async fn choices(
    State(app): State<App>,
    Json(asked): Json<Asked>,
) -> Answer<Json<Value>> {
    app.engine
        .ask(move |desk| {
            let news = json!(desk.news);
            let project = desk.shelf.name();
            let writable = desk.root.is_some();
            let strategies = config::strategies(&*desk.shelf).value.unwrap_or_default();
            let strategies: Vec<Value> = strategies
                .iter()
                .filter_map(|one| {
                    let meta = one.rule.as_ref()?.meta();
                    Some(json!([one.path, meta.title]))
                })
                .collect();
            let as_saved = Settings {
                shares: BTreeMap::default(),
                ..asked.settings
            };
            let base = desk.scored(&as_saved)?;
            let named = |kind: &str| names(&base.settings, kind);
            Ok(json!({
                "news": news,
                "folder": project,
                "writable": writable,
                "profiles": named("profile"),
                "profile": base.project.profile.id,
                "weights": named("weights"),
                "set": base.project.indices[0].weights,
                "strategies": strategies,
                "strategy": base.scoreboard().boards[0].strategy,
                "methods": methods(),
            }))
        })
        .await
        .map(Json)
}

/// Lists the named tables of a kind in the order of the files.
fn names(settings: &config::Settings, kind: &str) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for setting in settings.list() {
        let mut parts = setting.path.splitn(3, '.');
        if parts.next() != Some(kind) {
            continue;
        }
        let name = parts.next().map(|name| name.trim_matches('"').to_owned());
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// Lists the ranking methods by name.
fn methods() -> Vec<Value> {
    let known = exacity::outrank::METHODS.iter();
    known.map(|entry| json!(entry.info.name)).collect()
}
