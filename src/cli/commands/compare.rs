//! `exacity compare`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Compare, Global};
use crate::cli::open::{open_scored, place, request, sources};
use crate::cli::output::Out;
use crate::report::views::{self, Subject};

pub(super) fn run(global: &Global, args: &Compare, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let scored = open_scored(&*sources, &request(&args.project))?;
    let mut rows = vec![];
    for wanted in &args.places {
        let row = place(&scored.project, wanted)?;
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
    out.report(&views::compare(subject, &rows), &args.output)?;
    Ok(Outcome::Done)
}
