//! Wide tables that do not fit into memory: read from front to end in pieces of some thousand rows.
//!
//! What a cell means is decided by the same code as for tables in memory (`matrix`). What
//! differs is that nothing is kept: a piece is handed over and forgotten, a row with a mistake becomes a
//! [`BadRow`] that says where it stood and why it cannot be used.

mod fields;
mod sample;
mod scan;

pub use sample::sample;
pub use scan::{Failed, Mark, Span, Total};

use super::matrix::{Columns, MatrixSpec, delimiter, encoding};
use super::table::{Findings, LONGEST_LINE, read_header};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files};
use crate::model::{Cell, Column, Indicator, IndicatorId};
use encoding_rs::Encoding;
use indexmap::IndexMap;
use std::sync::Arc;

/// Rows that are handed over at once: few enough that all columns stay in the cache.
pub const PIECE: usize = 4096;

/// Bytes of a row that are kept for a finding.
const SHOWN: usize = 2000;

/// A wide table whose header has been read.
#[derive(Debug, Clone)]
pub struct BulkTable {
    spec: MatrixSpec,
    delimiter: u8,
    header: Vec<String>,
    /// What is done with each field of a row, in the order of the file.
    roles: Vec<Role>,
    /// Where the texts of a row go: the parts of its id, its name, the columns of the filter.
    texts: Texts,
    /// Indicators with whether their cells are times.
    cells: Vec<(IndicatorId, bool)>,
    /// Whether plain digits mean what they spell, so that the fast path may read them.
    plain: bool,
    /// The first byte after the header.
    start: Mark,
}

/// What is done with a field.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Role {
    /// Its position among the cells.
    cell: Option<usize>,
    /// Its position among the texts.
    text: Option<usize>,
}

#[derive(Debug, Clone, Default)]
struct Texts {
    count: usize,
    id: Vec<usize>,
    name: Option<usize>,
    filter: Vec<(usize, Vec<String>)>,
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BadRow {
    /// Its number among the rows, from 1.
    pub ordinal: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Code of the finding.
    pub code: String,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub help: Vec<String>,
    /// The row as it stands, or the beginning of a long one.
    pub text: String,
}

/// Some rows of a table.
#[derive(Debug, Default)]
pub struct Rows {
    /// One column per indicator of the table.
    pub columns: Vec<Arc<Column>>,
    /// Identifiers.
    pub ids: Strings,
    /// Names; empty where the table has no column of names.
    pub names: Strings,
    /// The number of each row in the table, from 1.
    pub ordinals: Vec<u64>,
    /// The line on which each row begins, from 1.
    pub lines: Vec<u64>,
    /// Rows that were met meanwhile and cannot be used.
    pub bad: Vec<BadRow>,
    /// Where reading stands: bytes, lines and rows so far.
    pub until: Mark,
}

/// Texts, one after another in one buffer.
#[derive(Debug, Default)]
pub struct Strings {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Strings {
    /// Returns the bytes of a text, which are UTF-8.
    pub fn bytes(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// Returns a text.
    pub fn text(&self, at: usize) -> String {
        String::from_utf8_lossy(self.bytes(at)).into_owned()
    }

    /// Returns the number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, parts: &[&str], between: u8) {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.bytes.push(between);
            }
            self.bytes.extend_from_slice(part.as_bytes());
        }
        self.ends.push(self.bytes.len());
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

impl Rows {
    /// Returns one of the rows on its own.
    pub fn single(&self, at: usize) -> Self {
        let mut row = Self {
            columns: self
                .columns
                .iter()
                .map(|column| Arc::new(column.pick(&[at])))
                .collect(),
            ordinals: vec![self.ordinals[at]],
            lines: vec![self.lines[at]],
            ..Self::default()
        };
        row.ids.push(&[&self.ids.text(at)], b'-');
        if !self.names.is_empty() {
            row.names.push(&[&self.names.text(at)], b'-');
        }
        row
    }
}

impl BulkTable {
    /// Reads the header of a table from its first bytes.
    ///
    /// The file is called `file` in findings, whatever the project calls its own table.
    pub fn open(
        file: &str,
        head: &[u8],
        spec: &MatrixSpec,
        indicators: &IndexMap<IndicatorId, Indicator>,
        files: &mut Files,
        found: &mut Diagnostics,
    ) -> Option<Self> {
        let mut findings = Findings::default();
        let table = open(file, head, spec, indicators, files, &mut findings);
        findings.finish(found);
        table
    }

    /// Returns how the table is to be read.
    pub fn spec(&self) -> &MatrixSpec {
        &self.spec
    }

    /// Tells whether places have names of their own.
    pub fn has_names(&self) -> bool {
        self.texts.name.is_some()
    }

    /// Returns the indicators that are read.
    pub fn indicators(&self) -> impl Iterator<Item = &IndicatorId> {
        self.cells.iter().map(|(id, _)| id)
    }

    /// Returns where the first row begins.
    pub fn start(&self) -> Mark {
        self.start
    }

