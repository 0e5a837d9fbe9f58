//! Sorting more rows than memory holds: sorted runs in temporary files, merged at the end.

use super::record::{Record, Shape, append};
use crate::num::rank::Ties;
use crate::sources::stream::{Scratch, ScratchFile};
use std::cmp::Ordering;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

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

/// Writes a record with its length in front.
fn write(into: &mut dyn Write, shape: Shape, record: Record<'_>) -> io::Result<()> {
    let length = record.length(shape);
    into.write_all(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes())?;
    into.write_all(&record.0[..length])
}

/// Reads a sorted run.
pub(super) struct Reader<'r> {
    source: BufReader<Box<dyn Read + 'r>>,
    record: Vec<u8>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(source: Box<dyn Read + 'r>) -> Self {
        Self {
            source: BufReader::with_capacity(BUFFER, source),
            record: vec![],
        }
    }

    /// Reads the next record; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        let mut length = [0; 4];
        match self.source.read(&mut length)? {
            0 => return Ok(false),
            read => self.source.read_exact(&mut length[read..])?,
        }
        self.record.resize(u32::from_le_bytes(length) as usize, 0);
        self.source.read_exact(&mut self.record)?;
        Ok(true)
    }
}

/// Several sorted runs as one.
pub(super) struct Merge<'r> {
    shape: Shape,
    readers: Vec<Reader<'r>>,
    /// Readers that have a record, the best on top: a binary heap.
    heap: Vec<usize>,
    begun: bool,
}

impl<'r> Merge<'r> {
    fn new(runs: Vec<Run>, shape: Shape) -> io::Result<Self> {
        let mut readers = vec![];
        for mut run in runs {
            run.seek(SeekFrom::Start(0))?;
            readers.push(Reader::new(Box::new(run)));
        }
        Self::of(readers, shape)
    }

    pub(super) fn of(mut readers: Vec<Reader<'r>>, shape: Shape) -> io::Result<Self> {
        let mut heap = vec![];
        for (at, reader) in readers.iter_mut().enumerate() {
            if reader.advance()? {
                heap.push(at);
            }
        }
        let mut merge = Self {
            shape,
            readers,
            heap,
            begun: false,
        };
        for at in (0..merge.heap.len() / 2).rev() {
            merge.sink(at);
        }
        Ok(merge)
    }

    fn before(&self, a: usize, b: usize) -> bool {
        let record = |at: usize| Record(&self.readers[self.heap[at]].record);
        let order = record(a).order(record(b), self.shape);
        order.then(self.heap[a].cmp(&self.heap[b])) == Ordering::Less
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let mut best = at;
            for child in [left, right] {
                if child < self.heap.len() && self.before(child, best) {
                    best = child;
                }
            }
            if best == at {
                return;
            }
            self.heap.swap(at, best);
            at = best;
        }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        if self.begun && !self.heap.is_empty() {
            let top = self.heap[0];
            if !self.readers[top].advance()? {
                self.heap.swap_remove(0);
            }
            self.sink(0);
        }
        self.begun = true;
        Ok(self
            .heap
            .first()
            .map(|&top| self.readers[top].record.as_slice()))
    }
}

/// A row with its rank is handed over to this.
pub(super) type Visit<'v> = dyn FnMut(f64, Record<'_>) -> io::Result<()> + 'v;

/// How rows are ranked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranking {
    pub(super) shape: Shape,
    pub(super) ties: Ties,
    /// Rows after which the rest is left out.
    pub(super) top: Option<u64>,
    pub(super) cut: Cut,
}

impl Ranking {
    fn needs_sizes(self) -> bool {
        matches!(self.ties, Ties::Max | Ties::Average)
    }

    /// Hands over all rows in order with their ranks.
    pub(super) fn walk(
        self,
        sorted: Sorted,
        scratch: &dyn Scratch,
        visit: &mut Visit,
    ) -> io::Result<u64> {
        match sorted {
            Sorted::Memory { bytes, order } => self.walk_memory(&bytes, &order, visit),
            Sorted::Runs(runs) => self.walk_merged(Merge::new(runs, self.shape)?, scratch, visit),
        }
    }

