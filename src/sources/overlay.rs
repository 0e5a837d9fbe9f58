//! Other sources with some files replaced: what they would say if a change were written.

use super::{ReadError, Sources};
use std::collections::BTreeMap;

/// Sources with some files replaced or added.
#[derive(Debug)]
pub struct Overlay<'s> {
    below: &'s dyn Sources,
    replaced: BTreeMap<String, Vec<u8>>,
}

impl<'s> Overlay<'s> {
    /// Lays nothing over other sources yet.
    pub fn new(below: &'s dyn Sources) -> Self {
        Self {
            below,
            replaced: BTreeMap::new(),
        }
    }

    /// Replaces or adds a file.
    pub fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.replaced.insert(path.to_owned(), content.into());
        self
    }
}

impl Sources for Overlay<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.replaced.get(path) {
            Some(content) => Ok(content.clone()),
            None => self.below.read(path),
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let inside = |path: &&String| {
            path.strip_prefix(&prefix)
                .is_some_and(|rest| !rest.contains('/'))
        };
        let mut all = self.below.list(folder);
        all.extend(self.replaced.keys().filter(inside).cloned());
        all.sort();
        all.dedup();
        all
    }

    fn name(&self) -> String {
        self.below.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::memory::MemorySources;

    #[test]
    fn what_lies_on_top_is_read_and_listed_once() {
        let below = MemorySources::default()
            .with("a.csv", "1")
            .with("d/b.csv", "2");
        let over = Overlay::new(&below).with("a.csv", "3").with("d/c.csv", "4");
        assert_eq!(over.read("a.csv").unwrap(), b"3");
        assert_eq!(over.read("d/b.csv").unwrap(), b"2");
        assert_eq!(over.list(""), ["a.csv"]);
        assert_eq!(over.list("d"), ["d/b.csv", "d/c.csv"]);
    }
}
