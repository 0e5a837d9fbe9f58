//! Parquet files: columns to rows.
//!
//! A file keeps its columns apart, in groups of rows. Here the same rows of all columns that are needed are
//! read side by side, some thousand at a time, and meet the rules that rows of a text meet. Where a
//! row of a text has a line and a byte, a row here has its number.
//!
//! A figure that is stored as a number is that number. Nulls are missing; what is not finite is looked up
//! among the words of the project (`missing = ["NaN"]`) and is a mistake if it is not there.

mod batch;
mod chunks;
mod field;
mod held;
mod kind;
mod small;

use super::gather::{Fault, Gather};
use super::open::{Opened, Opening, text};
use super::sample::sample;
use super::{BulkTable, Failed, Format, Mark, PIECE, Role, Span, Total};
use crate::dataset::table::Findings;
use crate::diagnostics::{Code, Diagnostic, Files};
use crate::sources::stream::Input;
pub use batch::{Batch, Stored};
use chunks::Chunks;
use field::Field;
use held::Held;
use kind::Kind;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, Length, SerializedFileReader};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// What the end of a file says about it.
#[derive(Debug, Clone)]
pub(super) struct Footer {
    rows: u64,
    heads: Arc<[Head]>,
    /// Where rows begin in the text with the same header.
    small: Mark,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq)]
struct Head {
    name: String,
    /// Its number among the columns that are stored, where a record of several counts as several.
    leaf: usize,
    /// What its cells are; what they are called if they are nothing that can be read.
    kind: Result<Kind, String>,
}

impl Footer {
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns where the rows of the small text begin.
    pub(super) fn small(&self) -> Mark {
        self.small
    }

    fn of(file: &SerializedFileReader<Chunks>) -> Self {
        let about = file.metadata().file_metadata();
        let schema = about.schema_descr();
        let leaf = |root: usize| {
            let leaves = 0..schema.num_columns();
            leaves
                .into_iter()
                .find(|leaf| schema.get_column_root_idx(*leaf) == root)
        };
        let fields = schema.root_schema().get_fields().iter().enumerate();
        let heads = fields.map(|(root, field)| Head {
            name: field.name().to_owned(),
            leaf: leaf(root).unwrap_or_default(),
            kind: kind::of(field),
        });
        Self {
            rows: u64::try_from(about.num_rows()).unwrap_or_default(),
            heads: heads.collect(),
            small: Mark::default(),
        }
    }
}

fn damaged(error: &ParquetError) -> Failed {
    Failed::Damaged(match error {
        ParquetError::General(why) | ParquetError::EOF(why) | ParquetError::NYI(why) => why.clone(),
        other => other.to_string(),
    })
}

/// Lets the Parquet reader do something. On files whose bytes contradict one another it may give up in the middle
/// of its work: that, too, is a damaged file and no fault of this program.
fn guarded<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, Failed> {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    let nonsense = || Failed::Damaged("what it says of itself contradicts itself".to_owned());
    done.map_err(|_| nonsense())?
        .map_err(|error| damaged(&error))
}

fn file(input: &dyn Input) -> Result<SerializedFileReader<Chunks>, Failed> {
    let chunks = Chunks::new(input).map_err(Failed::Io)?;
    let length = chunks.len();
    let file = guarded(|| SerializedFileReader::new(chunks))?;
    // The reader would give up on the first of these with a message of its own.
    let columns = file
        .metadata()
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns);
    let inside = |from: i64, count: i64| {
        let end = from
            .checked_add(count)
            .and_then(|end| u64::try_from(end).ok());
        from >= 0 && count >= 0 && end.is_some_and(|end| end <= length)
    };
    for column in columns {
        let from = column
            .dictionary_page_offset()
            .unwrap_or(column.data_page_offset());
        if !inside(from, column.compressed_size()) {
            let why = format!("`{}` lies outside of it", column.column_path().string());
            return Err(Failed::Damaged(why));
        }
    }
    Ok(file)
}

