//! Whether places reach the values that they have set themselves.

use super::select::agrees;
use super::{Dataset, Selector};
use crate::model::{
    Cell, Direction, IndicatorId, Observation, Period, PlaceId, Provenance, Qualifier,
    RejectedObservation, Source, Sourced, Target, TargetState,
};
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::sync::Arc;

/// Compares the target of a place with what was reported.
///
/// Of the targets for the whole place, the one with the latest due date not after the project's date
/// counts, else the next one due. Where several share that date, a series in which something can be
/// judged goes first, then the order of the pool; within a series the newest plan counts. The others
/// are listed as the same target, as an earlier plan, or as another series.
///
/// Target and report belong to the same indicator, are numbers for the whole place, and do not state
/// different number formats; rows are admitted by the selector, whose limits of age and period do not
/// apply. A report counts by its last day: one that ends by the due date shows a target *met on time*,
/// ahead of time too; one that ends later shows it *met by later report*. If no report does, one that
/// begins on the due date or later shows it *missed*, and without one it is *due but unreported*.
///
/// The value is 1 for a target that was met, on time or by a later report (nobody knows on which day it
/// was reached), and the share that was reached for one that was missed. All else is not applicable.
pub fn target_attainment(
    data: &Dataset,
    place: &PlaceId,
    pool: &[IndicatorId],
    selector: &Selector,
) -> Sourced {
    let selector = Selector {
        max_age: None,
        period: None,
        combine: None,
        scopes: vec![],
        ..selector.clone()
    };
    let today = selector
        .as_of
        .or_else(|| data.newest(pool))
        .unwrap_or(NaiveDate::MAX);
    let mut others = vec![];
    let eligible = eligible(data, place, pool, &selector, &mut others);
    let Some(due) = deciding_date(&eligible, today) else {
        return Sourced {
            cell: Cell::NotApplicable,
            ..Sourced::missing()
        };
    };
    let (now, elsewhere): (Vec<&Target>, Vec<&Target>) =
        eligible.into_iter().partition(|t| day(t) == Some(due));
    others.extend(
        elsewhere
            .iter()
            .map(|t| (t.id.clone(), "another due date".to_owned())),
    );
    // One target per series: the newest plan.
    let series = pool.iter().filter_map(|id| newest_plan(data, &now, id));
    let mut judged: Vec<_> = series
        .map(|target| judge(data, target, today, &selector))
        .collect();
    // Stable: among equals the order of the pool stays.
    judged.sort_by_key(|j| !j.state.scores());
    let chosen = judged.remove(0);
    let rest = now.iter().filter(|t| !std::ptr::eq(**t, chosen.target));
    others.extend(rest.map(|t| (t.id.clone(), passed_over(t, chosen.target))));
    chosen.into_sourced(data, others)
}

/// A target of a place with its state.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetReport {
    /// The target.
    pub target: Target,
    /// Whether it was reached.
    pub state: TargetState,
    /// The report that shows it, or the newest one.
    pub reached: Option<Arc<Observation>>,
}

/// Returns every target of a place for one indicator with its state, by due date; of several plans for
/// one date the newest. The others are returned with the reason why they are left out.
///
/// States are those of [`target_attainment`], which judges one target of them.
pub fn target_reports(
    data: &Dataset,
    place: &PlaceId,
    indicator: &IndicatorId,
    selector: &Selector,
) -> (Vec<TargetReport>, Vec<(Target, String)>) {
    let pool = std::slice::from_ref(indicator);
    let selector = Selector {
        max_age: None,
        period: None,
        combine: None,
        scopes: vec![],
        ..selector.clone()
    };
    let today = selector
        .as_of
        .or_else(|| data.newest(pool))
        .unwrap_or(NaiveDate::MAX);
    let mut refused = vec![];
    let eligible = eligible(data, place, pool, &selector, &mut refused);
    let mut dates: Vec<NaiveDate> = eligible.iter().filter_map(|t| day(t)).collect();
    dates.sort_unstable();
    dates.dedup();
    let mut reports = vec![];
    for due in dates {
        let now: Vec<&Target> = eligible
            .iter()
            .copied()
            .filter(|t| day(t) == Some(due))
            .collect();
        let Some(chosen) = newest_plan(data, &now, indicator) else {
            continue;
        };
        let judged = judge(data, chosen, today, &selector);
        reports.push(TargetReport {
            target: chosen.clone(),
            state: judged.state,
            reached: judged.reached,
        });
        let rest = now.iter().filter(|t| !std::ptr::eq(**t, chosen));
        refused.extend(rest.map(|t| (t.id.clone(), passed_over(t, chosen))));
    }
    let target = |id: &str| data.targets.iter().find(|t| t.id == id).cloned();
    let left_out = refused
        .into_iter()
        .filter_map(|(id, why)| Some((target(&id)?, why)));
    (reports, left_out.collect())
}

