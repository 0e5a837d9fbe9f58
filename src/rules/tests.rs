use super::*;
use crate::diagnostics::{Code, Severity};

fn compile(source: &str) -> (Option<Rule>, Diagnostics) {
    Rule::compile(&FileId::new("rules/t.rhai"), source)
}

/// Compiles a script without parameters whose functions are given.
fn with_meta(functions: &str) -> (String, Option<Rule>, Diagnostics) {
    let source = format!(
        "fn meta() {{ #{{ title: \"T\", params: #{{ k: #{{ value: 1, min: 0, max: 5 }} }} }} }}\n{functions}"
    );
    let (rule, found) = compile(&source);
    (source, rule, found)
}

/// Returns code and quoted text of every finding except the unused parameter of `with_meta`.
fn findings(functions: &str) -> Vec<(Code, String)> {
    let (source, _, found) = with_meta(functions);
    found
        .iter()
        .filter(|d| !d.message.contains("parameter `k` is never used"))
        .map(|d| {
            (
                d.code,
                d.span().map_or("", |s| &source[s.start..s.end]).to_owned(),
            )
        })
        .collect()
}

fn finding(functions: &str) -> Diagnostic {
    let (_, _, found) = with_meta(functions);
    let all: Vec<_> = found
        .iter()
        .filter(|d| !d.message.contains("parameter `k`"))
        .cloned()
        .collect();
    assert_eq!(all.len(), 1, "{all:#?}");
    all[0].clone()
}

fn rule(functions: &str) -> Rule {
    let (_, rule, found) = with_meta(functions);
    rule.unwrap_or_else(|| panic!("{found:#?}"))
}

fn table(rows: usize, records: &[(&str, &[(&str, Field)])]) -> Table {
    let arguments = records.iter().map(|(name, fields)| {
        let fields = fields
            .iter()
            .map(|(f, v)| ((*f).to_owned(), v.clone()))
            .collect();
        ((*name).to_owned(), Argument::Record(fields))
    });
    Table {
        rows,
        arguments: arguments.collect(),
    }
}

fn score(functions: &str, place: &[(&str, Field)]) -> Vec<RowResult<f64>> {
    rule(functions).numbers("score", &table(2, &[("place", place)]))
}

#[test]
fn a_score_is_computed_for_every_row() {
    let results = score(
        "fn score(place) { let s = 0; for w in [1, 2] { s += w * place.gdp; } s / 3 }",
        &[("gdp", Field::Numbers(vec![1.0, 10.0]))],
    );
    let values: Vec<_> = results.into_iter().map(Result::unwrap).collect();
    assert_eq!(values, [1.0, 10.0]);
}

#[test]
fn whole_numbers_divide_as_decimals() {
    let results = score(
        "fn score(place) { place.a * 1 / 4 }",
        &[("a", Field::Number(1.0))],
    );
    assert_eq!(results[0], Ok(0.25));
}

#[test]
fn reads_are_found_through_helpers_and_other_names_of_a_record() {
    let rule = rule(
        "fn idle(p, q) { max(0, q.k - p.load) }\nfn score(place, param, known) { let here = place; if known.gdp { here.gdp } else { idle(place, param) } }",
    );
    let reads: Vec<_> = rule
        .reads("score")
        .into_iter()
        .map(|r| format!("{}.{}", r.record, r.field))
        .collect();
    assert_eq!(reads, ["known.gdp", "place.gdp", "param.k", "place.load"]);
}

#[test]
fn needs_follow_meta_and_the_guard() {
    let (rule, _) = compile(
        "fn meta() { #{ title: \"T\", needs: #{ a: #{ missing: 7 } } } } fn score(place, known) { let g = 0; if known.c { g = place.c; } place.a + place.b + g }",
    );
    let needs: Vec<_> = rule
        .unwrap()
        .needs("score")
        .into_iter()
        .map(|(r, w)| (r.field, w))
        .collect();
    assert_eq!(
        needs,
        [
            ("c".into(), WhenMissing::Value(0.0)),
            ("a".into(), WhenMissing::Value(7.0)),
            ("b".into(), WhenMissing::NotJudged)
        ]
    );
}

fn vocabulary() -> Vocabulary {
    let record = |fields: &[(&str, &str)]| {
        fields
            .iter()
            .map(|(n, u)| ((*n).to_owned(), (*u).to_owned()))
            .collect::<IndexMap<_, _>>()
    };
    let records = [
        (
            "place",
            record(&[("compute_utilisation", "percent"), ("gdp_cny_bn", "bn CNY")]),
        ),
        ("part", record(&[("compute", ""), ("academia", "")])),
    ];
    Vocabulary {
        records: records
            .into_iter()
            .map(|(n, f)| (n.to_owned(), f))
            .collect(),
    }
}

