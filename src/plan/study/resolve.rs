//! What a little more or less of something is worth: the plan solved again.

use super::super::build_out::{Solved, solve_near};
use super::super::instance::BuildOut;
use super::super::solver::{Backend, Limits, Solution};
use super::{Change, Resource, share};

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

/// Solves a plan again after each of a list of changes, with a share of the effort for each.
pub fn resolve(
    plan: &BuildOut,
    solved: &Solved,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Vec<Resolved> {
    let limits = share(limits, 0.1);
    let before = solved
        .solution
        .plan
        .as_ref()
        .map(|found| found.x.as_slice());
    let mut resolved = vec![];
    for &change in CHANGES {
        if limits.watch.stop().is_some() {
            break;
        }
        if let Some(changed) = change.made(plan) {
            let solution = solve_near(&changed, before, backend, &limits).solution;
            resolved.push(Resolved { change, solution });
        }
    }
    resolved
}
