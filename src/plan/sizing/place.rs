//! Gap and site from a project.

use super::case::{SizedCase, different_formats};
use super::catalogue::{Described, PER_SERVER, SERVER_POWER, SERVER_PRICE, find};
use super::{ChipSpec, Need, Site, Spec, Uncertain};
use crate::dataset::number_format;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::PlaceId;
use crate::plan::forecast::Desk;
use crate::plan::forecast::case::Goal;
use crate::plan::forecast::place::{Ask, forecast};
use crate::project::Project;
use serde::Serialize;

/// Indicators of the data that describe a site.
const PUE: &str = "pue";
const ENERGY_PRICE: &str = "dc_electricity_price_cny_kwh";

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The gap, EFLOPS; else from the target of a place.
    pub gap: Option<f64>,
    /// Number format of the gap.
    pub precision: Option<String>,
    /// Rate of the chip in the format of the gap, as a share of its stated rate.
    pub precision_factor: Option<f64>,
    /// The chip.
    pub chip: String,
    /// The place: its figures for the site, and its target where there is no gap.
    pub place: Option<PlaceId>,
    /// A target instead of the place's own.
    pub target: Option<Goal>,
    /// Values that replace what data and assumptions say.
    pub given: Vec<(Given, f64)>,
    /// Power limit at the meter, MW.
    pub power_limit_mw: Option<f64>,
}

/// A value that the user may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Accelerators in a server.
    PerServer,
    /// Power of a server, kW.
    ServerKw,
    /// Price of a server, MCNY.
    ServerPrice,
    /// Network power over server power.
    NetworkOverhead,
    /// Power usage effectiveness.
    Pue,
    /// Load factor.
    LoadFactor,
    /// Energy price.
    EnergyPrice,
    /// Rack limit, kW.
    RackKw,
    /// Servers in a rack.
    ServersPerRack,
    /// Network capex over server capex.
    NetworkShare,
    /// Facility capex.
    Facility,
    /// Share sustained.
    Mfu,
}

/// A number of the question with its origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Basis {
    /// What it is.
    pub what: &'static str,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Where it comes from.
    pub from: String,
    /// True for what nobody measured.
    pub assumed: bool,
}

/// The answer with everything it rests on.
#[derive(Debug, Clone)]
pub struct PlaceSized {
    /// Title: where and how much.
    pub title: String,
    /// How the gap came about.
    pub gap: String,
    /// Remarks: number formats, prices in other currencies.
    pub remarks: Vec<String>,
    /// The chip.
    pub chip: Described,
    /// Every number that went in.
    pub basis: Vec<Basis>,
    /// The answer.
    pub case: SizedCase,
}

/// Sizes a gap for a chip of the catalogue.
///
/// # Errors
///
/// E0537 for an unknown chip, E0538 for a gap in another number format than the chip's rate, E0540 where a
/// specification is missing and none was given, and what the forecast of the place says if its gap is asked
/// for.
pub fn answer(project: &Project, ask: &Question) -> Result<PlaceSized, Diagnostic> {
    let chip = find(&project.library, &ask.chip)?;
    let desk = Desk::new(project);
    let gap = gap(&desk, ask)?;
    let format = number_format(&gap.format).to_uppercase();
    if !format.is_empty() && format != "FP16" && ask.precision_factor.is_none() {
        return Err(different_formats(&format, "FP16 (dense)")
            .help("`--precision-factor 0.25` says that the chip does a quarter of its FP16 rate in the format of the gap"));
    }
    let mut basis = vec![];
    let spec = spec(&chip, ask, &mut basis)?;
    let site = site(&desk, ask, &mut basis);
    let need = Need {
        eflops: gap.eflops,
        precision_factor: ask.precision_factor.unwrap_or(1.0),
        chip: spec,
        site,
    };
    let mut uncertain = chip.uncertain(
        spec.accelerators_per_server,
        ask.has(Given::ServerKw),
        ask.has(Given::ServerPrice),
    );
    uncertain.extend(operations(ask, &basis));
    let mut remarks = vec![];
    if format.is_empty() {
        remarks.push("The gap states no number format; the rate of the chip is dense FP16, and the gap is taken to be in it.".to_owned());
    }
    if spec.server_price_mcny.is_none() {
        remarks.push("No price in yuan is known for this chip: no capex of servers. `--server-price` gives one.".to_owned());
    }
    for (price, currency) in &chip.other_prices {
        remarks.push(format!(
            "A source gives {price} {currency} a card, which is not converted."
        ));
    }
    let title = match &gap.place {
        Some(place) => format!("{place}: {} EFLOPS with {}", round(gap.eflops), chip.name),
        None => format!("{} EFLOPS with {}", round(gap.eflops), chip.name),
    };
    Ok(PlaceSized {
        title,
        gap: gap.words,
        remarks,
        case: SizedCase::new(chip.name.clone(), need, &uncertain, ask.power_limit_mw),
        chip,
        basis,
    })
}

