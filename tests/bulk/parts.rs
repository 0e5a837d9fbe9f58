//! Runs that were split: the parts give the bytes of the whole.

use super::{Memory, Options, all_criteria, files, in_bulk, input, table, template};
use exacity::bulk::{self, Control, Form, score};
use exacity::parts::{self, Shard};
use exacity::sources::memory::MemorySources;
use exacity::sources::stream::{Input, MemoryInput};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Scores one part.
fn part(sources: &MemorySources, text: &str, options: &Options, shard: Shard) -> MemoryInput {
    let mut template = template(sources, text);
    let table = input(text);
    let options = Options {
        shard: Some(shard),
        ..options.clone()
    };
    let scoring = score(
        &mut template,
        &table,
        &Memory,
        &options,
        &Control::default(),
    )
    .unwrap();
    let mut bytes = vec![];
    scoring
        .write_part(&template, &table, &options, &mut bytes)
        .unwrap();
    MemoryInput {
        name: format!("part-{}", shard.at),
        bytes,
    }
}

/// Scores all parts and merges them, the last first: ranking and rejects.
fn merged(sources: &MemorySources, text: &str, options: &Options, of: u32) -> (String, String) {
    let all = (1..=of)
        .rev()
        .map(|at| part(sources, text, options, Shard { at, of }));
    let all: Vec<MemoryInput> = all.collect();
    let inputs: Vec<&dyn Input> = all.iter().map(|part| part as &dyn Input).collect();
    let opened = parts::open(&inputs).unwrap();
    let (mut ranked, mut rejects) = (vec![], vec![]);
    bulk::merge(&opened, &Memory, Form::Csv, &mut ranked, Some(&mut rejects)).unwrap();
    (
        String::from_utf8(ranked).unwrap(),
        String::from_utf8(rejects).unwrap(),
    )
}

#[test]
fn parts_of_a_table_give_the_bytes_of_the_whole() {
    let text = table(1500, "\r\n");
    for settings in [
        "[scoring]\nties = \"average\"\nrank-on = { decimals = 0 }\n",
        "[scoring]\nstrategy = \"rules/size.rhai\"\n",
    ] {
        let sources = files(settings);
        let whole = in_bulk(&sources, &text, &all_criteria());
        for of in [1, 2, 3, 40] {
            assert_eq!(
                merged(&sources, &text, &all_criteria(), of).0,
                whole,
                "{of} parts"
            );
        }
        let top = Options {
            top: Some(50),
            ..all_criteria()
        };
        let head: Vec<&str> = whole.split_inclusive('\n').take(51).collect();
        assert_eq!(merged(&sources, &text, &top, 3).0, head.concat());
    }
}

#[test]
fn parts_keep_their_rejects_and_more_parts_than_rows_do_no_harm() {
    let sources = MemorySources::default().with(
        "exacity.toml",
        "[data]\nmatrix = { file = \"o.csv\", id = \"id\" }\n[[criteria]]\nid = \"x\"\nindicator = \"x\"\ndirection = \"higher\"\n",
    );
    let text = "id,x\nb,1\na,2\na,3\nc,?\nd,0.5\n";
    let options = Options {
        reject: true,
        ..Options::default()
    };
    let whole = in_bulk(&sources, text, &options);
    assert_eq!(
        whole,
        "rank,place,score\n1,a,100\n2,b,33.33333333333333\n3,d,0\n"
    );
    for of in [1, 2, 9] {
        let (ranked, rejects) = merged(&sources, text, &options, of);
        assert_eq!(ranked, whole);
        assert_eq!(rejects.lines().count(), 3, "{rejects}");
        assert!(
            rejects.contains("4,E0206,") && rejects.contains("5,E0203,"),
            "{rejects}"
        );
    }
}

#[test]
fn parts_of_another_table_project_or_question_are_refused() {
    let text = table(300, "\n");
    let sources = files("");
    let first = part(&sources, &text, &all_criteria(), Shard { at: 1, of: 2 });
    let second = Shard { at: 2, of: 2 };
    let refusal = |other: &MemoryInput| {
        let found = parts::open(&[&first, other]).unwrap_err();
        found.iter().next().unwrap().message.clone()
    };
    let touched = text.replacen("north", "nord", 1);
    let other = part(&sources, &touched, &all_criteria(), second);
    assert!(refusal(&other).contains("another table"));
    let other = part(&sources, &text, &Options::default(), second);
    assert!(refusal(&other).contains("asked for something else"));
    let settings = files("[scoring]\nties = \"max\"\n");
    let other = part(&settings, &text, &all_criteria(), second);
    assert!(refusal(&other).contains("another project or other settings"));
}

