use super::{describe_target, target_attainment};
use crate::dataset::Selector;
use crate::dataset::fixture::observations;
use crate::model::{Cell, IndicatorId, PlaceId, Provenance, Sourced, TargetState};

/// Judges targets of Shanghai, each a line `indicator,value,qualifier,due_date,precision,scope,source`,
/// by figures, each a line `indicator,value,qualifier,as_of`.
fn judge(targets: &[&str], figures: &[&str]) -> Sourced {
    let rows: Vec<_> = figures
        .iter()
        .map(|f| format!("shanghai,{f},measured,,,,undated"))
        .collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let header =
        "target_id,place,indicator,value,qualifier,due_date,numeric_precision,scope,source_id\n";
    let lines = targets
        .iter()
        .zip(1..)
        .map(|(line, n)| format!("t{n},shanghai,{line}\n"));
    let text: String = std::iter::once(header.to_owned()).chain(lines).collect();
    let folder = if rows.is_empty() {
        observations(&["china,ai,1,eq,2020,measured,,,,gov"])
    } else {
        observations(&rows)
    };
    let data = folder.with("targets.csv", text).dataset();
    let selector = Selector {
        as_of: "2026-03-31".parse().ok(),
        ..Selector::default()
    };
    target_attainment(
        &data,
        &PlaceId::new("shanghai"),
        &["ai", "total", "pue"].map(IndicatorId::new),
        &selector,
    )
}

fn state(targets: &[&str], figures: &[&str]) -> (Option<TargetState>, Cell) {
    let sourced = judge(targets, figures);
    let state = match sourced.provenance {
        Provenance::Target { state, .. } => Some(state),
        _ => None,
    };
    (state, sourced.cell)
}

const DUE: &str = "ai,100,gt,2025-12-31,,,gov";

#[test]
fn each_state_follows_from_value_and_date() {
    use TargetState as T;
    let one = Cell::Value(1.0);
    assert_eq!(
        state(&[DUE], &["ai,120,gt,2025-12"]),
        (Some(T::MetOnTime), one)
    );
    assert_eq!(
        state(&[DUE], &["ai,90,eq,2025-06", "ai,120,gt,2026-01-27"]),
        (Some(T::MetByLaterReport), one)
    );
    assert_eq!(
        state(&[DUE], &["ai,80,eq,2026-02"]),
        (Some(T::Missed), Cell::Value(0.8))
    );
    assert_eq!(
        state(&[DUE], &["ai,80,eq,2025-12-31"]),
        (Some(T::Missed), Cell::Value(0.8))
    );
    assert_eq!(
        state(&[DUE], &["ai,80,eq,2025-12"]),
        (Some(T::DueUnreported), Cell::NotApplicable)
    );
    assert_eq!(
        state(&[DUE], &[]),
        (Some(T::DueUnreported), Cell::NotApplicable)
    );
    let ahead = "ai,100,gt,2027-12-31,,,gov";
    assert_eq!(
        state(&[ahead], &["ai,80,eq,2026-02"]),
        (Some(T::NotYetDue), Cell::NotApplicable)
    );
    assert_eq!(
        state(&[ahead], &["ai,101,eq,2026-02"]),
        (Some(T::MetOnTime), one)
    );
    assert_eq!(
        state(&[], &["ai,101,eq,2026-02"]),
        (None, Cell::NotApplicable)
    );
}

#[test]
fn over_a_hundred_meets_over_a_hundred_and_a_hundred_does_not() {
    use TargetState as T;
    assert_eq!(state(&[DUE], &["ai,100,gt,2025-12"]).0, Some(T::MetOnTime));
    assert_eq!(state(&[DUE], &["ai,100,eq,2026-01"]).0, Some(T::Missed));
    // "Up to 150" does not show that 100 was passed.
    assert_eq!(
        state(&[DUE], &["ai,150,lte,2025-12"]).0,
        Some(T::DueUnreported)
    );
}

#[test]
fn where_less_is_better_the_target_is_met_from_above() {
    let pue = "pue,1.2,lt,2025-12-31,,,gov";
    assert_eq!(
        state(&[pue], &["pue,1.15,eq,2025-12"]).0,
        Some(TargetState::MetOnTime)
    );
    assert_eq!(
        state(&[pue], &["pue,1.5,eq,2026-01"]),
        (Some(TargetState::Missed), Cell::Value(1.2 / 1.5))
    );
}

#[test]
fn another_series_another_format_or_a_part_of_the_place_decides_nothing() {
    use TargetState as T;
    assert_eq!(
        state(&[DUE], &["total,500,eq,2025-12"]).0,
        Some(T::DueUnreported)
    );
    let part = "ai,100,gt,2025-12-31,,one_centre,gov";
    assert_eq!(
        state(&[part], &["ai,120,eq,2025-12"]),
        (None, Cell::NotApplicable)
    );
}

#[test]
fn the_latest_due_date_counts_and_the_newest_plan_for_it() {
    let sourced = judge(
        &[
            "ai,50,eq,2024-12-31,,,gov",
            "ai,100,gt,2025-12-31,,,gov",
            "ai,110,gt,2025-12-31,,,press",
            "ai,110,gte,2025-12-31,,,undated",
            "ai,500,gt,2030,,,gov",
            "ai,7,eq,,,,gov",
            "total,90,eq,2025-12-31,,,gov",
        ],
        &["ai,105,eq,2026-02"],
    );
    assert_eq!(sourced.cell, Cell::Value(105.0 / 110.0));
    let Provenance::Target { target, others, .. } = sourced.provenance else {
        panic!()
    };
    assert_eq!(target.id, "t3");
    let others: Vec<_> = others
        .iter()
        .map(|(id, why)| format!("{id} {why}"))
        .collect();
    let expected = [
        "t1 another due date",
        "t2 in conflict: >100 in an earlier plan or a weaker source",
        "t4 the same target",
        "t5 another due date",
        "t6 no due date",
        "t7 another series: total 90",
    ];
    assert_eq!(others, expected);
}

#[test]
fn a_series_that_can_be_judged_goes_before_one_that_cannot() {
    let targets = [
        "ai,180,gte,2025-12-31,,,gov",
        "total,80,eq,2025-12-31,,,gov",
    ];
    let sourced = judge(&targets, &["total,150,gt,2025-12-31"]);
    let Provenance::Target { target, state, .. } = sourced.provenance else {
        panic!()
    };
    assert_eq!((target.id.as_str(), state), ("t2", TargetState::MetOnTime));
}

#[test]
fn the_sentence_says_value_date_distance_and_state() {
    let words =
        |figures: &[&str]| describe_target(&judge(&[DUE], figures).provenance, "EFLOPS").unwrap();
    assert_eq!(
        words(&["ai,120,gt,2026-01-27"]),
        "reported > 120 EFLOPS on 27 January 2026, 27 days after the due date; \
         target > 100 EFLOPS by 31 December 2025: met by later report"
    );
    assert_eq!(
        words(&["ai,10,eq,2025-06"]),
        "reported 10 EFLOPS for 2025-06; target > 100 EFLOPS by 31 December 2025: due but unreported"
    );
    assert_eq!(
        words(&[]),
        "nothing was reported; target > 100 EFLOPS by 31 December 2025: due but unreported"
    );
    assert_eq!(describe_target(&Provenance::None, "EFLOPS"), None);
}
