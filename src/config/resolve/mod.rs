//! From the document to a [`Project`]: references found, defaults filled in, every mistake reported.

mod applies;
mod league;
mod leaves;
mod nodes;
mod output;
mod ranking;
mod strategy;
mod tree;
mod vary;
mod weights;
mod words;

use super::files::Shelf;
use super::set::FigureSet;
use super::shape;
use super::value::{Layer, Table, Value, Word};
use crate::dataset::Dataset;
use crate::diagnostics::{Code, Diagnostics, Severity, Span};
use crate::model::{IndicatorId, NodeIx, Place, PlaceId, Tree};
use crate::project::{Figures, Index, Library, Node, Profile, Project, Weighing};
use crate::rules::{Rule, Trust};
use chrono::NaiveDate;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;
use std::sync::Arc;

use leaves::selector;
pub(crate) use strategy::{name_of, vocabulary};
pub(crate) use tree::check_id;
use weights::Setting;

/// Scripts by path, each read and compiled once; `None` for those with mistakes.
pub(crate) struct Scripts<'s> {
    pub(crate) shelf: Shelf<'s>,
    pub(crate) rules: IndexMap<String, Option<Arc<Rule>>>,
    /// How far their fast path is trusted.
    pub(crate) trust: Trust,
}

/// What resolving needs at hand.
pub(crate) struct Context<'a, 's> {
    /// All layers, laid over one another.
    pub(crate) document: &'a Table,
    pub(crate) data: &'a Dataset,
    /// False for wide tables without a file that describes their columns.
    pub(crate) describes_indicators: bool,
    pub(crate) as_of: Option<NaiveDate>,
    pub(crate) league: Vec<Place>,
    /// Figures that the command line replaces.
    pub(crate) figures: BTreeMap<(PlaceId, IndicatorId), f64>,
    pub(crate) scripts: &'a mut Scripts<'s>,
    /// Scripts and conditions in use.
    pub(crate) used: Vec<Arc<Rule>>,
    /// Indicators that they read.
    pub(crate) read: IndexSet<IndicatorId>,
}

/// A document in which all layers are laid over one another, with its data.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) document: &'a Table,
    /// Name of the profile in force; empty for none.
    pub(crate) profile: &'a str,
    pub(crate) figures: &'a [FigureSet],
    pub(crate) data: &'a Dataset,
    pub(crate) describes_indicators: bool,
    /// Puts every indicator into the panel, for scripts that the project does not use.
    pub(crate) all_indicators: bool,
    /// Where findings point that have no place of their own.
    pub(crate) nowhere: &'a Span,
}

/// Resolves a document; `None` if a mistake prevents it.
pub(crate) fn resolve(
    inputs: Inputs<'_>,
    scripts: &mut Scripts<'_>,
    found: &mut Diagnostics,
) -> Option<Project> {
    let before = found.count(Severity::Error);
    let document = inputs.document;
    let mut context = Context {
        document,
        data: inputs.data,
        describes_indicators: inputs.describes_indicators,
        as_of: as_of(document),
        league: league::league(document, inputs.data, inputs.nowhere, found),
        figures: figures(inputs.figures, inputs.data, found),
        scripts,
        used: vec![],
        read: IndexSet::new(),
    };
    let adjustments = strategy::adjustments(&mut context, found);
    let known = adjustments.as_deref().unwrap_or_default();
    let criteria = tree::read(document, inputs.nowhere, context.scripts, known, found);
    let Some(criteria) = criteria else {
        // Weight sets that are no weight sets are wrong under any tree.
        read_sets(document, found);
        return None;
    };
    let nodes = nodes::nodes(&criteria, &mut context, found);
    let tree = criteria.tree;
    let require = output::require(document, &tree, found);
    check_sets(document, &tree, found);
    let indices = indices(&tree, nodes.as_deref(), &mut context, found);
    check_scripts(&context, &tree, found);
    let (nodes, indices, mut adjustments) = (nodes?, indices?, adjustments?);
    strategy::place_adjustments(&mut adjustments, document, &tree, found);
    let study = vary::study(&context, &tree, &indices, found);
    if found.count(Severity::Error) > before {
        return None;
    }
    Some(Project {
        name: project_text(document, "name")
            .unwrap_or_default()
            .to_owned(),
        name_zh: project_text(document, "name-zh").map(str::to_owned),
        as_of: context.as_of,
        profile: profile(document, inputs.profile),
        nodes,
        indices,
        require,
        adjustments,
        panel: panel(&context, inputs.all_indicators),
        study,
        library: library(inputs.data),
        tree,
        league: context.league,
    })
}

