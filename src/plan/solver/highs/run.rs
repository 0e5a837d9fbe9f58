//! One run of `HiGHS`: a problem and an order in, an answer out.

use super::super::problem::{Column, Problem};
use super::super::standing::Ended;
use highs::{HighsModelStatus, HighsSolutionStatus, Model, RowProblem, Sense, SolvedModel};
use std::time::Duration;

/// Every run starts from the same seed.
const SEED: i32 = 0;
/// How far rows and whole numbers may be off inside `HiGHS`: nearer than the re-check demands, because
/// rounding moves a row by as much again.
const TOLERANCE: f64 = 1e-7;
/// `HiGHS` stops a little before the gap asked for: what it counts may differ in the last digits.
const OWN_GAP: f64 = 0.99;

/// How far a run may go.
pub(super) struct Order {
    pub(super) nodes: i32,
    pub(super) plans: Option<i32>,
    pub(super) gap: f64,
    pub(super) time: Option<Duration>,
    pub(super) start: Option<Vec<f64>>,
}

/// What a run found.
pub(super) struct Answer {
    pub(super) ended: Ended,
    pub(super) point: Option<Vec<f64>>,
    pub(super) bound: f64,
    /// The gap that was left.
    pub(super) gap: f64,
    /// Simplex steps of the run.
    pub(super) steps: f64,
}

impl Answer {
    fn failed(why: String) -> Self {
        Self {
            ended: Ended::Failed(why),
            point: None,
            bound: f64::NEG_INFINITY,
            gap: f64::INFINITY,
            steps: 0.0,
        }
    }
}

/// Runs `HiGHS`.
pub(super) fn run(problem: &Problem, order: &Order) -> Answer {
    let solved = match solve(problem, order, true) {
        Ok(solved) if solved.status() == HighsModelStatus::UnboundedOrInfeasible => {
            // Only the simplex method without a presolve can tell which.
            solve(problem, order, false)
        }
        solved => solved,
    };
    match solved {
        Ok(solved) => read(problem, &solved),
        Err(why) => Answer::failed(why),
    }
}

fn solve(problem: &Problem, order: &Order, presolve: bool) -> Result<SolvedModel, String> {
    let refused = |_| "HiGHS refuses the problem".to_owned();
    let mut model = written(problem)
        .try_optimise(Sense::Minimise)
        .map_err(refused)?;
    set(&mut model, order, presolve).ok_or("HiGHS refuses an option")?;
    if let Some(start) = &order.start {
        let whole: Vec<f64> = start.iter().copied().chain([1.0]).collect();
        // A start that it does not take costs time, nothing else.
        let _ = model.try_set_solution(Some(&whole), None, None, None);
    }
    model
        .try_solve()
        .map_err(|_| "HiGHS ended with an error".to_owned())
}

fn set(model: &mut Model, order: &Order, presolve: bool) -> Option<()> {
    let numbers = [
        ("mip_rel_gap", OWN_GAP * order.gap),
        ("mip_abs_gap", 0.0),
        ("mip_feasibility_tolerance", TOLERANCE),
        ("primal_feasibility_tolerance", TOLERANCE),
    ];
    for (option, value) in numbers {
        model.try_set_option(option, value).ok()?;
    }
    let counts = [
        ("threads", 1),
        ("random_seed", SEED),
        ("mip_max_nodes", order.nodes),
    ];
    for (option, value) in counts {
        model.try_set_option(option, value).ok()?;
    }
    if let Some(plans) = order.plans {
        model.try_set_option("mip_max_improving_sols", plans).ok()?;
    }
    if let Some(time) = order.time {
        model
            .try_set_option("time_limit", time.as_secs_f64())
            .ok()?;
    }
    if !presolve {
        model.try_set_option("presolve", "off").ok()?;
    }
    Some(())
}

/// Writes a problem in the form of `HiGHS`.
///
/// The constant of the objective is a last column that is always one: gaps are shares of the whole.
fn written(problem: &Problem) -> RowProblem {
    let mut out = RowProblem::default();
    let mut column = |column: &Column| {
        let limits = column.lower..=column.upper;
        out.add_column_with_integrality(column.cost, limits, column.integer)
    };
    let columns: Vec<highs::Col> = problem.columns.iter().map(&mut column).collect();
    column(&Column {
        lower: 1.0,
        upper: 1.0,
        ..Column::real("", problem.constant)
    });
    for row in problem.rows.iter().filter(|row| !row.terms.is_empty()) {
        let terms = row.terms.iter().map(|&(at, a)| (columns[at], a));
        out.add_row(row.lower..=row.upper, terms);
    }
    out
}

fn read(problem: &Problem, solved: &SolvedModel) -> Answer {
    let ended = match solved.status() {
        HighsModelStatus::Optimal => Ended::Optimal,
        HighsModelStatus::Infeasible => Ended::Infeasible,
        HighsModelStatus::Unbounded | HighsModelStatus::UnboundedOrInfeasible => Ended::Unbounded,
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit
        | HighsModelStatus::ReachedInterrupt
        | HighsModelStatus::ReachedMemoryLimit
        | HighsModelStatus::ObjectiveBound
        | HighsModelStatus::ObjectiveTarget => Ended::Limit,
        other => Ended::Failed(format!("HiGHS ended with {other:?}")),
    };
    let whole = problem.integers() > 0;
    let has_plan = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let point = has_plan.then(|| {
        let mut x = solved.get_solution().columns().to_vec();
        x.truncate(problem.columns.len());
        x
    });
    let bound = match (whole, &ended) {
        (true, _) => solved.double_info_value(c"mip_dual_bound").ok(),
        (false, Ended::Optimal) => Some(solved.objective_value()),
        (false, _) => None,
    };
    Answer {
        point,
        bound: bound
            .filter(|b| b.abs() < 1e20)
            .unwrap_or(f64::NEG_INFINITY),
        gap: if whole { solved.mip_gap() } else { 0.0 },
        steps: solved.simplex_iteration_count().max(0) as f64,
        ended,
    }
}
