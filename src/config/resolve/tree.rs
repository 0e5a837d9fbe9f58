//! Criteria into a tree: parents by dots, shared children, no cycles, no orphans.

use super::Scripts;
use crate::config::files::twice;
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use crate::model::{CriterionId, NodeIx, Tree, TreeNode, is_id};
use crate::project::Adjustment;
use crate::rules::Rule;
use indexmap::IndexMap;

/// The id of the top of the tree.
pub(crate) const ROOT: &str = "score";

/// Keys that make sense only for a criterion that reads figures.
const LEAF_KEYS: [&str; 6] = [
    "indicator",
    "value",
    "unit",
    "denominator",
    "observations",
    "compare",
];
/// Keys that make sense only for a criterion with children.
const BRANCH_KEYS: [&str; 3] = ["aggregate", "min-coverage", "min-children"];

/// A criterion as written.
pub(crate) struct Written<'a> {
    pub(crate) id: Word<'a>,
    pub(crate) table: &'a Table,
}

/// The tree with the text of each node; the root may have none.
pub(crate) struct Criteria<'a> {
    pub(crate) tree: Tree,
    pub(crate) written: Vec<Option<Written<'a>>>,
    /// Criteria beside its children that the rule or the adjustments of a criterion read.
    pub(crate) reads: Vec<Vec<NodeIx>>,
}

impl<'a> Criteria<'a> {
    /// Returns the conditions under which a leaf applies: its own, and those of the branches above it
    /// that it shares with nobody.
    pub(crate) fn conditions(&self, leaf: NodeIx) -> Vec<Word<'a>> {
        let (mut conditions, mut at) = (vec![], leaf);
        loop {
            let written = self.written[at.0].as_ref();
            conditions.extend(written.and_then(|written| written.table.word("applies")));
            let mut parents = self
                .tree
                .upward()
                .filter(|(_, node)| node.children.contains(&at));
            match (parents.next(), parents.next()) {
                (Some((parent, _)), None) => at = parent,
                _ => return conditions,
            }
        }
    }
}

/// Reads `[[criteria]]`, in an order in which everything that a criterion reads stands before it.
pub(crate) fn read<'a>(
    document: &'a Table,
    nowhere: &Span,
    scripts: &mut Scripts<'_>,
    adjustments: &[Adjustment],
    found: &mut Diagnostics,
) -> Option<Criteria<'a>> {
    let before = found.len();
    let mut all: IndexMap<&str, Written<'a>> = IndexMap::new();
    for (_, table) in document.tables("criteria") {
        collect(table, &mut all, found);
    }
    if all.keys().all(|id| *id == ROOT) {
        if found.len() == before {
            found.push(no_criteria(document, nowhere));
        }
        return None;
    }
    check_script_names(&all, found);
    let children = children(&all, found);
    check_keys(&all, &children, found);
    let reads = reads(document, &all, &children, scripts, adjustments, found);
    let order = sort(&all, &children, &reads, found)?;
    if found
        .iter()
        .skip(before)
        .any(|d| d.severity() == crate::diagnostics::Severity::Error)
    {
        return None;
    }
    Some(assemble(all, &children, &reads, &order))
}

