//! A project on its way to other machines: everything that scoring reads, as one literal of a query.
//!
//! Engines ship the names of functions, not what they work with. So every call carries the texts of the
//! project, what was asked of it and the beginning of the table; each machine prepares the project from
//! these, as the first did, and refuses to work if it arrives at another hash.

use exacity::bulk::{Template, prepare};
use exacity::config::Request;
use exacity::diagnostics::{Checked, Code, Diagnostic, Diagnostics};
use exacity::sources::stream::MemoryInput;
use exacity::sources::{ReadError, Sources};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What scoring rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// What the functions of this binary are: [`registry`].
    pub(crate) registry: String,
    /// Hash of the project, as prepared where the query was made.
    pub(crate) hash: String,
    files: BTreeMap<String, Text>,
    profile: Option<String>,
    sets: Vec<String>,
    index: Option<String>,
    table: String,
    beginning: Vec<u8>,
    /// Whether scores of criteria are wanted.
    pub(crate) criteria: bool,
}

/// A file: as a text if it is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Text {
    Utf8(String),
    Bytes(Vec<u8>),
}

/// Returns what two binaries must have in common to work on one query.
pub(crate) fn registry() -> String {
    let functions = [
        env!("CARGO_PKG_VERSION"),
        ballista_core::BALLISTA_VERSION,
        datafusion::DATAFUSION_VERSION,
        "exacity_answer exacity_best exacity_id exacity_look exacity_looked exacity_registry",
    ];
    blake3::hash(functions.join("\n").as_bytes()).to_hex()[..16].to_owned()
}

/// Files, with a copy of each that was read.
#[derive(Debug)]
struct Copied<'s> {
    below: &'s dyn Sources,
    read: Mutex<BTreeMap<String, Text>>,
}

impl Sources for Copied<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let bytes = self.below.read(path)?;
        let text = String::from_utf8(bytes.clone())
            .map_or_else(|error| Text::Bytes(error.into_bytes()), Text::Utf8);
        if let Ok(mut read) = self.read.lock() {
            read.insert(path.to_owned(), text);
        }
        Ok(bytes)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.below.list(folder)
    }

    fn name(&self) -> String {
        self.below.name()
    }
}

/// Files that came with a query.
#[derive(Debug)]
struct Sent<'s>(&'s BTreeMap<String, Text>);

impl Sources for Sent<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.0.get(path) {
            Some(Text::Utf8(text)) => Ok(text.clone().into_bytes()),
            Some(Text::Bytes(bytes)) => Ok(bytes.clone()),
            None => Err(ReadError::NotFound {
                path: path.to_owned(),
            }),
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let inside = |path: &&String| match path.rsplit_once('/') {
            Some((own, _)) => own == folder,
            None => folder.is_empty(),
        };
        self.0.keys().filter(inside).cloned().collect()
    }

    fn name(&self) -> String {
        "the project that came with the query".to_owned()
    }
}

impl Setup {
    /// Prepares a project for a table, and packs what other machines need to do the same.
    pub(crate) fn pack(
        sources: &dyn Sources,
        request: &Request,
        input: &dyn exacity::sources::stream::Input,
        index: Option<&str>,
        criteria: bool,
    ) -> Checked<(Self, Template)> {
        let copied = Copied {
            below: sources,
            read: Mutex::default(),
        };
        let Checked {
            value,
            mut diagnostics,
            files,
        } = prepare(&copied, request, input, index);
        let value = value.and_then(|template| {
            let mut setup = Self {
                registry: registry(),
                hash: String::new(),
                files: copied.read.into_inner().unwrap_or_default(),
                profile: request.profile.clone(),
                sets: request.settings(),
                index: index.map(str::to_owned),
                table: format!("{}.csv", input.name()),
                beginning: template.beginning().to_vec(),
                criteria,
            };
            // As the others see it: from what is sent alone.
            match setup.prepared() {
                Ok(own) => {
                    own.hash().clone_into(&mut setup.hash);
                    Some((setup, template))
                }
                Err(found) => {
                    diagnostics.extend(found);
                    None
                }
            }
        });
        Checked {
            value,
            diagnostics,
            files,
        }
    }

    /// Prepares the project from what was sent.
    fn prepared(&self) -> Result<Template, Diagnostics> {
        let request = Request {
            profile: self.profile.clone(),
            sets: self.sets.clone(),
            ..Request::default()
        };
        let input = MemoryInput {
            name: self.table.clone(),
            bytes: self.beginning.clone(),
        };
        let prepared = prepare(&Sent(&self.files), &request, &input, self.index.as_deref());
        prepared.value.ok_or(prepared.diagnostics)
    }

