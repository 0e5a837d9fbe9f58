//! The page of one place.

use super::{
    asks, band_json, chances, growth, growth_table, model_json, outlook_json, outlook_table,
    required_json,
};
use crate::model::{Observation, Source, TargetState};
use crate::plan::forecast::place::{PlaceForecast, TargetOutlook};
use crate::plan::forecast::{Backtest, Desk, Method, decimal_year};
use crate::report::figure::{self, Caption, Seen, Trajectory};
use crate::report::model::Highlight;
use crate::report::number::{self, figure, probability as chance, three_digits};
use crate::report::views::words;
use crate::report::{Column, Figure, Lang, Report, Section, Show, Table, Value};
use serde_json::{Value as Json, json};

/// Shows what is known of the future of a stock.
pub fn place(told: &PlaceForecast, desk: &Desk) -> Report {
    let name = words::full_name(&told.place);
    let title = format!("{name}: {}", told.indicator.name);
    let mut report = Report::new("forecast", title);
    report.notes = summary(told);
    report.highlights = highlights(told);
    report.sections.extend(
        told.targets
            .iter()
            .enumerate()
            .map(|(at, t)| target(told, desk, at, t)),
    );
    if told.targets.iter().all(|t| t.headline().is_none()) {
        let text =
            "No target of this series is open. `--target 200@2027-12-31` asks for one of your own.";
        report
            .sections
            .push(Section::new("no_target", "").text([text]));
    }
    report.sections.push(year_ends(told));
    report.sections.push(growth_section(told));
    report.sections.extend(analogs(told, desk));
    report.sections.push(figures(told, desk));
    report.sections.extend(unused(told));
    report.sections.extend(left_out_targets(told));
    report.footer.push("Medians and probabilities, not promises: they describe the stock at a date, if growth goes on as the figures show it. No model here knows of a power cap, a delivery stop or a change of plan.".to_owned());
    report
}

/// The lines under the title: what there is, what it rests on, and what to be wary of.
fn summary(told: &PlaceForecast) -> Vec<String> {
    let mut lines = vec![];
    let unit = told.indicator.unit.as_str();
    if let Some(last) = told.rows.used.last() {
        lines.push(format!(
            "{}{}{} on {}; {} used, {} not used.",
            last.row.qualifier.sign(),
            figure(last.row.value),
            words::with_unit(unit),
            last.day,
            words::counted(told.points.len(), "figure"),
            told.rows.left_out.len()
        ));
    }
    lines.extend(thin(told));
    lines.extend(number_format(told));
    lines.extend(lower_bounds(told));
    for at in told.points.falls() {
        lines.push(format!(
            "The series falls from {} to {} between {} and {}: see whether the two count the same thing.",
            figure(told.points.y[at - 1]),
            figure(told.points.y[at]),
            told.rows.used[at - 1].row.id,
            told.rows.used[at].row.id
        ));
    }
    lines
}

/// The last figure, how it grows, and the next open target.
fn highlights(told: &PlaceForecast) -> Vec<Highlight> {
    let unit = words::with_unit(told.indicator.unit.as_str());
    let fact = |label: &str, value: String, note: String| Highlight {
        label: label.to_owned(),
        value,
        note,
    };
    let mut facts = vec![];
    facts.extend(told.rows.used.last().map(|last| {
        let sign = last.row.qualifier.sign();
        let value = format!("{sign}{}{unit}", figure(last.row.value));
        fact("Last figure", value, format!("of {}", last.day))
    }));
    facts.extend(told.models.first().map(|model| {
        let note = format!("by the {}", model.method.about());
        fact("Growth", growth(model.growth), note)
    }));
    for target in &told.targets {
        let Some((_, headline)) = target.headline() else {
            continue;
        };
        let label = format!(
            "{}{}{unit} by {}",
            target.qualifier.sign(),
            figure(target.goal.value),
            target.goal.date
        );
        let note = match target.range() {
            Some(range) if target.by_method.len() > 1 => {
                format!("{} over {} methods", chances(range), target.by_method.len())
            }
            _ => "probability".to_owned(),
        };
        facts.push(fact(&label, chance(headline.probability), note));
    }
    facts.truncate(4);
    facts
}

fn lower_bounds(told: &PlaceForecast) -> Option<String> {
    let bounds = told
        .rows
        .used
        .iter()
        .filter(|r| r.row.qualifier.is_bound())
        .count();
    let which = match (bounds, told.points.len()) {
        (0, _) => return None,
        (1, 1) => "The figure is a lower bound (“over”): it counts".to_owned(),
        (b, n) if b == n => format!("All {n} figures are lower bounds (“over”): they count"),
        (1, n) => format!("One of the {n} figures is a lower bound (“over”): it counts"),
        (b, n) => format!("{b} of the {n} figures are lower bounds (“over”): they count"),
    };
    Some(format!(
        "{which} at the bound, so the stock was at least this."
    ))
}

