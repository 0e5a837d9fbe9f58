//! `exacity rules new`

use super::strategies;
use crate::cli::Outcome;
use crate::cli::args::Global;
use crate::cli::commands::Ended;
use crate::cli::failure::Failure;
use crate::cli::open::{on_disk, open};
use crate::cli::output::Out;
use crate::config::Request;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span};
use crate::rules::scaffold;
use crate::sources::Sources;
use crate::sources::disk::{self, TreeError};

pub(super) fn run(global: &Global, name: &str, like: Option<&str>, out: &Out) -> Ended {
    if !is_file_name(name) {
        let message = format!("`{name}` cannot be the name of a strategy");
        let help = "use lower-case letters, digits, `-` and `_`, and start with a letter";
        return Err(Diagnostic::new(Code("E0310"), message).help(help).into());
    }
    let Some(disk) = on_disk(global, out)? else {
        let message = "there is no project here that could take a strategy";
        let help = "`exacity init DIR` writes one";
        return Err(Diagnostic::new(Code("E0112"), message).help(help).into());
    };
    let start = like.map(|like| start(&disk, like)).transpose()?;
    let criteria = top_level_criteria(&disk)?;
    let start = start
        .as_ref()
        .map(|(script, tests)| (script.as_str(), tests.as_str()));
    let made = scaffold(name, start, &criteria);
    let files = [
        (format!("rules/{name}.rhai"), made.script.into_bytes()),
        (format!("rules/{name}.test.toml"), made.tests.into_bytes()),
    ];
    disk::write_tree(disk.root(), &files).map_err(|error| refusal(&error))?;
    out.talk(&format!(
        "wrote rules/{name}.rhai and its tests; try `exacity rules test {name}`\n"
    ));
    Ok(Outcome::Done)
}

fn is_file_name(name: &str) -> bool {
    let mut letters = name.bytes();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
}

/// Reads script and tests of the strategy to start from.
fn start(sources: &dyn Sources, like: &str) -> Result<(String, String), Failure> {
    let (all, mut findings) = strategies(sources, &[like.to_owned()])?;
    let one = &all[0];
    let script = read(sources, &FileId::new(&one.path), &mut findings.found);
    let tests = match &one.test_path {
        Some(path) => read(sources, &FileId::new(path), &mut findings.found),
        None => Some(String::new()),
    };
    script.zip(tests).ok_or(Failure::Found(findings))
}

fn top_level_criteria(sources: &dyn Sources) -> Result<Vec<String>, Failure> {
    let scored = open(sources, &Request::default())?;
    let project = &scored.loaded.project;
    let root = project.indices[0].root;
    let pillars = project.tree.node(root).children.iter();
    Ok(pillars
        .map(|&at| project.tree.node(at).id.in_scripts())
        .collect())
}

fn refusal(error: &TreeError) -> Diagnostic {
    match error {
        TreeError::Exists(path) => {
            let message = format!("`{path}` is there already, and nothing is overwritten");
            Diagnostic::new(Code("E0111"), message).help("choose another name")
        }
        TreeError::Io(path, why) => {
            Diagnostic::new(Code("E0111"), format!("`{path}` cannot be written: {why}"))
        }
    }
}

fn read(sources: &dyn Sources, file: &FileId, found: &mut Diagnostics) -> Option<String> {
    let why = match sources.read(file.as_str()) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(text),
            Err(_) => format!("`{file}` is not UTF-8 text"),
        },
        Err(error) => error.to_string(),
    };
    found.push(Diagnostic::new(Code("E0101"), why).at(Span::whole(file), ""));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::memory::MemorySources;

    #[test]
    fn names_of_strategies_are_file_names_everywhere() {
        assert!(is_file_name("my-niche_2"));
        for bad in ["", "2x", "../x", "a.b", "A", "北京", "a b"] {
            assert!(!is_file_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_test_file_that_is_no_text_is_reported() {
        let sources = MemorySources::default().with("rules/x.test.toml", vec![0xff]);
        let mut found = Diagnostics::new();
        assert!(read(&sources, &FileId::new("rules/x.test.toml"), &mut found).is_none());
        assert_eq!(found.iter().next().unwrap().code.0, "E0101");
    }
}
