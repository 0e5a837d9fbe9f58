//! The records of ranking methods once more, from a project in TOML to the board.

use super::methods::refused;
use super::{chosen, difference, numbers, problems, records, rows};
use exacity::config::{Request, load};
use exacity::model::{ParamValue, Params};
use exacity::score::score;
use exacity::sources::memory::MemorySources;
use serde_json::Value;
use std::fmt::Write;

/// Writes the decision matrix of a problem as a wide table.
fn table(problem: &Value) -> String {
    let names = |key: &str| -> Vec<String> {
        let names = problem[key].as_array().unwrap().iter();
        names.map(|n| n.as_str().unwrap().to_lowercase()).collect()
    };
    let mut text = format!("id,{}\n", names("criteria").join(","));
    for (row, name) in rows(&problem["matrix"]).iter().zip(names("alternatives")) {
        let cells: Vec<String> = row.iter().map(f64::to_string).collect();
        writeln!(text, "{name},{}", cells.join(",")).unwrap();
    }
    text
}

/// Writes a project that ranks the alternatives by a method. What each criterion may state itself stands
/// on the criterion, unless `beside` puts it beside the method.
fn project(problem: &Value, name: &str, params: &Params, beside: bool) -> String {
    let per_criterion = |name: &str| ["q", "p", "bounds", "expected", "reference"].contains(&name);
    let mut method = format!("method = \"{name}\"");
    for (param, value) in &params.0 {
        if per_criterion(param) && !beside {
            continue;
        }
        let value = serde_json::to_string(value).unwrap();
        write!(method, ", {param} = {value}").unwrap();
    }
    let mut text = format!(
        "schema = 1\n[project]\nname = \"reference\"\n[data]\nmatrix = {{ file = \"m.csv\", id = \"id\" }}\n\
         [scoring]\nweights = \"given\"\nmethod = {{ {method} }}\n[weights.given]\n"
    );
    let weights = numbers(&problem["weights"]);
    for (j, weight) in weights.iter().enumerate() {
        writeln!(text, "c{} = {weight}", j + 1).unwrap();
    }
    for (j, direction) in problem["directions"].as_array().unwrap().iter().enumerate() {
        let direction = if direction == "min" {
            "lower"
        } else {
            "higher"
        };
        let mut own = vec![];
        for (param, value) in params.0.iter().filter(|(p, _)| per_criterion(p) && !beside) {
            let value = match value {
                ParamValue::Numbers(numbers) => format!("{}", numbers[j]),
                ParamValue::Points(pairs) => format!("[{}, {}]", pairs[j].0, pairs[j].1),
                other => panic!("{param}: {other:?}"),
            };
            own.push(format!("{param} = {value}"));
        }
        writeln!(
            text,
            "[[criteria]]\nid = \"c{}\"\nindicator = \"c{}\"\nunit = \"1\"\ndirection = \"{direction}\"\ncompare = {{ {} }}",
            j + 1,
            j + 1,
            own.join(", ")
        )
        .unwrap();
    }
    text
}

#[test]
fn every_record_of_a_ranking_method_is_reproduced_from_toml() {
    let mut compared = 0;
    for (at, problem) in problems().iter().enumerate() {
        let given = &problem["problem"];
        let table = table(given);
        for record in records(problem, "methods") {
            if record["status"] != "ok" || refused(problem, record) {
                continue;
            }
            let definition = record["definition"].as_str().unwrap();
            let (name, params) = chosen(definition, given).unwrap();
            let text = project(given, name, &params, at % 2 == 0);
            let files = MemorySources::default()
                .with("exacity.toml", text.as_str())
                .with("m.csv", table.as_str());
            let loaded = load(&files, &Request::default());
            assert!(
                loaded.diagnostics.is_empty(),
                "{text}\n{:#?}",
                loaded.diagnostics
            );
            let project = loaded.value.unwrap().project;
            let board = score(&project).unwrap().boards.remove(0);
            assert_eq!(board.method.as_ref().unwrap().definition, definition);
            let mut scores = vec![0.0; project.league.len()];
            let mut ranks = scores.clone();
            for ranked in &board.ranking {
                scores[ranked.place] = ranked.full_score;
                ranks[ranked.place] = ranked.rank;
            }
            let tolerance = if name == "simus" { 1e-6 } else { 1e-9 };
            let wrong = difference(&scores, &numbers(&record["scores"]), tolerance);
            assert_eq!(wrong, None, "{} {definition}\n{text}", given["id"]);
            let wrong = difference(&ranks, &numbers(&record["ranks"]["min"]), 0.0);
            assert_eq!(wrong, None, "{} {definition}", given["id"]);
            compared += 1;
        }
    }
    assert!(compared > 350, "only {compared} records");
}
