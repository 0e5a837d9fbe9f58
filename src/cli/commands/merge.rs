//! `exacity merge`

use super::Ended;
use super::robustness::{self, Asked};
use super::score::to_file;
use crate::bulk::{self, Form};
use crate::cli::Outcome;
use crate::cli::args::{Global, Merge};
use crate::cli::failure::{Failure, Findings};
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Files};
use crate::parts::{self, Part};
use crate::robustness::project::PartOfStudy;
use crate::sources::stream::{DiskInput, Input, ScratchFolder};
use std::io::Write;
use std::path::Path;

pub(super) fn run(global: &Global, args: &Merge, out: &Out) -> Ended {
    let inputs: Vec<DiskInput> = args.parts.iter().map(|path| DiskInput::new(path)).collect();
    let inputs: Vec<&dyn Input> = inputs.iter().map(|input| input as &dyn Input).collect();
    let parts = parts::open(&inputs).map_err(failure)?;
    match parts.first().map(|part| part.stamp.kind.as_str()) {
        Some("score") => score(&parts, args, out),
        Some("robustness") => study(global, &parts, args, out),
        kind => {
            let message = format!("parts of `{}` are not known", kind.unwrap_or_default());
            Err(Diagnostic::new(Code("E0805"), message)
                .help("use the version that made them")
                .into())
        }
    }
}

fn failure(found: Diagnostics) -> Failure {
    Failure::Found(Findings {
        found,
        files: Files::default(),
    })
}

fn score(parts: &[Part<'_>], args: &Merge, out: &Out) -> Ended {
    let path = args
        .output
        .out
        .as_deref()
        .filter(|path| path.as_os_str() != "-");
    let scratch = ScratchFolder::beside(path.unwrap_or(Path::new(".")));
    let mut merged = bulk::Merged::default();
    match &args.rejects {
        None => ranking(parts, path, &scratch, None, &mut merged)?,
        Some(rejects) => {
            let mut ended = Ok(());
            to_file(rejects, |file| {
                ended = ranking(parts, path, &scratch, Some(file), &mut merged);
                Ok(())
            })?;
            ended?;
        }
    }
    for path in path.into_iter().chain(args.rejects.as_deref()) {
        out.talk(&format!("wrote {}\n", path.display()));
    }
    out.talk(&merged.counts.in_words());
    Ok(Outcome::Done)
}

/// Writes the ranking to a file or to standard output.
fn ranking(
    parts: &[Part<'_>],
    path: Option<&Path>,
    scratch: &ScratchFolder,
    rejects: Option<&mut (dyn Write + Send)>,
    merged: &mut bulk::Merged,
) -> Result<(), Failure> {
    let Some(path) = path else {
        let mut stdout = std::io::stdout();
        let done = bulk::merge(parts, scratch, Form::Csv, &mut stdout, rejects);
        *merged = done.map_err(failure)?;
        return Ok(());
    };
    let form = Form::of(path)?;
    to_file(path, |file| {
        *merged = bulk::merge(parts, scratch, form, file, rejects)?;
        Ok(())
    })
}

fn study(global: &Global, parts: &[Part<'_>], args: &Merge, out: &Out) -> Ended {
    let Some(first) = parts.first() else {
        return Ok(Outcome::Done);
    };
    let about: PartOfStudy = first.described().map_err(Failure::from)?;
    let asked: Asked = serde_json::from_value(about.asked)
        .map_err(|error| Failure::from(parts::damaged(&first.name(), &error.to_string())))?;
    robustness::merged(global, &asked, parts, &args.output, out)
}
