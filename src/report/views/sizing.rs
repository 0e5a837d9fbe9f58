//! Sizes: what a gap takes in accelerators, racks, megawatts and money.

use super::words;
use crate::plan::sizing::case::{Answered, SizedCase};
use crate::plan::sizing::place::PlaceSized;
use crate::plan::sizing::{NoSize, Sized, Spec, Swing};
use crate::project::Library;
use crate::report::json::plain_number;
use crate::report::number::{figure, three_digits};
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::{Value as Json, json};

/// Shows the answers to a file: all cases side by side, then each with its sensitivity.
pub fn sizing_case(answered: &Answered) -> Report {
    let title = match answered.name.as_str() {
        "" => "Size",
        name => name,
    };
    let mut report = Report::new("size", title);
    if !answered.note.is_empty() {
        report.notes.push(answered.note.clone());
    }
    let mut table = overview();
    for case in &answered.cases {
        table.push(overview_row(case));
    }
    let cases: Vec<Json> = answered.cases.iter().map(case_json).collect();
    report.sections.push(
        Section::new("answer", "")
            .text(refusals(&answered.cases))
            .table(table)
            .data(json!({ "cases": cases })),
    );
    if let [only] = answered.cases.as_slice() {
        report.sections.extend(details(only));
    } else {
        for case in answered.cases.iter().filter(|c| !c.swings.is_empty()) {
            let swings = swings(&case.swings);
            let title = format!("{}: what is uncertain", case.name);
            report
                .sections
                .push(Section::new("sensitivity", title).table(swings));
        }
    }
    report.footer.push(FOOTER.to_owned());
    report
}

const FOOTER: &str = "Nameplate is the sum of peak rates; sustained is what real work gets of it. Counts are whole accelerators, servers and racks.";

/// Shows a size from the project's chips and site figures.
pub fn sizing_place(told: &PlaceSized) -> Report {
    let mut report = Report::new("size", told.title.clone());
    report.notes.push(told.gap.clone());
    report.notes.extend(told.remarks.clone());
    let headline = told.case.sized.as_ref().ok().map(headline);
    let why = told
        .case
        .sized
        .err()
        .map(|why| format!("It cannot be sized: {}.", why.words()));
    let section = Section::new("answer", "")
        .text(headline.into_iter().chain(why))
        .data(case_json(&told.case));
    report.sections.push(section);
    report.sections.extend(details(&told.case));
    report.sections.push(basis(told));
    report.footer.push(FOOTER.to_owned());
    report
}

fn headline(sized: &Sized) -> String {
    let money = sized.capex_mcny.map_or_else(
        || {
            format!(
                "{} MCNY for the facility alone",
                three_digits(sized.facility_capex_mcny)
            )
        },
        |capex| format!("{} MCNY", three_digits(capex)),
    );
    format!(
        "{} accelerators in {} servers and {} racks, {} MW at the meter, {money} and {} MCNY of energy a year.",
        figure(sized.accelerators),
        figure(sized.servers),
        figure(sized.racks),
        three_digits(sized.facility_mw),
        three_digits(sized.energy_cost_mcny_per_year)
    )
}

fn refusals(cases: &[SizedCase]) -> Vec<String> {
    let refused = cases.iter().filter_map(|c| Some((c, c.sized.err()?)));
    refused
        .map(|(case, why)| format!("{}: {}.", case.name, why.words()))
        .collect()
}

fn overview() -> Table {
    Table::new(vec![
        Column::words("case", "case"),
        Column::numbers("eflops", "gap").unit("EFLOPS"),
        Column::numbers("accelerators", "accelerators").short("accel."),
        Column::numbers("servers", "servers"),
        Column::numbers("racks", "racks"),
        Column::numbers("facility_mw", "power").unit("MW"),
        Column::numbers("capex_mcny", "capex")
            .unit("MCNY")
            .short("capex"),
        Column::numbers("energy_cost_mcny_per_year", "energy")
            .unit("MCNY a year")
            .short("energy"),
        Column::numbers("sustained_eflops", "sustained")
            .unit("EFLOPS")
            .short("sust."),
    ])
}

fn overview_row(case: &SizedCase) -> Vec<Value> {
    let sized = case.sized.ok();
    let count = |get: fn(&Sized) -> f64| Value::number(sized.as_ref().map(get), Show::Figure);
    let real = |get: fn(&Sized) -> f64| Value::score(sized.as_ref().map(get));
    vec![
        Value::text(&case.name),
        Value::Number(case.need.eflops, Show::Figure),
        count(|s| s.accelerators),
        count(|s| s.servers),
        count(|s| s.racks),
        real(|s| s.facility_mw),
        Value::score(sized.and_then(|s| s.capex_mcny)),
        real(|s| s.energy_cost_mcny_per_year),
        real(|s| s.sustained_eflops),
    ]
}

