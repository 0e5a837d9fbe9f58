//! Why no plan exists, and what would make one possible.

use super::super::build_out::Model;
use super::super::instance::{BuildOut, Objective};
use super::super::solver::{
    Backend, Column, Limits, Problem, Purse, Status, solve as solve_program,
};
use super::{Change, Resource};

/// Why no plan exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Most EFLOPS in the period of the last hard target with all else held; none if even that is out of
    /// reach.
    pub reachable: Option<f64>,
    /// Whether it is proven that no more can be reached.
    pub proven: bool,
    /// Per resource, the least scaling with which a plan exists.
    pub scalings: Vec<(Resource, Scaling)>,
    /// Whether a plan exists without the quota; none if there is no quota or it is not known.
    pub without_quota: Option<bool>,
    /// Rows to give way, such that the sum of their relative violations is least.
    pub relaxed: Vec<Relaxed>,
}

/// What is known of the least scaling of a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    /// With this factor a plan exists; with less than a ten-thousandth below it none does.
    Least(f64),
    /// With this factor a plan exists; whether a smaller one would do, the solver could not tell.
    AtMost(f64),
    /// No factor up to this one is enough.
    NoneUpTo(f64),
    /// The solver could not tell within its limits.
    Unknown,
}

/// A row that gives way.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxed {
    /// Its name, such as `budget[2027]`.
    pub row: String,
    /// By how much, in its unit.
    pub by: f64,
    /// The same as a share of its limit.
    pub share: f64,
}

/// Factor up to which a resource is scaled.
const MOST: f64 = 64.0;
/// How exactly the least factor is found.
const EXACT: f64 = 2e-5;

/// Explains why no plan exists.
pub fn explain(plan: &BuildOut, backend: &dyn Backend, limits: &Limits<'_>) -> Explanation {
    let mut purse = Purse::new(limits);
    let reached = purse.ask(0.2, |limits| reachable(plan, backend, limits));
    let relaxed = purse.ask(0.1, |limits| relax(plan, backend, limits));
    let without_quota = Change::NoQuota
        .made(plan)
        .and_then(|plan| purse.ask(0.1, |limits| exists(&plan, backend, limits)));
    let limited = Resource::ALL
        .into_iter()
        .filter(|resource| resource.is_limited(plan));
    let limited: Vec<Resource> = limited.collect();
    let mut scalings = vec![];
    for (i, &resource) in limited.iter().enumerate() {
        let least = purse.ask_next(limited.len() - i, |limits| {
            least_scaling(plan, resource, backend, limits)
        });
        scalings.push((resource, least));
    }
    Explanation {
        reachable: reached.map(|(eflops, _)| eflops),
        proven: reached.is_some_and(|(_, proven)| proven),
        scalings,
        without_quota,
        relaxed,
    }
}

/// Returns the most EFLOPS in the period of the last hard target, with all else held, and whether that is
/// proven.
pub fn reachable(
    plan: &BuildOut,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Option<(f64, bool)> {
    let mut plan = plan.clone();
    plan.objective = Objective::MaxAttainment;
    let hard = plan
        .targets
        .iter()
        .enumerate()
        .filter(|(_, target)| target.hard);
    let (last, _) = hard.max_by_key(|(_, target)| target.period)?;
    for (i, target) in plan.targets.iter_mut().enumerate() {
        // What else is soft does not count here.
        (target.weight, target.hard) = if i == last {
            (1.0, false)
        } else {
            (0.0, target.hard)
        };
    }
    let eflops = plan.targets[last].eflops;
    let model = Model::new(&plan);
    let found = solve_program(&model.problem, backend, limits);
    let point = found.plan?;
    let shortfall = model.shortfalls[last].map_or(0.0, |column| point.x[column]);
    Some((eflops - shortfall, found.status == Status::Optimal))
}

/// Tells whether a plan exists; `None` where the solver cannot tell.
fn exists(plan: &BuildOut, backend: &dyn Backend, limits: &Limits<'_>) -> Option<bool> {
    let model = Model::new(plan);
    // Whatever the plan costs: any will do.
    let any = Limits {
        gap: f64::INFINITY,
        ..*limits
    };
    let found = solve_program(&model.problem, backend, &any);
    match found.status {
        Status::Optimal | Status::Feasible => Some(true),
        Status::Infeasible => Some(false),
        _ => None,
    }
}

/// Finds the least factor on a resource with which a plan exists, by halving.
pub fn least_scaling(
    plan: &BuildOut,
    resource: Resource,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Scaling {
    let mut purse = Purse::new(limits);
    let mut possible = |factor: f64| {
        let scaled = Change::Scale(resource, factor).made(plan)?;
        // Factors near the limit take the most: none may take all.
        purse.ask(0.3, |limits| exists(&scaled, backend, limits))
    };
    match possible(MOST) {
        Some(true) => {}
        Some(false) => return Scaling::NoneUpTo(MOST),
        None => return Scaling::Unknown,
    }
    let (mut below, mut above) = (1.0, MOST);
    while above - below > EXACT {
        // A geometric middle first: the factor is more often 1.3 than 30.
        let middle = if above > 2.0 * below {
            (above * below).sqrt()
        } else {
            0.5 * (above + below)
        };
        match possible(middle) {
            Some(true) => above = middle,
            Some(false) => below = middle,
            None if above < MOST => return Scaling::AtMost(above),
            None => return Scaling::Unknown,
        }
    }
    Scaling::Least(above)
}

/// Families of rows that may give way.
const GIVING: &[&str] = &[
    "racks",
    "site-power",
    "power-cap",
    "quota",
    "supply",
    "budget",
    "target",
    "no-glut",
];

/// Lets rows give way at a price, and names those that do in the cheapest way out.
fn relax(plan: &BuildOut, backend: &dyn Backend, limits: &Limits<'_>) -> Vec<Relaxed> {
    let mut problem = Model::new(plan).problem;
    for column in &mut problem.columns {
        column.cost = 0.0;
    }
    problem.constant = 0.0;
    let mut slack = vec![];
    for row in 0..problem.rows.len() {
        let family = problem.rows[row]
            .name
            .split('[')
            .next()
            .unwrap_or_default()
            .to_owned();
        if GIVING.contains(&family.as_str()) {
            slack.extend(give(&mut problem, row));
        }
    }
    let found = solve_program(&problem, backend, limits);
    let Some(point) = found.plan else {
        return vec![];
    };
    let giving = slack.into_iter().map(|(column, row, size)| Relaxed {
        row: problem.rows[row].name.clone(),
        by: point.x[column],
        share: point.x[column] / size,
    });
    giving.filter(|relaxed| relaxed.share > 1e-6).collect()
}

/// Adds a slack to the side of a row that can be in the way.
fn give(problem: &mut Problem, row: usize) -> Option<(usize, usize, f64)> {
    let (lower, upper) = (problem.rows[row].lower, problem.rows[row].upper);
    // A budget is an equation: money may come in from outside, never leave.
    let (limit, sign) = if upper.is_finite() {
        (upper, -1.0)
    } else {
        (lower, 1.0)
    };
    // A row of what is open only (zero on the right) is measured by its largest coefficient.
    let largest = problem.rows[row]
        .terms
        .iter()
        .map(|(_, a)| a.abs())
        .fold(0.0, f64::max);
    let size = if limit.abs() > 1e-9 {
        limit.abs()
    } else {
        largest
    };
    (size > 0.0).then(|| {
        let column = problem.column(Column::real("give", 1.0 / size));
        problem.rows[row].terms.push((column, sign));
        (column, row, size)
    })
}