fn day(target: &Target) -> Option<NaiveDate> {
    target.due.map(Period::end)
}

/// Returns the targets that can be judged; the others are listed with the reason.
fn eligible<'d>(
    data: &'d Dataset,
    place: &PlaceId,
    pool: &[IndicatorId],
    selector: &Selector,
    others: &mut Vec<(String, String)>,
) -> Vec<&'d Target> {
    let own = data
        .targets
        .iter()
        .filter(|t| t.place == *place && pool.contains(&t.indicator));
    own.filter(|target| {
        let published = data.sources.get(&target.source).and_then(|s| s.date);
        let later = published
            .zip(selector.as_of)
            .is_some_and(|(p, day)| p.start() > day);
        let wanted = selector.precision.as_deref().unwrap_or_default();
        let reason = if !target.scope.is_empty() {
            Some("a part of the place or another definition")
        } else if target.due.is_none() {
            Some("no due date")
        } else if later {
            Some("published after the project's date")
        } else if !agrees(wanted, &target.numeric_precision) {
            Some("another number format")
        } else {
            None
        };
        others.extend(reason.map(|why| (target.id.clone(), why.to_owned())));
        reason.is_none()
    })
    .collect()
}

/// Returns the latest due date that has come, else the next one.
fn deciding_date(targets: &[&Target], today: NaiveDate) -> Option<NaiveDate> {
    let dates = || targets.iter().filter_map(|t| day(t));
    let come = dates().filter(|due| *due <= today).max();
    come.or_else(|| dates().min())
}

/// Returns the newest plan for an indicator: by publication, then the better source, then the order of
/// the file.
fn newest_plan<'d>(
    data: &Dataset,
    targets: &[&'d Target],
    indicator: &IndicatorId,
) -> Option<&'d Target> {
    let plan = |target: &Target| {
        let source: Option<&Source> = data.sources.get(&target.source);
        let published = source.and_then(|s| s.date).map(Period::start);
        (Reverse(published), source.map(|s| s.tier))
    };
    let mut of_series = targets.iter().filter(|t| t.indicator == *indicator);
    let first = of_series.next()?;
    Some(of_series.fold(
        first,
        |best, next| {
            if plan(next) < plan(best) { next } else { best }
        },
    ))
}

/// Says why a target for the same date was not the one judged.
fn passed_over(other: &Target, chosen: &Target) -> String {
    let value = |t: &Target| format!("{}{}", t.qualifier.sign(), t.value);
    if other.indicator != chosen.indicator {
        format!("another series: {} {}", other.indicator, value(other))
    } else if other.value.to_bits() == chosen.value.to_bits() {
        "the same target".to_owned()
    } else {
        format!(
            "in conflict: {} in an earlier plan or a weaker source",
            value(other)
        )
    }
}

/// A target with its state.
struct Judged<'d> {
    target: &'d Target,
    state: TargetState,
    reached: Option<Arc<Observation>>,
    rejected: Vec<RejectedObservation>,
    lower_is_better: bool,
}

fn judge<'d>(
    data: &Dataset,
    target: &'d Target,
    today: NaiveDate,
    selector: &Selector,
) -> Judged<'d> {
    let own_format = Selector {
        precision: selector
            .precision
            .clone()
            .or_else(|| Some(target.numeric_precision.clone()).filter(|stated| !stated.is_empty())),
        ..selector.clone()
    };
    let due = day(target).unwrap_or(today);
    let direction = data.indicators.get(&target.indicator).map(|i| i.direction);
    let lower_is_better = matches!(target.qualifier, Qualifier::Lt | Qualifier::Lte)
        || (target.qualifier == Qualifier::Eq && direction == Some(Direction::Lower));
    let (reports, rejected) = own_format.reports(data, &target.place, &target.indicator);
    let shows = |row: &&Arc<Observation>| meets(row, target, lower_is_better);
    let ends = |row: &Observation| row.as_of.map(Period::end);
    let on_time = |row: &&Arc<Observation>| ends(row).is_some_and(|end| end <= due);
    let begins_after = |row: &&Arc<Observation>| row.as_of.is_some_and(|p| p.start() >= due);
    // Reports come newest first; of the later ones the earliest says most about when it was reached.
    let mut met = reports.iter().filter(shows);
    let (state, reached) = if let Some(row) = met.clone().find(on_time) {
        (TargetState::MetOnTime, Some(row))
    } else if due > today {
        (TargetState::NotYetDue, reports.first())
    } else if let Some(row) = first_report(&mut met) {
        (TargetState::MetByLaterReport, Some(row))
    } else if let Some(row) = reports.iter().find(begins_after) {
        (TargetState::Missed, Some(row))
    } else {
        (TargetState::DueUnreported, reports.first())
    };
    Judged {
        target,
        state,
        reached: reached.cloned(),
        rejected,
        lower_is_better,
    }
}

