//! Weight sets: shares among siblings as written, judged in pairs, read off the data, or combined.

mod combine;
mod judge;

use super::tree::unknown;
use crate::config::grammar::WEIGHT_GROUP;
use crate::config::methods::{self, Choice, WEIGH};
use crate::config::shape::{check_table, out_of_range, wrong_kind};
use crate::config::value::{Data, Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span};
use crate::model::{NodeIx, Tree, Weights};
use crate::project::{Chosen, Compared, DataWeights, Over, Weighing};
use crate::weigh::{self, Weigh};
use indexmap::IndexMap;

/// The weight set that needs no definition.
pub(crate) const EQUAL: &str = "equal";

/// Keys that say who would hold the view.
const ABOUT: [&str; 2] = ["about", "about-zh"];

/// A weight set as written.
#[derive(Debug, Default)]
pub(crate) struct WeightSet<'d> {
    pub(crate) about: String,
    pub(crate) about_zh: Option<String>,
    weights: IndexMap<String, (Option<f64>, Span)>,
    /// `method`: for the top of the tree, or for every group that nothing else weighs.
    method: Option<&'d Value>,
    /// `[[weights.NAME.group]]`.
    groups: Vec<(Word<'d>, &'d Value)>,
    /// `combine`.
    combine: Option<&'d Value>,
}

/// The shares of a tree, and where they come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resolved {
    pub(crate) shares: Vec<Option<Weights>>,
    pub(crate) weighing: Weighing,
}

/// Reads a weight set and reports what cannot be a weight.
pub(crate) fn read<'d>(name: &str, value: &'d Value, found: &mut Diagnostics) -> WeightSet<'d> {
    let mut set = WeightSet::default();
    let Some(table) = value.table() else {
        found.push(wrong_kind(name, value, "a table of numbers by criterion"));
        return set;
    };
    table
        .text("about")
        .unwrap_or_default()
        .clone_into(&mut set.about);
    set.about_zh = table.text("about-zh").map(str::to_owned);
    for key in ABOUT {
        if let Some(about) = table.get(key).filter(|about| about.text().is_none()) {
            found.push(wrong_kind(key, about, "a string"));
        }
    }
    entries(table, "", &mut set, found);
    set
}

/// Tells whether an entry says how weights are found, rather than being one. A criterion may carry the
/// same name: its weight is a number, and its children are a table of numbers.
fn is_setting(key: &str, value: &Value) -> bool {
    match (key, &value.data) {
        ("method", Data::Text(_)) | ("group" | "combine", Data::Array(_)) => true,
        ("method", Data::Table(table)) => table.has("method"),
        ("combine", Data::Table(table)) => table.has("sets"),
        _ => false,
    }
}

/// Walks the keys. An unquoted dotted key is a table to TOML and the same criterion to people.
fn entries<'d>(table: &'d Table, prefix: &str, set: &mut WeightSet<'d>, found: &mut Diagnostics) {
    for (key, entry) in &table.entries {
        let id = match prefix {
            "" => key.clone(),
            _ => format!("{prefix}.{key}"),
        };
        if ABOUT.contains(&id.as_str()) {
            continue;
        }
        if is_setting(&id, &entry.value) {
            match id.as_str() {
                "method" => set.method = Some(&entry.value),
                "combine" => set.combine = Some(&entry.value),
                _ => set.groups = groups(&entry.value, found),
            }
            continue;
        }
        if id == "weight" {
            let finding = Diagnostic::new(Code("E0310"), "`weight` is reserved in weight sets");
            let finding = finding.at(entry.key.clone(), "reserved");
            found.push(finding.help("weights are written `criterion = number`"));
            continue;
        }
        if let Data::Table(inner) = &entry.value.data {
            entries(inner, &id, set, found);
            continue;
        }
        let number = entry.value.number().filter(|number| *number >= 0.0);
        if number.is_none() {
            found.push(not_a_weight(&id, &entry.value));
        }
        set.weights.insert(id, (number, entry.key.clone()));
    }
}

