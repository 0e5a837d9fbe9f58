//! `exacity data add`: a figure is written only if the project still holds with it.

use crate::cli::Outcome;
use crate::cli::args::{Add, Global};
use crate::cli::commands::Ended;
use crate::cli::failure::Failure;
use crate::cli::open::{Scored, on_disk, open_scored, place, request};
use crate::cli::output::{Out, write_file};
use crate::dataset::{LOCAL_OBSERVATIONS, NewFigure, appended};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{Indicator, Observation};
use crate::project::Project;
use crate::report::views::{self, Run, words};
use crate::sources::disk::{DiskSources, create_folder};
use crate::sources::overlay::Overlay;
use crate::sources::{ReadError, Sources};

pub(super) fn run(global: &Global, args: &Add, out: &Out) -> Ended {
    let sources = on_disk(global, out)?.ok_or_else(no_folder)?;
    let request = request(&args.project);
    let before = open_scored(&sources, &request)?;
    let figure = figure(&before.project, args)?;
    let folder = folder(&before.project).ok_or_else(no_table)?;
    let path = if args.local {
        format!("{folder}{LOCAL_OBSERVATIONS}")
    } else {
        format!("{folder}observations.csv")
    };
    let known = read(&sources, &path)?;
    let prefix = if args.local { "l" } else { "o" };
    let (text, id) = appended(known.as_deref(), &figure, prefix);
    let with_it = Overlay::new(&sources).with(&path, text.as_str());
    let after = open_scored(&with_it, &request)?;
    let report = moves(&before, &after, &figure, args.dry_run);
    out.report(&report, &args.output)?;
    if !args.dry_run {
        let file = sources.root().join(&path);
        file.parent()
            .map_or(Ok(()), create_folder)
            .map_err(|error| {
                crate::cli::failure::not_written(&file.display().to_string(), &error.to_string())
            })?;
        write_file(&file, text.as_bytes())?;
        out.talk(&format!("wrote row {id} to {path}\n"));
    }
    out.warnings(&after.findings);
    Ok(Outcome::Done)
}

/// Checks what can be checked without writing: place, indicator, publication, and that it is new.
fn figure(project: &Project, args: &Add) -> Result<NewFigure, Failure> {
    let place = match project.library.places.get(args.place.as_str()) {
        Some(place) => place,
        None => &project.league[place(project, &args.place)?],
    };
    let indicator = indicator(project, &args.indicator)?;
    if !project.library.sources.contains_key(args.source.as_str()) {
        let ids = project
            .library
            .sources
            .keys()
            .map(crate::model::SourceId::as_str);
        let message = format!("there is no publication `{}`", args.source);
        return Err(Diagnostic::new(Code("E0702"), message)
            .maybe_help(did_you_mean(&args.source, ids))
            .help("every figure has a source: add a line to `sources.csv` first")
            .into());
    }
    let same = |row: &Observation| {
        row.place == place.id
            && row.indicator == indicator.id
            && row.as_of == Some(args.as_of)
            && row.scope == args.scope
            && row
                .source
                .as_ref()
                .is_some_and(|source| source.as_str() == args.source)
    };
    if let Some(row) = project.library.observations.iter().find(|row| same(row)) {
        let value = words::value(row, &indicator.unit);
        let message = format!(
            "the data hold this figure already: {value} in {}",
            row.origin
        );
        let help = "change that row if the figure is wrong; a correction by another publication is a row of its own";
        return Err(Diagnostic::new(Code("E0702"), message).help(help).into());
    }
    Ok(NewFigure {
        place: place.id.to_string(),
        indicator: indicator.id.to_string(),
        value: format!("{}", args.value),
        qualifier: args.qualifier,
        unit: indicator.unit.clone(),
        as_of: args.as_of,
        kind: args.kind,
        scope: args.scope.clone(),
        source: args.source.clone(),
        note: args.note.clone(),
    })
}

fn indicator<'p>(project: &'p Project, wanted: &str) -> Result<&'p Indicator, Failure> {
    let known = &project.library.indicators;
    known.get(wanted).ok_or_else(|| {
        let ids = known.keys().map(crate::model::IndicatorId::as_str);
        Diagnostic::new(Code("E0702"), format!("there is no indicator `{wanted}`"))
            .maybe_help(did_you_mean(wanted, ids))
            .note("`exacity data summary` lists them with their units")
            .into()
    })
}

/// Returns the folder of the data with a slash at its end, by where the figures were read.
fn folder(project: &Project) -> Option<String> {
    let files = project
        .library
        .observations
        .iter()
        .map(|row| row.origin.file.as_str());
    let mut shared = files.filter(|file| !file.ends_with(LOCAL_OBSERVATIONS));
    shared.find_map(|file| Some(file.strip_suffix("observations.csv")?.to_owned()))
}

fn read(sources: &DiskSources, path: &str) -> Result<Option<String>, Failure> {
    match sources.read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(ReadError::NotFound { .. }) => Ok(None),
        Err(error) => Err(Diagnostic::new(Code("E0201"), error.to_string()).into()),
    }
}

fn moves(
    before: &Scored,
    after: &Scored,
    figure: &NewFigure,
    dry_run: bool,
) -> crate::report::Report {
    let unit = words::with_unit(&figure.unit);
    let change = format!(
        "{} {} = {}{}{unit}",
        figure.place,
        figure.indicator,
        figure.qualifier.sign(),
        figure.value
    );
    let mut report = views::whatif(as_run(before), as_run(after), std::slice::from_ref(&change));
    report.title = if dry_run {
        format!("Would add {change}")
    } else {
        format!("Added {change}")
    };
    if after
        .project
        .as_of
        .is_some_and(|date| figure.as_of.start() > date)
    {
        report.footer.push(
            "The figure is later than the project's as-of date, so nothing counts it yet."
                .to_owned(),
        );
    }
    report
}

fn no_folder() -> Failure {
    let message = "there is no project folder to write to: the built-in project cannot be changed";
    Diagnostic::new(Code("E0112"), message)
        .help("`exacity init DIR` writes it out")
        .into()
}

fn no_table() -> Failure {
    let message = "the project reads a wide table, which has no row per figure";
    let help =
        "write the figure into its cell; `exacity data add` is for folders with `observations.csv`";
    Diagnostic::new(Code("E0702"), message).help(help).into()
}

fn as_run(scored: &Scored) -> Run<'_> {
    Run {
        project: &scored.project,
        scoreboard: &scored.scoreboard,
    }
}
