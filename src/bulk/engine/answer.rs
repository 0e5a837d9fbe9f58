//! The second pass: an answer per row, as bytes that travel.
//!
//! An answer is a byte that says of what kind it is, and what belongs to that: a record of a ranked row, reason
//! and id of one that is not ranked, what is wrong with one that cannot be scored, nothing for one that nobody
//! wants. The first answer of a batch may have remarks about the whole of it in front.

use super::looked::bad_row;
use super::{Batch, Template, piece};
use crate::bulk::record::{append, key};
use crate::bulk::work::in_words;
use crate::dataset::bulk::Rows;
use crate::diagnostics::Diagnostics;
use crate::score::stream::{Ends, Remarks, Scored};

pub(super) const RANKED: u8 = 0;
pub(super) const EXCLUDED: u8 = 1;
pub(super) const REJECTED: u8 = 2;
pub(super) const UNWANTED: u8 = 3;
pub(super) const REMARKS: u8 = 4;

/// Answers for the rows of a batch, in their order.
#[derive(Debug, Default)]
pub struct Answers {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Answers {
    /// Returns one answer after the other.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let spans: Vec<_> = starts.zip(&self.ends).collect();
        spans
            .into_iter()
            .map(|(start, end)| &self.bytes[start..*end])
    }

    fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// Scores the rows of a batch.
///
/// # Errors
///
/// What cannot be computed with any row; E0806 if the columns are not those of the table.
pub fn answers(
    template: &mut Template,
    ends: &Ends,
    criteria: bool,
    batch: Batch,
) -> Result<Answers, Diagnostics> {
    let rows = batch.rows;
    let mut made = vec![None; rows];
    let mut remarks = Remarks::default();
    let mut done = Ok(());
    template.read_batch(batch, &mut |template, rows| {
        done = score(template, rows, (ends, criteria), &mut made, &mut remarks);
    })?;
    done?;
    let mut all = Answers::default();
    remarks.forget_names();
    if rows > 0 && remarks != Remarks::default() {
        let remarks = serde_json::to_vec(&remarks).unwrap_or_default();
        all.bytes.push(REMARKS);
        let length = u32::try_from(remarks.len()).unwrap_or(u32::MAX);
        all.bytes.extend_from_slice(&length.to_le_bytes());
        all.bytes.extend_from_slice(&remarks);
    }
    for answer in made {
        match answer {
            Some(answer) => all.bytes.extend_from_slice(&answer),
            None => all.bytes.push(UNWANTED),
        }
        all.end();
    }
    Ok(all)
}

/// Scores rows, and puts the answers where the rows stood.
fn score(
    template: &mut Template,
    rows: &Rows,
    (ends, criteria): (&Ends, bool),
    made: &mut [Option<Vec<u8>>],
    remarks: &mut Remarks,
) -> Result<(), Diagnostics> {
    let at = |ordinal: u64| usize::try_from(ordinal - 1).unwrap_or(usize::MAX);
    for row in &rows.bad {
        let mut answer = vec![REJECTED];
        answer.extend_from_slice(row.code.as_bytes());
        made[at(row.ordinal)] = Some(answer);
    }
    let nodes = if criteria {
        template.streamed.criteria()
    } else {
        vec![]
    };
    let mut faults = vec![];
    let done = super::each_or_all(template, rows, |template, rows, named| {
        let name = |row: usize| rows.ids.text(row);
        let mut own = Remarks::default();
        let piece = piece(rows, &name, named);
        let scored = template.streamed.score(&piece, ends, &nodes, &mut own);
        scored.map(|scored| (scored, own)).inspect_err(|found| {
            if named {
                faults.push(bad_row(rows, found.iter().next()));
            }
        })
    });
    for (which, (scored, own)) in done? {
        remarks.merge(&own);
        take(template, rows, &which, &scored, &mut |row, answer| {
            made[at(rows.ordinals[row])] = Some(answer);
        });
    }
    let mut faults = faults.into_iter();
    for ordinal in &rows.ordinals {
        let answer = &mut made[at(*ordinal)];
        if answer.is_none() {
            let code = faults
                .next()
                .map_or_else(|| "E0802".to_owned(), |row| row.code);
            *answer = Some([&[REJECTED], code.as_bytes()].concat());
        }
    }
    Ok(())
}

/// Makes answers of scores; `which` says where the scored rows stand among all.
fn take(
    template: &Template,
    rows: &Rows,
    which: &[usize],
    scored: &Scored,
    put: &mut dyn FnMut(usize, Vec<u8>),
) {
    let best = template.streamed.index().output.best;
    let names = template.table.has_names();
    for (at, (score, &row)) in scored.scores.iter().zip(which).enumerate() {
        let Some(score) = score else { continue };
        let mut answer = Vec::with_capacity(64);
        answer.push(RANKED);
        let name = names.then(|| rows.names.bytes(row));
        let criteria = scored.criteria.iter().map(|column| column.value(at));
        append(
            &mut answer,
            key(*score, best),
            rows.ids.bytes(row),
            name,
            criteria,
        );
        put(row, answer);
    }
    for (at, why) in &scored.excluded {
        let (reason, row) = (in_words(why).as_bytes(), which[*at]);
        let length = u8::try_from(reason.len()).unwrap_or(u8::MAX);
        put(
            row,
            [&[EXCLUDED, length], reason, rows.ids.bytes(row)].concat(),
        );
    }
}
