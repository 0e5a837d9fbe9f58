//! Wall time of the scoring loop, beside a loop written by hand that yields the same outputs.
//!
//! Times are advice, not gates: machines differ and are shared. Read the ratio of two lines of one
//! run. The gate is `instructions`.

use criterion::{Criterion, criterion_group, criterion_main};
use exacity::config::{Request, load};
use exacity::score::score;
use exacity::sources::builtin::BuiltinSources;
use std::hint::black_box;

mod synthetic;

fn one_ranking(c: &mut Criterion) {
    let project = synthetic::project(&synthetic::columns(40, 30));
    c.bench_function("40 places x 30 leaves", |b| {
        b.iter(|| score(black_box(&project)))
    });
}

fn many_places(c: &mut Criterion) {
    let columns = synthetic::columns(100_000, 12);
    let project = synthetic::project(&columns);
    let mut group = c.benchmark_group("100,000 places x 12 leaves");
    group.sample_size(20);
    group.bench_function("engine", |b| b.iter(|| score(black_box(&project))));
    group.bench_function("by hand", |b| {
        b.iter(|| synthetic::by_hand(black_box(&columns)))
    });
    group.finish();
}

fn shipped(c: &mut Criterion) {
    let of = |strategy: &str| {
        let request = Request {
            strategy: Some(strategy.to_owned()),
            ..Request::default()
        };
        load(&BuiltinSources, &request)
            .value
            .expect("the shipped project is valid")
            .project
    };
    let mut group = c.benchmark_group("shipped project");
    for strategy in ["weighted", "rules/niche.rhai"] {
        let project = of(strategy);
        group.bench_function(strategy, |b| b.iter(|| score(black_box(&project))));
    }
    group.bench_function("load and check", |b| {
        b.iter(|| load(black_box(&BuiltinSources), &Request::default()));
    });
    group.finish();
}

criterion_group!(benches, one_ranking, many_places, shipped);
criterion_main!(benches);
