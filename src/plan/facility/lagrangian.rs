//! The bound: customers pay prices instead of having to be served.
//!
//! For any prices the relaxation falls apart into one knapsack per facility and a choice of facilities
//! with room enough for all demand. Its value is a bound on every plan, so the best prices found by
//! subgradient steps give a proof, however they were found.

use super::super::instance::Facility;
use super::knapsack::{self, Choice, Item};

/// What is decided so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decided {
    /// Facilities that are open or closed for sure.
    pub(super) open: Vec<Option<bool>>,
    /// Pairs that are ruled out, by facility and customer.
    pub(super) out: Vec<bool>,
}

impl Decided {
    pub(super) fn nothing(plan: &Facility) -> Self {
        Self {
            open: vec![None; plan.sites.len()],
            out: vec![false; plan.sites.len() * plan.demands.len()],
        }
    }

    pub(super) fn undecided(&self) -> impl Iterator<Item = usize> + '_ {
        self.open
            .iter()
            .enumerate()
            .filter(|(_, open)| open.is_none())
            .map(|(s, _)| s)
    }
}

/// The relaxation at some prices.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) bound: f64,
    /// What each facility would add if open.
    pub(super) worth: Vec<f64>,
    /// How far each is open in the relaxation.
    pub(super) open: Vec<f64>,
    /// How much of each customer is left unserved; below zero where it is served twice.
    unserved: Vec<f64>,
    choices: Vec<Choice>,
}

/// The relaxation of a plan.
pub(super) struct Relaxation<'a> {
    pub(super) plan: &'a Facility,
    pub(super) total_demand: f64,
    items: Vec<Item>,
}

/// Steps without a better bound after which the step length is halved.
const PATIENCE: usize = 20;

impl<'a> Relaxation<'a> {
    pub(super) fn new(plan: &'a Facility) -> Self {
        Self {
            plan,
            total_demand: plan.demands.iter().map(|customer| customer.demand).sum(),
            items: vec![],
        }
    }

    /// Prices to start from: what serving would cost if a facility were paid for by the unit.
    pub(super) fn first_prices(&self) -> Vec<f64> {
        let of = |customer: &super::super::instance::Demand| {
            let costs = self
                .plan
                .sites
                .iter()
                .zip(&customer.cost)
                .map(|(site, cost)| {
                    cost + site.open_cost * customer.demand / site.capacity.max(1e-9)
                });
            costs.fold(f64::INFINITY, f64::min)
        };
        self.plan.demands.iter().map(of).collect()
    }

    /// Evaluates the relaxation.
    pub(super) fn at(&mut self, prices: &[f64], decided: &Decided, value: &mut Value) {
        let plan = self.plan;
        let customers = plan.demands.len();
        for (s, site) in plan.sites.iter().enumerate() {
            if decided.open[s] == Some(false) {
                continue;
            }
            self.items.clear();
            let out = &decided.out[s * customers..(s + 1) * customers];
            for (j, (customer, price)) in plan.demands.iter().zip(prices).enumerate() {
                let gain = customer.cost[s] - price;
                if gain < 0.0 && !out[j] {
                    self.items.push(Item {
                        customer: j,
                        gain,
                        demand: customer.demand,
                    });
                }
            }
            let choice = &mut value.choices[s];
            knapsack::shares(&mut self.items, site.capacity, choice);
            if plan.single_source {
                knapsack::whole(&self.items, site.capacity, choice);
            }
            value.worth[s] = site.open_cost + choice.value;
        }
        let covered = cover(
            plan,
            self.total_demand,
            &value.worth,
            &decided.open,
            Some(&mut value.open),
        );
        value.bound = prices.iter().sum::<f64>() + covered;
        value
            .unserved
            .iter_mut()
            .for_each(|unserved| *unserved = 1.0);
        for (choice, &open) in value.choices.iter().zip(&value.open) {
            if open > 0.0 {
                for &(customer, share) in &choice.served {
                    value.unserved[customer] -= open * share;
                }
            }
        }
    }

    pub(super) fn blank(&self) -> Value {
        Value {
            bound: f64::NEG_INFINITY,
            worth: vec![0.0; self.plan.sites.len()],
            open: vec![0.0; self.plan.sites.len()],
            unserved: vec![0.0; self.plan.demands.len()],
            choices: vec![Choice::default(); self.plan.sites.len()],
        }
    }

    /// Decides what the bound decides: whatever would raise it above `ceiling` is ruled out.
    pub(super) fn decide(
        &self,
        prices: &[f64],
        value: &Value,
        ceiling: f64,
        decided: &mut Decided,
    ) {
        let plan = self.plan;
        let paid: f64 = prices.iter().sum();
        let free: Vec<usize> = decided.undecided().collect();
        let mut forced = decided.open.clone();
        for s in free {
            let mut with = |open: bool| {
                forced[s] = Some(open);
                let bound = paid + cover(plan, self.total_demand, &value.worth, &forced, None);
                forced[s] = None;
                bound
            };
            let (closed, opened) = (with(false), with(true));
            if closed > ceiling {
                decided.open[s] = Some(true);
                forced[s] = Some(true);
            } else if opened > ceiling {
                decided.open[s] = Some(false);
                forced[s] = Some(false);
            }
        }
        self.rule_out(prices, value, ceiling, decided);
    }

