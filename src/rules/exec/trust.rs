//! How far the fast path is trusted, and what was counted on the way.

use crate::diagnostics::{Code, Diagnostic};
use crate::rules::Rule;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Evaluations that are computed both ways, unless all are.
pub(super) const SAMPLE: usize = 64;

/// How far the fast path is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// The first 64 evaluations or so are repeated by the interpreter.
    #[default]
    Sample,
    /// Every evaluation is repeated by the interpreter.
    Paranoid,
    /// Only the interpreter runs.
    Never,
}

/// How many evaluations went which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// On the fast path.
    pub fast: usize,
    /// Of these, run again by the interpreter because of their result.
    pub again: usize,
    /// Of these, repeated to compare.
    pub compared: usize,
    /// By the interpreter alone.
    pub interpreted: usize,
}

/// The counters behind a [`Tally`].
#[derive(Debug, Default)]
pub(in crate::rules) struct Counts {
    fast: AtomicUsize,
    again: AtomicUsize,
    compared: AtomicUsize,
    interpreted: AtomicUsize,
}

impl Counts {
    pub(super) fn fast(&self, all: usize, again: usize) {
        self.fast.fetch_add(all, Ordering::Relaxed);
        self.again.fetch_add(again, Ordering::Relaxed);
    }

    pub(super) fn interpreted(&self, all: usize) {
        self.interpreted.fetch_add(all, Ordering::Relaxed);
    }

    /// Chooses the rows that are computed both ways: evenly spread, until the sample is full.
    pub(super) fn sample(&self, trust: Trust, rows: usize) -> Vec<usize> {
        let wanted = match trust {
            Trust::Sample => SAMPLE
                .saturating_sub(self.compared.load(Ordering::Relaxed))
                .min(rows),
            Trust::Paranoid => rows,
            Trust::Never => 0,
        };
        self.compared.fetch_add(wanted, Ordering::Relaxed);
        (0..wanted).map(|i| i * rows / wanted).collect()
    }

    pub(in crate::rules) fn tally(&self) -> Tally {
        Tally {
            fast: self.fast.load(Ordering::Relaxed),
            again: self.again.load(Ordering::Relaxed),
            compared: self.compared.load(Ordering::Relaxed),
            interpreted: self.interpreted.load(Ordering::Relaxed),
        }
    }
}

/// Says that the two ways to run a function disagree, which only a defect of ours can cause.
pub(super) fn difference(rule: &Rule, function: &str) -> Diagnostic {
    let message = format!("the fast path and the interpreter disagree on `{function}`");
    Diagnostic::new(Code("E0411"), message)
        .at(rule.header(function), "")
        .note("this is a defect of exacity, not of the script: please report it with the script")
}
