//! The shipped data: every id resolves, every figure parses, and the selector reads it as its
//! description says.

use chrono::{Datelike, NaiveDate};
use exacity::dataset::{self, Dataset, Selector};
use exacity::diagnostics::{Diagnostics, Files};
use exacity::model::{
    Cell, Direction, Indicator, IndicatorId, LossReason, Period, PlaceId, ProgrammeKind,
    Provenance, Sourced, TargetState,
};
use exacity::sources::Sources;
use exacity::sources::disk::DiskSources;
use indexmap::IndexMap;

struct Shipped {
    data: Dataset,
    files: Files,
    found: Diagnostics,
}

fn folder() -> DiskSources {
    DiskSources::new(env!("CARGO_MANIFEST_DIR"))
}

fn indicators() -> IndexMap<IndicatorId, Indicator> {
    let bytes = folder().read("data/indicators.toml").unwrap();
    let table: toml::Table = std::str::from_utf8(&bytes).unwrap().parse().unwrap();
    let entries = table["indicator"].as_array().unwrap();
    let read = entries.iter().map(|entry| {
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        let indicator = Indicator {
            id: IndicatorId::new(&text("id")),
            name: text("name"),
            unit: text("unit"),
            direction: Direction::parse(&text("direction")).unwrap(),
            pillar: Some(text("pillar")),
            description: text("description"),
        };
        (indicator.id.clone(), indicator)
    });
    let map: IndexMap<_, _> = read.collect();
    assert_eq!(map.len(), entries.len(), "an indicator stands twice");
    map
}

fn shipped() -> Shipped {
    let (mut files, mut found) = (Files::default(), Diagnostics::new());
    let data = dataset::read_folder(&folder(), "data", indicators(), &mut files, &mut found);
    Shipped {
        data: data.unwrap(),
        files,
        found,
    }
}

fn as_of() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 3, 31)
}

fn selector() -> Selector {
    Selector {
        as_of: as_of(),
        ..Selector::default()
    }
}

fn compute() -> [IndicatorId; 2] {
    ["compute_ai_eflops", "compute_total_eflops"].map(IndicatorId::new)
}

/// Reads a table that the library does not read yet.
fn rows(file: &str) -> Vec<IndexMap<String, String>> {
    let bytes = folder().read(&format!("data/{file}")).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let read = reader.records().map(|record| {
        let record = record.unwrap();
        header
            .iter()
            .zip(&record)
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect()
    });
    read.collect()
}

#[test]
fn the_data_has_no_mistakes() {
    let Shipped {
        data,
        mut files,
        mut found,
    } = shipped();
    dataset::check_derived_counts(&folder(), "data", &data, &mut files, &mut found);
    let all: Vec<_> = found
        .iter()
        .map(|d| (d.to_string(), d.span().and_then(|s| files.position(s))))
        .collect();
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn sources_and_indicators_keep_their_form() {
    let data = shipped().data;
    for source in data.sources.values() {
        let addressed = source.url.is_empty() || source.url.starts_with("http");
        assert!(addressed, "{}: {}", source.id, source.url);
    }
    let pillars = ["compute", "ecosystem", "academia", "subsidies", "context"];
    for indicator in data.indicators.values() {
        assert!(
            pillars.contains(&indicator.pillar.as_deref().unwrap()),
            "{}",
            indicator.id
        );
    }
    for place in data.places.values() {
        let source = place.population_source.as_ref();
        assert!(
            source.is_none_or(|s| data.sources.contains_key(s)),
            "{}",
            place.id
        );
    }
}

#[test]
fn targets_say_a_due_date_exactly_when_they_know_it() {
    for row in rows("targets.csv") {
        assert_eq!(
            row["due_date"].is_empty(),
            row["due_precision"] == "unknown",
            "{}",
            row["target_id"]
        );
    }
}

#[test]
fn sites_and_chips_hold_numbers_dates_and_known_ids() {
    let data = shipped().data;
    let number = |row: &IndexMap<String, String>, key: &str| {
        let text = &row[key];
        assert!(
            text.is_empty() || text.parse::<f64>().is_ok_and(f64::is_finite),
            "{key}: {text}"
        );
    };
    let mut ids = vec![];
    for row in rows("data_centres.csv") {
        for key in [
            "investment_cny_bn",
            "standard_racks",
            "it_power_mw",
            "capacity_eflops",
        ] {
            number(&row, key);
        }
        for key in ["start", "due_or_operational"] {
            assert!(
                row[key].is_empty() || Period::parse(&row[key]).is_some(),
                "{key}: {}",
                row[key]
            );
        }
        assert!(
            data.places.contains_key(row["place"].as_str()),
            "{}",
            row["place"]
        );
        assert!(
            data.sources.contains_key(row["source_id"].as_str()),
            "{}",
            row["source_id"]
        );
        ids.push(row["dc_id"].clone());
    }
    for row in rows("chips.csv") {
        for key in [
            "fp16_dense_tflops",
            "fp16_dense_tflops_high",
            "power_w",
            "memory_gb",
            "year",
            "price",
            "price_high",
        ] {
            number(&row, key);
        }
        assert!(
            data.sources.contains_key(row["source_id"].as_str()),
            "{}",
            row["source_id"]
        );
        ids.push(row["chip_id"].clone());
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice");
}

#[test]
fn the_description_gives_the_number_of_rows_of_each_file() {
    let readme = String::from_utf8(folder().read("data/README.md").unwrap()).unwrap();
    let counted = readme.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (file, count) = (cells.next()?, cells.next()?.trim());
        file.strip_suffix(".csv")
            .is_some()
            .then(|| (file.to_owned(), count.parse::<usize>().unwrap()))
    });
    let counted: Vec<_> = counted.collect();
    assert_eq!(counted.len(), 9);
    for (file, count) in counted {
        assert_eq!(rows(&file).len(), count, "{file}");
    }
}

