//! Rows that were left out, with the reasons.

use super::output::push_field;
use crate::dataset::bulk::BadRow;
use crate::sources::stream::{Scratch, ScratchFile};
use std::collections::BTreeMap;
use std::io::{self, Seek, SeekFrom, Write};

/// Findings of one code that are shown.
pub(super) const SHOWN: u64 = 20;

/// Bytes of rejects that stay in memory.
const HELD: usize = 1 << 20;

/// Rows that were left out: all of them as lines of a file, the first of each code to be shown.
pub(super) struct Rejects<'s> {
    scratch: &'s dyn Scratch,
    held: Vec<u8>,
    file: Option<Box<dyn ScratchFile>>,
    pub(super) first: Vec<BadRow>,
    pub(super) counts: BTreeMap<String, u64>,
}

/// The header of a file of rejects.
pub(super) const HEADER: &[u8] = b"line,code,reason,row\n";

impl<'s> Rejects<'s> {
    pub(super) fn new(scratch: &'s dyn Scratch) -> Self {
        Self {
            scratch,
            held: vec![],
            file: None,
            first: vec![],
            counts: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, row: &BadRow) -> io::Result<()> {
        let count = self.counts.entry(row.code.clone()).or_default();
        *count += 1;
        if *count <= SHOWN {
            self.first.push(row.clone());
        }
        let line = row.line.to_string();
        for (at, field) in [&line, &row.code, &row.reason, &row.text]
            .into_iter()
            .enumerate()
        {
            if at > 0 {
                self.held.push(b',');
            }
            push_field(&mut self.held, field.as_bytes());
        }
        self.held.push(b'\n');
        if self.held.len() >= HELD {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(self.scratch.file()?),
            };
            file.write_all(&self.held)?;
            self.held.clear();
        }
        Ok(())
    }

    pub(super) fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Copies the lines; the header is for whoever writes the file.
    pub(super) fn write(&mut self, into: &mut dyn Write) -> io::Result<u64> {
        let mut length = self.held.len() as u64;
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0))?;
            length += io::copy(file, into)?;
        }
        into.write_all(&self.held)?;
        Ok(length)
    }
}
