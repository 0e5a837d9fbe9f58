//! Why a script gives a place this score: every step, what each weight does, and what is nearest to
//! tipping over.

use super::engine::guarded;
use super::exec::broken_run;
use super::trace::{self, Event, Seen, Trace, What};
use super::{Argument, Field, Rule, Table, diag};
use crate::diagnostics::{Diagnostic, Span};
use indexmap::IndexMap;

/// Why a script gives a place this score.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What the function returns.
    pub result: Seen,
    /// What the function read, in its order.
    pub inputs: Vec<Input>,
    /// What it did, step by step.
    pub steps: Vec<Step>,
    /// What each weight does; empty for functions that read none or give no number.
    pub weights: Vec<Weight>,
    /// What is nearest to tipping over, nearest first.
    pub thresholds: Vec<Threshold>,
}

/// A name that the function read.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The record.
    pub record: String,
    /// The field.
    pub field: String,
    /// Its value.
    pub value: Seen,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// How deep inside statements and calls.
    pub depth: usize,
    /// Where it is written.
    pub span: Span,
    /// What kind of step it is: `call`, `let`, `set`, `round`, `term`, `if`, `result`.
    pub kind: &'static str,
    /// What is written there.
    pub text: String,
    /// What it gave.
    pub value: Seen,
}

/// What a weight does.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// The criterion, as scripts write it.
    pub criterion: String,
    /// The weight.
    pub weight: f64,
    /// The score if this weight were nothing and the others stayed; `None` where the script fails then.
    pub without: Option<f64>,
}

/// A place in the script where a small change of one figure takes another way.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Where in the script.
    pub span: Span,
    /// What tips over: a condition, or a function with a bend.
    pub text: String,
    /// The record and field that is changed alone.
    pub input: (String, String),
    /// Its value now.
    pub now: f64,
    /// The value from which the other way is taken.
    pub at: f64,
    /// The score there; `None` where the script fails.
    pub score: Option<f64>,
}

/// Thresholds that are told at most.
const NEAREST: usize = 10;
/// Values tried on each side of a figure before a threshold between two of them is narrowed down.
const TRIES: u32 = 48;

impl Rule {
    /// Explains what a function gives for a row of a table.
    ///
    /// The range of each figure over the whole table says how far a threshold is looked for.
    ///
    /// # Errors
    ///
    /// What the interpreter says where the function fails; E0420 where the steps cannot be followed.
    pub fn explain(
        &self,
        function: &str,
        table: &Table,
        row: usize,
    ) -> Result<Explanation, Box<Diagnostic>> {
        let one = table.row(row);
        let result = self.result(function, &one)?;
        let told = || {
            let trace = trace::follow(self, function, &one, 0);
            agree(self, &trace, &result)?;
            Ok(Explanation {
                inputs: inputs(self, function, &one),
                steps: trace.events.iter().filter_map(step).collect(),
                weights: weights(self, function, &one),
                thresholds: thresholds(self, function, &one, table, &trace),
                result: result.clone(),
            })
        };
        guarded(told).unwrap_or_else(|broken| Err(Box::new(broken_run(broken, self.text.whole()))))
    }

    /// Follows a row of a table through a function, without asking what would change it.
    ///
    /// # Errors
    ///
    /// As for [`explain`](Self::explain).
    pub fn steps(
        &self,
        function: &str,
        table: &Table,
        row: usize,
    ) -> Result<Vec<Step>, Box<Diagnostic>> {
        let one = table.row(row);
        let result = self.result(function, &one)?;
        let told = || {
            let trace = trace::follow(self, function, &one, 0);
            agree(self, &trace, &result)?;
            Ok(trace.events.iter().filter_map(step).collect())
        };
        guarded(told).unwrap_or_else(|broken| Err(Box::new(broken_run(broken, self.text.whole()))))
    }

    /// Returns what a function gives for the only row of a table.
    fn result(&self, function: &str, one: &Table) -> Result<Seen, Box<Diagnostic>> {
        if function == "eligible" {
            self.flags(function, one).remove(0).map(Seen::Flag)
        } else {
            self.numbers(function, one).remove(0).map(Seen::Number)
        }
    }

    /// Returns the score of the only row of a table after one field was changed.
    pub fn score_with(
        &self,
        one: &Table,
        (record, field): (&str, &str),
        value: f64,
    ) -> Option<f64> {
        let changed = one.with(record, field, value);
        self.numbers("score", &changed).remove(0).ok()
    }
}

impl Table {
    /// Returns a table of one row.
    pub fn row(&self, row: usize) -> Self {
        let one = |field: &Field| match field {
            Field::Numbers(values) => Field::Number(values[row]),
            Field::Flags(values) => Field::Flag(values[row]),
            Field::Words(values) => Field::Words(vec![values[row].clone()]),
            same => same.clone(),
        };
        let arguments = self.arguments.iter().map(|(name, argument)| {
            let argument = match argument {
                Argument::Field(field) => Argument::Field(one(field)),
                Argument::Record(fields) => {
                    Argument::Record(fields.iter().map(|(n, f)| (n.clone(), one(f))).collect())
                }
            };
            (name.clone(), argument)
        });
        Self {
            rows: 1,
            arguments: arguments.collect(),
        }
    }

