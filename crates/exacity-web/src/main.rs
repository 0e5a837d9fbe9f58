//! `exacity-web`: serves the workbench. `exacity serve` hands over to it.

use clap::Parser;
use exacity::cli::args::{Global, Serve};
use exacity::sources::builtin::BuiltinSources;
use exacity::sources::disk::DiskSources;
use exacity_web::guard::Door;
use exacity_web::{App, router, watch};
use std::io::{Error, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serve the workbench; `exacity serve` starts this program.
#[derive(Debug, Parser)]
#[command(name = "exacity-web", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    serve: Serve,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    exacity::cli::limit_threads(cli.global.threads);
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("error[E0705]: {why}\n"));
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> Result<(), String> {
    let root = root(cli)?;
    let shelf: Arc<dyn exacity::sources::Sources + Send + Sync> = match &root {
        Some(root) => Arc::new(DiskSources::new(root)),
        None => Arc::new(BuiltinSources),
    };
    let quiet = cli.global.quiet;
    if root.is_none() && !quiet {
        say(
            "note: no exacity.toml here or above: the built-in project is shown, and cannot be changed\n",
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(serve(cli, shelf, root))
}

/// Finds the project: the folder named, else the nearest parent that is one.
fn root(cli: &Cli) -> Result<Option<PathBuf>, String> {
    let Some(folder) = &cli.global.project else {
        let here = std::env::current_dir().map_err(|error| error.to_string())?;
        return Ok(DiskSources::discover(&here).map(|found| found.root().to_owned()));
    };
    if folder.join("exacity.toml").is_file() {
        return Ok(Some(folder.clone()));
    }
    Err(format!(
        "there is no `exacity.toml` in `{}`; `exacity init` writes a project there",
        folder.display()
    ))
}

async fn serve(
    cli: &Cli,
    shelf: Arc<dyn exacity::sources::Sources + Send + Sync>,
    root: Option<PathBuf>,
) -> Result<(), String> {
    let ip = cli.serve.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let asked = SocketAddr::new(ip, cli.serve.port);
    let listener = TcpListener::bind(asked).await;
    let listener = listener.map_err(|error| format!("{asked} cannot be listened on: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let token = Door::random_token().map_err(|error| error.to_string())?;
    let door = Door::new(address, token);
    let app = App::new(shelf, root.clone(), cli.serve.profile.clone());
    // Without a watcher the workbench still works; only changes made elsewhere go unseen.
    let watcher = root.as_deref().map(|root| watch(root, &app));
    if let Some(Err(why)) = &watcher {
        say(&format!("warning: changes of files are not seen: {why}\n"));
    }
    announce(&door, ip, cli)?;
    let served = axum::serve(listener, router(app, door)).await;
    served.map_err(|error| error.to_string())
}

/// Prints the link, which is data: another program may start a browser with it.
fn announce(door: &Door, ip: IpAddr, cli: &Cli) -> Result<(), String> {
    let link = door.link();
    let mut out = std::io::stdout();
    let written = writeln!(out, "{link}").and_then(|()| out.flush());
    written.map_err(|error: Error| error.to_string())?;
    if !cli.global.quiet {
        say("open the link in a browser on this machine; Ctrl-C ends\n");
        if !ip.is_loopback() {
            say(
                "warning: other machines can reach this address; whoever has the link can change the project\n",
            );
        }
    }
    if cli.serve.open {
        open(&link);
    }
    Ok(())
}

fn open(link: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    if Command::new(program).arg(link).spawn().is_err() {
        say("note: no browser could be started; the link works in any\n");
    }
}

fn say(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
