//! What produced a result: the version, the settings and the hash of every file that was read.
//!
//! Two runs with the same manifest give the same bytes. The clock is not part of it.

use crate::diagnostics::Files;
use crate::project::Project;
use crate::sources::Sources;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Version of the document; additions keep it.
pub const SCHEMA_VERSION: u32 = 1;

/// What produced a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the document.
    pub schema_version: u32,
    /// Version of exacity.
    pub exacity: String,
    /// Name of the project.
    pub project: String,
    /// The profile in force; empty for a project without profiles.
    pub profile: String,
    /// Nothing published later was seen.
    pub as_of: Option<String>,
    /// What the command line changed, as written: `scoring.weights="x"`.
    pub settings: Vec<String>,
    /// Every file that was read, with its hash.
    pub files: IndexMap<String, String>,
    /// Every result that was recorded, with its hash.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub results: IndexMap<String, String>,
    /// The hash of all of the above.
    pub hash: String,
}

/// Returns the files that a project was read from, byte for byte, sorted by path.
///
/// Texts that stand for no file, such as the built-in defaults and the command line, are in the version
/// and the settings instead.
pub fn inputs(sources: &dyn Sources, files: &Files) -> Vec<(String, Vec<u8>)> {
    let paths = files.iter().map(|(id, _)| id.as_str());
    let read = |path: &str| Some((path.to_owned(), sources.read(path).ok()?));
    let mut inputs: Vec<_> = paths.filter_map(read).collect();
    inputs.sort();
    inputs
}

impl Manifest {
    /// Describes a run: the project, the files it was read from and what the command line changed.
    pub fn new(project: &Project, inputs: &[(String, Vec<u8>)], settings: Vec<String>) -> Self {
        let manifest = Self {
            schema_version: SCHEMA_VERSION,
            exacity: env!("CARGO_PKG_VERSION").to_owned(),
            project: project.name.clone(),
            profile: project.profile.id.clone(),
            as_of: project.as_of.map(|date| date.to_string()),
            settings,
            files: hashes(inputs),
            results: IndexMap::new(),
            hash: String::new(),
        };
        manifest.sealed()
    }

    /// Adds the hashes of recorded results.
    pub fn with_results(self, results: &[(String, Vec<u8>)]) -> Self {
        let results = hashes(results);
        Self { results, ..self }.sealed()
    }

    /// Returns the hash of everything but the hash itself.
    ///
    /// # Panics
    ///
    /// Never: texts and numbers can always be written.
    pub fn digest(&self) -> String {
        let bare = Self {
            hash: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_string(&bare).expect("texts and numbers");
        digest(text.as_bytes())
    }

    fn sealed(self) -> Self {
        let hash = self.digest();
        Self { hash, ..self }
    }
}

fn hashes(files: &[(String, Vec<u8>)]) -> IndexMap<String, String> {
    let all = files.iter();
    all.map(|(path, bytes)| (path.clone(), digest(bytes)))
        .collect()
}

/// Returns the BLAKE3 hash of bytes in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Request, load};
    use crate::sources::builtin::BuiltinSources;

    fn manifest(settings: &[&str]) -> Manifest {
        let loaded = load(&BuiltinSources, &Request::default());
        let project = loaded.value.unwrap().project;
        let settings = settings.iter().map(|s| (*s).to_owned()).collect();
        Manifest::new(&project, &inputs(&BuiltinSources, &loaded.files), settings)
    }

    #[test]
    fn the_same_run_has_the_same_hash_and_a_setting_changes_it() {
        assert_eq!(manifest(&[]), manifest(&[]));
        assert_ne!(
            manifest(&[]).hash,
            manifest(&["scoring.weights=\"equal\""]).hash
        );
    }

    #[test]
    fn data_and_criteria_are_among_the_files() {
        let files = manifest(&[]).files;
        for path in [
            "exacity.toml",
            "rules/criteria.toml",
            "data/observations.csv",
            "data/sources.csv",
        ] {
            assert!(files.contains_key(path), "{path}: {:?}", files.keys());
        }
        assert!(
            !files
                .keys()
                .any(|path| path.contains(['(', '-']) && !path.contains('/')),
            "{:?}",
            files.keys()
        );
    }

    #[test]
    fn a_changed_manifest_does_not_match_its_hash() {
        let mut manifest = manifest(&[]);
        assert_eq!(manifest.hash, manifest.digest());
        manifest.profile = "other".to_owned();
        assert_ne!(manifest.hash, manifest.digest());
    }
}
