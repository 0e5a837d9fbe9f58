//! Instruction counts of the scoring loop: the gate that keeps it from getting slower unnoticed.
//!
//! Counts do not depend on the load of the machine, so a limit can be tight. Each limit is the count
//! recorded with the toolchain of `rust-toolchain.toml`, plus 5 %. After a deliberate change, run
//! `cargo bench --bench instructions`, read the new counts, and write them here with the reason in
//! the commit message.

#![allow(
    missing_docs,
    clippy::exit,
    reason = "the macros of the harness need both"
)]

use exacity::project::Project;
use exacity::score::{Scoreboard, score};
use gungraun::{
    Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use std::hint::black_box;

mod synthetic;

/// Returns a configuration that fails above a count of instructions, and skips the simulation of
/// caches, which nobody reads here.
fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut callgrind = Callgrind::with_args(["--cache-sim=no"]);
    callgrind.hard_limits([(EventKind::Ir, instructions)]);
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(callgrind);
    config
}

fn league(places: usize, leaves: usize) -> Project {
    synthetic::project(&synthetic::columns(places, leaves))
}

type Outcome = (
    Project,
    Result<Scoreboard, exacity::diagnostics::Diagnostics>,
);

// The project is returned so that dropping it is not counted.
#[library_benchmark(config = at_most(RANKING))]
#[bench::one(league(40, 30))]
fn ranking(project: Project) -> Outcome {
    let board = score(black_box(&project));
    (project, board)
}

#[library_benchmark(config = at_most(MANY_PLACES))]
#[bench::one(league(10_000, 12))]
fn many_places(project: Project) -> Outcome {
    let board = score(black_box(&project));
    (project, board)
}

// Provisional: twice the counts of the first scoring loop. Ranking methods, formulas and leaner counts have
// joined it since; record the new counts times 1.05 as soon as they have been read on a quiet machine.
const RANKING: u64 = 546_000;
const MANY_PLACES: u64 = 36_350_000;

library_benchmark_group!(name = scoring, benchmarks = [ranking, many_places]);
main!(library_benchmark_groups = scoring);
