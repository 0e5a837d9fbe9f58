//! `exacity rules bench`
#![allow(
    clippy::disallowed_methods,
    reason = "the one command that is about time"
)]

mod by_hand;
mod twin;

use super::{scored_with, strategies};
use crate::cli::Outcome;
use crate::cli::args::{Global, RulesBench};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::sources;
use crate::cli::output::Out;
use crate::config::{Request, StrategyFile};
use crate::num::lanes::{LANES, Lane};
use crate::report::views::{RuleTimes, Speed, rule_times};
use crate::rules::{Argument, Drawn, Draws, Field, Rule, Table, Trust};
use crate::score::script_inputs;
use crate::sources::Sources;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use twin::Twin;

/// How long each way runs in each round.
const ROUND: Duration = Duration::from_millis(20);
/// Rounds, in which the ways take turns; the quickest counts, for nothing but the machine slows one down.
const ROUNDS: usize = 5;
/// Draws that a block holds, in chunks of eight.
const CHUNKS: usize = 32;
const DRAWS: usize = CHUNKS * LANES;

pub(super) fn run(global: &Global, asked: &RulesBench, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let (all, findings) = strategies(&*sources, &asked.names)?;
    if findings.found.has_errors() {
        return Err(Failure::Found(findings));
    }
    let request = Request {
        profile: asked.profile.clone(),
        ..Request::default()
    };
    let times: Result<Vec<_>, _> = all
        .iter()
        .map(|one| timed(&*sources, one, &request))
        .collect();
    out.report(&rule_times(&times?), &asked.output)?;
    Ok(Outcome::Done)
}

/// Times a strategy on the places that it judges.
fn timed(
    sources: &dyn Sources,
    one: &StrategyFile,
    request: &Request,
) -> Result<RuleTimes, Failure> {
    let scored = scored_with(sources, one, request)?;
    let failed = |found| {
        Failure::Found(Findings {
            found,
            files: scored.findings.files.clone(),
        })
    };
    let inputs = script_inputs(&scored.project, 0, "score").map_err(failed)?;
    let mut times = RuleTimes {
        strategy: one.name.clone(),
        places: inputs.as_ref().map_or(0, |inputs| inputs.table.rows),
        slow: None,
        speed: None,
    };
    let strategy = scored.project.indices[0].strategy.as_ref();
    let Some((strategy, inputs)) = strategy.zip(inputs).filter(|(_, i)| i.table.rows > 0) else {
        return Ok(times);
    };
    let rule = &strategy.rule;
    times.slow = rule.is_fast("score").err().map(|why| why.reason);
    let twin = Twin::of(&one.name, rule, &inputs.table, DRAWS);
    times.speed = speeds(rule, &inputs.table, twin.as_ref());
    Ok(times)
}

/// Takes the times of all ways in turns, so that a busy machine is busy for each of them.
fn speeds(rule: &Arc<Rule>, table: &Table, twin: Option<&Twin>) -> Option<Speed> {
    let trusting = |trust| {
        Rule::compile(rule.file(), rule.source())
            .0
            .map(|r| r.trusting(trust))
    };
    let (slow, fast) = (trusting(Trust::Never)?, trusting(Trust::Sample)?);
    let drawn = drawn(rule, table);
    let draws = Draws::new(
        &Arc::new(trusting(Trust::Sample)?),
        "score",
        table.clone(),
        &drawn,
    );
    let draws = draws.ok()?;
    let inputs = lanes(&drawn, table);
    let mut out: Vec<Lane> = vec![[0.0; LANES]; table.rows * CHUNKS];
    let mut written = vec![0.0; table.rows * DRAWS];
    let mut rounds: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0].push(time(1, || {
            black_box(Rule::compile(rule.file(), black_box(rule.source())));
        }));
        rounds[1].push(time(table.rows, || {
            black_box(slow.numbers("score", black_box(table)));
        }));
        rounds[2].push(time(table.rows, || {
            black_box(fast.numbers("score", black_box(table)));
        }));
        rounds[3].push(time(table.rows * DRAWS, || {
            draws.run(black_box(&inputs), CHUNKS, &mut out);
        }));
        if let Some(twin) = twin {
            rounds[4].push(time(table.rows * DRAWS, || {
                black_box(twin).run(&mut written);
            }));
        }
    }
    // A twin that says something else is no measure of this rule.
    let same = twin.is_some() && agree(&out, &written, table.rows);
    let [compile, interpreter, ranking, draws, by_hand] = rounds.map(quickest);
    Some(Speed {
        compile,
        interpreter,
        ranking,
        draws,
        by_hand: same.then_some(by_hand),
    })
}

/// Returns nanoseconds per evaluation of something that makes so many of them at once.
fn time(evaluations: usize, mut run: impl FnMut()) -> f64 {
    // Once for caches, and for the sample that is compared with the interpreter.
    run();
    let (start, mut times) = (Instant::now(), 0.0);
    while times < 1.0 || start.elapsed() < ROUND {
        run();
        times += 1.0;
    }
    start.elapsed().as_secs_f64() * 1e9 / (times * evaluations as f64)
}

/// Says whether both give the same scores; every draw has the same inputs, so one of each place tells.
fn agree(fast: &[Lane], written: &[f64], places: usize) -> bool {
    let scores = fast.chunks(CHUNKS).map(|lanes| lanes[0][0]);
    let pairs = scores.zip(&written[..places]);
    pairs
        .into_iter()
        .all(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(1.0))
}

fn quickest(times: Vec<f64>) -> f64 {
    times.into_iter().fold(f64::INFINITY, f64::min)
}

/// Returns what studies of robustness draw: parts and weights, per place.
fn drawn(rule: &Rule, table: &Table) -> Vec<Drawn> {
    let reads = rule.reads("score").into_iter();
    let drawn = reads.map(|read| Drawn {
        record: read.record,
        field: read.field,
        per_place: true,
    });
    drawn.filter(|one| column(one, table).is_some()).collect()
}

/// Returns the numbers that stand for something drawn; `None` for what studies do not draw.
fn column<'a>(one: &Drawn, table: &'a Table) -> Option<&'a [f64]> {
    if !matches!(one.record.as_str(), "part" | "weight") {
        return None;
    }
    match table.arguments.get(&one.record)? {
        Argument::Record(fields) => match fields.get(&one.field)? {
            Field::Numbers(values) => Some(values),
            _ => None,
        },
        Argument::Field(_) => None,
    }
}

/// Returns a block in which every draw is as the places stand: the time does not depend on the numbers.
fn lanes(drawn: &[Drawn], table: &Table) -> Vec<Lane> {
    let columns = drawn.iter().filter_map(|one| column(one, table));
    let values = columns.flatten();
    values
        .flat_map(|&value| std::iter::repeat_n([value; LANES], CHUNKS))
        .collect()
}
