//! What a little more or less of something is worth: the plan solved again.

use super::super::build_out::{Solved, solve_near};
use super::super::instance::BuildOut;
use super::super::solver::{Backend, Limits, Purse, Solution};
use super::{Change, Resource, loosened};

/// A plan solved again after a change.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What was changed.
    pub change: Change,
    /// What is known then.
    pub solution: Solution,
}

/// The changes that are tried.
const CHANGES: &[Change] = &[
    Change::Scale(Resource::Budget, 1.1),
    Change::Scale(Resource::Budget, 0.9),
    Change::Scale(Resource::PowerCap, 1.1),
    Change::Scale(Resource::PowerCap, 0.9),
    Change::Scale(Resource::Supply, 1.1),
    Change::Quota(0.1),
    Change::Quota(-0.1),
    Change::LastTarget(1.1),
    Change::LastTarget(0.9),
    Change::ShorterLead,
];

/// Solves a plan again after each of a list of changes.
pub fn resolve(
    plan: &BuildOut,
    solved: &Solved,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Vec<Resolved> {
    let mut purse = Purse::new(&loosened(limits));
    let before = solved
        .solution
        .plan
        .as_ref()
        .map(|found| found.x.as_slice());
    let changed: Vec<_> = CHANGES
        .iter()
        .filter_map(|&change| Some((change, change.made(plan)?)))
        .collect();
    let mut resolved = vec![];
    for (i, (change, plan)) in changed.iter().enumerate() {
        if purse.stop().is_some() {
            break;
        }
        let solution = purse.ask_next(changed.len() - i, |limits| {
            solve_near(plan, before, backend, limits).solution
        });
        resolved.push(Resolved {
            change: *change,
            solution,
        });
    }
    resolved
}
