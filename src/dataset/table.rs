//! CSV texts as rows whose every field knows its place in the file.
//!
//! The `csv` crate splits rows quickly but forgets where a field stood. Places are needed only for
//! findings, so they are worked out again from the row's first byte when one is made.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files, Span, did_you_mean};
use crate::model::{Origin, Period};
use crate::sources::{ReadError, Sources};
use csv::StringRecord;
use encoding_rs::Encoding;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Findings of one code that are shown for one file; a broken column would otherwise fill the
/// screen with one mistake.
const SHOWN_PER_CODE: usize = 20;

/// A longer line is no table that a person wrote or a program meant.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// The findings in one file, at most [`SHOWN_PER_CODE`] of a code.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Diagnostic>,
    counts: BTreeMap<Code, usize>,
}

impl Findings {
    /// Keeps a finding, or only counts it.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        let count = self.counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= SHOWN_PER_CODE {
            self.kept.push(finding);
        }
    }

    /// Hands the findings over; the last one shown of a code says how many more there are.
    pub(super) fn finish(mut self, found: &mut Diagnostics) {
        for (code, count) in self.counts {
            let last = self.kept.iter_mut().rfind(|d| d.code == code);
            if let (Some(last), Some(more @ 1..)) = (last, count.checked_sub(SHOWN_PER_CODE)) {
                last.notes
                    .push(format!("and {more} more of {code} in this file"));
            }
        }
        found.extend(self.kept);
    }
}

/// What became of a file that may or may not be there.
#[derive(Debug)]
pub(super) enum Opened {
    /// There is no such file.
    Absent,
    /// The file is there and cannot be used; the reason has been reported.
    Broken,
    /// A table with a header.
    Table(Table),
}

/// A text with a header row.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) file: FileId,
    text: Arc<str>,
    delimiter: u8,
    header: Vec<String>,
    header_at: Range<usize>,
}

/// Position of a column; a column that the file lacks reads as empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Col(Option<usize>);

impl Col {
    /// Takes a position known to exist.
    pub(super) fn at(position: usize) -> Self {
        Self(Some(position))
    }

    /// Returns the position, if the file has the column.
    pub(super) fn position(self) -> Option<usize> {
        self.0
    }

    /// Tells whether the file has the column.
    pub(super) fn exists(self) -> bool {
        self.0.is_some()
    }
}

/// Opens a table.
///
/// A byte-order mark is passed over. Whatever is wrong with the file as a whole (unreadable, another
/// encoding, empty, a line beyond all measure) is reported here.
pub(super) fn open(
    sources: &dyn Sources,
    path: &str,
    encoding: &'static Encoding,
    delimiter: u8,
    files: &mut Files,
    found: &mut Findings,
) -> Opened {
    let file = FileId::new(path);
    let bytes = match sources.read(path) {
        Ok(bytes) => bytes,
        Err(ReadError::NotFound { .. }) => return Opened::Absent,
        Err(error) => {
            found
                .push(Diagnostic::new(Code("E0201"), error.to_string()).at(Span::whole(&file), ""));
            return Opened::Broken;
        }
    };
    let Some(text) = decode(&bytes, encoding, &file, files, found) else {
        return Opened::Broken;
    };
    files.insert(file.clone(), Arc::clone(&text));
    if let Some(at) = overlong_line(&text) {
        let message = "a line is longer than 1 MiB";
        let long = Diagnostic::new(Code("E0209"), message)
            .at(Span::new(&file, at..at + 1), "the line begins here")
            .help("check that the file is a table and that its quotes are closed");
        found.push(long);
        return Opened::Broken;
    }
    read_header(file, text, delimiter, found).map_or(Opened::Broken, Opened::Table)
}

