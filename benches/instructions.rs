//! Instruction counts of the scoring loop, of the kernel that draws weights, and of the one that runs
//! scripts: the gate that keeps them from getting slower unnoticed.
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

use exacity::num::lanes::Lane;
use exacity::project::Project;
use exacity::robustness::{Additive, Collect, Control, Outcome as Drawn, Plan, Sampler, Vary, run};
use exacity::score::{Scoreboard, score};
use gungraun::{
    Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use shipped::{Case, Changes, cases, room};
use std::hint::black_box;

#[allow(
    dead_code,
    reason = "what is written by hand beside the scripts is for `rules`"
)]
mod shipped;
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

/// Thirty places, twelve leaves, uniform weights: rank acceptability and central weights.
fn study() -> (Additive, Sampler, Plan) {
    let columns = synthetic::columns(30, 12);
    let row = |place: usize| columns.iter().map(|column| column[place]).collect();
    let rows: Vec<Vec<f64>> = (0..30).map(row).collect();
    let plan = Plan {
        collect: Collect {
            pairs: false,
            scores: false,
        },
        ..Plan::new(8_192, 1)
    };
    let scorer = Additive::new(&rows).expect("complete rows");
    let sampler = Sampler::flat(&Vary::Uniform { count: 12 }).expect("twelve weights");
    (scorer, sampler, plan)
}

#[library_benchmark(config = at_most(DRAWS))]
#[bench::one(study())]
fn draws((scorer, sampler, plan): (Additive, Sampler, Plan)) -> Option<Drawn> {
    run(&scorer, &sampler, black_box(&plan), &Control::default()).ok()
}

/// The largest shipped strategy over 30 places, 256 draws of everything it reads, past its sample of
/// comparisons with the interpreter.
fn script() -> (Case, Vec<Lane>) {
    let mut cases = cases(Changes::Everything);
    let at = cases.iter().position(|case| case.name == "niche");
    let case = cases.swap_remove(at.expect("it is shipped"));
    let mut out = room();
    case.block(&case.fast, &mut out);
    (case, out)
}

#[library_benchmark(config = at_most(SCRIPT))]
#[bench::one(script())]
fn strategy((case, mut out): (Case, Vec<Lane>)) -> (Case, Vec<Lane>) {
    case.block(black_box(&case.fast), &mut out);
    (case, out)
}

// Counted 207,805 and 5,411,786; 8,875,658 and 2,553,616.
const RANKING: u64 = 218_200;
const MANY_PLACES: u64 = 5_682_400;
const DRAWS: u64 = 9_319_400;
const SCRIPT: u64 = 2_681_300;

library_benchmark_group!(
    name = loops,
    benchmarks = [ranking, many_places, draws, strategy]
);
main!(library_benchmark_groups = loops);
