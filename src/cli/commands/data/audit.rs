//! `exacity data audit`

use crate::audit::{Limits, audit};
use crate::cli::Outcome;
use crate::cli::args::{Audit, Global};
use crate::cli::commands::Ended;
use crate::cli::failure::Failure;
use crate::cli::open::{open_scored, request, sources};
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::project::Project;
use crate::report::views::{self, Subject};

pub(super) fn run(global: &Global, args: &Audit, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let scored = open_scored(&*sources, &request(&args.project))?;
    let (project, scoreboard) = (&scored.project, &scored.scoreboard);
    let at = index(project, args.index.as_deref())?;
    let limits = Limits {
        redundant: args.redundant,
        ..Limits::default()
    };
    let found = audit(
        project,
        &project.indices[at],
        &scoreboard.boards[at],
        &limits,
    );
    let subject = Subject::new(project, scoreboard, at);
    let report = views::audit(subject, &found, &limits, args.pairs);
    out.report(&report, &args.output)?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

/// Finds an index by id; the first unless one is named.
fn index(project: &Project, wanted: Option<&str>) -> Result<usize, Failure> {
    let Some(wanted) = wanted else { return Ok(0) };
    let ids = project.indices.iter().map(|index| index.id.as_str());
    let found = ids.clone().position(|id| id == wanted);
    found.ok_or_else(|| {
        Diagnostic::new(Code("E0106"), format!("there is no index `{wanted}`"))
            .maybe_help(did_you_mean(wanted, ids))
            .into()
    })
}
