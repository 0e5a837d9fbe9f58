//! Utilisation asked by a file: installed compute against one demand scenario or several.
//!
//! The file is TOML or JSON, schema `exacity.utilisation/1`: `inputs` hold `installed` and `demand`, or
//! `scenarios` instead of one demand, each with a probability.

use super::{MAX_UTILISATION, Period, WARN_BELOW, break_even, idle_capital, judge};
use crate::config::{Kind, Shape, Table, key, read_question, required};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, FileId, Files, Span};
use crate::num::float;

const SHARE: Kind = Kind::Number(0.0, 1.0);
const AMOUNT: Kind = Kind::Number(0.0, 1e12);

const SCENARIO: Shape = Shape {
    what: "a scenario",
    keys: &[
        required("name", Kind::Text, "its name"),
        required("demand", Kind::List(&AMOUNT), "demand in EFLOPS by period"),
        key("p", SHARE, "its probability"),
        key("note", Kind::Any, "a remark"),
    ],
};

const INPUTS: Shape = Shape {
    what: "the inputs",
    keys: &[
        required(
            "installed",
            Kind::List(&AMOUNT),
            "installed EFLOPS by period",
        ),
        key("demand", Kind::List(&AMOUNT), "demand in EFLOPS by period"),
        key("periods", Kind::List(&Kind::Any), "names of the periods"),
        key(
            "undepreciated_mcny",
            Kind::List(&AMOUNT),
            "capital not yet written off, by period",
        ),
        key(
            "annual_cost_mcny",
            Kind::List(&AMOUNT),
            "annualised cost, by period",
        ),
    ],
};

const CASE: Shape = Shape {
    what: "a utilisation file",
    keys: &[
        required(
            "schema",
            Kind::Word(&["exacity.utilisation/1"]),
            "the format of the file",
        ),
        required(
            "inputs",
            Kind::Table(&INPUTS),
            "what is installed, and what is asked of it",
        ),
        key("name", Kind::Text, "its name"),
        key("note", Kind::Text, "a remark"),
        key(
            "max_utilisation",
            Kind::Number(1e-9, 1.0),
            "highest share in use; 0.85",
        ),
        key(
            "warn_below",
            SHARE,
            "utilisation below which capacity is over-built; 0.6",
        ),
        key(
            "life_periods",
            Kind::Integer(1, 1000),
            "periods that modules live; to the end if not stated",
        ),
        key(
            "scenarios",
            Kind::List(&Kind::Table(&SCENARIO)),
            "demand scenarios instead of one demand",
        ),
        key(
            "price_cny_per_eflops_hour",
            Kind::Number(1e-9, 1e12),
            "price of sustained compute",
        ),
        key(
            "mfu",
            Kind::Number(1e-9, 1.0),
            "share of nameplate that work sustains; 0.4",
        ),
        key("expected", Kind::Any, "an answer to compare with; not read"),
        key(
            "tolerance",
            Kind::Any,
            "how close the answer must be; not read",
        ),
    ],
};

/// The answer to a file.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its name.
    pub name: String,
    /// The author's note.
    pub note: String,
    /// Highest share in use.
    pub max_utilisation: f64,
    /// Warning level.
    pub warn_below: f64,
    /// Names of the periods.
    pub periods: Vec<String>,
    /// The scenarios; none where the file states no demand, and then nothing can be judged.
    pub scenarios: Vec<Scenario>,
    /// Installed compute by period.
    pub installed: Vec<f64>,
    /// Utilisation at which each period breaks even, where cost and price are stated.
    pub break_even: Vec<f64>,
}

/// A demand scenario with its judgement.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name; empty for the only one.
    pub name: String,
    /// Its probability, if stated.
    pub p: Option<f64>,
    /// The periods.
    pub periods: Vec<Period>,
    /// Capital behind idle compute by period, where capital is stated.
    pub idle_mcny: Vec<f64>,
}

impl Answered {
    /// Returns the probability, over the scenarios, that a period is over-built and that it is stranded;
    /// nothing where a scenario states none.
    pub fn chances(&self, at: usize) -> Option<(f64, f64)> {
        let share = |holds: fn(&Period) -> bool| {
            let parts = self.scenarios.iter().map(|s| {
                let period = s.periods.get(at)?;
                Some(if holds(period) { s.p? } else { s.p? * 0.0 })
            });
            parts.sum::<Option<f64>>()
        };
        share(|p| p.over_built).zip(share(|p| p.stranded))
    }
}

/// Reads a file and judges what is installed.
pub fn answer(name: &str, text: &str) -> Checked<Answered> {
    let mut found = Diagnostics::new();
    let mut files = Files::default();
    let table = read_question(name, text, &CASE, &mut files, &mut found);
    let whole = Span::whole(&FileId::new(name));
    let value = table.and_then(|table| judged(&table, &whole, &mut found));
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files,
    }
}

fn numbers(table: &Table, key: &str) -> Vec<f64> {
    let values = table.get(key).and_then(crate::config::Value::array);
    values
        .unwrap_or_default()
        .iter()
        .filter_map(crate::config::Value::number)
        .collect()
}

/// A demand as the file states it.
struct Stated {
    name: String,
    p: Option<f64>,
    demand: Vec<f64>,
    span: Span,
}

