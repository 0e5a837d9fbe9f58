//! Bytes of an input as the Parquet reader asks for them.

use crate::sources::stream::Input;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes that are read ahead where it is not said how many are needed: headers of pages, which are short.
const AHEAD: usize = 1 << 12;

/// A file of which any part can be read.
pub(super) struct Chunks {
    input: Arc<dyn Input + Send + Sync>,
    length: u64,
}

impl Chunks {
    pub(super) fn new(input: &dyn Input) -> io::Result<Self> {
        Ok(Self {
            length: input.length()?,
            input: input.handle(),
        })
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Chunks {
    type T = Onward;

    fn get_read(&self, start: u64) -> Result<Onward> {
        Ok(Onward {
            input: Arc::clone(&self.input),
            next: start,
            held: vec![],
            used: 0,
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A damaged file may ask for more than there is; nothing is set aside for that.
        if start.saturating_add(length as u64) > self.length {
            return Err(ParquetError::EOF(format!(
                "{length} bytes are wanted at byte {start}, and it has {}",
                self.length
            )));
        }
        let mut bytes = vec![0; length];
        self.input.open(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from a byte.
pub(super) struct Onward {
    input: Arc<dyn Input + Send + Sync>,
    next: u64,
    held: Vec<u8>,
    used: usize,
}

impl Read for Onward {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.used == self.held.len() {
            self.held.clear();
            self.used = 0;
            let source = self.input.open(self.next)?;
            source.take(AHEAD as u64).read_to_end(&mut self.held)?;
            self.next += self.held.len() as u64;
        }
        let count = into.len().min(self.held.len() - self.used);
        into[..count].copy_from_slice(&self.held[self.used..self.used + count]);
        self.used += count;
        Ok(count)
    }
}
