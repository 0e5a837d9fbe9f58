//! Strategies that planners write: Rhai scripts in a sandbox.
//!
//! A script is compiled once and called in columns: the caller hands over a [`Table`] with one row per
//! place and gets one result per row. How the rows are evaluated (by the interpreter, or by a
//! compiled kernel) is nobody's business outside this module.

use crate::diagnostics::Diagnostic;
use indexmap::IndexMap;

/// What a script's parameter may be bound to: a record of fields, or a single column (`x`).
#[derive(Debug, Clone)]
pub enum Argument {
    /// Named fields, read as `place.gdp`.
    Record(IndexMap<String, Field>),
    /// One value per row.
    Field(Field),
}

/// The values of one name over all rows. Numbers are finite: missing values are resolved before a
/// script runs.
#[derive(Debug, Clone)]
pub enum Field {
    /// One number per row.
    Numbers(Vec<f64>),
    /// One yes or no per row.
    Flags(Vec<bool>),
    /// One text per row.
    Words(Vec<String>),
    /// The same number in every row.
    Number(f64),
    /// The same yes or no in every row.
    Flag(bool),
}

/// The inputs of a call: arguments by the name that scripts use (`place`, `part`, `known`, `weight`,
/// `param`, `leader`, `facts`, `x`), each over the same number of rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Number of rows.
    pub rows: usize,
    /// Arguments by name.
    pub arguments: IndexMap<String, Argument>,
}

/// A row for which a script gave no usable result: why, with the place in the script.
pub type RowResult<T> = Result<T, Box<Diagnostic>>;

use crate::diagnostics::{Diagnostics, FileId};

mod contract;
pub use contract::{Derived, Meta, Need, ParamSpec, WhenMissing};

/// A compiled script.
#[derive(Debug)]
pub struct Rule {
    meta: Meta,
    file: FileId,
}

/// A name that a function of a script reads: `place.gdp` is record `place`, field `gdp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The record.
    pub record: String,
    /// The field.
    pub field: String,
    /// Where in the script.
    pub span: crate::diagnostics::Span,
}

/// The names that a project offers to scripts, with units where they have one.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Field names by record, each with its unit (empty for none).
    pub records: IndexMap<String, IndexMap<String, String>>,
}

impl Rule {
    /// Compiles a script and checks everything that can be known without a project: syntax, the
    /// contract, forbidden constructs, types. Returns the rule unless there are errors.
    pub fn compile(file: &FileId, source: &str) -> (Option<Self>, Diagnostics) {
        let _ = (file, source);
        (None, Diagnostics::new())
    }

    /// Compiles one condition (`known.x && place.x < 60`) to a rule with the single function
    /// `eligible`. Findings are placed at `span`, where the text stands in a TOML file.
    pub fn condition(text: &str, span: &crate::diagnostics::Span) -> (Option<Self>, Diagnostics) {
        let _ = (text, span);
        (None, Diagnostics::new())
    }

    /// Checks the names and units that the script reads against those of a project.
    pub fn check(&self, vocabulary: &Vocabulary) -> Diagnostics {
        let _ = vocabulary;
        Diagnostics::new()
    }

    /// Returns what the script says of itself.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Returns the file it was compiled from.
    pub fn file(&self) -> &FileId {
        &self.file
    }

    /// Tells whether the script has a function of this name.
    pub fn has(&self, function: &str) -> bool {
        let _ = function;
        false
    }

    /// Returns the names that a function reads, helpers included, each once, in order.
    pub fn reads(&self, function: &str) -> Vec<Read> {
        let _ = function;
        vec![]
    }

    /// Calls a function that returns a number, once per row.
    pub fn numbers(&self, function: &str, table: &Table) -> Vec<RowResult<f64>> {
        let _ = (function, table);
        vec![]
    }

    /// Calls a function that returns yes or no, once per row.
    pub fn flags(&self, function: &str, table: &Table) -> Vec<RowResult<bool>> {
        let _ = (function, table);
        vec![]
    }
}
