//! Plans of the project: solved on a thread of their own, under changes that the page asks for.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::Shelf;
use crate::json::Json;
use crate::runs::Run;
use axum::extract::State;
use axum::http::StatusCode;
use exacity::diagnostics::{Code, Diagnostic};
use exacity::plan::instance::{BuildOut, Facility, Instance};
use exacity::plan::solver::{
    Limits, Progress, Purse, Status, Stop, Watch, default_backend, relative_gap,
};
use exacity::plan::{PlanFile, Scenario, build_out, facility, study};
use exacity::report::number::percent;
use exacity::report::views::plan::{BuildOutAnswer, FacilityAnswer};
use exacity::report::{Report, html, views};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Where the plans of a project are.
const FOLDER: &str = "rules/plans";

/// A plan to solve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Its path, as the list says it.
    path: String,
    /// A scenario of it, instead of the plan itself.
    #[serde(default)]
    scenario: Option<String>,
    /// Changes, as `plan --set` takes them: `budget=*0.9`.
    #[serde(default)]
    sets: Vec<String>,
    /// Also: what each level of the last target costs, and how the plan fares when another future comes.
    #[serde(default)]
    further: bool,
}

/// `GET /api/plans`
pub(crate) async fn list(State(app): State<App>) -> Json<Value> {
    let shelf = app.shelf.clone();
    let listed = tokio::task::spawn_blocking(move || {
        let paths = plans(&shelf);
        paths
            .iter()
            .map(|path| listed(&shelf, path))
            .collect::<Vec<_>>()
    });
    Json(json!({ "plans": listed.await.unwrap_or_default() }))
}

fn plans(shelf: &Shelf) -> Vec<String> {
    let mut paths = shelf.list(FOLDER);
    paths.retain(|path| {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        matches!(ending, Some("toml" | "json"))
    });
    paths
}

fn listed(shelf: &Shelf, path: &str) -> Value {
    match read(shelf, path, &[]) {
        Ok(PlanFile {
            instance,
            scenarios,
        }) => json!({
            "path": path,
            "title": instance.about().title,
            "about": instance.about().text,
            "scenarios": scenarios.iter().map(|one| json!({
                "name": one.name,
                "because": one.because,
                "changes": one.changes,
            })).collect::<Vec<_>>(),
        }),
        Err(refusal) => json!({ "path": path, "diagnostics": refusal.findings }),
    }
}

fn read(shelf: &Shelf, path: &str, sets: &[String]) -> Answer<PlanFile> {
    let missing = || Refusal::unknown(format!("there is no plan `{path}`"));
    if !plans(shelf).iter().any(|known| known == path) {
        return Err(missing());
    }
    let bytes = shelf.read(path).map_err(|_| missing())?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let finding = Diagnostic::new(Code("E0101"), format!("`{path}` is not UTF-8 text"));
        Refusal::one(StatusCode::UNPROCESSABLE_ENTITY, &finding)
    })?;
    let read = exacity::plan::read(path, &text, sets);
    let found = Refusal::found(&read.diagnostics, &read.files);
    read.value.ok_or(found)
}

/// `POST /api/plans`
pub(crate) async fn start(
    State(app): State<App>,
    Json(asked): Json<Asked>,
) -> Answer<(StatusCode, Json<Value>)> {
    let shelf = app.shelf.clone();
    let further = asked.further;
    let plan = tokio::task::spawn_blocking(move || wanted(&shelf, &asked)).await;
    let plan = plan.map_err(|_| Refusal::stopped())??;
    let id = app.runs.start(move |run| solve(plan, further, run));
    Ok((StatusCode::ACCEPTED, Json(json!({ "run": id }))))
}

