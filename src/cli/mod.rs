//! The command line: the only part that prints, exits or reads the environment.
//!
//! Data goes to standard output, talk to standard error. Exit codes are few and never change: 0 done,
//! 1 done and the answer is no, 2 could not do it.

mod again;
pub mod args;
mod commands;
mod environment;
mod failure;
mod interrupt;
mod open;
mod output;
pub mod render;
mod watch;

use args::Cli;
use clap::Parser;
use environment::Environment;
use failure::Failure;
use output::Out;
use std::process::ExitCode;

/// How a command ended, when it could do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Done, and the answer is no.
    No,
}

/// What every command returns.
pub(crate) type Ended = Result<Outcome, Failure>;

/// Runs the command that the arguments of the process ask for.
pub fn main() -> ExitCode {
    // Usage errors end here with code 2, `--help` and `--version` with 0.
    let cli = Cli::parse();
    let out = Out::new(Environment::read(), &cli.global);
    limit_threads(cli.global.threads);
    let ended = commands::run(&cli, &out);
    match ended {
        Ok(Outcome::Done) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(Failure::Found(findings)) => {
            out.failure(&findings);
            ExitCode::from(2)
        }
    }
}

/// Limits the threads of the whole process, as `--threads` asks.
#[cfg(feature = "parallel")]
pub fn limit_threads(threads: Option<usize>) {
    if let Some(threads) = threads {
        // Fails only if a pool exists already, and nothing has run yet.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
    }
}

/// Limits the threads of the whole process, as `--threads` asks.
#[cfg(not(feature = "parallel"))]
pub fn limit_threads(_threads: Option<usize>) {}
