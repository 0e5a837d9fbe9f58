//! Ranks of rows that come in order.

use super::merge::{Merge, Reader, write};
use super::{BUFFER, Cut, Run, Sorted};
use crate::bulk::record::{Record, Shape};
use crate::num::rank::Ties;
use crate::sources::stream::Scratch;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

/// A row with its rank is handed over to this.
pub(in crate::bulk) type Visit<'v> = dyn FnMut(f64, Record<'_>) -> io::Result<()> + 'v;

/// How rows are ranked.
#[derive(Debug, Clone, Copy)]
pub(in crate::bulk) struct Ranking {
    pub(in crate::bulk) shape: Shape,
    pub(in crate::bulk) ties: Ties,
    /// Rows after which the rest is left out.
    pub(in crate::bulk) top: Option<u64>,
    pub(in crate::bulk) cut: Cut,
}

impl Ranking {
    fn needs_sizes(self) -> bool {
        matches!(self.ties, Ties::Max | Ties::Average)
    }

    /// Hands over all rows in order with their ranks.
    pub(in crate::bulk) fn walk(
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
            if at % AHEAD == 0 {
                touch(bytes, &order[at..order.len().min(at + AHEAD)]);
            }
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
    pub(in crate::bulk) fn walk_merged(
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
    pub(in crate::bulk) fn write(self, sorted: Sorted, into: &mut dyn Write) -> io::Result<()> {
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

/// Rows in memory that are looked at together before they are handed over one by one.
const AHEAD: usize = 32;

/// Looks at the beginnings of some records. They lie all over the memory: asked for one by one each makes the
/// program wait, asked for together they arrive together.
fn touch(bytes: &[u8], starts: &[u32]) {
    let both = starts.iter().fold(0, |all, start| {
        let start = *start as usize;
        // The end of a short record may lie in the next line of the cache.
        let end = (start + 24).min(bytes.len() - 1);
        all ^ bytes[start] ^ bytes[end]
    });
    std::hint::black_box(both);
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
