//! The arguments. Doc comments here are the help that users read.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Rank places from sourced figures, weights and strategies, and see why.
///
/// Run it in a folder that holds `exacity.toml`, or anywhere: then the built-in project is used, the
/// AI position of Chinese cities.
///
/// Exit codes: 0 done, 1 done and the answer is no, 2 could not do it.
#[derive(Debug, Parser)]
#[command(
    name = "exacity",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_long_help = "\
Examples:
  exacity rank                         the ranking of the project in this folder
  exacity explain place shanghai       where each of its points comes from
  exacity whatif --weights compute-first   who moves, and why")]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Folder of the project; else the nearest folder upwards that holds exacity.toml
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help_heading = "Global options"
    )]
    pub project: Option<PathBuf>,
    /// Threads to use; results do not depend on it
    #[arg(long, value_name = "N", global = true, help_heading = "Global options", value_parser = threads)]
    pub threads: Option<usize>,
    /// When to colour
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, global = true, help_heading = "Global options")]
    pub color: Colour,
    /// Show no progress bars
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_progress: bool,
    /// Say nothing but data and errors
    #[arg(
        short,
        long,
        global = true,
        help_heading = "Global options",
        conflicts_with = "verbose"
    )]
    pub quiet: bool,
    /// Show warnings in full
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("a number from 1 to 1024".to_owned()),
    }
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// On terminals, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to read, and what to change.
#[derive(Debug, Clone, Default, Args)]
pub struct ProjectArgs {
    /// Profile to use; `exacity list profiles` shows them
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Change a setting, a weight or a figure, as in --set weights.balanced.compute=50
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Weight set to use; `exacity list weights` shows them
    #[arg(long, value_name = "NAME")]
    pub weights: Option<String>,
    /// Strategy to use: `weighted`, or a script of the project
    #[arg(long, value_name = "FILE")]
    pub strategy: Option<String>,
}

/// How and where to answer.
#[derive(Debug, Clone, Default, Args)]
pub struct OutputArgs {
    /// Format of the answer
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// File to write; its ending names the format, and - is standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; carries a `schema_version`
    Json,
    /// For spreadsheets
    Csv,
    /// For documents
    Markdown,
}

/// Format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object per line, for editors
    Json,
    /// Annotations of a code review
    Github,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// `JUnit` XML, for test reports
    Junit,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a project that already runs
    ///
    /// Writes the built-in project: settings, data with sources, strategies. Nothing is overwritten, and
    /// the project is written whole or not at all.
    #[command(after_long_help = "\
Examples:
  exacity init                  into this folder
  exacity init demo             into a new folder
  exacity init demo && exacity --project demo rank")]
    Init {
        /// Folder to write into
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
    },
    /// Find every problem and score nothing
    ///
    /// Reads all files, profiles, weight sets and scripts of the project, used or not. Exit code 1 if
    /// there is an error, so that it can guard a merge.
    #[command(after_long_help = "\
Examples:
  exacity check
  exacity check --format github      annotations in a code review
  exacity check --format json        one finding per line, for editors")]
    Check {
        /// Format of the findings
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
        format: CheckFormat,
        /// File to write; - is standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Rank the places
    ///
    /// Prints the ranking with the score of each pillar, how many pillars rest on a measured figure, the
    /// oldest figure that counts, the share of figures that are bounds, and the gap to the next place.
    /// Places that fall short of what the profile requires stand below, with what is missing.
    #[command(after_long_help = "\
Examples:
  exacity rank
  exacity rank --weights compute-first --strategy rules/niche.rhai
  exacity rank --profile provinces --format json --out provinces.json")]
    Rank {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
        /// Places side by side per pillar, without an overall rank; short for --profile brief
        #[arg(long, conflicts_with = "profile")]
        brief: bool,
    },
    /// Say why a place stands where it stands, or what something means
    ///
    /// A code or a method may be named alone: `exacity explain E0103`.
    #[command(
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true,
        arg_required_else_help = true
    )]
    #[command(after_long_help = "\
