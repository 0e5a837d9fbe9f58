//! Whom to serve from where.

use super::{
    amount, basis, digits, drawings, fine_percent, further, known, money, settle, solution_data,
    title,
};
use crate::plan::facility::{Assignment, Solved};
use crate::plan::instance::Facility;
use crate::plan::solver::Stop;
use crate::report::views::words;
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::json;

/// An assignment with everything that was asked about it.
#[derive(Debug)]
pub struct FacilityAnswer<'a> {
    /// The plan.
    pub plan: &'a Facility,
    /// What is known of it.
    pub solved: &'a Solved,
    /// Name of the solver.
    pub solver: &'static str,
    /// Other futures: name, reason, changes, plan and what is known.
    pub futures: Vec<(String, String, Vec<String>, Facility, Solved)>,
    /// What ended the command early.
    pub cut_short: Option<Stop>,
}

/// Shows an assignment.
pub fn facility(answer: &FacilityAnswer<'_>) -> Report {
    let FacilityAnswer { plan, solved, .. } = answer;
    let mut report = Report::new("plan-assignment", title(&plan.about));
    if !plan.about.text.is_empty() {
        report.notes.push(plan.about.text.clone());
    }
    report.notes.push(known(&solved.solution, "MCNY"));
    let data = json!({
        "solution": solution_data(&solved.solution, answer.solver),
        "chosen": solved.assignment.as_ref().map(|found| chosen(plan, found)),
    });
    report.sections.push(Section::new("plan", "").data(data));
    if let Some(found) = &solved.assignment {
        report.sections.push(drawings::with_loads(
            Section::new("sites", "Facilities").table(sites(plan, found)),
            plan,
            found,
        ));
        report
            .sections
            .push(Section::new("customers", "Who serves whom").table(customers(plan, found)));
    } else {
        let room: f64 = plan.sites.iter().map(|site| site.capacity).sum();
        let demand: f64 = plan.demands.iter().map(|customer| customer.demand).sum();
        let text = format!(
            "Demand is {} in all, and all facilities together hold {}.",
            digits(demand),
            digits(room)
        );
        report
            .sections
            .push(Section::new("why", "What stands in the way").text([text]));
    }
    if !answer.futures.is_empty() {
        report.sections.push(scenarios(answer));
    }
    basis(&plan.about, &mut report);
    settle(&mut report);
    report
}

fn chosen(plan: &Facility, found: &Assignment) -> serde_json::Value {
    let open = plan
        .sites
        .iter()
        .zip(&found.open)
        .enumerate()
        .filter(|(_, (_, open))| **open);
    let one = |(s, (site, _)): (usize, (&crate::plan::instance::FacilitySite, &bool))| {
        let serves = found
            .serves
            .iter()
            .zip(&plan.demands)
            .flat_map(|(serves, customer)| {
                let here = serves
                    .iter()
                    .filter(move |(at, share)| *at == s && *share > 1e-9);
                here.map(move |(_, share)| json!({ "customer": customer.id, "share": share }))
            });
        let serves: Vec<_> = serves.collect();
        json!({ "option": site.id, "cost": site.open_cost, "load": found.load(plan, s), "serves": serves })
    };
    open.map(one).collect()
}

fn sites(plan: &Facility, found: &Assignment) -> Table {
    let mut table = Table::new(vec![
        Column::words("site", "site"),
        Column::words("open", "open"),
        Column::numbers("capacity", "capacity"),
        Column::numbers("load", "load"),
        Column::numbers("use", "in use"),
        Column::numbers("open_cost", "opening").unit("MCNY"),
    ]);
    for (s, site) in plan.sites.iter().enumerate() {
        let open = found.open[s];
        let load = found.load(plan, s);
        let used = (open && site.capacity > 0.0).then(|| load / site.capacity);
        table.push(vec![
            Value::text(&site.id),
            Value::text(if open { "yes" } else { "no" }),
            Value::number(Some(site.capacity), Show::Score),
            if open {
                Value::number(Some(load), Show::Score)
            } else {
                Value::Empty
            },
            used.map_or(Value::Empty, |used| Value::Number(used, Show::Share)),
            money(if open { site.open_cost } else { 0.0 }),
        ]);
    }
    table
}

fn customers(plan: &Facility, found: &Assignment) -> Table {
    let mut table = Table::new(vec![
        Column::words("customer", "customer"),
        Column::numbers("demand", "demand"),
        Column::words("served_by", "served by"),
        Column::numbers("cost", "cost").unit("MCNY"),
    ]);
    for (serves, customer) in found.serves.iter().zip(&plan.demands) {
        let served: Vec<&(usize, f64)> = serves.iter().filter(|(_, share)| *share > 1e-9).collect();
        let by = served.iter().map(|(s, share)| {
            let site = &plan.sites[*s].id;
            if *share > 1.0 - 1e-9 {
                site.clone()
            } else {
                format!("{site} {}", fine_percent(*share))
            }
        });
        let cost: f64 = served
            .iter()
            .map(|(s, share)| share * customer.cost[*s])
            .sum();
        table.push(vec![
            Value::text(&customer.id),
            Value::number(Some(customer.demand), Show::Score),
            Value::text(words::list(&by.collect::<Vec<_>>())),
            money(cost),
        ]);
    }
    table
}

fn scenarios(answer: &FacilityAnswer<'_>) -> Section {
    let mut table = Table::new(vec![
        Column::words("scenario", "scenario"),
        Column::words("changes", "changes"),
        Column::numbers("cost", "cost").unit("MCNY"),
        Column::words("open", "open"),
        Column::words("known", "known"),
    ]);
    let row = |name: &str, changes: &str, plan: &Facility, solved: &Solved| {
        let open = solved.assignment.as_ref().map(|found| {
            let open = plan
                .sites
                .iter()
                .zip(&found.open)
                .filter(|(_, open)| **open);
            words::list(&open.map(|(site, _)| site.id.clone()).collect::<Vec<_>>())
        });
        let cost = solved
            .solution
            .plan
            .as_ref()
            .map(|found| amount(found.objective));
        vec![
            Value::text(name),
            Value::text(changes),
            cost.map_or(Value::Empty, Value::Text),
            open.map_or(Value::Empty, Value::Text),
            Value::text(further::proven(&solved.solution)),
        ]
    };
    table.push(row("as planned", "", answer.plan, answer.solved));
    let mut text = vec![];
    for (name, because, changes, plan, solved) in &answer.futures {
        table.push(row(name, &further::changes(changes), plan, solved));
        if !because.is_empty() {
            text.push(format!("{name}: {because}"));
        }
    }
    Section::new("scenarios", "Other futures")
        .text(text)
        .table(table)
}
