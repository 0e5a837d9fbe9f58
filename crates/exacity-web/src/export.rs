//! The file that `report --out` would write, for what is on screen.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::Settings;
use crate::json::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use exacity::diagnostics::Files;
use exacity::manifest::{self, Manifest};
use exacity::project::Project;
use exacity::report::views::{self, Asked as Full};
use exacity::report::{
    Report, colophon, html, json, markdown, scoreboard_csv, scoreboard_json, xlsx,
};
use exacity::robustness::project::weight_study;
use exacity::score::Scoreboard;
use serde::Deserialize;

/// What is on screen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    settings: Settings,
}

/// A copy of what is on screen, to be written elsewhere than in the engine's thread.
struct Copy {
    project: Project,
    scoreboard: Scoreboard,
    files: Files,
    manifest: Manifest,
}

/// `POST /api/export/FORMAT`
pub(crate) async fn export(
    State(app): State<App>,
    Path(format): Path<String>,
    Json(asked): Json<Asked>,
) -> Answer<Response> {
    let settings = asked.settings.clone();
    let copy = app.engine.ask(move |desk| copied(desk, &settings)).await?;
    let ending = format.clone();
    let bytes = tokio::task::spawn_blocking(move || written(&copy, &asked.settings, &format)).await;
    let (kind, bytes) = bytes.map_err(|_| Refusal::stopped())??;
    let name = format!("attachment; filename=\"exacity-report.{ending}\"");
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

fn copied(desk: &mut crate::desk::Desk, settings: &Settings) -> Answer<Copy> {
    let shelf = desk.shelf.clone();
    let base = desk.scored(settings)?;
    let inputs = manifest::inputs(&*shelf, &base.files);
    let set = &base.project.indices[0].weights;
    let mut changes = settings.request().settings();
    let moved = settings.shares.iter();
    changes.extend(moved.map(|(id, number)| format!("weights.{set}.{id}={number}")));
    let mut scoreboard = base.scoreboard().clone();
    scoreboard.diagnostics = base.found.clone();
    Ok(Copy {
        manifest: Manifest::new(&base.project, &inputs, changes),
        project: base.project.clone(),
        scoreboard,
        files: base.files.clone(),
    })
}

fn written(copy: &Copy, settings: &Settings, format: &str) -> Answer<(&'static str, Vec<u8>)> {
    let Copy {
        project,
        scoreboard,
        files,
        ..
    } = copy;
    let report = || report(copy, settings);
    Ok(match format {
        "html" => {
            let board = scoreboard_json::write(project, scoreboard, files);
            let extras = html::Extras {
                scoreboard: serde_json::from_str(&board).ok(),
                colophon: colophon(&copy.manifest, settings.lang()),
                ..html::Extras::default()
            };
            (
                "text/html; charset=utf-8",
                html::write(&report(), &extras).into_bytes(),
            )
        }
        "xlsx" => {
            let bytes = xlsx::write(&report(), project.as_of).map_err(|why| {
                let finding = exacity::diagnostics::Diagnostic::new(
                    exacity::diagnostics::Code("E0701"),
                    format!("the workbook cannot be written: {why}"),
                );
                Refusal::one(StatusCode::UNPROCESSABLE_ENTITY, &finding)
            })?;
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                bytes,
            )
        }
        "md" => (
            "text/markdown; charset=utf-8",
            markdown::write(&report()).into_bytes(),
        ),
        "csv" => (
            "text/csv; charset=utf-8",
            scoreboard_csv::write(project, scoreboard).into_bytes(),
        ),
        "json" => {
            let board = scoreboard_json::write(project, scoreboard, files);
            ("application/json", board.into_bytes())
        }
        "report.json" => ("application/json", json::write(&report()).into_bytes()),
        other => return Err(Refusal::unknown(format!("there is no format `{other}`"))),
    })
}

fn report(copy: &Copy, settings: &Settings) -> Report {
    let asked = Full {
        lang: settings.lang(),
        sweeps: true,
    };
    let study = weight_study(&copy.project, &copy.scoreboard);
    let study = study.as_ref().map(|(setup, study)| (setup, study));
    views::full(&copy.project, &copy.scoreboard, study, asked)
}