fn project_text<'d>(document: &'d Table, key: &str) -> Option<&'d str> {
    document.table("project")?.text(key)
}

pub(crate) fn as_of(document: &Table) -> Option<NaiveDate> {
    shape::date(document.table("project")?.get("as-of")?)
}

/// Checks the places and indicators of figures that the command line replaces.
fn figures(
    set: &[FigureSet],
    data: &Dataset,
    found: &mut Diagnostics,
) -> BTreeMap<(PlaceId, IndicatorId), f64> {
    let mut figures = BTreeMap::new();
    for one in set {
        let before = found.len();
        let at = |text| Word {
            text,
            span: &one.at,
        };
        if !data.places.contains_key(one.place.as_str()) {
            let mut finding = league::unknown_place(at(&one.place), data);
            finding.code = Code("E0108");
            found.push(finding);
        }
        if !data.indicators.contains_key(one.indicator.as_str()) {
            let mut finding = leaves::unknown_indicator(at(&one.indicator), data);
            finding.code = Code("E0108");
            found.push(finding);
        }
        if found.len() == before {
            let key = (PlaceId::new(&one.place), IndicatorId::new(&one.indicator));
            figures.insert(key, one.value);
        }
    }
    figures
}

fn read_sets(document: &Table, found: &mut Diagnostics) {
    for (name, entry) in document
        .table("weights")
        .into_iter()
        .flat_map(|t| &t.entries)
    {
        weights::read(name, &entry.value, found);
    }
}

/// Checks the weight sets that nobody chose, too.
///
/// A profile with criteria of its own is judged by the sets that it chooses: the others were written
/// for the project's tree.
fn check_sets(document: &Table, tree: &Tree, found: &mut Diagnostics) {
    let other_tree = document
        .get("criteria")
        .is_some_and(|criteria| criteria.layer == Layer::Profile);
    for (name, entry) in document
        .table("weights")
        .into_iter()
        .flat_map(|t| &t.entries)
    {
        let set = weights::read(name, &entry.value, found);
        if !other_tree || entry.value.layer == Layer::Profile {
            weights::resolve(Setting::new(tree, document), &set, name, found);
        }
    }
}

