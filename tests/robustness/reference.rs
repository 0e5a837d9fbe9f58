//! Numbers of other programs: R's smaa, `SALib`, and independent scripts (see `tests/reference/mcda`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use exacity::num::float;
use exacity::robustness::sobol::{Design, Sobol, sobol};
use exacity::robustness::stability::{Interval, of_weight};
use exacity::robustness::{
    Additive, Collect, Control, Plan, Sampler, Summary, Topsis, Vary, batch, run,
};
use serde_json::Value;

const SMAA_P1: &str = include_str!("../reference/mcda/smaa_p1.json");
const SMAA_P2: &str = include_str!("../reference/mcda/smaa_p2.json");
const SOBOL: &str = include_str!("../reference/mcda/sobol.json");
const P1: &str = include_str!("../reference/mcda/p1_ersoy2021_equipment.json");
const P2: &str = include_str!("../reference/mcda/p2_badi2018_supplier.json");

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn row(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap_or(f64::NAN))
        .collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(row).collect()
}

/// Compares with one program's numbers for one case: 3e-3, central weights 0.01 where the share of
/// first ranks is over 0.05.
fn compare(summary: &Summary, case: &Value, who: &str) {
    let close = |ours: f64, theirs: f64, tolerance: f64, what: &str| {
        assert!(
            (ours - theirs).abs() <= tolerance,
            "{who} {what}: {ours} against {theirs}"
        );
    };
    let [ranks, wins, central] = ["rank_acceptability", "pairwise_winning", "central_weights"]
        .map(|name| rows(&case[who][name]));
    for (place, found) in summary.places.iter().enumerate() {
        for (ours, theirs) in found.acceptability.iter().zip(&ranks[place]) {
            close(*ours, *theirs, 3e-3, "rank acceptability");
        }
        for (ours, theirs) in summary.pairwise.as_ref().unwrap()[place]
            .iter()
            .zip(&wins[place])
        {
            close(*ours, *theirs, 3e-3, "pairwise winning");
        }
        if ranks[place][0] > 0.05 {
            let weights = found.central_weights.as_ref().unwrap();
            for (ours, theirs) in weights.iter().zip(&central[place]) {
                close(*ours, *theirs, 0.01, "central weight");
            }
        }
    }
}

fn acceptability_agrees(text: &str) {
    let reference = parse(text);
    let values = rows(&reference["values"]);
    let count = values[0].len();
    let scorer = Additive::new(&values).unwrap();
    for case in reference["cases"].as_array().unwrap() {
        let vary = match case["id"].as_str() {
            Some("uniform") => Vary::Uniform { count },
            _ => Vary::Ordered {
                count,
                at_least: (1..count).map(|i| (i - 1, i)).collect(),
            },
        };
        let sampler = Sampler::flat(&vary).unwrap();
        let collect = Collect {
            pairs: true,
            scores: false,
        };
        let plan = Plan {
            collect,
            ..Plan::new(1_000_000, 1)
        };
        let outcome = run(&scorer, &sampler, &plan, &Control::default());
        let summary = Summary::of(&outcome.unwrap().tally);
        compare(&summary, case, "r_smaa");
        compare(&summary, case, "numpy");
    }
}

#[test]
fn rank_acceptability_of_the_equipment_problem_agrees_with_r_and_numpy() {
    acceptability_agrees(SMAA_P1);
}

#[test]
fn rank_acceptability_of_the_supplier_problem_agrees_with_r_and_numpy() {
    acceptability_agrees(SMAA_P2);
}

#[test]
fn stability_intervals_equal_the_independent_closed_form() {
    for text in [SMAA_P1, SMAA_P2] {
        let reference = parse(text);
        let (values, record) = (rows(&reference["values"]), &reference["weight_stability"]);
        let weights = row(&record["weights"]);
        for (leaf, interval) in record["intervals"].as_array().unwrap().iter().enumerate() {
            let found = of_weight(&values, &weights, leaf).unwrap();
            let same = |ours: Interval, theirs: &Value| {
                let theirs = row(theirs);
                (ours.low - theirs[0]).abs() < 1e-9 && (ours.high - theirs[1]).abs() < 1e-9
            };
            assert!(
                same(found.first, &interval["best_stays"]),
                "leaf {leaf}: {found:?}"
            );
            assert!(
                same(found.order, &interval["order_stays"]),
                "leaf {leaf}: {found:?}"
            );
            let order: Vec<f64> = found.ranking.iter().map(|&p| p as f64).collect();
            assert_eq!(order, row(&record["order"]));
        }
    }
}

