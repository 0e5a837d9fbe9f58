//! What is done with made-up input: plain functions, for the replay on the stable toolchain and for the
//! long runs of `fuzz/`.
//!
//! Whatever comes in, nothing may panic or hang, every finding has a registered code and points into a
//! text that exists, and what is accepted gives finite numbers or coded errors.

use exacity::config::{self, Request};
use exacity::diagnostics::{Diagnostics, FileId, Files, find_code};
use exacity::report::findings::Finding;
use exacity::rules::testing::TestFile;
use exacity::rules::{Argument, Coverage, Field, Rule, Table, page};
use exacity::score::score;
use exacity::sources::memory::MemorySources;

/// Functions that a project may call.
const HOOKS: [&str; 3] = ["score", "eligible", "normalise"];

/// Compiles a text as a strategy and as a condition, and runs what compiles.
pub(crate) fn script(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let file = FileId::new("rules/fuzz.rhai");
    let (rule, found) = Rule::compile(&file, &text);
    assert_eq!(rule.is_none(), found.has_errors(), "{found:?}");
    sound(&found, &file, &text);
    if let Some(rule) = rule {
        for function in HOOKS {
            called(&rule, function);
        }
        let page = page(&rule, "fuzz", Some(&TestFile::default()));
        assert!(!page.markdown().is_empty());
    }
    let whole = exacity::diagnostics::Span::new(&file, 0..text.len());
    let (rule, found) = Rule::condition(&text, &whole);
    sound(&found, &file, &text);
    if let Some(rule) = rule {
        called(&rule, "eligible");
    }
}

/// Calls a function with figures that are small, large, negative and none.
fn called(rule: &Rule, function: &str) {
    if !rule.has(function) {
        return;
    }
    let table = table(rule, function);
    if function == "eligible" {
        for result in rule.flags(function, &table) {
            let known = result.map_err(|fault| find_code(fault.code.0).is_some());
            assert_ne!(known, Err(false));
        }
    } else {
        for result in rule.numbers(function, &table) {
            match result {
                Ok(number) => assert!(number.is_finite()),
                Err(fault) => assert!(find_code(fault.code.0).is_some(), "{fault}"),
            }
        }
    }
    Coverage::new(rule).add(rule, function, &table);
    // The walk of an explanation is refused where it does not end as the interpreter does.
    if let Err(fault) = rule.steps(function, &table, 0) {
        assert!(
            !fault.message.starts_with("the steps end with"),
            "{fault:?}"
        );
    }
}

fn table(rule: &Rule, function: &str) -> Table {
    let numbers = || Field::Numbers(vec![42.5, 0.0, -3.0, 1e12]);
    let mut table = Table {
        rows: 4,
        ..Table::default()
    };
    for argument in rule.arguments(function) {
        let reads = rule.reads(function);
        let own = reads.iter().filter(|read| read.record == *argument);
        let fields = own.map(|read| {
            let field = match argument.as_str() {
                "known" => Field::Flags(vec![true, false, true, false]),
                "param" => {
                    Field::Number(rule.meta().params.get(&read.field).map_or(1.0, |p| p.value))
                }
                _ => numbers(),
            };
            (read.field.clone(), field)
        });
        let value = match argument.as_str() {
            "x" => Argument::Field(numbers()),
            _ => Argument::Record(fields.collect()),
        };
        table.arguments.insert(argument.clone(), value);
    }
    table
}

fn sound(found: &Diagnostics, file: &FileId, text: &str) {
    let mut files = Files::default();
    files.insert(file.clone(), text);
    for finding in found {
        assert!(find_code(finding.code.0).is_some(), "{finding:?}");
        for label in &finding.labels {
            let (start, end) = (label.span.start, label.span.end);
            assert!(start <= end && end <= text.len(), "{finding:?}");
            assert!(
                text.is_char_boundary(start) && text.is_char_boundary(end),
                "{finding:?}"
            );
        }
        let _ = Finding::new(finding, &files);
    }
}

/// A small project whose parts can be replaced.
const PROJECT: &str = "schema = 1\n[project]\nname = \"fuzz\"\n[data]\nmatrix = { file = \"m.csv\", id = \"id\" }\n[[criteria]]\nid = \"a\"\nindicator = \"a\"\ndirection = \"higher\"\nunit = \"1\"\n";
const MATRIX: &str = "id,a,b\nnorth,1,5\nsouth,2,4\nwest,4,3\n";
const RULE: &str = "fn meta() { #{ title: \"R\", params: #{ k: #{ value: 1, min: 0, max: 2 } } } } fn score(part, param) { part.a * param.k }";
const LONG: &str = "schema = 1\n[project]\nname = \"fuzz\"\n[data]\nfolder = \"data\"\n[[criteria]]\nid = \"a\"\nindicator = \"flops\"\n";
const INDICATORS: &str =
    "[[indicator]]\nid = \"flops\"\nname = \"F\"\nunit = \"EFLOPS\"\ndirection = \"higher\"\n";
const PLACES: &str = "id,name,name_zh,kind,parent,region,lat,lon,population,population_definition,population_source\nnorth,North,,city,,,,,,,\nsouth,South,,city,,,,,,,\n";
const SOURCES: &str = "source_id,title,publisher,url,date,tier\ns1,Yearbook,Office,,2025,A\n";

/// Reads a text as the settings of a project, and scores what is accepted.
pub(crate) fn project(input: &[u8]) {
    run(&MemorySources::default()
        .with("exacity.toml", input)
        .with("m.csv", MATRIX)
        .with("rules/r.rhai", RULE)
        .with("rules/r.test.toml", input)
        .with("data/indicators.toml", INDICATORS)
        .with("data/places.csv", PLACES)
        .with("data/sources.csv", SOURCES));
}

/// Reads a text as a wide table and as a list of observations, and scores what is accepted.
pub(crate) fn figures(input: &[u8]) {
    run(&MemorySources::default()
        .with("exacity.toml", PROJECT)
        .with("m.csv", input));
    run(&MemorySources::default()
        .with("exacity.toml", LONG)
        .with("data/indicators.toml", INDICATORS)
        .with("data/places.csv", PLACES)
        .with("data/sources.csv", SOURCES)
        .with("data/observations.csv", input));
}

fn run(sources: &MemorySources) {
    let checked = config::check(sources);
    known(&checked.diagnostics, &checked.files);
    let loaded = config::load(sources, &Request::default());
    known(&loaded.diagnostics, &loaded.files);
    assert_eq!(loaded.value.is_none(), loaded.diagnostics.has_errors());
    let Some(loaded) = loaded.value else { return };
    match score(&loaded.project) {
        Ok(scoreboard) => {
            for ranked in &scoreboard.boards[0].ranking {
                assert!(ranked.score.is_finite());
            }
        }
        Err(found) => assert!(found.has_errors()),
    }
}

fn known(found: &Diagnostics, files: &Files) {
    for finding in found {
        assert!(find_code(finding.code.0).is_some(), "{finding:?}");
        let _ = Finding::new(finding, files);
    }
}
