//! Forecasts: of one place, of all targets at a glance, and of a file.
//!
//! No sentence here says what will happen: figures, bands, medians and probabilities.

mod case;
mod glance;
mod place;

pub use case::case;
pub use glance::glance;
pub use place::place;

use super::words;
use crate::num::float;
use crate::plan::forecast::{Band, Link, Method, Model, Outlook, Required, date_of};
use crate::report::json::plain_number;
use crate::report::number::{self, probability as chance, three_digits};
use crate::report::{Column, Show, Table, Value};
use serde_json::{Map, Value as Json, json};

/// Writes a range of probabilities, or one where the ends look alike.
fn chances((low, high): (f64, f64)) -> String {
    let (low, high) = (chance(low), chance(high));
    if low == high {
        low
    } else {
        format!("{}–{high}", low.trim_end_matches(" %"))
    }
}

/// Writes a growth rate a year.
fn growth(log: f64) -> String {
    let share = float::exp(log) - 1.0;
    format!("{} % a year", number::signed(share * 100.0))
}

fn day(year: Option<f64>) -> Value {
    match year.and_then(date_of) {
        Some(date) => Value::text(date.to_string()),
        None => Value::Missing,
    }
}

/// The table of what each method says of a target.
fn outlook_table<'a>(
    rows: impl Iterator<Item = (Method, &'a Outlook, Vec<Value>)>,
    unit: &str,
    level: f64,
    more: Vec<Column>,
) -> Table {
    let percent = number::percent(level);
    let mut columns = vec![
        Column::words("method", "method"),
        Column::numbers("probability", "probability").short("P"),
        Column::numbers("median", "median").unit(unit),
        Column::numbers("low", format!("{percent} low")).short("low"),
        Column::numbers("high", format!("{percent} high")).short("high"),
        Column::words("date_p10", "10 % by"),
        Column::words("date_p50", "50 % by"),
        Column::words("date_p90", "90 % by"),
    ];
    columns.extend(more);
    let mut table = Table::new(columns);
    for (method, outlook, extra) in rows {
        let Band { median, low, high } = outlook.band;
        let mut row = vec![
            Value::text(method.word()),
            Value::Number(outlook.probability, Show::Probability),
            Value::score(Some(median)),
            Value::score(Some(low)),
            Value::score(Some(high)),
        ];
        row.extend(outlook.dates.map(day));
        row.extend(extra);
        table.push(row);
    }
    table
}

/// Says what a target asks for.
fn asks(required: &Required, unit: &str) -> String {
    let years = years(required.years);
    if required.gap <= 0.0 {
        let passed = three_digits(-required.gap);
        return format!(
            "The last figure is {passed}{} past it.",
            words::with_unit(unit)
        );
    }
    format!(
        "It asks for {}{} more within {years}: {}.",
        three_digits(required.gap),
        words::with_unit(unit),
        growth(required.log_growth)
    )
}

/// Writes a length of time: `1 year`, `0.342 years`.
fn years(length: f64) -> String {
    if (length - length.round()).abs() < 5e-3 && length > 0.5 {
        return {
            let whole = length.round();
            let ending = if whole > 1.5 { "s" } else { "" };
            format!("{whole} year{ending}")
        };
    }
    format!("{} years", three_digits(length))
}

fn required_json(required: &Required) -> Json {
    json!({
        "gap_eflops": required.gap,
        "years": required.years,
        "log_growth": required.log_growth,
        "cagr": required.cagr,
    })
}

fn band_json(band: &Band) -> Json {
    json!({ "median": band.median, "lo": band.low, "hi": band.high })
}

fn outlook_json(outlook: &Outlook) -> Map<String, Json> {
    let mut out = Map::new();
    out.insert("at_target_date".to_owned(), band_json(&outlook.band));
    out.insert("probability".to_owned(), json!(outlook.probability));
    for (name, date) in ["date_p10", "date_p50", "date_p90"]
        .iter()
        .zip(outlook.dates)
    {
        out.insert((*name).to_owned(), json!(date));
    }
    out
}

/// The parameters of a model.
fn model_json(model: &Model) -> Map<String, Json> {
    let mut out = Map::new();
    out.insert("growth_log".to_owned(), json!(model.growth));
    out.insert("sigma".to_owned(), json!(model.sigma()));
    out.insert("df".to_owned(), plain_number(model.df));
    if model.link == Link::Log {
        let doubling = std::f64::consts::LN_2 / model.growth;
        out.insert("cagr".to_owned(), json!(float::exp(model.growth) - 1.0));
        let doubling = doubling.is_finite().then_some(doubling);
        out.insert("doubling_years".to_owned(), json!(doubling));
    }
    out
}

/// The table of growth rates by model.
fn growth_table<'a>(models: impl Iterator<Item = &'a Model>) -> Table {
    let mut table = Table::new(vec![
        Column::words("method", "method"),
        Column::words("about", "what it is"),
        Column::words("growth", "growth"),
        Column::numbers("doubling_years", "doubles in")
            .unit("years")
            .short("×2 in"),
        Column::numbers("sigma", "sd a year")
            .unit("log")
            .short("sd"),
        Column::numbers("df", "df"),
    ]);
    for model in models {
        let log = model.link == Link::Log;
        let doubling = std::f64::consts::LN_2 / model.growth;
        let speed = if log {
            Value::text(growth(model.growth))
        } else {
            Value::text(format!("{} on the logit", three_digits(model.growth)))
        };
        table.push(vec![
            Value::text(model.method.word()),
            Value::text(model.method.about()),
            speed,
            Value::score((log && doubling > 0.0 && doubling.is_finite()).then_some(doubling)),
            Value::score(Some(model.sigma())),
            Value::Number(model.df, Show::Figure),
        ]);
    }
    table
}