/// Decodes the bytes of a file; a byte that cannot be decoded is reported at its line and column.
fn decode(
    bytes: &[u8],
    encoding: &'static Encoding,
    file: &FileId,
    files: &mut Files,
    found: &mut Findings,
) -> Option<Arc<str>> {
    let (encoding, marked) = Encoding::for_bom(bytes).map_or((encoding, 0), |(e, n)| (e, n));
    let (text, broken) = encoding.decode_without_bom_handling(&bytes[marked..]);
    if !broken {
        return Some(text.into());
    }
    // Both kinds of text put the replacement character where the first bad byte stood. One that was
    // in the file itself is only possible in Unicode, where the bytes say which it is.
    let at = if encoding == encoding_rs::UTF_8 {
        std::str::from_utf8(&bytes[marked..]).map_or_else(|e| e.valid_up_to(), str::len)
    } else {
        text.find('\u{fffd}').unwrap_or_default()
    };
    let span = Span::new(file, at..(at + '\u{fffd}'.len_utf8()).min(text.len()));
    files.insert(file.clone(), &*text);
    let name = encoding.name();
    let place = files.position(&span).map_or_else(String::new, |p| {
        format!(" at line {}, column {}", p.line, p.column)
    });
    let finding = Diagnostic::new(Code("E0207"), format!("`{file}` is not {name}{place}"))
        .at(span, "these bytes cannot be decoded")
        .help("save the file as UTF-8, or state its `encoding` (older tables are often \"windows-1252\")");
    found.push(finding);
    None
}

