use super::*;
use crate::diagnostics::FileId;
use crate::num::lanes::{LANES, Lane};
use crate::rules::{Argument, Field};
use std::sync::Arc;

fn rule(functions: &str) -> Rule {
    let source = format!("fn meta() {{ #{{ title: \"T\" }} }}\n{functions}");
    let (rule, found) = Rule::compile(&FileId::new("rules/t.rhai"), &source);
    rule.unwrap_or_else(|| panic!("{found:#?}"))
}

fn table(rows: usize, records: &[(&str, &[(&str, Field)])]) -> Table {
    let arguments = records.iter().map(|(name, fields)| {
        let fields = fields.iter().map(|(f, v)| ((*f).to_owned(), v.clone()));
        ((*name).to_owned(), Argument::Record(fields.collect()))
    });
    Table {
        rows,
        arguments: arguments.collect(),
    }
}

fn numbers(values: &[f64]) -> Field {
    Field::Numbers(values.to_vec())
}

fn reason(functions: &str) -> String {
    rule(functions).is_fast("score").unwrap_err().reason
}

#[test]
fn what_cannot_be_lowered_is_told_with_its_place() {
    let source = "fn score(part) { let s = 0; let t = part.a + { s = 2; s }; s + t }";
    let why = rule(source).is_fast("score").unwrap_err();
    assert!(
        why.reason.contains("in the middle of an expression"),
        "{why:?}"
    );
    let before = "fn meta() { #{ title: \"T\" } }\n".len();
    assert!(
        source[..why.span.start - before].ends_with("part.a "),
        "{why:?}"
    );
    assert!(reason("fn score(part) { let m = #{ a: 1 }; m.a = part.a; m.a }").contains("field"));
}

#[test]
fn a_value_of_two_kinds_is_left_to_the_interpreter_only_if_somebody_uses_it() {
    let maybe = |end: &str| format!("fn score(part) {{ let x; if part.a > 1 {{ x = 2; }} {end} }}");
    assert!(reason(&maybe("x + 1")).contains("of one kind in one case"));
    assert_eq!(rule(&maybe("part.a")).is_fast("score"), Ok(()));
}

#[test]
fn what_the_interpreter_might_not_finish_is_not_lowered() {
    let list = vec!["1"; 200].join(", ");
    let loops = format!(
        "fn score(part) {{ let s = 0; for x in [{list}] {{ for y in [{list}] {{ s += x * y; }} }} s + part.a }}"
    );
    assert!(reason(&loops).contains("more steps"));
    let rounds = format!(
        "fn score(part) {{ let s = 0; for x in [{list}] {{ for y in [{list}] {{}} }} s + part.a }}"
    );
    assert!(reason(&rounds).contains("more than 4096 rounds"));
}

/// Returns a rule whose helpers call one another so deeply.
fn ladder(deep: usize) -> Rule {
    let steps = (0..deep).map(|n| format!("fn f{n}(x) {{ f{}(x) + 1 }}\n", n + 1));
    let steps: String = steps.collect();
    rule(&format!(
        "{steps}fn f{deep}(x) {{ x }}\nfn score(part) {{ f0(part.a) }}"
    ))
}

#[test]
fn helpers_that_the_interpreter_would_refuse_are_not_inlined() {
    let one = table(1, &[("part", &[("a", numbers(&[1.0]))])]);
    let deepest = (1..20)
        .rev()
        .map(ladder)
        .find(|rule| rule.is_fast("score").is_ok());
    let deepest = deepest.unwrap().trusting(Trust::Never);
    assert!(deepest.numbers("score", &one)[0].is_ok());
    assert!(ladder(19).numbers("score", &one)[0].is_err());
    let many = |before: &str| {
        let all: Vec<String> = (0..300).map(|n| format!("{before}{n}")).collect();
        all.join(", ")
    };
    let wide = format!(
        "fn f({}) {{ a0 }}\nfn score(part) {{ f({}) + part.a }}",
        many("a"),
        many("1")
    );
    assert!(reason(&wide).contains("too many variables"));
    assert_eq!(
        rule(&wide).numbers("score", &one)[0]
            .as_ref()
            .unwrap_err()
            .code
            .0,
        "E0406"
    );
}

