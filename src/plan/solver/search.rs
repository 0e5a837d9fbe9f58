//! Finding plans where plain branch and bound would take too long to find any.
//!
//! The relaxation of the whole problem is cut first (`cuts`): the rows that come of it are part of all that
//! follows. A short tree comes next: small problems end there, with a proof. Else a plan is made stage by stage
//! (relax-and-fix: early stages whole, later ones relaxed), then improved by freeing one part at a time
//! and solving that part with all else fixed, and at last the tree grows on from the best plan until
//! the gap closes or the effort is spent. The bound always comes from relaxations of the whole problem,
//! so that it is proven whatever the searches did.

mod basis;
mod cuts;
mod neighbourhood;
mod restrict;

use super::microlp::{Relaxed, Slice, Tree};
use super::problem::Problem;
use super::standing::{Ended, Standing};
use super::{Limits, Solution, relative_gap};
use neighbourhood::Neighbourhoods;
use restrict::Restricted;

/// Nodes between two looks at the clock.
const NODES: u64 = 50;
/// Shares of the effort: the cuts, first tree with and without a plan in sight, and all searches for plans.
const CUTS: f64 = 0.10;
const FIRST: f64 = 0.20;
const FIRST_BLIND: f64 = 0.14;
const SEARCHES: f64 = 0.55;
/// A part of a plan is solved until it is this near its best.
const PART_GAP: f64 = 1e-4;

pub(super) fn minimise(problem: &Problem, start: Option<&[f64]>, limits: &Limits<'_>) -> Solution {
    let mut desk = Desk::new(problem, limits);
    if let Some(start) = start {
        desk.standing.offer(start);
    }
    let ended = desk.search();
    limits.watch.spent(desk.standing.spent);
    desk.standing.answer(ended)
}

/// The state of a search.
struct Desk<'a> {
    standing: Standing<'a>,
    /// The problem with cuts: what is searched.
    problem: Problem,
}

impl<'a> Desk<'a> {
    fn new(problem: &'a Problem, limits: &'a Limits<'a>) -> Self {
        Self {
            standing: Standing::new(problem, limits),
            problem: problem.clone(),
        }
    }

    fn search(&mut self) -> Ended {
        let relaxation = match self.cut() {
            Ok(point) => point,
            Err(ended) => return ended,
        };
        if let Some(ended) = self.tree(FIRST, FIRST_BLIND) {
            return ended;
        }
        if !self.standing.over(SEARCHES) {
            self.construct();
            if let Some(relaxation) = relaxation {
                self.improve(&relaxation);
            }
        }
        self.tree(1.0, 1.0).unwrap_or(Ended::Limit)
    }

    /// Solves the relaxation and cuts it; returns its point, or how the search ends here.
    fn cut(&mut self) -> Result<Option<Vec<f64>>, Ended> {
        if self.problem.integers() == 0 || self.standing.over(CUTS) {
            return Ok(None);
        }
        let problem = self.problem.clone();
        let relaxed = match Relaxed::start(&problem, self.standing.limits.watch.left()) {
            Ok(relaxed) => relaxed,
            Err(Ended::Infeasible) => return Err(Ended::Infeasible),
            // An unbounded or failed relaxation: the tree finds out what is true.
            Err(_) => return Ok(None),
        };
        let mut charged = relaxed.steps();
        self.charge(&problem, charged);
        self.standing.raise(relaxed.objective());
        let cutting = cuts::cut(&problem, relaxed, |steps, work, bound| {
            self.charge(&problem, steps - charged);
            charged = steps;
            self.standing.spent += work;
            self.standing.raise(bound);
            !self.standing.over(CUTS)
        });
        if cutting.ended == Ended::Infeasible {
            return Err(Ended::Infeasible);
        }
        self.standing.raise(cutting.bound);
        self.problem.rows.extend(cutting.rows);
        Ok(Some(cutting.point))
    }

    fn charge(&mut self, problem: &Problem, steps: u64) {
        let size = (problem.rows.len() + problem.columns.len()) as f64 / 1000.0;
        // Starting a solve costs about as much as a few steps per row, however few it then takes.
        self.standing.spent += (steps as f64 + 20.0) * size;
    }

    fn slice(&self, nodes: u64) -> Slice {
        Slice {
            nodes,
            time: self.standing.limits.watch.left(),
        }
    }

