//! `exacity rules` for programs, and while files change.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

fn exacity(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exacity"));
    command.args(args).current_dir(folder);
    command
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let output = exacity(folder, args).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{args:?}: {e}: {text}"))
}

#[test]
fn every_strategy_that_judges_a_place_is_timed_beside_its_twin() {
    let folder = tempfile::tempdir().unwrap();
    let told = json(
        folder.path(),
        &["rules", "bench", "--all", "--format", "json"],
    );
    assert_eq!(told["kind"], "rule-times");
    let rows = told["sections"][0]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 6);
    for row in rows {
        for way in [
            "compile",
            "interpreter",
            "ranking",
            "draws",
            "by-hand",
            "to-interpreter",
            "to-hand",
        ] {
            if row["strategy"] == "sovereign" {
                assert!(row[way].is_null(), "no city is judged by it: {row}");
            } else {
                // A twin that gave another score would have no time.
                assert!(row[way].as_f64().unwrap() > 0.0, "{way} of {row}");
            }
        }
    }
}

#[test]
fn programs_get_tests_pages_and_explanations() {
    let folder = tempfile::tempdir().unwrap();
    let tests = json(
        folder.path(),
        &[
            "rules",
            "test",
            "weighted",
            "--coverage",
            "--format",
            "json",
        ],
    );
    assert_eq!(tests["schema_version"], 1);
    assert_eq!(tests["sections"][0]["rows"][0]["result"], "ok");
    assert_eq!(tests["sections"][1]["rows"][0]["share"], 1);
    let docs = json(
        folder.path(),
        &["rules", "docs", "prudent", "--format", "json"],
    );
    let page = &docs["strategies"][0];
    assert_eq!(page["parameters"][0]["name"], "healthy");
    assert!(page["ways"].as_array().unwrap().len() > 3);
    let told = json(
        folder.path(),
        &["rules", "explain", "niche", "shanghai", "--format", "json"],
    );
    let sections: Vec<_> = told["sections"].as_array().unwrap().iter().collect();
    let ids: Vec<_> = sections.iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "score.inputs",
            "score.steps",
            "score.weights",
            "score.thresholds"
        ]
    );
    assert!(sections[1]["rows"][0]["value"].is_number());
    let schema = json(folder.path(), &["rules", "defs", "--tests"]);
    assert!(schema["properties"]["case"].is_object());
}

#[test]
fn checks_tell_programs_how_many_places_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let output = exacity(
        folder.path(),
        &["rules", "check", "weighted", "--format", "json"],
    )
    .output()
    .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["strategy"], "rules/weighted.rhai");
    assert!(last["judges"].as_u64().unwrap() > 0);
}

/// A project with one small strategy.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("rules")).unwrap();
    write(
        "exacity.toml",
        "schema = 1\n[project]\nname = \"small\"\n[data]\nmatrix = { file = \"m.csv\", id = \"id\" }\n[[criteria]]\nid = \"a\"\nindicator = \"a\"\ndirection = \"higher\"\nunit = \"1\"\n",
    );
    write("m.csv", "id,a\nnorth,1\nsouth,2\n");
    write("rules/half.rhai", HALF);
    folder
}

const HALF: &str = "fn meta() { #{ title: \"Half\" } }\nfn score(part) { if part.a > 50 { part.a / 2 } else { 1 } }\n";

#[test]
fn too_little_coverage_and_a_failing_case_are_a_no() {
    let folder = project();
    let tests = folder.path().join("rules/half.test.toml");
    let case = "[[case]]\nname = \"high\"\npart = { a = 80 }\nexpect = ";
    for (expect, threshold, code) in [("40", "60", 0), ("40", "100", 1), ("41", "0", 1)] {
        fs::write(&tests, format!("{case}{expect}\n")).unwrap();
        let status = exacity(folder.path(), &["rules", "test", "--threshold", threshold])
            .output()
            .unwrap()
            .status;
        assert_eq!(status.code(), Some(code), "{expect} {threshold}");
    }
}

#[test]
fn recorded_rows_pass_and_take_every_way_that_the_data_take() {
    let folder = project();
    let run = |args: &[&str]| {
        let output = exacity(folder.path(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
    };
    run(&["rules", "test", "half", "--record"]);
    run(&["rules", "test", "half", "--threshold", "100"]);
    let text = fs::read_to_string(folder.path().join("rules/half.test.toml")).unwrap();
    assert_eq!(text.matches("[[case]]").count(), 2, "{text}");
    // What is there already is not written twice.
    run(&["rules", "test", "half", "--record"]);
    let again = fs::read_to_string(folder.path().join("rules/half.test.toml")).unwrap();
    assert_eq!(again, text);
}

#[test]
fn a_change_is_checked_again() {
    let folder = project();
    let mut child = exacity(folder.path(), &["rules", "check", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    let wait_for = |wanted: &str| loop {
        let line = lines.recv_timeout(Duration::from_mins(1));
        if line.expect("no answer").contains(wanted) {
            return;
        }
    };
    wait_for("judges 2 of 2 places");
    fs::write(
        folder.path().join("rules/half.rhai"),
        HALF.replace("part.a / 2", "part.b / 2"),
    )
    .unwrap();
    wait_for("error[E0402]");
    child.kill().unwrap();
    child.wait().unwrap();
}
