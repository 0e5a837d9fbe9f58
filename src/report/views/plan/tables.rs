//! The tables of a build-out: orders, periods, sites, chips, cost and what binds.

use super::{amount, digits, money};
use crate::plan::build_out::{Outcome, Solved};
use crate::plan::instance::BuildOut;
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::json;

pub(super) fn targets(plan: &BuildOut, solved: &Solved, outcome: &Outcome, report: &mut Report) {
    // Sought as early as possible, the last target is due when it was first in reach.
    let earliest = solved.earliest.and_then(|earliest| earliest.period);
    let last = plan.targets.iter().map(|target| target.period).max();
    let due = |period: usize| earliest.filter(|_| Some(period) == last).unwrap_or(period);
    let lines = plan
        .targets
        .iter()
        .zip(&outcome.shortfalls)
        .map(|(target, short)| {
            let at = due(target.period);
            let period = &plan.periods[at].id;
            let there = digits(outcome.periods[at].eflops);
            let asked = digits(target.eflops);
            if *short > 1e-9 {
                format!(
                    "{period}: {there} of {asked} EFLOPS, {} short",
                    digits(*short)
                )
            } else {
                format!("{period}: {asked} EFLOPS reached ({there} installed)")
            }
        });
    let mut lines: Vec<String> = lines.collect();
    if let Some(score) = outcome.score {
        lines.push(format!("{} points", digits(score)));
    }
    if !lines.is_empty() {
        report
            .sections
            .push(Section::new("targets", "Targets").text(lines));
    }
}

pub(super) fn orders(plan: &BuildOut, outcome: &Outcome) -> Table {
    let mut table = Table::new(vec![
        Column::words("order", "order"),
        Column::words("ready", "ready"),
        Column::words("site", "site"),
        Column::words("what", "what"),
        Column::numbers("modules", "modules"),
        Column::numbers("eflops", "EFLOPS"),
        Column::numbers("cost", "cost").unit("MCNY"),
    ]);
    for (t, period) in plan.periods.iter().enumerate() {
        for (s, opened) in outcome.opened.iter().enumerate() {
            if *opened == Some(t) {
                table.push(vec![
                    Value::text(&period.id),
                    Value::Empty,
                    Value::text(&plan.sites[s].id),
                    Value::text("open the site"),
                    Value::Empty,
                    Value::Empty,
                    money(plan.sites[s].open_cost),
                ]);
            }
        }
        for (order, modules) in outcome.orders.iter().filter(|(order, _)| order.period == t) {
            let chip = &plan.chips[order.chip];
            table.push(vec![
                Value::text(&period.id),
                Value::text(&plan.periods[order.from].id),
                Value::text(&plan.sites[order.site].id),
                Value::text(&chip.id),
                Value::number(Some(*modules), Show::Figure),
                Value::number(Some(chip.eflops * modules), Show::Score),
                money(order.capex * modules),
            ]);
        }
    }
    table
}

pub(super) fn periods(plan: &BuildOut, outcome: &Outcome) -> Table {
    let mut columns = vec![
        Column::words("period", "period"),
        Column::numbers("ordered", "ordered"),
        Column::numbers("commissioned", "online").short("new"),
        Column::numbers("eflops", "EFLOPS"),
        Column::numbers("mw", "power").unit("MW").short("MW"),
        Column::numbers("spend", "spend")
            .unit("MCNY")
            .short("spend"),
    ];
    let subsidy = plan.subsidy.is_some();
    let demand = plan.demand.is_some();
    if subsidy {
        columns.push(
            Column::numbers("subsidy", "subsidy")
                .unit("MCNY")
                .short("subsidy"),
        );
    }
    if plan.budget.is_some() {
        columns.push(Column::numbers("left", "left").unit("MCNY").short("left"));
    }
    columns.push(Column::numbers("domestic", "domestic"));
    if demand {
        columns.push(Column::numbers("utilisation", "in use"));
        columns.push(
            Column::numbers("unmet", "unmet")
                .unit("EFLOPS")
                .short("unmet"),
        );
    }
    let mut table = Table::new(columns);
    for (period, total) in plan.periods.iter().zip(&outcome.periods) {
        let share = |share: Option<f64>| {
            share.map_or(Value::Empty, |share| Value::Number(share, Show::Share))
        };
        let mut row = vec![
            Value::text(&period.id),
            Value::number(Some(total.ordered), Show::Figure),
            Value::number(Some(total.commissioned), Show::Figure),
            Value::number(Some(total.eflops), Show::Score),
            Value::number(Some(total.mw), Show::Score),
            money(total.spend),
        ];
        if subsidy {
            row.push(money(total.subsidy));
        }
        if plan.budget.is_some() {
            row.push(total.left.map_or(Value::Empty, money));
        }
        row.push(share(total.domestic));
        if demand {
            row.push(share(total.utilisation));
            row.push(Value::number(total.unmet, Show::Score));
        }
        table.push(row);
    }
    table
}

