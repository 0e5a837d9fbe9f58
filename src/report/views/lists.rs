//! What there is: methods, places, criteria.

use crate::model::{IndicatorId, MethodInfo};
use crate::project::{NodeKind, Project};
use crate::report::views::words;
use crate::report::{Column, Report, Section, Table, Value};
use crate::{aggregate, normalise, prepare};

/// Walks every method with the stage it belongs to.
pub fn all_methods() -> impl Iterator<Item = (&'static str, &'static MethodInfo)> {
    let normalise = normalise::METHODS.iter().map(|e| ("normalise", &e.info));
    let aggregate = aggregate::METHODS.iter().map(|e| ("aggregate", &e.info));
    let treat = prepare::TREATMENTS.iter().map(|e| ("treat", &e.info));
    normalise.chain(aggregate).chain(treat)
}

/// Lists the methods; `common` leaves out the rarer ones.
pub fn methods(common: bool) -> Report {
    let mut report = Report::new("methods", "Methods");
    for stage in ["normalise", "aggregate", "treat"] {
        let mut table = Table::new(vec![
            Column::words("name", "name"),
            Column::words("summary", "what it does"),
        ]);
        let mine = all_methods().filter(|(s, info)| *s == stage && (info.common || !common));
        for (_, info) in mine {
            table.push(vec![Value::text(info.name), Value::text(info.summary)]);
        }
        report
            .sections
            .push(Section::new(stage, stage).table(table));
    }
    report.footer = vec!["`exacity explain method NAME` shows formula and parameters.".to_owned()];
    report
}

/// Lists the places of the data, with those that the profile may rank marked.
pub fn places(project: &Project) -> Report {
    let mut table = Table::new(vec![
        Column::words("id", "id"),
        Column::words("name", "name"),
        Column::words("name_zh", "Chinese"),
        Column::words("kind", "kind"),
        Column::words("parent", "part of"),
        Column::words("league", "league"),
    ]);
    let known = &project.library.places;
    for place in known.values() {
        let ranked = project.position(place.id.as_str()).is_some();
        table.push(vec![
            Value::text(place.id.as_str()),
            Value::text(&place.name),
            Value::text(place.name_zh.clone().unwrap_or_default()),
            Value::text(place.kind.as_str()),
            Value::text(place.parent.as_ref().map_or("", |p| p.as_str())),
            Value::text(if ranked { "yes" } else { "" }),
        ]);
    }
    let mut report = Report::new("places", "Places");
    report.notes.push(format!(
        "{}, of which {} may be ranked by the profile",
        words::counted(known.len(), "place"),
        project.league.len()
    ));
    report
        .sections
        .push(Section::new("places", "").table(table));
    report
}

/// Lists the criteria as the tree they form.
pub fn criteria(project: &Project) -> Report {
    let mut table = Table::new(vec![
        Column::words("id", "id"),
        Column::words("name", "name"),
        Column::words("how", "how"),
        Column::words("indicators", "indicators"),
    ]);
    let Some((root, _)) = project.tree.upward().next_back() else {
        return Report::new("criteria", "Criteria");
    };
    for (depth, at) in project.tree.downward(root) {
        let node = project.tree.node(at);
        let (how, indicators) = match &project.nodes[at.0].kind {
            NodeKind::Leaf(leaf) => {
                let ids: Vec<&str> = leaf.indicators.iter().map(IndicatorId::as_str).collect();
                (words::rescale(&leaf.normalise), ids.join(", "))
            }
            NodeKind::Branch(branch) => (words::combine(&branch.aggregate), String::new()),
        };
        table.push(vec![
            Value::text(format!("{}{}", "  ".repeat(depth), node.id)),
            Value::text(&node.name),
            Value::text(how),
            Value::text(indicators),
        ]);
    }
    let mut report = Report::new("criteria", "Criteria");
    report
        .sections
        .push(Section::new("criteria", "").table(table));
    report
}
