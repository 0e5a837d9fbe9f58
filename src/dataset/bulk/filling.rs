//! The cells of one column of a piece.

use super::PIECE;
use crate::model::{Cell, Column};
use std::sync::Arc;

/// Cells of a piece that is being filled.
#[derive(Debug)]
pub(super) struct Filling {
    pub(super) values: Vec<f64>,
    /// Rows without a figure, in ascending order, with what stands there instead.
    pub(super) holes: Vec<(usize, Cell)>,
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
    pub(super) fn push(&mut self, cell: Cell) {
        if cell.value().is_none() {
            self.holes.push((self.values.len(), cell));
        }
        self.values.push(cell.value().unwrap_or(0.0));
    }

    /// Takes back the cells of rows that turned out to be of no use.
    pub(super) fn shrink(&mut self, rows: usize) {
        self.values.truncate(rows);
        while self.holes.last().is_some_and(|(row, _)| *row >= rows) {
            self.holes.pop();
        }
    }

    pub(super) fn column(&mut self) -> Arc<Column> {
        let values = std::mem::replace(&mut self.values, Vec::with_capacity(PIECE));
        let column = Column::with_holes(values, &self.holes);
        self.holes.clear();
        Arc::new(column)
    }

    /// Leaves out some rows, given in ascending order.
    #[cfg(feature = "parquet")]
    pub(super) fn drop_rows(&mut self, dropped: &[usize]) {
        let (mut row, mut next) = (0, dropped.iter().copied().peekable());
        self.values.retain(|_| {
            let keep = next.next_if_eq(&row).is_none();
            row += 1;
            keep
        });
        let gone = |row: usize| dropped.partition_point(|other| *other < row);
        self.holes
            .retain(|(row, _)| dropped.binary_search(row).is_err());
        for (row, _) in &mut self.holes {
            *row -= gone(*row);
        }
    }
}
