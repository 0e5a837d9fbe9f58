//! What each level of ambition costs: the frontier between capacity and money.

use super::super::build_out::solve;
use super::super::instance::{BuildOut, Objective, Target};
use super::super::solver::{Backend, Limits, Purse};
use super::{loosened, reachable};

/// A plan on the frontier.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    /// EFLOPS asked for in the last target's period.
    pub asked: f64,
    /// EFLOPS installed then.
    pub eflops: f64,
    /// Net present cost in MCNY.
    pub cost: f64,
    /// Largest share by which the cost could still fall.
    pub gap: Option<f64>,
}

/// Finds the least cost of several levels of the last target, from what stands to what is reachable.
///
/// The last target becomes hard at each level, other targets become those of the plan. Dominated points
/// are left out: more capacity for less money.
pub fn sweep(
    plan: &BuildOut,
    levels: usize,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Vec<SweepPoint> {
    let Some(last) = (0..plan.targets.len()).max_by_key(|&i| plan.targets[i].period) else {
        return vec![];
    };
    let mut purse = Purse::new(&loosened(limits));
    let period = plan.targets[last].period;
    // A target beyond all reach, to see how far the sites go.
    let mut farthest = plan.clone();
    farthest.targets[last] = Target {
        eflops: 1e6,
        hard: true,
        ..plan.targets[last]
    };
    let farthest = purse.ask_next(levels + 1, |limits| reachable(&farthest, backend, limits));
    let Some((most, _)) = farthest else {
        return vec![];
    };
    let least = plan.existing_eflops()[period];
    let mut points: Vec<SweepPoint> = vec![];
    for level in 0..levels {
        if purse.stop().is_some() {
            break;
        }
        let asked = least + (most - least) * level as f64 / (levels - 1).max(1) as f64;
        let mut at = plan.clone();
        at.objective = Objective::MinNpvCost;
        // The top is reached exactly or not at all: a hair below keeps rounding out of it.
        let eflops = (asked * (1.0 - 1e-9)).max(1e-9);
        at.targets[last] = Target {
            eflops,
            hard: true,
            ..plan.targets[last]
        };
        let solved = purse.ask_next(levels - level, |limits| solve(&at, backend, limits));
        if let (Some(outcome), Some(found)) = (&solved.outcome, &solved.solution.plan) {
            points.push(SweepPoint {
                asked,
                eflops: outcome.periods[period].eflops,
                cost: found.objective,
                gap: solved.solution.gap(),
            });
        }
    }
    undominated(points)
}

fn undominated(mut points: Vec<SweepPoint>) -> Vec<SweepPoint> {
    points.sort_by(|a, b| {
        a.cost
            .total_cmp(&b.cost)
            .then(b.eflops.total_cmp(&a.eflops))
    });
    let mut kept: Vec<SweepPoint> = vec![];
    for point in points {
        if kept
            .last()
            .is_none_or(|last| point.eflops > last.eflops + 1e-9)
        {
            kept.push(point);
        }
    }
    kept
}
