//! Ctrl-C in a long run: the first asks for the result so far, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first Ctrl-C.
static ASKED: AtomicBool = AtomicBool::new(false);

/// Starts to listen; returns the flag that the first Ctrl-C sets.
pub(crate) fn listen() -> &'static AtomicBool {
    // Where no handler can be set, Ctrl-C ends the process, as ever.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            stop();
        }
    });
    &ASKED
}

#[expect(clippy::exit, reason = "a second Ctrl-C means now")]
fn stop() {
    std::process::exit(130);
}
