//! The tree by which places are judged.

use super::CriterionId;

/// Position of a criterion in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIx(pub usize);

/// A criterion with its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeNode {
    /// Identifier; the root of all has the id `score`.
    pub id: CriterionId,
    /// Name for people.
    pub name: String,
    /// Name in Chinese, for reports in that language.
    pub name_zh: Option<String>,
    /// What the criterion stands for; may be empty.
    pub about: String,
    /// The criteria that it is made of; none for a leaf.
    pub children: Vec<NodeIx>,
}

/// Criteria from the root down to the leaves, free of cycles.
///
/// A criterion may be shared by several parents. Nodes are kept in an order in which children come
/// before their parents, so that one pass computes all scores; the root is last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    nodes: Vec<TreeNode>,
}

impl Tree {
    /// Takes nodes in which every child stands before its parents.
    ///
    /// # Panics
    ///
    /// If a child does not stand before its parent; whoever reads criteria from files sorts them
    /// and reports cycles first.
    pub fn new(nodes: Vec<TreeNode>) -> Self {
        for (position, node) in nodes.iter().enumerate() {
            let sorted = node.children.iter().all(|child| child.0 < position);
            assert!(sorted, "children stand before their parent: {}", node.id);
        }
        Self { nodes }
    }

    /// Returns a node.
    pub fn node(&self, at: NodeIx) -> &TreeNode {
        &self.nodes[at.0]
    }

    /// Returns the same tree with the Chinese names where there are any.
    pub fn in_chinese(&self) -> Self {
        let named = |node: &TreeNode| TreeNode {
            name: node.name_zh.clone().unwrap_or_else(|| node.name.clone()),
            ..node.clone()
        };
        Self {
            nodes: self.nodes.iter().map(named).collect(),
        }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Tells whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Walks the nodes, children before parents.
    pub fn upward(&self) -> impl DoubleEndedIterator<Item = (NodeIx, &TreeNode)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(at, node)| (NodeIx(at), node))
    }

    /// Walks the nodes below `root` and `root` itself from the top, in reading order, each once,
    /// with its depth.
    pub fn downward(&self, root: NodeIx) -> Vec<(usize, NodeIx)> {
        let (mut seen, mut order) = (vec![false; self.len()], vec![]);
        let mut open = vec![(0, root)];
        while let Some((depth, at)) = open.pop() {
            if !std::mem::replace(&mut seen[at.0], true) {
                order.push((depth, at));
                open.extend(
                    self.node(at)
                        .children
                        .iter()
                        .rev()
                        .map(|&child| (depth + 1, child)),
                );
            }
        }
        order
    }

    /// Finds a criterion.
    pub fn find(&self, id: &str) -> Option<NodeIx> {
        self.nodes
            .iter()
            .position(|n| n.id.as_str() == id)
            .map(NodeIx)
    }

    /// Finds a criterion by the name that scripts read it by.
    pub fn find_in_scripts(&self, name: &str) -> Option<NodeIx> {
        self.nodes
            .iter()
            .position(|n| n.id.in_scripts() == name)
            .map(NodeIx)
    }

    /// Returns the leaves below a node (itself, if it is one), in reading order.
    pub fn leaves(&self, below: NodeIx) -> Vec<NodeIx> {
        let all = self.downward(below).into_iter().map(|(_, at)| at);
        all.filter(|&at| self.is_leaf(at)).collect()
    }

    /// Tells whether a node has no children.
    pub fn is_leaf(&self, at: NodeIx) -> bool {
        self.node(at).children.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, children: &[usize]) -> TreeNode {
        TreeNode {
            id: CriterionId::new(id),
            name: id.to_owned(),
            name_zh: None,
            about: String::new(),
            children: children.iter().map(|&c| NodeIx(c)).collect(),
        }
    }

    #[test]
    fn a_shared_criterion_is_visited_once() {
        let tree = Tree::new(vec![
            node("a", &[]),
            node("b", &[]),
            node("x", &[0, 1]),
            node("y", &[1]),
            node("score", &[2, 3]),
        ]);
        let order: Vec<_> = tree
            .downward(NodeIx(4))
            .iter()
            .map(|(d, at)| (*d, at.0))
            .collect();
        assert_eq!(order, [(0, 4), (1, 2), (2, 0), (2, 1), (1, 3)]);
        assert_eq!(tree.leaves(NodeIx(3)), [NodeIx(1)]);
    }
}
