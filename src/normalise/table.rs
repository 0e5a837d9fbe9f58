//! Categorical: a score for each value that can occur.

use super::{Normalise, NormaliseError, Normalised, checks};
use crate::model::{Column, Direction, Entry, MethodInfo, Param, ParamError, ParamKind};
use std::sync::Arc;

/// The line of the table.
pub const ENTRY: Entry<dyn Normalise> = Entry {
    info: MethodInfo {
        name: "categorical",
        summary: "a score for each value: grades, yes and no, stages",
        formula: "scores[x] / of",
        params: &[
            Param::required(
                "scores",
                ParamKind::Table,
                "value to score, as in { \"0\" = 0, \"1\" = 60, \"2\" = 100 }",
            ),
            Param::number("of", "1", "the score that counts as the full scale")
                .within(f64::MIN_POSITIVE, f64::INFINITY)
                .or("1"),
            Param::number(
                "other",
                "1",
                "score of all other values; they are an error if not given",
            )
            .or(""),
        ],
        not_when: "the values are measured and lie close together (use `piecewise-linear`)",
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5: \
                    categorical scales",
        common: true,
    },
    build: |params| {
        let table = params.table("scores");
        let table = table.ok_or_else(|| ParamError::new("scores", "`scores` is needed"))?;
        let mut scores = Vec::with_capacity(table.len());
        for (key, &score) in table {
            let value = key
                .trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite());
            let value = value.ok_or_else(|| {
                ParamError::new(
                    "scores",
                    format!("`{key}` is not a number that a cell can hold"),
                )
            })?;
            scores.push((value, score));
        }
        let of = params.number("of").unwrap_or(1.0);
        Ok(Arc::new(Categorical::new(
            scores,
            of,
            params.number("other"),
        )?))
    },
};

/// Looks the score of each value up in a table.
///
/// The table says what is good, so the direction is not used. Missing cells stay missing; a value
/// that the table lacks is [`NormaliseError::Value`] unless there is a score for all others.
#[derive(Debug, Clone, PartialEq)]
pub struct Categorical {
    /// Value and share of the scale, by ascending value.
    shares: Vec<(f64, f64)>,
    other: Option<f64>,
}

impl Categorical {
    /// Makes a table from values and scores between zero and `of`.
    pub fn new(
        mut scores: Vec<(f64, f64)>,
        of: f64,
        other: Option<f64>,
    ) -> Result<Self, ParamError> {
        if scores.is_empty() {
            return Err(ParamError::new("scores", "`scores` names no value"));
        }
        for score in scores.iter().map(|(_, score)| *score).chain(other) {
            share_of(score, of).map_err(|message| ParamError::new("scores", message))?;
        }
        scores.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(pair) = scores.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            let message = format!("the value {} is named twice", pair[1].0);
            return Err(ParamError::new("scores", message));
        }
        let shares = scores
            .into_iter()
            .map(|(value, score)| (value, score / of))
            .collect();
        Ok(Self {
            shares,
            other: other.map(|score| score / of),
        })
    }

    fn find(&self, value: f64) -> Option<f64> {
        let at = self.shares.partition_point(|(known, _)| *known < value);
        let known = self.shares.get(at).filter(|(known, _)| *known <= value);
        known.map(|(_, share)| *share).or(self.other)
    }
}

impl Normalise for Categorical {
    fn normalise(
        &self,
        column: &Column,
        _direction: Direction,
    ) -> Result<Normalised, NormaliseError> {
        checks::range(column)?;
        checks::refuse(
            column,
            |value| self.find(value).is_none(),
            |value| {
                format!(
                    "`scores` has no entry for {value}: add one, or say `other` for all values left"
                )
            },
        )?;
        Ok(checks::map(column, |value| self.find(value).unwrap_or_default()).into())
    }

    fn depends_on_others(&self) -> bool {
        false
    }
}

/// Returns a score as a share of `of`, or what is wrong with it.
pub(super) fn share_of(score: f64, of: f64) -> Result<f64, String> {
    if (0.0..=of).contains(&score) {
        Ok(score / of)
    } else {
        Err(format!(
            "the score {score} does not lie between 0 and {of}: `of` says what is full"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ParamValue, Params};

    fn grades(other: Option<f64>) -> Categorical {
        Categorical::new(vec![(2.0, 100.0), (0.0, 0.0), (1.0, 60.0)], 100.0, other).unwrap()
    }

    #[test]
    fn values_are_looked_up_whatever_the_direction() {
        let column: Column = [Some(1.0), None, Some(2.0), Some(-0.0)]
            .into_iter()
            .collect();
        for direction in [Direction::Higher, Direction::Lower] {
            let found = grades(None).normalise(&column, direction).unwrap().column;
            assert_eq!(found.numbers(), [0.6, 1.0, 0.0]);
        }
    }

    #[test]
    fn an_unknown_value_is_an_error_unless_others_have_a_score() {
        let column = Column::complete(vec![1.0, 1.5]);
        let found = grades(None).normalise(&column, Direction::Higher);
        assert!(
            matches!(found, Err(NormaliseError::Value { row: 1, .. })),
            "{found:?}"
        );
        let found = grades(Some(20.0))
            .normalise(&column, Direction::Higher)
            .unwrap()
            .column;
        assert_eq!(found.numbers(), [0.6, 0.2]);
    }

    #[test]
    fn tables_that_cannot_be_read_are_refused() {
        let table = |key: &str, score| {
            let table = [(key.to_owned(), score), ("1".to_owned(), 0.0)]
                .into_iter()
                .collect();
            let params = Params::default().with("scores", ParamValue::Table(table));
            (ENTRY.build)(&params).unwrap_err().message
        };
        assert!(table("good", 1.0).contains("`good` is not a number"));
        assert!(table("1.0", 1.0).contains("named twice"));
        assert!(table("2", 60.0).contains("`of`"));
    }
}
