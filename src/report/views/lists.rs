//! What there is: methods, places, criteria.

use crate::model::{IndicatorId, MethodInfo};
use crate::project::{NodeKind, Project};
use crate::report::views::words;
use crate::report::{Column, Report, Section, Table, Value};
use crate::{aggregate, normalise, outrank, prepare, weigh};

/// Walks every method with the stage it belongs to.
pub fn all_methods() -> impl Iterator<Item = (&'static str, &'static MethodInfo)> {
    let normalise = normalise::METHODS.iter().map(|e| ("normalise", &e.info));
    let aggregate = aggregate::METHODS.iter().map(|e| ("aggregate", &e.info));
    let treat = prepare::TREATMENTS.iter().map(|e| ("treat", &e.info));
    let rank = outrank::METHODS.iter().map(|e| ("rank", &e.info));
    let weigh = weigh::METHODS.iter().map(|e| ("weigh", &e.info));
    let judge = weigh::JUDGEMENTS.iter().map(|info| ("judge", info));
    let scoring = normalise.chain(aggregate).chain(treat);
    scoring.chain(rank).chain(weigh).chain(judge)
}

/// The stages with what their methods do.
const STAGES: [(&str, &str); 6] = [
    ("normalise", "normalise: how figures become comparable"),
    ("aggregate", "aggregate: how children become their parent"),
    ("treat", "treat: how outliers are handled"),
    (
        "rank",
        "rank: `[scoring] method`, places compared on all leaves",
    ),
    ("weigh", "weigh: weights from the data"),
    ("judge", "judge: weights from what people say"),
];

/// Lists the methods; `common` leaves out the rarer ones.
pub fn methods(common: bool) -> Report {
    let mut report = Report::new("methods", "Methods");
    let mut hidden = 0;
    for (stage, title) in STAGES {
        let mut table = Table::new(vec![
            Column::words("name", "name"),
            Column::words("summary", "what it does"),
        ]);
        for (_, info) in all_methods().filter(|(s, _)| *s == stage) {
            if common && !info.common {
                hidden += 1;
                continue;
            }
            table.push(vec![Value::text(info.name), Value::text(info.summary)]);
        }
        report
            .sections
            .push(Section::new(stage, title).table(table));
    }
    if hidden > 0 {
        let more = format!("{hidden} more that few people use: `exacity list methods --all`.");
        report.footer.push(more);
    }
    let how = "`exacity explain method NAME` shows formula and parameters.";
    report.footer.push(how.to_owned());
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
