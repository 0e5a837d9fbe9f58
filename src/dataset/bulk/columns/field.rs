//! One column of a group of rows in a file, read some rows at a time.

use super::super::{Failed, Role};
use super::held::{Held, Values};
use super::kind::Kind;
use super::{Head, guarded};
use crate::dataset::matrix::MatrixSpec;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::reader::RowGroupReader;

/// A column that is being read.
pub(super) struct Field {
    name: String,
    source: Source,
}

/// Where values come from.
enum Source {
    Whole(ColumnReaderImpl<Int32Type>),
    Long(ColumnReaderImpl<Int64Type>),
    Single(ColumnReaderImpl<FloatType>),
    Double(ColumnReaderImpl<DoubleType>),
    Text(ColumnReaderImpl<ByteArrayType>),
    Flag(ColumnReaderImpl<BoolType>),
}

impl Field {
    /// Opens a column; what is read of it goes into the second.
    pub(super) fn open(
        group: &dyn RowGroupReader,
        at: usize,
        head: &Head,
        role: Role,
        spec: &MatrixSpec,
    ) -> Result<(Self, Held), Failed> {
        let reader = guarded(|| group.get_column_reader(head.leaf))?;
        let (source, values) = match reader {
            ColumnReader::Int32ColumnReader(reader) => {
                (Source::Whole(reader), Values::Whole(vec![]))
            }
            ColumnReader::Int64ColumnReader(reader) => (Source::Long(reader), Values::Long(vec![])),
            ColumnReader::FloatColumnReader(reader) => {
                (Source::Single(reader), Values::Single(vec![]))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                (Source::Double(reader), Values::Double(vec![]))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                (Source::Text(reader), Values::Text(vec![]))
            }
            ColumnReader::BoolColumnReader(reader) => (Source::Flag(reader), Values::Flag(vec![])),
            _ => return Err(Failed::Damaged(format!("`{}` changed its type", head.name))),
        };
        let unsigned = head.kind == Ok(Kind::Number { unsigned: true });
        let field = Self {
            name: head.name.clone(),
            source,
        };
        Ok((field, Held::new(at, role, values, unsigned, spec)))
    }

    pub(super) fn skip(&mut self, rows: usize) -> Result<(), Failed> {
        let source = &mut self.source;
        let skipped = guarded(|| match source {
            Source::Whole(reader) => reader.skip_records(rows),
            Source::Long(reader) => reader.skip_records(rows),
            Source::Single(reader) => reader.skip_records(rows),
            Source::Double(reader) => reader.skip_records(rows),
            Source::Text(reader) => reader.skip_records(rows),
            Source::Flag(reader) => reader.skip_records(rows),
        });
        self.complete(skipped?, rows)
    }

    /// Reads the values of the next rows into what [`open`](Self::open) gave for them.
    pub(super) fn next(&mut self, rows: usize, into: &mut Held) -> Result<(), Failed> {
        let Held { values, levels, .. } = &mut *into;
        let source = &mut self.source;
        let read = guarded(|| match (source, values) {
            (Source::Whole(reader), Values::Whole(values)) => read(reader, rows, levels, values),
            (Source::Long(reader), Values::Long(values)) => read(reader, rows, levels, values),
            (Source::Single(reader), Values::Single(values)) => read(reader, rows, levels, values),
            (Source::Double(reader), Values::Double(values)) => read(reader, rows, levels, values),
            (Source::Text(reader), Values::Text(values)) => read(reader, rows, levels, values),
            (Source::Flag(reader), Values::Flag(values)) => read(reader, rows, levels, values),
            _ => Ok(0),
        });
        self.complete(read?, rows)?;
        into.spell();
        Ok(())
    }

    fn complete(&self, read: usize, rows: usize) -> Result<(), Failed> {
        if read == rows {
            return Ok(());
        }
        Err(Failed::Damaged(format!("`{}` ends too early", self.name)))
    }
}

fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> parquet::errors::Result<usize> {
    levels.clear();
    values.clear();
    let (records, ..) = reader.read_records(rows, Some(levels), None, values)?;
    Ok(records)
}
