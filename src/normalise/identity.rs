//! Identity: the value is the score.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamKind};
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "identity",
        summary: "the value as it is, for figures that already are scores",
        formula: "x; where less is better -x, 1/x or x, as `lower` says",
        params: &[Param::required(
            "lower",
            ParamKind::Word(&["negate", "invert", "keep"]),
            "what becomes of a value where less is better",
        )
        .or("negate")],
        not_when: "the column has a unit of its own: it would drown the others, or be drowned",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5",
        common: true,
    },
    build: |params| {
        Ok(Arc::new(Identity {
            lower: match params.word("lower") {
                Some("invert") => Lower::Invert,
                Some("keep") => Lower::Keep,
                _ => Lower::Negate,
            },
        }))
    },
};

/// What becomes of a value where less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lower {
    /// Its sign turns, so that the better place still has the higher score.
    #[default]
    Negate,
    /// One divided by it; refused at or below zero.
    Invert,
    /// Nothing: the score keeps the sense of the data.
    Keep,
}

/// Takes values as scores on the project's scale; nothing is stretched.
///
/// Missing cells stay missing, and a constant column is no error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    /// What becomes of a value where less is better.
    pub lower: Lower,
}

impl Normalise for Identity {
    fn normalise(
        &self,
        column: &Column,
        direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        match self.lower {
            // Subtracting rather than negating keeps zero free of a sign.
            Lower::Negate if checks::is_reversed(direction) => {
                Ok(checks::map(column, |value| 0.0 - value).into())
            }
            Lower::Invert if checks::is_reversed(direction) => {
                checks::positive(column, "dividing by the value")?;
                checks::rescale(column, |value| 1.0 / value)
            }
            _ => Ok(column.clone().into()),
        }
    }

    fn is_bounded(&self) -> bool {
        false
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_less_is_better_the_order_turns_unless_kept() {
        let column: Column = [Some(4.0), None, Some(0.5)].into_iter().collect();
        let of = |lower, direction| {
            Identity { lower }
                .normalise(&column, direction)
                .unwrap()
                .column
                .numbers()
        };
        assert_eq!(of(Lower::Negate, Direction::Higher), [4.0, 0.5]);
        assert_eq!(of(Lower::Negate, Direction::Lower), [-4.0, -0.5]);
        assert_eq!(of(Lower::Invert, Direction::Lower), [0.25, 2.0]);
        assert_eq!(of(Lower::Keep, Direction::Lower), [4.0, 0.5]);
    }

    #[test]
    fn the_inverse_of_zero_is_refused() {
        let invert = Identity {
            lower: Lower::Invert,
        };
        let found = invert.normalise(&Column::complete(vec![1.0, 0.0]), Direction::Lower);
        assert!(
            matches!(found, Err(NormaliseError::Value { row: 1, .. })),
            "{found:?}"
        );
    }
}
