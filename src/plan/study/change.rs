//! Changes to a build-out that mean something to a planner.

use super::super::instance::BuildOut;

/// Something a plan needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Money of all periods.
    Budget,
    /// The power cap of all sites together.
    PowerCap,
    /// Power of each site.
    SitePower,
    /// Modules on offer of chips that are not domestic.
    ImportSupply,
    /// Modules on offer of all chips.
    Supply,
    /// Racks of each site.
    Racks,
    /// Budget and power cap together.
    BudgetAndPower,
    /// Budget, power of all kinds, racks and supply together.
    Everything,
}

impl Resource {
    /// All resources, single ones first.
    pub const ALL: [Self; 8] = [
        Self::Budget,
        Self::PowerCap,
        Self::SitePower,
        Self::ImportSupply,
        Self::Supply,
        Self::Racks,
        Self::BudgetAndPower,
        Self::Everything,
    ];

    /// Returns words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::PowerCap => "power cap",
            Self::SitePower => "power of the sites",
            Self::ImportSupply => "supply of imported chips",
            Self::Supply => "supply of all chips",
            Self::Racks => "racks of the sites",
            Self::BudgetAndPower => "budget and power cap",
            Self::Everything => "budget, power, racks and supply",
        }
    }

    /// Tells whether the plan limits it at all.
    pub fn is_limited(self, plan: &BuildOut) -> bool {
        let supply = |imported: bool| {
            plan.chips
                .iter()
                .any(|chip| chip.max_per_period.is_some() && !(imported && chip.domestic))
        };
        match self {
            Self::Budget => plan.budget.is_some(),
            Self::PowerCap => plan.power_cap.is_some(),
            Self::SitePower | Self::Racks | Self::Everything => true,
            Self::ImportSupply => supply(true),
            Self::Supply => supply(false),
            Self::BudgetAndPower => plan.budget.is_some() && plan.power_cap.is_some(),
        }
    }
}

/// A change to a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Times a factor; counts of racks and modules are rounded down.
    Scale(Resource, f64),
    /// The domestic quota, up or down by so much.
    Quota(f64),
    /// The last target, times a factor.
    LastTarget(f64),
    /// One period less between order and service, everywhere.
    ShorterLead,
    /// No domestic quota.
    NoQuota,
}

impl Change {
    /// Returns words for people.
    pub fn words(self) -> String {
        let percent = |factor: f64| format!("{:+.0} %", (factor - 1.0) * 100.0);
        match self {
            Self::Scale(resource, factor) => format!("{} {}", resource.words(), percent(factor)),
            Self::Quota(points) => format!("domestic quota {:+.0} points", points * 100.0),
            Self::LastTarget(factor) => format!("last target {}", percent(factor)),
            Self::ShorterLead => "lead times one period shorter".to_owned(),
            Self::NoQuota => "no domestic quota".to_owned(),
        }
    }

    /// Makes the change; `None` where the plan has nothing to change.
    pub fn made(self, plan: &BuildOut) -> Option<BuildOut> {
        let mut plan = plan.clone();
        match self {
            Self::Scale(resource, factor) => {
                if !resource.is_limited(&plan) {
                    return None;
                }
                scale(&mut plan, resource, factor);
            }
            Self::Quota(points) => {
                let quota = plan.quota.as_mut()?;
                for share in &mut quota.share {
                    *share = (*share + points).clamp(0.0, 1.0);
                }
            }
            Self::LastTarget(factor) => {
                plan.targets
                    .iter_mut()
                    .max_by_key(|target| target.period)?
                    .eflops *= factor;
            }
            Self::ShorterLead => {
                if plan.sites.iter().all(|site| site.lead == 0) {
                    return None;
                }
                for site in &mut plan.sites {
                    site.lead = site.lead.saturating_sub(1);
                }
            }
            Self::NoQuota => {
                plan.quota.take()?;
            }
        }
        Some(plan)
    }
}

fn scale(plan: &mut BuildOut, resource: Resource, factor: f64) {
    let times = |values: &mut Vec<f64>| values.iter_mut().for_each(|value| *value *= factor);
    let counts = |values: &mut Vec<f64>| {
        for value in values {
            *value = whole(*value * factor);
        }
    };
    if matches!(
        resource,
        Resource::Budget | Resource::BudgetAndPower | Resource::Everything
    ) && let Some(budget) = &mut plan.budget
    {
        times(budget);
    }
    if matches!(
        resource,
        Resource::PowerCap | Resource::BudgetAndPower | Resource::Everything
    ) && let Some(cap) = &mut plan.power_cap
    {
        times(cap);
    }
    let all = matches!(resource, Resource::Supply | Resource::Everything);
    for chip in &mut plan.chips {
        if (all || (resource == Resource::ImportSupply && !chip.domestic))
            && let Some(supply) = &mut chip.max_per_period
        {
            counts(supply);
        }
    }
    for site in &mut plan.sites {
        if matches!(resource, Resource::SitePower | Resource::Everything) {
            times(&mut site.power_mw);
        }
        if matches!(resource, Resource::Racks | Resource::Everything) {
            site.max_racks = whole(site.max_racks * factor);
        }
    }
}

/// Rounds a count down; what is whole but for rounding error stays.
fn whole(count: f64) -> f64 {
    (count + 1e-9).floor()
}
