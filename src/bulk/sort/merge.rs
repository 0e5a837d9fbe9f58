//! Sorted runs in files, read as one.

use super::{BUFFER, Run};
use crate::bulk::record::{Record, Shape};
use std::cmp::Ordering;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

/// Writes a record with its length in front.
pub(super) fn write(into: &mut dyn Write, shape: Shape, record: Record<'_>) -> io::Result<()> {
    let length = record.length(shape);
    into.write_all(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes())?;
    into.write_all(&record.0[..length])
}

/// Reads a sorted run.
pub(in crate::bulk) struct Reader<'r> {
    pub(super) source: BufReader<Box<dyn Read + 'r>>,
    pub(super) record: Vec<u8>,
}

impl<'r> Reader<'r> {
    pub(in crate::bulk) fn new(source: Box<dyn Read + 'r>) -> Self {
        Self {
            source: BufReader::with_capacity(BUFFER, source),
            record: vec![],
        }
    }

    /// Reads the next record; false at the end.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
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
pub(in crate::bulk) struct Merge<'r> {
    shape: Shape,
    readers: Vec<Reader<'r>>,
    /// Readers that have a record, the best on top: a binary heap.
    heap: Vec<usize>,
    begun: bool,
}

impl<'r> Merge<'r> {
    pub(super) fn new(runs: Vec<Run>, shape: Shape) -> io::Result<Self> {
        let mut readers = vec![];
        for mut run in runs {
            run.seek(SeekFrom::Start(0))?;
            readers.push(Reader::new(Box::new(run)));
        }
        Self::of(readers, shape)
    }

    pub(in crate::bulk) fn of(mut readers: Vec<Reader<'r>>, shape: Shape) -> io::Result<Self> {
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

    pub(in crate::bulk) fn next(&mut self) -> io::Result<Option<&[u8]>> {
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
