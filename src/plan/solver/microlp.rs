//! The solver that every build has: `microlp`, in pure Rust.
//!
//! It is called in slices of branch-and-bound nodes. Between slices the caller looks at the clock and
//! at what was found; the slices themselves know no clock, so that they end alike on every machine.

use super::problem::Problem;
use super::standing::{Ended, row_can_hold};
use super::{Backend, Limits, Solution, search};
use ::microlp::{
    ComparisonOp, Error, OptimizationDirection, ResumeOptions, SolutionStatus, SolveOptions,
    SolveOutcome, Stats, TerminationReason, Variable,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// Plain branch and bound with searches for plans on top of it; see `search`.
#[derive(Debug, Clone, Copy, Default)]
pub struct MicroLp;

impl Backend for MicroLp {
    fn name(&self) -> &'static str {
        "microlp"
    }

    fn minimise(&self, problem: &Problem, start: Option<&[f64]>, limits: &Limits<'_>) -> Solution {
        search::minimise(problem, start, limits)
    }
}

fn ended(error: &Error) -> Ended {
    match error {
        Error::Infeasible => Ended::Infeasible,
        Error::Unbounded => Ended::Unbounded,
        error => Ended::Failed(error.to_string()),
    }
}

/// A branch-and-bound tree that grows slice by slice.
pub(super) struct Tree {
    variables: Vec<Variable>,
    constant: f64,
    outcome: Option<SolveOutcome>,
    pub(super) ended: Ended,
    /// Simplex steps so far.
    pub(super) steps: u64,
}

/// How far a slice may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) nodes: u64,
    pub(super) time: Option<Duration>,
}

impl Tree {
    /// Starts a tree and grows its first slice.
    pub(super) fn start(problem: &Problem, start: Option<&[f64]>, slice: Slice) -> Self {
        let mut tree = Self {
            variables: vec![],
            constant: problem.constant,
            outcome: None,
            ended: Ended::Limit,
            steps: 0,
        };
        if !problem.rows.iter().all(row_can_hold) {
            tree.ended = Ended::Infeasible;
            return tree;
        }
        let (model, variables) = translate(problem, true);
        let mut options = SolveOptions::default();
        options.node_limit = Some(slice.nodes);
        options.time_limit = slice.time;
        options.warm_start =
            start.map(|x| variables.iter().copied().zip(x.iter().copied()).collect());
        tree.variables = variables;
        tree.take(guarded(|| model.solve_with(options)));
        tree
    }

    /// Grows another slice.
    pub(super) fn grow(&mut self, slice: Slice) {
        let Some(outcome) = self.outcome.take().filter(|_| self.ended == Ended::Limit) else {
            return;
        };
        let mut options = ResumeOptions::default();
        options.node_limit = Some(slice.nodes);
        options.time_limit = slice.time;
        self.take(guarded(move || outcome.resume_with(options)));
    }

    fn take(&mut self, outcome: Result<SolveOutcome, Error>) {
        match outcome {
            Ok(outcome) => {
                self.ended = match outcome.termination_reason() {
                    TerminationReason::ProvenOptimal => Ended::Optimal,
                    _ => Ended::Limit,
                };
                self.steps = outcome.stats().lp_iterations;
                self.outcome = Some(outcome);
            }
            Err(error) => self.ended = ended(&error),
        }
    }

    fn stats(&self) -> Option<Stats> {
        self.outcome.as_ref().map(SolveOutcome::stats)
    }

    /// Returns the best point found.
    pub(super) fn point(&self) -> Option<Vec<f64>> {
        match self.outcome.as_ref()? {
            SolveOutcome::Solution(found) => {
                Some(self.variables.iter().map(|&v| found.var_value(v)).collect())
            }
            SolveOutcome::Interrupted(_) => None,
        }
    }

    /// Returns the proven bound on the objective.
    pub(super) fn bound(&self) -> f64 {
        if let (Ended::Optimal, Some(SolveOutcome::Solution(found))) = (&self.ended, &self.outcome)
            && found.status() == SolutionStatus::Optimal
        {
            return found.objective() + self.constant;
        }
        let bound = self.stats().and_then(|stats| stats.best_bound);
        bound.map_or(f64::NEG_INFINITY, |bound| bound + self.constant)
    }
}

