//! `exacity data`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Data, Global};
use crate::cli::open::{open, request, sources};
use crate::cli::output::Out;
use crate::report::views;

pub(super) fn run(global: &Global, command: &Data, out: &Out) -> Ended {
    let (Data::Summary { project, output } | Data::Coverage { project, output }) = command;
    let sources = sources(global, out)?;
    let opened = open(&*sources, &request(project))?;
    let project = &opened.loaded.project;
    let report = match command {
        Data::Summary { .. } => views::summary(project),
        Data::Coverage { .. } => views::coverage(project),
    };
    out.report(&report, output)?;
    out.warnings(&opened.findings);
    Ok(Outcome::Done)
}
