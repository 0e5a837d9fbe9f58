//! Plans: what to build, where and when; whom to serve from where.

mod assignment;
mod build_out;
mod drawings;
mod further;
mod tables;

pub use assignment::{FacilityAnswer, facility};
pub use build_out::{BuildOutAnswer, build_out};

use super::words;
use crate::diagnostics::Diagnostics;
use crate::num::round::settled;
use crate::plan::PlanFile;
use crate::plan::instance::{About, Instance};
use crate::plan::solver::{Solution, Status, Stop};
use crate::report::number::{figure, three_digits};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Value as Json, json};

/// Lists plans: name, the file if it could be read, and what is wrong with it.
pub fn list(plans: &[(String, Option<PlanFile>, Diagnostics)]) -> Report {
    let mut report = Report::new("plans", "Plans of this project");
    if plans.is_empty() {
        report.notes.push("none yet: write rules/plans/NAME.toml, or take one of the built-in project (`exacity init DIR`)".to_owned());
        return report;
    }
    let mut table = Table::new(vec![
        Column::words("plan", "plan"),
        Column::words("kind", "kind"),
        Column::numbers("assumptions", "assumptions").short("assumed"),
        Column::numbers("scenarios", "scenarios"),
        Column::words("title", "title"),
    ]);
    for (name, file, found) in plans {
        let (kind, assumed, scenarios, title) = match file {
            Some(file) => {
                let about = file.instance.about();
                let kind = match file.instance {
                    Instance::BuildOut(_) => "build-out",
                    Instance::Facility(_) => "assignment",
                };
                (
                    kind,
                    Value::count(about.assumptions.len()),
                    Value::count(file.scenarios.len()),
                    about.title.clone(),
                )
            }
            None => (
                "broken",
                Value::Missing,
                Value::Missing,
                words::counted(found.len(), "finding"),
            ),
        };
        table.push(vec![
            Value::text(name),
            Value::text(kind),
            assumed,
            scenarios,
            Value::text(title),
        ]);
    }
    report.sections.push(Section::new("plans", "").table(table));
    report
        .footer
        .push("`exacity plan NAME` solves one.".to_owned());
    report
}

/// Makes a cell of money: three digits are too few for sums, all digits too many.
fn money(value: f64) -> Value {
    Value::Number(tenths(value), Show::Figure)
}

/// Takes the noise of binary fractions out of all tables: programs read 192.92, not 192.92000000000002.
fn settle(report: &mut Report) {
    let tables = report.sections.iter_mut().filter_map(|s| s.table.as_mut());
    for cell in tables.flat_map(|table| table.rows.iter_mut().flatten()) {
        if let Value::Number(value, _) = cell {
            *value = settled(*value);
        }
    }
}

/// Writes an amount with one decimal, thousands set apart.
fn amount(value: f64) -> String {
    figure(tenths(value))
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

/// Writes a share with two digits after the point of a percent.
fn fine_percent(share: f64) -> String {
    if share <= 0.0 {
        "0 %".to_owned()
    } else if share < 1e-4 {
        "<0.01 %".to_owned()
    } else {
        format!("{:.2} %", share * 100.0)
    }
}

/// Says in a sentence what is known.
fn known(solution: &Solution, unit: &str) -> String {
    let objective = solution.plan.as_ref().map(|plan| plan.objective);
    let why = match solution.stopped {
        Some(Stop::Time) => {
            " The time limit ended the search: another run may come to another plan."
        }
        Some(Stop::Asked) => " The search was stopped by hand.",
        Some(Stop::Effort) => " The effort allowed is spent: --effort allows more.",
        None => "",
    };
    let what = match (&solution.status, objective) {
        (Status::Optimal, Some(best)) if solution.gap().unwrap_or(0.0) <= 1e-6 => {
            format!("Optimal: {} {unit}, and no plan does better.", amount(best))
        }
        (Status::Optimal, Some(best)) => format!(
            "Good enough: {} {unit}, proven to be within {} of the best.",
            amount(best),
            fine_percent(solution.gap().unwrap_or(0.0))
        ),
        (_, Some(best)) => match solution.gap() {
            Some(gap) => format!(
                "A checked plan at {} {unit}; the best may be {} lower, and no more (bound {}).",
                amount(best),
                fine_percent(gap),
                amount(solution.bound)
            ),
            None => format!(
                "A checked plan at {} {unit}; how far it is from the best is not known.",
                amount(best)
            ),
        },
        (Status::Infeasible, None) => "No plan satisfies all limits: proven.".to_owned(),
        (Status::Unbounded, None) => {
            "The cost falls without end: some limit is missing.".to_owned()
        }
        (Status::Failed(why), None) => format!("The solver gave up: {why}. Nothing is known."),
        (_, None) => "No plan was found within the limits; there may be one.".to_owned(),
    };
    format!("{what}{why}")
}

/// The facts of a solution for programs.
fn solution_data(solution: &Solution, solver: &str) -> Json {
    let plan = solution.plan.as_ref();
    json!({
        "status": solution.status.word(),
        "objective": plan.map(|plan| plan.objective),
        "bound": finite(solution.bound),
        "gap": solution.gap(),
        "max_violation": plan.map(|plan| plan.violation),
        "stopped": solution.stopped.map(|stop| match stop {
            Stop::Effort => "effort",
            Stop::Time => "time",
            Stop::Asked => "asked",
        }),
        "solver": solver,
    })
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// What the figures rest on.
fn basis(about: &About, report: &mut Report) {
    if about.assumptions.is_empty() && about.sources.is_empty() {
        return;
    }
    let mut table = Table::new(vec![
        Column::words("figure", "figure"),
        Column::words("kind", "rests on"),
        Column::words("why", "why"),
    ]);
    for (bases, kind) in [
        (&about.sources, "source"),
        (&about.assumptions, "assumption"),
    ] {
        for basis in bases {
            table.push(vec![
                Value::text(&basis.of),
                Value::text(kind),
                Value::text(&basis.because),
            ]);
        }
    }
    let title = format!(
        "What the figures rest on: {}",
        words::counted(about.assumptions.len(), "assumption")
    );
    report
        .sections
        .push(Section::new("basis", title).table(table));
}

fn title(about: &About) -> String {
    if about.title.is_empty() {
        format!("Plan {}", about.name)
    } else {
        about.title.clone()
    }
}

fn digits(value: f64) -> String {
    three_digits(value)
}
