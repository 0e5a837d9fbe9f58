//! The passes over a table: look, if the settings need it, then score.

use super::failure;
use super::ids::{Ids, Suspects};
use super::pass::{Pass, Refusal, Work};
use super::record::Shape;
use super::rejects::Rejects;
use super::sort::Sorter;
use super::template::Template;
use super::twice::too_many_twice;
use super::work::{Look, Score};
use super::{Control, Counts, Options, Progress, Scoring};
use crate::dataset::bulk::{Failed, Mark, Rows, Span, Total};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::parts::Shard;
use crate::score::stream::Remarks;
use crate::sources::stream::{Input, Scratch};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Times that a table is read anew because rows had to be left out.
const MOST_ATTEMPTS: u32 = 8;

/// Scores a table.
///
/// # Errors
///
/// Everything that is wrong with the table, if rows with a mistake are to stop the run; what the system
/// refused.
pub fn score<'s>(
    template: &mut Template,
    input: &dyn Input,
    scratch: &'s dyn Scratch,
    options: &Options,
    control: &Control<'_>,
) -> Result<Scoring<'s>, Diagnostics> {
    let file = template.file.clone();
    let length = input
        .length()
        .map_err(|error| one(failure::unreadable(&file, &error)))?;
    let mut run = Run {
        template,
        input,
        scratch,
        options,
        control,
        length,
        read: 0,
        refused: BTreeMap::new(),
        sorted: true,
    };
    for _ in 0..MOST_ATTEMPTS {
        if let Some(done) = run.attempt()? {
            let now = input
                .length()
                .map_err(|error| one(failure::unreadable(&file, &error)))?;
            return if now == length {
                Ok(done)
            } else {
                Err(one(failure::changed(&file)))
            };
        }
    }
    let message = format!("leaving rows of `{file}` out brings up ever more that cannot be scored");
    let finding = Diagnostic::new(Code("E0802"), message);
    Err(one(
        finding.help("mend the rows that `--on-bad-row fail` names")
    ))
}

pub(super) fn one(finding: Diagnostic) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.push(finding);
    found
}

pub(super) struct Run<'a, 's> {
    pub(super) template: &'a mut Template,
    input: &'a dyn Input,
    scratch: &'s dyn Scratch,
    options: &'a Options,
    control: &'a Control<'a>,
    length: u64,
    /// Bytes read in earlier passes.
    read: u64,
    /// Rows that cannot be scored for reasons that are not in the row alone, by their number.
    refused: BTreeMap<u64, (String, String)>,
    /// Whether ids may go unhashed while they ascend.
    sorted: bool,
}