/// Opens a file of columns.
pub(super) fn open(
    input: &dyn Input,
    opening: &Opening<'_>,
    files: &mut Files,
    found: &mut Findings,
) -> io::Result<Option<Opened>> {
    let begun = file(input).and_then(|file| {
        let footer = Footer::of(&file);
        let small = small::first_rows(&file, &footer, opening.spec)?;
        Ok((footer, small))
    });
    let (footer, head) = match begun {
        Ok(begun) => begun,
        Err(Failed::Io(error)) => return Err(error),
        Err(failed) => {
            found.push(broken(&opening.file, &failed));
            return Ok(None);
        }
    };
    let Some(as_text) = text(opening, &head, files, found) else {
        return Ok(None);
    };
    let small = sample(&as_text, &head, true);
    let footer = Footer {
        small: as_text.start,
        ..footer
    };
    // Without a list of indicators any column may be one, and most may never be looked at.
    let all_are_read = !opening.indicators.is_empty();
    for (_, finding) in footer.unreadable(&opening.file, &as_text.roles, all_are_read) {
        found.push(finding);
    }
    let table = BulkTable {
        format: Format::Columns(footer),
        start: Mark {
            byte: 0,
            line: 1,
            row: 0,
        },
        ..as_text
    };
    Ok(Some(Opened { table, small }))
}

fn broken(file: &str, failed: &Failed) -> Diagnostic {
    let why = match failed {
        Failed::Damaged(why) => why.as_str(),
        _ => "its beginning cannot be read",
    };
    let message = format!("`{file}` is no Parquet file that can be read: {why}");
    Diagnostic::new(Code("E0213"), message).help(
        "write the file again: one that was cut off has lost its end, where its columns are described",
    )
}

impl Footer {
    /// Finds columns that are needed (those of figures only with `cells`) and hold neither numbers nor texts.
    pub(super) fn unreadable(
        &self,
        file: &str,
        roles: &[Role],
        cells: bool,
    ) -> Vec<(String, Diagnostic)> {
        let heads = self.heads.iter().zip(roles);
        let wrong = heads.filter_map(|(head, role)| {
            let name = &head.name;
            let (wanted, is) = match &head.kind {
                Err(is) if role.text.is_some() || (cells && role.cell.is_some()) => {
                    ("", is.as_str())
                }
                Ok(Kind::Flag) if cells && role.cell.is_some() => (" of figures", "boolean"),
                _ => return None,
            };
            let message = format!("the column `{name}`{wanted} of `{file}` is {is}");
            let help = format!(
                "write it as a number (`cast({name} as double)`), or as a text if it names rows"
            );
            let finding = Diagnostic::new(Code("E0213"), message).help(help);
            Some((name.clone(), finding))
        });
        wrong.collect()
    }
}

/// Reads the rows of a file of columns.
pub(super) fn read(
    footer: &Footer,
    mut gather: Gather<'_>,
    input: &dyn Input,
    span: Span,
    marks: &[u64],
) -> Result<(Total, Vec<Mark>), Failed> {
    let file = file(input)?;
    let now = Footer::of(&file);
    if now.rows != footer.rows || now.heads != footer.heads {
        return Err(Failed::Damaged("it changed while it was read".to_owned()));
    }
    let from = span.from.row;
    let to = span.to.unwrap_or(u64::MAX).min(footer.rows);
    let mut before = 0;
    for group in 0..file.num_row_groups() {
        let held = rows_of(&file, group)?;
        let (begin, end) = (from.max(before), to.min(before + held));
        if begin < end {
            let (mut fields, mut held) = needed(&file, group, footer, gather.table)?;
            for field in &mut fields {
                field.skip(usize::try_from(begin - before).unwrap_or(usize::MAX))?;
            }
            let mut left = usize::try_from(end - begin).unwrap_or(usize::MAX);
            while left > 0 {
                let rows = left.min(PIECE);
                for (field, held) in fields.iter_mut().zip(&mut held) {
                    field.next(rows, held)?;
                }
                piece(&mut gather, &mut held, rows)?;
                left -= rows;
            }
        }
        before += held;
    }
    if before != footer.rows {
        let why = format!("it has {before} rows where its end says {}", footer.rows);
        return Err(Failed::Damaged(why));
    }
    let total = Total {
        rows: gather.at.row - from,
        passed_over: gather.passed_over,
        end: gather.at,
    };
    Ok((total, marks.iter().map(|mark| at(*mark)).collect()))
}

