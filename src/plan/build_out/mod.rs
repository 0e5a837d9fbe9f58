//! What to build, where and when.

mod model;
mod outcome;
mod prices;

pub use model::{Model, Opening, Order};
pub use outcome::{Binding, ChipTotal, Costs, Outcome, PeriodTotal, SiteTotal};
pub use prices::{Price, prices};

use super::instance::{BuildOut, Objective};
use super::solver::{Backend, Limits, Purse, Solution, Status, solve_from};

/// A build-out that was solved.
#[derive(Debug, Clone)]
pub struct Solved {
    /// The program.
    pub model: Model,
    /// What is known of it.
    pub solution: Solution,
    /// The plan, read back.
    pub outcome: Option<Outcome>,
    /// For `earliest`: the first period in which the last target can be reached.
    pub earliest: Option<Earliest>,
}

/// What is known of the first period in which a target can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earliest {
    /// The period, if one was found.
    pub period: Option<usize>,
    /// Whether all earlier periods are proven too early.
    pub proven: bool,
}

/// Solves a build-out for its objective.
pub fn solve(plan: &BuildOut, backend: &dyn Backend, limits: &Limits<'_>) -> Solved {
    solve_near(plan, None, backend, limits)
}

/// Solves a build-out, starting from a plan of the same shape if that still is one.
pub fn solve_near(
    plan: &BuildOut,
    start: Option<&[f64]>,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Solved {
    match plan.objective {
        Objective::MinNpvCost => finish(plan, Model::new(plan), start, backend, limits),
        Objective::MaxAttainment | Objective::MaxScore => in_order(plan, start, backend, limits),
        Objective::Earliest => earliest(plan, backend, limits),
    }
}

fn finish(
    plan: &BuildOut,
    model: Model,
    start: Option<&[f64]>,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Solved {
    let solution = solve_from(&model.problem, start, backend, limits);
    let outcome = solution
        .plan
        .as_ref()
        .map(|found| Outcome::new(plan, &model, &found.x));
    Solved {
        model,
        solution,
        outcome,
        earliest: None,
    }
}

/// First what is sought, then the cheapest way to have it.
fn in_order(
    plan: &BuildOut,
    start: Option<&[f64]>,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Solved {
    let model = Model::new(plan);
    let mut purse = Purse::new(limits);
    let first = purse.ask(0.6, |limits| {
        solve_from(&model.problem, start, backend, limits)
    });
    let Some(reached) = first.plan.as_ref().map(|found| found.x.clone()) else {
        return Solved {
            model,
            solution: first,
            outcome: None,
            earliest: None,
        };
    };
    let mut cheapest = model.clone();
    let objective = model.problem.objective(&reached);
    cheapest.then_cheapest(objective);
    let second = purse.ask(1.0, |limits| {
        solve_from(&cheapest.problem, Some(&reached), backend, limits)
    });
    let x = second.plan.map_or(reached, |found| found.x);
    let outcome = Some(Outcome::new(plan, &model, &x));
    let solution = Solution {
        plan: Some(super::solver::Plan {
            objective: model.problem.objective(&x),
            violation: model.problem.recheck(&x).violation,
            x,
        }),
        stopped: first.stopped.or(second.stopped),
        ..first
    };
    Solved {
        model,
        solution,
        outcome,
        earliest: None,
    }
}

/// Tries one period after another for the last target.
///
/// Fleets retire, so a target within reach in one period may be out of reach in the next: halving the
/// range could miss the first.
fn earliest(plan: &BuildOut, backend: &dyn Backend, limits: &Limits<'_>) -> Solved {
    let mut proven = true;
    let last = plan
        .targets
        .iter()
        .enumerate()
        .max_by_key(|(_, target)| target.period);
    let Some((last, _)) = last else {
        return finish(plan, Model::new(plan), None, backend, limits);
    };
    let mut purse = Purse::new(limits);
    let mut tried = None;
    for t in 0..plan.periods.len() {
        let at = with_last_target(plan, last, t);
        let model = Model::new(&at);
        let found = purse.ask_next(plan.periods.len() + 1 - t, |limits| {
            // Any plan answers whether the target is within reach.
            let any = Limits {
                gap: f64::INFINITY,
                ..*limits
            };
            solve_from(&model.problem, None, backend, &any)
        });
        match (found.plan, &found.status) {
            (Some(start), _) => {
                let mut solved = purse.ask(1.0, |limits| {
                    finish(&at, model, Some(&start.x), backend, limits)
                });
                solved.earliest = Some(Earliest {
                    period: Some(t),
                    proven,
                });
                return solved;
            }
            (None, Status::Infeasible) => {}
            (None, _) => proven = false,
        }
        tried = Some((
            model,
            Solution {
                plan: None,
                ..found
            },
        ));
    }
    let (model, mut solution) = tried.unwrap_or_else(|| {
        (
            Model::new(plan),
            Solution::without_plan(Status::Infeasible, None),
        )
    });
    if !proven {
        solution = Solution::without_plan(Status::NothingFound, solution.stopped);
    }
    let earliest = Some(Earliest {
        period: None,
        proven,
    });
    Solved {
        model,
        solution,
        outcome: None,
        earliest,
    }
}

fn with_last_target(plan: &BuildOut, last: usize, period: usize) -> BuildOut {
    let mut plan = plan.clone();
    plan.targets[last].period = period;
    plan.targets[last].hard = true;
    plan
}
