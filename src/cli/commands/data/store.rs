//! Putting figures into the project's tables: checked first, shown with who moves, written as a whole.

use crate::cli::Outcome;
use crate::cli::args::{Global, OutputArgs, ProjectArgs};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, not_written};
use crate::cli::open::{Scored, on_disk, open_scored, request};
use crate::cli::output::{Out, write_file};
use crate::dataset::{LOCAL_OBSERVATIONS, NewFigure, appended};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{Kind, Observation, Period, Place, Qualifier};
use crate::project::Project;
use crate::report::Report;
use crate::report::views::{self, Run, words};
use crate::sources::disk::{DiskSources, create_folder};
use crate::sources::overlay::Overlay;
use crate::sources::{ReadError, Sources};

/// How figures are put in.
pub(super) struct How<'a> {
    pub(super) project: &'a ProjectArgs,
    pub(super) output: &'a OutputArgs,
    /// Into the private files.
    pub(super) local: bool,
    /// Show who would move, and write nothing.
    pub(super) dry_run: bool,
}

/// Takes figures over, if the project has no mistake with them, and shows who moves.
pub(super) fn store(
    global: &Global,
    how: &How,
    out: &Out,
    figures: impl FnOnce(&Project) -> Result<Vec<NewFigure>, Failure>,
) -> Ended {
    let sources = on_disk(global, out)?.ok_or_else(no_folder)?;
    let request = request(how.project);
    let before = open_scored(&sources, &request)?;
    let figures = figures(&before.project)?;
    let folder = folder(&before.project).ok_or_else(no_table)?;
    let (name, prefix) = if how.local {
        (LOCAL_OBSERVATIONS, "l")
    } else {
        ("observations.csv", "o")
    };
    let path = format!("{folder}{name}");
    let mut text = read(&sources, &path)?;
    for figure in &figures {
        text = Some(appended(text.as_deref(), figure, prefix).0);
    }
    let text = text.unwrap_or_default();
    let with_them = Overlay::new(&sources).with(&path, text.as_str());
    let after = open_scored(&with_them, &request)?;
    out.report(&moves(&before, &after, &figures, how.dry_run), how.output)?;
    if !how.dry_run && !figures.is_empty() {
        let file = sources.root().join(&path);
        let made = file.parent().map_or(Ok(()), create_folder);
        made.map_err(|error| not_written(&file.display().to_string(), &error.to_string()))?;
        write_file(&file, text.as_bytes())?;
        out.talk(&format!(
            "wrote {} to {path}\n",
            words::counted(figures.len(), "row")
        ));
    }
    out.warnings(&after.findings);
    Ok(Outcome::Done)
}

/// A figure as somebody states it.
pub(super) struct Stated<'a> {
    pub(super) place: &'a str,
    pub(super) indicator: &'a str,
    pub(super) value: f64,
    pub(super) qualifier: Qualifier,
    pub(super) as_of: Period,
    pub(super) kind: Kind,
    pub(super) scope: &'a str,
    pub(super) source: &'a str,
    pub(super) note: &'a str,
}

/// Checks what can be checked without writing: place, indicator, publication, and that it is new.
pub(super) fn checked(project: &Project, stated: &Stated) -> Result<NewFigure, Diagnostic> {
    let library = &project.library;
    let refused = |message: String| Diagnostic::new(Code("E0702"), message);
    let place = place(project, stated.place)?;
    let indicator = library.indicators.get(stated.indicator).ok_or_else(|| {
        let ids = library
            .indicators
            .keys()
            .map(crate::model::IndicatorId::as_str);
        refused(format!("there is no indicator `{}`", stated.indicator))
            .maybe_help(did_you_mean(stated.indicator, ids))
            .note("`exacity data summary` lists them with their units")
    })?;
    if !library.sources.contains_key(stated.source) {
        let ids = library.sources.keys().map(crate::model::SourceId::as_str);
        return Err(
            refused(format!("there is no publication `{}`", stated.source))
                .maybe_help(did_you_mean(stated.source, ids))
                .help("every figure has a source: add a line to `sources.csv` first"),
        );
    }
    let same = |row: &Observation| {
        row.place == place.id
            && row.indicator == indicator.id
            && row.as_of == Some(stated.as_of)
            && row.scope == stated.scope
            && row
                .source
                .as_ref()
                .is_some_and(|source| source.as_str() == stated.source)
    };
    if let Some(row) = library.observations.iter().find(|row| same(row)) {
        let value = words::value(row, &indicator.unit);
        return Err(refused(format!("the data hold this figure already: {value} in {}", row.origin))
            .help("change that row if the figure is wrong; a correction by another publication is a row of its own"));
    }
    Ok(NewFigure {
        place: place.id.to_string(),
        indicator: indicator.id.to_string(),
        value: format!("{}", stated.value),
        qualifier: stated.qualifier,
        unit: indicator.unit.clone(),
        as_of: stated.as_of,
        kind: stated.kind,
        scope: stated.scope.to_owned(),
        source: stated.source.to_owned(),
        note: stated.note.to_owned(),
    })
}

/// Finds a place of the data by id or name.
fn place<'p>(project: &'p Project, wanted: &str) -> Result<&'p Place, Diagnostic> {
    let places = &project.library.places;
    let named = |place: &&Place| {
        place.name.eq_ignore_ascii_case(wanted) || place.name_zh.as_deref() == Some(wanted)
    };
    let found = places.get(wanted).or_else(|| places.values().find(named));
    found.ok_or_else(|| {
        let ids = places.keys().map(crate::model::PlaceId::as_str);
        Diagnostic::new(Code("E0702"), format!("there is no place `{wanted}`"))
            .maybe_help(did_you_mean(wanted, ids))
            .note("`exacity list places` shows those of the profile")
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

fn moves(before: &Scored, after: &Scored, figures: &[NewFigure], dry_run: bool) -> Report {
    let change = match figures {
        [one] => {
            let unit = words::with_unit(&one.unit);
            format!(
                "{} {} = {}{}{unit}",
                one.place,
                one.indicator,
                one.qualifier.sign(),
                one.value
            )
        }
        several => words::counted(several.len(), "figure"),
    };
    let mut report = views::whatif(as_run(before), as_run(after), std::slice::from_ref(&change));
    report.title = if dry_run {
        format!("Would add {change}")
    } else {
        format!("Added {change}")
    };
    let late = |date| {
        figures
            .iter()
            .filter(|figure| figure.as_of.start() > date)
            .count()
    };
    match after.project.as_of.map_or(0, late) {
        0 => {}
        late => report.footer.push(format!(
            "{} later than the project's as-of date: nothing counts that yet.",
            words::counted(late, "figure")
        )),
    }
    report
}

fn as_run(scored: &Scored) -> Run<'_> {
    Run {
        project: &scored.project,
        scoreboard: &scored.scoreboard,
    }
}

fn no_folder() -> Failure {
    let message = "there is no project folder to write to: the built-in project cannot be changed";
    Diagnostic::new(Code("E0112"), message)
        .help("`exacity init DIR` writes it out")
        .into()
}

fn no_table() -> Failure {
    let message = "the project reads a wide table, which has no row per figure";
    let help = "write the figure into its cell; this is for folders with `observations.csv`";
    Diagnostic::new(Code("E0702"), message).help(help).into()
}
