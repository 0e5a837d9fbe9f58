//! Branch and bound over facilities, with bounds by prices.

use super::super::instance::Facility;
use super::super::solver::{
    Backend, Limits, Problem, Progress, Solution, Status, Stop, relative_gap, solve_from,
};
use super::lagrangian::{Climb, Decided, Heard, Relaxation, Value};
use super::{Assignment, program, rebuild, single, transport};
use std::collections::BTreeSet;

/// Subgradient steps at the root and at each node.
const ROOT_STEPS: usize = 1500;
const NODE_STEPS: usize = 120;
/// Steps between two tries to make a plan of the relaxation.
const BETWEEN_PLANS: usize = 15;
/// Times that a plan for whole customers is rebuilt in parts, how many of them in vain, and rounds of each.
const REBUILDS: u64 = 16;
const IDLE: usize = 3;
const ROUNDS: usize = 25_000;
/// Tries to make a first plan.
const TRIES: usize = 500;
/// Undecided pairs below which the rest goes to the solver as a program.
const SMALL: usize = 1500;

pub(super) fn run(
    plan: &Facility,
    backend: &dyn Backend,
    limits: &Limits<'_>,
) -> (Solution, Option<Assignment>) {
    if !could_serve(plan) {
        return (Solution::without_plan(Status::Infeasible, None), None);
    }
    let desk = Desk {
        plan,
        backend,
        limits,
        best: None,
        tried: BTreeSet::new(),
        spent: 0.0,
        bound: f64::NEG_INFINITY,
        stopped: None,
        rebuilt: 0,
    };
    desk.run()
}

/// Room for all, and for the largest where customers are not split.
fn could_serve(plan: &Facility) -> bool {
    let room: f64 = plan.sites.iter().map(|site| site.capacity).sum();
    let demand: f64 = plan.demands.iter().map(|customer| customer.demand).sum();
    let widest = plan
        .sites
        .iter()
        .map(|site| site.capacity)
        .fold(0.0, f64::max);
    let fits =
        |customer: &super::super::instance::Demand| customer.demand <= widest * (1.0 + 1e-12);
    room >= demand * (1.0 - 1e-12) && (!plan.single_source || plan.demands.iter().all(fits))
}

struct Desk<'a> {
    plan: &'a Facility,
    backend: &'a dyn Backend,
    limits: &'a Limits<'a>,
    best: Option<(f64, Assignment)>,
    /// Sets of open facilities that were tried.
    tried: BTreeSet<Vec<bool>>,
    spent: f64,
    bound: f64,
    stopped: Option<Stop>,
    /// How often plans were rebuilt: each time with other draws.
    rebuilt: u64,
}

/// An open node: what is decided, the prices of its parent, and what is known.
struct Node {
    decided: Decided,
    prices: Vec<f64>,
    bound: f64,
}

