#![expect(clippy::float_cmp, reason = "whole months give exact shares")]

use super::{annual_programmes, years};
use crate::dataset::fixture::Folder;
use crate::model::{Cell, PlaceId, ProgrammeKind, Provenance, Sourced};

/// Adds up programmes of Shanghai, each a line `amount,per,kind,group,role,start,end,currency`.
fn sum(lines: &[&str]) -> Sourced {
    let header = "programme_id,place,amount_cny,per,programme_kind,overlap_group,group_role,start,end,currency\n";
    let rows = lines
        .iter()
        .zip(1..)
        .map(|(line, n)| format!("p{n},shanghai,{line}\n"));
    let text: String = std::iter::once(header.to_owned()).chain(rows).collect();
    let data = Folder::new().with("programmes.csv", text).dataset();
    let day = "2026-03-31".parse().ok();
    annual_programmes(
        &data,
        &PlaceId::new("shanghai"),
        &[ProgrammeKind::Subsidy],
        day,
    )
}

fn left_out(sourced: &Sourced) -> Vec<(&str, &str)> {
    let Provenance::Programmes { left_out, .. } = &sourced.provenance else {
        panic!()
    };
    left_out
        .iter()
        .map(|(id, why)| (id.as_str(), *why))
        .collect()
}

#[test]
fn a_total_is_divided_by_its_stated_years() {
    assert_eq!(
        sum(&["1000,total,subsidy,,,2025,2028,CNY"]).cell,
        Cell::Value(250.0)
    );
    assert_eq!(
        sum(&["1000,total,subsidy,,,2026-01,2026-06,CNY"]).cell,
        Cell::Value(1000.0)
    );
}

#[test]
fn three_years_are_assumed_without_an_end_and_then_it_is_over() {
    let sourced = sum(&[
        "900,total,subsidy,,,2024,,CNY",
        "900,total,subsidy,,,2023-03,,CNY",
    ]);
    assert_eq!(sourced.cell, Cell::Value(300.0));
    assert_eq!(
        left_out(&sourced),
        [("p2", "expired, if it ran three years")]
    );
    let Provenance::Programmes { counted, .. } = &sourced.provenance else {
        panic!()
    };
    assert!(counted[0].assumed);
    assert_eq!(
        counted[0].how,
        "900 CNY over 3 years; no end is stated, three years are assumed"
    );
}

#[test]
fn a_group_counts_once_as_the_larger_of_total_and_parts() {
    let parts_win = sum(&[
        "100,year,subsidy,g,total,2025,2026,CNY",
        "70,year,subsidy,g,part,2025,2026,CNY",
        "60,year,subsidy,g,part,2025,2026,CNY",
    ]);
    assert_eq!(parts_win.cell, Cell::Value(130.0));
    assert_eq!(
        left_out(&parts_win),
        [("p1", "the same money as a row that counts")]
    );
    let totals = sum(&[
        "100,year,subsidy,g,total,2025,2026,CNY",
        "120,year,subsidy,g,total,2025,2026,CNY",
        "60,year,subsidy,g,part,2025,2026,CNY",
        "5,year,subsidy,,,2025,2026,CNY",
    ]);
    assert_eq!(totals.cell, Cell::Value(125.0));
}

#[test]
fn what_is_not_money_in_force_is_listed() {
    let sourced = sum(&[
        "1,year,fund,,,2025,2026,CNY",
        "1,year,credit,,,2025,2026,CNY",
        "1,year,broad,,,2025,2026,CNY",
        ",year,subsidy,,,2025,2026,HKD",
        ",year,subsidy,,,2025,2026,CNY",
        "1,year,subsidy,,,2024,2026-02,CNY",
        "1,year,subsidy,,,2026-04,2027,CNY",
    ]);
    assert_eq!(sourced.cell, Cell::Missing);
    let expected = [
        ("p1", "the size of a fund, not spending"),
        ("p2", "credit, which is paid back"),
        ("p3", "not for AI only"),
        ("p4", "in another currency, and no rate is applied"),
        ("p5", "no amount is stated"),
        ("p6", "expired"),
        ("p7", "not begun at the project's date"),
    ];
    assert_eq!(left_out(&sourced), expected);
}

#[test]
fn a_place_without_programmes_is_missing_not_zero() {
    assert_eq!(sum(&[]), Sourced::missing());
}

#[test]
fn years_are_counted_by_the_calendar() {
    let between = |from: &str, to: &str| years(from.parse().unwrap(), to.parse().unwrap());
    assert_eq!(between("2025-01-01", "2027-12-31"), 3.0);
    assert_eq!(between("2024-12-18", "2026-12-17"), 2.0);
    assert_eq!(between("2025-01-31", "2025-02-27"), 1.0 / 12.0);
    assert_eq!(between("2025-04-01", "2025-04-15"), 0.5 / 12.0);
    assert_eq!(between("2025-04-02", "2025-04-01"), 0.0);
}
