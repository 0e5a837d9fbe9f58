use super::{decision, difference, method, numbers, weighting, word};
use exacity::model::{ParamValue, Params};
use exacity::outrank::{self, Outrank, agreement};
use serde_json::Value;
use std::sync::Arc;

#[test]
fn printed_examples_are_reproduced() {
    let file: Value =
        serde_json::from_str(include_str!("../reference/mcda/published_anchors.json")).unwrap();
    for anchor in file["anchors"].as_array().unwrap() {
        let found = result(anchor);
        let full = difference(&found, &numbers(&anchor["computed_full_precision"]), 1e-9);
        assert_eq!(full, None, "{}", anchor["id"]);
        // To the digits printed, whatever the size of the number.
        let tolerance = anchor["tolerance"].as_f64().unwrap();
        for (ours, printed) in found.iter().zip(numbers(&anchor["published"])) {
            assert!(
                (ours - printed).abs() <= tolerance,
                "{} {ours} {printed}",
                anchor["id"]
            );
        }
    }
}

fn result(anchor: &Value) -> Vec<f64> {
    let what = anchor["what"].as_str().unwrap();
    let definition = match what {
        "entropy weights" | "merec weights" | "idocriw weights" | "cilos weights" => {
            return weigh(anchor, what.split(' ').next().unwrap());
        }
        "critic weights (columns scaled as benefit)" => return weigh(anchor, "critic_benefit"),
        "angle weights" => return weigh(anchor, "angle"),
        "coefficient-of-variation weights" => return weigh(anchor, "coeff_var"),
        "spearman, weighted spearman, WS (first ranking is the reference)" => {
            let (a, b) = (numbers(&anchor["matrix"][0]), numbers(&anchor["matrix"][1]));
            let all = [
                agreement::spearman(&a, &b),
                agreement::weighted_spearman(&a, &b),
                agreement::ws(&a, &b),
            ];
            return all.map(Option::unwrap).to_vec();
        }
        "promethee2 net flow" => return rank(anchor, &promethee(&anchor["params"])),
        "vikor Q" => &format!("vikor/v={}", anchor["params"]["v"]),
        "topsis, vector scaling" => "topsis/vector",
        "codas" => "codas/linear/tau=0.02",
        "waspas with critic weights" => "waspas/linear/l=0.5",
        "copras utility 0..1" => "copras",
        "moora ratio" => "moora/ratio",
        "moora reference point" => "moora/reference_point",
        same => same,
    };
    let built = method(definition, &anchor["params"]);
    rank(
        anchor,
        &built.unwrap_or_else(|| panic!("no method claims {what}")),
    )
}

fn weigh(anchor: &Value, definition: &str) -> Vec<f64> {
    weighting(definition)
        .unwrap()
        .weigh(decision(anchor).matrix())
        .unwrap()
}

fn rank(anchor: &Value, method: &Arc<dyn Outrank>) -> Vec<f64> {
    method.rank(&decision(anchor)).unwrap().scores
}

/// One threshold for all criteria, given as a plain number.
fn promethee(params: &Value) -> Arc<dyn Outrank> {
    let threshold = |name: &str| ParamValue::Number(params[name].as_f64().unwrap());
    let params = Params::default()
        .with("preference", word(params["preference"].as_str().unwrap()))
        .with("q", threshold("q"))
        .with("p", threshold("p"));
    (outrank::find("promethee-ii").unwrap().build)(&params).unwrap()
}