/// Says what a short series cannot carry.
fn thin(told: &PlaceForecast) -> Option<String> {
    let n = told.points.len();
    let pooled = told.pooled.as_ref();
    match (n, pooled) {
        (3.., _) => None,
        (_, Err(why)) => Some(format!(
            "{} make no series, and growth cannot be borrowed: {}. A committed pipeline can be given with --file.",
            words::counted(n, "figure"),
            why.words()
        )),
        (1, Ok(_)) => Some(
            "One figure says nothing of growth: all of it is borrowed from analog places. For deadlines within two years a committed pipeline says more (--file)."
                .to_owned(),
        ),
        (_, Ok(view)) => Some(format!(
            "Two figures leave no way to tell growth from chance: {} of the growth rate is borrowed from analog places.",
            number::percent(view.borrowed.shrink)
        )),
    }
}

fn number_format(told: &PlaceForecast) -> Option<String> {
    let rows = &told.rows;
    let line = if rows.assumed {
        format!(
            "Figures that state no number format are taken to be {}: your assumption.",
            rows.format
        )
    } else if !rows.format.is_empty() {
        format!("All figures state {}.", rows.format)
    } else if told.indicator.unit == "EFLOPS" {
        "No figure states its number format (FP16, FP32): a change of format between two of them would look like growth.".to_owned()
    } else {
        return None;
    };
    Some(line)
}

fn target(told: &PlaceForecast, desk: &Desk, at: usize, target: &TargetOutlook) -> Section {
    let unit = told.indicator.unit.as_str();
    let title = format!(
        "Target: {}{}{} by {}",
        target.qualifier.sign(),
        figure(target.goal.value),
        words::with_unit(unit),
        target.goal.date
    );
    let mut text = vec![];
    text.push(state(target, unit));
    text.extend(
        target
            .required
            .as_ref()
            .filter(|_| target.headline().is_some())
            .map(|r| asks(r, unit)),
    );
    text.extend(multiples(told, target));
    text.extend(verdict(target));
    text.extend(swing(told, desk, target));
    let section = Section::new(format!("target_{at}"), title)
        .text(text)
        .data(target_json(target));
    if target.by_method.is_empty() {
        return section;
    }
    let rows = target
        .by_method
        .iter()
        .map(|(method, outlook)| (*method, outlook, vec![]));
    section.table(outlook_table(rows, unit, told.level, vec![]))
}