pub(super) fn sites(plan: &BuildOut, outcome: &Outcome) -> Table {
    let mut table = Table::new(vec![
        Column::words("site", "site"),
        Column::words("opens", "opens"),
        Column::numbers("ordered", "modules"),
        Column::numbers("eflops_ordered", "ordered")
            .unit("EFLOPS")
            .short("ordered"),
        Column::numbers("eflops_end", "at the end")
            .unit("EFLOPS")
            .short("end"),
        Column::numbers("mw_end", "at the end")
            .unit("MW")
            .short("MW"),
        Column::numbers("fill", "filled"),
        Column::numbers("spend", "spend")
            .unit("MCNY")
            .short("spend"),
    ]);
    for ((site, total), opened) in plan.sites.iter().zip(&outcome.sites).zip(&outcome.opened) {
        let opens = match opened {
            _ if site.open_at_start => "open".to_owned(),
            Some(t) => plan.periods[*t].id.clone(),
            None => "stays closed".to_owned(),
        };
        table.push(vec![
            Value::text(&site.id),
            Value::text(opens),
            Value::number(Some(total.ordered), Show::Figure),
            Value::number(Some(total.eflops_ordered), Show::Score),
            Value::number(Some(total.eflops_end), Show::Score),
            Value::number(Some(total.mw_end), Show::Score),
            Value::Number(total.fill, Show::Share),
            money(total.spend),
        ]);
    }
    table
}

pub(super) fn chips(plan: &BuildOut, outcome: &Outcome) -> Table {
    let mut table = Table::new(vec![
        Column::words("chip", "chip"),
        Column::words("domestic", "domestic"),
        Column::numbers("ordered", "modules"),
        Column::numbers("accelerators", "accelerators"),
        Column::numbers("eflops_ordered", "ordered")
            .unit("EFLOPS")
            .short("ordered"),
        Column::numbers("eflops_end", "at the end")
            .unit("EFLOPS")
            .short("end"),
        Column::numbers("spend", "spend")
            .unit("MCNY")
            .short("spend"),
    ]);
    for (chip, total) in plan.chips.iter().zip(&outcome.chips) {
        let accelerators = chip.accelerators.map(|each| each * total.ordered);
        table.push(vec![
            Value::text(&chip.id),
            Value::text(if chip.domestic { "yes" } else { "no" }),
            Value::number(Some(total.ordered), Show::Figure),
            Value::number(accelerators, Show::Figure),
            Value::number(Some(total.eflops_ordered), Show::Score),
            Value::number(Some(total.eflops_end), Show::Score),
            money(total.spend),
        ]);
    }
    table
}

pub(super) fn costs(plan: &BuildOut, outcome: &Outcome) -> Section {
    let costs = &outcome.costs;
    let mut table = Table::new(vec![
        Column::words("cost", "net present cost"),
        Column::numbers("mcny", "MCNY"),
    ]);
    let lines = [
        ("modules", costs.modules),
        ("opening sites", costs.opening),
        ("energy", costs.energy),
        ("upkeep", costs.upkeep),
        ("penalties for what is missed", costs.penalties),
        ("less subsidy", -costs.subsidy),
        ("less what modules are worth at the end", -costs.salvage),
    ];
    for (name, value) in lines.iter().filter(|(_, value)| *value != 0.0) {
        table.push(vec![Value::text(*name), money(*value)]);
    }
    table.push(vec![Value::text("total"), money(costs.total())]);
    let nominal: f64 = outcome.periods.iter().map(|total| total.spend).sum();
    let text = format!(
        "Nominal spend over the horizon: {} MCNY, of {}.",
        amount(nominal),
        match &plan.budget {
            Some(budget) => format!("{} MCNY budgeted", amount(budget.iter().sum())),
            None => "a budget without limit".to_owned(),
        }
    );
    Section::new("costs", "Cost").text([text]).table(table)
}

pub(super) fn binding(outcome: &Outcome) -> Section {
    let mut families: Vec<(&str, Vec<&str>)> = vec![];
    for row in &outcome.binding {
        match families
            .iter_mut()
            .find(|(family, _)| *family == row.family)
        {
            Some((_, of)) => of.push(&row.of),
            None => families.push((&row.family, vec![&row.of])),
        }
    }
    let lines: Vec<String> = families
        .iter()
        .map(|(family, of)| {
            let shown: Vec<&str> = of
                .iter()
                .copied()
                .filter(|of| !of.is_empty())
                .take(12)
                .collect();
            let more = of.len().saturating_sub(12);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            if shown.is_empty() {
                (*family).to_owned()
            } else {
                format!("{family}: {}{more}", shown.join("; "))
            }
        })
        .collect();
    let section = Section::new("binding", "What binds");
    if lines.is_empty() {
        return section.text(["Nothing: the plan leaves room everywhere."]);
    }
    section
        .text(["No further module fits into these limits."])
        .text(lines)
        .data(json!(
            outcome
                .binding
                .iter()
                .map(|row| json!({ "family": row.family, "of": row.of }))
                .collect::<Vec<_>>()
        ))
}
