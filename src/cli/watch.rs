//! Watching a long run: a bar with the time left on terminals, and Ctrl-C for the result so far.

use super::interrupt;
use super::output::Out;
use crate::robustness::{Control, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::AtomicBool;

/// Runs that draw less are over before anybody reads a bar.
const WORTH_A_BAR: u64 = 200_000;

/// Watches one run.
pub(crate) struct Watch {
    cancelled: &'static AtomicBool,
    bar: Option<ProgressBar>,
    report: Box<dyn Fn(Progress) + Sync>,
}

impl Watch {
    /// Starts to watch a run of so many draws. The first Ctrl-C ends the run with what it has; a
    /// second one ends the process.
    pub(crate) fn new(out: &Out, draws: u64, slow: bool) -> Self {
        let bar = (out.shows_progress() && (slow || draws >= WORTH_A_BAR)).then(|| {
            let bar = ProgressBar::with_draw_target(Some(draws), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template(
                "{bar:30} {percent} % of {human_len} draws, {eta} left (Ctrl-C: result so far)",
            );
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let shown = bar.clone();
        let report = Box::new(move |progress: Progress| {
            if let Some(bar) = &shown {
                bar.set_position(progress.draws);
            }
        });
        Self {
            cancelled: interrupt::listen(),
            bar,
            report,
        }
    }

    /// Returns what the run looks at.
    pub(crate) fn control(&self) -> Control<'_> {
        Control {
            cancelled: Some(self.cancelled),
            progress: Some(&*self.report),
            portable: false,
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
