//! Scripts, conditions, their parameters and their tests.

use super::*;
use crate::config::strategies;
use crate::project::{Combine, LeafValue, Rescale};

const BOOST: &str = r#"/// Adds a bonus.
fn meta() {
    #{
        title: "Boost",
        params: #{ bonus: #{ value: 5, min: 0, max: 10, unit: "1", doc: "points added" } },
        derives: #{ doubled: #{ unit: "EFLOPS", doc: "twice the capacity" } },
    }
}
fn score(part, place, param) { part.talent + part.compute * 0.1 + place.patents * 0.01 + param.bonus * 0.1 }
fn normalise(x, facts) { (x - facts.min) / (facts.max - facts.min) * 100 }
fn doubled(place) { place.flops * 2 }
"#;

fn boosted(from: &str, to: &str) -> Checked<Loaded> {
    assert!(PROJECT.contains(from), "{from}");
    let sources = files(&PROJECT.replace(from, to)).with("rules/boost.rhai", BOOST);
    load(&sources, &Request::default())
}

fn bonus(project: &Project) -> f64 {
    project.indices[0].strategy.as_ref().unwrap().params["bonus"]
}

#[test]
fn a_strategy_has_its_parameters_from_the_file_or_its_own() {
    let project = loaded(boosted(
        "[scoring]",
        "[scoring]\nstrategy = \"rules/boost.rhai\"",
    ))
    .project;
    let strategy = project.indices[0].strategy.as_ref().unwrap();
    assert_eq!(
        (strategy.name.as_str(), strategy.params["bonus"]),
        ("boost", 5.0)
    );
    // The panel holds what the strategy reads of the places, and no more.
    let panel: Vec<_> = project.panel.keys().map(ToString::to_string).collect();
    assert_eq!(panel, ["patents"]);
    let table = "[scoring]\nstrategy = { rule = \"rules/boost.rhai\", params = { bonus = 7 } }";
    let project = loaded(boosted("[scoring]", table)).project;
    assert!((bonus(&project) - 7.0).abs() < 1e-12);
}

#[test]
fn the_command_line_reaches_parameters_of_the_strategy() {
    for path in ["rule.bonus=3", "scoring.strategy.params.bonus=3"] {
        let request = Request {
            strategy: Some("rules/boost.rhai".into()),
            sets: vec![path.into()],
            ..Request::default()
        };
        let sources = files(PROJECT).with("rules/boost.rhai", BOOST);
        let project = loaded(load(&sources, &request)).project;
        assert!((bonus(&project) - 3.0).abs() < 1e-12, "{path}");
    }
}

#[test]
fn parameters_out_of_bounds_or_unknown_point_at_their_value() {
    let out = "[scoring]\nstrategy = { rule = \"rules/boost.rhai\", params = { bonus = 70 } }";
    let checked = boosted("[scoring]", out);
    assert_eq!(finding(&checked).0, "E0405");
    assert_eq!(finding(&checked).1, "70");
    let unknown = "[scoring]\nstrategy = { rule = \"rules/boost.rhai\", params = { bonos = 7 } }";
    let checked = boosted("[scoring]", unknown);
    assert_eq!(only(&checked).code.0, "E0402");
    assert_eq!(only(&checked).help, ["did you mean `bonus`?"]);
}

#[test]
fn a_script_may_stand_where_a_method_may() {
    let rule = "{ rule = \"rules/boost.rhai\" }";
    let project = loaded(boosted(
        "\"papers\"\n",
        &format!("\"papers\"\nnormalise = {rule}\n"),
    ))
    .project;
    let leaf = project.leaf(project.tree.find("talent").unwrap()).unwrap();
    assert!(matches!(&leaf.normalise, Rescale::Rule(rule) if rule.name == "boost"));
    let project = loaded(boosted(
        "id = \"compute\"\n",
        &format!("id = \"score\"\naggregate = {rule}\n[[criteria]]\nid = \"compute\"\n"),
    ))
    .project;
    let branch = project.branch(project.tree.find("score").unwrap()).unwrap();
    assert!(matches!(&branch.aggregate, Combine::Rule(rule) if rule.name == "boost"));
    let value = format!(
        "value = {}\ndirection = \"higher\"\n",
        "{ rule = \"rules/boost.rhai\", fn = \"doubled\" }"
    );
    let project = loaded(boosted("indicator = \"papers\"\n", &value)).project;
    let leaf = project.leaf(project.tree.find("talent").unwrap()).unwrap();
    assert_eq!(leaf.unit, "EFLOPS");
    assert!(matches!(&leaf.value, LeafValue::Derived { function, .. } if function == "doubled"));
    assert!(project.panel.contains_key("flops"));
}

