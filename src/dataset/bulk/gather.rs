//! Rows on their way into a piece: which are kept, which nobody wants, and which cannot be used.
//!
//! However a file stores its rows, they pass through here, so that the same row meets the same fate.

use super::{BadRow, BulkTable, Failed, Filling, Mark, Rows, shown};
use crate::dataset::matrix::{Held, is_wanted};
use crate::model::Cell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What stands in the way of a row.
pub(super) struct Fault {
    pub(super) code: &'static str,
    reason: String,
    pub(super) help: Vec<String>,
}

impl Fault {
    pub(super) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            help: vec![],
        }
    }
}

/// A piece that is being filled.
pub(super) struct Gather<'t> {
    pub(super) table: &'t BulkTable,
    /// Where reading stands: at the row that is being read.
    pub(super) at: Mark,
    refused: &'t BTreeMap<u64, (String, String)>,
    pub(super) filling: Vec<Filling>,
    pub(super) rows: Rows,
    pub(super) passed_over: u64,
    /// The first mistake in the row, kept until the filter has been asked.
    pub(super) fault: Option<Fault>,
    visit: &'t mut dyn FnMut(&Rows) -> ControlFlow<()>,
}

impl<'t> Gather<'t> {
    pub(super) fn new(
        table: &'t BulkTable,
        from: Mark,
        refused: &'t BTreeMap<u64, (String, String)>,
        visit: &'t mut dyn FnMut(&Rows) -> ControlFlow<()>,
    ) -> Self {
        Self {
            table,
            at: from,
            refused,
            filling: table.cells.iter().map(|_| Filling::default()).collect(),
            rows: Rows::default(),
            passed_over: 0,
            fault: None,
            visit,
        }
    }

    /// Reads a cell that is not plain digits.
    pub(super) fn cell(&mut self, cell: usize, field: usize, bytes: &[u8]) {
        let (value, fault) = self.table.read_cell(cell, field, bytes);
        self.filling[cell].push(value);
        if let Some(fault) = fault {
            self.fault.get_or_insert(fault);
        }
    }

    /// Takes back the cells of a row that is not kept.
    pub(super) fn take_back(&mut self) {
        let rows = self.rows.ids.len();
        self.filling.iter_mut().for_each(|cells| cells.shrink(rows));
        self.fault = None;
    }

    /// Returns why a row is not kept, `Some(None)` if the filter does not want it; takes it over else.
    ///
    /// `text` gives the bytes of a slot of the table's texts.
    #[expect(
        clippy::option_option,
        reason = "kept, not wanted, and wrong are three things"
    )]
    pub(super) fn decide<'b>(&mut self, text: impl Fn(usize) -> &'b [u8]) -> Option<Option<Fault>> {
        let text = |slot: usize| std::str::from_utf8(text(slot));
        let table = self.table;
        // A row without the columns of the filter is wrong rather than not wanted.
        let short = self
            .fault
            .as_ref()
            .is_some_and(|fault| fault.code == "E0209");
        if !short {
            for (slot, wanted) in &table.texts.filter {
                match text(*slot) {
                    Ok(text) if is_wanted(text.trim(), wanted) => {}
                    Ok(_) => return Some(None),
                    Err(_) => return Some(Some(not_utf8("a column of `where`"))),
                }
            }
        }
        if let Some(fault) = self.fault.take() {
            return Some(Some(fault));
        }
        if let Some((code, reason)) = self.refused.get(&self.at.row) {
            let code = crate::diagnostics::find_code(code).map_or("E0802", |info| info.code.0);
            return Some(Some(Fault::new(code, reason)));
        }
        self.name_row(text).map(Some)
    }

    /// Keeps id and name of a row, or returns why that cannot be.
    fn name_row<'b>(
        &mut self,
        text: impl Fn(usize) -> Result<&'b str, std::str::Utf8Error>,
    ) -> Option<Fault> {
        let table = self.table;
        let mut parts: [&str; 4] = [""; 4];
        let mut many = vec![];
        let ids = &table.texts.id;
        let parts: &mut [&str] = if ids.len() <= parts.len() {
            &mut parts[..ids.len()]
        } else {
            many.resize(ids.len(), "");
            &mut many
        };
        for (part, slot) in parts.iter_mut().zip(ids) {
            let Ok(own) = text(*slot) else {
                return Some(not_utf8("the id"));
            };
            *part = own.trim();
            if part.is_empty() {
                return Some(self.no_id(*slot));
            }
        }
        if let Some(slot) = table.texts.name {
            let Ok(name) = text(slot) else {
                return Some(not_utf8("the name"));
            };
            let name = name.trim();
            if name.is_empty() {
                self.rows.names.push(parts, b'-');
            } else {
                self.rows.names.push(&[name], b'-');
            }
        }
        self.rows.ids.push(parts, b'-');
        self.rows.ordinals.push(self.at.row);
        self.rows.lines.push(self.at.line);
        None
    }

    fn no_id(&self, slot: usize) -> Fault {
        let field = self
            .table
            .roles
            .iter()
            .position(|role| role.text == Some(slot));
        let header = field.map_or("", |field| &self.table.header[field]);
        let mut fault = Fault::new("E0205", format!("the row has no `{header}`"));
        fault
            .help
            .push("remove rows that are not places, such as footnotes and totals".to_owned());
        fault
    }

    pub(super) fn bad(&mut self, fault: Fault, text: &[u8]) {
        self.rows.bad.push(BadRow {
            ordinal: self.at.row,
            line: self.at.line,
            code: fault.code.to_owned(),
            reason: fault.reason,
            help: fault.help,
            text: shown(text),
        });
    }

    pub(super) fn flush(&mut self) -> Result<(), Failed> {
        self.rows.columns = self.filling.iter_mut().map(Filling::column).collect();
        self.rows.until = self.at;
        let go = (self.visit)(&self.rows);
        self.rows.ids.clear();
        self.rows.names.clear();
        self.rows.ordinals.clear();
        self.rows.lines.clear();
        self.rows.bad.clear();
        match go {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Failed::Stopped),
        }
    }
}

impl BulkTable {
    /// Reads a cell that is written as text; one with a mistake counts as missing until its row is left out.
    pub(super) fn read_cell(
        &self,
        cell: usize,
        field: usize,
        bytes: &[u8],
    ) -> (Cell, Option<Fault>) {
        let name = &self.header[field];
        let Ok(text) = std::str::from_utf8(bytes) else {
            let reason = format!("`{name}` holds bytes that are not UTF-8");
            return (Cell::Missing, Some(Fault::new("E0207", reason)));
        };
        let text = text.trim();
        match self.spec.held(text, self.cells[cell].1) {
            Held::Missing => (Cell::Missing, None),
            Held::NotApplicable => (Cell::NotApplicable, None),
            Held::Number(value) => (Cell::Value(value), None),
            Held::Fault(why) => {
                let mut reason =
                    format!("`{}` in `{name}` is not a number", shown(text.as_bytes()));
                if !why.words.is_empty() {
                    reason = format!("{reason}: {}", why.words);
                }
                let mut fault = Fault::new("E0203", reason);
                fault.help.extend(why.help.map(str::to_owned));
                fault.help.extend(why.help_beside(text));
                (Cell::Missing, Some(fault))
            }
        }
    }
}

fn not_utf8(what: &str) -> Fault {
    let mut fault = Fault::new("E0207", format!("{what} holds bytes that are not UTF-8"));
    fault.help.push("save the file as UTF-8".to_owned());
    fault
}
