//! Generated files of the documentation are current; `EXACITY_BLESS=1 cargo test generated` writes them.

use crate::golden::golden;
use exacity::config::{Request, load, strategies};
use exacity::report::views::strategy_page;
use exacity::rules::{Branch, definitions, functions_page, page, testing};
use exacity::score::score;
use exacity::sources::builtin::BuiltinSources;
use std::path::{Path, PathBuf};

fn docs(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(path)
}

#[test]
fn the_pages_of_strategies_are_current() {
    for one in strategies(&BuiltinSources).value.unwrap() {
        let request = Request {
            strategy: Some(one.path.clone()),
            ..Request::default()
        };
        let loaded = load(&BuiltinSources, &request);
        let project = loaded.value.unwrap().project;
        let mut page = page(&one.rule.unwrap(), &one.name, one.tests.as_ref());
        strategy_page(&mut page, &project, &score(&project).unwrap());
        golden(
            &docs(&format!("strategies/{}.md", one.name)),
            &page.markdown(),
        );
    }
}

#[test]
fn the_files_for_editors_are_current() {
    golden(&docs("strategies/functions.md"), &functions_page());
    golden(&docs("editors/exacity.d.rhai"), &definitions());
    golden(&docs("editors/tests.schema.json"), &testing::schema());
}

#[test]
fn cases_take_every_way_through_the_shipped_strategies() {
    for one in strategies(&BuiltinSources).value.unwrap() {
        let coverage = testing::coverage(&one.rule.unwrap(), &one.tests.unwrap());
        let missed: Vec<String> = coverage.missed().map(Branch::words).collect();
        assert!(missed.is_empty(), "{}: {missed:?}", one.name);
    }
}
