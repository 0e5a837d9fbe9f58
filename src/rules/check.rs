//! Checks of a script that need no project: the contract, names, kinds and doubtful habits.

use super::Read;
use super::api;
use super::contract::{self, Meta, MetaPlaces};
use super::diag;
use super::flow::{self, Kind};
use super::syntax::{Function, Node, Script, Statement};
use super::text::Text;
use super::vocabulary::{HOOKS, NORMALISE, RECORDS};
use crate::diagnostics::{Diagnostic, Diagnostics, nearest};
use indexmap::IndexMap;

/// What was learnt of a function that the project may call.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) parameters: Vec<String>,
    pub(super) reads: Vec<Read>,
}

/// What was learnt of a script.
pub(super) struct Learnt {
    pub(super) meta: Meta,
    pub(super) places: MetaPlaces,
    pub(super) entries: IndexMap<String, Entry>,
}

/// Checks a strategy.
pub(super) fn strategy(script: &Script, text: &Text, found: &mut Diagnostics) -> Learnt {
    let declared = script.functions.iter().find(|f| f.name.text == "meta");
    let (meta, places) = if let Some(function) = declared {
        contract::read(function, found)
    } else {
        found.push(
            Diagnostic::new(diag::CONTRACT, "the script has no `meta()`")
                .at(text.whole(), "")
                .help("start with `fn meta() { #{ title: \"..\", params: #{} } }`"),
        );
        (Meta::default(), MetaPlaces::default())
    };
    names(script, found);
    top_level(script, found);
    let entries = entries(script, &meta, &places, text, found);
    unused(script, &meta, &places, &entries, found);
    let entries = entries
        .into_iter()
        .map(|(name, (entry, _))| (name, entry))
        .collect();
    Learnt {
        meta,
        places,
        entries,
    }
}

/// Checks a condition or a formula, which is a script of the one function that it was wrapped into.
pub(super) fn wrapped(
    script: &Script,
    function: &str,
    text: &Text,
    found: &mut Diagnostics,
) -> Learnt {
    let meta = Meta::default();
    let mut entries = IndexMap::new();
    let alone = script.functions.len() == 1 && script.top.is_empty();
    match script.functions.first() {
        Some(own) if alone && own.name.text == function => {
            entries.insert(function.to_owned(), entry(script, &meta, 0, found).0);
        }
        _ => found.push(
            Diagnostic::new(
                diag::CONTRACT,
                "a formula cannot close the function around it",
            )
            .at(text.whole(), "")
            .help("write functions of your own in a script: `rule = \"rules/NAME.rhai\"`"),
        ),
    }
    Learnt {
        meta,
        places: MetaPlaces::default(),
        entries,
    }
}

/// Refuses functions that hide an offered one, and two functions of one name.
fn names(script: &Script, found: &mut Diagnostics) {
    for (at, function) in script.functions.iter().enumerate() {
        let name = &function.name.text;
        if api::find(name).is_some() {
            found.push(
                Diagnostic::new(
                    diag::CONTRACT,
                    format!("`{name}` hides the offered function of that name"),
                )
                .at(function.name.span.clone(), "")
                .help(format!("choose another name, such as `my_{name}`")),
            );
        }
        if script.functions[..at].iter().any(|f| f.name.text == *name) {
            found.push(
                Diagnostic::new(
                    diag::CONTRACT,
                    format!("the function `{name}` is there twice"),
                )
                .at(function.name.span.clone(), "")
                .help("rename one: strategies tell functions apart by name alone"),
            );
        }
    }
}

/// Allows nothing outside functions but constants that are literals.
fn top_level(script: &Script, found: &mut Diagnostics) {
    for statement in &script.top {
        let span = match statement {
            Statement::Nothing => continue,
            Statement::Let {
                value,
                constant: true,
                ..
            } if matches!(value.node, Node::Number(_) | Node::Flag(_) | Node::Text(_)) => {
                continue;
            }
            Statement::Let { name, .. } | Statement::For { name, .. } => Some(name.span.clone()),
            Statement::Value(value) | Statement::Assign { target: value, .. } => {
                Some(value.span.clone())
            }
            Statement::If { span, .. } | Statement::Return(_, span) => Some(span.clone()),
            Statement::Block(_) | Statement::Leave(_) => None,
        };
        let finding = Diagnostic::new(diag::CONTRACT, "a strategy is made of functions")
            .help("move this into a function, or write `const NAME = 1;`");
        found.push(match span {
            Some(span) => finding.at(span, "this stands outside"),
            None => finding,
        });
    }
}

type Entries = IndexMap<String, (Entry, Vec<usize>)>;

