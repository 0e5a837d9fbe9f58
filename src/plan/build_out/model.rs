//! The build-out as a mixed-integer linear program.
//!
//! The rows are those of the planning page of the documentation, in its order; names of rows are
//! `family[what,period]`, so that reports can speak of them.

use super::super::instance::{BuildOut, Objective};
use super::super::solver::{Column, Problem, Row};

/// Hours of a year.
const HOURS: f64 = 8760.0;
const INF: f64 = f64::INFINITY;

/// A build-out as a program, with the variables behind each decision.
#[derive(Debug, Clone)]
pub struct Model {
    /// The program. Its objective is net present cost, or the weighted shortfall.
    pub problem: Problem,
    /// Net present cost of each variable, whatever the objective.
    pub cost: Vec<f64>,
    /// Energy of the modules that stand already: a constant part of the cost.
    pub cost_constant: f64,
    /// Variables that open a site in a period.
    pub openings: Vec<Opening>,
    /// Variables that order modules.
    pub orders: Vec<Order>,
    /// Shortfall of each target, where it is soft.
    pub shortfalls: Vec<Option<usize>>,
    /// Unspent money by period.
    pub left: Vec<Option<usize>>,
    /// Subsidy drawn by period.
    pub subsidy: Vec<Option<usize>>,
    /// Unmet demand by period.
    pub unmet: Vec<Option<usize>>,
    /// Points by term of the score and segment.
    pub points: Vec<Vec<usize>>,
}

/// A variable that opens a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Its column.
    pub column: usize,
    /// The site.
    pub site: usize,
    /// The period.
    pub period: usize,
}

/// A variable that orders modules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// Its column.
    pub column: usize,
    /// The site.
    pub site: usize,
    /// The type.
    pub chip: usize,
    /// The period of the order.
    pub period: usize,
    /// First period in service.
    pub from: usize,
    /// First period out of service again.
    pub until: usize,
    /// MCNY per module.
    pub capex: f64,
}

impl Order {
    /// Tells whether the modules are in service in a period.
    pub fn online(&self, period: usize) -> bool {
        (self.from..self.until).contains(&period)
    }
}

/// Terms of a sum with a constant.
#[derive(Debug, Clone, Default)]
struct Sum {
    terms: Vec<(usize, f64)>,
    constant: f64,
}

impl Sum {
    fn times(&self, factor: f64) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.terms
            .iter()
            .map(move |&(column, a)| (column, a * factor))
    }
}

impl Model {
    /// Writes the program of a build-out.
    pub fn new(plan: &BuildOut) -> Self {
        Builder::new(plan).build()
    }
}

struct Builder<'a> {
    plan: &'a BuildOut,
    discount: Vec<f64>,
    problem: Problem,
    cost: Vec<(usize, f64)>,
    /// Nominal spending by period.
    pay: Vec<Vec<(usize, f64)>>,
    openings: Vec<Opening>,
    orders: Vec<Order>,
}

impl<'a> Builder<'a> {
    fn new(plan: &'a BuildOut) -> Self {
        Self {
            plan,
            discount: plan.discount(),
            problem: Problem::default(),
            cost: vec![],
            pay: vec![vec![]; plan.periods.len()],
            openings: vec![],
            orders: vec![],
        }
    }

    fn build(mut self) -> Model {
        self.open_sites();
        self.order_modules();
        let installed: Vec<Sum> = (0..self.plan.periods.len())
            .map(|t| self.period(t))
            .collect();
        self.supply();
        let subsidy = self.subsidy();
        let left = self.budget();
        let shortfalls = self.targets(&installed);
        let unmet = self.demand(&installed);
        let points = self.score(&installed);
        self.finish(shortfalls, left, subsidy, unmet, points)
    }

    fn label(&self, t: usize) -> &str {
        &self.plan.periods[t].id
    }

