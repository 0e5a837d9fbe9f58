use super::{decision, difference, method, numbers, problems, records, rows};
use exacity::model::Decision;
use exacity::num::rank::Ties;
use exacity::outrank::{Detail, Outranked, Scaling};
use serde_json::Value;

/// Records that are not reproduced: problem, record, reason.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "",
        "copras/as-implemented-by-pymcdm@pymcdm",
        "a defect of that version: its fraction cancels, so a higher cost raises the score",
    ),
    (
        "ties-constant",
        "vikor/v=0.5@pyrepo-mcda",
        "for a constant column the raw value enters S and R; here such a column is left out, as the \
         third package does",
    ),
    ("ties-constant", "vikor/v=0.25@pyrepo-mcda", "as for v=0.5"),
    (
        "ersoy2021-equipment",
        "simus/rank_by=1@scikit-criteria",
        "several optima: A2 and A4 are equal on C2 and on C4, which limits it, so when C2 is \
         maximised any mix with up to an eighth of A4 is optimal; the record has that eighth, here \
         the vertex is A2 alone",
    ),
    (
        "ersoy2021-equipment",
        "simus/rank_by=2@scikit-criteria",
        "the same optima as for rank_by=1",
    ),
];

/// Records of refusals and of numbers that are none: what happens here instead.
const UNDEFINED: &[(&str, &str, bool)] = &[
    // Without costs COPRAS is S+ and MOORA has no second sum; both are defined here.
    ("papathanasiou2018-facility", "copras", true),
    ("papathanasiou2018-facility", "moora/ratio", true),
    // VIKOR leaves a constant column out.
    ("ties-constant", "vikor/v=0.5", true),
    ("ties-constant", "vikor/v=0.25", true),
    // A constant column has no spread to divide by, and the error says so.
    ("ties-constant", "wsm/enhanced_accuracy", false),
    ("ties-constant", "vmcm", false),
];

pub(super) fn refused(problem: &Value, record: &Value) -> bool {
    let (problem, record) = (&problem["problem"]["id"], &record["id"]);
    REFUSED
        .iter()
        .any(|(at, id, _)| (at.is_empty() || problem == at) && record == id)
}

