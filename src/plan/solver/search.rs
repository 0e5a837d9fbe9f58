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

use super::microlp::{Ended, Relaxed, Slice, Tree};
use super::problem::Problem;
use super::{Limits, Plan, Progress, Solution, Status, Stop, relative_gap};
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
        desk.offer(start);
    }
    let (found, spent) = desk.run();
    limits.watch.spent(spent);
    found
}

/// The state of a search.
struct Desk<'a> {
    /// The problem as it was written: plans are checked against it.
    original: &'a Problem,
    /// The same with cuts: what is searched.
    problem: Problem,
    limits: &'a Limits<'a>,
    spent: f64,
    best: Option<Plan>,
    bound: f64,
    stopped: Option<Stop>,
}

impl<'a> Desk<'a> {
    fn new(problem: &'a Problem, limits: &'a Limits<'a>) -> Self {
        Self {
            original: problem,
            problem: problem.clone(),
            limits,
            spent: 0.0,
            best: None,
            bound: f64::NEG_INFINITY,
            stopped: None,
        }
    }

    /// Searches; returns what is known and the effort that was spent.
    fn run(mut self) -> (Solution, f64) {
        let ended = self.search();
        let spent = self.spent;
        (self.answer(ended), spent)
    }

    fn search(&mut self) -> Ended {
        let relaxation = match self.cut() {
            Ok(point) => point,
            Err(ended) => return ended,
        };
        if let Some(ended) = self.tree(FIRST, FIRST_BLIND) {
            return ended;
        }
        if !self.over(SEARCHES) {
            self.construct();
            if let Some(relaxation) = relaxation {
                self.improve(&relaxation);
            }
        }
        self.tree(1.0, 1.0).unwrap_or(Ended::Limit)
    }

    /// Solves the relaxation and cuts it; returns its point, or how the search ends here.
    fn cut(&mut self) -> Result<Option<Vec<f64>>, Ended> {
        if self.problem.integers() == 0 || self.over(CUTS) {
            return Ok(None);
        }
        let problem = self.problem.clone();
        let relaxed = match Relaxed::start(&problem, self.limits.watch.left()) {
            Ok(relaxed) => relaxed,
            Err(Ended::Infeasible) => return Err(Ended::Infeasible),
            // An unbounded or failed relaxation: the tree finds out what is true.
            Err(_) => return Ok(None),
        };
        let mut charged = relaxed.steps();
        self.charge(&problem, charged);
        self.raise(relaxed.objective());
        let cutting = cuts::cut(&problem, relaxed, |steps, work, bound| {
            self.charge(&problem, steps - charged);
            charged = steps;
            self.spent += work;
            self.raise(bound);
            !self.over(CUTS)
        });
        if cutting.ended == Ended::Infeasible {
            return Err(Ended::Infeasible);
        }
        self.raise(cutting.bound);
        self.problem.rows.extend(cutting.rows);
        Ok(Some(cutting.point))
    }

    /// Takes a point as the best plan if it is one and better.
    fn offer(&mut self, x: &[f64]) -> bool {
        let Some((x, checked)) = self.original.rounded(x) else {
            return false;
        };
        let least = self
            .best
            .as_ref()
            .map_or(f64::INFINITY, |best| best.objective);
        let better = checked.objective < least - 1e-9 * least.abs().min(1e9);
        if better {
            self.best = Some(Plan {
                x,
                objective: checked.objective,
                violation: checked.violation,
            });
            self.tell();
        }
        better
    }

    fn raise(&mut self, bound: f64) {
        if bound > self.bound {
            self.bound = bound;
            self.tell();
        }
    }

    fn tell(&self) {
        self.limits.watch.progress(Progress {
            objective: self.best.as_ref().map(|best| best.objective),
            bound: self.bound,
        });
    }

    fn charge(&mut self, problem: &Problem, steps: u64) {
        let size = (problem.rows.len() + problem.columns.len()) as f64 / 1000.0;
        // Starting a solve costs about as much as a few steps per row, however few it then takes.
        self.spent += (steps as f64 + 20.0) * size;
    }

    fn slice(&self, nodes: u64) -> Slice {
        Slice {
            nodes,
            time: self.limits.watch.left(),
        }
    }

    /// Tells whether the plan is proven good enough.
    fn closed(&self) -> bool {
        let best = self.best.as_ref();
        best.is_some_and(|best| relative_gap(best.objective, self.bound) <= self.limits.gap)
    }

