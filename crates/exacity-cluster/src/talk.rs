//! Words on standard error.

use exacity::diagnostics::{Diagnostic, Diagnostics, Files, Severity};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Says what happens, as far as it is wanted.
#[derive(Debug)]
pub(crate) struct Talk {
    quiet: bool,
    terminal: bool,
    /// Whether the last line is one that the next overwrites.
    open: AtomicBool,
}

impl Talk {
    /// `quiet` leaves errors.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            quiet,
            terminal: std::io::stderr().is_terminal(),
            open: AtomicBool::new(false),
        }
    }

    /// Shows how far a run is, on a terminal.
    pub(crate) fn step(&self, what: &str) {
        if self.terminal && !self.quiet {
            self.open.store(true, Ordering::Relaxed);
            write(&format!("\r\x1b[K{what}"));
        }
    }

    /// Takes away the line that shows how far a run is.
    pub(crate) fn done(&self) {
        if self.open.swap(false, Ordering::Relaxed) {
            write("\r\x1b[K");
        }
    }

    /// Says something, unless only errors are wanted.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            self.done();
            write(text);
        }
    }

    /// Shows errors, and warnings unless only errors are wanted.
    pub(crate) fn findings(&self, found: &Diagnostics, files: &Files) {
        self.done();
        let wanted = found
            .iter()
            .filter(|d| !self.quiet || d.severity() == Severity::Error);
        wanted.for_each(|finding| write(&plain(finding, files)));
    }
}

fn write(text: &str) {
    // Nobody is left to hear that standard error is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Writes a finding as lines. Messages quote what files say, so escape sequences are taken out of them.
fn plain(finding: &Diagnostic, files: &Files) -> String {
    let level = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut lines = vec![format!("{level}[{}]: {}", finding.code.0, finding.message)];
    if let Some(span) = finding.span() {
        let place = files
            .position(span)
            .map(|at| format!(":{}:{}", at.line, at.column));
        lines.push(format!(
            " --> {}{}",
            span.file.as_str(),
            place.unwrap_or_default()
        ));
    }
    lines.extend(finding.notes.iter().map(|note| format!("  = note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("  = help: {help}")));
    let visible = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    lines
        .join("\n")
        .chars()
        .map(visible)
        .chain("\n\n".chars())
        .collect()
}

/// Hands the engine's own messages to standard error.
struct Logger;

impl log::Log for Logger {
    fn enabled(&self, about: &log::Metadata) -> bool {
        about.level() <= log::max_level()
    }

    fn log(&self, record: &log::Record) {
        if self.enabled(record.metadata()) {
            write(&format!(
                "{}: {}\n",
                record.level().as_str().to_lowercase(),
                record.args()
            ));
        }
    }

    fn flush(&self) {}
}

/// Lets the engine speak, up to a level.
pub(crate) fn let_speak(level: log::LevelFilter) {
    if log::set_logger(&Logger).is_ok() {
        log::set_max_level(level);
    }
}
