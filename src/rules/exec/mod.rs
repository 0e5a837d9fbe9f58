//! Runs functions of a script over the rows of a table.
//!
//! What could be lowered runs on the kernel; rows whose result is not acceptable are run again by the
//! interpreter, which yields the exact finding. The rest is left to the interpreter as a whole. That
//! both agree is not taken on trust: a sample of the results is computed both ways.

mod bound;
mod coverage;
mod draws;
mod interpreter;
mod outcome;
mod trust;

pub(super) use coverage::taken;
pub use draws::{Drawn, Draws};
pub(super) use interpreter::broken_run;
pub(super) use outcome::{Flags, Numbers, Outcome};
pub(super) use trust::Counts;
pub use trust::{Tally, Trust};

use super::check::Entry;
use super::engine::guarded;
use super::ir::Code;
use super::lower::{self, Lowered, NotLowered};
use super::syntax::Script;
use super::{RowResult, Rule, Table};
use crate::diagnostics::Diagnostic;
use bound::Bound;
use indexmap::IndexMap;
use interpreter::Call;
use std::borrow::Cow;

/// Lowers every function that the project may call, on the thread that compiles.
pub(super) fn programs(
    script: &Script,
    entries: &IndexMap<String, Entry>,
) -> IndexMap<String, Result<Code, NotLowered>> {
    let program = |name: &String| {
        let function = script.functions.iter().find(|f| f.name.text == *name)?;
        let lowered = lower::lower(script, function, &lower::usual, false);
        Some((name.clone(), lowered.map(|l| l.code)))
    };
    entries.keys().filter_map(program).collect()
}

/// Calls a function once per row.
pub(super) fn rows<O: Outcome>(
    rule: &Rule,
    function: &str,
    table: &Table,
    outcome: &O,
) -> Vec<RowResult<O::Value>> {
    let call = match Call::new(rule, function, table) {
        Ok(call) => call,
        Err(found) => return refuse(table, &found),
    };
    let all: Vec<usize> = (0..table.rows).collect();
    let code = match code(&call) {
        Ok(code) if code.answers == O::ANSWERS && rule.trust != Trust::Never => code,
        _ => {
            rule.counts.interpreted(all.len());
            return call.run(&all, outcome);
        }
    };
    let mut bits = Vec::with_capacity(table.rows);
    Bound::new(&code, table).each_block(|outputs, lanes| {
        let result = &outputs[0];
        bits.extend((0..lanes).map(|lane| result.lane(lane)));
    });
    let mut results: Vec<Option<RowResult<O::Value>>> =
        bits.iter().map(|b| outcome.take(*b).map(Ok)).collect();
    let again: Vec<usize> = all
        .iter()
        .copied()
        .filter(|&row| results[row].is_none())
        .collect();
    rule.counts.fast(all.len(), again.len());
    for (&row, result) in again.iter().zip(call.run(&again, outcome)) {
        // The interpreter accepts what the kernel did not: that is a difference as well.
        let result = result.and_then(|_| Err(Box::new(trust::difference(rule, function))));
        results[row] = Some(result);
    }
    let sample = rule.counts.sample(rule.trust, table.rows);
    for (&row, reference) in sample.iter().zip(call.run(&sample, outcome)) {
        let agrees = match (&results[row], &reference) {
            (Some(Ok(fast)), Ok(slow)) => O::same(*fast, *slow),
            (Some(Err(_)), Err(_)) => true,
            _ => false,
        };
        if !agrees {
            results[row] = Some(Err(Box::new(trust::difference(rule, function))));
        }
    }
    results.into_iter().flatten().collect()
}

/// Returns the function as the fast path has it: as lowered when the script was compiled, or anew
/// if the table holds other kinds of values than projects do.
fn code<'a>(call: &Call<'a>) -> Result<Cow<'a, Code>, NotLowered> {
    let known = call.rule.programs.get(call.function);
    if let Some(Ok(code)) = known
        && bound::fits(code, call.table)
    {
        return Ok(Cow::Borrowed(code));
    }
    lowered(call, false).map(|lowered| Cow::Owned(lowered.code))
}

/// Lowers a function for the kinds of values that a table holds.
fn lowered(call: &Call<'_>, watched: bool) -> Result<Lowered, NotLowered> {
    let rule = call.rule;
    let span = || rule.header(call.function);
    let mut functions = rule.script.functions.iter();
    let function = functions.find(|f| f.name.text == call.function);
    let function = function.ok_or_else(|| NotLowered {
        reason: format!("the script has no function `{}`", call.function),
        span: span(),
    })?;
    let holding = |record: &str, field: &str| bound::held(call.table, record, field);
    guarded(|| lower::lower(&rule.script, function, &holding, watched)).unwrap_or_else(|_| {
        Err(NotLowered {
            reason: "the system gives no thread to lower it on".into(),
            span: span(),
        })
    })
}

fn refuse<T>(table: &Table, found: &Diagnostic) -> Vec<RowResult<T>> {
    (0..table.rows)
        .map(|_| Err(Box::new(found.clone())))
        .collect()
}

#[cfg(test)]
mod tests;
