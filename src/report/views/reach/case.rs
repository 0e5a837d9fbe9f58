//! The answer to a file.

use super::{enough, sure};
use crate::plan::reach::case::{Answer, Answered, BlackBox, Linear};
use crate::plan::reach::grid;
use crate::plan::reach::linear;
use crate::report::number::{figure, three_digits};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Map, Value as Json, json};

/// Shows the answer to a file. The first section carries an object with the keys of the file's `expected`.
pub fn reach_case(told: &Answered) -> Report {
    let title = if told.name.is_empty() {
        "Reach"
    } else {
        told.name.as_str()
    };
    let mut report = Report::new("reach", title);
    if !told.note.is_empty() {
        report.notes.push(told.note.clone());
    }
    report.sections = match &told.answer {
        Answer::Linear(answer) => linear_sections(answer, told.goal),
        Answer::BlackBox(answer) => rule_sections(answer, told.goal),
    };
    report
}

fn impossible(now: f64, best: f64, goal: f64) -> String {
    format!(
        "Impossible: from {} everything at its cap reaches {}, and {} are asked for.",
        three_digits(now),
        three_digits(best),
        figure(goal)
    )
}

fn linear_sections(told: &Linear, goal: f64) -> Vec<Section> {
    let mut table = Table::new(vec![
        Column::words("lever", "lever"),
        Column::numbers("now", "now"),
        Column::numbers("cap", "cap"),
        Column::numbers("to", "to"),
        Column::numbers("add", "add"),
        Column::numbers("cost", "cost"),
        Column::numbers("points", "points"),
        Column::numbers("alone_to", "alone to"),
        Column::numbers("alone_cost", "alone cost"),
    ]);
    let need = goal - told.score_now;
    let (mut add, mut alone) = (Map::new(), Map::new());
    for (at, (lever, _)) in told.levers.iter().enumerate() {
        let to = told.moved.as_ref().map(|m| m.to[at]);
        let by_itself = lever.alone(need);
        let way = to.map(|to| to - lever.now());
        add.insert(lever.id.clone(), json!(way));
        alone.insert(
            lever.id.clone(),
            json!(by_itself.map(|(to, cost)| json!({ "to": to, "cost": cost }))),
        );
        table.push(vec![
            Value::text(&lever.id),
            Value::Number(lever.now(), Show::Figure),
            Value::Number(lever.cap(), Show::Figure),
            to.map_or(Value::Missing, |to| Value::text(enough(to, lever.now()))),
            Value::score(way),
            Value::score(way.map(|way| way * lever.unit_cost)),
            Value::score(to.map(|to| lever.gain(to))),
            by_itself.map_or(Value::Missing, |(to, _)| {
                Value::text(enough(to, lever.now()))
            }),
            Value::score(by_itself.map(|(_, cost)| cost)),
        ]);
    }
    let (text, answer) = match &told.moved {
        None => (
            vec![impossible(told.score_now, told.best_reachable, goal)],
            json!({ "status": "impossible", "score_now": told.score_now, "best_reachable": told.best_reachable }),
        ),
        Some(moved) => (
            reached(told, moved, goal),
            json!({
                "status": "optimal", "score_now": told.score_now, "cost": moved.cost, "add": add,
                "marginal_cost_per_point": moved.marginal_cost, "one_lever_alone": alone,
                "proven": moved.proven, "best_reachable": told.best_reachable,
            }),
        ),
    };
    vec![
        Section::new("answer", "")
            .text(text)
            .table(table)
            .data(answer),
    ]
}

