//! Denominators: figures per person, per output, per area, so that sizes can be compared.

use crate::model::{Cell, Column};

/// Why a figure could not be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The denominator is not known.
    Missing,
    /// The denominator does not exist for the place.
    NotApplicable,
    /// The denominator is zero.
    Zero,
    /// The denominator is so small that the quotient is no number.
    TooSmall,
}

impl Gap {
    /// Says it in words, for records and reports.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Missing => "the denominator is missing",
            Self::NotApplicable => "the denominator is not applicable",
            Self::Zero => "the denominator is zero",
            Self::TooSmall => "the denominator is too small to divide by",
        }
    }
}

/// A divided column with the record of the figures that were lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Denominated {
    /// The quotients.
    pub column: Column,
    /// Rows whose figure could not be divided, and why; they are missing from `column` (or not
    /// applicable, if their denominator is).
    pub gaps: Vec<(usize, Gap)>,
}

/// Divides every figure by the denominator of the same place.
///
/// A figure that is missing or not applicable stays that and is no gap.
///
/// ```
/// use exacity::model::Column;
/// use exacity::prepare::denominate::{denominate, Gap};
/// let papers: Column = [Some(120.0), Some(30.0), None].into_iter().collect();
/// let people: Column = [Some(60.0), Some(0.0), Some(5.0)].into_iter().collect();
/// let found = denominate(&papers, &people);
/// assert_eq!(found.column, [Some(2.0), None, None].into_iter().collect());
/// assert_eq!(found.gaps, [(1, Gap::Zero)]);
/// ```
///
/// # Panics
///
/// If the columns differ in length; both have one cell per place of the league.
pub fn denominate(figures: &Column, denominators: &Column) -> Denominated {
    assert_eq!(
        figures.len(),
        denominators.len(),
        "one denominator for each figure"
    );
    let (mut column, mut gaps) = (figures.clone(), vec![]);
    for (row, figure) in figures.present() {
        match quotient(figure, denominators.cell(row)) {
            Ok(value) => column.set(row, Cell::Value(value)),
            Err(gap) => {
                let is_none = gap == Gap::NotApplicable;
                column.set(
                    row,
                    if is_none {
                        Cell::NotApplicable
                    } else {
                        Cell::Missing
                    },
                );
                gaps.push((row, gap));
            }
        }
    }
    Denominated { column, gaps }
}

fn quotient(figure: f64, denominator: Cell) -> Result<f64, Gap> {
    match denominator {
        Cell::Missing => Err(Gap::Missing),
        Cell::NotApplicable => Err(Gap::NotApplicable),
        Cell::Value(by) if by.abs() <= 0.0 => Err(Gap::Zero),
        Cell::Value(by) => Some(figure / by)
            .filter(|q| q.is_finite())
            .ok_or(Gap::TooSmall),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_lose_a_figure_is_recorded() {
        let figures = Column::complete(vec![6.0, 6.0, 6.0, 6.0, 6.0]);
        let by = [
            Cell::Value(3.0),
            Cell::Missing,
            Cell::NotApplicable,
            Cell::Value(-0.0),
            Cell::Value(1e-320),
        ];
        let found = denominate(&figures, &by.into_iter().collect());
        let gaps = [
            (1, Gap::Missing),
            (2, Gap::NotApplicable),
            (3, Gap::Zero),
            (4, Gap::TooSmall),
        ];
        assert_eq!(found.gaps, gaps);
        assert_eq!(found.column.value(0), Some(2.0));
        assert_eq!(
            (found.column.cell(2), found.column.cell(3)),
            (Cell::NotApplicable, Cell::Missing)
        );
    }

    #[test]
    fn a_missing_figure_is_not_a_gap_of_its_denominator() {
        let figures: Column = [Cell::Missing, Cell::NotApplicable].into_iter().collect();
        let found = denominate(&figures, &Column::missing(2));
        assert_eq!((found.column, found.gaps), (figures, vec![]));
    }
}
