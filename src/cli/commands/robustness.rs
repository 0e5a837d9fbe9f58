//! `exacity robustness`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{
    Format, Global, OutputArgs, ProjectArgs, Robustness, RobustnessView, StudyArgs,
};
use crate::cli::failure::{Failure, Findings, not_written};
use crate::cli::open::{self, Scored, open_scored, request};
use crate::cli::output::{Out, format_of};
use crate::cli::watch::Watch;
use crate::config::{Loaded, Request, Workshop};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics};
use crate::parts::{self, Part, Shard, Stamp};
use crate::report::robustness_json;
use crate::report::views::{self, Subject};
use crate::robustness::RobustnessError;
use crate::robustness::project::{Setup, Study};
use crate::score::{Scoreboard, score};
use crate::sources::{Sources, disk};
use std::path::Path;

pub(super) fn run(global: &Global, args: &Robustness, out: &Out) -> Ended {
    let sources = &*open::sources(global, out)?;
    match &args.view {
        None => study(sources, args, out),
        Some(RobustnessView::Stability { project, output }) => {
            let ready = standing(sources, project)?;
            let found = ready.setup.stability().map_err(|error| refused(&error))?;
            out.report(
                &views::stability(ready.subject(), &ready.setup, &found),
                output,
            )?;
            ready.done(out)
        }
        Some(RobustnessView::Overtake {
            places,
            leaves,
            project,
            output,
        }) => {
            let ready = standing(sources, project)?;
            overtake(&ready, places, *leaves, output, out)?;
            ready.done(out)
        }
        Some(RobustnessView::Sensitivity {
            project,
            study,
            output,
        }) => sensitivity(sources, project, study, output, out),
        Some(RobustnessView::Reversal { project, output }) => {
            let ready = standing(sources, project)?;
            let found = ready.setup.reversal().map_err(|error| refused(&error))?;
            out.report(
                &views::reversal(ready.subject(), &ready.setup, &found),
                output,
            )?;
            ready.done(out)
        }
    }
}

/// Draws, and shows what the draws say.
fn study(sources: &dyn Sources, args: &Robustness, out: &Out) -> Ended {
    let asked = study_request(&args.project, &args.study)?;
    if let Some(shard) = args.shard {
        return part(sources, &asked, shard, args, out);
    }
    let format = format_of(&args.output)?;
    let mut shop = Shop::open(sources, &asked)?;
    let ready = shop.ready()?;
    let watch = Watch::new(out, ready.setup.spec.draws, !ready.setup.is_batch());
    let study = ready.setup.run(&watch.control());
    watch.finish();
    let study = study.map_err(|found| failed(&ready.findings, found))?;
    let answer = ready.answer(&study, format, &args.output, out)?;
    if let Some(path) = &args.draws_out {
        write_draws(&ready.setup, &study, path, out)?;
    }
    ready.deliver(&study, &answer, &args.output, out)
}

/// What a study was asked for, kept in its parts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Asked {
    profile: Option<String>,
    sets: Vec<String>,
    weights: Option<String>,
    strategy: Option<String>,
    method: Option<String>,
    on: Option<String>,
    vary: Vec<String>,
}

/// The kind of these parts.
const KIND: &str = "robustness";

/// Draws one part of a study.
fn part(
    sources: &dyn Sources,
    request: &Request,
    shard: Shard,
    args: &Robustness,
    out: &Out,
) -> Ended {
    let mut shop = Shop::open(sources, request)?;
    let ready = shop.ready()?;
    let draws = ready.setup.spec.draws / u64::from(shard.of).max(1);
    let watch = Watch::new(out, draws, !ready.setup.is_batch());
    let asked = Asked {
        profile: request.profile.clone(),
        sets: request.sets.clone(),
        weights: request.weights.clone(),
        strategy: request.strategy.clone(),
        method: request.method.clone(),
        on: request.on.clone(),
        vary: request.vary.clone(),
    };
    let asked = serde_json::to_value(asked).unwrap_or_default();
    let drawn = ready.setup.draw_part(shard, asked, &watch.control());
    watch.finish();
    let drawn = drawn.map_err(|found| failed(&ready.findings, found))?;
    let stamp = Stamp::new(KIND, &ready.hash, "", shard);
    let Some(path) = &args.output.out else {
        return ready.done(out);
    };
    super::score::to_file(path, |file| {
        let written = parts::write(file, &stamp, &drawn.about, &mut |into| drawn.write(into));
        written.map_err(|error| {
            let mut found = Diagnostics::new();
            let message = format!("`{}` cannot be written: {error}", path.display());
            found.push(
                Diagnostic::new(Code("E0803"), message)
                    .help("free some room, or write to another disk"),
            );
            found
        })
    })?;
    out.talk(&format!("wrote {}\n", path.display()));
    ready.done(out)
}

