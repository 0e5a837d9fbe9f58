//! `exacity utilisation`

use super::Ended;
use super::forecast::answered;
use crate::cli::Outcome;
use crate::cli::args::{Global, UtilisationArgs};
use crate::cli::open::{any_place, open, question, sources};
use crate::cli::output::Out;
use crate::config::Request;
use crate::plan::forecast::Desk;
use crate::plan::utilisation::case;
use crate::plan::utilisation::place::{Verdict, all, reported};
use crate::report::views;

pub(super) fn run(global: &Global, args: &UtilisationArgs, out: &Out) -> Ended {
    if let Some(path) = &args.file {
        let (name, text) = question(path)?;
        let told = answered(case::answer(&name, &text), out)?;
        out.report(&views::utilisation_case(&told), &args.output)?;
        return Ok(judged(!told.scenarios.is_empty()));
    }
    let sources = sources(global, out)?;
    let opened = open(&*sources, &Request::default())?;
    let project = &opened.loaded.project;
    let desk = Desk::new(project);
    let Some(wanted) = &args.place else {
        out.report(&views::utilisation_all(&all(&desk)), &args.output)?;
        return Ok(Outcome::Done);
    };
    let told = reported(&desk, &any_place(project, wanted)?);
    out.report(&views::utilisation_place(&told), &args.output)?;
    Ok(judged(told.verdict != Verdict::CannotBeJudged))
}

/// What cannot be judged is a "no" for whoever asks in a script.
fn judged(yes: bool) -> Outcome {
    if yes { Outcome::Done } else { Outcome::No }
}
