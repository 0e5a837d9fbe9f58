//! How a plan made for one future fares in another.

use super::super::Scenario;
use super::super::build_out::{Model, Solved, solve};
use super::super::instance::{BuildOut, Instance};
use super::super::solver::{Backend, Limits, Purse, Status, solve_from};
use super::loosened;

/// What it costs to have planned for one future when another comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regret {
    /// Extra cost over the best plan for the future that came, in MCNY.
    Cost(f64),
    /// After those first orders no plan satisfies the future that came.
    Impossible,
    /// The solver could not tell within its limits.
    Unknown,
}

/// A future with the plan for it.
#[derive(Debug)]
pub struct Future {
    /// Its name.
    pub name: String,
    /// Why it could come.
    pub because: String,
    /// What it changes.
    pub changes: Vec<String>,
    /// The plan's figures in it.
    pub plan: BuildOut,
    /// The best plan for it.
    pub solved: Solved,
}

impl Future {
    /// Makes the future that the plan itself assumes.
    pub fn base(plan: &BuildOut, solved: &Solved) -> Self {
        Self {
            name: "as planned".to_owned(),
            because: String::new(),
            changes: vec![],
            plan: plan.clone(),
            solved: solved.clone(),
        }
    }
}

/// Plans for each future on its own, and says what the first orders of each cost when another comes.
///
/// The plan's own future comes first. `doing` hears what is at hand.
pub fn futures(
    plan: &BuildOut,
    solved: &Solved,
    scenarios: Vec<Scenario>,
    backend: &dyn Backend,
    limits: &Limits<'_>,
    doing: &dyn Fn(&str),
) -> (Vec<Future>, Vec<Vec<Regret>>) {
    let mut purse = Purse::new(limits);
    let mut all = vec![Future::base(plan, solved)];
    // Comparing all with all takes about as long as one more future.
    let mut to_come = scenarios.len() + 1;
    for scenario in scenarios {
        let Instance::BuildOut(plan) = scenario.instance else {
            continue;
        };
        doing(&format!("planning for {}", scenario.name));
        let solved = purse.ask_next(to_come, |limits| solve(&plan, backend, limits));
        to_come -= 1;
        all.push(Future {
            name: scenario.name,
            because: scenario.because,
            changes: scenario.changes,
            plan: *plan,
            solved,
        });
    }
    doing("comparing scenarios");
    let pairs: Vec<_> = all
        .iter()
        .map(|future| (&future.plan, &future.solved))
        .collect();
    let regrets = purse.ask(1.0, |limits| regrets(&pairs, backend, limits));
    (all, regrets)
}

/// Evaluates the first orders of each plan under each future.
///
/// The orders and openings of the first period are held; everything later is planned anew. Rows are plans,
/// columns are futures.
pub fn regrets(
    futures: &[(&BuildOut, &Solved)],
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Vec<Vec<Regret>> {
    let mut purse = Purse::new(&loosened(limits));
    let mut to_come = futures.len() * futures.len().saturating_sub(1);
    let mut rows = vec![];
    for planned in futures {
        let mut row = vec![];
        for future in futures {
            if std::ptr::eq(planned, future) {
                row.push(Regret::Cost(0.0));
                continue;
            }
            row.push(purse.ask_next(to_come, |limits| regret(planned, future, backend, limits)));
            to_come -= 1;
        }
        rows.push(row);
    }
    rows
}

fn regret(
    (_, planned): &(&BuildOut, &Solved),
    (future, best): &(&BuildOut, &Solved),
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Regret {
    let (Some(plan), Some(own)) = (&planned.solution.plan, &best.solution.plan) else {
        return Regret::Unknown;
    };
    let mut model = Model::new(future);
    if !hold_first(&mut model, &planned.model, &plan.x) {
        return Regret::Impossible;
    }
    let found = solve_from(&model.problem, None, backend, limits);
    match (found.plan, found.status) {
        (Some(point), _) => Regret::Cost((point.objective - own.objective).max(0.0)),
        (None, Status::Infeasible) => Regret::Impossible,
        _ => Regret::Unknown,
    }
}

/// Fixes the first period's orders and openings to those of another plan; false if they do not exist here.
fn hold_first(model: &mut Model, other: &Model, x: &[f64]) -> bool {
    let (orders, openings) = (model.orders.clone(), model.openings.clone());
    let columns = &mut model.problem.columns;
    let mut fix = |column: usize, value: f64| {
        let fits = value >= columns[column].lower && value <= columns[column].upper;
        (columns[column].lower, columns[column].upper) = (value, value);
        fits
    };
    let mut held = 0.0;
    for order in orders.iter().filter(|order| order.period == 0) {
        let same = |o: &&super::super::build_out::Order| {
            (o.site, o.chip, o.period) == (order.site, order.chip, 0)
        };
        let modules = other.orders.iter().find(same).map_or(0.0, |o| x[o.column]);
        held += modules;
        if !fix(order.column, modules) {
            return false;
        }
    }
    for opening in openings.iter().filter(|opening| opening.period == 0) {
        let same = |o: &&super::super::build_out::Opening| (o.site, o.period) == (opening.site, 0);
        let open = other
            .openings
            .iter()
            .find(same)
            .map_or(0.0, |o| x[o.column]);
        if !fix(opening.column, open) {
            return false;
        }
    }
    let ordered: f64 = other
        .orders
        .iter()
        .filter(|o| o.period == 0)
        .map(|o| x[o.column])
        .sum();
    (ordered - held).abs() < 0.5
}