#[test]
fn an_unknown_column_is_named_with_the_nearest_one() {
    let source = "fn meta() { #{ title: \"T\" } }\nfn score(place) { place.compute_utilization }";
    let (rule, _) = compile(source);
    let found = rule.unwrap().check(&vocabulary());
    let all: Vec<_> = found.iter().collect();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].code, diag::NAME);
    assert_eq!(all[0].help, ["did you mean `compute_utilisation`?"]);
    let span = all[0].span().unwrap();
    assert_eq!(&source[span.start..span.end], "compute_utilization");
}

#[test]
fn a_column_in_the_wrong_record_is_sent_to_the_right_one() {
    let (rule, _) = compile("fn meta() { #{ title: \"T\" } } fn score(place) { place.compute }");
    let found = rule.unwrap().check(&vocabulary());
    assert_eq!(
        found.iter().next().unwrap().help,
        ["`part` has it: `part.compute`"]
    );
}

#[test]
fn units_are_compared_by_meaning() {
    let check = |unit: &str| {
        let source = format!(
            "fn meta() {{ #{{ title: \"T\", needs: #{{ compute_utilisation: #{{ unit: \"{unit}\" }} }} }} }} fn score(place) {{ place.compute_utilisation }}"
        );
        compile(&source).0.unwrap().check(&vocabulary())
    };
    assert!(check("%").is_empty());
    let found = check("MW");
    assert_eq!(
        found.iter().map(|d| d.code).collect::<Vec<_>>(),
        [diag::UNIT]
    );
    assert!(!found.has_errors());
}

#[test]
fn mistakes_have_their_code_at_their_place() {
    for (functions, code, at) in [
        ("fn score(part) { part.a + }", diag::SYNTAX, "}"),
        (
            "fn score(part) { let x = 1; let x = 2; x }",
            diag::SYNTAX,
            "x",
        ),
        (
            "fn score(part) { while true { } 1 }",
            diag::CONTRACT,
            "while",
        ),
        ("fn score(part) { prat.a }", diag::NAME, "prat"),
        ("fn score(part) { sqr(part.a) }", diag::NAME, "sqr"),
        ("fn score(part) { clamp(part.a, 1) }", diag::NAME, "clamp"),
        ("fn score(param) { param.kk }", diag::NAME, "kk"),
        ("fn score(part) { part }", diag::KIND, "part"),
        ("fn score(part) { part.a + true }", diag::KIND, "true"),
        ("fn score(part) { max(\"a\", part.a) }", diag::KIND, "\"a\""),
        (
            "fn score(part) { if part.a { 1 } else { 2 } }",
            diag::KIND,
            "part.a",
        ),
        ("fn score(part) { if part.a > 1 { 1 } }", diag::KIND, "if"),
        ("fn score(part) { \"high\" }", diag::KIND, "score"),
        ("fn score(part) { part.a > 1 }", diag::KIND, "score"),
        ("fn eligible(part) { part.a }", diag::KIND, "eligible"),
        ("fn score(part) { part.a = 1; 1 }", diag::KIND, "part.a"),
        (
            "fn score(part, colour) { part.a }",
            diag::CONTRACT,
            "colour",
        ),
        (
            "fn score(part) { part.a } fn max(x, y) { x }",
            diag::CONTRACT,
            "max",
        ),
        ("fn score(part) { [1, 2][0] }", diag::CONTRACT, "0"),
        ("fn score(part) { part.a.max(1) }", diag::CONTRACT, "max"),
        (
            "fn score(part) { let s = 0; for x in 1..4 { s += x; } s }",
            diag::CONTRACT,
            "..",
        ),
        ("fn score(part) { part.a ?? 1 }", diag::CONTRACT, "??"),
        ("fn score(part) { meta().title }", diag::CONTRACT, "meta"),
        (
            "fn score(part) { f(part.a) } fn f(x) { f(x - 1) }",
            diag::LIMIT,
            "f",
        ),
        (
            "fn score(part) { pow(part.a, 2) == 4 || true; 1 }",
            diag::DOUBT,
            "==",
        ),
        ("fn score(part) { part.a ** 2 }", diag::DOUBT, "**"),
        (
            "fn score(part) { part.a } fn spare(x) { x }",
            diag::DOUBT,
            "spare",
        ),
        ("let a = 1; fn score(part) { part.a }", diag::CONTRACT, "a"),
        ("fn score(part) { let x = 1; }", diag::KIND, "score"),
        ("fn score(part) { eval(1) }", diag::CONTRACT, "eval"),
    ] {
        let all = findings(functions);
        assert!(
            all.iter().any(|(c, t)| *c == code && t == at),
            "{functions}: {all:?}"
        );
        let same = all.iter().filter(|(c, _)| *c == code).count();
        assert_eq!(same, 1, "one mistake, one finding: {functions}: {all:?}");
    }
}