/// Reads the results asked for: `[[index]]`, or the one that `[scoring]` describes.
fn indices(
    tree: &Tree,
    nodes: Option<&[Node]>,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Vec<Index>> {
    let document = context.document;
    let mut all: Vec<Option<Index>> = vec![];
    let mut ids: IndexMap<&str, &Span> = IndexMap::new();
    for (_, table) in document.tables("index") {
        if let Some(id) = table.word("id") {
            tree::check_id(id, found);
            if let Some(first) = ids.insert(id.text, id.span) {
                found.push(super::files::twice(
                    &format!("index `{}`", id.text),
                    first,
                    id.span,
                ));
            }
        }
        all.push(index(Some(table), (tree, nodes), context, found));
    }
    if all.is_empty() {
        all.push(index(None, (tree, nodes), context, found));
    }
    all.into_iter().collect()
}

fn index(
    own: Option<&Table>,
    (tree, nodes): (&Tree, Option<&[Node]>),
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Index> {
    let document = context.document;
    let scoring = document.table("scoring");
    let get = |key: &str| -> Option<&Value> {
        let own = own.and_then(|own| own.get(key));
        own.or_else(|| scoring?.get(key))
    };
    let top = NodeIx(tree.len() - 1);
    let root = match own.and_then(|own| own.word("root")) {
        None => Some(top),
        Some(word) => {
            let at = tree.find(word.text);
            if at.is_none() {
                let ids: Vec<_> = tree.upward().map(|(_, node)| node.id.as_str()).collect();
                found.push(tree::unknown(word, ids.iter().copied(), "criterion"));
            }
            at
        }
    };
    let name = get("weights").and_then(Value::word);
    let set = name.and_then(|name| {
        let value = output::find_weights(document, name, found)?;
        Some(weights::read(name.text, value, found))
    });
    let set = set.unwrap_or_default();
    let weights_name = name.map_or(weights::EQUAL, |name| name.text);
    let setting = Setting::new(tree, document);
    let weights::Resolved { shares, weighing } =
        weights::resolve(setting, &set, weights_name, found);
    let chosen = get("strategy").map(|value| strategy::strategy(value, context, found));
    let strategy = chosen.unwrap_or(Ok(None)).ok();
    let ranking = get("method").map(|value| ranking::ranking(value, scoring, found));
    let ranking = ranking.unwrap_or(Ok(None)).ok();
    let output = output::output(own, context, found);
    let (root, strategy, ranking) = (root?, strategy?, ranking?);
    if let (Some(ranking), Some(value)) = (&ranking, get("method")) {
        ranking::check_strategy(ranking, value, strategy.as_ref(), found);
        if let Some(nodes) = nodes {
            ranking::check_leaves(ranking, value, (tree, nodes, root), found);
        }
    }
    let id = own.and_then(|own| own.text("id")).unwrap_or(tree::ROOT);
    let title = own.and_then(|own| own.text("name"));
    Some(Index {
        id: id.to_owned(),
        name: title.map_or_else(|| tree.node(root).name.clone(), str::to_owned),
        root,
        weights: weights_name.to_owned(),
        weights_about: set.about,
        weights_about_zh: set.about_zh,
        shares,
        weighing,
        ranking,
        strategy,
        output: output?,
    })
}

/// Checks the names that scripts in use read against those that the project offers.
fn check_scripts(context: &Context<'_, '_>, tree: &Tree, found: &mut Diagnostics) {
    if context.used.is_empty() {
        return;
    }
    let places = context.data.places.values();
    let vocabulary = vocabulary(&context.data.indicators, places, tree);
    for rule in &context.used {
        found.extend(rule.check(&vocabulary));
    }
}

fn profile(document: &Table, id: &str) -> Profile {
    let own = document.table("profile").and_then(|all| all.table(id));
    let text = |key| own.and_then(|own| own.text(key));
    let title = text("title").or_else(|| project_text(document, "name"));
    // A title of its own is not replaced by the project's name in another language.
    let title_zh = text("title-zh").or_else(|| match text("title") {
        Some(_) => None,
        None => project_text(document, "name-zh"),
    });
    Profile {
        id: id.to_owned(),
        title: title.unwrap_or_default().to_owned(),
        title_zh: title_zh.map(str::to_owned),
        about: text("about").unwrap_or_default().to_owned(),
        about_zh: text("about-zh").map(str::to_owned),
        ranks: document
            .table("rank")
            .and_then(|rank| rank.flag("overall"))
            .unwrap_or(true),
    }
}

/// Selects one figure per place of the indicators that scripts and conditions read.
///
/// Only those: selecting all of them costs more than all the rest of a run, and explanations find
/// every row in the library anyway.
fn panel(context: &Context<'_, '_>, all: bool) -> IndexMap<IndicatorId, Figures> {
    let mut found = Diagnostics::new();
    let selector = selector(
        &[context.document.table("observations")],
        context.as_of,
        &mut found,
    );
    let wanted = context.data.indicators.keys();
    let wanted = wanted.filter(|id| all || context.read.contains(*id));
    let column = |id: &IndicatorId| -> Figures {
        let cells = leaves::select(std::slice::from_ref(id), &selector, context);
        cells.into_iter().collect()
    };
    wanted.map(|id| (id.clone(), column(id))).collect()
}

fn library(data: &Dataset) -> Library {
    Library {
        places: data.places.clone(),
        indicators: data.indicators.clone(),
        observations: data.observations.clone(),
        targets: data.targets.clone(),
        programmes: data.programmes.clone(),
        facts: data.facts.clone(),
        chips: data.chips.clone(),
        sources: data.sources.clone(),
        words: data.words.clone(),
    }
}

/// A weight set as effective shares of a tree.
pub(crate) struct Effective {
    pub(crate) shares: Vec<(NodeIx, f64)>,
    pub(crate) weighing: Weighing,
}

/// Reads every weight set as effective shares of the tree: `check` shows them as percentages.
pub(crate) fn effective(document: &Table, tree: &Tree) -> IndexMap<String, Effective> {
    let mut found = Diagnostics::new();
    let sets = document
        .table("weights")
        .into_iter()
        .flat_map(|t| &t.entries);
    sets.map(|(name, entry)| {
        let set = weights::read(name, &entry.value, &mut found);
        let setting = Setting::new(tree, document);
        let weights::Resolved { shares, weighing } =
            weights::resolve(setting, &set, name, &mut found);
        let mut product = vec![0.0; tree.len()];
        product[tree.len() - 1] = 1.0;
        // Parents stand after their children, so walking back meets every parent first.
        for (at, node) in tree.upward().rev() {
            let own = shares[at.0]
                .as_ref()
                .map_or(&[][..], |weights| weights.as_slice());
            for (child, share) in node.children.iter().zip(own) {
                product[child.0] += product[at.0] * share;
            }
        }
        let top = NodeIx(tree.len() - 1);
        let order = tree.downward(top).into_iter().filter(|(_, at)| *at != top);
        let shares = order.map(|(_, at)| (at, product[at.0])).collect();
        (name.clone(), Effective { shares, weighing })
    })
    .collect()
}
