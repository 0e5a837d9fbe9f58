//! `exacity reach` and `exacity allocate`

use super::Ended;
use super::forecast::answered;
use crate::cli::Outcome;
use crate::cli::args::{AllocateArgs, Global, ReachArgs, RivalsArg};
use crate::cli::failure::Failure;
use crate::cli::open::{Opened, criterion, open, place, question, request, sources};
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::NodeIx;
use crate::plan::reach::allocate::allocate;
use crate::plan::reach::case::{self, Answer};
use crate::plan::reach::levers::{self, Levers};
use crate::plan::reach::place::{Goal, Question, Rivals, reach};
use crate::project::Project;
use crate::report::views;
use crate::sources::Sources;
use chrono::{Datelike, NaiveDate};
use std::path::Path;

/// Where a project keeps its levers.
const FOLDER: &str = "rules/levers";

pub(super) fn run(global: &Global, args: &ReachArgs, out: &Out) -> Ended {
    if let Some(path) = &args.file {
        return of_file(path, args, out);
    }
    let sources = sources(global, out)?;
    let Opened { loaded, .. } = open(&*sources, &request(&args.project))?;
    let project = &loaded.project;
    let wanted = args.place.as_deref().unwrap_or_default();
    let levers = args.levers.as_deref().map(|path| read(path, project, out));
    let told = reach(
        project,
        &Question {
            place: place(project, wanted)?,
            goal: goal(project, args)?,
            margin: args.margin,
            rivals: rivals(project, args)?,
            levers: levers.transpose()?,
            only: only(project, args)?,
        },
    )
    .map_err(|finding| *finding)?;
    out.report(&views::reach_place(project, &told), &args.output)?;
    let bought = told.cheapest.as_ref().is_none_or(|c| c.to.is_some());
    Ok(yes(!told.impossible && bought))
}

fn yes(reached: bool) -> Outcome {
    if reached { Outcome::Done } else { Outcome::No }
}

fn of_file(path: &Path, args: &ReachArgs, out: &Out) -> Ended {
    let (name, text) = question(path)?;
    let told = answered(case::answer(&name, &text), out)?;
    out.report(&views::reach_case(&told), &args.output)?;
    Ok(yes(match &told.answer {
        Answer::Linear(linear) => linear.moved.is_some(),
        Answer::BlackBox(rule) => rule.outcome.best.is_some(),
    }))
}

fn goal(project: &Project, args: &ReachArgs) -> Result<Goal, Failure> {
    match (args.rank, &args.overtake, args.score) {
        (Some(rank), ..) => Ok(Goal::Rank(rank)),
        (_, Some(rival), _) => Ok(Goal::Overtake(place(project, rival)?)),
        (.., Some(score)) => Ok(Goal::Score(score)),
        // The next rank up is what most people mean; the first has nothing above it.
        (None, None, None) => {
            let help = "`--overtake shanghai`, `--rank 2` or `--score 70`";
            Err(
                Diagnostic::new(Code("E0542"), "what is to be reached was not said")
                    .help(help)
                    .into(),
            )
        }
    }
}

/// Rivals move to the date asked for, or to the end of the year in which the project stands.
fn rivals(project: &Project, args: &ReachArgs) -> Result<Rivals, Failure> {
    if args.rivals == RivalsArg::Hold {
        return Ok(Rivals::Hold);
    }
    let year_end = |day: NaiveDate| NaiveDate::from_ymd_opt(day.year(), 12, 31);
    match args.by.or_else(|| project.as_of.and_then(year_end)) {
        Some(date) if project.as_of.is_some_and(|today| date <= today) => {
            let message = format!("{date} is not after the date of the project");
            Err(Diagnostic::new(Code("E0542"), message)
                .help("rivals can only move ahead: take a later `--by`")
                .into())
        }
        Some(date) => Ok(Rivals::Forecast(date)),
        // A project without a date has no figures with dates either.
        None => Ok(Rivals::Hold),
    }
}

fn only(project: &Project, args: &ReachArgs) -> Result<Vec<(NodeIx, Option<f64>)>, Failure> {
    let levers = args.lever.iter().map(|(id, cap)| {
        let at = criterion(project, id)?;
        if project.leaf(at).is_none() {
            let message = format!("`{id}` is a group of criteria and has no figure of its own");
            let help = "name one of the criteria in it; `exacity list criteria` shows them";
            return Err(Diagnostic::new(Code("E0543"), message).help(help).into());
        }
        Ok((at, *cap))
    });
    levers.collect()
}

fn read(path: &Path, project: &Project, out: &Out) -> Result<Levers, Failure> {
    let (name, text) = question(path)?;
    answered(levers::read(&name, &text, project), out)
}

pub(super) fn run_allocate(global: &Global, args: &AllocateArgs, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let Opened { loaded, .. } = open(&*sources, &request(&args.project))?;
    let project = &loaded.project;
    let levers = match &args.levers {
        Some(path) => read(path, project, out)?,
        None => of_project(&*sources, project, out)?,
    };
    let mut places = vec![];
    for wanted in &args.places {
        let at = place(project, wanted)?;
        if !places.contains(&at) {
            places.push(at);
        }
    }
    let told = allocate(project, &places, &levers, args.budget).map_err(|finding| *finding)?;
    out.report(&views::allocated(project, &levers, &told), &args.output)?;
    Ok(Outcome::Done)
}

/// Reads the levers that the project itself keeps, if there is one file of them.
fn of_project(sources: &dyn Sources, project: &Project, out: &Out) -> Result<Levers, Failure> {
    let files: Vec<String> = sources
        .list(FOLDER)
        .into_iter()
        .filter(|f| Path::new(f).extension().is_some_and(|end| end == "toml"))
        .collect();
    let [file] = files.as_slice() else {
        let message = match files.len() {
            0 => format!("the project has no levers in `{FOLDER}`"),
            n => format!("the project has {n} files of levers"),
        };
        let help = "name one with `--levers FILE`; docs/forecasting.md shows what it holds";
        return Err(Diagnostic::new(Code("E0543"), message).help(help).into());
    };
    let bytes = sources
        .read(file)
        .map_err(|e| Diagnostic::new(Code("E0101"), e.to_string()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    out.talk(&format!("note: levers from {file}\n"));
    answered(levers::read(file, &text, project), out)
}
