use super::{difference, numbers, rows};
use exacity::weigh::ahp::{Prioritisation, RandomIndex, ahp, comparisons_from_ranks};
use exacity::weigh::rancom::rancom;
use exacity::weigh::rank_order::RankOrder;
use serde_json::Value;

fn file() -> Value {
    serde_json::from_str(include_str!("../reference/mcda/subjective_weights.json")).unwrap()
}

fn list<'a>(file: &'a Value, name: &str) -> &'a Vec<Value> {
    file[name].as_array().unwrap()
}

#[test]
fn pairwise_comparisons_give_the_recorded_weights_and_consistency() {
    let file = file();
    for record in list(&file, "ahp") {
        let matrix = rows(&record["matrix"]);
        for (name, how) in [
            ("weights_eigenvector", Prioritisation::Eigenvector),
            ("weights_geometric_mean", Prioritisation::GeometricMean),
            ("weights_row_sum", Prioritisation::RowSum),
        ] {
            let found = ahp(&matrix, how, RandomIndex::Saaty).unwrap();
            for (package, expected) in record[name].as_object().unwrap() {
                let d = difference(&found.weights, &numbers(expected), 1e-9);
                assert_eq!(d, None, "{} {name} {package}", record["id"]);
            }
        }
        for (table, expected) in record["consistency_ratio"].as_object().unwrap() {
            let saaty = table.contains("Saaty");
            let index = if saaty {
                RandomIndex::Saaty
            } else {
                RandomIndex::TummalaLing
            };
            let found = ahp(&matrix, Prioritisation::Eigenvector, index).unwrap();
            let ours = [
                found.consistency_ratio.unwrap(),
                found.lambda_max,
                found.consistency_index,
            ];
            let theirs = [
                expected,
                &record["lambda_max"],
                &record["consistency_index"],
            ]
            .map(|v| v.as_f64().unwrap());
            assert_eq!(
                difference(&ours, &theirs, 1e-9),
                None,
                "{} {table}",
                record["id"]
            );
        }
    }
    for record in list(&file, "ahp_from_ranking") {
        let matrix = comparisons_from_ranks(&numbers(&record["ranking"]));
        let found = ahp(
            &matrix,
            Prioritisation::Eigenvector,
            RandomIndex::TummalaLing,
        )
        .unwrap();
        assert_eq!(
            difference(&found.weights, &numbers(&record["weights"]), 1e-9),
            None
        );
    }
}

#[test]
fn orders_of_importance_give_the_recorded_weights() {
    let file = file();
    for record in list(&file, "rancom") {
        let found = rancom(&numbers(&record["ranking"])).unwrap();
        assert_eq!(
            difference(&found, &numbers(&record["weights"]), 1e-9),
            None,
            "{record}"
        );
    }
    for record in list(&file, "rank_based") {
        let ranks: Vec<f64> = (1..=record["n"].as_u64().unwrap())
            .map(|r| r as f64)
            .collect();
        for (name, how) in [
            ("rank_order_centroid", RankOrder::Centroid),
            ("rank_sum", RankOrder::Sum),
            ("rank_reciprocal", RankOrder::Reciprocal),
        ] {
            let found = how.weights(&ranks).unwrap();
            assert_eq!(
                difference(&found, &numbers(&record[name]), 1e-9),
                None,
                "{name} {record}"
            );
        }
    }
}
