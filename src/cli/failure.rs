//! Why a command could not do what was asked.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Files};

/// Findings with the texts they point into.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) found: Diagnostics,
    pub(crate) files: Files,
}

/// Why a command could not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something is wrong with what the user wrote or asked for.
    Found(Findings),
    /// Whoever reads the output has seen enough; no reason to complain.
    BrokenPipe,
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut found = Diagnostics::new();
        found.push(diagnostic);
        Self::Found(Findings {
            found,
            files: Files::default(),
        })
    }
}

/// Makes the finding for an output that cannot be written.
pub(crate) fn not_written(path: &str, why: &str) -> Failure {
    Diagnostic::new(Code("E0111"), format!("`{path}` cannot be written: {why}")).into()
}
