//! The shipped project, compiled into the binary so that `exacity rank` answers anywhere.

use super::{ReadError, Sources};

macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../", $path)).as_slice())),*]
    };
}

/// Every file of the shipped project. A test compares this list with the folders.
static FILES: &[(&str, &[u8])] = embed![];

/// The shipped project.
#[derive(Debug, Clone, Copy)]
pub struct BuiltinSources;

impl BuiltinSources {
    /// Walks the files, for `init`.
    pub fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
        FILES.iter().copied()
    }
}

impl Sources for BuiltinSources {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let found = FILES.iter().find(|(known, _)| *known == path);
        found
            .map(|(_, bytes)| bytes.to_vec())
            .ok_or_else(|| ReadError::NotFound {
                path: path.to_owned(),
            })
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let parent = |path: &str| {
            path.rsplit_once('/')
                .map_or("", |(parent, _)| parent)
                .to_owned()
        };
        let inside = FILES.iter().filter(|(path, _)| parent(path) == folder);
        let mut paths: Vec<String> = inside.map(|(path, _)| (*path).to_owned()).collect();
        paths.sort();
        paths
    }

    fn name(&self) -> String {
        "the built-in project".to_owned()
    }
}
