//! What to build, where and when.

use super::drawings;
use super::{amount, basis, digits, fine_percent, further, known, money, solution_data, title};
use crate::plan::build_out::{Outcome, Price, Solved};
use crate::plan::instance::{BuildOut, Objective};
use crate::plan::solver::Stop;
use crate::plan::study::{Explanation, Range, Regret, Resolved, SweepPoint};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Value as Json, json};

/// A build-out with everything that was asked about it.
#[derive(Debug)]
pub struct BuildOutAnswer<'a> {
    /// The plan.
    pub plan: &'a BuildOut,
    /// What is known of it.
    pub solved: &'a Solved,
    /// Name of the solver.
    pub solver: &'static str,
    /// Why there is none.
    pub explanation: Option<Explanation>,
    /// What a unit more of a limit is worth while all orders stay.
    pub prices: Vec<Price>,
    /// What more and less is worth.
    pub resolved: Vec<Resolved>,
    /// How much dearer an alternative may be.
    pub within: f64,
    /// What good plans order.
    pub ranges: Vec<Range>,
    /// What levels of the last target cost.
    pub frontier: Vec<SweepPoint>,
    /// Other futures, the plan's own first.
    pub futures: Vec<Future>,
    /// What planning for one future costs in another.
    pub regrets: Vec<Vec<Regret>>,
    /// What ended the command early.
    pub cut_short: Option<Stop>,
}

/// A future with the plan for it.
#[derive(Debug)]
pub struct Future {
    /// Its name.
    pub name: String,
    /// Why it could come.
    pub because: String,
    /// What it changes.
    pub changes: Vec<String>,
    /// The plan's figures in it.
    pub plan: BuildOut,
    /// The best plan for it.
    pub solved: Solved,
}

impl Future {
    /// Makes the future that the plan itself assumes.
    pub fn base(plan: &BuildOut, solved: &Solved) -> Self {
        Self {
            name: "as planned".to_owned(),
            because: String::new(),
            changes: vec![],
            plan: plan.clone(),
            solved: solved.clone(),
        }
    }
}

impl<'a> BuildOutAnswer<'a> {
    /// Starts with the plan alone.
    pub fn new(plan: &'a BuildOut, solved: &'a Solved, solver: &'static str) -> Self {
        Self {
            plan,
            solved,
            solver,
            explanation: None,
            prices: vec![],
            resolved: vec![],
            within: 0.0,
            ranges: vec![],
            frontier: vec![],
            futures: vec![],
            regrets: vec![],
            cut_short: None,
        }
    }
}

/// Shows a build-out.
pub fn build_out(answer: &BuildOutAnswer<'_>) -> Report {
    let BuildOutAnswer { plan, solved, .. } = answer;
    let mut report = Report::new("plan", title(&plan.about));
    notes(answer, &mut report);
    report
        .sections
        .push(Section::new("plan", "").data(data(answer)));
    if let Some(explanation) = &answer.explanation {
        further::explanation(plan, explanation, &mut report);
    }
    if let Some(outcome) = &solved.outcome {
        targets(plan, solved, outcome, &mut report);
        report.sections.push(drawings::with_orders(
            Section::new("orders", "What to order").table(orders(plan, outcome)),
            plan,
            outcome,
        ));
        report.sections.push(drawings::with_capacity(
            Section::new("periods", "Period by period").table(periods(plan, outcome)),
            plan,
            outcome,
        ));
        report
            .sections
            .push(Section::new("sites", "Sites").table(sites(plan, outcome)));
        report
            .sections
            .push(Section::new("chips", "Chips").table(chips(plan, outcome)));
        report.sections.push(costs(plan, outcome));
        report.sections.push(binding(outcome));
    }
    further::resolved(answer, &mut report);
    further::prices(answer, &mut report);
    further::ranges(answer, &mut report);
    further::frontier(answer, &mut report);
    further::futures(answer, &mut report);
    basis(&plan.about, &mut report);
    footer(answer, &mut report);
    report
}

