//! How sure is the ranking on screen? Draws, with what they say so far while they run.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Settings, Shelf};
use crate::json::Json;
use crate::runs::Run;
use crate::weights;
use axum::extract::State;
use axum::http::StatusCode;
use exacity::config::{Request, Workshop};
use exacity::diagnostics::{Checked, Diagnostics, Files};
use exacity::project::Project;
use exacity::report::html;
use exacity::report::number::{figure, percent};
use exacity::report::robustness_json;
use exacity::report::views::{self, Subject};
use exacity::robustness::project::{Setup, Study};
use exacity::robustness::{Control, Progress, Stopped};
use exacity::score::{Scoreboard, score, settle};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Parts of the draws after which the page sees what they say so far. A partial study is a whole one with
/// fewer draws, the first ones, so that going over them again costs a quarter more and changes nothing.
const SO_FAR: [u64; 2] = [20, 5];

/// Most draws that a page may ask for.
const MOST: u64 = 10_000_000;

/// What to draw.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    settings: Settings,
    #[serde(default)]
    draws: Option<u64>,
    #[serde(default)]
    seed: Option<u64>,
    /// What varies, as `--vary` takes it.
    #[serde(default)]
    vary: Vec<String>,
}

/// `POST /api/robustness`
pub(crate) async fn start(
    State(app): State<App>,
    Json(asked): Json<Asked>,
) -> Answer<(StatusCode, Json<Value>)> {
    if asked
        .draws
        .is_some_and(|draws| !(1..=MOST).contains(&draws))
    {
        let message = format!("draws are from 1 to {}", figure(MOST as f64));
        let finding =
            exacity::diagnostics::Diagnostic::new(exacity::diagnostics::Code("E0608"), message);
        return Err(Refusal::one(StatusCode::UNPROCESSABLE_ENTITY, &finding));
    }
    let shelf = app.shelf.clone();
    let id = app.runs.start(move |run| {
        if let Err(refusal) = study(&shelf, &asked, run) {
            run.fail(&refusal);
        }
    });
    Ok((StatusCode::ACCEPTED, Json(json!({ "run": id }))))
}

fn study(shelf: &Shelf, asked: &Asked, run: &Run) -> Answer<()> {
    let request = request(asked);
    let Checked {
        value,
        diagnostics,
        files,
    } = Workshop::open(&**shelf, &request);
    let Some((mut workshop, loaded)) = value else {
        return Err(Refusal::found(&diagnostics, &files));
    };
    let refused = |found: Diagnostics| Refusal::found(&found, &files);
    let shares = &asked.settings.shares;
    let project = weighed(&loaded.project, shares, &files)?;
    let scoreboard = score(&project).map_err(refused)?;
    let setup = Setup::new(project, 0, &mut |sets| {
        let project = workshop.load(sets)?;
        // Weights on screen count under every choice; a choice of weights replaces what it names.
        let chooses = sets
            .iter()
            .any(|set| set.starts_with("scoring.weights") || set.starts_with("weights."));
        if chooses {
            return Ok(project);
        }
        Ok(weighed(&project, shares, &Files::default()).unwrap_or(project))
    });
    let mut setup = setup.map_err(refused)?;
    let asked_for = setup.spec.draws;
    let mut before: Option<Study> = None;
    for part in SO_FAR.into_iter().chain([1]) {
        setup.spec.draws = (asked_for / part).max(1);
        let study = drawn(&setup, asked_for, run).map_err(refused)?;
        let last = part == 1 || study.outcome.stopped != Stopped::Complete;
        let told = told(&setup, &scoreboard, &study, before.as_ref(), asked);
        run.tell(if last { "result" } else { "partial" }, told);
        if last {
            return Ok(());
        }
        before = Some(study);
    }
    Ok(())
}

fn request(asked: &Asked) -> Request {
    let mut request = asked.settings.request();
    let draws = asked.draws.map(|n| format!("robustness.draws={n}"));
    let seed = asked.seed.map(|n| format!("robustness.seed={n}"));
    request.sets.extend(draws.into_iter().chain(seed));
    request.vary.clone_from(&asked.vary);
    request
}

/// Gives a project the weights on screen.
fn weighed(project: &Project, shares: &BTreeMap<String, f64>, files: &Files) -> Answer<Project> {
    let settled = settle(project).map_err(|found| Refusal::found(&found, files))?;
    let mut project = settled.into_owned();
    let own = project.indices[0].shares.clone();
    project.indices[0].shares = weights::applied(&project, &own, shares)?;
    Ok(project)
}

fn drawn(setup: &Setup, asked_for: u64, run: &Run) -> Result<Study, Diagnostics> {
    let told = Mutex::new(0);
    let progress = |progress: Progress| {
        let hundredths = progress.draws * 100 / asked_for.max(1);
        // A word per hundredth is as much as anybody sees.
        if let Ok(mut told) = told.lock()
            && hundredths > *told
        {
            *told = hundredths;
            let words = json!({ "draws": progress.draws, "of": asked_for, "share": hundredths });
            run.tell("progress", words);
        }
    };
    setup.run(&Control {
        cancelled: Some(&run.cancelled),
        progress: Some(&progress),
        portable: false,
    })
}

fn told(
    setup: &Setup,
    scoreboard: &Scoreboard,
    study: &Study,
    before: Option<&Study>,
    asked: &Asked,
) -> Value {
    let lang = asked.settings.lang();
    let nothing = study.outcome.tally.draws == 0;
    let subject = Subject::new(&setup.project, scoreboard, 0);
    let fragment = (!nothing).then(|| {
        let report = views::how_sure(&setup.project, scoreboard, (setup, study), lang);
        html::fragment(&report)
    });
    json!({
        "study": robustness_json::document(subject, setup, study),
        "main": fragment.as_ref().map(|f| &f.main),
        "data": fragment.as_ref().map(|f| &f.data),
        "draws": study.outcome.tally.draws,
        "change": before.map(|before| percent(change(before, study))),
        "stopped": study.outcome.stopped == Stopped::Cancelled,
        "warning": study.warning().map(|warning| warning.message),
    })
}

/// The largest change of a share since the last look.
fn change(before: &Study, now: &Study) -> f64 {
    let places = before.summary.places.iter().zip(&now.summary.places);
    let shares = places.flat_map(|(a, b)| a.acceptability.iter().zip(&b.acceptability));
    shares.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
