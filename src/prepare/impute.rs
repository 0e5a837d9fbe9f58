//! Filling gaps; every filled cell is marked.

use crate::model::{Cell, Column};
use crate::num::stats;
use indexmap::IndexMap;

/// How to fill the missing cells of a leaf. Cells that are not applicable are never filled.
#[derive(Debug, Clone, PartialEq)]
pub enum Fill {
    /// A number chosen by people, zero among them, in the unit of the column.
    Constant(f64),
    /// The median of the numbers present.
    Median,
    /// The arithmetic mean of the numbers present in the same group. A group without numbers stays
    /// missing.
    GroupMean(Vec<String>),
}

/// A filled cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// The row.
    pub row: usize,
    /// The number put there.
    pub value: f64,
    /// How it was found, in words.
    pub how: String,
}

/// Fills the missing cells of a column and returns what was filled.
///
/// # Panics
///
/// If [`Fill::GroupMean`] does not name a group for every row.
pub fn fill(column: &mut Column, with: &Fill) -> Vec<Filled> {
    let missing: Vec<usize> = (0..column.len())
        .filter(|&row| column.cell(row) == Cell::Missing)
        .collect();
    let found: Vec<(usize, Option<f64>, String)> = match with {
        Fill::Constant(value) => missing
            .iter()
            .map(|&row| (row, Some(*value), "constant".to_owned()))
            .collect(),
        Fill::Median => {
            let median = stats::median(&column.numbers());
            missing
                .iter()
                .map(|&row| (row, median, "median".to_owned()))
                .collect()
        }
        Fill::GroupMean(groups) => {
            assert_eq!(groups.len(), column.len(), "every row has a group");
            let mut members: IndexMap<&str, Vec<f64>> = IndexMap::new();
            for (row, value) in column.present() {
                members.entry(&groups[row]).or_default().push(value);
            }
            let mean = |row: usize| {
                members
                    .get(groups[row].as_str())
                    .and_then(|v| stats::mean(v))
            };
            missing
                .iter()
                .map(|&row| (row, mean(row), format!("mean of {}", groups[row])))
                .collect()
        }
    };
    let filled = found
        .into_iter()
        .filter_map(|(row, value, how)| Some((row, value?, how)));
    filled
        .map(|(row, value, how)| {
            column.set(row, Cell::Value(value));
            Filled { row, value, how }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps() -> Column {
        [
            Cell::Value(1.0),
            Cell::Missing,
            Cell::Value(5.0),
            Cell::NotApplicable,
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn what_is_not_applicable_is_never_filled() {
        let mut column = gaps();
        assert_eq!(fill(&mut column, &Fill::Median).len(), 1);
        assert_eq!(
            (column.cell(1), column.cell(3)),
            (Cell::Value(3.0), Cell::NotApplicable)
        );
    }

    #[test]
    fn a_group_without_numbers_stays_missing() {
        let groups = ["a", "b", "a", "b"].map(str::to_owned).to_vec();
        let mut column = gaps();
        assert!(fill(&mut column, &Fill::GroupMean(groups)).is_empty());
    }

    #[test]
    fn a_group_fills_its_own_gaps() {
        let groups = ["a", "a", "b", "b"].map(str::to_owned).to_vec();
        let mut column = gaps();
        let filled = fill(&mut column, &Fill::GroupMean(groups));
        assert_eq!(
            (filled[0].row, filled[0].value, column.value(1)),
            (1, 1.0, Some(1.0))
        );
    }
}
