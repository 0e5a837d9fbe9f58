//! Whether the children of a branch measure one thing: Cronbach's alpha and principal components.

use super::{FEWEST, View};
use crate::model::NodeIx;
use crate::num::matrix::{cronbach_alpha, is_constant};
use crate::weigh;

/// A branch with two children or more.
#[derive(Debug, Clone, PartialEq)]
pub struct Structure {
    /// The branch.
    pub at: NodeIx,
    /// Places that have all children that vary.
    pub places: usize,
    /// Cronbach's alpha; none with too few places.
    pub alpha: Option<f64>,
    /// Principal components of the correlations between the children, largest first.
    pub components: Vec<Component>,
}

/// A principal component of the children of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Its variance, where each child has 1.
    pub eigenvalue: f64,
    /// Its share of the variance of all children.
    pub explained: f64,
    /// Correlation of each child with it.
    pub loadings: Vec<(NodeIx, f64)>,
}

impl Structure {
    /// Returns the number of components with more variance than a child (Kaiser's rule).
    pub fn dimensions(&self) -> usize {
        let large = self
            .components
            .iter()
            .filter(|c| c.eigenvalue >= 1.0 - 1e-9);
        large.count()
    }
}

pub(super) fn structures(view: &View<'_>) -> Vec<Structure> {
    let order = view.project.tree.downward(view.index.root);
    let branches = order.into_iter().map(|(_, at)| at);
    let several = branches.filter(|&at| view.children(at).len() > 1);
    several.map(|at| structure(view, at)).collect()
}

fn structure(view: &View<'_>, at: NodeIx) -> Structure {
    // A child that nobody differs in says nothing about what the others measure, and one that few
    // places hold would leave hardly any place to compare: the audit of columns reports both.
    let varies = |child: &NodeIx| {
        let numbers = view.complete(&[*child]).remove(0);
        numbers.len() * 2 > view.judged.len() && !is_constant(&numbers)
    };
    let children: Vec<NodeIx> = view.children(at).iter().copied().filter(varies).collect();
    let columns = view.complete(&children);
    let places = columns.first().map_or(0, Vec::len);
    let enough = places >= FEWEST && children.len() > 1;
    let components = enough.then(|| weigh::components(&columns).ok()).flatten();
    let named = |component: weigh::Component| Component {
        eigenvalue: component.eigenvalue,
        explained: component.explained,
        loadings: children.iter().copied().zip(component.loadings).collect(),
    };
    Structure {
        at,
        places,
        alpha: enough.then(|| cronbach_alpha(&columns)).flatten(),
        components: components
            .unwrap_or_default()
            .into_iter()
            .map(named)
            .collect(),
    }
}
