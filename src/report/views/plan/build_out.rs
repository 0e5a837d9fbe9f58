//! What to build, where and when.

use super::{
    amount, basis, digits, drawings, fine_percent, further, known, settle, solution_data, tables,
    title,
};
use crate::plan::build_out::{Outcome, Price, Solved};
use crate::plan::instance::{BuildOut, Objective};
use crate::plan::solver::Stop;
use crate::plan::study::{Explanation, Future, Range, Regret, Resolved, SweepPoint};
use crate::report::model::Highlight;
use crate::report::views::words;
use crate::report::{Report, Section};
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
    if let Some(outcome) = &solved.outcome {
        report.highlights = highlights(answer, outcome);
    }
    report
        .sections
        .push(Section::new("plan", "").data(data(answer)));
    if let Some(explanation) = &answer.explanation {
        further::explanation(plan, explanation, &mut report);
    }
    if let Some(outcome) = &solved.outcome {
        tables::targets(plan, solved, outcome, &mut report);
        report.sections.push(drawings::with_orders(
            Section::new("orders", "What to order").table(tables::orders(plan, outcome)),
            plan,
            outcome,
        ));
        report.sections.push(drawings::with_capacity(
            Section::new("periods", "Period by period").table(tables::periods(plan, outcome)),
            plan,
            outcome,
        ));
        report
            .sections
            .push(Section::new("sites", "Sites").table(tables::sites(plan, outcome)));
        report
            .sections
            .push(Section::new("chips", "Chips").table(tables::chips(plan, outcome)));
        report.sections.push(tables::costs(plan, outcome));
        report.sections.push(tables::binding(outcome));
    }
    further::resolved(answer, &mut report);
    further::prices(answer, &mut report);
    further::ranges(answer, &mut report);
    further::frontier(answer, &mut report);
    further::futures(answer, &mut report);
    basis(&plan.about, &mut report);
    footer(answer, &mut report);
    settle(&mut report);
    report
}

/// What it costs, what stands at the end, what is spent, and what has to be opened.
fn highlights(answer: &BuildOutAnswer<'_>, outcome: &Outcome) -> Vec<Highlight> {
    let BuildOutAnswer { plan, solved, .. } = answer;
    let fact = |label: String, value: String, note: String| Highlight { label, value, note };
    let cheapest = matches!(plan.objective, Objective::MinNpvCost | Objective::Earliest);
    let known = match solved.solution.gap() {
        _ if !cheapest => "of this plan".to_owned(),
        Some(gap) if gap <= 1e-6 => "no plan costs less".to_owned(),
        Some(gap) => format!("within {} of the least", fine_percent(gap)),
        None => "how near the least is not known".to_owned(),
    };
    let mut facts = vec![fact(
        "Net present cost".to_owned(),
        format!("{} MCNY", amount(outcome.costs.total())),
        known,
    )];
    if let (Some(last), Some(total)) = (plan.periods.last(), outcome.periods.last()) {
        let due = plan.targets.iter().zip(&outcome.shortfalls);
        let due = due.filter(|(target, _)| target.period + 1 == plan.periods.len());
        let missed: Vec<f64> = due.map(|(_, short)| *short).collect();
        let note = match missed.iter().copied().reduce(f64::max) {
            None => "at the end".to_owned(),
            Some(short) if short > 1e-9 => format!("{} short of the target", digits(short)),
            Some(_) => "the target is reached".to_owned(),
        };
        facts.push(fact(
            format!("Installed in {}", last.id),
            format!("{} EFLOPS", digits(total.eflops)),
            note,
        ));
    }
    let nominal: f64 = outcome.periods.iter().map(|total| total.spend).sum();
    let budget = plan.budget.as_ref().map_or_else(
        || "without a budget".to_owned(),
        |budget| format!("of {} budgeted", amount(budget.iter().sum())),
    );
    facts.push(fact(
        "To be spent".to_owned(),
        format!("{} MCNY", amount(nominal)),
        budget,
    ));
    let opened = plan.sites.iter().zip(&outcome.opened);
    let opened = opened.filter_map(|(site, period)| period.map(|_| site.id.as_str()));
    let opened: Vec<&str> = opened.collect();
    facts.push(fact(
        "To be opened".to_owned(),
        words::counted(opened.len(), "site"),
        words::list(&opened),
    ));
    facts
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
    let checked = match &answer.solved.outcome {
        Some(_) => " Every row was checked outside the solver.",
        None => "",
    };
    report.footer.push(format!(
        "Net present cost at {} a year; {salvage}. Power is at the meter at full load.{checked}",
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
