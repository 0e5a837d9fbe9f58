//! What the weights of a project come to, as percentages of the result.

use crate::model::NodeIx;
use crate::num::float;
use crate::project::{Index, Project};
use crate::report::{Column, Section, Show, Table, Value};

/// Shows each criterion's share of the result, before any reweighting for missing figures.
pub fn effective_weights(project: &Project) -> Vec<Section> {
    let indices = project.indices.iter();
    indices.map(|index| section(project, index)).collect()
}

fn section(project: &Project, index: &Index) -> Section {
    let shares = nominal(project, index);
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
    .table(table)
}

/// Multiplies shares down from the root; a criterion shared by several parents gets the sum.
fn nominal(project: &Project, index: &Index) -> Vec<f64> {
    let mut shares = vec![0.0; project.tree.len()];
    shares[index.root.0] = 1.0;
    // Parents come after their children in the tree, so the walk goes backwards.
    for (at, node) in project.tree.upward().rev() {
        let Some(weights) = &index.shares[at.0] else {
            continue;
        };
        for (child, share) in node.children.iter().zip(weights.as_slice()) {
            shares[child.0] = float::sum([shares[child.0], shares[at.0] * share]);
        }
    }
    shares
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
    use super::*;
    use crate::report::sample;

    #[test]
    fn shares_multiply_down_the_tree() {
        let (project, scoreboard) = sample::scored();
        let shares = nominal(&project, &project.indices[0]);
        for (share, expected) in shares.iter().zip(&scoreboard.boards[0].nominal) {
            assert!((share - expected).abs() < 1e-12, "{shares:?}");
        }
    }
}
