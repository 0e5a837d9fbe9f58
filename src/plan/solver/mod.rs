//! Solving mixed-integer linear programs, behind one trait.
//!
//! A [`Problem`] is plain data. A [`Backend`] is a solver; [`solve`] runs one and checks what comes
//! back: rows, whole numbers and the objective are computed again here, so that a plan never rests on
//! a solver's word. A [`Status`] says exactly what is known.
//!
//! ```
//! use exacity::plan::solver::{Column, Limits, Problem, Row, Status, default_backend, solve};
//!
//! let mut problem = Problem::default();
//! let halls = problem.column(Column::whole("halls", 3.0, 10.0));
//! problem.row(Row::new("power", [(halls, 2.0)], 7.0, f64::INFINITY));
//! let found = solve(&problem, default_backend().as_ref(), &Limits::default());
//! assert_eq!(found.status, Status::Optimal);
//! assert_eq!(found.plan.unwrap().x, [4.0]);
//! ```

mod duals;
#[cfg(feature = "highs")]
mod highs;
mod microlp;
mod problem;
mod purse;
mod search;
mod standing;

pub use duals::{Duals, duals};
#[cfg(feature = "highs")]
pub use highs::Highs;
pub use microlp::MicroLp;
pub use problem::{Column, Problem, Recheck, Row, TOLERANCE};
pub use purse::Purse;

use std::fmt::Debug;
use std::time::Duration;

/// What is known at the end.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// There is no better plan, within the gap asked for.
    Optimal,
    /// A verified plan, which a better one may beat by no more than the gap.
    Feasible,
    /// No plan satisfies all rows.
    Infeasible,
    /// The objective falls without end: a limit is missing in the model.
    Unbounded,
    /// No plan was found within the limits; there may be one.
    NothingFound,
    /// The solver gave up, and why.
    Failed(String),
}

impl Status {
    /// Returns the word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Feasible => "feasible",
            Self::Infeasible => "infeasible",
            Self::Unbounded => "unbounded",
            Self::NothingFound => "nothing-within-the-limit",
            Self::Failed(_) => "solver-failed",
        }
    }
}

/// What stopped a search before its proof was complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The effort allowed is spent: the same on every run and machine.
    Effort,
    /// The time allowed is over: another run may come to another plan.
    Time,
    /// Somebody asked to stop.
    Asked,
}

/// A plan that was checked outside the solver.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Values of the variables, whole where they must be.
    pub x: Vec<f64>,
    /// The objective, computed from them.
    pub objective: f64,
    /// Largest relative violation of a row.
    pub violation: f64,
}

/// What is known of a problem after solving it.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// What is known.
    pub status: Status,
    /// The best plan found.
    pub plan: Option<Plan>,
    /// No plan has an objective below this; minus infinity where nothing is proven.
    pub bound: f64,
    /// What stopped the search early.
    pub stopped: Option<Stop>,
}

impl Solution {
    /// Returns by which share of its objective the plan could be beaten at most.
    pub fn gap(&self) -> Option<f64> {
        let plan = self.plan.as_ref()?;
        self.bound
            .is_finite()
            .then(|| relative_gap(plan.objective, self.bound))
    }

    /// Makes an answer without a plan.
    pub fn without_plan(status: Status, stopped: Option<Stop>) -> Self {
        let bound = match status {
            Status::Infeasible => f64::INFINITY,
            _ => f64::NEG_INFINITY,
        };
        Self {
            status,
            plan: None,
            bound,
            stopped,
        }
    }
}

/// The share of an objective by which a bound lies below it.
pub fn relative_gap(objective: f64, bound: f64) -> f64 {
    ((objective - bound) / objective.abs().max(1e-9)).max(0.0)
}

/// How a search is going.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Objective of the best plan so far.
    pub objective: Option<f64>,
    /// Proven bound so far.
    pub bound: f64,
}

/// The world's say in a search: the clock and the user live above this module.
pub trait Watch: Debug {
    /// Tells whether to stop, and why.
    fn stop(&self) -> Option<Stop>;
    /// Returns the time that is left; `None` for no limit.
    fn left(&self) -> Option<Duration>;
    /// Hears how the search is going.
    fn progress(&self, progress: Progress);
    /// Hears how much effort a solve took.
    fn spent(&self, _effort: f64) {}
}

