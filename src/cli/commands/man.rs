//! `exacity man`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Cli, Man};
use crate::cli::failure::not_written;
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use clap::CommandFactory;

pub(super) fn run(args: &Man, out: &Out) -> Ended {
    let mut command = Cli::command();
    // Building spreads global options and usage lines to the commands below.
    command.build();
    let mut title = "exacity".to_owned();
    for name in &args.command {
        let names: Vec<String> = command
            .get_subcommands()
            .map(|c| c.get_name().to_owned())
            .collect();
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| {
            let known = names.iter().map(String::as_str);
            Diagnostic::new(
                Code("E0106"),
                format!("there is no command `{title} {name}`"),
            )
            .maybe_help(did_you_mean(name, known))
        })?;
        title = format!("{title} {name}");
    }
    let mut page = vec![];
    let written = clap_mangen::Man::new(command.name(title.replace(' ', "-"))).render(&mut page);
    written.map_err(|error| not_written("-", &error.to_string()))?;
    out.data(page)?;
    Ok(Outcome::Done)
}
