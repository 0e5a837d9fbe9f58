//! Sizes, utilisation and reach against the reference cases, through the documents that programs read.

use super::reference::compare;
use exacity::plan::reach::case::{self as reach, Answer};
use exacity::plan::reach::grid::Proof;
use exacity::plan::{sizing, utilisation};
use exacity::report::{json, views};
use serde_json::Value;
use std::fs;

fn case(name: &str) -> (String, Value) {
    let text = fs::read_to_string(format!("tests/reference/planning/{name}.json")).unwrap();
    let case = serde_json::from_str(&text).unwrap();
    (text, case)
}

fn data(report: &exacity::report::Report) -> Value {
    let document: Value = serde_json::from_str(&json::write(report)).unwrap();
    document["sections"][0]["data"].clone()
}

#[test]
fn sizes_are_exact() {
    let (text, case) = case("sizing");
    let answered = sizing::case::answer("sizing.json", &text).value.unwrap();
    let told = data(&views::sizing_case(&answered));
    let cases = case["cases"].as_array().unwrap();
    assert_eq!(told["cases"].as_array().unwrap().len(), cases.len());
    for (at, case) in cases.iter().enumerate() {
        for (key, expected) in case["expected"].as_object().unwrap() {
            let got = &told["cases"][at][key];
            let close = match (expected.as_f64(), got.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs(),
                _ => expected == got,
            };
            assert!(
                close,
                "{} {key}: {expected} expected, {got} found",
                case["name"]
            );
            if ["accelerators", "servers", "servers_per_rack", "racks"].contains(&key.as_str()) {
                assert_eq!(expected, got, "counts are whole");
            }
        }
    }
}

#[test]
fn utilisation_agrees() {
    let (text, case) = case("utilisation");
    let answered = utilisation::case::answer("utilisation.json", &text)
        .value
        .unwrap();
    let told = data(&views::utilisation_case(&answered));
    assert_eq!(
        compare(&case["expected"], &told["periods"], "utilisation"),
        35
    );
}

#[test]
fn linear_questions_agree() {
    for name in ["inverse-linear", "inverse-linear-impossible"] {
        let (text, case) = case(name);
        let answered = reach::answer(name, &text).value.unwrap();
        let told = data(&views::reach_case(&answered));
        assert!(compare(&case["expected"], &told, name) >= 3);
    }
}

/// The reference states its score in Python; this is the same rule in Rhai.
fn black_box() -> (String, Value) {
    let (_, mut case) = case("inverse-black-box");
    case["score"] = "(100 * (compute / 150) ** 0.4 * (talent / 100) ** 0.35 * (min(patents, 40) / 40) ** 0.25) \
        - (if domestic < 0.5 { 12 } else { 0 }) + (if compute >= 100 && domestic >= 0.6 { 3 } else { 0 })"
        .into();
    (case.to_string(), case)
}

#[test]
fn a_rule_on_a_grid_agrees() {
    let (text, case) = black_box();
    let checked = reach::answer("inverse-black-box.json", &text);
    let answered = checked
        .value
        .unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    let told = data(&views::reach_case(&answered));
    assert_eq!(compare(&case["expected"], &told, "black box"), 8);
    let Answer::BlackBox(rule) = answered.answer else {
        panic!()
    };
    assert_eq!(rule.outcome.proof, Proof::Exact);
}

#[test]
fn toml_asks_the_same_question() {
    let (text, mut case) = black_box();
    let keys = case.as_object_mut().unwrap();
    keys.remove("expected");
    keys.remove("tolerance");
    let toml = toml::to_string(&case).unwrap();
    let cost = |text: &str| {
        let answered = reach::answer("b", text).value.unwrap();
        data(&views::reach_case(&answered))["cost"]
            .as_f64()
            .unwrap()
    };
    assert_eq!(cost(&text), cost(&toml));
}
