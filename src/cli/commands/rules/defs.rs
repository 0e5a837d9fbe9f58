//! `exacity rules defs`: what editors need to know of scripts and test files.

use crate::cli::Outcome;
use crate::cli::args::{Format, OutputArgs};
use crate::cli::commands::Ended;
use crate::cli::output::Out;
use crate::rules::{definitions, testing};
use std::path::Path;

pub(super) fn run(tests: bool, file: Option<&Path>, out: &Out) -> Ended {
    let text = if tests {
        testing::schema()
    } else {
        definitions()
    };
    // The ending of the file does not choose the format here: there is only one.
    let asked = OutputArgs {
        format: Some(Format::Text),
        out: file.map(Path::to_owned),
    };
    out.deliver(&text, &asked)?;
    Ok(Outcome::Done)
}
