//! Answers as they arrive, in any order, from anywhere: made one ranking.

use super::answer::{EXCLUDED, RANKED, REJECTED, REMARKS, UNWANTED};
use super::looked::unwritten;
use super::{Answers, Looked, Template};
use crate::bulk::record::{Record, Shape};
use crate::bulk::rejects::Rejects;
use crate::bulk::sort::{Cut, Sorted, Sorter};
use crate::bulk::{Counts, Options, Scoring, ids, run};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::score::stream::Remarks;
use crate::sources::stream::Scratch;
use serde::{Deserialize, Serialize};
use std::io;

/// What is kept of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    shape: Shape,
    top: Option<u64>,
}

impl Kept {
    /// Reads from the settings of a run what is kept.
    pub fn of(template: &Template, options: &Options) -> Self {
        let criteria = if options.criteria {
            template.streamed.criteria().len()
        } else {
            0
        };
        Self {
            shape: Shape {
                names: template.table.has_names(),
                criteria,
            },
            top: options.top,
        }
    }
}

/// Answers that have arrived.
pub struct Arrivals<'s> {
    shape: Shape,
    top: Option<u64>,
    sorter: Sorter<'s>,
    tally: Tally,
    scratch: &'s dyn Scratch,
}

/// What is known of the rows beside their scores.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Tally {
    counts: Counts,
    /// As that of [`Looked`].
    sum: u64,
    remarks: Remarks,
    cuts: Vec<Cut>,
}

impl std::fmt::Debug for Arrivals<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrivals")
            .field("tally", &self.tally)
            .finish_non_exhaustive()
    }
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{what} that arrived makes no sense"),
    )
}

/// Takes so many bytes off the front.
fn split<'b>(bytes: &mut &'b [u8], count: usize) -> io::Result<&'b [u8]> {
    let (front, rest) = bytes
        .split_at_checked(count)
        .ok_or_else(|| nonsense("an answer"))?;
    *bytes = rest;
    Ok(front)
}

fn length(bytes: &mut &[u8]) -> io::Result<usize> {
    let bytes = split(bytes, 4)?.first_chunk().copied().unwrap_or_default();
    Ok(u32::from_le_bytes(bytes) as usize)
}

fn text(bytes: &[u8]) -> io::Result<String> {
    let text = std::str::from_utf8(bytes).map_err(|_| nonsense("a text"))?;
    Ok(text.to_owned())
}

impl<'s> Arrivals<'s> {
    /// Starts with none. Sorting holds at most `memory` bytes and goes on in files of `scratch`.
    pub fn new(kept: Kept, memory: usize, scratch: &'s dyn Scratch) -> Self {
        let Kept { shape, top } = kept;
        Self {
            shape,
            top,
            sorter: Sorter::new(shape, memory, top, scratch),
            tally: Tally::default(),
            scratch,
        }
    }

    /// Takes all answers for a batch.
    ///
    /// # Errors
    ///
    /// What the system says of temporary files.
    pub fn take_all(&mut self, answers: &Answers) -> io::Result<()> {
        answers.iter().try_for_each(|answer| self.take(answer))
    }

    /// Takes an answer.
    ///
    /// # Errors
    ///
    /// Bytes that are no answer; what the system says of temporary files.
    pub fn take(&mut self, mut answer: &[u8]) -> io::Result<()> {
        let mut kind = split(&mut answer, 1)?[0];
        if kind == REMARKS {
            let length = length(&mut answer)?;
            let remarks = serde_json::from_slice(split(&mut answer, length)?)?;
            self.tally.remarks.merge(&remarks);
            kind = split(&mut answer, 1)?[0];
        }
        let Tally { counts, sum, .. } = &mut self.tally;
        counts.rows += 1;
        match kind {
            RANKED => {
                let record =
                    Record::checked(answer, self.shape).ok_or_else(|| nonsense("a row"))?;
                counts.ranked += 1;
                *sum = sum.wrapping_add(ids::hash(record.id(self.shape)));
                self.sorter.push_record(record)?;
            }
            EXCLUDED => {
                let length = usize::from(split(&mut answer, 1)?[0]);
                let reason = text(split(&mut answer, length)?)?;
                *sum = sum.wrapping_add(ids::hash(answer));
                *counts.excluded.entry(reason).or_default() += 1;
            }
            REJECTED => *counts.rejected.entry(text(answer)?).or_default() += 1,
            UNWANTED => counts.passed_over += 1,
            _ => return Err(nonsense("an answer")),
        }
        Ok(())
    }

