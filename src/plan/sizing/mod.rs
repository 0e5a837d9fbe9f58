//! From EFLOPS to accelerators, servers, racks, megawatts and money.
//!
//! Plain arithmetic with the rounding that building has: whole accelerators, whole servers, whole racks.
//! Nameplate and sustained compute are both given, because the gap between the two is the first thing a
//! plan forgets. [`case`] answers a file, [`place`] takes gap and site from a project, [`catalogue`] the
//! chip from its table.

pub mod case;
pub mod catalogue;
pub mod place;

use serde::Serialize;

/// Hours of a year.
pub const HOURS: f64 = 8760.0;

/// Counts beyond this are no plan.
const MOST: f64 = 1e12;

/// What is to be built.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Need {
    /// Compute to add, EFLOPS.
    pub eflops: f64,
    /// Rate of the chip in the format of the gap, as a share of its stated rate; 1 where the two agree.
    pub precision_factor: f64,
    /// The chip in its server.
    pub chip: ChipSpec,
    /// The site.
    pub site: Site,
}

/// A chip in its server.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChipSpec {
    /// Peak rate, TFLOPS.
    pub peak_tflops: f64,
    /// Accelerators in a server.
    pub accelerators_per_server: f64,
    /// Power of a server, kW.
    pub server_kw: f64,
    /// Price of a server, MCNY; none where no price is known.
    pub server_price_mcny: Option<f64>,
}

/// A site and how it is run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Site {
    /// Power of the network, as a share of server power.
    pub network_overhead: f64,
    /// Power usage effectiveness.
    pub pue: f64,
    /// Share of the full load that runs on average.
    pub load_factor: f64,
    /// Price of energy, CNY/kWh.
    pub energy_price: f64,
    /// Power limit of a rack, kW.
    pub rack_kw: f64,
    /// Servers that fit into a rack.
    pub max_servers_per_rack: f64,
    /// Network capex, as a share of server capex.
    pub network_share: f64,
    /// Facility capex, MCNY per MW at the meter.
    pub facility_mcny_per_mw: f64,
    /// Share of the peak rate that real work sustains.
    pub mfu: f64,
}

impl Default for Site {
    /// Assumptions for a site of which nothing is known; every one of them is listed where it is used.
    fn default() -> Self {
        Self {
            network_overhead: 0.1,
            pue: 1.25,
            load_factor: 0.75,
            energy_price: 0.45,
            rack_kw: 45.0,
            max_servers_per_rack: 8.0,
            network_share: 0.15,
            facility_mcny_per_mw: 35.0,
            mfu: 0.4,
        }
    }
}

/// What it takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sized {
    /// Accelerators that the gap needs.
    pub accelerators: f64,
    /// Servers.
    pub servers: f64,
    /// Servers in a rack.
    pub servers_per_rack: f64,
    /// Racks.
    pub racks: f64,
    /// Power of servers and network, MW.
    pub it_mw: f64,
    /// Power at the meter, MW.
    pub facility_mw: f64,
    /// Energy a year, `MWh`.
    pub energy_mwh_per_year: f64,
    /// Capex, MCNY; none where no price of a server is known.
    pub capex_mcny: Option<f64>,
    /// The part of it that is the building and its power, MCNY.
    pub facility_capex_mcny: f64,
    /// Energy cost a year, MCNY.
    pub energy_cost_mcny_per_year: f64,
    /// Nameplate compute of the whole servers, EFLOPS.
    pub actual_eflops: f64,
    /// Compute that real work sustains, EFLOPS.
    pub sustained_eflops: f64,
}

/// Why something cannot be sized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoSize {
    /// One server draws more than a rack may.
    RackTooWeak,
    /// The counts are no plan any more.
    TooLarge,
}

impl NoSize {
    /// Says why in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::RackTooWeak => "one server exceeds the rack power limit",
            Self::TooLarge => "more than 10^12 accelerators: look at the units",
        }
    }
}