fn groups<'d>(value: &'d Value, found: &mut Diagnostics) -> Vec<(Word<'d>, &'d Value)> {
    let mut all = vec![];
    for item in value.array().unwrap_or_default() {
        let Some(table) = item.table() else {
            found.push(wrong_kind("group", item, "a table with `of` and `method`"));
            continue;
        };
        check_table(table, &item.span, &WEIGHT_GROUP, found);
        if let (Some(of), Some(method)) = (table.word("of"), table.get("method")) {
            all.push((of, method));
        }
    }
    all
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

/// What resolving a weight set needs beside the set.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a, 'd> {
    pub(crate) tree: &'a Tree,
    /// `[weights]`, for sets that combine others.
    pub(crate) sets: Option<&'d Table>,
    /// `[scoring] on`.
    pub(crate) on: Compared,
}

impl<'d> Setting<'_, 'd> {
    /// Takes the document.
    pub(crate) fn new<'a>(tree: &'a Tree, document: &'d Table) -> Setting<'a, 'd> {
        let on = document.table("scoring").and_then(|s| s.text("on"));
        Setting {
            tree,
            sets: document.table("weights"),
            on: on.and_then(Compared::parse).unwrap_or_default(),
        }
    }
}

/// Turns a set into shares among the children of each branch. A group that nothing weighs is equal.
pub(crate) fn resolve(
    setting: Setting<'_, '_>,
    set: &WeightSet<'_>,
    name: &str,
    found: &mut Diagnostics,
) -> Resolved {
    if let Some(value) = set.combine {
        return combine::resolve(setting, set, (name, value), found);
    }
    let tree = setting.tree;
    unknown_criteria(tree, set, found);
    let mut resolved = Resolved {
        shares: tree
            .upward()
            .map(|(at, _)| group(tree, at, set, name, found))
            .collect(),
        weighing: Weighing::default(),
    };
    let mut taken: IndexMap<NodeIx, Span> = named(tree, set);
    for (of, method) in &set.groups {
        let Some(at) = tree.find(of.text).filter(|at| !tree.is_leaf(*at)) else {
            let branches = tree.upward().filter(|(_, node)| !node.children.is_empty());
            let ids: Vec<&str> = branches.map(|(_, node)| node.id.as_str()).collect();
            found.push(unknown(*of, ids.iter().copied(), "criterion with children"));
            continue;
        };
        if let Some(first) = taken.insert(at, of.span.clone()) {
            found.push(twice(of.text, name, &first, of.span));
            continue;
        }
        weigh_group(setting, at, method, &mut resolved, found);
    }
    if let Some(method) = set.method {
        weigh_rest(setting, name, method, &taken, (&mut resolved, found));
    }
    resolved
}

fn unknown_criteria(tree: &Tree, set: &WeightSet<'_>, found: &mut Diagnostics) {
    for (id, (_, span)) in &set.weights {
        if tree.find(id).is_none() {
            let ids = tree.upward().map(|(_, node)| node.id.as_str());
            let known: Vec<&str> = ids.collect();
            let word = Word { text: id, span };
            found.push(unknown(word, known.iter().copied(), "criterion"));
        }
    }
}

/// Returns the branches whose children have numbers, with the place of the first.
fn named(tree: &Tree, set: &WeightSet<'_>) -> IndexMap<NodeIx, Span> {
    let branches = tree.upward().filter(|(_, node)| !node.children.is_empty());
    branches
        .filter_map(|(at, node)| {
            let id = |child: &NodeIx| tree.node(*child).id.as_str();
            let mut numbers = node.children.iter().filter_map(|c| set.weights.get(id(c)));
            numbers.next().map(|(_, span)| (at, span.clone()))
        })
        .collect()
}

fn twice(of: &str, name: &str, first: &Span, again: &Span) -> Diagnostic {
    let message = format!("the children of `{of}` are weighed twice in `{name}`");
    Diagnostic::new(Code("E0324"), message)
        .at(again.clone(), "weighed again here")
        .at(first.clone(), "weighed here")
        .help("keep one of them")
}