fn round(eflops: f64) -> String {
    crate::num::round::Rounding::to(3).apply(eflops).to_string()
}

impl Question {
    fn value(&self, given: Given) -> Option<f64> {
        let found = self.given.iter().find(|(g, _)| *g == given);
        found.map(|(_, value)| *value)
    }

    fn has(&self, given: Given) -> bool {
        self.value(given).is_some()
    }
}

struct Gap {
    eflops: f64,
    format: String,
    place: Option<String>,
    words: String,
}

/// Takes the gap that was given, or that between the last figure of a place and its next open target.
fn gap(desk: &Desk, ask: &Question) -> Result<Gap, Diagnostic> {
    let name = ask
        .place
        .as_ref()
        .map(|id| desk.data.places[id].name.clone());
    let stated = ask.precision.clone().unwrap_or_default();
    if let Some(eflops) = ask.gap {
        return Ok(Gap {
            eflops,
            format: stated,
            place: name,
            words: "The gap was given.".to_owned(),
        });
    }
    let Some(place) = &ask.place else {
        return Err(Diagnostic::new(Code("E0105"), "neither a gap nor a place was given")
            .help("`--gap 15` gives EFLOPS, `--place guizhou` takes the gap to the place's next open target"));
    };
    let told = forecast(
        desk,
        place,
        &Ask {
            goals: ask.target.into_iter().collect(),
            ..Ask::default()
        },
    )?;
    let open = |t: &&crate::plan::forecast::place::TargetOutlook| match (&t.declared, ask.target) {
        (declared, Some(_)) => declared.is_none(),
        (Some(report), None) => !report.state.scores() && t.required.is_some_and(|r| r.gap > 0.0),
        (None, None) => false,
    };
    let Some(target) = told.targets.iter().find(open) else {
        let message = format!(
            "no target of {} is open and above its last figure",
            told.place.name
        );
        return Err(Diagnostic::new(Code("E0531"), message)
            .help("`--target 200@2027-12-31` states one, `--gap 15` the gap itself"));
    };
    let last = told.rows.used.last();
    let (value, day) = last.map_or((0.0, String::new()), |l| (l.row.value, l.day.to_string()));
    let sign = last.map_or("", |l| l.row.qualifier.sign());
    let gap = target.goal.value - value;
    if gap <= 0.0 {
        let message = format!(
            "the last figure of {}, {value} EFLOPS, is past the target",
            told.place.name
        );
        return Err(
            Diagnostic::new(Code("E0533"), message).help("there is nothing to build for it")
        );
    }
    let declared = target.declared.as_ref();
    let format = declared.map_or(String::new(), |d| d.target.numeric_precision.clone());
    let format = [stated, format, told.rows.format.clone()]
        .into_iter()
        .find(|f| !f.is_empty())
        .unwrap_or_default();
    Ok(Gap {
        eflops: gap,
        format,
        place: name,
        words: format!(
            "{} EFLOPS by {}, less {sign}{value} on {day}{}.",
            target.goal.value,
            target.goal.date,
            declared.map_or(String::new(), |d| format!(" (target {})", d.target.id))
        ),
    })
}

fn spec(chip: &Described, ask: &Question, basis: &mut Vec<Basis>) -> Result<ChipSpec, Diagnostic> {
    let row = |has: &dyn Fn(&crate::model::Chip) -> bool| {
        let found = chip.rows.iter().find(|c| has(c));
        found.map_or(String::new(), |c| format!("chips.csv, {}", c.id))
    };
    let Some((tflops, _)) = chip.tflops else {
        let message = format!("no source gives the rate of `{}`", chip.name);
        return Err(Diagnostic::new(Code("E0540"), message)
            .help("take another chip, or give the figures in a file (`exacity size --file`)"));
    };
    basis.push(Basis {
        what: "rate of an accelerator, dense FP16",
        value: tflops,
        unit: "TFLOPS",
        from: row(&|c| c.fp16_dense_tflops.is_some()),
        assumed: false,
    });
    let mut pick = Pick { ask, basis };
    let per_server = pick.assumed(
        Given::PerServer,
        "accelerators in a server",
        "",
        PER_SERVER,
        "the usual board",
    );
    let server_kw = match (ask.value(Given::ServerKw), chip.watts) {
        (None, None) => {
            let message = format!("no source gives the power of `{}`", chip.name);
            return Err(Diagnostic::new(Code("E0540"), message)
                .help("`--server-kw 6.4` gives that of a server"));
        }
        (Some(_), _) => pick.assumed(Given::ServerKw, "power of a server", "kW", 0.0, ""),
        (None, Some((watts, _))) => {
            let from = format!(
                "{per_server} x {watts} W ({}) x {}, which is assumed for processors, fans and losses",
                row(&|c| c.power_w.is_some()),
                SERVER_POWER.0
            );
            let kw = per_server * watts * SERVER_POWER.0 / 1000.0;
            pick.assumed(Given::ServerKw, "power of a server", "kW", kw, &from)
        }
    };
    let price = chip
        .price_cny
        .map(|(cny, _)| per_server * cny * SERVER_PRICE.0 / 1e6);
    let server_price_mcny = (price.is_some() || ask.has(Given::ServerPrice)).then(|| {
        let from = format!(
            "{per_server} x {} CNY ({}) x {}, which is assumed by the rows for H20 cards and servers",
            chip.price_cny.map_or(0.0, |p| p.0),
            row(&|c| c.price.is_some() && c.currency == "CNY"),
            SERVER_PRICE.0
        );
        pick.assumed(Given::ServerPrice, "price of a server", "MCNY", price.unwrap_or(0.0), &from)
    });
    Ok(ChipSpec {
        peak_tflops: tflops,
        accelerators_per_server: per_server,
        server_kw,
        server_price_mcny,
    })
}

