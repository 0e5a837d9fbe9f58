//! Serving all customers at least cost from facilities that are open: the transportation problem.
//!
//! Customers are added one by one along cheapest paths: into a facility with room, or into a full one
//! that hands part of its load on. Each step keeps the flow optimal for the customers so far (successive
//! shortest paths; Ahuja, Magnanti and Orlin 1993, *Network Flows*, chapter 9).

use super::super::instance::Facility;
use super::Assignment;

/// Demand below this share of a customer counts as served.
const CRUMB: f64 = 1e-9;

/// Solves the transportation problem; `None` if the open facilities have no room for all.
pub(super) fn solve(plan: &Facility, open: &[bool]) -> Option<Assignment> {
    let sites: Vec<usize> = (0..plan.sites.len()).filter(|&s| open[s]).collect();
    let room: f64 = sites.iter().map(|&s| plan.sites[s].capacity).sum();
    let demand: f64 = plan.demands.iter().map(|customer| customer.demand).sum();
    if sites.is_empty() || room < demand * (1.0 - 1e-12) {
        return None;
    }
    let mut flow = Flow::new(plan, sites);
    // Those who lose most by a second choice come first: fewer of them are moved again.
    let mut order: Vec<usize> = (0..plan.demands.len()).collect();
    let regret: Vec<f64> = order.iter().map(|&j| flow.regret(j)).collect();
    order.sort_by(|&a, &b| regret[b].total_cmp(&regret[a]).then(a.cmp(&b)));
    for j in order {
        if !flow.add(j) {
            return None;
        }
    }
    Some(flow.assignment(open))
}

struct Flow<'a> {
    plan: &'a Facility,
    sites: Vec<usize>,
    /// Costs per unit nearer than this are the same.
    tie: f64,
    /// Room left at each open facility.
    room: Vec<f64>,
    /// Customers with their demand served at each open facility.
    load: Vec<Vec<(usize, f64)>>,
}

impl<'a> Flow<'a> {
    fn new(plan: &'a Facility, sites: Vec<usize>) -> Self {
        let units = plan.demands.iter().flat_map(|customer| {
            sites
                .iter()
                .map(|&s| customer.cost[s] / customer.demand.max(1e-300))
        });
        // Rounding must not make a circle of exchanges look like a saving.
        let tie = 1e-12 * units.filter(|unit| *unit < 1e100).fold(0.0, f64::max);
        Self {
            plan,
            tie,
            room: sites.iter().map(|&s| plan.sites[s].capacity).collect(),
            load: vec![vec![]; sites.len()],
            sites,
        }
    }

    /// Cost of a unit of a customer's demand at the open facility `i`.
    fn unit(&self, j: usize, i: usize) -> f64 {
        let customer = &self.plan.demands[j];
        customer.cost[self.sites[i]] / customer.demand.max(1e-300)
    }

    fn regret(&self, j: usize) -> f64 {
        let (mut first, mut second) = (f64::INFINITY, f64::INFINITY);
        for &s in &self.sites {
            let cost = self.plan.demands[j].cost[s];
            if cost < first {
                (first, second) = (cost, first);
            } else {
                second = second.min(cost);
            }
        }
        if second.is_finite() {
            second - first
        } else {
            0.0
        }
    }

    fn cheapest(&self, j: usize) -> usize {
        let cost = |i: &usize| self.plan.demands[j].cost[self.sites[*i]];
        let all = 0..self.sites.len();
        all.min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(0)
    }

    /// Adds a customer; false if there is no room.
    fn add(&mut self, j: usize) -> bool {
        let demand = self.plan.demands[j].demand;
        let crumb = CRUMB * demand;
        let first = self.cheapest(j);
        if demand <= 0.0 {
            self.load[first].push((j, 0.0));
            return true;
        }
        let mut left = demand;
        if self.room[first] > crumb {
            let amount = left.min(self.room[first]);
            self.put(j, first, amount);
            left -= amount;
        }
        while left > crumb {
            let Some(path) = self.path(j, crumb) else {
                return false;
            };
            left -= self.send(j, &path, left);
        }
        true
    }