/// Sizes a need.
///
/// 1 EFLOPS is 10^6 TFLOPS; a year has 8760 hours; 1 `MWh` at 1 CNY/kWh costs 0.001 MCNY. Counts are rounded
/// up, except for what exceeds a whole number by less than 10^-9: an exact ratio must not be pushed up by
/// rounding error.
///
/// ```
/// use exacity::plan::sizing::{ChipSpec, Need, Site, size};
/// let chip = ChipSpec { peak_tflops: 800.0, accelerators_per_server: 8.0, server_kw: 8.0, server_price_mcny: None };
/// let need = Need { eflops: 1.0, precision_factor: 1.0, chip, site: Site::default() };
/// let sized = size(&need).unwrap();
/// assert_eq!((sized.accelerators, sized.servers, sized.servers_per_rack), (1250.0, 157.0, 5.0));
/// ```
pub fn size(need: &Need) -> Result<Sized, NoSize> {
    let Need { chip, site, .. } = need;
    let rate = chip.peak_tflops * need.precision_factor;
    let draw = chip.server_kw * (1.0 + site.network_overhead);
    let accelerators = up(need.eflops * 1e6 / rate);
    if !accelerators.is_finite() || accelerators > MOST {
        return Err(NoSize::TooLarge);
    }
    let servers = up(accelerators / chip.accelerators_per_server);
    let servers_per_rack = site
        .max_servers_per_rack
        .min((site.rack_kw / draw + 1e-9).floor());
    if servers_per_rack < 1.0 {
        return Err(NoSize::RackTooWeak);
    }
    let racks = up(servers / servers_per_rack);
    let it_mw = servers * draw / 1000.0;
    let facility_mw = it_mw * site.pue;
    let energy = facility_mw * site.load_factor * HOURS;
    let facility_capex = facility_mw * site.facility_mcny_per_mw;
    let capex = chip
        .server_price_mcny
        .map(|price| servers * price * (1.0 + site.network_share) + facility_capex);
    let actual = servers * chip.accelerators_per_server * rate / 1e6;
    Ok(Sized {
        accelerators,
        servers,
        servers_per_rack,
        racks,
        it_mw,
        facility_mw,
        energy_mwh_per_year: energy,
        capex_mcny: capex,
        facility_capex_mcny: facility_capex,
        energy_cost_mcny_per_year: energy * site.energy_price / 1000.0,
        actual_eflops: actual,
        sustained_eflops: actual * site.mfu,
    })
}

fn up(count: f64) -> f64 {
    (count - 1e-9).ceil().max(0.0)
}

/// A specification of which only a range is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uncertain {
    /// Which one.
    pub what: Spec,
    /// Its lowest and highest value.
    pub range: (f64, f64),
    /// Where the range comes from.
    pub why: String,
}

/// A specification that may be uncertain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spec {
    /// Peak rate of the chip, TFLOPS.
    PeakTflops,
    /// Power of a server, kW.
    ServerKw,
    /// Price of a server, MCNY.
    ServerPriceMcny,
    /// Power usage effectiveness.
    Pue,
    /// Load factor.
    LoadFactor,
    /// Energy price, CNY/kWh.
    EnergyPrice,
    /// Share of the peak rate that real work sustains.
    Mfu,
}

impl Spec {
    /// Every specification.
    pub const ALL: [Self; 7] = [
        Self::PeakTflops,
        Self::ServerKw,
        Self::ServerPriceMcny,
        Self::Pue,
        Self::LoadFactor,
        Self::EnergyPrice,
        Self::Mfu,
    ];

