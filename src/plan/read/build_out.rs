//! Periods, chips, sites and what binds them.

use super::super::instance::{
    About, BuildOut, Chip, Existing, Objective, Period, Quota, ScoreTerm, Site, Subsidy, Target,
};
use super::names;
use crate::config::{Table, Value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use std::collections::BTreeMap;

/// Variables that a plan may have. The pure-Rust solver would take hours for more.
pub(super) const MOST_COLUMNS: usize = 400_000;

pub(super) fn read(document: &Table, about: About, found: &mut Diagnostics) -> Option<BuildOut> {
    let periods: Vec<(&Value, &Table)> = document.tables("periods").collect();
    let chips: Vec<(&Value, &Table)> = document.tables("chips").collect();
    let sites: Vec<(&Value, &Table)> = document.tables("sites").collect();
    names(&periods, "period", found);
    let chip_names = names(&chips, "chip", found);
    names(&sites, "site", found);
    for (key, tables) in [("periods", &periods), ("chips", &chips), ("sites", &sites)] {
        if tables.is_empty()
            && let Some(at) = document.get(key)
        {
            let message = format!("`{key}` is empty: there is nothing to plan");
            found.push(Diagnostic::new(Code("E0501"), message).at(at.span.clone(), ""));
        }
    }
    let mut desk = Desk {
        periods: periods.len(),
        chips: chip_names,
        found,
    };
    let columns = periods
        .len()
        .saturating_mul(sites.len())
        .saturating_mul(chips.len() + 1);
    if columns > MOST_COLUMNS {
        let message = format!(
            "{} periods times {} sites times {} chips are {columns} decisions; {MOST_COLUMNS} are the limit",
            periods.len(),
            sites.len(),
            chips.len()
        );
        let help = "use longer periods, or join sites of the same kind";
        desk.found
            .push(Diagnostic::new(Code("E0505"), message).help(help));
    }
    let precision = desk.precision(document, &chips);
    let chips: Vec<Chip> = chips
        .iter()
        .map(|(at, table)| desk.chip(at, table))
        .collect();
    let sites: Vec<Site> = sites
        .iter()
        .map(|(at, table)| desk.site(at, table, &chips))
        .collect();
    let targets = document
        .tables("targets")
        .map(|(at, table)| desk.target(at, table, precision.as_deref()))
        .collect();
    let plan = BuildOut {
        about,
        periods: periods.iter().map(|(_, table)| period(table)).collect(),
        discount_rate: document.number("discount_rate").unwrap_or(0.0),
        load_factor: document.number("load_factor").unwrap_or(1.0),
        salvage: document.text("salvage") != Some("none"),
        objective: document
            .text("objective")
            .and_then(Objective::read)
            .unwrap_or(Objective::MinNpvCost),
        chips,
        sites,
        budget: desk.maybe(document, "budget"),
        budget_carry: document.flag("budget_carry").unwrap_or(true),
        power_cap: desk.maybe(document, "power_cap_mw"),
        quota: desk.quota(document, "domestic_quota"),
        subsidy: document.table("subsidy").map(subsidy),
        targets,
        demand: desk.maybe(document, "demand"),
        max_utilisation: document.number("max_utilisation").unwrap_or(1.0),
        unmet_penalty: desk.maybe(document, "unmet_penalty"),
        min_utilisation: desk.quota(document, "min_utilisation"),
        score: document
            .tables("score")
            .map(|(at, table)| desk.score(at, table))
            .collect(),
    };
    desk.check(document, &plan);
    (!found.has_errors()).then_some(plan)
}

fn period(table: &Table) -> Period {
    Period {
        id: table.text("id").unwrap_or_default().to_owned(),
        years: table.number("years").unwrap_or(1.0),
    }
}

fn subsidy(table: &Table) -> Subsidy {
    Subsidy {
        share: table.number("share").unwrap_or(0.0),
        pool: table.number("pool").unwrap_or(0.0),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the shape has checked the range"
)]
fn count(table: &Table, key: &str, default: usize) -> usize {
    table.number(key).map_or(default, |number| number as usize)
}

/// What every reader needs, with the findings.
struct Desk<'a> {
    periods: usize,
    chips: BTreeMap<String, usize>,
    found: &'a mut Diagnostics,
}

