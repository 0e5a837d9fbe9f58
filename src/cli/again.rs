//! Doing something again whenever a file of the project changes.
//!
//! Files are compared by their content, a few times a second: an editor that writes a file anew, or a
//! folder on a share that tells of no changes, makes no difference.

use super::args::Global;
use super::failure::Failure;
use super::open::on_disk;
use super::output::Out;
use super::{Ended, Outcome};
use crate::diagnostics::{Code, Diagnostic};
use crate::sources::Sources;
use crate::sources::disk::DiskSources;
use std::thread::sleep;
use std::time::Duration;

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(400);

/// Folders of a project whose files are read.
const FOLDERS: [&str; 5] = ["", "rules", "rules/weights", "rules/plans", "data"];

/// Does something once, or, if asked to watch, again after every change, until it is interrupted.
pub(crate) fn whenever(watch: bool, global: &Global, out: &Out, work: &dyn Fn() -> Ended) -> Ended {
    if !watch {
        return work();
    }
    let Some(disk) = on_disk(global, out)? else {
        let message = "there is no project here whose files could change";
        let help = "`exacity init DIR` writes one";
        return Err(Diagnostic::new(Code("E0112"), message).help(help).into());
    };
    loop {
        // Before the work: a change made meanwhile must not be missed.
        let seen = fingerprint(&disk);
        match work() {
            Err(Failure::BrokenPipe) => return Ok(Outcome::Done),
            Err(Failure::Found(findings)) => out.failure(&findings),
            Ok(_) => {}
        }
        out.talk("watching; Ctrl-C ends\n");
        while fingerprint(&disk) == seen {
            sleep(PAUSE);
        }
    }
}

/// A hash of the names and contents of all files that a project may read.
fn fingerprint(disk: &DiskSources) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for path in FOLDERS.iter().flat_map(|folder| disk.list(folder)) {
        // A file that is being replaced is there again at the next look.
        if let Ok(content) = disk.read(&path) {
            hasher.update(path.as_bytes());
            hasher.update(&content.len().to_le_bytes());
            hasher.update(&content);
        }
    }
    hasher.finalize()
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_content_or_name_is_seen_and_a_new_time_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("exacity.toml");
        std::fs::write(&file, "a").unwrap();
        let disk = DiskSources::new(folder.path());
        let first = fingerprint(&disk);
        std::fs::write(&file, "a").unwrap();
        assert_eq!(fingerprint(&disk), first);
        std::fs::write(&file, "b").unwrap();
        let second = fingerprint(&disk);
        assert_ne!(second, first);
        std::fs::rename(&file, folder.path().join("other.toml")).unwrap();
        assert_ne!(fingerprint(&disk), second);
    }
}