/// Says where a declared target stands.
fn state(target: &TargetOutlook, unit: &str) -> String {
    let Some(report) = &target.declared else {
        return "Asked for on the command line.".to_owned();
    };
    let reported = report.reached.as_ref().map(|row| {
        format!(
            "reported {} for {}",
            words::value(row, unit),
            words::date(row.as_of, row.as_of_inferred)
        )
    });
    let reported = reported.unwrap_or_else(|| "nothing was reported".to_owned());
    let source = format!("{} in {}", report.target.id, report.target.source);
    match report.state {
        TargetState::NotYetDue => format!("Not yet due; {reported} ({source})."),
        state => format!("{}: {reported} ({source}).", capital(state.words())),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Sets the growth asked for beside what was seen.
fn multiples(told: &PlaceForecast, target: &TargetOutlook) -> Option<String> {
    let required = target.required.as_ref().filter(|r| r.gap > 0.0)?;
    target.headline()?;
    let own = told.models.iter().find(|m| m.method == Method::RwDrift);
    let times = |growth: f64| (growth > 0.0).then(|| three_digits(required.log_growth / growth));
    let own = own.and_then(|m| {
        Some(format!(
            "{} times its own growth so far ({})",
            times(m.growth)?,
            growth(m.growth)
        ))
    });
    let pool = told.pooled.as_ref().ok().map(|view| view.pool.mu);
    let pool = pool.and_then(|mu| {
        Some(format!(
            "{} times that of the analog places ({})",
            times(mu)?,
            growth(mu)
        ))
    });
    let parts: Vec<String> = own.into_iter().chain(pool).collect();
    (!parts.is_empty()).then(|| format!("That is {}, on the log scale.", words::list(&parts)))
}

fn verdict(target: &TargetOutlook) -> Option<String> {
    let (method, headline) = target.headline()?;
    let range = target.range()?;
    let said = format!(
        "Probability {} by the {}",
        chance(headline.probability),
        method.about()
    );
    Some(if target.by_method.len() > 1 {
        format!(
            "{said}; {} over the {} methods, which are not averaged.",
            chances(range),
            target.by_method.len()
        )
    } else {
        format!("{said}.")
    })
}

/// Says which analog moves the pooled probability most.
fn swing(told: &PlaceForecast, desk: &Desk, target: &TargetOutlook) -> Option<String> {
    let pooled = target
        .by_method
        .iter()
        .find(|(m, _)| *m == Method::Pooled)?;
    let far = |p: &f64| (p - pooled.1.probability).abs();
    let (id, p) = target
        .without
        .iter()
        .max_by(|a, b| far(&a.1).total_cmp(&far(&b.1)))?;
    (told.points.len() < 3).then(|| {
        format!(
            "Leaving {} out of the analog places gives {}, the largest change that one of them makes.",
            name(desk, id.as_str()),
            chance(*p)
        )
    })
}

fn target_json(target: &TargetOutlook) -> Json {
    let methods = target.by_method.iter().map(|(method, outlook)| {
        (
            method.word().to_owned(),
            Json::Object(outlook_json(outlook)),
        )
    });
    json!({
        "target_id": target.declared.as_ref().map(|d| &d.target.id),
        "value": target.goal.value,
        "date": target.goal.date,
        "qualifier": target.qualifier,
        "state": target.declared.as_ref().map(|d| d.state),
        "required": target.required.as_ref().map(required_json),
        "probability": target.headline().map(|(_, o)| o.probability),
        "probability_range": target.range().map(|(low, high)| [low, high]),
        "methods": methods.collect::<serde_json::Map<_, _>>(),
        "probability_without": target.without.iter()
            .map(|(id, p)| (id.to_string(), json!(p))).collect::<serde_json::Map<_, _>>(),
    })
}

fn left_out_targets(told: &PlaceForecast) -> Option<Section> {
    if told.targets_left_out.is_empty() {
        return None;
    }
    let mut table = Table::new(vec![
        Column::words("target", "target"),
        Column::numbers("value", "value").unit(&told.indicator.unit),
        Column::words("due", "due"),
        Column::words("why", "why not"),
    ]);
    for (target, why) in &told.targets_left_out {
        let scope = if target.scope.is_empty() {
            String::new()
        } else {
            format!(" ({})", target.scope)
        };
        table.push(vec![
            Value::text(&target.id),
            Value::text(format!(
                "{}{}",
                target.qualifier.sign(),
                figure(target.value)
            )),
            Value::text(
                target
                    .due
                    .map_or("no date".to_owned(), |due| due.end().to_string()),
            ),
            Value::text(format!("{why}{scope}")),
        ]);
    }
    Some(Section::new("targets_left_out", "Targets not used").table(table))
}

fn year_ends(told: &PlaceForecast) -> Section {
    let percent = number::percent(told.level);
    let mut table = Table::new(vec![
        Column::words("date", "at"),
        Column::words("method", "method"),
        Column::numbers("median", "median").unit(&told.indicator.unit),
        Column::numbers("low", format!("{percent} low")),
        Column::numbers("high", format!("{percent} high")),
    ]);
    for (day, bands) in &told.year_ends {
        for (model, band) in told.models.iter().zip(bands) {
            table.push(vec![
                Value::text(day.to_string()),
                Value::text(model.method.word()),
                Value::score(Some(band.median)),
                Value::score(Some(band.low)),
                Value::score(Some(band.high)),
            ]);
        }
    }
    let data = told.year_ends.iter().map(|(day, bands)| {
        let methods = told.models.iter().zip(bands);
        let methods = methods.map(|(m, band)| (m.method.word().to_owned(), band_json(band)));
        json!({ "date": day, "methods": methods.collect::<serde_json::Map<_, _>>() })
    });
    let mut section = Section::new("year_ends", "Bands at the year ends")
        .data(data.collect())
        .table(table);
    section.figure = drawn(told);
    section.text(beyond(told))
}

/// The figures, the fan of the default method, and the targets; nothing where there is no fan.
fn drawn(told: &PlaceForecast) -> Option<Figure> {
    let (model, last) = (told.models.first()?, told.rows.used.last()?);
    let unit = words::with_unit(told.indicator.unit.as_str());
    let foreseen = told
        .year_ends
        .iter()
        .filter_map(|(day, bands)| Some((day.to_string(), bands.first()?)))
        .map(|(day, band)| (day, [band.low, band.median, band.high]));
    // The fan opens at the last figure.
    let start = (last.day.to_string(), [last.row.value; 3]);
    let fan: Vec<_> = std::iter::once(start).chain(foreseen).collect();
    if fan.len() < 2 {
        return None;
    }
    let observations = told.rows.used.iter().map(|seen| Seen {
        day: seen.day.to_string(),
        value: seen.row.value,
        bound: seen.row.qualifier.is_bound(),
        words: format!(
            "{}{}{unit} on {}",
            seen.row.qualifier.sign(),
            figure(seen.row.value),
            seen.day
        ),
    });
    let targets = told.targets.iter().map(|target| Seen {
        day: target.goal.date.to_string(),
        value: target.goal.value,
        bound: target.qualifier.is_bound(),
        words: format!(
            "target: {}{}{unit} on {}",
            target.qualifier.sign(),
            figure(target.goal.value),
            target.goal.date
        ),
    });
    let percent = number::percent(told.level);
    figure::trajectory(&Trajectory {
        caption: Caption {
            id: "trajectory".to_owned(),
            title: format!("{}: {}", told.place.name, told.indicator.name),
            description: format!(
                "Dots are published figures, open triangles lower bounds; the shade is the {percent} band by {}, the dashed line its median; diamonds are targets.",
                model.method.word()
            ),
            lang: Lang::En,
        },
        unit: told.indicator.unit.clone(),
        observations: observations.collect(),
        band: format!("{percent} band"),
        fan,
        targets: targets.collect(),
    })
}

/// Warns of year ends that lie further ahead than the figures reach back.
fn beyond(told: &PlaceForecast) -> Option<String> {
    let (first, last) = (told.points.x.first()?, told.points.x.last()?);
    let far = told
        .year_ends
        .iter()
        .filter(|(day, _)| decimal_year(*day) - last > last - first);
    let far: Vec<String> = far.map(|(day, _)| day.to_string()).collect();
    (!far.is_empty() && last > first).then(|| {
        format!(
            "{} lies further ahead than the figures reach back ({}): arithmetic of growth that can hardly go on, more than an outlook.",
            words::list(&far),
            super::years(last - first)
        )
    })
}

fn growth_section(told: &PlaceForecast) -> Section {
    let mut text = vec![];
    text.extend(
        told.backtest
            .as_ref()
            .map(|test| backtest(test, told.level)),
    );
    if told.points.len() >= 3 && told.backtest.is_none() {
        text.push(
            "Fewer than five figures: too few to test the method on the place's own past."
                .to_owned(),
        );
    }
    text.extend(told.ceiling.map(|ceiling| {
        format!(
            "`logit_rw_drift` assumes that the stock stays below {}{}: your assumption.",
            figure(ceiling),
            words::with_unit(&told.indicator.unit)
        )
    }));
    if told.points.len() >= 3 {
        text.push("`loglinear_ols` takes the figures as independent around a line; for stocks that is too confident, so it is a cross-check and never alone.".to_owned());
    }
    let models = told.models.iter().map(|model| {
        let told = model_json(model);
        (model.method.word().to_owned(), Json::Object(told))
    });
    let models: serde_json::Map<String, Json> = models.collect();
    let table = growth_table(told.models.iter());
    Section::new("growth", "Growth")
        .text(text)
        .table(table)
        .data(json!({
            "models": models,
            "backtest": told.backtest.as_ref().map(|t| json!({
                "origins": t.origins, "covered": t.covered, "median_error": t.median_error })),
        }))
}

/// Says how the random walk would have done before.
pub(super) fn backtest(test: &Backtest, level: f64) -> String {
    format!(
        "Asked before each of the last {} figures, the {} band of the random walk held {} of them; its median was off by {} in the middle case. So few origins prove nothing.",
        test.origins,
        number::percent(level),
        test.covered,
        number::percent(test.median_error)
    )
}

fn analogs(told: &PlaceForecast, desk: &Desk) -> Option<Section> {
    let view = told.pooled.as_ref().ok()?;
    let name = |id: &str| name(desk, id);
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::words("indicator", "series"),
        Column::numbers("figures", "figures").short("n"),
        Column::numbers("span", "years"),
        Column::words("growth", "own growth"),
        Column::numbers("shrink", "borrowed").short("borr."),
    ]);
    for member in &view.pool.members {
        let analog = told
            .analogs
            .used
            .iter()
            .find(|a| a.place.as_str() == member.id);
        let indicator = analog.map_or(told.indicator.id.as_str(), |a| a.indicator.as_str());
        table.push(vec![
            Value::text(name(&member.id)),
            Value::text(indicator),
            Value::count(member.n),
            Value::score(Some(member.span)),
            Value::text(growth(member.growth)),
            Value::Number(member.shrink, Show::Share),
        ]);
    }
    let text = [format!(
        "Together they grow by {}; {} of the growth rate of {} is borrowed from them. Each lends its longest series in {}, whichever indicator that is: growth rates are compared, figures are never joined.",
        growth(view.pool.mu),
        number::percent(view.borrowed.shrink),
        told.place.name,
        told.indicator.unit
    )];
    let out = told.analogs.left_out.iter();
    let out = out.map(|(id, why)| format!("Not used: {} ({why}).", name(id.as_str())));
    Some(Section::new("analogs", "Analog places").text(text).text(out).table(table).data(json!({
        "mu": view.pool.mu, "tau": view.pool.tau2.sqrt(), "sigma": view.pool.s2.sqrt(), "df": view.pool.df,
        "shrink": view.borrowed.shrink, "growth_log": view.borrowed.growth,
        "growth_se": view.borrowed.variance.sqrt(), "growth_own": view.borrowed.own,
    })))
}

