//! A text under someone's hands: what is wrong with it at which line, what its tests say, and how places
//! would stand. Nothing is written; the text lies over the files like a sheet of paper.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Settings, Shelf};
use crate::json::Json;
use axum::extract::State;
use axum::http::StatusCode;
use exacity::config::{self, Request, StrategyFile};
use exacity::diagnostics::{Checked, Diagnostic, Files};
use exacity::report::findings::Finding;
use exacity::report::views::{self, Subject};
use exacity::rules::testing;
use exacity::score::{Exclusion, score, settle};
use exacity::sources::overlay::Overlay;
use serde::Deserialize;
use serde_json::{Value, json};

/// Longest text that is checked.
const LONGEST: usize = 1 << 20;
/// Places shown of the ranking that a rule would give.
const PREVIEW: usize = 12;

/// A text to check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    path: String,
    text: String,
    #[serde(default)]
    settings: Settings,
}

/// `POST /api/check`
pub(crate) async fn check(State(app): State<App>, Json(asked): Json<Asked>) -> Answer<Json<Value>> {
    if asked.text.len() > LONGEST {
        let message = format!(
            "`{}` is longer than a file of settings or rules can be",
            asked.path
        );
        return Err(Refusal::file(
            StatusCode::PAYLOAD_TOO_LARGE,
            message,
            "split it",
        ));
    }
    let shelf = app.shelf.clone();
    let checked = tokio::task::spawn_blocking(move || answer(&shelf, &asked)).await;
    checked.map(Json).map_err(|_| Refusal::stopped())
}

fn answer(shelf: &Shelf, asked: &Asked) -> Value {
    let over = Overlay::new(&**shelf).with(&asked.path, asked.text.as_bytes());
    if asked.path.starts_with("rules/plans/") {
        let read = exacity::plan::read(&asked.path, &asked.text, &[]);
        return json!({ "diagnostics": Finding::all(&read.diagnostics, &read.files) });
    }
    let script = asked.path.replace(".test.toml", ".rhai");
    let strategies = config::strategies(&over);
    let all = strategies.value.unwrap_or_default();
    let Some(one) = all.into_iter().find(|one| one.path == script) else {
        let read = config::load(&over, &asked.settings.request());
        return json!({ "diagnostics": Finding::all(&read.diagnostics, &read.files) });
    };
    let own = |found: &&Diagnostic| {
        let file = found.span().map(|span| span.file.as_str().to_owned());
        file.is_some_and(|file| file == one.path || Some(&file) == one.test_path.as_ref())
    };
    let mut findings = Finding::all(strategies.diagnostics.iter().filter(own), &strategies.files);
    let tests = tests(&one, &strategies.files);
    let ranked = one
        .rule
        .is_some()
        .then(|| ranked(&over, &one, &asked.settings));
    let (preview, judged) = match ranked {
        Some(Ok(shown)) => (shown.0, shown.1),
        Some(Err(more)) => {
            findings.extend(
                more.into_iter()
                    .filter(|finding| !findings.contains(finding))
                    .collect::<Vec<_>>(),
            );
            (Value::Null, Value::Null)
        }
        None => (Value::Null, Value::Null),
    };
    json!({
        "diagnostics": findings,
        "tests": tests,
        "preview": preview,
        "judged": judged,
    })
}

fn tests(one: &StrategyFile, files: &Files) -> Value {
    let (Some(rule), Some(file)) = (&one.rule, &one.tests) else {
        return Value::Null;
    };
    let outcomes = testing::run(rule, file).into_iter().map(|outcome| {
        json!({
            "name": outcome.name,
            "line": files.position(&outcome.span).map(|at| at.line),
            "failure": outcome.failure,
        })
    });
    json!({ "path": one.test_path, "outcomes": outcomes.collect::<Vec<_>>() })
}

/// How places would stand by the rule, and how many it can judge.
fn ranked(
    over: &Overlay<'_>,
    one: &StrategyFile,
    settings: &Settings,
) -> Result<(Value, Value), Vec<Finding>> {
    let request = settings.request();
    let Checked {
        value,
        diagnostics,
        files,
    } = config::load(over, &request);
    // A rule that the project uses keeps the parameters that the project gives it.
    let uses = value.as_ref().is_some_and(|loaded| {
        let used = loaded.project.indices[0].strategy.as_ref();
        used.is_some_and(|used| used.rule.file().as_str() == one.path)
    });
    let (value, diagnostics, files) = if uses {
        (value, diagnostics, files)
    } else {
        let with = Request {
            strategy: Some(one.path.clone()),
            ..request
        };
        let read = config::load(over, &with);
        (read.value, read.diagnostics, read.files)
    };
    let Some(loaded) = value else {
        return Err(Finding::all(&diagnostics, &files));
    };
    let done = settle(&loaded.project).and_then(|project| {
        let scoreboard = score(&project)?;
        Ok((project.into_owned(), scoreboard))
    });
    let (project, scoreboard) = done.map_err(|found| Finding::all(&found, &files))?;
    let subject = Subject::new(&project, &scoreboard, 0);
    let (ranking, excluded) = (&subject.board.ranking, &subject.board.excluded);
    let not_judged = excluded
        .iter()
        .filter(|out| matches!(out.why, Exclusion::NotJudged(_) | Exclusion::NotEligible));
    let of = ranking.len() + not_judged.count();
    Ok((
        Value::Array(views::live_rows(subject, settings.lang(), 0..PREVIEW)),
        json!([ranking.len(), of]),
    ))
}
