//! `HiGHS`, in C++: the solver for large plans, in builds with the feature `highs`.
//!
//! It searches on a thread of its own, so that somebody at the keyboard is heard at once. A run cannot be
//! halted from outside, and tells nothing before it returns: the search is cut into runs of ever more nodes,
//! each from the best plan so far. Whoever stops it then has the plan of the run before. Runs are limited
//! by nodes, not by the clock, unless there is a time limit: they end alike on every machine.

mod run;

use super::problem::Problem;
use super::standing::{Ended, Standing, row_can_hold};
use super::{Backend, Limits, Solution, Stop};
use run::{Answer, Order};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// `HiGHS` with one thread and a fixed seed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Highs;

impl Backend for Highs {
    fn name(&self) -> &'static str {
        "highs"
    }

    fn minimise(&self, problem: &Problem, start: Option<&[f64]>, limits: &Limits<'_>) -> Solution {
        let mut desk = Desk {
            problem: Arc::new(problem.clone()),
            standing: Standing::new(problem, limits),
        };
        if let Some(start) = start {
            desk.standing.offer(start);
        }
        let ended = desk.search();
        limits.watch.spent(desk.standing.spent);
        desk.standing.answer(ended)
    }
}

/// Nodes of the first runs: the root alone, then a short tree, then so many times more.
const ROOT: i32 = 1;
const SHORT: i32 = 100;
const GROWTH: f64 = 4.0;
/// A run that could go no further than this many times the last would only repeat it.
const WORTHWHILE: f64 = 1.5;
/// Simplex steps are about a fifth of the work: heuristics and cuts are the rest.
const WORK_PER_STEP: f64 = 5.0;
/// Time between two looks at the watch, and how many late looks an overdue run is granted.
const LOOK: Duration = Duration::from_millis(50);
const LATE: u32 = 100;

/// The state of a search.
struct Desk<'a> {
    problem: Arc<Problem>,
    standing: Standing<'a>,
}