    fn walk_memory(self, bytes: &[u8], order: &[u32], visit: &mut Visit) -> io::Result<u64> {
        let record = |at: usize| Record(&bytes[order[at] as usize..]);
        let mut count = Counter::default();
        let mut size = 0;
        for at in 0..order.len() {
            let own = record(at);
            if count.is_new(own.key()) && self.needs_sizes() {
                let alike = (at..order.len()).take_while(|&other| record(other).key() == own.key());
                size = alike.count() as u64;
            }
            if !self.hand_over(&mut count, own, size, visit)? {
                break;
            }
        }
        Ok(count.rows)
    }

    /// The same for rows that come from somewhere. Where a rank depends on how many rows share it, they
    /// are counted first, and read a second time.
    pub(super) fn walk_merged(
        self,
        mut merge: Merge<'_>,
        scratch: &dyn Scratch,
        visit: &mut Visit,
    ) -> io::Result<u64> {
        let mut count = Counter::default();
        if !self.needs_sizes() {
            while let Some(record) = merge.next()? {
                if !self.hand_over(&mut count, Record(record), 0, visit)? {
                    break;
                }
            }
            return Ok(count.rows);
        }
        let mut run = BufWriter::with_capacity(BUFFER, scratch.file()?);
        let mut sizes = BufWriter::with_capacity(BUFFER, scratch.file()?);
        let (mut last, mut size) = (None, 0_u64);
        while let Some(record) = merge.next()? {
            let record = Record(record);
            if last.is_some_and(|key| key != record.key()) {
                sizes.write_all(&size.to_le_bytes())?;
                size = 0;
            }
            (last, size) = (Some(record.key()), size + 1);
            write(&mut run, self.shape, record)?;
        }
        sizes.write_all(&size.to_le_bytes())?;
        let again = |file: BufWriter<Run>| -> io::Result<Reader<'static>> {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.seek(SeekFrom::Start(0))?;
            Ok(Reader::new(Box::new(file)))
        };
        let (mut run, mut sizes) = (again(run)?, again(sizes)?);
        let mut size = 0;
        while run.advance()? {
            let record = Record(&run.record);
            if count.is_new(record.key()) {
                let mut bytes = [0; 8];
                sizes.source.read_exact(&mut bytes)?;
                size = u64::from_le_bytes(bytes);
            }
            if !self.hand_over(&mut count, record, size, visit)? {
                break;
            }
        }
        Ok(count.rows)
    }

    /// Ranks the next row and hands it over; false once enough have been.
    fn hand_over(
        self,
        count: &mut Counter,
        record: Record<'_>,
        size: u64,
        visit: &mut Visit,
    ) -> io::Result<bool> {
        if self.top.is_some_and(|top| count.rows >= top) {
            return Ok(false);
        }
        if count.is_new(record.key()) {
            count.last = Some(record.key());
            count.groups += 1;
            count.before = count.rows;
        }
        let cut = if self.cut.key == record.key() {
            self.cut.equal
        } else {
            0
        };
        let (first, last) = (count.before + 1, count.before + size + cut);
        let rank = match self.ties {
            Ties::Min => first as f64,
            Ties::Max => last as f64,
            Ties::Average => (first + last) as f64 / 2.0,
            Ties::Dense => count.groups as f64,
            Ties::Ordinal => (count.rows + 1) as f64,
        };
        visit(rank, record)?;
        count.rows += 1;
        Ok(true)
    }

    /// Writes all rows in order, as a part keeps them.
    pub(super) fn write(self, sorted: Sorted, into: &mut dyn Write) -> io::Result<()> {
        match sorted {
            Sorted::Memory { bytes, order } => {
                for start in order {
                    write(into, self.shape, Record(&bytes[start as usize..]))?;
                }
            }
            Sorted::Runs(runs) => {
                let mut merge = Merge::new(runs, self.shape)?;
                while let Some(record) = merge.next()? {
                    write(into, self.shape, Record(record))?;
                }
            }
        }
        Ok(())
    }
}

/// Rows and groups of equals so far.
#[derive(Default)]
struct Counter {
    rows: u64,
    groups: u64,
    /// Rows before the group.
    before: u64,
    last: Option<u64>,
}

impl Counter {
    fn is_new(&self, key: u64) -> bool {
        self.last != Some(key)
    }
}

#[cfg(test)]
mod tests;
