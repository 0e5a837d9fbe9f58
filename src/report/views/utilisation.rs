//! Utilisation: what is idle, what is stranded, and what cannot be judged.

use super::words;
use crate::plan::utilisation::WARN_BELOW;
use crate::plan::utilisation::case::{Answered, Scenario};
use crate::plan::utilisation::place::{Reported, Verdict};
use crate::report::number::{percent, probability, three_digits};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Value as Json, json};

/// Shows the answer to a file.
pub fn utilisation_case(told: &Answered) -> Report {
    let title = if told.name.is_empty() {
        "Utilisation"
    } else {
        told.name.as_str()
    };
    let mut report = Report::new("utilisation", title);
    if !told.note.is_empty() {
        report.notes.push(told.note.clone());
    }
    report.notes.push(format!(
        "At most {} of what is installed can be in use; below {} it is over-built.",
        percent(told.max_utilisation),
        percent(told.warn_below)
    ));
    if told.scenarios.is_empty() {
        let text = "Cannot be judged: the file states no demand.";
        report.sections.push(
            Section::new("answer", "")
                .text([text])
                .data(json!({ "verdict": "cannot be judged" })),
        );
    }
    for (at, scenario) in told.scenarios.iter().enumerate() {
        let id = if at == 0 {
            "answer".to_owned()
        } else {
            format!("scenario_{at}")
        };
        report.sections.push(scenario_section(told, scenario, id));
    }
    report.sections.extend(over_scenarios(told));
    report.sections.extend(break_even(told));
    report
}

fn scenario_section(told: &Answered, scenario: &Scenario, id: String) -> Section {
    let mut table = Table::new(vec![
        Column::words("period", "period"),
        Column::numbers("demand", "demand")
            .unit("EFLOPS")
            .short("demand"),
        Column::numbers("installed", "installed")
            .unit("EFLOPS")
            .short("installed"),
        Column::numbers("utilisation", "in use"),
        Column::numbers("unmet", "unmet")
            .unit("EFLOPS")
            .short("unmet"),
        Column::numbers("idle_eflops", "idle")
            .unit("EFLOPS")
            .short("idle"),
        Column::numbers("idle_mcny", "idle capital")
            .unit("MCNY")
            .short("idle MCNY"),
        Column::words("verdict", "verdict"),
    ]);
    for (at, (name, period)) in told.periods.iter().zip(&scenario.periods).enumerate() {
        let verdict = match (period.stranded, period.over_built) {
            (true, _) => "stranded",
            (_, true) => "over-built",
            _ if period.unmet > 0.0 => "short",
            _ => "",
        };
        table.push(vec![
            Value::text(name),
            Value::Number(period.demand, Show::Figure),
            Value::Number(period.installed, Show::Figure),
            Value::number(period.utilisation, Show::Share),
            Value::score(Some(period.unmet)),
            Value::score(Some(period.idle_eflops)),
            Value::score(scenario.idle_mcny.get(at).copied()),
            Value::text(verdict),
        ]);
    }
    let stranded = scenario.periods.iter().filter(|p| p.stranded).count();
    let text = match (stranded, scenario.name.as_str()) {
        (0, _) => None,
        (n, "") => Some(format!(
            "Stranded in {} of {}: over-built now and in every later period of the modules' life.",
            n,
            words::counted(scenario.periods.len(), "period")
        )),
        (n, name) => Some(format!(
            "Under demand scenario {name} stranded in {} of {}.",
            n,
            words::counted(scenario.periods.len(), "period")
        )),
    };
    let title = match (&scenario.name, scenario.p) {
        (name, _) if name.is_empty() => String::new(),
        (name, Some(p)) => format!("Demand scenario {name}, probability {}", percent(p)),
        (name, None) => format!("Demand scenario {name}"),
    };
    let idle = scenario.idle_mcny.clone();
    let data = json!({ "scenario": scenario.name, "p": scenario.p, "periods": scenario.periods, "idle_mcny": idle });
    Section::new(id, title).text(text).table(table).data(data)
}

fn over_scenarios(told: &Answered) -> Option<Section> {
    let chances: Option<Vec<(f64, f64)>> = (0..told.installed.len())
        .map(|at| told.chances(at))
        .collect();
    let chances = chances.filter(|_| told.scenarios.len() > 1)?;
    let mut table = Table::new(vec![
        Column::words("period", "period"),
        Column::numbers("over_built", "over-built"),
        Column::numbers("stranded", "stranded"),
    ]);
    for (name, (over, stranded)) in told.periods.iter().zip(chances) {
        table.push(vec![
            Value::text(name),
            Value::Number(over, Show::Share),
            Value::Number(stranded, Show::Share),
        ]);
    }
    Some(Section::new("probability", "Probability over the scenarios").table(table))
}