    /// Tells whether to go no further: the proof is complete, the share of the effort is spent, the
    /// time is over, or somebody said stop.
    fn over(&mut self, share: f64) -> bool {
        if self.closed() || self.stopped.is_some() {
            return true;
        }
        self.stopped = self.limits.watch.stop();
        self.stopped.is_some() || self.spent >= share * self.limits.effort
    }

    /// Grows a tree of the whole problem; `Some` if it came to an end.
    ///
    /// `blind` is the share of the effort after which to leave if no plan is in sight.
    fn tree(&mut self, share: f64, blind: f64) -> Option<Ended> {
        if self.over(share) {
            return None;
        }
        let problem = &self.problem.clone();
        let start = self.best.as_ref().map(|best| best.x.clone());
        let mut tree = Tree::start(problem, start.as_deref(), self.slice(NODES));
        let mut charged = 0;
        loop {
            self.charge(problem, tree.steps - charged);
            charged = tree.steps;
            if let Some(x) = tree.point() {
                self.offer(&x);
            }
            match &tree.ended {
                Ended::Limit => self.raise(tree.bound()),
                Ended::Optimal => {
                    self.raise(tree.bound());
                    return Some(Ended::Optimal);
                }
                ended => return Some(ended.clone()),
            }
            let share = if self.best.is_some() {
                share
            } else {
                share.min(blind)
            };
            if self.over(share) {
                return None;
            }
            tree.grow(self.slice(NODES));
        }
    }

    /// Makes a plan stage by stage.
    fn construct(&mut self) {
        if self.best.is_some() {
            return;
        }
        self.build_nothing();
        let mut stages: Vec<usize> = whole(&self.problem).map(|(_, c)| c.stage).collect();
        stages.sort_unstable();
        stages.dedup();
        for width in [1, 2, 3] {
            if self.relax_and_fix(&stages, width) || self.over(SEARCHES) || width >= stages.len() {
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
                return self.offer(&x) || self.best.is_some();
            }
            if self.over(SEARCHES) {
                return false;
            }
        }
        false
    }

    /// Frees one part of the plan after another.
    fn improve(&mut self, relaxation: &[f64]) {
        let problem = self.problem.clone();
        let mut parts = Neighbourhoods::new(&problem, relaxation);
        while let Some(best) = &self.best {
            let Some(fixed) = parts.next(&best.x) else {
                return;
            };
            if self.over(SEARCHES) {
                return;
            }
            let before = self.spent;
            let better = self.part(&fixed, PART_GAP);
            parts.learn(better, (self.spent - before) / self.limits.effort);
        }
    }

    /// Solves the problem with some variables fixed; tells whether that gave a better plan.
    fn part(&mut self, fixed: &[Option<f64>], gap: f64) -> bool {
        let Some(restricted) = Restricted::new(&self.problem, fixed) else {
            return false;
        };
        let start = self.best.as_ref().map(|best| restricted.shorten(&best.x));
        let x = self.solve_part(&restricted, start.as_deref(), 600, gap);
        x.is_some_and(|x| self.offer(&x))
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
            if tree.ended != Ended::Limit || near || grown >= nodes || self.over(1.0) {
                return point.map(|x| part.lengthen(&x));
            }
            tree.grow(self.slice(NODES));
            grown += NODES;
        }
    }

    fn answer(mut self, ended: Ended) -> Solution {
        if ended == Ended::Optimal
            && let Some(best) = &self.best
        {
            self.bound = self.bound.max(best.objective);
        }
        let closed = self.closed();
        let stopped = match self.stopped {
            _ if closed || ended != Ended::Limit => None,
            Some(stop) => Some(stop),
            None => Some(Stop::Effort),
        };
        let status = match (&self.best, ended) {
            (_, Ended::Unbounded) => Status::Unbounded,
            (Some(_), _) if closed => Status::Optimal,
            (Some(_), _) => Status::Feasible,
            (None, Ended::Infeasible) => Status::Infeasible,
            (None, Ended::Failed(why)) => Status::Failed(why),
            (None, Ended::Optimal) => {
                Status::Failed("its plan does not pass the re-check".to_owned())
            }
            (None, Ended::Limit) => Status::NothingFound,
        };
        if self.best.is_none() {
            let bound = self.bound;
            let without = Solution::without_plan(status, stopped);
            return Solution {
                bound: without.bound.max(bound),
                ..without
            };
        }
        Solution {
            status,
            // A bound above the plan is the rounding of the solver's own sums.
            bound: self
                .best
                .as_ref()
                .map_or(self.bound, |best| self.bound.min(best.objective)),
            plan: self.best,
            stopped,
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