/// Returns the best of the reports with the earliest date; reports come newest first and, on one date,
/// best first.
fn first_report<'r>(
    reports: &mut dyn Iterator<Item = &'r Arc<Observation>>,
) -> Option<&'r Arc<Observation>> {
    reports.reduce(|best, next| if next.as_of == best.as_of { best } else { next })
}

/// Tells whether a report shows a target reached. "Over 100" shows "over 100"; an upper bound shows
/// nothing where more is better, nor a lower bound where less is.
fn meets(row: &Observation, target: &Target, lower_is_better: bool) -> bool {
    use Qualifier::{Gt, Gte, Lt, Lte};
    let (value, goal) = (row.value, target.value);
    let strictly = matches!(target.qualifier, Gt | Lt);
    let beyond = matches!(row.qualifier, Gt | Lt);
    let reaches = |better: bool, equal: bool| better || (equal && (!strictly || beyond));
    let equal = value.to_bits() == goal.to_bits();
    if lower_is_better {
        !matches!(row.qualifier, Gt | Gte) && reaches(value < goal, equal)
    } else {
        !matches!(row.qualifier, Lt | Lte) && reaches(value > goal, equal)
    }
}

impl Judged<'_> {
    fn into_sourced(self, data: &Dataset, others: Vec<(String, String)>) -> Sourced {
        let share = self.reached.as_ref().map(|row| self.share(row.value));
        let cell = match (self.state, share) {
            (TargetState::MetOnTime | TargetState::MetByLaterReport, _) => Cell::Value(1.0),
            (TargetState::Missed, Some(share)) if share.is_finite() => Cell::Value(share),
            _ => Cell::NotApplicable,
        };
        let mut others = others;
        let order = |id: &str| data.targets.iter().position(|t| t.id == id);
        others.sort_by_key(|(id, _)| order(id));
        Sourced {
            cell,
            provenance: Provenance::Target {
                target: Box::new(self.target.clone()),
                reached: self.reached,
                state: self.state,
                others,
            },
            rejected: self.rejected,
        }
    }

    /// Returns the share of the target that was reached, from 0 to 1.
    fn share(&self, reached: f64) -> f64 {
        let goal = self.target.value;
        let share = if self.lower_is_better {
            goal / reached
        } else {
            reached / goal
        };
        share.clamp(0.0, 1.0)
    }
}

/// Puts the attainment of a target into a sentence, with values in the given unit.
///
/// Shanghai's reads "reported > 120 EFLOPS on 27 January 2026, 27 days after the due date; target > 100
/// EFLOPS by 31 December 2025: met by later report". Returns nothing for a figure that is no attainment.
pub fn describe_target(provenance: &Provenance, unit: &str) -> Option<String> {
    let Provenance::Target {
        target,
        reached,
        state,
        ..
    } = provenance
    else {
        return None;
    };
    let report = match reached {
        None => "nothing was reported".to_owned(),
        Some(row) => {
            let date = row
                .as_of
                .map_or(String::new(), |p| format!(" {}", dated(p)));
            let amount = amount(row.qualifier, row.value, unit);
            format!("reported {amount}{date}{}", distance(row, target))
        }
    };
    let goal = amount(target.qualifier, target.value, unit);
    let due = target
        .due
        .map_or(String::new(), |p| format!(" by {}", long_date(p.end())));
    Some(format!("{report}; target {goal}{due}: {}", state.words()))
}

fn amount(qualifier: Qualifier, value: f64, unit: &str) -> String {
    let sign = qualifier.sign();
    let space = if sign.is_empty() { "" } else { " " };
    format!("{sign}{space}{value} {unit}").trim_end().to_owned()
}

fn dated(period: Period) -> String {
    if period.start() == period.end() {
        format!("on {}", long_date(period.start()))
    } else {
        format!("for {period}")
    }
}

fn long_date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Says how far a report lies from the due date; only for reports of one day, others have no distance in
/// days.
fn distance(row: &Observation, target: &Target) -> String {
    let Some((report, due)) = row.as_of.zip(day(target)) else {
        return String::new();
    };
    if report.start() != report.end() {
        return String::new();
    }
    let days = (report.end() - due).num_days();
    let plural = if days.abs() == 1 { "day" } else { "days" };
    match days {
        0 => ", on the due date".to_owned(),
        1.. => format!(", {days} {plural} after the due date"),
        _ => format!(", {} {plural} before the due date", -days),
    }
}

#[cfg(test)]
mod tests;
