//! Diagnostics as plain values for programs: editors, code reviews, documents.

use crate::diagnostics::{Diagnostic, Files, Severity, Span};
use serde::Serialize;

/// A finding with its place as lines and columns, both from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable code.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file, as the user knows it.
    pub file: Option<String>,
    /// Line of the first character; absent where the finding is about a file as a whole.
    pub line: Option<usize>,
    /// Column of the first character, counted in characters.
    pub column: Option<usize>,
    /// Line of the end.
    pub end_line: Option<usize>,
    /// Column after the last character.
    pub end_column: Option<usize>,
    /// What to do about it.
    pub help: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl Finding {
    /// Looks up lines and columns.
    pub fn new(diagnostic: &Diagnostic, files: &Files) -> Self {
        let span = diagnostic.span();
        let inside = span.filter(|span| !is_whole(span));
        let start = inside.and_then(|span| files.position(span));
        let end =
            inside.and_then(|span| files.position(&Span::new(&span.file, span.end..span.end)));
        Self {
            code: diagnostic.code.0,
            severity: diagnostic.severity(),
            message: diagnostic.message.clone(),
            file: span.map(|span| span.file.to_string()),
            line: start.map(|p| p.line),
            column: start.map(|p| p.column),
            end_line: end.map(|p| p.line),
            end_column: end.map(|p| p.column),
            help: diagnostic.help.clone(),
            notes: diagnostic.notes.clone(),
        }
    }

    /// Looks up all of a collection.
    pub fn all<'a>(
        diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
        files: &Files,
    ) -> Vec<Self> {
        let found = diagnostics.into_iter();
        found.map(|d| Self::new(d, files)).collect()
    }
}

/// Tells whether a span stands for a text as a whole.
pub fn is_whole(span: &Span) -> bool {
    span.start == 0 && span.end == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Code, FileId};

    #[test]
    fn ends_are_one_past_the_last_character() {
        let file = FileId::new("a.toml");
        let mut files = Files::default();
        files.insert(file.clone(), "a = 1\n北京 = 2\n");
        let diagnostic =
            Diagnostic::new(Code("E0103"), "unknown").at(Span::new(&file, 6..12), "here");
        let found = Finding::new(&diagnostic, &files);
        assert_eq!((found.line, found.column), (Some(2), Some(1)));
        assert_eq!((found.end_line, found.end_column), (Some(2), Some(3)));
    }

    #[test]
    fn a_finding_about_a_whole_file_has_no_line() {
        let file = FileId::new("gone.csv");
        let diagnostic = Diagnostic::new(Code("E0201"), "gone").at(Span::whole(&file), "");
        let found = Finding::new(&diagnostic, &Files::default());
        assert_eq!(
            (found.file.as_deref(), found.line),
            (Some("gone.csv"), None)
        );
    }
}