#[test]
fn the_coverage_page_is_what_the_selector_finds() {
    let data = shipped().data;
    let page = String::from_utf8(folder().read("data/COVERAGE.md").unwrap()).unwrap();
    let current = dataset::coverage::regenerate(&page, &data, &selector()).unwrap();
    if std::env::var("EXACITY_BLESS").is_ok() {
        std::fs::write(folder().root().join("data/COVERAGE.md"), &current).unwrap();
    } else {
        assert!(
            page == current,
            "data/COVERAGE.md is out of date: run the tests with EXACITY_BLESS=1"
        );
    }
}

/// Chooses the capacity of a place and writes it as the description does.
fn capacity(data: &Dataset, place: &str) -> String {
    let sourced = selector().select(data, &PlaceId::new(place), &compute());
    match sourced.provenance {
        Provenance::Observation { row } => {
            format!(
                "{}{} {}",
                row.qualifier.sign(),
                row.value,
                row.as_of.unwrap()
            )
        }
        _ => "none".to_owned(),
    }
}

#[test]
fn the_newest_capacity_of_each_place_is_the_documented_one() {
    let data = shipped().data;
    let expected = [
        ("beijing", ">33 2025-Q1"),
        ("shanghai", ">120 2026-01-27"),
        ("hangzhou", "25 2025-06"),
        ("shenzhen", ">10 2024-12"),
        ("chengdu", ">8 2024-11"),
        ("wuhan", ">5 2026-02"),
        ("suzhou", ">2.9 2024-10"),
        ("nanjing", "21 2026-01"),
        ("guiyang", "53.12 2025-02"),
        ("hohhot", ">122 2026-01"),
        ("qingyang", ">100 2025-12-31"),
        ("zhangjiakou", "7.6 2023-12-31"),
        ("guizhou", ">150 2025-12-31"),
        ("inner_mongolia", "237 2025-12"),
        // Doubtful rows, single centres and platforms speak for nobody.
        ("zhongwei", "none"),
        ("ulanqab", "none"),
        ("tianjin", "none"),
        ("hong_kong", "none"),
        ("wuhu", "none"),
        ("hefei", "none"),
    ];
    for (place, figure) in expected {
        assert_eq!(capacity(&data, place), figure, "{place}");
    }
}

#[test]
fn rows_published_after_the_date_are_not_seen() {
    let data = shipped().data;
    let late = data.observations.iter().find(|o| o.id == "o0176").unwrap();
    let sourced = selector().select(&data, &late.place, std::slice::from_ref(&late.indicator));
    let lost = sourced
        .rejected
        .iter()
        .find(|r| r.observation.id == "o0176")
        .unwrap();
    assert_eq!(lost.reason, LossReason::AfterAsOf);
}

#[test]
fn a_province_is_not_without_models_because_its_city_holds_them() {
    let data = shipped().data;
    let selector = Selector {
        absent: Some(0.0),
        period: Some((2023, 2025)),
        combine: Some(dataset::CombineRows::Sum),
        ..selector()
    };
    let models = [IndicatorId::new("notable_ai_models")];
    let cell = |place: &str| selector.select(&data, &PlaceId::new(place), &models).cell;
    assert_eq!(cell("zhejiang"), Cell::Missing);
    assert_eq!(cell("xian"), Cell::Value(0.0));
    let rows = data.rows(&PlaceId::new("hangzhou"), &models[0]);
    let by_hand: f64 = rows
        .filter(|r| (2023..=2025).contains(&r.as_of.unwrap().start().year()))
        .map(|r| r.value)
        .sum();
    assert!(by_hand > 0.0);
    assert_eq!(cell("hangzhou"), Cell::Value(by_hand));
}