/// Nobody watches: no clock, no interruption.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn stop(&self) -> Option<Stop> {
        None
    }
    fn left(&self) -> Option<Duration> {
        None
    }
    fn progress(&self, _: Progress) {}
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// A plan is good enough when it is proven to be within this share of the best.
    pub gap: f64,
    /// Effort allowed, in simplex steps times thousands of rows and columns; 500 000 are spent in about
    /// a minute. Unlike a time limit it stops at the same plan on every machine.
    pub effort: f64,
    /// The clock and the user.
    pub watch: &'a dyn Watch,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Self {
            gap: 1e-6,
            effort: 500e3,
            watch: &Unwatched,
        }
    }
}

/// A solver.
pub trait Backend: Debug {
    /// Returns its name for reports.
    fn name(&self) -> &'static str;

    /// Minimises a problem; `start` is a plan to improve on, if there is one.
    ///
    /// The answer's plan need not be checked: [`solve`] does that.
    fn minimise(&self, problem: &Problem, start: Option<&[f64]>, limits: &Limits<'_>) -> Solution;
}

/// Returns the solver that every build has.
pub fn default_backend() -> Box<dyn Backend> {
    Box::new(MicroLp)
}

/// The names of all solvers, the default first; a build need not have more than that one.
pub const BACKENDS: [&str; 2] = ["microlp", "highs"];

/// Returns a solver by name, if this build has it.
pub fn backend(name: &str) -> Option<Box<dyn Backend>> {
    match name {
        "microlp" => Some(default_backend()),
        #[cfg(feature = "highs")]
        "highs" => Some(Box::new(Highs)),
        _ => None,
    }
}

/// Minimises a problem and checks the answer.
pub fn solve(problem: &Problem, backend: &dyn Backend, limits: &Limits<'_>) -> Solution {
    solve_from(problem, None, backend, limits)
}

/// Minimises a problem, starting from a plan to improve on, and checks the answer.
///
/// The start may be a plan of another problem of the same shape: its whole variables are kept, and the others
/// solved for, so that a little more of something never ends in a dearer plan.
pub fn solve_from(
    problem: &Problem,
    start: Option<&[f64]>,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Solution {
    if let Some(refused) = refuse(problem) {
        return Solution::without_plan(Status::Failed(refused), None);
    }
    let start = start.and_then(|x| fitted(problem, x, backend, limits));
    let mut found = backend.minimise(problem, start.as_deref(), limits);
    let Some(claimed) = found.plan.take() else {
        return found;
    };
    match problem.rounded(&claimed.x) {
        Some((x, checked)) => {
            found.plan = Some(Plan {
                x,
                objective: checked.objective,
                violation: checked.violation,
            });
            found
        }
        None => Solution {
            status: Status::Failed("its plan does not pass the re-check".to_owned()),
            plan: None,
            ..found
        },
    }
}

/// Makes a point fit a problem: whole variables stay, the others are solved for where they must change.
fn fitted(
    problem: &Problem,
    x: &[f64],
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Option<Vec<f64>> {
    if problem.rounded(x).is_some() {
        return Some(x.to_vec());
    }
    if x.len() != problem.columns.len() {
        return None;
    }
    let mut held = problem.clone();
    for (column, x) in held.columns.iter_mut().zip(x) {
        if column.integer {
            let x = x.round();
            if x < column.lower || x > column.upper {
                return None;
            }
            (column.lower, column.upper) = (x, x);
        }
    }
    let found = backend.minimise(&held.relaxed(), None, limits);
    found.plan.map(|plan| plan.x)
}

/// Says why a problem is not one: numbers that are none, whole variables without limits.
fn refuse(problem: &Problem) -> Option<String> {
    for column in &problem.columns {
        let finite = column.lower.is_finite() && column.upper.is_finite();
        let known = !column.cost.is_nan() && !column.lower.is_nan() && !column.upper.is_nan();
        if !known || column.cost.is_infinite() {
            return Some(format!(
                "`{}` has a limit or cost that is no number",
                column.name
            ));
        }
        if column.integer && !(finite && column.lower.abs().max(column.upper.abs()) < 1e9) {
            return Some(format!(
                "`{}` is whole and needs limits below 10^9",
                column.name
            ));
        }
    }
    let broken = problem.rows.iter().find(|row| {
        row.lower.is_nan() || row.upper.is_nan() || row.terms.iter().any(|t| !t.1.is_finite())
    });
    broken.map(|row| format!("row `{}` holds what is no number", row.name))
}
