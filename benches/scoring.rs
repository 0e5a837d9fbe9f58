//! Wall time of the scoring loop, beside a loop written by hand that yields the same outputs.
//!
//! Times are advice, not gates: machines differ and are shared. Read the ratio of two lines of one
//! run. The gate is `instructions`.

#![allow(
    missing_docs,
    reason = "the macros of the harness make undocumented items"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use exacity::config::{Request, load};
use exacity::diagnostics::FileId;
use exacity::project::RuleUse;
use exacity::rules::Rule;
use exacity::score::score;
use exacity::sources::builtin::BuiltinSources;
use indexmap::IndexMap;
use std::hint::black_box;
use std::sync::Arc;

mod synthetic;

/// What the engine does for [`synthetic::project`], as a loop somebody would write by hand: the normalised
/// matrix, the scores and the ranks ("1224").
fn by_hand(columns: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
    let places = columns[0].len();
    let total: f64 = (1..=columns.len()).map(|w| w as f64).sum();
    let normalised: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| {
            let low = column.iter().copied().fold(f64::INFINITY, f64::min);
            let high = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            column
                .iter()
                .map(|v| (v - low) / (high - low) * 100.0)
                .collect()
        })
        .collect();
    let mut scores = vec![0.0; places];
    for (position, column) in normalised.iter().enumerate() {
        let weight = (position + 1) as f64 / total;
        for (score, value) in scores.iter_mut().zip(column) {
            *score += weight * value;
        }
    }
    let mut order: Vec<usize> = (0..places).collect();
    order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut ranks = vec![0.0; places];
    for (at, &place) in order.iter().enumerate() {
        let tied = at > 0 && scores[order[at - 1]].total_cmp(&scores[place]).is_eq();
        ranks[place] = if tied {
            ranks[order[at - 1]]
        } else {
            (at + 1) as f64
        };
    }
    (normalised, scores, ranks)
}

fn one_ranking(c: &mut Criterion) {
    let project = synthetic::project(&synthetic::columns(40, 30));
    c.bench_function("40 places x 30 leaves", |b| {
        b.iter(|| score(black_box(&project)));
    });
}

fn many_places(c: &mut Criterion) {
    let columns = synthetic::columns(100_000, 12);
    let project = synthetic::project(&columns);
    let mut group = c.benchmark_group("100,000 places x 12 leaves");
    group.sample_size(20);
    group.bench_function("engine", |b| b.iter(|| score(black_box(&project))));
    group.bench_function("by hand", |b| b.iter(|| by_hand(black_box(&columns))));
    group.finish();
}

/// A rule of the size that planners write: a weighted mean with a bonus above a threshold.
const RULE: &str = r#"
fn meta() { #{ title: "Timed", version: 1 } }
fn score(part, weight) {
    let mean = weight.c0 * part.c0 + weight.c1 * part.c1 + weight.c2 * part.c2;
    if part.c0 > 60 { mean + (part.c0 - 60) / 4 } else { mean }
}
"#;

fn strategy(c: &mut Criterion) {
    let mut project = synthetic::project(&synthetic::columns(40, 3));
    let (rule, _) = Rule::compile(&FileId::new("timed.rhai"), RULE);
    project.indices[0].strategy = Some(RuleUse {
        name: "timed".to_owned(),
        rule: Arc::new(rule.expect("the rule is valid")),
        params: IndexMap::new(),
    });
    c.bench_function("Rhai strategy over 40 places", |b| {
        b.iter(|| score(black_box(&project)));
    });
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

criterion_group!(benches, one_ranking, many_places, strategy, shipped);
criterion_main!(benches);
