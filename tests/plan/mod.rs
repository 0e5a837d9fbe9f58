//! Plans: reference optima, what-if re-solves, the explanation of infeasibility, properties, bad input.

mod bad_input;
#[cfg(feature = "highs")]
mod highs;
mod properties;
mod reference;
mod shipped;

use exacity::plan::instance::{BuildOut, Facility, Instance};
use exacity::plan::solver::{Limits, default_backend};
use exacity::plan::{build_out, read};
use std::fs;

/// Reads a reference case with changes.
fn case(name: &str, sets: &[&str]) -> Instance {
    let path = format!("tests/reference/planning/{name}.json");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let checked = read(&path, &fs::read_to_string(&path).unwrap(), &sets);
    checked
        .value
        .unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
        .instance
}

fn build_out(name: &str, sets: &[&str]) -> BuildOut {
    match case(name, sets) {
        Instance::BuildOut(plan) => *plan,
        Instance::Facility(_) => panic!("{name} is no build-out"),
    }
}

fn facility(name: &str) -> Facility {
    match case(name, &[]) {
        Instance::Facility(plan) => plan,
        Instance::BuildOut(_) => panic!("{name} is no assignment"),
    }
}

fn solved(plan: &BuildOut) -> build_out::Solved {
    build_out::solve(plan, default_backend().as_ref(), &Limits::default())
}

/// The proven least cost; none if there is no plan.
fn optimum(plan: &BuildOut) -> Option<f64> {
    let solved = solved(plan);
    assert!(
        matches!(solved.solution.status.word(), "optimal" | "infeasible"),
        "{:?}",
        solved.solution.status
    );
    solved.solution.plan.map(|found| found.objective)
}
