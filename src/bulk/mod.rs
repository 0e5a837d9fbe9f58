//! Tables too large for memory: scored in passes, ranked by an external sort, split into parts.
//!
//! [`prepare`] makes a project ready for a table, [`score`] reads the table and gives a [`Scoring`], which
//! is written as a ranking or as a part of one; [`merge`] makes one ranking of all parts. Scores, ranks
//! and their digits are those of [`score::score`](crate::score::score()) on the same rows: the stages are
//! the same code ([`crate::score::stream`]), and so is what a cell means ([`crate::dataset::bulk`]).

#[cfg(feature = "parquet")]
mod columnar;
#[cfg(feature = "parquet")]
pub mod engine;
mod failure;
mod ids;
mod output;
mod part;
mod pass;
mod record;
mod rejects;
mod run;
mod sort;
mod template;
mod twice;
mod work;

pub use output::Form;
pub use part::{Merged, merge};
pub use run::score;
pub use template::{Template, prepare};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::num::rank::{Best, Ties};
use crate::parts::Shard;
use crate::score::stream::{Ends, Remarks};
use crate::sources::stream::Scratch;
use record::Shape;
use rejects::Rejects;
use sort::{Cut, Ranking, Sorted};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

/// What is asked of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Only so many of the best rows.
    pub top: Option<u64>,
    /// Scores of all criteria beside the result.
    pub criteria: bool,
    /// Whether rows with a mistake are left out; they stop the run otherwise.
    pub reject: bool,
    /// Bytes that sorting may hold.
    pub memory: usize,
    /// The part of the rows that is scored; all of them without.
    pub shard: Option<Shard>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            top: None,
            criteria: false,
            reject: false,
            memory: 768 << 20,
            shard: None,
        }
    }
}

/// How a run is watched and stopped from outside.
#[derive(Clone, Copy, Default)]
pub struct Control<'a> {
    /// Set to true by anybody to stop.
    pub cancelled: Option<&'a AtomicBool>,
    /// Called after each piece.
    pub progress: Option<&'a dyn Fn(Progress)>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read in all passes so far.
    pub bytes: u64,
    /// Bytes of the table; each pass reads them once.
    pub of: u64,
    /// Rows of this pass so far.
    pub rows: u64,
}

/// How many rows met which fate.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Rows with a score.
    pub ranked: u64,
    /// Rows that `where` does not want.
    pub passed_over: u64,
    /// Rows without a score, by reason.
    pub excluded: BTreeMap<String, u64>,
    /// Rows with a mistake, by code.
    pub rejected: BTreeMap<String, u64>,
}

impl Counts {
    /// Returns the number of rows with a mistake.
    pub fn rejects(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Says how many rows met which fate, a line for each.
    pub fn in_words(&self) -> String {
        let mut lines = vec![format!("ranked {} of {} rows", self.ranked, self.rows)];
        if self.passed_over > 0 {
            lines.push(format!("  {} that `where` does not want", self.passed_over));
        }
        let excluded = self.excluded.iter();
        let excluded = excluded.map(|(reason, count)| format!("  {count} {reason}"));
        let rejected = self.rejected.iter();
        let rejected = rejected.map(|(code, count)| format!("  {count} left out for {code}"));
        lines.extend(excluded.chain(rejected));
        lines.join("\n") + "\n"
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.ranked += other.ranked;
        self.passed_over += other.passed_over;
        for (reason, count) in &other.excluded {
            *self.excluded.entry(reason.clone()).or_default() += count;
        }
        for (code, count) in &other.rejected {
            *self.rejected.entry(code.clone()).or_default() += count;
        }
    }
}

/// The rows of a table, scored and in order.
pub struct Scoring<'s> {
    shape: Shape,
    best: Best,
    ties: Ties,
    top: Option<u64>,
    names: bool,
    criteria: Vec<String>,
    sorted: Sorted,
    cut: Cut,
    /// How many rows met which fate.
    pub counts: Counts,
    remarks: Remarks,
    rejects: Rejects<'s>,
    /// Rows of the whole table, also where only a part was scored.
    whole: u64,
    ends: Ends,
    scratch: &'s dyn Scratch,
}

impl std::fmt::Debug for Scoring<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scoring")
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

impl Scoring<'_> {
    /// Returns the warnings that the scores give rise to.
    pub fn warnings(&self, template: &Template) -> Vec<Diagnostic> {
        self.remarks.warnings(&template.streamed)
    }

    /// Writes the rows that were left out, if any, with their reasons.
    pub fn write_rejects(&mut self, into: &mut dyn Write) -> io::Result<()> {
        into.write_all(rejects::HEADER)?;
        self.rejects.write(into)?;
        into.flush()
    }

    /// Writes the ranking; returns the number of rows written.
    ///
    /// # Errors
    ///
    /// E0803 with what the system said.
    pub fn write(self, form: Form, into: &mut (dyn Write + Send)) -> Result<u64, Diagnostics> {
        let ranking = Ranking {
            shape: self.shape,
            ties: self.ties,
            top: self.top,
            cut: self.cut,
        };
        let columns = output::Columns {
            shape: self.shape,
            best: self.best,
            ties: self.ties,
            names: self.names,
            criteria: &self.criteria,
        };
        let written = output::start(form, into, columns).and_then(|mut file| {
            let rows = ranking.walk(self.sorted, self.scratch, &mut |rank, record| {
                file.row(rank, record)
            })?;
            file.finish()?;
            Ok(rows)
        });
        written.map_err(|error| run::one(failure::unwritten(&error)))
    }
}
