//! The strategies of a project: every script under `rules`, used or not, with its tests.

use super::files::Shelf;
use super::resolve::{Scripts, name_of};
use crate::diagnostics::{Checked, Diagnostics, Files};
use crate::rules::Rule;
use crate::sources::Sources;
use indexmap::IndexMap;
use std::sync::Arc;

const FOLDER: &str = "rules";

/// A script with its tests.
#[derive(Debug, Clone)]
pub struct StrategyFile {
    /// Name for people: the file without folder and ending.
    pub name: String,
    /// Path of the script.
    pub path: String,
    /// The script; `None` if it has mistakes.
    pub rule: Option<Arc<Rule>>,
    /// Path of its test file, if there is one.
    pub test_path: Option<String>,
}

/// Lists the scripts of a project, sorted by path.
pub(crate) fn scripts(sources: &dyn Sources) -> Vec<String> {
    let mut paths = sources.list(FOLDER);
    paths.retain(|path| super::methods::is_script(path));
    paths
}

/// Reads every script under `rules` with its tests.
///
/// Scripts are compiled on their own here; whether the names they read exist depends on a project's
/// criteria and is checked by [`super::check`].
pub fn strategies(sources: &dyn Sources) -> Checked<Vec<StrategyFile>> {
    let mut found = Diagnostics::new();
    let mut scripts = Scripts {
        shelf: Shelf {
            sources,
            files: Files::default(),
        },
        rules: IndexMap::new(),
    };
    let all = read(&mut scripts, &mut found);
    Checked {
        value: Some(all),
        diagnostics: found,
        files: scripts.shelf.files,
    }
}

pub(crate) fn read(scripts: &mut Scripts<'_>, found: &mut Diagnostics) -> Vec<StrategyFile> {
    let sources = scripts.shelf.sources;
    let listed = sources.list(FOLDER);
    let file = |path: String| {
        let test = format!("{}.test.toml", path.trim_end_matches(".rhai"));
        StrategyFile {
            name: name_of(&path).to_owned(),
            rule: scripts.get(&path, None, found),
            test_path: listed.contains(&test).then_some(test),
            path,
        }
    };
    self::scripts(sources).into_iter().map(file).collect()
}
