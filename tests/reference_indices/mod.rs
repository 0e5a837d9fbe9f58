//! Published composite indices from configuration alone: TOML, and at most one short script each.

mod asem;
mod audit;
mod grammar;
mod recipes;
mod wimd;

use exacity::config::{Request, load};
use exacity::model::Column;
use exacity::project::Project;
use exacity::score::{Board, Scoreboard, score};
use exacity::sources::disk::DiskSources;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reference")
        .join(name)
}

/// Reads and scores a project without a word of complaint, errors and warnings alike.
fn scored(name: &str) -> (Project, Scoreboard) {
    let loaded = load(&DiskSources::new(folder(name)), &Request::default());
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    let project = loaded.value.unwrap().project;
    let scoreboard = score(&project).unwrap();
    assert!(
        scoreboard.diagnostics.is_empty(),
        "{:#?}",
        scoreboard.diagnostics
    );
    (project, scoreboard)
}

/// A table with a row per place: cell by place and column, `None` where it is empty.
struct Table(BTreeMap<(String, String), Option<f64>>);

impl Table {
    fn read(project: &str, file: &str) -> Self {
        let mut reader = csv::Reader::from_path(folder(project).join(file)).unwrap();
        let headings = reader.headers().unwrap().clone();
        let mut cells = BTreeMap::new();
        for row in reader.records().map(Result::unwrap) {
            for (heading, cell) in headings.iter().zip(&row).skip(1) {
                let key = (row[0].to_owned(), heading.to_owned());
                cells.insert(key, cell.parse().ok());
            }
        }
        Self(cells)
    }

    fn cell(&self, place: &str, column: &str) -> Option<f64> {
        let key = (place.to_owned(), column.to_owned());
        *self.0.get(&key).unwrap_or_else(|| panic!("no {key:?}"))
    }

    /// Compares a column of the league, hole by hole and number by number; returns the numbers compared.
    fn compare(&self, project: &Project, heading: &str, found: &Column, tolerance: f64) -> usize {
        for (place, cell) in project.league.iter().zip(found.cells()) {
            let wanted = self.cell(place.id.as_str(), heading);
            match (cell.value(), wanted) {
                (None, None) => {}
                (Some(found), Some(wanted)) => {
                    let error = (found - wanted).abs() / wanted.abs().max(1.0);
                    assert!(
                        error <= tolerance,
                        "{heading} of {}: {found} instead of {wanted}",
                        place.id
                    );
                }
                (found, wanted) => {
                    panic!("{heading} of {}: {found:?} instead of {wanted:?}", place.id)
                }
            }
        }
        found.numbers().len()
    }
}

/// Returns the board of an index.
fn board<'s>(scoreboard: &'s Scoreboard, index: &str) -> &'s Board {
    let mut boards = scoreboard.boards.iter();
    boards.find(|board| board.index == index).unwrap()
}
