//! Findings about large files.

use super::rejects::{Rejects, SHOWN};
use crate::dataset::bulk::{BadRow, Failed};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, find_code};
use std::io;

pub(super) fn unreadable(file: &str, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        _ => "bulk scoring reads a plain file twice; save a stream to a file first",
    };
    Diagnostic::new(Code("E0803"), format!("`{file}` cannot be read: {error}")).help(help)
}

pub(super) fn scratch(error: &io::Error) -> Diagnostic {
    let message = format!("a temporary file beside the output cannot be written or read: {error}");
    Diagnostic::new(Code("E0803"), message)
        .help("sorting needs about as much room as the output: free some, or write to another disk")
}

pub(super) fn changed(file: &str) -> Diagnostic {
    let message = format!("`{file}` changed while it was read");
    Diagnostic::new(Code("E0803"), message).help("score a copy that nobody writes to")
}

pub(super) fn stopped() -> Diagnostic {
    let message = "stopped before the end; nothing was written";
    Diagnostic::new(Code("E0803"), message).help("run it again: nothing is left from this run")
}

pub(super) fn failed(file: &str, failed: &Failed) -> Diagnostic {
    match failed {
        Failed::Io(error) => unreadable(file, error),
        Failed::OpenQuote { line } => {
            let message =
                format!("a quote that opens on line {line} of `{file}` is not closed within 1 MiB");
            let finding = Diagnostic::new(Code("E0209"), message);
            finding.help("close the quote: without it, nothing after that line can be told apart")
        }
        Failed::Damaged(why) => {
            let message = format!("`{file}` cannot be read to its end: {why}");
            let finding = Diagnostic::new(Code("E0213"), message);
            finding.help("write the file again, or take another copy")
        }
        Failed::Stopped => stopped(),
    }
}

/// Makes the finding for a row.
pub(super) fn bad_row(file: &str, counted: &str, row: &BadRow) -> Diagnostic {
    let code = find_code(&row.code).map_or(Code("E0802"), |info| info.code);
    let text: String = row.text.chars().take(160).collect();
    let mut finding = Diagnostic::new(code, row.reason.clone())
        .note(format!("{file}, {counted} {}: {text}", row.line));
    finding.help.clone_from(&row.help);
    finding
}

/// Makes the findings for rows that stop a run.
pub(super) fn bad_rows(file: &str, counted: &str, rejects: &Rejects<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (code, count) in &rejects.counts {
        let own = rejects.first.iter().filter(|row| row.code == *code);
        let mut own: Vec<Diagnostic> = own.map(|row| bad_row(file, counted, row)).collect();
        if let (Some(last), Some(more @ 1..)) = (own.last_mut(), count.checked_sub(SHOWN)) {
            last.notes
                .push(format!("and {more} more of {code} in this file"));
        }
        found.extend(own);
    }
    let total = rejects.total();
    let rows = if total == 1 {
        "1 row".to_owned()
    } else {
        format!("{total} rows")
    };
    let message = format!("{rows} of `{file}` cannot be scored");
    found.push(Diagnostic::new(Code("E0802"), message).help(
        "mend the table, or leave such rows out: `--on-bad-row reject --rejects rejects.csv`",
    ));
    found
}

pub(super) fn unwritten(error: &io::Error) -> Diagnostic {
    let message = format!("the output cannot be written: {error}");
    Diagnostic::new(Code("E0803"), message)
        .help("free some room, or write to another disk; nothing half-written is left")
}
