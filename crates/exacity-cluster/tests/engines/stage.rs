//! What the tests play on: a project, a table, and processes that end with the test.

use datafusion::arrow::array::{ArrayRef, Float64Array, Int32Array, StringArray};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use exacity::bulk::{Control, Form, Options, prepare, score};
use exacity::config::Request;
use exacity::sources::disk::DiskSources;
use exacity::sources::stream::{DiskInput, ScratchFolder};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PROJECT: &str = r#"schema = 1
include = ["more.toml"]
[project]
name = "Establishments"
[data]
matrix = { file = "own.csv", id = ["region", "no"], name = "name", where = { kind = ["a", "b"] } }
[require]
min-coverage = 0.5
[[criteria]]
id = "size"
missing = "reweight"
[[criteria]]
id = "size.output"
indicator = "output"
direction = "higher"
treat = { method = "log", offset = 1 }
[[criteria]]
id = "size.staff"
indicator = "staff"
direction = "higher"
normalise = { method = "goalposts", low = 0, high = 80 }
[[criteria]]
id = "age"
indicator = "age"
direction = "lower"
normalise = "min-max"
"#;

const STRATEGY: &str = r#"// Large places, and young ones.
fn meta() {
    #{
        title: "Size with a bonus for youth",
        params: #{ bonus: #{ value: 0.25, min: 0, max: 1, unit: "1", doc: "weight of age" } },
    }
}

fn score(part, param, place) {
    if place.staff > 50 { max(part.size, part.age) } else { part.size + param.bonus * part.age }
}
"#;

/// A folder that is gone with the test.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    /// Sets up a project with some more settings.
    pub(crate) fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stage = Self { folder };
        fs::create_dir_all(stage.path("project/rules")).unwrap();
        fs::write(stage.path("project/exacity.toml"), PROJECT).unwrap();
        fs::write(stage.path("project/more.toml"), more).unwrap();
        fs::write(stage.path("project/rules/size.rhai"), STRATEGY).unwrap();
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes rows `from..to` of the table to a file.
    pub(crate) fn table(&self, name: &str, rows: std::ops::Range<u32>) {
        write(&self.path(name), &columns(rows));
    }

    /// What the library makes of a table in one process.
    pub(crate) fn expected(&self, table: &str, options: &Options, form: Form) -> Vec<u8> {
        let sources = DiskSources::new(self.path("project"));
        let input = DiskInput::new(&self.path(table));
        let prepared = prepare(&sources, &Request::default(), &input, None);
        let mut template = prepared
            .value
            .unwrap_or_else(|| panic!("{:?}", prepared.diagnostics));
        let scratch = ScratchFolder::beside(&self.path("x"));
        let scoring = score(
            &mut template,
            &input,
            &scratch,
            options,
            &Control::default(),
        )
        .unwrap();
        let mut out = vec![];
        scoring.write(form, &mut out).unwrap();
        out
    }

    /// The command, in the folder of the stage.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exacity-cluster"));
        command.current_dir(self.folder.path()).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs the command, which has to succeed, and returns the file that it wrote.
    pub(crate) fn written(&self, args: &[&str]) -> Vec<u8> {
        let done = self.run(args);
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        fs::read(self.path("out.csv")).unwrap()
    }

    /// Runs the command, which has to fail as it should, and returns what it said.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let done = self.run(args);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(!self.path("out.csv").exists(), "half a ranking was left");
        said
    }

    /// Starts a process that is killed with what is returned.
    pub(crate) fn start(&self, args: &[&str]) -> Process {
        let mut command = self.command(args);
        let log =
            File::create(self.path(&format!("log-{}", args.join("-").replace('/', "-")))).unwrap();
        Process(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }
}

/// A process that is killed when it is no longer needed.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on, with the one after it.
pub(crate) fn port() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < 65_000 && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

/// Waits until something holds.
pub(crate) fn until(what: &str, seconds: u64, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(
            begun.elapsed() < Duration::from_secs(seconds),
            "{what} did not happen in {seconds} s"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) type Columns = Vec<(&'static str, ArrayRef)>;

/// Numbers that look random and depend on nothing but their place.
fn noise(row: u32, column: u32) -> u32 {
    let mut state = u64::from(row) << 8 | u64::from(column);
    state = state.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    state = state.wrapping_mul(0xd6e8_feb8_6659_fd93);
    u32::try_from(state >> 40).unwrap()
}

/// Rows with holes, ties, rows nobody wants, zeros of either sign, and ids of two parts.
pub(crate) fn columns(rows: std::ops::Range<u32>) -> Columns {
    let texts = |of: &dyn Fn(u32) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.clone().map(of)))
    };
    let numbers = |column: u32, most: u32, decimals: f64| -> ArrayRef {
        let number = |row| {
            let value = noise(row, column);
            (!value.is_multiple_of(11)).then(|| f64::from(value % most) / decimals)
        };
        Arc::new(rows.clone().map(number).collect::<Float64Array>())
    };
    let ages = rows.clone().map(|row| match noise(row, 9) % 40 {
        0 => -0.0,
        1 => 0.0,
        age => f64::from(age),
    });
    vec![
        (
            "region",
            texts(&|row| ["north", "so,uth", "ea\"st"][noise(row, 1) as usize % 3].to_owned()),
        ),
        (
            "no",
            Arc::new(Int32Array::from_iter_values(
                rows.clone().map(u32::cast_signed),
            )),
        ),
        ("name", texts(&|row| format!("Place {row}"))),
        (
            "kind",
            texts(&|row| ["a", "b", "b", "c"][noise(row, 2) as usize % 4].to_owned()),
        ),
        ("output", numbers(3, 100_000, 100.0)),
        ("staff", numbers(4, 90, 1.0)),
        ("age", Arc::new(Float64Array::from_iter_values(ages))),
    ]
}

/// Writes a file with many groups of rows.
pub(crate) fn write(path: &Path, columns: &Columns) {
    let batch = RecordBatch::try_from_iter(columns.clone()).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(20_000))
        .build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}
