//! Mistakes that people make in strategies, and what they are told.
//!
//! Each script beside this file holds one; the text of the same name is all that the program says of it.
//! `EXACITY_BLESS=1 cargo test mistakes` writes the texts anew: read them before you commit them.

use crate::golden::{golden, scripts};
use exacity::cli::render::snippets;
use exacity::config::{Request, check, load};
use exacity::diagnostics::{Diagnostics, Files};
use exacity::report::terminal::Screen;
use exacity::score::score;
use exacity::sources::memory::MemorySources;
use std::fs;

const PROJECT: &str = r#"schema = 1
[project]
name = "mistakes"
[data]
folder = "data"
[scoring]
normalise = { method = "goalposts", low = 0, high = 100 }
[[criteria]]
id = "academia"
indicator = "papers"
[[criteria]]
id = "compute"
indicator = "flops"
"#;

const INDICATORS: &str = r#"
[[indicator]]
id = "papers"
name = "Papers"
unit = "count"
direction = "higher"
[[indicator]]
id = "flops"
name = "Capacity"
unit = "EFLOPS"
direction = "higher"
[[indicator]]
id = "compute_utilisation"
name = "Utilisation"
unit = "percent"
direction = "context"
[[indicator]]
id = "gdp_cny_bn"
name = "Output"
unit = "bn CNY"
direction = "context"
"#;

const PLACES: &str =
    "id,name,name_zh,kind,parent,region,lat,lon,population,population_definition,population_source
north,North,,city,,north,,,,,
south,South,,city,,south,,,,,
";

const OBSERVATIONS: &str = "obs_id,place,indicator,value,value_high,qualifier,unit,as_of,as_of_precision,kind,numeric_precision,scope,plausibility,source_id,from_seed,note
o1,north,papers,70,,eq,count,2025,,measured,,,,s1,no,
o2,south,papers,30,,eq,count,2025,,measured,,,,s1,no,
o3,north,flops,80,,eq,EFLOPS,2025,,measured,,,,s1,no,
o4,south,flops,20,,eq,EFLOPS,2025,,measured,,,,s1,no,
o5,north,compute_utilisation,55,,eq,percent,2025,,measured,,,,s1,no,
o6,south,compute_utilisation,40,,eq,percent,2025,,measured,,,,s1,no,
o7,north,gdp_cny_bn,900,,eq,bn CNY,2025,,measured,,,,s1,no,
o8,south,gdp_cny_bn,400,,eq,bn CNY,2025,,measured,,,,s1,no,
";

fn sources(script: &str) -> MemorySources {
    MemorySources::default()
        .with("exacity.toml", PROJECT)
        .with("data/indicators.toml", INDICATORS)
        .with("data/places.csv", PLACES)
        .with(
            "data/sources.csv",
            "source_id,title,publisher,url,date,tier\ns1,Yearbook,Office,,2025,A\n",
        )
        .with("data/observations.csv", OBSERVATIONS)
        .with("rules/mistake.rhai", script)
}

/// Everything that is said of a script: what checking finds, else what scoring with it does.
fn told(script: &str) -> (Diagnostics, Files) {
    let sources = sources(script);
    let checked = check(&sources);
    let mut found = checked.diagnostics;
    let mut files = checked.files;
    if !found.has_errors() {
        let request = Request {
            strategy: Some("rules/mistake.rhai".into()),
            ..Request::default()
        };
        let loaded = load(&sources, &request);
        files.extend(loaded.files);
        if let Err(faults) = score(&loaded.value.unwrap().project) {
            found.extend(faults);
        }
    }
    (found, files)
}

#[test]
fn every_mistake_is_met_with_what_to_type_instead() {
    let screen = Screen {
        width: 100,
        colour: false,
    };
    let mut helpless = vec![];
    for script in scripts("mistakes") {
        let text = fs::read_to_string(&script).unwrap();
        let (found, files) = told(&text);
        let mut said = snippets(found.iter(), &files, screen);
        if said.is_empty() {
            said = "nothing: this is no mistake\n".to_owned();
        }
        golden(&script.with_extension("txt"), &said);
        for finding in &found {
            if finding.help.is_empty() {
                helpless.push(format!("{}: {finding}", script.display()));
            }
        }
    }
    assert!(helpless.is_empty(), "{helpless:#?}");
}