impl Desk<'_> {
    fn inconsistent(&mut self, message: impl Into<String>, at: &Span) {
        self.found
            .push(Diagnostic::new(Code("E0501"), message).at(at.clone(), ""));
    }

    /// Reads one number for all periods or one for each.
    fn maybe(&mut self, table: &Table, key: &str) -> Option<Vec<f64>> {
        let value = table.get(key)?;
        let Some(array) = value.array() else {
            return Some(vec![value.number().unwrap_or(0.0); self.periods]);
        };
        if array.len() != self.periods {
            let message = format!(
                "`{key}` has {} entries for {} periods",
                array.len(),
                self.periods
            );
            self.found.push(
                Diagnostic::new(Code("E0501"), message)
                    .at(value.span.clone(), "")
                    .help("give one number per period, or a single one for all"),
            );
        }
        let mut numbers: Vec<f64> = array
            .iter()
            .map(|value| value.number().unwrap_or(0.0))
            .collect();
        numbers.resize(self.periods, 0.0);
        Some(numbers)
    }

    fn per_period(&mut self, table: &Table, key: &str, default: f64) -> Vec<f64> {
        let periods = self.periods;
        self.maybe(table, key)
            .unwrap_or_else(|| vec![default; periods])
    }

    fn chip(&mut self, at: &Value, table: &Table) -> Chip {
        let chip = Chip {
            id: table.text("id").unwrap_or_default().to_owned(),
            domestic: table.flag("domestic").unwrap_or(false),
            accelerators: table.number("accelerators"),
            eflops: table.number("module_eflops").unwrap_or(1.0),
            it_mw: table.number("module_it_mw").unwrap_or(0.0),
            racks: table.number("module_racks").unwrap_or(0.0),
            capex: self.per_period(table, "capex", 0.0),
            life: count(table, "life_periods", 1),
            opex_rate: self.per_period(table, "opex_rate", 0.0),
            available_from: count(table, "available_from", 0),
            max_per_period: self.maybe(table, "max_per_period"),
        };
        if let Some(accelerators) = chip.accelerators {
            self.believable(at, &chip, accelerators);
        }
        chip
    }

    /// Catches units: a module's EFLOPS and MW follow from its accelerators within a wide margin.
    fn believable(&mut self, at: &Value, chip: &Chip, accelerators: f64) {
        if accelerators <= 0.0 {
            return;
        }
        let tflops = chip.eflops * 1e6 / accelerators;
        let kw = chip.it_mw * 1000.0 / accelerators;
        if !(1.0..=200_000.0).contains(&tflops) {
            let message = format!(
                "a module of `{}` has {accelerators} accelerators and {} EFLOPS: {tflops:.4} TFLOPS for each",
                chip.id, chip.eflops
            );
            self.found.push(
                Diagnostic::new(Code("W0501"), message)
                    .at(at.span.clone(), "")
                    .help("`module_eflops` counts EFLOPS: 1 EFLOPS is 1000 PFLOPS and 10^6 TFLOPS"),
            );
        }
        if kw > 50.0 || (kw > 0.0 && kw < 0.01) {
            let message = format!(
                "a module of `{}` has {accelerators} accelerators and {} MW: {kw:.4} kW for each",
                chip.id, chip.it_mw
            );
            self.found.push(
                Diagnostic::new(Code("W0501"), message)
                    .at(at.span.clone(), "")
                    .help("`module_it_mw` counts MW: 1 MW is 1000 kW"),
            );
        }
    }

    fn site(&mut self, at: &Value, table: &Table, chips: &[Chip]) -> Site {
        let existing: Vec<Existing> = table
            .tables("existing")
            .filter_map(|(_, fleet)| {
                let chip = self.find_chip(fleet, "chip")?;
                Some(Existing {
                    chip,
                    modules: fleet.number("modules").unwrap_or(0.0),
                    retires: count(fleet, "retires", self.periods),
                })
            })
            .collect();
        let allowed = table
            .get("chips_allowed")
            .and_then(Value::array)
            .map(|names| {
                names
                    .iter()
                    .filter_map(|name| self.chip_named(name))
                    .collect()
            });
        let site = Site {
            id: table.text("id").unwrap_or_default().to_owned(),
            open_at_start: table.flag("open_at_start").unwrap_or(false),
            open_cost: table.number("open_cost").unwrap_or(0.0),
            earliest: count(table, "earliest", 0),
            max_racks: table.number("max_racks").unwrap_or(0.0),
            power_mw: self.per_period(table, "power_mw", 0.0),
            pue: table.number("pue").unwrap_or(1.0),
            energy_price: self.per_period(table, "energy_price", 0.0),
            lead: count(table, "lead_periods", 0),
            existing,
            chips_allowed: allowed,
        };
        self.fits(at, table, &site, chips);
        site
    }

    /// What stands at a site must fit into it, and only open sites hold anything.
    fn fits(&mut self, at: &Value, table: &Table, site: &Site, chips: &[Chip]) {
        let span = |key: &str| table.get(key).map_or(&at.span, |value| &value.span).clone();
        if !site.existing.is_empty() && !site.open_at_start {
            let message = format!(
                "site `{}` has modules and is not open at the start",
                site.id
            );
            self.inconsistent(message, &span("existing"));
        }
        for t in 0..self.periods {
            let on = || site.existing.iter().filter(|fleet| t < fleet.retires);
            let racks: f64 = on().map(|f| f.modules * chips[f.chip].racks).sum();
            let mw: f64 = on()
                .map(|f| f.modules * chips[f.chip].it_mw * site.pue)
                .sum();
            // A limit below zero has been told of already.
            let full = |used: f64, most: f64| most >= 0.0 && used > most * (1.0 + 1e-9) + 1e-9;
            if full(racks, site.max_racks) {
                let message = format!(
                    "what stands at `{}` takes {racks} racks of {}",
                    site.id, site.max_racks
                );
                return self.inconsistent(message, &span("existing"));
            }
            if full(mw, site.power_mw[t]) {
                let message = format!(
                    "what stands at `{}` draws {mw:.3} MW at the meter in period {t}; it has {}",
                    site.id, site.power_mw[t]
                );
                return self.inconsistent(message, &span("power_mw"));
            }
        }
        let prices = site.energy_price.iter().copied().fold(0.0, f64::max);
        if prices > 10.0 {
            let message = format!("energy at `{}` costs {prices} CNY per kWh", site.id);
            self.found.push(
                Diagnostic::new(Code("W0501"), message)
                    .at(span("energy_price"), "")
                    .help("`energy_price` counts CNY per kWh; 350 CNY per MWh are 0.35"),
            );
        }
    }

    fn find_chip(&mut self, table: &Table, key: &str) -> Option<usize> {
        self.chip_named(table.get(key)?)
    }

    fn chip_named(&mut self, value: &Value) -> Option<usize> {
        let name = value.text()?;
        let found = self.chips.get(name).copied();
        if found.is_none() {
            let known = self.chips.keys().map(String::as_str);
            self.found.push(
                Diagnostic::new(
                    Code("E0503"),
                    format!("there is no chip `{name}` in this plan"),
                )
                .at(value.span.clone(), "unknown chip")
                .maybe_help(did_you_mean(name, known)),
            );
        }
        found
    }

    /// Finds a period by its number.
    fn period(&mut self, at: &Value, table: &Table, what: &str) -> usize {
        let number = table.number("period").unwrap_or(0.0);
        let last = self.periods.saturating_sub(1);
        if number < 0.0 || number > last as f64 {
            let span = table.get("period").map_or(&at.span, |period| &period.span);
            let side = if number < 0.0 {
                "before the first"
            } else {
                "after the last"
            };
            let message = format!("{what} is set for period {number}, {side}");
            self.found.push(
                Diagnostic::new(Code("E0504"), message)
                    .at(span.clone(), "")
                    .help(format!("periods count from 0: 0 to {last} here")),
            );
            return 0;
        }
        count(table, "period", 0)
    }

    fn target(&mut self, at: &Value, table: &Table, precision: Option<&str>) -> Target {
        if let (Some(own), Some(chips)) = (table.word("precision"), precision)
            && own.text != chips
        {
            let message = format!("the target counts {} and the chips {chips}", own.text);
            self.found.push(
                Diagnostic::new(Code("E0506"), message)
                    .at(own.span.clone(), "")
                    .help("convert one of them by a factor that you can defend: they are not comparable"),
            );
        }
        let hard = table.flag("hard").unwrap_or(true);
        if !hard && !table.has("penalty") && !table.has("weight") {
            let message = "a soft target needs `penalty` (MCNY per EFLOPS short) or `weight`";
            self.inconsistent(message, &at.span);
        }
        Target {
            period: self.period(at, table, "a target"),
            eflops: table.number("eflops").unwrap_or(1.0),
            hard,
            penalty: table.number("penalty").unwrap_or(0.0),
            weight: table.number("weight").unwrap_or(1.0),
        }
    }

    /// Returns the number format of the chips; they must share one.
    fn precision(&mut self, document: &Table, chips: &[(&Value, &Table)]) -> Option<String> {
        let stated: Vec<_> = chips
            .iter()
            .filter_map(|(_, chip)| chip.word("precision"))
            .collect();
        let first = stated.first()?;
        for other in stated.iter().filter(|other| other.text != first.text) {
            let message = format!("one chip counts {} and another {}", first.text, other.text);
            self.found.push(
                Diagnostic::new(Code("E0506"), message)
                    .at(other.span.clone(), "")
                    .help("state the EFLOPS of all chips in one number format"),
            );
        }
        let unstated = document
            .tables("targets")
            .filter(|(_, target)| !target.has("precision"));
        for (at, _) in unstated {
            self.found.push(
                Diagnostic::new(
                    Code("W0502"),
                    format!("a target does not say whether it counts {}", first.text),
                )
                .at(at.span.clone(), "")
                .help(format!("add `precision = \"{}\"` if it does", first.text)),
            );
        }
        Some(first.text.to_owned())
    }

    fn quota(&mut self, document: &Table, key: &str) -> Option<Quota> {
        let table = document.table(key)?;
        let quota = Quota {
            share: self.per_period(table, "share", 0.0),
            from: count(table, "from", 0),
        };
        if key == "min_utilisation"
            && quota
                .share
                .iter()
                .skip(quota.from)
                .any(|share| *share <= 0.0)
            && let Some(at) = table.get("share")
        {
            self.inconsistent(
                "`min_utilisation` must be above 0: demand is divided by it",
                &at.span,
            );
        }
        Some(quota)
    }

    fn score(&mut self, at: &Value, table: &Table) -> ScoreTerm {
        let pairs = table
            .get("scale")
            .and_then(Value::array)
            .unwrap_or_default();
        let pair = |value: &Value| match value.array()? {
            [eflops, points] => Some((eflops.number()?, points.number()?)),
            _ => None,
        };
        let scale: Vec<(f64, f64)> = pairs.iter().filter_map(pair).collect();
        let span = table.get("scale").map_or(&at.span, |scale| &scale.span);
        let rising = scale
            .windows(2)
            .all(|w| w[1].0 > w[0].0 && w[1].1 >= w[0].1);
        if scale.len() != pairs.len() || scale.len() < 2 || !rising || scale[0].0 != 0.0 {
            self.inconsistent(
                "`scale` takes two or more pairs [EFLOPS, points], rising, from 0 EFLOPS",
                span,
            );
        } else {
            let slopes: Vec<f64> = scale
                .windows(2)
                .map(|w| (w[1].1 - w[0].1) / (w[1].0 - w[0].0))
                .collect();
            if slopes.windows(2).any(|w| w[1] > w[0] + 1e-12) {
                let message =
                    "`scale` must rise ever more slowly: later segments would be filled first";
                self.inconsistent(message, span);
            }
        }
        ScoreTerm {
            period: self.period(at, table, "a score"),
            weight: table.number("weight").unwrap_or(1.0),
            scale,
        }
    }

    /// Looks at what no single table shows.
    fn check(&mut self, document: &Table, plan: &BuildOut) {
        let Some(at) = document.get("objective") else {
            return;
        };
        let missing = match plan.objective {
            Objective::MaxScore if plan.score.is_empty() => "`max_score` needs `[[score]]`",
            Objective::Earliest if plan.targets.is_empty() => "`earliest` needs a target",
            _ => return,
        };
        self.inconsistent(missing, &at.span);
    }
}
