//! Arguments of the commands that set things up.

use clap::Args;
use std::path::PathBuf;

/// Start a project that already runs
///
/// Writes the built-in project: settings, data with sources, strategies. Nothing is overwritten, and
/// the project is written whole or not at all.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity init                  into this folder
  exacity init demo             into a new folder
  exacity init demo && exacity --project demo rank")]
pub struct Init {
    /// Folder to write into
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}

/// Write completions for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity completions bash > ~/.local/share/bash-completion/completions/exacity
  exacity completions zsh > ~/.zfunc/_exacity
  exacity completions fish > ~/.config/fish/completions/exacity.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Write the manual page of exacity or of a command
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  exacity man | man -l -
  exacity man rank > exacity-rank.1
  exacity man rules check | man -l -")]
pub struct Man {
    /// The command; none for exacity itself
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}
