//! What a criterion measures, how, and what every place holds.

use super::{Subject, figures, words};
use crate::model::NodeIx;
use crate::prepare::impute::Fill;
use crate::project::{BranchMissing, Constant, Leaf, LeafMissing, LeafValue};
use crate::report::number;
use crate::report::{Column, Lang, Report, Section, Show, Table, Value};

/// Explains a criterion.
pub fn criterion(subject: Subject, at: NodeIx) -> Report {
    let node = subject.project.tree.node(at);
    let mut report = Report::new("criterion", format!("{} ({})", node.name, node.id));
    report.notes.push(subject.setting());
    if !node.about.is_empty() {
        report.notes.push(node.about.clone());
    }
    let mut lines = vec![format!(
        "weight: {} of the result",
        number::percent(subject.nominal()[at.0])
    )];
    if let Some(leaf) = subject.project.leaf(at) {
        lines.extend(leaf_lines(subject, leaf));
    }
    lines.extend(branch_lines(subject, at));
    let (low, high) = subject.project.nodes[at.0].scale;
    lines.push(format!(
        "scale: {} to {}",
        number::figure(low),
        number::figure(high)
    ));
    report.sections = vec![
        Section::new("method", "How it is computed").text(lines),
        Section::new("places", "Places").table(places(subject, at)),
    ];
    report
}

fn leaf_lines(subject: Subject, leaf: &Leaf) -> Vec<String> {
    let mut lines = vec![];
    for id in &leaf.indicators {
        let known = subject.project.library.indicators.get(id);
        lines.push(match known {
            Some(known) => format!("indicator: {id}: {}. {}", known.name, known.description),
            None => format!("indicator: {id}"),
        });
    }
    if let LeafValue::Derived { rule, function, .. } = &leaf.value {
        lines.push(if rule.rule.is_formula() {
            format!("value: {}", words::script(rule))
        } else {
            format!("value: {function} of {}", words::rule_use(rule))
        });
    }
    if !leaf.unit.is_empty() {
        lines.push(format!("unit: {}", leaf.unit));
    }
    lines.push(format!("direction: {}", words::direction(leaf.direction)));
    if let Some((indicator, _)) = &leaf.denominator {
        lines.push(format!("divided by: {indicator}"));
    }
    if let Some((name, _)) = &leaf.treat {
        lines.push(format!("treatment: {name}"));
    }
    lines.push(format!(
        "normalised by: {}",
        words::rescale(&leaf.normalise)
    ));
    lines.push(format!(
        "where a figure is missing: {}",
        missing(&leaf.missing)
    ));
    lines.push(format!("where all are equal: {}", constant(leaf.constant)));
    lines
}

fn missing(missing: &LeafMissing) -> String {
    match missing {
        LeafMissing::Leave => "it stays missing".to_owned(),
        LeafMissing::Fail => "the run stops".to_owned(),
        LeafMissing::Fill(Fill::Constant(value)) => {
            format!("filled with {}, marked", number::figure(*value))
        }
        LeafMissing::Fill(Fill::Mean) => "filled with the mean, marked".to_owned(),
        LeafMissing::Fill(Fill::Median) => "filled with the median, marked".to_owned(),
        LeafMissing::Fill(Fill::GroupMean(_)) => {
            "filled with the mean of its group, marked".to_owned()
        }
        LeafMissing::Fill(Fill::GroupMedian(_)) => {
            "filled with the median of its group, marked".to_owned()
        }
        LeafMissing::Fill(Fill::Known(_)) => {
            "filled with the latest earlier figure, marked".to_owned()
        }
    }
}

fn constant(constant: Constant) -> String {
    match constant {
        Constant::Share(share) => format!("everybody gets {} of the scale", number::percent(share)),
        Constant::Drop => "the criterion is left out".to_owned(),
    }
}

