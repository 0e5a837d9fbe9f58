//! Same inputs, same bytes: for any number of threads, any vector width, and after an interruption.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use exacity::num::rng::{BLOCK_DRAWS, LaneRng};
use exacity::robustness::batch::OneByOne;
use exacity::robustness::{
    Additive, BatchScorer, Collect, Control, Geometric, Noisy, Outcome, Plan, RobustnessError,
    Sampler, Stopped, Summary, Topsis, Vary, run,
};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Made-up values from 0.05 to 1.
fn matrix(places: usize, leaves: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = LaneRng::new(seed, "test matrix", 0);
    let mut one = || 0.05 + 0.95 * rng.uniform()[0];
    (0..places)
        .map(|_| (0..leaves).map(|_| one()).collect())
        .collect()
}

fn uniform(count: usize) -> Sampler {
    Sampler::flat(&Vary::Uniform { count }).unwrap()
}

fn draw<S: BatchScorer + ?Sized>(scorer: &S, sampler: &Sampler, draws: u64) -> Outcome {
    run(scorer, sampler, &Plan::new(draws, 5), &Control::default()).unwrap()
}

/// Counts by the plainest code there is.
fn by_hand(values: &[Vec<f64>], draws: &[Vec<f64>]) -> (Vec<u64>, Vec<u64>) {
    let places = values.len();
    let (mut ranks, mut wins) = (vec![0; places * places], vec![0; places * places]);
    for draw in 0..draws[0].len() {
        let score = |row: &Vec<f64>| row.iter().zip(draws).fold(0.0, |s, (v, w)| s + w[draw] * v);
        let scores: Vec<f64> = values.iter().map(score).collect();
        for (a, own) in scores.iter().enumerate() {
            let above = scores.iter().filter(|other| *other > own).count();
            ranks[above * places + a] += 1;
            for (b, other) in scores.iter().enumerate() {
                wins[a * places + b] += u64::from(own > other);
            }
        }
    }
    (ranks, wins)
}

#[test]
fn counts_equal_those_of_plain_code_for_any_number_of_places() {
    // Both key layouts, the path beyond 64 places, one place, and draws that end within a lane.
    for places in [1, 2, 7, 31, 32, 33, 64, 65, 90] {
        let (values, sampler) = (matrix(places, 5, 3), uniform(5));
        let outcome = draw(&Additive::new(&values).unwrap(), &sampler, 501);
        let (ranks, wins) = by_hand(&values, &sampler.draws(5, 0, 501));
        assert_eq!(outcome.tally.ranks, ranks, "{places} places");
        assert_eq!(outcome.tally.wins, Some(wins), "{places} places");
        assert_eq!((outcome.made, outcome.tally.draws), (501, 501));
    }
}

#[test]
fn equal_places_share_the_better_rank_and_beat_nobody() {
    let mut values = matrix(6, 4, 8);
    values[4] = values[1].clone();
    values[5] = values[1].clone();
    let sampler = uniform(4);
    let outcome = draw(&Additive::new(&values).unwrap(), &sampler, 2003);
    let (ranks, wins) = by_hand(&values, &sampler.draws(5, 0, 2003));
    assert_eq!(
        (&outcome.tally.ranks, outcome.tally.wins.as_ref()),
        (&ranks, Some(&wins))
    );
    for rank in 0..6 {
        assert_eq!(
            outcome.tally.rank_count(1, rank),
            outcome.tally.rank_count(4, rank)
        );
    }
    let summary = Summary::of(&outcome.tally);
    assert!(summary.pairwise.as_ref().unwrap()[1][4].abs() < 1e-15);
    assert_eq!(summary.tie_groups(&[1, 4, 5], 0.95).unwrap().len(), 1);
}