/// Takes what was given, else data, else an assumption, and writes down which.
struct Pick<'a> {
    ask: &'a Question,
    basis: &'a mut Vec<Basis>,
}

impl Pick<'_> {
    fn assumed(
        &mut self,
        given: Given,
        what: &'static str,
        unit: &'static str,
        value: f64,
        why: &str,
    ) -> f64 {
        let own = self.ask.value(given);
        let from = match (own, why) {
            (Some(_), _) => "given".to_owned(),
            (None, "") => "assumed".to_owned(),
            (None, why) => format!("assumed: {why}"),
        };
        self.basis.push(Basis {
            what,
            value: own.unwrap_or(value),
            unit,
            from,
            assumed: own.is_none(),
        });
        own.unwrap_or(value)
    }

    fn measured(
        &mut self,
        given: Given,
        what: &'static str,
        unit: &'static str,
        known: Option<(f64, String)>,
        otherwise: f64,
    ) -> f64 {
        match known {
            Some((value, row)) if !self.ask.has(given) => {
                self.basis.push(Basis {
                    what,
                    value,
                    unit,
                    from: row,
                    assumed: false,
                });
                value
            }
            _ => self.assumed(given, what, unit, otherwise, ""),
        }
    }
}

fn site(desk: &Desk, ask: &Question, basis: &mut Vec<Basis>) -> Site {
    let known = |indicator: &str| {
        let place = ask.place.as_ref()?;
        let pool = [indicator.into()];
        let chosen = desk.selector.select(&desk.data, place, &pool);
        let row = chosen.rows().next()?;
        let date = row.as_of.map_or(String::new(), |p| format!(", {p}"));
        Some((row.value, format!("observations.csv, {}{date}", row.id)))
    };
    let otherwise = Site::default();
    let mut pick = Pick { ask, basis };
    Site {
        network_overhead: pick.assumed(
            Given::NetworkOverhead,
            "network power over server power",
            "",
            otherwise.network_overhead,
            "",
        ),
        pue: pick.measured(Given::Pue, "PUE", "", known(PUE), otherwise.pue),
        load_factor: pick.assumed(
            Given::LoadFactor,
            "load factor",
            "",
            otherwise.load_factor,
            "",
        ),
        energy_price: pick.measured(
            Given::EnergyPrice,
            "energy price",
            "CNY/kWh",
            known(ENERGY_PRICE),
            otherwise.energy_price,
        ),
        rack_kw: pick.assumed(
            Given::RackKw,
            "power limit of a rack",
            "kW",
            otherwise.rack_kw,
            "",
        ),
        max_servers_per_rack: pick.assumed(
            Given::ServersPerRack,
            "servers that fit into a rack",
            "",
            otherwise.max_servers_per_rack,
            "",
        ),
        network_share: pick.assumed(
            Given::NetworkShare,
            "network capex over server capex",
            "",
            otherwise.network_share,
            "",
        ),
        facility_mcny_per_mw: pick.assumed(
            Given::Facility,
            "facility capex",
            "MCNY/MW",
            otherwise.facility_mcny_per_mw,
            "",
        ),
        mfu: pick.assumed(
            Given::Mfu,
            "share of the peak rate that work sustains",
            "",
            otherwise.mfu,
            "",
        ),
    }
}

/// The ranges of what was assumed about running the site.
fn operations(ask: &Question, basis: &[Basis]) -> Vec<Uncertain> {
    let assumed = |what: &str| basis.iter().any(|b| b.what == what && b.assumed);
    let all = [
        (Given::Pue, "PUE", Spec::Pue, (1.15, 1.4)),
        (
            Given::LoadFactor,
            "load factor",
            Spec::LoadFactor,
            (0.5, 0.9),
        ),
        (
            Given::EnergyPrice,
            "energy price",
            Spec::EnergyPrice,
            (0.35, 0.6),
        ),
        (
            Given::Mfu,
            "share of the peak rate that work sustains",
            Spec::Mfu,
            (0.25, 0.5),
        ),
    ];
    all.into_iter()
        .filter(|(given, what, ..)| !ask.has(*given) && assumed(what))
        .map(|(_, _, what, range)| Uncertain {
            what,
            range,
            why: "assumed, like the value itself".to_owned(),
        })
        .collect()
}