/// Returns the place before which so many rows stand.
fn at(row: u64) -> Mark {
    Mark {
        byte: row,
        line: row + 1,
        row,
    }
}

fn rows_of(file: &SerializedFileReader<Chunks>, group: usize) -> Result<u64, Failed> {
    let rows = file.metadata().row_group(group).num_rows();
    u64::try_from(rows).map_err(|_| Failed::Damaged("a group has fewer than no rows".to_owned()))
}

/// Opens the columns of a group that are needed.
fn needed(
    file: &SerializedFileReader<Chunks>,
    group: usize,
    footer: &Footer,
    table: &BulkTable,
) -> Result<(Vec<Field>, Vec<Held>), Failed> {
    let group = guarded(|| file.get_row_group(group))?;
    let heads = footer.heads.iter().zip(&table.roles).enumerate();
    let wanted = heads.filter(|(_, (_, role))| role.cell.is_some() || role.text.is_some());
    let opened =
        wanted.map(|(at, (head, role))| Field::open(&*group, at, head, *role, &table.spec));
    Ok(opened
        .collect::<Result<Vec<_>, Failed>>()?
        .into_iter()
        .unzip())
}

/// Takes the rows at hand, which make a piece of their own.
fn piece(gather: &mut Gather<'_>, fields: &mut [Held], rows: usize) -> Result<(), Failed> {
    let table = gather.table;
    let mut faults = BTreeMap::new();
    for field in &mut *fields {
        if let Some(cell) = field.role.cell {
            field.cells(table, cell, &mut gather.filling[cell], &mut faults);
        }
    }
    let mut texts: Vec<usize> = vec![0; table.texts.count];
    for (position, field) in fields.iter().enumerate() {
        if let Some(slot) = field.role.text {
            texts[slot] = position;
        }
    }
    let mut dropped = vec![];
    for row in 0..rows {
        gather.at = Mark {
            byte: gather.at.byte,
            line: gather.at.row + 1,
            row: gather.at.row + 1,
        };
        gather.fault = faults.remove(&row);
        match gather.decide(|slot| fields[texts[slot]].text(row)) {
            None => {}
            Some(None) => {
                gather.passed_over += 1;
                dropped.push(row);
            }
            Some(Some(fault)) => {
                let shown = shown(gather, fields, row);
                gather.bad(fault, shown.as_bytes());
                dropped.push(row);
            }
        }
    }
    gather.fault = None;
    if !dropped.is_empty() {
        for filling in &mut gather.filling {
            filling.drop_rows(&dropped);
        }
    }
    gather.at = at(gather.at.row);
    gather.flush()
}

/// Writes a row as far as it was read.
fn shown(gather: &Gather<'_>, fields: &[Held], row: usize) -> String {
    let cells = fields.iter().map(|field| match field.role {
        Role { text: Some(_), .. } => String::from_utf8_lossy(field.text(row)).into_owned(),
        Role {
            cell: Some(cell), ..
        } => {
            let filling = &gather.filling[cell];
            match filling.holes.binary_search_by_key(&row, |(row, _)| *row) {
                Ok(_) => String::new(),
                Err(_) => filling.values[row].to_string(),
            }
        }
        Role { .. } => String::new(),
    });
    cells.collect::<Vec<_>>().join(",")
}

/// Keeps the first mistake of a row.
fn note(faults: &mut BTreeMap<usize, Fault>, row: usize, fault: Option<Fault>) {
    if let Some(fault) = fault {
        faults.entry(row).or_insert(fault);
    }
}