#[test]
fn results_that_are_no_scores_are_found_by_both_ways_alike() {
    let source = "fn score(part) { 1 / part.a + ln(part.b) }";
    let part = [
        ("a", numbers(&[1.0, 0.0, 2.0, 0.0])),
        ("b", numbers(&[1.0, 1.0, -1.0, 0.0])),
    ];
    let table = table(4, &[("part", &part)]);
    let (fast, slow) = (rule(source), rule(source).trusting(Trust::Never));
    let results = fast.numbers("score", &table);
    assert_eq!(results, slow.numbers("score", &table));
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 3);
    let tally = fast.tally();
    assert_eq!((tally.fast, tally.again, tally.interpreted), (4, 3, 0));
    assert_eq!(slow.tally().interpreted, 4);
}

#[test]
fn a_sample_is_compared_once_and_everything_if_nothing_is_trusted() {
    let source = "fn score(part) { part.a * 2 }";
    let many: Vec<f64> = (0..1000).map(f64::from).collect();
    let table = table(1000, &[("part", &[("a", numbers(&many))])]);
    let compared = |rule: &Rule| {
        rule.numbers("score", &table);
        rule.numbers("score", &table);
        rule.tally().compared
    };
    assert_eq!(compared(&rule(source)), 64);
    assert_eq!(compared(&rule(source).trusting(Trust::Paranoid)), 2000);
}

#[test]
fn columns_of_texts_and_flags_are_lowered_for_the_table_that_holds_them() {
    let source = r#"fn score(place) {
        let s = 0;
        if place.kind == "city" { s += 1; }
        if place.port && place.kind != "sar" { s += 10; }
        s
    }"#;
    let words = ["city", "sar", "town"].map(str::to_owned);
    let place = [
        ("kind", Field::Words(words.to_vec())),
        ("port", Field::Flags(vec![false, true, true])),
    ];
    let table = table(3, &[("place", &place)]);
    let rule = rule(source).trusting(Trust::Paranoid);
    let results = rule.numbers("score", &table);
    assert_eq!(results, [Ok(1.0), Ok(0.0), Ok(10.0)]);
    assert_eq!(rule.tally().fast, 3);
}

#[test]
fn draws_are_computed_beside_fixed_figures_and_their_faults_explained() {
    let source = "fn score(part, weight) { weight.a * part.a / part.b }";
    let part = [("a", numbers(&[1.0, 2.0])), ("b", numbers(&[2.0, 0.0]))];
    let drawn = [Drawn {
        record: "weight".into(),
        field: "a".into(),
        per_place: false,
    }];
    let draws = Draws::new(
        &Arc::new(rule(source)),
        "score",
        table(2, &[("part", &part)]),
        &drawn,
    );
    let draws = draws.unwrap();
    let inputs: Vec<Lane> = vec![std::array::from_fn(|lane| lane as f64)];
    let mut out = vec![[0.0; LANES]; 2];
    draws.run(&inputs, 1, &mut out);
    assert_eq!(out[0].map(|v| v * 2.0).as_slice(), inputs[0].as_slice());
    assert!(out[1].iter().all(|v| v.is_nan()));
    let why = draws.explain(&inputs, 1, 3, 1).unwrap_err();
    assert_eq!(why.code.0, "E0407");
    assert!(why.notes[0].contains("weight.a = 3"), "{why:?}");
    assert!(draws.difference().is_none());
}

#[test]
fn draws_of_a_rule_that_is_not_lowered_are_interpreted() {
    let source = "fn score(part, weight) { let s = 0; s + { s = weight.a; s } * part.a }";
    let part = [("a", numbers(&[1.0, 2.0]))];
    let drawn = [Drawn {
        record: "weight".into(),
        field: "a".into(),
        per_place: true,
    }];
    let draws = Draws::new(
        &Arc::new(rule(source)),
        "score",
        table(2, &[("part", &part)]),
        &drawn,
    );
    let draws = draws.unwrap();
    assert!(draws.is_fast().is_err());
    let inputs = vec![[3.0; LANES], [5.0; LANES]];
    let mut out = vec![[0.0; LANES]; 2];
    draws.run(&inputs, 1, &mut out);
    assert_eq!(out, [[3.0; LANES], [10.0; LANES]]);
}
