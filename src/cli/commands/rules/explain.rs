//! `exacity rules explain`

use super::{scored_with, strategies};
use crate::cli::Outcome;
use crate::cli::args::{Global, RulesExplain};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::{Scored, place, sources};
use crate::cli::output::Out;
use crate::config::{Request, StrategyFile};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::project::RuleUse;
use crate::report::views::{self, RulePair, RuleRun, Subject};
use crate::report::{Report, number};
use crate::rules::{Explanation, Seen, Table};
use crate::score::script_inputs;
use crate::sources::Sources;

pub(super) fn run(global: &Global, asked: &RulesExplain, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let (all, findings) = strategies(&*sources, std::slice::from_ref(&asked.name))?;
    if findings.found.has_errors() {
        return Err(Failure::Found(findings));
    }
    let one = &all[0];
    let first = Told::of(&*sources, one, asked, &asked.place, false)?;
    let second = match (&asked.other, asked.with.is_empty()) {
        (Some(other), _) => Some(Told::of(
            &*sources,
            one,
            asked,
            other,
            !asked.with.is_empty(),
        )?),
        (None, false) => Some(Told::of(&*sources, one, asked, &asked.place, true)?),
        (None, true) => None,
    };
    let (report, answered) = match (first, second) {
        (Ok(first), None) => (first.alone(), true),
        (Ok(first), Some(Ok(second))) => (first.beside(&second, asked), true),
        (Err(why), _) | (_, Some(Err(why))) => (why, false),
    };
    out.report(&report, &asked.output)?;
    Ok(if answered { Outcome::Done } else { Outcome::No })
}

/// A place as the strategy sees it, with what its functions did.
struct Told {
    scored: Scored,
    name: String,
    table: Table,
    runs: Vec<(&'static str, Explanation)>,
}

impl Told {
    /// Follows the functions of a strategy for a place; a report where it does not judge the place.
    fn of(
        sources: &dyn Sources,
        one: &StrategyFile,
        asked: &RulesExplain,
        wanted: &str,
        changed: bool,
    ) -> Result<Result<Self, Report>, Failure> {
        let with = asked.with.iter().filter(|_| changed);
        let with = with.map(|pair| format!("rule.{pair}"));
        let request = Request {
            profile: asked.profile.clone(),
            weights: asked.weights.clone(),
            sets: asked.set.iter().cloned().chain(with).collect(),
            ..Request::default()
        };
        let scored = scored_with(sources, one, &request)?;
        let at = place(&scored.project, wanted)?;
        let failed = |found: Diagnostics| {
            Failure::Found(Findings {
                found,
                files: scored.findings.files.clone(),
            })
        };
        let (mut runs, mut row_of_score) = (vec![], None);
        for function in ["eligible", "score"] {
            let Some(inputs) = script_inputs(&scored.project, 0, function).map_err(failed)? else {
                continue;
            };
            let Some(row) = inputs.places.iter().position(|p| *p == at) else {
                return Ok(Err(not_judged(&scored, at)));
            };
            let told = strategy(&scored).rule.explain(function, &inputs.table, row);
            runs.push((function, told.map_err(|fault| failed(alone(*fault)))?));
            row_of_score = Some(inputs.table.row(row));
        }
        let mut name = scored.project.league[at].name.clone();
        if changed {
            name = format!("{name} with {}", asked.with.join(", "));
        }
        Ok(Ok(Self {
            table: row_of_score.unwrap_or_default(),
            name,
            runs,
            scored,
        }))
    }

    fn subject(&self) -> Subject<'_> {
        Subject::new(&self.scored.project, &self.scored.scoreboard, 0)
    }

    fn runs(&self) -> Vec<RuleRun<'_>> {
        let runs = self.runs.iter();
        runs.map(|(function, told)| RuleRun {
            name: &self.name,
            function,
            told,
        })
        .collect()
    }

    fn alone(&self) -> Report {
        let files = &self.scored.findings.files;
        views::rule_steps(self.subject(), strategy(&self.scored), &self.runs(), files)
    }

    fn beside(&self, other: &Self, asked: &RulesExplain) -> Report {
        let (first, second) = (self.runs(), other.runs());
        let (Some(first), Some(second)) = (first.last(), second.last()) else {
            return not_judged(&self.scored, 0);
        };
        let rule = &strategy(&self.scored).rule;
        let differs = second.told.inputs.iter().filter_map(|input| {
            let Seen::Number(value) = input.value else {
                return None;
            };
            let name = (input.record.as_str(), input.field.as_str());
            let score = rule.score_with(&self.table, name, value);
            Some((input.record.clone(), input.field.clone(), score))
        });
        let alone: Vec<_> = differs.collect();
        let pair = RulePair {
            first: *first,
            second: *second,
            alone: &alone,
        };
        let files = &self.scored.findings.files;
        let mut report =
            views::rule_difference(self.subject(), strategy(&self.scored), &pair, files);
        if !asked.with.is_empty() {
            let given = strategy(&self.scored).params.iter();
            let given = given.map(|(name, value)| format!("{name} = {}", number::figure(*value)));
            let given: Vec<String> = given.collect();
            report
                .notes
                .push(format!("{} as it is: {}", self.name, given.join(", ")));
        }
        report
    }
}

fn strategy(scored: &Scored) -> &RuleUse {
    let strategy = scored.project.indices[0].strategy.as_ref();
    strategy.expect("the request names a strategy")
}

fn alone(fault: Diagnostic) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.push(fault);
    found
}

/// Says why the strategy has nothing to say of a place.
fn not_judged(scored: &Scored, at: usize) -> Report {
    let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
    let mut report = Report::new("rule-steps", subject.place(at).name.clone());
    report.notes.push(subject.setting());
    let why = subject.excluded(at).map(|out| &out.why);
    let why = why.map(|why| views::words::exclusion(&scored.project, why));
    report
        .notes
        .push(why.unwrap_or_else(|| "the strategy is not asked about it".to_owned()));
    report
}
