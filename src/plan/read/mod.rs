//! From a file to an instance, with everything that is wrong with it.
//!
//! Keys and kinds are checked against one table; what is left here are the facts that hold between
//! figures: lists as long as there are periods, names that exist, units that match.

mod build_out;
mod facility;
mod shape;

use super::instance::{About, Basis, Instance};
use crate::config::{Shape, Table, Value, amend, check_shape, read_document};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, FileId, Files, Span};
use std::collections::BTreeMap;

/// A plan's file, read.
#[derive(Debug, Clone)]
pub struct PlanFile {
    /// The plan.
    pub instance: Instance,
    /// The same plan under other figures.
    pub scenarios: Vec<Scenario>,
}

/// The plan under other figures.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Short name.
    pub name: String,
    /// Why it could come so.
    pub because: String,
    /// What it changes, as `path=value`.
    pub changes: Vec<String>,
    /// The plan with the changes made.
    pub instance: Instance,
}

/// Reads a plan's file: JSON if it starts with a brace, else TOML.
///
/// `sets` are changes as `path=value`: `budget=*0.9`, `sites.west.lead_periods=0`. Everything that is
/// wrong is reported at once.
///
/// ```
/// let read = exacity::plan::read("plan.toml", "kind = \"build_out\"\nnmae = \"x\"\n", &[]);
/// assert!(read.value.is_none());
/// assert!(read.diagnostics.iter().any(|d| d.help == ["did you mean `name`?"]));
/// ```
pub fn read(name: &str, text: &str, sets: &[String]) -> Checked<PlanFile> {
    let (mut found, mut files) = (Diagnostics::new(), Files::default());
    let value = read_file(name, text, sets, &mut files, &mut found);
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files,
    }
}

fn read_file(
    name: &str,
    text: &str,
    sets: &[String],
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<PlanFile> {
    let mut document = read_document(name, text, files, found)?;
    amend(&mut document, sets, files, found);
    let file = FileId::new(name);
    let instance = instance(&document, &file, found)?;
    let mut scenarios: Vec<Scenario> = vec![];
    for (at, table) in document.tables("scenarios") {
        let name = table.text("name").unwrap_or_default().to_owned();
        if scenarios.iter().any(|other| other.name == name) {
            found.push(clash("scenario", &name, &at.span));
        }
        let changes = changes(table);
        let mut changed = document.clone();
        let mut own = Diagnostics::new();
        amend(&mut changed, &changes, &mut Files::default(), &mut own);
        let instance = self::instance(&changed, &file, &mut own);
        for finding in own {
            // What is wrong with the base already is said once.
            if !found.iter().any(|known| known.message == finding.message) {
                found.push(in_scenario(finding, &name, &at.span));
            }
        }
        let because = table.text("because").unwrap_or_default().to_owned();
        scenarios.extend(instance.map(|instance| Scenario {
            name,
            because,
            changes,
            instance,
        }));
    }
    Some(PlanFile {
        instance,
        scenarios,
    })
}

/// Turns a finding about changed figures into one about the scenario that changes them.
fn in_scenario(finding: Diagnostic, name: &str, at: &Span) -> Diagnostic {
    let message = format!("in scenario `{name}`: {}", finding.message);
    Diagnostic {
        message,
        labels: vec![],
        ..finding
    }
    .at(at.clone(), "this scenario")
}

/// Writes what a scenario sets as `path=value`.
fn changes(scenario: &Table) -> Vec<String> {
    let Some(set) = scenario.table("set") else {
        return vec![];
    };
    let write = |(path, entry): (&String, &crate::config::Entry)| format!("{path}={}", entry.value);
    set.entries.iter().map(write).collect()
}

fn instance(document: &Table, file: &FileId, found: &mut Diagnostics) -> Option<Instance> {
    let whole = Span::whole(file);
    let facility = document.text("kind") == Some("facility_assignment");
    let shape: &Shape = if facility {
        &shape::FACILITY
    } else {
        &shape::BUILD_OUT
    };
    let mut wrong = Diagnostics::new();
    check_shape(document, &whole, shape, &mut wrong);
    let broken = wrong.has_errors();
    found.extend(wrong);
    if broken && !is_whole(document, facility) {
        return None;
    }
    let about = about(document);
    if facility {
        facility::read(document, about, found).map(Instance::Facility)
    } else {
        build_out::read(document, about, found).map(|plan| Instance::BuildOut(Box::new(plan)))
    }
}

/// Tells whether enough is there to look for mistakes between figures, although some key is wrong.
fn is_whole(document: &Table, facility: bool) -> bool {
    let needed: &[&str] = if facility {
        &["sites", "demands"]
    } else {
        &["periods", "chips", "sites"]
    };
    needed
        .iter()
        .all(|key| document.tables(key).next().is_some())
}

fn about(document: &Table) -> About {
    let text = |key: &str| document.text(key).unwrap_or_default().to_owned();
    let bases = |key: &str, reason: &str| {
        let read = |(_, table): (&Value, &Table)| Basis {
            of: table.text("of").unwrap_or_default().to_owned(),
            because: table.text(reason).unwrap_or_default().to_owned(),
        };
        document.tables(key).map(read).collect()
    };
    About {
        name: text("name"),
        title: text("title"),
        text: text("about"),
        assumptions: bases("assumptions", "because"),
        sources: bases("sources", "source"),
    }
}

/// Numbers the names in a list, and reports those that come twice.
fn names(
    tables: &[(&Value, &Table)],
    what: &str,
    found: &mut Diagnostics,
) -> BTreeMap<String, usize> {
    let mut known = BTreeMap::new();
    for (i, (at, table)) in tables.iter().enumerate() {
        let id = table.text("id").unwrap_or_default();
        if known.insert(id.to_owned(), i).is_some() {
            let at = table.get("id").map_or(&at.span, |id| &id.span);
            found.push(clash(what, id, at));
        }
    }
    known
}

fn clash(what: &str, id: &str, at: &Span) -> Diagnostic {
    Diagnostic::new(Code("E0502"), format!("there are two {what}s named `{id}`"))
        .at(at.clone(), "the second")
        .help("give one of them another name")
}