impl Desk<'_> {
    fn run(mut self) -> (Solution, Option<Assignment>) {
        let mut relaxation = Relaxation::new(self.plan);
        let mut prices = relaxation.first_prices();
        let mut decided = Decided::nothing(self.plan);
        let value = self.climb(
            &mut relaxation,
            &mut prices,
            &decided,
            Climb {
                steps: ROOT_STEPS,
                length: 1.0,
            },
        );
        self.bound = value.bound;
        self.try_plan(&value, &decided);
        relaxation.decide(&prices, &value, self.ceiling(), &mut decided);
        if self.plan.single_source {
            self.rebuild(&decided);
        } else {
            self.improve(&decided);
        }
        relaxation.decide(&prices, &value, self.ceiling(), &mut decided);
        self.tell();
        let complete = self.branch(
            &mut relaxation,
            Node {
                decided,
                prices,
                bound: value.bound,
            },
        );
        self.answer(complete)
    }

    fn ceiling(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |(cost, _)| *cost)
    }

    /// A bound from here on leaves nothing to find.
    fn enough(&self) -> f64 {
        let ceiling = self.ceiling();
        ceiling - (self.limits.gap * ceiling.abs()).max(1e-9 * ceiling.abs().min(1e12))
    }

    fn over(&mut self) -> bool {
        if self.stopped.is_none() {
            self.stopped = self.limits.watch.stop();
            if self.stopped.is_none() && self.spent >= self.limits.effort {
                self.stopped = Some(Stop::Effort);
            }
        }
        self.stopped.is_some()
    }

    fn charge(&mut self, operations: usize) {
        self.spent += operations as f64 * 1e-4;
    }

    fn tell(&self) {
        let objective = self.best.as_ref().map(|(cost, _)| *cost);
        self.limits.watch.progress(Progress {
            objective,
            bound: self.bound,
        });
    }

    fn climb(
        &mut self,
        relaxation: &mut Relaxation<'_>,
        prices: &mut Vec<f64>,
        decided: &Decided,
        climb: Climb,
    ) -> Value {
        let pairs = self.plan.sites.len() * self.plan.demands.len();
        let mut step = 0;
        relaxation.climb(prices, decided, climb, |value| {
            self.charge(pairs);
            step += 1;
            if step % BETWEEN_PLANS == 0 {
                self.try_plan(value, decided);
            }
            let stop = step % 10 == 0 && self.over();
            Heard {
                stop,
                ceiling: self.enough(),
            }
        })
    }

    /// Makes a plan of the facilities that the relaxation opens, filled up to hold all demand.
    fn try_plan(&mut self, value: &Value, decided: &Decided) {
        let mut open: Vec<bool> = value.open.iter().map(|open| *open > 0.0).collect();
        let demand: f64 = self
            .plan
            .demands
            .iter()
            .map(|customer| customer.demand)
            .sum();
        let mut room: f64 = self
            .plan
            .sites
            .iter()
            .zip(&open)
            .filter(|(_, open)| **open)
            .map(|(site, _)| site.capacity)
            .sum();
        let mut spare: Vec<usize> = decided.undecided().filter(|&s| !open[s]).collect();
        spare.sort_by(|&a, &b| value.worth[a].total_cmp(&value.worth[b]).then(a.cmp(&b)));
        // Whole customers leave gaps: a little more room makes a plan likelier.
        let needed = if self.plan.single_source {
            demand * 1.02
        } else {
            demand
        };
        for s in spare {
            if room >= needed {
                break;
            }
            open[s] = true;
            room += self.plan.sites[s].capacity;
        }
        self.try_open(&open);
    }

    /// Serves all from a set of facilities; returns the cost unless it was tried before.
    fn try_open(&mut self, open: &[bool]) -> Option<f64> {
        if !self.tried.insert(open.to_vec()) {
            return None;
        }
        let sites = open.iter().filter(|open| **open).count();
        self.charge(self.plan.demands.len() * (sites * sites + 20 * sites) / 4);
        let mut found = if self.plan.single_source {
            single::solve(self.plan, open)?
        } else {
            transport::solve(self.plan, open)?
        };
        for s in 0..open.len() {
            let serves = found
                .serves
                .iter()
                .any(|serves| serves.iter().any(|&(at, share)| at == s && share > 0.0));
            found.open[s] &= serves || self.plan.sites[s].open_cost <= 0.0;
        }
        let cost = found.cost(self.plan);
        self.offer(cost, found);
        Some(cost)
    }

    fn offer(&mut self, cost: f64, found: Assignment) {
        if cost < self.ceiling() - 1e-9 * cost.abs().min(1e9) {
            self.best = Some((cost, found));
            self.tell();
        }
    }

    /// Tears parts of the best plan down and builds them up again.
    fn rebuild(&mut self, decided: &Decided) {
        let shut: Vec<bool> = decided.open.iter().map(|o| *o == Some(false)).collect();
        let round = self.plan.demands.len() + 10 * self.plan.sites.len();
        if self.best.is_none() {
            self.charge(self.plan.demands.len() * self.plan.sites.len() * TRIES);
            if let Some(found) = rebuild::build(self.plan, &shut, TRIES) {
                self.offer(found.cost(self.plan), found);
            }
        }
        let mut idle = 0;
        while idle < IDLE && self.rebuilt < REBUILDS {
            let Some((cost, best)) = self.best.clone() else {
                return;
            };
            if self.over() || self.bound >= self.enough() {
                return;
            }
            self.charge(round * ROUNDS);
            if let Some(found) = rebuild::improve(self.plan, &best, &shut, ROUNDS, self.rebuilt) {
                self.offer(found.cost(self.plan), found);
            }
            self.rebuilt += 1;
            idle = if self.ceiling() < cost { 0 } else { idle + 1 };
        }
    }

    /// Closes, opens and exchanges facilities that are not decided, as long as that saves something.
    fn improve(&mut self, decided: &Decided) {
        let free: Vec<usize> = decided.undecided().collect();
        loop {
            let Some((cost, best)) = &self.best else {
                return;
            };
            let (cost, open) = (*cost, best.open.clone());
            let (on, off): (Vec<usize>, Vec<usize>) = free.iter().partition(|&&s| open[s]);
            let single = on.iter().chain(&off).map(|&s| vec![s]);
            let pairs = on
                .iter()
                .flat_map(|&a| off.iter().map(move |&b| vec![a, b]));
            let mut better = false;
            for flips in single.chain(pairs).take(2000) {
                let mut changed = open.clone();
                for s in flips {
                    changed[s] = !changed[s];
                }
                better = self.try_open(&changed).is_some_and(|found| found < cost);
                if better || self.over() || self.spent > 0.4 * self.limits.effort {
                    break;
                }
            }
            if !better {
                return;
            }
        }
    }

    /// Branches until nothing is left; true if the proof is complete.
    fn branch(&mut self, relaxation: &mut Relaxation<'_>, root: Node) -> bool {
        let mut open = vec![root];
        // The least bound of what was given up because its gap is small enough, or the solver stopped.
        let mut given_up = f64::INFINITY;
        while let Some(at) = least(&open) {
            self.bound = open[at]
                .bound
                .min(given_up)
                .min(self.ceiling())
                .max(self.bound);
            if self.over() {
                return false;
            }
            let mut node = open.swap_remove(at);
            if node.bound >= self.enough() {
                given_up = given_up.min(node.bound);
                continue;
            }
            self.tell();
            let climb = Climb {
                steps: NODE_STEPS,
                length: 0.5,
            };
            let value = self.climb(relaxation, &mut node.prices, &node.decided, climb);
            node.bound = node.bound.max(value.bound);
            if node.bound >= self.enough() {
                given_up = given_up.min(node.bound);
                continue;
            }
            relaxation.decide(&node.prices, &value, self.ceiling(), &mut node.decided);
            self.try_plan(&value, &node.decided);
            let branch_on = branching(&value, &node.decided);
            match branch_on {
                Some(s) if !self.is_small(&node.decided) => {
                    for choice in [false, true] {
                        let mut decided = node.decided.clone();
                        decided.open[s] = Some(choice);
                        open.push(Node {
                            decided,
                            prices: node.prices.clone(),
                            bound: node.bound,
                        });
                    }
                }
                _ => {
                    let bound = self.finish(&node);
                    given_up = given_up.min(bound);
                }
            }
        }
        self.bound = given_up.min(self.ceiling()).max(self.bound);
        true
    }

    /// Whole customers branch badly over facilities alone: what little is left goes to the solver.
    fn is_small(&self, decided: &Decided) -> bool {
        self.plan.single_source && self.pairs(decided) <= SMALL
    }

    fn pairs(&self, decided: &Decided) -> usize {
        let customers = self.plan.demands.len();
        let left = decided
            .out
            .iter()
            .enumerate()
            .filter(|(at, out)| !**out && decided.open[at / customers] != Some(false));
        left.count()
    }

    /// Solves what is left of a node; returns its bound.
    fn finish(&mut self, node: &Node) -> f64 {
        let open: Vec<bool> = node
            .decided
            .open
            .iter()
            .map(|open| *open != Some(false))
            .collect();
        if !self.plan.single_source {
            // All facilities are decided: the transportation problem is the exact answer.
            self.try_open(&open);
            return f64::INFINITY;
        }
        self.finish_by_program(node)
    }

    /// Solves what is left of a node as a program.
    fn finish_by_program(&mut self, node: &Node) -> f64 {
        let plan = self.plan;
        let (sites, customers) = (plan.sites.len(), plan.demands.len());
        let mut rest: Problem = program(plan);
        for (s, open) in node.decided.open.iter().enumerate() {
            if let Some(open) = open {
                let value = f64::from(u8::from(*open));
                (rest.columns[s].lower, rest.columns[s].upper) = (value, value);
            }
        }
        for j in 0..customers {
            for s in 0..sites {
                if node.decided.out[s * customers + j] || node.decided.open[s] == Some(false) {
                    rest.columns[sites + j * sites + s].upper = 0.0;
                }
            }
        }
        let (rest, left) = without_zeros(rest);
        let start = self.best.as_ref().map(|(_, best)| {
            let whole = best.point(plan);
            left.iter().map(|&at| whole[at]).collect::<Vec<f64>>()
        });
        let effort = (0.3 * self.limits.effort)
            .min(self.limits.effort - self.spent)
            .max(0.0);
        let limits = Limits {
            effort,
            ..*self.limits
        };
        let start = start.filter(|x| rest.recheck(x).passes());
        let found = solve_from(&rest, start.as_deref(), self.backend, &limits);
        self.spent += if found.stopped.is_some() {
            effort
        } else {
            0.02 * effort
        };
        if let Some(better) = &found.plan {
            let mut x = vec![0.0; sites + sites * customers];
            for (&at, value) in left.iter().zip(&better.x) {
                x[at] = *value;
            }
            let serves = (0..customers).map(|j| {
                let row = &x[sites + j * sites..sites + (j + 1) * sites];
                row.iter()
                    .enumerate()
                    .filter(|(_, x)| **x > 0.5)
                    .map(|(s, _)| (s, 1.0))
                    .collect()
            });
            let assignment = Assignment {
                serves: serves.collect(),
                open: x[..sites].iter().map(|x| *x > 0.5).collect(),
            };
            self.offer(assignment.cost(plan), assignment);
        }
        match found.status {
            Status::Infeasible => f64::INFINITY,
            Status::Optimal => found.bound.max(node.bound),
            _ => node.bound.max(found.bound),
        }
    }

    fn answer(mut self, complete: bool) -> (Solution, Option<Assignment>) {
        self.limits.watch.spent(self.spent);
        let Some((cost, best)) = self.best.take() else {
            // Sets of facilities were ruled out one by one; for whole customers a plan may hide behind
            // a heuristic that found none, unless the programs said otherwise.
            let status = if complete {
                Status::Infeasible
            } else {
                Status::NothingFound
            };
            return (Solution::without_plan(status, self.stopped), None);
        };
        let bound = if complete && self.bound >= cost * (1.0 - 1e-9) {
            cost
        } else {
            self.bound.min(cost)
        };
        let closed = relative_gap(cost, bound) <= self.limits.gap;
        let solution = Solution {
            status: if closed {
                Status::Optimal
            } else {
                Status::Feasible
            },
            plan: None,
            bound,
            stopped: if closed {
                None
            } else {
                self.stopped.or(Some(Stop::Effort))
            },
        };
        (solution, Some(best))
    }
}

