//! Texts that are kept beside the tests.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the scripts in a folder of `tests`, by name.
pub(crate) fn scripts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let files = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut scripts: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "rhai"))
        .collect();
    scripts.sort();
    scripts
}

/// Compares a text with the file that holds what it should be; `EXACITY_BLESS=1` writes the file.
pub(crate) fn golden(path: &Path, actual: &str) {
    if std::env::var_os("EXACITY_BLESS").is_some() {
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} is not current; read the difference, then run EXACITY_BLESS=1 cargo test\n\
         --- kept\n{expected}\n--- now\n{actual}",
        path.display()
    );
}
