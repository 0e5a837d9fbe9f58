//! Files that are read in pieces, and temporary ones to sort in.
//!
//! Beside [`super::disk`], the only place that may call the file system.
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that can be read again and again, from any byte on.
pub trait Input {
    /// Returns what people call it.
    fn name(&self) -> String;

    /// Returns its length in bytes.
    fn length(&self) -> io::Result<u64>;

    /// Opens it at a byte.
    fn open(&self, at: u64) -> io::Result<Box<dyn Read + '_>>;

    /// Returns the same file for readers that outlive this one.
    fn handle(&self) -> Arc<dyn Input + Send + Sync>;
}

/// A file on disk.
#[derive(Debug, Clone)]
pub struct DiskInput {
    path: PathBuf,
}

impl DiskInput {
    /// Takes a path.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }
}

impl Input for DiskInput {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn length(&self) -> io::Result<u64> {
        let about = std::fs::metadata(&self.path)?;
        if about.is_file() {
            return Ok(about.len());
        }
        // A pipe can be read once, and two passes are made.
        Err(io::Error::other("it is no plain file"))
    }

    fn open(&self, at: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(at))?;
        Ok(Box::new(file))
    }

    fn handle(&self) -> Arc<dyn Input + Send + Sync> {
        Arc::new(self.clone())
    }
}

/// Tells whether two paths name the same file.
pub fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// Bytes in memory, for tests and front ends that are not a folder.
#[derive(Debug, Clone)]
pub struct MemoryInput {
    /// What people call it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Input for MemoryInput {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }

    fn open(&self, at: u64) -> io::Result<Box<dyn Read + '_>> {
        let at = usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(self.bytes.len());
        Ok(Box::new(&self.bytes[at..]))
    }

    fn handle(&self) -> Arc<dyn Input + Send + Sync> {
        Arc::new(self.clone())
    }
}

/// A temporary file.
pub trait ScratchFile: Read + Write + Seek + Send + Sync {}

impl<T: Read + Write + Seek + Send + Sync> ScratchFile for T {}

/// Makes temporary files.
pub trait Scratch: Sync {
    /// Makes an empty one.
    fn file(&self) -> io::Result<Box<dyn ScratchFile>>;
}

/// Temporary files in a folder. They have no name, so that they vanish with the process, however it ends.
#[derive(Debug, Clone)]
pub struct ScratchFolder(PathBuf);

impl ScratchFolder {
    /// Takes the folder in which a file stands.
    pub fn beside(path: &Path) -> Self {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        Self(folder.unwrap_or(Path::new(".")).to_owned())
    }
}

impl Scratch for ScratchFolder {
    fn file(&self) -> io::Result<Box<dyn ScratchFile>> {
        Ok(Box::new(tempfile::tempfile_in(&self.0)?))
    }
}

/// A file that appears under its name once it is whole; until then, or if that fails, nothing is there.
#[derive(Debug)]
pub struct WholeFile {
    file: Option<File>,
    temporary: PathBuf,
    path: PathBuf,
}

impl WholeFile {
    /// Starts to write.
    pub fn create(path: &Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::other("the path names no file"))?;
        if path.is_dir() {
            return Err(io::Error::other("the path is a folder"));
        }
        let name = format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id());
        let temporary = path.with_file_name(name);
        Ok(Self {
            file: Some(File::create(&temporary)?),
            temporary,
            path: path.to_owned(),
        })
    }

    /// Gives the file its name.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            let done = file
                .sync_all()
                .and_then(|()| std::fs::rename(&self.temporary, &self.path));
            if done.is_err() {
                let _ = std::fs::remove_file(&self.temporary);
            }
            return done;
        }
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // What failed before is worth telling; that something untidy is left is not.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!path.exists());
        file.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_no_input() {
        let folder = tempfile::tempdir().unwrap();
        assert!(DiskInput::new(folder.path()).length().is_err());
    }
}
