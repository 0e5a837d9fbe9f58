//! A folder on disk, and writing whole files.
//!
//! The one place that may call the file system.
#![allow(clippy::disallowed_methods)]

use super::{ReadError, Sources};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// A folder on disk.
#[derive(Debug, Clone)]
pub struct DiskSources {
    root: PathBuf,
}

impl DiskSources {
    /// Takes a folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Finds the project that `from` belongs to: the folder itself or the nearest parent that holds
    /// `exacity.toml`.
    pub fn discover(from: &Path) -> Option<Self> {
        let mut folders = from.ancestors();
        folders
            .find(|folder| folder.join("exacity.toml").is_file())
            .map(Self::new)
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Sources for DiskSources {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let relative = Path::new(path);
        let leaves = relative
            .components()
            .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir));
        if leaves {
            return Err(ReadError::Outside {
                path: path.to_owned(),
            });
        }
        fs::read(self.root.join(relative)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ReadError::NotFound {
                path: path.to_owned(),
            },
            _ => ReadError::Io {
                path: path.to_owned(),
                why: error.to_string(),
            },
        })
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else {
            return vec![];
        };
        let files = entries.flatten().filter(|entry| entry.path().is_file());
        let mut paths: Vec<String> = files
            .filter_map(|entry| entry.file_name().into_string().ok())
            .map(|name| {
                if folder.is_empty() {
                    name
                } else {
                    format!("{folder}/{name}")
                }
            })
            .collect();
        paths.sort();
        paths
    }

    fn name(&self) -> String {
        self.root.display().to_string()
    }
}

/// Writes a file so that it is whole or not there: into a temporary file beside it, then renamed.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("the path names no file"))?;
    if path.is_dir() {
        return Err(io::Error::other("the path is a folder"));
    }
    let temporary = folder.join(format!(
        ".{}.{}.tmp",
        name.to_string_lossy(),
        std::process::id()
    ));
    let written = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one worth telling; a left-over temporary file is only untidy.
        let _ = fs::remove_file(&temporary);
    }
    written
}
