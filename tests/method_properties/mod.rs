//! What must hold of methods whatever the numbers: on generated columns, ties and holes included.

use exacity::aggregate::{self, Aggregate};
use exacity::model::{Column, Direction, ParamValue, Params};
use exacity::normalise::{self, Normalise};
use exacity::prepare;
use proptest::prelude::*;
use std::sync::Arc;

/// Normalisations under which a better value never scores worse, with parameters where needed.
const MONOTONE: [&str; 15] = [
    "min-max",
    "goalposts",
    "z-score",
    "rank",
    "percentile",
    "distance-to-best",
    "piecewise-linear",
    "identity",
    "logistic",
    "max",
    "sum",
    "vector",
    "enhanced-accuracy",
    "nonlinear",
    "power-function",
];
/// Those of them whose scores are mirrored when the direction is.
const MIRRORED: [&str; 7] = [
    "min-max",
    "goalposts",
    "rank",
    "percentile",
    "logistic",
    "max",
    "vector",
];
const MEANS: [&str; 8] = [
    "arithmetic",
    "geometric",
    "harmonic",
    "min",
    "max",
    "median",
    "power",
    "owa",
];

/// Parameters of the methods that cannot do without.
fn params(method: &str) -> Params {
    let number = |name: &str, value| Params::default().with(name, ParamValue::Number(value));
    match method {
        "goalposts" => number("low", 10.0).with("high", ParamValue::Number(60.0)),
        "logistic" => number("midpoint", 40.0).with("steepness", ParamValue::Number(0.2)),
        "piecewise-linear" => {
            let points = vec![(5.0, 0.0), (20.0, 0.7), (90.0, 1.0)];
            Params::default().with("points", ParamValue::Points(points))
        }
        "target" => number("target", 30.0),
        "steps" => {
            let points = vec![(5.0, 0.2), (20.0, 0.7), (90.0, 1.0)];
            Params::default().with("points", ParamValue::Points(points))
        }
        "linear" => number("slope", 2.0),
        "power-function" => number("a", 1.5)
            .with("b", ParamValue::Number(3.0))
            .with("c", ParamValue::Number(1.4)),
        "clamp" => number("low", 5.0),
        "categorical" => {
            let scores = [("0".to_owned(), 0.2), ("1".to_owned(), 1.0)]
                .into_iter()
                .collect();
            number("other", 0.5).with("scores", ParamValue::Table(scores))
        }
        "power" => number("r", 2.5),
        "owa" => number("alpha", 2.0),
        _ => Params::default(),
    }
}

fn normaliser(name: &str) -> Arc<dyn Normalise> {
    (normalise::find(name).expect(name).build)(&params(name)).expect(name)
}

fn aggregator(name: &str) -> Arc<dyn Aggregate> {
    (aggregate::find(name).expect(name).build)(&params(name)).expect(name)
}

/// Whole numbers above zero, so that ties occur, with holes; two values at least differ.
fn columns() -> impl Strategy<Value = Column> {
    let cells = prop::collection::vec(prop::option::weighted(0.85, 1..100_i32), 3..40);
    let columns = cells.prop_map(|cells| cells.into_iter().map(|v| v.map(f64::from)).collect());
    columns.prop_filter("two different numbers", |column: &Column| {
        column
            .numbers()
            .windows(2)
            .any(|pair| (pair[0] - pair[1]).abs() > 0.5)
    })
}

/// Scores from zero up, with weights that sum to one, one of which may be zero.
fn children() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop::collection::vec((0.0..100.0_f64, 0..5_i32), 2..8)
        .prop_filter("some weight", |children| {
            children.iter().any(|(_, weight)| *weight > 0)
        })
        .prop_map(|children| {
            let total: i32 = children.iter().map(|(_, weight)| weight).sum();
            let (scores, weights): (Vec<f64>, Vec<i32>) = children.into_iter().unzip();
            (
                scores,
                weights
                    .iter()
                    .map(|w| f64::from(*w) / f64::from(total))
                    .collect(),
            )
        })
}