    /// Returns the table with one number in every row of a field.
    fn with(&self, record: &str, field: &str, value: f64) -> Self {
        let mut changed = self.clone();
        if let Some(Argument::Record(fields)) = changed.arguments.get_mut(record) {
            fields.insert(field.to_owned(), Field::Number(value));
        }
        changed
    }

    fn field(&self, record: &str, field: &str) -> Option<&Field> {
        match self.arguments.get(record)? {
            Argument::Record(fields) => fields.get(field),
            Argument::Field(_) => None,
        }
    }

    fn number(&self, record: &str, field: &str) -> Option<f64> {
        match self.field(record, field)? {
            Field::Number(n) => Some(*n),
            _ => None,
        }
    }
}

/// Refuses steps that do not end where the interpreter ended.
fn agree(rule: &Rule, trace: &Trace, result: &Seen) -> Result<(), Box<Diagnostic>> {
    if let Some(why) = &trace.failure {
        return Err(why.clone());
    }
    let same = match (&trace.result, result) {
        (Some(Seen::Number(ours)), Seen::Number(theirs)) => ours.to_bits() == theirs.to_bits(),
        (ours, theirs) => ours.as_ref() == Some(theirs),
    };
    if same {
        return Ok(());
    }
    let message = format!(
        "the steps end with {:?}, and the script gives {result:?}",
        trace.result
    );
    Err(Box::new(
        Diagnostic::new(diag::TRACE, message)
            .at(rule.text.whole(), "")
            .help("please report it with the script: the score itself is not affected"),
    ))
}

fn inputs(rule: &Rule, function: &str, one: &Table) -> Vec<Input> {
    let reads = rule.reads(function);
    let value = |record: &str, field: &str| match one.field(record, field)? {
        Field::Number(n) => Some(Seen::Number(*n)),
        Field::Flag(yes) => Some(Seen::Flag(*yes)),
        Field::Words(words) => words.first().cloned().map(Seen::Words),
        Field::Numbers(_) | Field::Flags(_) => None,
    };
    let inputs = reads.into_iter().filter_map(|read| {
        Some(Input {
            value: value(&read.record, &read.field)?,
            record: read.record,
            field: read.field,
        })
    });
    inputs.collect()
}