/// Reads the plan asked for. A scenario of it is a plan of its own, without further scenarios.
fn wanted(shelf: &Shelf, asked: &Asked) -> Answer<PlanFile> {
    let file = read(shelf, &asked.path, &asked.sets)?;
    let Some(wanted) = &asked.scenario else {
        return Ok(file);
    };
    let found = file.scenarios.into_iter().find(|one| one.name == *wanted);
    let scenario =
        found.ok_or_else(|| Refusal::unknown(format!("the plan has no scenario `{wanted}`")))?;
    Ok(PlanFile {
        instance: scenario.instance,
        scenarios: vec![],
    })
}

/// Tells the page how a search goes, and the search when to stop.
#[derive(Debug)]
struct Listener<'r>(&'r Run);

impl Watch for Listener<'_> {
    fn stop(&self) -> Option<Stop> {
        self.0.is_cancelled().then_some(Stop::Asked)
    }

    fn left(&self) -> Option<Duration> {
        None
    }

    fn progress(&self, progress: Progress) {
        let gap = progress.objective.filter(|_| progress.bound.is_finite());
        let gap = gap.map(|objective| percent(relative_gap(objective, progress.bound)));
        self.0.tell(
            "progress",
            json!({ "gap": gap, "plan": progress.objective.is_some() }),
        );
    }
}

/// Shares of the effort, as `plan` has them: the plan itself, then each further question of what is left.
const OWN: f64 = 0.6;
const SWEEP: f64 = 0.4;
/// Levels of the last target that are priced.
const LEVELS: usize = 7;

fn solve(file: PlanFile, further: bool, run: &Run) {
    let listener = Listener(run);
    let limits = Limits {
        watch: &listener,
        ..Limits::default()
    };
    match file.instance {
        Instance::BuildOut(plan) => solve_build_out(&plan, file.scenarios, further, &limits, run),
        Instance::Facility(plan) => solve_facility(&plan, &limits, run),
    }
}

fn solve_build_out(
    plan: &BuildOut,
    scenarios: Vec<Scenario>,
    further: bool,
    limits: &Limits<'_>,
    run: &Run,
) {
    let backend = default_backend();
    let mut purse = Purse::new(limits);
    let own = if further { OWN } else { 1.0 };
    let solved = purse.ask(own, |limits| build_out::solve(plan, &*backend, limits));
    let mut answer = BuildOutAnswer::new(plan, &solved, backend.name());
    if solved.solution.status == Status::Infeasible {
        answer.explanation = Some(study::explain(plan, &*backend, limits));
    }
    if further && limits.watch.stop().is_none() {
        // The plan is there to be read while further questions are asked.
        tell(run, "partial", &views::plan::build_out(&answer));
        run.tell("progress", json!({ "doing": "pricing" }));
        answer.frontier = purse.ask(SWEEP, |limits| {
            study::sweep(plan, LEVELS, &*backend, limits)
        });
        if solved.outcome.is_some() && !scenarios.is_empty() {
            run.tell("progress", json!({ "doing": "futures" }));
            (answer.futures, answer.regrets) = purse.ask(1.0, |limits| {
                study::futures(plan, &solved, scenarios, &*backend, limits, &|_| {})
            });
        }
    }
    answer.cut_short = limits.watch.stop();
    tell(run, "result", &views::plan::build_out(&answer));
}

fn solve_facility(plan: &Facility, limits: &Limits<'_>, run: &Run) {
    let backend = default_backend();
    let solved = facility::solve(plan, &*backend, limits);
    let answer = FacilityAnswer {
        plan,
        solved: &solved,
        solver: backend.name(),
        futures: vec![],
        cut_short: limits.watch.stop(),
    };
    tell(run, "result", &views::plan::facility(&answer));
}

fn tell(run: &Run, kind: &'static str, report: &Report) {
    let fragment = html::fragment(report);
    run.tell(
        kind,
        json!({
            "header": fragment.header,
            "main": fragment.main,
            "footer": fragment.footer,
            "data": fragment.data,
            "stopped": run.is_cancelled(),
        }),
    );
}