#[test]
fn places_that_are_equal_throughout_are_all_first() {
    let outcome = draw(
        &Additive::new(&vec![vec![0.5, 0.5]; 3]).unwrap(),
        &uniform(2),
        100,
    );
    assert_eq!(outcome.tally.ranks, [100, 100, 100, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn scores_nearer_than_the_resolution_of_keys_are_told_apart() {
    // The range is a million wide, the two scores differ by a hundred-millionth.
    let values = [vec![0.0, 1e-8], vec![0.0, 0.0], vec![1e6, 1e6]];
    let outcome = draw(&Additive::new(&values).unwrap(), &uniform(2), 800);
    assert_eq!(outcome.tally.ranks, [0, 0, 800, 800, 0, 0, 0, 800, 0]);
}

fn on_threads(threads: usize, scorer: &Additive, plan: &Plan) -> Outcome {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| run(scorer, &uniform(4), plan, &Control::default()).unwrap())
}

#[test]
fn one_two_three_and_eight_threads_give_the_same_bits() {
    let scorer = Additive::new(&matrix(8, 4, 1)).unwrap();
    let plan = Plan::new(2 * BLOCK_DRAWS + 11, 9);
    let alone = on_threads(1, &scorer, &plan);
    assert_eq!(alone.stopped, Stopped::Complete);
    for threads in [2, 3, 8] {
        assert_eq!(
            on_threads(threads, &scorer, &plan),
            alone,
            "{threads} threads"
        );
    }
}

#[test]
fn narrow_and_wide_vectors_give_the_same_bits() {
    let values = matrix(40, 12, 2);
    let around = Vary::Around {
        shares: vec![1.0; 12],
        concentration: 30.0,
    };
    let errors = vec![vec![0.05; 12]; 40];
    let missing = values.iter().enumerate().map(|(place, row)| {
        let cell = |(leaf, &v): (usize, &f64)| (leaf % 5 != place % 7).then_some(v);
        row.iter().enumerate().map(cell).collect()
    });
    let missing: Vec<Vec<Option<f64>>> = missing.collect();
    let scorers: [(Box<dyn BatchScorer>, Sampler); 5] = [
        (Box::new(Additive::new(&values).unwrap()), uniform(12)),
        (
            Box::new(Additive::with_missing(&missing).unwrap()),
            Sampler::flat(&around).unwrap(),
        ),
        (
            Box::new(Geometric::new(&values).unwrap()),
            Sampler::flat(&around).unwrap(),
        ),
        (
            Box::new(Topsis::new(&values, &[false; 12]).unwrap()),
            uniform(12),
        ),
        (
            Box::new(Noisy::new(&values, &errors).unwrap()),
            uniform(12).with_normals(40),
        ),
    ];
    let plan = Plan::new(3000, 4);
    for (number, (scorer, sampler)) in scorers.iter().enumerate() {
        let portable = Control {
            portable: true,
            ..Control::default()
        };
        let narrow = run(scorer.as_ref(), sampler, &plan, &portable).unwrap();
        let wide = run(scorer.as_ref(), sampler, &plan, &Control::default()).unwrap();
        assert_eq!(narrow, wide, "scorer {number}");
    }
    // Once more where the scorer itself is part of the loop that is compiled twice.
    let (scorer, sampler) = (Additive::new(&values).unwrap(), uniform(12));
    let portable = Control {
        portable: true,
        ..Control::default()
    };
    let narrow = run(&scorer, &sampler, &plan, &portable).unwrap();
    assert_eq!(
        narrow,
        run(&scorer, &sampler, &plan, &Control::default()).unwrap()
    );
}

#[test]
fn an_interrupted_run_equals_a_shorter_one() {
    let scorer = Additive::new(&matrix(5, 3, 6)).unwrap();
    let (stop, blocks) = (AtomicBool::new(false), AtomicU64::new(0));
    let watch = |_| {
        if blocks.fetch_add(1, Ordering::Relaxed) == 2 {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control {
        cancelled: Some(&stop),
        progress: Some(&watch),
        portable: false,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let plan = Plan::new(20 * BLOCK_DRAWS, 5);
    let broken = pool.install(|| run(&scorer, &uniform(3), &plan, &control).unwrap());
    assert_eq!(
        (broken.stopped, broken.made),
        (Stopped::Cancelled, 3 * BLOCK_DRAWS)
    );
    let shorter = draw(&scorer, &uniform(3), 3 * BLOCK_DRAWS);
    assert_eq!(broken.tally, shorter.tally);
    assert_eq!(
        (broken.requested, shorter.requested),
        (20 * BLOCK_DRAWS, 3 * BLOCK_DRAWS)
    );
}

#[test]
fn a_run_that_is_stopped_at_once_has_no_draws_and_no_crash() {
    let stop = AtomicBool::new(true);
    let control = Control {
        cancelled: Some(&stop),
        ..Control::default()
    };
    let scorer = Additive::new(&matrix(5, 3, 6)).unwrap();
    let outcome = run(&scorer, &uniform(3), &Plan::new(100, 1), &control).unwrap();
    assert_eq!((outcome.made, outcome.tally.draws), (0, 0));
    assert_eq!(Summary::of(&outcome.tally).places[0].rank_p50, 0);
}

#[test]
fn until_stops_at_the_first_block_that_is_precise_enough_on_any_number_of_threads() {
    let scorer = Additive::new(&matrix(3, 4, 6)).unwrap();
    // Half a block more than enough: sqrt(1/4 / 65,536) is 0.00195, two blocks reach 0.00138.
    let plan = Plan {
        until: Some(0.0015),
        ..Plan::new(6 * BLOCK_DRAWS, 5)
    };
    let alone = on_threads(1, &scorer, &plan);
    assert_eq!(alone.stopped, Stopped::Precise);
    assert!(alone.made <= 2 * BLOCK_DRAWS && alone.tally.largest_standard_error() <= 0.0015);
    assert_eq!(on_threads(3, &scorer, &plan), alone);
}

#[test]
fn draws_without_a_score_are_counted_apart_with_the_first_of_them() {
    let scorer = OneByOne {
        ranges: vec![(0.0, 1.0); 2],
        leaves: 2,
        score: |weights: &[f64], out: &mut [f64]| {
            out[0] = if weights[0] < 0.25 {
                f64::NAN
            } else {
                weights[0]
            };
            out[1] = weights[1];
        },
    };
    let outcome = draw(&scorer, &uniform(2), 4003);
    let weights = &uniform(2).draws(5, 0, 4003)[0];
    let undefined = weights.iter().filter(|w| **w < 0.25).count() as u64;
    assert_eq!(outcome.tally.undefined, undefined);
    assert_eq!(outcome.tally.draws, 4003 - undefined);
    let first = weights.iter().position(|w| *w < 0.25).map(|d| d as u64);
    assert_eq!(outcome.tally.first_undefined, first);
    let ahead = weights.iter().filter(|w| **w > 0.5).count() as u64;
    assert_eq!(outcome.tally.rank_count(0, 0), ahead);
    assert_eq!(outcome.tally.wins.as_ref().unwrap()[1], ahead);
}

#[test]
fn quantiles_of_scores_agree_with_the_sorted_scores() {
    let values = matrix(3, 4, 12);
    let outcome = draw(&Additive::new(&values).unwrap(), &uniform(4), 20_001);
    let summary = Summary::of(&outcome.tally);
    let draws = uniform(4).draws(5, 0, 20_001);
    for (place, row) in summary.places.iter().zip(&values) {
        let score = |d: usize| row.iter().zip(&draws).map(|(v, w)| v * w[d]).sum::<f64>();
        let mut scores: Vec<f64> = (0..20_001).map(score).collect();
        scores.sort_by(f64::total_cmp);
        let found = place.score.unwrap();
        let mean = scores.iter().sum::<f64>() / 20_001.0;
        let square = scores.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / 20_001.0;
        assert!((found.mean - mean).abs() < 1e-9 && (found.sd - square.sqrt()).abs() < 1e-9);
        for (quantile, at) in [(found.p05, 1000), (found.p50, 10_000), (found.p95, 19_000)] {
            assert!((quantile - scores[at]).abs() <= 1.01 * found.resolution);
        }
    }
}

#[test]
fn counting_less_changes_nothing_else() {
    let scorer = Additive::new(&matrix(9, 4, 7)).unwrap();
    let full = draw(&scorer, &uniform(4), 1000).tally;
    let collect = Collect {
        pairs: false,
        scores: false,
    };
    let plan = Plan {
        collect,
        ..Plan::new(1000, 5)
    };
    let bare = run(&scorer, &uniform(4), &plan, &Control::default())
        .unwrap()
        .tally;
    assert!(bare.wins.is_none() && bare.scores.is_none());
    assert!(Summary::of(&bare).tie_groups(&[0, 1], 0.95).is_none());
    assert_eq!(
        (bare.ranks, bare.first_weights),
        (full.ranks, full.first_weights)
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let scorer = Additive::new(&matrix(2, 3, 1)).unwrap();
    let control = Control::default();
    let refused =
        |sampler: &Sampler, plan: Plan| run(&scorer, sampler, &plan, &control).unwrap_err();
    assert_eq!(
        refused(&uniform(3), Plan::new(0, 1)),
        RobustnessError::NoDraws
    );
    assert!(matches!(
        refused(&uniform(4), Plan::new(1, 1)),
        RobustnessError::Length { .. }
    ));
    let noisy = uniform(3).with_normals(2);
    assert!(matches!(
        refused(&noisy, Plan::new(1, 1)),
        RobustnessError::Length { .. }
    ));
    let nan = Plan {
        until: Some(f64::NAN),
        ..Plan::new(1, 1)
    };
    assert!(matches!(
        refused(&uniform(3), nan),
        RobustnessError::Value { .. }
    ));
}
