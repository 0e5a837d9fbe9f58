//! The nouns of a plan: periods, chips, sites, targets, demand; and facilities with their customers.
//!
//! Money is in millions of CNY (MCNY), compute in EFLOPS, power in MW, energy prices in CNY per kWh. What
//! may differ by period is a list with one entry per period.

/// A question that a plan answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Instance {
    /// What to build, where and when.
    BuildOut(Box<BuildOut>),
    /// Which facilities to open, and whom each serves.
    Facility(Facility),
}

/// What the file says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What it is about.
    pub text: String,
    /// Figures that somebody assumed, with the reason.
    pub assumptions: Vec<Basis>,
    /// Figures that a source states.
    pub sources: Vec<Basis>,
}

/// What a figure rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Basis {
    /// The key of the figure, or several in words.
    pub of: String,
    /// The reason, or the source.
    pub because: String,
}

/// What is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// Least net present cost.
    MinNpvCost,
    /// Least weighted shortfall, then least cost.
    MaxAttainment,
    /// Highest score, then least cost.
    MaxScore,
    /// The first period in which the last target can be reached, then least cost.
    Earliest,
}

impl Objective {
    /// Words for the objectives, as files and options write them.
    pub const WORDS: &'static [&'static str] =
        &["min_npv_cost", "max_attainment", "max_score", "earliest"];

    /// Reads a word.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "min_npv_cost" => Some(Self::MinNpvCost),
            "max_attainment" => Some(Self::MaxAttainment),
            "max_score" => Some(Self::MaxScore),
            "earliest" => Some(Self::Earliest),
            _ => None,
        }
    }

    /// Returns the word.
    pub fn word(self) -> &'static str {
        match self {
            Self::MinNpvCost => "min_npv_cost",
            Self::MaxAttainment => "max_attainment",
            Self::MaxScore => "max_score",
            Self::Earliest => "earliest",
        }
    }
}

/// A phased build-out.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildOut {
    /// What the file says about itself.
    pub about: About,
    /// Periods in order.
    pub periods: Vec<Period>,
    /// Discount rate per year, as a share.
    pub discount_rate: f64,
    /// Share of the rated power drawn on average.
    pub load_factor: f64,
    /// Whether what is left of a module's life at the end counts, in a straight line.
    pub salvage: bool,
    /// What is sought.
    pub objective: Objective,
    /// Types of modules.
    pub chips: Vec<Chip>,
    /// Sites.
    pub sites: Vec<Site>,
    /// Money by period, nominal; none for no limit.
    pub budget: Option<Vec<f64>>,
    /// Whether money left over goes into the next period.
    pub budget_carry: bool,
    /// Power of all sites at the meter by period; none for no limit.
    pub power_cap: Option<Vec<f64>>,
    /// Least share of domestic chips in installed compute.
    pub quota: Option<Quota>,
    /// Support for domestic chips.
    pub subsidy: Option<Subsidy>,
    /// Compute to reach.
    pub targets: Vec<Target>,
    /// Compute asked for, by period.
    pub demand: Option<Vec<f64>>,
    /// Largest share of installed compute that can serve demand.
    pub max_utilisation: f64,
    /// MCNY per EFLOPS and year of demand that is not met, by period.
    pub unmet_penalty: Option<Vec<f64>>,
    /// Least utilisation: installed compute is at most demand over this share.
    pub min_utilisation: Option<Quota>,
    /// Points for installed compute, for `max_score`.
    pub score: Vec<ScoreTerm>,
}

/// A period.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// Name.
    pub id: String,
    /// Length in years.
    pub years: f64,
}

/// A type of module: the unit in which capacity is bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    /// Name.
    pub id: String,
    /// Whether it counts as domestic.
    pub domestic: bool,
    /// Accelerators in a module, where stated.
    pub accelerators: Option<f64>,
    /// EFLOPS of a module.
    pub eflops: f64,
    /// IT power of a module in MW.
    pub it_mw: f64,
    /// Racks of a module.
    pub racks: f64,
    /// MCNY per module by period of order.
    pub capex: Vec<f64>,
    /// Periods in service.
    pub life: usize,
    /// Upkeep as a share of capex per year, by period.
    pub opex_rate: Vec<f64>,
    /// First period in which it can be ordered.
    pub available_from: usize,
    /// Modules that can be ordered per period; none for no limit.
    pub max_per_period: Option<Vec<f64>>,
}