    /// y: each site opens once at most.
    fn open_sites(&mut self) {
        for (s, site) in self
            .plan
            .sites
            .iter()
            .enumerate()
            .filter(|(_, site)| !site.open_at_start)
        {
            let mut once = vec![];
            for t in site.earliest..self.plan.periods.len() {
                let name = format!("open[{},{}]", site.id, self.label(t));
                let column = self.problem.column(Column::whole(name, 0.0, 1.0).at(t, s));
                self.cost.push((column, self.discount[t] * site.open_cost));
                self.pay[t].push((column, site.open_cost));
                self.openings.push(Opening {
                    column,
                    site: s,
                    period: t,
                });
                once.push((column, 1.0));
            }
            if once.len() > 1 {
                let name = format!("open-once[{}]", site.id);
                self.problem.row(Row::new(name, once, -INF, 1.0));
            }
        }
    }

    /// n: orders that come online within the horizon, at a site that can be open by then.
    fn order_modules(&mut self) {
        let periods = self.plan.periods.len();
        for (s, site) in self.plan.sites.iter().enumerate() {
            for (k, chip) in self.plan.chips.iter().enumerate() {
                if site
                    .chips_allowed
                    .as_ref()
                    .is_some_and(|allowed| !allowed.contains(&k))
                {
                    continue;
                }
                for o in chip.available_from..periods.saturating_sub(site.lead) {
                    let from = o + site.lead;
                    if !site.open_at_start && from < site.earliest {
                        continue;
                    }
                    let until = from.saturating_add(chip.life);
                    let name = format!("order[{},{},{}]", site.id, chip.id, self.label(o));
                    let most = self.most_modules(s, k, o, from, until.min(periods));
                    let column = self.problem.column(Column::whole(name, 0.0, most).at(o, s));
                    let capex = chip.capex[o];
                    let order = Order {
                        column,
                        site: s,
                        chip: k,
                        period: o,
                        from,
                        until,
                        capex,
                    };
                    self.pay[o].push((column, capex));
                    let cost = self.module_cost(&order);
                    self.cost.push((column, cost));
                    self.orders.push(order);
                }
            }
        }
    }

    /// The most modules that any plan can order here: what racks, power and supply allow on their own.
    fn most_modules(&self, s: usize, k: usize, o: usize, from: usize, until: usize) -> f64 {
        let (site, chip) = (&self.plan.sites[s], &self.plan.chips[k]);
        let mut most = f64::INFINITY;
        if chip.racks > 0.0 {
            most = most.min(site.max_racks / chip.racks);
        }
        let per_module = chip.it_mw * site.pue;
        if per_module > 0.0 {
            let power = site.power_mw[from..until]
                .iter()
                .copied()
                .fold(f64::INFINITY, f64::min);
            most = most.min(power / per_module);
        }
        if let Some(supply) = &chip.max_per_period {
            most = most.min(supply[o]);
        }
        // A share that is whole but for rounding is whole; the rows still hold it exactly.
        (most + 1e-9).floor().clamp(0.0, 1e8)
    }

    /// Net present cost of a module: price, energy and upkeep in service, less what is left of it.
    fn module_cost(&self, order: &Order) -> f64 {
        let (plan, chip) = (self.plan, &self.plan.chips[order.chip]);
        let periods = plan.periods.len();
        let mut cost = self.discount[order.period] * order.capex;
        for t in order.from..order.until.min(periods) {
            let upkeep = chip.opex_rate[t] * order.capex * plan.periods[t].years;
            cost += self.discount[t] * (self.energy(order.site, order.chip, t) + upkeep);
        }
        if plan.salvage && order.until > periods {
            let left = (order.until - periods) as f64 / chip.life as f64;
            cost -= self.discount[periods] * order.capex * left;
        }
        cost
    }

    /// MCNY for the energy of a module over a period.
    fn energy(&self, site: usize, chip: usize, t: usize) -> f64 {
        energy(self.plan, site, chip, t)
    }