fn exacity(folder: &Path, args: &[&str]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("exacity").unwrap();
    command.current_dir(folder).args(args).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeed(folder: &Path, args: &[&str]) {
    let done = exacity(folder, args);
    assert!(done.status.success(), "{args:?}: {}", told(&done));
}

#[test]
fn a_study_in_parts_gives_the_bytes_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (draws, strategy) in [("150000", None), ("70000", Some("rules/niche.rhai"))] {
        let mut study = vec![
            "robustness",
            "--draws",
            draws,
            "--seed",
            "7",
            "--vary",
            "weights=uniform",
        ];
        study.extend(strategy.into_iter().flat_map(|file| ["--strategy", file]));
        let with = |more: &[&'static str]| [study.as_slice(), more].concat();
        succeed(at, &with(&["--out", "whole.json"]));
        for (shard, out) in [("1/3", "a-1"), ("2/3", "a-2"), ("3/3", "a-3")] {
            succeed(
                at,
                &with(&["--shard", shard, "--out", out, "--threads", "1"]),
            );
        }
        succeed(at, &["merge", "a-3", "a-1", "a-2", "--out", "merged.json"]);
        let read = |name: &str| fs::read(at.join(name)).unwrap();
        assert!(read("merged.json") == read("whole.json"), "{strategy:?}");
        let twice = exacity(at, &["merge", "a-1", "a-1", "a-3"]);
        assert_eq!(twice.status.code(), Some(2));
        assert!(
            told(&twice).contains("part 1 of 3 is there twice: a-1, a-1"),
            "{}",
            told(&twice)
        );
        assert!(
            told(&twice).contains("part 2 of 3 is missing"),
            "{}",
            told(&twice)
        );
    }
    // The parts remember the settings they were made with, and the project has to be the same.
    succeed(at, &["init", "other"]);
    let settings = at.join("other/exacity.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("compute   = 30", "compute   = 60")).unwrap();
    let other = exacity(at, &["merge", "a-1", "a-2", "a-3", "--project", "other"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(told(&other).contains("E0804"), "{}", told(&other));
}

#[test]
fn a_study_that_ends_when_precise_cannot_be_split() {
    let folder = tempfile::tempdir().unwrap();
    let args = [
        "robustness",
        "--until",
        "0.01",
        "--shard",
        "1/2",
        "--out",
        "p",
    ];
    let refused = exacity(folder.path(), &args);
    assert!(
        told(&refused).contains("E0804") && told(&refused).contains("--draws N"),
        "{}",
        told(&refused)
    );
}

#[test]
fn a_worker_that_is_killed_leaves_nothing_and_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let study = |shard: &'static str, draws: &'static str, out: &'static str| {
        vec![
            "robustness",
            "--draws",
            draws,
            "--shard",
            shard,
            "--out",
            out,
        ]
    };
    succeed(at, &study("1/2", "1000", "p-1"));
    let mut worker = Command::new(assert_cmd::cargo::cargo_bin("exacity"))
        .current_dir(at)
        .args(study("2/2", "4000000000", "p-2"))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert!(!at.join("p-2").exists());
    let merged = exacity(at, &["merge", "p-1"]);
    assert_eq!(merged.status.code(), Some(2));
    assert!(
        told(&merged).contains("part 2 of 2 is missing"),
        "{}",
        told(&merged)
    );
    assert!(told(&merged).contains("--shard 2/2"), "{}", told(&merged));
}

#[test]
fn the_commands_score_reject_and_merge() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let project = "[data]\nmatrix = { file = \"none.csv\", id = \"id\" }\n[[criteria]]\nid = \"x\"\nindicator = \"x\"\ndirection = \"higher\"\n";
    fs::write(at.join("exacity.toml"), project).unwrap();
    fs::write(at.join("big.csv"), "id,x\nb,1\na,2\nc,?\n").unwrap();
    let failed = exacity(at, &["score", "big.csv", "--out", "ranked.csv"]);
    assert_eq!(failed.status.code(), Some(2));
    assert!(
        told(&failed).contains("big.csv, line 4: c,?"),
        "{}",
        told(&failed)
    );
    assert!(!at.join("ranked.csv").exists());

    let reject = ["--on-bad-row", "reject"];
    let score = |more: &[&'static str]| [&["score", "big.csv"], reject.as_slice(), more].concat();
    let done = exacity(
        at,
        &score(&["--out", "ranked.csv", "--rejects", "rejects.csv"]),
    );
    assert!(
        told(&done).contains("ranked 2 of 3 rows\n  1 left out for E0203"),
        "{}",
        told(&done)
    );
    let ranked = fs::read_to_string(at.join("ranked.csv")).unwrap();
    assert_eq!(ranked, "rank,place,score\n1,a,100\n2,b,0\n");
    let rejects = fs::read_to_string(at.join("rejects.csv")).unwrap();
    assert_eq!(
        rejects,
        "line,code,reason,row\n4,E0203,`?` in `x` is not a number,\"c,?\"\n"
    );

    succeed(at, &score(&["--shard", "1/2", "--out", "p-1"]));
    succeed(at, &score(&["--shard", "2/2", "--out", "p-2"]));
    succeed(
        at,
        &[
            "merge",
            "p-2",
            "p-1",
            "--out",
            "merged.csv",
            "--rejects",
            "again.csv",
        ],
    );
    assert_eq!(fs::read_to_string(at.join("merged.csv")).unwrap(), ranked);
    assert_eq!(fs::read_to_string(at.join("again.csv")).unwrap(), rejects);
    let own = exacity(at, &["score", "big.csv", "--out", "big.csv"]);
    assert!(
        told(&own).contains("would replace the table"),
        "{}",
        told(&own)
    );
}
