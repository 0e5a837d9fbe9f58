//! What places hold, and whether that is enough to judge them.

use super::Exclusion;
use super::counts::Counts;
use crate::model::{Cell, Column, Kind, NodeIx, Period, Provenance, Sourced};
use crate::project::{Figures, Index, LeafValue, Project};
use indexmap::IndexMap;

/// What each place of a league holds of the leaves of an index, in columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holdings {
    /// Leaves that hold a measured figure, per pillar (child of the root, in its order) and place.
    pub evidence: Vec<Counts>,
    /// Leaves that hold a figure of any kind.
    pub held: Counts,
    /// Leaves for which there could be a figure.
    pub applicable: Counts,
    /// Figures that are one end of an open interval.
    pub bounds: Counts,
    /// Date of the oldest figure, by place; places without a dated figure are not listed.
    pub oldest: IndexMap<usize, Period>,
}

impl Holdings {
    /// Returns the share of applicable leaves that hold a figure; 0 where none is applicable.
    pub fn coverage(&self, place: usize) -> f64 {
        f64::from(self.held[place]) / f64::from(self.applicable[place].max(1))
    }

    /// Returns the share of figures that are one end of an open interval.
    pub fn bounds_share(&self, place: usize) -> f64 {
        f64::from(self.bounds[place]) / f64::from(self.held[place].max(1))
    }
}

/// Tells whether a cell holds a figure that somebody measured or that the user put there.
///
/// A zero that stands for the absence from a complete list is a figure, yet no evidence of its own:
/// a place nobody has written about is absent from every list.
pub fn is_measured(sourced: &Sourced) -> bool {
    matches!(sourced.cell, Cell::Value(_))
        && match &sourced.provenance {
            Provenance::None | Provenance::Absent { .. } | Provenance::NotApplicable { .. } => {
                false
            }
            Provenance::Observation { row } => row.kind == Kind::Measured,
            Provenance::Combined { rows, .. } => rows.iter().any(|r| r.kind == Kind::Measured),
            Provenance::Programmes { counted, .. } => !counted.is_empty(),
            Provenance::Target { state, .. } => state.scores(),
            Provenance::Rule { .. } | Provenance::Override { .. } => true,
        }
}

/// Returns whether a place holds a measured figure for a leaf. A bare column is one measured table;
/// a derived leaf is evidence of nothing, since its figures belong to other leaves.
pub fn holds_measured(project: &Project, leaf: NodeIx, place: usize) -> bool {
    match project.leaf(leaf).map(|l| &l.value) {
        Some(LeafValue::Data(figures)) => match figures.sourced_at(place) {
            Some(sourced) => is_measured(sourced),
            None => figures.column().value(place).is_some(),
        },
        _ => false,
    }
}

/// Returns what the places of the league hold of the leaves of an index.
///
/// A derived leaf counts as applicable; whether it holds a figure is known only after its script
/// has run, so it does not count as held.
pub fn holdings(project: &Project, index: &Index) -> Holdings {
    let (tree, places) = (&project.tree, project.league.len());
    let pillars = &tree.node(index.root).children;
    let mut holdings = Holdings {
        evidence: vec![Counts::default(); pillars.len()],
        ..Holdings::default()
    };
    let below: Vec<Vec<NodeIx>> = pillars.iter().map(|&pillar| tree.leaves(pillar)).collect();
    for leaf in tree.leaves(index.root) {
        let figures = match project.leaf(leaf).map(|l| &l.value) {
            Some(LeafValue::Data(figures)) => figures,
            Some(LeafValue::Derived { exempt, .. }) => {
                let applies = |place: usize| exempt.binary_search(&place).is_err();
                holdings.applicable.add_where(places, applies);
                continue;
            }
            None => continue,
        };
        if figures.cells().is_empty() {
            count_bare(&mut holdings, figures.column(), leaf, &below);
            continue;
        }
        count(&mut holdings, figures);
        for (evidence, leaves) in holdings.evidence.iter_mut().zip(&below) {
            if leaves.contains(&leaf) {
                evidence.add_where(places, |place| holds_measured(project, leaf, place));
            }
        }
    }
    holdings
}

/// Counts a bare column: every figure is measured, undated and no bound. A column without holes, as
/// large tables have them, is counted without looking at its cells.
fn count_bare(holdings: &mut Holdings, column: &Column, leaf: NodeIx, below: &[Vec<NodeIx>]) {
    let pillars = holdings.evidence.iter_mut().zip(below);
    let pillars = pillars
        .filter(|(_, leaves)| leaves.contains(&leaf))
        .map(|(counts, _)| counts);
    let held = pillars.chain([&mut holdings.held]);
    if column.is_complete() {
        held.chain([&mut holdings.applicable])
            .for_each(Counts::add_to_all);
        return;
    }
    let places = column.len();
    for counts in held {
        counts.add_where(places, |place| column.value(place).is_some());
    }
    let applies = |place| column.cell(place) != Cell::NotApplicable;
    holdings.applicable.add_where(places, applies);
}

fn count(holdings: &mut Holdings, figures: &Figures) {
    let column = figures.column();
    let places = column.len();
    let applies = |place| column.cell(place) != Cell::NotApplicable;
    let sourced = |place| {
        figures
            .sourced_at(place)
            .filter(|_| column.value(place).is_some())
    };
    holdings.applicable.add_where(places, applies);
    let holds = |place| column.value(place).is_some();
    holdings.held.add_where(places, holds);
    let is_bound = |place| sourced(place).is_some_and(Sourced::is_bound);
    holdings.bounds.add_where(places, is_bound);
    for place in 0..places {
        let Some(sourced) = sourced(place) else {
            continue;
        };
        if let Some(date) = sourced.as_of() {
            let oldest = holdings.oldest.entry(place).or_insert(date);
            if date.start() < oldest.start() {
                *oldest = date;
            }
        }
    }
}

/// Tells whether every place may be judged, whatever it holds.
pub(super) fn requires_nothing(project: &Project) -> bool {
    project.require.evidence.is_empty() && project.require.min_coverage <= 0.0
}

/// Returns what a place lacks of the project's requirements, or `None` if it may be judged.
pub fn shortfall(project: &Project, holdings: &Holdings, place: usize) -> Option<Exclusion> {
    let require = &project.require;
    let lacks = |criterion: &&NodeIx| {
        let leaves = project.tree.leaves(**criterion);
        !leaves
            .into_iter()
            .any(|leaf| holds_measured(project, leaf, place))
    };
    let lacking: Vec<NodeIx> = require.evidence.iter().filter(lacks).copied().collect();
    if !lacking.is_empty() {
        return Some(Exclusion::NoEvidence(lacking));
    }
    let held = holdings.coverage(place);
    (held < require.min_coverage).then_some(Exclusion::Coverage {
        held,
        required: require.min_coverage,
    })
}