fn details(case: &SizedCase) -> Vec<Section> {
    let mut sections = vec![];
    if let Ok(sized) = &case.sized {
        sections.push(Section::new("size", "What it takes").table(one(sized)));
    }
    sections.extend(case.within.map(|(limit, servers, eflops)| {
        let sustained = eflops * case.need.site.mfu;
        Section::new("power_limit", "Under the power limit").text([format!(
            "{} MW at the meter carry {} servers: {} EFLOPS nameplate, {} sustained; {}.",
            figure(limit),
            figure(servers),
            three_digits(eflops),
            three_digits(sustained),
            if eflops + 1e-9 >= case.need.eflops {
                "the gap fits".to_owned()
            } else {
                let missing = case.need.eflops - eflops;
                format!("{} EFLOPS of the gap do not fit", three_digits(missing))
            }
        )])
    }));
    if !case.swings.is_empty() {
        let table = swings(&case.swings);
        let section = Section::new("sensitivity", "What is uncertain, one at a time");
        sections.push(section.text([reasons(&case.swings)]).table(table));
    }
    sections
}

fn one(sized: &Sized) -> Table {
    let mut table = Table::new(vec![
        Column::words("what", ""),
        Column::numbers("value", "value"),
        Column::words("unit", "unit"),
    ]);
    let rows: [(&str, Value, &str); 12] = [
        (
            "accelerators",
            Value::Number(sized.accelerators, Show::Figure),
            "",
        ),
        ("servers", Value::Number(sized.servers, Show::Figure), ""),
        (
            "servers in a rack",
            Value::Number(sized.servers_per_rack, Show::Figure),
            "",
        ),
        ("racks", Value::Number(sized.racks, Show::Figure), ""),
        (
            "nameplate compute",
            Value::score(Some(sized.actual_eflops)),
            "EFLOPS",
        ),
        (
            "sustained compute",
            Value::score(Some(sized.sustained_eflops)),
            "EFLOPS",
        ),
        (
            "power of servers and network",
            Value::score(Some(sized.it_mw)),
            "MW",
        ),
        (
            "power at the meter",
            Value::score(Some(sized.facility_mw)),
            "MW",
        ),
        (
            "energy",
            Value::score(Some(sized.energy_mwh_per_year)),
            "MWh a year",
        ),
        ("capex", Value::score(sized.capex_mcny), "MCNY"),
        (
            "  of it the facility",
            Value::score(Some(sized.facility_capex_mcny)),
            "MCNY",
        ),
        (
            "energy cost",
            Value::score(Some(sized.energy_cost_mcny_per_year)),
            "MCNY a year",
        ),
    ];
    for (what, value, unit) in rows {
        table.push(vec![Value::text(what), value, Value::text(unit)]);
    }
    table
}

/// The answer at both ends of each uncertain specification.
fn swings(swings: &[Swing]) -> Table {
    let mut table = Table::new(vec![
        Column::words("spec", "specification"),
        Column::words("range", "from – to"),
        Column::words("racks", "racks"),
        Column::words("facility_mw", "power").unit("MW"),
        Column::words("capex_mcny", "capex").unit("MCNY"),
        Column::words("energy_cost", "energy")
            .unit("MCNY a year")
            .short("energy"),
        Column::words("sustained", "sustained")
            .unit("EFLOPS")
            .short("sustained"),
    ]);
    for swing in swings {
        let ends = |get: &dyn Fn(&Sized) -> Option<f64>, show: fn(f64) -> String| {
            let end = |sized: &Result<Sized, NoSize>| match sized {
                Ok(sized) => get(sized).map_or("–".to_owned(), show),
                Err(_) => "does not fit".to_owned(),
            };
            let (low, high) = (end(&swing.low), end(&swing.high));
            Value::text(if low == high {
                low
            } else {
                format!("{low} – {high}")
            })
        };
        let (low, high) = swing.uncertain.range;
        table.push(vec![
            Value::text(spec_name(swing.uncertain.what)),
            Value::text(format!("{} – {}", three_digits(low), three_digits(high))),
            ends(&|s| Some(s.racks), figure),
            ends(&|s| Some(s.facility_mw), three_digits),
            ends(&|s| s.capex_mcny, three_digits),
            ends(&|s| Some(s.energy_cost_mcny_per_year), three_digits),
            ends(&|s| Some(s.sustained_eflops), three_digits),
        ]);
    }
    table
}

/// Says where the ranges come from, specifications with one reason together.
fn reasons(swings: &[Swing]) -> String {
    let mut whys: Vec<(&str, Vec<&str>)> = vec![];
    for swing in swings {
        let why = swing.uncertain.why.as_str();
        let name = spec_name(swing.uncertain.what)
            .split(',')
            .next()
            .unwrap_or_default();
        match whys.iter_mut().find(|(known, _)| *known == why) {
            Some((_, names)) => names.push(name),
            None => whys.push((why, vec![name])),
        }
    }
    let parts = whys
        .iter()
        .map(|(why, names)| format!("{} ({why})", words::list(names)));
    let parts: Vec<String> = parts.collect();
    format!("Ranges of {}.", parts.join("; "))
}

