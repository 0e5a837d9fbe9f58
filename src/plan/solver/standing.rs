//! What a search knows so far: its best plan, its bound, and what it has spent.

use super::problem::Problem;
use super::{Limits, Plan, Progress, Row, Solution, Status, Stop, relative_gap};

/// How a search, or a slice of one, ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ended {
    /// The proof is complete.
    Optimal,
    /// What it was allowed is used up.
    Limit,
    Infeasible,
    Unbounded,
    Failed(String),
}

/// The state that searches share, whatever solver does the work.
pub(super) struct Standing<'a> {
    /// The problem as it was written: plans are checked against it.
    problem: &'a Problem,
    pub(super) limits: &'a Limits<'a>,
    pub(super) spent: f64,
    pub(super) best: Option<Plan>,
    bound: f64,
    pub(super) stopped: Option<Stop>,
}

impl<'a> Standing<'a> {
    pub(super) fn new(problem: &'a Problem, limits: &'a Limits<'a>) -> Self {
        Self {
            problem,
            limits,
            spent: 0.0,
            best: None,
            bound: f64::NEG_INFINITY,
            stopped: None,
        }
    }

    /// Takes a point as the best plan if it is one and better.
    pub(super) fn offer(&mut self, x: &[f64]) -> bool {
        let Some((x, checked)) = self.problem.rounded(x) else {
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

    pub(super) fn raise(&mut self, bound: f64) {
        if bound > self.bound {
            self.bound = bound;
            self.tell();
        }
    }

    pub(super) fn tell(&self) {
        self.limits.watch.progress(Progress {
            objective: self.best.as_ref().map(|best| best.objective),
            bound: self.bound,
        });
    }

    /// Tells whether the plan is proven good enough.
    fn closed(&self) -> bool {
        let best = self.best.as_ref();
        best.is_some_and(|best| relative_gap(best.objective, self.bound) <= self.limits.gap)
    }

    /// Tells whether to go no further: the proof is complete, the share of the effort is spent, the
    /// time is over, or somebody said stop.
    pub(super) fn over(&mut self, share: f64) -> bool {
        if self.closed() || self.stopped.is_some() {
            return true;
        }
        self.stopped = self.limits.watch.stop();
        self.stopped.is_some() || self.spent >= share * self.limits.effort
    }

    pub(super) fn answer(mut self, ended: Ended) -> Solution {
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
        let Some(best) = self.best else {
            let without = Solution::without_plan(status, stopped);
            return Solution {
                bound: without.bound.max(self.bound),
                ..without
            };
        };
        Solution {
            status,
            // A bound above the plan is the rounding of the solver's own sums.
            bound: self.bound.min(best.objective),
            plan: Some(best),
            stopped,
        }
    }
}

/// A row without variables holds or not; a solver need not see it.
pub(super) fn row_can_hold(row: &Row) -> bool {
    !row.terms.is_empty() || (row.lower <= 1e-9 && row.upper >= -1e-9)
}
