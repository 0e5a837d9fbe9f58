//! Nanoseconds per draw of the robustness kernels: 30 places, 12 leaf weights, one thread.
#![expect(clippy::unwrap_used, reason = "fixed inputs")]
#![allow(
    missing_docs,
    reason = "the macros of criterion make functions without documentation"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use exacity::num::rng::LaneRng;
use exacity::robustness::{
    Additive, BatchScorer, Collect, Control, Geometric, Plan, Sampler, Topsis, Vary, run,
};
use std::hint::black_box;

const PLACES: usize = 30;
const LEAVES: usize = 12;
const DRAWS: u64 = 65_536;

fn matrix() -> Vec<Vec<f64>> {
    let mut rng = LaneRng::new(1, "bench matrix", 0);
    let mut one = || 0.05 + 0.95 * rng.uniform()[0];
    (0..PLACES)
        .map(|_| (0..LEAVES).map(|_| one()).collect())
        .collect()
}

fn bench<S: BatchScorer>(
    c: &mut Criterion,
    name: &str,
    scorer: &S,
    sampler: &Sampler,
    collect: Collect,
    portable: bool,
) {
    let plan = Plan {
        collect,
        ..Plan::new(DRAWS, 1)
    };
    let control = Control {
        portable,
        ..Control::default()
    };
    let mut group = c.benchmark_group("robustness");
    group
        .throughput(Throughput::Elements(DRAWS))
        .sample_size(20);
    group.bench_function(name, |b| {
        b.iter(|| run(black_box(scorer), sampler, &plan, &control));
    });
    group.finish();
}

fn all(c: &mut Criterion) {
    let values = matrix();
    let ranks = Collect {
        pairs: false,
        scores: false,
    };
    let pairs = Collect {
        pairs: true,
        scores: false,
    };
    let everything = Collect::default();
    let uniform = Sampler::flat(&Vary::Uniform { count: LEAVES }).unwrap();
    let around = Vary::Around {
        shares: vec![1.0; LEAVES],
        concentration: 60.0,
    };
    let around = Sampler::flat(&around).unwrap();
    let additive = Additive::new(&values).unwrap();
    bench(c, "additive/ranks", &additive, &uniform, ranks, false);
    bench(
        c,
        "additive/ranks/portable",
        &additive,
        &uniform,
        ranks,
        true,
    );
    bench(c, "additive/pairs", &additive, &uniform, pairs, false);
    bench(c, "additive/all", &additive, &uniform, everything, false);
    bench(
        c,
        "additive/all/dirichlet",
        &additive,
        &around,
        everything,
        false,
    );
    let missing: Vec<Vec<Option<f64>>> = values
        .iter()
        .enumerate()
        .map(|(p, row)| {
            row.iter()
                .enumerate()
                .map(|(l, &v)| (l != p % 9).then_some(v))
                .collect()
        })
        .collect();
    let reweighted = Additive::with_missing(&missing).unwrap();
    bench(c, "reweighted/ranks", &reweighted, &uniform, ranks, false);
    let mut twins = values.clone();
    twins.swap_remove(7);
    twins.push(values[3].clone());
    let twins = Additive::new(&twins).unwrap();
    bench(
        c,
        "additive/ranks/two equal places",
        &twins,
        &uniform,
        ranks,
        false,
    );
    bench(
        c,
        "geometric/ranks",
        &Geometric::new(&values).unwrap(),
        &uniform,
        ranks,
        false,
    );
    bench(
        c,
        "topsis/ranks",
        &Topsis::new(&values, &[false; LEAVES]).unwrap(),
        &uniform,
        ranks,
        false,
    );
}

criterion_group!(benches, all);
criterion_main!(benches);
