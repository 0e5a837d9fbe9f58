//! The figures of a build-out: orders over time, and what is installed beside the targets.

use super::{amount, digits, tenths};
use crate::plan::build_out::Outcome;
use crate::plan::facility::Assignment;
use crate::plan::instance::{BuildOut, Facility};
use crate::plan::study::{Future, Regret, SweepPoint};
use crate::report::figure::{
    self, Capacity, Caption, Frontier, Loads, Money, OrderRow, Orders, Regrets,
};
use crate::report::number::figure as written;
use crate::report::{Lang, Section};

/// Draws when each order is made, delivered and in service.
pub(super) fn with_orders(mut section: Section, plan: &BuildOut, outcome: &Outcome) -> Section {
    let rows: Vec<OrderRow> = outcome
        .orders
        .iter()
        .map(|(order, modules)| {
            let (site, chip) = (&plan.sites[order.site], &plan.chips[order.chip]);
            OrderRow {
                name: format!("{} · {}", site.id, chip.id),
                amount: format!("{} EFLOPS", digits(chip.eflops * modules)),
                words: format!(
                    "{} modules, {} EFLOPS, ordered in {}",
                    written(*modules),
                    written((chip.eflops * modules * 10.0).round() / 10.0),
                    plan.periods[order.period].id
                ),
                ordered: order.period,
                ready: order.from,
                until: order.until.min(plan.periods.len()),
            }
        })
        .collect();
    if rows.is_empty() {
        return section;
    }
    section.figure = figure::orders(&Orders {
        caption: Caption {
            id: "plan-orders".to_owned(),
            title: section.title.clone(),
            description: "A row per order: the mark is the order, the light bar is the time until delivery, the solid bar the time in service; at the end stands how much it adds.".to_owned(),
            lang: Lang::En,
        },
        periods: names(plan),
        order: "order".to_owned(),
        lead: "on the way".to_owned(),
        service: "in service".to_owned(),
        rows,
    });
    section
}

/// Draws what is installed in each period beside the targets.
pub(super) fn with_capacity(mut section: Section, plan: &BuildOut, outcome: &Outcome) -> Section {
    let share = |at: usize| outcome.periods[at].domestic.unwrap_or(0.0);
    let part = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let all = (0..outcome.periods.len()).map(|at| outcome.periods[at].eflops * of(at));
        all.map(|eflops| (eflops * 100.0).round() / 100.0).collect()
    };
    let mut stacks = vec![
        ("domestic chips".to_owned(), part(&share)),
        ("other chips".to_owned(), part(&|at| 1.0 - share(at))),
    ];
    stacks.retain(|(_, values)| values.iter().any(|value| *value > 0.0));
    section.figure = figure::capacity(&Capacity {
        caption: Caption {
            id: "plan-capacity".to_owned(),
            title: section.title.clone(),
            description: "Above, a bar per period: EFLOPS installed, domestic chips below; the line over a bar is the target of the period. Below, what is spent.".to_owned(),
            lang: Lang::En,
        },
        periods: names(plan),
        stacks,
        target: "target".to_owned(),
        targets: plan
            .targets
            .iter()
            .map(|target| (target.period, target.eflops))
            .collect(),
        money: Some(money(plan, outcome)),
    });
    section
}

/// What is spent in each period, and with a budget what could be: what was spent and what was left.
fn money(plan: &BuildOut, outcome: &Outcome) -> Money {
    let totals = || outcome.periods.iter().enumerate();
    let limits = totals().filter_map(|(at, total)| Some((at, tenths(total.spend + total.left?))));
    Money {
        unit: "MCNY".to_owned(),
        spent: "spent".to_owned(),
        values: totals().map(|(_, total)| tenths(total.spend)).collect(),
        room: "could be spent".to_owned(),
        limits: if plan.budget.is_some() {
            limits.collect()
        } else {
            vec![]
        },
    }
}

/// Draws what each level of the last target costs.
pub(super) fn with_frontier(
    mut section: Section,
    plan: &BuildOut,
    outcome: Option<&Outcome>,
    points: &[SweepPoint],
) -> Section {
    let last = plan.targets.iter().max_by_key(|target| target.period);
    let Some(last) = last.filter(|_| points.len() > 1) else {
        return section;
    };
    let mark = |name: &str, eflops: f64| (format!("{name}: {}", digits(eflops)), eflops);
    let own = outcome.map(|outcome| mark("this plan", outcome.periods[last.period].eflops));
    let marks = own.into_iter().chain([mark("asked for", last.eflops)]);
    section.figure = figure::frontier(&Frontier {
        caption: Caption {
            id: "plan-frontier".to_owned(),
            title: section.title.clone(),
            description: "Each dot is a plan of its own: the least net present cost at which so much stands in the period of the last target. The dashed lines are what this plan reaches and what is asked for.".to_owned(),
            lang: Lang::En,
        },
        reached: format!("EFLOPS in {}", plan.periods[last.period].id),
        cost: "net present cost, MCNY".to_owned(),
        name: "least cost".to_owned(),
        points: points
            .iter()
            .map(|point| {
                let words = format!(
                    "{} EFLOPS for {} MCNY",
                    digits(point.eflops),
                    amount(point.cost)
                );
                (point.eflops, tenths(point.cost), words)
            })
            .collect(),
        marks: marks.collect(),
    });
    section
}

/// Draws what planning for one future costs in another.
pub(super) fn with_regrets(
    mut section: Section,
    futures: &[Future],
    regrets: &[Vec<Regret>],
) -> Section {
    let cell = |regret: &Regret| match regret {
        Regret::Cost(cost) => (Some(tenths(*cost)), amount(*cost)),
        Regret::Impossible => (None, "no plan".to_owned()),
        Regret::Unknown => (None, "–".to_owned()),
    };
    section.figure = figure::regrets(&Regrets {
        caption: Caption {
            id: "plan-regret".to_owned(),
            title: section.title.clone(),
            description: "A row per future that was planned for, a column per future that comes; in the cell the extra cost in MCNY, the stronger the shade the dearer.".to_owned(),
            lang: Lang::En,
        },
        comes: "what comes true".to_owned(),
        futures: futures.iter().map(|future| future.name.clone()).collect(),
        cells: regrets
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect(),
    });
    section
}

/// Draws what each facility carries of what it can.
pub(super) fn with_loads(mut section: Section, plan: &Facility, found: &Assignment) -> Section {
    let rows = plan.sites.iter().enumerate().map(|(s, site)| {
        let load = found.open[s].then(|| found.load(plan, s));
        let words = match load {
            Some(load) if site.capacity > 0.0 => {
                format!("{} of {}", digits(load), digits(site.capacity))
            }
            Some(load) => digits(load),
            None => "stays closed".to_owned(),
        };
        (site.id.clone(), site.capacity, load, words)
    });
    section.figure = figure::loads(&Loads {
        caption: Caption {
            id: "plan-loads".to_owned(),
            title: section.title.clone(),
            description: "A row per facility: the light bar is what it can carry, the solid bar what it does.".to_owned(),
            lang: Lang::En,
        },
        axis: "load and capacity, in the unit of the demand".to_owned(),
        room: "capacity".to_owned(),
        load: "load".to_owned(),
        rows: rows.collect(),
    });
    section
}

fn names(plan: &BuildOut) -> Vec<String> {
    plan.periods
        .iter()
        .map(|period| period.id.clone())
        .collect()
}