/// Finds the criteria that rules of aggregation and adjustments read beside the children of theirs.
fn reads(
    document: &Table,
    all: &IndexMap<&str, Written<'_>>,
    children: &Children,
    scripts: &mut Scripts<'_>,
    adjustments: &[Adjustment],
    found: &mut Diagnostics,
) -> Children {
    let scoring = document.table("scoring");
    let names: IndexMap<String, &str> = all.keys().map(|id| (id.replace('.', "_"), *id)).collect();
    let mut reads = Children::new();
    let mut add = |id: &str, rule: &Rule, function: &str| {
        let own = children.get(id).map_or(&[][..], Vec::as_slice);
        for read in rule.reads(function) {
            let named = match read.record.as_str() {
                "part" | "known" => names.get(&read.field),
                "facts" => {
                    let part = read.field.strip_prefix("part_");
                    let part = part.and_then(|part| part.rsplit_once('_'));
                    part.and_then(|(name, _)| names.get(name))
                }
                _ => None,
            };
            // A condition may read the score that it changes.
            let itself = |other: &str| function == "eligible" && other == id;
            if let Some(other) = named.filter(|o| !own.iter().any(|c| c == *o) && !itself(o)) {
                let list = reads.entry(id.to_owned()).or_default();
                list.push((*other).to_owned());
            }
        }
    };
    let branches = children.iter().filter(|(_, below)| !below.is_empty());
    for (id, _) in branches {
        let own = all.get(id.as_str()).and_then(|w| w.table.get("aggregate"));
        let value = own.or_else(|| scoring?.get("aggregate"));
        let rule = value.and_then(|value| quiet_rule(value, scripts, found));
        if let Some(rule) = rule {
            add(id, &rule, "score");
        }
    }
    let tables = document.tables("adjust").map(|(_, table)| table);
    for (adjustment, table) in adjustments.iter().zip(tables) {
        if let Some(id) = table.text("criterion") {
            add(id, &adjustment.rule, "eligible");
        }
    }
    reads
}

/// Compiles the rule of an aggregation, if it is one; what else is wrong with it is reported with the
/// criterion.
fn quiet_rule(
    value: &Value,
    scripts: &mut Scripts<'_>,
    found: &mut Diagnostics,
) -> Option<std::sync::Arc<Rule>> {
    if !crate::config::methods::is_rule(value) {
        return None;
    }
    let table = value.table();
    if let Some(formula) = table.and_then(|table| table.word("formula")) {
        return scripts.formula("score", formula, found);
    }
    let path = match table {
        Some(table) => table.word("rule")?,
        None => value.word()?,
    };
    scripts.get(path.text, Some(path.span), found)
}

fn no_criteria(document: &Table, nowhere: &Span) -> Diagnostic {
    let at = document
        .get("criteria")
        .map_or(nowhere, |value| &value.span);
    Diagnostic::new(Code("E0105"), "the project has no criteria")
        .at(at.clone(), "no `[[criteria]]` here")
        .help("add `[[criteria]]` with an `id` and an `indicator`")
}

fn collect<'a>(
    table: &'a Table,
    all: &mut IndexMap<&'a str, Written<'a>>,
    found: &mut Diagnostics,
) {
    // A criterion without an id has been reported as such.
    let Some(id) = table.word("id") else { return };
    check_id(id, found);
    if let Some(known) = all.get(id.text) {
        found.push(twice(
            &format!("criterion `{}`", id.text),
            known.id.span,
            id.span,
        ));
        return;
    }
    all.insert(id.text, Written { id, table });
}

/// Refuses what scripts could not read.
pub(crate) fn check_id(id: Word<'_>, found: &mut Diagnostics) {
    let refuse = |message: String| {
        Diagnostic::new(Code("E0310"), message).at(id.span.clone(), "not a usable id")
    };
    if !is_id(id.text) {
        let finding = refuse(format!("`{}` cannot be an id", id.text));
        let help = "ids are names of a-z, 0-9 and _, starting with a letter, joined by dots";
        found.push(finding.help(help));
        return;
    }
    let reserved = crate::rules::reserved_words();
    if let Some(word) = id.text.split('.').find(|part| reserved.contains(part)) {
        found.push(
            refuse(format!(
                "`{word}` is a reserved word of the script language"
            ))
            .help(format!("rename it, for example to `{word}_`")),
        );
    }
}

/// Refuses ids that become the same name where dots are underscores.
fn check_script_names(all: &IndexMap<&str, Written<'_>>, found: &mut Diagnostics) {
    let mut names: IndexMap<String, Word<'_>> = IndexMap::new();
    for (id, written) in all {
        let name = id.replace('.', "_");
        if let Some(first) = names.get(&name) {
            let what = format!(
                "`{name}`, which scripts read for `{}` and `{id}`,",
                first.text
            );
            found.push(twice(&what, first.span, written.id.span));
        } else {
            names.insert(name, written.id);
        }
    }
}

type Children = IndexMap<String, Vec<String>>;

