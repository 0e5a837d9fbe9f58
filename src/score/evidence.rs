//! What a place holds, and whether that is enough to judge it.

use super::Exclusion;
use crate::model::{Cell, Kind, NodeIx, Period, Provenance, Sourced};
use crate::project::{Index, LeafValue, Project};
use indexmap::IndexMap;

/// What a place holds of the leaves of an index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holding {
    /// Leaves that hold a measured figure, by child of the root (the pillars; all are named).
    pub evidence: IndexMap<NodeIx, usize>,
    /// Leaves with a measured figure.
    pub measured: Vec<NodeIx>,
    /// Leaves that hold a figure of any kind.
    pub held: usize,
    /// Leaves for which there could be a figure.
    pub applicable: usize,
    /// Figures that are one end of an open interval.
    pub bounds: usize,
    /// Date of the oldest figure.
    pub oldest: Option<Period>,
}

impl Holding {
    /// Returns the share of applicable leaves that hold a figure; 0 where none is applicable.
    pub fn coverage(&self) -> f64 {
        self.held as f64 / self.applicable.max(1) as f64
    }

    /// Returns the share of figures that are one end of an open interval.
    pub fn bounds_share(&self) -> f64 {
        self.bounds as f64 / self.held.max(1) as f64
    }
}

/// Tells whether a cell holds a figure that somebody measured or that the user put there.
///
/// A zero that stands for the absence from a complete list is a figure, yet no evidence of its own:
/// a place nobody has written about is absent from every list.
pub fn is_measured(sourced: &Sourced) -> bool {
    matches!(sourced.cell, Cell::Value(_))
        && match &sourced.provenance {
            Provenance::None | Provenance::Absent { .. } => false,
            Provenance::Observation { row } => row.kind == Kind::Measured,
            Provenance::Combined { rows, .. } => rows.iter().any(|r| r.kind == Kind::Measured),
            Provenance::Programmes { counted, .. } => !counted.is_empty(),
            Provenance::Target { state, .. } => state.scores(),
            Provenance::Rule { .. } | Provenance::Override { .. } => true,
        }
}

/// Returns what a place of the league holds of the leaves of an index.
///
/// A derived leaf counts as applicable; whether it holds a figure is known only after its script
/// has run, so it counts neither as held nor as evidence.
pub fn holding(project: &Project, index: &Index, place: usize) -> Holding {
    let tree = &project.tree;
    let mut holding = Holding::default();
    for leaf in tree.leaves(index.root) {
        let Some(LeafValue::Data(cells)) = project.leaf(leaf).map(|l| &l.value) else {
            holding.applicable += 1;
            continue;
        };
        let sourced = &cells[place];
        holding.applicable += usize::from(sourced.cell != Cell::NotApplicable);
        if !matches!(sourced.cell, Cell::Value(_)) {
            continue;
        }
        holding.held += 1;
        holding.bounds += usize::from(sourced.is_bound());
        let older = |date: &Period| holding.oldest.is_none_or(|o| date.start() < o.start());
        holding.oldest = sourced.as_of().filter(older).or(holding.oldest);
        if is_measured(sourced) {
            holding.measured.push(leaf);
        }
    }
    for &pillar in &tree.node(index.root).children {
        let leaves = tree.leaves(pillar);
        let held = holding
            .measured
            .iter()
            .filter(|leaf| leaves.contains(leaf))
            .count();
        holding.evidence.insert(pillar, held);
    }
    holding
}

/// Returns what a place lacks of the project's requirements, or `None` if it may be judged.
pub fn shortfall(project: &Project, holding: &Holding) -> Option<Exclusion> {
    let require = &project.require;
    let lacks = |criterion: &&NodeIx| {
        let leaves = project.tree.leaves(**criterion);
        !holding.measured.iter().any(|leaf| leaves.contains(leaf))
    };
    let lacking: Vec<NodeIx> = require.evidence.iter().filter(lacks).copied().collect();
    if !lacking.is_empty() {
        return Some(Exclusion::NoEvidence(lacking));
    }
    (holding.coverage() < require.min_coverage).then(|| Exclusion::Coverage {
        held: holding.coverage(),
        required: require.min_coverage,
    })
}
