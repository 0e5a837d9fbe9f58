//! Better plans for whole customers: part of a plan is torn down and built up again, many times over.
//!
//! Moving and exchanging single customers ends where all facilities are nearly full: no customer fits anywhere
//! else. Taking out a neighbourhood at once makes room (Shaw 1998, "Using constraint programming and local search
//! methods to solve vehicle routing problems"; Schrimpf and others 2000, *Journal of Computational Physics* 159,
//! 139-171, who call it ruin and recreate). Facilities close and open on the way.

use super::super::instance::Facility;
use super::Assignment;
use crate::num::rng::Rng;

/// Draws are the same on every run.
const SEED: u64 = 1;
/// Most customers that are taken out at once, and the least.
const MOST: usize = 30;
const LEAST: usize = 4;
/// A plan this share dearer than the best may be gone on from, at the beginning; at the end none may.
const SLACK: f64 = 4e-3;
/// One choice in so many is passed over, so that the same ruin is not always built up alike.
const BLINK: usize = 40;
/// Marks a customer that is taken out.
const OUT: usize = usize::MAX;
/// One facility in so many ruins is closed, and one opened.
const ONE_IN: usize = 5;

/// Rebuilds parts of a plan for a number of rounds; returns the best plan that came of it.
///
/// `shut` are the facilities that stay closed; `block` chooses the draws.
pub(super) fn improve(
    plan: &Facility,
    start: &Assignment,
    shut: &[bool],
    rounds: usize,
    block: u64,
) -> Option<Assignment> {
    let whole = |serves: &Vec<(usize, f64)>| match serves.as_slice() {
        [(s, _)] => Some(*s),
        _ => None,
    };
    let at = start.serves.iter().map(whole).collect::<Option<Vec<_>>>()?;
    let mut desk = Desk::new(plan, &at, shut, block);
    if desk.usable.is_empty() {
        return None;
    }
    let (mut best, mut best_cost) = (desk.at.clone(), desk.cost());
    let mut now = best_cost;
    for round in 0..rounds {
        let before = desk.at.clone();
        let built = desk.ruin_and_rebuild();
        let left = 1.0 - round as f64 / rounds as f64;
        let cost = if built { desk.cost() } else { f64::INFINITY };
        if cost < best_cost - 1e-9 * best_cost.abs() {
            (best_cost, now) = (cost, cost);
            best.clone_from(&desk.at);
        } else if cost <= now.max(best_cost * (1.0 + SLACK * left * left)) {
            now = cost;
        } else {
            desk.restore(&before);
        }
    }
    desk.restore(&best);
    Some(desk.assignment())
}

/// Makes a first plan where filling up the split one finds none; `None` after so many tries.
pub(super) fn build(plan: &Facility, shut: &[bool], tries: usize) -> Option<Assignment> {
    let nowhere = vec![OUT; plan.demands.len()];
    let mut desk = Desk::new(plan, &nowhere, shut, 0);
    for _ in 0..tries {
        desk.restore(&nowhere);
        desk.taken = (0..plan.demands.len()).collect();
        if desk.rebuild(None, None) {
            return Some(desk.assignment());
        }
    }
    None
}

struct Desk<'a> {
    plan: &'a Facility,
    /// Facilities that may be open.
    usable: Vec<usize>,
    /// Customers by the cost of serving them from each facility, the cheapest first.
    near: Vec<Vec<usize>>,
    at: Vec<usize>,
    room: Vec<f64>,
    served: Vec<usize>,
    taken: Vec<usize>,
    rng: Rng,
}

impl<'a> Desk<'a> {
    fn new(plan: &'a Facility, at: &[usize], shut: &[bool], block: u64) -> Self {
        let mut desk = Self {
            plan,
            usable: (0..plan.sites.len()).filter(|&s| !shut[s]).collect(),
            near: (0..plan.sites.len()).map(|s| nearest(plan, s)).collect(),
            at: vec![],
            room: vec![],
            served: vec![],
            taken: vec![],
            rng: Rng::new(SEED, "rebuild", block),
        };
        desk.restore(at);
        desk
    }