/// Makes one study of all its parts.
pub(super) fn merged(
    global: &Global,
    asked: &Asked,
    parts: &[Part<'_>],
    output: &OutputArgs,
    out: &Out,
) -> Ended {
    let sources = &*open::sources(global, out)?;
    let request = Request {
        profile: asked.profile.clone(),
        sets: asked.sets.clone(),
        weights: asked.weights.clone(),
        strategy: asked.strategy.clone(),
        method: asked.method.clone(),
        on: asked.on.clone(),
        vary: asked.vary.clone(),
        ..open::request(&ProjectArgs::default())
    };
    let format = format_of(output)?;
    let mut shop = Shop::open(sources, &request)?;
    let ready = shop.ready()?;
    if parts.iter().any(|part| part.stamp.project != ready.hash) {
        let message = format!("the parts were not made from {}", sources.name());
        let finding = Diagnostic::new(Code("E0804"), message);
        let help = "name their project with `--project DIR`, unchanged since they were made";
        return Err(finding.help(help).into());
    }
    let study = ready.setup.merge_parts(parts);
    let study = study.map_err(|found| failed(&ready.findings, found))?;
    let answer = ready.answer(&study, format, output, out)?;
    ready.deliver(&study, &answer, output, out)
}

fn overtake(
    ready: &Ready,
    places: &[String],
    leaves: bool,
    output: &OutputArgs,
    out: &Out,
) -> Result<(), Failure> {
    let setup = &ready.setup;
    let [a, b] = [compared(setup, &places[0])?, compared(setup, &places[1])?];
    if a == b {
        let message = format!("`{}` cannot overtake itself", places[0]);
        return Err(Diagnostic::new(Code("E0313"), message)
            .help("name two places")
            .into());
    }
    let [leader, challenger] = views::in_order(setup, [a, b]);
    let found = setup
        .overtake(leader, challenger, leaves)
        .map_err(|error| refused(&error))?;
    out.report(&views::overtake(ready.subject(), setup, &found), output)
}

fn sensitivity(
    sources: &dyn Sources,
    project: &ProjectArgs,
    study: &StudyArgs,
    output: &OutputArgs,
    out: &Out,
) -> Ended {
    let asked = study_request(project, study)?;
    let mut shop = Shop::open(sources, &asked)?;
    let ready = shop.ready()?;
    let watch = Watch::new(out, ready.setup.evaluations(), !ready.setup.is_batch());
    let found = ready
        .setup
        .sensitivity(&mut |sets| shop.workshop.load(sets), &watch.control());
    watch.finish();
    let found = found.map_err(|found| failed(&ready.findings, found))?;
    out.report(
        &views::sensitivity(ready.subject(), &ready.setup, &found),
        output,
    )?;
    ready.done(out)
}

/// A project kept open, so that choices can be made.
struct Shop<'s> {
    workshop: Workshop<'s>,
    loaded: Option<Loaded>,
    findings: Findings,
    hash: String,
}

/// A project made ready to be drawn, with its results as it stands.
struct Ready {
    setup: Setup,
    scoreboard: Scoreboard,
    findings: Findings,
    /// Hash of everything that was read for it.
    hash: String,
}

impl<'s> Shop<'s> {
    fn open(sources: &'s dyn Sources, request: &Request) -> Result<Self, Failure> {
        let Checked {
            value,
            diagnostics,
            files,
        } = Workshop::open(sources, request);
        let findings = Findings {
            found: diagnostics,
            files,
        };
        match value {
            Some((workshop, loaded)) => {
                let list = loaded.settings.list();
                let settings = list
                    .iter()
                    .map(|setting| (setting.path.as_str(), setting.value.as_str()));
                Ok(Self {
                    hash: parts::project_hash(&findings.files, settings, None),
                    workshop,
                    loaded: Some(loaded),
                    findings,
                })
            }
            None => Err(Failure::Found(findings)),
        }
    }