#[test]
fn inside_its_interval_a_weight_changes_nothing_and_outside_it_does() {
    let reference = parse(SMAA_P1);
    let (values, weights) = (
        rows(&reference["values"]),
        row(&reference["weight_stability"]["weights"]),
    );
    let scorer = Additive::new(&values).unwrap();
    let order_at = |leaf: usize, weight: f64| {
        let rest: f64 = weights.iter().sum::<f64>() - weights[leaf];
        let moved = weights.iter().enumerate().map(|(at, w)| {
            if at == leaf {
                weight
            } else {
                w / rest * (1.0 - weight)
            }
        });
        let scores = batch::score_once(&scorer, &moved.collect::<Vec<_>>());
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        order
    };
    for leaf in 0..weights.len() {
        let found = of_weight(&values, &weights, leaf).unwrap();
        for step in 1..400 {
            let weight = f64::from(step) / 400.0;
            let inside = weight > found.order.low + 1e-9 && weight < found.order.high - 1e-9;
            let order = order_at(leaf, weight);
            assert_eq!(order == found.ranking, inside, "leaf {leaf} at {weight}");
            let first = weight > found.first.low + 1e-9 && weight < found.first.high - 1e-9;
            assert_eq!(
                order[0] == found.ranking[0],
                first,
                "leaf {leaf} at {weight}"
            );
        }
    }
}

#[test]
fn topsis_of_one_draw_equals_the_textbook_method() {
    for text in [P1, P2] {
        let reference = parse(text);
        let problem = &reference["problem"];
        let matrix = rows(&problem["matrix"]);
        let costs: Vec<bool> = problem["directions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| d == "min")
            .collect();
        let norm = |leaf: usize| matrix.iter().map(|r| r[leaf] * r[leaf]).sum::<f64>().sqrt();
        let normalised: Vec<Vec<f64>> = matrix
            .iter()
            .map(|r| {
                r.iter()
                    .enumerate()
                    .map(|(leaf, x)| x / norm(leaf))
                    .collect()
            })
            .collect();
        let scorer = Topsis::new(&normalised, &costs).unwrap();
        let ours = batch::score_once(&scorer, &row(&problem["weights"]));
        let methods = reference["methods"].as_array().unwrap();
        let mut compared = 0;
        for method in methods
            .iter()
            .filter(|m| m["definition"] == "topsis/vector")
        {
            for (ours, theirs) in ours.iter().zip(row(&method["scores"])) {
                assert!((ours - theirs).abs() < 1e-9, "{ours} against {theirs}");
            }
            compared += 1;
        }
        assert!(compared > 0, "the file has records of the method");
    }
}

const A: [f64; 4] = [0.82, 0.31, 0.64, 0.90];
const B: [f64; 4] = [0.55, 0.73, 0.58, 0.40];

fn dot(x: &[f64], y: impl Iterator<Item = f64>) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// The models of the reference file, on inputs already scaled to their bounds.
fn model(id: &str, x: &[f64]) -> f64 {
    let total: f64 = x[..4].iter().sum();
    let w: Vec<f64> = x[..4].iter().map(|x| x / total).collect();
    match id {
        "linear" => dot(x, [0.35, 0.25, 0.25, 0.15].into_iter()),
        "normalised-weights" => dot(&w, A.iter().zip(B).map(|(a, b)| a - b)),
        _ if x[4] < 0.5 => dot(&w, A.into_iter()),
        _ => float::exp(dot(&w, A.into_iter().map(float::ln))),
    }
}

#[test]
fn sensitivity_indices_agree_with_salib() {
    for record in parse(SOBOL)["models"].as_array().unwrap() {
        let (id, bounds) = (
            record["id"].as_str().unwrap(),
            rows(&record["inputs"]["bounds"]),
        );
        let inputs = bounds.len();
        let design = Design {
            inputs,
            outputs: 1,
            rows: 1 << 17,
            resamples: 200,
            seed: 3,
        };
        let found: Sobol = sobol(&design, &Control::default(), |rows, out| {
            let mut scaled = vec![0.0; inputs];
            for (x, y) in rows.chunks(inputs).zip(out) {
                for ((s, u), b) in scaled.iter_mut().zip(x).zip(&bounds) {
                    *s = b[0] + u * (b[1] - b[0]);
                }
                *y = model(id, &scaled);
            }
        })
        .unwrap();
        let output = &found.outputs[0];
        for (name, ours) in [("S1", &output.first_order), ("ST", &output.total)] {
            for (ours, theirs) in ours
                .as_ref()
                .unwrap()
                .iter()
                .zip(row(&record["salib"][name]))
            {
                assert!(
                    (ours.value - theirs).abs() < 0.01,
                    "{id} {name}: {ours:?}, {theirs}"
                );
                assert!(
                    ours.low - 0.005 < theirs && theirs < ours.high + 0.005,
                    "{id}: {ours:?}"
                );
            }
        }
    }
}