#[test]
fn a_script_without_the_function_that_is_needed_is_refused() {
    let plain = BOOST.replace(
        "fn normalise(x, facts) { (x - facts.min) / (facts.max - facts.min) * 100 }\n",
        "",
    );
    let sources = files(&PROJECT.replace(
        "\"papers\"\n",
        "\"papers\"\nnormalise = \"rules/boost.rhai\"\n",
    ))
    .with("rules/boost.rhai", plain);
    assert_eq!(only(&load(&sources, &Request::default())).code.0, "E0408");
    let value =
        "value = { rule = \"rules/boost.rhai\", fn = \"dubled\" }\ndirection = \"higher\"\n";
    let checked = boosted("indicator = \"papers\"\n", value);
    assert_eq!(only(&checked).code.0, "E0408");
    assert_eq!(only(&checked).help, ["did you mean `doubled`?"]);
}

#[test]
fn a_missing_script_is_reported_where_it_is_named() {
    let checked = replaced("[scoring]", "[scoring]\nstrategy = \"rules/gone.rhai\"");
    let (code, at, _) = finding(&checked);
    assert_eq!((code, at.as_str()), ("E0101", "\"rules/gone.rhai\""));
}

#[test]
fn a_condition_adds_points_and_its_names_are_checked() {
    let adjust =
        |when: &str| format!("[[adjust]]\nwhen = \"{when}\"\npoints = -5\nbecause = \"idle\"\n");
    let project = loaded(with(&adjust("known.patents && place.patents < 60"))).project;
    assert_eq!(
        (project.adjustments[0].change, project.panel.len()),
        (crate::project::Change::Add(-5.0), 1)
    );
    let checked = with(&adjust("place.patnts < 60"));
    assert_eq!(
        finding(&checked),
        ("E0402", "patnts".into(), only(&checked).message.as_str())
    );
    let checked = with(&adjust("place.patents <"));
    assert_eq!(only(&checked).code.0, "E0401");
}

#[test]
fn scripts_read_facts_of_indicators_and_of_criteria() {
    let script = BOOST.replace(
        "place.patents",
        "facts.patents_median + facts.part_talent_median",
    );
    let script = script.replace("(part, place, param)", "(part, facts, param)");
    let sources = files(PROJECT).with("rules/boost.rhai", script);
    let request = Request {
        strategy: Some("rules/boost.rhai".into()),
        ..Request::default()
    };
    let project = loaded(load(&sources, &request)).project;
    assert!(project.panel.contains_key("patents"));
}

#[test]
fn scripts_that_nobody_uses_are_checked_too() {
    let script = BOOST.replace("place.patents", "place.patnts");
    let sources = files(PROJECT).with("rules/boost.rhai", script);
    assert!(load(&sources, &Request::default()).diagnostics.is_empty());
    let checked = check(&sources);
    assert_eq!(only(&checked).code.0, "E0402");
}

#[test]
fn strategies_are_listed_with_their_tests() {
    let tests = "[[case]]\nname = \"sum\"\npart = { talent = 10, compute = 20 }\nplace = { patents = 0 }\nexpect = 12.5\n";
    let sources = files(PROJECT)
        .with("rules/boost.rhai", BOOST)
        .with("rules/boost.test.toml", tests)
        .with("rules/README.md", "");
    let checked = strategies(&sources);
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let all = checked.value.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(
        (
            all[0].name.as_str(),
            all[0].tests.as_ref().unwrap().cases.len()
        ),
        ("boost", 1)
    );
    let broken = sources.with("rules/boost.test.toml", "[[case]]\nexpct = 3\n");
    let checked = strategies(&broken);
    assert!(checked.diagnostics.has_errors());
    assert!(checked.value.unwrap()[0].tests.is_none());
}