fn entries(
    script: &Script,
    meta: &Meta,
    places: &MetaPlaces,
    text: &Text,
    found: &mut Diagnostics,
) -> Entries {
    let mut entries = IndexMap::new();
    let wanted = HOOKS
        .iter()
        .copied()
        .chain(meta.derives.keys().map(String::as_str));
    for name in wanted {
        if let Some(at) = script.functions.iter().position(|f| f.name.text == name) {
            arguments(&script.functions[at], found);
            entries.insert(name.to_owned(), entry(script, meta, at, found));
        } else if let Some(span) = places.derives.get(name) {
            found.push(
                Diagnostic::new(
                    diag::CONTRACT,
                    format!("`{name}` is declared and there is no such function"),
                )
                .at(span.clone(), "")
                .help(format!("write `fn {name}(place) {{ .. }}`")),
            );
        }
    }
    if entries.is_empty() && meta.derives.is_empty() {
        let own = script.functions.iter().map(|f| f.name.text.as_str());
        let near = nearest("score", own.filter(|n| *n != "meta"));
        found.push(
            Diagnostic::new(diag::CONTRACT, "the script has no `score` function")
                .at(text.whole(), "")
                .help(near.map_or_else(
                    || "write `fn score(part, weight) { .. }`".to_owned(),
                    |near| format!("rename `{near}` to `score`"),
                )),
        );
    }
    entries
}

/// Checks that a function asks for records that exist.
fn arguments(function: &Function, found: &mut Diagnostics) {
    for parameter in &function.parameters {
        let name = parameter.text.as_str();
        let allowed: &[&str] = match function.name.text.as_str() {
            "normalise" => NORMALISE,
            _ => RECORDS,
        };
        if allowed.contains(&name) {
            continue;
        }
        let near = nearest(name, allowed.iter().copied());
        found.push(
            Diagnostic::new(
                diag::CONTRACT,
                format!(
                    "`{}` cannot be given an argument `{name}`",
                    function.name.text
                ),
            )
            .at(parameter.span.clone(), "")
            .help(near.map_or_else(
                || format!("arguments are known by their names: {}", allowed.join(", ")),
                |near| format!("did you mean `{near}`?"),
            )),
        );
    }
}

fn entry(script: &Script, meta: &Meta, at: usize, found: &mut Diagnostics) -> (Entry, Vec<usize>) {
    let function = &script.functions[at];
    let flow = flow::follow(script, meta, at, found);
    let name = &function.name.text;
    let wanted = if name == "eligible" {
        Kind::Flag
    } else {
        Kind::Number
    };
    if flow.result != wanted && !matches!(flow.result, Kind::Any) {
        let mut finding = Diagnostic::new(
            diag::KIND,
            format!(
                "`{name}` must return {} and returns {}",
                wanted.name(),
                flow.result.name()
            ),
        )
        .at(function.name.span.clone(), "");
        finding = finding.help(match flow.result {
            Kind::Nothing | Kind::Never => "end it with a value or `return`",
            Kind::Flag => "write `if .. { 1 } else { 0 }`",
            Kind::Number => "compare it: `x > 0`",
            _ => "return a number: nothing else can be ranked",
        });
        found.push(finding);
    }
    let parameters = function.parameters.iter().map(|p| p.text.clone()).collect();
    (
        Entry {
            parameters,
            reads: flow.reads,
        },
        flow.reached,
    )
}

/// Warns of what is declared and never used.
fn unused(
    script: &Script,
    meta: &Meta,
    places: &MetaPlaces,
    entries: &Entries,
    found: &mut Diagnostics,
) {
    let doubt = |message: String, span: &crate::diagnostics::Span, help: &str| {
        Diagnostic::new(diag::DOUBT, message)
            .at(span.clone(), "")
            .help(help)
    };
    let read = |record: &[&str], field: &str| {
        let mut reads = entries.values().flat_map(|(entry, _)| &entry.reads);
        reads.any(|r| record.contains(&r.record.as_str()) && r.field == field)
    };
    // A misspelt name leaves the right one unused: that is one mistake, not two.
    let misread = found.has_errors();
    for (name, span) in places.params.iter().filter(|_| !misread) {
        if meta.params.contains_key(name) && !read(&["param"], name) {
            let message = format!("the parameter `{name}` is never used");
            found.push(doubt(
                message,
                span,
                "use it as `param.` and its name, or remove it",
            ));
        }
    }
    for (name, span) in places.needs.iter().filter(|_| !misread) {
        if !read(&["place", "part"], name) {
            found.push(doubt(
                format!("the need `{name}` is never read"),
                span,
                "remove it",
            ));
        }
    }
    for (at, function) in script.functions.iter().enumerate() {
        let name = &function.name.text;
        let known_fault = name == "meta" || api::find(name).is_some();
        if !known_fault && !entries.values().any(|(_, reached)| reached.contains(&at)) {
            // Nobody calls it, but a mistake inside is a mistake all the same.
            flow::follow(script, meta, at, found);
            if misread {
                continue;
            }
            let help = nearest(name, HOOKS.iter().copied()).map_or_else(
                || "remove it, or call it".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            found.push(doubt(
                format!("the function `{name}` is never used"),
                &function.name.span,
                &help,
            ));
        }
    }
}