fn branch_lines(subject: Subject, at: NodeIx) -> Vec<String> {
    let Some(branch) = subject.project.branch(at) else {
        return vec![];
    };
    let children = &subject.project.tree.node(at).children;
    let shares = subject.index.shares[at.0].as_ref();
    let shares = shares.map_or(&[][..], |weights| weights.as_slice());
    let parts: Vec<String> = children
        .iter()
        .zip(shares)
        .map(|(&child, &share)| format!("{} {}", subject.id(child), number::percent(share)))
        .collect();
    let missing = match branch.missing {
        BranchMissing::Reweight => "the weights of the others are scaled up".to_owned(),
        BranchMissing::CompleteCases => "it is missing, too".to_owned(),
        BranchMissing::Constant(value) => {
            format!("a missing child scores {}", number::figure(value))
        }
        BranchMissing::Fail => "the run stops".to_owned(),
    };
    let mut lines = vec![
        format!("made of: {}", words::list(&parts)),
        format!("aggregated by: {}", words::combine(&branch.aggregate)),
        format!("where a child is missing: {missing}"),
    ];
    if branch.min_children > 0 {
        lines.push(format!(
            "at least {} of them must be there",
            branch.min_children
        ));
    }
    if let Some(finish) = &branch.finish {
        lines.extend(
            finish
                .treat
                .iter()
                .map(|(name, _)| format!("then treated: {name}")),
        );
        lines.extend(finish.normalise.iter().map(|normalise| {
            format!(
                "then normalised by: {}, {}",
                words::rescale(normalise),
                words::direction(finish.direction)
            )
        }));
    }
    for adjustment in subject
        .project
        .adjustments
        .iter()
        .filter(|a| a.criterion == Some(at))
    {
        lines.push(format!(
            "then {}, when {}: {}",
            words::change(adjustment.change, Lang::En),
            adjustment.when,
            adjustment.because
        ));
    }
    if branch.min_coverage > 0.0 {
        lines.push(format!(
            "at least {} of the children's weight must be there",
            number::percent(branch.min_coverage)
        ));
    }
    lines
}

fn places(subject: Subject, at: NodeIx) -> Table {
    let mut columns = vec![Column::words("place", "place")];
    let leaf = subject.project.leaf(at);
    if let Some(leaf) = leaf {
        let unit = words::with_unit(&leaf.unit);
        columns.push(Column::numbers("value", "figure").unit(unit.trim_start()));
        columns.push(Column::words("as_of", "date"));
        columns.push(Column::words("row", "row"));
    }
    columns.push(Column::numbers("score", "score"));
    columns.push(Column::numbers("contribution", "adds"));
    let mut table = Table::new(columns);
    for row in best_first(subject, at) {
        let mut cells = vec![Value::text(&subject.place(row).name)];
        if leaf.is_some() {
            let sourced = figures::cell(subject, at, row);
            let as_of = sourced.and_then(crate::model::Sourced::as_of);
            cells.push(figures::short(subject, at, row));
            cells.push(as_of.map_or(Value::Empty, |p| Value::text(p.to_string())));
            cells.push(sourced.and_then(origin).map_or(Value::Empty, Value::Text));
        }
        cells.push(Value::score(score(subject, at, row)));
        let adds = subject.contribution(at, row);
        cells.push(adds.map_or(Value::Empty, |c| Value::Number(c, Show::Score)));
        table.push(cells);
    }
    table
}

fn origin(sourced: &crate::model::Sourced) -> Option<String> {
    use crate::model::Provenance;
    match &sourced.provenance {
        Provenance::Observation { row } => Some(row.origin.to_string()),
        Provenance::Combined { rows, .. } => Some(words::counted(rows.len(), "row")),
        Provenance::Target { target, .. } => Some(target.origin.to_string()),
        Provenance::Programmes { counted, .. } => Some(words::counted(counted.len(), "programme")),
        _ => None,
    }
}

/// Returns the score of a criterion; places that are not ranked still have one for each leaf.
fn score(subject: Subject, at: NodeIx, row: usize) -> Option<f64> {
    let stages = subject.board.leaves.get(&at);
    let normalised = stages.and_then(|stages| stages.normalised.value(row));
    subject.score(at, row).or(normalised)
}

/// Orders the league by score, best first; places without a score come last, by id.
fn best_first(subject: Subject, at: NodeIx) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..subject.project.league.len()).collect();
    rows.sort_by(|&a, &b| {
        let key = |row| score(subject, at, row).unwrap_or(f64::NEG_INFINITY);
        key(b).total_cmp(&key(a))
    });
    rows
}

#[cfg(test)]
mod tests {
    use crate::report::sample;
    use crate::report::terminal::{Screen, write};
    use crate::report::views::Subject;

    #[test]
    fn a_criterion_shows_its_method_and_every_place() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let at = project.tree.find("compute.capacity").unwrap();
        let screen = Screen {
            width: 80,
            colour: false,
        };
        insta::assert_snapshot!(write(&super::criterion(subject, at), screen));
    }
}
