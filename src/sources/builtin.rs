//! The shipped project, compiled into the binary so that `exacity rank` answers anywhere.

use super::{ReadError, Sources};

macro_rules! embed {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../", $path)).as_slice())),*]
    };
}

/// Every file of the shipped project: settings, data with their notes, strategies with their tests. A
/// test compares this list with the folders.
static FILES: &[(&str, &[u8])] = embed![
    "exacity.toml",
    "data/COVERAGE.md",
    "data/README.md",
    "data/chips.csv",
    "data/data_centres.csv",
    "data/facts.csv",
    "data/indicators.toml",
    "data/observations.csv",
    "data/organisation_map.csv",
    "data/places.csv",
    "data/programmes.csv",
    "data/sources.csv",
    "data/targets.csv",
    "rules/README.md",
    "rules/criteria.toml",
    "rules/incentives.rhai",
    "rules/incentives.test.toml",
    "rules/levers/compute-and-programmes.toml",
    "rules/niche.rhai",
    "rules/niche.test.toml",
    "rules/plans/coast-to-west.toml",
    "rules/plans/guizhou.toml",
    "rules/plans/shanghai.toml",
    "rules/prudent.rhai",
    "rules/prudent.test.toml",
    "rules/sovereign.rhai",
    "rules/sovereign.test.toml",
    "rules/targets.rhai",
    "rules/targets.test.toml",
    "rules/weighted.rhai",
    "rules/weighted.test.toml",
    "rules/weights/compute-first.toml",
    "rules/weights/incentives-first.toml",
    "rules/weights/research-first.toml",
];

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

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Lists the files below a folder of the repository that belong to the shipped project: all but
    /// the tools that check the data.
    fn shipped(folder: &str, into: &mut Vec<String>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(root.join(folder)).unwrap().flatten() {
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                shipped(&path, into);
            } else if entry
                .path()
                .extension()
                .is_some_and(|ending| ending != "py")
            {
                into.push(path);
            }
        }
    }

    #[test]
    fn the_list_is_what_the_folders_hold() {
        let mut there = vec!["exacity.toml".to_owned()];
        shipped("data", &mut there);
        shipped("rules", &mut there);
        there.sort();
        let mut listed: Vec<&str> = BuiltinSources::files().map(|(path, _)| path).collect();
        listed.sort_unstable();
        assert_eq!(listed, there, "the list in src/sources/builtin.rs");
    }

    #[test]
    fn folders_are_listed_without_what_lies_deeper() {
        let rules = BuiltinSources.list("rules");
        assert!(rules.contains(&"rules/niche.rhai".to_owned()), "{rules:?}");
        assert!(rules.iter().all(|path| !path.starts_with("rules/weights/")));
    }
}