    /// Returns the word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::PeakTflops => "peak_tflops",
            Self::ServerKw => "server_kw",
            Self::ServerPriceMcny => "server_price_mcny",
            Self::Pue => "pue",
            Self::LoadFactor => "load_factor",
            Self::EnergyPrice => "energy_price",
            Self::Mfu => "mfu",
        }
    }

    /// Returns the need with this specification changed.
    pub fn set(self, need: &Need, value: f64) -> Need {
        let mut need = *need;
        match self {
            Self::PeakTflops => need.chip.peak_tflops = value,
            Self::ServerKw => need.chip.server_kw = value,
            Self::ServerPriceMcny => need.chip.server_price_mcny = Some(value),
            Self::Pue => need.site.pue = value,
            Self::LoadFactor => need.site.load_factor = value,
            Self::EnergyPrice => need.site.energy_price = value,
            Self::Mfu => need.site.mfu = value,
        }
        need
    }
}

/// What one uncertain specification changes, at its two ends and all else equal.
#[derive(Debug, Clone, PartialEq)]
pub struct Swing {
    /// The specification.
    pub uncertain: Uncertain,
    /// The answer at the lower end.
    pub low: Result<Sized, NoSize>,
    /// The answer at the upper end.
    pub high: Result<Sized, NoSize>,
}

/// Moves each uncertain specification to its ends.
pub fn sensitivity(need: &Need, uncertain: &[Uncertain]) -> Vec<Swing> {
    let swings = uncertain.iter().map(|one| Swing {
        uncertain: one.clone(),
        low: size(&one.what.set(need, one.range.0)),
        high: size(&one.what.set(need, one.range.1)),
    });
    swings.collect()
}

/// Returns what fits under a power limit at the meter: whole servers and their nameplate EFLOPS.
pub fn within_power(need: &Need, limit_mw: f64) -> (f64, f64) {
    let draw = need.chip.server_kw * (1.0 + need.site.network_overhead) * need.site.pue / 1000.0;
    let servers = (limit_mw / draw + 1e-9).floor().max(0.0);
    let rate = need.chip.peak_tflops * need.precision_factor;
    (
        servers,
        servers * need.chip.accelerators_per_server * rate / 1e6,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(eflops: f64) -> Need {
        Need {
            eflops,
            precision_factor: 1.0,
            chip: ChipSpec {
                peak_tflops: 500.0,
                accelerators_per_server: 8.0,
                server_kw: 10.0,
                server_price_mcny: Some(2.0),
            },
            site: Site::default(),
        }
    }

    #[test]
    fn an_exact_ratio_is_not_pushed_up() {
        // 0.3 EFLOPS at 500 TFLOPS is 600 accelerators, 75 servers; 0.3e6/500 is 600.0000000000001 in doubles.
        let sized = size(&need(0.3)).unwrap();
        assert_eq!((sized.accelerators, sized.servers), (600.0, 75.0));
        assert!((sized.actual_eflops - 0.3).abs() < 1e-12);
    }

    #[test]
    fn what_is_built_is_never_less_than_the_gap() {
        for k in 1..200 {
            let gap = f64::from(k) * 0.137;
            assert!(size(&need(gap)).unwrap().actual_eflops >= gap - 1e-9);
        }
    }

    #[test]
    fn without_a_price_there_is_no_capex_but_a_building() {
        let mut unpriced = need(1.0);
        unpriced.chip.server_price_mcny = None;
        let sized = size(&unpriced).unwrap();
        assert!(sized.capex_mcny.is_none() && sized.facility_capex_mcny > 0.0);
    }

    #[test]
    fn a_weak_rack_and_an_absurd_gap_are_refused() {
        let mut weak = need(1.0);
        weak.site.rack_kw = 10.9;
        assert_eq!(size(&weak), Err(NoSize::RackTooWeak));
        assert_eq!(size(&need(1e20)), Err(NoSize::TooLarge));
    }

    #[test]
    fn what_fits_under_a_limit_draws_no_more_than_it() {
        let (servers, eflops) = within_power(&need(1.0), 20.0);
        // 13.75 kW a server at the meter.
        assert_eq!(servers.to_bits(), 1454.0_f64.to_bits());
        assert!((eflops - 1454.0 * 8.0 * 500.0 / 1e6).abs() < 1e-12);
        assert_eq!(within_power(&need(1.0), 0.0), (0.0, 0.0));
    }
}