fn judged(table: &Table, whole: &Span, found: &mut Diagnostics) -> Option<Answered> {
    let inputs = table.table("inputs")?;
    let installed = numbers(inputs, "installed");
    let max_utilisation = table.number("max_utilisation").unwrap_or(MAX_UTILISATION);
    let warn_below = table.number("warn_below").unwrap_or(WARN_BELOW);
    let life = table
        .get("life_periods")
        .and_then(|v| usize::try_from(v.integer()?).ok());
    let capital = numbers(inputs, "undepreciated_mcny");
    let demands = demands(table, inputs);
    check_periods(inputs, &demands, installed.len(), found);
    check_probabilities(table, &demands, whole, found);
    let scenarios = demands.into_iter().map(|stated| {
        let periods = judge(
            &stated.demand,
            &installed,
            max_utilisation,
            warn_below,
            life,
        );
        let idle = periods.iter().zip(&capital);
        Scenario {
            idle_mcny: idle
                .map(|(period, capital)| idle_capital(period, *capital))
                .collect(),
            name: stated.name,
            p: stated.p,
            periods,
        }
    });
    let word = |key: &str| table.text(key).unwrap_or_default().to_owned();
    Some(Answered {
        name: word("name"),
        note: word("note"),
        periods: names(inputs, installed.len()),
        scenarios: scenarios.collect(),
        break_even: break_evens(table, inputs, &installed),
        max_utilisation,
        warn_below,
        installed,
    })
}

fn demands(table: &Table, inputs: &Table) -> Vec<Stated> {
    let only = inputs.get("demand").map(|value| Stated {
        name: String::new(),
        p: None,
        demand: numbers(inputs, "demand"),
        span: value.span.clone(),
    });
    let scenarios = table.tables("scenarios").map(|(value, scenario)| Stated {
        name: scenario.text("name").unwrap_or_default().to_owned(),
        p: scenario.number("p"),
        demand: numbers(scenario, "demand"),
        span: value.span.clone(),
    });
    only.into_iter().chain(scenarios).collect()
}

/// Lists that go by period must be as long as what is installed.
fn check_periods(inputs: &Table, demands: &[Stated], periods: usize, found: &mut Diagnostics) {
    let mut check = |what: String, count: usize, span: &Span| {
        if count != periods {
            let message = format!("{what} has {count} periods, `installed` has {periods}");
            found.push(
                Diagnostic::new(Code("E0541"), message)
                    .at(span.clone(), "")
                    .help("one value per period each"),
            );
        }
    };
    for stated in demands {
        let what = match stated.name.as_str() {
            "" => "`demand`".to_owned(),
            name => format!("scenario `{name}`"),
        };
        check(what, stated.demand.len(), &stated.span);
    }
    for key in ["undepreciated_mcny", "annual_cost_mcny"] {
        if let Some(value) = inputs.get(key) {
            check(format!("`{key}`"), numbers(inputs, key).len(), &value.span);
        }
    }
}

fn check_probabilities(table: &Table, demands: &[Stated], whole: &Span, found: &mut Diagnostics) {
    let stated: Vec<f64> = demands.iter().filter_map(|d| d.p).collect();
    let total = float::sum(stated.iter().copied());
    if !stated.is_empty() && (stated.len() < demands.len() || (total - 1.0).abs() > 1e-9) {
        let message = format!("the probabilities of the scenarios sum to {total}, not to 1");
        let at = table.get("scenarios").map_or(whole, |v| &v.span).clone();
        found.push(
            Diagnostic::new(Code("E0545"), message)
                .at(at, "")
                .help("state `p` of every scenario, or of none"),
        );
    }
}

fn names(inputs: &Table, count: usize) -> Vec<String> {
    let stated = inputs.get("periods").and_then(crate::config::Value::array);
    let stated = stated.unwrap_or_default();
    let name = |at: usize| match stated.get(at) {
        Some(value) => value
            .text()
            .map_or_else(|| value.to_string(), str::to_owned),
        None => at.to_string(),
    };
    (0..count).map(name).collect()
}

fn break_evens(table: &Table, inputs: &Table, installed: &[f64]) -> Vec<f64> {
    let Some(price) = table.number("price_cny_per_eflops_hour") else {
        return vec![];
    };
    let mfu = table.number("mfu");
    let mfu = mfu.unwrap_or(super::super::sizing::Site::default().mfu);
    let costs = numbers(inputs, "annual_cost_mcny");
    let running = costs
        .iter()
        .zip(installed)
        .filter(|(_, installed)| **installed > 0.0);
    running
        .map(|(cost, installed)| break_even(*cost, price, installed * mfu))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let checked = answer("u.toml", text);
        assert_eq!(checked.value.is_none(), checked.diagnostics.has_errors());
        checked.diagnostics.iter().map(|d| d.code.0).collect()
    }

    #[test]
    fn without_demand_there_is_nothing_to_judge() {
        let text = "schema = \"exacity.utilisation/1\"\ninputs = { installed = [10, 20] }\n";
        let answered = answer("u.toml", text).value.unwrap();
        assert!(answered.scenarios.is_empty());
    }

    #[test]
    fn periods_that_do_not_match_are_refused() {
        let text = "schema = \"exacity.utilisation/1\"\ninputs = { installed = [10, 20], demand = [5], undepreciated_mcny = [1] }\n";
        assert_eq!(codes(text), ["E0541", "E0541"]);
    }

    #[test]
    fn warnings_carry_the_probability_over_scenarios() {
        let text = "schema = \"exacity.utilisation/1\"\ninputs = { installed = [10, 20] }\n\
            scenarios = [{ name = \"low\", p = 0.3, demand = [4, 5] }, { name = \"high\", p = 0.7, demand = [4, 16] }]\n";
        let answered = answer("u.toml", text).value.unwrap();
        let (over, stranded) = answered.chances(0).unwrap();
        assert!((over - 1.0).abs() < 1e-12 && (stranded - 0.3).abs() < 1e-12);
        assert_eq!(codes(&text.replace("0.7", "0.6")), ["E0545"]);
    }
}
