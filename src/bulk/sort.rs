//! Sorting more rows than memory holds: sorted runs in temporary files, merged at the end.

mod merge;
mod ranking;
#[cfg(test)]
mod tests;

pub(super) use merge::{Merge, Reader};
pub(super) use ranking::Ranking;

use super::record::{Record, Shape, append};
use crate::sources::stream::{Scratch, ScratchFile};
use merge::write;
use std::io::{self, BufWriter};

/// Runs that are merged at once: each takes a file and a buffer.
const FAN_IN: usize = 64;

/// Bytes of the buffer of a run.
const BUFFER: usize = 1 << 18;

/// Bytes of keys, positions and their copies while sorting, for each row in memory.
const PER_ROW: usize = 28;

/// Rows on their way into order.
pub(super) struct Sorter<'s> {
    shape: Shape,
    memory: usize,
    top: Option<u64>,
    scratch: &'s dyn Scratch,
    keys: Vec<u64>,
    starts: Vec<u32>,
    bytes: Vec<u8>,
    runs: Vec<Run>,
    /// The worst key that can still be among the best; none while fewer have been seen.
    worst: Option<u64>,
    cut: Cut,
    pushed: u64,
}

/// Rows that were left out because enough better ones are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Cut {
    /// The key of the worst row that was kept.
    pub(super) key: u64,
    /// Rows left out that have the same key.
    pub(super) equal: u64,
}

impl Cut {
    /// Returns what was left out in all. Rows that one left out count where they share the key of the
    /// last row that is kept, which is the best of the worst.
    pub(super) fn together(cuts: impl Iterator<Item = Self> + Clone) -> Self {
        let cuts = cuts.filter(|cut| cut.equal > 0);
        let key = cuts.clone().map(|cut| cut.key).min();
        let equal = cuts.filter(|cut| Some(cut.key) == key).map(|cut| cut.equal);
        Self {
            key: key.unwrap_or_default(),
            equal: equal.sum(),
        }
    }
}

type Run = Box<dyn ScratchFile>;

/// Rows in order, best first.
pub(super) enum Sorted {
    /// In memory: where each record starts.
    Memory { bytes: Vec<u8>, order: Vec<u32> },
    /// In sorted runs.
    Runs(Vec<Run>),
}

impl<'s> Sorter<'s> {
    /// Starts with no rows. With `top`, only so many of the best are kept.
    pub(super) fn new(
        shape: Shape,
        memory: usize,
        top: Option<u64>,
        scratch: &'s dyn Scratch,
    ) -> Self {
        Self {
            shape,
            // Positions are 32 bits wide.
            memory: memory.clamp(1 << 16, u32::MAX as usize),
            top,
            scratch,
            keys: vec![],
            starts: vec![],
            bytes: vec![],
            runs: vec![],
            worst: None,
            cut: Cut::default(),
            pushed: 0,
        }
    }

    /// Returns the rows pushed so far.
    pub(super) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Returns the bytes of the rows in memory.
    #[cfg(feature = "parquet")]
    pub(super) fn size(&self) -> usize {
        self.bytes.len() + PER_ROW * self.keys.len()
    }

    /// Adds a row.
    pub(super) fn push(
        &mut self,
        key: u64,
        id: &[u8],
        name: Option<&[u8]>,
        criteria: impl Iterator<Item = Option<f64>>,
    ) -> io::Result<()> {
        self.pushed += 1;
        if self.worst.is_some_and(|worst| key > worst) {
            return Ok(());
        }
        let start = self.bytes.len();
        append(&mut self.bytes, key, id, name, criteria);
        self.pushed_from(start, key)
    }

    /// Adds a row that already is a record.
    #[cfg(feature = "parquet")]
    pub(super) fn push_record(&mut self, record: Record<'_>) -> io::Result<()> {
        self.pushed += 1;
        let key = record.key();
        if self.worst.is_some_and(|worst| key > worst) {
            return Ok(());
        }
        let start = self.bytes.len();
        self.bytes
            .extend_from_slice(&record.0[..record.length(self.shape)]);
        self.pushed_from(start, key)
    }

    fn pushed_from(&mut self, start: usize, key: u64) -> io::Result<()> {
        self.keys.push(key);
        self.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
        let held = self.keys.len();
        if self.runs.is_empty() && self.top.is_some_and(|top| held as u64 >= 2 * top + 4096) {
            self.prune();
        }
        // The longest row is a fraction of the least memory, so positions stay below their limit.
        if self.bytes.len() + PER_ROW * self.keys.len() >= self.memory {
            if self
                .top
                .is_some_and(|top| self.runs.is_empty() && 2 * top <= held as u64)
            {
                self.prune();
            } else {
                self.spill()?;
            }
        }
        Ok(())
    }

