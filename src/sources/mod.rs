//! The only door to files.
//!
//! Everything that is read comes through [`Sources`], so that the same code reads a folder, the
//! project built into the binary, a test's handful of strings or what a browser sent.

pub mod builtin;
pub mod disk;
pub mod memory;
pub mod overlay;
pub mod stream;

use std::fmt::Debug;
use thiserror::Error;

/// A set of texts under paths relative to the project, with `/` between their parts.
pub trait Sources: Debug {
    /// Reads the bytes under a path.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// Lists the paths of the files directly in a folder (`""` for the top), sorted; none if there is
    /// no such folder.
    fn list(&self, folder: &str) -> Vec<String>;

    /// Returns what people call this set of files: a folder, or "the built-in project".
    fn name(&self) -> String;
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no file `{path}`")]
    NotFound {
        /// The path asked for.
        path: String,
    },
    /// The path leaves the project.
    #[error("`{path}` lies outside the project")]
    Outside {
        /// The path asked for.
        path: String,
    },
    /// The system refused.
    #[error("`{path}` cannot be read: {why}")]
    Io {
        /// The path asked for.
        path: String,
        /// What the system said.
        why: String,
    },
}