/// Returns the first byte of a line that is longer than [`LONGEST_LINE`].
fn overlong_line(text: &str) -> Option<usize> {
    if text.len() <= LONGEST_LINE {
        return None;
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.len() > LONGEST_LINE {
            return Some(start);
        }
        start += line.len();
    }
    None
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

pub(super) fn read_header(
    file: FileId,
    text: Arc<str>,
    delimiter: u8,
    found: &mut Findings,
) -> Option<Table> {
    let mut record = StringRecord::new();
    // A text cannot fail to be read: it is UTF-8, in memory, and rows may have any length.
    let some = reader(&text, delimiter)
        .read_record(&mut record)
        .unwrap_or(false);
    if !some || record.iter().all(|name| name.trim().is_empty()) {
        let empty = Diagnostic::new(Code("E0201"), format!("`{file}` is empty"))
            .at(Span::whole(&file), "")
            .help("the first line names the columns");
        found.push(empty);
        return None;
    }
    let header: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    let start = skip_line_ends(&text, 0);
    let last = field_range(&text, start, header.len() - 1, delimiter).0;
    Some(Table {
        file,
        delimiter,
        header,
        header_at: start..last.end,
        text,
    })
}

impl Table {
    /// Returns the names of the columns in the order of the file.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Returns the place of a column's name.
    pub(super) fn header_span(&self, position: usize) -> Span {
        let range = field_range(&self.text, self.header_at.start, position, self.delimiter).0;
        Span::new(&self.file, range)
    }

    /// Finds a column that may be absent; a name that stands twice is reported.
    pub(super) fn optional(&self, name: &str, found: &mut Findings) -> Col {
        let mut at = (0..self.header.len()).filter(|&i| self.header[i] == name);
        let first = at.next();
        if let (Some(first), Some(second)) = (first, at.next()) {
            let twice = format!("`{}` has the column `{name}` twice", self.file);
            let finding = Diagnostic::new(Code("E0202"), twice)
                .at(self.header_span(second), "again here")
                .at(self.header_span(first), "first here")
                .help("rename or remove one of the two");
            found.push(finding);
        }
        Col(first)
    }

    /// Finds a column; its absence is reported with the columns that are there.
    pub(super) fn required(&self, name: &str, found: &mut Findings) -> Option<Col> {
        let column = self.optional(name, found);
        if column.exists() {
            return Some(column);
        }
        let names = self.header.iter().map(String::as_str);
        let finding = Diagnostic::new(
            Code("E0202"),
            format!("`{}` has no column `{name}`", self.file),
        )
        .at(
            Span::new(&self.file, self.header_at.clone()),
            "the columns of this file",
        )
        .maybe_help(did_you_mean(name, names))
        .note(format!("columns there: {}", self.header.join(", ")));
        found.push(finding);
        None
    }

    /// Visits every well-formed row in order and returns how many rows there are; rows with too many
    /// or too few fields and a quote that is never closed are reported and passed over.
    pub(super) fn each_row(
        &self,
        found: &mut Findings,
        mut visit: impl FnMut(&Row<'_>, &mut Findings),
    ) -> usize {
        let mut reader = reader(&self.text, self.delimiter);
        let mut record = StringRecord::new();
        let (mut rows, mut line, mut counted) = (0, 1, 0);
        while reader.read_record(&mut record).unwrap_or(false) {
            let begun = record
                .position()
                .map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
            let start = skip_line_ends(&self.text, begun);
            line += newlines(&self.text[counted..start]);
            counted = start;
            if start == self.header_at.start {
                continue;
            }
            rows += 1;
            let row = Row {
                table: self,
                record: &record,
                start,
                line,
            };
            let ended = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            if row.is_well_formed(ended >= self.text.len(), found) {
                visit(&row, found);
            }
        }
        rows
    }
}

/// One row of a table.
#[derive(Debug)]
pub(super) struct Row<'t> {
    table: &'t Table,
    record: &'t StringRecord,
    start: usize,
    line: usize,
}

impl<'t> Row<'t> {
    /// Returns a field without surrounding space; empty for a column that the file lacks.
    pub(super) fn get(&self, column: Col) -> &'t str {
        column
            .0
            .and_then(|at| self.record.get(at))
            .unwrap_or_default()
            .trim()
    }

    /// Returns where a field stands, with its quotes.
    pub(super) fn span(&self, column: Col) -> Span {
        let (text, at) = (&self.table.text, column.0.unwrap_or_default());
        let range = field_range(text, self.start, at, self.table.delimiter).0;
        Span::new(&self.table.file, range)
    }

    /// Returns where the row stands.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            file: self.table.file.clone(),
            line: self.line,
        }
    }

    /// Reads a number that may be absent.
    pub(super) fn number(&self, column: Col, found: &mut Findings) -> Option<f64> {
        let text = self.get(column);
        if text.is_empty() {
            return None;
        }
        let value = parse_number(text);
        if let Err(why) = &value {
            found.push(self.not_a_number(column, text, why));
        }
        value.ok()
    }

    /// Reads a number that must be there.
    pub(super) fn needed_number(&self, column: Col, found: &mut Findings) -> Option<f64> {
        if self.get(column).is_empty() {
            let name = self.name(column);
            let finding = Diagnostic::new(Code("E0203"), format!("`{name}` is empty"))
                .at(self.span(column), "a number is expected here")
                .help("write the number, or remove the row: a missing row is a missing figure");
            found.push(finding);
            return None;
        }
        self.number(column, found)
    }

    /// Makes the finding for a field that is no number.
    pub(super) fn not_a_number(&self, column: Col, text: &str, why: &NotANumber) -> Diagnostic {
        let name = self.name(column);
        Diagnostic::new(
            Code("E0203"),
            format!("`{text}` in `{name}` is not a number"),
        )
        .at(self.span(column), why.words)
        .maybe_help(why.help.map(str::to_owned))
    }

    /// Reads a date that may be absent.
    pub(super) fn date(&self, column: Col, found: &mut Findings) -> Option<Period> {
        let text = self.get(column);
        if text.is_empty() {
            return None;
        }
        let period = Period::parse(text);
        if period.is_none() {
            let name = self.name(column);
            let finding =
                Diagnostic::new(Code("E0204"), format!("`{text}` in `{name}` is not a date"))
                    .at(self.span(column), "")
                    .help("write 2025, 2025-H1, 2025-Q3, 2025-08 or 2025-08-28");
            found.push(finding);
        }
        period
    }

    /// Reads a word of a list; an empty field of a column that is there is no word.
    ///
    /// A file without the column means the word `otherwise` in every row.
    pub(super) fn word<T: Copy>(
        &self,
        column: Col,
        known: &[(&'static str, T)],
        parse: impl Fn(&str) -> Option<T>,
        otherwise: T,
        found: &mut Findings,
    ) -> Option<T> {
        if !column.exists() {
            return Some(otherwise);
        }
        let text = self.get(column);
        let value = parse(text);
        if value.is_none() {
            let name = self.name(column);
            let message = if text.is_empty() {
                format!("`{name}` is empty")
            } else {
                format!("`{text}` is not a word for `{name}`")
            };
            let words = || {
                known
                    .iter()
                    .map(|(word, _)| *word)
                    .filter(|w| !w.is_empty())
            };
            let finding = Diagnostic::new(Code("E0208"), message)
                .at(self.span(column), "")
                .maybe_help(
                    crate::diagnostics::nearest(text, words())
                        .map(|w| format!("did you mean `{w}`?")),
                )
                .note(format!(
                    "known words: {}",
                    words().collect::<Vec<_>>().join(", ")
                ));
            found.push(finding);
        }
        value
    }

    /// Returns the name of a column.
    pub(super) fn name(&self, column: Col) -> &'t str {
        column.0.map_or("", |at| self.table.header[at].as_str())
    }

    fn is_well_formed(&self, last: bool, found: &mut Findings) -> bool {
        let (table, fields) = (self.table, self.record.len());
        let end = |at| field_range(&table.text, self.start, at, table.delimiter);
        // Only the last row can hold a quote that is never closed: it swallows the rest of the file.
        if last && fields > 0 {
            let (range, closed) = end(fields - 1);
            if !closed {
                let open = range.start..range.start + 1;
                let finding = Diagnostic::new(Code("E0209"), "a quote is never closed")
                    .at(Span::new(&table.file, open), "it opens here")
                    .help("close the quote; a quote inside a quoted field is written twice");
                found.push(finding);
                return false;
            }
        }
        let wanted = table.header.len();
        if fields == wanted {
            return true;
        }
        let range = self.start..end(fields.saturating_sub(1)).0.end;
        let lines = newlines(&table.text[range.clone()]);
        let message = format!("the row has {fields} fields where the header has {wanted}");
        let mut finding = Diagnostic::new(Code("E0209"), message)
            .at(Span::new(&table.file, range), "")
            .help("a field that holds the delimiter is put in quotes");
        if lines > 0 {
            let last = self.line + lines;
            let spans = format!(
                "the row runs from line {} to line {last}: a quote may be left open",
                self.line
            );
            finding = finding.note(spans);
        }
        found.push(finding);
        false
    }
}

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotANumber {
    /// What stands there.
    pub(super) words: &'static str,
    /// What to do.
    pub(super) help: Option<&'static str>,
}

