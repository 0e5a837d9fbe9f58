//! The shipped strategies pass their own tests, and are what their pages promise.

use exacity::config::{Request, load};
use exacity::diagnostics::{Diagnostics, FileId, Span};
use exacity::rules::testing::{TestFile, Tree, Value, run};
use exacity::rules::{Rule, Trust, page, scaffold};
use exacity::score::score;
use exacity::sources::builtin::BuiltinSources;

macro_rules! shipped {
    ($($name:literal),*) => {
        &[$((
            $name,
            include_str!(concat!("../../rules/", $name, ".rhai")),
            include_str!(concat!("../../rules/", $name, ".test.toml")),
        )),*]
    };
}

static SHIPPED: &[(&str, &str, &str)] = shipped![
    "weighted",
    "niche",
    "prudent",
    "targets",
    "sovereign",
    "incentives"
];

/// Turns a TOML value into the neutral tree, without places.
fn tree(value: &toml::Value) -> Tree {
    let nowhere = Span::whole(&FileId::new("test.toml"));
    let value = match value {
        toml::Value::Integer(n) => Value::Number(*n as f64),
        toml::Value::Float(n) => Value::Number(*n),
        toml::Value::Boolean(b) => Value::Flag(*b),
        toml::Value::String(s) => Value::Text(s.clone()),
        toml::Value::Array(members) => Value::List(members.iter().map(tree).collect()),
        toml::Value::Table(fields) => {
            Value::Table(fields.iter().map(|(k, v)| (k.clone(), tree(v))).collect())
        }
        toml::Value::Datetime(d) => Value::Text(d.to_string()),
    };
    Tree {
        value,
        span: nowhere.clone(),
        key: nowhere,
    }
}

fn compile(name: &str, script: &str) -> Rule {
    let (rule, found) = Rule::compile(&FileId::new(&format!("rules/{name}.rhai")), script);
    assert!(found.is_empty(), "{name}: {found:#?}");
    rule.unwrap_or_else(|| panic!("{name} does not compile"))
}

fn tests(name: &str, text: &str) -> TestFile {
    let mut found = Diagnostics::new();
    let parsed = text
        .parse::<toml::Table>()
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    let file = TestFile::read(&tree(&parsed.into()), &mut found);
    assert!(found.is_empty(), "{name}: {found:#?}");
    file
}

fn assert_passes(name: &str, script: &str, text: &str) {
    let file = tests(name, text);
    assert!(
        !file.cases.is_empty() && file.properties.range.is_some(),
        "{name} is tested thinly"
    );
    let failures: Vec<_> = run(&compile(name, script), &file)
        .into_iter()
        .filter_map(|o| Some(format!("{}: {}", o.name, o.failure?)))
        .collect();
    assert!(failures.is_empty(), "{name}:\n{}", failures.join("\n"));
}

#[test]
fn shipped_strategies_pass_their_tests_without_a_finding() {
    for (name, script, text) in SHIPPED {
        assert_passes(name, script, text);
    }
}

#[test]
fn shipped_strategies_run_on_the_fast_path() {
    for (name, script, _) in SHIPPED {
        let rule = compile(name, script);
        let derived = rule.meta().derives.keys().map(String::as_str);
        for function in derived.chain(["score"]) {
            assert_eq!(rule.is_fast(function), Ok(()), "{name}: {function}");
        }
    }
}

#[test]
fn who_trusts_nothing_has_every_evaluation_of_the_shipped_project_repeated() {
    for (name, ..) in SHIPPED {
        let request = Request {
            strategy: Some(format!("rules/{name}.rhai")),
            trust: Trust::Paranoid,
            ..Request::default()
        };
        let project = load(&BuiltinSources, &request).value.unwrap().project;
        assert!(score(&project).is_ok(), "{name}");
        let tally = project.indices[0].strategy.as_ref().unwrap().rule.tally();
        // No place of the project publishes the share of domestic chips, so `sovereign` judges none.
        let judged = tally.fast > 0 || *name == "sovereign";
        assert!(judged && tally.compared == tally.fast, "{name}: {tally:?}");
    }
}

#[test]
fn shipped_strategies_document_every_parameter() {
    for (name, script, _) in SHIPPED {
        let rule = compile(name, script);
        assert!(
            page(&rule, name, None).markdown().lines().count() > 20,
            "{name}"
        );
        for (parameter, spec) in &rule.meta().params {
            assert!(
                !spec.doc.is_empty() && !spec.unit.is_empty(),
                "{name}: {parameter}"
            );
            assert!(spec.min < spec.max, "{name}: {parameter}");
        }
        assert_eq!(rule.meta().range, Some((0.0, 100.0)), "{name}");
    }
}

#[test]
fn a_new_strategy_passes_its_tests_at_once() {
    let criteria = ["academia".to_owned(), "compute.capacity".to_owned()];
    let new = scaffold("my-view", None, &criteria);
    assert_passes("my-view", &new.script, &new.tests);
    let (_, script, text) = SHIPPED[1];
    let copy = scaffold("other", Some((script, text)), &criteria);
    assert_passes("other", &copy.script, &copy.tests);
}

#[test]
fn a_wrong_expectation_fails() {
    let (name, script, _) = SHIPPED[0];
    let text = "[[case]]\nname = \"wrong\"\npart = { academia = 1, ecosystem = 1, compute = 1, subsidies = 1 }\nweight = { academia = 1, ecosystem = 1, compute = 1, subsidies = 1 }\nexpect = 2\n[properties]\nmonotone = { down = [\"part.compute\"] }\nrange = [5, 100]";
    let outcomes = run(&compile(name, script), &tests(name, text));
    assert_eq!(
        outcomes.iter().filter(|o| o.failure.is_some()).count(),
        3,
        "{outcomes:#?}"
    );
}
