//! `exacity serve`: hands over to the program that serves.
//!
//! The server is a member crate, so that whoever uses the engine as a library or in a batch job builds no
//! web server. A plain `cargo build` makes both programs, side by side.

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Global, Serve};
use crate::cli::failure::Failure;
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic};
use std::ffi::OsString;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::process::Command;

/// The program that serves.
const PROGRAM: &str = "exacity-web";

pub(super) fn run(global: &Global, args: &Serve, out: &Out) -> Ended {
    // A folder that is no project is found here, before anything is started.
    super::super::open::on_disk(global, out)?;
    let beside = beside();
    let program = beside.clone().unwrap_or_else(|| PathBuf::from(PROGRAM));
    let mut command = Command::new(program);
    command.args(arguments(global, args));
    hand_over(&mut command).map_err(|error| failed(&error))
}

/// Finds the program in the folder of this one; else the path of the system is asked.
fn beside() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    Some(own.with_file_name(name)).filter(|path| path.is_file())
}

/// Writes the arguments anew: the program takes the same ones.
fn arguments(global: &Global, args: &Serve) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec![];
    let mut pair = |option: &str, value: Option<OsString>| {
        if let Some(value) = value {
            all.push(option.into());
            all.push(value);
        }
    };
    pair("--project", global.project.clone().map(Into::into));
    pair("--profile", args.profile.clone().map(Into::into));
    pair("--threads", global.threads.map(|n| n.to_string().into()));
    pair("--bind", args.bind.map(|at| at.to_string().into()));
    pair("--port", Some(args.port.to_string().into()));
    for (option, asked) in [("--open", args.open), ("--quiet", global.quiet)] {
        if asked {
            all.push(option.into());
        }
    }
    all
}

/// Becomes the program, so that signals reach it and its exit code is ours; returns only if that fails.
#[cfg(unix)]
fn hand_over(command: &mut Command) -> Result<Outcome, Error> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn hand_over(command: &mut Command) -> Result<Outcome, Error> {
    match command.status()?.success() {
        true => Ok(Outcome::Done),
        false => Ok(Outcome::No),
    }
}

fn failed(error: &Error) -> Failure {
    let finding = match error.kind() {
        ErrorKind::NotFound => Diagnostic::new(
            Code("E0705"),
            format!("`{PROGRAM}`, the program that serves, is not installed"),
        )
        .help("`cargo build --release` in the source folder builds it beside `exacity`")
        .help(format!(
            "`cargo install --path crates/{PROGRAM}` installs it; it is looked for beside `exacity`, then on the path"
        )),
        _ => Diagnostic::new(Code("E0705"), format!("`{PROGRAM}` cannot be started: {error}")),
    };
    finding.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_gets_what_was_asked() {
        let global = Global {
            project: Some("a b".into()),
            quiet: true,
            ..Global::default()
        };
        let args = Serve {
            port: 8123,
            open: true,
            ..Serve::default()
        };
        let all = arguments(&global, &args);
        let words = ["--project", "a b", "--port", "8123", "--open", "--quiet"];
        assert_eq!(all, words.map(OsString::from));
    }
}
