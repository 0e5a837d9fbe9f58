//! A plan read back from the values of its variables.

use super::super::instance::BuildOut;
use super::model::{Model, Order, energy};

/// A plan: what is ordered, and what comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Orders with the number of modules, by period, site and type.
    pub orders: Vec<(Order, f64)>,
    /// Period in which each site opens; none where it stays closed or is open from the start.
    pub opened: Vec<Option<usize>>,
    /// Totals by period.
    pub periods: Vec<PeriodTotal>,
    /// Totals by site.
    pub sites: Vec<SiteTotal>,
    /// Totals by type.
    pub chips: Vec<ChipTotal>,
    /// Net present cost by kind.
    pub costs: Costs,
    /// EFLOPS by which each target is missed.
    pub shortfalls: Vec<f64>,
    /// Points of the score, for `max_score`.
    pub score: Option<f64>,
    /// Rows without slack.
    pub binding: Vec<Binding>,
}

/// What happens in a period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PeriodTotal {
    /// Modules ordered.
    pub ordered: f64,
    /// Modules that come online.
    pub commissioned: f64,
    /// EFLOPS installed.
    pub eflops: f64,
    /// MW drawn at the meter at full load.
    pub mw: f64,
    /// MCNY spent, after subsidy.
    pub spend: f64,
    /// MCNY of subsidy drawn.
    pub subsidy: f64,
    /// MCNY left.
    pub left: Option<f64>,
    /// Share of domestic chips in installed EFLOPS.
    pub domestic: Option<f64>,
    /// Demand served over installed EFLOPS.
    pub utilisation: Option<f64>,
    /// EFLOPS of demand that is not met.
    pub unmet: Option<f64>,
}

/// What becomes of a site.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SiteTotal {
    /// Modules ordered.
    pub ordered: f64,
    /// EFLOPS ordered.
    pub eflops_ordered: f64,
    /// EFLOPS installed at the end.
    pub eflops_end: f64,
    /// MW at the end.
    pub mw_end: f64,
    /// Most racks in use over the power and space it has, as a share.
    pub fill: f64,
    /// MCNY, nominal, for opening and modules.
    pub spend: f64,
}

/// What becomes of a type.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChipTotal {
    /// Modules ordered.
    pub ordered: f64,
    /// EFLOPS ordered.
    pub eflops_ordered: f64,
    /// EFLOPS installed at the end.
    pub eflops_end: f64,
    /// MCNY, nominal, for modules.
    pub spend: f64,
}

/// Net present cost by kind, in MCNY.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Costs {
    /// Opening sites.
    pub opening: f64,
    /// Modules.
    pub modules: f64,
    /// Subsidy, which lowers the cost.
    pub subsidy: f64,
    /// Energy.
    pub energy: f64,
    /// Upkeep.
    pub upkeep: f64,
    /// Penalties for missed targets and unmet demand.
    pub penalties: f64,
    /// What modules are worth at the end, which lowers the cost.
    pub salvage: f64,
}

impl Costs {
    /// Returns the net present cost.
    pub fn total(&self) -> f64 {
        self.opening + self.modules + self.energy + self.upkeep + self.penalties
            - self.subsidy
            - self.salvage
    }
}

/// A row without slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Its family, such as `budget`.
    pub family: String,
    /// What it speaks of, such as `2027`.
    pub of: String,
}

impl Outcome {
    /// Reads a plan from the values of the variables.
    pub fn new(plan: &BuildOut, model: &Model, x: &[f64]) -> Self {
        let orders: Vec<(Order, f64)> = model
            .orders
            .iter()
            .map(|order| (*order, x[order.column]))
            .filter(|(_, modules)| *modules > 0.5)
            .collect();
        let mut opened = vec![None; plan.sites.len()];
        for opening in model
            .openings
            .iter()
            .filter(|opening| x[opening.column] > 0.5)
        {
            opened[opening.site] = Some(opening.period);
        }
        let shortfalls = plan
            .targets
            .iter()
            .map(|target| (target.eflops - installed(plan, &orders, target.period)).max(0.0));
        Self {
            shortfalls: shortfalls.collect(),
            periods: (0..plan.periods.len())
                .map(|t| period(plan, model, x, &orders, t))
                .collect(),
            sites: (0..plan.sites.len())
                .map(|s| site(plan, &orders, &opened, s))
                .collect(),
            chips: (0..plan.chips.len())
                .map(|k| chip(plan, &orders, k))
                .collect(),
            costs: costs(plan, model, x, &orders, &opened),
            score: score(plan, &orders),
            binding: binding(model, x),
            orders,
            opened,
        }
    }
}

