//! The example on each page gives the finding that the page explains, and no other.

use super::*;
use crate::diagnostics::all_codes;

/// The project that examples are added to; what an example states itself is left out.
fn base(example: &str) -> String {
    let weights = PROJECT.find("[weights").unwrap();
    let mut text = PROJECT[..weights]
        .replace("schema = 1\n", "")
        .replace("weights = \"balanced\"\n", "");
    if example.contains("[rank]") {
        text = text.replace("[rank]\nkinds = [\"city\"]\n", "");
    }
    format!("include = [\"example.toml\"]\n{text}")
}

#[test]
fn the_example_of_each_page_gives_its_code() {
    let mut tried = 0;
    for page in all_codes() {
        let group = &page.code.0[..3];
        let Some((_, rest)) = page.page.split_once("```toml\n") else {
            continue;
        };
        if group != "E01" && group != "E03" {
            continue;
        }
        let (example, _) = rest.split_once("```").unwrap();
        let sources = files(&base(example)).with("example.toml", example);
        let checked = load(&sources, &Request::default());
        let codes: Vec<_> = checked.diagnostics.iter().map(|d| d.code.0).collect();
        assert!(!codes.is_empty(), "{}", page.code);
        assert!(
            codes.iter().all(|code| *code == page.code.0),
            "{}: {codes:?}",
            page.code
        );
        tried += 1;
    }
    assert!(tried >= 22, "{tried} examples");
}
