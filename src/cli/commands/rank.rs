//! `exacity rank`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Format, Global, OutputArgs, Rank};
use crate::cli::failure::Failure;
use crate::cli::open::{Scored, open_scored, request, sources};
use crate::cli::output::{Out, format_of};
use crate::report::{scoreboard_csv, scoreboard_json, views};
use crate::robustness::project::rank_ranges;

/// The profile that `--brief` stands for.
const BRIEF: &str = "brief";

pub(super) fn run(global: &Global, args: &Rank, out: &Out) -> Ended {
    let sources = sources(global, out)?;
    let mut request = request(&args.project);
    if args.brief {
        request.profile = Some(BRIEF.to_owned());
    }
    let mut scored = open_scored(&*sources, &request)?;
    if !args.no_range && scored.project.profile.ranks {
        for (at, board) in scored.scoreboard.boards.iter_mut().enumerate() {
            board.ranges = rank_ranges(&scored.project, at);
        }
    }
    out.deliver(answer(&scored, &args.output, out)?, &args.output)?;
    out.warnings(&scored.findings);
    Ok(Outcome::Done)
}

/// Writes a ranking in the format asked for.
pub(super) fn answer(scored: &Scored, output: &OutputArgs, out: &Out) -> Result<Vec<u8>, Failure> {
    let Scored {
        project,
        scoreboard,
        findings,
    } = scored;
    Ok(match format_of(output)? {
        Format::Json => scoreboard_json::write(project, scoreboard, &findings.files).into_bytes(),
        Format::Csv => scoreboard_csv::write(project, scoreboard).into_bytes(),
        format => {
            let report = views::ranking(project, scoreboard);
            out.rendered(&report, format, output, project.as_of)?
        }
    })
}