    fn put(&mut self, j: usize, i: usize, amount: f64) {
        self.room[i] -= amount;
        match self.load[i].iter_mut().find(|(customer, _)| *customer == j) {
            Some((_, served)) => *served += amount,
            None => self.load[i].push((j, amount)),
        }
    }

    /// Finds the cheapest way to room: facilities with the customer that each hands on to the next.
    fn path(&self, j: usize, crumb: f64) -> Option<Vec<(usize, usize)>> {
        let n = self.sites.len();
        let mut distance: Vec<f64> = (0..n).map(|i| self.unit(j, i)).collect();
        let mut from: Vec<Option<(usize, usize)>> = vec![None; n];
        // The cheapest hand-over from each full facility to each other one.
        let mut hand: Vec<Option<Vec<(f64, usize)>>> = vec![None; n];
        let mut changed = true;
        let mut rounds = 0;
        while changed && rounds <= n {
            (changed, rounds) = (false, rounds + 1);
            for i in 0..n {
                if self.room[i] > crumb {
                    continue;
                }
                let over = hand[i].get_or_insert_with(|| self.hand_overs(i));
                for (k, &(cost, customer)) in over.iter().enumerate() {
                    let through = distance[i] + cost;
                    if k != i && through < distance[k] - self.tie {
                        (distance[k], from[k]) = (through, Some((i, customer)));
                        changed = true;
                    }
                }
            }
        }
        let end = (0..n)
            .filter(|&i| self.room[i] > crumb)
            .min_by(|&a, &b| distance[a].total_cmp(&distance[b]))?;
        let mut path = vec![(end, usize::MAX)];
        let mut at = end;
        while let Some((before, customer)) = from[at] {
            if path.iter().any(|(site, _)| *site == before) {
                return None;
            }
            path.push((before, customer));
            at = before;
        }
        path.reverse();
        Some(path)
    }

    /// For each other facility: the least cost per unit of moving some load there, and whose.
    fn hand_overs(&self, i: usize) -> Vec<(f64, usize)> {
        let mut best = vec![(f64::INFINITY, usize::MAX); self.sites.len()];
        for &(customer, amount) in &self.load[i] {
            if amount <= 0.0 {
                continue;
            }
            let here = self.unit(customer, i);
            for (k, best) in best.iter_mut().enumerate() {
                let cost = self.unit(customer, k) - here;
                if cost < best.0 {
                    *best = (cost, customer);
                }
            }
        }
        best
    }

    /// Sends as much as the path carries; returns how much.
    fn send(&mut self, j: usize, path: &[(usize, usize)], left: f64) -> f64 {
        let (end, _) = path[path.len() - 1];
        let mut amount = left.min(self.room[end]);
        for &(site, customer) in &path[..path.len() - 1] {
            let here = self.load[site].iter().find(|(c, _)| *c == customer);
            amount = amount.min(here.map_or(0.0, |(_, served)| *served));
        }
        let mut carried = j;
        for &(site, handed) in path {
            self.put(carried, site, amount);
            if handed != usize::MAX {
                self.room[site] += amount;
                if let Some(at) = self.load[site].iter().position(|(c, _)| *c == handed) {
                    self.load[site][at].1 -= amount;
                    if self.load[site][at].1 <= 1e-12 * amount {
                        self.load[site].swap_remove(at);
                    }
                }
                carried = handed;
            }
        }
        amount
    }

    fn assignment(self, open: &[bool]) -> Assignment {
        let mut serves: Vec<Vec<(usize, f64)>> = vec![vec![]; self.plan.demands.len()];
        for (i, load) in self.load.iter().enumerate() {
            for &(j, amount) in load {
                let demand = self.plan.demands[j].demand;
                let share = if demand > 0.0 { amount / demand } else { 1.0 };
                serves[j].push((self.sites[i], share));
            }
        }
        for serves in &mut serves {
            serves.sort_unstable_by_key(|&(s, _)| s);
            // What rounding left over is served by whoever serves most.
            let total: f64 = serves.iter().map(|(_, share)| share).sum();
            if let Some(most) = serves.iter_mut().max_by(|a, b| a.1.total_cmp(&b.1)) {
                most.1 += 1.0 - total;
            }
        }
        Assignment {
            open: open.to_vec(),
            serves,
        }
    }
}