fn name(desk: &Desk, id: &str) -> String {
    desk.data
        .places
        .get(id)
        .map_or_else(|| id.to_owned(), |p| p.name.clone())
}

fn source<'d>(desk: &'d Desk, row: &Observation) -> Option<&'d Source> {
    desk.data.sources.get(row.source.as_ref()?)
}

fn figures(told: &PlaceForecast, desk: &Desk) -> Section {
    let mut table = Table::new(vec![
        Column::words("date", "date"),
        Column::numbers("value", "figure").unit(&told.indicator.unit),
        Column::words("row", "row"),
        Column::words("source", "source"),
        Column::words("tier", "tier"),
    ]);
    for dated in &told.rows.used {
        let row = &dated.row;
        let from = source(desk, row);
        table.push(vec![
            Value::text(dated.day.to_string()),
            Value::text(words::value(row, "")),
            Value::text(&row.id),
            Value::text(from.map_or("–", |s| s.publisher.as_str())),
            Value::text(from.map_or(String::new(), |s| format!("{:?}", s.tier))),
        ]);
    }
    let data = told.rows.used.iter().map(|dated| {
        json!({ "date": dated.day, "value": dated.row.value, "qualifier": dated.row.qualifier, "row": dated.row.id })
    });
    let text = [
        "A figure for a month or a year counts at its end, or on the day it was published if that came before.",
    ];
    Section::new("figures", "Figures used")
        .text(text)
        .table(table)
        .data(data.collect())
}

