//! The ASEM Sustainable Connectivity index: every stage, every level.

use super::{Table, board, scored};
use exacity::model::Column;
use exacity::score::LeafStages;
use std::sync::Arc;

const PROJECT: &str = "asem";

/// Results on the levels above the indicators, by the heading of the published table.
const LEVELS: [&str; 11] = [
    "Index",
    "Conn",
    "Sust",
    "Physical",
    "ConEcFin",
    "Political",
    "Instit",
    "P2P",
    "Environ",
    "Social",
    "SusEcFin",
];

/// Compares a step of all 49 indicators with the published file of that step.
fn compare_stage(file: &str, stage: fn(&LeafStages) -> &Arc<Column>) {
    let (project, scoreboard) = scored(PROJECT);
    let published = Table::read(PROJECT, file);
    let headings: Vec<String> = {
        let mut names: Vec<String> = published.0.keys().map(|(_, name)| name.clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(headings.len(), 49);
    let mut compared = 0;
    for heading in headings {
        let id = heading.to_lowercase();
        let mut leaves = board(&scoreboard, "index").leaves.iter();
        let (_, stages) = leaves
            .find(|(at, _)| project.leaf(**at).unwrap().indicators[0].as_str() == id)
            .unwrap();
        compared += published.compare(&project, &heading, stage(stages), 1e-9);
    }
    let holes = published.0.values().filter(|cell| cell.is_none()).count();
    assert_eq!(compared + holes, 51 * 49);
}

#[test]
fn figures_are_divided_as_published() {
    compare_stage("stage_denominated.csv", |stages| &stages.denominated);
}

#[test]
fn gaps_are_filled_with_the_mean_of_the_region_as_published() {
    compare_stage("stage_imputed.csv", |stages| &stages.imputed);
}

#[test]
fn outliers_are_pulled_in_as_published() {
    compare_stage("stage_treated.csv", |stages| &stages.treated);
}

#[test]
fn scores_of_the_indicators_are_as_published() {
    compare_stage("stage_normalised.csv", |stages| &stages.normalised);
}

#[test]
fn every_level_is_scored_and_ranked_as_published() {
    let (project, scoreboard) = scored(PROJECT);
    let published = Table::read(PROJECT, "published.csv");
    let mut ranks = 0;
    for level in LEVELS {
        let board = board(&scoreboard, &level.to_lowercase());
        assert_eq!(board.ranking.len(), 51, "{level}");
        for ranked in &board.ranking {
            let place = project.league[ranked.place].id.as_str();
            let cell = |suffix: &str| published.cell(place, &format!("{level}{suffix}")).unwrap();
            let full = cell("_full");
            assert!(
                (ranked.full_score - full).abs() <= 1e-9,
                "{level} of {place}: {} instead of {full}",
                ranked.full_score
            );
            assert_eq!(ranked.score, cell(""), "{level} of {place}");
            assert_eq!(ranked.rank, cell("_rank"), "{level} of {place}");
            ranks += 1;
        }
    }
    assert_eq!(ranks, 561);
}

#[test]
fn every_filled_and_every_treated_cell_is_recorded() {
    let (project, scoreboard) = scored(PROJECT);
    let board = board(&scoreboard, "index");
    let filled: usize = board.leaves.values().map(|s| s.filled.len()).sum();
    assert_eq!(
        filled, 65,
        "63 gaps, and two figures of Laos without a denominator"
    );
    let mut reader = csv::Reader::from_path(super::folder(PROJECT).join("treatment.csv")).unwrap();
    for row in reader.records().map(Result::unwrap) {
        let points = row[1].parse::<usize>().unwrap() + row[2].parse::<usize>().unwrap();
        let id = row[0].to_lowercase();
        let mut leaves = board.leaves.iter();
        let (_, stages) = leaves
            .find(|(at, _)| project.leaf(**at).unwrap().indicators[0].as_str() == id)
            .unwrap();
        assert_eq!(stages.treated_rows.len(), points, "{}", &row[0]);
    }
}