fn installed(plan: &BuildOut, orders: &[(Order, f64)], t: usize) -> f64 {
    fleet(plan, orders, t)
        .map(|(k, _, modules)| plan.chips[k].eflops * modules)
        .sum()
}

/// Modules in service in a period: type, site, count.
fn fleet<'a>(
    plan: &'a BuildOut,
    orders: &'a [(Order, f64)],
    t: usize,
) -> impl Iterator<Item = (usize, usize, f64)> + 'a {
    let standing = plan.sites.iter().enumerate().flat_map(move |(s, site)| {
        let on = site.existing.iter().filter(move |fleet| t < fleet.retires);
        on.map(move |fleet| (fleet.chip, s, fleet.modules))
    });
    let ordered = orders.iter().filter(move |(order, _)| order.online(t));
    standing.chain(ordered.map(|(order, modules)| (order.chip, order.site, *modules)))
}

fn period(
    plan: &BuildOut,
    model: &Model,
    x: &[f64],
    orders: &[(Order, f64)],
    t: usize,
) -> PeriodTotal {
    let mut total = PeriodTotal::default();
    let mut domestic = 0.0;
    for (k, s, modules) in fleet(plan, orders, t) {
        let chip = &plan.chips[k];
        total.eflops += chip.eflops * modules;
        total.mw += chip.it_mw * plan.sites[s].pue * modules;
        if chip.domestic {
            domestic += chip.eflops * modules;
        }
    }
    for (order, modules) in orders {
        if order.period == t {
            total.ordered += modules;
            total.spend += order.capex * modules;
        }
        if order.from == t {
            total.commissioned += modules;
        }
    }
    for opening in model
        .openings
        .iter()
        .filter(|o| o.period == t && x[o.column] > 0.5)
    {
        total.spend += plan.sites[opening.site].open_cost;
    }
    total.subsidy = model.subsidy[t].map_or(0.0, |column| x[column]);
    total.spend -= total.subsidy;
    total.left = model.left[t].map(|column| x[column]);
    if total.eflops > 0.0 {
        total.domestic = Some(domestic / total.eflops);
    }
    if let Some(demand) = &plan.demand {
        let served = demand[t].min(plan.max_utilisation * total.eflops);
        total.unmet = Some(demand[t] - served);
        total.utilisation = (total.eflops > 0.0).then(|| served / total.eflops);
    }
    total
}

fn site(plan: &BuildOut, orders: &[(Order, f64)], opened: &[Option<usize>], s: usize) -> SiteTotal {
    let mut total = SiteTotal::default();
    let site = &plan.sites[s];
    for (order, modules) in orders.iter().filter(|(order, _)| order.site == s) {
        total.ordered += modules;
        total.eflops_ordered += plan.chips[order.chip].eflops * modules;
        total.spend += order.capex * modules;
    }
    if opened[s].is_some() {
        total.spend += site.open_cost;
    }
    for t in 0..plan.periods.len() {
        let (mut racks, mut mw, mut eflops) = (0.0, 0.0, 0.0);
        for (k, _, modules) in fleet(plan, orders, t).filter(|(_, at, _)| *at == s) {
            racks += plan.chips[k].racks * modules;
            mw += plan.chips[k].it_mw * site.pue * modules;
            eflops += plan.chips[k].eflops * modules;
        }
        let share = |used: f64, most: f64| if most > 0.0 { used / most } else { 0.0 };
        total.fill = total
            .fill
            .max(share(racks, site.max_racks))
            .max(share(mw, site.power_mw[t]));
        (total.eflops_end, total.mw_end) = (eflops, mw);
    }
    total
}

fn chip(plan: &BuildOut, orders: &[(Order, f64)], k: usize) -> ChipTotal {
    let mut total = ChipTotal::default();
    for (order, modules) in orders.iter().filter(|(order, _)| order.chip == k) {
        total.ordered += modules;
        total.eflops_ordered += plan.chips[k].eflops * modules;
        total.spend += order.capex * modules;
    }
    let last = plan.periods.len().saturating_sub(1);
    let at_end = fleet(plan, orders, last).filter(|(of, _, _)| *of == k);
    total.eflops_end = at_end
        .map(|(_, _, modules)| plan.chips[k].eflops * modules)
        .sum();
    total
}

