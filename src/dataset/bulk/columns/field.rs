//! One column of a group of rows, read some rows at a time.

use super::super::strings::Strings;
use super::super::{BulkTable, Failed, Filling, Role};
use super::kind::Kind;
use super::{Fault, Head, guarded, note};
use crate::dataset::matrix::MatrixSpec;
use crate::model::Cell;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::reader::RowGroupReader;
use std::collections::BTreeMap;

/// A column that is being read.
pub(super) struct Field {
    /// Its position among the columns of the table.
    at: usize,
    pub(super) role: Role,
    name: String,
    source: Source,
    unsigned: bool,
    /// One per row where a column may have holes: whether there is a value.
    levels: Vec<i16>,
    texts: Strings,
    spelling: Spelling,
    /// Whether words of the project may stand for numbers that are stored as such.
    spelt: bool,
}

/// Where values come from, and those of the rows at hand, without the holes.
enum Source {
    Whole(ColumnReaderImpl<Int32Type>, Vec<i32>),
    Long(ColumnReaderImpl<Int64Type>, Vec<i64>),
    Single(ColumnReaderImpl<FloatType>, Vec<f32>),
    Double(ColumnReaderImpl<DoubleType>, Vec<f64>),
    Text(ColumnReaderImpl<ByteArrayType>, Vec<ByteArray>),
    Flag(ColumnReaderImpl<BoolType>, Vec<bool>),
}

impl Field {
    pub(super) fn open(
        group: &dyn RowGroupReader,
        at: usize,
        head: &Head,
        role: Role,
        spec: &MatrixSpec,
    ) -> Result<Self, Failed> {
        let reader = guarded(|| group.get_column_reader(head.leaf))?;
        let source = match reader {
            ColumnReader::Int32ColumnReader(reader) => Source::Whole(reader, vec![]),
            ColumnReader::Int64ColumnReader(reader) => Source::Long(reader, vec![]),
            ColumnReader::FloatColumnReader(reader) => Source::Single(reader, vec![]),
            ColumnReader::DoubleColumnReader(reader) => Source::Double(reader, vec![]),
            ColumnReader::ByteArrayColumnReader(reader) => Source::Text(reader, vec![]),
            ColumnReader::BoolColumnReader(reader) => Source::Flag(reader, vec![]),
            _ => return Err(Failed::Damaged(format!("`{}` changed its type", head.name))),
        };
        let spelling = Spelling::of(spec);
        Ok(Self {
            at,
            role,
            name: head.name.clone(),
            source,
            unsigned: head.kind == Ok(Kind::Number { unsigned: true }),
            levels: vec![],
            texts: Strings::default(),
            spelt: spelling.replaces_numbers(spec),
            spelling,
        })
    }

    pub(super) fn skip(&mut self, rows: usize) -> Result<(), Failed> {
        let source = &mut self.source;
        let skipped = guarded(|| match source {
            Source::Whole(reader, _) => reader.skip_records(rows),
            Source::Long(reader, _) => reader.skip_records(rows),
            Source::Single(reader, _) => reader.skip_records(rows),
            Source::Double(reader, _) => reader.skip_records(rows),
            Source::Text(reader, _) => reader.skip_records(rows),
            Source::Flag(reader, _) => reader.skip_records(rows),
        });
        self.complete(skipped?, rows)
    }

    /// Reads the values of the next rows.
    pub(super) fn next(&mut self, rows: usize) -> Result<(), Failed> {
        let (source, levels) = (&mut self.source, &mut self.levels);
        let read = guarded(|| match source {
            Source::Whole(reader, values) => read(reader, rows, levels, values),
            Source::Long(reader, values) => read(reader, rows, levels, values),
            Source::Single(reader, values) => read(reader, rows, levels, values),
            Source::Double(reader, values) => read(reader, rows, levels, values),
            Source::Text(reader, values) => read(reader, rows, levels, values),
            Source::Flag(reader, values) => read(reader, rows, levels, values),
        });
        self.complete(read?, rows)?;
        if self.role.text.is_some() {
            self.spell();
        }
        Ok(())
    }

    fn complete(&self, read: usize, rows: usize) -> Result<(), Failed> {
        if read == rows {
            return Ok(());
        }
        Err(Failed::Damaged(format!("`{}` ends too early", self.name)))
    }

    /// Returns the text of a row; empty where there is none.
    pub(super) fn text(&self, row: usize) -> &[u8] {
        self.texts.bytes(row)
    }

    /// Writes out the texts of the rows at hand.
    fn spell(&mut self) {
        let (texts, levels) = (&mut self.texts, self.levels.as_slice());
        let (spelling, unsigned) = (&self.spelling, self.unsigned);
        texts.clear();
        match &self.source {
            Source::Whole(_, values) => each(levels, values, |value| {
                texts
                    .push_text(value.map_or_else(String::new, |v| whole(*v, unsigned).to_string()));
            }),
            Source::Long(_, values) => each(levels, values, |value| {
                texts.push_text(value.map_or_else(String::new, |v| long(*v, unsigned).to_string()));
            }),
            Source::Single(_, values) => each(levels, values, |value| {
                texts.push_text(
                    value.map_or_else(String::new, |v| spelling.of_number(f64::from(*v))),
                );
            }),
            Source::Double(_, values) => each(levels, values, |value| {
                texts.push_text(value.map_or_else(String::new, |v| spelling.of_number(*v)));
            }),
            Source::Text(_, values) => each(levels, values, |value| {
                texts.push_bytes(value.map_or(&[], ByteArray::data));
            }),
            Source::Flag(_, values) => each(levels, values, |value| {
                texts.push_text(value.map_or_else(String::new, bool::to_string));
            }),
        }
    }