    /// Modules of a type in service at a site: variables, and those that stand already.
    fn fleet(&self, s: usize, k: usize, t: usize) -> Sum {
        let here = self
            .orders
            .iter()
            .filter(|o| o.site == s && o.chip == k && o.online(t));
        let standing = self.plan.sites[s].existing.iter();
        Sum {
            terms: here.map(|order| (order.column, 1.0)).collect(),
            constant: standing
                .filter(|e| e.chip == k && t < e.retires)
                .map(|e| e.modules)
                .sum(),
        }
    }

    /// Rows of a period that hold its fleet; returns installed compute.
    fn period(&mut self, t: usize) -> Sum {
        let plan = self.plan;
        let (mut total, mut domestic, mut power) = (Sum::default(), Sum::default(), Sum::default());
        for (s, site) in plan.sites.iter().enumerate() {
            let (mut racks, mut site_power) = (Sum::default(), Sum::default());
            for (k, chip) in plan.chips.iter().enumerate() {
                let fleet = self.fleet(s, k, t);
                let add = |sum: &mut Sum, factor: f64| {
                    sum.terms.extend(fleet.times(factor));
                    sum.constant += fleet.constant * factor;
                };
                add(&mut total, chip.eflops);
                if chip.domestic {
                    add(&mut domestic, chip.eflops);
                }
                add(&mut racks, chip.racks);
                add(&mut site_power, chip.it_mw * site.pue);
                add(&mut power, chip.it_mw * site.pue);
            }
            self.room(s, t, "racks", site.max_racks, &racks);
            self.room(s, t, "site-power", site.power_mw[t], &site_power);
        }
        let label = self.label(t).to_owned();
        if let Some(cap) = &plan.power_cap {
            let row = Row::new(
                format!("power-cap[{label}]"),
                power.terms,
                -INF,
                cap[t] - power.constant,
            );
            self.problem.row(row);
        }
        if let Some(quota) = plan.quota.as_ref().filter(|quota| t >= quota.from) {
            let share = quota.share[t];
            let terms = domestic.terms.iter().copied().chain(total.times(-share));
            let least = share * total.constant - domestic.constant;
            self.problem
                .row(Row::new(format!("quota[{label}]"), terms, least, INF));
        }
        total
    }

    /// What stands at a site fits in, once it is open.
    fn room(&mut self, s: usize, t: usize, family: &str, most: f64, used: &Sum) {
        let site = &self.plan.sites[s];
        let opened = self
            .openings
            .iter()
            .filter(|o| o.site == s && o.period <= t);
        let terms = used
            .terms
            .iter()
            .copied()
            .chain(opened.map(|o| (o.column, -most)));
        let from_start = if site.open_at_start { most } else { 0.0 };
        let name = format!("{family}[{},{}]", site.id, self.label(t));
        let row = Row::new(name, terms, -INF, from_start - used.constant);
        self.problem.row(row);
    }

    fn supply(&mut self) {
        for (k, chip) in self.plan.chips.iter().enumerate() {
            let Some(most) = &chip.max_per_period else {
                continue;
            };
            for (t, &most) in most.iter().enumerate() {
                let ordered = self.orders.iter().filter(|o| o.chip == k && o.period == t);
                let terms: Vec<_> = ordered.map(|o| (o.column, 1.0)).collect();
                if !terms.is_empty() {
                    let name = format!("supply[{},{}]", chip.id, self.label(t));
                    self.problem.row(Row::new(name, terms, -INF, most));
                }
            }
        }
    }

