//! The JSON Schema of `exacity.toml`, for editors.
//!
//! It is made from the tables that check the file and from the tables of methods, so it cannot say
//! anything else than they do.

use super::grammar::PROJECT_FILE;
use super::methods::Family;
use super::shape::{Kind, Shape};
use crate::model::{MethodInfo, Param, ParamKind};
use serde_json::{Map, Value, json};

/// Returns the JSON Schema (draft-07) of `exacity.toml`.
///
/// ```
/// let schema = exacity::config::schema();
/// assert_eq!(schema["properties"]["scoring"]["properties"]["ties"]["enum"][0], "min");
/// ```
pub fn schema() -> Value {
    let mut schema = table(&PROJECT_FILE);
    if let Some(object) = schema.as_object_mut() {
        object.shift_insert(
            0,
            "$schema".to_owned(),
            json!("http://json-schema.org/draft-07/schema#"),
        );
        object.shift_insert(1, "title".to_owned(), json!("exacity.toml"));
    }
    schema
}

fn table(shape: &Shape) -> Value {
    let mut properties = Map::new();
    for key in shape.keys {
        let mut own = value(&key.kind);
        if let Some(object) = own.as_object_mut() {
            object.insert("description".to_owned(), json!(key.doc));
        }
        properties.insert(key.name.to_owned(), own);
    }
    let required: Vec<_> = shape
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut object = Map::new();
    object.insert("type".to_owned(), json!("object"));
    object.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".to_owned(), json!(required));
    }
    object.insert("additionalProperties".to_owned(), json!(false));
    Value::Object(object)
}

fn value(expected: &Kind) -> Value {
    match expected {
        Kind::Any => json!({}),
        Kind::Weights => weights(),
        Kind::Text => json!({ "type": "string" }),
        Kind::Number(low, high) => number("number", *low, *high),
        Kind::Integer(low, high) => {
            let (low, high) = (bound(*low), bound(*high));
            number("integer", low, high)
        }
        Kind::Flag => json!({ "type": "boolean" }),
        // Editors hand a bare date over as a string.
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::List(item) => json!({ "type": "array", "items": value(item) }),
        Kind::OneOrMany(item) => {
            json!({ "anyOf": [value(item), { "type": "array", "items": value(item) }] })
        }
        Kind::Range => json!({
            "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2
        }),
        Kind::Table(shape) => table(shape),
        Kind::Map(item) => json!({ "type": "object", "additionalProperties": value(item) }),
        Kind::Method(family) => method(family),
        Kind::Either(ways) => json!({ "anyOf": ways.iter().map(value).collect::<Vec<_>>() }),
    }
}

/// Whole numbers near the ends of their type stand for "no limit".
fn bound(number: i64) -> f64 {
    match number {
        i64::MAX => f64::INFINITY,
        i64::MIN => f64::NEG_INFINITY,
        _ => number as f64,
    }
}

fn number(name: &str, low: f64, high: f64) -> Value {
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(name));
    let limited = |end: f64| end.is_finite() && end.abs() < f64::MAX;
    if limited(low) {
        object.insert("minimum".to_owned(), json!(low));
    }
    if limited(high) {
        object.insert("maximum".to_owned(), json!(high));
    }
    Value::Object(object)
}

/// A weight set: numbers by criterion, beside how the others are found.
fn weights() -> Value {
    let mut group = table(&super::grammar::WEIGHT_GROUP);
    group["properties"]["method"] = method(&super::methods::WEIGH);
    let numbers = json!({ "type": "object", "additionalProperties": { "type": "number" } });
    json!({
        "type": "object",
        "properties": {
            "about": { "type": "string", "description": "who would hold that view" },
            "about-zh": { "type": "string", "description": "the same in Chinese, for reports in that language" },
            "method": method(&super::methods::WEIGH),
            "group": { "type": "array", "items": group },
            "combine": { "anyOf": [
                { "type": "array", "items": { "type": "string" } },
                table(&super::grammar::WEIGHT_COMBINE),
            ] },
        },
        "additionalProperties": { "anyOf": [{ "type": "number", "minimum": 0.0 }, numbers] },
    })
}

