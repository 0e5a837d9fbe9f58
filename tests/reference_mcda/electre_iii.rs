//! ELECTRE III: credibility and both distillations against three other packages.

use super::{decision, difference, numbers, problems, rows};
use exacity::model::{ParamValue, Params};
use exacity::outrank::{self, Detail};
use serde_json::Value;

#[test]
fn credibility_and_distillations_are_reproduced() {
    let file: Value =
        serde_json::from_str(include_str!("../reference/mcda/electre3.json")).unwrap();
    let problems = problems();
    let mut compared = 0;
    for record in file["records"].as_array().unwrap() {
        let of = |p: &&Value| p["problem"]["id"] == record["problem"];
        let problem = &problems.iter().find(of).unwrap()["problem"];
        let mut params = Params::default()
            .with("q", ParamValue::Numbers(numbers(&problem["promethee_q"])))
            .with("p", ParamValue::Numbers(numbers(&problem["promethee_p"])));
        if !record["v"].is_null() {
            params = params.with("v", ParamValue::Numbers(numbers(&record["v"])));
        }
        let method = (outrank::find("electre-iii").unwrap().build)(&params).unwrap();
        let found = method.rank(&decision(problem)).unwrap();
        let at = format!("{} {}", record["problem"], record["v"]);
        let Detail::Matrix(credibility) = &found.details["credibility"] else {
            panic!("{at}")
        };
        let wrong = difference(
            &credibility.concat(),
            &rows(&record["credibility"]).concat(),
            1e-9,
        );
        assert_eq!(wrong, None, "{at}");
        for (name, theirs) in [("from_above", "descending"), ("from_below", "ascending")] {
            let Detail::Alternatives(ours) = &found.details[name] else {
                panic!("{at}")
            };
            let wrong = difference(ours, &numbers(&record[theirs]), 0.0);
            assert_eq!(wrong, None, "{at} {theirs}");
        }
        compared += 1;
    }
    assert_eq!(compared, 16);
}
