use super::{check_plausibility, check_precision};
use crate::dataset::Selector;
use crate::dataset::fixture::{observations, summary};
use crate::model::{IndicatorId, PlaceId};

fn check(lines: &[&str]) -> Vec<String> {
    let (data, files, read) = observations(lines).read();
    assert!(read.is_empty());
    let found = check_plausibility(&data.unwrap(), &Selector::default(), &files);
    let codes = summary(&files, &found);
    let line = |s: &String| s.split(' ').take(2).collect::<Vec<_>>().join(" ");
    codes.iter().map(line).collect()
}

#[test]
fn a_part_above_its_whole_is_reported() {
    let lines = [
        "guizhou,total,50,eq,2025-12,measured,,,,gov",
        "guiyang,total,53,gt,2025-02,measured,,,,gov",
    ];
    assert_eq!(check(&lines), ["W0201 data/observations.csv:3:1"]);
}

#[test]
fn parts_that_add_up_to_more_than_the_whole_are_reported() {
    let lines = [
        "china,total,100,eq,2025-12,measured,,,,gov",
        "guizhou,total,60,eq,2025-12,measured,,,,gov",
        "shanghai,total,60,eq,2025-12,measured,,,,gov",
    ];
    assert_eq!(check(&lines), ["W0201 data/observations.csv:2:1"]);
}

#[test]
fn figures_that_do_not_contradict_each_other_are_left_alone() {
    let part = "guiyang,total,53,eq,2025-02,measured,,,,gov";
    // Older, much newer, a lower bound, another format.
    for whole in [
        "guizhou,total,50,eq,2024-12,measured,,,,gov",
        "guizhou,total,50,eq,2026-12,measured,,,,gov",
        "guizhou,total,50,gt,2025-12,measured,,,,gov",
    ] {
        assert!(check(&[whole, part]).is_empty(), "{whole}");
    }
    let formats = [
        "guizhou,total,50,eq,2025-12,measured,FP32,,,gov",
        "guiyang,total,53,eq,2025-12,measured,FP16,,,gov",
    ];
    assert!(check(&formats).is_empty());
    let ratio = [
        "guizhou,pue,1.2,eq,2025-12,measured,,,,gov",
        "guiyang,pue,1.3,eq,2025-12,measured,,,,gov",
    ];
    assert!(check(&ratio).is_empty());
}

#[test]
fn a_jump_of_more_than_tenfold_is_reported_at_the_later_row() {
    let lines = [
        "shanghai,ai,1,eq,2024,measured,,,,gov",
        "shanghai,ai,11,eq,2025,measured,,,,gov",
    ];
    assert_eq!(check(&lines), ["W0202 data/observations.csv:3:1"]);
    let bound = [
        "shanghai,ai,1,gt,2024,measured,,,,gov",
        "shanghai,ai,11,eq,2025,measured,,,,gov",
    ];
    assert!(check(&bound).is_empty());
    let apart = [
        "shanghai,ai,1,eq,2019,measured,,,,gov",
        "shanghai,ai,11,eq,2025,measured,,,,gov",
    ];
    assert!(check(&apart).is_empty());
    let doubtful = [
        "shanghai,ai,1,eq,2024,measured,,,,gov",
        "shanghai,ai,11,eq,2025,measured,,,doubtful,gov",
    ];
    assert!(check(&doubtful).is_empty());
}

#[test]
fn two_stated_formats_in_one_column_are_reported_once() {
    let (data, files, _) = observations(&[
        "shanghai,ai,1,eq,2025,measured,FP16,,,gov",
        "guizhou,ai,2,eq,2025,measured,FP32,,,gov",
        "guiyang,ai,3,eq,2025,measured,,,,gov",
    ])
    .read();
    let data = data.unwrap();
    let select = |place: &str| {
        Selector::default().select(&data, &PlaceId::new(place), &[IndicatorId::new("ai")])
    };
    let mixed = check_precision(
        "compute.capacity",
        &["shanghai", "guizhou", "guiyang"].map(select),
        &files,
    );
    assert_eq!(mixed.len(), 1);
    let message = &mixed.iter().next().unwrap().message;
    assert_eq!(
        message,
        "the figures of `compute.capacity` mix number formats: FP16, FP32"
    );
    assert!(check_precision("x", &["shanghai", "guiyang"].map(select), &files).is_empty());
}
