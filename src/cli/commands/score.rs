//! `exacity score`

use super::Ended;
use crate::bulk::{self, Form, Options, Progress, Scoring};
use crate::cli::Outcome;
use crate::cli::args::{Global, OnBadRow, Score};
use crate::cli::failure::{Failure, Findings, not_written};
use crate::cli::interrupt;
use crate::cli::open::{request, sources};
use crate::cli::output::Out;
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, Files};
use crate::sources::stream::{DiskInput, ScratchFolder, WholeFile};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::path::Path;

/// Tables that are smaller are scored before anybody reads a bar.
const WORTH_A_BAR: u64 = 32 << 20;

pub(super) fn run(global: &Global, args: &Score, out: &Out) -> Ended {
    check(args)?;
    let form = Form::of(&args.out)?;
    let sources = sources(global, out)?;
    let input = DiskInput::new(&args.file);
    let request = request(&args.project);
    let Checked {
        value,
        diagnostics,
        files,
    } = bulk::prepare(&*sources, &request, &input, args.index.as_deref());
    let findings = Findings {
        found: diagnostics,
        files,
    };
    let Some(mut template) = value else {
        return Err(Failure::Found(findings));
    };
    let scratch = ScratchFolder::beside(&args.out);
    let options = Options {
        top: args.top,
        criteria: args.criteria,
        reject: args.on_bad_row == OnBadRow::Reject,
        memory: args.memory as usize * (1 << 20),
        shard: args.shard,
    };
    let bar = Bar::new(out);
    let control = bulk::Control {
        cancelled: Some(interrupt::listen()),
        progress: Some(&|progress| bar.show(progress)),
    };
    let scored = bulk::score(&mut template, &input, &scratch, &options, &control);
    bar.finish();
    let mut scoring = scored.map_err(found)?;
    let counts = scoring.counts.clone();
    for warning in scoring.warnings(&template) {
        out.finding(&warning);
    }
    write_rejects(&mut scoring, args, out)?;
    if args.shard.is_some() {
        to_file(&args.out, |file| {
            scoring.write_part(&template, &input, &options, file)
        })?;
    } else {
        write(&args.out, form, scoring)?;
    }
    if args.out.as_os_str() != "-" {
        out.talk(&format!("wrote {}\n", args.out.display()));
    }
    out.talk(&counts.in_words());
    out.warnings(&findings);
    Ok(Outcome::Done)
}

fn check(args: &Score) -> Result<(), Failure> {
    let refuse = |message: &str, help: &str| {
        Err(Failure::from(
            Diagnostic::new(Code("E0111"), message).help(help),
        ))
    };
    if args.rejects.is_some() && args.on_bad_row == OnBadRow::Fail {
        return refuse(
            "`--rejects` lists rows that are left out, and rows with a mistake end this run",
            "add `--on-bad-row reject`",
        );
    }
    if args.shard.is_some() && args.rejects.is_some() {
        return refuse(
            "a part keeps its rejects with it",
            "name the file when merging: `exacity merge part-* --rejects rejects.csv`",
        );
    }
    if args.shard.is_some() && args.out.as_os_str() == "-" {
        return refuse(
            "a part is not for standard output",
            "name a file: `--out part-1`",
        );
    }
    let same = |path: &Path| crate::sources::stream::same_file(path, &args.file);
    if same(&args.out) || args.rejects.as_deref().is_some_and(same) {
        return refuse(
            "the output would replace the table",
            "write to another file",
        );
    }
    Ok(())
}

fn found(found: Diagnostics) -> Failure {
    Failure::Found(Findings {
        found,
        files: Files::default(),
    })
}

/// Writes the ranking to a file, which appears once it is whole, or to standard output.
fn write(path: &Path, form: Form, scoring: Scoring<'_>) -> Result<(), Failure> {
    if path.as_os_str() != "-" {
        return to_file(path, |file| scoring.write(form, file).map(|_| ()));
    }
    let mut stdout = std::io::stdout();
    let done = scoring.write(form, &mut stdout);
    done.map(|_| ()).map_err(found)
}

/// Writes a file that appears once it is whole.
pub(super) fn to_file(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Diagnostics>,
) -> Result<(), Failure> {
    let refused =
        |error: std::io::Error| not_written(&path.display().to_string(), &error.to_string());
    let mut file = WholeFile::create(path).map_err(refused)?;
    write(&mut file).map_err(found)?;
    file.finish().map_err(refused)
}

fn write_rejects(scoring: &mut Scoring<'_>, args: &Score, out: &Out) -> Result<(), Failure> {
    let Some(path) = &args.rejects else {
        return Ok(());
    };
    let name = path.display().to_string();
    let refused = |error: std::io::Error| not_written(&name, &error.to_string());
    let mut file = WholeFile::create(path).map_err(refused)?;
    scoring.write_rejects(&mut file).map_err(refused)?;
    file.finish().map_err(refused)?;
    out.talk(&format!("wrote {name}\n"));
    Ok(())
}

/// A bar with rate and time left, on terminals.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new(out: &Out) -> Self {
        Self(out.shows_progress().then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
            let template = "{bar:30} {percent} %, {binary_bytes_per_sec}, {msg} rows, {eta} left";
            let style = ProgressStyle::with_template(template);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        }))
    }

    fn show(&self, progress: Progress) {
        let Some(bar) = &self.0 else { return };
        if progress.of < WORTH_A_BAR {
            return;
        }
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        // Passes that turn out to be needed make the whole longer.
        let passes = progress.bytes.div_ceil(progress.of).max(2);
        bar.set_length(passes * progress.of);
        bar.set_position(progress.bytes);
        bar.set_message(progress.rows.to_string());
    }

    fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