fn unused(told: &PlaceForecast) -> Vec<Section> {
    let mut sections = vec![];
    if !told.rows.left_out.is_empty() {
        let mut table = Table::new(vec![
            Column::words("row", "row"),
            Column::words("as_of", "as of"),
            Column::numbers("value", "figure").unit(&told.indicator.unit),
            Column::words("why", "why not"),
        ]);
        for passed in &told.rows.left_out {
            let row = &passed.row;
            let scope = if row.scope.is_empty() {
                String::new()
            } else {
                format!(" ({})", row.scope)
            };
            table.push(vec![
                Value::text(&row.id),
                Value::text(words::date(row.as_of, false)),
                Value::text(words::value(row, "")),
                Value::text(format!("{}{scope}", passed.why.words())),
            ]);
        }
        let apart = told
            .rows
            .left_out
            .iter()
            .filter(|p| p.why.is_not_comparable())
            .count();
        let text = (apart > 0).then(|| {
            format!(
                "{} cannot be compared with the series and {} not joined with it.",
                words::counted(apart, "figure"),
                if apart == 1 { "is" } else { "are" }
            )
        });
        let data = told
            .rows
            .left_out
            .iter()
            .map(|passed| json!({ "row": passed.row.id, "why": passed.why.words() }));
        sections.push(
            Section::new("left_out", "Figures not used")
                .text(text)
                .table(table)
                .data(data.collect()),
        );
    }
    if !told.beside.is_empty() {
        let others = told.beside.iter().map(|(other, used)| {
            format!(
                "`{}` ({}): {}",
                other.id,
                other.name,
                words::counted(*used, "usable figure")
            )
        });
        let others: Vec<String> = others.collect();
        let text = format!(
            "Another series, never joined with this one: {}. `--indicator` asks for it.",
            words::list(&others)
        );
        sections.push(Section::new("beside", "Beside it").text([text]));
    }
    sections
}
