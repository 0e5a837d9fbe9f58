//! Scoring one project again and again, under other weights or figures.

use super::branches::Computed;
use super::pipeline::{Run, gate, needed};
use super::strategy::Judged;
use super::{Contest, LeafStages, branches, evidence, leaves, strategy};
use crate::diagnostics::Diagnostics;
use crate::model::{NodeIx, Weights};
use crate::num::rank::Best;
use crate::outrank::merge_close;
use crate::project::{Index, Project};
use indexmap::IndexMap;
use std::sync::Arc;

/// A project made ready to be scored again and again: its figures have become scores of leaves, and
/// only what follows is computed anew.
#[derive(Debug)]
pub struct Rescorer {
    project: Arc<Project>,
    at: usize,
    judged: Vec<usize>,
    leaves: IndexMap<NodeIx, LeafStages>,
}

impl Rescorer {
    /// Runs the stages of the index at a position up to the scores of the leaves.
    ///
    /// # Errors
    ///
    /// As [`score`](super::score).
    ///
    /// # Panics
    ///
    /// If there is no such index.
    pub fn new(project: Arc<Project>, at: usize) -> Result<Self, Diagnostics> {
        let index = &project.indices[at];
        let (judged, _) = gate(&project, &evidence::holdings(&project, index));
        let run = Run {
            project: &project,
            index,
            judged,
        };
        let mut found = Diagnostics::new();
        let leaves = leaves::stages(&run, &needed(&run), &mut found);
        let judged = run.judged;
        if found.has_errors() {
            return Err(found);
        }
        Ok(Self {
            project,
            at,
            judged,
            leaves,
        })
    }

    /// Returns the project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the index that is scored.
    pub fn index(&self) -> &Index {
        &self.project.indices[self.at]
    }

    /// Returns the position of the index that is scored.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns positions in the league of the places that hold enough to be judged, in its order.
    pub fn judged(&self) -> &[usize] {
        &self.judged
    }

    /// Returns the figures of each leaf on their way to scores; columns hold the judged places only.
    pub fn leaves(&self) -> &IndexMap<NodeIx, LeafStages> {
        &self.leaves
    }

    /// Returns the comparison that the method of the index makes as its weights stand; its rows are the
    /// judged places. `None` where there is no method, or nothing it could compare.
    pub fn contest(&self) -> Option<Contest> {
        let ranking = self.index().ranking.as_ref()?;
        let run = Run {
            project: &self.project,
            index: self.index(),
            judged: self.judged.clone(),
        };
        let mut found = Diagnostics::new();
        let done = branches::scores(&run, &needed(&run), &self.leaves, &mut found)?;
        strategy::contest(&run, ranking, &done.scores, &self.leaves, &mut found)
    }

    /// Returns the scores of the league under other shares of weight, as they would be ranked: after
    /// strategy or method, adjustments and rounding, and turned round where the lowest is best, so that
    /// higher is always better. Places that would not be ranked have none.
    ///
    /// # Errors
    ///
    /// As [`score`](super::score).
    pub fn scores(&self, shares: Vec<Option<Weights>>) -> Result<Vec<Option<f64>>, Diagnostics> {
        self.scores_of(&self.project, shares, Some(&self.leaves))
    }

    /// Returns the same with other figures: those of `project`, which is this project otherwise. The
    /// places that are judged stay the same.
    ///
    /// # Errors
    ///
    /// As [`score`](super::score).
    pub fn scores_with_figures(
        &self,
        project: &Project,
        shares: Vec<Option<Weights>>,
    ) -> Result<Vec<Option<f64>>, Diagnostics> {
        self.scores_of(project, shares, None)
    }

    fn scores_of(
        &self,
        project: &Project,
        shares: Vec<Option<Weights>>,
        ready: Option<&IndexMap<NodeIx, LeafStages>>,
    ) -> Result<Vec<Option<f64>>, Diagnostics> {
        let index = Index {
            shares,
            ..self.index().clone()
        };
        let run = Run {
            project,
            index: &index,
            judged: self.judged.clone(),
        };
        let mut found = Diagnostics::new();
        let anew = match ready {
            Some(_) => IndexMap::new(),
            None => leaves::stages(&run, &needed(&run), &mut found),
        };
        let leaves = ready.unwrap_or(&anew);
        let done = branches::scores(&run, &needed(&run), leaves, &mut found);
        let done = done
            .and_then(|Computed { scores, .. }| strategy::judge(&run, &scores, leaves, &mut found));
        match done.filter(|_| !found.has_errors()) {
            Some(judged) => Ok(self.over_league(&judged)),
            None => Err(found),
        }
    }

    fn over_league(&self, judged: &Judged) -> Vec<Option<f64>> {
        let output = &self.index().output;
        let best = judged
            .method
            .as_ref()
            .map_or(output.best, |method| method.best);
        let sign = if best == Best::Lowest { -1.0 } else { 1.0 };
        let (mut rows, mut scores) = (vec![], vec![]);
        for row in 0..self.judged.len() {
            let score = judged.scores.value(row);
            if let Some(score) = score.filter(|_| !judged.reasons.contains_key(&row)) {
                rows.push(row);
                scores.push(score);
            }
        }
        match output.rank_on {
            Some(rounding) => scores
                .iter_mut()
                .for_each(|score| *score = rounding.apply(*score)),
            None if judged.method.is_some() => scores = merge_close(&scores),
            None => {}
        }
        let mut league = vec![None; self.project.league.len()];
        for (row, score) in rows.into_iter().zip(scores) {
            league[self.judged[row]] = Some(sign * score);
        }
        league
    }
}