/// A linear program at its optimum, to which rows are added.
pub(super) struct Relaxed {
    variables: Vec<Variable>,
    constant: f64,
    solution: Option<::microlp::Solution>,
    point: Vec<f64>,
    objective: f64,
    steps: u64,
}

impl Relaxed {
    /// Solves a problem without regard to whole numbers; anything but an optimum is how it ended.
    pub(super) fn start(problem: &Problem, time: Option<Duration>) -> Result<Self, Ended> {
        if !problem.rows.iter().all(row_can_hold) {
            return Err(Ended::Infeasible);
        }
        let (model, variables) = translate(problem, false);
        let mut options = SolveOptions::default();
        options.time_limit = time;
        let mut relaxed = Self {
            variables,
            constant: problem.constant,
            solution: None,
            point: vec![],
            objective: f64::NEG_INFINITY,
            steps: 0,
        };
        match relaxed.take(guarded(|| model.solve_with(options))) {
            Ended::Optimal => Ok(relaxed),
            ended => Err(ended),
        }
    }

    /// Adds a row with an upper limit and solves again from where the program stands.
    ///
    /// After anything but an optimum the program holds its last optimum, and takes no more rows.
    pub(super) fn add(&mut self, row: &super::Row) -> Ended {
        let Some(solution) = self.solution.take() else {
            return Ended::Limit;
        };
        let terms: Vec<(Variable, f64)> = row
            .terms
            .iter()
            .map(|&(c, a)| (self.variables[c], a))
            .collect();
        self.take(guarded(move || {
            solution.add_constraint(terms, ComparisonOp::Le, row.upper)
        }))
    }

    fn take(&mut self, outcome: Result<SolveOutcome, Error>) -> Ended {
        match outcome {
            Ok(SolveOutcome::Solution(found)) if found.status() == SolutionStatus::Optimal => {
                self.point = self.variables.iter().map(|&v| found.var_value(v)).collect();
                self.objective = found.objective() + self.constant;
                self.steps = found.stats().lp_iterations;
                self.solution = Some(found);
                Ended::Optimal
            }
            Ok(_) => Ended::Limit,
            Err(error) => ended(&error),
        }
    }

    pub(super) fn point(&self) -> Vec<f64> {
        self.point.clone()
    }

    pub(super) fn objective(&self) -> f64 {
        self.objective
    }

    pub(super) fn steps(&self) -> u64 {
        self.steps
    }
}

/// Turns a panic of the solver into the failure that it is.
fn guarded(solve: impl FnOnce() -> Result<SolveOutcome, Error>) -> Result<SolveOutcome, Error> {
    catch_unwind(AssertUnwindSafe(solve))
        .unwrap_or_else(|_| Err(Error::InternalError("the solver broke off".to_owned())))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "limits of whole variables are below 10^9"
)]
fn translate(problem: &Problem, whole: bool) -> (::microlp::Problem, Vec<Variable>) {
    let mut model = ::microlp::Problem::new(OptimizationDirection::Minimize);
    let variables: Vec<Variable> = problem
        .columns
        .iter()
        .map(|column| {
            if whole && column.integer {
                let range = (column.lower.ceil() as i32, column.upper.floor() as i32);
                model.add_integer_var(column.cost, range)
            } else {
                model.add_var(column.cost, (column.lower, column.upper))
            }
        })
        .collect();
    for row in problem.rows.iter().filter(|row| !row.terms.is_empty()) {
        let terms: Vec<(Variable, f64)> =
            row.terms.iter().map(|&(c, a)| (variables[c], a)).collect();
        if row.lower >= row.upper {
            model.add_constraint(terms, ComparisonOp::Eq, row.lower);
            continue;
        }
        if row.lower.is_finite() {
            model.add_constraint(terms.clone(), ComparisonOp::Ge, row.lower);
        }
        if row.upper.is_finite() {
            model.add_constraint(terms, ComparisonOp::Le, row.upper);
        }
    }
    (model, variables)
}
