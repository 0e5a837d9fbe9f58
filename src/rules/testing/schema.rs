//! The JSON Schema of test files, for editors that check and complete TOML.

use crate::rules::vocabulary::RECORDS;
use serde_json::{Map, Value, json};

/// Writes the schema (draft-07, which most TOML editors understand).
pub fn schema() -> String {
    let case = |required: bool| {
        let mut schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": Value::Object(case_keys()),
        });
        if required {
            let expects = ["expect", "expect_error", "eligible"];
            schema["anyOf"] = expects.map(|key| json!({ "required": [key] })).into();
        }
        schema
    };
    let document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Tests of a strategy",
        "description": "The file rules/NAME.test.toml, which `exacity rules test NAME` runs.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "common": described(case(false), "Fields that all cases share."),
            "case": { "type": "array", "items": case(true), "description": "One place each, and what the strategy should say of it." },
            "properties": properties(),
        },
    });
    format!("{document:#}\n")
}

fn described(mut schema: Value, what: &str) -> Value {
    schema["description"] = what.into();
    schema
}

fn case_keys() -> Map<String, Value> {
    let number = |what: &str| json!({ "type": "number", "description": what });
    let text = |what: &str| json!({ "type": "string", "description": what });
    let mut keys = Map::new();
    keys.insert("name".into(), text("What the case shows."));
    keys.insert(
        "function".into(),
        text("The function that is called; `score` if left out."),
    );
    keys.insert("x".into(), number("The value that `normalise` is given."));
    keys.insert("expect".into(), number("The result."));
    keys.insert(
        "tol".into(),
        number("How far the result may be from it; 0.000001 if left out."),
    );
    keys.insert(
        "expect_error".into(),
        json!({ "type": "string", "pattern": "^[EW][0-9]{4}$", "description": "The code of the error instead of a result." }),
    );
    keys.insert(
        "eligible".into(),
        json!({ "type": "boolean", "description": "What `eligible` says of the place." }),
    );
    for record in RECORDS {
        let values = match *record {
            "known" => json!({ "type": "boolean" }),
            "place" => json!({ "type": ["number", "boolean", "string"] }),
            _ => json!({ "type": "number" }),
        };
        let what = match *record {
            "place" => "Figures as published, by indicator.",
            "part" => "Scores of the criteria.",
            "known" => "Whether a figure was measured; true if left out.",
            "weight" => "Weights of the criteria.",
            "param" => "Parameters; those left out keep their default.",
            "leader" => "Figures and scores of the first place.",
            _ => "Facts of columns, as `part_compute_median`.",
        };
        keys.insert(
            (*record).into(),
            json!({ "type": "object", "additionalProperties": values, "description": what }),
        );
    }
    keys
}

fn properties() -> Value {
    let names = |what: &str| {
        json!({
            "type": "array",
            "items": { "type": "string", "pattern": "^[a-z]+\\.[a-z][a-z0-9_]*$" },
            "description": what,
        })
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "description": "What holds for every case, whatever a single figure is.",
        "properties": {
            "monotone": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "up": names("Figures that never lower the score when they rise."),
                    "down": names("Figures that never raise the score when they rise."),
                },
            },
            "range": {
                "type": "array",
                "items": { "type": "number" },
                "minItems": 2,
                "maxItems": 2,
                "description": "Limits of the score.",
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::read::CASE_KEYS;

    #[test]
    fn the_schema_knows_the_keys_that_the_reader_knows() {
        let mut ours: Vec<String> = case_keys().keys().cloned().collect();
        let mut theirs: Vec<&str> = CASE_KEYS.to_vec();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }
}