#[test]
fn every_mistake_of_a_script_is_reported() {
    let all = findings("fn score(part) { part + true + sqr(1) + max(1) } fn sqrt(x) { x }");
    assert_eq!(all.len(), 5, "{all:?}");
}

#[test]
fn comparing_figures_as_they_are_is_no_doubtful_habit() {
    assert_eq!(
        findings("fn score(part) { if part.a == 0 { 1 } else { 2 } }"),
        []
    );
    assert_eq!(
        findings("fn score(part) { if is_close(part.a * 2, 4, 0.1) { 1 } else { 2 } }"),
        []
    );
}

#[test]
fn a_constant_outside_functions_is_explained_and_works_as_global() {
    let found = finding("const LIMIT = 3; fn score(part) { part.a * LIMIT }");
    assert_eq!(found.code, diag::NAME);
    assert!(found.help[0].contains("parameter") && found.help[0].contains("global::LIMIT"));
    let results = score(
        "const LIMIT = 3; fn score(place) { place.a * global::LIMIT }",
        &[("a", Field::Number(2.0))],
    );
    assert_eq!(results[0], Ok(6.0));
}

#[test]
fn a_record_that_is_no_argument_is_explained() {
    let found = finding("fn score(part) { place.gdp }");
    assert_eq!(found.help, ["add `place` to the arguments of the function"]);
}

#[test]
fn a_last_semicolon_keeps_the_value() {
    assert_eq!(
        score("fn score(place) { place.a; }", &[("a", Field::Number(2.0))])[0],
        Ok(2.0)
    );
}

#[test]
fn early_returns_count_as_results() {
    assert_eq!(
        findings("fn score(part) { if part.a > 1 { return 5; } part.a }"),
        []
    );
    let all = findings("fn score(part) { if part.a > 1 { return \"no\"; } part.a }");
    assert_eq!(
        all.iter().filter(|(c, _)| *c == diag::KIND).count(),
        1,
        "{all:?}"
    );
}

#[test]
fn results_that_cannot_be_scores_are_errors_of_their_row() {
    let results = score(
        "fn score(place) { 10 / place.a }",
        &[("a", Field::Numbers(vec![0.0, 5.0]))],
    );
    let error = results[0].as_ref().unwrap_err();
    assert_eq!(error.code, diag::RESULT);
    assert!(error.message.contains("infinite"));
    assert_eq!(error.notes, ["with place.a = 0.0"]);
    assert_eq!(results[1], Ok(2.0));
    let results = score(
        "fn score(place) { sqrt(place.a) }",
        &[("a", Field::Number(-1.0))],
    );
    assert!(results[0].as_ref().unwrap_err().message.contains("NaN"));
}

#[test]
fn the_declared_range_binds_scores() {
    let (rule, _) =
        compile("fn meta() { #{ title: \"T\", range: [0, 100] } } fn score(place) { place.a }");
    let given = [("a", Field::Numbers(vec![100.000_000_001, 101.0]))];
    let results = rule
        .unwrap()
        .numbers("score", &table(2, &[("place", &given)]));
    assert!(results[0].is_ok(), "rounding is forgiven");
    assert_eq!(results[1].as_ref().unwrap_err().code, diag::RESULT);
}

#[test]
fn kinds_known_only_at_run_time_are_checked_there() {
    let words = [("a", Field::Words(vec!["x".into(), "y".into()]))];
    let results = score("fn score(place) { place.a }", &words);
    assert_eq!(
        results[0].as_ref().unwrap_err().message,
        "`score` must return a number and returns text"
    );
    let results = score("fn score(place) { sqrt(place.a) }", &words);
    let error = results[0].as_ref().unwrap_err();
    assert_eq!(
        (error.code, error.message.as_str()),
        (diag::KIND, "`sqrt` cannot work with text")
    );
}

#[test]
fn an_error_inside_a_helper_points_there_and_names_the_call() {
    let functions = "fn score(place) { half(place.a) }\nfn half(x) { sqrt(x) / 2 }";
    let (source, rule, _) = with_meta(functions);
    let words = [("a", Field::Words(vec!["x".into()]))];
    let results = rule
        .unwrap()
        .numbers("score", &table(1, &[("place", &words)]));
    let error = results[0].as_ref().unwrap_err();
    let texts: Vec<_> = error
        .labels
        .iter()
        .map(|l| &source[l.span.start..l.span.end])
        .collect();
    assert_eq!(texts, ["sqrt", "half"]);
}

