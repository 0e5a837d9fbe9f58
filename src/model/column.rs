//! Columns of figures in which a cell may be missing.

/// One cell. *Missing* means that there is a figure but nobody knows it; *not applicable* means that
/// there is none to know. Neither is zero, and neither is a NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// A finite number.
    Value(f64),
    /// A figure that is not known.
    Missing,
    /// A figure that does not exist.
    NotApplicable,
}

impl Cell {
    /// Returns the number, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::NotApplicable => None,
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Present,
    Missing,
    NotApplicable,
}

/// A column of cells, one per place, in the order of the places.
///
/// Numbers lie densely (a hole holds 0.0, which nobody may read), so that complete columns are
/// plain slices for the scoring loops.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    values: Vec<f64>,
    states: Vec<State>,
    holes: usize,
}

impl Column {
    /// Makes a column without holes.
    pub fn complete(values: Vec<f64>) -> Self {
        Self {
            states: vec![State::Present; values.len()],
            values,
            holes: 0,
        }
    }

    /// Makes a column in which every cell is missing.
    pub fn missing(len: usize) -> Self {
        Self {
            values: vec![0.0; len],
            states: vec![State::Missing; len],
            holes: len,
        }
    }

    /// Makes a column of numbers in which the rows named are holes of some kind.
    pub fn with_holes(values: Vec<f64>, holes: &[(usize, Cell)]) -> Self {
        let mut column = Self::complete(values);
        for &(row, cell) in holes {
            column.set(row, cell);
        }
        column
    }

    /// Returns a column with numbers appended.
    pub fn followed_by(mut self, values: &[f64]) -> Self {
        self.values.extend_from_slice(values);
        self.states.resize(self.values.len(), State::Present);
        self
    }

    /// Returns the first cells.
    pub fn first(mut self, len: usize) -> Self {
        let gone = self.states.iter().skip(len);
        self.holes -= gone.filter(|state| **state != State::Present).count();
        self.values.truncate(len);
        self.states.truncate(len);
        self
    }

    /// Returns the number of cells.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Tells whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the cell at `row`.
    pub fn cell(&self, row: usize) -> Cell {
        match self.states[row] {
            State::Present => Cell::Value(self.values[row]),
            State::Missing => Cell::Missing,
            State::NotApplicable => Cell::NotApplicable,
        }
    }

    /// Returns the number at `row`, if there is one.
    pub fn value(&self, row: usize) -> Option<f64> {
        self.cell(row).value()
    }

    /// Replaces the cell at `row`.
    pub fn set(&mut self, row: usize, cell: Cell) {
        let (value, state) = match cell {
            Cell::Value(value) => (value, State::Present),
            Cell::Missing => (0.0, State::Missing),
            Cell::NotApplicable => (0.0, State::NotApplicable),
        };
        self.holes -= usize::from(self.states[row] != State::Present);
        self.holes += usize::from(state != State::Present);
        self.values[row] = value;
        self.states[row] = state;
    }

    /// Walks the cells.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell> + '_ {
        (0..self.len()).map(|row| self.cell(row))
    }

    /// Walks the numbers with their rows, passing over holes.
    pub fn present(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let cells = self.values.iter().zip(&self.states).enumerate();
        cells
            .filter(|(_, (_, s))| **s == State::Present)
            .map(|(row, (v, _))| (row, *v))
    }

    /// Returns the numbers without the holes.
    pub fn numbers(&self) -> Vec<f64> {
        self.present().map(|(_, value)| value).collect()
    }

    /// Returns the number of cells that hold no number.
    pub fn holes(&self) -> usize {
        self.holes
    }

    /// Tells whether every cell holds a number.
    pub fn is_complete(&self) -> bool {
        self.holes == 0
    }

    /// Returns the numbers as one slice if there is no hole.
    pub fn as_complete(&self) -> Option<&[f64]> {
        self.is_complete().then_some(self.values.as_slice())
    }

    /// Returns a column with every number changed by `change` and every hole kept.
    pub fn map(&self, change: impl FnMut(f64) -> f64) -> Self {
        self.clone().into_map(change)
    }

    /// Changes every number by `change` and keeps every hole.
    pub fn into_map(mut self, mut change: impl FnMut(f64) -> f64) -> Self {
        if self.is_complete() {
            // A plain loop over one slice, which the compiler can vectorise.
            self.values
                .iter_mut()
                .for_each(|value| *value = change(*value));
        } else {
            for (value, state) in self.values.iter_mut().zip(&self.states) {
                if *state == State::Present {
                    *value = change(*value);
                }
            }
        }
        self
    }

    /// Returns the rows named, in that order.
    pub fn pick(&self, rows: &[usize]) -> Self {
        rows.iter().map(|&row| self.cell(row)).collect()
    }
}

impl FromIterator<Cell> for Column {
    fn from_iter<T: IntoIterator<Item = Cell>>(cells: T) -> Self {
        let mut column = Self::default();
        for cell in cells {
            column.values.push(0.0);
            column.states.push(State::Present);
            let row = column.values.len() - 1;
            column.set(row, cell);
        }
        column
    }
}

impl FromIterator<Option<f64>> for Column {
    fn from_iter<T: IntoIterator<Item = Option<f64>>>(values: T) -> Self {
        values.into_iter().map(Cell::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_counted_as_cells_change() {
        let mut column: Column = [Some(1.0), None, Some(3.0)].into_iter().collect();
        assert_eq!((column.holes(), column.numbers()), (1, vec![1.0, 3.0]));
        column.set(1, Cell::Value(2.0));
        assert_eq!(column.as_complete(), Some(&[1.0, 2.0, 3.0][..]));
        column.set(0, Cell::NotApplicable);
        assert_eq!((column.cell(0), column.holes()), (Cell::NotApplicable, 1));
    }

    #[test]
    fn a_column_grows_and_shrinks_at_its_end_and_keeps_count_of_its_holes() {
        let column = Column::with_holes(vec![1.0, 9.0, 3.0], &[(1, Cell::NotApplicable)]);
        let longer = column.clone().followed_by(&[5.0]);
        assert_eq!(
            (longer.len(), longer.holes(), longer.value(3)),
            (4, 1, Some(5.0))
        );
        assert_eq!(longer.first(3), column);
        assert_eq!(
            (column.clone().first(1).holes(), column.cell(1)),
            (0, Cell::NotApplicable)
        );
    }

    #[test]
    fn mapping_leaves_holes_alone() {
        let column: Column = [Some(1.0), None].into_iter().collect();
        let doubled = column.map(|v| v * 2.0);
        assert_eq!((doubled.value(0), doubled.value(1)), (Some(2.0), None));
    }
}
