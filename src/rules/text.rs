//! The text of a script, and where things stand in it.

use crate::diagnostics::{FileId, Span};
use rhai::Position;
use std::ops::Range;
use std::sync::Arc;

/// The text that is compiled, with its place in the file that the user knows.
///
/// For a script the two are the same. A condition of a TOML file is wrapped into a function before it
/// is compiled; positions inside the wrapping are moved back to the TOML file.
#[derive(Debug, Clone)]
pub(super) struct Text {
    file: FileId,
    source: Arc<str>,
    /// First byte of each character. Counting anew for every name of a long line would be quadratic.
    characters: Arc<[usize]>,
    /// First character of each line, and one past the last of all.
    lines: Arc<[usize]>,
    /// Bytes of wrapping before the user's text.
    wrapped: usize,
    /// Where the user's text stands in the file.
    place: Range<usize>,
    /// Whether findings about the text as a whole point at all of it.
    whole: bool,
}

impl Text {
    /// Takes a whole script.
    pub(super) fn script(file: &FileId, source: &str) -> Self {
        Self::new(file, source, 0, 0..source.len())
    }

    /// Takes a text that stands at `place` and is preceded by `wrapped` bytes of ours.
    pub(super) fn new(file: &FileId, source: &str, wrapped: usize, place: Range<usize>) -> Self {
        let characters: Arc<[usize]> = source.char_indices().map(|(at, _)| at).collect();
        let breaks = source
            .chars()
            .enumerate()
            .filter(|(_, c)| *c == '\n')
            .map(|(at, _)| at + 1);
        let lines = std::iter::once(0)
            .chain(breaks)
            .chain([characters.len() + 1])
            .collect();
        Self {
            file: file.clone(),
            source: source.into(),
            characters,
            lines,
            wrapped,
            place,
            whole: wrapped > 0,
        }
    }

    /// Takes the user's part of a wrapped text by itself.
    pub(super) fn unwrapped(&self, inside: &str) -> Self {
        Self {
            whole: true,
            ..Self::new(&self.file, inside, 0, self.place.clone())
        }
    }

    /// Tells whether the text is a condition in a wrapping of ours.
    pub(super) fn is_wrapped(&self) -> bool {
        self.wrapped > 0
    }

    /// Returns the text that is compiled.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Returns the file.
    pub(super) fn file(&self) -> &FileId {
        &self.file
    }

    /// Returns the byte at a line and column; the end of the text where there is none.
    pub(super) fn byte(&self, at: Position) -> usize {
        let line = at.line().unwrap_or(usize::MAX);
        let (Some(start), Some(next)) =
            (self.lines.get(line.wrapping_sub(1)), self.lines.get(line))
        else {
            return self.source.len();
        };
        let column = at.position().unwrap_or(1).saturating_sub(1);
        // A position past the end of a line means the line's end, not somewhere in the next.
        let character = (start + column).min(next - 1);
        self.characters
            .get(character)
            .copied()
            .unwrap_or(self.source.len())
    }

    /// Returns the span of the word or symbol that starts at a line and column.
    pub(super) fn span(&self, at: Position) -> Span {
        if at.is_none() {
            return self.whole();
        }
        let start = self.byte(at);
        self.range(start..start + word_length(&self.source[start..]))
    }

    /// Returns the span in the user's file of a byte range of the compiled text.
    pub(super) fn range(&self, range: Range<usize>) -> Span {
        let moved = |at: usize| {
            let inside = at.saturating_sub(self.wrapped);
            (self.place.start + inside).min(self.place.end)
        };
        Span::new(&self.file, moved(range.start)..moved(range.end))
    }

    /// Returns the span for findings about the text as a whole: all of a condition, the start of a
    /// script.
    pub(super) fn whole(&self) -> Span {
        if self.whole {
            return Span::new(&self.file, self.place.clone());
        }
        Span::whole(&self.file)
    }
}

/// Returns the bytes of the name, number, quoted text or operator that a text starts with.
fn word_length(text: &str) -> usize {
    let Some(first) = text.chars().next() else {
        return 0;
    };
    let run = |accept: fn(char) -> bool| text.find(|c| !accept(c)).unwrap_or(text.len());
    if first.is_ascii_digit() {
        return run(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    }
    if first.is_alphabetic() || first == '_' {
        return run(|c| c.is_alphanumeric() || c == '_');
    }
    if matches!(first, '"' | '`' | '\'') {
        let line = text.lines().next().unwrap_or_default();
        return line[1..].find(first).map_or(line.len(), |end| end + 2);
    }
    let operators = [
        "**=", "..=", "..", "==", "!=", "<=", ">=", "&&", "||", "**", "+=", "-=", "*=", "/=", "#{",
        "??",
    ];
    operators
        .iter()
        .find(|o| text.starts_with(**o))
        .map_or(first.len_utf8(), |o| o.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_spans_count_bytes() {
        let text = Text::script(&FileId::new("a.rhai"), "// 北京\nlet 值 = gdp;");
        let span = text.span(Position::new(2, 9));
        assert_eq!(&text.source()[span.start..span.end], "gdp");
    }

    #[test]
    fn a_position_past_the_end_of_a_line_stays_on_it() {
        let text = Text::script(&FileId::new("a.rhai"), "ab\ncd");
        assert_eq!(text.byte(Position::new(1, 40)), 2);
        assert_eq!(text.byte(Position::new(9, 1)), 5);
    }

    #[test]
    fn wrapped_text_points_into_the_file_it_came_from() {
        let text = Text::new(&FileId::new("x.toml"), "fn f() {\na + b\n}", 9, 100..105);
        let span = text.span(Position::new(2, 5));
        assert_eq!((span.start, span.end), (104, 105));
        let past = text.span(Position::new(3, 1));
        assert_eq!((past.start, past.end), (105, 105));
    }
}
