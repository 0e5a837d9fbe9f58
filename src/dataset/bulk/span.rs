//! Where in a file reading begins, ends and stands.

use std::io;

/// A place between two rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// Bytes before it; rows in a file of columns, where a row is in no single place.
    pub byte: u64,
    /// The line that begins there, from 1; the row in a file without lines.
    pub line: u64,
    /// Rows before it.
    pub row: u64,
}

/// The part of a file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where reading begins.
    pub from: Mark,
    /// The byte at or after which no row may begin; `None` reads to the end.
    pub to: Option<u64>,
}

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Rows, good and bad.
    pub rows: u64,
    /// Rows that the filter does not want.
    pub passed_over: u64,
    /// Where reading ended.
    pub end: Mark,
}

/// Why reading ended early.
#[derive(Debug)]
pub enum Failed {
    /// The system refused.
    Io(io::Error),
    /// What follows a quote that is never closed cannot be told from what is inside it.
    OpenQuote {
        /// The line on which the row begins.
        line: u64,
    },
    /// The file is not what it says it is, or not all of it is there.
    Damaged(String),
    /// Whoever takes the pieces has had enough.
    Stopped,
}
