//! Findings as SARIF 2.1.0, for code scanners.

use crate::diagnostics::{Severity, find_code};
use crate::report::findings::Finding;
use crate::report::json::pretty;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Writes one run with all findings.
pub(super) fn write(findings: &[Finding]) -> String {
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
    let results: Vec<Value> = findings.iter().map(result).collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "exacity",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.into_iter().map(rule).collect::<Vec<Value>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(code: &str) -> Value {
    let info = find_code(code);
    json!({
        "id": code,
        "shortDescription": { "text": info.map_or(code, |info| info.title()) },
        "help": { "text": info.map_or("", |info| info.page), "markdown": info.map_or("", |info| info.page) },
    })
}

fn result(finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": text },
    });
    if let Some(file) = &finding.file {
        let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
        if let Some(region) = region(finding) {
            physical["region"] = region;
        }
        result["locations"] = json!([{ "physicalLocation": physical }]);
    }
    result
}

fn region(finding: &Finding) -> Option<Value> {
    let mut region = Map::new();
    region.insert("startLine".to_owned(), json!(finding.line?));
    region.insert("startColumn".to_owned(), json!(finding.column?));
    region.insert("endLine".to_owned(), json!(finding.end_line?));
    region.insert("endColumn".to_owned(), json!(finding.end_column?));
    Some(Value::Object(region))
}

/// Writes a path as a relative reference: what is not plain is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn every_result_names_a_rule_of_the_run() {
        let (found, files) = found();
        let text = write(&Finding::all(&found, &files));
        let sarif: Value = serde_json::from_str(&text).unwrap();
        let run = &sarif["runs"][0];
        let rules: Vec<&str> = run["tool"]["driver"]["rules"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|rule| rule["id"].as_str())
            .collect();
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 4);
        for result in results {
            assert!(rules.contains(&result["ruleId"].as_str().unwrap()));
        }
        let region = &results[0]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(
            (region["startLine"].as_u64(), region["endColumn"].as_u64()),
            (Some(3), Some(7))
        );
        assert!(results[2]["locations"][0]["physicalLocation"]["region"].is_null());
    }

    #[test]
    fn a_path_becomes_a_valid_reference() {
        assert_eq!(uri("data/a b#京.csv"), "data/a%20b%23%E4%BA%AC.csv");
    }
}