    /// Leaves out all but the best rows.
    fn prune(&mut self) {
        let Some(top) = self.top.and_then(|top| usize::try_from(top).ok()) else {
            return;
        };
        if self.keys.len() <= top || top == 0 {
            return;
        }
        let (shape, bytes) = (self.shape, &self.bytes);
        let record = |start: u32| Record(&bytes[start as usize..]);
        let mut starts = std::mem::take(&mut self.starts);
        let by = |a: &u32, b: &u32| record(*a).order(record(*b), shape);
        starts.select_nth_unstable_by(top - 1, by);
        let worst = record(starts[top - 1]).key();
        let equal = starts[top..]
            .iter()
            .filter(|start| record(**start).key() == worst)
            .count() as u64;
        if self.cut.key != worst || self.worst.is_none() {
            self.cut = Cut {
                key: worst,
                equal: 0,
            };
        }
        self.cut.equal += equal;
        self.worst = Some(worst);
        let (mut kept, mut keys) = (Vec::with_capacity(bytes.len()), vec![]);
        starts.truncate(top);
        for start in &mut starts {
            let own = record(*start);
            keys.push(own.key());
            let at = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            kept.extend_from_slice(&own.0[..own.length(shape)]);
            *start = at;
        }
        (self.bytes, self.keys, self.starts) = (kept, keys, starts);
    }

    fn spill(&mut self) -> io::Result<()> {
        let (bytes, order) = self.in_order();
        let mut run = BufWriter::with_capacity(BUFFER, self.scratch.file()?);
        for start in order {
            write(&mut run, self.shape, Record(&bytes[start as usize..]))?;
        }
        self.runs
            .push(run.into_inner().map_err(io::IntoInnerError::into_error)?);
        if self.runs.len() >= FAN_IN {
            let runs = std::mem::take(&mut self.runs);
            let merged = self.merge_into_one(runs)?;
            self.runs.push(merged);
        }
        Ok(())
    }

    fn merge_into_one(&self, runs: Vec<Run>) -> io::Result<Run> {
        let mut merge = Merge::new(runs, self.shape)?;
        let mut run = BufWriter::with_capacity(BUFFER, self.scratch.file()?);
        while let Some(record) = merge.next()? {
            write(&mut run, self.shape, Record(record))?;
        }
        run.into_inner().map_err(io::IntoInnerError::into_error)
    }

    /// Takes the rows in memory and returns them with their order.
    fn in_order(&mut self) -> (Vec<u8>, Vec<u32>) {
        let bytes = std::mem::take(&mut self.bytes);
        let keys = std::mem::take(&mut self.keys);
        let starts = std::mem::take(&mut self.starts);
        let order = order(&keys, starts, &bytes, self.shape);
        (bytes, order)
    }

    /// Returns all rows in order, and what was left out.
    pub(super) fn finish(mut self) -> io::Result<(Sorted, Cut)> {
        if self.runs.is_empty() {
            self.prune();
            let (bytes, order) = self.in_order();
            return Ok((Sorted::Memory { bytes, order }, self.cut));
        }
        self.spill()?;
        Ok((Sorted::Runs(self.runs), self.cut))
    }
}

/// Sorts rows by a radix sort on the upper 32 bits in which their keys differ, and compares those that
/// agree there.
fn order(keys: &[u64], starts: Vec<u32>, bytes: &[u8], shape: Shape) -> Vec<u32> {
    let low = keys.iter().copied().min().unwrap_or_default();
    let high = keys.iter().copied().max().unwrap_or_default();
    let shift = (64 - (high - low).leading_zeros()).saturating_sub(32);
    #[expect(clippy::cast_possible_truncation, reason = "the shift leaves 32 bits")]
    let short = |key: u64| ((key - low) >> shift) as u32;
    let mut pairs: Vec<(u32, u32)> = keys.iter().map(|key| short(*key)).zip(starts).collect();
    radix(&mut pairs);
    let record = |start: u32| Record(&bytes[start as usize..]);
    let mut from = 0;
    while from < pairs.len() {
        let of = pairs[from].0;
        let alike = pairs[from..].iter().take_while(|pair| pair.0 == of).count();
        if alike > 1 {
            let by = |a: &(u32, u32), b: &(u32, u32)| record(a.1).order(record(b.1), shape);
            pairs[from..from + alike].sort_unstable_by(by);
        }
        from += alike;
    }
    pairs.into_iter().map(|pair| pair.1).collect()
}

/// Sorts pairs by their first number, keeping the order of equals, eleven bits at a time.
fn radix(pairs: &mut Vec<(u32, u32)>) {
    const BITS: u32 = 11;
    const BUCKETS: usize = 1 << BITS;
    let mut other = vec![(0, 0); pairs.len()];
    for pass in 0..3 {
        let digit = |pair: &(u32, u32)| (pair.0 >> (pass * BITS)) as usize & (BUCKETS - 1);
        let mut ends = [0_usize; BUCKETS];
        for pair in pairs.iter() {
            ends[digit(pair)] += 1;
        }
        if ends.contains(&pairs.len()) {
            continue;
        }
        let mut before = 0;
        for end in &mut ends {
            before += std::mem::replace(end, before);
        }
        for pair in pairs.iter() {
            let at = &mut ends[digit(pair)];
            other[*at] = *pair;
            *at += 1;
        }
        std::mem::swap(pairs, &mut other);
    }
}