    /// Writes the best rows and what is known of the others, for [`merge`](Self::merge) to take elsewhere.
    ///
    /// # Errors
    ///
    /// What the system says of temporary files.
    pub fn to_bytes(self) -> io::Result<Vec<u8>> {
        let (sorted, cut) = self.sorter.finish()?;
        let mut tally = self.tally;
        tally.cuts.push(cut);
        tally.cuts = vec![Cut::together(tally.cuts.iter().copied())];
        let about = serde_json::to_vec(&tally)?;
        let mut bytes = u32::try_from(about.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes()
            .to_vec();
        bytes.extend_from_slice(&about);
        if let Sorted::Memory {
            bytes: records,
            order,
        } = sorted
        {
            for start in order {
                let record = Record(&records[start as usize..]);
                bytes.extend_from_slice(&record.0[..record.length(self.shape)]);
            }
            return Ok(bytes);
        }
        Err(io::Error::other(
            "more rows are to be kept than memory holds",
        ))
    }

    /// Returns the bytes that the rows kept so far take, about.
    pub fn size(&self) -> usize {
        self.sorter.size()
    }

    /// Takes what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// Bytes that are nothing of the kind; what the system says of temporary files.
    pub fn merge(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let length = length(&mut bytes)?;
        let tally: Tally = serde_json::from_slice(split(&mut bytes, length)?)?;
        let own = &mut self.tally;
        own.counts.add(&tally.counts);
        own.sum = own.sum.wrapping_add(tally.sum);
        own.remarks.merge(&tally.remarks);
        own.cuts.extend(tally.cuts);
        while !bytes.is_empty() {
            let record = Record::checked(bytes, self.shape).ok_or_else(|| nonsense("a row"))?;
            self.sorter.push_record(record)?;
            bytes = &bytes[record.length(self.shape)..];
        }
        Ok(())
    }

    /// Makes a ranking of what has arrived.
    ///
    /// # Errors
    ///
    /// E0806 if these are not the rows that the first pass saw; E0803 with what the system said.
    pub fn finish(self, template: &Template, looked: &Looked) -> Result<Scoring<'s>, Diagnostics> {
        self.check(template, looked)?;
        let Tally {
            counts,
            remarks,
            mut cuts,
            ..
        } = self.tally;
        let (sorted, cut) = self.sorter.finish().map_err(|error| unwritten(&error))?;
        cuts.push(cut);
        let index = template.streamed.index();
        let criteria = template.streamed.criteria();
        let criteria = criteria.iter().take(self.shape.criteria);
        Ok(Scoring {
            shape: self.shape,
            best: index.output.best,
            ties: index.output.ties,
            top: self.top,
            names: self.shape.criteria > 0 || self.shape.names,
            criteria: criteria
                .map(|at| template.project().tree.node(*at).id.to_string())
                .collect(),
            sorted,
            cut: Cut::together(cuts.iter().copied()),
            whole: counts.rows,
            counts,
            remarks,
            rejects: Rejects::new(self.scratch),
            ends: looked.ends(template),
            scratch: self.scratch,
        })
    }

    fn check(&self, template: &Template, looked: &Looked) -> Result<(), Diagnostics> {
        let Tally { counts, sum, .. } = &self.tally;
        if counts.rows != looked.rows || counts.passed_over != looked.passed_over {
            let message = format!(
                "{} rows were scored of {} that were read: some were lost on the way, or came twice",
                counts.rows, looked.rows
            );
            let finding = Diagnostic::new(Code("E0806"), message);
            return Err(run::one(finding.help("run it again; nothing was written")));
        }
        if counts.rejects() != looked.rejects() {
            let more = counts.rejects().saturating_sub(looked.rejects());
            let message = format!(
                "{more} rows of `{}` turned out to be unusable only while they were scored",
                template.file
            );
            let finding = Diagnostic::new(Code("E0802"), message);
            return Err(run::one(finding.help(
                "`exacity score` names them, and with `--on-bad-row reject` leaves them out from the start",
            )));
        }
        if *sum != looked.sum {
            let message = "the rows that were scored are not those that were read";
            let finding = Diagnostic::new(Code("E0806"), message);
            return Err(run::one(finding.help(
                "see that nobody writes to the table and that all machines read the same file",
            )));
        }
        Ok(())
    }
}
