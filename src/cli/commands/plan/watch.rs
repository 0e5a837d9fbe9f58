//! The clock, the progress line and Ctrl-C of a search for a plan.
#![allow(clippy::disallowed_methods)]

use crate::cli::interrupt;
use crate::cli::output::Out;
use crate::plan::solver::{Progress, Stop, Watch, relative_gap};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Watches the solves of one command.
#[derive(Debug)]
pub(super) struct Watching {
    started: Instant,
    limit: Option<Duration>,
    asked: &'static AtomicBool,
    line: Option<ProgressBar>,
    doing: RefCell<String>,
}

impl Watching {
    pub(super) fn new(out: &Out, limit: Option<Duration>) -> Self {
        let line = out.shows_progress().then(|| {
            let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{elapsed} {msg} (Ctrl-C: result so far)");
            line.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Self {
            started: Instant::now(),
            limit,
            asked: interrupt::listen(),
            line,
            doing: RefCell::new("searching".to_owned()),
        }
    }

    /// Says what is being solved now.
    pub(super) fn doing(&self, what: &str) {
        what.clone_into(&mut self.doing.borrow_mut());
        self.show(what);
    }

    fn show(&self, text: &str) {
        if let Some(line) = &self.line {
            line.set_message(text.to_owned());
            line.tick();
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

impl Watch for Watching {
    fn stop(&self) -> Option<Stop> {
        if self.asked.load(Ordering::Relaxed) {
            return Some(Stop::Asked);
        }
        let over = self
            .limit
            .is_some_and(|limit| self.started.elapsed() >= limit);
        over.then_some(Stop::Time)
    }

    fn left(&self) -> Option<Duration> {
        let limit = self.limit?;
        Some(
            limit
                .saturating_sub(self.started.elapsed())
                .max(Duration::from_millis(1)),
        )
    }

    fn progress(&self, progress: Progress) {
        let doing = self.doing.borrow();
        let text = match progress.objective {
            Some(objective) if progress.bound.is_finite() => format!(
                "{doing}: best {objective:.1}, gap {:.2} %",
                100.0 * relative_gap(objective, progress.bound)
            ),
            Some(objective) => format!("{doing}: best {objective:.1}"),
            None => format!("{doing}: no plan yet"),
        };
        self.show(&text);
    }
}
