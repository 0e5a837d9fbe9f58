//! The table: a Parquet file, or a folder of files with the same columns.

use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use exacity::diagnostics::{Code, Diagnostic, Diagnostics};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A table on disk, as all machines find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Where it is.
    pub(crate) path: PathBuf,
    files: Vec<Part>,
}

/// A file with what tells whether it was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    path: PathBuf,
    rows: u64,
    columns: Vec<String>,
    length: u64,
    changed: Option<SystemTime>,
}

fn one(finding: Diagnostic) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.push(finding);
    found
}

impl Table {
    /// Looks at a file, or at the files of a folder whose names end in `.parquet`.
    ///
    /// # Errors
    ///
    /// E0803 for what cannot be read, E0213 for what is no Parquet file or has other columns than the first.
    pub(crate) fn open(path: &Path) -> Result<Self, Diagnostics> {
        // Executors may stand in other folders.
        let path = path
            .canonicalize()
            .map_err(|error| unreadable(path, &error.to_string(), "check the path"))?;
        let paths = if path.is_dir() {
            inside(&path)?
        } else {
            vec![path.clone()]
        };
        let mut found = Diagnostics::new();
        let mut files: Vec<Part> = vec![];
        for path in &paths {
            match part(path) {
                Ok(part) => files.push(part),
                Err(finding) => found.push(finding),
            }
        }
        if let Some(first) = files.first() {
            let others = files.iter().filter(|other| other.columns != first.columns);
            found.extend(others.map(|other| different(first, other)));
        }
        if found.has_errors() {
            return Err(found);
        }
        if files.is_empty() {
            let message = format!("there is no file `*.parquet` in `{}`", path.display());
            return Err(one(Diagnostic::new(Code("E0213"), message)
                .help("name a Parquet file, or a folder of them")));
        }
        Ok(Self { path, files })
    }

    /// Returns the number of rows that the files say they have.
    pub(crate) fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Returns the first file, against which the project is checked.
    pub(crate) fn first(&self) -> &Path {
        self.files.first().map_or(&self.path, |file| &file.path)
    }

    /// Checks that nobody has written to the table since it was opened.
    ///
    /// # Errors
    ///
    /// E0803 if somebody has.
    pub(crate) fn unchanged(&self) -> Result<(), Diagnostics> {
        if Self::open(&self.path)? == *self {
            return Ok(());
        }
        let message = format!("`{}` changed while it was read", self.path.display());
        Err(one(
            Diagnostic::new(Code("E0803"), message).help("score a copy that nobody writes to")
        ))
    }
}

fn unreadable(path: &Path, why: &str, help: &str) -> Diagnostics {
    let message = format!("`{}` cannot be read: {why}", path.display());
    one(Diagnostic::new(Code("E0803"), message).help(help))
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let refused = |error: std::io::Error| unreadable(folder, &error.to_string(), "check the path");
    let mut paths = vec![];
    for entry in folder.read_dir().map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[expect(
    clippy::disallowed_methods,
    reason = "engines read the table; here is only looked at what it says of itself"
)]
fn part(path: &Path) -> Result<Part, Diagnostic> {
    let no_file = |why: &str| {
        let message = format!(
            "`{}` is no Parquet file that can be read: {why}",
            path.display()
        );
        Diagnostic::new(Code("E0213"), message)
            .help("write it again, or take another copy; `exacity score` reads CSV")
    };
    let file = File::open(path).map_err(|error| no_file(&error.to_string()))?;
    let about = file
        .metadata()
        .map_err(|error| no_file(&error.to_string()))?;
    // The reader may give up in the middle of its work on files whose bytes contradict one another.
    let read = std::panic::catch_unwind(|| SerializedFileReader::new(file));
    let read = read.map_err(|_| no_file("what it says of itself contradicts itself"))?;
    let reader = read.map_err(|error| no_file(&error.to_string()))?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns = schema.columns().iter();
    let columns =
        columns.map(|column| format!("{} {}", column.path().string(), column.physical_type()));
    Ok(Part {
        path: path.to_owned(),
        rows: u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or_default(),
        columns: columns.collect(),
        length: about.len(),
        changed: about.modified().ok(),
    })
}

fn different(first: &Part, other: &Part) -> Diagnostic {
    let only = |a: &Part, b: &Part| {
        let own = a
            .columns
            .iter()
            .filter(|column| !b.columns.contains(column));
        own.cloned().collect::<Vec<_>>().join(", ")
    };
    let message = format!(
        "`{}` has other columns than `{}`",
        other.path.display(),
        first.path.display()
    );
    let finding = Diagnostic::new(Code("E0213"), message);
    let finding = match (only(first, other), only(other, first)) {
        (missing, more) if missing.is_empty() && more.is_empty() => {
            finding.note("they stand in another order")
        }
        (missing, more) => finding.note(format!(
            "only in the first: {missing}; only in the other: {more}"
        )),
    };
    finding.help("write all files of a table with the same columns and types")
}
