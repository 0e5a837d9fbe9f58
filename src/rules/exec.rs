//! Runs functions of a script, one row after the other, by the interpreter.
//!
//! This is the reference: anything faster must give the same bits and the same errors. Callers hand
//! over columns and get columns back, so that what happens here can change without them.

use super::check::Entry;
use super::diag;
use super::engine::{Broken, engine, guarded};
use super::{Argument, Field, Read, RowResult, Rule, Table};
use crate::diagnostics::{Diagnostic, Span};
use rhai::{CallFnOptions, Dynamic, Map, Scope};

/// Figures of a row that a finding quotes at most.
const QUOTED: usize = 8;

/// Calls a function once per row and reads each result with `read`.
pub(super) fn rows<T: Send>(
    rule: &Rule,
    function: &str,
    table: &Table,
    read: impl Fn(Dynamic) -> Result<T, Diagnostic> + Sync,
) -> Vec<RowResult<T>> {
    let Some(entry) = rule.entries.get(function) else {
        let message = format!("the script has no function `{function}`");
        return refuse(
            table,
            &Diagnostic::new(diag::CONTRACT, message).at(rule.text.whole(), ""),
        );
    };
    let inputs = match entry
        .parameters
        .iter()
        .map(|p| Input::new(p, entry, table))
        .collect()
    {
        Ok::<Vec<_>, _>(inputs) => inputs,
        Err(missing) => return refuse(table, &missing),
    };
    let run = |row| {
        let result = call(rule, function, &inputs, row)?;
        read(result)
    };
    let all = || {
        (0..table.rows)
            .map(|row| run(row).map_err(|d| Box::new(quote(d, entry, table, row))))
            .collect()
    };
    match guarded(all) {
        Ok(results) => results,
        Err(broken) => refuse(table, &broken_run(broken, rule.header(function))),
    }
}

fn call(rule: &Rule, function: &str, inputs: &[Input], row: usize) -> Result<Dynamic, Diagnostic> {
    let arguments: Vec<Dynamic> = inputs.iter().map(|i| i.at(row)).collect();
    // Constants outside functions are evaluated only where there are some.
    let options = CallFnOptions::new().eval_ast(!rule.script.top.is_empty());
    engine()
        .call_fn_with_options::<Dynamic>(
            options,
            &mut Scope::new(),
            &rule.tree,
            function,
            arguments,
        )
        .map_err(|error| diag::running(&error, &rule.text))
}

/// One argument of a call: what is the same in every row, and what is filled in per row.
enum Input<'a> {
    Record {
        fixed: Map,
        varying: Vec<(&'a str, &'a Field)>,
    },
    Value(&'a Field),
}

impl<'a> Input<'a> {
    /// Takes from the table the fields that the function reads; no others are ever copied.
    fn new(parameter: &str, entry: &'a Entry, table: &'a Table) -> Result<Self, Diagnostic> {
        let given = table.arguments.get(parameter);
        if let Some(Argument::Field(field)) = given {
            return if field.holds(table.rows) {
                Ok(Self::Value(field))
            } else {
                Err(short(parameter))
            };
        }
        let (mut fixed, mut varying) = (Map::new(), vec![]);
        for read in entry.reads.iter().filter(|r| r.record == parameter) {
            let field = match given {
                Some(Argument::Record(fields)) => fields.get(&read.field),
                _ => None,
            };
            match field {
                Some(Field::Number(n)) => {
                    fixed.insert(read.field.as_str().into(), (*n).into());
                }
                Some(Field::Flag(b)) => {
                    fixed.insert(read.field.as_str().into(), (*b).into());
                }
                Some(field) if field.holds(table.rows) => {
                    // The name is copied once, here; rows only replace the value.
                    fixed.insert(read.field.as_str().into(), Dynamic::UNIT);
                    varying.push((read.field.as_str(), field));
                }
                Some(_) => return Err(short(&read.field)),
                None => return Err(not_given(read)),
            }
        }
        Ok(Self::Record { fixed, varying })
    }

    fn at(&self, row: usize) -> Dynamic {
        match self {
            Self::Value(field) => field.value(row),
            Self::Record { fixed, varying } => {
                let mut record = fixed.clone();
                for (name, field) in varying {
                    if let Some(slot) = record.get_mut(*name) {
                        *slot = field.value(row);
                    }
                }
                Dynamic::from_map(record)
            }
        }
    }
}

impl Field {
    fn holds(&self, rows: usize) -> bool {
        match self {
            Self::Numbers(values) => values.len() >= rows,
            Self::Flags(values) => values.len() >= rows,
            Self::Words(values) => values.len() >= rows,
            Self::Number(_) | Self::Flag(_) => true,
        }
    }

    fn value(&self, row: usize) -> Dynamic {
        match self {
            Self::Numbers(values) => values[row].into(),
            Self::Flags(values) => values[row].into(),
            Self::Words(values) => values[row].as_str().into(),
            Self::Number(n) => (*n).into(),
            Self::Flag(b) => (*b).into(),
        }
    }
}

fn not_given(read: &Read) -> Diagnostic {
    let message = format!("`{}.{}` has no values here", read.record, read.field);
    Diagnostic::new(diag::NAME, message).at(read.span.clone(), "")
}

fn short(name: &str) -> Diagnostic {
    Diagnostic::new(
        diag::RUN,
        format!("`{name}` has fewer values than there are rows"),
    )
}

fn refuse<T>(table: &Table, found: &Diagnostic) -> Vec<RowResult<T>> {
    (0..table.rows)
        .map(|_| Err(Box::new(found.clone())))
        .collect()
}

/// Says that the interpreter itself gave up.
pub(super) fn broken_run(broken: Broken, span: Span) -> Diagnostic {
    let message = match broken {
        Broken::Panicked => "the interpreter broke down on this script",
        Broken::NoThread => "the system gives no thread to run the script on",
    };
    Diagnostic::new(diag::RUN, message).at(span, "")
}

/// Adds the figures that the function read in this row: the reader sees what was divided by zero.
fn quote(found: Diagnostic, entry: &Entry, table: &Table, row: usize) -> Diagnostic {
    let mut quoted = vec![];
    for read in &entry.reads {
        if let Some(Argument::Record(fields)) = table.arguments.get(&read.record)
            && let Some(field) = fields.get(&read.field)
        {
            quoted.push(format!(
                "{}.{} = {}",
                read.record,
                read.field,
                field.value(row)
            ));
        }
    }
    if let Some(Argument::Field(field)) = table.arguments.get("x") {
        quoted.push(format!("x = {}", field.value(row)));
    }
    let more = if quoted.len() > QUOTED { ", .." } else { "" };
    quoted.truncate(QUOTED);
    if quoted.is_empty() {
        return found;
    }
    found.note(format!("with {}{more}", quoted.join(", ")))
}
