//! Further questions: why not, what more is worth, what else would do, other futures.

use super::build_out::BuildOutAnswer;
use super::{amount, digits, drawings, fine_percent, money};
use crate::plan::instance::BuildOut;
use crate::plan::solver::{Solution, Status};
use crate::plan::study::{Explanation, Future, Regret, Scaling};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::json;

pub(super) fn explanation(plan: &BuildOut, why: &Explanation, report: &mut Report) {
    let mut text = vec![];
    let last = plan
        .targets
        .iter()
        .filter(|target| target.hard)
        .max_by_key(|target| target.period);
    if let Some(target) = last {
        let period = &plan.periods[target.period].id;
        text.push(match why.reachable {
            Some(most) if why.proven => format!(
                "At most {} EFLOPS are within reach in {period}, of {} asked for.",
                digits(most),
                digits(target.eflops)
            ),
            Some(most) => format!(
                "{} EFLOPS can be reached in {period}, perhaps more, of {} asked for.",
                digits(most),
                digits(target.eflops)
            ),
            None => "Even without the last target no plan satisfies the rest.".to_owned(),
        });
    }
    if let Some(possible) = why.without_quota {
        let words = if possible {
            "makes a plan possible"
        } else {
            "does not help"
        };
        text.push(format!("Dropping the domestic quota {words}."));
    }
    let mut table = Table::new(vec![
        Column::words("resource", "resource"),
        Column::numbers("factor", "least factor"),
        Column::words("meaning", "meaning"),
    ]);
    for (resource, scaling) in &why.scalings {
        let (factor, meaning) = scaled(scaling);
        table.push(vec![
            Value::text(resource.words()),
            factor,
            Value::text(meaning),
        ]);
    }
    let scalings: Vec<_> = why
        .scalings
        .iter()
        .map(|(resource, scaling)| {
            json!({
                "resource": resource.words(),
                "factor": match scaling { Scaling::Least(factor) | Scaling::AtMost(factor) => Some(factor), _ => None },
                "known": !matches!(scaling, Scaling::Unknown | Scaling::AtMost(_)),
            })
        })
        .collect();
    let data = json!({ "reachable": why.reachable, "proven": why.proven, "scalings": scalings, "without_quota": why.without_quota });
    report.sections.push(
        Section::new("why", "What stands in the way")
            .text(text)
            .table(table)
            .data(data),
    );
    if !why.relaxed.is_empty() {
        let mut table = Table::new(vec![
            Column::words("row", "limit"),
            Column::numbers("by", "gives way by"),
            Column::numbers("share", "share"),
        ]);
        for row in &why.relaxed {
            table.push(vec![
                Value::text(&row.row),
                Value::number(Some(row.by), Show::Score),
                Value::Number(row.share, Show::Share),
            ]);
        }
        let text = "These limits would have to give way, each by as little as possible.";
        report.sections.push(
            Section::new("give", "The smallest way out")
                .text([text])
                .table(table),
        );
    }
}

/// Says what is known of the least factor on a resource.
fn scaled(scaling: &Scaling) -> (Value, String) {
    match scaling {
        Scaling::Least(factor) => (
            Value::Number(*factor, Show::Score),
            format!("{:+.1} % makes a plan possible", (factor - 1.0) * 100.0),
        ),
        Scaling::AtMost(factor) => (
            Value::Number(*factor, Show::Score),
            format!(
                "{:+.1} % makes a plan possible, perhaps less does",
                (factor - 1.0) * 100.0
            ),
        ),
        Scaling::NoneUpTo(most) => (
            Value::Empty,
            format!("not enough, even {most:.0} times as much"),
        ),
        Scaling::Unknown => (
            Value::Missing,
            "not known: the solver's limits came first".to_owned(),
        ),
    }
}

pub(super) fn resolved(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    let Some(base) = &answer.solved.solution.plan else {
        return;
    };
    if answer.resolved.is_empty() {
        return;
    }
    let mut table = Table::new(vec![
        Column::words("change", "if"),
        Column::numbers("objective", "then"),
        Column::numbers("difference", "difference"),
        Column::words("known", "known"),
    ]);
    for again in &answer.resolved {
        let (then, difference) = match &again.solution.plan {
            Some(plan) => (
                money(plan.objective),
                Value::text(signed(plan.objective - base.objective)),
            ),
            None => (Value::Empty, Value::Empty),
        };
        table.push(vec![
            Value::text(again.change.words()),
            then,
            difference,
            Value::text(proven(&again.solution)),
        ]);
    }
    let text =
        "The plan solved again after one change: whole modules have no prices at the margin.";
    report.sections.push(
        Section::new("resolve", "What more or less would change")
            .text([text])
            .table(table),
    );
}