/// A site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Name.
    pub id: String,
    /// Whether it is open from the start.
    pub open_at_start: bool,
    /// MCNY to open it.
    pub open_cost: f64,
    /// First period in which it can open.
    pub earliest: usize,
    /// Racks it holds.
    pub max_racks: f64,
    /// Power at the meter by period, in MW.
    pub power_mw: Vec<f64>,
    /// Power usage effectiveness.
    pub pue: f64,
    /// CNY per kWh by period.
    pub energy_price: Vec<f64>,
    /// Periods between order and service.
    pub lead: usize,
    /// Modules that stand there already.
    pub existing: Vec<Existing>,
    /// Types that may stand there; none for all.
    pub chips_allowed: Option<Vec<usize>>,
}

/// Modules that stand already.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Existing {
    /// Their type.
    pub chip: usize,
    /// How many.
    pub modules: f64,
    /// Period from which they are out of service.
    pub retires: usize,
}

/// A share from a period on.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// The share by period.
    pub share: Vec<f64>,
    /// First period in which it holds.
    pub from: usize,
}

/// Support for domestic chips.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subsidy {
    /// Share of domestic capex that is paid.
    pub share: f64,
    /// MCNY in all.
    pub pool: f64,
}

/// Compute to reach in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The period.
    pub period: usize,
    /// EFLOPS installed.
    pub eflops: f64,
    /// Whether it must be reached.
    pub hard: bool,
    /// MCNY per EFLOPS short, where it need not be reached.
    pub penalty: f64,
    /// Weight of its relative shortfall in `max_attainment`.
    pub weight: f64,
}

/// Points for installed compute in a period, along a concave scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTerm {
    /// The period.
    pub period: usize,
    /// Weight of the points.
    pub weight: f64,
    /// EFLOPS and points, both rising, the first at the left end of the scale.
    pub scale: Vec<(f64, f64)>,
}

/// Facilities that serve customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Facility {
    /// What the file says about itself.
    pub about: About,
    /// Whether one facility must serve all of a customer.
    pub single_source: bool,
    /// Facilities that can be opened.
    pub sites: Vec<FacilitySite>,
    /// Customers.
    pub demands: Vec<Demand>,
}

/// A facility that can be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct FacilitySite {
    /// Name.
    pub id: String,
    /// Demand it can serve.
    pub capacity: f64,
    /// MCNY to open it.
    pub open_cost: f64,
}

/// A customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Name.
    pub id: String,
    /// How much is asked for.
    pub demand: f64,
    /// Cost of serving all of it, by facility.
    pub cost: Vec<f64>,
}

impl BuildOut {
    /// Returns the years from the start to the start of each period, and to the end.
    pub fn elapsed(&self) -> Vec<f64> {
        let mut elapsed = vec![0.0];
        for period in &self.periods {
            elapsed.push(elapsed[elapsed.len() - 1] + period.years);
        }
        elapsed
    }

    /// Returns the discount factor at the start of each period, and at the end.
    pub fn discount(&self) -> Vec<f64> {
        let factor = |years: &f64| crate::num::float::pow(1.0 + self.discount_rate, -years);
        self.elapsed().iter().map(factor).collect()
    }

    /// Returns the EFLOPS of the modules that stand already, by period.
    pub fn existing_eflops(&self) -> Vec<f64> {
        let in_period = |t: usize| {
            let all = self.sites.iter().flat_map(|site| &site.existing);
            let on = all.filter(|fleet| t < fleet.retires);
            on.map(|fleet| fleet.modules * self.chips[fleet.chip].eflops)
                .sum()
        };
        (0..self.periods.len()).map(in_period).collect()
    }
}

impl Instance {
    /// Returns what the file says about itself.
    pub fn about(&self) -> &About {
        match self {
            Self::BuildOut(plan) => &plan.about,
            Self::Facility(plan) => &plan.about,
        }
    }
}
