//! A scored part of a table as a file, and one ranking made of all parts.

use super::failure;
use super::output::{Columns, Form, start};
use super::record::Shape;
use super::rejects;
use super::run::one;
use super::sort::{Cut, Merge, Ranking, Reader};
use super::template::Template;
use super::{Counts, Options, Scoring};
use crate::diagnostics::Diagnostics;
use crate::num::rank::{Best, Ties};
use crate::parts::{self, Part, Shard, Stamp, damaged};
use crate::score::stream::Remarks;
use crate::sources::stream::{Input, Scratch};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// The kind of these parts.
const KIND: &str = "score";

/// What a part says of itself.
#[derive(Serialize, Deserialize)]
struct About {
    shape: Shape,
    lowest_first: bool,
    ties: Tied,
    top: Option<u64>,
    names: bool,
    criteria: Vec<String>,
    cut: Cut,
    counts: Counts,
    remarks: Remarks,
    /// Bytes of rejects in front of the records.
    rejects: u64,
    /// Rows of the whole table.
    whole: u64,
}

/// [`Ties`], which only writes itself.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Tied {
    Min,
    Max,
    Average,
    Dense,
    Ordinal,
}

impl From<Ties> for Tied {
    fn from(ties: Ties) -> Self {
        match ties {
            Ties::Min => Self::Min,
            Ties::Max => Self::Max,
            Ties::Average => Self::Average,
            Ties::Dense => Self::Dense,
            Ties::Ordinal => Self::Ordinal,
        }
    }
}

impl From<Tied> for Ties {
    fn from(tied: Tied) -> Self {
        match tied {
            Tied::Min => Self::Min,
            Tied::Max => Self::Max,
            Tied::Average => Self::Average,
            Tied::Dense => Self::Dense,
            Tied::Ordinal => Self::Ordinal,
        }
    }
}

/// Bytes at either end of a table that are hashed to know it again.
const FINGERPRINT: u64 = 1 << 16;

/// Hashes what has to agree beside the project: the table, by its length, its ends and what a pass over it
/// found, and what was asked.
fn run_hash(scoring: &Scoring<'_>, input: &dyn Input, options: &Options) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let length = input.length()?;
    hasher.update(&length.to_le_bytes());
    for at in [0, length.saturating_sub(FINGERPRINT)] {
        io::copy(&mut input.open(at)?.take(FINGERPRINT), &mut hasher)?;
    }
    let asked = (options.top, options.criteria, options.reject);
    let seen = format!("{asked:?} {} {:?}", scoring.whole, scoring.ends.bits());
    hasher.update(seen.as_bytes());
    Ok(hasher.finalize().to_hex().to_string())
}

impl Scoring<'_> {
    /// Writes the scored rows as a part.
    ///
    /// # Errors
    ///
    /// E0803 with what the system said.
    pub fn write_part(
        mut self,
        template: &Template,
        input: &dyn Input,
        options: &Options,
        into: &mut dyn Write,
    ) -> Result<(), Diagnostics> {
        let shard = options.shard.unwrap_or(Shard { at: 1, of: 1 });
        let written = run_hash(&self, input, options).and_then(|run| {
            let mut rejects = vec![];
            let length = self.rejects.write(&mut io::sink())?;
            let about = About {
                shape: self.shape,
                lowest_first: self.best == Best::Lowest,
                ties: self.ties.into(),
                top: self.top,
                names: self.names,
                criteria: self.criteria.clone(),
                cut: self.cut,
                counts: self.counts.clone(),
                remarks: self.remarks.clone(),
                rejects: length,
                whole: self.whole,
            };
            let ranking = Ranking {
                shape: self.shape,
                ties: self.ties,
                top: None,
                cut: Cut::default(),
            };
            let stamp = Stamp::new(KIND, &template.hash, &run, shard);
            let mut sorted = Some(self.sorted);
            rejects.push(&mut self.rejects);
            parts::write(into, &stamp, &about, &mut |out| {
                for rejects in &mut rejects {
                    rejects.write(out)?;
                }
                match sorted.take() {
                    Some(sorted) => ranking.write(sorted, out),
                    None => Ok(()),
                }
            })
        });
        written.map_err(|error| one(failure::unwritten(&error)))
    }
}

/// A ranking made of parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merged {
    /// How many rows met which fate.
    pub counts: Counts,
    /// Rows written.
    pub written: u64,
}

/// Makes one ranking of all parts, and one list of rejects.
///
/// # Errors
///
/// E0805 for a damaged part, E0804 where the parts do not hold all rows, E0803 with what the system said.
pub fn merge(
    parts: &[Part<'_>],
    scratch: &dyn Scratch,
    form: Form,
    into: &mut (dyn Write + Send),
    rejected: Option<&mut (dyn Write + Send)>,
) -> Result<Merged, Diagnostics> {
    let about: Result<Vec<About>, _> = parts.iter().map(Part::described).collect();
    let about = about.map_err(one)?;
    let Some(first) = about.first() else {
        return Ok(Merged::default());
    };
    let mut counts = Counts::default();
    for about in &about {
        counts.add(&about.counts);
    }
    if counts.rows != first.whole {
        let message = format!("the parts hold {} of {} rows", counts.rows, first.whole);
        return Err(one(damaged(&parts[0].name(), &message)));
    }
    let done = written(parts, &about, scratch, (form, into), rejected);
    let written = done.map_err(|error| one(failure::unwritten(&error)))?;
    Ok(Merged { counts, written })
}

fn written(
    parts: &[Part<'_>],
    about: &[About],
    scratch: &dyn Scratch,
    (form, into): (Form, &mut (dyn Write + Send)),
    mut rejected: Option<&mut (dyn Write + Send)>,
) -> io::Result<u64> {
    let mut readers = vec![];
    if let Some(rejected) = &mut rejected {
        rejected.write_all(rejects::HEADER)?;
    }
    for (part, about) in parts.iter().zip(about) {
        let mut body = part.body()?;
        let mut own = (&mut body).take(about.rejects);
        match &mut rejected {
            Some(rejected) => _ = io::copy(&mut own, rejected)?,
            None => _ = io::copy(&mut own, &mut io::sink())?,
        }
        readers.push(Reader::new(body));
    }
    let first = &about[0];
    let cut = Cut::together(about.iter().map(|about| about.cut));
    let ranking = Ranking {
        shape: first.shape,
        ties: first.ties.into(),
        top: first.top,
        cut,
    };
    let best = if first.lowest_first {
        Best::Lowest
    } else {
        Best::Highest
    };
    let columns = Columns {
        shape: first.shape,
        best,
        ties: first.ties.into(),
        names: first.names,
        criteria: &first.criteria,
    };
    let mut file = start(form, into, columns)?;
    let merge = Merge::of(readers, first.shape)?;
    let rows = ranking.walk_merged(merge, scratch, &mut |rank, record| file.row(rank, record))?;
    file.finish()?;
    Ok(rows)
}