    /// Reads the columns of these indicators only, in their order; all have to be there.
    pub fn restricted(&self, wanted: &[IndicatorId]) -> Option<Self> {
        let position = |id: &IndicatorId| self.cells.iter().position(|(own, _)| own == id);
        let order: Option<Vec<usize>> = wanted.iter().map(position).collect();
        let order = order?;
        let mut table = self.clone();
        table.cells = order.iter().map(|&at| self.cells[at].clone()).collect();
        for role in &mut table.roles {
            role.cell = role
                .cell
                .and_then(|at| order.iter().position(|&own| own == at));
        }
        Some(table)
    }
}

fn open(
    file: &str,
    head: &[u8],
    spec: &MatrixSpec,
    indicators: &IndexMap<IndicatorId, Indicator>,
    files: &mut Files,
    found: &mut Findings,
) -> Option<BulkTable> {
    let (encoding, separator) = (encoding(spec, found)?, delimiter(spec, found)?);
    let mark =
        Encoding::for_bom(head).map_or((encoding, 0), |(encoding, length)| (encoding, length));
    let id = FileId::new(file);
    if mark.0 != encoding_rs::UTF_8 {
        let message = format!(
            "`{file}` is {}, and bulk scoring reads UTF-8",
            mark.0.name()
        );
        let help = format!("convert it: `iconv -f {} -t utf-8 {file}`", mark.0.name());
        found.push(Diagnostic::new(Code("E0207"), message).help(help));
        return None;
    }
    let text = &head[mark.1..];
    let header = fields::first_record(text, separator);
    let Some(end) = header.filter(|end| *end <= LONGEST_LINE) else {
        let message = format!("the header of `{file}` is longer than 1 MiB");
        let finding = Diagnostic::new(Code("E0209"), message);
        found.push(finding.help("check that the file is a table and that its quotes are closed"));
        return None;
    };
    let Ok(line) = std::str::from_utf8(&text[..end]) else {
        let message = format!("the header of `{file}` is not UTF-8");
        let finding = Diagnostic::new(Code("E0207"), message);
        found.push(finding.help("save the file as UTF-8"));
        return None;
    };
    files.insert(id.clone(), line);
    let table = read_header(id, line.into(), separator, found)?;
    let columns = Columns::find(&table, spec, indicators, found)?;
    let newlines = line.bytes().filter(|byte| *byte == b'\n').count();
    Some(BulkTable {
        delimiter: separator,
        header: table.header().to_vec(),
        roles: roles(table.header().len(), &columns),
        texts: texts(&columns).0,
        cells: columns
            .cells
            .iter()
            .zip(&columns.clock)
            .map(|((_, indicator), clock)| (indicator.id.clone(), *clock))
            .collect(),
        plain: spec.reads_plain_numbers(),
        spec: spec.clone(),
        start: Mark {
            byte: (mark.1 + end) as u64,
            line: newlines as u64 + 1,
            row: 0,
        },
    })
}

/// Numbers the fields whose text is kept, each once.
fn texts(columns: &Columns) -> (Texts, Vec<usize>) {
    let mut fields: Vec<usize> = vec![];
    let mut slot = |position: Option<usize>| {
        let field = position?;
        let known = fields.iter().position(|own| *own == field);
        Some(known.unwrap_or_else(|| {
            fields.push(field);
            fields.len() - 1
        }))
    };
    let id = columns
        .id
        .iter()
        .filter_map(|column| slot(column.position()))
        .collect();
    let name = columns.name.and_then(|column| slot(column.position()));
    let filter = columns.filter.iter();
    let filter =
        filter.filter_map(|(column, wanted)| Some((slot(column.position())?, wanted.clone())));
    let filter = filter.collect();
    let texts = Texts {
        count: fields.len(),
        id,
        name,
        filter,
    };
    (texts, fields)
}

fn roles(width: usize, columns: &Columns) -> Vec<Role> {
    let mut roles = vec![Role::default(); width];
    for (slot, field) in texts(columns).1.into_iter().enumerate() {
        roles[field].text = Some(slot);
    }
    for (at, (column, _)) in columns.cells.iter().enumerate() {
        if let Some(field) = column.position() {
            roles[field].cell = Some(at);
        }
    }
    roles
}

/// Cells of a piece that is being filled.
#[derive(Debug)]
struct Filling {
    values: Vec<f64>,
    holes: Vec<(usize, Cell)>,
}

impl Default for Filling {
    fn default() -> Self {
        Self {
            values: Vec::with_capacity(PIECE),
            holes: vec![],
        }
    }
}

impl Filling {
    fn push(&mut self, cell: Cell) {
        if cell.value().is_none() {
            self.holes.push((self.values.len(), cell));
        }
        self.values.push(cell.value().unwrap_or(0.0));
    }

    /// Takes back the cells of rows that turned out to be of no use.
    fn shrink(&mut self, rows: usize) {
        self.values.truncate(rows);
        while self.holes.last().is_some_and(|(row, _)| *row >= rows) {
            self.holes.pop();
        }
    }

    fn column(&mut self) -> Arc<Column> {
        let values = std::mem::replace(&mut self.values, Vec::with_capacity(PIECE));
        let column = Column::with_holes(values, &self.holes);
        self.holes.clear();
        Arc::new(column)
    }
}

/// Returns a text that may be bytes of anything, cut to a length that fits a finding.
fn shown(bytes: &[u8]) -> String {
    let end = bytes.len().min(SHOWN);
    let mut text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    if end < bytes.len() {
        text.push('…');
    }
    text
}