/// Finds the children of each criterion: by dots first, then those that it shares.
fn children(all: &IndexMap<&str, Written<'_>>, found: &mut Diagnostics) -> Children {
    let mut children: Children = all.keys().map(|id| ((*id).to_owned(), vec![])).collect();
    for (id, written) in all {
        let Some((parent, _)) = id.rsplit_once('.') else {
            continue;
        };
        match children.get_mut(parent) {
            Some(siblings) => siblings.push((*id).to_owned()),
            None => found.push(orphan(parent, written.id, all)),
        }
    }
    let mut shared: Vec<String> = vec![];
    for (id, written) in all {
        for child in written.table.words("children").unwrap_or_default() {
            if !all.contains_key(child.text) {
                found.push(unknown(child, all.keys().copied(), "criterion"));
                continue;
            }
            shared.push(child.text.to_owned());
            let own = children.entry((*id).to_owned()).or_default();
            if !own.iter().any(|known| known == child.text) {
                own.push(child.text.to_owned());
            }
        }
    }
    // Without a say of its own, the root takes every criterion that is nobody's child.
    let states_children = all.get(ROOT).is_some_and(|w| w.table.has("children"));
    if !states_children {
        let top = all
            .keys()
            .filter(|id| **id != ROOT && !id.contains('.'))
            .filter(|id| !shared.iter().any(|s| s == *id))
            .map(|id| (*id).to_owned())
            .collect();
        children.insert(ROOT.to_owned(), top);
    }
    children
}

fn orphan(parent: &str, id: Word<'_>, all: &IndexMap<&str, Written<'_>>) -> Diagnostic {
    let message = format!("criterion `{}` has no parent `{parent}`", id.text);
    let near = crate::diagnostics::nearest(parent, all.keys().copied().filter(|k| *k != id.text));
    Diagnostic::new(Code("E0309"), message)
        .at(id.span.clone(), "its parent is not defined")
        .maybe_help(near.map(|name| format!("did you mean a child of `{name}`?")))
        .help(format!("or add `[[criteria]]` with `id = \"{parent}\"`"))
}

/// Makes the finding for an unknown criterion.
pub(crate) fn unknown<'k>(
    name: Word<'_>,
    known: impl Iterator<Item = &'k str> + Clone,
    what: &str,
) -> Diagnostic {
    Diagnostic::new(Code("E0301"), format!("there is no {what} `{}`", name.text))
        .at(name.span.clone(), "unknown criterion")
        .maybe_help(did_you_mean(name.text, known))
}

/// Refuses leaves without figures, and keys that belong to the other kind of criterion.
fn check_keys(all: &IndexMap<&str, Written<'_>>, children: &Children, found: &mut Diagnostics) {
    for (id, written) in all {
        let is_branch = children.get(*id).is_some_and(|c| !c.is_empty());
        let (wrong, why): (&[&str], &str) = if is_branch {
            (&LEAF_KEYS, "has children")
        } else {
            (&BRANCH_KEYS, "has no children")
        };
        for key in wrong {
            if let Some(entry) = written.table.entries.get(*key) {
                let message = format!("`{key}` is not a key of `{id}`, which {why}");
                let help = if is_branch {
                    "criteria with children get their score from those; give the key to a child"
                } else {
                    "only criteria with children have it"
                };
                found.push(
                    Diagnostic::new(Code("E0103"), message)
                        .at(entry.key.clone(), "")
                        .help(help),
                );
            }
        }
        if !is_branch && !LEAF_KEYS[..2].iter().any(|key| written.table.has(key)) {
            let message = format!("criterion `{id}` has neither children nor figures");
            found.push(
                Diagnostic::new(Code("E0105"), message)
                    .at(written.id.span.clone(), "what does it read?")
                    .help(format!("add `indicator = \"...\"` or `value = {{ ... }}`, or a criterion `{id}.NAME`")),
            );
        }
        if let (Some(_), Some(second)) = (
            written.table.get("indicator"),
            written.table.entries.get("value"),
        ) {
            let message = format!("criterion `{id}` has both `indicator` and `value`");
            found.push(Diagnostic::new(Code("E0103"), message).at(second.key.clone(), ""));
        }
    }
}

