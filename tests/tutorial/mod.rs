//! The tutorial of the documentation, followed line by line.
//!
//! Blocks that name a file (```` ```rhai rules/x.rhai ````) are written, and what stands behind `$` in blocks
//! of `console` is run, one after the other in one fresh project. What it prints must be what the page
//! shows, to the last character; under ```` ```console timed ````, where times are printed, figures are free.
//! `EXACITY_BLESS=1 cargo test tutorial` writes the page anew.

use crate::golden::golden;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a line as a shell would that knows only spaces and quotes.
fn run(folder: &Path, line: &str) -> String {
    let mut words = vec![];
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    assert_eq!(words.remove(0), "exacity", "{line}");
    let output = Command::new(env!("CARGO_BIN_EXE_exacity"))
        .args(&words)
        .current_dir(folder)
        .output()
        .unwrap();
    let mut said = String::from_utf8(output.stdout).unwrap();
    said.push_str(&String::from_utf8(output.stderr).unwrap());
    match output.status.code() {
        Some(0) => {}
        code => {
            let _ = writeln!(said, "? {}", code.unwrap_or(-1));
        }
    }
    said
}

/// Runs the commands of a block and returns it with what they print now.
fn answers(body: &[&str], folder: &Path) -> String {
    let mut out = String::new();
    for command in body.iter().filter_map(|line| line.strip_prefix("$ ")) {
        let _ = writeln!(out, "$ {command}");
        // Trailing spaces of tables are nothing to look at.
        for said in run(folder, command).lines() {
            let _ = writeln!(out, "{}", said.trim_end());
        }
    }
    out
}

/// Returns the words of a text: every number is one sign, and the room that tables take does not count.
fn shape(text: &str) -> Vec<String> {
    let number = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    let word = |word: &str| match word.trim_matches(number) {
        "" => "#".to_owned(),
        rest => rest.trim_matches('─').to_owned(),
    };
    text.split_whitespace().map(word).collect()
}

/// Follows a page and returns it with what the commands print now.
fn followed(page: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let (language, file) = info.split_once(' ').unwrap_or((info, ""));
        if (language, file) == ("console", "timed") {
            let shown = body.join("\n") + "\n";
            let said = answers(&body, folder);
            out.push_str(if shape(&said) == shape(&shown) {
                &shown
            } else {
                &said
            });
        } else if language == "console" {
            out.push_str(&answers(&body, folder));
        } else {
            let text = body.join("\n") + "\n";
            if !file.is_empty() {
                fs::write(folder.join(file), &text).unwrap();
            }
            out.push_str(&text);
        }
        out.push_str("```\n");
    }
    out
}

#[test]
fn the_tutorial_is_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial-rules.md");
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "exacity init");
    let page = fs::read_to_string(&path).unwrap();
    golden(&path, &followed(&page, folder.path()));
}
