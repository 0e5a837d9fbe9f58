use super::{Age, Bounds, CombineRows, Doubtful, Preference, Selector};
use crate::dataset::Dataset;
use crate::dataset::fixture::figures;
use crate::model::{Cell, IndicatorId, Kind, LossReason, PlaceId, Provenance, Sourced, Tier};
use chrono::NaiveDate;

const POOL: [&str; 2] = ["ai", "total"];

fn of(data: &Dataset, selector: &Selector, place: &str) -> Sourced {
    selector.select(data, &PlaceId::new(place), &POOL.map(IndicatorId::new))
}

/// Selects for Shanghai among rows `o1`, `o2`, ... and returns the winner with the losers.
fn select(selector: &Selector, lines: &[&str]) -> (Option<String>, Vec<(String, LossReason)>) {
    let sourced = of(&figures(lines), selector, "shanghai");
    let chosen = match sourced.provenance {
        Provenance::Observation { row } => Some(row.id.clone()),
        _ => None,
    };
    let lost = sourced
        .rejected
        .into_iter()
        .map(|r| (r.observation.id.clone(), r.reason));
    (chosen, lost.collect())
}

fn winner_and_reason(selector: &Selector, lines: &[&str; 2]) -> (String, LossReason) {
    let (chosen, mut lost) = select(selector, lines);
    (chosen.unwrap(), lost.remove(0).1)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_latest_start_wins_and_a_dated_row_goes_before_a_bare_year() {
    let default = Selector::default();
    let newer = [
        "shanghai,ai,1,eq,2025-06,measured,,,,gov",
        "shanghai,ai,2,eq,2025-Q1,measured,,,,gov",
    ];
    assert_eq!(
        winner_and_reason(&default, &newer),
        ("o1".into(), LossReason::Older)
    );
    let finer = [
        "shanghai,ai,1,eq,2025,measured,,,,gov",
        "shanghai,ai,2,eq,2025-01,measured,,,,gov",
    ];
    assert_eq!(
        winner_and_reason(&default, &finer),
        ("o2".into(), LossReason::Older)
    );
}

#[test]
fn on_one_date_the_better_source_wins_then_the_plain_number_then_the_pool_then_the_file() {
    let default = Selector::default();
    let check =
        |lines: [&str; 2], expected| assert_eq!(winner_and_reason(&default, &lines), expected);
    check(
        [
            "shanghai,ai,1,eq,2025,measured,,,,press",
            "shanghai,ai,2,gt,2025,measured,,,,gov",
        ],
        ("o2".into(), LossReason::WeakerTier),
    );
    check(
        [
            "shanghai,ai,1,gt,2025,measured,,,,gov",
            "shanghai,ai,2,approx,2025,measured,,,,gov",
        ],
        ("o2".into(), LossReason::Hedged),
    );
    check(
        [
            "shanghai,total,1,eq,2025,measured,,,,gov",
            "shanghai,ai,2,eq,2025,measured,,,,gov",
        ],
        ("o2".into(), LossReason::Later),
    );
    check(
        [
            "shanghai,ai,1,eq,2025,measured,,,,gov",
            "shanghai,ai,2,eq,2025,measured,,,,gov",
        ],
        ("o1".into(), LossReason::Later),
    );
}

#[test]
fn preferences_go_in_the_order_given() {
    let tier_first = Selector {
        prefer: vec![Preference::Tier, Preference::Latest],
        ..Selector::default()
    };
    let lines = [
        "shanghai,ai,1,eq,2024,measured,,,,gov",
        "shanghai,ai,2,eq,2025,measured,,,,press",
    ];
    assert_eq!(
        winner_and_reason(&tier_first, &lines),
        ("o1".into(), LossReason::WeakerTier)
    );
}

#[test]
fn rows_that_may_not_speak_lose_for_their_own_reason() {
    let selector = Selector {
        tiers: Some(vec![Tier::A]),
        bounds: Bounds::Exclude,
        max_age: Age::parse("1y"),
        precision: Some("FP16".to_owned()),
        as_of: Some(day("2026-03-31")),
        ..Selector::default()
    };
    let (chosen, lost) = select(
        &selector,
        &[
            "shanghai,ai,1,eq,2025-04,measured,FP16,,,gov",
            "shanghai,ai,2,eq,2025-06,announced,,,,gov",
            "shanghai,ai,3,eq,2025-06,measured,,single_centre,,gov",
            "shanghai,ai,4,eq,2026-04,measured,,,,gov",
            "shanghai,ai,5,eq,2025-06,measured,,,,late",
            "shanghai,ai,6,eq,2025-06,measured,,,,press",
            "shanghai,ai,7,eq,2025-06,measured,,,doubtful,gov",
            "shanghai,ai,8,gte,2025-06,measured,,,,gov",
            "shanghai,ai,9,eq,2025-06,measured,FP32,,,gov",
            "shanghai,ai,10,eq,2025-03,measured,,,,gov",
        ],
    );
    assert_eq!(chosen.as_deref(), Some("o1"));
    let reasons: Vec<_> = lost.into_iter().map(|(_, reason)| reason).collect();
    let expected = [
        LossReason::Kind,
        LossReason::Scope,
        LossReason::AfterAsOf,
        LossReason::AfterAsOf,
        LossReason::Tier,
        LossReason::Doubtful,
        LossReason::Bound,
        LossReason::Precision,
        LossReason::TooOld,
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn undated_sources_are_kept_and_kinds_can_be_asked_for() {
    let selector = Selector {
        kinds: vec![Kind::Measured, Kind::Announced],
        as_of: Some(day("2026-03-31")),
        ..Selector::default()
    };
    let (chosen, _) = select(&selector, &["shanghai,ai,1,eq,2025,announced,,,,undated"]);
    assert_eq!(chosen.as_deref(), Some("o1"));
}

#[test]
fn without_a_project_date_age_counts_from_the_newest_row_of_any_place() {
    let selector = Selector {
        max_age: Age::parse("18m"),
        ..Selector::default()
    };
    let lines = [
        "shanghai,ai,1,eq,2023,measured,,,,gov",
        "guizhou,ai,2,eq,2025-06,measured,,,,gov",
    ];
    assert_eq!(
        select(&selector, &lines),
        (None, vec![("o1".into(), LossReason::TooOld)])
    );
}

#[test]
fn definitions_stand_for_the_whole_place_and_other_scopes_speak_only_when_asked_for() {
    let whole = "shanghai,ai,1,eq,2024,measured,,regular_all,,gov";
    let part = "shanghai,ai,2,eq,2025,measured,,single_centre,,gov";
    assert_eq!(
        select(&Selector::default(), &[whole, part]).0.as_deref(),
        Some("o1")
    );
    let asked = Selector {
        scopes: vec!["single_centre".into()],
        ..Selector::default()
    };
    let (chosen, lost) = select(&asked, &[whole, part]);
    assert_eq!(
        (chosen.as_deref(), lost),
        (Some("o2"), vec![("o1".into(), LossReason::Scope)])
    );
    let both = Selector {
        scopes: vec![String::new(), "single_centre".into()],
        ..Selector::default()
    };
    assert_eq!(
        select(&both, &[whole, part]).1,
        [("o1".into(), LossReason::Older)]
    );
}

#[test]
fn a_doubtful_row_is_skipped_used_or_kept_for_the_interval() {
    let lines = [
        "shanghai,ai,7.6,eq,2023,measured,,,,gov",
        "shanghai,ai,255,eq,2025,measured,,,doubtful,gov",
    ];
    let with = |doubtful| Selector {
        doubtful,
        ..Selector::default()
    };
    let chosen = |doubtful, lines: &[&str]| select(&with(doubtful), lines).0;
    assert_eq!(chosen(Doubtful::Skip, &lines).as_deref(), Some("o1"));
    assert_eq!(chosen(Doubtful::Use, &lines).as_deref(), Some("o2"));
    assert_eq!(chosen(Doubtful::Interval, &lines).as_deref(), Some("o1"));
    assert_eq!(
        chosen(Doubtful::Interval, &lines[1..]).as_deref(),
        Some("o1")
    );
    assert_eq!(chosen(Doubtful::Skip, &lines[1..]), None);
}

#[test]
fn another_stated_format_than_the_chosen_one_loses_for_that_reason() {
    let lines = [
        "shanghai,ai,1,eq,2024,measured,FP32,,,gov",
        "shanghai,ai,2,eq,2025,measured,FP16/BF16 dense,,,gov",
        "shanghai,ai,3,eq,2024,measured,,,,gov",
    ];
    let (chosen, lost) = select(&Selector::default(), &lines);
    assert_eq!(chosen.as_deref(), Some("o2"));
    assert_eq!(
        lost,
        [
            ("o1".into(), LossReason::Precision),
            ("o3".into(), LossReason::Older)
        ]
    );
}

fn complete_list() -> Selector {
    Selector {
        absent: Some(0.0),
        period: Some((2023, 2025)),
        combine: Some(CombineRows::Sum),
        ..Selector::default()
    }
}

#[test]
fn rows_of_a_period_are_summed_once_each() {
    let data = figures(&[
        "shanghai,ai,1,eq,2022,measured,,,,gov",
        "shanghai,ai,2,eq,2023,measured,,,,press",
        "shanghai,ai,3,eq,2023,measured,,,,gov",
        "shanghai,ai,4,eq,2024,measured,,,,gov",
        "shanghai,ai,9,eq,2024-Q1,measured,,,,gov",
        "shanghai,total,50,eq,2024,measured,,,,gov",
    ]);
    let sourced = of(&data, &complete_list(), "shanghai");
    assert_eq!(sourced.cell, Cell::Value(7.0));
    let Provenance::Combined { how, rows } = &sourced.provenance else {
        panic!()
    };
    assert_eq!(
        (*how, rows.iter().map(|r| r.id.as_str()).collect::<Vec<_>>()),
        ("sum", vec!["o3", "o4"])
    );
    let reason = |id: &str| {
        sourced
            .rejected
            .iter()
            .find(|r| r.observation.id == id)
            .unwrap()
            .reason
            .clone()
    };
    assert_eq!(reason("o1"), LossReason::Period);
    assert_eq!(reason("o2"), LossReason::WeakerTier);
    assert_eq!(reason("o5"), LossReason::Period);
    assert_eq!(reason("o6"), LossReason::Later);
}

#[test]
fn missing_years_of_a_complete_list_count_in_a_mean() {
    let data = figures(&["shanghai,ai,6,eq,2023,measured,,,,gov"]);
    let mean = Selector {
        combine: Some(CombineRows::Mean),
        ..complete_list()
    };
    assert_eq!(of(&data, &mean, "shanghai").cell, Cell::Value(2.0));
    let known_only = Selector {
        absent: None,
        ..mean
    };
    assert_eq!(of(&data, &known_only, "shanghai").cell, Cell::Value(6.0));
}

#[test]
fn absence_is_a_measured_zero_only_where_nothing_else_speaks() {
    let data = figures(&[
        "guiyang,ai,6,eq,2024,measured,,,,gov",
        "china,ai,6,eq,2018,measured,,,,gov",
    ]);
    let sourced = of(&data, &complete_list(), "shanghai");
    assert_eq!(
        (sourced.cell, sourced.provenance),
        (Cell::Value(0.0), Provenance::Absent { value: 0.0 })
    );
    // The list is by city: the province of a listed city is not without entries.
    assert_eq!(of(&data, &complete_list(), "guizhou").cell, Cell::Missing);
    let refused = figures(&["shanghai,ai,6,eq,2024,announced,,,,gov"]);
    assert_eq!(
        of(&refused, &complete_list(), "shanghai").cell,
        Cell::Missing
    );
    let single = Selector {
        combine: None,
        period: None,
        ..complete_list()
    };
    assert_eq!(of(&refused, &single, "shanghai").cell, Cell::Missing);
    assert_eq!(of(&refused, &single, "guiyang").cell, Cell::Value(0.0));
}

#[test]
fn years_after_the_project_date_are_not_absent() {
    let data = figures(&["shanghai,ai,6,eq,2023,measured,,,,undated"]);
    let mean = Selector {
        combine: Some(CombineRows::Mean),
        as_of: Some(day("2024-06-30")),
        ..complete_list()
    };
    assert_eq!(of(&data, &mean, "shanghai").cell, Cell::Value(3.0));
}

#[test]
fn ages_are_whole_units_of_the_calendar() {
    let before = |age: &str| {
        Age::parse(age)
            .unwrap()
            .before(day("2026-03-31"))
            .to_string()
    };
    assert_eq!(before("3y"), "2023-03-31");
    assert_eq!(before("1m"), "2026-02-28");
    assert_eq!(before("90d"), "2025-12-31");
    for wrong in ["", "y", "3", "-3y", "3 y", "1.5y", "岁", "99999999999y"] {
        assert_eq!(Age::parse(wrong), None, "{wrong}");
    }
    assert_eq!(
        Age::Months(u32::MAX).before(day("2026-03-31")),
        NaiveDate::MIN
    );
}
