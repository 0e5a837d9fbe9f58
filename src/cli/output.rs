//! Where answers go: standard output or a file, in the format asked for.

use super::args::{Format, Global, OutputArgs};
use super::environment::Environment;
use super::failure::{Failure, Findings, not_written};
use super::render;
use crate::diagnostics::{Code, Diagnostic, Severity};
#[cfg(feature = "charts")]
use crate::report::html;
use crate::report::terminal::{self, Screen};
use crate::report::{self, Report, json, markdown};
use crate::sources::disk;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Standard output and standard error, with what is known of them.
#[derive(Debug)]
pub(crate) struct Out {
    pub(crate) environment: Environment,
    global: Global,
}

impl Out {
    /// Takes the surroundings and the options that every command has.
    pub(crate) fn new(environment: Environment, global: &Global) -> Self {
        Self {
            environment,
            global: global.clone(),
        }
    }

    /// Returns how standard output looks.
    pub(crate) fn screen(&self) -> Screen {
        Screen {
            width: self.environment.stdout_width(),
            colour: self.environment.stdout_colour(&self.global),
        }
    }

    /// Returns how standard error looks.
    fn stderr_screen(&self) -> Screen {
        Screen {
            width: self.environment.stderr_width(),
            colour: self.environment.stderr_colour(&self.global),
        }
    }

    /// Writes data to standard output.
    #[expect(
        clippy::unused_self,
        reason = "printing is the privilege of whoever holds this value"
    )]
    pub(crate) fn data(&self, answer: impl AsRef<[u8]>) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(answer.as_ref())
            .and_then(|()| stdout.flush());
        written.map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => not_written("-", &error.to_string()),
        })
    }

    /// Says something on standard error, unless asked to be quiet.
    pub(crate) fn talk(&self, text: &str) {
        if !self.global.quiet {
            say(text);
        }
    }

    /// Shows one warning in full, unless asked to be quiet.
    pub(crate) fn finding(&self, finding: &Diagnostic) {
        if !self.global.quiet {
            let files = crate::diagnostics::Files::default();
            say(&render::snippets([finding], &files, self.stderr_screen()));
        }
    }

    /// Tells whether somebody watches standard error and wants bars.
    pub(crate) fn shows_progress(&self) -> bool {
        self.environment.stderr_is_terminal() && !self.global.no_progress && !self.global.quiet
    }

    /// Shows why a command could not do what was asked; also to those who asked for quiet.
    pub(crate) fn failure(&self, findings: &Findings) {
        let Findings { found, files } = findings;
        let shown: Vec<&Diagnostic> = found.iter().filter(|d| self.is_shown(d)).collect();
        say(&render::snippets(shown, files, self.stderr_screen()));
    }

    fn is_shown(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.severity() == Severity::Error || !self.global.quiet
    }

    /// Shows everything that was found in a file that poses a question: nothing else would.
    #[cfg(feature = "planning")]
    pub(crate) fn remarks(&self, findings: &Findings) {
        if !findings.found.is_empty() && !self.global.quiet {
            let all = findings.found.iter();
            say(&render::snippets(
                all,
                &findings.files,
                self.stderr_screen(),
            ));
        }
    }

    /// Mentions warnings beside an answer: in full when asked to be verbose, else their number.
    pub(crate) fn warnings(&self, findings: &Findings) {
        let count = findings.found.count(Severity::Warning);
        if count == 0 || self.global.quiet {
            return;
        }
        if self.global.verbose {
            let all = findings.found.iter();
            say(&render::snippets(
                all,
                &findings.files,
                self.stderr_screen(),
            ));
        } else {
            let count = crate::report::views::words::counted(count, "warning");
            say(&format!("note: {count}; `exacity check` shows them\n"));
        }
    }

    /// Writes a report where and how it was asked for.
    pub(crate) fn report(&self, report: &Report, asked: &OutputArgs) -> Result<(), Failure> {
        let format = format_of(asked)?;
        self.deliver(self.rendered(report, format, asked, None)?, asked)
    }

    /// Writes a report in a format; `date` is the day that a workbook says it is from.
    pub(crate) fn rendered(
        &self,
        report: &Report,
        format: Format,
        asked: &OutputArgs,
        date: Option<chrono::NaiveDate>,
    ) -> Result<Vec<u8>, Failure> {
        let text = match format {
            Format::Text => terminal::write(report, self.screen_for(asked)),
            Format::Json => json::write(report),
            Format::Csv => report::csv::write(report),
            Format::Markdown => markdown::write(report),
            #[cfg(feature = "charts")]
            Format::Html => html::write(report, &html::Extras::default()),
            #[cfg(feature = "xlsx")]
            Format::Xlsx => return self.workbook(report, asked, date),
        };
        // Only workbooks carry a date of their own.
        let _ = date;
        Ok(text.into_bytes())
    }

    #[cfg(feature = "xlsx")]
    fn workbook(
        &self,
        report: &Report,
        asked: &OutputArgs,
        date: Option<chrono::NaiveDate>,
    ) -> Result<Vec<u8>, Failure> {
        if !is_file(asked) && self.environment.stdout_is_terminal() {
            let message = "a workbook is not for a terminal";
            let help = "name a file, as in --out ranking.xlsx";
            return Err(Diagnostic::new(Code("E0701"), message).help(help).into());
        }
        report::xlsx::write(report, date).map_err(|why| {
            let message = format!("the workbook cannot be written: {why}");
            let help = "write .csv or .json, which have no such limit";
            Diagnostic::new(Code("E0701"), message).help(help).into()
        })
    }

    fn screen_for(&self, asked: &OutputArgs) -> Screen {
        match &asked.out {
            Some(path) if path.as_os_str() != "-" => Screen {
                width: 100,
                colour: false,
            },
            _ => self.screen(),
        }
    }

    /// Writes an answer to the file asked for, and says so, or to standard output.
    pub(crate) fn deliver(
        &self,
        answer: impl AsRef<[u8]>,
        asked: &OutputArgs,
    ) -> Result<(), Failure> {
        match &asked.out {
            Some(path) if is_file(asked) => {
                write_file(path, answer.as_ref())?;
                self.talk(&format!("wrote {}\n", path.display()));
                Ok(())
            }
            _ => self.data(answer.as_ref()),
        }
    }
}

