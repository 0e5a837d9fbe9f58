//! An index looked at from inside, for whoever builds it.

use super::{Subject, words};
use crate::audit::{Audit, Limits, Topic};
use crate::model::NodeIx;
use crate::report::number;
use crate::report::{Column, Report, Section, Show, Table, Value};
use serde_json::json;

/// Shows what an audit found; with every pair of leaves if asked.
pub fn audit(subject: Subject, audit: &Audit, limits: &Limits, all_pairs: bool) -> Report {
    let mut report = Report::new("data-audit", title(subject));
    report.notes.push(subject.setting());
    report.notes.push(format!(
        "{} · {} · {}",
        words::counted(audit.places, "place"),
        words::counted(audit.leaves.len(), "indicator"),
        chance(audit)
    ));
    report.sections = findings(subject, audit);
    report.sections.extend([
        Section::new("influence", "Weight and influence").table(influence(subject, audit)),
        Section::new("structure", "What branches measure").table(structure(subject, audit)),
        Section::new("components", "Principal components").table(components(subject, audit)),
        Section::new("columns", "Columns").table(columns(subject, audit)),
        Section::new("blocks", "Correlations within and across branches")
            .table(blocks(subject, audit)),
        pairs(subject, audit, limits, all_pairs),
    ]);
    let says_something = |section: &Section| {
        section
            .table
            .as_ref()
            .is_none_or(|table| !table.rows.is_empty())
    };
    report.sections.retain(says_something);
    report.footer = vec![
        "Influence is the share of the parent's variance that a criterion explains alone (first-order \
         main effect), over that of all its siblings. Weights say what a builder wants; influence also \
         depends on how much columns vary and move together."
            .to_owned(),
        "Statistics say where to look. They do not say what an index should hold: a pillar of \
         indicators that do not move together can be right, and two that do can both be needed."
            .to_owned(),
    ];
    report
}

fn title(subject: Subject) -> String {
    match subject.title().as_str() {
        "" => format!("Audit of {}", subject.index.name),
        title => format!("Audit of {title}"),
    }
}

fn chance(audit: &Audit) -> String {
    if audit.places < 5 {
        return "too few places to correlate".to_owned();
    }
    format!(
        "correlations closer to 0 than {:.2} may be chance",
        audit.chance
    )
}

fn findings(subject: Subject, audit: &Audit) -> Vec<Section> {
    let all = audit.findings.iter().map(|finding| {
        let ids: Vec<&str> = finding.criteria.iter().map(|&at| subject.id(at)).collect();
        json!({
            "topic": finding.topic,
            "criteria": ids,
            "weight": finding.weight,
            "text": finding.text,
        })
    });
    let data = json!(all.collect::<Vec<_>>());
    let mut head = Section::new("findings", "What to look at").data(data);
    if audit.findings.is_empty() {
        head = head.text(["nothing stands out"]);
    }
    let mut sections = vec![head];
    let mut topics: Vec<Topic> = audit.findings.iter().map(|f| f.topic).collect();
    topics.dedup();
    for topic in topics {
        let own = audit.findings.iter().filter(|f| f.topic == topic);
        let lines = own.map(|finding| format!("  {}", finding.text));
        let title = heading(topic);
        sections.push(Section::new(topic_id(topic), title).level(1).text(lines));
    }
    sections
}

fn topic_id(topic: Topic) -> String {
    format!("findings-{}", topic.title().replace(' ', "-"))
}

fn heading(topic: Topic) -> String {
    let title = topic.title();
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn influence(subject: Subject, audit: &Audit) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("weight", "weight").short("wt."),
        Column::numbers("influence", "influence").short("infl."),
        Column::numbers("effect", "explains").short("expl."),
        Column::numbers("with_parent", "r parent").short("r par."),
        Column::numbers("with_result", "r result").short("r res."),
        Column::numbers("nominal", "of result").short("of res."),
    ]);
    for one in &audit.influences {
        table.push(vec![
            Value::text(indented(subject, one.at)),
            Value::Number(one.weight, Show::Share),
            Value::number(one.share, Show::Share),
            Value::number(one.effect, Show::Share),
            Value::number(one.with_parent, Show::Score),
            Value::number(one.with_result, Show::Score),
            Value::Number(one.nominal, Show::Share),
        ]);
    }
    table
}

fn indented(subject: Subject, at: NodeIx) -> String {
    let id = subject.id(at);
    format!("{}{id}", "  ".repeat(id.matches('.').count()))
}

