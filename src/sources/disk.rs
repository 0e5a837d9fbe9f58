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

/// Makes a folder and those above it; one that is there already stays as it is.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder)
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

/// Why a set of files was not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum TreeError {
    /// This file is there already.
    Exists(String),
    /// The system refused this path.
    Io(String, io::Error),
}

/// Writes new files below a folder, all or none, and makes the folders they need.
///
/// Every file is written under a temporary name first, so that a full disk or a missing right is met
/// before anything has its final name. What was made is taken back when something fails.
pub fn write_tree(root: &Path, files: &[(String, Vec<u8>)]) -> Result<(), TreeError> {
    let taken = files.iter().find(|(path, _)| root.join(path).exists());
    if let Some((path, _)) = taken {
        return Err(TreeError::Exists(path.clone()));
    }
    let mut made = Made::default();
    let written = made.write(root, files);
    if written.is_err() {
        made.take_back();
    }
    written
}

/// What has been made so far, in order.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    fn write(&mut self, root: &Path, files: &[(String, Vec<u8>)]) -> Result<(), TreeError> {
        let refused = |path: &str| {
            let path = path.to_owned();
            move |error| TreeError::Io(path, error)
        };
        let mut waiting = vec![];
        for (path, content) in files {
            let target = root.join(path);
            let folder = target.parent().unwrap_or(root).to_owned();
            self.folder(&folder).map_err(refused(path))?;
            let name = format!(".exacity.{}.{}.tmp", std::process::id(), waiting.len());
            let temporary = folder.join(name);
            self.files.push(temporary.clone());
            fs::File::create(&temporary)
                .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
                .map_err(refused(path))?;
            waiting.push((path, temporary, target));
        }
        for (path, temporary, target) in waiting {
            fs::rename(&temporary, &target).map_err(refused(path))?;
            self.files.push(target);
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.folder(parent)?;
        }
        fs::create_dir(folder)?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    /// Removes what was made. A failure here leaves something untidy behind, and the first failure is
    /// the one worth telling.
    fn take_back(&self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<(String, Vec<u8>)> {
        let file = |path: &str| (path.to_owned(), path.as_bytes().to_vec());
        vec![file("a.toml"), file("data/deep/b.csv")]
    }

    #[test]
    fn new_files_are_written_with_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("new/project");
        write_tree(&root, &files()).unwrap();
        assert_eq!(
            fs::read(root.join("data/deep/b.csv")).unwrap(),
            b"data/deep/b.csv"
        );
        assert_eq!(
            DiskSources::new(&root).list(""),
            ["a.toml"],
            "no temporary file is left"
        );
    }

    #[test]
    fn a_file_that_is_there_stops_everything() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("data/deep")).unwrap();
        fs::write(folder.path().join("data/deep/b.csv"), "mine").unwrap();
        let refused = write_tree(folder.path(), &files());
        assert!(matches!(refused, Err(TreeError::Exists(path)) if path == "data/deep/b.csv"));
        assert!(!folder.path().join("a.toml").exists());
        assert_eq!(
            fs::read(folder.path().join("data/deep/b.csv")).unwrap(),
            b"mine"
        );
    }

    #[test]
    fn what_was_made_is_taken_back_when_a_path_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        // A file stands where a folder is needed.
        fs::write(folder.path().join("data"), "a file").unwrap();
        let mut files = files();
        files.insert(1, ("new/c.csv".to_owned(), vec![]));
        assert!(matches!(
            write_tree(folder.path(), &files),
            Err(TreeError::Io(..))
        ));
        let left = DiskSources::new(folder.path()).list("");
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(left[0].ends_with("data"));
        assert!(!folder.path().join("new").exists());
    }
}
