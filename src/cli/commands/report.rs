//! `exacity report`

use super::{Ended, rank};
use crate::cli::Outcome;
use crate::cli::args::{self, Format, Global, OutputArgs};
use crate::cli::open::{Scored, open_scored, request, sources};
use crate::cli::output::{Out, format_of};
use crate::report::views::{self, Subject};
use crate::report::{Report, Section};

pub(super) fn run(global: &Global, args: &args::Report, out: &Out) -> Ended {
    let asked = OutputArgs {
        format: args.format,
        out: Some(args.out.clone()),
    };
    // An ending that names no format is found before any work is done.
    let format = format_of(&asked)?;
    let sources = sources(global, out)?;
    let scored = open_scored(&*sources, &request(&args.project))?;
    let text = match format {
        Format::Json | Format::Csv => rank::text(&scored, &asked, out)?,
        Format::Text | Format::Markdown => out.text(&full(&scored), format, &asked),
    };
    out.deliver(&text, &asked)?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

/// The ranking, what the weights come to, and the explanation of every ranked place.
fn full(scored: &Scored) -> Report {
    let Scored {
        project,
        scoreboard,
        ..
    } = scored;
    let mut report = views::ranking(project, scoreboard);
    let subject = Subject::new(project, scoreboard, 0);
    if !subject.index.weights_about.is_empty() {
        let about = &subject.index.weights_about;
        report
            .notes
            .push(format!("weights {}: {about}", subject.index.weights));
    }
    report.sections.extend(views::effective_weights(project));
    for ranked in &subject.board.ranking {
        let place = views::place(subject, ranked.place);
        let heading = Section::new(subject.place(ranked.place).id.as_str(), place.title);
        // The second note says where the place stands; the first is the same for all.
        report
            .sections
            .push(heading.text(place.notes.into_iter().skip(1)));
        let parts = place.sections.into_iter();
        report.sections.extend(parts.map(|part| {
            let level = part.level + 1;
            part.level(level)
        }));
    }
    report
}