    fn restore(&mut self, at: &[usize]) {
        self.at = at.to_vec();
        self.served = vec![0; self.plan.sites.len()];
        self.room = self
            .plan
            .sites
            .iter()
            .map(|site| site.capacity * (1.0 + 1e-12))
            .collect();
        let placed = self.plan.demands.iter().zip(at).filter(|(_, s)| **s != OUT);
        for (customer, &s) in placed {
            self.room[s] -= customer.demand;
            self.served[s] += 1;
        }
    }

    fn cost(&self) -> f64 {
        let serving = self.plan.demands.iter().zip(&self.at);
        let serving: f64 = serving.map(|(customer, &s)| customer.cost[s]).sum();
        let open = self.plan.sites.iter().zip(&self.served);
        let opening = open.filter(|(_, served)| **served > 0);
        serving + opening.map(|(site, _)| site.open_cost).sum::<f64>()
    }

    /// Takes out a part and puts it back; false if not all found a place.
    fn ruin_and_rebuild(&mut self) -> bool {
        self.taken.clear();
        let s = self.usable[self.rng.below(self.usable.len())];
        let open = self.served[s] > 0;
        let turn = self.rng.below(ONE_IN) == 0;
        let many = LEAST + self.rng.below(MOST - LEAST);
        if turn && open {
            let all: Vec<usize> = (0..self.at.len()).filter(|&j| self.at[j] == s).collect();
            for j in all {
                self.take(j);
            }
            self.take_near(s, many / 2);
            return self.rebuild(Some(s), None);
        }
        self.take_near(s, many);
        self.rebuild(None, turn.then_some(s))
    }

    /// Takes out customers among those nearest to a facility.
    fn take_near(&mut self, s: usize, many: usize) {
        let customers = self.at.len();
        for rank in 0..(2 * many).min(customers) {
            if self.rng.below(2) == 0 {
                let j = self.near[s][rank];
                if self.at[j] != OUT {
                    self.take(j);
                }
            }
        }
    }

    fn take(&mut self, j: usize) {
        let s = self.at[j];
        self.room[s] += self.plan.demands[j].demand;
        self.served[s] -= 1;
        self.at[j] = OUT;
        self.taken.push(j);
    }

    /// Puts back what was taken out, each where it is cheapest; `shut` takes nobody, `free` opens at no cost.
    fn rebuild(&mut self, shut: Option<usize>, free: Option<usize>) -> bool {
        let mut taken = std::mem::take(&mut self.taken);
        self.order(&mut taken);
        let built = taken.iter().all(|&j| {
            let cheapest = self.cheapest(j, shut, free);
            if let Some(s) = cheapest {
                self.at[j] = s;
                self.room[s] -= self.plan.demands[j].demand;
                self.served[s] += 1;
            }
            cheapest.is_some()
        });
        self.taken = taken;
        built
    }

    /// The largest first, or those that lose most by their second choice, or as it comes.
    fn order(&mut self, taken: &mut [usize]) {
        let plan = self.plan;
        let largest = |&a: &usize, &b: &usize| {
            let demand = |j: usize| plan.demands[j].demand;
            demand(b).total_cmp(&demand(a)).then(a.cmp(&b))
        };
        match self.rng.below(3) {
            0 => taken.sort_by(largest),
            1 => {
                let mut by: Vec<(f64, usize)> =
                    taken.iter().map(|&j| (self.regret(j), j)).collect();
                by.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                taken.iter_mut().zip(by).for_each(|(j, (_, at))| *j = at);
            }
            _ => {
                for i in (1..taken.len()).rev() {
                    taken.swap(i, self.rng.below(i + 1));
                }
            }
        }
    }

