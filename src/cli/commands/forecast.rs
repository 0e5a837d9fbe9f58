//! `exacity forecast`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{ForecastArgs, Global};
use crate::cli::failure::{Failure, Findings};
use crate::cli::open::{any_place, open, question, sources};
use crate::cli::output::Out;
use crate::config::Request;
use crate::diagnostics::Checked;
use crate::model::IndicatorId;
use crate::plan::forecast::Desk;
use crate::plan::forecast::case;
use crate::plan::forecast::place::{self, Ask, Format};
use crate::report::views;

pub(super) fn run(global: &Global, args: &ForecastArgs, out: &Out) -> Ended {
    match &args.file {
        Some(path) => {
            let (name, text) = question(path)?;
            let answered = answered(case::answer(&name, &text), out)?;
            out.report(&views::forecast::case(&answered), &args.output)?;
        }
        None => of_project(global, args, out)?,
    }
    Ok(Outcome::Done)
}

/// Takes the value out of what a file led to, and shows what was found on the way in full.
pub(super) fn answered<T>(checked: Checked<T>, out: &Out) -> Result<T, Failure> {
    let findings = Findings {
        found: checked.diagnostics,
        files: checked.files,
    };
    match checked.value {
        Some(value) => {
            out.remarks(&findings);
            Ok(value)
        }
        None => Err(Failure::Found(findings)),
    }
}

fn of_project(global: &Global, args: &ForecastArgs, out: &Out) -> Result<(), Failure> {
    let sources = sources(global, out)?;
    let opened = open(&*sources, &Request::default())?;
    let project = &opened.loaded.project;
    let analogs = args.analogs.iter().map(|wanted| any_place(project, wanted));
    let analogs: Vec<_> = analogs.collect::<Result<_, _>>()?;
    let ask = Ask {
        indicator: args.indicator.as_deref().map(IndicatorId::new),
        goals: args.target.clone(),
        level: args.level.unwrap_or(case::LEVEL),
        ceiling: args.ceiling,
        analogs: (!analogs.is_empty()).then_some(analogs),
        format: match (&args.precision, &args.assume_precision) {
            (Some(format), _) => Format::Stated(format.clone()),
            (None, Some(format)) => Format::Assumed(format.clone()),
            (None, None) => Format::Commonest,
        },
    };
    let desk = Desk::new(project);
    let report = match &args.place {
        Some(wanted) => {
            let told = place::forecast(&desk, &any_place(project, wanted)?, &ask)?;
            views::forecast::place(&told, &desk)
        }
        None => views::forecast::glance(&place::all(&desk, &ask)?, &desk.data, project.as_of),
    };
    out.report(&report, &args.output)
}
