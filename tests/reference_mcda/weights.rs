use super::{decision, difference, numbers, problems, records, weighting};
use exacity::num::rank::{Best, Ties, rank};
use exacity::weigh::rancom::rancom;

/// Records that are not reproduced: problem, definition, reason.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "ties-constant",
        "cilos",
        "a constant column loses nothing anywhere, so the formula gives it the whole weight although \
         it tells nothing apart; here it is an error that names the column",
    ),
    (
        "ties-constant",
        "idocriw",
        "as for cilos, which it multiplies by entropy",
    ),
];

/// Records that are not numbers: definition, whether there is a result here.
const UNDEFINED: &[(&str, bool)] = &[
    ("critic_benefit", false),
    ("critic_directed", false),
    ("critic_directed_spearman", false),
    ("lopcow", false),
    // The arc cosine of a number above 1 by rounding; by the tangent the angle is 0.
    ("angle", true),
];

#[test]
fn every_record_of_data_driven_weights_is_reproduced() {
    let mut wrong = vec![];
    let mut compared = 0;
    for problem in &problems() {
        let decision = decision(&problem["problem"]);
        for record in records(problem, "objective_weights") {
            let definition = record["definition"].as_str().unwrap();
            let at = format!("{} {}", problem["problem"]["id"], record["id"]);
            if definition == "rancom_from_given" {
                let ranks = rank(decision.weights(), Best::Highest, Ties::Average);
                let found = rancom(&ranks).unwrap();
                wrong.extend(
                    difference(&found, &numbers(&record["weights"]), 1e-9).map(|d| at + d.as_str()),
                );
                continue;
            }
            let Some(method) = weighting(definition) else {
                wrong.push(format!("{at}: no method claims it"));
                continue;
            };
            let outcome = method.weigh(decision.matrix());
            let refused = REFUSED
                .iter()
                .any(|(p, d, _)| problem["problem"]["id"] == *p && definition == *d);
            if refused || record["status"] != "ok" {
                let stated = UNDEFINED.iter().find(|(d, _)| definition == *d);
                let expected = if refused {
                    Some(false)
                } else {
                    stated.map(|(_, ok)| *ok)
                };
                if expected != Some(outcome.is_ok()) {
                    wrong.push(format!("{at}: no stated behaviour, {outcome:?}"));
                }
                continue;
            }
            compared += 1;
            let tolerance = if ["cilos", "idocriw"].contains(&definition) {
                1e-8
            } else {
                1e-9
            };
            match outcome {
                Err(error) => wrong.push(format!("{at}: {error}")),
                Ok(found) => {
                    let expected = numbers(&record["weights"]);
                    wrong.extend(difference(&found, &expected, tolerance).map(|d| at + d.as_str()));
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
    assert!(compared > 90, "only {compared} records");
}
