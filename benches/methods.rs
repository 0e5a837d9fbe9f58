//! Wall time of every ranking method at 1,000 x 10 and 100,000 x 10; those that compare every pair at 1,000 and
//! 10,000.
//!
//! Times are advice: read the ratio of two lines of one run. `benches/peers` compares with other packages.

#![allow(
    missing_docs,
    reason = "the macros of the harness make undocumented items"
)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use exacity::model::Decision;
use exacity::num::rng::LaneRng;
use exacity::outrank::METHODS;
use std::hint::black_box;
use std::time::Duration;

mod rankers;

/// Methods whose work grows with the square of the number of alternatives.
const QUADRATIC: &[&str] = &[
    "electre-i",
    "electre-ii",
    "electre-iii",
    "copeland",
    "multimoora",
    "probid",
    "sprobid",
    "benefit-of-the-doubt",
];

/// Returns a decision with values between 1 and 101 and equal weights.
fn decision(alternatives: usize) -> Decision {
    let mut rng = LaneRng::new(1, "bench decision", 0);
    let columns: Vec<Vec<f64>> = (0..rankers::CRITERIA)
        .map(|_| {
            (0..alternatives)
                .map(|_| 1.0 + 100.0 * rng.uniform()[0])
                .collect()
        })
        .collect();
    rankers::of(columns)
}

fn methods(c: &mut Criterion) {
    for (size, quadratic_too) in [(1_000, true), (10_000, true), (100_000, false)] {
        let decision = decision(size);
        let mut group = c.benchmark_group("methods");
        group
            .sample_size(10)
            .measurement_time(Duration::from_millis(500));
        group.warm_up_time(Duration::from_millis(100));
        for entry in METHODS {
            let name = entry.info.name;
            let quadratic = QUADRATIC.contains(&name);
            if quadratic != quadratic_too && size != 1_000 {
                continue;
            }
            // The distillations compare pairs again and again; more places are refused.
            if name == "electre-iii" && size > 1_000 {
                continue;
            }
            let method = rankers::method(name);
            group.bench_function(BenchmarkId::new(name, size), |b| {
                b.iter(|| method.rank(black_box(&decision)).expect("a ranking"));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, methods);
criterion_main!(benches);
