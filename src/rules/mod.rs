//! Strategies that planners write: Rhai scripts in a sandbox.
//!
//! A script is compiled once and called in columns: the caller hands over a [`Table`] with one row per
//! place and gets one result per row. How the rows are evaluated (by the interpreter, or by a
//! compiled kernel) is nobody's business outside this module.
//!
//! On the way from text to numbers: `scan` looks at the words and `engine` parses them in the sandbox,
//! `syntax` turns Rhai's tree into ours, `contract`, `check` and `flow` examine it, and `exec` runs it.
//! `diag` puts every error into a planner's terms. `testing`, `docs` and `scaffold` serve people who
//! write strategies.

mod api;
mod check;
mod contract;
mod coverage;
mod diag;
mod docs;
mod engine;
mod exec;
mod explain;
mod flow;
mod habits;
mod ir;
mod kernel;
mod lower;
mod scaffold;
mod scan;
mod syntax;
pub mod testing;
mod text;
mod trace;
mod vocabulary;

pub use api::{Body, Offered, offered};
pub use contract::{Derived, Meta, Need, ParamProblem, ParamSpec, WhenMissing};
pub use coverage::{Branch, Coverage, Way};
pub use docs::{Judges, Page, definitions, functions_page, page};
pub use exec::{Drawn, Draws, Tally, Trust};
pub use explain::{Difference, Explanation, Input, Step, Threshold, Weight, differences};
pub use lower::NotLowered;
pub use scaffold::{Scaffold, scaffold};
pub use trace::Seen;
pub use vocabulary::{FACTS, reserved_words};

use crate::diagnostics::{Diagnostic, Diagnostics, FileId, Span, did_you_mean};
use check::Entry;
use contract::MetaPlaces;
use exec::{Counts, Flags, Numbers};
use indexmap::IndexMap;
use ir::Code;
use rhai::{AST, Dynamic, Scope};
use syntax::Script;
use text::Text;

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

/// A compiled script.
#[derive(Debug)]
pub struct Rule {
    meta: Meta,
    places: MetaPlaces,
    text: Text,
    script: Script,
    tree: AST,
    /// Functions that the project may call.
    entries: IndexMap<String, Entry>,
    /// Each of them as the fast path has it.
    programs: IndexMap<String, Result<Code, NotLowered>>,
    trust: Trust,
    counts: Counts,
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
    /// contract, forbidden constructs, kinds of values, habits. Returns the rule unless there are
    /// errors.
    pub fn compile(file: &FileId, source: &str) -> (Option<Self>, Diagnostics) {
        compiled(
            Text::script(file, source),
            |text| parse(text, None),
            check::strategy,
        )
    }

    /// Compiles one condition (`known.x && place.x < 60`) to a rule with the single function
    /// `eligible`. Findings are placed at `span`, where the text stands in a TOML file: its start is
    /// the byte of the condition's first character.
    pub fn condition(text: &str, span: &Span) -> (Option<Self>, Diagnostics) {
        Self::wrapped(
            "eligible",
            &vocabulary::formula_records("eligible"),
            text,
            span,
            true,
        )
    }

    /// Compiles a formula (`part.a / max(part.b, 1)`) to a rule with the single function `function`:
    /// `score`, `normalise`, or any name for a computed figure. It may hold several statements, of which
    /// the last is the result. Findings are placed as for [`Self::condition`].
    pub fn formula(function: &str, text: &str, span: &Span) -> (Option<Self>, Diagnostics) {
        Self::wrapped(
            function,
            &vocabulary::formula_records(function),
            text,
            span,
            false,
        )
    }

    fn wrapped(
        function: &str,
        names: &[&str],
        text: &str,
        span: &Span,
        expression: bool,
    ) -> (Option<Self>, Diagnostics) {
        let before = format!("fn {function}({}) {{\n", names.join(", "));
        let source = format!("{before}{text}\n}}");
        let place = span.start..span.end.max(span.start + 1);
        let wrapped = Text::new(&span.file, &source, before.len(), place);
        let alone = text.to_owned();
        compiled(
            wrapped,
            |text| parse(text, expression.then_some((alone.as_str(), names))),
            |script, text, found| check::wrapped(script, function, text, found),
        )
    }

