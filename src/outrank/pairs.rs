//! Rows for methods that compare every pair of alternatives.

use crate::model::Decision;

/// Up to this many alternatives, methods keep their pairwise matrices among the details; above,
/// they would take more memory than anyone reads.
pub(super) const DETAILED: usize = 500;

/// The values row by row, with costs negated so that more is better.
pub(super) struct Rows {
    criteria: usize,
    cells: Vec<f64>,
}

impl Rows {
    /// Lays out the columns given, one per criterion.
    pub(super) fn new(decision: &Decision, columns: &[Vec<f64>]) -> Self {
        let criteria = columns.len();
        let mut cells = vec![0.0; decision.alternatives() * criteria];
        for (j, column) in columns.iter().enumerate() {
            let sign = if decision.is_benefit(j) { 1.0 } else { -1.0 };
            for (i, x) in column.iter().enumerate() {
                cells[i * criteria + j] = sign * x;
            }
        }
        Self { criteria, cells }
    }

    /// Returns the values of an alternative.
    pub(super) fn row(&self, alternative: usize) -> &[f64] {
        &self.cells[alternative * self.criteria..(alternative + 1) * self.criteria]
    }
}

/// A relation between alternatives, one bit per pair.
pub(super) struct Relation {
    count: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Relation {
    pub(super) fn new(count: usize) -> Self {
        let words = count.div_ceil(64);
        Self {
            count,
            words,
            bits: vec![0; count * words],
        }
    }

    pub(super) fn insert(&mut self, a: usize, b: usize) {
        self.bits[a * self.words + b / 64] |= 1 << (b % 64);
    }

    pub(super) fn holds(&self, a: usize, b: usize) -> bool {
        self.bits[a * self.words + b / 64] >> (b % 64) & 1 == 1
    }

    /// Walks the alternatives to which `a` stands in the relation.
    pub(super) fn of(&self, a: usize) -> impl Iterator<Item = usize> {
        let row = &self.bits[a * self.words..(a + 1) * self.words];
        row.iter().enumerate().flat_map(|(word, &bits)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some(word * 64 + bit)
            })
        })
    }

    /// Returns the relation read backwards.
    pub(super) fn transposed(&self) -> Self {
        let mut transposed = Self::new(self.count);
        for a in 0..self.count {
            for b in self.of(a) {
                transposed.insert(b, a);
            }
        }
        transposed
    }

    /// Returns the relation as rows of booleans.
    pub(super) fn to_rows(&self) -> Vec<Vec<bool>> {
        let row = |a| (0..self.count).map(|b| self.holds(a, b)).collect();
        (0..self.count).map(row).collect()
    }
}
