//! Runs a case: a table of one row, a call, and a look at what came back.

use super::{Case, Given};
use crate::diagnostics::{Diagnostic, did_you_mean};
use crate::rules::vocabulary::HOOKS;
use crate::rules::{Argument, Field, RowResult, Rule, Table, diag};
use indexmap::IndexMap;

/// Runs a case; the error says why it failed.
pub(super) fn judge(rule: &Rule, case: &Case) -> Result<(), String> {
    if let Some(wanted) = case.eligible {
        let says =
            one(rule.flags("eligible", &table(rule, case, "eligible")?)).map_err(|d| d.message)?;
        if says != wanted {
            return Err(format!("`eligible` says {says}, expected {wanted}"));
        }
    }
    if case.expect.is_none() && case.expect_error.is_none() {
        return Ok(());
    }
    let result = match table(rule, case, &case.function) {
        Ok(table) => one(rule.numbers(&case.function, &table)),
        Err(_) if case.expect_error.as_deref() == Some("E0405") => return Ok(()),
        Err(problem) => return Err(problem),
    };
    match (result, case.expect, &case.expect_error) {
        (Ok(value), Some(wanted), None) if (value - wanted).abs() <= case.tol => Ok(()),
        (Ok(value), Some(wanted), None) => Err(format!(
            "`{}` returns {value}, expected {wanted} (within {})",
            case.function, case.tol
        )),
        (Err(d), _, Some(code)) if d.code.0.eq_ignore_ascii_case(code) => Ok(()),
        (Err(d), _, Some(code)) => Err(format!(
            "fails with {} ({}), expected {code}",
            d.code, d.message
        )),
        (Err(d), ..) => Err(format!("fails with {}: {}{}", d.code, d.message, notes(&d))),
        (Ok(value), _, Some(code)) => Err(format!("returns {value}, expected the error {code}")),
        (Ok(_), None, None) => Ok(()),
    }
}

fn notes(found: &Diagnostic) -> String {
    found
        .notes
        .first()
        .map_or_else(String::new, |n| format!(" ({n})"))
}

fn one<T>(results: Vec<RowResult<T>>) -> Result<T, Box<Diagnostic>> {
    results.into_iter().next().unwrap_or_else(|| {
        Err(Box::new(Diagnostic::new(
            diag::RUN,
            "the script was given no row",
        )))
    })
}

/// Builds the one-row table of a case; figures that the function reads and the case lacks are named.
pub(super) fn table(rule: &Rule, case: &Case, function: &str) -> Result<Table, String> {
    if !rule.has(function) {
        let known = HOOKS.iter().copied().filter(|h| rule.has(h));
        let help = did_you_mean(function, known).map_or_else(String::new, |h| format!("; {h}"));
        return Err(format!("the script has no function `{function}`{help}"));
    }
    let mut table = Table {
        rows: 1,
        arguments: IndexMap::new(),
    };
    for argument in rule.arguments(function) {
        let value = if argument == "x" {
            Argument::Field(Field::Number(case.x.ok_or("the case gives no `x`")?))
        } else {
            Argument::Record(record(rule, case, function, argument)?)
        };
        table.arguments.insert(argument.clone(), value);
    }
    Ok(table)
}

fn record(
    rule: &Rule,
    case: &Case,
    function: &str,
    name: &str,
) -> Result<IndexMap<String, Field>, String> {
    let given = case.records.get(name).cloned().unwrap_or_default();
    if name == "param" {
        return parameters(rule, &given);
    }
    let mut fields: IndexMap<String, Field> = given
        .into_iter()
        .map(|(field, value)| (field, value.into()))
        .collect();
    for read in rule.reads(function).iter().filter(|r| r.record == name) {
        if fields.contains_key(&read.field) {
            continue;
        }
        if name != "known" {
            return Err(format!(
                "the case gives no `{name}.{}`, which `{function}` reads",
                read.field
            ));
        }
        fields.insert(read.field.clone(), Field::Flag(true));
    }
    Ok(fields)
}

fn parameters(
    rule: &Rule,
    given: &IndexMap<String, Given>,
) -> Result<IndexMap<String, Field>, String> {
    let mut numbers = IndexMap::new();
    for (name, value) in given {
        let Given::Number(n) = value else {
            return Err(format!("`param.{name}` must be a number"));
        };
        numbers.insert(name.clone(), *n);
    }
    let bound = rule.bind(&numbers).map_err(|problems| {
        problems
            .into_iter()
            .map(|p| p.message)
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    Ok(bound
        .into_iter()
        .map(|(name, value)| (name, Field::Number(value)))
        .collect())
}

impl From<Given> for Field {
    fn from(given: Given) -> Self {
        match given {
            Given::Number(n) => Self::Number(n),
            Given::Flag(b) => Self::Flag(b),
            Given::Text(t) => Self::Words(vec![t]),
        }
    }
}