    /// Checks the names and units that the script reads against those of a project.
    ///
    /// `needs` are looked up in `place` and `part`; units are compared where both sides name one.
    pub fn check(&self, vocabulary: &Vocabulary) -> Diagnostics {
        let mut found = Diagnostics::new();
        for (function, entry) in &self.entries {
            for read in &entry.reads {
                if read.record != "param" && !(function == "normalise" && read.record == "facts") {
                    found.extend(vocabulary.missing(read));
                }
            }
        }
        for (field, need) in &self.meta.needs {
            let span = self
                .places
                .needs
                .get(field)
                .cloned()
                .unwrap_or_else(|| self.text.whole());
            found.extend(vocabulary.unmet(field, need, span));
        }
        diag::enough(found)
    }

    /// Tells whether it is a formula or a condition of a project file, rather than a script of its own.
    pub fn is_formula(&self) -> bool {
        self.text.is_wrapped()
    }

    /// Returns what the script says of itself.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Returns the file it was compiled from.
    pub fn file(&self) -> &FileId {
        self.text.file()
    }

    /// Returns its text, or the wrapped text of a condition.
    pub fn source(&self) -> &str {
        self.text.source()
    }

    /// Returns values of all parameters: those given, and defaults for the others. Unknown names and
    /// values out of bounds are all reported.
    pub fn bind(
        &self,
        given: &IndexMap<String, f64>,
    ) -> Result<IndexMap<String, f64>, Vec<ParamProblem>> {
        self.meta.bind(given)
    }

    /// Tells whether the script has a function of this name that the project may call.
    pub fn has(&self, function: &str) -> bool {
        self.entries.contains_key(function)
    }

    /// Returns the names that a function reads, helpers included, each once, in order.
    pub fn reads(&self, function: &str) -> Vec<Read> {
        self.entries
            .get(function)
            .map(|e| e.reads.clone())
            .unwrap_or_default()
    }

    /// Returns the arguments that a function asks for.
    pub fn arguments(&self, function: &str) -> &[String] {
        self.entries.get(function).map_or(&[], |e| &e.parameters)
    }

    /// Returns the figures of `place` and `part` that a function needs, with what happens where one
    /// is missing.
    ///
    /// `meta()` decides. A figure that it does not name makes a place that lacks it not judged,
    /// unless the same function asks `known.` for it first: then 0 stands in, and is never meant.
    pub fn needs(&self, function: &str) -> Vec<(Read, WhenMissing)> {
        let Some(entry) = self.entries.get(function) else {
            return vec![];
        };
        let asked = |field: &str| {
            entry
                .reads
                .iter()
                .any(|r| r.record == "known" && r.field == field)
        };
        let when = |read: &Read| match self.meta.needs.get(&read.field) {
            Some(need) => need.missing,
            None if asked(&read.field) => WhenMissing::Value(0.0),
            None => WhenMissing::NotJudged,
        };
        let figures = entry
            .reads
            .iter()
            .filter(|r| r.record == "place" || r.record == "part");
        figures.map(|r| (r.clone(), when(r))).collect()
    }

    /// Calls a function that returns a number, once per row.
    ///
    /// A result that is no number, not finite, or (for `score`) outside the declared range is an error
    /// of that row.
    pub fn numbers(&self, function: &str, table: &Table) -> Vec<RowResult<f64>> {
        exec::rows(self, function, table, &Numbers::of(self, function))
    }

    /// Calls a function that returns yes or no, once per row.
    pub fn flags(&self, function: &str, table: &Table) -> Vec<RowResult<bool>> {
        exec::rows(self, function, table, &Flags::of(self, function))
    }

    /// Tells whether a function runs on the fast path, and if not, why.
    ///
    /// The answer supposes what projects offer: figures are numbers, and `known` says yes or no.
    pub fn is_fast(&self, function: &str) -> Result<(), NotLowered> {
        match self.programs.get(function) {
            Some(Ok(_)) => Ok(()),
            Some(Err(why)) => Err(why.clone()),
            None => Err(NotLowered {
                reason: format!("the script has no function `{function}`"),
                span: self.text.whole(),
            }),
        }
    }