/// Says in a word or two what is known of a solution.
pub(super) fn proven(solution: &Solution) -> String {
    match (&solution.status, solution.gap()) {
        (Status::Infeasible, _) => "no plan: proven".to_owned(),
        (_, Some(gap)) if gap <= 1e-6 => "proven".to_owned(),
        (_, Some(gap)) => format!("within {}", fine_percent(gap)),
        (Status::NothingFound, _) => "nothing found".to_owned(),
        _ => "not known".to_owned(),
    }
}

/// Writes a difference; zero is zero.
fn signed(value: f64) -> String {
    if value.abs() < 0.05 {
        "0".to_owned()
    } else if value > 0.0 {
        format!("+{}", amount(value))
    } else {
        amount(value)
    }
}

pub(super) fn ranges(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    if answer.ranges.is_empty() {
        return;
    }
    let mut table = Table::new(vec![
        Column::words("what", "what"),
        Column::numbers("least", "least")
            .unit("EFLOPS")
            .short("least"),
        Column::numbers("here", "this plan")
            .unit("EFLOPS")
            .short("here"),
        Column::numbers("most", "most").unit("EFLOPS").short("most"),
        Column::words("verdict", "verdict"),
    ]);
    for range in answer.ranges.iter().filter(|range| range.most_found > 1e-9) {
        let verdict = match (range.must(), range.is_choice()) {
            (true, true) => "must build, how much is a choice",
            (true, false) => "must build",
            (false, _) if range.least_found > 1e-6 => "built in all plans found",
            (false, _) => "real choice",
        };
        table.push(vec![
            Value::text(&range.id),
            Value::number(Some(range.least_found), Show::Score),
            Value::number(Some(range.here), Show::Score),
            Value::number(Some(range.most_found), Show::Score),
            Value::text(verdict),
        ]);
    }
    let text = format!(
        "Ordered capacity among plans that cost at most {} more.",
        fine_percent(answer.within)
    );
    report.sections.push(
        Section::new("choices", "Must build, or real choice")
            .text([text])
            .table(table),
    );
}

pub(super) fn frontier(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    if answer.frontier.is_empty() {
        return;
    }
    let mut table = Table::new(vec![
        Column::numbers("eflops", "EFLOPS"),
        Column::numbers("cost", "net present cost")
            .unit("MCNY")
            .short("MCNY"),
        Column::numbers("step", "per further EFLOPS")
            .unit("MCNY")
            .short("per EFLOPS"),
        Column::numbers("gap", "gap"),
    ]);
    let mut before: Option<(f64, f64)> = None;
    for point in &answer.frontier {
        let step = before.map(|(eflops, cost)| (point.cost - cost) / (point.eflops - eflops));
        table.push(vec![
            Value::number(Some(point.eflops), Show::Score),
            money(point.cost),
            step.map_or(Value::Empty, |step| Value::Number(step, Show::Score)),
            point
                .gap
                .map_or(Value::Missing, |gap| Value::text(fine_percent(gap))),
        ]);
        before = Some((point.eflops, point.cost));
    }
    let text =
        "Least cost by capacity in the period of the last target; dominated plans are left out.";
    let section = Section::new("frontier", "What ambition costs")
        .text([text])
        .table(table);
    report.sections.push(drawings::with_frontier(
        section,
        answer.plan,
        answer.solved.outcome.as_ref(),
        &answer.frontier,
    ));
}

