//! Made-up leagues for timing: no figure here means anything.

use exacity::aggregate;
use exacity::model::{
    Column, CriterionId, Direction, IndicatorId, NodeIx, Params, Place, Tree, TreeNode, Weights,
};
use exacity::normalise;
use exacity::project::study::StudySpec;
use exacity::project::{
    Branch, BranchMissing, Chosen, Combine, Constant, Figures, Index, Leaf, LeafMissing, LeafValue,
    Library, Node, NodeKind, Output, Profile, Project, Require, Rescale,
};
use indexmap::IndexMap;

/// Returns `leaves` columns of `places` numbers from a fixed generator (splitmix64), so that every
/// run times the same data.
pub(crate) fn columns(places: usize, leaves: usize) -> Vec<Vec<f64>> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..leaves)
        .map(|_| (0..places).map(|_| next() * 1000.0).collect())
        .collect()
}

/// Returns a flat project over the columns: min-max leaves under an arithmetic root.
pub(crate) fn project(columns: &[Vec<f64>]) -> Project {
    let places = columns[0].len();
    let mut nodes: Vec<TreeNode> = (0..columns.len())
        .map(|leaf| tree_node(&format!("c{leaf}"), vec![]))
        .collect();
    nodes.push(tree_node("score", (0..columns.len()).map(NodeIx).collect()));
    let mut settings: Vec<Node> = columns.iter().map(|column| leaf(column)).collect();
    settings.push(root());
    let weights: Vec<f64> = (1..=columns.len()).map(|w| w as f64).collect();
    let mut shares = vec![None; columns.len()];
    shares.push(Some(Weights::new(&weights).expect("positive weights")));
    Project {
        name: "synthetic".to_owned(),
        name_zh: None,
        as_of: None,
        profile: Profile {
            ranks: true,
            ..Profile::default()
        },
        league: (0..places)
            .map(|p| Place::new(&format!("p{p:07}"), "place"))
            .collect(),
        tree: Tree::new(nodes),
        nodes: settings,
        indices: vec![Index {
            id: "score".to_owned(),
            name: "Score".to_owned(),
            root: NodeIx(columns.len()),
            weights: "rising".to_owned(),
            weights_about: String::new(),
            weights_about_zh: None,
            shares,
            weighing: exacity::project::Weighing::default(),
            ranking: None,
            strategy: None,
            output: Output::default(),
        }],
        require: Require::default(),
        adjustments: vec![],
        panel: IndexMap::new(),
        study: StudySpec::default(),
        library: Library::default(),
    }
}

fn tree_node(id: &str, children: Vec<NodeIx>) -> TreeNode {
    TreeNode {
        id: CriterionId::new(id),
        name: id.to_owned(),
        name_zh: None,
        about: String::new(),
        children,
    }
}

fn leaf(column: &[f64]) -> Node {
    let entry = normalise::find("min-max").expect("a shipped method");
    let method = (entry.build)(&Params::default()).expect("no parameters");
    let leaf = Leaf {
        indicators: vec![IndicatorId::new("made_up")],
        direction: Direction::Higher,
        unit: "1".to_owned(),
        value: LeafValue::Data(Figures::bare(Column::complete(column.to_vec()))),
        denominator: None,
        missing: LeafMissing::Leave,
        treat: None,
        normalise: Rescale::Method(Chosen {
            name: entry.info.name,
            params: Params::default(),
            method,
        }),
        groups: None,
        constant: Constant::Share(0.5),
        compare: Params::default(),
    };
    Node {
        kind: NodeKind::Leaf(Box::new(leaf)),
        scale: (0.0, 100.0),
        round: None,
    }
}

fn root() -> Node {
    let entry = aggregate::find("arithmetic").expect("a shipped method");
    let method = (entry.build)(&Params::default()).expect("no parameters");
    let aggregate = Combine::Method(Chosen {
        name: entry.info.name,
        params: Params::default(),
        method,
    });
    let branch = Branch::new(aggregate, BranchMissing::Reweight);
    Node {
        kind: NodeKind::Branch(branch),
        scale: (0.0, 100.0),
        round: None,
    }
}