impl Desk<'_> {
    fn search(&mut self) -> Ended {
        if !self.problem.rows.iter().all(row_can_hold) {
            return Ended::Infeasible;
        }
        if self.standing.over(1.0) {
            return Ended::Limit;
        }
        let whole = self.problem.integers() > 0;
        if whole
            && self.standing.best.is_none()
            && let Some(ended) = self.run(SHORT, Some(1))
        {
            return ended;
        }
        let mut nodes = ROOT;
        loop {
            let before = self.standing.spent;
            if self.standing.over(1.0) {
                return Ended::Limit;
            }
            if let Some(ended) = self.run(nodes, None) {
                return ended;
            }
            let cost = (self.standing.spent - before).max(f64::MIN_POSITIVE);
            let growth = ((self.standing.limits.effort - self.standing.spent) / cost).min(GROWTH);
            if growth < WORTHWHILE {
                return Ended::Limit;
            }
            nodes = grown(nodes, growth).max(SHORT);
        }
    }

    /// Runs up to so many nodes, or so many plans; `Some` if the search came to an end.
    fn run(&mut self, nodes: i32, plans: Option<i32>) -> Option<Ended> {
        let limits = self.standing.limits;
        let order = Order {
            nodes,
            plans,
            gap: limits.gap,
            time: limits.watch.left(),
            start: self.standing.best.as_ref().map(|best| best.x.clone()),
        };
        let answer = match self.wait(&Arc::clone(&self.problem), order) {
            Ok(answer) => answer,
            Err(ended) => return Some(ended),
        };
        if let Some(x) = &answer.point
            && !self.standing.offer(x)
            && self.problem.rounded(x).is_none()
        {
            self.polish(x);
        }
        self.standing.raise(answer.bound);
        match answer.ended {
            // Within the gap asked for: the plan's own objective says whether that is so.
            Ended::Optimal if answer.gap > 0.0 && self.standing.best.is_some() => {
                Some(Ended::Limit)
            }
            Ended::Limit => None,
            ended => Some(ended),
        }
    }

    /// Rounds the whole variables of a point whose rows do not bear it, and solves for the others.
    fn polish(&mut self, x: &[f64]) {
        let mut fixed = self.problem.as_ref().clone();
        for (column, &x) in fixed.columns.iter_mut().zip(x) {
            if column.integer {
                (column.lower, column.upper) = (x.round(), x.round());
            }
        }
        let order = Order {
            nodes: ROOT,
            plans: None,
            gap: 0.0,
            time: self.standing.limits.watch.left(),
            start: None,
        };
        if let Ok(Answer { point: Some(x), .. }) = self.wait(&Arc::new(fixed.relaxed()), order) {
            self.standing.offer(&x);
        }
    }

    /// Lets a thread carry out an order; gives up waiting when somebody asks to stop.
    fn wait(&mut self, problem: &Arc<Problem>, order: Order) -> Result<Answer, Ended> {
        let (send, hear) = mpsc::channel();
        let size = (problem.rows.len() + problem.columns.len()) as f64 / 1000.0;
        let problem = Arc::clone(problem);
        let work = move || {
            // Nobody may be waiting any more.
            let _ = send.send(run::run(&problem, &order));
        };
        if let Err(why) = thread::Builder::new().name("highs".to_owned()).spawn(work) {
            return Err(Ended::Failed(format!("no thread for HiGHS: {why}")));
        }
        let mut late = 0;
        loop {
            match hear.recv_timeout(LOOK) {
                Ok(answer) => {
                    self.standing.spent += (answer.steps + 20.0) * size * WORK_PER_STEP;
                    return Ok(answer);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Ended::Failed("HiGHS broke off".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.standing.tell();
            let stop = self.standing.limits.watch.stop();
            late += u32::from(stop == Some(Stop::Time));
            if stop == Some(Stop::Asked) || late > LATE {
                self.standing.stopped = stop;
                return Err(Ended::Limit);
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a count of nodes that is clamped before"
)]
fn grown(nodes: i32, growth: f64) -> i32 {
    (f64::from(nodes) * growth).min(1e9) as i32
}

#[cfg(test)]
mod tests {
    use super::super::{Column, Row, Status, solve};
    use super::*;

    /// Halls of two sizes for a power demand; `upper` is how many of each there may be.
    fn halls(need: f64, upper: f64) -> Problem {
        let mut problem = Problem {
            constant: 5.0,
            ..Problem::default()
        };
        let small = problem.column(Column::whole("small", 3.0, upper));
        let large = problem.column(Column::whole("large", 7.0, upper));
        problem.row(Row::new(
            "power",
            [(small, 2.0), (large, 5.0)],
            need,
            f64::INFINITY,
        ));
        problem
    }

    fn solved(problem: &Problem) -> Solution {
        solve(problem, &Highs, &Limits::default())
    }

    #[test]
    fn the_best_plan_is_proven() {
        let found = solved(&halls(9.0, 10.0));
        assert_eq!(found.status, Status::Optimal);
        let plan = found.plan.unwrap();
        assert_eq!(plan.x, [2.0, 1.0]);
        assert!((plan.objective - 18.0).abs() < 1e-9 && (found.bound - 18.0).abs() < 1e-6);
    }

    #[test]
    fn what_cannot_be_and_what_has_no_end_is_said() {
        assert_eq!(solved(&halls(100.0, 3.0)).status, Status::Infeasible);
        let mut endless = Problem::default();
        let a = endless.column(Column::real("a", -1.0));
        endless.row(Row::new("floor", [(a, 1.0)], 1.0, f64::INFINITY));
        assert_eq!(solved(&endless).status, Status::Unbounded);
    }

    #[test]
    fn a_program_of_nothing_is_solved() {
        let found = solved(&Problem {
            constant: 2.0,
            ..Problem::default()
        });
        assert_eq!(found.status, Status::Optimal);
        assert!((found.plan.unwrap().objective - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_linear_program_is_bounded_by_its_optimum() {
        let found = solved(&halls(9.0, 10.0).relaxed());
        assert_eq!(found.status, Status::Optimal);
        assert!((found.bound - 17.6).abs() < 1e-6);
    }
}
