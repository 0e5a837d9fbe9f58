//! Min-max: the worst place of the data scores 0, the best 1.

use super::{Normalise, NormaliseError, Normalised, Reach, checks};
use crate::model::{Column, Direction, Entry, MethodInfo};
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "min-max",
        summary: "between the worst and the best value of the data",
        formula: "(x - min) / (max - min); where less is better (max - x) / (max - min)",
        params: &[],
        not_when: "one extreme place would press all others together (`treat` the column, or use \
                   `rank`), or scores must not move when a place joins (use `goalposts`)",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5",
        common: true,
    },
    build: |_| Ok(Arc::new(MinMax)),
};

/// Rescales a column between its own lowest and highest number.
///
/// Missing cells stay missing. A constant column, and so a single place, is
/// [`NormaliseError::Constant`]: the formula would divide by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinMax;

impl Normalise for MinMax {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        let (low, high) = checks::spread(column)?;
        let span = high - low;
        // A division, not a product with the reciprocal: the best place then scores exactly 1.
        let out = if checks::is_reversed(direction) {
            checks::map(column, |value| (high - value) / span)
        } else {
            checks::map(column, |value| (value - low) / span)
        };
        Ok(out.into())
    }

    fn reach(&self) -> Reach {
        Reach::Ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_exact_and_holes_stay() {
        let column: Column = [Some(0.1), None, Some(0.7), Some(0.3)]
            .into_iter()
            .collect();
        let up = MinMax.normalise(&column, Direction::Higher).unwrap().column;
        assert_eq!(
            (up.value(0), up.value(1), up.value(2)),
            (Some(0.0), None, Some(1.0))
        );
        let down = MinMax.normalise(&column, Direction::Lower).unwrap().column;
        assert_eq!((down.value(0), down.value(2)), (Some(1.0), Some(0.0)));
    }

    #[test]
    fn one_place_is_a_constant_column() {
        let found = MinMax.normalise(&Column::complete(vec![3.0]), Direction::Higher);
        assert_eq!(found, Err(NormaliseError::Constant { value: 3.0 }));
    }
}
