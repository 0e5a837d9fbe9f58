//! Filling gaps; every filled cell is marked.

use crate::model::{Cell, Column};
use crate::num::stats;
use indexmap::IndexMap;

/// How to fill the missing cells of a leaf. Cells that are not applicable are never filled.
#[derive(Debug, Clone, PartialEq)]
pub enum Fill {
    /// A number chosen by people, zero among them, in the unit of the column.
    Constant(f64),
    /// The arithmetic mean of the numbers present.
    Mean,
    /// The median of the numbers present.
    Median,
    /// The arithmetic mean of the numbers present in the same group. A group without numbers stays
    /// missing.
    GroupMean(Vec<String>),
    /// The median of the numbers present in the same group.
    GroupMedian(Vec<String>),
    /// Numbers known from elsewhere, each with words on where from; `None` stays missing.
    Known(Vec<Option<(f64, String)>>),
}

impl Fill {
    /// Returns the same way for the rows named, in that order.
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        fn pick<T: Clone>(all: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| all[row].clone()).collect()
        }
        match self {
            Self::GroupMean(groups) => Self::GroupMean(pick(groups, rows)),
            Self::GroupMedian(groups) => Self::GroupMedian(pick(groups, rows)),
            Self::Known(known) => Self::Known(pick(known, rows)),
            Self::Constant(_) | Self::Mean | Self::Median => self.clone(),
        }
    }
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
/// If groups or known numbers are not given for every row.
pub fn fill(column: &mut Column, with: &Fill) -> Vec<Filled> {
    let find = finder(column, with);
    let missing = (0..column.len()).filter(|&row| column.cell(row) == Cell::Missing);
    let filled: Vec<Filled> = missing
        .filter_map(|row| {
            let (value, how) = find(row)?;
            Some(Filled { row, value, how })
        })
        .collect();
    for cell in &filled {
        column.set(cell.row, Cell::Value(cell.value));
    }
    filled
}

type Finder<'a> = Box<dyn Fn(usize) -> Option<(f64, String)> + 'a>;

/// Returns what finds the number for a missing row, with words on how.
fn finder<'a>(column: &Column, with: &'a Fill) -> Finder<'a> {
    let same = |value: Option<f64>, how: &'static str| -> Finder<'a> {
        Box::new(move |_| Some((value?, how.to_owned())))
    };
    match with {
        Fill::Constant(value) => same(Some(*value), "constant"),
        Fill::Mean => same(stats::mean(&column.numbers()), "mean"),
        Fill::Median => same(stats::median(&column.numbers()), "median"),
        Fill::GroupMean(groups) => by_group(column, groups, stats::mean, "mean"),
        Fill::GroupMedian(groups) => by_group(column, groups, stats::median, "median"),
        Fill::Known(known) => {
            assert_eq!(known.len(), column.len(), "every row is known or not");
            Box::new(|row| known[row].clone())
        }
    }
}

fn by_group<'a>(
    column: &Column,
    groups: &'a [String],
    of: fn(&[f64]) -> Option<f64>,
    name: &'static str,
) -> Finder<'a> {
    assert_eq!(groups.len(), column.len(), "every row has a group");
    let mut members: IndexMap<&str, Vec<f64>> = IndexMap::new();
    for (row, value) in column.present() {
        members.entry(&groups[row]).or_default().push(value);
    }
    let found: IndexMap<&str, Option<f64>> = members
        .into_iter()
        .map(|(group, values)| (group, of(&values)))
        .collect();
    Box::new(move |row| {
        let group = groups[row].as_str();
        Some(((*found.get(group)?)?, format!("{name} of {group}")))
    })
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

    #[test]
    fn numbers_known_from_elsewhere_say_where_from() {
        let mut column = gaps();
        let known = vec![
            None,
            Some((2.0, "carried forward from 2021".to_owned())),
            None,
            None,
        ];
        let filled = fill(&mut column, &Fill::Known(known.clone()));
        assert_eq!(
            (filled[0].value, filled[0].how.as_str()),
            (2.0, "carried forward from 2021")
        );
        let of = Fill::Known(known).of_rows(&[1]);
        assert_eq!(
            of,
            Fill::Known(vec![Some((2.0, "carried forward from 2021".to_owned()))])
        );
    }
}
