//! Is there more compute than anybody uses?
//!
//! Capacity beyond demand is over-built; capacity that no later period fills is stranded. Without a figure of
//! demand the question cannot be judged, and the answer says that and never "fine".

pub mod case;
pub mod place;

use serde::Serialize;

/// Highest share of installed compute that can be in use, unless a file says otherwise: maintenance, failures
/// and scheduling take the rest.
pub const MAX_UTILISATION: f64 = 0.85;
/// Utilisation below which capacity is called over-built.
pub const WARN_BELOW: f64 = 0.6;

/// One period of a demand scenario.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Period {
    /// Demand, EFLOPS.
    pub demand: f64,
    /// Installed compute, EFLOPS.
    pub installed: f64,
    /// Demand that is served.
    pub served: f64,
    /// Share of installed compute in use; none where nothing is installed.
    pub utilisation: Option<f64>,
    /// Demand that is not served.
    pub unmet: f64,
    /// Compute that stays idle even at the highest utilisation.
    pub idle_eflops: f64,
    /// Over-built: utilisation below the warning level.
    pub over_built: bool,
    /// Over-built now and in every later period of the modules' life.
    pub stranded: bool,
}

/// Judges the periods of one demand scenario.
///
/// `served = min(D, kE)`, `utilisation = served/E`, `idle = max(0, E - D/k)`, with `k` the highest
/// utilisation. `life` is the number of periods that modules live, this one included; without it they live
/// to the end. Series of different length are cut to the shorter.
///
/// ```
/// use exacity::plan::utilisation::judge;
/// let periods = judge(&[20.0], &[40.0], 0.85, 0.6, None);
/// assert_eq!(periods[0].utilisation, Some(0.5));
/// assert!(periods[0].over_built && periods[0].stranded);
/// ```
pub fn judge(
    demand: &[f64],
    installed: &[f64],
    max_utilisation: f64,
    warn_below: f64,
    life: Option<usize>,
) -> Vec<Period> {
    let periods = demand.iter().zip(installed).map(|(&demand, &installed)| {
        let served = demand.min(max_utilisation * installed);
        let utilisation = (installed > 0.0).then(|| served / installed);
        Period {
            demand,
            installed,
            served,
            utilisation,
            unmet: demand - served,
            idle_eflops: (installed - demand / max_utilisation).max(0.0),
            over_built: utilisation.is_some_and(|u| u < warn_below),
            stranded: false,
        }
    });
    let mut periods: Vec<Period> = periods.collect();
    for at in 0..periods.len() {
        let end = life.map_or(periods.len(), |life| (at + life.max(1)).min(periods.len()));
        periods[at].stranded = periods[at..end].iter().all(|p| p.over_built);
    }
    periods
}

/// Undepreciated capital behind compute that stays idle, MCNY: the idle share of each period's capital.
pub fn idle_capital(period: &Period, undepreciated_mcny: f64) -> f64 {
    if period.installed > 0.0 {
        period.idle_eflops / period.installed * undepreciated_mcny
    } else {
        0.0
    }
}

/// Utilisation at which sales cover the annual cost: cost over price x sustained compute x 8760 hours. Above 1
/// no utilisation does.
///
/// Cost in MCNY a year, price in CNY per EFLOPS-hour, compute in EFLOPS.
pub fn break_even(
    annual_cost_mcny: f64,
    price_cny_per_eflops_hour: f64,
    sustained_eflops: f64,
) -> f64 {
    annual_cost_mcny * 1e6 / (price_cny_per_eflops_hour * sustained_eflops * super::sizing::HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_installed_has_no_utilisation_and_is_not_over_built() {
        let period = judge(&[5.0], &[0.0], 0.85, 0.6, None)[0];
        assert_eq!(
            (period.utilisation, period.over_built, period.stranded),
            (None, false, false)
        );
        assert!((period.unmet - 5.0).abs() < 1e-12);
    }

    #[test]
    fn a_later_period_that_fills_the_machines_saves_them_if_they_live_to_see_it() {
        let (demand, installed) = ([2.0, 3.0, 9.0], [10.0, 10.0, 10.0]);
        let stranded = |life| {
            let periods = judge(&demand, &installed, 0.9, 0.6, life);
            periods.iter().map(|p| p.stranded).collect::<Vec<_>>()
        };
        assert_eq!(stranded(None), [false, false, false]);
        assert_eq!(stranded(Some(2)), [true, false, false]);
    }

    #[test]
    fn break_even_is_where_income_is_cost() {
        // 10 EFLOPS sustained at 100 CNY an EFLOPS-hour earn 8.76 MCNY a year when full.
        assert!((break_even(4.38, 100.0, 10.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn idle_capital_is_the_idle_share() {
        let period = judge(&[8.5], &[20.0], 0.85, 0.6, None)[0];
        assert!((idle_capital(&period, 100.0) - 50.0).abs() < 1e-9);
    }
}
