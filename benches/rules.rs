//! Scripts beside the same rules written by hand: the interpreter, the fast path, and Rust.
//!
//! Thirty places under 100,000 draws, on one core: once the weights change with the draw, once
//! everything does. Times are advice, not gates: read the ratios printed at the end, whose times were
//! taken in turns. The gate is `instructions`.

#![allow(
    missing_docs,
    reason = "the macros of the harness make undocumented items"
)]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench takes times and prints them"
)]

use criterion::{Criterion, Throughput, criterion_group};
use shipped::{BLOCK, Case, Changes, PLACES, SCRIPTS, cases, compile, room};
use std::hint::black_box;
use std::time::Instant;

mod shipped;

/// Blocks that make about 100,000 draws.
const BLOCKS: usize = 391;
/// Rounds of the table; the median counts.
const ROUNDS: usize = 7;

fn ways(c: &mut Criterion) {
    for case in cases(Changes::Weights) {
        let mut group = c.benchmark_group(case.name);
        group.sample_size(10);
        group.throughput(Throughput::Elements((PLACES * BLOCK) as u64));
        let mut out = room();
        group.bench_function("interpreter", |b| {
            b.iter(|| case.block(black_box(&case.interpreter), &mut out));
        });
        group.bench_function("fast path", |b| {
            b.iter(|| case.block(black_box(&case.fast), &mut out));
        });
        group.bench_function("fast path by eights", |b| {
            b.iter(|| case.by_eights(black_box(&case.fast), &mut out));
        });
        let mut out = vec![0.0; PLACES * BLOCK];
        group.bench_function("by hand", |b| {
            b.iter(|| (case.by_hand)(black_box(&case.figures), &mut out));
        });
        group.finish();
    }
}

fn compilation(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    for (name, script) in SCRIPTS {
        group.bench_function(name, |b| b.iter(|| compile(name, black_box(script))));
    }
    group.finish();
}

/// Returns nanoseconds per evaluation of some blocks.
fn time(blocks: usize, mut run: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..blocks {
        run();
    }
    start.elapsed().as_secs_f64() * 1e9 / (blocks * BLOCK * PLACES) as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Times the ways in turns, so that a busy machine is busy for all of them.
fn compare(case: &Case) -> [f64; 4] {
    let (mut lanes, mut numbers) = (room(), vec![0.0; PLACES * BLOCK]);
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(time(1, || {
            case.block(black_box(&case.interpreter), &mut lanes);
        }));
        times[1].push(time(BLOCKS, || {
            case.block(black_box(&case.fast), &mut lanes);
        }));
        times[2].push(time(BLOCKS, || {
            case.by_eights(black_box(&case.fast), &mut lanes);
        }));
        times[3].push(time(BLOCKS, || {
            (case.by_hand)(black_box(&case.figures), &mut numbers);
        }));
    }
    times.map(median)
}

fn table(title: &str, changes: Changes) {
    println!(
        "\n{title}, {PLACES} places x {} draws, ns per evaluation",
        BLOCKS * BLOCK
    );
    println!(
        "              interpreter  fast  by eights  by hand  fast/hand  eights/hand  interpreter/fast"
    );
    for case in cases(changes) {
        let [slow, fast, eights, hand] = compare(&case);
        println!(
            "{:12} {slow:12.0} {fast:5.2} {eights:10.2} {hand:8.2} {:10.2} {:12.2} {:17.0}",
            case.name,
            fast / hand,
            eights / hand,
            slow / fast
        );
    }
}

criterion_group!(benches, ways, compilation);

fn main() {
    // `--table` alone prints the ratios, without the half hour of the harness.
    if !std::env::args().any(|word| word == "--table") {
        benches();
        Criterion::default().configure_from_args().final_summary();
    }
    table("Weights change", Changes::Weights);
    table("Everything changes", Changes::Everything);
}
