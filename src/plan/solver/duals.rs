//! What a unit more of each row is worth in a linear program.
//!
//! The dual program is written out and solved as a program of its own. That costs a second solve, and
//! buys a proof: any feasible dual point bounds the objective, whoever found it.

use super::problem::{Column, Problem, Row};
use super::{Backend, Limits, Status, solve};

/// Dual values of a linear program.
#[derive(Debug, Clone, PartialEq)]
pub struct Duals {
    /// Change of the least objective per unit that the limit of each row moves up.
    pub rows: Vec<f64>,
    /// The objective that the dual values prove.
    pub bound: f64,
}

/// Computes the dual values of a linear program; whole variables count as real ones.
///
/// `None` if the program has no optimum, or the solver does not find it.
pub fn duals(problem: &Problem, backend: &dyn Backend, limits: &Limits<'_>) -> Option<Duals> {
    let mut dual = Problem {
        constant: -problem.constant,
        ..Problem::default()
    };
    let mut transposed: Vec<Vec<(usize, f64)>> = vec![vec![]; problem.columns.len()];
    // Per row and side one variable: a lower limit is worth something upwards, an upper one downwards.
    let mut sides = vec![];
    for row in &problem.rows {
        let mut of_row = vec![];
        for (limit, sign) in [(row.lower, 1.0), (row.upper, -1.0)] {
            if limit.is_finite() {
                let side = dual.column(Column::real("", -sign * limit));
                of_row.push((side, sign));
                for &(column, a) in &row.terms {
                    transposed[column].push((side, sign * a));
                }
            }
        }
        sides.push(of_row);
    }
    for (column, terms) in problem.columns.iter().zip(&mut transposed) {
        for (limit, sign) in [(column.lower, 1.0), (column.upper, -1.0)] {
            if limit.is_finite() {
                let side = dual.column(Column::real("", -sign * limit));
                terms.push((side, sign));
            }
        }
    }
    for (column, terms) in problem.columns.iter().zip(transposed) {
        dual.row(Row::new("", terms, column.cost, column.cost));
    }
    let found = solve(&dual, backend, limits);
    let plan = found.plan.filter(|_| found.status == Status::Optimal)?;
    let worth =
        |of_row: &Vec<(usize, f64)>| of_row.iter().map(|&(side, sign)| sign * plan.x[side]).sum();
    Some(Duals {
        rows: sides.iter().map(worth).collect(),
        bound: -plan.objective,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::solver::default_backend;

    #[test]
    fn a_binding_row_is_worth_what_it_costs_to_meet_and_a_slack_one_nothing() {
        let mut problem = Problem {
            constant: 10.0,
            ..Problem::default()
        };
        let a = problem.column(Column {
            upper: 3.0,
            ..Column::real("a", 2.0)
        });
        let b = problem.column(Column::real("b", 5.0));
        problem.row(Row::new("need", [(a, 1.0), (b, 1.0)], 4.0, f64::INFINITY));
        problem.row(Row::new(
            "room",
            [(a, 1.0), (b, 1.0)],
            f64::NEG_INFINITY,
            100.0,
        ));
        let found = duals(&problem, default_backend().as_ref(), &Limits::default()).unwrap();
        assert!((found.rows[0] - 5.0).abs() < 1e-9 && found.rows[1].abs() < 1e-9);
        assert!((found.bound - 21.0).abs() < 1e-9);
    }
}