/// Drops the columns whose only value is zero; returns what is left and which columns those were.
fn without_zeros(problem: Problem) -> (Problem, Vec<usize>) {
    let left: Vec<usize> = (0..problem.columns.len())
        .filter(|&at| problem.columns[at].upper > 0.0)
        .collect();
    let mut position = vec![usize::MAX; problem.columns.len()];
    for (now, &at) in left.iter().enumerate() {
        position[at] = now;
    }
    let mut rest = Problem {
        constant: problem.constant,
        ..Problem::default()
    };
    for &at in &left {
        rest.column(problem.columns[at].clone());
    }
    for mut row in problem.rows {
        let linked = row.terms.len();
        row.terms
            .retain(|&(column, _)| position[column] != usize::MAX);
        row.terms
            .iter_mut()
            .for_each(|term| term.0 = position[term.0]);
        let idle =
            row.terms.len() < linked && row.lower == f64::NEG_INFINITY && row.terms.len() < 2;
        if !idle {
            rest.row(row);
        }
    }
    (rest, left)
}

fn least(open: &[Node]) -> Option<usize> {
    let positions = 0..open.len();
    positions.min_by(|&a, &b| open[a].bound.total_cmp(&open[b].bound).then(b.cmp(&a)))
}

/// The undecided facility whose worth is nearest to zero: the bound says least about it.
fn branching(value: &Value, decided: &Decided) -> Option<usize> {
    decided
        .undecided()
        .min_by(|&a, &b| value.worth[a].abs().total_cmp(&value.worth[b].abs()))
}
