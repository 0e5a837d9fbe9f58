//! Rows that an engine reads, on one machine or many: looked at and scored where they are, ranked where
//! they arrive.
//!
//! An engine for tables (DataFusion, Ballista) hands over some rows at a time as columns ([`Batch`]), in
//! any order and on any number of machines. A first pass finds the ends of columns and counts rows
//! ([`Looked`]); a second gives an answer per row ([`answers`]), which are collected ([`Arrivals`]), all
//! of them in one place or, where only the best are asked for, some on each machine. Whatever the engine
//! did, the ranking is that of [`score`](super::score()) on the same rows, byte for byte; and if it lost
//! rows on the way, or read some twice, counts and checksums of the two passes differ, which is an error.

mod answer;
mod arrivals;
mod looked;

pub use crate::dataset::bulk::{Batch, Stored};
pub use answer::{Answers, answers};
pub use arrivals::{Arrivals, Kept};
pub use looked::Looked;

use super::template::{Template, piece};
use crate::dataset::bulk::{Failed, Rows};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use std::ops::ControlFlow;

impl Template {
    /// Names the columns that are read, in the order in which a [`Batch`] holds them.
    pub fn columns(&self) -> Vec<&str> {
        self.table.columns()
    }

    /// Returns the hash of everything of the project that scores depend on.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns header and some first rows of the table as a text: enough to prepare the project elsewhere.
    pub fn beginning(&self) -> &[u8] {
        &self.small
    }

    /// Returns the id of each row of a batch; `None` where it cannot be used, or nobody wants it.
    ///
    /// # Errors
    ///
    /// E0806 if the columns are not those of the table.
    pub fn ids(&mut self, batch: Batch) -> Result<Vec<Option<String>>, Diagnostics> {
        let mut ids = vec![None; batch.rows];
        self.read_batch(batch, &mut |_, rows| {
            for (row, ordinal) in rows.ordinals.iter().enumerate() {
                let at = usize::try_from(ordinal - 1).unwrap_or(usize::MAX);
                ids[at] = Some(rows.ids.text(row));
            }
        })?;
        Ok(ids)
    }

    /// Reads the rows of a batch, and lets something be done with those that can be used. Returns how
    /// many there are, and how many nobody wants.
    fn read_batch(
        &mut self,
        batch: Batch,
        visit: &mut dyn FnMut(&mut Self, &Rows),
    ) -> Result<(u64, u64), Diagnostics> {
        let table = self.table.clone();
        let read = table.read_batch(batch, &mut |rows| {
            visit(self, rows);
            ControlFlow::Continue(())
        });
        match read {
            Ok(total) => Ok((total.rows, total.passed_over)),
            Err(Failed::Damaged(why)) => {
                let message = format!("the columns that arrived are not those of the table: {why}");
                let finding = Diagnostic::new(Code("E0806"), message);
                Err(super::run::one(finding.help(
                    "run the same version on all machines, and score a table that nobody changes",
                )))
            }
            Err(failed) => Err(super::run::one(super::failure::failed(&self.file, &failed))),
        }
    }
}

/// Does something with the rows of a piece at once, or with each alone if that fails; returns those with
/// which it fails alone, too.
fn each_or_all<T>(
    template: &mut Template,
    rows: &Rows,
    mut work: impl FnMut(&mut Template, &Rows, bool) -> Result<T, Diagnostics>,
) -> Result<Vec<(Vec<usize>, T)>, Diagnostics> {
    let count = rows.ids.len();
    let found = match work(template, rows, false) {
        Ok(done) => return Ok(vec![((0..count).collect(), done)]),
        Err(found) => found,
    };
    let single = |row| {
        work(template, &rows.single(row), true)
            .ok()
            .map(|done| (vec![row], done))
    };
    let done: Vec<_> = (0..count).filter_map(single).collect();
    if done.len() == count {
        // Nothing is wrong with any row alone.
        return Err(found);
    }
    Ok(done)
}
