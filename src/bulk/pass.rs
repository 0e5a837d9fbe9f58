//! What a pass over rows collects, and whose fault it is when a piece cannot be computed with.

use super::failure;
use super::ids::Ids;
use super::rejects::Rejects;
use super::run::one;
use super::template::Template;
use crate::dataset::bulk::Rows;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use std::io;
use std::ops::ControlFlow;

/// Rows that a formula cannot take before it is the formula that is wrong.
pub(super) const MOST_REFUSED: usize = 100_000;

/// A row that was found to be unusable only while it was computed with.
pub(super) struct Refusal {
    pub(super) ordinal: u64,
    pub(super) line: u64,
    pub(super) finding: Diagnostic,
}

/// What a pass over rows collects.
pub(super) struct Pass<'s> {
    pub(super) rejects: Rejects<'s>,
    pub(super) ids: Option<Ids<'s>>,
    pub(super) refusals: Vec<Refusal>,
    /// What ends the pass.
    pub(super) fatal: Option<Diagnostics>,
}

/// What is done with the rows of a pass.
pub(super) trait Work {
    fn rows(&mut self, template: &mut Template, rows: &Rows, named: bool) -> Result<(), Trouble>;
    /// The same for one row out of a piece that failed; whatever it does is thrown away.
    fn row(&mut self, template: &mut Template, row: &Rows) -> Result<(), Diagnostics>;
}

pub(super) enum Trouble {
    Findings(Diagnostics),
    Scratch(io::Error),
}

impl Pass<'_> {
    pub(super) fn rows(
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
