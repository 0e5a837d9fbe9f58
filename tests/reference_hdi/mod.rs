//! The Human Development Index of 2022, from configuration alone.

use exacity::config::{Request, load};
use exacity::score::score;
use exacity::sources::disk::DiskSources;
use std::collections::BTreeMap;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/hdi-2022");

/// Value and rank of each country, as printed.
fn published() -> BTreeMap<String, (f64, f64)> {
    let mut reader = csv::Reader::from_path(Path::new(FOLDER).join("published.csv")).unwrap();
    let rows = reader
        .records()
        .map(Result::unwrap)
        .filter(|row| !row[1].is_empty());
    rows.map(|row| {
        (
            row[0].to_owned(),
            (row[1].parse().unwrap(), row[2].parse().unwrap()),
        )
    })
    .collect()
}

#[test]
fn all_published_values_and_ranks_come_out_of_the_configuration() {
    let loaded = load(&DiskSources::new(FOLDER), &Request::default());
    assert!(
        !loaded.diagnostics.has_errors(),
        "{:#?}",
        loaded.diagnostics
    );
    let project = loaded.value.unwrap().project;
    let board = score(&project).unwrap().boards.remove(0);

    let published = published();
    assert_eq!(published.len(), 193, "the report prints 193 countries");
    assert_eq!(
        board.ranking.len(),
        193,
        "Monaco and North Korea lack a figure and have no rank"
    );
    for ranked in &board.ranking {
        let id = project.league[ranked.place].id.as_str();
        let (value, rank) = published[id];
        assert_eq!(ranked.score, value, "{id}");
        assert!(
            (ranked.full_score - value).abs() <= 0.0005,
            "{id}: {}",
            ranked.full_score
        );
        assert_eq!(ranked.rank, rank, "{id}");
    }
}
