//! `exacity data`

mod add;
mod audit;
mod import;
mod store;

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Data, Global, Stale, Todo};
use crate::cli::failure::Failure;
use crate::cli::open::{open, open_scored, place, request, sources};
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic};
use crate::report::views::{self, Subject};

pub(super) fn run(global: &Global, command: &Data, out: &Out) -> Ended {
    let (project, output) = match command {
        Data::Summary { project, output } | Data::Coverage { project, output } => (project, output),
        Data::Audit(args) => return audit::run(global, args, out),
        Data::Todo(args) => return todo(global, args, out),
        Data::Stale(args) => return stale(global, args, out),
        Data::Add(args) => return add::run(global, args, out),
        Data::Import(args) => return import::run(global, args, out),
    };
    let sources = sources(global, out)?;
    let opened = open(&*sources, &request(project))?;
    let project = &opened.loaded.project;
    let report = match command {
        Data::Coverage { .. } => views::coverage(project),
        _ => views::summary(project),
    };
    out.report(&report, output)?;
    out.warnings(&opened.findings);
    Ok(Outcome::Done)
}

fn todo(global: &Global, args: &Todo, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let scored = open_scored(&*sources, &request(&args.project))?;
    let row = place(&scored.project, &args.place)?;
    let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
    out.report(&views::todo(subject, row), &args.output)?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

fn stale(global: &Global, args: &Stale, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let scored = open_scored(&*sources, &request(&args.project))?;
    let today = args.at.or(scored.project.as_of).ok_or_else(no_date)?;
    let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
    out.report(&views::stale(subject, today, args.older_than), &args.output)?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

/// Reports do not depend on the day they are made, so the clock is not asked.
fn no_date() -> Failure {
    let message = "the project has no as-of date to count from";
    let help = "say the day with --at, as in --at 2026-03-31";
    Diagnostic::new(Code("E0108"), message).help(help).into()
}