    /// Rules out pairs that no plan below the ceiling can hold.
    fn rule_out(&self, prices: &[f64], value: &Value, ceiling: f64, decided: &mut Decided) {
        let plan = self.plan;
        let customers = plan.demands.len();
        let paid: f64 = prices.iter().sum();
        for (s, choice) in value.choices.iter().enumerate() {
            if decided.open[s] == Some(false) {
                continue;
            }
            let mut forced = decided.open.clone();
            forced[s] = Some(true);
            let mut worth = value.worth.clone();
            // The knapsack's bound by shares holds for whole items too, and its margin prices capacity.
            worth[s] = plan.sites[s].open_cost + by_margin(plan, prices, s, choice.margin, decided);
            let opened = paid + cover(plan, self.total_demand, &worth, &forced, None);
            for (j, customer) in plan.demands.iter().enumerate() {
                let rest = customer.cost[s] - prices[j] - choice.margin * customer.demand;
                if rest > 0.0 && opened + rest > ceiling {
                    decided.out[s * customers + j] = true;
                }
            }
        }
    }

    /// Takes subgradient steps; returns the best value found and leaves its prices behind.
    ///
    /// `hear` is told of every value, and says when to stop.
    pub(super) fn climb(
        &mut self,
        prices: &mut Vec<f64>,
        decided: &Decided,
        climb: Climb,
        mut hear: impl FnMut(&Value) -> Heard,
    ) -> Value {
        let (mut at, mut best) = (prices.clone(), self.blank());
        let mut value = self.blank();
        let (mut length, mut idle) = (climb.length, 0);
        let mut direction = vec![0.0; at.len()];
        for _ in 0..climb.steps {
            self.at(&at, decided, &mut value);
            let heard = hear(&value);
            if value.bound > best.bound + 1e-7 * best.bound.abs().min(1e12) {
                idle = 0;
            } else {
                idle += 1;
            }
            if value.bound > best.bound {
                best.clone_from(&value);
                prices.clone_from(&at);
            }
            if heard.stop || best.bound >= heard.ceiling || value.bound == f64::INFINITY {
                break;
            }
            if idle >= PATIENCE {
                (length, idle) = (length * 0.5, 0);
                at.clone_from(prices);
                if length < 1e-3 {
                    break;
                }
            }
            // Part of the last direction is kept: it damps the zigzag of plain subgradients.
            for (direction, unserved) in direction.iter_mut().zip(&value.unserved) {
                *direction = 0.3 * *direction + unserved;
            }
            let norm: f64 = direction.iter().map(|d| d * d).sum();
            if norm < 1e-18 {
                break;
            }
            let aim = if heard.ceiling.is_finite() {
                heard.ceiling
            } else {
                best.bound + 0.05 * best.bound.abs().max(1.0)
            };
            let step = length * (aim - value.bound).max(1e-9 * aim.abs()) / norm;
            for (price, direction) in at.iter_mut().zip(&direction) {
                *price += step * direction;
            }
        }
        best
    }
}

/// How to climb.
#[derive(Debug, Clone, Copy)]
pub(super) struct Climb {
    pub(super) steps: usize,
    /// First length of a step, as a share of the way to the ceiling.
    pub(super) length: f64,
}

/// What a listener says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    pub(super) stop: bool,
    /// The best plan so far: bounds beyond it say no more.
    pub(super) ceiling: f64,
}

/// The knapsack of a facility bounded by a price of its capacity.
fn by_margin(plan: &Facility, prices: &[f64], s: usize, margin: f64, decided: &Decided) -> f64 {
    let customers = plan.demands.len();
    let mut value = margin * plan.sites[s].capacity;
    for (j, (customer, price)) in plan.demands.iter().zip(prices).enumerate() {
        if !decided.out[s * customers + j] {
            value += (customer.cost[s] - price - margin * customer.demand).min(0.0);
        }
    }
    value
}

/// The cheapest choice of facilities with room for all demand, the last one possibly in part.
fn cover(
    plan: &Facility,
    demand: f64,
    worth: &[f64],
    decided: &[Option<bool>],
    mut chosen: Option<&mut Vec<f64>>,
) -> f64 {
    let (mut value, mut room) = (0.0, 0.0);
    let mut spare = vec![];
    for (s, site) in plan.sites.iter().enumerate() {
        let open = match decided[s] {
            Some(open) => open,
            None => worth[s] < 0.0,
        };
        if open {
            value += worth[s];
            room += site.capacity;
        } else if decided[s].is_none() {
            spare.push(s);
        }
        if let Some(chosen) = &mut chosen {
            chosen[s] = f64::from(u8::from(open));
        }
    }
    let mut missing = demand * (1.0 - 1e-12) - room;
    if missing <= 0.0 {
        return value;
    }
    let ratio = |s: usize| worth[s] / plan.sites[s].capacity.max(1e-300);
    spare.sort_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(a.cmp(&b)));
    for s in spare {
        let share = (missing / plan.sites[s].capacity.max(1e-300)).min(1.0);
        value += share * worth[s];
        missing -= share * plan.sites[s].capacity;
        if let Some(chosen) = &mut chosen {
            chosen[s] = share;
        }
        if missing <= 1e-12 * demand {
            return value;
        }
    }
    f64::INFINITY
}
