//! Rows that another program has read: columns as it stores them, with the meaning that they have in a file.

use super::super::gather::Gather;
use super::super::{BulkTable, Failed, Mark, Rows, Total};
use super::held::{Held, Values};
use super::piece;
use bytes::Bytes;
use parquet::data_type::ByteArray;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Some rows, as columns of equal length.
#[derive(Debug)]
pub struct Batch {
    /// Number of rows.
    pub rows: usize,
    /// The columns that [`BulkTable::columns`] names, in that order.
    pub columns: Vec<Stored>,
}

/// A column as it is stored. Rows without a value are `None`.
#[derive(Debug)]
pub struct Stored {
    values: Values,
    unsigned: bool,
    levels: Vec<i16>,
}

impl Stored {
    fn new<T>(cells: impl Iterator<Item = Option<T>>, values: impl Fn(Vec<T>) -> Values) -> Self {
        let mut levels = Vec::with_capacity(cells.size_hint().0);
        let mut there = Vec::with_capacity(cells.size_hint().0);
        for cell in cells {
            levels.push(i16::from(cell.is_some()));
            there.extend(cell);
        }
        if levels.len() == there.len() {
            levels.clear();
        }
        Self {
            values: values(there),
            unsigned: false,
            levels,
        }
    }

    /// Takes whole numbers.
    pub fn wholes(cells: impl Iterator<Item = Option<i64>>) -> Self {
        Self::new(cells, Values::Long)
    }

    /// Takes whole numbers without a sign.
    pub fn counts(cells: impl Iterator<Item = Option<u64>>) -> Self {
        let cells = cells.map(|cell| cell.map(u64::cast_signed));
        Self {
            unsigned: true,
            ..Self::new(cells, Values::Long)
        }
    }

    /// Takes numbers of single precision, each of which is the double that it equals.
    pub fn singles(cells: impl Iterator<Item = Option<f32>>) -> Self {
        Self::new(cells, Values::Single)
    }

    /// Takes numbers.
    pub fn numbers(cells: impl Iterator<Item = Option<f64>>) -> Self {
        Self::new(cells, Values::Double)
    }

    /// Takes texts.
    pub fn texts<'t>(cells: impl Iterator<Item = Option<&'t str>>) -> Self {
        let (mut bytes, mut ends) = (vec![], vec![]);
        let cells = cells.map(|cell| {
            cell.map(|text| {
                bytes.extend_from_slice(text.as_bytes());
                ends.push(bytes.len());
            })
        });
        let stored = Self::new(cells, |there| Values::Flag(vec![true; there.len()]));
        let bytes = Bytes::from(bytes);
        let mut start = 0;
        let texts = ends.into_iter().map(|end| {
            let text = bytes.slice(start..end);
            start = end;
            ByteArray::from(text)
        });
        Self {
            values: Values::Text(texts.collect()),
            ..stored
        }
    }

    /// Takes yes and no.
    pub fn flags(cells: impl Iterator<Item = Option<bool>>) -> Self {
        Self::new(cells, Values::Flag)
    }
}

impl BulkTable {
    /// Names the columns that are read, in the order in which a [`Batch`] holds them.
    pub fn columns(&self) -> Vec<&str> {
        let named = self.header.iter().zip(&self.roles);
        named
            .filter(|(_, role)| role.cell.is_some() || role.text.is_some())
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Reads the rows of a batch as those of a file are read; their numbers count from 1 in each batch.
    ///
    /// # Errors
    ///
    /// [`Failed::Damaged`] if the batch does not hold the columns of the table.
    pub fn read_batch(
        &self,
        batch: Batch,
        visit: &mut dyn FnMut(&Rows) -> ControlFlow<()>,
    ) -> Result<Total, Failed> {
        let roles = self.roles.iter().enumerate();
        let roles = roles.filter(|(_, role)| role.cell.is_some() || role.text.is_some());
        let refused = BTreeMap::new();
        let mut gather = Gather::new(self, Mark::default(), &refused, visit);
        let mut held: Vec<Held> = roles
            .zip(batch.columns)
            .map(|((at, role), stored)| {
                let mut held = Held::new(at, *role, stored.values, stored.unsigned, &self.spec);
                held.levels = stored.levels;
                held.spell();
                held
            })
            .collect();
        if held.len() != self.columns().len() {
            let why = format!(
                "{} columns came where {:?} are read",
                held.len(),
                self.columns()
            );
            return Err(Failed::Damaged(why));
        }
        piece(&mut gather, &mut held, batch.rows)?;
        Ok(Total {
            rows: gather.at.row,
            passed_over: gather.passed_over,
            end: gather.at,
        })
    }
}
