//! The first pass: how many rows there are, which cannot be used, and the ends of columns.

use super::{Batch, Template, piece};
use crate::bulk::{failure, ids, run};
use crate::dataset::bulk::{BadRow, Rows};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, find_code};
use crate::score::stream::Ends;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows with a mistake of one code that are shown.
const SHOWN: usize = 20;

/// What a first pass over some rows found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Looked {
    /// Rows read.
    pub rows: u64,
    /// Rows that `where` does not want.
    pub passed_over: u64,
    /// Rows with a mistake, by code.
    pub rejected: BTreeMap<String, u64>,
    /// The first of them in the order of their texts, as the rows have no other.
    first: Vec<BadRow>,
    /// Sum of the hashes of the ids that can be used: rows that are lost or read twice change it.
    pub(super) sum: u64,
    ends: Vec<Option<(u64, u64)>>,
}

impl Looked {
    /// Looks at some more rows.
    ///
    /// # Errors
    ///
    /// What cannot be computed with any row; E0806 if the columns are not those of the table.
    pub fn add(&mut self, template: &mut Template, batch: Batch) -> Result<(), Diagnostics> {
        let mut ends = self.ends(template);
        let mut found = Ok(());
        let total = template.read_batch(batch, &mut |template, rows| {
            found = self.rows(template, rows, &mut ends);
        });
        let (rows, passed_over) = total?;
        found?;
        self.ends = ends.bits();
        self.rows += rows;
        self.passed_over += passed_over;
        Ok(())
    }

    fn rows(
        &mut self,
        template: &mut Template,
        rows: &Rows,
        ends: &mut Ends,
    ) -> Result<(), Diagnostics> {
        for row in &rows.bad {
            self.reject(row.clone());
        }
        let done = super::each_or_all(template, rows, |template, rows, named| {
            let mut own = template.streamed.no_ends();
            let name = |row: usize| rows.ids.text(row);
            let done = template.streamed.look(&piece(rows, &name, named), &mut own);
            done.map(|()| own)
        });
        let mut used = vec![false; rows.ids.len()];
        for (looked, own) in done? {
            ends.merge(&own);
            for row in looked {
                used[row] = true;
            }
        }
        for (row, used) in used.into_iter().enumerate() {
            if used {
                self.sum = self.sum.wrapping_add(ids::hash(rows.ids.bytes(row)));
            } else {
                self.reject(unusable(template, &rows.single(row)));
            }
        }
        Ok(())
    }

    fn reject(&mut self, row: BadRow) {
        *self.rejected.entry(row.code.clone()).or_default() += 1;
        self.first.push(row);
        if self.first.len() > 4 * SHOWN {
            self.keep_the_first();
        }
    }

    fn keep_the_first(&mut self) {
        self.first
            .sort_by(|a, b| (&a.code, &a.text, &a.reason).cmp(&(&b.code, &b.text, &b.reason)));
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        self.first.retain(|row| {
            let of = kept.entry(row.code.clone()).or_default();
            *of += 1;
            *of <= SHOWN
        });
    }

    /// Adds what was found in other rows.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.passed_over += other.passed_over;
        for (code, count) in other.rejected {
            *self.rejected.entry(code).or_default() += count;
        }
        self.first.extend(other.first);
        self.keep_the_first();
        self.sum = self.sum.wrapping_add(other.sum);
        if self.ends.is_empty() {
            self.ends = other.ends;
        } else if !other.ends.is_empty() {
            let mut ends = Ends::of_bits(&self.ends);
            ends.merge(&Ends::of_bits(&other.ends));
            self.ends = ends.bits();
        }
    }

    /// Returns the ends of columns.
    pub fn ends(&self, template: &Template) -> Ends {
        if self.ends.is_empty() {
            template.streamed.no_ends()
        } else {
            Ends::of_bits(&self.ends)
        }
    }

    /// Returns the number of rows with a mistake.
    pub fn rejects(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Makes findings of the rows with a mistake.
    pub fn findings(&self, template: &Template) -> Diagnostics {
        let mut found = Diagnostics::new();
        let mut rows = self.clone();
        rows.keep_the_first();
        for row in &rows.first {
            let code = find_code(&row.code).map_or(Code("E0802"), |info| info.code);
            let text: String = row.text.chars().take(160).collect();
            let mut finding = Diagnostic::new(code, row.reason.clone());
            finding.help.clone_from(&row.help);
            found.push(finding.note(format!("{}: {text}", template.file)));
        }
        let message = format!(
            "{} rows of `{}` cannot be scored",
            self.rejects(),
            template.file
        );
        found.push(
            Diagnostic::new(Code("E0802"), message)
                .help("mend the table, or leave such rows out: `--on-bad-row reject`"),
        );
        found
    }
}

/// Says what is wrong with a row that cannot be computed with.
fn unusable(template: &mut Template, row: &Rows) -> BadRow {
    let mut ends = template.streamed.no_ends();
    let name = |row_at: usize| row.ids.text(row_at);
    let done = template.streamed.look(&piece(row, &name, true), &mut ends);
    let finding = done.err().and_then(|found| found.into_iter().next());
    bad_row(row, finding.as_ref())
}

/// Makes a row with a mistake of what was found.
pub(super) fn bad_row(row: &Rows, finding: Option<&Diagnostic>) -> BadRow {
    BadRow {
        ordinal: 0,
        line: 0,
        code: finding.map_or("E0802", |finding| finding.code.0).to_owned(),
        reason: finding.map_or_else(|| "it cannot be scored".to_owned(), |f| f.message.clone()),
        help: finding.map_or_else(Vec::new, |finding| finding.help.clone()),
        text: row.ids.text(0),
    }
}

impl Looked {
    /// Checks that the pass saw all rows of the table.
    ///
    /// # Errors
    ///
    /// E0806 if not.
    pub fn complete(&self, rows: u64, file: &str) -> Result<(), Diagnostics> {
        if self.rows == rows {
            return Ok(());
        }
        let message = format!("{} rows were read of `{file}`, which has {rows}", self.rows);
        Err(run::one(Diagnostic::new(Code("E0806"), message).help(
            "see that all machines read the same file and that nobody writes to it; nothing was written",
        )))
    }
}

pub(super) fn unwritten(error: &std::io::Error) -> Diagnostics {
    run::one(failure::scratch(error))
}
