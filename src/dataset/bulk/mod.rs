//! Wide tables that do not fit into memory: read from front to end in pieces of some thousand rows.
//!
//! What a cell means is decided by the same code as for tables in memory (`matrix`). What
//! differs is that nothing is kept: a piece is handed over and forgotten, a row with a mistake becomes a
//! [`BadRow`] that says where it stood and why it cannot be used.

#[cfg(feature = "parquet")]
mod columns;
mod fields;
mod filling;
mod gather;
mod open;
mod sample;
mod scan;
mod span;
mod strings;

#[cfg(feature = "parquet")]
pub use columns::{Batch, Stored};
pub use open::Opened;
pub use span::{Failed, Mark, Span, Total};
pub use strings::Strings;

use super::matrix::{Columns, MatrixSpec};
use crate::diagnostics::Diagnostic;
use crate::model::{Column, IndicatorId};
use crate::sources::stream::Input;
use filling::Filling;
use gather::Gather;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Rows that are handed over at once: few enough that all columns stay in the cache.
pub const PIECE: usize = 4096;

/// Bytes of a row that are kept for a finding.
const SHOWN: usize = 2000;

/// A wide table whose header has been read.
#[derive(Debug, Clone)]
pub struct BulkTable {
    spec: MatrixSpec,
    format: Format,
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

/// How a file keeps its rows.
#[derive(Debug, Clone)]
enum Format {
    /// One after another, as text.
    Text,
    /// Column by column, as Parquet does.
    #[cfg(feature = "parquet")]
    Columns(columns::Footer),
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
    /// The line on which it begins, from 1; its number in a file without lines.
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

    /// Returns where the last row ends, as [`Mark::byte`] counts, in a file of so many bytes.
    pub fn extent(&self, length: u64) -> u64 {
        match &self.format {
            Format::Text => length,
            #[cfg(feature = "parquet")]
            Format::Columns(footer) => footer.rows(),
        }
    }

    /// Returns what people count to find a row in the file.
    pub fn counted(&self) -> &'static str {
        match &self.format {
            Format::Text => "line",
            #[cfg(feature = "parquet")]
            Format::Columns(_) => "row",
        }
    }

    /// Finds columns that are read and hold neither numbers nor texts, by name; every field of a text is a text.
    #[cfg_attr(
        not(feature = "parquet"),
        allow(unused_variables, reason = "only texts are read")
    )]
    pub fn unreadable(&self, file: &str) -> Vec<(String, Diagnostic)> {
        match &self.format {
            Format::Text => vec![],
            #[cfg(feature = "parquet")]
            Format::Columns(footer) => footer.unreadable(file, &self.roles, true),
        }
    }

    /// Returns the same table as it is read from a text with the same header.
    pub fn as_text(&self) -> Self {
        let mut table = self.clone();
        #[cfg(feature = "parquet")]
        if let Format::Columns(footer) = &self.format {
            table.start = footer.small();
        }
        table.format = Format::Text;
        table
    }

    /// Reads rows and hands them over in pieces, in the order of the file.
    ///
    /// Rows whose number is in `refused` are bad rows for the reason there. `marks` are positions for
    /// which the place of the first row at or after each is wanted, in ascending order; they are
    /// returned in that order.
    ///
    /// # Errors
    ///
    /// [`Failed`]; pieces handed over before that stay handed over.
    pub fn read(
        &self,
        input: &dyn Input,
        span: Span,
        refused: &BTreeMap<u64, (String, String)>,
        marks: &[u64],
        visit: &mut dyn FnMut(&Rows) -> ControlFlow<()>,
    ) -> Result<(Total, Vec<Mark>), Failed> {
        let gather = Gather::new(self, span.from, refused, visit);
        match &self.format {
            Format::Text => {
                let mut source = input.open(span.from.byte).map_err(Failed::Io)?;
                scan::read(gather, &mut source, span, marks)
            }
            #[cfg(feature = "parquet")]
            Format::Columns(footer) => columns::read(footer, gather, input, span, marks),
        }
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

/// Says what is done with each field of a row.
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

/// Returns a text that may be bytes of anything, cut to a length that fits a finding.
fn shown(bytes: &[u8]) -> String {
    let end = bytes.len().min(SHOWN);
    let mut text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    if end < bytes.len() {
        text.push('…');
    }
    text
}