    /// Writes the setup as a literal.
    ///
    /// # Errors
    ///
    /// None that are known: all of it is text.
    pub(crate) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

/// A query's projects that nobody works with right now: one for each thread that needed one at a time.
struct Shelf {
    literal: blake3::Hash,
    criteria: bool,
    idle: Vec<Template>,
}

static SHELVES: Mutex<Vec<Shelf>> = Mutex::new(vec![]);

/// Queries whose projects are kept.
const KEPT: usize = 4;

/// Lets something be done with the project of a literal. It is told whether scores of criteria are wanted.
pub(crate) fn with<T>(
    literal: &[u8],
    work: impl FnOnce(&mut Template, bool) -> Result<T, Diagnostics>,
) -> Result<T, Diagnostics> {
    let hash = blake3::hash(literal);
    let idle = SHELVES.lock().ok().and_then(|mut shelves| {
        let own = shelves.iter_mut().find(|shelf| shelf.literal == hash)?;
        Some((own.idle.pop()?, own.criteria))
    });
    let (mut template, criteria) = match idle {
        Some(idle) => idle,
        None => prepare_here(literal)?,
    };
    let done = work(&mut template, criteria);
    if let Ok(mut shelves) = SHELVES.lock() {
        if let Some(own) = shelves.iter_mut().find(|shelf| shelf.literal == hash) {
            own.idle.push(template);
        } else {
            if shelves.len() == KEPT {
                shelves.remove(0);
            }
            shelves.push(Shelf {
                literal: hash,
                criteria,
                idle: vec![template],
            });
        }
    }
    done
}

fn prepare_here(literal: &[u8]) -> Result<(Template, bool), Diagnostics> {
    let setup: Setup =
        serde_json::from_slice(literal).map_err(|error| refused(&error.to_string()))?;
    if setup.registry != registry() {
        return Err(refused("it comes from another version"));
    }
    let template = setup.prepared()?;
    if template.hash() == setup.hash {
        Ok((template, setup.criteria))
    } else {
        Err(refused("it reads the project differently"))
    }
}

fn refused(why: &str) -> Diagnostics {
    let message = format!(
        "this machine, which runs {}, cannot do the work: {why}",
        registry()
    );
    let mut found = Diagnostics::new();
    found.push(
        Diagnostic::new(Code("E0807"), message).help("start all machines from the same binary"),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use exacity::sources::memory::MemorySources;

    fn packed() -> Setup {
        let sources = MemorySources::default()
            .with(
                "exacity.toml",
                "schema = 1\n[project]\nname = \"x\"\n[data]\nmatrix = { file = \"own.csv\", id = \"id\", encoding = \"windows-1252\" }\n\
                 [[criteria]]\nid = \"a\"\nindicator = \"a\"\ndirection = \"higher\"\n",
            )
            .with("more.bin", vec![0xff, 0xfe]);
        let input = MemoryInput {
            name: "big.csv".to_owned(),
            bytes: "\u{feff}id,a\nx,1\ny,2\n".into(),
        };
        let request = Request {
            sets: vec![
                "criteria.a.normalise=rank".to_owned(),
                "criteria.a.normalise=max".to_owned(),
            ],
            ..Request::default()
        };
        let packed = Setup::pack(&sources, &request, &input, None, false);
        packed
            .value
            .unwrap_or_else(|| panic!("{:?}", packed.diagnostics))
            .0
    }

    fn code(literal: &[u8]) -> Option<&'static str> {
        let done = with(literal, |template, _| Ok(template.hash().to_owned()));
        done.err()
            .and_then(|found| found.iter().next().map(|finding| finding.code.0))
    }

    #[test]
    fn a_project_arrives_as_it_was_packed() {
        let setup = packed();
        let literal = setup.to_bytes().unwrap_or_default();
        let arrived = with(&literal, |template, criteria| {
            assert!(!criteria);
            assert_eq!(template.columns(), ["id", "a"]);
            Ok(template.hash().to_owned())
        });
        assert_eq!(arrived, Ok(setup.hash));
        assert_eq!(
            code(&literal),
            None,
            "the second time it is taken from the shelf"
        );
    }

    #[test]
    fn machines_that_would_score_differently_refuse() {
        let setup = packed();
        let other_version = Setup {
            registry: "another".to_owned(),
            ..setup.clone()
        };
        let other_hash = Setup {
            hash: "another".to_owned(),
            ..setup
        };
        for refused in [other_version, other_hash] {
            assert_eq!(code(&refused.to_bytes().unwrap_or_default()), Some("E0807"));
        }
        assert_eq!(code(b"nonsense"), Some("E0807"));
    }
}
