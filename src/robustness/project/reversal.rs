//! Whether the order of two places depends on a third, and which normalisation is to blame.
//!
//! The audit of [`crate::robustness::reversal`] runs on the project itself: places are dropped, copied
//! and joined by slightly worse ones, and everything is computed again, normalisation included. Beside
//! the project as it stands it tries every normalisation that needs no numbers, and goalposts fixed
//! where the figures lie today.

use super::sensitivity::ranks;
use super::setup::Setup;
use crate::model::{Cell, Column, Direction, ParamValue, Params, Place, PlaceId};
use crate::normalise;
use crate::prepare::impute::Fill;
use crate::project::{Chosen, Figures, LeafMissing, LeafValue, Node, NodeKind, Project, Rescale};
use crate::robustness::RobustnessError;
use crate::robustness::reversal::{Entry, Finding, audit};
use crate::score::Rescorer;
use std::sync::Arc;

/// How much worse a worse place is: this share of the spread of each column.
const WORSE: f64 = 0.01;

/// The audit of one way to normalise.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The way; empty for the project as it stands.
    pub normalise: String,
    /// What each alteration did.
    pub findings: Vec<Finding>,
}

impl Audit {
    /// Counts alterations that changed something, and pairs that swapped in all.
    pub fn counts(&self) -> (usize, usize) {
        let changed = self.findings.iter().filter(|finding| !finding.is_stable());
        let pairs = self
            .findings
            .iter()
            .map(|finding| finding.reversed.len())
            .sum();
        (changed.count(), pairs)
    }
}

/// What an audit of rank reversal found.
#[derive(Debug, Clone)]
pub struct Audits {
    /// The project as it stands.
    pub standing: Audit,
    /// Criteria whose normalisation measures places against each other, by id, with the method.
    pub relative: Vec<(String, String)>,
    /// The same project under other normalisations. Those that cannot take its figures are left out.
    pub others: Vec<Audit>,
    /// Normalisations that were not tried, with the reason.
    pub left_out: Vec<(String, String)>,
}

impl Setup {
    /// Audits the project for rank reversal.
    pub fn reversal(&self) -> Result<Audits, RobustnessError> {
        let plain = self.project.without_library();
        let standing = Audit {
            normalise: String::new(),
            findings: self.audit(&plain)?,
        };
        let (mut others, mut left_out) = (vec![], vec![]);
        let fixed = self.fixed_goalposts(&plain);
        others.push(Audit {
            normalise: "goalposts at today's ends".to_owned(),
            findings: self.audit(&fixed)?,
        });
        for entry in normalise::METHODS {
            let name = entry.info.name;
            if entry
                .info
                .params
                .iter()
                .any(|param| param.default.is_none())
            {
                left_out.push((name.to_owned(), "needs numbers of its own".to_owned()));
                continue;
            }
            let Ok(method) = (entry.build)(&Params::default()) else {
                left_out.push((name.to_owned(), "needs numbers of its own".to_owned()));
                continue;
            };
            let mut changed = plain.clone();
            for leaf in leaves(&mut changed) {
                leaf.normalise = Rescale::Method(Chosen {
                    name,
                    params: Params::default(),
                    method: Arc::clone(&method),
                });
            }
            match self.audit(&changed) {
                Ok(findings) => others.push(Audit {
                    normalise: name.to_owned(),
                    findings,
                }),
                Err(_) => left_out.push((name.to_owned(), "cannot take these figures".to_owned())),
            }
        }
        Ok(Audits {
            standing,
            relative: self.relative(),
            others,
            left_out,
        })
    }

    /// Lists the criteria whose normalisation measures places against each other.
    fn relative(&self) -> Vec<(String, String)> {
        let below = self.project.tree.leaves(self.index().root);
        let relative = below.into_iter().filter_map(|at| {
            let method = match &self.project.leaf(at)?.normalise {
                Rescale::Method(chosen) if chosen.method.depends_on_others() => {
                    chosen.name.to_owned()
                }
                Rescale::Rule(rule) => rule.name.clone(),
                Rescale::Method(_) => return None,
            };
            Some((self.project.tree.node(at).id.to_string(), method))
        });
        relative.collect()
    }

    fn audit(&self, project: &Project) -> Result<Vec<Finding>, RobustnessError> {
        let at = self.at;
        audit(self.places.len(), |entries| {
            let (altered, rows) = alter(project, entries, &self.places);
            let shares = altered.indices[at].shares.clone();
            let scores = Rescorer::new(Arc::new(altered), at)
                .ok()?
                .scores(shares)
                .ok()?;
            let scores: Option<Vec<f64>> = rows.iter().map(|&row| scores[row]).collect();
            Some(
                ranks(&scores?)
                    .into_iter()
                    .map(|rank| rank as f64)
                    .collect(),
            )
        })
    }

