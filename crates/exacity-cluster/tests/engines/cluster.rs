//! Scheduler, executors and client as processes of their own, on loopback.

use crate::stage::{Process, Stage, port, until};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use exacity::bulk::{Form, Options};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

struct Cluster {
    port: u16,
    _scheduler: Process,
    executors: Vec<Process>,
}

impl Cluster {
    fn scheduler(stage: &Stage, policy: &str) -> Self {
        let port = port();
        let number = port.to_string();
        let timeout = ["--executor-timeout", "10", "--log", "info"];
        let args = [
            &["scheduler", "--port", &number, "--policy", policy][..],
            &timeout,
        ]
        .concat();
        let scheduler = stage.start(&args);
        until("the scheduler listens", 60, || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self {
            port,
            _scheduler: scheduler,
            executors: vec![],
        }
    }

    /// Starts an executor with a folder of its own for results on their way.
    fn executor(mut self, stage: &Stage, policy: &str) -> Self {
        let (own, scheduler) = (port(), self.port.to_string());
        let folder = format!("work-{}", self.executors.len());
        std::fs::create_dir(stage.path(&folder)).unwrap();
        let args = [
            "executor",
            "--scheduler-port",
            &scheduler,
            "--policy",
            policy,
            "--threads",
            "1",
        ];
        let number = own.to_string();
        let args = [
            &args[..],
            &["--port", &number, "--work-dir", &folder, "--log", "info"],
        ]
        .concat();
        self.executors.push(stage.start(&args));
        until("the executor listens", 60, || {
            TcpStream::connect(("127.0.0.1", own)).is_ok()
        });
        self
    }

    fn url(&self) -> String {
        format!("df://127.0.0.1:{}", self.port)
    }
}

fn submit<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let args = [
        "submit",
        "table.parquet",
        "--project",
        "project",
        "--out",
        "out.csv",
        "--scheduler",
        url,
    ];
    [&args[..], more].concat()
}

/// Counts the files below a folder.
fn files(folder: &Path) -> usize {
    let Ok(entries) = folder.read_dir() else {
        return 0;
    };
    let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
    entries.flatten().map(|entry| count(&entry.path())).sum()
}

#[test]
fn two_executors_give_the_bytes_of_one_process() {
    for policy in ["push", "pull"] {
        let stage = Stage::new("[scoring]\nstrategy = \"rules/size.rhai\"\n");
        stage.table("table.parquet", 0..300_000);
        let cluster = Cluster::scheduler(&stage, policy)
            .executor(&stage, policy)
            .executor(&stage, policy);
        let expected = stage.expected("table.parquet", &Options::default(), Form::Csv);
        let url = cluster.url();
        assert!(stage.written(&submit(&url, &[])) == expected, "{policy}");
        for work in ["work-0", "work-1"] {
            assert!(files(&stage.path(work)) > 0, "{work} did nothing");
        }
        let best = Options {
            top: Some(100),
            criteria: true,
            ..Options::default()
        };
        let expected = stage.expected("table.parquet", &best, Form::Csv);
        let own = stage.written(&submit(&url, &["--top", "100", "--criteria"]));
        assert!(own == expected, "{policy}");
    }
}

/// `EXACITY_ROWS` makes the table larger, and the overhead over one process something to measure.
#[test]
fn an_executor_that_is_killed_in_the_middle_changes_no_byte() {
    let rows = std::env::var("EXACITY_ROWS").map_or(600_000, |rows| rows.parse().unwrap());
    let stage = Stage::new("");
    stage.table("table.parquet", 0..rows);
    let expected = stage.expected("table.parquet", &Options::default(), Form::Csv);
    let begun = Instant::now();
    let local = [
        "local",
        "table.parquet",
        "--project",
        "project",
        "--out",
        "out.csv",
        "--threads",
        "2",
    ];
    assert!(stage.written(&local) == expected);
    let local = begun.elapsed();
    let mut cluster = Cluster::scheduler(&stage, "push")
        .executor(&stage, "push")
        .executor(&stage, "push");
    let url = cluster.url();
    let begun = Instant::now();
    assert!(stage.written(&submit(&url, &[])) == expected);
    let whole = begun.elapsed();
    std::fs::remove_file(stage.path("out.csv")).unwrap();

    let work = stage.path("work-0");
    let before = files(&work);
    let begun = Instant::now();
    let mut run = stage.start(&submit(&url, &["--partitions", "64"]));
    until("the first executor writes results of this run", 120, || {
        files(&work) > before + 8
    });
    assert!(
        run.0.try_wait().unwrap().is_none(),
        "the run was over before anybody was killed"
    );
    cluster.executors[0].kill();
    assert!(run.0.wait().unwrap().success());
    let survived = begun.elapsed();
    assert!(std::fs::read(stage.path("out.csv")).unwrap() == expected);
    println!(
        "{rows} rows: local {local:.1?}, two executors {whole:.1?}, one of them killed {survived:.1?}; \
         the same bytes each time"
    );
}

#[test]
fn a_scheduler_that_is_not_there_is_an_error() {
    let stage = Stage::new("");
    stage.table("table.parquet", 0..3000);
    let url = format!("df://127.0.0.1:{}", port());
    let said = stage.refused(&submit(&url, &["--wait", "20"]));
    assert!(said.contains("E0807"), "{said}");
    let said = stage.refused(&submit("nonsense", &[]));
    assert!(said.contains("E0807"), "{said}");
}

#[test]
fn executors_with_another_policy_take_no_work() {
    let stage = Stage::new("");
    stage.table("table.parquet", 0..3000);
    let cluster = Cluster::scheduler(&stage, "push").executor(&stage, "pull");
    let url = cluster.url();
    let said = stage.refused(&submit(&url, &["--wait", "8"]));
    assert!(
        said.contains("E0807") && said.contains("--policy"),
        "{said}"
    );
}

#[test]
fn an_executor_without_the_functions_is_an_error() {
    let stage = Stage::new("");
    stage.table("table.parquet", 0..3000);
    let cluster = Cluster::scheduler(&stage, "push");
    let (own, scheduler) = (port(), cluster.port);
    std::thread::spawn(move || {
        let config = ExecutorProcessConfig {
            port: own,
            grpc_port: own + 1,
            scheduler_host: "127.0.0.1".to_owned(),
            scheduler_port: scheduler,
            task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
            vcores: 1,
            ..ExecutorProcessConfig::default()
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let _ = runtime.block_on(start_executor_process(Arc::new(config)));
    });
    until("the executor listens", 60, || {
        TcpStream::connect(("127.0.0.1", own)).is_ok()
    });
    let url = cluster.url();
    let said = stage.refused(&submit(&url, &["--wait", "20"]));
    assert!(said.contains("E0807"), "{said}");
}
