//! `exacity rules`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{CheckFormat, Global, Rules};
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::{Scored, on_disk, open_scored, sources};
use crate::cli::output::Out;
use crate::cli::render;
use crate::config::{self, Request, StrategyFile};
use crate::diagnostics::{
    Code, Diagnostic, Diagnostics, FileId, Files, Severity, Span, did_you_mean,
};
use crate::report::views::words::counted;
use crate::rules::testing::{self, Outcome as Tested};
use crate::rules::{functions_page, page, scaffold};
use crate::score::Exclusion;
use crate::sources::Sources;
use crate::sources::disk::{self, TreeError};
use std::fmt::Write as _;

pub(super) fn run(global: &Global, command: &Rules, out: &Out) -> Ended {
    match command {
        Rules::New { name, like } => new(global, name, like.as_deref(), out),
        Rules::Check { names, format } => check(global, names, *format, out),
        Rules::Test { names } => test(global, names, out),
        Rules::Docs { names, functions } => docs(global, names, *functions, out),
    }
}

/// Reads the strategies named, or all, with everything found in them.
fn strategies(
    sources: &dyn Sources,
    names: &[String],
) -> Result<(Vec<StrategyFile>, Findings), Failure> {
    let read = config::strategies(sources);
    let mut all = read.value.unwrap_or_default();
    for name in names {
        if !all.iter().any(|one| is_named(one, name)) {
            return Err(unknown(&all, name).into());
        }
    }
    let mut found = read.diagnostics;
    if !names.is_empty() {
        all.retain(|one| names.iter().any(|name| is_named(one, name)));
        found = only_in(found, &all);
    }
    let files = read.files;
    Ok((all, Findings { found, files }))
}

fn is_named(one: &StrategyFile, name: &str) -> bool {
    one.name == name || one.path == name
}

fn unknown(all: &[StrategyFile], name: &str) -> Diagnostic {
    let known: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    Diagnostic::new(Code("E0106"), format!("there is no strategy `{name}`"))
        .maybe_help(did_you_mean(name, known.iter().copied()))
        .note("strategies are the files rules/*.rhai")
}

fn only_in(found: Diagnostics, chosen: &[StrategyFile]) -> Diagnostics {
    let mut kept = Diagnostics::new();
    kept.extend(found.into_iter().filter(|diagnostic| {
        let file = diagnostic.span().map(|span| span.file.as_str().to_owned());
        file.is_none_or(|file| {
            let is_its =
                |one: &StrategyFile| one.path == file || one.test_path.as_ref() == Some(&file);
            chosen.iter().any(is_its)
        })
    }));
    kept
}

fn check(global: &Global, names: &[String], format: CheckFormat, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let (
        all,
        Findings {
            mut found,
            mut files,
        },
    ) = strategies(&*sources, names)?;
    let mut lines = vec![];
    for one in all.iter().filter(|one| one.rule.is_some()) {
        let request = Request {
            strategy: Some(one.path.clone()),
            ..Request::default()
        };
        match open_scored(&*sources, &request) {
            Ok(scored) => {
                lines.push(judges(one, &scored));
                // Warnings about data and settings belong to `exacity check`.
                found.extend(only_in(scored.findings.found, std::slice::from_ref(one)));
                files.extend(scored.findings.files);
            }
            Err(Failure::Found(findings)) => {
                found.extend(findings.found);
                files.extend(findings.files);
            }
            Err(other) => return Err(other),
        }
    }
    let mut text = render::findings(&found, &files, format, out.screen());
    if format == CheckFormat::Text {
        text.push_str(&lines.concat());
    }
    out.data(&text)?;
    Ok(match found.count(Severity::Error) {
        0 => Outcome::Done,
        _ => Outcome::No,
    })
}

/// Says how many places a strategy can judge, of those that hold enough to be ranked.
fn judges(one: &StrategyFile, scored: &Scored) -> String {
    let board = &scored.scoreboard.boards[0];
    let not_judged = board
        .excluded
        .iter()
        .filter(|out| matches!(out.why, Exclusion::NotJudged(_) | Exclusion::NotEligible));
    let judged = board.ranking.len();
    let of = judged + not_judged.count();
    format!("{} judges {judged} of {}\n", one.path, counted(of, "place"))
}

fn test(global: &Global, names: &[String], out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let (all, Findings { found, files }) = strategies(&*sources, names)?;
    let mut text = String::new();
    let (mut passed, mut failed) = (0, 0);
    for one in &all {
        let Some((rule, tests)) = one.rule.as_ref().zip(one.tests.as_ref()) else {
            if one.rule.is_some() {
                let _ = writeln!(text, "{}: no tests", one.name);
            }
            continue;
        };
        let outcomes = testing::run(rule, tests);
        for outcome in &outcomes {
            match outcome.failure {
                None => passed += 1,
                Some(_) => failed += 1,
            }
            text.push_str(&line(one, outcome, &files));
        }
    }
    if found.has_errors() {
        return Err(Failure::Found(Findings { found, files }));
    }
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    out.data(&text)?;
    Ok(if failed == 0 {
        Outcome::Done
    } else {
        Outcome::No
    })
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

fn line(one: &StrategyFile, outcome: &Tested, files: &Files) -> String {
    match &outcome.failure {
        None => format!("ok      {}: {}\n", one.name, outcome.name),
        Some(why) => {
            let at = files.position(&outcome.span);
            let at = at.map_or_else(String::new, |at| format!(":{}", at.line));
            let file = &outcome.span.file;
            format!(
                "FAILED  {}: {}\n        {why} [{file}{at}]\n",
                one.name, outcome.name
            )
        }
    }
}

fn docs(global: &Global, names: &[String], functions: bool, out: &Out) -> Ended {
    if functions {
        out.data(functions_page())?;
        return Ok(Outcome::Done);
    }
    let sources = sources(global, out)?;
    let (all, findings) = strategies(&*sources, names)?;
    if findings.found.has_errors() {
        return Err(Failure::Found(findings));
    }
    let rules = all.iter().filter_map(|one| Some((one, one.rule.as_ref()?)));
    let pages: Vec<String> = rules.map(|(one, rule)| page(rule, &one.name)).collect();
    out.data(pages.join("\n"))?;
    Ok(Outcome::Done)
}

fn new(global: &Global, name: &str, like: Option<&str>, out: &Out) -> Ended {
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
    let scored = crate::cli::open::open(sources, &Request::default())?;
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
