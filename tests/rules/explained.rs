//! Explanations of the shipped strategies lead to the scores of the ranking.

use exacity::config::{Request, load};
use exacity::project::Project;
use exacity::rules::{Coverage, Explanation, Seen, Table, differences};
use exacity::score::{ScriptInputs, score, script_inputs};
use exacity::sources::builtin::BuiltinSources;

const SCRIPTS: &[&str] = &[
    "weighted",
    "niche",
    "prudent",
    "targets",
    "sovereign",
    "incentives",
];

fn project(name: &str) -> Project {
    let request = Request {
        strategy: Some(format!("rules/{name}.rhai")),
        ..Request::default()
    };
    let loaded = load(&BuiltinSources, &request);
    let found = loaded.diagnostics;
    loaded.value.unwrap_or_else(|| panic!("{found:?}")).project
}

fn inputs(project: &Project) -> ScriptInputs {
    script_inputs(project, 0, "score").unwrap().unwrap()
}

fn explain(project: &Project, table: &Table, row: usize) -> Explanation {
    let rule = &project.indices[0].strategy.as_ref().unwrap().rule;
    rule.explain("score", table, row).unwrap()
}

#[test]
fn steps_end_with_the_score_of_the_ranking() {
    for name in SCRIPTS {
        let project = project(name);
        let inputs = inputs(&project);
        // No city of the shipped data has published its share of domestic chips.
        assert!(inputs.table.rows > 0 || *name == "sovereign", "{name}");
        let board = score(&project).unwrap().boards.remove(0);
        for ranked in board.ranking.iter().step_by(7) {
            let row = inputs
                .places
                .iter()
                .position(|p| *p == ranked.place)
                .unwrap();
            let told = explain(&project, &inputs.table, row);
            assert_eq!(told.result, Seen::Number(ranked.full_score), "{name}");
            assert!(!told.steps.is_empty() && !told.inputs.is_empty());
        }
    }
}

/// A threshold is where the way changes: just before it every decision is as it was.
#[test]
fn a_threshold_that_is_told_is_where_the_way_changes() {
    let project = project("prudent");
    let inputs = inputs(&project);
    let known = inputs.table.arguments.get("known");
    let exacity::rules::Argument::Record(known) = known.unwrap() else {
        panic!()
    };
    let exacity::rules::Field::Flags(known) = &known["compute_utilisation"] else {
        panic!()
    };
    let row = known.iter().position(|yes| *yes).unwrap();
    let told = explain(&project, &inputs.table, row);
    let use_now = told
        .inputs
        .iter()
        .find(|i| i.field == "compute_utilisation" && i.record == "place");
    let Seen::Number(now) = use_now.unwrap().value else {
        panic!()
    };
    let healthy = told
        .thresholds
        .iter()
        .find(|t| t.input.1 == "compute_utilisation")
        .unwrap();
    assert_eq!((healthy.now, healthy.at), (now, 60.0));
    assert!(healthy.text.starts_with("rescale_inv("), "{healthy:?}");
    assert!(told.thresholds.len() > 1);
}

#[test]
fn a_weight_that_is_taken_away_changes_the_mean_as_it_should() {
    let project = project("weighted");
    let inputs = inputs(&project);
    let told = explain(&project, &inputs.table, 0);
    let Seen::Number(all) = told.result else {
        panic!()
    };
    let part = |name: &str| {
        let found = told
            .inputs
            .iter()
            .find(|i| i.record == "part" && i.field == name);
        match found.unwrap().value {
            Seen::Number(n) => n,
            _ => panic!(),
        }
    };
    let sum: f64 = told.weights.iter().map(|w| w.weight).sum();
    for weight in &told.weights {
        // The weighted mean without one member, from the mean with it.
        let expected =
            (all * sum - weight.weight * part(&weight.criterion)) / (sum - weight.weight);
        let without = weight.without.unwrap();
        assert!((without - expected).abs() < 1e-9, "{weight:?} {expected}");
    }
}

#[test]
fn two_places_differ_where_their_figures_do() {
    let project = project("weighted");
    let inputs = inputs(&project);
    let (one, two) = (
        explain(&project, &inputs.table, 0),
        explain(&project, &inputs.table, 1),
    );
    assert!(differences(&one, &one).is_empty());
    let apart = differences(&one, &two);
    assert!(apart.iter().any(|d| d.step.kind == "term"), "{apart:?}");
    assert!(apart.iter().all(|d| d.first != d.second));
}

#[test]
fn coverage_on_the_data_counts_places() {
    let project = project("prudent");
    let inputs = inputs(&project);
    let rule = &project.indices[0].strategy.as_ref().unwrap().rule;
    let mut coverage = Coverage::new(rule);
    coverage.add(rule, "score", &inputs.table);
    let hits = |words: &str| {
        let found = coverage.branches.iter().find(|(b, _)| b.words() == words);
        found.unwrap_or_else(|| panic!("{words}: {coverage:?}")).1
    };
    let (yes, no) = (
        hits("`if known.compute_utilisation` holds"),
        hits("`if known.compute_utilisation` does not hold"),
    );
    assert_eq!(yes + no, inputs.table.rows);
    assert_eq!(hits("`score` is called"), inputs.table.rows);
    assert_eq!(hits("`investment_over_gdp` is called"), 0);
}
