//! A problem with some of its variables fixed and taken out.

use super::super::problem::{Problem, Row};

/// What is left of a problem, and how its points belong to those of the whole.
pub(super) struct Restricted {
    problem: Problem,
    /// Columns of the whole that are left.
    left: Vec<usize>,
    /// A point of the whole with the fixed values in place.
    fixed: Vec<f64>,
}

impl Restricted {
    /// Takes out the variables with a value; `None` if a row then cannot hold.
    pub(super) fn new(whole: &Problem, values: &[Option<f64>]) -> Option<Self> {
        let mut position = vec![usize::MAX; whole.columns.len()];
        let mut left = vec![];
        let mut problem = Problem {
            constant: whole.constant,
            ..Problem::default()
        };
        for (at, (column, value)) in whole.columns.iter().zip(values).enumerate() {
            match value {
                Some(value) => problem.constant += column.cost * value,
                None => {
                    position[at] = problem.column(column.clone());
                    left.push(at);
                }
            }
        }
        for row in &whole.rows {
            let mut taken = 0.0;
            let mut terms = vec![];
            for &(column, a) in &row.terms {
                match values[column] {
                    Some(value) => taken += a * value,
                    None => terms.push((position[column], a)),
                }
            }
            let slack = 1e-9 * taken.abs().max(1.0);
            if terms.is_empty() {
                if taken < row.lower - slack || taken > row.upper + slack {
                    return None;
                }
            } else {
                let (lower, upper) = (row.lower - taken, row.upper - taken);
                problem.row(Row {
                    name: String::new(),
                    terms,
                    lower,
                    upper,
                });
            }
        }
        let fixed = values.iter().map(|value| value.unwrap_or(0.0)).collect();
        Some(Self {
            problem,
            left,
            fixed,
        })
    }

    pub(super) fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Takes the fixed variables out of a point.
    pub(super) fn shorten(&self, x: &[f64]) -> Vec<f64> {
        self.left.iter().map(|&at| x[at]).collect()
    }

    /// Puts the fixed variables back into a point.
    pub(super) fn lengthen(&self, x: &[f64]) -> Vec<f64> {
        let mut whole = self.fixed.clone();
        for (&at, &value) in self.left.iter().zip(x) {
            whole[at] = value;
        }
        whole
    }
}
