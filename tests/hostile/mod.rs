//! Scripts that try to hang, crash or read the machine, each run by the real program.
//!
//! A script opens with a comment that names the code it must end with. The system holds every run to
//! one second of processor time and 64 MiB of memory: a script that takes more is killed, and a run
//! that is killed tells no code.
#![cfg(unix)]

use crate::golden::scripts;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Processor time of one run, in seconds.
const SECONDS: usize = 1;
/// Memory that one run may write to, in KiB.
const MEMORY: usize = 64 * 1024;

const PROJECT: &str = r#"schema = 1
[project]
name = "hostile"
[data]
matrix = { file = "figures.csv", id = "id" }
[[criteria]]
id = "a"
indicator = "a"
direction = "higher"
unit = "1"
"#;

/// Returns the code that a script says it ends with.
fn expected(script: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(script).unwrap()).into_owned();
    let first = text.trim_start_matches('\u{feff}').lines().next();
    let code = first.and_then(|l| l.strip_prefix("// ")?.split_once(": "));
    let code = code.unwrap_or_else(|| panic!("{} names no code", script.display()));
    code.0.to_owned()
}

/// A project whose folder holds the script.
fn project(script: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("exacity.toml"), PROJECT).unwrap();
    fs::write(
        folder.path().join("figures.csv"),
        "id,a\nnorth,1\nsouth,2\n",
    )
    .unwrap();
    fs::create_dir(folder.path().join("rules")).unwrap();
    fs::copy(script, folder.path().join("rules/hostile.rhai")).unwrap();
    folder
}

/// Runs the program on a project under limits that the system enforces.
fn run(folder: &Path, strategy: &str, memory: usize) -> Output {
    let limits = format!("ulimit -t {SECONDS}; ulimit -d {memory}; exec \"$0\" \"$@\"");
    Command::new("sh")
        .args(["-c", &limits, env!("CARGO_BIN_EXE_exacity")])
        .args(["--color", "never", "--project"])
        .arg(folder)
        .args(["rank", "--strategy", strategy])
        .output()
        .unwrap()
}

/// Says what is wrong with how a script ended; nothing if it ended as it should.
fn complaint(script: &Path) -> Option<String> {
    let name = script.file_stem()?.to_str()?;
    let code = expected(script);
    let folder = project(script);
    let output = run(folder.path(), "rules/hostile.rhai", MEMORY);
    let talk = String::from_utf8_lossy(&output.stderr);
    let told =
        talk.contains(&format!("error[{code}]: ")) && talk.contains("--> rules/hostile.rhai");
    let as_written = told && output.status.code() == Some(2);
    let start: String = talk.chars().take(600).collect();
    (!as_written).then(|| format!("{name} ends with {}, not {code}:\n{start}", output.status))
}

#[test]
fn hostile_scripts_end_in_their_code_within_a_second_and_64_mebibytes() {
    let scripts = scripts("hostile");
    assert!(scripts.len() >= 60, "{} scripts", scripts.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = vec![];
        while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(complaint(script));
        }
        found
    };
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers
            .into_iter()
            .flat_map(|w| w.join().unwrap())
            .collect()
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_limit_on_memory_bites() {
    let script = scripts("hostile").remove(0);
    let folder = project(&script);
    let output = run(folder.path(), "rules/hostile.rhai", 2 * 1024);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("gives no thread"), "{output:?}");
}

#[test]
fn a_strategy_outside_the_project_is_not_read() {
    let script = scripts("hostile").remove(0);
    let folder = project(&script);
    for path in ["../hostile.rhai", "/etc/hostname", "rules/../../x.rhai"] {
        let output = run(folder.path(), path, MEMORY);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{path}: {talk}");
        assert!(talk.contains("error[E01"), "{path}: {talk}");
    }
}
