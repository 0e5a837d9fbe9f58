//! A vertex of a relaxation, and the sums of its tight rows.

use super::super::problem::{Problem, Row};

/// Basic variables beyond which the tableau is not made: it is dense.
const MOST: usize = 700;
/// Nearer to a limit than this is at it, relative to the limit.
const AT: f64 = 1e-7;

/// A sum of rows with slacks: `terms + slacks = right`.
pub(super) struct Aggregate {
    /// Coefficients by column.
    pub(super) terms: Vec<f64>,
    /// Slacks, all zero or more.
    pub(super) slacks: Vec<Slack>,
    /// The right side.
    pub(super) right: f64,
    /// Whether it is a row of the tableau.
    pub(super) of_tableau: bool,
}

/// The slack of a row.
pub(super) struct Slack {
    pub(super) row: usize,
    /// Of the upper side, or of the lower one.
    pub(super) upper: bool,
    /// Whether it is whole wherever the variables are.
    pub(super) integer: bool,
    pub(super) factor: f64,
}

/// A point of a relaxation with what is tight there.
pub(super) struct Vertex<'a> {
    problem: &'a Problem,
    point: &'a [f64],
    /// Rows at a limit, and which.
    tight: Vec<(usize, bool)>,
    /// Variables strictly between their limits.
    inside: Vec<usize>,
}

impl<'a> Vertex<'a> {
    pub(super) fn new(problem: &'a Problem, point: &'a [f64]) -> Self {
        let near = |value: f64, limit: f64| {
            limit.is_finite() && (value - limit).abs() <= AT * limit.abs().max(1.0)
        };
        let side = |(at, row): (usize, &Row)| {
            let value = row.value(point);
            if near(value, row.upper) {
                Some((at, true))
            } else {
                near(value, row.lower).then_some((at, false))
            }
        };
        let tight = problem.rows.iter().enumerate().filter_map(side).collect();
        let strictly = |&(at, of): &(usize, &super::super::Column)| {
            !near(point[at], of.lower) && !near(point[at], of.upper)
        };
        let inside = problem
            .columns
            .iter()
            .enumerate()
            .filter(strictly)
            .map(|(at, _)| at);
        Self {
            problem,
            point,
            tight,
            inside: inside.collect(),
        }
    }

    /// How much work the tableau was, in the units of a search's effort.
    pub(super) fn work(&self) -> f64 {
        let basic = self.inside.len().min(MOST) as f64;
        1e-5 * basic * basic * (basic + self.problem.rows.len() as f64)
    }

    /// Single rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = Aggregate> + '_ {
        self.tight
            .iter()
            .map(|&side| self.sum([(side, 1.0)].into_iter(), false))
    }

    /// One row of the tableau for each whole variable with a fraction.
    pub(super) fn tableau(&self) -> Vec<Aggregate> {
        if self.inside.is_empty() || self.inside.len() > MOST {
            return vec![];
        }
        let Some((rows, inverse)) = self.invert() else {
            return vec![];
        };
        let mut found = vec![];
        for (i, &column) in self.inside.iter().enumerate() {
            let value = self.point[column];
            let fraction = (value - value.round()).abs();
            if self.problem.columns[column].integer && fraction > 1e-5 {
                let factors = inverse[i].iter().copied();
                let of = rows.iter().map(|&at| self.tight[at]).zip(factors);
                found.push(self.sum(of.filter(|(_, factor)| factor.abs() > 1e-11), true));
            }
        }
        found
    }

    /// Adds rows up.
    fn sum(&self, of: impl Iterator<Item = ((usize, bool), f64)>, of_tableau: bool) -> Aggregate {
        let mut sum = Aggregate {
            terms: vec![0.0; self.point.len()],
            slacks: vec![],
            right: 0.0,
            of_tableau,
        };
        for ((at, upper), factor) in of {
            let row = &self.problem.rows[at];
            for &(column, a) in &row.terms {
                sum.terms[column] += factor * a;
            }
            sum.right += factor * if upper { row.upper } else { row.lower };
            if row.lower < row.upper {
                let integer = self.is_whole(row, upper);
                let factor = if upper { factor } else { -factor };
                sum.slacks.push(Slack {
                    row: at,
                    upper,
                    integer,
                    factor,
                });
            }
        }
        for a in &mut sum.terms {
            if a.abs() < 1e-11 {
                *a = 0.0;
            }
        }
        sum
    }

    fn is_whole(&self, row: &Row, upper: bool) -> bool {
        let whole = |a: f64| (a - a.round()).abs() < 1e-12;
        let limit = if upper { row.upper } else { row.lower };
        let term = |&(column, a): &(usize, f64)| whole(a) && self.problem.columns[column].integer;
        whole(limit) && row.terms.iter().all(term)
    }

    /// Chooses as many tight rows as there are variables inside, and inverts what they say of them.
    ///
    /// Returns the rows by their position among the tight ones, and the inverse with a line for each
    /// variable; `None` where the point is no vertex.
    fn invert(&self) -> Option<(Vec<usize>, Vec<Vec<f64>>)> {
        let n = self.inside.len();
        let mut position = vec![usize::MAX; self.point.len()];
        for (i, &column) in self.inside.iter().enumerate() {
            position[column] = i;
        }
        // Columns of the matrix are the tight rows: elimination by line picks those that are independent.
        let mut lines = vec![vec![0.0; self.tight.len()]; n];
        for (at, &(row, _)) in self.tight.iter().enumerate() {
            for &(column, a) in &self.problem.rows[row].terms {
                if position[column] != usize::MAX {
                    lines[position[column]][at] = a;
                }
            }
        }
        let original = lines.clone();
        let mut chosen: Vec<usize> = vec![];
        for i in 0..n {
            let (done, rest) = lines.split_at_mut(i);
            let line = &mut rest[0];
            for (before, &pivot) in done.iter().zip(&chosen) {
                let factor = line[pivot] / before[pivot];
                if factor != 0.0 {
                    subtract(line, factor, before);
                }
            }
            let pivot = (0..line.len()).max_by(|&a, &b| line[a].abs().total_cmp(&line[b].abs()))?;
            if line[pivot].abs() < 1e-9 {
                return None;
            }
            chosen.push(pivot);
        }
        // The transpose: a line for each chosen row, a place for each variable.
        let square = (0..n).map(|r| (0..n).map(|i| original[i][chosen[r]]).collect());
        Some((chosen.clone(), inverse(square.collect())?))
    }
}

