//! What the weights of a project come to, as percentages of the result.

use crate::model::NodeIx;
use crate::project::{Index, Project};
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::score::explain::nominal_weights;

/// Shows each criterion's share of the result, before any reweighting for missing figures.
pub fn effective_weights(project: &Project) -> Vec<Section> {
    let indices = project.indices.iter();
    indices.map(|index| section(project, index)).collect()
}

fn section(project: &Project, index: &Index) -> Section {
    let shares = nominal_weights(project, index);
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("among_siblings", "among siblings"),
        Column::numbers("weight", "of the result"),
    ]);
    for (depth, at) in project.tree.downward(index.root) {
        if depth == 0 {
            continue;
        }
        let id = project.tree.node(at).id.as_str();
        table.push(vec![
            Value::text(format!("{}{id}", "  ".repeat(depth - 1))),
            Value::number(among_siblings(project, index, at), Show::Share),
            Value::Number(shares[at.0], Show::Share),
        ]);
    }
    Section::new(
        format!("weights-{}", index.id),
        format!("Weights: {}", index.weights),
    )
    .text(index.weighing.words(&project.tree))
    .table(table)
}

/// Explains the weights in force: who would hold them, where they come from, what they come to.
pub fn weights(project: &Project) -> Report {
    let index = &project.indices[0];
    let mut report = Report::new("weights", format!("Weights: {}", index.weights));
    if !index.weights_about.is_empty() {
        report.notes.push(index.weights_about.clone());
    }
    for index in &project.indices {
        let mut section = section(project, index);
        section.title = if project.indices.len() > 1 {
            index.name.clone()
        } else {
            String::new()
        };
        report.sections.push(section);
    }
    report.footer.push(
        "Shares before any reweighting for missing figures; `exacity explain place ID` shows those in force.".to_owned(),
    );
    report
}

fn among_siblings(project: &Project, index: &Index, at: NodeIx) -> Option<f64> {
    let (parent, node) = project
        .tree
        .upward()
        .find(|(_, n)| n.children.contains(&at))?;
    let position = node.children.iter().position(|&child| child == at)?;
    let weights = index.shares[parent.0].as_ref()?;
    weights.as_slice().get(position).copied()
}

#[cfg(test)]
mod tests {
    use crate::report::sample;

    #[test]
    fn a_leaf_shows_its_share_among_siblings_and_of_the_result() {
        let (project, _) = sample::scored();
        let sections = super::effective_weights(&project);
        let rows = &sections[0].table.as_ref().unwrap().rows;
        let capacity: Vec<String> = rows[3].iter().map(super::Value::words).collect();
        assert_eq!(capacity, ["  compute.capacity", "90 %", "54 %"]);
    }
}