/// Tells whether the answer goes to a file.
fn is_file(asked: &OutputArgs) -> bool {
    asked
        .out
        .as_ref()
        .is_some_and(|path| path.as_os_str() != "-")
}

/// Writes a file as a whole, or not at all.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = disk::write_whole(path, bytes);
    written.map_err(|error| not_written(&path.display().to_string(), &error.to_string()))
}

/// Returns the format: as asked, else by the file's ending, else text.
pub(crate) fn format_of(asked: &OutputArgs) -> Result<Format, Failure> {
    match (asked.format, &asked.out) {
        (Some(format), _) => Ok(format),
        (None, Some(path)) if path.as_os_str() != "-" => by_ending(path),
        (None, _) => Ok(Format::Text),
    }
}

fn by_ending(path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_lowercase).as_deref() {
        Some("txt") => Ok(Format::Text),
        Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        Some("md" | "markdown") => Ok(Format::Markdown),
        #[cfg(feature = "charts")]
        Some("html" | "htm") => Ok(Format::Html),
        #[cfg(feature = "xlsx")]
        Some("xlsx") => Ok(Format::Xlsx),
        _ => {
            let message = format!("the ending of `{}` names no format", path.display());
            let help = "use .html, .xlsx, .md, .csv, .json or .txt, or say --format";
            Err(Diagnostic::new(Code("E0111"), message).help(help).into())
        }
    }
}

#[expect(
    clippy::let_underscore_must_use,
    reason = "nobody is left to tell when standard error is closed"
)]
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format_and_the_option_wins() {
        let of = |name: &str| by_ending(Path::new(name)).ok();
        assert_eq!(of("a/q3.MD"), Some(Format::Markdown));
        assert_eq!(of("q3.json"), Some(Format::Json));
        assert_eq!((of("q3.pdf"), of("q3")), (None, None));
        let asked = OutputArgs {
            format: Some(Format::Csv),
            out: Some("a.md".into()),
        };
        assert_eq!(format_of(&asked).ok(), Some(Format::Csv));
    }
}
