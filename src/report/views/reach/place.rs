//! Reach and allocation in a project.

use super::{enough_of, sure};
use crate::model::NodeIx;
use crate::plan::reach::allocate::Allocated;
use crate::plan::reach::levers::{Levers, Priced};
use crate::plan::reach::place::{Cheapest, PlaceLever, Reached};
use crate::project::Project;
use crate::report::number::{figure, percent, rank, three_digits};
use crate::report::views::words;
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Value as Json, json};

/// Shows what it would take.
pub fn reach_place(project: &Project, told: &Reached) -> Report {
    let name = words::full_name(&told.place);
    let mut report = Report::new("reach", format!("{name}: what it would take"));
    report.notes = vec![setting(project), headline(told)];
    report.sections.extend(moves(project, told));
    report.sections.extend(
        told.cheapest
            .as_ref()
            .map(|cheapest| bought(project, told, cheapest)),
    );
    report.sections.push(levers(project, told));
    report.sections.extend(together(told));
    report.sections.extend(not_levers(project, told));
    report.footer = footer(told);
    report
}

fn setting(project: &Project) -> String {
    let index = &project.indices[0];
    let strategy = index
        .strategy
        .as_ref()
        .map_or("weighted", |s| s.name.as_str());
    format!(
        "{} · weights {} · strategy {strategy}",
        project.name, index.weights
    )
}

fn headline(told: &Reached) -> String {
    let goal = three_digits(told.goal_score);
    let moved = if told.moves.is_empty() {
        String::new()
    } else {
        " once rivals have moved".to_owned()
    };
    let now = format!(
        "Rank {}, score {}; {goal} are needed{moved}: {} points more.",
        rank(told.before.rank),
        three_digits(told.before.score),
        three_digits((told.goal_score - told.now.score).max(0.0))
    );
    if told.impossible {
        format!(
            "{now} Impossible with these levers: with every one at its cap the place reaches {}, rank {}.",
            three_digits(told.best.score),
            rank(told.best.rank)
        )
    } else if told.now.score >= told.goal_score {
        format!("{now} It is reached already.")
    } else {
        format!(
            "{now} Possible: with every lever at its cap the place reaches {}, rank {}.",
            three_digits(told.best.score),
            rank(told.best.rank)
        )
    }
}

fn name(project: &Project, at: NodeIx) -> &str {
    &project.tree.node(at).name
}

fn unit(project: &Project, at: NodeIx) -> &str {
    project.leaf(at).map_or("", |leaf| leaf.unit.as_str())
}

fn moves(project: &Project, told: &Reached) -> Option<Section> {
    let by = told.by.filter(|_| !told.moves.is_empty())?;
    let mut table = Table::new(vec![
        Column::words("place", "rival"),
        Column::words("criterion", "figure"),
        Column::numbers("from", "from"),
        Column::numbers("to", "to"),
        Column::words("unit", "unit"),
        Column::words("method", "median by"),
    ]);
    for step in &told.moves {
        table.push(vec![
            Value::text(&project.league[step.place].name),
            Value::text(name(project, step.leaf)),
            Value::Number(step.from, Show::Figure),
            Value::score(Some(step.to)),
            Value::text(unit(project, step.leaf)),
            Value::text(step.method.word()),
        ]);
    }
    let text = format!(
        "By {by} each rival's compute is taken to be the median of its own forecast, and all else to stay; `--rivals hold` lets them stand still."
    );
    Some(
        Section::new("rivals", "Rivals move")
            .text([text])
            .table(table),
    )
}