fn spec_name(spec: Spec) -> &'static str {
    match spec {
        Spec::PeakTflops => "rate of the chip, TFLOPS",
        Spec::ServerKw => "power of a server, kW",
        Spec::ServerPriceMcny => "price of a server, MCNY",
        Spec::Pue => "PUE",
        Spec::LoadFactor => "load factor",
        Spec::EnergyPrice => "energy price, CNY/kWh",
        Spec::Mfu => "share sustained",
    }
}

fn case_json(case: &SizedCase) -> Json {
    let mut out = serde_json::Map::new();
    out.insert("name".to_owned(), json!(case.name));
    out.insert("eflops".to_owned(), plain_number(case.need.eflops));
    match &case.sized {
        Err(why) => {
            out.insert("status".to_owned(), json!("error"));
            out.insert("reason".to_owned(), json!(why.words()));
        }
        Ok(sized) => {
            out.insert("status".to_owned(), json!("ok"));
            let all = serde_json::to_value(sized).unwrap_or_default();
            for (key, value) in all.as_object().into_iter().flatten() {
                let whole = value.as_f64().map(plain_number);
                out.insert(key.clone(), whole.unwrap_or(Json::Null));
            }
        }
    }
    let swings = case.swings.iter().map(|swing| {
        let end = |sized: &Result<Sized, NoSize>| sized.as_ref().ok().map(|s| json!(s));
        json!({
            "spec": swing.uncertain.what, "range": [swing.uncertain.range.0, swing.uncertain.range.1],
            "why": swing.uncertain.why, "low": end(&swing.low), "high": end(&swing.high),
        })
    });
    out.insert("sensitivity".to_owned(), swings.collect());
    if let Some((limit, servers, eflops)) = case.within {
        out.insert(
            "within_power".to_owned(),
            json!({ "limit_mw": limit, "servers": servers, "eflops": eflops }),
        );
    }
    Json::Object(out)
}

fn basis(told: &PlaceSized) -> Section {
    let mut table = Table::new(vec![
        Column::words("what", "what"),
        Column::numbers("value", "value"),
        Column::words("unit", "unit"),
        Column::words("from", "from"),
    ]);
    for basis in &told.basis {
        table.push(vec![
            Value::text(basis.what),
            Value::Number(
                crate::num::round::Rounding::to(4).apply(basis.value),
                Show::Figure,
            ),
            Value::text(basis.unit),
            Value::text(&basis.from),
        ]);
    }
    let assumed = told.basis.iter().filter(|b| b.assumed).count();
    let text = format!(
        "{assumed} of the {} are assumed; the options of `exacity size --help` replace them.",
        words::counted(told.basis.len(), "number")
    );
    let data = serde_json::to_value(&told.basis).unwrap_or_default();
    Section::new("basis", "What it rests on")
        .text([text])
        .table(table)
        .data(data)
}

/// Lists the chips of the catalogue.
pub fn chips(library: &Library) -> Report {
    use crate::plan::sizing::catalogue::{describe, slug};
    let mut report = Report::new("chips", "Chips");
    let mut table = Table::new(vec![
        Column::words("chip", "chip"),
        Column::words("name", "name"),
        Column::words("tflops", "dense FP16").unit("TFLOPS"),
        Column::words("watts", "power").unit("W"),
        Column::words("price_cny", "price").unit("CNY"),
        Column::words("rows", "rows"),
    ]);
    let mut seen: Vec<&str> = vec![];
    for chip in &library.chips {
        if seen.contains(&chip.name.as_str()) {
            continue;
        }
        seen.push(&chip.name);
        let told = describe(library, &chip.name);
        let range = |known: Option<(f64, (f64, f64))>| match known {
            None => Value::Missing,
            Some((value, (low, high))) if low < high => Value::text(format!(
                "{} ({}–{})",
                figure(value),
                figure(low),
                figure(high)
            )),
            Some((value, _)) => Value::text(figure(value)),
        };
        let rows: Vec<&str> = told.rows.iter().map(|c| c.id.as_str()).collect();
        table.push(vec![
            Value::text(slug(&chip.name)),
            Value::text(&chip.name),
            range(told.tflops),
            range(told.watts),
            range(told.price_cny),
            Value::text(rows.join(" ")),
        ]);
    }
    report.sections.push(Section::new("chips", "").table(table));
    report.footer.push("The first value is that of the better source; the range is over all of them. Prices in other currencies are not converted.".to_owned());
    report
}
