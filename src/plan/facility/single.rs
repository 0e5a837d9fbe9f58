//! Serving each customer from one facility: from the split solution to whole customers.

use super::super::instance::Facility;
use super::{Assignment, transport};

/// Rounds of local search.
const ROUNDS: usize = 200;

/// Finds a cheap assignment without splits, `None` if none is found.
pub(super) fn solve(plan: &Facility, open: &[bool]) -> Option<Assignment> {
    let split = transport::solve(plan, open)?;
    let mut desk = Desk::new(plan, open);
    let mut later = vec![];
    for (j, serves) in split.serves.iter().enumerate() {
        match serves.as_slice() {
            [(s, _)] => desk.put(j, *s),
            _ => later.push(j),
        }
    }
    // The largest first: they fit last.
    let demand = |j: usize| plan.demands[j].demand;
    later.sort_by(|&a, &b| demand(b).total_cmp(&demand(a)).then(a.cmp(&b)));
    for j in later {
        if !desk.fit(j) {
            return None;
        }
    }
    desk.improve();
    Some(desk.assignment())
}

struct Desk<'a> {
    plan: &'a Facility,
    open: Vec<bool>,
    sites: Vec<usize>,
    room: Vec<f64>,
    at: Vec<Option<usize>>,
}

impl<'a> Desk<'a> {
    fn new(plan: &'a Facility, open: &[bool]) -> Self {
        Self {
            plan,
            open: open.to_vec(),
            sites: (0..open.len()).filter(|&s| open[s]).collect(),
            room: plan
                .sites
                .iter()
                .map(|site| site.capacity * (1.0 + 1e-12))
                .collect(),
            at: vec![None; plan.demands.len()],
        }
    }

    fn demand(&self, j: usize) -> f64 {
        self.plan.demands[j].demand
    }

    fn cost(&self, j: usize, s: usize) -> f64 {
        self.plan.demands[j].cost[s]
    }

    fn put(&mut self, j: usize, s: usize) {
        if let Some(before) = self.at[j] {
            self.room[before] += self.demand(j);
        }
        self.room[s] -= self.demand(j);
        self.at[j] = Some(s);
    }

    /// Places a customer where it fits, or where moving another one makes room.
    fn fit(&mut self, j: usize) -> bool {
        let fits = |s: &&usize| self.room[**s] >= self.demand(j);
        let cheapest = self
            .sites
            .iter()
            .filter(fits)
            .min_by(|a, b| self.cost(j, **a).total_cmp(&self.cost(j, **b)));
        if let Some(&s) = cheapest {
            self.put(j, s);
            return true;
        }
        let mut best: Option<(f64, usize, usize, usize)> = None;
        for i in 0..self.at.len() {
            let Some(from) = self.at[i] else { continue };
            if self.room[from] + self.demand(i) < self.demand(j) {
                continue;
            }
            for &to in &self.sites {
                if to != from && self.room[to] >= self.demand(i) {
                    let cost = self.cost(j, from) + self.cost(i, to) - self.cost(i, from);
                    if best.is_none_or(|best| cost < best.0) {
                        best = Some((cost, i, from, to));
                    }
                }
            }
        }
        let Some((_, i, from, to)) = best else {
            return false;
        };
        self.put(i, to);
        self.put(j, from);
        true
    }

    /// Moves and swaps customers as long as that saves something.
    fn improve(&mut self) {
        for _ in 0..ROUNDS {
            if !self.move_any() && !self.swap_any() {
                return;
            }
        }
    }

    fn move_any(&mut self) -> bool {
        let mut better = false;
        for j in 0..self.at.len() {
            let Some(from) = self.at[j] else { continue };
            let saves = |s: &&usize| {
                self.room[**s] >= self.demand(j) && self.cost(j, **s) < self.cost(j, from) - 1e-9
            };
            let to = self
                .sites
                .iter()
                .filter(saves)
                .min_by(|a, b| self.cost(j, **a).total_cmp(&self.cost(j, **b)));
            if let Some(&to) = to {
                self.put(j, to);
                better = true;
            }
        }
        better
    }

    fn swap_any(&mut self) -> bool {
        let mut better = false;
        for i in 0..self.at.len() {
            for j in i + 1..self.at.len() {
                let (Some(a), Some(b)) = (self.at[i], self.at[j]) else {
                    continue;
                };
                let more = self.demand(j) - self.demand(i);
                let saved = self.cost(i, a) + self.cost(j, b) - self.cost(i, b) - self.cost(j, a);
                if a != b && saved > 1e-9 && self.room[a] >= more && self.room[b] >= -more {
                    self.put(i, b);
                    self.put(j, a);
                    better = true;
                }
            }
        }
        better
    }

    fn assignment(self) -> Assignment {
        let mut open = self.open;
        let serves = self
            .at
            .iter()
            .map(|s| s.iter().map(|&s| (s, 1.0)).collect())
            .collect();
        // A facility that serves nobody need not be open.
        for (s, open) in open.iter_mut().enumerate() {
            *open &= self.at.contains(&Some(s)) || self.plan.sites[s].open_cost <= 0.0;
        }
        Assignment { open, serves }
    }
}
