//! Collects the files of a project into one document.
//!
//! `exacity.toml` may include further files, and every file of `rules/weights` is a weight set. What
//! two files both define is reported; a file that cannot be read or parsed is reported and left out.

use super::value::{Data, Entry, Layer, Table, Value, parse};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files, Span};
use crate::sources::{ReadError, Sources};

/// The file that makes a folder a project.
pub(crate) const PROJECT_FILE: &str = "exacity.toml";
const WEIGHTS_FOLDER: &str = "rules/weights";

/// Reads texts and keeps them for the findings that point into them.
pub(crate) struct Shelf<'a> {
    pub(crate) sources: &'a dyn Sources,
    pub(crate) files: Files,
}

impl Shelf<'_> {
    /// Reads a text; `at` is where the user names the file.
    pub(crate) fn text(
        &mut self,
        path: &str,
        at: Option<&Span>,
        found: &mut Diagnostics,
    ) -> Option<String> {
        let problem = match self.sources.read(path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    // Editors on Windows put a byte-order mark in front; it means nothing here.
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
                    self.files.insert(FileId::new(path), text.as_str());
                    return Some(text);
                }
                Err(_) => format!("`{path}` is not UTF-8 text"),
            },
            Err(error) => error.to_string(),
        };
        let file = FileId::new(path);
        let span = at.cloned().unwrap_or_else(|| Span::whole(&file));
        found.push(Diagnostic::new(Code("E0101"), problem).at(span, ""));
        None
    }

    /// Reads and parses a file.
    pub(crate) fn table(
        &mut self,
        path: &str,
        at: Option<&Span>,
        found: &mut Diagnostics,
    ) -> Option<Table> {
        let text = self.text(path, at, found)?;
        parse(&FileId::new(path), &text, Layer::Project, found)
    }
}

/// Reads `exacity.toml` with everything it includes, and the weight sets.
///
/// `None` if there is no project, or if a file could not be read or parsed: what is missing then
/// would show up as mistakes elsewhere that nobody made.
pub(crate) fn read_project(shelf: &mut Shelf<'_>, found: &mut Diagnostics) -> Option<Table> {
    if let Err(ReadError::NotFound { .. }) = shelf.sources.read(PROJECT_FILE) {
        let message = format!("there is no `{PROJECT_FILE}` in {}", shelf.sources.name());
        found.push(Diagnostic::new(Code("E0112"), message).help(
            "run `exacity init DIR` for a project to start from, or name one with `--project DIR`",
        ));
        return None;
    }
    let before = found.count(crate::diagnostics::Severity::Error);
    let mut document = shelf.table(PROJECT_FILE, None, found);
    if let Some(table) = &mut document {
        let mut including = Including {
            open: vec![PROJECT_FILE.to_owned()],
            done: vec![],
        };
        including.follow(shelf, table, found);
        weight_sets(shelf, table, found);
    }
    let unread = found.count(crate::diagnostics::Severity::Error) > before;
    document.filter(|table| {
        // The shapes of what could be read are still checked, so that one run shows every mistake.
        if unread {
            super::check_document(table, found);
        }
        !unread
    })
}

struct Including {
    open: Vec<String>,
    done: Vec<String>,
}

impl Including {
    fn follow(&mut self, from: &mut Shelf<'_>, document: &mut Table, found: &mut Diagnostics) {
        let paths: Vec<(String, Span)> = document
            .words("include")
            .unwrap_or_default()
            .iter()
            .map(|word| (word.text.to_owned(), word.span.clone()))
            .collect();
        for (path, at) in paths {
            if let Some(start) = self.open.iter().position(|open| *open == path) {
                found.push(cycle(&self.open[start..], &path, &at));
            } else if !self.done.contains(&path)
                && let Some(mut table) = from.table(&path, Some(&at), found)
            {
                self.done.push(path.clone());
                self.open.push(path);
                self.follow(from, &mut table, found);
                self.open.pop();
                table.entries.shift_remove("include");
                join(document, table, "", found);
            }
        }
    }
}

fn cycle(open: &[String], path: &str, at: &Span) -> Diagnostic {
    let mut chain: Vec<_> = open.iter().map(|file| format!("`{file}`")).collect();
    chain.push(format!("`{path}`"));
    Diagnostic::new(Code("E0113"), "files include each other")
        .at(at.clone(), "included again here")
        .note(format!("the circle: {}", chain.join(" -> ")))
        .help("take one of the `include` lines out")
}

/// Joins a file into the document: arrays grow, tables are merged, and no value may be stated twice.
fn join(into: &mut Table, from: Table, path: &str, found: &mut Diagnostics) {
    for (key, entry) in from.entries {
        let path = match path {
            "" => key.clone(),
            _ => format!("{path}.{key}"),
        };
        let Some(known) = into.entries.get_mut(&key) else {
            into.entries.insert(key, entry);
            continue;
        };
        match (&mut known.value.data, entry.value.data) {
            (Data::Array(all), Data::Array(more)) => all.extend(more),
            (Data::Table(all), Data::Table(more)) => join(all, more, &path, found),
            // Every file may say which version of the format it is written in.
            _ if path == "schema" => {}
            _ => found.push(twice(&format!("`{path}`"), &known.key, &entry.key)),
        }
    }
}

/// Makes the finding for a name that is defined twice.
pub(crate) fn twice(what: &str, first: &Span, second: &Span) -> Diagnostic {
    Diagnostic::new(Code("E0109"), format!("{what} is defined twice"))
        .at(second.clone(), "defined again here")
        .at(first.clone(), "first defined here")
        .help("keep one of them, or give one another name")
}

/// Adds the weight sets of `rules/weights`; the name of a file is the name of its set.
fn weight_sets(shelf: &mut Shelf<'_>, into: &mut Table, found: &mut Diagnostics) {
    for path in shelf.sources.list(WEIGHTS_FOLDER) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let Some(name) = name.strip_suffix(".toml") else {
            continue;
        };
        let Some(set) = shelf.table(&path, None, found) else {
            continue;
        };
        let whole = Span::whole(&FileId::new(&path));
        let value = Value::new(Data::Table(set), whole.clone(), Layer::Project);
        let weights = into
            .entries
            .entry("weights".to_owned())
            .or_insert_with(|| Entry {
                key: whole.clone(),
                value: Value::new(Data::Table(Table::default()), whole.clone(), Layer::Project),
            });
        let Some(weights) = weights.value.table_mut() else {
            continue;
        };
        match weights.entries.get(name) {
            Some(known) => found.push(twice(&format!("weight set `{name}`"), &known.key, &whole)),
            None => weights.insert(name, whole, value),
        }
    }
}
