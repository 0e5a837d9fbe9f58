//! What every good plan builds, and where there is a real choice.
//!
//! Among the plans that cost at most a little more than the best, the least and the most capacity of each
//! site and chip is sought: modelling to generate alternatives (*Energy Economics* 33, 2011, 145-152).

use super::super::build_out::{Model, Solved};
use super::super::instance::BuildOut;
use super::super::solver::{Backend, Limits, Purse, Row, solve_from};

/// How much of something the good plans order.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The site or chip.
    pub id: String,
    /// True for a site, false for a chip.
    pub site: bool,
    /// EFLOPS that the plan orders.
    pub here: f64,
    /// No good plan orders less: proven.
    pub least: f64,
    /// The least that was found in a good plan.
    pub least_found: f64,
    /// The most that was found in a good plan.
    pub most_found: f64,
}

impl Range {
    /// Tells whether every good plan builds it.
    pub fn must(&self) -> bool {
        self.least > 1e-6
    }

    /// Tells whether good plans differ in it.
    pub fn is_choice(&self) -> bool {
        self.most_found - self.least_found > 1e-6
    }
}

/// Seeks the range of each site and chip among plans that cost at most `within` more, as a share.
pub fn alternatives(
    plan: &BuildOut,
    solved: &Solved,
    within: f64,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> Vec<Range> {
    let Some(best) = &solved.solution.plan else {
        return vec![];
    };
    let mut near = solved.model.clone();
    let cost = near.cost_of(&best.x);
    let most = cost + within * cost.abs();
    let terms: Vec<(usize, f64)> = near.cost.iter().copied().enumerate().collect();
    near.problem.row(Row::new(
        "near-best",
        terms,
        f64::NEG_INFINITY,
        most - near.cost_constant,
    ));
    near.problem.constant = 0.0;
    let mut purse = Purse::new(limits);
    let mut to_come = 2 * (plan.sites.len() + plan.chips.len());
    let mut ranges = vec![];
    let sites = plan
        .sites
        .iter()
        .enumerate()
        .map(|(s, site)| (true, s, &site.id));
    let chips = plan
        .chips
        .iter()
        .enumerate()
        .map(|(k, chip)| (false, k, &chip.id));
    for (site, number, id) in sites.chain(chips) {
        if purse.stop().is_some() {
            break;
        }
        let of = |order: &&super::super::build_out::Order| {
            number == if site { order.site } else { order.chip }
        };
        let eflops: Vec<(usize, f64)> = solved
            .model
            .orders
            .iter()
            .filter(of)
            .map(|order| (order.column, plan.chips[order.chip].eflops))
            .collect();
        let here = eflops.iter().map(|&(column, a)| a * best.x[column]).sum();
        let mut seek = |sign: f64| {
            let found = purse.ask_next(to_come, |limits| {
                extreme(&mut near, &eflops, sign, &best.x, backend, limits)
            });
            to_come -= 1;
            found
        };
        let (low, high) = (seek(1.0), seek(-1.0));
        ranges.push(Range {
            id: id.clone(),
            site,
            here,
            least: low.1.max(0.0),
            least_found: low.0.unwrap_or(here).min(here),
            most_found: high.0.map_or(here, |value| -value).max(here),
        });
    }
    ranges
}

/// Minimises or maximises a sum; returns what was found and the proven bound.
fn extreme(
    near: &mut Model,
    of: &[(usize, f64)],
    sign: f64,
    start: &[f64],
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> (Option<f64>, f64) {
    for column in &mut near.problem.columns {
        column.cost = 0.0;
    }
    for &(column, a) in of {
        near.problem.columns[column].cost = sign * a;
    }
    // Capacity comes in modules: what is proven to a module less one is proven to a module.
    let module = of.first().map_or(0.0, |first| first.1);
    let alike = of.iter().all(|(_, a)| (a - module).abs() < 1e-12);
    let here: f64 = of.iter().map(|&(column, a)| a * start[column]).sum();
    let gap = if alike && here > 0.0 {
        0.999 * module / here
    } else {
        0.0
    };
    let limits = Limits {
        gap: gap.max(1e-3),
        ..*limits
    };
    let found = solve_from(&near.problem, Some(start), backend, &limits);
    let value = found.plan.map(|point| point.objective);
    let bound = if alike && module > 0.0 && found.bound.is_finite() {
        ((found.bound / module) - 1e-6).ceil() * module
    } else {
        found.bound
    };
    (value, bound)
}
