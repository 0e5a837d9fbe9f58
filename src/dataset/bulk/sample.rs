//! The first usable rows of a table: enough to read the settings of a project against.

use super::fields::{Ended, first_record, unquoted};
use super::{BulkTable, Texts};
use crate::dataset::matrix::{Held, is_wanted};
use std::collections::BTreeSet;
use std::ops::Range;

/// Rows that are enough where every column has a number among them.
const ENOUGH: usize = 200;

/// One row.
struct Kept {
    raw: Range<usize>,
    /// Cells that are neither numbers nor holes.
    words: Vec<usize>,
}

/// Returns a small table with the header of a large one and some of its first rows: those that can be used,
/// each place once, and as many that every column has a number, if the bytes at hand go so far.
///
/// `head` is the beginning of the file; its last line may be cut off.
pub(super) fn sample(table: &BulkTable, head: &[u8], whole: bool) -> Vec<u8> {
    let start = usize::try_from(table.start.byte)
        .unwrap_or(usize::MAX)
        .min(head.len());
    let (mut kept, mut numbers) = (Vec::<Kept>::new(), vec![0_usize; table.cells.len()]);
    let mut seen = BTreeSet::new();
    let (mut text, mut fields) = (vec![], vec![]);
    let mut at = start;
    while at < head.len() {
        if matches!(head[at], b'\r' | b'\n') {
            at += 1;
            continue;
        }
        let ended = unquoted(head, at, table.delimiter, &mut text, &mut fields);
        let end = match ended {
            Ended::At(end) => end,
            Ended::Open { quoted: false } if whole => head.len(),
            Ended::Open { .. } => break,
        };
        let field = |at: usize| {
            fields
                .get(at)
                .and_then(|f: &Range<usize>| std::str::from_utf8(&text[f.clone()]).ok())
        };
        let row = (fields.len() == table.roles.len())
            .then(|| (0..fields.len()).map(field).collect::<Option<Vec<&str>>>());
        if let Some(row) = row.flatten()
            && let Some(words) = usable(table, &row, &mut seen, &mut numbers, kept.len())
        {
            kept.push(Kept {
                raw: at..end,
                words,
            });
        }
        at = end;
        if kept.len() >= ENOUGH && numbers.iter().all(|count| *count > 0) {
            break;
        }
    }
    // A word among numbers is a mistake; a column of nothing but words is none.
    kept.retain(|row| row.words.iter().all(|cell| numbers[*cell] == 0));
    let header = first_record(&head[..start], table.delimiter).unwrap_or(start);
    let mut out = head[..header.max(start)].to_vec();
    for row in kept {
        out.extend_from_slice(&head[row.raw]);
        out.push(b'\n');
    }
    out
}

/// Returns the cells of a row that hold words, or `None` for a row that is of no use here.
fn usable(
    table: &BulkTable,
    row: &[&str],
    seen: &mut BTreeSet<String>,
    numbers: &mut [usize],
    kept: usize,
) -> Option<Vec<usize>> {
    let Texts { id, filter, .. } = &table.texts;
    let text = |slot: usize| {
        let at = table.roles.iter().position(|role| role.text == Some(slot));
        at.map_or("", |at| row[at].trim())
    };
    if !filter
        .iter()
        .all(|(slot, wanted)| is_wanted(text(*slot), wanted))
    {
        return None;
    }
    let parts: Vec<&str> = id.iter().map(|slot| text(*slot)).collect();
    if parts.iter().any(|part| part.is_empty()) || seen.contains(&parts.join("-")) {
        return None;
    }
    let (mut words, mut news) = (vec![], kept < ENOUGH);
    let mut found = vec![];
    for (field, role) in table.roles.iter().enumerate() {
        let Some(cell) = role.cell else { continue };
        match table.spec.held(row[field].trim(), table.cells[cell].1) {
            Held::Number(_) => {
                news |= numbers[cell] == 0;
                found.push(cell);
            }
            Held::Fault(_) => words.push(cell),
            Held::Missing | Held::NotApplicable => {}
        }
    }
    if !news {
        return None;
    }
    seen.insert(parts.join("-"));
    for cell in found {
        numbers[cell] += 1;
    }
    Some(words)
}
