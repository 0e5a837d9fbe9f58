//! `exacity run`, `exacity verify` and `exacity diff`: recorded runs.
//!
//! A run is a folder: `manifest.json`, the files it was made from under `inputs/`, and its ranking. It can
//! be replayed anywhere, and compared with another, long after the project has moved on.

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{self, Global, ProjectArgs};
use crate::cli::failure::{Failure, not_written};
use crate::cli::open::{Scored, open_scored, request, sources};
use crate::cli::output::Out;
use crate::config::Request;
use crate::diagnostics::{Code, Diagnostic};
use crate::manifest::{self, Manifest};
use crate::report::json::pretty;
use crate::report::views::{self, Edition, Run};
use crate::report::{scoreboard_csv, scoreboard_json};
use crate::sources::disk::{DiskSources, TreeError, write_tree};
use crate::sources::overlay::Overlay;
use crate::sources::{ReadError, Sources};
use std::path::{Path, PathBuf};

/// The manifest of a run.
const MANIFEST: &str = "manifest.json";
/// The folder of a run that holds what it was made from.
const INPUTS: &str = "inputs";
/// The ranking of a run.
const SCOREBOARD: &str = "ranking.json";

/// Records a run.
pub(super) fn run(global: &Global, args: &args::Run, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let request = request(&args.project);
    let scored = open_scored(&*sources, &request)?;
    let inputs = manifest::inputs(&*sources, &scored.findings.files);
    let results = results(&scored);
    let manifest =
        Manifest::new(&scored.project, &inputs, request.settings()).with_results(&results);
    let folder = args
        .out
        .clone()
        .unwrap_or_else(|| home(global, out).join("runs").join(&manifest.hash[..12]));
    let mut files = vec![(MANIFEST.to_owned(), document(&manifest).into_bytes())];
    files.extend(
        inputs
            .into_iter()
            .map(|(path, bytes)| (format!("{INPUTS}/{path}"), bytes)),
    );
    files.extend(results);
    let shown = folder.display();
    match write_tree(&folder, &files) {
        Ok(()) => out.talk(&format!("recorded {shown}\n")),
        Err(TreeError::Exists(_)) if recorded(&folder).is_ok_and(|known| known == manifest) => {
            out.talk(&format!("{shown} holds this very run already\n"));
        }
        Err(TreeError::Exists(name)) => {
            let message = format!("`{name}` is already in `{shown}`, and nothing is overwritten");
            return Err(Diagnostic::new(Code("E0111"), message)
                .help("name another folder with --out")
                .into());
        }
        Err(TreeError::Io(path, why)) => {
            return Err(not_written(&format!("{shown}/{path}"), &why.to_string()));
        }
    }
    out.data(format!("{}\n", manifest.hash))?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

/// The folder that runs are kept in: beside the project, or here for the built-in one.
fn home(global: &Global, out: &Out) -> PathBuf {
    let found = crate::cli::open::on_disk(global, out).ok().flatten();
    found.map_or_else(
        || out.environment.folder.clone(),
        |sources| sources.root().to_owned(),
    )
}

fn document(manifest: &Manifest) -> String {
    pretty(&serde_json::to_value(manifest).expect("texts and numbers"))
}

fn results(scored: &Scored) -> Vec<(String, Vec<u8>)> {
    let Scored {
        project,
        scoreboard,
        findings,
    } = scored;
    vec![
        (
            SCOREBOARD.to_owned(),
            scoreboard_json::write(project, scoreboard, &findings.files).into_bytes(),
        ),
        (
            "ranking.csv".to_owned(),
            scoreboard_csv::write(project, scoreboard).into_bytes(),
        ),
    ]
}

/// Replays a run and tells whether everything is as it was recorded.
pub(super) fn verify(args: &args::Verify, out: &Out) -> Ended {
    let folder = folder_of(&args.run);
    let known = recorded(&folder)?;
    let wrong = differences(&folder, &known)?;
    for line in &wrong {
        out.data(format!("{line}\n"))?;
    }
    if wrong.is_empty() {
        let (files, results) = (known.files.len(), known.results.len());
        out.data(format!(
            "replayed: {files} files and {results} results are as recorded\n"
        ))?;
        return Ok(Outcome::Done);
    }
    Ok(Outcome::No)
}

fn differences(folder: &Path, known: &Manifest) -> Result<Vec<String>, Failure> {
    let mut wrong = vec![];
    if known.digest() != known.hash {
        wrong.push("manifest.json was changed: it does not match its own hash".to_owned());
    }
    if known.exacity != env!("CARGO_PKG_VERSION") {
        wrong.push(format!(
            "recorded by exacity {}, replayed by {}: results may differ",
            known.exacity,
            env!("CARGO_PKG_VERSION")
        ));
    }
    let inputs = DiskSources::new(folder.join(INPUTS));
    for (path, hash) in &known.files {
        match inputs.read(path) {
            Ok(bytes) if manifest::digest(&bytes) == *hash => {}
            Ok(_) => wrong.push(format!("inputs/{path} is not the file that was read")),
            Err(_) => wrong.push(format!("inputs/{path} is missing")),
        }
    }
    let scored = open_scored(&inputs, &replay(known))?;
    for (name, bytes) in results(&scored) {
        match known.results.get(&name) {
            Some(hash) if *hash == manifest::digest(&bytes) => {}
            Some(_) => wrong.push(format!("{name} comes out differently")),
            None => wrong.push(format!("{name} was not recorded")),
        }
    }
    Ok(wrong)
}

/// The request that a run was made by.
fn replay(manifest: &Manifest) -> Request {
    Request {
        profile: Some(manifest.profile.clone()).filter(|profile| !profile.is_empty()),
        sets: manifest.settings.clone(),
        ..Request::default()
    }
}

fn folder_of(run: &Path) -> PathBuf {
    match run.file_name() {
        Some(name) if name == MANIFEST => run.parent().unwrap_or(Path::new(".")).to_owned(),
        _ => run.to_owned(),
    }
}

fn recorded(folder: &Path) -> Result<Manifest, Failure> {
    let refused = |why: String| -> Failure {
        let message = format!("`{}` is no recorded run: {why}", folder.display());
        Diagnostic::new(Code("E0703"), message)
            .help("`exacity run` records one and says where")
            .into()
    };
    let bytes = DiskSources::new(folder)
        .read(MANIFEST)
        .map_err(|error| match error {
            ReadError::NotFound { .. } => refused(format!("there is no {MANIFEST}")),
            error => refused(error.to_string()),
        })?;
    serde_json::from_slice(&bytes).map_err(|error| refused(format!("{MANIFEST}: {error}")))
}

/// Says what changed between two runs and why each place moved.
pub(super) fn diff(global: &Global, args: &args::Diff, out: &Out) -> Ended {
    let earlier = Side::recorded(&args.earlier)?;
    let later = match &args.later {
        Some(run) => Side::recorded(run)?,
        None => Side::now(global, &earlier, out)?,
    };
    let before = open_scored(&*earlier.sources, &replay(&earlier.manifest))?;
    let after = open_scored(&*later.sources, &replay(&later.manifest))?;
    // The earlier figures under the later method: what is left of the change is the data's.
    let data = data_files(&earlier);
    let restated = data
        .iter()
        .fold(Overlay::new(&*later.sources), |over, (path, bytes)| {
            over.with(path, bytes.as_slice())
        });
    let restated = open_scored(&restated, &replay(&later.manifest)).ok();
    let report = views::edition(&Edition {
        earlier: as_run(&before),
        later: as_run(&after),
        restated: restated.as_ref().map(as_run),
        manifests: (&earlier.manifest, &later.manifest),
    });
    out.report(&report, &args.output)?;
    Ok(Outcome::Done)
}

fn as_run(scored: &Scored) -> Run<'_> {
    Run {
        project: &scored.project,
        scoreboard: &scored.scoreboard,
    }
}

