//! Invariants of whole runs, on small made-up projects.

use exacity::config::{Request, load};
use exacity::project::Project;
use exacity::score::score;
use exacity::sources::memory::MemorySources;
use proptest::prelude::*;
use std::fmt::Write;

const PLACES: usize = 6;

/// Figures of three criteria (two under a branch), one row per place.
type Rows = Vec<[f64; 3]>;

fn files(rows: &[(usize, [f64; 3])], weights: [f64; 3], normalise: &str) -> MemorySources {
    let mut table = "id,a,b,c\n".to_owned();
    for (place, [a, b, c]) in rows {
        writeln!(table, "p{place},{a},{b},{c}").unwrap();
    }
    let leaf = |id: &str, column: &str| {
        format!(
            "[[criteria]]\nid = \"{id}\"\nindicator = \"{column}\"\ndirection = \"higher\"\nunit = \"1\"\n"
        )
    };
    let [one, two, three] = weights;
    let project = format!(
        "schema = 1\n[project]\nname = \"made up\"\n[data]\nmatrix = {{ file = \"m.csv\", id = \"id\" }}\n\
         [scoring]\nweights = \"w\"\nnormalise = {normalise}\n[[criteria]]\nid = \"x\"\n{}{}{}\
         [weights.w]\nx = {one}\ny = {two}\n\"x.a\" = {three}\n\"x.b\" = 1\n",
        leaf("x.a", "a"),
        leaf("x.b", "b"),
        leaf("y", "c"),
    );
    MemorySources::default()
        .with("exacity.toml", project)
        .with("m.csv", table)
}

fn project(files: &MemorySources) -> Project {
    let loaded = load(files, &Request::default());
    assert!(
        !loaded.diagnostics.has_errors(),
        "{:#?}",
        loaded.diagnostics
    );
    loaded.value.unwrap().project
}

/// Place, rank and score, in ranking order.
fn ranking(files: &MemorySources) -> Vec<(String, f64, f64)> {
    let project = project(files);
    let board = score(&project).unwrap().boards.remove(0);
    let row = |r: &exacity::score::RankedPlace| {
        (
            project.league[r.place].id.as_str().to_owned(),
            r.rank,
            r.full_score,
        )
    };
    board.ranking.iter().map(row).collect()
}

fn in_order(rows: &Rows) -> Vec<(usize, [f64; 3])> {
    rows.iter().copied().enumerate().collect()
}

const MIN_MAX: &str = "\"min-max\"";
const FIXED: &str = "{ method = \"goalposts\", low = 0, high = 2000 }";

fn rows() -> impl Strategy<Value = Rows> {
    // Whole numbers keep ties likely and printed figures exact.
    prop::collection::vec([0..1000_i32, 0..1000_i32, 0..1000_i32], PLACES)
        .prop_map(|rows| rows.into_iter().map(|row| row.map(f64::from)).collect())
}

fn weights() -> impl Strategy<Value = [f64; 3]> {
    [1..100_i32, 1..100_i32, 1..100_i32].prop_map(|weights| weights.map(f64::from))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn weights_scaled_together_change_nothing(rows in rows(), weights in weights(), by in 1..50_i32) {
        let [one, two, three] = weights;
        let scaled = [one * f64::from(by), two * f64::from(by), three];
        let before = ranking(&files(&in_order(&rows), weights, MIN_MAX));
        let after = ranking(&files(&in_order(&rows), scaled, MIN_MAX));
        for ((place, _, score), (other, _, rescored)) in before.iter().zip(&after) {
            prop_assert!((score - rescored).abs() < 1e-9, "{place} {other}");
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in rows(), weights in weights(), turn in 1..PLACES) {
        let mut turned = in_order(&rows);
        turned.rotate_left(turn);
        let before = ranking(&files(&in_order(&rows), weights, MIN_MAX));
        prop_assert_eq!(before, ranking(&files(&turned, weights, MIN_MAX)));
    }

    #[test]
    fn more_of_a_good_thing_never_lowers_a_rank(
        rows in rows(), weights in weights(), place in 0..PLACES, column in 0..3_usize, more in 1..900_i32
    ) {
        let mut raised = rows.clone();
        raised[place][column] += f64::from(more);
        let rank = |rows: &Rows| {
            let ranking = ranking(&files(&in_order(rows), weights, FIXED));
            let id = format!("p{place}");
            ranking.iter().find(|(p, ..)| *p == id).map(|(_, rank, _)| *rank).unwrap()
        };
        prop_assert!(rank(&raised) <= rank(&rows));
    }

    #[test]
    fn another_unit_leaves_min_max_alone(rows in rows(), weights in weights(), by in 2..1000_i32) {
        let scaled: Rows = rows.iter().map(|[a, b, c]| [a * f64::from(by) + 32.0, *b, *c]).collect();
        let before = ranking(&files(&in_order(&rows), weights, MIN_MAX));
        let after = ranking(&files(&in_order(&scaled), weights, MIN_MAX));
        let score = |of: &[(String, f64, f64)], id: &str| of.iter().find(|r| r.0 == id).unwrap().2;
        for (id, ..) in &before {
            prop_assert!((score(&before, id) - score(&after, id)).abs() < 1e-9, "{id}");
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_bits(rows in rows(), weights in weights()) {
        let bits = || -> Vec<u64> {
            let ranking = ranking(&files(&in_order(&rows), weights, MIN_MAX));
            ranking.iter().map(|(.., score)| score.to_bits()).collect()
        };
        prop_assert_eq!(bits(), bits());
    }
}
