//! The ranking as columns of a Parquet file.

use super::output::{Columns, Ranked};
use super::record::{Record, Shape, score};
use crate::num::rank::{Best, Ties};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a group: enough that their descriptions weigh nothing, few enough to hold.
const ROWS: usize = 1 << 17;

/// Writes ranked rows, a group at a time.
pub(super) struct Groups<'w> {
    file: SerializedFileWriter<&'w mut (dyn Write + Send)>,
    shape: Shape,
    best: Best,
    /// Whether ranks may be halves.
    halves: bool,
    names: bool,
    ranks: Vec<f64>,
    ids: Texts,
    own_names: Texts,
    scores: Vec<f64>,
    criteria: Vec<Holed>,
}

/// Texts of a column.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    /// Takes the texts out, which share one buffer.
    fn take(&mut self) -> Vec<ByteArray> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let mut start = 0;
        let texts = self.ends.drain(..).map(|end| {
            let text = bytes.slice(start..end);
            start = end;
            ByteArray::from(text)
        });
        texts.collect()
    }
}

/// Numbers of a column that may lack some.
#[derive(Default)]
struct Holed {
    values: Vec<f64>,
    levels: Vec<i16>,
}

impl<'w> Groups<'w> {
    pub(super) fn new(into: &'w mut (dyn Write + Send), columns: Columns<'_>) -> io::Result<Self> {
        let halves = columns.ties == Ties::Average;
        let schema = schema(columns, halves).map_err(io::Error::other)?;
        let properties = WriterProperties::builder()
            .set_created_by(format!("exacity {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::SNAPPY)
            // Scores and ids are each there once: a dictionary of them would only be built to be given up.
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::Chunk);
        let properties = if halves {
            properties
        } else {
            // Ranks ascend, and their differences take no room.
            let rank = ColumnPath::from("rank");
            properties.set_column_encoding(rank, Encoding::DELTA_BINARY_PACKED)
        };
        let properties = Arc::new(properties.build());
        let file = SerializedFileWriter::new(into, Arc::new(schema), properties);
        Ok(Self {
            file: file.map_err(io::Error::other)?,
            shape: columns.shape,
            best: columns.best,
            halves,
            names: columns.names,
            ranks: Vec::with_capacity(ROWS),
            ids: Texts::default(),
            own_names: Texts::default(),
            scores: Vec::with_capacity(ROWS),
            criteria: columns.criteria.iter().map(|_| Holed::default()).collect(),
        })
    }

    fn group(&mut self) -> Result<()> {
        if self.ranks.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        if self.halves {
            column::<DoubleType, _>(&mut group, &self.ranks, None)?;
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "ranks are counts")]
            let ranks: Vec<i64> = self.ranks.iter().map(|rank| *rank as i64).collect();
            column::<Int64Type, _>(&mut group, &ranks, None)?;
        }
        column::<ByteArrayType, _>(&mut group, &self.ids.take(), None)?;
        if self.names {
            column::<ByteArrayType, _>(&mut group, &self.own_names.take(), None)?;
        }
        column::<DoubleType, _>(&mut group, &self.scores, None)?;
        for Holed { values, levels } in &mut self.criteria {
            column::<DoubleType, _>(&mut group, values, Some(levels))?;
            values.clear();
            levels.clear();
        }
        group.close()?;
        self.ranks.clear();
        self.scores.clear();
        Ok(())
    }
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let Some(mut column) = group.next_column()? else {
        return Ok(());
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

fn schema(columns: Columns<'_>, halves: bool) -> Result<Type> {
    let field = |name: &str, kind: Physical, logical: Option<LogicalType>, repetition| {
        let field = Type::primitive_type_builder(name, kind);
        let field = field.with_repetition(repetition).with_logical_type(logical);
        field.build().map(Arc::new)
    };
    let text = |name: &str| {
        let logical = Some(LogicalType::String);
        field(name, Physical::BYTE_ARRAY, logical, Repetition::REQUIRED)
    };
    let rank = if halves {
        Physical::DOUBLE
    } else {
        Physical::INT64
    };
    let mut fields = vec![
        field("rank", rank, None, Repetition::REQUIRED)?,
        text("place")?,
    ];
    if columns.names {
        fields.push(text("name")?);
    }
    fields.push(field(
        "score",
        Physical::DOUBLE,
        None,
        Repetition::REQUIRED,
    )?);
    for id in columns.criteria {
        fields.push(field(id, Physical::DOUBLE, None, Repetition::OPTIONAL)?);
    }
    Type::group_type_builder("ranking")
        .with_fields(fields)
        .build()
}

impl Ranked for Groups<'_> {
    fn row(&mut self, rank: f64, record: Record<'_>) -> io::Result<()> {
        let id = record.id(self.shape);
        self.ranks.push(rank);
        self.ids.push(id);
        if self.names {
            self.own_names.push(record.name(self.shape).unwrap_or(id));
        }
        // A zero is written without a sign, as everywhere.
        self.scores.push(score(record.key(), self.best) + 0.0);
        for (column, score) in self.criteria.iter_mut().zip(record.criteria(self.shape)) {
            column.levels.push(i16::from(score.is_some()));
            column.values.extend(score.map(|score| score + 0.0));
        }
        if self.ranks.len() == ROWS {
            self.group().map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.group().map_err(io::Error::other)?;
        self.file.close().map_err(io::Error::other)?;
        Ok(())
    }
}