    /// Fixes every scale where the figures of the places compared lie today.
    fn fixed_goalposts(&self, project: &Project) -> Project {
        let mut fixed = project.clone();
        for (at, node) in fixed.nodes.iter_mut().enumerate() {
            let NodeKind::Leaf(leaf) = &mut node.kind else {
                continue;
            };
            let stages = self.base_leaf(at);
            let Some((low, high)) = stages.filter(|(low, high)| low < high) else {
                continue;
            };
            let params = Params::default()
                .with("low", ParamValue::Number(low))
                .with("high", ParamValue::Number(high))
                .with("clamp", ParamValue::Flag(false));
            let entry = normalise::find("goalposts").filter(|_| is_relative(&leaf.normalise));
            if let Some(Ok(method)) = entry.map(|entry| (entry.build)(&params)) {
                leaf.normalise = Rescale::Method(Chosen {
                    name: "goalposts",
                    params,
                    method,
                });
            }
        }
        fixed
    }

    /// Returns between which ends the treated figures of a leaf lie.
    fn base_leaf(&self, at: usize) -> Option<(f64, f64)> {
        let rescorer = self.base.rescorer.as_ref()?;
        let stages = rescorer.leaves().get(&crate::model::NodeIx(at))?;
        crate::num::stats::range(&stages.treated.numbers())
    }
}

fn is_relative(normalise: &Rescale) -> bool {
    match normalise {
        Rescale::Method(chosen) => chosen.method.depends_on_others(),
        Rescale::Rule(_) => true,
    }
}

fn leaves(project: &mut Project) -> impl Iterator<Item = &mut crate::project::Leaf> {
    let nodes = project.nodes.iter_mut();
    nodes.filter_map(|node: &mut Node| match &mut node.kind {
        NodeKind::Leaf(leaf) => Some(&mut **leaf),
        NodeKind::Branch(_) => None,
    })
}

/// Makes the project of an altered list of places. Returns it with the rows of the entries.
///
/// Places of the league that are not compared stay: they are part of what others are measured against
/// only as far as the project lets them.
fn alter(project: &Project, entries: &[Entry], places: &[usize]) -> (Project, Vec<usize>) {
    let mut sources: Vec<(usize, bool)> = vec![];
    let others = (0..project.league.len()).filter(|row| !places.contains(row));
    sources.extend(others.map(|row| (row, false)));
    let first = sources.len();
    for entry in entries {
        sources.push(match *entry {
            Entry::Place(place) | Entry::Copy(place) => (places[place], false),
            Entry::Worse(place) => (places[place], true),
        });
    }
    let rows: Vec<usize> = sources.iter().map(|(row, _)| *row).collect();
    let mut altered = project.clone();
    altered.league = rows
        .iter()
        .enumerate()
        .map(|(at, &row)| Place {
            // The order of ids is the order of rows, which is all that a league asks for.
            id: PlaceId::new(&format!("p{at:07}")),
            ..project.league[row].clone()
        })
        .collect();
    for leaf in leaves(&mut altered) {
        let direction = leaf.direction;
        if let LeafValue::Data(figures) = &mut leaf.value {
            *figures = picked(figures, &sources, Some(direction));
        }
        if let Some((_, figures)) = &mut leaf.denominator {
            *figures = picked(figures, &sources, None);
        }
        if let Some(groups) = &mut leaf.groups {
            *groups = rows.iter().map(|&row| groups[row].clone()).collect();
        }
        if let LeafMissing::Fill(Fill::GroupMean(groups)) = &mut leaf.missing {
            *groups = rows.iter().map(|&row| groups[row].clone()).collect();
        }
    }
    for figures in altered.panel.values_mut() {
        *figures = picked(figures, &sources, None);
    }
    (altered, (first..sources.len()).collect())
}

/// Takes the cells of some rows; a worse place is a step of the column's spread behind.
fn picked(figures: &Figures, sources: &[(usize, bool)], direction: Option<Direction>) -> Figures {
    let column = figures.column();
    let spread = crate::num::stats::range(&column.numbers()).map_or(0.0, |(low, high)| high - low);
    let step = WORSE
        * spread
        * match direction {
            Some(Direction::Lower) => 1.0,
            Some(Direction::Higher) => -1.0,
            _ => 0.0,
        };
    let mut cells = Vec::with_capacity(sources.len());
    for &(row, worse) in sources {
        let cell = match column.cell(row) {
            Cell::Value(value) if worse => Cell::Value(value + step),
            cell => cell,
        };
        match figures.sourced_at(row) {
            Some(sourced) => cells.push(crate::model::Sourced {
                cell,
                ..sourced.clone()
            }),
            None => {
                // A bare column has no cells at all.
                let cell = |&(row, worse): &(usize, bool)| match column.cell(row) {
                    Cell::Value(value) if worse => Cell::Value(value + step),
                    cell => cell,
                };
                return Figures::bare(sources.iter().map(cell).collect::<Column>());
            }
        }
    }
    Figures::sourced(cells)
}
