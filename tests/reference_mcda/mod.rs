//! Ranking methods, data-driven weights and rank agreement against the records in `tests/reference/mcda`.
//!
//! The records were computed by other packages (see `software` in each file). Every record is walked
//! by its `definition`; one that no method here claims fails the test, and one that is not
//! reproduced stands in a list below with the reason.

#![expect(clippy::unwrap_used, reason = "a malformed record must fail the test")]

mod agreement;
mod anchors;
mod electre_iii;
mod from_toml;
mod methods;
mod subjective;
mod weights;

use exacity::model::{Decision, DecisionMatrix, Direction, ParamValue, Params};
use exacity::outrank::{self, Outrank};
use exacity::weigh::{self, Weigh};
use serde_json::Value;
use std::sync::Arc;

const PROBLEMS: [&str; 4] = [
    include_str!("../reference/mcda/p1_ersoy2021_equipment.json"),
    include_str!("../reference/mcda/p2_badi2018_supplier.json"),
    include_str!("../reference/mcda/p3_papathanasiou2018_facility.json"),
    include_str!("../reference/mcda/p4_ties_constant.json"),
];

fn problems() -> Vec<Value> {
    PROBLEMS
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect()
}

fn records<'a>(problem: &'a Value, section: &str) -> impl Iterator<Item = &'a Value> {
    problem[section].as_array().unwrap().iter()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn pairs(value: &Value) -> Vec<(f64, f64)> {
    rows(value).iter().map(|pair| (pair[0], pair[1])).collect()
}

/// Reads `matrix`, `directions` and `weights`; equal weights where none are given.
fn decision(problem: &Value) -> Decision {
    let rows = rows(&problem["matrix"]);
    let columns: Vec<Vec<f64>> = (0..rows[0].len())
        .map(|j| rows.iter().map(|row| row[j]).collect())
        .collect();
    let direction = |d: &Value| match d.as_str() {
        Some("min") => Direction::Lower,
        _ => Direction::Higher,
    };
    let directions = problem["directions"]
        .as_array()
        .unwrap()
        .iter()
        .map(direction)
        .collect();
    let weights = match &problem["weights"] {
        Value::Null => vec![1.0; columns.len()],
        given => numbers(given),
    };
    Decision::new(DecisionMatrix::new(columns, directions).unwrap(), &weights).unwrap()
}

/// Tells where two results differ by more than `tolerance`, relative for numbers above 1.
fn difference(found: &[f64], expected: &[f64], tolerance: f64) -> Option<String> {
    let close = |a: &f64, b: &f64| (a - b).abs() <= tolerance * b.abs().max(1.0);
    let fits =
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| close(a, b));
    (!fits).then(|| format!("\n  found    {found:?}\n  expected {expected:?}"))
}

fn word(name: &str) -> ParamValue {
    ParamValue::Word(name.to_owned())
}

/// Builds the ranking method that claims a definition, from the parameters of the problem.
fn method(definition: &str, problem: &Value) -> Option<Arc<dyn Outrank>> {
    let (name, params) = chosen(definition, problem)?;
    let built = (outrank::find(name)?.build)(&params).unwrap();
    // The id that reports print is the definition of the record, so no parameter got lost.
    (built.definition() == definition).then_some(built)
}

/// Names the ranking method that claims a definition, with its parameters.
fn chosen<'d>(definition: &'d str, problem: &Value) -> Option<(&'d str, Params)> {
    let (family, rest) = definition.split_once('/').unwrap_or((definition, ""));
    let number = |prefix: &str| {
        let part = definition
            .split('/')
            .find_map(|part| part.strip_prefix(prefix));
        ParamValue::Number(part.and_then(|text| text.parse().ok()).unwrap())
    };
    let scaling = || word(rest.split('/').next().unwrap());
    let of_problem = |name: &str| ParamValue::Numbers(numbers(&problem[name]));
    let bounds = || ParamValue::Points(pairs(&problem["bounds"]));
    let none = Params::default();
    Some(match family {
        "wsm" | "wpm" | "topsis" | "mabac" | "cradis" => (family, none.with("scaling", scaling())),
        "wpm_log10" => (
            "wpm",
            none.with("scaling", scaling())
                .with("log10", ParamValue::Flag(true)),
        ),
        "waspas" | "cocoso" => (
            family,
            none.with("scaling", scaling()).with("lambda", number("l=")),
        ),
        "codas" => (
            family,
            none.with("scaling", scaling()).with("tau", number("tau=")),
        ),
        "vikor" => (family, none.with("v", number("v="))),
        "promethee2" => {
            let params = none.with("preference", scaling());
            let params = params.with("q", of_problem("promethee_q"));
            ("promethee-ii", params.with("p", of_problem("promethee_p")))
        }
        "prosa_c" => {
            let params = none.with("sustainability", number("s="));
            let params = params.with("q", of_problem("promethee_q"));
            ("prosa-c", params.with("p", of_problem("promethee_p")))
        }
        "moora" => match rest {
            "ratio" => ("moora", none),
            "reference_point" => ("moora-reference-point", none),
            "full_multiplicative" => ("moora-full-multiplicative", none),
            "full_multiplicative_log" => (
                "moora-full-multiplicative",
                none.with("log", ParamValue::Flag(true)),
            ),
            _ => return None,
        },
        "multimoora" => (family, none.with("join", word(rest))),
        "aras" if rest.is_empty() => ("aras", none),
        "aras" => ("aras", none.with("ideal", word("outside"))),
        "aroman" => {
            let params = none.with("beta", number("beta="));
            (family, params.with("lambda", number("lambda=")))
        }
        "ervd" => (family, none.with("reference", of_problem("ervd_reference"))),
        "spotis" if rest.is_empty() => (family, none.with("bounds", bounds())),
        "spotis" => (
            family,
            none.with("bounds", bounds())
                .with("expected", of_problem("esp")),
        ),
        "balanced_spotis" => {
            let params = none
                .with("bounds", bounds())
                .with("expected", of_problem("esp"));
            ("balanced-spotis", params.with("alpha", number("alpha=")))
        }
        "rim" => (family, none.with("bounds", bounds())),
        "rafsi" => {
            let params = none.with("bounds", bounds());
            (
                family,
                params.with("n1", number("n1=")).with("n2k", number("n2k=")),
            )
        }
        "simus" => {
            let by = if rest == "rank_by=2" {
                "second"
            } else {
                "first"
            };
            (family, none.with("by", word(by)))
        }
        "electre1" => {
            let params = none.with("concordance", number("p="));
            ("electre-i", params.with("discordance", number("q=")))
        }
        "electre2" => ("electre-ii", none),
        "copras" | "edas" | "mairca" | "marcos" | "ocra" | "probid" | "sprobid" | "ram"
        | "lmaw" | "lopm" | "vmcm" => (family, none),
        _ => return None,
    })
}

/// Builds the data-driven weights that claim a definition.
fn weighting(definition: &str) -> Option<Arc<dyn Weigh>> {
    let none = Params::default();
    let (name, params) = match definition {
        "std" => ("standard-deviation", none),
        "coeff_var" => ("variation", none),
        "angle_plain" => ("angle", none.with("costs", word("plain"))),
        "critic_benefit" => ("critic", none.with("scaling", word("benefit"))),
        "critic_directed" => ("critic", none),
        "critic_directed_spearman" => ("critic", none.with("correlation", word("spearman"))),
        same => (same, none),
    };
    let built = (weigh::find(name)?.build)(&params).unwrap();
    (built.definition() == definition).then_some(built)
}
