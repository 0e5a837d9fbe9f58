//! Bytes to rows, with as little work per byte as can be.

use super::fields::{Ended, plain_number, unquoted};
use super::{BadRow, BulkTable, Filling, PIECE, Rows, shown};
use crate::dataset::matrix::{Held, is_wanted};
use crate::dataset::table::LONGEST_LINE;
use crate::model::Cell;
use memchr::{memchr_iter, memrchr2};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::{ControlFlow, Range};

/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// A place between two rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// Bytes before it.
    pub byte: u64,
    /// The line that begins there, from 1.
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
    /// Whoever takes the pieces has had enough.
    Stopped,
}

impl BulkTable {
    /// Reads rows and hands them over in pieces, in the order of the file.
    ///
    /// `source` stands at `span.from`. Rows whose number is in `refused` are bad rows for the reason
    /// there. `marks` are bytes for which the place of the first row at or after each is wanted, in
    /// ascending order; they are returned in that order.
    ///
    /// # Errors
    ///
    /// [`Failed`]; pieces handed over before that stay handed over.
    pub fn read(
        &self,
        source: &mut dyn Read,
        span: Span,
        refused: &BTreeMap<u64, (String, String)>,
        marks: &[u64],
        visit: &mut dyn FnMut(&Rows) -> ControlFlow<()>,
    ) -> Result<(Total, Vec<Mark>), Failed> {
        let mut scan = Scan {
            table: self,
            at: span.from,
            to: span.to.unwrap_or(u64::MAX),
            refused,
            marks,
            found: vec![],
            filling: self.cells.iter().map(|_| Filling::default()).collect(),
            rows: Rows::default(),
            passed_over: 0,
            spots: vec![0..0; self.texts.count],
            text: vec![],
            fields: vec![],
            fault: None,
            visit,
        };
        scan.all(source)?;
        let end = scan.at;
        let total = Total {
            rows: end.row - span.from.row,
            passed_over: scan.passed_over,
            end,
        };
        let mut found = scan.found;
        found.resize(marks.len(), end);
        Ok((total, found))
    }
}

/// What stands in the way of a row.
struct Fault {
    code: &'static str,
    reason: String,
    help: Vec<String>,
}

impl Fault {
    fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            help: vec![],
        }
    }
}

struct Scan<'t> {
    table: &'t BulkTable,
    at: Mark,
    to: u64,
    refused: &'t BTreeMap<u64, (String, String)>,
    marks: &'t [u64],
    found: Vec<Mark>,
    filling: Vec<Filling>,
    rows: Rows,
    passed_over: u64,
    /// Where the texts of the row lie.
    spots: Vec<Range<usize>>,
    /// A row that was taken apart, and its fields there.
    text: Vec<u8>,
    fields: Vec<Range<usize>>,
    /// The first mistake in the row, kept until the filter has been asked.
    fault: Option<Fault>,
    visit: &'t mut dyn FnMut(&Rows) -> ControlFlow<()>,
}

/// How far a row goes in the buffer.
enum Step {
    /// To this byte, its line ending not included.
    To(usize),
    /// Beyond what has been read.
    Beyond { quoted: bool },
}

