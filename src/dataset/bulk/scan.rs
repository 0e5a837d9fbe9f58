//! Bytes to rows, with as little work per byte as can be.

use super::fields::{Ended, plain_number, unquoted};
use super::gather::{Fault, Gather};
use super::{BulkTable, Failed, Mark, PIECE, Span, Total};
use crate::dataset::table::LONGEST_LINE;
use memchr::{memchr_iter, memrchr2};
use std::io::{self, Read};
use std::ops::Range;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// Reads the rows of a text from `source`, which stands at `span.from`.
pub(super) fn read(
    gather: Gather<'_>,
    source: &mut dyn Read,
    span: Span,
    marks: &[u64],
) -> Result<(Total, Vec<Mark>), Failed> {
    let table = gather.table;
    let mut scan = Scan {
        table,
        to: span.to.unwrap_or(u64::MAX),
        marks,
        found: vec![],
        gather,
        spots: vec![0..0; table.texts.count],
        text: vec![],
        fields: vec![],
    };
    scan.all(source)?;
    let end = scan.gather.at;
    let total = Total {
        rows: end.row - span.from.row,
        passed_over: scan.gather.passed_over,
        end,
    };
    let mut found = scan.found;
    found.resize(marks.len(), end);
    Ok((total, found))
}

struct Scan<'t, 'm> {
    table: &'t BulkTable,
    to: u64,
    marks: &'m [u64],
    found: Vec<Mark>,
    gather: Gather<'t>,
    /// Where the texts of the row lie.
    spots: Vec<Range<usize>>,
    /// A row that was taken apart, and its fields there.
    text: Vec<u8>,
    fields: Vec<Range<usize>>,
}

/// How far a row goes in the buffer.
enum Step {
    /// To this byte, its line ending not included.
    To(usize),
    /// Beyond what has been read.
    Beyond { quoted: bool },
}

impl Scan<'_, '_> {
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
                return self.gather.flush();
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
        let base = self.gather.at.byte;
        let mut at = 0;
        while at < complete {
            match bytes[at] {
                b'\n' => {
                    self.gather.at.line += 1;
                    at += 1;
                    continue;
                }
                b'\r' => {
                    at += 1;
                    continue;
                }
                _ => {}
            }
            self.gather.at.byte = base + at as u64;
            if self.gather.at.byte >= self.to {
                return Ok((at, true));
            }
            while self
                .marks
                .get(self.found.len())
                .is_some_and(|mark| *mark <= self.gather.at.byte)
            {
                self.found.push(self.gather.at);
            }
            match self.row(&bytes[..complete], at) {
                Step::To(end) => at = self.finish(bytes, at..end)?,
                Step::Beyond { quoted } if last && quoted => {
                    self.never_closed(bytes, at);
                    return Ok((bytes.len(), false));
                }
                Step::Beyond { quoted } if quoted && bytes.len() - at > LONGEST_LINE => {
                    return Err(Failed::OpenQuote {
                        line: self.gather.at.line,
                    });
                }
                Step::Beyond { .. } => {
                    return Ok((at, false));
                }
            }
        }
        self.gather.at.byte = base + at as u64;
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
                    self.gather.filling[cell].values.push(value);
                    at += length;
                }
                (cell, _) => {
                    // The bytes end with a line, so this ends as well.
                    while !ends(bytes[at]) {
                        at += 1;
                    }
                    if let Some(cell) = cell {
                        self.gather.cell(cell, field, &bytes[begun..at]);
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
        self.gather.take_back();
        let mut text = std::mem::take(&mut self.text);
        let mut fields = std::mem::take(&mut self.fields);
        let ended = unquoted(bytes, start, self.table.delimiter, &mut text, &mut fields);
        if let Ended::At(_) = ended {
            let roles = self.table.roles.iter().zip(&fields).enumerate();
            for (at, (role, field)) in roles {
                if let Some(cell) = role.cell {
                    self.gather.cell(cell, at, &text[field.clone()]);
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
        self.gather.fault = Some(fault);
    }

    /// Decides about a row that has been read; returns where the next may begin.
    fn finish(&mut self, bytes: &[u8], row: Range<usize>) -> Result<usize, Failed> {
        self.gather.at.row += 1;
        if row.len() > LONGEST_LINE {
            self.gather.fault = Some(Fault::new("E0209", "a line is longer than 1 MiB"));
        }
        // Fields of a row with quotes lie in the buffer of their own.
        let apart = !self.fields.is_empty();
        let own = std::mem::take(&mut self.text);
        let (spots, from) = (&self.spots, if apart { own.as_slice() } else { bytes });
        let fault = self.gather.decide(|slot| &from[spots[slot].clone()]);
        self.text = own;
        self.fields.clear();
        let newlines = if apart {
            memchr_iter(b'\n', &bytes[row.clone()]).count() as u64
        } else {
            0
        };
        match fault {
            Some(None) => {
                self.gather.passed_over += 1;
                self.gather.take_back();
            }
            Some(Some(fault)) => {
                self.gather.take_back();
                self.gather.bad(fault, &bytes[row.clone()]);
            }
            None => {}
        }
        self.gather.at.line += newlines;
        if self.gather.rows.ids.len() == PIECE || self.gather.rows.bad.len() == PIECE {
            self.gather.at.byte += row.len() as u64;
            self.gather.flush()?;
        }
        Ok(row.end)
    }

    /// The last row of a file that opens a quote and does not close it.
    fn never_closed(&mut self, bytes: &[u8], at: usize) {
        self.gather.take_back();
        self.fields.clear();
        self.gather.at.row += 1;
        let mut fault = Fault::new("E0209", "a quote is never closed");
        fault
            .help
            .push("close the quote; a quote inside a quoted field is written twice".to_owned());
        self.gather.bad(fault, &bytes[at..]);
        let lines = memchr_iter(b'\n', &bytes[at..]).count();
        self.gather.at.line += lines as u64;
        self.gather.at.byte += (bytes.len() - at) as u64;
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
            return Err(Failed::OpenQuote {
                line: self.gather.at.line,
            });
        }
        self.gather.at.row += 1;
        self.fields.clear();
        let mut fault = Fault::new("E0209", "a line is longer than 1 MiB");
        fault
            .help
            .push("check that the file is a table and that its quotes are closed".to_owned());
        let text = buffer[..filled.min(super::SHOWN + 1)].to_vec();
        self.gather.bad(fault, &text);
        self.gather.at.byte += filled as u64;
        loop {
            let count = match source.read(buffer) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failed::Io(error)),
            };
            let end = memchr::memchr2(b'\n', b'\r', &buffer[..count]);
            if let Some(end) = end {
                self.gather.at.byte += end as u64;
                buffer.copy_within(end..count, 0);
                return Ok(count - end);
            }
            self.gather.at.byte += count as u64;
            if count == 0 {
                return Ok(0);
            }
        }
    }
}
