//! The work of the two passes: the ends of columns, then scores.

use super::Counts;
use super::pass::{Trouble, Work};
use super::record::key;
use super::sort::Sorter;
use super::template::{Template, piece};
use crate::dataset::bulk::Rows;
use crate::diagnostics::Diagnostics;
use crate::model::NodeIx;
use crate::score::Exclusion;
use crate::score::stream::{Ends, Remarks, Scored};
use std::io;

/// The first pass: the ends of columns.
pub(super) struct Look<'e> {
    pub(super) ends: &'e mut Ends,
}

impl Work for Look<'_> {
    fn rows(&mut self, template: &mut Template, rows: &Rows, named: bool) -> Result<(), Trouble> {
        let name = |row: usize| rows.ids.text(row);
        let done = template
            .streamed
            .look(&piece(rows, &name, named), self.ends);
        done.map_err(Trouble::Findings)
    }

    fn row(&mut self, template: &mut Template, row: &Rows) -> Result<(), Diagnostics> {
        let name = |at: usize| row.ids.text(at);
        let mut ends = template.streamed.no_ends();
        template.streamed.look(&piece(row, &name, true), &mut ends)
    }
}

/// The second pass: scores.
pub(super) struct Score<'a, 's> {
    pub(super) ends: &'a Ends,
    pub(super) criteria: &'a [NodeIx],
    pub(super) sorter: Sorter<'s>,
    pub(super) counts: Counts,
    pub(super) remarks: Remarks,
}

impl Work for Score<'_, '_> {
    fn rows(&mut self, template: &mut Template, rows: &Rows, named: bool) -> Result<(), Trouble> {
        let name = |row: usize| rows.ids.text(row);
        let piece = piece(rows, &name, named);
        let scored = template
            .streamed
            .score(&piece, self.ends, self.criteria, &mut self.remarks);
        let scored = scored.map_err(Trouble::Findings)?;
        self.take(template, rows, &scored).map_err(Trouble::Scratch)
    }

    fn row(&mut self, template: &mut Template, row: &Rows) -> Result<(), Diagnostics> {
        let name = |at: usize| row.ids.text(at);
        let piece = piece(row, &name, true);
        let mut remarks = Remarks::default();
        let done = template
            .streamed
            .score(&piece, self.ends, self.criteria, &mut remarks);
        done.map(|_| ())
    }
}

impl Score<'_, '_> {
    fn take(&mut self, template: &Template, rows: &Rows, scored: &Scored) -> io::Result<()> {
        let best = template.streamed.index().output.best;
        let names = template.table.has_names();
        for (row, score) in scored.scores.iter().enumerate() {
            let Some(score) = score else { continue };
            let name = names.then(|| rows.names.bytes(row));
            let criteria = scored.criteria.iter().map(|column| column.value(row));
            self.sorter
                .push(key(*score, best), rows.ids.bytes(row), name, criteria)?;
        }
        for (_, why) in &scored.excluded {
            *self
                .counts
                .excluded
                .entry(in_words(why).to_owned())
                .or_default() += 1;
        }
        Ok(())
    }
}

pub(super) fn in_words(why: &Exclusion) -> &'static str {
    match why {
        Exclusion::NoEvidence(_) => "no figure in a criterion that `require.evidence` names",
        Exclusion::Coverage { .. } => "fewer figures than `require.min-coverage` asks",
        Exclusion::NoScore => "no score, as figures are missing",
        Exclusion::NotJudged(_) => "not judged by the strategy, which lacks a figure",
        Exclusion::NotEligible => "not eligible, says the strategy",
    }
}
