//! The layers of ARCHITECTURE.md, enforced: a module uses only what stands below it.
//!
//! The test reads `crate::…` paths in the sources. That is a reader of text, not a compiler: it can
//! be fooled by a macro, and nobody has a reason to fool it.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module with its layer and the modules of its own layer that it may use.
const LAYERS: &[(&str, u8, &[&str])] = &[
    ("num", 0, &[]),
    ("diagnostics", 0, &[]),
    ("model", 1, &[]),
    ("prepare", 2, &[]),
    ("normalise", 2, &[]),
    ("weigh", 2, &[]),
    ("aggregate", 2, &[]),
    ("outrank", 2, &[]),
    ("rules", 2, &[]),
    ("project", 3, &[]),
    ("sources", 4, &[]),
    ("dataset", 4, &["sources"]),
    ("config", 4, &["dataset", "sources"]),
    ("score", 4, &[]),
    ("parts", 4, &["sources"]),
    ("bulk", 5, &[]),
    ("audit", 5, &[]),
    ("robustness", 5, &[]),
    ("plan", 5, &[]),
    ("report", 6, &["manifest"]),
    ("manifest", 6, &[]),
    ("cli", 7, &[]),
];

/// Third-party crates that only some modules may name.
const HOMES: &[(&str, &[&str])] = &[
    ("toml", &["config"]),
    ("csv", &["dataset", "report"]),
    ("rhai", &["rules"]),
    ("plotly", &["report"]),
    ("rust_xlsxwriter", &["report"]),
    ("parquet", &["dataset", "bulk"]),
    ("calamine", &["dataset", "report"]),
    ("clap", &["cli"]),
    ("annotate_snippets", &["cli"]),
    ("comfy_table", &["cli", "report"]),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = vec![];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((module_of(&path), path, text));
            }
        }
    }
    found.sort();
    found
}

/// Returns the top-level module a file belongs to: `src/score/leaves.rs` is `score`.
fn module_of(path: &Path) -> String {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<&'static (&'static str, u8, &'static [&'static str])> {
    LAYERS.iter().find(|(name, ..)| *name == module)
}

/// Returns the names that follow `prefix` in the code of a file, comments and tests left out.
fn named_after(text: &str, prefix: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut names = vec![];
    for line in lines {
        for (at, _) in line.match_indices(prefix) {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &line[at + prefix.len()..];
            let list = rest
                .strip_prefix('{')
                .map_or(rest, |l| l.split('}').next().unwrap_or(l));
            for word in list
                .split(',')
                .take(if rest.starts_with('{') { 99 } else { 1 })
            {
                let name: String = word
                    .trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                names.push(name);
            }
        }
    }
    names
}

#[test]
fn modules_use_only_the_layers_below_them() {
    let mut broken = vec![];
    for (module, path, text) in sources() {
        let Some((_, own, beside)) = layer(&module) else {
            assert!(
                ["lib", "main"].contains(&module.as_str()),
                "`{module}` has no layer"
            );
            continue;
        };
        for used in named_after(&text, "crate::") {
            let Some((_, theirs, _)) = layer(&used) else {
                continue;
            };
            let allowed = used == module || theirs < own || beside.contains(&used.as_str());
            // Layer 4 builds projects (config, dataset) or runs them (score), never both.
            let across =
                module == "score" && ["config", "dataset", "sources"].contains(&used.as_str());
            if !allowed || across {
                broken.push(format!("{}: {module} uses {used}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn third_party_crates_stay_at_home() {
    let mut broken = vec![];
    for (module, path, text) in sources() {
        for (name, homes) in HOMES {
            let used = !named_after(&text, &format!("{name}::")).is_empty();
            if used && !homes.contains(&module.as_str()) {
                broken.push(format!(
                    "{}: {name} lives in {}",
                    path.display(),
                    homes.join(", ")
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_reader_sees_what_it_must_see() {
    let text =
        "use crate::score;\nuse crate::{num, cli::x};\n// crate::plan\nlet a = crate::config::b;";
    assert_eq!(
        named_after(text, "crate::"),
        ["score", "num", "cli", "config"]
    );
}
