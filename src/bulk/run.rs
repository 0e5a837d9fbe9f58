//! The passes over a table: look, if the settings need it, then score.

use super::failure;
use super::ids::{Ids, Suspects, hash};
use super::record::{Shape, key};
use super::rejects::Rejects;
use super::sort::Sorter;
use super::template::{Template, piece};
use super::{Control, Counts, Options, Progress, Scoring};
use crate::dataset::bulk::{Failed, Mark, Rows, Span, Total};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::NodeIx;
use crate::parts::Shard;
use crate::score::Exclusion;
use crate::score::stream::{Ends, Remarks, Scored};
use crate::sources::stream::{Input, Scratch};
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

/// Rows that a formula cannot take before it is the formula that is wrong.
const MOST_REFUSED: usize = 100_000;

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

struct Run<'a, 's> {
    template: &'a mut Template,
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

/// A row that was found to be unusable only while it was computed with.
struct Refusal {
    ordinal: u64,
    line: u64,
    finding: Diagnostic,
}

/// What a pass over rows collects.
struct Pass<'s> {
    rejects: Rejects<'s>,
    ids: Option<Ids<'s>>,
    refusals: Vec<Refusal>,
    /// What ends the pass.
    fatal: Option<Diagnostics>,
}

/// What is done with the rows of a pass.
trait Work {
    fn rows(&mut self, template: &mut Template, rows: &Rows, named: bool) -> Result<(), Trouble>;
    /// The same for one row out of a piece that failed; whatever it does is thrown away.
    fn row(&mut self, template: &mut Template, row: &Rows) -> Result<(), Diagnostics>;
}

enum Trouble {
    Findings(Diagnostics),
    Scratch(io::Error),
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
                .map(|shard| bounds(shard, start, self.length));
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

    fn pass(&self, ids: Option<Ids<'s>>) -> Pass<'s> {
        Pass {
            rejects: Rejects::new(self.scratch),
            ids,
            refusals: vec![],
            fatal: None,
        }
    }

    /// Reads a part of the table and does some work with its rows.
    fn read(
        &mut self,
        span: Span,
        marks: &[u64],
        pass: &mut Pass<'s>,
        work: &mut dyn Work,
    ) -> Result<(Total, Vec<Mark>), Diagnostics> {
        let file = self.template.file.clone();
        let mut source = self
            .input
            .open(span.from.byte)
            .map_err(|error| one(failure::unreadable(&file, &error)))?;
        let (read, of) = (self.read, self.length);
        let (control, table) = (self.control, self.template.table.clone());
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
                    bytes: read + rows.until.byte,
                    of,
                    rows: rows.until.row,
                });
            }
            pass.rows(template, rows, work)
        };
        let done = table.read(&mut source, span, &self.refused, marks, &mut visit);
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
                    let place = format!("{}, line {}", self.template.file, refusal.line);
                    found.push(refusal.finding.clone().note(place));
                }
                let more = pass.refusals.len().saturating_sub(20);
                if more > 0 {
                    let message = format!("{more} more rows cannot be scored");
                    found.push(Diagnostic::new(Code("E0802"), message));
                }
                if pass.rejects.total() > 0 {
                    found.extend(failure::bad_rows(&self.template.file, &pass.rejects));
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

    /// Reads the table once more and compares ids that may stand twice.
    fn compare_ids(
        &mut self,
        hashes: &std::collections::BTreeSet<u64>,
        pass: &mut Pass<'s>,
    ) -> Result<(), Diagnostics> {
        struct Compare<'h> {
            hashes: &'h std::collections::BTreeSet<u64>,
            first: BTreeMap<Vec<u8>, u64>,
            twice: Vec<Refusal>,
        }
        impl Work for Compare<'_> {
            fn rows(&mut self, _: &mut Template, rows: &Rows, _: bool) -> Result<(), Trouble> {
                for row in 0..rows.ids.len() {
                    let id = rows.ids.bytes(row);
                    if !self.hashes.contains(&hash(id)) {
                        continue;
                    }
                    match self.first.get(id) {
                        None => _ = self.first.insert(id.to_vec(), rows.lines[row]),
                        Some(first) => {
                            let id = rows.ids.text(row);
                            let message =
                                format!("the id `{id}` stands twice, first on line {first}");
                            let finding = Diagnostic::new(Code("E0206"), message)
                                .help("give each row an id of its own, or let several columns identify a place: `id = [..]`");
                            self.twice.push(Refusal {
                                ordinal: rows.ordinals[row],
                                line: rows.lines[row],
                                finding,
                            });
                        }
                    }
                }
                Ok(())
            }
            fn row(&mut self, _: &mut Template, _: &Rows) -> Result<(), Diagnostics> {
                Ok(())
            }
        }
        let mut compare = Compare {
            hashes,
            first: BTreeMap::new(),
            twice: vec![],
        };
        let all = Span {
            from: self.template.table.start(),
            to: None,
        };
        let mut own = self.pass(None);
        self.read(all, &[], &mut own, &mut compare)?;
        pass.refusals.extend(compare.twice);
        if pass.refusals.len() > MOST_REFUSED {
            return Err(one(too_many_twice(&self.template.file)));
        }
        Ok(())
    }
}

