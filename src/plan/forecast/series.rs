//! Figures as points in time.

use super::decimal_year;
use crate::dataset::SeriesRows;

/// Dates and stocks, oldest first; dates rise strictly and stocks are above zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Points {
    /// Decimal years.
    pub x: Vec<f64>,
    /// Stocks.
    pub y: Vec<f64>,
}

impl Points {
    /// Takes the figures of a series.
    pub fn of(rows: &SeriesRows) -> Self {
        Self {
            x: rows.used.iter().map(|r| decimal_year(r.day)).collect(),
            y: rows.used.iter().map(|r| r.row.value).collect(),
        }
    }

    /// Returns the number of points.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Returns the last point.
    pub fn last(&self) -> Option<(f64, f64)> {
        self.x.last().copied().zip(self.y.last().copied())
    }

    /// Returns the positions of points that lie below the one before.
    pub fn falls(&self) -> Vec<usize> {
        (1..self.len())
            .filter(|&i| self.y[i] < self.y[i - 1])
            .collect()
    }
}