/// Inverts a square matrix by elimination with the largest pivot of each column.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let unit = |i: usize| (0..size).map(|j| f64::from(u8::from(i == j))).collect();
    let mut result: Vec<Vec<f64>> = (0..size).map(unit).collect();
    for at in 0..size {
        let pivot = (at..size)
            .max_by(|&one, &other| matrix[one][at].abs().total_cmp(&matrix[other][at].abs()))?;
        if matrix[pivot][at].abs() < 1e-10 {
            return None;
        }
        matrix.swap(at, pivot);
        result.swap(at, pivot);
        let scale = 1.0 / matrix[at][at];
        let scaled = matrix[at].iter_mut().chain(result[at].iter_mut());
        scaled.for_each(|value| *value *= scale);
        let (own, of_result) = (matrix[at].clone(), result[at].clone());
        for row in (0..size).filter(|&row| row != at) {
            let factor = matrix[row][at];
            if factor != 0.0 {
                subtract(&mut matrix[row][at..], factor, &own[at..]);
                subtract(&mut result[row], factor, &of_result);
            }
        }
    }
    Some(result)
}

fn subtract(from: &mut [f64], factor: f64, what: &[f64]) {
    for (value, part) in from.iter_mut().zip(what) {
        *value -= factor * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::solver::Column;

    #[test]
    fn a_matrix_times_its_inverse_is_the_unit() {
        let matrix = vec![
            vec![0.0, 2.0, 1.0],
            vec![1.0, 1.0, 0.0],
            vec![3.0, 0.0, -1.0],
        ];
        let inverted = inverse(matrix.clone()).unwrap();
        for (i, row) in matrix.iter().enumerate() {
            for j in 0..3 {
                let value: f64 = row.iter().zip(&inverted).map(|(a, line)| a * line[j]).sum();
                assert!((value - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
        assert!(inverse(vec![vec![1.0, 2.0], vec![2.0, 4.0]]).is_none());
    }

    #[test]
    fn a_row_of_the_tableau_leaves_its_variable_alone() {
        // x + 2y <= 4 and 3x + y <= 6 meet at (1.6, 1.2).
        let mut problem = Problem::default();
        let x = problem.column(Column::whole("x", -1.0, 9.0));
        let y = problem.column(Column::whole("y", -1.0, 9.0));
        problem.row(Row::new("a", [(x, 1.0), (y, 2.0)], f64::NEG_INFINITY, 4.0));
        problem.row(Row::new("b", [(x, 3.0), (y, 1.0)], f64::NEG_INFINITY, 6.0));
        let vertex = Vertex::new(&problem, &[1.6, 1.2]);
        let tableau = vertex.tableau();
        assert_eq!(tableau.len(), 2);
        for (i, row) in tableau.iter().enumerate() {
            assert!((row.terms[i] - 1.0).abs() < 1e-12 && row.terms[1 - i].abs() < 1e-12);
            assert!((row.right - [1.6, 1.2][i]).abs() < 1e-12);
            assert!(row.slacks.iter().all(|slack| slack.integer));
        }
    }
}
