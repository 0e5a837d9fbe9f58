//! `exacity-cluster`: bulk scoring on Apache DataFusion and Apache Ballista. One binary plays all parts, so
//! that the functions of client, scheduler and executors cannot differ.

#![allow(
    clippy::needless_pass_by_value,
    reason = "what turns errors into findings takes them as `map_err` hands them over"
)]

mod args;
mod columns;
mod findings;
mod functions;
mod roles;
mod score;
mod setup;
mod table;
mod talk;

use args::{Cli, Command, Log, Work};
use clap::Parser;
use datafusion::prelude::SessionContext;
use exacity::bulk::Form;
use exacity::diagnostics::{Checked, Code, Diagnostic, Diagnostics, Files};
use exacity::sources::Sources;
use exacity::sources::builtin::BuiltinSources;
use exacity::sources::disk::DiskSources;
use exacity::sources::stream::{DiskInput, ScratchFolder, WholeFile, same_file};
use setup::Setup;
use std::process::ExitCode;
use table::Table;
use talk::Talk;

/// Pieces of a query on a cluster, unless stated: as many as some machines have cores.
const PARTITIONS: usize = 32;

/// Bytes of a thread's stack: plans are walked recursively.
const STACK: usize = 32 << 20;

fn main() -> ExitCode {
    let cli = Cli::parse();
    talk::let_speak(level(cli.log));
    let talk = Talk::new(cli.global.quiet);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().thread_stack_size(STACK);
    if let Some(threads) = cli.global.threads {
        runtime.worker_threads(threads);
    }
    let ended = match runtime.build() {
        Ok(runtime) => runtime.block_on(run(&cli, &talk)),
        Err(error) => Err(refused(&error.to_string())),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err((found, files)) => {
            talk.findings(&found, &files);
            ExitCode::from(2)
        }
    }
}

/// What a command that could not be done leaves.
type Failure = (Diagnostics, Files);

fn level(level: Log) -> log::LevelFilter {
    match level {
        Log::Off => log::LevelFilter::Off,
        Log::Error => log::LevelFilter::Error,
        Log::Warn => log::LevelFilter::Warn,
        Log::Info => log::LevelFilter::Info,
        Log::Debug => log::LevelFilter::Debug,
    }
}

fn refused(why: &str) -> Failure {
    found(
        Diagnostic::new(Code("E0807"), format!("the engine does not start: {why}"))
            .help("see whether the addresses are right and free; `--log info` tells more"),
    )
}

fn found(finding: Diagnostic) -> Failure {
    let mut found = Diagnostics::new();
    found.push(finding);
    (found, Files::default())
}

fn without_files(found: Diagnostics) -> Failure {
    (found, Files::default())
}

async fn run(cli: &Cli, talk: &Talk) -> Result<(), Failure> {
    let threads = cli.global.threads;
    match &cli.command {
        Command::Local(local) => {
            let own = || std::thread::available_parallelism().map_or(1, usize::from);
            let partitions = threads.unwrap_or_else(own);
            let partitions = local.work.partitions.map_or(partitions, |n| n as usize);
            let context = roles::local(partitions);
            work(cli, &local.work, context, talk).await
        }
        Command::Submit(submit) => {
            let partitions = submit.work.partitions.map_or(PARTITIONS, |n| n as usize);
            let context = roles::remote(&submit.scheduler, partitions).await;
            work(cli, &submit.work, context, talk).await
        }
        Command::Scheduler(scheduler) => {
            talk.say(&format!(
                "scheduler on {}:{}; Ctrl-C ends\n",
                scheduler.bind, scheduler.port
            ));
            until_stopped(roles::scheduler(scheduler)).await
        }
        Command::Executor(executor) => {
            let (host, port) = (&executor.scheduler_host, executor.scheduler_port);
            talk.say(&format!("executor for {host}:{port}; Ctrl-C ends\n"));
            until_stopped(roles::executor(executor, threads)).await
        }
    }
}

/// Lets a server work until it fails or Ctrl-C ends it.
async fn until_stopped(
    server: impl Future<Output = ballista_core::error::Result<()>>,
) -> Result<(), Failure> {
    tokio::select! {
        ended = server => ended.map_err(|error| refused(&error.to_string())),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn work(
    cli: &Cli,
    work: &Work,
    context: datafusion::error::Result<SessionContext>,
    talk: &Talk,
) -> Result<(), Failure> {
    let form = Form::of(&work.out).map_err(found)?;
    let table = Table::open(&work.table).map_err(without_files)?;
    if same_file(&work.out, &work.table) {
        let message = "the output would replace the table";
        return Err(found(
            Diagnostic::new(Code("E0111"), message).help("write to another file"),
        ));
    }
    let sources = sources(cli)?;
    let input = DiskInput::new(table.first());
    let request = work.project.request();
    let Checked {
        value,
        diagnostics,
        files,
    } = Setup::pack(
        &*sources,
        &request,
        &input,
        work.index.as_deref(),
        work.criteria,
    );
    let Some((setup, template)) = value else {
        return Err((diagnostics, files));
    };
    let context = context.map_err(|error| without_files(findings::arrived(&error)))?;
    let scratch = ScratchFolder::beside(&work.out);
    let run = score::Run {
        context,
        table: &table,
        setup: &setup,
        template: &template,
        work,
        talk,
    };
    let scoring = tokio::select! {
        scored = run.scored(&scratch) => scored.map_err(without_files)?,
        _ = tokio::signal::ctrl_c() => {
            let message = "stopped before the end; nothing was written";
            return Err(found(Diagnostic::new(Code("E0803"), message).help("run it again: nothing is left from this run")));
        }
    };
    talk.step("writing");
    let counts = scoring.counts.clone();
    let mut warnings = Diagnostics::new();
    warnings.extend(scoring.warnings(&template));
    let unwritten = |error: std::io::Error| {
        let message = format!("`{}` cannot be written: {error}", work.out.display());
        found(Diagnostic::new(Code("E0803"), message).help("free some room, or write elsewhere"))
    };
    let mut file = WholeFile::create(&work.out).map_err(unwritten)?;
    scoring.write(form, &mut file).map_err(without_files)?;
    file.finish().map_err(unwritten)?;
    talk.findings(&warnings, &Files::default());
    talk.say(&format!(
        "wrote {}\n{}",
        work.out.display(),
        counts.in_words()
    ));
    Ok(())
}

/// Finds the project: the folder named, else the nearest parent that is one, else the built-in one.
fn sources(cli: &Cli) -> Result<Box<dyn Sources>, Failure> {
    let Some(folder) = &cli.global.project else {
        let here = std::env::current_dir().ok();
        return Ok(match here.and_then(|here| DiskSources::discover(&here)) {
            Some(own) => Box::new(own),
            None => Box::new(BuiltinSources),
        });
    };
    if folder.join("exacity.toml").is_file() {
        return Ok(Box::new(DiskSources::new(folder)));
    }
    let message = format!("there is no `exacity.toml` in `{}`", folder.display());
    let help = format!("`exacity init {}` writes a project there", folder.display());
    Err(found(Diagnostic::new(Code("E0112"), message).help(help)))
}