/// Weighs the children of one branch by a method.
fn weigh_group(
    setting: Setting<'_, '_>,
    at: NodeIx,
    value: &Value,
    resolved: &mut Resolved,
    found: &mut Diagnostics,
) {
    let Some(Choice::Method(info, value)) = choice(value, found) else {
        return;
    };
    if weigh::find(info.name).is_some() {
        let over = Over::Siblings(vec![at]);
        let data = data_weights(setting, info.name, value, over, found);
        resolved.weighing.data.extend(data);
    } else if let Some((weights, judged)) = judge::weigh(setting.tree, at, info, value, found) {
        resolved.shares[at.0] = Some(weights);
        resolved.weighing.judged.push(judged);
    }
}

/// Weighs by the set's own method: the top of the tree by what people said; every group that nothing
/// else weighs, or all leaves, by the data.
fn weigh_rest(
    setting: Setting<'_, '_>,
    name: &str,
    value: &Value,
    taken: &IndexMap<NodeIx, Span>,
    (resolved, found): (&mut Resolved, &mut Diagnostics),
) {
    let tree = setting.tree;
    let Some(Choice::Method(info, inner)) = choice(value, found) else {
        return;
    };
    let top = NodeIx(tree.len() - 1);
    if weigh::find(info.name).is_none() {
        match taken.get(&top) {
            Some(first) => found.push(twice(tree.node(top).id.as_str(), name, first, &value.span)),
            None => weigh_group(setting, top, value, resolved, found),
        }
        return;
    }
    let whole = inner.table().and_then(|t| t.text("over")) == Some("leaves");
    if !whole {
        let open = tree
            .upward()
            .filter(|(at, node)| node.children.len() > 1 && !taken.contains_key(at));
        let over = Over::Siblings(open.map(|(at, _)| at).collect());
        let data = data_weights(setting, info.name, inner, over, found);
        resolved.weighing.data.extend(data);
        return;
    }
    if let Some((_, first)) = taken.first() {
        let message =
            format!("`over = \"leaves\"` weighs the whole tree, and `{name}` weighs parts of it");
        found.push(
            Diagnostic::new(Code("E0324"), message)
                .at(first.clone(), "weighed here")
                .at(value.span.clone(), "weighs all leaves")
                .help("take the numbers out, or leave `over` out: then `method` weighs the other groups"),
        );
        return;
    }
    if let Some(shared) = shared(tree, top) {
        let id = tree.node(shared).id.as_str();
        let message = format!("`over = \"leaves\"` cannot weigh `{id}`, which has several parents");
        found.push(out_of_range(message, &value.span).help("weigh each group on its own"));
        return;
    }
    let data = data_weights(setting, info.name, inner, Over::Leaves, found);
    resolved.weighing.data.extend(data);
}

/// Finds a criterion with several parents.
fn shared(tree: &Tree, top: NodeIx) -> Option<NodeIx> {
    let inside = tree.downward(top);
    let parents = |child: NodeIx| {
        let all = inside.iter();
        all.filter(|(_, at)| tree.node(*at).children.contains(&child))
            .count()
    };
    inside.iter().map(|(_, at)| *at).find(|&at| parents(at) > 1)
}

fn choice<'v>(value: &'v Value, found: &mut Diagnostics) -> Option<Choice<'v>> {
    methods::choice(value, &WEIGH, found)
}

fn data_weights(
    setting: Setting<'_, '_>,
    name: &str,
    value: &Value,
    over: Over,
    found: &mut Diagnostics,
) -> Option<DataWeights> {
    let entry = weigh::find(name)?;
    let method: Chosen<dyn Weigh> =
        methods::build(&entry.info, value, weigh::METHODS, &WEIGH, found)?;
    let table = value.table();
    let on = table.and_then(|t| t.text("on")).and_then(Compared::parse);
    let missing = table.and_then(|t| t.text("missing"));
    Some(DataWeights {
        method,
        over,
        on: on.unwrap_or(setting.on),
        complete_cases: missing == Some("complete-cases"),
        settled: None,
    })
}

fn group(
    tree: &Tree,
    parent: NodeIx,
    set: &WeightSet<'_>,
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