/// A name, a table with the method and its parameters, or a script.
fn method(family: &Family) -> Value {
    let infos = (family.infos)();
    let mut names: Vec<Value> = infos
        .iter()
        .map(|info| json!({ "const": info.name, "description": info.summary }))
        .collect();
    names.extend(
        family
            .off
            .map(|off| json!({ "const": off, "description": "not at all" })),
    );
    let mut ways = names;
    ways.extend(infos.iter().map(|info| with_params(info, family)));
    if family.rule {
        ways.push(json!({ "type": "string", "pattern": "\\.rhai$", "description": "a script" }));
        let mut rule = table(&super::grammar::RULE);
        add_extra(&mut rule, family);
        ways.push(rule);
    }
    json!({ "anyOf": ways })
}

fn with_params(info: &MethodInfo, family: &Family) -> Value {
    let mut properties = Map::new();
    properties.insert(
        "method".to_owned(),
        json!({ "const": info.name, "description": info.summary }),
    );
    for param in info.params {
        properties.insert(param.name.to_owned(), parameter(param));
    }
    let required = info.params.iter();
    let required = required.filter(|param| param.default.is_none() && !param.per_criterion);
    let required: Vec<_> = std::iter::once("method")
        .chain(required.map(|p| p.name))
        .collect();
    let mut value = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    add_extra(&mut value, family);
    value
}

fn add_extra(schema: &mut Value, family: &Family) {
    for key in family.extra {
        let mut own = value(&key.kind);
        own["description"] = json!(key.doc);
        schema["properties"][key.name] = own;
    }
}

fn parameter(param: &Param) -> Value {
    let (low, high) = param.range;
    let mut value = match param.kind {
        ParamKind::Number => number("number", low, high),
        ParamKind::Integer => number("integer", low, high),
        ParamKind::Flag => json!({ "type": "boolean" }),
        ParamKind::Word(words) => json!({ "type": "string", "enum": words }),
        ParamKind::Numbers if param.per_criterion => json!({ "anyOf": [
            number("number", low, high),
            { "type": "array", "items": number("number", low, high) },
            { "type": "object" },
        ] }),
        ParamKind::Numbers => json!({ "type": "array", "items": number("number", low, high) }),
        ParamKind::Points => json!({
            "type": "array",
            "items": { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }
        }),
        ParamKind::Table => {
            json!({ "type": "object", "additionalProperties": number("number", low, high) })
        }
        ParamKind::Tables => json!({ "type": "array", "items": { "type": "object" } }),
        ParamKind::Matrix => json!({
            "type": "array", "items": { "type": "array", "items": { "type": "number" } }
        }),
        ParamKind::Ids => json!({ "type": "array", "items": { "type": "string" } }),
        ParamKind::Order => json!({ "type": "array", "items": { "anyOf": [
            { "type": "string" }, { "type": "array", "items": { "type": "string" } }
        ] } }),
    };
    let default = match param.default {
        Some("") | None => String::new(),
        Some(default) => format!(" (default {default})"),
    };
    value["description"] = json!(format!("{}{default}", param.doc));
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_and_parameter_is_in_the_schema() {
        let text = schema().to_string();
        for entry in crate::normalise::METHODS {
            assert!(text.contains(&format!("\"const\":\"{}\"", entry.info.name)));
            for param in entry.info.params {
                assert!(
                    text.contains(&format!("\"{}\":", param.name)),
                    "{}",
                    param.name
                );
            }
        }
    }

    #[test]
    fn required_keys_and_ranges_carry_over() {
        let schema = schema();
        let criterion = &schema["properties"]["criteria"]["items"];
        assert_eq!(criterion["required"], json!(["id"]));
        assert_eq!(
            criterion["properties"]["min-coverage"]["maximum"],
            json!(1.0)
        );
        assert_eq!(schema["additionalProperties"], json!(false));
    }
}