fn levers(project: &Project, told: &Reached) -> Section {
    let own = told.levers.iter().any(|l| l.by_itself.is_some());
    let mut columns = vec![
        Column::words("lever", "lever"),
        Column::words("unit", "unit"),
        Column::numbers("now", "now"),
        Column::numbers("alone", "alone"),
        Column::numbers("together", "together"),
        Column::numbers("cap", "cap"),
        Column::numbers("score_at_cap", "score at cap").short("at cap"),
        Column::words("cap_from", "cap from"),
    ];
    if own {
        columns.insert(
            3,
            Column::numbers("by_itself", "own forecast").short("forecast"),
        );
    }
    let mut table = Table::new(columns);
    for (at, lever) in told.levers.iter().enumerate() {
        let reached = |value: Option<f64>| {
            value.map_or(Value::Missing, |v| {
                Value::text(enough_of(v, lever.now, unit(project, lever.leaf)))
            })
        };
        let mut row = vec![
            Value::text(name(project, lever.leaf)),
            Value::text(unit(project, lever.leaf)),
            Value::Number(lever.now, Show::Figure),
            reached(lever.alone),
            reached(told.together.as_ref().map(|t| t.to[at])),
            Value::Number(lever.cap, Show::Figure),
            Value::score(Some(lever.at_cap)),
            Value::text(&lever.cap_from),
        ];
        if own {
            row.insert(3, Value::score(lever.by_itself));
        }
        table.push(row);
    }
    let alone = told.levers.iter().filter(|l| l.alone.is_some()).count();
    let text = match alone {
        0 => "No lever alone does it.".to_owned(),
        1 => "One lever alone does it, at the figure under “alone”.".to_owned(),
        n => format!("{n} levers do it alone, each at the figure under “alone”."),
    };
    let data = told
        .levers
        .iter()
        .enumerate()
        .map(|(at, lever)| lever_json(project, told, at, lever));
    Section::new("levers", "Levers")
        .text([text])
        .table(table)
        .data(data.collect())
}

fn lever_json(project: &Project, told: &Reached, at: usize, lever: &PlaceLever) -> Json {
    json!({
        "criterion": project.tree.node(lever.leaf).id, "unit": unit(project, lever.leaf),
        "now": lever.now, "cap": lever.cap, "cap_from": lever.cap_from,
        "by_itself": lever.by_itself, "alone": lever.alone, "score_at_cap": lever.at_cap,
        "together": told.together.as_ref().map(|t| t.to[at]),
        "unit_cost_mcny": lever.priced.as_ref().and_then(|p| p.cost),
        "assumed": lever.priced.as_ref().filter(|p| p.cost.is_some()).map(|p| p.assumed),
    })
}

fn together(told: &Reached) -> Option<Section> {
    let all = told.together.as_ref()?;
    let text = format!(
        "Moved together, every lever goes {} of the way to its cap (the figures under “together”): score {}, rank {}.",
        percent(all.share),
        three_digits(all.standing.score),
        rank(all.standing.rank)
    );
    let data =
        json!({ "share": all.share, "score": all.standing.score, "rank": all.standing.rank });
    Some(
        Section::new("together", "All together")
            .text([text])
            .data(data),
    )
}

fn bought(project: &Project, told: &Reached, cheapest: &Cheapest) -> Section {
    let section = Section::new("least_cost", "At the least cost");
    let Some(figures) = &cheapest.to else {
        let text = format!(
            "The levers that have a cost are not enough: at their caps the place reaches {}, rank {}.",
            three_digits(cheapest.standing.score),
            rank(cheapest.standing.rank)
        );
        return section
            .text([text])
            .data(json!({ "status": "impossible", "best_reachable": cheapest.standing.score }));
    };
    let mut text = vec![format!(
        "{} MCNY: score {}, rank {}, scored again by the engine.",
        three_digits(cheapest.cost),
        three_digits(cheapest.standing.score),
        rank(cheapest.standing.rank)
    )];
    text.extend(
        cheapest
            .marginal
            .map(|cost| format!("The last point costs {} MCNY.", three_digits(cost))),
    );
    text.push(sure(cheapest.proof));
    let mut table = Table::new(vec![
        Column::words("lever", "lever"),
        Column::numbers("now", "now"),
        Column::numbers("to", "to"),
        Column::words("unit", "unit"),
        Column::numbers("unit_cost", "MCNY a unit"),
        Column::numbers("cost", "MCNY"),
    ]);
    for (at, to) in figures {
        let lever = &told.levers[*at];
        let Some(priced) = &lever.priced else {
            continue;
        };
        let cost = priced.cost.unwrap_or(0.0);
        table.push(vec![
            Value::text(name(project, lever.leaf)),
            Value::Number(lever.now, Show::Figure),
            Value::text(enough_of(*to, lever.now, unit(project, lever.leaf))),
            Value::text(unit(project, lever.leaf)),
            Value::text(price(cost)),
            Value::score(Some(cost * (to - lever.now).abs())),
        ]);
        text.push(reason(name(project, lever.leaf), priced));
    }
    let data = json!({
        "status": "optimal", "cost_mcny": cheapest.cost, "marginal_cost_per_point": cheapest.marginal,
        "score": cheapest.standing.score, "rank": cheapest.standing.rank,
        "to": figures.iter().map(|(at, to)| (project.tree.node(told.levers[*at].leaf).id.to_string(), json!(to)))
            .collect::<serde_json::Map<_, _>>(),
    });
    section.text(text).table(table).data(data)
}