fn notes(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    let BuildOutAnswer { plan, solved, .. } = answer;
    if !plan.about.text.is_empty() {
        report.notes.push(plan.about.text.clone());
    }
    let unit = match plan.objective {
        Objective::MinNpvCost | Objective::Earliest => "MCNY net present cost",
        Objective::MaxAttainment => "weighted relative shortfall",
        Objective::MaxScore => "points (negative: more is better)",
    };
    report.notes.push(known(&solved.solution, unit));
    if let Some(earliest) = solved.earliest {
        let last = plan.targets.iter().max_by_key(|target| target.period);
        let eflops = last.map_or(0.0, |target| target.eflops);
        let proven = if earliest.proven {
            ""
        } else {
            " (earlier periods are not ruled out)"
        };
        report.notes.push(match earliest.period {
            Some(t) => format!(
                "{} EFLOPS are within reach in {} at the earliest{proven}.",
                digits(eflops),
                plan.periods[t].id
            ),
            None if earliest.proven => format!(
                "{} EFLOPS are out of reach in every period.",
                digits(eflops)
            ),
            None => format!(
                "No period was found in which {} EFLOPS are within reach.",
                digits(eflops)
            ),
        });
    }
}

fn footer(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    let salvage = if answer.plan.salvage {
        "modules still alive at the end count with the rest of their life, in a straight line"
    } else {
        "nothing is left of modules at the end of the horizon"
    };
    report.footer.push(format!(
        "Net present cost at {} a year; {salvage}. Power is at the meter at full load. Every row was checked outside the solver.",
        fine_percent(answer.plan.discount_rate)
    ));
    if answer.cut_short.is_some() {
        report
            .footer
            .push("The command was cut short: further questions are answered in part.".to_owned());
    }
}

/// The plan for programs.
fn data(answer: &BuildOutAnswer<'_>) -> Json {
    let BuildOutAnswer { plan, solved, .. } = answer;
    let period = |t: usize| plan.periods.get(t).map(|period| &period.id);
    let chosen =
        solved.outcome.iter().flat_map(|outcome| {
            outcome.orders.iter().map(move |(order, modules)| json!({
            "option": format!("{}:{}", plan.sites[order.site].id, plan.chips[order.chip].id),
            "site": plan.sites[order.site].id,
            "chip": plan.chips[order.chip].id,
            "modules": modules,
            "start": period(order.period),
            "ready": period(order.from),
            "cost": order.capex * modules,
        }))
        });
    let opened = solved.outcome.iter().flat_map(|outcome| {
        outcome.opened.iter().enumerate().filter_map(|(s, t)| {
            t.map(|t| json!({ "site": plan.sites[s].id, "period": period(t) }))
        })
    });
    let per_period =
        |of: fn(&crate::plan::build_out::PeriodTotal) -> Option<f64>| -> Vec<Option<f64>> {
            solved
                .outcome
                .iter()
                .flat_map(|outcome| outcome.periods.iter().map(of))
                .collect()
        };
    let frontier = answer.frontier.iter().map(|point| {
        json!({
            "cost": point.cost, "eflops": point.eflops, "gap": point.gap,
        })
    });
    let binding = solved.outcome.iter().flat_map(|outcome| {
        outcome
            .binding
            .iter()
            .map(|row| format!("{}[{}]", row.family, row.of))
    });
    json!({
        "objective": plan.objective.word(),
        "solution": solution_data(&solved.solution, answer.solver),
        "npv_cost": solved.outcome.as_ref().map(|outcome| outcome.costs.total()),
        "periods": plan.periods.iter().map(|period| &period.id).collect::<Vec<_>>(),
        "opened": opened.collect::<Vec<_>>(),
        "chosen": chosen.collect::<Vec<_>>(),
        "capacity": per_period(|total| Some(total.eflops)),
        "power_mw": per_period(|total| Some(total.mw)),
        "spend": per_period(|total| Some(total.spend)),
        "budget_left": per_period(|total| total.left),
        "budget": plan.budget,
        "shortfalls": solved.outcome.as_ref().map(|outcome| &outcome.shortfalls),
        "frontier": frontier.collect::<Vec<_>>(),
        "binding": binding.collect::<Vec<_>>(),
        "fixed_plan_dual": answer.prices.iter().map(|price| json!({
            "family": price.family, "of": price.of, "worth": price.worth,
        })).collect::<Vec<_>>(),
    })
}

fn targets(plan: &BuildOut, solved: &Solved, outcome: &Outcome, report: &mut Report) {
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

fn orders(plan: &BuildOut, outcome: &Outcome) -> Table {
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

fn periods(plan: &BuildOut, outcome: &Outcome) -> Table {
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

fn sites(plan: &BuildOut, outcome: &Outcome) -> Table {
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

fn chips(plan: &BuildOut, outcome: &Outcome) -> Table {
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

fn costs(plan: &BuildOut, outcome: &Outcome) -> Section {
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

fn binding(outcome: &Outcome) -> Section {
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
