//! `exacity rules check`

use super::{only_in, scored_with, strategies};
use crate::cli::Outcome;
use crate::cli::args::{CheckFormat, Global, RulesCheck};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::{Scored, sources};
use crate::cli::output::Out;
use crate::cli::render;
use crate::config::{Request, StrategyFile};
use crate::diagnostics::{Diagnostics, Severity};
use crate::report::views::words::counted;
use crate::rules::Coverage;
use crate::score::{Exclusion, script_inputs};
use serde_json::json;
use std::fmt::Write as _;

pub(super) fn run(global: &Global, asked: &RulesCheck, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let (all, read) = strategies(&*sources, &asked.names)?;
    let Findings {
        mut found,
        mut files,
    } = read;
    let mut judged = vec![];
    for one in all.iter().filter(|one| one.rule.is_some()) {
        match scored_with(&*sources, one, &Request::default()) {
            Ok(scored) => {
                judged.push(judges(one, &scored));
                found.extend(untaken(&scored));
                // Warnings about data and settings belong to `exacity check`.
                found.extend(only_in(scored.findings.found, std::slice::from_ref(one)));
                files.extend(scored.findings.files);
            }
            Err(Failure::Found(findings)) => {
                found.extend(findings.found);
                files.extend(findings.files);
            }
            Err(other) => return Err(other),
        }
    }
    let mut text = render::findings(&found, &files, asked.format, out.screen());
    for one in &judged {
        match asked.format {
            CheckFormat::Text => text.push_str(&one.words()),
            CheckFormat::Json => {
                let _ = writeln!(text, "{}", one.json());
            }
            CheckFormat::Github | CheckFormat::Sarif | CheckFormat::Junit => {}
        }
    }
    out.data(&text)?;
    Ok(match found.count(Severity::Error) {
        0 => Outcome::Done,
        _ => Outcome::No,
    })
}

/// How many places a strategy can judge, of those that hold enough to be ranked.
struct Judged<'a> {
    strategy: &'a StrategyFile,
    places: usize,
    of: usize,
}

fn judges<'a>(strategy: &'a StrategyFile, scored: &Scored) -> Judged<'a> {
    let board = &scored.scoreboard.boards[0];
    let not_judged = board
        .excluded
        .iter()
        .filter(|out| matches!(out.why, Exclusion::NotJudged(_) | Exclusion::NotEligible));
    let places = board.ranking.len();
    Judged {
        strategy,
        places,
        of: places + not_judged.count(),
    }
}

impl Judged<'_> {
    fn words(&self) -> String {
        let of = counted(self.of, "place");
        format!("{} judges {} of {of}\n", self.strategy.path, self.places)
    }

    fn json(&self) -> serde_json::Value {
        json!({ "strategy": self.strategy.path, "judges": self.places, "of": self.of })
    }
}

/// Warns of the ways through a script that no place takes, unless it judges nobody at all.
fn untaken(scored: &Scored) -> Diagnostics {
    let mut coverage = None;
    for function in ["eligible", "score"] {
        let strategy = scored.project.indices[0].strategy.as_ref();
        // What ends the preparation here has ended scoring before.
        let inputs = script_inputs(&scored.project, 0, function).ok().flatten();
        if let Some((strategy, inputs)) = strategy.zip(inputs).filter(|(_, i)| i.table.rows > 0) {
            let rule = &strategy.rule;
            let all = coverage.get_or_insert_with(|| Coverage::new(rule));
            all.add(rule, function, &inputs.table);
        }
    }
    coverage.map_or_else(Diagnostics::new, |all| all.untaken())
}