    /// g: a share of domestic capex, from a finite pool.
    fn subsidy(&mut self) -> Vec<Option<usize>> {
        let periods = self.plan.periods.len();
        let Some(subsidy) = self.plan.subsidy else {
            return vec![None; periods];
        };
        let mut drawn = vec![];
        for t in 0..periods {
            let label = self.label(t).to_owned();
            let column = self
                .problem
                .column(Column::real(format!("subsidy[{label}]"), 0.0));
            let domestic = |o: &&Order| o.period == t && self.plan.chips[o.chip].domestic;
            let claims = self.orders.iter().filter(domestic);
            let claims = claims.map(|o| (o.column, -subsidy.share * o.capex));
            let terms: Vec<_> = std::iter::once((column, 1.0)).chain(claims).collect();
            self.problem.row(Row::new(
                format!("subsidy-claim[{label}]"),
                terms,
                -INF,
                0.0,
            ));
            self.cost.push((column, -self.discount[t]));
            self.pay[t].push((column, -1.0));
            drawn.push(column);
        }
        let all = drawn.iter().map(|&column| (column, 1.0));
        self.problem
            .row(Row::new("subsidy-pool", all, -INF, subsidy.pool));
        drawn.into_iter().map(Some).collect()
    }

    /// b: what is left of the money.
    fn budget(&mut self) -> Vec<Option<usize>> {
        let Some(budget) = &self.plan.budget else {
            return vec![None; self.plan.periods.len()];
        };
        let mut left: Vec<Option<usize>> = vec![];
        for (t, &money) in budget.iter().enumerate() {
            let label = self.label(t).to_owned();
            let column = self
                .problem
                .column(Column::real(format!("left[{label}]"), 0.0));
            let before = left
                .last()
                .copied()
                .flatten()
                .filter(|_| self.plan.budget_carry);
            let terms = std::iter::once((column, 1.0))
                .chain(self.pay[t].iter().copied())
                .chain(before.map(|before| (before, -1.0)));
            let row = Row::new(format!("budget[{label}]"), terms, money, money);
            self.problem.row(row);
            left.push(Some(column));
        }
        left
    }

    fn targets(&mut self, installed: &[Sum]) -> Vec<Option<usize>> {
        let mut shortfalls = vec![];
        for (i, target) in self.plan.targets.iter().enumerate() {
            let t = target.period;
            let mut terms = installed[t].terms.clone();
            let name = format!("{},{}", i + 1, self.label(t));
            let shortfall = (!target.hard).then(|| {
                let column = Column::real(format!("shortfall[{name}]"), 0.0);
                self.problem.column(column)
            });
            if let Some(column) = shortfall {
                terms.push((column, 1.0));
                match self.plan.objective {
                    Objective::MaxAttainment => {
                        self.problem.columns[column].cost = target.weight / target.eflops;
                    }
                    _ => self.cost.push((column, self.discount[t] * target.penalty)),
                }
            }
            let least = target.eflops - installed[t].constant;
            self.problem
                .row(Row::new(format!("target[{name}]"), terms, least, INF));
            shortfalls.push(shortfall);
        }
        shortfalls
    }

    /// v: unmet demand; and no more compute than demand can use.
    fn demand(&mut self, installed: &[Sum]) -> Vec<Option<usize>> {
        let plan = self.plan;
        let Some(demand) = &plan.demand else {
            return vec![None; plan.periods.len()];
        };
        let mut unmet = vec![];
        for (t, &asked) in demand.iter().enumerate() {
            let label = self.label(t).to_owned();
            unmet.push(plan.unmet_penalty.as_ref().map(|penalty| {
                let column = self
                    .problem
                    .column(Column::real(format!("unmet[{label}]"), 0.0));
                let years = plan.periods[t].years;
                self.cost
                    .push((column, self.discount[t] * years * penalty[t]));
                let served = installed[t].times(plan.max_utilisation);
                let terms: Vec<_> = served.chain([(column, 1.0)]).collect();
                let least = asked - plan.max_utilisation * installed[t].constant;
                self.problem
                    .row(Row::new(format!("demand[{label}]"), terms, least, INF));
                column
            }));
            if let Some(least) = plan
                .min_utilisation
                .as_ref()
                .filter(|least| t >= least.from)
            {
                let standing = installed[t].constant;
                let most = (asked / least.share[t]).max(standing) - standing;
                let name = format!("no-glut[{label}]");
                self.problem
                    .row(Row::new(name, installed[t].terms.clone(), -INF, most));
            }
        }
        unmet
    }

