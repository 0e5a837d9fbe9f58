//! Effort and time for several solves: what one leaves over goes to the next.

use super::{Limits, Progress, Stop, Watch};
use std::cell::Cell;
use std::time::Duration;

/// A part of the time that is left to somebody, with a count of the effort spent in it.
#[derive(Debug)]
struct Portion<'a> {
    watch: &'a dyn Watch,
    /// What the others keep.
    kept: Duration,
    spent: Cell<f64>,
}

impl Watch for Portion<'_> {
    fn stop(&self) -> Option<Stop> {
        let over = || (self.left()? <= Duration::from_millis(1)).then_some(Stop::Time);
        self.watch.stop().or_else(over)
    }

    fn left(&self) -> Option<Duration> {
        let left = self.watch.left()?.saturating_sub(self.kept);
        Some(left.max(Duration::from_millis(1)))
    }

    fn progress(&self, progress: Progress) {
        self.watch.progress(progress);
    }

    fn spent(&self, effort: f64) {
        self.spent.set(self.spent.get() + effort);
        self.watch.spent(effort);
    }
}

/// What is left for a list of questions.
#[derive(Debug)]
pub struct Purse<'a> {
    limits: Limits<'a>,
}

impl<'a> Purse<'a> {
    /// Puts all that the limits allow into a purse.
    pub fn new(limits: &Limits<'a>) -> Self {
        Self { limits: *limits }
    }

    /// Asks a question with a share of what is left, in effort and in time.
    pub fn ask<T>(&mut self, share: f64, question: impl FnOnce(&Limits<'_>) -> T) -> T {
        let left = self.limits.watch.left();
        let portion = Portion {
            watch: self.limits.watch,
            kept: left.map_or(Duration::ZERO, |left| left.mul_f64(1.0 - share)),
            spent: Cell::new(0.0),
        };
        let limits = Limits {
            effort: share * self.limits.effort,
            watch: &portion,
            ..self.limits
        };
        let answer = question(&limits);
        self.limits.effort = (self.limits.effort - portion.spent.get()).max(0.0);
        answer
    }

    /// Asks the next of so many questions that are still to come, all alike.
    pub fn ask_next<T>(&mut self, to_come: usize, question: impl FnOnce(&Limits<'_>) -> T) -> T {
        self.ask(1.0 / to_come.max(1) as f64, question)
    }

    /// Tells whether somebody asked to stop, or the time is over.
    pub fn stop(&self) -> Option<Stop> {
        self.limits.watch.stop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Clock(Cell<u64>);

    impl Watch for Clock {
        fn stop(&self) -> Option<Stop> {
            (self.0.get() == 0).then_some(Stop::Time)
        }
        fn left(&self) -> Option<Duration> {
            Some(Duration::from_secs(self.0.get()))
        }
        fn progress(&self, _: Progress) {}
    }

    #[test]
    fn what_one_question_leaves_goes_to_the_next() {
        let clock = Clock(Cell::new(100));
        let limits = Limits {
            gap: 0.0,
            effort: 1000.0,
            watch: &clock,
        };
        let mut purse = Purse::new(&limits);
        purse.ask(0.4, |limits| {
            assert!((limits.effort - 400.0).abs() < 1e-9);
            assert_eq!(limits.watch.left(), Some(Duration::from_secs(40)));
            limits.watch.spent(100.0);
            clock.0.set(90);
            assert_eq!(limits.watch.stop(), None);
        });
        purse.ask_next(2, |limits| {
            assert!((limits.effort - 450.0).abs() < 1e-9);
            assert_eq!(limits.watch.left(), Some(Duration::from_secs(45)));
            limits.watch.spent(450.0);
            clock.0.set(44);
            assert_eq!(limits.watch.stop(), Some(Stop::Time));
        });
        assert_eq!(purse.stop(), None);
        purse.ask_next(1, |limits| assert!((limits.effort - 450.0).abs() < 1e-9));
    }

    #[test]
    fn a_purse_in_a_purse_is_paid_for_by_both() {
        let mut outer = Purse::new(&Limits {
            effort: 100.0,
            ..Limits::default()
        });
        outer.ask(0.5, |limits| {
            Purse::new(limits).ask(0.5, |limits| limits.watch.spent(20.0));
        });
        outer.ask(1.0, |limits| assert!((limits.effort - 80.0).abs() < 1e-9));
    }
}