    /// What the second cheapest open facility costs more than the cheapest.
    fn regret(&self, j: usize) -> f64 {
        let (mut first, mut second) = (f64::INFINITY, f64::INFINITY);
        for &s in self.usable.iter().filter(|&&s| self.served[s] > 0) {
            let cost = self.plan.demands[j].cost[s];
            if cost < first {
                (first, second) = (cost, first);
            } else if cost < second {
                second = cost;
            }
        }
        if second.is_finite() {
            second - first
        } else {
            0.0
        }
    }

    fn cheapest(&mut self, j: usize, shut: Option<usize>, free: Option<usize>) -> Option<usize> {
        let customer = &self.plan.demands[j];
        let mut best: Option<(f64, usize)> = None;
        for &s in &self.usable {
            if self.room[s] < customer.demand || Some(s) == shut {
                continue;
            }
            let opening = if self.served[s] > 0 || Some(s) == free {
                0.0
            } else {
                self.plan.sites[s].open_cost
            };
            let cost = customer.cost[s] + opening;
            if best.is_none_or(|(least, _)| cost < least) && self.rng.below(BLINK) > 0 {
                best = Some((cost, s));
            }
        }
        best.map(|(_, s)| s)
    }

    fn assignment(&self) -> Assignment {
        let open = self.plan.sites.iter().zip(&self.served);
        Assignment {
            open: open
                .map(|(site, &served)| served > 0 || site.open_cost <= 0.0)
                .collect(),
            serves: self.at.iter().map(|&s| vec![(s, 1.0)]).collect(),
        }
    }
}

fn nearest(plan: &Facility, s: usize) -> Vec<usize> {
    let mut near: Vec<usize> = (0..plan.demands.len()).collect();
    let cost = |j: usize| plan.demands[j].cost[s];
    near.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)).then(a.cmp(&b)));
    near
}

#[cfg(test)]
mod tests {
    use super::super::single;
    use super::*;
    use crate::plan::instance::{About, Demand, FacilitySite};

    /// Facilities with little room, and customers on a line.
    fn tight(customers: usize) -> Facility {
        let mut rng = Rng::new(3, "rebuild-test", 0);
        let sites = (0..6).map(|s| FacilitySite {
            id: format!("s{s}"),
            capacity: 100.0,
            open_cost: 50.0 + rng.below(50) as f64,
        });
        let sites: Vec<FacilitySite> = sites.collect();
        let demands = (0..customers).map(|j| {
            let here = rng.below(600) as f64;
            let cost = (0..6).map(|s| (here - 100.0 * f64::from(s)).abs());
            Demand {
                id: format!("c{j}"),
                demand: 10.0 + rng.below(20) as f64,
                cost: cost.collect(),
            }
        });
        Facility {
            about: About::default(),
            demands: demands.collect(),
            sites,
            single_source: true,
        }
    }

    #[test]
    fn a_rebuilt_plan_is_a_plan_and_no_dearer_and_the_same_every_time() {
        let plan = tight(24);
        let start = single::solve(&plan, &[true; 6]).unwrap();
        let again = |block| improve(&plan, &start, &[false; 6], 500, block).unwrap();
        let found = again(0);
        assert!(found.cost(&plan) < start.cost(&plan));
        assert!((0..6).all(|s| found.load(&plan, s) <= 100.0 + 1e-9));
        assert_eq!(found, again(0));
    }

    #[test]
    fn a_first_plan_is_made_of_nothing() {
        let plan = tight(24);
        let found = build(&plan, &[false; 6], 200).unwrap();
        assert!((0..6).all(|s| found.load(&plan, s) <= 100.0 + 1e-9));
        assert!(build(&plan, &[true; 6], 5).is_none());
    }

    #[test]
    fn facilities_that_are_shut_stay_so() {
        let plan = tight(12);
        let open = [true, true, true, true, true, false];
        let start = single::solve(&plan, &open).unwrap();
        let shut = open.map(|open| !open);
        let found = improve(&plan, &start, &shut, 300, 0).unwrap();
        assert!(!found.open[5]);
    }
}