fn break_even(told: &Answered) -> Option<Section> {
    if told.break_even.is_empty() {
        return None;
    }
    let each = told
        .periods
        .iter()
        .zip(&told.break_even)
        .map(|(period, share)| {
            if *share > 1.0 {
                format!(
                    "{period}: at no utilisation ({} would be needed)",
                    percent(*share)
                )
            } else {
                format!("{period}: {}", percent(*share))
            }
        });
    let lines: Vec<String> = each.collect();
    Some(
        Section::new("break_even", "Utilisation at which sales cover the cost")
            .text(lines)
            .data(json!(told.break_even)),
    )
}

/// Shows what the data says of one place.
pub fn utilisation_place(told: &Reported) -> Report {
    let mut report = Report::new(
        "utilisation",
        format!("{}: utilisation", words::full_name(&told.place)),
    );
    let mut text = vec![match &told.figure {
        None => {
            "Cannot be judged: no figure of utilisation or demand for the whole place.".to_owned()
        }
        Some(row) => format!(
            "{} reported for {} ({}): {} by the level of {}.",
            words::value(row, "%"),
            words::date(row.as_of, row.as_of_inferred),
            row.id,
            told.verdict.words(),
            percent(WARN_BELOW)
        ),
    }];
    if let (Some(row), Some(stock)) = (&told.figure, &told.installed) {
        text.push(format!(
            "Of {} ({}, {}) that is about {} EFLOPS in use; the two figures have different dates, and nobody measured the product.",
            words::value(stock, "EFLOPS"),
            stock.id,
            words::date(stock.as_of, false),
            three_digits(stock.value * row.value / 100.0)
        ));
    }
    let data = json!({
        "place": told.place.id, "verdict": told.verdict.words(),
        "utilisation_percent": told.figure.as_ref().map(|r| r.value),
        "row": told.figure.as_ref().map(|r| &r.id),
    });
    report
        .sections
        .push(Section::new("answer", "").text(text).data(data));
    if !told.left_out.is_empty() {
        let mut table = Table::new(vec![
            Column::words("row", "row"),
            Column::words("as_of", "as of"),
            Column::numbers("value", "figure").unit("%"),
            Column::words("why", "why not"),
        ]);
        for (row, why) in &told.left_out {
            let scope = match row.scope.as_str() {
                "" => String::new(),
                scope => format!(" ({scope})"),
            };
            table.push(vec![
                Value::text(&row.id),
                Value::text(words::date(row.as_of, false)),
                Value::text(words::value(row, "")),
                Value::text(format!("{why}{scope}")),
            ]);
        }
        report
            .sections
            .push(Section::new("left_out", "Figures not used").table(table));
    }
    report
        .footer
        .push("A demand of your own is judged with `exacity utilisation --file`.".to_owned());
    report
}

/// Shows what the data says of every place.
pub fn utilisation_all(all: &[Reported]) -> Report {
    let mut report = Report::new("utilisation", "Utilisation of installed compute");
    let unknown = all
        .iter()
        .filter(|r| r.verdict == Verdict::CannotBeJudged)
        .count();
    report.notes.push(format!(
        "{unknown} of {} cannot be judged: nobody published a figure of utilisation or demand for the whole place.",
        words::counted(all.len(), "place")
    ));
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("installed", "installed")
            .unit("EFLOPS")
            .short("installed"),
        Column::words("in_use", "in use").unit("%").short("in use"),
        Column::words("as_of", "of"),
        Column::words("verdict", "verdict"),
    ]);
    let mut sorted: Vec<&Reported> = all.iter().collect();
    sorted.sort_by_key(|r| r.verdict == Verdict::CannotBeJudged);
    for told in sorted {
        let stock = told.installed.as_ref();
        let figure = told.figure.as_ref();
        table.push(vec![
            Value::text(&told.place.name),
            stock.map_or(Value::Missing, |row| Value::text(words::value(row, ""))),
            figure.map_or(Value::Missing, |row| Value::text(words::value(row, ""))),
            figure.map_or(Value::Missing, |row| {
                Value::text(words::date(row.as_of, false))
            }),
            Value::text(told.verdict.words()),
        ]);
    }
    let data: Json = all
        .iter()
        .map(|r| json!({ "place": r.place.id, "verdict": r.verdict.words(), "utilisation_percent": r.figure.as_ref().map(|f| f.value) }))
        .collect();
    report
        .sections
        .push(Section::new("answer", "").table(table).data(data));
    report.footer.push(format!("Over-built: below {} in use. `exacity utilisation PLACE` shows the rows, `--file` judges a demand of your own.", probability(WARN_BELOW)));
    report
}
