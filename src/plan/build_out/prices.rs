//! What a unit more of a limit is worth while all orders stay as they are.

use super::super::solver::{Backend, Limits, Problem, Row, duals};
use super::{Solved, outcome};

/// The worth of a limit with all whole variables held at the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// The kind of limit, such as `target`.
    pub family: String,
    /// What it limits.
    pub of: String,
    /// Change of the objective per unit that the limit moves up.
    pub worth: f64,
}

/// Computes the dual values of the limits with the whole variables fixed at the plan.
///
/// Orders and openings cannot answer, so only what is left to money, shortfalls, subsidy and unmet demand
/// shows: solving again after a change says more.
pub fn prices(solved: &Solved, backend: &dyn Backend) -> Vec<Price> {
    let Some(plan) = &solved.solution.plan else {
        return vec![];
    };
    let held = hold(&solved.model.problem, &plan.x);
    let Some(duals) = duals(&held, backend, &Limits::default()) else {
        return vec![];
    };
    let priced = held.rows.iter().zip(duals.rows).filter_map(|(row, worth)| {
        let (family, of) = outcome::named(&row.name)?;
        (worth.abs() > 1e-7).then(|| Price {
            family: family.to_owned(),
            of: of.to_owned(),
            worth,
        })
    });
    priced.collect()
}

/// Takes the whole variables out at their values: a row of them alone has no price.
fn hold(problem: &Problem, x: &[f64]) -> Problem {
    let mut held = Problem::default();
    let mut position = vec![None; x.len()];
    for (at, column) in problem.columns.iter().enumerate() {
        if !column.integer {
            position[at] = Some(held.column(column.clone()));
        }
    }
    for row in &problem.rows {
        let taken = row.terms.iter().filter(|(at, _)| position[*at].is_none());
        let taken: f64 = taken.map(|&(at, a)| a * x[at]).sum();
        let left = row.terms.iter();
        let left: Vec<(usize, f64)> = left
            .filter_map(|&(at, a)| Some((position[at]?, a)))
            .collect();
        if !left.is_empty() {
            held.row(Row {
                name: row.name.clone(),
                terms: left,
                lower: row.lower - taken,
                upper: row.upper - taken,
            });
        }
    }
    held
}
