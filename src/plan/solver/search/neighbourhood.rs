//! Which part of a plan to free next.
//!
//! Parts take turns: what the relaxation disagrees with, a window of stages, a few groups, a mixture.
//! A part that was solved with little effort was too small: the next of its kind is larger. The order is
//! drawn from a seeded generator, so that a search is the same on every run.

use super::super::problem::Problem;
use super::whole;
use crate::num::rng::Rng;

/// Kinds of parts, in the order of their turns.
const KINDS: usize = 4;
/// Whole variables that the first part of each kind frees.
const FIRST_SIZE: usize = 60;

pub(super) struct Neighbourhoods<'a> {
    problem: &'a Problem,
    relaxation: &'a [f64],
    whole: Vec<usize>,
    turn: usize,
    size: [usize; KINDS],
    /// Turns since a better plan was found.
    idle: usize,
    rng: Rng,
}

impl<'a> Neighbourhoods<'a> {
    pub(super) fn new(problem: &'a Problem, relaxation: &'a [f64]) -> Self {
        Self {
            problem,
            relaxation,
            whole: whole(problem).map(|(at, _)| at).collect(),
            turn: 0,
            size: [FIRST_SIZE; KINDS],
            idle: 0,
            rng: Rng::new(1, "neighbourhoods", 0),
        }
    }

    /// Returns the values to keep; `None` when parts as large as the whole were of no use.
    pub(super) fn next(&mut self, plan: &[f64]) -> Option<Vec<Option<f64>>> {
        if self.whole.is_empty() || self.idle > 40 * KINDS {
            return None;
        }
        let size = self.size[self.turn % KINDS].min(self.whole.len());
        let order = match self.turn % KINDS {
            0 => self.disagreeing(plan),
            1 => self.stages(),
            2 => self.groups(),
            _ => self.mixture(),
        };
        let mut fixed: Vec<Option<f64>> = vec![None; self.problem.columns.len()];
        for &at in &self.whole {
            fixed[at] = Some(plan[at]);
        }
        for &at in order.iter().take(size) {
            fixed[at] = None;
        }
        Some(fixed)
    }

    /// Hears whether the last part made the plan better, and what share of all effort it took.
    pub(super) fn learn(&mut self, better: bool, share: f64) {
        let size = &mut self.size[self.turn % KINDS];
        if share < 0.005 {
            *size += *size / 4 + 1;
        } else if !better {
            *size = (*size * 3 / 4).max(20);
        }
        self.idle = if better { 0 } else { self.idle + 1 };
        self.turn += 1;
    }

    /// What lies farthest from the relaxation first; among equals, by chance.
    fn disagreeing(&mut self, plan: &[f64]) -> Vec<usize> {
        let mut order = self.mixture();
        let distance = |at: usize| (plan[at] - self.relaxation[at]).abs();
        order.sort_by(|&a, &b| distance(b).total_cmp(&distance(a)));
        order
    }

    /// Stages around one drawn by chance.
    fn stages(&mut self) -> Vec<usize> {
        let mut order = self.mixture();
        let centre = order
            .first()
            .map_or(0, |&at| self.problem.columns[at].stage);
        order.sort_by_key(|&at| self.problem.columns[at].stage.abs_diff(centre));
        order
    }

    /// Whole groups in an order drawn by chance.
    fn groups(&mut self) -> Vec<usize> {
        let mut order = self.mixture();
        let mut groups = vec![];
        for &at in &order {
            let group = self.problem.columns[at].group;
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let place = |at: usize| {
            groups
                .iter()
                .position(|g| *g == self.problem.columns[at].group)
        };
        order.sort_by_key(|&at| place(at));
        order
    }

    fn mixture(&mut self) -> Vec<usize> {
        let mut order = self.whole.clone();
        for i in (1..order.len()).rev() {
            order.swap(i, self.rng.below(i + 1));
        }
        order
    }
}