    /// Grows a tree of the whole problem; `Some` if it came to an end.
    ///
    /// `blind` is the share of the effort after which to leave if no plan is in sight.
    fn tree(&mut self, share: f64, blind: f64) -> Option<Ended> {
        if self.standing.over(share) {
            return None;
        }
        let problem = &self.problem.clone();
        let start = self.standing.best.as_ref().map(|best| best.x.clone());
        let mut tree = Tree::start(problem, start.as_deref(), self.slice(NODES));
        let mut charged = 0;
        loop {
            self.charge(problem, tree.steps - charged);
            charged = tree.steps;
            if let Some(x) = tree.point() {
                self.standing.offer(&x);
            }
            match &tree.ended {
                Ended::Limit => self.standing.raise(tree.bound()),
                Ended::Optimal => {
                    self.standing.raise(tree.bound());
                    return Some(Ended::Optimal);
                }
                ended => return Some(ended.clone()),
            }
            let share = if self.standing.best.is_some() {
                share
            } else {
                share.min(blind)
            };
            if self.standing.over(share) {
                return None;
            }
            tree.grow(self.slice(NODES));
        }
    }

    /// Makes a plan stage by stage.
    fn construct(&mut self) {
        if self.standing.best.is_some() {
            return;
        }
        self.build_nothing();
        let mut stages: Vec<usize> = whole(&self.problem).map(|(_, c)| c.stage).collect();
        stages.sort_unstable();
        stages.dedup();
        for width in [1, 2, 3] {
            if self.relax_and_fix(&stages, width)
                || self.standing.over(SEARCHES)
                || width >= stages.len()
            {
                return;
            }
        }
    }

    /// Tries the plan in which every whole variable is at its least: where targets are soft, doing
    /// nothing is a plan, if a dear one.
    fn build_nothing(&mut self) {
        let fixed: Vec<Option<f64>> = self
            .problem
            .columns
            .iter()
            .map(|c| c.integer.then_some(c.lower))
            .collect();
        self.part(&fixed, 1.0);
    }

    fn relax_and_fix(&mut self, stages: &[usize], width: usize) -> bool {
        let mut known: Vec<Option<f64>> = vec![None; self.problem.columns.len()];
        for (i, &stage) in stages.iter().enumerate() {
            let last = stages[(i + width - 1).min(stages.len() - 1)];
            let mut part = self.problem.clone();
            for column in &mut part.columns {
                column.integer &= column.stage <= last;
            }
            let Some(restricted) = Restricted::new(&part, &known) else {
                return false;
            };
            let Some(x) = self.solve_part(&restricted, None, 400, 5e-3) else {
                return false;
            };
            for (at, column) in whole(&self.problem) {
                if column.stage <= stage {
                    known[at] = Some(x[at].round());
                }
            }
            if last == stages[stages.len() - 1] {
                return self.standing.offer(&x) || self.standing.best.is_some();
            }
            if self.standing.over(SEARCHES) {
                return false;
            }
        }
        false
    }

    /// Frees one part of the plan after another.
    fn improve(&mut self, relaxation: &[f64]) {
        let problem = self.problem.clone();
        let mut parts = Neighbourhoods::new(&problem, relaxation);
        while let Some(best) = &self.standing.best {
            let Some(fixed) = parts.next(&best.x) else {
                return;
            };
            if self.standing.over(SEARCHES) {
                return;
            }
            let before = self.standing.spent;
            let better = self.part(&fixed, PART_GAP);
            parts.learn(
                better,
                (self.standing.spent - before) / self.standing.limits.effort,
            );
        }
    }

    /// Solves the problem with some variables fixed; tells whether that gave a better plan.
    fn part(&mut self, fixed: &[Option<f64>], gap: f64) -> bool {
        let Some(restricted) = Restricted::new(&self.problem, fixed) else {
            return false;
        };
        let start = self
            .standing
            .best
            .as_ref()
            .map(|best| restricted.shorten(&best.x));
        let x = self.solve_part(&restricted, start.as_deref(), 600, gap);
        x.is_some_and(|x| self.standing.offer(&x))
    }

    /// Solves a restricted problem for up to so many nodes; returns the best point in full length.
    fn solve_part(
        &mut self,
        part: &Restricted,
        start: Option<&[f64]>,
        nodes: u64,
        gap: f64,
    ) -> Option<Vec<f64>> {
        let problem = part.problem();
        let mut tree = Tree::start(problem, start, self.slice(NODES));
        let (mut charged, mut grown) = (0, NODES);
        loop {
            self.charge(problem, tree.steps - charged);
            charged = tree.steps;
            let point = tree.point();
            let near = point
                .as_ref()
                .is_some_and(|x| relative_gap(problem.objective(x), tree.bound()) <= gap);
            if tree.ended != Ended::Limit || near || grown >= nodes || self.standing.over(1.0) {
                return point.map(|x| part.lengthen(&x));
            }
            tree.grow(self.slice(NODES));
            grown += NODES;
        }
    }
}

fn whole(problem: &Problem) -> impl Iterator<Item = (usize, &super::Column)> {
    problem
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.integer)
}