fn subsidies(data: &Dataset, place: &str) -> Sourced {
    dataset::annual_programmes(
        data,
        &PlaceId::new(place),
        &[ProgrammeKind::Subsidy],
        as_of(),
    )
}

#[test]
fn annual_subsidies_agree_with_arithmetic_by_hand() {
    let data = shipped().data;
    let expected = [
        // Five vouchers, 500 + 100 + 50 + 300 + 100 million a year, against 1 bn over three years.
        ("shenzhen", Some(1.05e9)),
        // 600 + 300 + 100 million over three assumed years.
        ("shanghai", Some(1e9 / 3.0)),
        // 250 million a year, or 1 bn over four years: the same money.
        ("hangzhou", Some(2.5e8)),
        ("tianjin", Some(2e7)),
        ("hohhot", Some(1.28e8)),
        ("chengdu", Some(1e8)),
        ("qingyang", Some(1e8)),
        // Counted up to January 2026 and not known to go on.
        ("beijing", None),
        // A district's fund, a draft, an expired programme, another currency, no rows at all.
        ("guangzhou", None),
        ("zhejiang", None),
        ("hefei", None),
        ("hong_kong", None),
        ("wuhan", None),
    ];
    for (place, amount) in expected {
        let cell = subsidies(&data, place).cell;
        match (cell.value(), amount) {
            (Some(value), Some(amount)) => {
                assert!((value - amount).abs() < 1e-3, "{place}: {value}");
            }
            _ => assert_eq!(cell, Cell::from(amount), "{place}"),
        }
    }
}

#[test]
fn money_that_does_not_count_is_listed_with_its_reason() {
    let data = shipped().data;
    let reason = |place: &str, id: &str| {
        let Provenance::Programmes { left_out, .. } = subsidies(&data, place).provenance else {
            panic!("{place} has programmes");
        };
        left_out.iter().find(|(row, _)| row == id).unwrap().1
    };
    assert_eq!(reason("beijing", "p003"), "expired");
    assert_eq!(
        reason("shenzhen", "p009"),
        "the size of a fund, not spending"
    );
    assert_eq!(
        reason("shenzhen", "p001"),
        "the same money as a row that counts"
    );
    assert_eq!(reason("guangzhou", "p028"), "for a part of the place");
    assert_eq!(reason("zhejiang", "p030"), "a draft or an announcement");
    assert_eq!(
        reason("hong_kong", "p022"),
        "in another currency, and no rate is applied"
    );
    assert_eq!(reason("tianjin", "p025"), "not for AI only");
}

fn attainment(data: &Dataset, place: &str) -> (Cell, Option<TargetState>, String) {
    let sourced = dataset::target_attainment(data, &PlaceId::new(place), &compute(), &selector());
    let words = dataset::describe_target(&sourced.provenance, "EFLOPS").unwrap_or_default();
    let state = match sourced.provenance {
        Provenance::Target { state, .. } => Some(state),
        _ => None,
    };
    (sourced.cell, state, words)
}

#[test]
fn shanghai_met_its_target_by_a_later_report() {
    let (cell, state, words) = attainment(&shipped().data, "shanghai");
    assert_eq!(
        (cell, state),
        (Cell::Value(1.0), Some(TargetState::MetByLaterReport))
    );
    assert_eq!(
        words,
        "reported > 120 EFLOPS on 27 January 2026, 27 days after the due date; \
         target > 100 EFLOPS by 31 December 2025: met by later report"
    );
}

#[test]
fn targets_score_only_where_a_report_decides() {
    let data = shipped().data;
    let state = |place: &str| attainment(&data, place).1;
    assert_eq!(state("guizhou"), Some(TargetState::MetOnTime));
    assert_eq!(state("wuhan"), Some(TargetState::MetByLaterReport));
    assert_eq!(state("hohhot"), Some(TargetState::MetByLaterReport));
    for place in ["beijing", "hangzhou", "shenzhen", "nanjing", "chengdu"] {
        assert_eq!(state(place), Some(TargetState::DueUnreported), "{place}");
        assert_eq!(attainment(&data, place).0, Cell::NotApplicable, "{place}");
    }
    assert_eq!(state("xian"), None);
}

#[test]
fn contradictions_in_the_data_are_the_known_ones() {
    let Shipped { data, files, .. } = shipped();
    let found = dataset::check_plausibility(&data, &selector(), &files);
    let all: Vec<_> = found.iter().map(ToString::to_string).collect();
    // Described under "Conflicts and traps" in the data's description.
    let expected = [
        "warning[W0201]: `ai_industry_cny_bn` of Shenzhen is >360 bn CNY (2024), more than the ~220 bn CNY (2024) of Guangdong, which contains it",
    ];
    assert_eq!(all, expected);
}
