use super::{difference, numbers, problems, records};
use exacity::outrank::agreement::{self, Agreement};
use serde_json::Value;

#[test]
fn every_record_of_rank_agreement_is_reproduced() {
    let mut compared = 0;
    for problem in &problems() {
        for record in records(problem, "rank_correlations") {
            let (a, b) = (ranks(problem, record, "a"), ranks(problem, record, "b"));
            let found = Agreement::between(&a, &b);
            let at = format!(
                "{} {} {}",
                problem["problem"]["id"], record["a"], record["b"]
            );
            for (name, ours) in [
                ("spearman", found.spearman),
                ("weighted_spearman", found.weighted_spearman),
                ("ws_a_reference", found.ws),
                ("ws_b_reference", agreement::ws(&b, &a)),
                ("kendall_tau_a", found.kendall_tau_a),
                ("kendall_tau_b", found.kendall_tau_b),
                ("goodman_kruskal_gamma", found.gamma),
                ("spearman_no_ties_formula", Some(without_ties(&a, &b))),
            ] {
                let expected = record[name].as_f64().unwrap();
                let d = difference(&[ours.unwrap()], &[expected], 1e-9);
                assert_eq!(d, None, "{at} {name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 3000, "only {compared} numbers");
}

fn ranks(problem: &Value, record: &Value, which: &str) -> Vec<f64> {
    let wanted = |r: &&Value| r["definition"] == record[which] && r["status"] == "ok";
    let method = records(problem, "methods").find(wanted).unwrap();
    numbers(&method["ranks"][record["tie_ranks"].as_str().unwrap()])
}

/// The textbook shortcut for Spearman, which ties make wrong. It is not offered; the records keep it
/// so that the mistake is recognised.
fn without_ties(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let squares: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}
