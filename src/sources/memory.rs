//! Texts held in memory, for tests, documentation and front ends that are not a folder.

use super::{ReadError, Sources};
use std::collections::BTreeMap;

/// A set of files held in memory.
#[derive(Debug, Clone, Default)]
pub struct MemorySources(BTreeMap<String, Vec<u8>>);

impl MemorySources {
    /// Adds or replaces a file.
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.to_owned(), content.into());
        self
    }
}

impl Sources for MemorySources {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0
            .get(path)
            .cloned()
            .ok_or_else(|| ReadError::NotFound {
                path: path.to_owned(),
            })
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let directly_inside = |path: &&String| match folder {
            "" => !path.contains('/'),
            _ => path
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|name| !name.contains('/')),
        };
        self.0.keys().filter(directly_inside).cloned().collect()
    }

    fn name(&self) -> String {
        "files in memory".to_owned()
    }
}
