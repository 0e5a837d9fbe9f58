//! Runs functions of a script by the interpreter, one row after the other: the reference.

use super::outcome::Outcome;
use crate::diagnostics::{Diagnostic, Span};
use crate::rules::check::Entry;
use crate::rules::engine::{Broken, engine, guarded};
use crate::rules::{Argument, Field, Read, RowResult, Rule, Table, diag};
use rhai::{CallFnOptions, Dynamic, Map, Scope};

/// Figures of a row that a finding quotes at most.
const QUOTED: usize = 8;

/// A function with the arguments of a call.
pub(super) struct Call<'a> {
    pub(super) rule: &'a Rule,
    pub(super) function: &'a str,
    pub(super) entry: &'a Entry,
    pub(super) table: &'a Table,
    inputs: Vec<Input<'a>>,
}

impl<'a> Call<'a> {
    /// Finds the function and takes its arguments from the table.
    pub(super) fn new(
        rule: &'a Rule,
        function: &'a str,
        table: &'a Table,
    ) -> Result<Self, Diagnostic> {
        let Some(entry) = rule.entries.get(function) else {
            let message = format!("the script has no function `{function}`");
            return Err(Diagnostic::new(diag::CONTRACT, message).at(rule.text.whole(), ""));
        };
        let inputs = entry.parameters.iter();
        let inputs = inputs
            .map(|p| Input::new(p, entry, table))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            rule,
            function,
            entry,
            table,
            inputs,
        })
    }

    /// Runs the function on some rows and reads each result.
    pub(super) fn run<O: Outcome>(&self, rows: &[usize], outcome: &O) -> Vec<RowResult<O::Value>> {
        if rows.is_empty() {
            return vec![];
        }
        let run = |row: usize| {
            let result = self.row(row).and_then(|result| outcome.read(&result));
            result.map_err(|found| Box::new(quote(found, self.entry, self.table, row)))
        };
        let all = || rows.iter().map(|&row| run(row)).collect();
        guarded(all).unwrap_or_else(|broken| {
            let found = broken_run(broken, self.rule.header(self.function));
            rows.iter().map(|_| Err(Box::new(found.clone()))).collect()
        })
    }

    fn row(&self, row: usize) -> Result<Dynamic, Diagnostic> {
        let arguments: Vec<Dynamic> = self.inputs.iter().map(|i| i.at(row)).collect();
        // Constants outside functions are evaluated only where there are some.
        let options = CallFnOptions::new().eval_ast(!self.rule.script.top.is_empty());
        engine()
            .call_fn_with_options::<Dynamic>(
                options,
                &mut Scope::new(),
                &self.rule.tree,
                self.function,
                arguments,
            )
            .map_err(|error| diag::running(&error, &self.rule.text))
    }
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

/// Says that the interpreter itself gave up.
pub(in crate::rules) fn broken_run(broken: Broken, span: Span) -> Diagnostic {
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