fn too_many_twice(file: &str) -> Diagnostic {
    let message = format!("more than {MOST_REFUSED} ids of `{file}` stand twice");
    Diagnostic::new(Code("E0206"), message)
        .help("name the column that identifies a row: `matrix = { .., id = \"...\" }`; several may do so together")
}

/// Returns the bytes between which the rows of a part begin.
fn bounds(shard: Shard, start: Mark, length: u64) -> Vec<u64> {
    let range = shard.range(length.saturating_sub(start.byte));
    vec![start.byte + range.start, start.byte + range.end]
}

impl Pass<'_> {
    fn rows(
        &mut self,
        template: &mut Template,
        rows: &Rows,
        work: &mut dyn Work,
    ) -> ControlFlow<()> {
        let noted = rows.bad.iter().try_for_each(|row| self.rejects.add(row));
        let noted = noted.and_then(|()| match &mut self.ids {
            Some(ids) => (0..rows.ids.len()).try_for_each(|row| ids.add(rows.ids.bytes(row))),
            None => Ok(()),
        });
        if let Err(error) = noted {
            self.fatal = Some(one(failure::scratch(&error)));
            return ControlFlow::Break(());
        }
        match work.rows(template, rows, false) {
            Ok(()) => ControlFlow::Continue(()),
            Err(Trouble::Scratch(error)) => {
                self.fatal = Some(one(failure::scratch(&error)));
                ControlFlow::Break(())
            }
            Err(Trouble::Findings(found)) => self.blame(template, rows, work, found),
        }
    }

    /// Finds the rows of a piece that cannot be computed with.
    fn blame(
        &mut self,
        template: &mut Template,
        rows: &Rows,
        work: &mut dyn Work,
        found: Diagnostics,
    ) -> ControlFlow<()> {
        let before = self.refusals.len();
        for at in 0..rows.ids.len() {
            let row = rows.single(at);
            if let Err(own) = work.row(template, &row)
                && let Some(finding) = own.into_iter().next()
            {
                self.refusals.push(Refusal {
                    ordinal: rows.ordinals[at],
                    line: rows.lines[at],
                    finding,
                });
            }
        }
        if self.refusals.len() == before {
            // Nothing is wrong with any row alone.
            self.fatal = Some(found);
            return ControlFlow::Break(());
        }
        if self.refusals.len() > MOST_REFUSED {
            let mut fatal = Diagnostics::new();
            fatal.extend(
                self.refusals
                    .iter()
                    .take(20)
                    .map(|refusal| refusal.finding.clone()),
            );
            let message = format!("more than {MOST_REFUSED} rows cannot be scored");
            fatal.push(
                Diagnostic::new(Code("E0802"), message)
                    .help("mend the setting that the findings name rather than the rows"),
            );
            self.fatal = Some(fatal);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// The first pass: the ends of columns.
struct Look<'e> {
    ends: &'e mut Ends,
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
struct Score<'a, 's> {
    ends: &'a Ends,
    criteria: &'a [NodeIx],
    sorter: Sorter<'s>,
    counts: Counts,
    remarks: Remarks,
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

fn in_words(why: &Exclusion) -> &'static str {
    match why {
        Exclusion::NoEvidence(_) => "no figure in a criterion that `require.evidence` names",
        Exclusion::Coverage { .. } => "fewer figures than `require.min-coverage` asks",
        Exclusion::NoScore => "no score, as figures are missing",
        Exclusion::NotJudged(_) => "not judged by the strategy, which lacks a figure",
        Exclusion::NotEligible => "not eligible, says the strategy",
    }
}