fn costs(
    plan: &BuildOut,
    model: &Model,
    x: &[f64],
    orders: &[(Order, f64)],
    opened: &[Option<usize>],
) -> Costs {
    let discount = plan.discount();
    let periods = plan.periods.len();
    let mut costs = Costs::default();
    for (site, opened) in plan.sites.iter().zip(opened) {
        costs.opening += opened.map_or(0.0, |t| discount[t] * site.open_cost);
    }
    for (t, factor) in discount.iter().take(periods).enumerate() {
        let of_fleet =
            fleet(plan, orders, t).map(|(k, s, modules)| modules * energy(plan, s, k, t));
        costs.energy += factor * of_fleet.sum::<f64>();
        costs.subsidy += factor * model.subsidy[t].map_or(0.0, |column| x[column]);
    }
    for (order, modules) in orders {
        let chip = &plan.chips[order.chip];
        costs.modules += discount[order.period] * order.capex * modules;
        for (t, factor) in discount.iter().enumerate().take(periods) {
            if order.online(t) {
                let upkeep = chip.opex_rate[t] * order.capex * plan.periods[t].years;
                costs.upkeep += factor * upkeep * modules;
            }
        }
        if plan.salvage && order.until > periods {
            let left = (order.until - periods) as f64 / chip.life as f64;
            costs.salvage += discount[periods] * order.capex * left * modules;
        }
    }
    let slack = model.shortfalls.iter().chain(&model.unmet).flatten();
    costs.penalties = slack.map(|&column| model.cost[column] * x[column]).sum();
    costs
}

fn score(plan: &BuildOut, orders: &[(Order, f64)]) -> Option<f64> {
    let points = plan.score.iter().map(|term| {
        let eflops = installed(plan, orders, term.period);
        let mut points = term.scale.first().map_or(0.0, |first| first.1);
        for pair in term.scale.windows(2) {
            let filled = (eflops - pair[0].0).clamp(0.0, pair[1].0 - pair[0].0);
            points += filled * (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
        }
        term.weight * points
    });
    (!plan.score.is_empty()).then(|| points.sum())
}

/// Families whose slack says something to a planner.
const FAMILIES: &[&str] = &[
    "racks",
    "site-power",
    "power-cap",
    "quota",
    "supply",
    "subsidy-pool",
    "target",
    "demand",
    "no-glut",
];

/// Takes the name of a row apart into its family and what it limits, if that says something to a planner.
pub(super) fn named(row: &str) -> Option<(&str, &str)> {
    let (family, of) = row.split_once('[').unwrap_or((row, ""));
    FAMILIES
        .contains(&family)
        .then_some((family, of.trim_end_matches(']')))
}

/// Lists the rows without slack. Of whole modules there is always a rest, so a row counts as binding when
/// what is left is less than the smallest step that any of its variables could take.
fn binding(model: &Model, x: &[f64]) -> Vec<Binding> {
    let mut binding = vec![];
    for row in &model.problem.rows {
        let Some((family, of)) = named(&row.name).filter(|_| !row.terms.is_empty()) else {
            continue;
        };
        let value = row.value(x);
        let step = row
            .terms
            .iter()
            .map(|(_, a)| a.abs())
            .fold(f64::INFINITY, f64::min);
        let slack = (value - row.lower).min(row.upper - value);
        let in_use = row.terms.iter().any(|&(column, _)| x[column] > 1e-9);
        if in_use && slack < step * (1.0 - 1e-9) {
            binding.push(Binding {
                family: family.to_owned(),
                of: of.to_owned(),
            });
        }
    }
    for (t, left) in model.left.iter().enumerate() {
        let Some(left) = left else { continue };
        let cheapest = model
            .orders
            .iter()
            .filter(|o| o.period == t)
            .map(|o| o.capex);
        if x[*left] < cheapest.fold(f64::INFINITY, f64::min).min(1e15) - 1e-9 {
            let name = &model.problem.columns[*left].name;
            let of = name
                .trim_start_matches("left[")
                .trim_end_matches(']')
                .to_owned();
            binding.push(Binding {
                family: "budget".to_owned(),
                of,
            });
        }
    }
    binding
}
