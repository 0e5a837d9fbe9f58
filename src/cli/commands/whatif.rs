//! `exacity whatif`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Global, ProjectArgs, Whatif};
use crate::cli::open::{open_scored, request, sources};
use crate::cli::output::Out;
use crate::config::Request;
use crate::diagnostics::{Code, Diagnostic};
use crate::report::views::{self, Run};

pub(super) fn run(global: &Global, args: &Whatif, out: &Out) -> Ended {
    let Whatif { project, output } = args;
    let changes = changes(project);
    if changes.is_empty() {
        let message = "there is nothing to change";
        let help = "say what with --set, --weights, --strategy or --method";
        return Err(Diagnostic::new(Code("E0108"), message).help(help).into());
    }
    let sources = sources(global, out)?;
    // The profile is not a change: both rankings are made under it.
    let unchanged = Request {
        profile: project.profile.clone(),
        ..Request::default()
    };
    let before = open_scored(&*sources, &unchanged)?;
    let after = open_scored(&*sources, &request(project))?;
    let report = views::whatif(
        Run {
            project: &before.project,
            scoreboard: &before.scoreboard,
        },
        Run {
            project: &after.project,
            scoreboard: &after.scoreboard,
        },
        &changes,
    );
    out.report(&report, output)?;
    out.warnings(&after.findings);
    Ok(Outcome::Done)
}

fn changes(project: &ProjectArgs) -> Vec<String> {
    let named = |word: &str, value: &Option<String>| value.as_ref().map(|v| format!("{word} {v}"));
    let weights = named("weights", &project.weights);
    let strategy = named("strategy", &project.strategy);
    let method = named("method", &project.method);
    let on = named("on", &project.on);
    let mut changes = project.set.clone();
    changes.extend(weights.into_iter().chain(strategy).chain(method).chain(on));
    changes
}
