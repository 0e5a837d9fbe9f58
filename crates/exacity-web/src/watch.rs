//! Files of the project as the system tells of their changes.
//!
//! Folders are watched, not files: editors write a file anew under another name and rename it. Only the
//! folders that a project reads are watched, so that a large folder beside them costs nothing.

use crate::app::App;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher, recommended_watcher};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Folders of a project whose files are read.
const FOLDERS: [&str; 7] = [
    "",
    "rules",
    "rules/weights",
    "rules/plans",
    "rules/levers",
    "data",
    "data/local",
];

/// Quiet time after which a change counts as complete: saving several files is one change.
const QUIET: Duration = Duration::from_millis(120);

/// Watches a project's folder and has it read anew after every change, as long as the watcher lives.
///
/// # Errors
///
/// If the system cannot watch the folder.
pub fn watch(root: &Path, app: &App) -> notify::Result<RecommendedWatcher> {
    let (sender, changes) = channel::<()>();
    let mut watcher = recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| {
            event.kind.is_modify() || event.kind.is_create() || event.kind.is_remove()
        }) {
            // The other end lives as long as the process.
            let _ = sender.send(());
        }
    })?;
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        }
    }
    let app = app.clone();
    std::thread::spawn(move || {
        while changes.recv().is_ok() {
            settle(&changes);
            app.reload();
        }
    });
    Ok(watcher)
}

/// Waits until nothing has changed for a while.
fn settle(changes: &Receiver<()>) {
    while !matches!(
        changes.recv_timeout(QUIET),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
    ) {}
}
