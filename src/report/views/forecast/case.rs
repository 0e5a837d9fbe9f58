//! The answer to a file.

use super::{
    asks, chances, growth, growth_table, model_json, outlook_json, outlook_table, required_json,
};
use crate::num::stats;
use crate::plan::forecast::case::{Answer, Answered, Pipeline, Pooled, Single};
use crate::report::json::plain_number;
use crate::report::number::{self, figure, probability as chance, three_digits};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Map, Value as Json, json};

/// Shows the answer to a file. The first section carries, for programs, an object with the keys of the
/// file's `expected`.
pub fn case(answered: &Answered) -> Report {
    let title = if answered.name.is_empty() {
        "Forecast"
    } else {
        &answered.name
    };
    let mut report = Report::new("forecast", title);
    if !answered.note.is_empty() {
        report.notes.push(answered.note.clone());
    }
    let unit = answered.unit.as_str();
    report.sections = match &answered.answer {
        Answer::Single(single) => single_sections(single, unit, answered.level),
        Answer::Pooled(pooled) => pooled_sections(pooled, unit, answered.level),
        Answer::Pipeline(pipeline) => pipeline_sections(pipeline, unit),
    };
    report.footer.push("Medians and probabilities, not promises: they describe the stock at the date, if growth goes on as the figures show it.".to_owned());
    report
}

fn single_sections(single: &Single, unit: &str, level: f64) -> Vec<Section> {
    let goal = single.goal;
    let title = format!("Target: {} {unit} on {}", figure(goal.value), goal.date);
    let probabilities: Vec<f64> = single.methods.iter().map(|(_, o)| o.probability).collect();
    let mut text = vec![asks(&single.required, unit)];
    text.extend(stats::range(&probabilities).map(|range| {
        let methods = single.methods.len();
        format!("Probability by {methods} methods: {}.", chances(range))
    }));
    let rows = single
        .methods
        .iter()
        .map(|(model, outlook)| (model.method, outlook, vec![]));
    let mut answer = Map::new();
    answer.insert("required".to_owned(), required_json(&single.required));
    for (model, outlook) in &single.methods {
        let mut told = model_json(model);
        told.extend(outlook_json(outlook));
        answer.insert(model.method.word().to_owned(), Json::Object(told));
    }
    let mut sections = vec![
        Section::new("answer", title)
            .text(text)
            .table(outlook_table(rows, unit, level, vec![]))
            .data(Json::Object(answer)),
        Section::new("growth", "Growth").table(growth_table(single.methods.iter().map(|m| &m.0))),
    ];
    sections.extend(single.ceiling.map(|ceiling| {
        Section::new("ceiling", "Assumption").text([format!(
            "`logit_rw_drift` assumes that the stock stays below {} {unit}.",
            figure(ceiling)
        )])
    }));
    sections.extend(single.backtest.as_ref().map(|test| {
        Section::new("backtest", "Had it been asked before")
            .text([super::place::backtest(test, level)])
    }));
    sections
}

fn pooled_sections(pooled: &Pooled, unit: &str, level: f64) -> Vec<Section> {
    let pool = &pooled.pool;
    let text = vec![
        format!(
            "{} places have two figures or more. Together they grow by {}; places differ by {} (sd of log growth), chance moves a stock by {} a year (sd, log), {} degrees of freedom.",
            pool.members.len(),
            growth(pool.mu),
            three_digits(pool.tau2.sqrt()),
            three_digits(pool.s2.sqrt()),
            figure(pool.df)
        ),
        "“Borrowed” is the share of a growth rate that comes from the others.".to_owned(),
    ];
    let mut places = Map::new();
    for place in &pooled.places {
        let mut told = Map::new();
        told.insert("growth_own".to_owned(), json!(place.borrowed.own));
        told.insert("shrink".to_owned(), json!(place.borrowed.shrink));
        told.insert("growth_log".to_owned(), json!(place.borrowed.growth));
        told.insert(
            "growth_se".to_owned(),
            json!(place.borrowed.variance.sqrt()),
        );
        told.insert("required".to_owned(), required_json(&place.required));
        told.extend(outlook_json(&place.outlook));
        let without = place.without.iter().map(|(id, p)| (id.clone(), json!(p)));
        told.insert(
            "probability_without".to_owned(),
            without.collect::<Map<_, _>>().into(),
        );
        places.insert(place.id.clone(), Json::Object(told));
    }
    let answer = json!({
        "sigma": pool.s2.sqrt(), "df": plain_number(pool.df), "mu": pool.mu, "tau": pool.tau2.sqrt(),
        "se_mu": pool.var_mu.sqrt(), "Q": pool.q, "places": places,
    });
    vec![
        Section::new("answer", "Places, pooled")
            .text(text)
            .table(pooled_table(pooled, unit, level))
            .data(answer),
        Section::new("leave_one_out", "What leaving one place out changes")
            .table(without_table(pooled)),
    ]
}

