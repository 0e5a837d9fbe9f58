//! The scoring engine with figures that can be moved.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Cell, NodeIx, Provenance, Sourced};
use crate::project::{Figures, LeafValue, Library, NodeKind, Project, Rescale};
use crate::score::{Board, explain, score};

/// Normalisations whose scale does not depend on the other places.
const FIXED: [&str; 5] = [
    "goalposts",
    "piecewise-linear",
    "identity",
    "logistic",
    "categorical",
];

/// A project whose figures can be moved and scored again.
#[derive(Debug)]
pub struct Engine {
    project: Project,
}

impl Engine {
    /// Takes a project. What is only shown beside scores is left behind.
    pub fn new(project: &Project) -> Self {
        Self {
            project: Project {
                library: Library::default(),
                ..project.clone()
            },
        }
    }

    /// Returns the project with the figures as they were moved.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the figure of a leaf at a place of the league, if there is one that was read from data.
    pub fn figure(&self, leaf: NodeIx, place: usize) -> Option<f64> {
        match &self.project.leaf(leaf)?.value {
            LeafValue::Data(figures) => figures.column().value(place),
            LeafValue::Derived { .. } => None,
        }
    }

    /// Moves a figure, in the criterion and for scripts that read its indicator.
    pub fn set(&mut self, leaf: NodeIx, place: usize, value: f64) {
        let NodeKind::Leaf(told) = &mut self.project.nodes[leaf.0].kind else {
            return;
        };
        let LeafValue::Data(figures) = &mut told.value else {
            return;
        };
        let indicator = figures.sourced_at(place).and_then(|cell| {
            let row = cell.rows().next()?;
            Some(row.indicator.clone())
        });
        *figures = moved(figures, place, value);
        let indicator = indicator.or_else(|| told.indicators.first().cloned());
        if let Some(panel) = indicator.and_then(|id| self.project.panel.get_mut(&id)) {
            *panel = moved(panel, place, value);
        }
    }

    /// Scores the project as it stands, by its first index.
    ///
    /// # Errors
    ///
    /// What the engine refuses, as one finding.
    pub fn board(&self) -> Result<Board, Box<Diagnostic>> {
        let scored = score(&self.project).map_err(|found| Box::new(first(found)))?;
        let mut boards = scored.boards;
        Ok(boards.swap_remove(0))
    }

    /// Scores the project with some figures of one place moved, and moves them back.
    pub fn scored(
        &mut self,
        place: usize,
        figures: &[(NodeIx, f64)],
    ) -> Result<Board, Box<Diagnostic>> {
        let before: Vec<(NodeIx, Option<f64>)> = figures
            .iter()
            .map(|(leaf, _)| (*leaf, self.figure(*leaf, place)))
            .collect();
        for (leaf, value) in figures {
            self.set(*leaf, place, *value);
        }
        let board = self.board();
        for (leaf, value) in before {
            if let Some(value) = value {
                self.set(leaf, place, value);
            }
        }
        board
    }

    /// Tells whether a leaf adds to the score a part that depends on its own figure alone: every aggregation
    /// above it is a weighted sum without rounding, its scale is fixed, and no script or condition stands
    /// between, and no weight is computed from the figures.
    pub fn adds_up(&self, leaf: NodeIx) -> bool {
        let project = &self.project;
        let Some(told) = project.leaf(leaf) else {
            return false;
        };
        let fixed = match &told.normalise {
            Rescale::Method(chosen) => FIXED.contains(&chosen.name),
            Rescale::Rule(_) => false,
        };
        let additive = explain::additive(project, &project.indices[0]);
        let plain = told.treat.is_none() && told.denominator.is_none() && told.groups.is_none();
        fixed
            && plain
            && additive[leaf.0]
            && project.adjustments.is_empty()
            && project.indices[0].strategy.is_none()
            && !project.indices[0].weighing.is_open()
            && project.nodes.iter().all(|node| node.round.is_none())
    }
}

fn moved(figures: &Figures, place: usize, value: f64) -> Figures {
    if figures.cells().is_empty() {
        let mut column = figures.column().as_ref().clone();
        column.set(place, Cell::Value(value));
        return Figures::bare(column);
    }
    let mut cells: Vec<Sourced> = figures.cells().to_vec();
    let was = cells[place].cell;
    cells[place].cell = Cell::Value(value);
    // The row stays the figure's origin while it only moves: rules about evidence and bounds still apply.
    if matches!(cells[place].provenance, Provenance::None) {
        cells[place].provenance = Provenance::Override {
            was: match was {
                Cell::Value(value) => Some(value),
                Cell::Missing | Cell::NotApplicable => None,
            },
        };
    }
    Figures::sourced(cells)
}

fn first(found: Diagnostics) -> Diagnostic {
    let mut all = found.into_iter();
    let nothing = || Diagnostic::new(Code("E0542"), "the project cannot be scored");
    all.next().unwrap_or_else(nothing)
}
