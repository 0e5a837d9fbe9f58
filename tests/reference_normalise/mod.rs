//! Normalisations against three independent packages (pymcdm 1.4.0, pyrepo-mcda 0.1.15,
//! scikit-criteria 0.10) on four problems. `definition` in the files names one exact formula.

use exacity::model::{Column, Direction, ParamValue, Params};
use exacity::normalise::{self, NormaliseError};
use serde_json::Value;

const PROBLEMS: [(&str, &str); 4] = [
    (
        "p1",
        include_str!("../reference/mcda/p1_ersoy2021_equipment.json"),
    ),
    (
        "p2",
        include_str!("../reference/mcda/p2_badi2018_supplier.json"),
    ),
    (
        "p3",
        include_str!("../reference/mcda/p3_papathanasiou2018_facility.json"),
    ),
    (
        "p4",
        include_str!("../reference/mcda/p4_ties_constant.json"),
    ),
];

/// Definition, method, word parameter, and whether it follows the directions.
type Mapping = (
    &'static str,
    &'static str,
    Option<(&'static str, &'static str)>,
    bool,
);

/// A definition, the method with the word that makes it that definition, and whether it follows
/// the directions (the `plain` ones read every column as "more is better").
const DEFINITIONS: [Mapping; 18] = [
    ("minmax", "min-max", None, true),
    ("minmax_const0", "min-max", None, true),
    ("minmax_plain", "min-max", None, false),
    ("max", "max", None, true),
    ("maxabs_plain", "max", None, false),
    ("sum", "sum", None, true),
    ("sum_plain", "sum", None, false),
    ("vector", "vector", None, true),
    ("vector_plain", "vector", None, false),
    ("linear", "distance-to-best", None, true),
    ("nonlinear", "nonlinear", None, true),
    ("logarithmic", "logarithmic", None, true),
    ("enhanced_accuracy", "enhanced-accuracy", None, true),
    ("zavadskas_turskis", "zavadskas-turskis", None, true),
    (
        "zscore_sample",
        "z-score",
        Some(("divisor", "sample")),
        false,
    ),
    (
        "zscore_population",
        "z-score",
        Some(("divisor", "population")),
        false,
    ),
    ("negate_cost", "identity", Some(("lower", "negate")), true),
    ("invert_cost", "identity", Some(("lower", "invert")), true),
];

fn numbers(value: &Value) -> Vec<Vec<Option<f64>>> {
    let rows = value.as_array().expect("a matrix");
    rows.iter()
        .map(|row| {
            row.as_array()
                .expect("a row")
                .iter()
                .map(Value::as_f64)
                .collect()
        })
        .collect()
}

/// What the engine does on purpose where a package returns something else.
fn expected_refusal(definition: &str, values: &[f64]) -> Option<&'static str> {
    let constant = values
        .iter()
        .all(|value| value.to_bits() == values[0].to_bits());
    let divides_by_spread = [
        "minmax",
        "minmax_const0",
        "minmax_plain",
        "enhanced_accuracy",
    ];
    if constant && (divides_by_spread.contains(&definition) || definition.starts_with("zscore")) {
        // The packages answer 1, 0, or not a number: the policy for constant columns decides here.
        return Some("constant");
    }
    if definition == "logarithmic" && values.iter().any(|value| *value < 1.0) {
        // Below 1 the formula turns the order round: the packages reward the worse place.
        return Some("value");
    }
    None
}

fn check_column(
    (problem, definition): (&str, &str),
    (values, direction): (&[f64], Direction),
    wanted: &[Option<f64>],
) -> &'static str {
    let line = DEFINITIONS.iter().find(|line| line.0 == definition);
    let (_, method, word, follows) = line.unwrap_or_else(|| panic!("{definition} is not mapped"));
    let params = word.iter().fold(Params::default(), |params, (name, word)| {
        params.with(name, ParamValue::Word((*word).to_owned()))
    });
    let entry = normalise::find(method).expect("a method of the table");
    let method = (entry.build)(&params).expect("valid parameters");
    let direction = if *follows {
        direction
    } else {
        Direction::Higher
    };
    let found = method.normalise(&Column::complete(values.to_vec()), direction);
    let place = format!("{problem} {definition} {values:?}");
    match (expected_refusal(definition, values), found) {
        (Some("constant"), Err(NormaliseError::Constant { .. })) => "constant",
        (Some("value"), Err(NormaliseError::Value { .. })) => "value",
        (None, Ok(found)) => {
            for (found, wanted) in found.column.numbers().iter().zip(wanted) {
                let wanted = wanted.unwrap_or_else(|| panic!("{place}: no number in the record"));
                let tolerance = 1e-9 * wanted.abs().max(1.0);
                assert!(
                    (found - wanted).abs() <= tolerance,
                    "{place}: {found} {wanted}"
                );
            }
            "equal"
        }
        (refusal, found) => panic!("{place}: expected {refusal:?}, found {found:?}"),
    }
}

#[test]
fn every_record_of_a_normalisation_is_met_or_refused_for_a_stated_reason() {
    let mut seen = std::collections::BTreeMap::new();
    for (problem, text) in PROBLEMS {
        let file: Value = serde_json::from_str(text).expect("JSON");
        let matrix = numbers(&file["problem"]["matrix"]);
        let directions = file["problem"]["directions"]
            .as_array()
            .expect("directions");
        for record in file["normalisations"].as_array().expect("records") {
            let definition = record["definition"].as_str().expect("a definition");
            let wanted = numbers(&record["matrix"]);
            for (at, direction) in directions.iter().enumerate() {
                let values: Vec<f64> = matrix.iter().filter_map(|row| row[at]).collect();
                let wanted: Vec<Option<f64>> = wanted.iter().map(|row| row[at]).collect();
                let lower = direction.as_str() == Some("min");
                let direction = if lower {
                    Direction::Lower
                } else {
                    Direction::Higher
                };
                let outcome = check_column((problem, definition), (&values, direction), &wanted);
                *seen.entry(outcome).or_insert(0) += 1;
            }
        }
    }
    // Counts, so that a record that is skipped by mistake shows.
    let seen: Vec<(&str, i32)> = seen.into_iter().collect();
    assert_eq!(seen, [("constant", 8), ("equal", 503), ("value", 2)]);
}