fn structure(subject: Subject, audit: &Audit) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "branch"),
        Column::numbers("children", "children"),
        Column::numbers("places", "places"),
        Column::numbers("alpha", "alpha"),
        Column::numbers("first", "first component"),
        Column::numbers("dimensions", "dimensions"),
    ]);
    for one in &audit.structures {
        let first = one.components.first();
        let dimensions = first.map(|_| one.dimensions() as f64);
        table.push(vec![
            Value::text(subject.id(one.at)),
            Value::count(subject.project.tree.node(one.at).children.len()),
            Value::count(one.places),
            Value::number(one.alpha, Show::Score),
            Value::number(first.map(|first| first.explained), Show::Share),
            Value::number(dimensions, Show::Figure),
        ]);
    }
    table
}

/// Shows the components with more variance than an indicator, and always the first.
fn components(subject: Subject, audit: &Audit) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "branch"),
        Column::numbers("component", "no."),
        Column::numbers("eigenvalue", "eigenvalue"),
        Column::numbers("explained", "explains"),
        Column::words("loadings", "loadings"),
    ]);
    for one in &audit.structures {
        let shown = one.dimensions().max(1);
        for (at, component) in one.components.iter().take(shown).enumerate() {
            let loadings = component.loadings.iter().map(|(child, loading)| {
                let id = subject.id(*child);
                let name = id.rsplit('.').next().unwrap_or(id);
                format!("{name} {loading:.2}")
            });
            table.push(vec![
                Value::text(subject.id(one.at)),
                Value::count(at + 1),
                Value::Number(component.eigenvalue, Show::Score),
                Value::Number(component.explained, Show::Share),
                Value::text(loadings.collect::<Vec<_>>().join(", ")),
            ]);
        }
    }
    table
}

fn columns(subject: Subject, audit: &Audit) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "indicator"),
        Column::numbers("coverage", "coverage").short("cov."),
        Column::numbers("filled", "filled").short("fill."),
        Column::numbers("skewness", "skewness").short("skew."),
        Column::numbers("kurtosis", "kurtosis").short("kurt."),
        Column::numbers("common", "equal").short("equal"),
        Column::numbers("clamped", "clamped").short("clamp"),
        Column::numbers("with_siblings", "r siblings").short("r sib."),
        Column::words("treatment", "treated"),
    ]);
    for leaf in &audit.leaves {
        let shape = &leaf.shape;
        table.push(vec![
            Value::text(subject.id(leaf.at)),
            Value::Number(shape.coverage(), Show::Share),
            Value::count(shape.filled),
            Value::number(shape.skewness, Show::Score),
            Value::number(shape.kurtosis, Show::Score),
            Value::number(shape.common.map(|(_, share)| share), Show::Share),
            Value::count(shape.clamped),
            Value::number(leaf.with_siblings, Show::Score),
            Value::text(&shape.treatment),
        ]);
    }
    table
}

fn blocks(subject: Subject, audit: &Audit) -> Table {
    let mut table = Table::new(vec![
        Column::words("a", "branch"),
        Column::words("b", "with"),
        Column::numbers("mean", "mean r"),
        Column::numbers("pairs", "pairs"),
    ]);
    for block in &audit.blocks {
        let with = if block.a == block.b {
            "itself"
        } else {
            subject.id(block.b)
        };
        table.push(vec![
            Value::text(subject.id(block.a)),
            Value::text(with),
            Value::Number(block.mean, Show::Score),
            Value::count(block.pairs),
        ]);
    }
    table
}

fn pairs(subject: Subject, audit: &Audit, limits: &Limits, all: bool) -> Section {
    let mut table = Table::new(vec![
        Column::words("a", "indicator"),
        Column::words("b", "with"),
        Column::numbers("r", "r"),
        Column::numbers("places", "places"),
    ]);
    let shown = |r: f64| all || r.abs() >= limits.redundant;
    for pair in audit.pairs.iter().filter(|pair| shown(pair.r)) {
        table.push(vec![
            Value::text(subject.id(pair.a)),
            Value::text(subject.id(pair.b)),
            Value::Number(pair.r, Show::Score),
            Value::count(pair.places),
        ]);
    }
    let title = if all {
        "All pairs of indicators".to_owned()
    } else {
        format!(
            "Pairs of indicators from |r| = {} on",
            number::figure(limits.redundant)
        )
    };
    Section::new("pairs", title).table(table)
}