Examples:
  exacity explain place shanghai
  exacity explain criterion compute.capacity
  exacity explain method goalposts
  exacity explain E0103")]
    Explain {
        /// A code such as E0103, or the name of a method
        #[arg(value_name = "CODE", required = true)]
        what: Option<String>,
        /// What to explain.
        #[command(subcommand)]
        subject: Option<Explain>,
    },
    /// Put places side by side, and see what separates them
    #[command(after_long_help = "\
Examples:
  exacity compare beijing shanghai
  exacity compare hangzhou shenzhen chengdu --weights research-first
  exacity compare beijing shanghai --format markdown")]
    Compare {
        /// Places, by id or name; the first is compared with each of the others
        #[arg(value_name = "PLACE", required = true, num_args = 2..)]
        places: Vec<String>,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Change settings or figures, and see who moves and why
    #[command(after_long_help = "\
Examples:
  exacity whatif --weights compute-first
  exacity whatif --set weights.balanced.compute=60
  exacity whatif --strategy rules/niche.rhai --format json")]
    Whatif {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Write, check, test and document strategies
    #[command(subcommand)]
    Rules(Rules),
    /// List what there is
    #[command(after_long_help = "\
Examples:
  exacity list places
  exacity list weights
  exacity list codes --format json")]
    List {
        /// What to list
        #[arg(value_enum, value_name = "WHAT")]
        what: List,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show the settings in force, and where they come from
    #[command(subcommand)]
    Config(Config),
    /// Look at the data
    #[command(subcommand)]
    Data(Data),
    /// Write the ranking with the explanation of every ranked place
    ///
    /// The ending of the file names the format: .md, .csv, .json or .txt. CSV and JSON hold the ranking
    /// alone.
    #[command(after_long_help = "\
Examples:
  exacity report --out q3.md
  exacity report --out q3.json --weights research-first
  exacity report --out - --format markdown")]
    Report {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// File to write; - is standard output
        #[arg(long, value_name = "FILE", required = true)]
        out: PathBuf,
        /// Format, where the ending does not say
        #[arg(long, value_enum, value_name = "FORMAT")]
        format: Option<Format>,
    },
    /// Write completions for a shell
    #[command(after_long_help = "\
Examples:
  exacity completions bash > ~/.local/share/bash-completion/completions/exacity
  exacity completions zsh > ~/.zfunc/_exacity
  exacity completions fish > ~/.config/fish/completions/exacity.fish")]
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Write the manual page of exacity or of a command
    #[command(after_long_help = "\
Examples:
  exacity man | man -l -
  exacity man rank > exacity-rank.1
  exacity man rules check | man -l -")]
    Man {
        /// The command; none for exacity itself
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

/// What to explain.
#[derive(Debug, Subcommand)]
pub enum Explain {
    /// Walk the score of a place back to its sources
    #[command(after_long_help = "\
Examples:
  exacity explain place shanghai
  exacity explain place 上海 --weights compute-first
  exacity explain place guizhou --profile provinces --format json")]
    Place {
        /// The place, by id or name
        #[arg(value_name = "PLACE")]
        id: String,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Say what a criterion measures and what each place holds
    #[command(after_long_help = "\
Examples:
  exacity explain criterion compute
  exacity explain criterion compute.capacity
  exacity explain criterion compute.capacity --format csv")]
    Criterion {
        /// The criterion, by id
        #[arg(value_name = "CRITERION")]
        id: String,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Give the formula, the parameters and the reference of a method
    #[command(after_long_help = "\
Examples:
  exacity explain method goalposts
  exacity explain method geometric
  exacity list methods")]
    Method {
        /// The method
        #[arg(value_name = "METHOD")]
        name: String,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// What to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum List {
    /// Ways to normalise, aggregate and treat
    Methods,
    /// Places of the data
    Places,
    /// Criteria, as the tree they form
    Criteria,
    /// Profiles of the project
    Profiles,
    /// Weight sets of the project
    Weights,
    /// Strategies of the project
    Strategies,
    /// Codes of errors and warnings
    Codes,
}

/// Commands about settings.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Show every setting in force with its origin
    #[command(after_long_help = "\
Examples:
  exacity config show
  exacity config show scoring
  exacity config show --overridden --profile hubs")]
    Show {
        /// Show only settings whose path starts with this
        #[arg(value_name = "PATH")]
        path: Option<String>,
        /// Show only settings that override another
        #[arg(long)]
        overridden: bool,
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Print the JSON Schema of exacity.toml, for editors
    #[command(after_long_help = "\
Examples:
  exacity config schema
  exacity config schema > exacity.schema.json
  exacity config schema --out exacity.schema.json")]
    Schema {
        /// File to write; - is standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Commands about data.
#[derive(Debug, Subcommand)]
pub enum Data {
    /// Count what is there, per indicator
    #[command(after_long_help = "\
Examples:
  exacity data summary
  exacity data summary --format csv
  exacity data summary --format markdown --out summary.md")]
    Summary {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show which places hold figures for which criteria
    #[command(after_long_help = "\
Examples:
  exacity data coverage
  exacity data coverage --profile provinces
  exacity data coverage --format json")]
    Coverage {
        /// What to read, and what to change.
        #[command(flatten)]
        project: ProjectArgs,
        /// How and where to answer.
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// Commands about strategies.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Write a new strategy with tests that pass
    #[command(after_long_help = "\
Examples:
  exacity rules new patient
  exacity rules new patient --like niche
  exacity rules new patient && exacity rank --strategy rules/patient.rhai")]
    New {
        /// Name of the strategy
        #[arg(value_name = "NAME")]
        name: String,
        /// Strategy to start from
        #[arg(long, value_name = "NAME")]
        like: Option<String>,
    },
    /// Check strategies, and say how many places each can judge
    #[command(after_long_help = "\
Examples:
  exacity rules check
  exacity rules check niche
  exacity rules check --format json")]
    Check {
        /// Strategies to check; none for all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Format of the findings
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
        format: CheckFormat,
    },
    /// Run the tests beside the strategies
    #[command(after_long_help = "\
Examples:
  exacity rules test
  exacity rules test niche prudent
  exacity rules test --quiet && echo fine")]
    Test {
        /// Strategies to test; none for all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Print the pages of strategies, and of the functions they may call
    #[command(after_long_help = "\
Examples:
  exacity rules docs niche
  exacity rules docs --functions
  exacity rules docs > strategies.md")]
    Docs {
        /// Strategies to document; none for all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Print the functions that every strategy may call
        #[arg(long, conflicts_with = "names")]
        functions: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_at_least_three_examples() {
        fn walk(command: &clap::Command) {
            let has_parts = command.get_subcommands().next().is_some();
            let help = command.get_after_long_help().map(ToString::to_string);
            let examples = help.map_or(0, |help| help.matches("\n  exacity ").count());
            assert!(
                has_parts || examples >= 3,
                "{} has {examples}",
                command.get_name()
            );
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    #[test]
    fn a_code_and_a_subject_are_both_understood() {
        let parse = |args: &[&str]| Cli::try_parse_from(args).map(|cli| cli.command);
        assert!(matches!(
            parse(&["exacity", "explain", "E0103"]),
            Ok(Command::Explain { what: Some(code), subject: None }) if code == "E0103"
        ));
        assert!(matches!(
            parse(&["exacity", "explain", "place", "shanghai", "--weights", "x"]),
            Ok(Command::Explain {
                what: None,
                subject: Some(Explain::Place { .. })
            })
        ));
        assert!(parse(&["exacity", "explain"]).is_err());
    }
}
