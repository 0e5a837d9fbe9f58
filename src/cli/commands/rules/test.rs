//! `exacity rules test`

use super::{record, strategies};
use crate::cli::Outcome;
use crate::cli::args::{Global, RulesTest};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::sources;
use crate::cli::output::Out;
use crate::report::views::{self, Tested};
use crate::rules::testing;

pub(super) fn run(global: &Global, asked: &RulesTest, out: &Out) -> Ended {
    if asked.record {
        return record::run(global, asked, out);
    }
    let sources = sources(global, out)?;
    let (all, Findings { found, files }) = strategies(&*sources, &asked.names)?;
    if found.has_errors() {
        return Err(Failure::Found(Findings { found, files }));
    }
    let counts = asked.coverage || asked.threshold.is_some();
    let mut tested = vec![];
    for one in &all {
        let Some(rule) = &one.rule else { continue };
        let tests = one.tests.clone().unwrap_or_default();
        tested.push(Tested {
            strategy: one.name.clone(),
            outcomes: testing::run(rule, &tests),
            coverage: counts.then(|| testing::coverage(rule, &tests)),
        });
    }
    out.report(&views::rule_tests(&tested, &files), &asked.output)?;
    let short = asked
        .threshold
        .and_then(|threshold| views::shortfall(&tested, threshold));
    if let Some(short) = &short {
        out.talk(&format!("{short}\n"));
    }
    let failed = tested.iter().flat_map(|one| &one.outcomes);
    let failed = failed.filter(|outcome| outcome.failure.is_some()).count();
    Ok(if failed == 0 && short.is_none() {
        Outcome::Done
    } else {
        Outcome::No
    })
}
