//! `exacity size`

use super::Ended;
use super::forecast::answered;
use crate::cli::Outcome;
use crate::cli::args::{Global, KnownArgs, SizeArgs};
use crate::cli::open::{any_place, open, question, sources};
use crate::cli::output::Out;
use crate::config::Request;
use crate::plan::sizing::case;
use crate::plan::sizing::place::{Given, Question, answer};
use crate::report::views;

pub(super) fn run(global: &Global, args: &SizeArgs, out: &Out) -> Ended {
    if let Some(path) = &args.file {
        let (name, text) = question(path)?;
        let told = answered(case::answer(&name, &text), out)?;
        out.report(&views::sizing_case(&told), &args.output)?;
        // A file with several cases is a table in which some may not fit; one that does not is a "no".
        let none = told.cases.iter().all(|case| case.sized.is_err());
        return Ok(if none { Outcome::No } else { Outcome::Done });
    }
    let sources = sources(global, out)?;
    let opened = open(&*sources, &Request::default())?;
    let project = &opened.loaded.project;
    if args.chips {
        out.report(&views::chips(&project.library), &args.output)?;
        return Ok(Outcome::Done);
    }
    let place = args
        .place
        .as_deref()
        .map(|wanted| any_place(project, wanted));
    let told = answer(
        project,
        &Question {
            gap: args.gap,
            precision: args.precision.clone(),
            precision_factor: args.precision_factor,
            chip: args.chip.clone().unwrap_or_default(),
            place: place.transpose()?,
            target: args.target,
            given: given(&args.known),
            power_limit_mw: args.power_limit,
        },
    )?;
    out.report(&views::sizing_place(&told), &args.output)?;
    Ok(if told.case.sized.is_err() {
        Outcome::No
    } else {
        Outcome::Done
    })
}

fn given(known: &KnownArgs) -> Vec<(Given, f64)> {
    let all = [
        (Given::PerServer, known.per_server),
        (Given::ServerKw, known.server_kw),
        (Given::ServerPrice, known.server_price),
        (Given::NetworkOverhead, known.network_overhead),
        (Given::Pue, known.pue),
        (Given::LoadFactor, known.load_factor),
        (Given::EnergyPrice, known.energy_price),
        (Given::RackKw, known.rack_kw),
        (Given::ServersPerRack, known.servers_per_rack),
        (Given::NetworkShare, known.network_share),
        (Given::Facility, known.facility_capex),
        (Given::Mfu, known.mfu),
    ];
    all.into_iter()
        .filter_map(|(what, value)| Some((what, value?)))
        .collect()
}
