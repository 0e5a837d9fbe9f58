//! The values of the walk: names of operations, and what is known while lowering.

use super::Walk;
use crate::rules::ir::Id;
use crate::rules::vocabulary::RECORDS;
use std::rc::Rc;

/// A value as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(Id),
    Flag(Id),
    Text(Rc<str>),
    /// A column of texts.
    Words {
        record: String,
        field: String,
    },
    Nothing,
    List(Rc<[Value]>),
    Map(Rc<[(String, Value)]>),
    /// One of [`RECORDS`].
    Record(usize),
    /// One kind in some rows and another in others: an error for those who use it, and for nobody else.
    Mixed,
    /// No row comes this far.
    Never,
}

impl Value {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Flag(_) => "yes or no",
            Self::Text(_) | Self::Words { .. } => "text",
            Self::Nothing => "nothing",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Record(at) => RECORDS[*at],
            Self::Mixed => "of one kind in one case and of another in the other",
            Self::Never => "never reached",
        }
    }

    /// Returns how many members it has, those of members included.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::List(members) => members.iter().map(|m| 1 + m.size()).sum(),
            Self::Map(fields) => fields.iter().map(|(_, v)| 1 + v.size()).sum(),
            _ => 0,
        }
    }
}

/// A variable.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) constant: bool,
}

impl Walk<'_> {
    /// Returns the first value in the rows where the flag is set, the second in the others.
    pub(super) fn select(&mut self, choice: Id, yes: &Value, no: &Value) -> Value {
        match (self.build.known(choice), yes, no) {
            (Some(true), ..) => yes.clone(),
            (Some(false), ..) => no.clone(),
            (_, Value::Number(a), Value::Number(b)) => {
                Value::Number(self.build.select(choice, *a, *b))
            }
            (_, Value::Flag(a), Value::Flag(b)) => Value::Flag(self.build.select(choice, *a, *b)),
            _ if yes == no => yes.clone(),
            _ => Value::Mixed,
        }
    }
}