impl Scan<'_> {
    fn all(&mut self, source: &mut dyn Read) -> Result<(), Failed> {
        let mut buffer = vec![0; BLOCK];
        let (mut filled, mut ended) = (0, false);
        loop {
            while !ended && filled < buffer.len() {
                match source.read(&mut buffer[filled..]) {
                    Ok(0) => ended = true,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(Failed::Io(error)),
                }
            }
            if ended && filled > 0 && !matches!(buffer[filled - 1], b'\n' | b'\r') {
                // The last line of a file need not be ended; here it is, so that every row is.
                if filled == buffer.len() {
                    buffer.push(0);
                }
                buffer[filled] = b'\n';
                filled += 1;
            }
            let (used, done) = self.block(&buffer[..filled], ended)?;
            if done || (ended && used == filled) {
                return self.flush();
            }
            buffer.copy_within(used..filled, 0);
            filled -= used;
            if filled == buffer.len() {
                if filled > LONGEST_LINE + BLOCK {
                    filled = self.overlong(&mut buffer, filled, source)?;
                } else {
                    buffer.resize(filled + BLOCK, 0);
                }
            }
        }
    }

    /// Reads the complete rows of a block; returns the bytes used, and whether the span has ended.
    fn block(&mut self, bytes: &[u8], last: bool) -> Result<(usize, bool), Failed> {
        let complete = memrchr2(b'\n', b'\r', bytes).map_or(0, |end| end + 1);
        let base = self.at.byte;
        let mut at = 0;
        while at < complete {
            match bytes[at] {
                b'\n' => {
                    self.at.line += 1;
                    at += 1;
                    continue;
                }
                b'\r' => {
                    at += 1;
                    continue;
                }
                _ => {}
            }
            self.at.byte = base + at as u64;
            if self.at.byte >= self.to {
                return Ok((at, true));
            }
            while self
                .marks
                .get(self.found.len())
                .is_some_and(|mark| *mark <= self.at.byte)
            {
                self.found.push(self.at);
            }
            match self.row(&bytes[..complete], at) {
                Step::To(end) => at = self.finish(bytes, at..end)?,
                Step::Beyond { quoted } if last && quoted => {
                    self.never_closed(bytes, at);
                    return Ok((bytes.len(), false));
                }
                Step::Beyond { quoted } if quoted && bytes.len() - at > LONGEST_LINE => {
                    return Err(Failed::OpenQuote { line: self.at.line });
                }
                Step::Beyond { .. } => {
                    return Ok((at, false));
                }
            }
        }
        self.at.byte = base + at as u64;
        Ok((at, false))
    }

    /// Reads a row into the piece; what is wrong with it is kept in `fault`.
    fn row(&mut self, bytes: &[u8], start: usize) -> Step {
        let (table, width) = (self.table, self.table.roles.len());
        let delimiter = table.delimiter;
        let mut at = start;
        for (field, role) in table.roles.iter().enumerate() {
            let begun = at;
            if bytes[at] == b'"' {
                return self.quoted_row(bytes, start);
            }
            let number = match role.cell {
                Some(_) if table.plain => plain_number(&bytes[at..]),
                _ => None,
            };
            let ends = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
            match (role.cell, number) {
                (Some(cell), Some((value, length))) if ends(bytes[at + length]) => {
                    self.filling[cell].values.push(value);
                    at += length;
                }
                (cell, _) => {
                    // The bytes end with a line, so this ends as well.
                    while !ends(bytes[at]) {
                        at += 1;
                    }
                    if let Some(cell) = cell {
                        self.cell(cell, field, &bytes[begun..at]);
                    }
                }
            }
            if let Some(slot) = role.text {
                self.spots[slot] = begun..at;
            }
            if bytes[at] != delimiter {
                if field + 1 < width {
                    self.wrong_width(field + 1);
                }
                return Step::To(at);
            }
            at += 1;
        }
        let end = at
            + bytes[at..]
                .iter()
                .take_while(|b| !matches!(b, b'\n' | b'\r'))
                .count();
        // The rest may hold quotes around a delimiter; the slow path counts exactly.
        if bytes[at..end].contains(&b'"') {
            return self.quoted_row(bytes, start);
        }
        let more = memchr_iter(delimiter, &bytes[at..end]).count();
        self.wrong_width(width + 1 + more);
        Step::To(end)
    }

    /// Reads a row with quotes.
    fn quoted_row(&mut self, bytes: &[u8], start: usize) -> Step {
        self.take_back();
        let mut text = std::mem::take(&mut self.text);
        let mut fields = std::mem::take(&mut self.fields);
        let ended = unquoted(bytes, start, self.table.delimiter, &mut text, &mut fields);
        if let Ended::At(_) = ended {
            let roles = self.table.roles.iter().zip(&fields).enumerate();
            for (at, (role, field)) in roles {
                if let Some(cell) = role.cell {
                    self.cell(cell, at, &text[field.clone()]);
                }
                if let Some(slot) = role.text {
                    self.spots[slot] = field.clone();
                }
            }
            if fields.len() != self.table.roles.len() {
                self.wrong_width(fields.len());
            }
        }
        (self.text, self.fields) = (text, fields);
        match ended {
            Ended::At(end) => Step::To(end),
            Ended::Open { quoted } => Step::Beyond { quoted },
        }
    }

    fn wrong_width(&mut self, fields: usize) {
        let wanted = self.table.roles.len();
        let reason = format!("the row has {fields} fields where the header has {wanted}");
        let mut fault = Fault::new("E0209", reason);
        fault
            .help
            .push("a field that holds the delimiter is put in quotes".to_owned());
        self.fault = Some(fault);
    }

    /// Reads a cell that is not plain digits.
    fn cell(&mut self, cell: usize, field: usize, bytes: &[u8]) {
        let filling = &mut self.filling[cell];
        let Ok(text) = std::str::from_utf8(bytes) else {
            filling.push(Cell::Missing);
            let name = &self.table.header[field];
            let reason = format!("`{name}` holds bytes that are not UTF-8");
            self.fault.get_or_insert(Fault::new("E0207", reason));
            return;
        };
        let text = text.trim();
        match self.table.spec.held(text, self.table.cells[cell].1) {
            Held::Missing => filling.push(Cell::Missing),
            Held::NotApplicable => filling.push(Cell::NotApplicable),
            Held::Number(value) => filling.push(Cell::Value(value)),
            Held::Fault(why) => {
                filling.push(Cell::Missing);
                let name = &self.table.header[field];
                let mut reason =
                    format!("`{}` in `{name}` is not a number", shown(text.as_bytes()));
                if !why.words.is_empty() {
                    reason = format!("{reason}: {}", why.words);
                }
                let mut fault = Fault::new("E0203", reason);
                fault.help.extend(why.help.map(str::to_owned));
                fault.help.extend(why.help_beside(text));
                self.fault.get_or_insert(fault);
            }
        }
    }

    /// Takes back the cells of a row that is not kept.
    fn take_back(&mut self) {
        let rows = self.rows.ids.len();
        self.filling.iter_mut().for_each(|cells| cells.shrink(rows));
        self.fault = None;
    }

    /// Decides about a row that has been read; returns where the next may begin.
    fn finish(&mut self, bytes: &[u8], row: Range<usize>) -> Result<usize, Failed> {
        self.at.row += 1;
        if row.len() > LONGEST_LINE {
            self.fault = Some(Fault::new("E0209", "a line is longer than 1 MiB"));
        }
        // Fields of a row with quotes lie in the buffer of their own.
        let apart = !self.fields.is_empty();
        let own = std::mem::take(&mut self.text);
        let fault = self.decide(if apart { &own } else { bytes });
        self.text = own;
        self.fields.clear();
        let newlines = if apart {
            memchr_iter(b'\n', &bytes[row.clone()]).count() as u64
        } else {
            0
        };
        match fault {
            Some(None) => {
                self.passed_over += 1;
                self.take_back();
            }
            Some(Some(fault)) => {
                self.take_back();
                self.bad(fault, &bytes[row.clone()]);
            }
            None => {}
        }
        self.at.line += newlines;
        if self.rows.ids.len() == PIECE || self.rows.bad.len() == PIECE {
            self.at.byte += row.len() as u64;
            self.flush()?;
        }
        Ok(row.end)
    }

    /// Returns why a row is not kept, `Some(None)` if the filter does not want it; takes it over else.
    #[expect(
        clippy::option_option,
        reason = "kept, not wanted, and wrong are three things"
    )]
    fn decide(&mut self, bytes: &[u8]) -> Option<Option<Fault>> {
        let text = |slot: usize| std::str::from_utf8(&bytes[self.spots[slot].clone()]);
        let table = self.table;
        // A row without the columns of the filter is wrong rather than not wanted.
        let short = self
            .fault
            .as_ref()
            .is_some_and(|fault| fault.code == "E0209");
        if !short {
            for (slot, wanted) in &table.texts.filter {
                match text(*slot) {
                    Ok(text) if is_wanted(text.trim(), wanted) => {}
                    Ok(_) => return Some(None),
                    Err(_) => return Some(Some(not_utf8("a column of `where`"))),
                }
            }
        }
        if let Some(fault) = self.fault.take() {
            return Some(Some(fault));
        }
        if let Some((code, reason)) = self.refused.get(&self.at.row) {
            let code = crate::diagnostics::find_code(code).map_or("E0802", |info| info.code.0);
            return Some(Some(Fault::new(code, reason)));
        }
        let mut parts: [&str; 4] = [""; 4];
        let mut many = vec![];
        let ids = &table.texts.id;
        let parts: &mut [&str] = if ids.len() <= parts.len() {
            &mut parts[..ids.len()]
        } else {
            many.resize(ids.len(), "");
            &mut many
        };
        for (part, slot) in parts.iter_mut().zip(ids) {
            let Ok(own) = text(*slot) else {
                return Some(Some(not_utf8("the id")));
            };
            *part = own.trim();
            if part.is_empty() {
                let mut fault = Fault::new(
                    "E0205",
                    format!("the row has no `{}`", self.header_of(*slot)),
                );
                fault.help.push(
                    "remove rows that are not places, such as footnotes and totals".to_owned(),
                );
                return Some(Some(fault));
            }
        }
        if let Some(slot) = table.texts.name {
            let Ok(name) = text(slot) else {
                return Some(Some(not_utf8("the name")));
            };
            let name = name.trim();
            if name.is_empty() {
                self.rows.names.push(parts, b'-');
            } else {
                self.rows.names.push(&[name], b'-');
            }
        }
        self.rows.ids.push(parts, b'-');
        self.rows.ordinals.push(self.at.row);
        self.rows.lines.push(self.at.line);
        None
    }

    fn header_of(&self, slot: usize) -> &str {
        let field = self
            .table
            .roles
            .iter()
            .position(|role| role.text == Some(slot));
        field.map_or("", |field| &self.table.header[field])
    }

    fn bad(&mut self, fault: Fault, text: &[u8]) {
        self.rows.bad.push(BadRow {
            ordinal: self.at.row,
            line: self.at.line,
            code: fault.code.to_owned(),
            reason: fault.reason,
            help: fault.help,
            text: shown(text),
        });
    }

    /// The last row of a file that opens a quote and does not close it.
    fn never_closed(&mut self, bytes: &[u8], at: usize) {
        self.take_back();
        self.fields.clear();
        self.at.row += 1;
        let mut fault = Fault::new("E0209", "a quote is never closed");
        fault
            .help
            .push("close the quote; a quote inside a quoted field is written twice".to_owned());
        self.bad(fault, &bytes[at..]);
        let lines = memchr_iter(b'\n', &bytes[at..]).count();
        self.at.line += lines as u64;
        self.at.byte += (bytes.len() - at) as u64;
    }

    /// Passes over a line beyond all measure; returns what is left in the buffer.
    fn overlong(
        &mut self,
        buffer: &mut [u8],
        filled: usize,
        source: &mut dyn Read,
    ) -> Result<usize, Failed> {
        let (text, fields) = (&mut self.text, &mut self.fields);
        let ended = unquoted(&buffer[..filled], 0, self.table.delimiter, text, fields);
        if ended == (Ended::Open { quoted: true }) {
            return Err(Failed::OpenQuote { line: self.at.line });
        }
        self.at.row += 1;
        self.fields.clear();
        let mut fault = Fault::new("E0209", "a line is longer than 1 MiB");
        fault
            .help
            .push("check that the file is a table and that its quotes are closed".to_owned());
        let text = buffer[..filled.min(super::SHOWN + 1)].to_vec();
        self.bad(fault, &text);
        self.at.byte += filled as u64;
        loop {
            let count = match source.read(buffer) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failed::Io(error)),
            };
            let end = memchr::memchr2(b'\n', b'\r', &buffer[..count]);
            if let Some(end) = end {
                self.at.byte += end as u64;
                buffer.copy_within(end..count, 0);
                return Ok(count - end);
            }
            self.at.byte += count as u64;
            if count == 0 {
                return Ok(0);
            }
        }
    }

    fn flush(&mut self) -> Result<(), Failed> {
        self.rows.columns = self.filling.iter_mut().map(Filling::column).collect();
        self.rows.until = self.at;
        let go = (self.visit)(&self.rows);
        self.rows.ids.clear();
        self.rows.names.clear();
        self.rows.ordinals.clear();
        self.rows.lines.clear();
        self.rows.bad.clear();
        match go {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Failed::Stopped),
        }
    }
}

fn not_utf8(what: &str) -> Fault {
    let mut fault = Fault::new("E0207", format!("{what} holds bytes that are not UTF-8"));
    fault.help.push("save the file as UTF-8".to_owned());
    fault
}
