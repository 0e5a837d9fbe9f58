//! Every reference forecast, compared through the document that programs read.

use exacity::plan::forecast::case;
use exacity::report::json;
use exacity::report::views;
use serde_json::Value;
use std::fs;

/// Answers a file and returns what `--format json` prints of it.
fn document(name: &str, text: &str) -> Value {
    let checked = case::answer(name, text);
    let answered = checked
        .value
        .unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    serde_json::from_str(&json::write(&views::forecast::case(&answered))).unwrap()
}

fn case(name: &str) -> (Value, Value) {
    let path = format!("tests/reference/planning/{name}.json");
    let text = fs::read_to_string(path).unwrap();
    let case: Value = serde_json::from_str(&text).unwrap();
    let answer = document(name, &text)["sections"][0]["data"].clone();
    (case["expected"].clone(), answer)
}

/// Compares every number of `expected`, wherever it stands, and returns how many there were.
pub(super) fn compare(expected: &Value, got: &Value, path: &str) -> usize {
    match expected {
        Value::Object(keys) => {
            let keys = keys.iter();
            keys.map(|(key, value)| compare(value, &got[key], &format!("{path}/{key}")))
                .sum()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(at, value)| compare(value, &got[at], &format!("{path}/{at}")))
                .sum()
        }
        Value::Number(number) => {
            let (a, b) = (number.as_f64().unwrap(), got.as_f64());
            let b = b.unwrap_or_else(|| panic!("{path}: {got} is no number"));
            let tolerance = if path.contains("date_p") {
                1e-4
            } else {
                1e-6 * a.abs().max(1.0)
            };
            assert!(
                (a - b).abs() <= tolerance,
                "{path}: {a} expected, {b} found"
            );
            1
        }
        other => {
            assert_eq!(other, got, "{path}");
            1
        }
    }
}

#[test]
fn single_series_agree() {
    for name in ["forecast-guizhou", "forecast-guizhou-hindcast"] {
        let (expected, answer) = case(name);
        assert!(compare(&expected, &answer, name) >= 24);
    }
}

#[test]
fn pooled_places_agree() {
    let (expected, answer) = case("forecast-pooled");
    assert!(compare(&expected, &answer, "pooled") >= 50);
}

#[test]
fn the_pipeline_agrees() {
    let (expected, answer) = case("forecast-pipeline");
    assert!(compare(&expected, &answer, "pipeline") >= 16);
}

#[test]
fn toml_with_the_same_keys_gives_the_same_bytes() {
    let text = fs::read_to_string("tests/reference/planning/forecast-guizhou.json").unwrap();
    let mut case: Value = serde_json::from_str(&text).unwrap();
    let keys = case.as_object_mut().unwrap();
    keys.remove("expected");
    keys.remove("tolerance");
    let toml = toml::to_string(&case).unwrap();
    assert_eq!(document("g", &text), document("g", &toml));
}