/// One side of a comparison.
struct Side {
    sources: Box<dyn Sources>,
    manifest: Manifest,
}

impl Side {
    fn recorded(run: &Path) -> Result<Self, Failure> {
        let folder = folder_of(run);
        Ok(Self {
            manifest: recorded(&folder)?,
            sources: Box::new(DiskSources::new(folder.join(INPUTS))),
        })
    }

    /// The project as it is now, under the profile of the earlier run.
    fn now(global: &Global, earlier: &Self, out: &Out) -> Result<Self, Failure> {
        let sources = sources(global, out)?;
        let profile = replay(&earlier.manifest).profile;
        let request = request(&ProjectArgs {
            profile,
            ..ProjectArgs::default()
        });
        let scored = open_scored(&*sources, &request)?;
        let inputs = manifest::inputs(&*sources, &scored.findings.files);
        let manifest = Manifest::new(&scored.project, &inputs, request.settings());
        Ok(Self { sources, manifest })
    }
}

/// The tables of a run: what is data, as opposed to settings and scripts.
fn data_files(side: &Side) -> Vec<(String, Vec<u8>)> {
    let tables = side.manifest.files.keys().filter(|path| {
        Path::new(path)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("csv"))
    });
    tables
        .filter_map(|path| Some((path.clone(), side.sources.read(path).ok()?)))
        .collect()
}
