use super::{BlockError, by_indicator, by_place, regenerate};
use crate::dataset::fixture::figures;
use crate::dataset::{Dataset, Selector};

fn data() -> Dataset {
    figures(&[
        "shanghai,ai,120,gt,2026-01-27,measured,,,,gov",
        "shanghai,pue,1.3,eq,2024,measured,,,,gov",
        "guizhou,ai,85,eq,2025-08,measured,,single_centre,,gov",
    ])
}

#[test]
fn coverage_counts_what_the_selector_takes() {
    let table = by_place(&data(), &Selector::default());
    assert_eq!(table.header, ["place", "name", "compute", "rows", "oldest"]);
    let row = |id: &str| table.rows.iter().find(|r| r[0] == id).unwrap().clone();
    assert_eq!(row("shanghai"), ["shanghai", "Shanghai", "2", "2", "2024"]);
    assert_eq!(row("guizhou"), ["guizhou", "Guizhou", "0", "1", ""]);
    let table = by_indicator(&data(), &Selector::default());
    assert_eq!(
        table.rows[0],
        [
            "ai",
            "EFLOPS",
            "compute",
            "1",
            "2",
            "2",
            "2026-01-27",
            "2026-01-27"
        ]
    );
}

#[test]
fn only_what_stands_between_marks_is_written_anew() {
    let page = "# Mine\n\n<!-- generated: state -->\nold\n<!-- end -->\n\nprose\n";
    let once = regenerate(page, &data(), &Selector::default()).unwrap();
    assert!(
        once.starts_with(
            "# Mine\n\n<!-- generated: state -->\n\nState of the data: 3 observations"
        )
    );
    assert!(once.ends_with("<!-- end -->\n\nprose\n"));
    assert_eq!(
        regenerate(&once, &data(), &Selector::default()).unwrap(),
        once
    );
}

#[test]
fn marks_that_fit_nothing_are_errors() {
    let run = |page: &str| regenerate(page, &data(), &Selector::default());
    assert!(matches!(
        run("<!-- generated: nonsense --><!-- end -->"),
        Err(BlockError::Unknown { .. })
    ));
    assert!(matches!(
        run("<!-- generated: state -->"),
        Err(BlockError::Open { .. })
    ));
}