impl<'s> Run<'_, 's> {
    /// Reads the table once or twice; `None` if rows turned up that have to be left out from the start.
    fn attempt(&mut self) -> Result<Option<Scoring<'s>>, Diagnostics> {
        let mut ends = self.template.streamed.no_ends();
        let start = self.template.table.start();
        let all = Span {
            from: start,
            to: None,
        };
        let mut span = all;
        let mut ids = Some(Ids::new(self.scratch, self.sorted));
        let mut looked = None;
        if self.template.streamed.needs_ends() || self.options.shard.is_some() {
            let marks = self
                .options
                .shard
                .map(|shard| bounds(shard, start, self.template.table.extent(self.length)));
            let marks = marks.unwrap_or_default();
            let mut pass = self.pass(ids.take());
            let mut look = Look { ends: &mut ends };
            let (total, found) = self.read(all, &marks, &mut pass, &mut look)?;
            if !self.settle(&mut pass, true)? {
                return Ok(None);
            }
            if let (Some(shard), [from, _]) = (self.options.shard, found.as_slice()) {
                span = Span {
                    from: if shard.at == 1 { start } else { *from },
                    to: (shard.at < shard.of).then(|| marks[1]),
                };
            }
            looked = Some((total, pass.rejects.total()));
        }
        let mut pass = self.pass(ids);
        let criteria = if self.options.criteria {
            self.template.streamed.criteria()
        } else {
            vec![]
        };
        let shape = Shape {
            names: self.template.table.has_names(),
            criteria: criteria.len(),
        };
        let mut work = Score {
            ends: &ends,
            criteria: &criteria,
            sorter: Sorter::new(shape, self.options.memory, self.options.top, self.scratch),
            counts: Counts::default(),
            remarks: Remarks::default(),
        };
        let (total, _) = self.read(span, &[], &mut pass, &mut work)?;
        let whole = self.options.shard.is_none();
        if whole && looked.is_some_and(|looked| looked != (total, pass.rejects.total())) {
            return Err(one(failure::changed(&self.template.file)));
        }
        if !self.settle(&mut pass, looked.is_none())? {
            return Ok(None);
        }
        let mut counts = work.counts;
        counts.rows = total.rows;
        counts.passed_over = total.passed_over;
        counts.rejected = pass.rejects.counts.clone();
        counts.ranked = work.sorter.pushed();
        let (sorted, cut) = work
            .sorter
            .finish()
            .map_err(|error| one(failure::scratch(&error)))?;
        let index = self.template.streamed.index();
        Ok(Some(Scoring {
            shape,
            best: index.output.best,
            ties: index.output.ties,
            top: self.options.top,
            names: self.options.criteria || shape.names,
            criteria: criteria
                .iter()
                .map(|at| self.template.project().tree.node(*at).id.to_string())
                .collect(),
            sorted,
            cut,
            counts,
            remarks: work.remarks,
            rejects: pass.rejects,
            whole: looked.map_or(total.rows, |(total, _)| total.rows),
            ends,
            scratch: self.scratch,
        }))
    }

    pub(super) fn pass(&self, ids: Option<Ids<'s>>) -> Pass<'s> {
        Pass {
            rejects: Rejects::new(self.scratch),
            ids,
            refusals: vec![],
            fatal: None,
        }
    }

    /// Reads a part of the table and does some work with its rows.
    pub(super) fn read(
        &mut self,
        span: Span,
        marks: &[u64],
        pass: &mut Pass<'s>,
        work: &mut dyn Work,
    ) -> Result<(Total, Vec<Mark>), Diagnostics> {
        let file = self.template.file.clone();
        let (read, of) = (self.read, self.length);
        let (control, table) = (self.control, self.template.table.clone());
        let extent = table.extent(of);
        let template = &mut *self.template;
        let mut visit = |rows: &Rows| {
            if control
                .cancelled
                .is_some_and(|flag| flag.load(Ordering::Relaxed))
            {
                return ControlFlow::Break(());
            }
            if let Some(progress) = control.progress {
                progress(Progress {
                    bytes: read + part_of(of, rows.until.byte, extent),
                    of,
                    rows: rows.until.row,
                });
            }
            pass.rows(template, rows, work)
        };
        let done = table.read(self.input, span, &self.refused, marks, &mut visit);
        self.read += self.length;
        if let Some(fatal) = pass.fatal.take() {
            return Err(fatal);
        }
        done.map_err(|failed| match failed {
            Failed::Stopped => one(failure::stopped()),
            failed => one(failure::failed(&file, &failed)),
        })
    }

    /// Decides after a pass: true to go on, false to start again without the rows that were refused.
    fn settle(&mut self, pass: &mut Pass<'s>, whole: bool) -> Result<bool, Diagnostics> {
        if let Some(ids) = pass.ids.take() {
            match ids
                .finish()
                .map_err(|error| one(failure::scratch(&error)))?
            {
                Suspects::None => {}
                Suspects::Unsorted => {
                    self.sorted = false;
                    return Ok(false);
                }
                Suspects::Hashes(hashes) => self.compare_ids(&hashes, pass)?,
                Suspects::Many => return Err(one(too_many_twice(&self.template.file))),
            }
        }
        if !self.options.reject {
            let stops = whole && pass.rejects.total() > 0;
            let mut found = Diagnostics::new();
            if stops || !pass.refusals.is_empty() {
                for refusal in pass.refusals.iter().take(20) {
                    let counted = self.template.table.counted();
                    let place = format!("{}, {counted} {}", self.template.file, refusal.line);
                    found.push(refusal.finding.clone().note(place));
                }
                let more = pass.refusals.len().saturating_sub(20);
                if more > 0 {
                    let message = format!("{more} more rows cannot be scored");
                    found.push(Diagnostic::new(Code("E0802"), message));
                }
                if pass.rejects.total() > 0 {
                    let counted = self.template.table.counted();
                    found.extend(failure::bad_rows(
                        &self.template.file,
                        counted,
                        &pass.rejects,
                    ));
                }
                return Err(found);
            }
        }
        let again = !pass.refusals.is_empty();
        for Refusal {
            ordinal, finding, ..
        } in pass.refusals.drain(..)
        {
            let reason = (finding.code.0.to_owned(), finding.message);
            self.refused.insert(ordinal, reason);
        }
        Ok(!again)
    }
}

/// Returns how many of `bytes` lie before a position out of so many: the same where positions are bytes.
fn part_of(bytes: u64, position: u64, extent: u64) -> u64 {
    let part = u128::from(bytes) * u128::from(position) / u128::from(extent.max(1));
    u64::try_from(part).unwrap_or(u64::MAX)
}

/// Returns the positions between which the rows of a part begin.
fn bounds(shard: Shard, start: Mark, end: u64) -> Vec<u64> {
    let range = shard.range(end.saturating_sub(start.byte));
    vec![start.byte + range.start, start.byte + range.end]
}