#[test]
fn normalise_gets_a_value_and_the_facts_of_its_column() {
    let rule = rule("fn normalise(x, facts) { 100 * x / facts.max }");
    let mut table = table(2, &[("facts", &[("max", Field::Number(50.0))])]);
    table
        .arguments
        .insert("x".into(), Argument::Field(Field::Numbers(vec![5.0, 25.0])));
    let values: Vec<_> = rule
        .numbers("normalise", &table)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(values, [10.0, 50.0]);
    assert_eq!(
        finding("fn normalise(x, facts) { x / facts.maximum }").help,
        ["did you mean `max`?"]
    );
}

#[test]
fn derived_columns_need_their_function() {
    let (rule, found) = compile(
        "fn meta() { #{ title: \"T\", derives: #{ per_head: #{ unit: \"1\" }, lost: #{} } } } fn per_head(place) { place.gdp }",
    );
    assert!(rule.is_none());
    assert_eq!(
        found.iter().map(|d| d.code).collect::<Vec<_>>(),
        [diag::CONTRACT]
    );
    assert!(found.iter().next().unwrap().message.contains("`lost`"));
}

#[test]
fn meta_is_read_and_never_run() {
    for meta in [
        "fn meta() { let a = 1; #{ title: \"T\" } }",
        "fn meta() { #{ title: 1 + 1 } }",
        "fn meta() { 5 }",
    ] {
        let (rule, found) = compile(&format!("{meta} fn score(part) {{ part.a }}"));
        assert!(rule.is_none(), "{meta}");
        assert!(
            found.iter().all(|d| d.code == diag::CONTRACT),
            "{meta}: {found:?}"
        );
    }
}

#[test]
fn meta_holds_literals_of_every_kind() {
    let (rule, found) = compile(
        "/// For those who doubt.\nfn meta() { #{ title: \"T\", version: 2, range: [-1, 1], params: #{ k: #{ value: -0.5, min: -1, max: 0, unit: \"%\", doc: \"D\" } }, needs: #{ a: #{ missing: -3 }, b: #{ missing: \"fail\" } } } }\nfn score(place, param) { place.a + place.b + param.k }",
    );
    let rule = rule.unwrap_or_else(|| panic!("{found:?}"));
    let meta = rule.meta();
    assert_eq!(
        (meta.version, meta.range, meta.about.as_str()),
        (2.0, Some((-1.0, 1.0)), "For those who doubt.")
    );
    assert_eq!(
        meta.params["k"],
        ParamSpec {
            value: -0.5,
            min: -1.0,
            max: 0.0,
            unit: "%".into(),
            doc: "D".into()
        }
    );
    assert_eq!(meta.needs["a"].missing, WhenMissing::Value(-3.0));
    assert_eq!(meta.needs["b"].missing, WhenMissing::Fail);
}

#[test]
fn mistakes_in_meta_are_all_reported_at_their_place() {
    let source = "fn meta() { #{ titel: \"T\", title: \"T\", params: #{ a: #{ value: 9, min: 0, max: 5 }, b: #{ value: 1, min: 0 } }, range: [5, 1], needs: #{ c: #{ missing: \"skip\" } } } }\nfn score(part, param) { param.a }";
    let (_, found) = compile(source);
    let all: Vec<_> = found
        .iter()
        .map(|d| (d.code.0, d.span().map_or("", |s| &source[s.start..s.end])))
        .collect();
    assert_eq!(
        all,
        [
            ("E0408", "titel"),
            ("E0405", "a"),
            ("E0408", "b"),
            ("E0408", "["),
            ("E0408", "\"skip\"")
        ]
    );
}

