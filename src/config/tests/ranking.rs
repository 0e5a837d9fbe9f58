//! Ranking methods in a project.

use super::*;
use crate::project::{Compared, Gaps};

fn scoring(scoring: &str) -> String {
    PROJECT.replace(
        "weights = \"balanced\"\n",
        &format!("weights = \"balanced\"\n{scoring}\n"),
    )
}

fn read(text: &str) -> Project {
    loaded(load(&files(text), &Request::default())).project
}

fn codes_of(text: &str) -> Vec<Diagnostic> {
    load(&files(text), &Request::default())
        .diagnostics
        .iter()
        .cloned()
        .collect()
}

#[test]
fn a_method_is_named_or_given_with_its_parameters() {
    let project = read(&scoring("method = \"topsis\""));
    let ranking = project.indices[0].ranking.as_ref().unwrap();
    assert_eq!(
        (ranking.name, ranking.on, ranking.gaps),
        ("topsis", Compared::Figures, Gaps::Fail)
    );

    let text = scoring("on = \"scores\"\nmethod = { method = \"vikor\", v = 0.7 }");
    let project = read(&text);
    let ranking = project.indices[0].ranking.as_ref().unwrap();
    assert_eq!(
        (ranking.on, ranking.gaps),
        (Compared::Scores, Gaps::Reweight)
    );
    assert_eq!(ranking.params.number("v"), Some(0.7));

    let project = read(&scoring("method = \"weighted\""));
    assert!(project.indices[0].ranking.is_none());
}

#[test]
fn what_a_method_still_needs_to_know_is_asked_for() {
    let found = codes_of(&scoring("method = { method = \"spotis\" }"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code.0, "E0321");
    assert!(
        found[0].message.contains("compute.capacity"),
        "{}",
        found[0].message
    );
    // Scores have the ends of their scale.
    assert!(codes_of(&scoring("on = \"scores\"\nmethod = \"spotis\"")).is_empty());

    let found = codes_of(&scoring(
        "method = { method = \"promethee-ii\", preference = \"level\" }",
    ));
    assert_eq!(found[0].code.0, "E0321");

    let three =
        scoring("method = { method = \"promethee-ii\", preference = \"ushape\", q = [1, 2] }");
    let found = codes_of(&three);
    assert_eq!(found[0].code.0, "E0110");
    assert!(
        found[0].message.contains("2 values for 3 criteria"),
        "{}",
        found[0].message
    );

    let named = scoring(
        "method = { method = \"promethee-ii\", preference = \"ushape\", q = { talnet = 1 } }",
    );
    let found = codes_of(&named);
    assert_eq!(found[0].code.0, "E0301");
}

#[test]
fn slips_in_a_method_are_reported_once_where_they_stand() {
    for (line, code) in [
        ("method = \"topsys\"", "E0303"),
        ("method = { method = \"topsis\", v = 0.5 }", "E0304"),
        ("method = { method = \"vikor\", v = 1.5 }", "E0110"),
        ("method = { method = \"vikor\", on = \"ranks\" }", "E0110"),
        (
            "method = { method = \"vikor\", missing = \"reweight\" }",
            "E0110",
        ),
        ("method = { v = 1 }", "E0105"),
    ] {
        let found = codes_of(&scoring(line));
        let codes: Vec<_> = found.iter().map(|d| d.code.0).collect();
        assert_eq!(codes, [code], "{line}: {found:?}");
    }
}

#[test]
fn every_parameter_that_criteria_may_state_is_a_key_of_compare() {
    use crate::config::grammar::COMPARE;
    let mut stated = vec![];
    for entry in crate::outrank::METHODS {
        for param in entry.info.params.iter().filter(|p| p.per_criterion) {
            let known = COMPARE.keys.iter().any(|key| key.name == param.name);
            assert!(known, "`{}` of `{}`", param.name, entry.info.name);
            stated.push(param.name);
        }
    }
    for key in COMPARE.keys {
        assert!(stated.contains(&key.name), "no method reads `{}`", key.name);
    }
}
