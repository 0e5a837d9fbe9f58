//! What if: weights go up, rows come back. And how far each weight may move before the ranking changes.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Base, Desk, Settings};
use crate::json::Json;
use crate::weights::{self, Moved};
use axum::extract::State;
use exacity::report::number::percent;
use exacity::report::views;
use exacity::robustness::project::Setup;
use exacity::robustness::stability::{How, Interval};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Places up to which bands are worked out: every pair of places may cross, so the work grows with the square.
const BANDED: usize = 1_000;

/// Rows sent at most at once.
const ROWS: usize = 1_000;

/// What the page asks while somebody drags, and when they let go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIf {
    /// Grows with every request; comes back, so that a late answer is known as one.
    seq: u64,
    settings: Settings,
    /// The weight that was moved.
    #[serde(default)]
    moved: Option<Moved>,
    /// Criteria whose weights stay.
    #[serde(default)]
    locks: Vec<String>,
    /// True for the same weight everywhere.
    #[serde(default)]
    equal: bool,
    /// Places in sight while rows stay where they are.
    #[serde(default)]
    rows: Vec<String>,
    /// Positions of the ranking in sight, once rows may move.
    #[serde(default)]
    window: Option<(usize, usize)>,
}

/// `POST /api/whatif`
pub(crate) async fn whatif(
    State(app): State<App>,
    Json(asked): Json<WhatIf>,
) -> Answer<Json<Value>> {
    app.engine.ask(|desk| answer(desk, asked)).await.map(Json)
}

fn answer(desk: &mut Desk, asked: WhatIf) -> Answer<Value> {
    let mut settings = asked.settings;
    // Weights move from where they are; the project has to be known for that, not scored.
    if asked.moved.is_some() || asked.equal {
        let base = desk.base(&settings)?;
        settings.shares = match &asked.moved {
            Some(wish) => base.moved(&settings.shares, wish, &asked.locks)?,
            None => weights::equal(&base.project),
        };
    }
    let (version, broken) = (desk.news.version, desk.news.broken);
    let settles = asked.window.is_some();
    let base = if settles {
        desk.settled(&settings)?
    } else {
        desk.scored(&settings)?
    };
    let subject = base.subject();
    let lang = settings.lang();
    let ranking = &subject.board.ranking;
    let rows = match asked.window {
        Some((from, to)) => {
            let to = to.min(ranking.len()).min(from.saturating_add(ROWS));
            let rows = views::live_rows(subject, lang, from..to);
            with_moves(base, rows, (from..to).map(Some).collect())
        }
        None => in_place(base, &settings, &asked.rows),
    };
    Ok(json!({
        "seq": asked.seq,
        "version": version,
        "broken": broken,
        "shares": settings.shares,
        "weights": shown_weights(base, &settings.shares),
        "total": ranking.len(),
        "rows": rows,
        "set": subject.index.weights,
    }))
}

/// Rows of the places in sight, in the order asked for; a place that is not ranked has neither rank nor score.
fn in_place(base: &Base, settings: &Settings, places: &[String]) -> Vec<Value> {
    let subject = base.subject();
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, ranked) in subject.board.ranking.iter().enumerate() {
        positions.insert(subject.place(ranked.place).id.as_str(), at);
    }
    let places = &places[..places.len().min(ROWS)];
    let found: Vec<Option<usize>> = places
        .iter()
        .map(|place| positions.get(place.as_str()).copied())
        .collect();
    let rows = places.iter().zip(&found).map(|(place, at)| {
        let row = at.and_then(|at| views::live_rows(subject, settings.lang(), [at]).pop());
        row.unwrap_or_else(|| json!({ "id": place, "rank": null, "score": null, "parts": [] }))
    });
    with_moves(base, rows.collect(), found.clone())
}

/// Adds to each row by how many ranks it differs from the project as it is saved; up is positive.
fn with_moves(base: &Base, mut rows: Vec<Value>, positions: Vec<Option<usize>>) -> Vec<Value> {
    let ranking = &base.subject().board.ranking;
    for (row, at) in rows.iter_mut().zip(positions) {
        let ranked = at.and_then(|at| ranking.get(at));
        let home = ranked.and_then(|ranked| base.home_rank(ranked.place));
        let by = ranked.zip(home).map(|(ranked, home)| home - ranked.rank);
        row["move"] = by.map_or(Value::Null, exacity::report::json::plain_number);
        row["home"] = home.map_or(Value::Null, exacity::report::json::plain_number);
    }
    rows
}

/// Every weight that can move: the number, and how it is said.
fn shown_weights(base: &Base, shares: &BTreeMap<String, f64>) -> Map<String, Value> {
    base.numbers(shares)
        .into_iter()
        .map(|(id, number)| (id, json!([number, percent(number / 100.0)])))
        .collect()
}

/// What the page asks about bands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bands {
    settings: Settings,
    /// The place whose rank the thin bands are about.
    #[serde(default)]
    place: Option<String>,
}

/// `POST /api/stability`
pub(crate) async fn stability(
    State(app): State<App>,
    Json(asked): Json<Bands>,
) -> Answer<Json<Value>> {
    let settings = asked.settings.clone();
    let project = app
        .engine
        .ask(move |desk| Ok(desk.scored(&settings)?.project.without_library()))
        .await?;
    let found = tokio::task::spawn_blocking(move || bands(project, asked.place.as_deref())).await;
    found.map(Json).map_err(|_| Refusal::stopped())
}

/// For each weight the range in which the first place stays first, in which nobody moves, and in which the
/// chosen place keeps its rank. Nothing where fewer than two places are ranked, or very many.
fn bands(project: exacity::project::Project, place: Option<&str>) -> Value {
    let small = project.league.len() <= BANDED;
    let setup = small.then(|| Setup::standing(project, 0));
    let Some(Ok(setup)) = setup else {
        return json!({ "bands": {} });
    };
    let chosen = place.and_then(|place| {
        let row = setup.project.position(place)?;
        setup.places.iter().position(|&at| at == row)
    });
    let all = setup.stability().unwrap_or_default().into_iter();
    let bands: Map<String, Value> = all
        .map(|one| {
            let id = setup.project.tree.node(one.criterion).id.to_string();
            let found = one.stability;
            let exact = found.how == How::Exact;
            let band = json!({
                "first": ends(found.first),
                "order": ends(found.order),
                "place": chosen.map(|at| ends(found.ranks[at])),
                "exact": exact,
            });
            (id, band)
        })
        .collect();
    json!({ "bands": bands })
}

/// The ends in percent, and how they are said.
fn ends(interval: Interval) -> Value {
    let percents = [interval.low, interval.high].map(|end| (end * 1e4).round() / 100.0);
    json!([
        percents[0],
        percents[1],
        percent(interval.low),
        percent(interval.high)
    ])
}