#[test]
fn every_record_of_a_ranking_method_is_reproduced() {
    let mut wrong = vec![];
    let mut compared = 0;
    for problem in &problems() {
        let decision = decision(&problem["problem"]);
        for record in records(problem, "methods").filter(|r| !refused(problem, r)) {
            let (id, definition) = (&record["id"], record["definition"].as_str().unwrap());
            let at = format!("{} {id}", problem["problem"]["id"]);
            let Some(method) = method(definition, &problem["problem"]) else {
                wrong.push(format!("{at}: no method claims it"));
                continue;
            };
            let outcome = method.rank(&decision);
            if record["status"] != "ok" {
                let stated = UNDEFINED
                    .iter()
                    .find(|(p, d, _)| problem["problem"]["id"] == *p && definition == *d);
                if stated.map(|(.., defined)| *defined) != Some(outcome.is_ok()) {
                    wrong.push(format!("{at}: no stated behaviour, {outcome:?}"));
                }
                continue;
            }
            compared += 1;
            match outcome {
                Err(error) => wrong.push(format!("{at}: {error}")),
                Ok(found) => {
                    wrong.extend(compare(record, &found, &decision).map(|d| format!("{at}{d}")));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(compared > 350, "only {compared} records");
}

/// Compares scores, ranks under three tie rules, and inner results.
fn compare(record: &Value, found: &Outranked, decision: &Decision) -> Option<String> {
    let tolerance = if record["method"] == "simus" {
        1e-6
    } else {
        1e-9
    };
    if let Some(d) = difference(&found.scores, &numbers(&record["scores"]), tolerance) {
        return Some(format!(" scores{d}"));
    }
    for (ties, name) in [
        (Ties::Average, "average"),
        (Ties::Dense, "dense"),
        (Ties::Min, "min"),
    ] {
        let expected = numbers(&record["ranks"][name]);
        if let Some(d) = difference(&found.ranks(ties), &expected, 0.0) {
            return Some(format!(" {name} ranks{d}"));
        }
    }
    let inner = record["intermediate"].as_object()?;
    inner.iter().find_map(|(name, expected)| {
        inner_result(record, name, expected, found, decision).map(|d| format!(" {name}{d}"))
    })
}

fn inner_result(
    record: &Value,
    name: &str,
    expected: &Value,
    found: &Outranked,
    decision: &Decision,
) -> Option<String> {
    let definition = record["definition"].as_str().unwrap();
    let detail = |name: &str| match found.details.get(name) {
        Some(Detail::Alternatives(n) | Detail::Criteria(n)) => n.clone(),
        other => panic!("{definition} {name}: {other:?}"),
    };
    let is_set = |name: &str, expected: &Value| match found.details.get(name) {
        Some(Detail::Flag(flag)) => expected.as_bool() == Some(*flag),
        Some(Detail::Set(set)) => Value::from(set.clone()) == *expected,
        other => panic!("{definition} {name}: {other:?}"),
    };
    match name {
        // The scaled columns are not kept by the methods: they are compared where they are made.
        "normalised" | "weighted" => {
            let scaling = Scaling::parse(definition.split('/').nth(1).unwrap()).unwrap();
            let expected = rows(expected);
            (0..decision.criteria()).find_map(|j| {
                let mut column = vec![];
                scaling.scale(decision, j, &mut column).unwrap();
                if name == "weighted" {
                    for x in &mut column {
                        *x *= decision.weight(j);
                    }
                }
                let theirs: Vec<f64> = expected.iter().map(|row| row[j]).collect();
                difference(&column, &theirs, 1e-9)
            })
        }
        "s_k" => difference(&detail("S"), &numbers(expected), 1e-9),
        "r_k" => difference(&detail("R"), &numbers(expected), 1e-9),
        // That package keeps costs as they are and turns the ideal; here costs are turned, so that
        // a value v there is w - v here under vector scaling.
        "ideal" | "anti_ideal" => {
            let ours = detail(if name == "ideal" { "pis" } else { "nis" });
            let turned = definition == "topsis/vector";
            let theirs = numbers(expected).into_iter().enumerate().map(|(j, v)| {
                if turned && !decision.is_benefit(j) {
                    decision.weight(j) - v
                } else {
                    v
                }
            });
            difference(&ours, &theirs.collect::<Vec<f64>>(), 1e-9)
        }
        "rank_matrix" => match found.details.get(name) {
            Some(Detail::Matrix(ours)) => difference(&ours.concat(), &rows(expected).concat(), 0.0),
            other => Some(format!("{other:?}")),
        },
        "acceptable_advantage" | "acceptable_stability" | "compromise_set" => {
            (!is_set(name, expected)).then(|| format!(" expected {expected}, {:?}", found.details))
        }
        _ => difference(&detail(name), &numbers(expected), 1e-9),
    }
}

#[test]
fn electre_kernels_and_relations_are_reproduced() {
    for problem in &problems() {
        let decision = decision(&problem["problem"]);
        for record in records(problem, "outranking_sets") {
            let id = record["id"].as_str().unwrap();
            let definition = id.split('@').next().unwrap();
            let method = method(definition, &problem["problem"]).unwrap();
            let found = method.rank(&decision).unwrap();
            let at = format!("{} {id}", problem["problem"]["id"]);
            if definition == "electre2" {
                let score = difference(&found.scores, &numbers(&record["score"]), 0.0);
                assert_eq!(score, None, "{at}");
                let ranks = difference(
                    &found.ranks(Ties::Dense),
                    &numbers(&record["ranks_dense"]),
                    0.0,
                );
                assert_eq!(ranks, None, "{at}");
                for name in ["ranking_direct", "ranking_inverted"] {
                    let Some(Detail::Alternatives(ours)) = found.details.get(name) else {
                        panic!("{at}: {name} is missing");
                    };
                    assert_eq!(
                        difference(ours, &numbers(&record[name]), 0.0),
                        None,
                        "{at} {name}"
                    );
                }
                continue;
            }
            let flags: Vec<bool> = found.scores.iter().map(|s| *s > 0.5).collect();
            assert_eq!(Value::from(flags), record["kernel"], "{at}");
            let Some(Detail::Relation(outrank)) = found.details.get("outrank") else {
                panic!("{at}: no relation");
            };
            assert_eq!(
                serde_json::to_value(outrank).unwrap(),
                record["outrank"],
                "{at}"
            );
            for name in ["concordance", "discordance"] {
                let Some(Detail::Matrix(ours)) = found.details.get(name) else {
                    panic!("{at}: {name} is missing");
                };
                for (i, row) in record[name].as_array().unwrap().iter().enumerate() {
                    for (k, cell) in row
                        .as_array()
                        .unwrap()
                        .iter()
                        .enumerate()
                        .filter(|(k, _)| *k != i)
                    {
                        assert!(
                            (ours[i][k] - cell.as_f64().unwrap()).abs() < 1e-9,
                            "{at} {name} {i} {k}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn rankings_without_one_alternative_are_reproduced() {
    for problem in &problems() {
        let mut given = problem["problem"].clone();
        let decision = decision(&given);
        for record in records(problem, "leave_one_out") {
            let definition = record["definition"].as_str().unwrap();
            given["weights"] = problem["problem"]["weights"].clone();
            let method = method(definition, &given).unwrap();
            for row in record["rows"].as_array().unwrap() {
                let removed = usize::try_from(row["removed"].as_u64().unwrap()).unwrap();
                let without = decision.without(removed).unwrap();
                let mut ranks = method.rank(&without).unwrap().ranks(Ties::Average);
                ranks.insert(removed, 0.0);
                assert_eq!(
                    difference(&ranks, &numbers(&row["ranks"]), 0.0),
                    None,
                    "{} {definition} without {removed}",
                    given["id"]
                );
            }
        }
    }
}