    /// Makes the project ready; once.
    fn ready(&mut self) -> Result<Ready, Failure> {
        let project = self.loaded.take().expect("made ready once").project;
        let scoreboard = score(&project).map_err(|found| failed(&self.findings, found))?;
        let setup = Setup::new(project, 0, &mut |sets| self.workshop.load(sets));
        Ok(Ready {
            setup: setup.map_err(|found| failed(&self.findings, found))?,
            scoreboard,
            findings: self.findings.clone(),
            hash: self.hash.clone(),
        })
    }
}

impl Ready {
    fn subject(&self) -> Subject<'_> {
        Subject::new(&self.setup.project, &self.scoreboard, 0)
    }

    /// Writes a study in the format asked for.
    fn answer(
        &self,
        study: &Study,
        format: Format,
        output: &OutputArgs,
        out: &Out,
    ) -> Result<Vec<u8>, Failure> {
        let (subject, setup) = (self.subject(), &self.setup);
        match format {
            Format::Json => Ok(robustness_json::write(subject, setup, study).into_bytes()),
            format => {
                let report = views::robustness(subject, setup, study);
                out.rendered(&report, format, output, setup.project.as_of)
            }
        }
    }

    fn deliver(&self, study: &Study, answer: &[u8], output: &OutputArgs, out: &Out) -> Ended {
        out.deliver(answer, output)?;
        if let Some(warning) = study.warning() {
            out.finding(&warning);
        }
        self.done(out)
    }

    #[expect(clippy::unnecessary_wraps, reason = "every command ends with this")]
    fn done(&self, out: &Out) -> Ended {
        out.warnings(&self.findings);
        Ok(Outcome::Done)
    }
}

/// Makes a project ready as it stands.
fn standing(sources: &dyn Sources, project: &ProjectArgs) -> Result<Ready, Failure> {
    let Scored {
        project,
        scoreboard,
        findings,
    } = open_scored(sources, &request(project))?;
    let setup = Setup::standing(project, 0).map_err(|found| failed(&findings, found))?;
    Ok(Ready {
        setup,
        scoreboard,
        findings,
        hash: String::new(),
    })
}

/// Finds a place among those that are compared.
fn compared(setup: &Setup, wanted: &str) -> Result<usize, Failure> {
    let row = open::place(&setup.project, wanted)?;
    views::position(setup, row).ok_or_else(|| {
        let id = &setup.project.league[row].id;
        Diagnostic::new(
            Code("E0313"),
            format!("`{id}` is not ranked, so nothing can overtake it"),
        )
        .note("`exacity rank` says what it lacks")
        .into()
    })
}

fn failed(findings: &Findings, found: Diagnostics) -> Failure {
    let mut all = findings.clone();
    all.found.extend(found);
    Failure::Found(all)
}

fn refused(error: &RobustnessError) -> Failure {
    Diagnostic::new(Code("E0601"), error.to_string()).into()
}

/// Writes the draws that were counted, one line each.
fn write_draws(setup: &Setup, study: &Study, path: &Path, out: &Out) -> Result<(), Failure> {
    let text = crate::report::draws_csv::write(setup, study);
    disk::write_whole(path, text.as_bytes())
        .map_err(|error| not_written(&path.display().to_string(), &error.to_string()))?;
    out.talk(&format!("wrote {}\n", path.display()));
    Ok(())
}

/// Turns arguments into a request: what is drawn is a setting like any other.
fn study_request(project: &ProjectArgs, study: &StudyArgs) -> Result<Request, Failure> {
    if study.draws == Some(0) {
        let message = "zero draws say nothing about a ranking";
        let finding = Diagnostic::new(Code("E0608"), message);
        return Err(finding.help("ask for at least one").into());
    }
    let mut request = request(project);
    let mut set = |key: &str, value: Option<String>| {
        let line = value.map(|value| format!("robustness.{key}={value}"));
        request.sets.extend(line);
    };
    set("draws", study.draws.map(|n| n.to_string()));
    set("seed", study.seed.map(|n| n.to_string()));
    set("until", study.until.map(|x| x.to_string()));
    set("on-failure", study.on_failure.clone());
    set("combinations", study.combinations.map(|n| n.to_string()));
    request.vary.clone_from(&study.vary);
    Ok(request)
}