    /// Points along concave scales: one variable per segment, filled in order because each is worth
    /// less than the one before.
    fn score(&mut self, installed: &[Sum]) -> Vec<Vec<usize>> {
        if self.plan.objective != Objective::MaxScore {
            return vec![];
        }
        let mut points = vec![];
        for term in &self.plan.score {
            let t = term.period;
            let mut segments = vec![];
            for (i, pair) in term.scale.windows(2).enumerate() {
                let (width, rise) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
                let name = format!("points[{},{}]", self.label(t), i + 1);
                let column = Column {
                    upper: width,
                    ..Column::real(name, -term.weight * rise / width)
                };
                segments.push(self.problem.column(column));
            }
            let counted = segments.iter().map(|&column| (column, 1.0));
            let terms: Vec<_> = counted.chain(installed[t].times(-1.0)).collect();
            // Scales start at zero, so what stands already counts in full.
            let most = installed[t].constant;
            let name = format!("score[{}]", self.label(t));
            self.problem.row(Row::new(name, terms, -INF, most));
            points.push(segments);
        }
        points
    }

    fn finish(
        mut self,
        shortfalls: Vec<Option<usize>>,
        left: Vec<Option<usize>>,
        subsidy: Vec<Option<usize>>,
        unmet: Vec<Option<usize>>,
        points: Vec<Vec<usize>>,
    ) -> Model {
        let mut cost = vec![0.0; self.problem.columns.len()];
        for (column, amount) in self.cost {
            cost[column] += amount;
        }
        let cost_constant = standing_energy(self.plan, &self.discount);
        if matches!(
            self.plan.objective,
            Objective::MinNpvCost | Objective::Earliest
        ) {
            for (column, &amount) in self.problem.columns.iter_mut().zip(&cost) {
                column.cost += amount;
            }
            self.problem.constant += cost_constant;
        }
        Model {
            problem: self.problem,
            cost,
            cost_constant,
            openings: self.openings,
            orders: self.orders,
            shortfalls,
            left,
            subsidy,
            unmet,
            points,
        }
    }
}

/// MCNY for the energy of one module over a period.
pub(super) fn energy(plan: &BuildOut, site: usize, chip: usize, t: usize) -> f64 {
    let site = &plan.sites[site];
    let mw = plan.chips[chip].it_mw * site.pue;
    mw * HOURS * plan.periods[t].years * plan.load_factor * site.energy_price[t] / 1000.0
}

fn standing_energy(plan: &BuildOut, discount: &[f64]) -> f64 {
    let mut cost = 0.0;
    for (s, site) in plan.sites.iter().enumerate() {
        for fleet in &site.existing {
            let on = discount.iter().take(plan.periods.len().min(fleet.retires));
            for (t, factor) in on.enumerate() {
                cost += factor * fleet.modules * energy(plan, s, fleet.chip, t);
            }
        }
    }
    cost
}

impl Model {
    /// Returns the net present cost of a point, whatever was sought.
    pub fn cost_of(&self, x: &[f64]) -> f64 {
        self.cost_constant + self.cost.iter().zip(x).map(|(c, x)| c * x).sum::<f64>()
    }

    /// Seeks the least cost from now on, with a ceiling on what was sought before.
    ///
    /// The objective so far becomes a row: first things first, then the cheapest way to have them.
    pub fn then_cheapest(&mut self, reached: f64) {
        let terms: Vec<(usize, f64)> = self
            .problem
            .columns
            .iter()
            .enumerate()
            .map(|(at, c)| (at, c.cost))
            .collect();
        let most = reached - self.problem.constant;
        let most = most + 1e-9 * most.abs().max(1.0);
        self.problem
            .row(Row::new("first-objective", terms, -INF, most));
        for (column, &cost) in self.problem.columns.iter_mut().zip(&self.cost) {
            column.cost = cost;
        }
        self.problem.constant = self.cost_constant;
    }
}
