//! The strategies of a project: every script under `rules`, used or not, with its tests.

use super::files::Shelf;
use super::resolve::{Scripts, name_of};
use super::value::{Data, Layer};
use crate::diagnostics::{Checked, Diagnostics, FileId, Files, Severity, Span};
use crate::rules::testing::{TestFile, Tree, Value};
use crate::rules::{Rule, Trust};
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
    /// The tests; `None` if there are none or they cannot be read.
    pub tests: Option<TestFile>,
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
        trust: Trust::default(),
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
        let test_path = format!("{}.test.toml", path.trim_end_matches(".rhai"));
        let test_path = listed.contains(&test_path).then_some(test_path);
        StrategyFile {
            name: name_of(&path).to_owned(),
            rule: scripts.get(&path, None, found),
            tests: test_path
                .as_ref()
                .and_then(|path| tests(&mut scripts.shelf, path, found)),
            test_path,
            path,
        }
    };
    self::scripts(sources).into_iter().map(file).collect()
}

/// Reads a test file; the scripts' own module knows what may stand in it.
fn tests(shelf: &mut Shelf<'_>, path: &str, found: &mut Diagnostics) -> Option<TestFile> {
    let table = shelf.table(path, None, found)?;
    let whole = Span::whole(&FileId::new(path));
    let tree = tree(
        &super::value::Value::new(Data::Table(table), whole.clone(), Layer::Project),
        &whole,
    );
    let before = found.count(Severity::Error);
    let file = TestFile::read(&tree, found);
    (found.count(Severity::Error) == before).then_some(file)
}

fn tree(value: &super::value::Value, key: &Span) -> Tree {
    let plain = match &value.data {
        Data::Text(text) | Data::Date(text) => Value::Text(text.clone()),
        Data::Integer(number) => Value::Number(*number as f64),
        Data::Number(number) => Value::Number(*number),
        Data::Flag(flag) => Value::Flag(*flag),
        Data::Array(values) => Value::List(values.iter().map(|v| tree(v, &v.span)).collect()),
        Data::Table(table) => {
            let entries = table.entries.iter();
            let entries = entries.map(|(name, e)| (name.clone(), tree(&e.value, &e.key)));
            Value::Table(entries.collect())
        }
    };
    Tree {
        value: plain,
        span: value.span.clone(),
        key: key.clone(),
    }
}