/// Any finite numbers, the extreme and the tiny among them, with holes.
fn wild_columns() -> impl Strategy<Value = Column> {
    let number = prop_oneof![
        prop::num::f64::NORMAL,
        prop::num::f64::SUBNORMAL,
        prop::num::f64::POSITIVE,
        Just(0.0),
        Just(f64::MAX),
        Just(f64::MIN),
        0.0..1e3_f64,
    ];
    let cells = prop::collection::vec(prop::option::weighted(0.9, number), 0..12);
    // Half of the columns hold nothing negative, or most methods would refuse most of them.
    (cells, any::<bool>()).prop_map(|(cells, positive)| {
        let sign = |value: f64| if positive { value.abs() } else { value };
        cells.into_iter().map(|value| value.map(sign)).collect()
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn all_close(a: &Column, b: &Column) -> bool {
    a.holes() == b.holes()
        && a.numbers()
            .iter()
            .zip(b.numbers())
            .all(|(a, b)| close(*a, b))
}

proptest! {
    #[test]
    fn another_unit_or_zero_point_moves_no_score(
        column in columns(), scale in 0.01..1000.0_f64, shift in -1e4..1e4_f64, down in any::<bool>()
    ) {
        let direction = if down { Direction::Lower } else { Direction::Higher };
        for name in ["min-max", "z-score", "rank", "percentile", "enhanced-accuracy"] {
            let method = normaliser(name);
            let was = method.normalise(&column, direction).unwrap().column;
            let is = method.normalise(&column.map(|v| v * scale + shift), direction).unwrap().column;
            prop_assert!(
                was.numbers().iter().zip(is.numbers()).all(|(a, b)| (a - b).abs() < 1e-6),
                "{} {:?} {:?}", name, was, is
            );
        }
    }

    #[test]
    fn another_unit_moves_no_share(column in columns(), scale in 0.01..1000.0_f64) {
        for name in ["distance-to-best", "max", "sum", "vector", "nonlinear"] {
            for direction in [Direction::Higher, Direction::Lower] {
                let method = normaliser(name);
                let was = method.normalise(&column, direction).unwrap().column;
                let is = method.normalise(&column.map(|v| v * scale), direction).unwrap().column;
                prop_assert!(all_close(&was, &is), "{name} {was:?} {is:?}");
            }
        }
    }

    #[test]
    fn a_better_value_never_scores_worse(column in columns()) {
        for name in MONOTONE {
            for direction in [Direction::Higher, Direction::Lower] {
                // The points of a curve say themselves what is good.
                let up = direction == Direction::Higher || name == "piecewise-linear";
                let scores = normaliser(name).normalise(&column, direction).unwrap().column;
                for (row, a) in column.present() {
                    for (other, b) in column.present() {
                        let (at, than) = (scores.value(row).unwrap(), scores.value(other).unwrap());
                        prop_assert!(a <= b || if up { at >= than } else { at <= than }, "{name} {a} {b}");
                        prop_assert!((a - b).abs() > 0.0 || at.to_bits() == than.to_bits(), "{name} {a}");
                    }
                }
            }
        }
    }

    #[test]
    fn reversing_the_direction_mirrors_the_scores(column in columns()) {
        for name in MIRRORED {
            let method = normaliser(name);
            let up = method.normalise(&column, Direction::Higher).unwrap().column;
            let down = method.normalise(&column, Direction::Lower).unwrap().column;
            prop_assert!(all_close(&up.map(|score| 1.0 - score), &down), "{name} {up:?} {down:?}");
        }
    }

    #[test]
    fn bounded_scores_stay_on_the_scale_and_holes_stay_holes(column in columns()) {
        for name in MONOTONE.into_iter().filter(|name| normaliser(name).is_bounded()) {
            for direction in [Direction::Higher, Direction::Lower] {
                let scores = normaliser(name).normalise(&column, direction).unwrap().column;
                prop_assert!(scores.numbers().iter().all(|s| (0.0..=1.0).contains(s)), "{name} {scores:?}");
                let holes = |column: &Column| column.cells().map(|c| c.value().is_none()).collect::<Vec<_>>();
                prop_assert_eq!(holes(&scores), holes(&column));
            }
        }
    }

    #[test]
    fn scores_that_do_not_depend_on_others_stay_when_places_leave(column in columns()) {
        for name in MONOTONE.into_iter().filter(|name| !normaliser(name).depends_on_others()) {
            let method = normaliser(name);
            let all = method.normalise(&column, Direction::Higher).unwrap().column;
            for (row, value) in column.present() {
                let alone = Column::complete(vec![value]);
                let alone = method.normalise(&alone, Direction::Higher).unwrap().column;
                prop_assert_eq!(alone.value(0), all.value(row), "{}", name);
            }
        }
    }

    #[test]
    fn whatever_the_numbers_no_result_is_nan_or_infinite(column in wild_columns()) {
        for entry in normalise::METHODS {
            let method = normaliser(entry.info.name);
            for direction in [Direction::Higher, Direction::Lower] {
                if let Ok(found) = method.normalise(&column, direction) {
                    let scores = found.column.numbers();
                    prop_assert!(scores.iter().all(|s| s.is_finite()), "{} {scores:?}", entry.info.name);
                    prop_assert_eq!(scores.len(), column.numbers().len());
                }
            }
        }
        for entry in prepare::TREATMENTS {
            let method = (entry.build)(&params(entry.info.name)).unwrap();
            if let Ok(found) = method.treat(&column) {
                let values = found.column.numbers();
                prop_assert!(values.iter().all(|v| v.is_finite()), "{} {values:?}", entry.info.name);
            }
        }
        let scores = column.numbers();
        let weights = vec![1.0 / scores.len() as f64; scores.len()];
        for entry in aggregate::METHODS.iter().filter(|_| !scores.is_empty()) {
            if let Ok(score) = aggregator(entry.info.name).aggregate(&scores, &weights) {
                prop_assert!(score.is_finite(), "{} of {scores:?}: {score}", entry.info.name);
            }
        }
    }

    #[test]
    fn a_mean_lies_between_its_children((scores, weights) in children()) {
        let heard = || scores.iter().zip(&weights).filter(|(_, w)| **w > 0.0).map(|(s, _)| *s);
        let (low, high) = (heard().fold(f64::INFINITY, f64::min), heard().fold(0.0, f64::max));
        for name in MEANS {
            let mean = aggregator(name).aggregate(&scores, &weights).unwrap();
            prop_assert!(mean >= low - 1e-9 && mean <= high + 1e-9, "{name} {mean}: {low} {high}");
        }
    }

    #[test]
    fn the_order_of_children_changes_nothing((scores, weights) in children(), turn in 0..8_usize) {
        let turned = |values: &[f64]| {
            let mut values = values.to_vec();
            let by = turn % values.len();
            values.rotate_left(by);
            values.reverse();
            values
        };
        for name in MEANS.into_iter().chain(["sum", "product"]) {
            let method = aggregator(name);
            let was = method.aggregate(&scores, &weights).unwrap();
            let is = method.aggregate(&turned(&scores), &turned(&weights)).unwrap();
            prop_assert!(close(was, is), "{name} {was} {is}");
        }
    }

    #[test]
    fn the_power_mean_rises_with_its_exponent(
        (scores, weights) in children(), a in -20.0..20.0_f64, b in -20.0..20.0_f64
    ) {
        let of = |r: f64| {
            let power = aggregate::means::Power { r };
            power.aggregate(&scores, &weights).unwrap()
        };
        let (low, high) = (of(a.min(b)), of(a.max(b)));
        prop_assert!(low <= high + 1e-9 * high.abs(), "{low} {high}");
    }

    #[test]
    fn a_better_child_never_lowers_the_score(
        (scores, weights) in children(), at in 0..8_usize, gain in 0.0..50.0_f64
    ) {
        let mut better = scores.clone();
        let at = at % better.len();
        better[at] += gain;
        for name in MEANS.into_iter().chain(["sum", "product"]) {
            let method = aggregator(name);
            let was = method.aggregate(&scores, &weights).unwrap();
            let is = method.aggregate(&better, &weights).unwrap();
            prop_assert!(is >= was - 1e-9 * was.abs().max(1.0), "{name} {was} {is}");
        }
    }

    #[test]
    fn columns_are_aggregated_as_places_are(
        rows in prop::collection::vec((0.0..9.0_f64, 0.0..9.0_f64, 0.0..9.0_f64), 1..50)
    ) {
        let columns = [
            rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            rows.iter().map(|row| row.1).collect(),
            rows.iter().map(|row| row.2).collect(),
        ];
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let weights = [0.5, 0.2, 0.3];
        for name in MEANS {
            let mut out = vec![f64::NAN; rows.len()];
            aggregator(name).aggregate_columns(&slices, &weights, &mut out).unwrap();
            for (row, found) in rows.iter().zip(out) {
                let alone = aggregator(name).aggregate(&[row.0, row.1, row.2], &weights).unwrap();
                prop_assert_eq!(found.to_bits(), alone.to_bits(), "{}", name);
            }
        }
    }
}

/// Every line of a table says what it is, and no name is taken twice.
#[test]
fn every_method_describes_itself() {
    let infos = normalise::METHODS.iter().map(|entry| entry.info);
    check_infos(infos.collect());
    check_infos(aggregate::METHODS.iter().map(|entry| entry.info).collect());
    check_infos(prepare::TREATMENTS.iter().map(|entry| entry.info).collect());
}

fn check_infos(infos: Vec<exacity::model::MethodInfo>) {
    let mut names = std::collections::BTreeSet::new();
    for info in infos {
        assert!(names.insert(info.name), "{} is there twice", info.name);
        let texts = [info.summary, info.formula, info.not_when, info.reference];
        for text in texts
            .into_iter()
            .chain(info.params.iter().map(|param| param.doc))
        {
            // A forgotten backslash in a string that goes over several lines leaves a run of blanks.
            assert!(
                !text.is_empty() && !text.contains("  ") && !text.contains('\n'),
                "{text:?}"
            );
        }
        for param in info.params {
            let default = param.default.unwrap_or("");
            if let exacity::model::ParamKind::Word(words) = param.kind {
                assert!(
                    default.is_empty() || words.contains(&default),
                    "{} {default}",
                    info.name
                );
            }
            if let Ok(number) = default.parse::<f64>()
                && param.kind == exacity::model::ParamKind::Number
            {
                assert!(
                    (param.range.0..=param.range.1).contains(&number),
                    "{} {default}",
                    info.name
                );
            }
        }
    }
}
