//! Words on standard error.

use exacity::cli::args::{CheckFormat, Colour, Global};
use exacity::cli::render;
use exacity::diagnostics::{Diagnostics, Files};
use exacity::report::terminal::Screen;
use indicatif::ProgressBar;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Columns of what is no terminal.
const WIDTH: usize = 80;

/// Says what happens, as far as it is wanted.
#[derive(Debug)]
pub struct Talk {
    quiet: bool,
    colour: bool,
    bar: Option<ProgressBar>,
}

impl Talk {
    /// Reads what is wanted from the arguments.
    pub fn new(global: &Global) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let colour = match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
        };
        let shows = terminal && !global.quiet && !global.no_progress;
        let bar = shows.then(ProgressBar::new_spinner);
        if let Some(bar) = &bar {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self {
            quiet: global.quiet,
            colour,
            bar,
        }
    }

    /// Shows how far a run is, on a terminal.
    pub fn step(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
        }
    }

    /// Ends the line that shows how far a run is.
    pub fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Says something, unless nothing is wanted.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = std::io::stderr().write_all(text.as_bytes());
        }
    }

    /// Shows findings.
    pub fn findings(&self, found: &Diagnostics, files: &Files) {
        self.done();
        let screen = Screen {
            width: WIDTH,
            colour: self.colour,
        };
        let text = render::findings(found, files, CheckFormat::Text, screen);
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}
