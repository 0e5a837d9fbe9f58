//! The pass that tells ids that stand twice from ids that only share a hash.

use super::ids::hash;
use super::pass::{MOST_REFUSED, Pass, Refusal, Trouble, Work};
use super::run::{Run, one};
use super::template::Template;
use crate::dataset::bulk::{Rows, Span};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use std::collections::{BTreeMap, BTreeSet};

/// Looks at the ids behind hashes that were seen twice.
struct Compare<'h> {
    hashes: &'h BTreeSet<u64>,
    first: BTreeMap<Vec<u8>, u64>,
    twice: Vec<Refusal>,
}
impl Work for Compare<'_> {
    fn rows(&mut self, template: &mut Template, rows: &Rows, _: bool) -> Result<(), Trouble> {
        let counted = template.table.counted();
        for row in 0..rows.ids.len() {
            let id = rows.ids.bytes(row);
            if !self.hashes.contains(&hash(id)) {
                continue;
            }
            match self.first.get(id) {
                None => _ = self.first.insert(id.to_vec(), rows.lines[row]),
                Some(first) => {
                    let id = rows.ids.text(row);
                    let message = format!("the id `{id}` stands twice, first on {counted} {first}");
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

impl<'s> Run<'_, 's> {
    /// Reads the table once more and compares ids that may stand twice.
    pub(super) fn compare_ids(
        &mut self,
        hashes: &BTreeSet<u64>,
        pass: &mut Pass<'s>,
    ) -> Result<(), Diagnostics> {
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

pub(super) fn too_many_twice(file: &str) -> Diagnostic {
    let message = format!("more than {MOST_REFUSED} ids of `{file}` stand twice");
    Diagnostic::new(Code("E0206"), message)
        .help("name the column that identifies a row: `matrix = { .., id = \"...\" }`; several may do so together")
}