fn reached(told: &Linear, moved: &linear::Moved, goal: f64) -> Vec<String> {
    let mut text = vec![format!(
        "From {} to {} costs {}.",
        three_digits(told.score_now),
        figure(goal),
        three_digits(moved.cost)
    )];
    text.extend(
        moved
            .marginal_cost
            .map(|cost| format!("The last point costs {}.", three_digits(cost))),
    );
    text.push(match (moved.proven, told.concave) {
        (true, true) => "Exact: all curves are concave, and one linear program is the answer.".to_owned(),
        (true, false) => "Exact: some curves are not concave, and every way through their segments was searched or ruled out.".to_owned(),
        (false, _) => sure(grid::Proof::Within(moved.gap)),
    });
    text
}

fn rule_sections(told: &BlackBox, goal: f64) -> Vec<Section> {
    let outcome = &told.outcome;
    let mut table = Table::new(vec![
        Column::words("lever", "lever"),
        Column::numbers("now", "now"),
        Column::numbers("cap", "cap"),
        Column::numbers("to", "to"),
        Column::numbers("cost", "cost"),
        Column::numbers("alone_to", "alone to"),
        Column::numbers("alone_cost", "alone cost"),
    ]);
    let mut levers = Map::new();
    let mut alone = Map::new();
    for (at, (lever, _)) in told.levers.iter().enumerate() {
        let steps = outcome.best.as_ref().map(|best| best.steps[at]);
        let by_itself = outcome.alone[at];
        levers.insert(lever.id.clone(), json!(steps.map(|s| lever.at(s))));
        let single = by_itself
            .map(|(s, cost, score)| json!({ "to": lever.at(s), "cost": cost, "score": score }));
        alone.insert(lever.id.clone(), single.unwrap_or(Json::Null));
        table.push(vec![
            Value::text(&lever.id),
            Value::score(Some(lever.now)),
            Value::score(Some(lever.at(lever.steps))),
            Value::score(steps.map(|s| lever.at(s))),
            Value::score(steps.map(|s| lever.cost(s))),
            Value::score(by_itself.map(|(s, ..)| lever.at(s))),
            Value::score(by_itself.map(|(_, cost, _)| cost)),
        ]);
    }
    let mut text = vec![];
    let answer = match &outcome.best {
        None => {
            text.push(impossible(outcome.score_now, outcome.best_reachable, goal));
            json!({ "status": "impossible", "score_now": outcome.score_now, "best_reachable": outcome.best_reachable })
        }
        Some(best) => {
            text.push(format!(
                "From {} to {} costs {} and reaches {}.",
                three_digits(outcome.score_now),
                figure(goal),
                three_digits(best.cost),
                three_digits(best.score)
            ));
            json!({
                "status": if outcome.proof == grid::Proof::Found { "feasible" } else { "optimal" },
                "score_now": outcome.score_now, "cost": best.cost, "levers": levers, "score": best.score,
                "one_lever_alone": alone,
            })
        }
    };
    text.push(proof(told));
    text.push(format!(
        "{} of {} combinations were scored.",
        figure(outcome.scored as f64),
        figure(outcome.grid as f64)
    ));
    text.extend(
        outcome
            .falls
            .as_ref()
            .map(|id| format!("The score is not monotone: it falls on the way of {id}.")),
    );
    vec![
        Section::new("answer", "")
            .text(text)
            .table(table)
            .data(answer),
    ]
}

fn proof(told: &BlackBox) -> String {
    match (told.outcome.proof, told.outcome.best.is_some(), told.declared) {
        (grid::Proof::Exact, true, _) => "Exact on the grid: every combination was tried.".to_owned(),
        (grid::Proof::Exact, false, _) => "Proven: every combination was tried.".to_owned(),
        (grid::Proof::ExactIfMonotone, false, false) => "Proven if more of a lever never lowers the score, which a walk along each lever did not contradict.".to_owned(),
        (grid::Proof::ExactIfMonotone, true, true) => "Exact on the grid: the author declares that more of a lever never lowers the score.".to_owned(),
        (grid::Proof::ExactIfMonotone, false, true) => "Proven: the author declares that more of a lever never lowers the score.".to_owned(),
        (proof, ..) => sure(proof),
    }
}
