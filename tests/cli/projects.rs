//! Whole projects on disk: written by `init`, broken on purpose, and read by the real binary.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

/// What a run answered.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

fn exacity(folder: &Path, args: &[&str]) -> Answer {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("exacity"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let answer = exacity(folder.path(), &["init", "demo"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    folder
}

/// Replaces the first occurrence of a text in a file, and returns the number of the line it is on.
fn plant(project: &Path, file: &str, was: &str, becomes: &str) -> (String, usize) {
    let path = project.join(file);
    let text = fs::read_to_string(&path).unwrap();
    let at = text
        .find(was)
        .unwrap_or_else(|| panic!("{file} holds {was}"));
    fs::write(&path, text.replacen(was, becomes, 1)).unwrap();
    (file.to_owned(), text[..at].matches('\n').count() + 1)
}

#[test]
fn a_new_project_ranks_as_the_built_in_one_does() {
    let folder = demo();
    let elsewhere = exacity(folder.path(), &["rank"]);
    let inside = exacity(&folder.path().join("demo"), &["rank"]);
    assert_eq!((elsewhere.code, inside.code), (0, 0), "{}", inside.err);
    assert_eq!(elsewhere.out, inside.out);
    assert!(inside.out.contains("Beijing"), "{}", inside.out);
    // Only where no project is found does the built-in one speak, and it says so.
    assert!(elsewhere.err.contains("built-in"), "{}", elsewhere.err);
    assert_eq!(inside.err, "");
}

#[test]
fn init_overwrites_nothing() {
    let folder = demo();
    let settings = folder.path().join("demo/exacity.toml");
    fs::write(&settings, "mine").unwrap();
    let again = exacity(folder.path(), &["init", "demo"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("error[E0111]"), "{}", again.err);
    assert_eq!(fs::read_to_string(&settings).unwrap(), "mine");
}

#[test]
fn an_edited_weight_moves_the_places() {
    let folder = demo();
    let project = folder.path().join("demo");
    let first = |answer: Answer| {
        let ranking: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        ranking["ranking"][0]["place"].as_str().unwrap().to_owned()
    };
    let rank = || first(exacity(&project, &["rank", "--format", "json"]));
    assert_eq!(rank(), "beijing");
    plant(&project, "exacity.toml", "compute   = 30", "compute   = 90");
    assert_eq!(rank(), "shanghai");
}

/// Ten mistakes of ten kinds in six files: each is found, at its own line, and nothing else is.
#[test]
fn check_reports_ten_planted_mistakes_each_at_its_line() {
    let folder = demo();
    let project = folder.path().join("demo");
    let mut planted = vec![];
    let mut mistake = |code: &str, file: &str, was: &str, becomes: &str| {
        let (file, line) = plant(&project, file, was, becomes);
        planted.push((file, line, code.to_owned()));
    };
    mistake(
        "E0103",
        "exacity.toml",
        "doubtful = \"skip\"",
        "doubtfull = \"skip\"",
    );
    mistake(
        "E0303",
        "exacity.toml",
        "aggregate = \"arithmetic\"",
        "aggregate = \"arithmetics\"",
    );
    mistake("E0305", "exacity.toml", "subsidies = 10", "subsidies = -10");
    mistake(
        "E0106",
        "exacity.toml",
        "scoring  = { weights = \"hubs\" }",
        "scoring  = { weights = \"hub\" }",
    );
    mistake(
        "E0302",
        "rules/criteria.toml",
        "\"dfc_universities\"",
        "\"dfc_universitys\"",
    );
    mistake("E0304", "rules/criteria.toml", "high = 10,", "hi = 10,");
    mistake(
        "E0203",
        "data/observations.csv",
        "ai_companies,2400,",
        "ai_companies,24OO,",
    );
    mistake(
        "E0205",
        "data/observations.csv",
        "o0977,zhangjiakou,",
        "o0977,zhangjiaku,",
    );
    mistake("E0204", "data/targets.csv", "2025-12-31", "2025-13-31");
    mistake("E0402", "rules/niche.rhai", "part.", "prat.");
    let answer = exacity(&project, &["check", "--format", "json"]);
    assert_eq!(answer.code, 1, "{}", answer.err);
    let mut found: Vec<(String, usize, String)> = answer
        .out
        .lines()
        .map(|line| {
            let finding: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let line = finding["line"].as_u64().unwrap_or_default();
            (text("file"), usize::try_from(line).unwrap(), text("code"))
        })
        .filter(|(_, _, code)| code.starts_with('E'))
        .collect();
    planted.sort();
    found.sort();
    assert_eq!(found, planted, "{}", answer.out);
    // `rank` refuses the same project, and prints nothing that looks like an answer.
    let ranked = exacity(&project, &["rank"]);
    assert_eq!((ranked.code, ranked.out.as_str()), (2, ""));
}