fn step(event: &Event) -> Option<Step> {
    let (kind, text, value) = match &event.what {
        What::Call { function, result } => {
            let names = function.parameters.iter().map(|p| p.text.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            let text = format!("{}({names})", function.name.text);
            ("call", text, result.clone())
        }
        What::Let { name, value, seen } => ("let", format!("let {name} = {value}"), seen.clone()),
        What::Set {
            target,
            operator,
            value,
            seen,
        } => {
            let sign = operator.unwrap_or_default();
            ("set", format!("{target} {sign}= {value}"), seen.clone())
        }
        What::Round { name, seen } => ("round", format!("for {name}"), seen.clone()),
        What::Term { term, minus, seen } => {
            let sign = if *minus { "-" } else { "+" };
            ("term", format!("{sign} {term}"), seen.clone())
        }
        What::Branch { condition, yes } => ("if", format!("if {condition}"), Seen::Flag(*yes)),
        What::Result { value, seen } => ("result", value.to_string(), seen.clone()),
        What::Asked | What::Compare { .. } | What::Side { .. } => return None,
    };
    Some(Step {
        depth: event.depth,
        span: event.span.clone(),
        kind,
        text,
        value,
    })
}

/// Takes each weight away in turn, the others unchanged.
fn weights(rule: &Rule, function: &str, one: &Table) -> Vec<Weight> {
    if function != "score" {
        return vec![];
    }
    let reads = rule.reads(function);
    let weights = reads.iter().filter(|r| r.record == "weight");
    weights
        .filter_map(|read| {
            Some(Weight {
                criterion: read.field.clone(),
                weight: one.number("weight", &read.field)?,
                without: rule.score_with(one, ("weight", &read.field), 0.0),
            })
        })
        .collect()
}

fn thresholds(
    rule: &Rule,
    function: &str,
    one: &Table,
    all: &Table,
    trace: &Trace,
) -> Vec<Threshold> {
    let now = way(trace);
    let mut found: Vec<(f64, Threshold)> = vec![];
    for read in rule.reads(function) {
        let name = (read.record.as_str(), read.field.as_str());
        let Some(value) = one.number(name.0, name.1) else {
            continue;
        };
        let Some((low, high)) = range(rule, name, value, all) else {
            continue;
        };
        let search = Search {
            rule,
            function,
            one,
            name,
            now: &now,
        };
        for end in [low, high] {
            if let Some(threshold) = search.towards(value, end, trace) {
                let distance = (threshold.at - value).abs() / (high - low);
                found.push((distance, threshold));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.truncate(NEAREST);
    found.into_iter().map(|(_, threshold)| threshold).collect()
}

/// Returns how far a figure is varied: parameters between their bounds, scores over the scale, and
/// what the data hold over the range of all places, widened to include nothing and the double.
fn range(rule: &Rule, (record, field): (&str, &str), now: f64, all: &Table) -> Option<(f64, f64)> {
    let (low, high) = match record {
        "param" => {
            let spec = rule.meta.params.get(field)?;
            (spec.min, spec.max)
        }
        "part" => {
            let (low, high) = rule.meta.range.unwrap_or((0.0, 100.0));
            (low.min(now), high.max(now))
        }
        "place" => {
            let ends = (now.min(0.0), now.max(2.0 * now));
            match all.field(record, field) {
                Some(Field::Numbers(values)) => values
                    .iter()
                    .fold(ends, |(low, high), v| (low.min(*v), high.max(*v))),
                _ => ends,
            }
        }
        _ => return None,
    };
    (low < high).then_some((low, high))
}

/// The switches that a run passes, each with its side.
fn way(trace: &Trace) -> Vec<(usize, u8)> {
    trace.events.iter().filter_map(Event::switch).collect()
}

struct Search<'s> {
    rule: &'s Rule,
    function: &'s str,
    one: &'s Table,
    name: (&'s str, &'s str),
    now: &'s [(usize, u8)],
}

impl Search<'_> {
    /// Finds where the way changes first as a figure goes from its value to one end of its range.
    fn towards(&self, value: f64, end: f64, trace: &Trace) -> Option<Threshold> {
        let at = |share: f64| value + (end - value) * share;
        // Small steps first: the nearest threshold is what is asked for, however wide the range.
        let shares = (1..=TRIES).map(|n| {
            let share = f64::from(n) / f64::from(TRIES);
            share * share
        });
        let mut same = value;
        let mut other = None;
        for share in shares {
            if let Some(switch) = self.changed(at(share)) {
                other = Some((at(share), switch));
                break;
            }
            same = at(share);
        }
        let (mut beyond, mut switch) = other?;
        for _ in 0..60 {
            let middle = f64::midpoint(same, beyond);
            match self.changed(middle) {
                Some(nearer) => (beyond, switch) = (middle, nearer),
                None => same = middle,
            }
        }
        let mut switches = trace.events.iter().filter(|e| e.switch().is_some());
        let event = switches.nth(switch)?;
        Some(Threshold {
            span: event.span.clone(),
            text: text(event),
            input: (self.name.0.to_owned(), self.name.1.to_owned()),
            now: value,
            at: rounded(same, beyond),
            score: self.rule.score_with(self.one, self.name, beyond),
        })
    }

    /// Returns the first switch, by its number, that another value of the figure sets otherwise.
    fn changed(&self, value: f64) -> Option<usize> {
        let changed = self.one.with(self.name.0, self.name.1, value);
        let trace = trace::follow(self.rule, self.function, &changed, 0);
        let other = way(&trace);
        let differs = |at: &usize| self.now.get(*at) != other.get(*at);
        (0..self.now.len()).find(differs)
    }
}

fn text(event: &Event) -> String {
    match &event.what {
        What::Branch { condition, .. } => format!("if {condition}"),
        What::Compare { whole, .. } | What::Side { whole, .. } => whole.to_string(),
        _ => String::new(),
    }
}

/// Returns the shortest decimal between two values that enclose a threshold: 60, not 59.99999999.
fn rounded(same: f64, beyond: f64) -> f64 {
    let (low, high) = (same.min(beyond), same.max(beyond));
    let slack = 4.0 * f64::EPSILON * high.abs();
    for digits in 0..15 {
        let written = format!("{:.digits$}", f64::midpoint(low, high));
        if let Ok(short) = written.parse::<f64>()
            && short >= low - slack
            && short <= high + slack
        {
            return short;
        }
    }
    beyond
}

/// A step of two runs side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The step, as the run that has it took it.
    pub step: Step,
    /// What it gave in the first run; `None` where that run did not come by.
    pub first: Option<Seen>,
    /// What it gave in the second run.
    pub second: Option<Seen>,
}

/// Puts two runs of one function side by side; steps that gave the same are left out.
///
/// Steps are paired by their place in the script; those in loops by their round.
pub fn differences(first: &Explanation, second: &Explanation) -> Vec<Difference> {
    let mut pairs: IndexMap<(usize, &str, usize), Difference> = IndexMap::new();
    for (second_run, run) in [(false, first), (true, second)] {
        let mut rounds: IndexMap<(usize, &str), usize> = IndexMap::new();
        for step in &run.steps {
            let round = rounds.entry((step.span.start, step.kind)).or_insert(0);
            let key = (step.span.start, step.kind, *round);
            *round += 1;
            let pair = pairs.entry(key).or_insert_with(|| Difference {
                step: step.clone(),
                first: None,
                second: None,
            });
            let side = if second_run {
                &mut pair.second
            } else {
                &mut pair.first
            };
            *side = Some(step.value.clone());
        }
    }
    let mut pairs: Vec<_> = pairs.into_values().collect();
    pairs.retain(|pair| pair.first != pair.second);
    pairs
}
