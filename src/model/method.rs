//! How a method describes itself.
//!
//! One table per method drives everything that is said about it: the checks on the TOML file, "did
//! you mean", `list methods`, `explain method`, the JSON Schema and the reference. Adding a method
//! means a file with the formula and one line in its module's table.

use indexmap::IndexMap;
use serde::Serialize;
use std::sync::Arc;
use thiserror::Error;

/// What is known of a method.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MethodInfo {
    /// Name in TOML.
    pub name: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// The formula, in plain text.
    pub formula: &'static str,
    /// Parameters; none for most.
    pub params: &'static [Param],
    /// When another method serves better.
    pub not_when: &'static str,
    /// Where the formula comes from.
    pub reference: &'static str,
    /// True for the methods that most people use; `list methods` shows these.
    pub common: bool,
}

/// A parameter of a method.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Param {
    /// Name in TOML.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ParamKind,
    /// Unit; `1` for a plain number, `data` for the unit of the column.
    pub unit: &'static str,
    /// The value when none is given, as written in TOML; `None` for required parameters.
    pub default: Option<&'static str>,
    /// Lowest and highest number allowed; infinite ends allow all.
    pub range: (f64, f64),
    /// True where each criterion may have a value of its own.
    pub per_criterion: bool,
    /// What it does.
    pub doc: &'static str,
}

impl Param {
    /// Describes a number that must be given.
    pub const fn number(name: &'static str, unit: &'static str, doc: &'static str) -> Self {
        let range = (f64::NEG_INFINITY, f64::INFINITY);
        Self {
            name,
            kind: ParamKind::Number,
            unit,
            default: None,
            range,
            per_criterion: false,
            doc,
        }
    }

    /// Describes a parameter of any kind that must be given.
    pub const fn required(name: &'static str, kind: ParamKind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            unit: "",
            default: None,
            range: (f64::NEG_INFINITY, f64::INFINITY),
            per_criterion: false,
            doc,
        }
    }

    /// Makes it optional with this value (as written in TOML; `""` for "none").
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// Limits the numbers allowed.
    pub const fn within(mut self, low: f64, high: f64) -> Self {
        self.range = (low, high);
        self
    }

    /// Lets each criterion have a value of its own.
    pub const fn per_criterion(mut self) -> Self {
        self.per_criterion = true;
        self
    }

    /// Describes a yes or no that is off unless given.
    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Self::required(name, ParamKind::Flag, doc).or("false")
    }
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParamKind {
    /// A finite number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An array of numbers.
    Numbers,
    /// An array of `[x, y]` pairs.
    Points,
    /// A table from words to numbers.
    Table,
    /// An array of tables from words to numbers.
    Tables,
    /// An array of rows of numbers.
    Matrix,
    /// An array of ids.
    Ids,
    /// An array of ids, some of them in arrays of equals.
    Order,
}

/// A value given for a parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// A number (also for whole numbers).
    Number(f64),
    /// A yes or no.
    Flag(bool),
    /// A word.
    Word(String),
    /// Numbers.
    Numbers(Vec<f64>),
    /// Points of a curve.
    Points(Vec<(f64, f64)>),
    /// Numbers by word.
    Table(IndexMap<String, f64>),
    /// A number per criterion, where one is known.
    Spread(Vec<Option<f64>>),
    /// A word per criterion.
    Words(Vec<String>),
}

/// The values given for the parameters of one method; absent ones take their default.
///
/// Kinds and ranges have been checked against the method's table when this is built from a file.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Params(pub IndexMap<String, ParamValue>);

impl Params {
    /// Returns a number, if given.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(ParamValue::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Returns a yes or no, if given.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.0.get(name) {
            Some(ParamValue::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// Returns a word, if given.
    pub fn word(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(ParamValue::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Returns an array of numbers, if given.
    pub fn numbers(&self, name: &str) -> Option<&[f64]> {
        match self.0.get(name) {
            Some(ParamValue::Numbers(numbers)) => Some(numbers),
            _ => None,
        }
    }

    /// Returns the points of a curve, if given.
    pub fn points(&self, name: &str) -> Option<&[(f64, f64)]> {
        match self.0.get(name) {
            Some(ParamValue::Points(points)) => Some(points),
            _ => None,
        }
    }

    /// Returns a table, if given.
    pub fn table(&self, name: &str) -> Option<&IndexMap<String, f64>> {
        match self.0.get(name) {
            Some(ParamValue::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// Returns the words given per criterion, if they were.
    pub fn words(&self, name: &str) -> Option<&[String]> {
        match self.0.get(name) {
            Some(ParamValue::Words(words)) => Some(words),
            _ => None,
        }
    }

    /// Sets a value; for tests and code that builds methods by hand.
    pub fn with(mut self, name: &str, value: ParamValue) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }
}

/// Why a method cannot be built from the values given, beyond what kinds and ranges can say.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ParamError {
    /// The parameter at fault, if it is one.
    pub param: Option<&'static str>,
    /// What is wrong.
    pub message: String,
}

impl ParamError {
    /// Blames one parameter.
    pub fn new(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            param: Some(param),
            message: message.into(),
        }
    }
}

/// A line of a module's table of methods: the description, and how to build the method.
pub struct Entry<T: ?Sized> {
    /// The description.
    pub info: MethodInfo,
    /// Builds the method from checked values.
    pub build: fn(&Params) -> Result<Arc<T>, ParamError>,
}
