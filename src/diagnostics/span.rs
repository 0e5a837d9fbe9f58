//! Places in texts.

use indexmap::IndexMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The name of a text as the user knows it: a path inside the project, or `--set` for a command line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(Arc<str>);

impl FileId {
    /// Names a text.
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A byte range in one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Makes a span from a byte range.
    pub fn new(file: &FileId, range: Range<usize>) -> Self {
        Self {
            file: file.clone(),
            start: range.start,
            end: range.end,
        }
    }

    /// Points at a text as a whole (a file that is missing or cannot be read).
    pub fn whole(file: &FileId) -> Self {
        Self::new(file, 0..0)
    }
}

/// Line and column of a byte, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
}

/// The texts that were read, kept so that findings can quote them.
#[derive(Debug, Clone, Default)]
pub struct Files(IndexMap<FileId, Arc<str>>);

impl Files {
    /// Keeps a text; a later text of the same name replaces the earlier.
    pub fn insert(&mut self, file: FileId, text: impl Into<Arc<str>>) {
        self.0.insert(file, text.into());
    }

    /// Returns a text.
    pub fn text(&self, file: &FileId) -> Option<&Arc<str>> {
        self.0.get(file)
    }

    /// Walks the texts in the order they were first read.
    pub fn iter(&self) -> impl Iterator<Item = (&FileId, &Arc<str>)> {
        self.0.iter()
    }

    /// Takes over the texts of another collection.
    pub fn extend(&mut self, other: Files) {
        self.0.extend(other.0);
    }

    /// Returns line and column where a span starts, if its text is known.
    pub fn position(&self, span: &Span) -> Option<Position> {
        let text = self.text(&span.file)?;
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Some(Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let file = FileId::new("a.toml");
        let mut files = Files::default();
        files.insert(file.clone(), "x = 1\n北京 = 2");
        let position = files.position(&Span::new(&file, 13..14)).unwrap();
        assert_eq!((position.line, position.column), (2, 4));
    }

    #[test]
    fn a_span_past_the_end_points_at_the_end() {
        let file = FileId::new("a");
        let mut files = Files::default();
        files.insert(file.clone(), "ab");
        assert_eq!(files.position(&Span::new(&file, 9..10)).unwrap().column, 3);
    }
}
