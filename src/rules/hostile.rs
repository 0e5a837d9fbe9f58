//! Scripts that try to hang, crash or read the machine: each must end in a coded error, soon.

use super::*;
use std::time::{Duration, Instant};

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../tests/hostile/", $name, ".rhai")))),*]
    };
}

static SCRIPTS: &[(&str, &str)] = scripts![
    "array_growth",
    "call_ladder",
    "deep_sums",
    "wide_sums",
    "closure",
    "deep_blocks",
    "deep_brackets",
    "deep_lists",
    "deep_signs",
    "division_by_zero",
    "endless_loop",
    "endless_while",
    "eval",
    "folding_bomb",
    "function_pointer",
    "huge_number",
    "huge_source",
    "import_itself",
    "import_path",
    "interpolation",
    "kind_ladder",
    "long_chain",
    "long_else",
    "long_sum",
    "many_functions",
    "many_variables",
    "map_growth",
    "mutual_recursion",
    "nested_loops",
    "not_a_number",
    "range_loop",
    "recursion",
    "right_to_left",
    "running_meta",
    "shadow_max",
    "shadow_record",
    "stop_word",
    "text_growth",
    "throw",
    "unclosed",
    "unusual_names",
    "zero_bytes",
];

/// Compiles a script, runs it where it compiles, and returns the first error.
fn end(name: &str, source: &str) -> Option<Diagnostic> {
    let (rule, found) = Rule::compile(&FileId::new(name), source);
    let Some(rule) = rule else {
        return found
            .into_iter()
            .find(|d| d.severity() == crate::diagnostics::Severity::Error);
    };
    let mut table = Table {
        rows: 1,
        arguments: IndexMap::new(),
    };
    for record in ["part", "place"] {
        let fields = [
            ("a", Field::Number(1.0)),
            ("word", Field::Words(vec!["x".into()])),
        ];
        let fields = fields.into_iter().map(|(n, f)| (n.to_owned(), f)).collect();
        table
            .arguments
            .insert(record.into(), Argument::Record(fields));
    }
    rule.numbers("score", &table).remove(0).err().map(|d| *d)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the limit is a duration")]
fn hostile_scripts_end_in_a_coded_error_within_a_second() {
    for (name, source) in SCRIPTS {
        let start = Instant::now();
        let error = end(name, source).unwrap_or_else(|| panic!("{name} ends without an error"));
        assert!(
            start.elapsed() < Duration::from_secs(1),
            "{name} took {:?}",
            start.elapsed()
        );
        assert!(error.code.0.starts_with("E04"), "{name}: {error}");
        assert!(!error.labels.is_empty(), "{name}: {error} points nowhere");
    }
}

#[test]
fn hostile_scripts_end_for_the_reason_they_were_written_for() {
    let code = |name: &str| {
        let (_, source) = SCRIPTS.iter().find(|(n, _)| *n == name).unwrap();
        end(name, source).unwrap().code
    };
    for (name, expected) in [
        ("nested_loops", diag::LIMIT),
        ("recursion", diag::LIMIT),
        ("call_ladder", diag::LIMIT),
        ("kind_ladder", diag::LIMIT),
        ("text_growth", diag::LIMIT),
        ("long_sum", diag::LIMIT),
        ("deep_sums", diag::LIMIT),
        ("array_growth", diag::LIMIT),
        ("map_growth", diag::LIMIT),
        ("folding_bomb", diag::LIMIT),
        ("wide_sums", diag::RESULT),
        ("deep_brackets", diag::LIMIT),
        ("huge_source", diag::LIMIT),
        ("many_variables", diag::LIMIT),
        ("import_path", diag::CONTRACT),
        ("eval", diag::CONTRACT),
        ("shadow_max", diag::CONTRACT),
        ("division_by_zero", diag::RESULT),
        ("not_a_number", diag::RESULT),
        ("huge_number", diag::RESULT),
    ] {
        assert_eq!(
            code(name),
            expected,
            "{name}: {:?}",
            end(name, SCRIPTS.iter().find(|(n, _)| *n == name).unwrap().1)
        );
    }
}

#[test]
fn every_hostile_script_of_the_folder_is_tried() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile");
    let there = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(there, SCRIPTS.len());
}