/// Reads a finite number written with a decimal point and without separators.
pub(super) fn parse_number(text: &str) -> Result<f64, NotANumber> {
    let bad = |words, help| Err(NotANumber { words, help });
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(value) if value.is_nan() => bad(
            "nan is not a figure",
            Some("a missing figure is an empty row, not a nan"),
        ),
        Ok(_) if text.bytes().any(|b| b.is_ascii_digit()) => bad("too large for a number", None),
        Ok(_) => bad(
            "infinity is not a figure",
            Some("write the figure that the source gives"),
        ),
        Err(_) if text.ends_with('%') => bad(
            "a percent sign",
            Some("write the number alone: the unit belongs to the indicator"),
        ),
        Err(_) if text.contains(',') => bad(
            "a comma",
            Some("write a decimal point, and no separators between thousands"),
        ),
        Err(_) => bad("", None),
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|b| *b == b'\n').count()
}

fn skip_line_ends(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let ends = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
    from + ends.count()
}

/// Returns the bytes of field number `wanted` of the row that begins at `from`, and whether its
/// quotes are closed.
fn field_range(text: &str, from: usize, wanted: usize, delimiter: u8) -> (Range<usize>, bool) {
    let bytes = text.as_bytes();
    let (mut at, mut field) = (from, 0);
    loop {
        let start = at;
        let mut closed = true;
        if bytes.get(at) == Some(&b'"') {
            closed = false;
            at += 1;
            while let Some(&byte) = bytes.get(at) {
                at += 1;
                if byte == b'"' {
                    if bytes.get(at) == Some(&b'"') {
                        at += 1;
                    } else {
                        closed = true;
                        break;
                    }
                }
            }
        }
        let ends = |b: &u8| *b == delimiter || matches!(b, b'\r' | b'\n');
        while bytes.get(at).is_some_and(|b| !ends(b)) {
            at += 1;
        }
        if field == wanted || bytes.get(at) != Some(&delimiter) {
            return (start..at, closed);
        }
        at += 1;
        field += 1;
    }
}
