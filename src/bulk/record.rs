//! A ranked row as bytes: what is sorted, spilled, kept in parts and written.
//!
//! A record is its key, the length of its id (and of its name), the texts, and the scores of criteria.
//! Keys ascend from the best; records with equal keys go by their ids.

use crate::num::rank::{Best, of_sort_key, sort_key};
use std::cmp::Ordering;

/// What records hold beside key and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Shape {
    /// Names.
    pub(super) names: bool,
    /// Scores of so many criteria.
    pub(super) criteria: usize,
}

/// Returns the key of a score.
pub(super) fn key(score: f64, best: Best) -> u64 {
    match best {
        Best::Highest => !sort_key(score),
        Best::Lowest => sort_key(score),
    }
}

/// Returns the score behind a key.
pub(super) fn score(key: u64, best: Best) -> f64 {
    match best {
        Best::Highest => of_sort_key(!key),
        Best::Lowest => of_sort_key(key),
    }
}

/// Appends a record. A missing score of a criterion is NaN here, which no score is.
pub(super) fn append(
    into: &mut Vec<u8>,
    key: u64,
    id: &[u8],
    name: Option<&[u8]>,
    criteria: impl Iterator<Item = Option<f64>>,
) {
    let length = |text: &[u8]| u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes();
    into.extend_from_slice(&key.to_le_bytes());
    into.extend_from_slice(&length(id));
    if let Some(name) = name {
        into.extend_from_slice(&length(name));
    }
    into.extend_from_slice(id);
    into.extend_from_slice(name.unwrap_or_default());
    for score in criteria {
        into.extend_from_slice(&score.unwrap_or(f64::NAN).to_bits().to_le_bytes());
    }
}

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a>(pub(super) &'a [u8]);

impl<'a> Record<'a> {
    fn number(self, at: usize) -> usize {
        let bytes = self.0[at..at + 4]
            .first_chunk()
            .copied()
            .unwrap_or_default();
        u32::from_le_bytes(bytes) as usize
    }

    fn long(self, at: usize) -> u64 {
        u64::from_le_bytes(
            self.0[at..at + 8]
                .first_chunk()
                .copied()
                .unwrap_or_default(),
        )
    }

    pub(super) fn key(self) -> u64 {
        self.long(0)
    }

    fn texts(shape: Shape) -> usize {
        if shape.names { 16 } else { 12 }
    }

    pub(super) fn id(self, shape: Shape) -> &'a [u8] {
        let start = Self::texts(shape);
        &self.0[start..start + self.number(8)]
    }

    pub(super) fn name(self, shape: Shape) -> Option<&'a [u8]> {
        let start = Self::texts(shape) + self.number(8);
        shape.names.then(|| &self.0[start..start + self.number(12)])
    }

    pub(super) fn criteria(self, shape: Shape) -> impl Iterator<Item = Option<f64>> + use<'a> {
        let start = self.length(shape) - 8 * shape.criteria;
        let number = move |at| f64::from_bits(self.long(start + 8 * at));
        (0..shape.criteria)
            .map(number)
            .map(|score| (!score.is_nan()).then_some(score))
    }

    /// Returns the bytes that the record takes; more may follow.
    pub(super) fn length(self, shape: Shape) -> usize {
        let name = if shape.names { self.number(12) } else { 0 };
        Self::texts(shape) + self.number(8) + name + 8 * shape.criteria
    }

    /// Takes bytes of unknown origin for a record, if they hold a whole one; more may follow.
    #[cfg(feature = "parquet")]
    pub(super) fn checked(bytes: &'a [u8], shape: Shape) -> Option<Self> {
        let record = Self(bytes);
        let fits = bytes.len() >= Self::texts(shape) && bytes.len() >= record.length(shape);
        fits.then_some(record)
    }

    /// Compares two records: by key, then id.
    pub(super) fn order(self, other: Record<'_>, shape: Shape) -> Ordering {
        let keys = self.key().cmp(&other.key());
        keys.then_with(|| self.id(shape).cmp(other.id(shape)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_gives_back_what_went_in() {
        let shape = Shape {
            names: true,
            criteria: 2,
        };
        let mut bytes = vec![];
        let best = key(12.5, Best::Highest);
        append(
            &mut bytes,
            best,
            b"a1",
            Some("Ä".as_bytes()),
            [Some(1.0), None].into_iter(),
        );
        bytes.extend_from_slice(b"rest");
        let record = Record(&bytes);
        assert_eq!(record.length(shape), bytes.len() - 4);
        assert_eq!(
            (record.id(shape), record.name(shape)),
            (&b"a1"[..], Some("Ä".as_bytes()))
        );
        let criteria: Vec<_> = record.criteria(shape).collect();
        assert_eq!(criteria, [Some(1.0), None]);
        assert_eq!(
            score(record.key(), Best::Highest).to_bits(),
            12.5_f64.to_bits()
        );
    }

    #[test]
    fn better_scores_have_smaller_keys() {
        assert!(key(2.0, Best::Highest) < key(1.0, Best::Highest));
        assert!(key(-2.0, Best::Lowest) < key(1.0, Best::Lowest));
    }
}
