//! Weight sets: numbers by criterion, shares among siblings.

use super::tree::unknown;
use crate::config::value::{Data, Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span};
use crate::model::{NodeIx, Tree, Weights};
use indexmap::IndexMap;

/// The weight set that needs no definition.
pub(crate) const EQUAL: &str = "equal";

/// A weight set as written.
#[derive(Debug, Default)]
pub(crate) struct WeightSet {
    pub(crate) about: String,
    weights: IndexMap<String, (Option<f64>, Span)>,
}

/// Reads a weight set and reports what cannot be a weight.
pub(crate) fn read(name: &str, value: &Value, found: &mut Diagnostics) -> WeightSet {
    let mut set = WeightSet::default();
    let Some(table) = value.table() else {
        let finding =
            crate::config::shape::wrong_kind(name, value, "a table of numbers by criterion");
        found.push(finding);
        return set;
    };
    table
        .text("about")
        .unwrap_or_default()
        .clone_into(&mut set.about);
    if let Some(about) = table.get("about").filter(|about| about.text().is_none()) {
        found.push(crate::config::shape::wrong_kind("about", about, "a string"));
    }
    numbers(table, "", &mut set, found);
    set
}

/// Walks the keys. An unquoted dotted key is a table to TOML and the same criterion to people.
fn numbers(table: &Table, prefix: &str, set: &mut WeightSet, found: &mut Diagnostics) {
    for (key, entry) in &table.entries {
        let id = match prefix {
            "" => key.clone(),
            _ => format!("{prefix}.{key}"),
        };
        if id == "about" {
            continue;
        }
        if id == "weight" {
            let finding = Diagnostic::new(Code("E0310"), "`weight` is reserved in weight sets");
            let finding = finding.at(entry.key.clone(), "reserved");
            found.push(finding.help("weights are written `criterion = number`"));
            continue;
        }
        if let Data::Table(inner) = &entry.value.data {
            numbers(inner, &id, set, found);
            continue;
        }
        let number = entry.value.number().filter(|number| *number >= 0.0);
        if number.is_none() {
            found.push(not_a_weight(&id, &entry.value));
        }
        set.weights.insert(id, (number, entry.key.clone()));
    }
}

fn not_a_weight(id: &str, value: &Value) -> Diagnostic {
    let what = match value.data {
        Data::Integer(_) | Data::Number(_) => value.to_string(),
        _ => value.kind().to_owned(),
    };
    Diagnostic::new(Code("E0305"), format!("the weight of `{id}` is {what}"))
        .at(value.span.clone(), "not a positive number")
        .help("a weight is any number from 0 up; siblings are compared with one another")
}

/// Turns numbers into shares among the children of each branch. A group that is not named at all is
/// equal.
pub(crate) fn shares(
    tree: &Tree,
    set: &WeightSet,
    name: &str,
    found: &mut Diagnostics,
) -> Vec<Option<Weights>> {
    for (id, (_, span)) in &set.weights {
        if tree.find(id).is_none() {
            let ids = tree.upward().map(|(_, node)| node.id.as_str());
            let known: Vec<&str> = ids.collect();
            let word = Word { text: id, span };
            found.push(unknown(word, known.iter().copied(), "criterion"));
        }
    }
    tree.upward()
        .map(|(at, _)| group(tree, at, set, name, found))
        .collect()
}

fn group(
    tree: &Tree,
    parent: NodeIx,
    set: &WeightSet,
    name: &str,
    found: &mut Diagnostics,
) -> Option<Weights> {
    let children = &tree.node(parent).children;
    if children.is_empty() {
        return None;
    }
    let equal = Some(Weights::equal(children.len()));
    let id = |child: &NodeIx| tree.node(*child).id.as_str();
    let named: Vec<_> = children
        .iter()
        .filter_map(|child| set.weights.get(id(child)))
        .collect();
    let Some((_, first)) = named.first() else {
        return equal;
    };
    if named.len() < children.len() {
        let left_out = children
            .iter()
            .map(id)
            .filter(|id| !set.weights.contains_key(*id));
        let left_out: Vec<_> = left_out.map(|id| format!("`{id}`")).collect();
        found.push(sibling_left_out(name, &left_out, first));
        return equal;
    }
    let numbers: Option<Vec<f64>> = named.iter().map(|(number, _)| *number).collect();
    // What is no weight has been reported where it stands.
    let Some(numbers) = numbers else { return equal };
    Weights::new(&numbers).ok().or_else(|| {
        let siblings: Vec<_> = children.iter().map(|c| format!("`{}`", id(c))).collect();
        let message = format!(
            "in `{name}`, all weights of {} are zero",
            siblings.join(", ")
        );
        let help =
            "give at least one of them a positive number, or leave all out for equal weights";
        let finding = Diagnostic::new(Code("E0306"), message);
        found.push(finding.at(first.clone(), "").help(help));
        equal
    })
}

fn sibling_left_out(name: &str, left_out: &[String], first: &Span) -> Diagnostic {
    let verb = if left_out.len() == 1 { "has" } else { "have" };
    let list = left_out.join(", ");
    Diagnostic::new(
        Code("E0307"),
        format!("{list} {verb} no weight in `{name}`, and a sibling does"),
    )
    .at(first.clone(), "this sibling has a weight")
    .help(format!(
        "add {list} (0 leaves a criterion out), or name none of the group"
    ))
}
