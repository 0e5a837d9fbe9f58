//! `exacity serve` hands over to `exacity-web`; without it, it says how to get it.

use assert_cmd::cargo::cargo_bin;
use std::process::Command;

#[test]
fn without_its_server_the_command_says_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("exacity");
    let own = cargo_bin("exacity");
    std::fs::hard_link(&own, &alone)
        .or_else(|_| std::fs::copy(&own, &alone).map(drop))
        .unwrap();
    let run = Command::new(&alone)
        .args(["serve", "--quiet"])
        .env("PATH", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(
        said.contains("error[E0705]") && said.contains("cargo build --release"),
        "{said}"
    );
    assert!(run.stdout.is_empty());
}

#[test]
fn a_folder_that_is_no_project_is_refused_before_anything_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new(cargo_bin("exacity"))
        .args(["serve", "--project"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("E0112"));
}