fn pooled_table(pooled: &Pooled, unit: &str, level: f64) -> Table {
    let percent = number::percent(level);
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("figures", "figures").short("n"),
        Column::words("target", "target").unit(unit),
        Column::words("due", "due"),
        Column::numbers("probability", "probability").short("P"),
        Column::numbers("median", "median"),
        Column::numbers("low", format!("{percent} low")).short("low"),
        Column::numbers("high", format!("{percent} high")).short("high"),
        Column::numbers("shrink", "borrowed").short("borr."),
        Column::words("date_p50", "50 % by"),
    ]);
    for place in &pooled.places {
        let band = &place.outlook.band;
        table.push(vec![
            Value::text(&place.id),
            Value::count(place.points.len()),
            Value::text(figure(place.goal.value)),
            Value::text(place.goal.date.to_string()),
            Value::Number(place.outlook.probability, Show::Probability),
            Value::score(Some(band.median)),
            Value::score(Some(band.low)),
            Value::score(Some(band.high)),
            Value::Number(place.borrowed.shrink, Show::Share),
            super::day(place.outlook.dates[1]),
        ]);
    }
    table
}

fn without_table(pooled: &Pooled) -> Table {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("probability", "probability"),
        Column::numbers("lowest", "lowest"),
        Column::words("lowest_without", "without"),
        Column::numbers("highest", "highest"),
        Column::words("highest_without", "without"),
    ]);
    for place in &pooled.places {
        let known = place.without.iter().filter_map(|(id, p)| Some((id, (*p)?)));
        let mut known: Vec<(&String, f64)> = known.collect();
        known.sort_by(|a, b| a.1.total_cmp(&b.1));
        let end = |end: Option<&(&String, f64)>| match end {
            Some((id, p)) => [Value::Number(*p, Show::Probability), Value::text(*id)],
            None => [Value::Missing, Value::Missing],
        };
        let mut row = vec![
            Value::text(&place.id),
            Value::Number(place.outlook.probability, Show::Probability),
        ];
        row.extend(end(known.first()));
        row.extend(end(known.last()));
        table.push(row);
    }
    table
}

fn pipeline_sections(pipeline: &Pipeline, unit: &str) -> Vec<Section> {
    let (goal, told) = (pipeline.goal, &pipeline.delivered);
    let [p10, p50, p90] = told.quantiles;
    let mut text = vec![
        format!(
            "{} {unit} stand; {} projects are committed. Probability of {} {unit} on {}: {}.",
            figure(pipeline.current),
            pipeline.projects.len(),
            figure(goal.value),
            goal.date,
            chance(told.probability)
        ),
        format!(
            "Mean {}, standard deviation {}; with 10 % probability at most {}, median {}, with 90 % at most {}.",
            three_digits(told.mean),
            three_digits(told.sd),
            figure(p10),
            figure(p50),
            figure(p90)
        ),
        "Projects are taken to be late or lost independently of one another; below, all slip together.".to_owned(),
    ];
    text.extend(
        told.grid
            .map(|step| format!("Totals are kept on a grid of {}.", figure(step))),
    );
    let delivered = pipeline.projects.iter().zip(&told.projects);
    let answer = json!({
        "delivered_by_target": delivered
            .clone()
            .map(|(j, p)| json!({ "id": j.id, "eflops": j.size, "p": p }))
            .collect::<Vec<_>>(),
        "mean": told.mean, "sd": told.sd, "probability": told.probability,
        "p10": p10, "p50": p50, "p90": p90,
        "common_slip": pipeline.common_slip.iter().map(|(years, d)| json!({
            "years": years, "mean": d.mean, "probability": d.probability })).collect::<Vec<_>>(),
    });
    let mut projects = Table::new(vec![
        Column::words("project", "project"),
        Column::numbers("size", "size").unit(unit),
        Column::numbers("completes", "completed at all"),
        Column::numbers("delivered", "there by the date"),
    ]);
    for (project, p) in delivered {
        projects.push(vec![
            Value::text(&project.id),
            Value::Number(project.size, Show::Figure),
            Value::Number(project.completes, Show::Share),
            Value::Number(*p, Show::Probability),
        ]);
    }
    let mut slips = Table::new(vec![
        Column::numbers("years", "all later by").unit("years"),
        Column::numbers("mean", "mean").unit(unit),
        Column::numbers("probability", "probability"),
    ]);
    for (years, told) in std::iter::once(&(0.0, told.clone())).chain(&pipeline.common_slip) {
        slips.push(vec![
            Value::Number(*years, Show::Figure),
            Value::score(Some(told.mean)),
            Value::Number(told.probability, Show::Probability),
        ]);
    }
    vec![
        Section::new(
            "answer",
            format!("Target: {} {unit} on {}", figure(goal.value), goal.date),
        )
        .text(text)
        .table(projects)
        .data(answer),
        Section::new("common_slip", "If everything slips together").table(slips),
    ]
}