/// Sorts the criteria so that children come before parents and the root is last.
fn sort(
    all: &IndexMap<&str, Written<'_>>,
    children: &Children,
    reads: &Children,
    found: &mut Diagnostics,
) -> Option<Vec<String>> {
    let mut walk = Walk {
        children,
        reads,
        open: vec![],
        done: vec![],
        circle: None,
    };
    let others = children.keys().map(String::as_str).filter(|id| *id != ROOT);
    // Criteria below the root come in its order; those that only an index reads come first.
    let reachable = reachable(children);
    for id in others.filter(|id| !reachable.contains(*id)) {
        walk.visit(id);
    }
    walk.visit(ROOT);
    let Some(circle) = walk.circle else {
        return Some(walk.done);
    };
    let chain: Vec<_> = circle.iter().map(|id| format!("`{id}`")).collect();
    let at = circle.iter().find_map(|id| all.get(id.as_str()));
    let contains = |pair: &[String]| children.get(&pair[0]).is_some_and(|c| c.contains(&pair[1]));
    let (message, help) = if circle.windows(2).all(contains) {
        (
            "criteria contain each other",
            "take one of them out of `children`",
        )
    } else {
        (
            "criteria wait for each other's scores",
            "let one of the rules read figures (`place.`) instead of scores (`part.`)",
        )
    };
    let mut finding = Diagnostic::new(Code("E0308"), message);
    if let Some(written) = at {
        finding = finding.at(written.id.span.clone(), "part of the circle");
    }
    found.push(
        finding
            .note(format!("the circle: {}", chain.join(" -> ")))
            .help(help),
    );
    None
}

fn reachable(children: &Children) -> std::collections::BTreeSet<&str> {
    let (mut seen, mut open) = (std::collections::BTreeSet::new(), vec![ROOT]);
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(children.get(id).into_iter().flatten().map(String::as_str));
        }
    }
    seen
}

struct Walk<'a> {
    children: &'a Children,
    reads: &'a Children,
    open: Vec<String>,
    done: Vec<String>,
    circle: Option<Vec<String>>,
}

impl Walk<'_> {
    fn visit(&mut self, id: &str) {
        if self.done.iter().any(|done| done == id) || self.circle.is_some() {
            return;
        }
        if let Some(start) = self.open.iter().position(|open| open == id) {
            let mut circle = self.open[start..].to_vec();
            circle.push(id.to_owned());
            self.circle = Some(circle);
            return;
        }
        self.open.push(id.to_owned());
        let reads = self.reads.get(id).into_iter().flatten();
        for before in self.children.get(id).into_iter().flatten().chain(reads) {
            self.visit(before);
        }
        self.open.pop();
        self.done.push(id.to_owned());
    }
}

fn assemble<'a>(
    mut all: IndexMap<&'a str, Written<'a>>,
    children: &Children,
    reads: &Children,
    order: &[String],
) -> Criteria<'a> {
    let position = |id: &String| order.iter().position(|other| other == id).map(NodeIx);
    let mut written = vec![];
    let nodes = order.iter().map(|id| {
        let own = all.shift_remove(id.as_str());
        let text = |key| own.as_ref().and_then(|w| w.table.text(key));
        let below = children.get(id).into_iter().flatten();
        let node = TreeNode {
            id: CriterionId::new(id),
            name: text("name").map_or_else(|| humanise(id), str::to_owned),
            name_zh: text("name-zh").map(str::to_owned),
            about: text("about").unwrap_or_default().to_owned(),
            children: below.filter_map(position).collect(),
        };
        written.push(own);
        node
    });
    let tree = Tree::new(nodes.collect());
    let read = |id: &String| {
        let read = reads.get(id).into_iter().flatten();
        read.filter_map(position).collect()
    };
    let reads = order.iter().map(read).collect();
    Criteria {
        tree,
        written,
        reads,
    }
}

/// Makes a name of an id: the last part, words separated, in sentence case.
fn humanise(id: &str) -> String {
    let last = id.rsplit('.').next().unwrap_or(id).replace('_', " ");
    let mut letters = last.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => last,
    }
}
