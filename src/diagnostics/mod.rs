//! What went wrong, as data.
//!
//! A [`Diagnostic`] is a finding about something the user wrote: it has a stable code, says what is
//! wrong, points at the text and offers a way out. Readers collect all of them and carry on, so that
//! one run shows every mistake. How a diagnostic looks (colour, JSON, a line for a code review) is
//! decided by whoever shows it.

mod codes;
mod span;
mod suggest;

pub use codes::{Code, CodeInfo, all as all_codes, find as find_code};
pub use span::{FileId, Files, Position, Span};
pub use suggest::{did_you_mean, nearest};

use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The answer can be given, but the user should look.
    Warning,
    /// No answer can be given until this is mended.
    Error,
}

/// A place in a file with a few words on what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// One finding.
///
/// The message starts in lower case and carries no full stop; names of the user's stand in
/// backticks. The first label is the primary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, explained by `exacity explain CODE`.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// Where; the first is the primary place, and there may be none.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// Starts a finding; its severity follows from the code (`W…` warns).
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            labels: vec![],
            help: vec![],
            notes: vec![],
        }
    }

    /// Adds a place; the first one added is the primary one.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a way out if there is one.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help.extend(help);
        self
    }

    /// Adds background.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Returns how much the finding matters.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Returns the primary place.
    pub fn span(&self) -> Option<&Span> {
        self.labels.first().map(|l| &l.span)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity() {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{word}[{}]: {}", self.code, self.message)
    }
}

/// Findings in the order they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Starts with no findings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding; the same finding at the same place is kept once.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Adds all findings of another collection.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in other {
            self.push(diagnostic);
        }
    }

    /// Tells whether an answer is impossible.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity() == Severity::Error)
    }

    /// Returns the number of findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity() == severity).count()
    }

    /// Walks the findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of findings.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Sorts by file and place, so that readers walk each file once from top to bottom.
    ///
    /// Files keep the order in which they first appear; findings without a place come first.
    pub fn sort(&mut self) {
        let mut files: Vec<FileId> = vec![];
        for span in self.0.iter().filter_map(Diagnostic::span) {
            if !files.contains(&span.file) {
                files.push(span.file.clone());
            }
        }
        let place = |d: &Diagnostic| {
            d.span()
                .map(|s| (files.iter().position(|f| *f == s.file), s.start, s.end))
        };
        self.0.sort_by_key(place);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A value, if one could be made, with everything found on the way.
///
/// Warnings travel with success; `value` is `None` exactly when there are errors that prevent one.
#[derive(Debug, Clone)]
pub struct Checked<T> {
    /// The value, unless errors prevented it.
    pub value: Option<T>,
    /// Everything found on the way.
    pub diagnostics: Diagnostics,
    /// The texts that the findings point into.
    pub files: Files,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_finding_is_kept_once() {
        let mut found = Diagnostics::new();
        for _ in 0..2 {
            found.push(Diagnostic::new(Code("E0101"), "twice"));
        }
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn findings_sort_by_file_then_place_and_placeless_ones_lead() {
        let at = |file: &str, start| {
            Diagnostic::new(Code("E0103"), format!("{file}{start}"))
                .at(Span::new(&FileId::new(file), start..start + 1), "")
        };
        let mut found = Diagnostics::new();
        for d in [
            at("b", 9),
            at("a", 5),
            at("b", 1),
            Diagnostic::new(Code("E0101"), "none"),
        ] {
            found.push(d);
        }
        found.sort();
        let order: Vec<_> = found.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(order, ["none", "b1", "b9", "a5"]);
    }
}
