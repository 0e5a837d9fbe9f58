//! `exacity compare`: places by what separates them, or rankings by how far they agree.

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Compare, Global};
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::{Scored, open_scored, place, request, sources};
use crate::cli::output::Out;
use crate::config::{self, Request};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::outrank;
use crate::report::views::{self, Ranked, Subject};
use crate::sources::Sources;
use indexmap::IndexMap;

pub(super) fn run(global: &Global, args: &Compare, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    if args.methods.is_empty() {
        places(&*sources, args, out)?;
    } else {
        rankings(&*sources, args, out)?;
    }
    Ok(Outcome::Done)
}

fn places(sources: &dyn Sources, args: &Compare, out: &Out) -> Result<(), Failure> {
    if args.places.len() < 2 {
        let message = "one place has nothing to be compared with";
        let help = "name two places or more, or rankings with `--methods`";
        return Err(Diagnostic::new(Code("E0111"), message).help(help).into());
    }
    let scored = open_scored(sources, &request(&args.project))?;
    let rows = rows(&scored, &args.places)?;
    let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
    out.report(&views::compare(subject, &rows), &args.output)
}

fn rows(scored: &Scored, wanted: &[String]) -> Result<Vec<usize>, Failure> {
    let mut rows = vec![];
    for wanted in wanted {
        let row = place(&scored.project, wanted)?;
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// What ranks the places: a method of the table, a script, or neither.
struct Ranker {
    name: String,
    method: String,
    strategy: String,
}

fn rankings(sources: &dyn Sources, args: &Compare, out: &Out) -> Result<(), Failure> {
    let scripts = config::strategies(sources).value.unwrap_or_default();
    let scripts: Vec<(String, String)> = scripts.into_iter().map(|s| (s.name, s.path)).collect();
    let rankers = rankers(&args.methods, &scripts)?;
    let mut scored = vec![];
    let mut failed: Option<Findings> = None;
    for ranker in &rankers {
        let request = Request {
            method: Some(ranker.method.clone()),
            strategy: Some(ranker.strategy.clone()),
            ..request(&args.project)
        };
        match open_scored(sources, &request) {
            Ok(one) => scored.push(one),
            Err(Failure::Found(findings)) => gather(&mut failed, findings),
            Err(other) => return Err(other),
        }
    }
    if let Some(findings) = failed {
        return Err(Failure::Found(findings));
    }
    let all: Vec<Ranked> = rankers
        .iter()
        .zip(&scored)
        .map(|(ranker, scored)| ranked(ranker, scored))
        .collect();
    let first = &scored[0];
    let shown = rows(first, &args.places)?;
    let league = &first.project.league;
    let shown: Vec<String> = shown
        .iter()
        .map(|&row| league[row].id.to_string())
        .collect();
    let names: IndexMap<String, String> = league
        .iter()
        .map(|place| (place.id.to_string(), place.name.clone()))
        .collect();
    let report = views::rankings("Rankings side by side", notes(first), &all, &names, &shown);
    out.report(&report, &args.output)?;
    out.warnings(&first.findings);
    Ok(())
}

/// Adds findings to those of another ranking, each once.
fn gather(all: &mut Option<Findings>, findings: Findings) {
    let Some(all) = all else {
        *all = Some(findings);
        return;
    };
    for finding in &findings.found {
        // Methods that stumble over the same cells need not list them again.
        let same = |other: &Diagnostic| {
            let cells = !finding.notes.is_empty() && other.notes == finding.notes;
            other.code == finding.code && (other.message == finding.message || cells)
        };
        if !all.found.iter().any(same) {
            all.found.push(finding.clone());
        }
    }
}

fn rankers(names: &[String], scripts: &[(String, String)]) -> Result<Vec<Ranker>, Failure> {
    let mut found = Findings::default();
    let mut all: Vec<Ranker> = vec![];
    for name in names.iter().map(|name| name.trim()) {
        let weighted = || "weighted".to_owned();
        let script = scripts
            .iter()
            .find(|(own, path)| own == name || path == name);
        let (method, strategy) = if name == "weighted" {
            (weighted(), weighted())
        } else if outrank::find(name).is_some() {
            (name.to_owned(), weighted())
        } else if let Some((_, path)) = script {
            (weighted(), path.clone())
        } else {
            found.found.push(unknown(name, scripts));
            continue;
        };
        if !all.iter().any(|one| one.name == name) {
            all.push(Ranker {
                name: name.to_owned(),
                method,
                strategy,
            });
        }
    }
    if found.found.has_errors() {
        return Err(Failure::Found(found));
    }
    Ok(all)
}

fn unknown(name: &str, scripts: &[(String, String)]) -> Diagnostic {
    let methods = outrank::METHODS.iter().map(|entry| entry.info.name);
    let scripts = scripts.iter().map(|(name, _)| name.as_str());
    let known: Vec<&str> = methods.chain(scripts).chain(["weighted"]).collect();
    Diagnostic::new(Code("E0303"), format!("`{name}` ranks no places"))
        .maybe_help(did_you_mean(name, known.iter().copied()))
        .note("`exacity list methods` and `exacity list strategies` show what does")
}

fn ranked(ranker: &Ranker, scored: &Scored) -> Ranked {
    let board = &scored.scoreboard.boards[0];
    let definition = match &board.method {
        Some(method) => format!("{} on {}", method.definition, method.on.word()),
        None => board.strategy.clone(),
    };
    let league = &scored.project.league;
    let rank = |one: &crate::score::RankedPlace| (league[one.place].id.to_string(), one.rank);
    Ranked {
        name: ranker.name.clone(),
        definition,
        ranks: board.ranking.iter().map(rank).collect(),
    }
}

/// Says what all rankings have in common.
fn notes(scored: &Scored) -> Vec<String> {
    let project = &scored.project;
    let mut parts = vec![project.name.clone()];
    if !project.profile.id.is_empty() {
        parts.push(format!("profile {}", project.profile.id));
    }
    parts.push(format!("weights {}", project.indices[0].weights));
    vec![parts.join(" · ")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_scripts_and_the_weighted_score_can_be_named() {
        let scripts = [("niche".to_owned(), "rules/niche.rhai".to_owned())];
        let names = ["topsis", "weighted", "niche", "rules/niche.rhai"].map(str::to_owned);
        let found = rankers(&names, &scripts).unwrap();
        let pairs: Vec<_> = found
            .iter()
            .map(|r| (r.method.as_str(), r.strategy.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("topsis", "weighted"),
                ("weighted", "weighted"),
                ("weighted", "rules/niche.rhai"),
                ("weighted", "rules/niche.rhai"),
            ]
        );
    }

    #[test]
    fn every_unknown_name_is_met_with_the_nearest() {
        let names = ["topsys", "vikor", "nich"].map(str::to_owned);
        let scripts = [("niche".to_owned(), "rules/niche.rhai".to_owned())];
        let Err(Failure::Found(findings)) = rankers(&names, &scripts) else {
            panic!("both are unknown");
        };
        let help: Vec<_> = findings.found.iter().flat_map(|d| &d.help).collect();
        assert_eq!(help, ["did you mean `topsis`?", "did you mean `niche`?"]);
    }
}
