//! Tests over whole projects held in memory.
#![expect(clippy::cast_possible_truncation, reason = "percentages are small")]

mod errors;
mod layers;
mod pages;
mod ranking;
mod resolved;
mod scripts;
mod weights;

use super::{Loaded, Request, check, load};
use crate::diagnostics::{Checked, Diagnostic};
use crate::project::Project;
use crate::sources::memory::MemorySources;

/// The smallest project with everything in it.
const PROJECT: &str = r#"schema = 1
[project]
name = "Test"
as-of = 2026-03-31
[data]
folder = "data"
[rank]
kinds = ["city"]
[scoring]
weights = "balanced"
[[criteria]]
id = "compute"
[[criteria]]
id = "compute.capacity"
indicator = "flops"
[[criteria]]
id = "compute.power"
indicator = "power"
direction = "higher"
[[criteria]]
id = "talent"
indicator = "papers"
[weights.balanced]
about = "no view of one's own"
compute = 60
talent = 40
"#;

const INDICATORS: &str = r#"
[[indicator]]
id = "flops"
name = "Capacity"
unit = "EFLOPS"
direction = "higher"
[[indicator]]
id = "total_flops"
name = "Total capacity"
unit = "EFLOPS"
direction = "higher"
[[indicator]]
id = "power"
name = "Power"
unit = "MW"
direction = "context"
[[indicator]]
id = "papers"
name = "Papers"
unit = "count"
direction = "higher"
[[indicator]]
id = "patents"
name = "Patents"
unit = "count"
direction = "higher"
"#;

const PLACES: &str =
    "id,name,name_zh,kind,parent,region,lat,lon,population,population_definition,population_source
land,Land,,province,,north,,,,,
alpha,Alpha,,city,land,north,,,,,
beta,Beta,,city,land,south,,,,,
gamma,Gamma,,city,,south,,,,,
";

const SOURCES: &str = "source_id,title,publisher,url,date,tier
s1,Yearbook,Office,,2025,A
";

/// Writes `observations.csv` from rows of place, indicator, value and kind.
fn observations(rows: &[(&str, &str, f64, &str)]) -> String {
    let mut text = "obs_id,place,indicator,value,value_high,qualifier,unit,as_of,as_of_precision,kind,numeric_precision,scope,plausibility,source_id,from_seed,note\n".to_owned();
    for (at, (place, indicator, value, kind)) in rows.iter().enumerate() {
        let unit = match *indicator {
            "flops" | "total_flops" => "EFLOPS",
            "power" => "MW",
            _ => "count",
        };
        let row = format!("o{at},{place},{indicator},{value},,eq,{unit},2025,,{kind},,,,s1,no,\n");
        text.push_str(&row);
    }
    text
}

const ROWS: &[(&str, &str, f64, &str)] = &[
    ("alpha", "flops", 100.0, "measured"),
    ("beta", "flops", 50.0, "measured"),
    ("gamma", "total_flops", 70.0, "measured"),
    ("alpha", "power", 9.0, "measured"),
    ("beta", "power", 3.0, "measured"),
    ("alpha", "papers", 900.0, "measured"),
    ("beta", "papers", 300.0, "measured"),
    ("gamma", "papers", 400.0, "measured"),
    ("gamma", "patents", 40.0, "announced"),
];

/// Makes a project of a file `exacity.toml` and the data above.
fn files(toml: &str) -> MemorySources {
    MemorySources::default()
        .with("exacity.toml", toml)
        .with("data/indicators.toml", INDICATORS)
        .with("data/places.csv", PLACES)
        .with("data/sources.csv", SOURCES)
        .with("data/observations.csv", observations(ROWS))
}

/// Loads the project above with lines added at its end.
fn with(more: &str) -> Checked<Loaded> {
    load(&files(&format!("{PROJECT}{more}")), &Request::default())
}

/// Loads the project above with one text replaced by another.
fn replaced(from: &str, to: &str) -> Checked<Loaded> {
    assert!(PROJECT.contains(from), "{from}");
    load(&files(&PROJECT.replace(from, to)), &Request::default())
}

/// Loads the project above with settings of the command line.
fn set(sets: &[&str]) -> Checked<Loaded> {
    let request = Request {
        sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        ..Request::default()
    };
    load(&files(PROJECT), &request)
}

/// Returns the only finding.
#[track_caller]
fn only<T>(checked: &Checked<T>) -> &Diagnostic {
    let all: Vec<_> = checked.diagnostics.iter().collect();
    assert_eq!(all.len(), 1, "{all:#?}");
    all[0]
}

/// Returns a finding's code, the text that it points at, and its message.
#[track_caller]
fn finding<T>(checked: &Checked<T>) -> (&'static str, String, &str) {
    let one = only(checked);
    (one.code.0, pointed_at(checked, one), &one.message)
}

fn pointed_at<T>(checked: &Checked<T>, one: &Diagnostic) -> String {
    let text = one.span().and_then(|span| {
        let text = checked.files.text(&span.file)?;
        text.get(span.start..span.end)
    });
    text.unwrap_or_default().to_owned()
}

/// Returns the shares among the children of a criterion, in whole percent.
fn shares(project: &Project, id: &str) -> Vec<i64> {
    let at = project.tree.find(id).unwrap();
    let shares = project.indices[0].shares[at.0].as_ref().unwrap();
    let percent = shares
        .as_slice()
        .iter()
        .map(|share| (100.0 * share).round() as i64);
    percent.collect()
}

#[track_caller]
fn loaded(checked: Checked<Loaded>) -> Loaded {
    let findings: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|d| (d.code.0, d.message.clone()))
        .collect();
    checked.value.unwrap_or_else(|| panic!("{findings:#?}"))
}

#[test]
fn the_plain_project_loads_without_a_finding() {
    let checked = load(&files(PROJECT), &Request::default());
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let project = checked.value.unwrap().project;
    let ids: Vec<_> = project
        .tree
        .upward()
        .map(|(_, n)| n.id.to_string())
        .collect();
    assert_eq!(
        ids,
        [
            "compute.capacity",
            "compute.power",
            "compute",
            "talent",
            "score"
        ]
    );
    let league: Vec<_> = project.league.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(league, ["alpha", "beta", "gamma"]);
    assert_eq!(shares(&project, "score"), [60, 40]);
    assert_eq!(project.indices[0].weights_about, "no view of one's own");
    assert_eq!(project.as_of.unwrap().to_string(), "2026-03-31");
}

#[test]
fn the_plain_project_passes_the_check_with_effective_percentages() {
    let checked = check(&files(PROJECT));
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let summary = checked.value.unwrap();
    assert_eq!(
        (summary.places, summary.indicators, summary.observations),
        (4, 5, 9)
    );
    let balanced = &summary.weights[0];
    let percent: Vec<_> = balanced
        .percent
        .iter()
        .map(|(id, p)| (id.as_str(), p.round() as i64))
        .collect();
    assert_eq!(
        percent,
        [
            ("compute", 60),
            ("compute.capacity", 30),
            ("compute.power", 30),
            ("talent", 40)
        ]
    );
}
