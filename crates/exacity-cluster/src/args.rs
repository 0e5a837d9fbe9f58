//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use exacity::config::Request;
use std::net::IpAddr;
use std::path::PathBuf;

/// Score tables on Apache DataFusion and Apache Ballista, on one machine or many, with the answers of `exacity score`
#[derive(Debug, Parser)]
#[command(
    name = "exacity-cluster",
    version,
    max_term_width = 100,
    propagate_version = true
)]
pub(crate) struct Cli {
    /// What concerns all commands.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What scheduler and executor write on standard error
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Log::Warn, global = true, help_heading = "Global options")]
    pub(crate) log: Log,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What concerns all commands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Folder of the project; else the nearest folder upwards that holds exacity.toml
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) project: Option<PathBuf>,
    /// Threads to use; results do not depend on it
    #[arg(long, value_name = "N", global = true, value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("a number from 1 to 1024".to_owned()),
    }
}

/// What to read, and what to change.
#[derive(Debug, Args)]
pub(crate) struct ProjectArgs {
    /// Profile to use
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Change a setting or a weight, as in --set weights.balanced.compute=50
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Weight set to use
    #[arg(long, value_name = "NAME")]
    pub(crate) weights: Option<String>,
    /// Strategy to use: `weighted`, or a script of the project
    #[arg(long, value_name = "FILE")]
    pub(crate) strategy: Option<String>,
}

impl ProjectArgs {
    /// Turns arguments into a request.
    pub(crate) fn request(&self) -> Request {
        Request {
            profile: self.profile.clone(),
            sets: self.set.clone(),
            weights: self.weights.clone(),
            strategy: self.strategy.clone(),
            ..Request::default()
        }
    }
}

/// What a row with a mistake means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBadRow {
    /// The run ends, with what is wrong
    Fail,
    /// It is left out, and counted
    Reject,
}

/// What is written of the engine's own messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// Nothing
    Off,
    /// What went wrong
    Error,
    /// What may go wrong
    Warn,
    /// What happens
    Info,
    /// Everything
    Debug,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score a table in this process, with DataFusion
    Local(Local),
    /// Score a table on a cluster
    Submit(Submit),
    /// Run the scheduler of a cluster, which hands out work
    Scheduler(Scheduler),
    /// Run an executor, which does work
    Executor(Executor),
}

/// What is scored, and how.
#[derive(Debug, Args)]
pub(crate) struct Work {
    /// The table: a Parquet file, or a folder of them; all machines have to find it under this path
    #[arg(value_name = "TABLE")]
    pub(crate) table: PathBuf,
    /// What to read, and what to change.
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// File for the ranking (CSV, or Parquet by its ending)
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Only so many of the best rows, which each machine picks out of its own
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(crate) top: Option<u64>,
    /// The result to score, where the project has several
    #[arg(long, value_name = "ID")]
    pub(crate) index: Option<String>,
    /// Scores of all criteria beside the result
    #[arg(long)]
    pub(crate) criteria: bool,
    /// What a row with a mistake means: end the run, or leave it out
    #[arg(long, value_enum, value_name = "fail|reject", default_value_t = OnBadRow::Fail)]
    pub(crate) on_bad_row: OnBadRow,
    /// Memory for sorting here in MiB; rows beyond it are sorted in temporary files beside the output
    #[arg(long, value_name = "MIB", default_value_t = 768, value_parser = clap::value_parser!(u32).range(16..=3072))]
    pub(crate) memory: u32,
    /// Pieces into which a query is cut; the answer does not depend on it [default: threads here, 32 on a cluster]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) partitions: Option<u32>,
    /// Seconds to wait for an executor to take the first query
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) wait: u64,
}

impl Work {
    /// Tells whether rows with a mistake are left out.
    pub(crate) fn rejects(&self) -> bool {
        self.on_bad_row == OnBadRow::Reject
    }
}

/// Score a table in this process, with DataFusion
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  exacity-cluster local big.parquet --project study --out ranked.csv")]
pub(crate) struct Local {
    /// What is scored.
    #[command(flatten)]
    pub(crate) work: Work,
}

/// Score a table on a cluster
///
/// Every run first asks an executor what it runs, counts rows and compares sums of their ids between passes.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  exacity-cluster submit /shared/big.parquet --project study --scheduler df://head:50050 --out ranked.parquet")]
pub(crate) struct Submit {
    /// What is scored.
    #[command(flatten)]
    pub(crate) work: Work,
    /// The scheduler
    #[arg(long, value_name = "URL", default_value = "df://localhost:50050")]
    pub(crate) scheduler: String,
}

/// How work reaches executors; scheduler and executors need the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// The scheduler sends it
    Push,
    /// Executors ask for it
    Pull,
}

/// Run the scheduler of a cluster, which hands out work
#[derive(Debug, Args)]
pub(crate) struct Scheduler {
    /// Address to listen on; other machines reach only what is bound to an address of the network
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,
    /// Port to listen on
    #[arg(long, value_name = "PORT", default_value_t = 50050)]
    pub(crate) port: u16,
    /// Name under which executors reach this machine
    #[arg(long, value_name = "HOST", default_value = "localhost")]
    pub(crate) host: String,
    /// How work reaches executors
    #[arg(long, value_enum, value_name = "push|pull", default_value_t = Policy::Push)]
    pub(crate) policy: Policy,
    /// Seconds without a sign of life after which an executor's work is given to others
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(5..))]
    pub(crate) executor_timeout: u64,
}

/// Run an executor, which does work
#[derive(Debug, Args)]
pub(crate) struct Executor {
    /// Name of the scheduler's machine
    #[arg(long, value_name = "HOST", default_value = "localhost")]
    pub(crate) scheduler_host: String,
    /// Port of the scheduler
    #[arg(long, value_name = "PORT", default_value_t = 50050)]
    pub(crate) scheduler_port: u16,
    /// Address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,
    /// Name under which others reach this machine
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Option<String>,
    /// Port for results; the next one takes orders
    #[arg(long, value_name = "PORT", default_value_t = 50051, value_parser = clap::value_parser!(u16).range(1..65_535))]
    pub(crate) port: u16,
    /// How work reaches this executor
    #[arg(long, value_enum, value_name = "push|pull", default_value_t = Policy::Push)]
    pub(crate) policy: Policy,
    /// Folder for results on their way; a temporary one unless stated
    #[arg(long, value_name = "DIR")]
    pub(crate) work_dir: Option<PathBuf>,
}