    /// Fills a column of figures with the rows at hand.
    pub(super) fn cells(
        &mut self,
        table: &BulkTable,
        cell: usize,
        filling: &mut Filling,
        faults: &mut BTreeMap<usize, Fault>,
    ) {
        let (levels, unsigned) = (self.levels.as_slice(), self.unsigned);
        match &mut self.source {
            Source::Whole(_, values) => {
                spread(levels, values, filling, |v| whole(v, unsigned) as f64);
            }
            Source::Long(_, values) => {
                spread(levels, values, filling, |v| long_as_number(v, unsigned));
            }
            Source::Single(_, values) => spread(levels, values, filling, f64::from),
            Source::Double(_, values) if levels.is_empty() || values.len() == levels.len() => {
                std::mem::swap(&mut filling.values, values);
            }
            Source::Double(_, values) => spread(levels, values, filling, |v| v),
            Source::Flag(_, values) => spread(levels, values, filling, |v| f64::from(u8::from(v))),
            Source::Text(_, values) => {
                let mut row = 0;
                each(levels, values, |value| {
                    let bytes = value.map_or(&[][..], ByteArray::data);
                    let (held, fault) = table.read_cell(cell, self.at, bytes);
                    filling.push(held);
                    note(faults, row, fault);
                    row += 1;
                });
                return;
            }
        }
        let always = self.spelt || table.cells[cell].1;
        if always || filling.values.iter().any(|value| !value.is_finite()) {
            self.reread(table, cell, always, filling, faults);
        }
    }

    /// Looks at numbers again that may mean something else, as if they were written.
    fn reread(
        &self,
        table: &BulkTable,
        cell: usize,
        always: bool,
        filling: &mut Filling,
        faults: &mut BTreeMap<usize, Fault>,
    ) {
        let (values, holes) = (
            std::mem::take(&mut filling.values),
            std::mem::take(&mut filling.holes),
        );
        let mut holes = holes.into_iter().peekable();
        for (row, value) in values.into_iter().enumerate() {
            if let Some((_, hole)) = holes.next_if(|(at, _)| *at == row) {
                filling.push(hole);
            } else if value.is_finite() && !always {
                filling.push(Cell::Value(value));
            } else {
                let text = self.spelling.of_number(value);
                let (held, fault) = table.read_cell(cell, self.at, text.as_bytes());
                filling.push(held);
                note(faults, row, fault);
            }
        }
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

/// Visits the rows at hand: a value, or none.
fn each<T>(levels: &[i16], values: &[T], mut visit: impl FnMut(Option<&T>)) {
    if levels.is_empty() {
        for value in values {
            visit(Some(value));
        }
        return;
    }
    let mut values = values.iter();
    for level in levels {
        visit(if *level > 0 { values.next() } else { None });
    }
}

/// Fills a column with numbers and holes.
fn spread<T: Copy>(levels: &[i16], values: &[T], filling: &mut Filling, number: impl Fn(T) -> f64) {
    if levels.is_empty() || levels.len() == values.len() {
        filling
            .values
            .extend(values.iter().map(|value| number(*value)));
        return;
    }
    each(levels, values, |value| {
        filling.push(value.map_or(Cell::Missing, |value| Cell::Value(number(*value))));
    });
}

fn whole(value: i32, unsigned: bool) -> i64 {
    if unsigned {
        i64::from(value.cast_unsigned())
    } else {
        i64::from(value)
    }
}

fn long(value: i64, unsigned: bool) -> i128 {
    if unsigned {
        i128::from(value.cast_unsigned())
    } else {
        i128::from(value)
    }
}

fn long_as_number(value: i64, unsigned: bool) -> f64 {
    if unsigned {
        value.cast_unsigned() as f64
    } else {
        value as f64
    }
}

/// How numbers are written where a text stands for them.
struct Spelling {
    decimal: char,
    /// The project's word for what is not a number.
    nan: String,
}

impl Spelling {
    fn of(spec: &MatrixSpec) -> Self {
        let mut words = spec
            .missing
            .iter()
            .chain(&spec.not_applicable)
            .chain(spec.values.keys());
        let nan = words.find(|word| word.eq_ignore_ascii_case("nan"));
        Self {
            decimal: spec.decimal.unwrap_or('.'),
            nan: nan.map_or_else(|| "NaN".to_owned(), Clone::clone),
        }
    }

    fn of_number(&self, value: f64) -> String {
        if value.is_nan() {
            return self.nan.clone();
        }
        let text = value.to_string();
        if self.decimal == '.' {
            text
        } else {
            text.replace('.', &self.decimal.to_string())
        }
    }

    /// Tells whether a word of the project looks like a number, so that a number may mean that word.
    fn replaces_numbers(&self, spec: &MatrixSpec) -> bool {
        let mut words = spec
            .missing
            .iter()
            .chain(&spec.not_applicable)
            .chain(spec.values.keys());
        words.any(|word| {
            let plain = word.replace(self.decimal, ".");
            plain.parse::<f64>().is_ok_and(f64::is_finite)
        })
    }
}
