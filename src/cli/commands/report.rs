//! `exacity report`

use super::{Ended, rank};
use crate::cli::Outcome;
use crate::cli::args::{self, Format, Global, Language, OutputArgs};
use crate::cli::failure::Failure;
use crate::cli::open::{Scored, open_scored, place, request, sources};
use crate::cli::output::{Out, format_of};
use crate::manifest::{self, Manifest};
use crate::report::views::{self, Asked};
use crate::report::{Lang, Report, json, scoreboard_json};
use crate::robustness::project::weight_study;

pub(super) fn run(global: &Global, args: &args::Report, out: &Out) -> Ended {
    let asked = asked_output(args);
    // An ending that names no format is found before any work is done.
    let format = format_of(&asked)?;
    let sources = sources(global, out)?;
    let request = request(&args.project);
    let scored = open_scored(&*sources, &request)?;
    let inputs = manifest::inputs(&*sources, &scored.findings.files);
    let manifest = Manifest::new(&scored.project, &inputs, request.settings());
    let report = report(&scored, args)?;
    let answer = match format {
        Format::Csv if args.place.is_none() => rank::answer(&scored, &asked, out)?,
        Format::Json => json_text(&scored, &report, &manifest).into_bytes(),
        #[cfg(feature = "charts")]
        Format::Html => page(&scored, &report, &manifest, args).into_bytes(),
        format => out.rendered(&report, format, &asked, scored.project.as_of)?,
    };
    #[cfg(feature = "charts")]
    if let Some(folder) = &args.figures {
        write_figures(&report, folder, out)?;
        if args.out.is_none() && args.format.is_none() {
            out.warnings(&scored.findings);
            return Ok(Outcome::Done);
        }
    }
    out.deliver(answer, &asked)?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

fn asked_output(args: &args::Report) -> OutputArgs {
    OutputArgs {
        format: args.format,
        out: args.out.clone(),
    }
}

/// The whole document, or the brief of one place.
fn report(scored: &Scored, args: &args::Report) -> Result<Report, Failure> {
    let Scored {
        project,
        scoreboard,
        ..
    } = scored;
    let asked = views_asked(args);
    Ok(match &args.place {
        None => {
            let study = asked
                .sweeps
                .then(|| weight_study(project, scoreboard))
                .flatten();
            let study = study.as_ref().map(|(setup, study)| (setup, study));
            views::full(project, scoreboard, study, asked)
        }
        Some(wanted) => views::place_brief(project, scoreboard, place(project, wanted)?, asked),
    })
}

fn views_asked(args: &args::Report) -> Asked {
    Asked {
        lang: match args.lang {
            Language::En => Lang::En,
            Language::Zh => Lang::Zh,
        },
        // The ranking alone goes into CSV, so nothing else need be worked out for it.
        sweeps: !matches!(format_of(&asked_output(args)), Ok(Format::Csv)) || args.place.is_some(),
    }
}

/// The report for programs: its sections, the ranking as `rank` writes it, and what produced them.
fn json_text(scored: &Scored, report: &Report, manifest: &Manifest) -> String {
    let mut document = json::document(report);
    let figures = report
        .sections
        .iter()
        .filter_map(|section| section.figure.as_ref());
    let figures = figures.map(|figure| (figure.id.clone(), figure.plot.clone()));
    document["figures"] = serde_json::Value::Object(figures.collect());
    document["scoreboard"] = scoreboard(scored);
    document["manifest"] = serde_json::to_value(manifest).expect("texts and numbers");
    json::pretty(&document)
}

fn scoreboard(scored: &Scored) -> serde_json::Value {
    let Scored {
        project,
        scoreboard,
        findings,
    } = scored;
    let text = scoreboard_json::write(project, scoreboard, &findings.files);
    serde_json::from_str(&text).expect("just written")
}

#[cfg(feature = "charts")]
fn page(scored: &Scored, report: &Report, manifest: &Manifest, args: &args::Report) -> String {
    use crate::cli::args::PlotlyScript;
    use crate::report::html::{self, Extras, Plotly};
    let extras = Extras {
        plotly: match args.plotly {
            PlotlyScript::Embed => Plotly::Embedded,
            PlotlyScript::Cdn => Plotly::Linked,
        },
        scoreboard: Some(scoreboard(scored)),
        colophon: crate::report::colophon(manifest, report.lang),
    };
    html::write(report, &extras)
}

/// Writes each figure as a file that other programs can draw.
#[cfg(feature = "charts")]
fn write_figures(report: &Report, folder: &std::path::Path, out: &Out) -> Result<(), Failure> {
    use crate::cli::failure::not_written;
    use crate::cli::output::write_file;
    let figures = report
        .sections
        .iter()
        .filter_map(|section| section.figure.as_ref());
    crate::sources::disk::create_folder(folder)
        .map_err(|error| not_written(&folder.display().to_string(), &error.to_string()))?;
    let mut count = 0;
    for figure in figures {
        let path = folder.join(format!("{}.json", file_name(&figure.id)));
        write_file(&path, json::pretty(&figure.plot).as_bytes())?;
        count += 1;
    }
    out.talk(&format!("wrote {count} figures to {}\n", folder.display()));
    Ok(())
}

/// Makes a file name of an identifier: ids of wide tables come from data and may hold anything.
#[cfg(feature = "charts")]
fn file_name(id: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
            c
        } else {
            '_'
        }
    };
    id.chars().map(safe).collect()
}
