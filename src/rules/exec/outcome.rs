//! What a function must return, and how its results are read.

use crate::diagnostics::{Diagnostic, Span};
use crate::rules::ir::is_set;
use crate::rules::{Rule, diag};
use rhai::Dynamic;

/// Results may miss the declared range by this share of its width: sums of weights round.
const SLACK: f64 = 1e-9;

/// A kind of result.
pub(in crate::rules) trait Outcome: Sync {
    /// A result.
    type Value: Copy + Send;

    /// Whether it is yes or no, rather than a number.
    const ANSWERS: bool;

    /// Reads what the interpreter returns, or says what is wrong with it.
    fn read(&self, result: &Dynamic) -> Result<Self::Value, Diagnostic>;

    /// Reads the bits that the fast path yields; `None` if something is wrong with them.
    fn take(&self, bits: f64) -> Option<Self::Value>;

    /// Tells whether two results are the same to the last bit.
    fn same(one: Self::Value, other: Self::Value) -> bool;
}

/// A finite number, inside a range where there is one.
pub(in crate::rules) struct Numbers<'a> {
    function: &'a str,
    range: Option<(f64, f64)>,
    span: Span,
}

impl<'a> Numbers<'a> {
    pub(in crate::rules) fn of(rule: &Rule, function: &'a str) -> Self {
        Self {
            function,
            range: rule.meta.range.filter(|_| function == "score"),
            span: rule.header(function),
        }
    }

    /// Returns the lowest and the highest number that is accepted.
    pub(super) fn limits(&self) -> (f64, f64) {
        match self.range {
            Some((low, high)) => (low - SLACK * (high - low), high + SLACK * (high - low)),
            None => (f64::MIN, f64::MAX),
        }
    }

    fn accepts(&self, value: f64) -> bool {
        let (low, high) = self.limits();
        // NaN is in no range.
        low <= value && value <= high
    }

    fn not_finite(&self, value: f64) -> Diagnostic {
        let what = if value.is_nan() {
            "no number (NaN)"
        } else {
            "infinite"
        };
        let message = format!("`{}` returns a result that is {what}", self.function);
        Diagnostic::new(diag::RESULT, message)
            .at(self.span.clone(), "")
            .help(
                "keep divisors away from zero: `x / max(y, 1)`, and logarithms and roots above it",
            )
    }

    fn outside(&self, value: f64, (low, high): (f64, f64)) -> Diagnostic {
        let function = self.function;
        let message = format!("`{function}` returns {value}, outside its range {low} to {high}");
        Diagnostic::new(diag::RESULT, message)
            .at(self.span.clone(), "")
            .help(format!(
                "write `clamp(.., {low}, {high})` if that is meant, or widen `range` in `meta()`"
            ))
    }
}

impl Outcome for Numbers<'_> {
    type Value = f64;

    const ANSWERS: bool = false;

    fn read(&self, result: &Dynamic) -> Result<f64, Diagnostic> {
        let value = result
            .as_float()
            .map_err(|kind| wrong_kind(self.function, "a number", kind, &self.span))?;
        match self.range {
            _ if !value.is_finite() => Err(self.not_finite(value)),
            Some(range) if !self.accepts(value) => Err(self.outside(value, range)),
            _ => Ok(value),
        }
    }

    fn take(&self, bits: f64) -> Option<f64> {
        self.accepts(bits).then_some(bits)
    }

    fn same(one: f64, other: f64) -> bool {
        one.to_bits() == other.to_bits()
    }
}

/// Yes or no.
pub(in crate::rules) struct Flags<'a> {
    function: &'a str,
    span: Span,
}

impl<'a> Flags<'a> {
    pub(in crate::rules) fn of(rule: &Rule, function: &'a str) -> Self {
        Self {
            function,
            span: rule.header(function),
        }
    }
}

impl Outcome for Flags<'_> {
    type Value = bool;

    const ANSWERS: bool = true;

    fn read(&self, result: &Dynamic) -> Result<bool, Diagnostic> {
        result
            .as_bool()
            .map_err(|kind| wrong_kind(self.function, "yes or no", kind, &self.span))
    }

    fn take(&self, bits: f64) -> Option<bool> {
        Some(is_set(bits))
    }

    fn same(one: bool, other: bool) -> bool {
        one == other
    }
}

fn wrong_kind(function: &str, wanted: &str, given: &str, span: &Span) -> Diagnostic {
    let message = format!(
        "`{function}` must return {wanted} and returns {}",
        diag::kind_of(given)
    );
    Diagnostic::new(diag::KIND, message).at(span.clone(), "")
}