pub(super) fn futures(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    if answer.futures.len() < 2 {
        return;
    }
    let mut table = Table::new(vec![
        Column::words("scenario", "scenario"),
        Column::words("changes", "changes"),
        Column::numbers("cost", "cost").unit("MCNY").short("MCNY"),
        Column::numbers("eflops", "at the end")
            .unit("EFLOPS")
            .short("EFLOPS"),
        Column::words("opens", "opens"),
        Column::words("known", "known"),
    ]);
    for future in &answer.futures {
        let solution = &future.solved.solution;
        let outcome = future.solved.outcome.as_ref();
        let opens = outcome.map(|outcome| {
            let opened = outcome
                .opened
                .iter()
                .enumerate()
                .filter(|(_, t)| t.is_some());
            opened
                .map(|(s, _)| future.plan.sites[s].id.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        });
        table.push(vec![
            Value::text(&future.name),
            Value::text(changes(&future.changes)),
            outcome.map_or(Value::Empty, |outcome| money(outcome.costs.total())),
            outcome
                .and_then(|outcome| outcome.periods.last())
                .map_or(Value::Empty, |last| Value::Number(last.eflops, Show::Score)),
            opens.map_or(Value::Empty, Value::Text),
            Value::text(proven(solution)),
        ]);
    }
    let reasons = answer
        .futures
        .iter()
        .filter(|future| !future.because.is_empty());
    let text: Vec<String> = reasons
        .map(|future| format!("{}: {}", future.name, future.because))
        .collect();
    report.sections.push(
        Section::new("scenarios", "Other futures")
            .text(text)
            .table(table),
    );
    if answer.regrets.len() == answer.futures.len() {
        report
            .sections
            .push(regret(&answer.futures, &answer.regrets));
    }
}

/// Changes listed one by one, and long lists of figures by their number.
const LISTED: usize = 3;

/// Writes changes so that they fit into a cell.
pub(super) fn changes(changes: &[String]) -> String {
    let brief = |change: &String| match change.split_once("=[") {
        Some((path, list)) if list.matches(',').count() > 5 => {
            format!("{path}=[{} figures]", list.matches(',').count() + 1)
        }
        // Words need no quotes here.
        _ => match change.split_once("=\"") {
            Some((path, word)) => format!("{path}={}", word.trim_end_matches('"')),
            None => change.clone(),
        },
    };
    let mut listed: Vec<String> = changes.iter().take(LISTED).map(brief).collect();
    if changes.len() > LISTED {
        listed.push(format!("and {} more", changes.len() - LISTED));
    }
    listed.join(", ")
}

/// Shows what a unit more of a limit is worth while all orders stay.
pub(super) fn prices(answer: &BuildOutAnswer<'_>, report: &mut Report) {
    if answer.prices.is_empty() {
        return;
    }
    let mut table = Table::new(vec![
        Column::words("limit", "limit"),
        Column::words("of", "of"),
        Column::numbers("worth", "per unit"),
    ]);
    for price in &answer.prices {
        table.push(vec![
            Value::text(&price.family),
            Value::text(&price.of),
            Value::Number(price.worth, Show::Score),
        ]);
    }
    let text = "Change of the objective per unit that a limit moves up, with all orders held (fixed_plan_dual): money, shortfalls and unmet demand alone can answer, so solving again says more.";
    report.sections.push(
        Section::new("fixed-plan-dual", "At the margin, orders held")
            .text([text])
            .table(table),
    );
}

fn regret(futures: &[Future], regrets: &[Vec<Regret>]) -> Section {
    let mut columns = vec![Column::words("planned_for", "planned for")];
    columns.extend(
        futures
            .iter()
            .map(|future| Column::numbers(&future.name, &future.name)),
    );
    columns.push(Column::numbers("worst", "worst"));
    let mut table = Table::new(columns);
    for (future, row) in futures.iter().zip(regrets) {
        let mut cells = vec![Value::text(&future.name)];
        let mut worst = Some(0.0_f64);
        for regret in row {
            cells.push(match regret {
                Regret::Cost(cost) => {
                    worst = worst.map(|worst| worst.max(*cost));
                    money(*cost)
                }
                Regret::Impossible => {
                    worst = None;
                    Value::text("no plan")
                }
                Regret::Unknown => {
                    worst = None;
                    Value::Missing
                }
            });
        }
        cells.push(worst.map_or(Value::Missing, money));
        table.push(cells);
    }
    let text = "Extra net present cost in MCNY when the first period's orders were made for the row and the column comes true.";
    let section = Section::new("regret", "Regret").text([text]).table(table);
    drawings::with_regrets(section, futures, regrets)
}