    /// Sets how far the fast path is trusted.
    #[must_use]
    pub fn trusting(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Returns how many evaluations went which way so far.
    pub fn tally(&self) -> Tally {
        self.counts.tally()
    }

    /// Returns where a function is declared.
    fn header(&self, function: &str) -> Span {
        let found = self
            .script
            .functions
            .iter()
            .find(|f| f.name.text == function);
        match found {
            Some(f) if !self.text.is_wrapped() => f.name.span.clone(),
            _ => self.text.whole(),
        }
    }
}

/// Compiles and checks a text on a thread that can hold it.
fn compiled(
    text: Text,
    parse: impl FnOnce(&Text) -> Result<(AST, Script), Diagnostics> + Send,
    check: impl FnOnce(&Script, &Text, &mut Diagnostics) -> check::Learnt + Send,
) -> (Option<Rule>, Diagnostics) {
    let whole = text.whole();
    let work = || {
        let (tree, script) = match parse(&text) {
            Ok(parsed) => parsed,
            Err(found) => return (None, found),
        };
        let mut found = Diagnostics::new();
        let learnt = check(&script, &text, &mut found);
        let found = diag::enough(found);
        let rule = Rule {
            meta: learnt.meta,
            places: learnt.places,
            text,
            tree,
            programs: if found.has_errors() {
                IndexMap::new()
            } else {
                exec::programs(&script, &learnt.entries)
            },
            script,
            entries: learnt.entries,
            trust: Trust::default(),
            counts: Counts::default(),
        };
        (Some(rule).filter(|_| !found.has_errors()), found)
    };
    engine::guarded(work).unwrap_or_else(|broken| {
        let mut found = Diagnostics::new();
        found.push(exec::broken_run(broken, whole));
        (None, found)
    })
}

/// Parses a text. A condition is parsed by itself first, as one expression, so that it cannot close
/// the function around it.
fn parse(text: &Text, alone: Option<(&str, &[&str])>) -> Result<(AST, Script), Diagnostics> {
    let headers = scan::scan(text)?;
    let one = |found: Diagnostic| {
        let mut all = Diagnostics::new();
        all.push(found);
        all
    };
    if let Some((condition, names)) = alone {
        let mut scope = Scope::new();
        for name in names {
            scope.push_dynamic(*name, Dynamic::UNIT);
        }
        let shifted = text.unwrapped(condition);
        engine::engine()
            .compile_expression_with_scope(&scope, condition)
            .map_err(|error| one(diag::parsing(&error, &shifted)))?;
    }
    let tree = engine::engine()
        .compile(text.source())
        .map_err(|error| one(diag::parsing(&error, text)))?;
    let script = syntax::read(&tree, headers, text);
    Ok((tree, script))
}

impl Vocabulary {
    /// Reports a field that the project does not offer.
    fn missing(&self, read: &Read) -> Option<Diagnostic> {
        let Some(fields) = self.records.get(&read.record) else {
            let message = format!("`{}` is not offered here", read.record);
            return Some(Diagnostic::new(diag::NAME, message).at(read.span.clone(), ""));
        };
        if fields.contains_key(&read.field) {
            return None;
        }
        let known = fields.keys().map(String::as_str);
        let found = diag::unknown_field(&read.record, &read.field, known, read.span.clone());
        // The right name in the wrong record is the commonest slip, and the nearest name hides it.
        let has = |record: &str| {
            let fields = self.records.get(record);
            fields.is_some_and(|f| f.contains_key(&read.field))
        };
        let elsewhere = ["place", "part", "weight", "leader", "facts", "known"];
        let elsewhere = elsewhere.iter().copied().find(|record| has(record));
        Some(match elsewhere {
            Some(record) => Diagnostic {
                help: vec![format!("`{record}` has it: `{record}.{}`", read.field)],
                ..found
            },
            None => found,
        })
    }

    /// Reports a need that names an unknown figure, or another unit.
    fn unmet(&self, field: &str, need: &Need, span: Span) -> Option<Diagnostic> {
        let records = ["place", "part"]
            .iter()
            .filter_map(|r| self.records.get(*r));
        let Some(unit) = records.clone().find_map(|fields| fields.get(field)) else {
            let known = records.flat_map(|f| f.keys()).map(String::as_str);
            return Some(
                Diagnostic::new(
                    diag::NAME,
                    format!("`{field}` is no indicator and no criterion"),
                )
                .at(span, "needed here")
                .maybe_help(did_you_mean(field, known)),
            );
        };
        if need.unit.is_empty() || unit.is_empty() || same_unit(unit, &need.unit) {
            return None;
        }
        let message = format!(
            "`{field}` comes in {unit}, and the script expects {}",
            need.unit
        );
        Some(
            Diagnostic::new(diag::UNIT, message)
                .at(span, "")
                .help(format!("compute in {unit} and write `unit: \"{unit}\"`")),
        )
    }
}

/// Tells whether two spellings mean one unit.
fn same_unit(one: &str, other: &str) -> bool {
    let plain = |unit: &str| match unit.trim().to_lowercase().as_str() {
        "%" | "per cent" | "pct" => "percent".to_owned(),
        "1" | "ratio" | "share" => "1".to_owned(),
        other => other.to_owned(),
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod equality;
#[cfg(test)]
mod tests;
