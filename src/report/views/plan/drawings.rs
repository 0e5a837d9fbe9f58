//! The figures of a build-out: orders over time, and what is installed beside the targets.

use crate::plan::build_out::Outcome;
use crate::plan::instance::BuildOut;
use crate::report::figure::{self, Capacity, Caption, OrderRow, Orders};
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
            description: "A row per order: the mark is the order, the light bar is the time until delivery, the solid bar the time in service.".to_owned(),
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
            description: "A bar per period: EFLOPS installed, domestic chips below. The line over a bar is the target of the period.".to_owned(),
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
    });
    section
}

fn names(plan: &BuildOut) -> Vec<String> {
    plan.periods
        .iter()
        .map(|period| period.id.clone())
        .collect()
}