/// Says why a lever costs what it costs.
fn reason(name: &str, priced: &Priced) -> String {
    let assumed = if priced.assumed { "assumed, " } else { "" };
    format!("Cost of {name}: {assumed}{}.", priced.because)
}

/// Writes a cost by unit, which may be far below one.
fn price(cost: f64) -> String {
    if cost >= 0.001 {
        three_digits(cost)
    } else {
        figure(cost)
    }
}

fn not_levers(project: &Project, told: &Reached) -> Option<Section> {
    let reasons = told
        .not_levers
        .iter()
        .filter(|(_, why)| *why != "not asked for");
    let lines: Vec<String> = reasons
        .map(|(at, why)| format!("{}: {why}.", name(project, *at)))
        .collect();
    (!lines.is_empty()).then(|| Section::new("not_levers", "No levers").text(lines))
}

fn footer(told: &Reached) -> Vec<String> {
    let mut lines = vec!["Caps are what another place of the league has: known to be possible somewhere, not here. `--lever ID=CAP` states one.".to_owned()];
    if told.cheapest.is_none() {
        lines.push("Effort is in the figures' own units: nobody published what they cost. `--levers FILE` puts costs on them.".to_owned());
    }
    if !told.adds_up {
        lines.push("The score is no sum of parts (a rule, or scales that depend on all places), so figures were sought by scoring everything again; that more never lowers the score is taken for granted.".to_owned());
    }
    lines
}

/// Shows where a budget goes.
pub fn allocated(project: &Project, levers: &Levers, told: &Allocated) -> Report {
    let names: Vec<&str> = told
        .places
        .iter()
        .map(|s| project.league[s.place].name.as_str())
        .collect();
    let mut report = Report::new(
        "allocate",
        format!("{} MCNY for {}", figure(told.budget), words::list(&names)),
    );
    report.notes.push(setting(project));
    if !levers.about.is_empty() {
        report.notes.push(levers.about.clone());
    }
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("lever", "lever"),
        Column::numbers("now", "now"),
        Column::numbers("to", "to"),
        Column::words("unit", "unit"),
        Column::numbers("cost", "MCNY"),
        Column::numbers("points", "points"),
    ]);
    let mut reasons: Vec<String> = vec![];
    for share in &told.places {
        for (lever, to, cost, points) in &share.levers {
            let why = lever
                .priced
                .as_ref()
                .map(|p| reason(name(project, lever.leaf), p));
            reasons.extend(why.filter(|why| !reasons.contains(why)));
            table.push(vec![
                Value::text(&project.league[share.place].name),
                Value::text(name(project, lever.leaf)),
                Value::score(Some(lever.now)),
                Value::score(Some(*to)),
                Value::text(unit(project, lever.leaf)),
                Value::score(Some(*cost)),
                Value::score(Some(*points)),
            ]);
        }
    }
    let mut text = vec![format!(
        "{} MCNY are spent and gain {} points.",
        three_digits(told.spent),
        three_digits(told.gain)
    )];
    text.extend(told.places.iter().map(|share| {
        format!(
            "{}: score {} to {}, rank {} to {}.",
            project.league[share.place].name,
            three_digits(share.before.score),
            three_digits(share.after.score),
            rank(share.before.rank),
            rank(share.after.rank)
        )
    }));
    text.extend(
        told.marginal
            .map(|cost| format!("The last point costs {} MCNY.", three_digits(cost))),
    );
    text.push(if told.proven {
        "No other split of the money gains more, on curves read off the engine at 121 figures each."
            .to_owned()
    } else {
        "The search was cut short: a better split may exist.".to_owned()
    });
    text.extend(reasons);
    let data = json!({
        "budget_mcny": told.budget, "spent_mcny": told.spent, "gain": told.gain,
        "marginal_cost_per_point": told.marginal, "proven": told.proven,
    });
    report.sections.push(
        Section::new("answer", "")
            .text(text)
            .table(table)
            .data(data),
    );
    report
}
