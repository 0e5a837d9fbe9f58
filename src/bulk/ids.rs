//! Identifiers that stand twice, found exactly in bounded memory.
//!
//! Tables that are sorted by id, as registers are, only need each id compared with the one before. Other
//! ids are hashed, the hashes sorted (in runs on disk, if they are many), and only ids whose hashes occur
//! twice are compared themselves, on a further pass.

use crate::sources::stream::{Scratch, ScratchFile};
use std::collections::BTreeSet;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Rows after which a table that has been sorted so far is taken for sorted.
const SORTED_FOR: u64 = 1 << 16;

/// Hashes in memory: 32 MiB.
const HELD: usize = 1 << 22;

/// Hashes that may occur twice before the ids are no ids at all.
const MOST: usize = 1_000_000;

/// Looks for ids that stand twice.
pub(super) struct Ids<'s> {
    scratch: &'s dyn Scratch,
    last: Vec<u8>,
    ascending: bool,
    seen: u64,
    /// Whether hashes are kept: from the first row on, or not at all.
    hashing: bool,
    hashes: Vec<u64>,
    runs: Vec<Box<dyn ScratchFile>>,
}

/// What is known once all ids have been seen.
pub(super) enum Suspects {
    /// No id stands twice.
    None,
    /// Ids have one of these hashes.
    Hashes(BTreeSet<u64>),
    /// The table was sorted for a while and then was not: it has to be read again.
    Unsorted,
    /// There are too many of them.
    Many,
}

impl<'s> Ids<'s> {
    /// Starts; `sorted` lets ids go unhashed while they ascend.
    pub(super) fn new(scratch: &'s dyn Scratch, sorted: bool) -> Self {
        Self {
            scratch,
            last: vec![],
            ascending: sorted,
            seen: 0,
            hashing: true,
            hashes: vec![],
            runs: vec![],
        }
    }

    pub(super) fn add(&mut self, id: &[u8]) -> io::Result<()> {
        if self.ascending {
            if self.seen > 0 && self.last.as_slice() >= id {
                self.ascending = false;
            }
            self.last.clear();
            self.last.extend_from_slice(id);
            if self.seen == SORTED_FOR && self.ascending {
                self.hashing = false;
                self.hashes = vec![];
            }
        }
        self.seen += 1;
        if self.hashing {
            self.hashes.push(hash(id));
            if self.hashes.len() >= HELD {
                self.spill()?;
            }
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.hashes.sort_unstable();
        let mut run = BufWriter::with_capacity(1 << 18, self.scratch.file()?);
        for hash in &self.hashes {
            run.write_all(&hash.to_le_bytes())?;
        }
        self.hashes.clear();
        self.runs
            .push(run.into_inner().map_err(io::IntoInnerError::into_error)?);
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<Suspects> {
        if self.ascending {
            return Ok(Suspects::None);
        }
        if !self.hashing {
            return Ok(Suspects::Unsorted);
        }
        if !self.runs.is_empty() {
            self.spill()?;
        }
        let mut twice = BTreeSet::new();
        let mut last = None;
        let mut meet = |hash: u64| {
            if last == Some(hash) {
                twice.insert(hash);
            }
            last = Some(hash);
            twice.len() <= MOST
        };
        self.hashes.sort_unstable();
        let few = if self.runs.is_empty() {
            self.hashes.iter().all(|hash| meet(*hash))
        } else {
            merge(self.runs, &mut meet)?
        };
        Ok(match twice {
            _ if !few => Suspects::Many,
            twice if twice.is_empty() => Suspects::None,
            twice => Suspects::Hashes(twice),
        })
    }
}

/// Hands over the hashes of all runs in order, until `meet` says `false`.
fn merge(runs: Vec<Box<dyn ScratchFile>>, meet: &mut dyn FnMut(u64) -> bool) -> io::Result<bool> {
    let mut readers = vec![];
    for mut run in runs {
        run.seek(SeekFrom::Start(0))?;
        readers.push(BufReader::with_capacity(1 << 16, run));
    }
    let mut heap = std::collections::BinaryHeap::new();
    for (at, reader) in readers.iter_mut().enumerate() {
        if let Some(hash) = next(reader)? {
            heap.push(std::cmp::Reverse((hash, at)));
        }
    }
    while let Some(std::cmp::Reverse((hash, at))) = heap.pop() {
        if !meet(hash) {
            return Ok(false);
        }
        if let Some(hash) = next(&mut readers[at])? {
            heap.push(std::cmp::Reverse((hash, at)));
        }
    }
    Ok(true)
}

fn next(reader: &mut impl Read) -> io::Result<Option<u64>> {
    let mut bytes = [0; 8];
    match reader.read(&mut bytes)? {
        0 => Ok(None),
        read => {
            reader.read_exact(&mut bytes[read..])?;
            Ok(Some(u64::from_le_bytes(bytes)))
        }
    }
}

/// Mixes the bytes of an id into 64 bits: multiplications whose upper half is folded back. Nothing rests on it
/// but speed, as ids with equal hashes are compared.
pub(super) fn hash(id: &[u8]) -> u64 {
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
        let halves = (wide as u64, (wide >> 64) as u64);
        halves.0 ^ halves.1
    };
    let (words, rest) = id.as_chunks::<8>();
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ id.len() as u64;
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), 0xd6e8_feb8_6659_fd93);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(state ^ u64::from_le_bytes(last), 0xa076_1d64_78bd_642f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    struct Memory;

    impl Scratch for Memory {
        fn file(&self) -> io::Result<Box<dyn ScratchFile>> {
            Ok(Box::new(Cursor::new(vec![])))
        }
    }

    fn suspects(ids: &[&str], sorted: bool) -> Suspects {
        let mut all = Ids::new(&Memory, sorted);
        for id in ids {
            all.add(id.as_bytes()).unwrap();
        }
        all.finish().unwrap()
    }

    #[test]
    fn ids_that_ascend_are_each_there_once() {
        assert!(matches!(suspects(&["a", "b", "c"], true), Suspects::None));
        assert!(matches!(suspects(&["b", "a", "c"], true), Suspects::None));
    }

    #[test]
    fn an_id_that_stands_twice_is_suspected_in_any_order() {
        for ids in [["a", "a", "b"], ["b", "a", "b"], ["a", "b", "a"]] {
            let Suspects::Hashes(found) = suspects(&ids, true) else {
                panic!("{ids:?}");
            };
            assert_eq!(found.len(), 1);
        }
    }

    #[test]
    fn a_table_that_stops_being_sorted_late_is_read_again() {
        let mut all = Ids::new(&Memory, true);
        for at in 0..SORTED_FOR + 5 {
            all.add(format!("{at:08}").as_bytes()).unwrap();
        }
        all.add(b"00000003").unwrap();
        assert!(matches!(all.finish().unwrap(), Suspects::Unsorted));
    }

    #[test]
    fn runs_on_disk_are_looked_through_together() {
        let mut all = Ids::new(&Memory, false);
        for at in 0..10_u32 {
            all.add(&(at % 7).to_le_bytes()).unwrap();
            if at % 3 == 0 {
                all.spill().unwrap();
            }
        }
        let Suspects::Hashes(found) = all.finish().unwrap() else {
            panic!("three stand twice");
        };
        assert_eq!(found.len(), 3);
    }
}
