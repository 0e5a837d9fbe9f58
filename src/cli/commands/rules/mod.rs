//! `exacity rules`

mod bench;
mod check;
mod defs;
mod docs;
mod explain;
mod new;
mod record;
mod test;

use super::Ended;
use crate::cli::again;
use crate::cli::args::{Global, Rules};
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::{Scored, open_scored};
use crate::cli::output::Out;
use crate::config::{self, Request, StrategyFile};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::sources::Sources;

pub(super) fn run(global: &Global, command: &Rules, out: &Out) -> Ended {
    match command {
        Rules::New { name, like } => new::run(global, name, like.as_deref(), out),
        Rules::Check(asked) => {
            again::whenever(asked.watch, global, out, &|| check::run(global, asked, out))
        }
        Rules::Test(asked) => {
            again::whenever(asked.watch, global, out, &|| test::run(global, asked, out))
        }
        Rules::Explain(asked) => explain::run(global, asked, out),
        Rules::Bench(asked) => bench::run(global, asked, out),
        Rules::Docs(asked) => docs::run(global, asked, out),
        Rules::Defs { tests, out: file } => defs::run(*tests, file.as_deref(), out),
    }
}

/// Reads the strategies named, or all, with everything found in them.
fn strategies(
    sources: &dyn Sources,
    names: &[String],
) -> Result<(Vec<StrategyFile>, Findings), Failure> {
    let read = config::strategies(sources);
    let mut all = read.value.unwrap_or_default();
    for name in names {
        if !all.iter().any(|one| is_named(one, name)) {
            return Err(unknown(&all, name).into());
        }
    }
    let mut found = read.diagnostics;
    if !names.is_empty() {
        all.retain(|one| names.iter().any(|name| is_named(one, name)));
        found = only_in(found, &all);
    }
    let files = read.files;
    Ok((all, Findings { found, files }))
}

fn is_named(one: &StrategyFile, name: &str) -> bool {
    one.name == name || one.path == name
}

fn unknown(all: &[StrategyFile], name: &str) -> Diagnostic {
    let known: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    Diagnostic::new(Code("E0106"), format!("there is no strategy `{name}`"))
        .maybe_help(did_you_mean(name, known.iter().copied()))
        .note("strategies are the files rules/*.rhai")
}

fn only_in(found: Diagnostics, chosen: &[StrategyFile]) -> Diagnostics {
    let mut kept = Diagnostics::new();
    kept.extend(found.into_iter().filter(|diagnostic| {
        let file = diagnostic.span().map(|span| span.file.as_str().to_owned());
        file.is_none_or(|file| {
            let is_its =
                |one: &StrategyFile| one.path == file || one.test_path.as_ref() == Some(&file);
            chosen.iter().any(is_its)
        })
    }));
    kept
}

/// Scores the project of its default profile with a strategy.
///
/// A strategy that the project uses keeps the parameters that the project gives it.
fn scored_with(
    sources: &dyn Sources,
    one: &StrategyFile,
    request: &Request,
) -> Result<Scored, Failure> {
    let own = config::load(sources, request).value.is_some_and(|loaded| {
        let used = loaded.project.indices[0].strategy.as_ref();
        used.is_some_and(|strategy| strategy.rule.file().as_str() == one.path)
    });
    let strategy = (!own).then(|| one.path.clone());
    open_scored(
        sources,
        &Request {
            strategy,
            ..request.clone()
        },
    )
}