#[test]
fn parameters_are_bound_with_defaults_and_bounds() {
    let rule = rule("fn score(param) { param.k }");
    let value = |bound: &IndexMap<String, f64>| format!("{}", bound["k"]);
    assert_eq!(value(&rule.bind(&IndexMap::new()).unwrap()), "1");
    let given = |pairs: &[(&str, f64)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
    assert_eq!(value(&rule.bind(&given(&[("k", 3.0)])).unwrap()), "3");
    let problems = rule.bind(&given(&[("k", 9.0), ("kk", 1.0)])).unwrap_err();
    assert_eq!(
        problems.iter().map(|p| p.code.0).collect::<Vec<_>>(),
        ["E0405", "E0402"]
    );
    assert_eq!(problems[1].help.as_deref(), Some("did you mean `k`?"));
    assert!(rule.bind(&given(&[("k", f64::NAN)])).is_err());
}

fn condition(text: &str) -> (String, Option<Rule>, Diagnostics) {
    let toml = format!("# 注\nwhen = \"{text}\"\n");
    let start = toml.find('"').unwrap() + 1;
    let span = Span::new(&FileId::new("exacity.toml"), start..start + text.len());
    let (rule, found) = Rule::condition(text, &span);
    (toml, rule, found)
}

#[test]
fn a_condition_is_a_rule_with_one_function() {
    let (_, rule, found) = condition("known.load && place.load < 60");
    let rule = rule.unwrap_or_else(|| panic!("{found:?}"));
    assert!(rule.has("eligible") && !rule.has("score"));
    assert_eq!(rule.needs("eligible")[0].1, WhenMissing::Value(0.0));
    let place = [("load", Field::Numbers(vec![50.0, 70.0, 10.0]))];
    let known = [("load", Field::Flags(vec![true, true, false]))];
    let flags = rule.flags(
        "eligible",
        &table(3, &[("place", &place), ("known", &known)]),
    );
    assert_eq!(
        flags.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
        [true, false, false]
    );
}

#[test]
fn mistakes_in_a_condition_point_into_the_toml_file() {
    for (text, code, at) in [
        ("place.load < 60 &&", diag::SYNTAX, ""),
        ("plcae.load < 60", diag::NAME, "plcae"),
        ("place.load + true > 1", diag::KIND, "true"),
        ("place.load", diag::KIND, ""),
        ("true } fn score(part) { 1", diag::SYNTAX, "}"),
        ("let x = 1; x > 0", diag::SYNTAX, "let"),
    ] {
        let (toml, rule, found) = condition(text);
        if at.is_empty() && code == diag::KIND {
            assert!(
                rule.is_some(),
                "the kind of a column is known when it is read"
            );
            continue;
        }
        assert!(rule.is_none(), "{text}");
        let first = found.iter().next().unwrap();
        let span = first.span().unwrap();
        assert_eq!(
            (first.code, span.file.as_str()),
            (code, "exacity.toml"),
            "{text}: {found:?}"
        );
        let start = toml.find('"').unwrap() + 1;
        assert!(
            (start..=start + text.len()).contains(&span.start),
            "{text}: {span:?}"
        );
        assert_eq!(&toml[span.start..span.end], at, "{text}");
    }
}

#[test]
fn warnings_do_not_stop_a_rule() {
    let (_, rule, found) = with_meta("fn score(part) { part.a ** 2 }");
    assert!(rule.is_some());
    assert_eq!(found.count(Severity::Warning), 2);
}

#[test]
fn the_example_of_each_page_has_its_code() {
    for info in crate::diagnostics::all_codes() {
        let code = info.code;
        let Some((_, rest)) = info
            .page
            .split_once("```rhai\n")
            .filter(|_| code.0[1..].starts_with("04"))
        else {
            continue;
        };
        let (source, _) = rest.split_once("```").unwrap();
        let (rule, found) = compile(source);
        let mut codes: Vec<_> = found.iter().map(|d| d.code).collect();
        if let Some(rule) = rule {
            codes.extend(rule.check(&vocabulary()).iter().map(|d| d.code));
            let fields = [
                ("compute", Field::Number(1.0)),
                ("academia", Field::Number(0.0)),
            ];
            let scores = rule.numbers("score", &table(1, &[("part", &fields)]));
            codes.extend(
                scores
                    .into_iter()
                    .filter_map(Result::err)
                    .map(|d| d.code)
                    .filter(|_| code == diag::RESULT),
            );
            let all = table(
                1,
                &[
                    ("part", &fields),
                    ("place", &[("gdp_cny_bn", Field::Number(1.0))]),
                ],
            );
            let told = rule.explain("score", &all, 0);
            codes.extend(told.err().map(|d| d.code).filter(|_| code == diag::TRACE));
            let mut coverage = Coverage::new(&rule);
            coverage.add(&rule, "score", &all);
            let unused = coverage.missed().any(|b| b.way == Way::Yes);
            codes.extend(Some(diag::UNTAKEN).filter(|c| unused && code == *c));
        }
        assert_eq!(codes, [code], "{source}");
    }
}

#[test]
fn every_script_code_has_a_page_with_all_sections() {
    for info in crate::diagnostics::all_codes()
        .iter()
        .filter(|i| i.code.0[1..].starts_with("04"))
    {
        for section in [
            "## What it means",
            "## Why it matters",
            "## Example",
            "## The fix",
        ] {
            assert!(info.page.contains(section), "{}: {section}", info.code);
        }
    }
}
