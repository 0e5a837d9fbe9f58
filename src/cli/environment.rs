//! What the process finds around it, read once.
#![allow(clippy::disallowed_methods)]

use super::args::{Colour, Global};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Columns of text that goes into a pipe or a file: the same everywhere, so that output can be compared.
const PIPE_WIDTH: usize = 100;
/// Columns where a terminal does not say how wide it is.
const DEFAULT_WIDTH: usize = 80;
/// Narrowest width that tables are set in.
const NARROWEST: usize = 40;

/// What the process finds around it.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    /// The folder it was started in.
    pub(crate) folder: PathBuf,
    /// True where `NO_COLOR` asks for none.
    no_color: bool,
    /// The terminal's columns, as `COLUMNS` says or the terminal itself.
    columns: Option<usize>,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
}

impl Environment {
    /// Looks around.
    pub(crate) fn read() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let stated = std::env::var("COLUMNS").ok();
        let stated = stated.and_then(|columns| columns.parse().ok());
        let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            no_color: set("NO_COLOR"),
            columns: stated.or_else(seen),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Returns the width for standard output.
    pub(crate) fn stdout_width(&self) -> usize {
        self.width(self.stdout_is_terminal)
    }

    /// Tells whether standard error is a terminal.
    pub(crate) fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }

    /// Returns the width for standard error.
    pub(crate) fn stderr_width(&self) -> usize {
        self.width(self.stderr_is_terminal)
    }

    /// Tells whether standard output is a terminal.
    pub(crate) fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    fn width(&self, is_terminal: bool) -> usize {
        if is_terminal {
            self.columns.unwrap_or(DEFAULT_WIDTH).max(NARROWEST)
        } else {
            PIPE_WIDTH
        }
    }

    /// Tells whether standard output takes colour.
    pub(crate) fn stdout_colour(&self, global: &Global) -> bool {
        self.colour(global.color, self.stdout_is_terminal)
    }

    /// Tells whether standard error takes colour.
    pub(crate) fn stderr_colour(&self, global: &Global) -> bool {
        self.colour(global.color, self.stderr_is_terminal)
    }

    fn colour(&self, asked: Colour, is_terminal: bool) -> bool {
        match asked {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => is_terminal && !self.no_color,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(no_color: bool, is_terminal: bool) -> Environment {
        Environment {
            folder: PathBuf::new(),
            no_color,
            columns: Some(20),
            stdout_is_terminal: is_terminal,
            stderr_is_terminal: is_terminal,
        }
    }

    #[test]
    fn colour_goes_to_terminals_unless_asked_otherwise() {
        let auto = |no_color, terminal| around(no_color, terminal).colour(Colour::Auto, terminal);
        assert!(auto(false, true));
        assert!(!auto(true, true));
        assert!(!auto(false, false));
        assert!(around(true, false).colour(Colour::Always, false));
    }

    #[test]
    fn a_pipe_has_a_fixed_width_and_a_terminal_a_least_one() {
        assert_eq!(around(false, false).stdout_width(), PIPE_WIDTH);
        assert_eq!(around(false, true).stdout_width(), NARROWEST);
    }
}
