//! What the methods ask of a column before they divide by something in it.

use super::{NormaliseError, Normalised};
use crate::model::{Column, Direction};
use crate::num::stats;

/// Tells whether less is better. A context column is read as "more is better": who scores one has
/// said so by scoring it.
pub(super) fn is_reversed(direction: Direction) -> bool {
    direction == Direction::Lower
}

/// Returns the lowest and the highest number.
pub(super) fn range(column: &Column) -> Result<(f64, f64), NormaliseError> {
    let found = match column.as_complete() {
        Some(values) => stats::range(values),
        None => column.present().fold(None, |ends, (_, value)| {
            let (low, high) = ends.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        }),
    };
    found.ok_or(NormaliseError::Empty)
}

/// Returns the lowest and the highest number, which differ and lie a finite distance apart.
pub(super) fn spread(column: &Column) -> Result<(f64, f64), NormaliseError> {
    let (low, high) = range(column)?;
    if low >= high {
        return Err(NormaliseError::Constant { value: low });
    }
    if !(high - low).is_finite() {
        return Err(too_extreme(column));
    }
    Ok((low, high))
}

/// Refuses a column with a negative number; `formula` says in words what cannot take one.
pub(super) fn non_negative(column: &Column, formula: &str) -> Result<(), NormaliseError> {
    refuse(
        column,
        |value| value < 0.0,
        |value| {
            format!(
                "{formula} takes no negative number, and this is {value}: use `min-max` or `goalposts`"
            )
        },
    )
}

/// Refuses a column with a number at or below zero; `formula` says in words what cannot take one.
pub(super) fn positive(column: &Column, formula: &str) -> Result<(), NormaliseError> {
    refuse(
        column,
        |value| value <= 0.0,
        |value| {
            format!(
                "{formula} takes only numbers above zero, and this is {value}: use `min-max` or \
             `goalposts`"
            )
        },
    )
}

/// Refuses the first number for which `is_bad` holds.
pub(super) fn refuse(
    column: &Column,
    is_bad: impl Fn(f64) -> bool,
    why: impl Fn(f64) -> String,
) -> Result<(), NormaliseError> {
    match column.present().find(|&(_, value)| is_bad(value)) {
        Some((row, value)) => Err(NormaliseError::Value {
            row,
            value,
            why: why(value),
        }),
        None => Ok(()),
    }
}

/// Rescales every number and refuses a result that is not a number, naming the input behind it.
pub(super) fn rescale(
    column: &Column,
    formula: impl Fn(f64) -> f64,
) -> Result<Normalised, NormaliseError> {
    let out = map(column, formula);
    let wrong = out.present().find(|(_, value)| !value.is_finite());
    match wrong.map(|(row, _)| row) {
        None => Ok(out.into()),
        Some(row) => {
            let value = column.value(row).unwrap_or_default();
            let why = format!("{value} is too extreme beside the other values for this formula");
            Err(NormaliseError::Value { row, value, why })
        }
    }
}

/// Rescales every number, in one pass over a complete column.
pub(super) fn map(column: &Column, formula: impl Fn(f64) -> f64) -> Column {
    match column.as_complete() {
        Some(values) => Column::complete(values.iter().map(|&value| formula(value)).collect()),
        None => column.map(formula),
    }
}

/// Puts `numbers`, one for each number of `column` in its order, where those stand.
pub(super) fn with_numbers(column: &Column, numbers: &[f64]) -> Column {
    let mut numbers = numbers.iter();
    column.map(|value| numbers.next().copied().unwrap_or(value))
}

/// Blames the number of greatest magnitude for a spread or a sum beyond the floating range.
pub(super) fn too_extreme(column: &Column) -> NormaliseError {
    let largest = column
        .present()
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let Some((row, value)) = largest else {
        return NormaliseError::Empty;
    };
    let why = format!(
        "the values lie too far apart or too close together to be compared, the largest being \
         {value:e}: use another unit"
    );
    NormaliseError::Value { row, value, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_not_part_of_the_range() {
        let column: Column = [None, Some(4.0), None, Some(2.0)].into_iter().collect();
        assert_eq!(range(&column), Ok((2.0, 4.0)));
        assert_eq!(range(&Column::missing(3)), Err(NormaliseError::Empty));
    }

    #[test]
    fn an_infinite_spread_blames_a_number_instead_of_returning_one() {
        let column = Column::complete(vec![1.0, -1e308, 1.7e308]);
        let found = spread(&column);
        assert!(
            matches!(found, Err(NormaliseError::Value { row: 2, .. })),
            "{found:?}"
        );
    }
}
