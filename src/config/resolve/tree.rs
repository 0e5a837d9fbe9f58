//! Criteria into a tree: parents by dots, shared children, no cycles, no orphans.

use crate::config::files::twice;
use crate::config::value::{Table, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use crate::model::{CriterionId, NodeIx, Tree, TreeNode, is_id};
use indexmap::IndexMap;

/// The id of the top of the tree.
pub(crate) const ROOT: &str = "score";

/// Keys that make sense for a criterion that reads figures.
const LEAF_KEYS: [&str; 9] = [
    "indicator",
    "value",
    "direction",
    "unit",
    "denominator",
    "observations",
    "normalise",
    "treat",
    "compare",
];
/// Keys that make sense for a criterion with children.
const BRANCH_KEYS: [&str; 2] = ["aggregate", "min-coverage"];

/// A criterion as written.
pub(crate) struct Written<'a> {
    pub(crate) id: Word<'a>,
    pub(crate) table: &'a Table,
}

/// The tree with the text of each node; the root may have none.
pub(crate) struct Criteria<'a> {
    pub(crate) tree: Tree,
    pub(crate) written: Vec<Option<Written<'a>>>,
}

/// Reads `[[criteria]]`.
pub(crate) fn read<'a>(
    document: &'a Table,
    nowhere: &Span,
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
    let order = sort(&all, &children, found)?;
    if found
        .iter()
        .skip(before)
        .any(|d| d.severity() == crate::diagnostics::Severity::Error)
    {
        return None;
    }
    Some(assemble(all, &children, &order))
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
    found: &mut Diagnostics,
) -> Option<Vec<String>> {
    let mut walk = Walk {
        children,
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
    let mut finding = Diagnostic::new(Code("E0308"), "criteria contain each other");
    if let Some(written) = at {
        finding = finding.at(written.id.span.clone(), "part of the circle");
    }
    found.push(
        finding
            .note(format!("the circle: {}", chain.join(" -> ")))
            .help("take one of them out of `children`"),
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
        for child in self.children.get(id).into_iter().flatten() {
            self.visit(child);
        }
        self.open.pop();
        self.done.push(id.to_owned());
    }
}

fn assemble<'a>(
    mut all: IndexMap<&'a str, Written<'a>>,
    children: &Children,
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
            about: text("about").unwrap_or_default().to_owned(),
            children: below.filter_map(position).collect(),
        };
        written.push(own);
        node
    });
    let tree = Tree::new(nodes.collect());
    Criteria { tree, written }
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
