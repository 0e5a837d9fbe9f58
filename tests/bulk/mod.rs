//! Tables scored in pieces: the same bytes as in one go, whatever is in them.

mod bad_input;
#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "parquet")]
mod engine;
mod parts;

use exacity::bulk::{Control, Form, Options, Scoring, Template, prepare, score};
use exacity::config::{Request, load};
use exacity::diagnostics::Diagnostics;
use exacity::report::scoreboard_csv;
use exacity::sources::memory::MemorySources;
use exacity::sources::stream::{MemoryInput, Scratch, ScratchFile};
use std::fmt::Write;
use std::io::{self, Cursor};

/// Temporary files in memory.
struct Memory;

impl Scratch for Memory {
    fn file(&self) -> io::Result<Box<dyn ScratchFile>> {
        Ok(Box::new(Cursor::new(vec![])))
    }
}

/// Several levels, most per-row settings, and two columns whose ends matter.
const PROJECT: &str = r#"schema = 1
include = ["more.toml"]
[project]
name = "Establishments"
[data]
matrix = { file = "own.csv", id = ["region", "no"], name = "name", missing = ["NA", ".."], not-applicable = ["-"], where = { kind = ["a", "b"] } }
[require]
min-coverage = 0.4
[[criteria]]
id = "size"
missing = "reweight"
min-coverage = 0.3
[[criteria]]
id = "size.output"
indicator = "output"
direction = "higher"
treat = { method = "log", offset = 1 }
[[criteria]]
id = "size.staff"
indicator = "staff"
direction = "higher"
denominator = "area"
normalise = { method = "goalposts", low = 0, high = 4 }
round = 2
[[criteria]]
id = "quality"
aggregate = "geometric"
[[criteria]]
id = "quality.age"
indicator = ["age", "age_reported"]
direction = "lower"
normalise = "min-max"
scale = [1, 100]
[[criteria]]
id = "quality.share"
indicator = "share"
direction = "higher"
normalise = "max"
scale = [1, 100]
missing = { constant = 5 }
[weights.own]
size = 60
quality = 40
"size.output" = 3
"size.staff" = 1
[[adjust]]
when = "known.share && place.share < 10"
points = -3
because = "small share"
"#;

const STRATEGY: &str = r#"// Large places of good quality, with a bonus.
fn meta() {
    #{
        title: "Size with a bonus for quality",
        params: #{ bonus: #{ value: 0.25, min: 0, max: 1, unit: "1", doc: "weight of quality" } },
    }
}

fn eligible(place) {
    place.staff >= 3
}

fn score(part, param, place) {
    let most = max(part.size, part.quality);
    if place.staff > 50 { most } else { part.size + param.bonus * part.quality }
}
"#;

/// Numbers that look random and are the same every time.
fn noise(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    }
}

/// A table with ties, holes, quotes, other line ends and rows nobody wants.
fn table(rows: u64, line_end: &str) -> String {
    let mut next = noise(rows);
    let mut text =
        format!("region,no,name,kind,output,staff,area,age,age_reported,share,remark{line_end}");
    for row in 0..rows {
        // Rows do not stand in the order of their ids.
        let no = row * 7919 % 10_007;
        let region = ["north", "\"so,uth\"", "ea\"st"][next(3)];
        let name = match next(4) {
            0 => String::new(),
            1 => format!("\"No. {no}, \"\"the\"\" one\""),
            _ => format!(" Place {no}"),
        };
        let kind = ["a", "b", "b", "c"][next(4)];
        let mut cell = |most: usize, decimals: usize| match next(12) {
            0 => String::new(),
            1 => "NA".to_owned(),
            2 => " 17 ".to_owned(),
            3 => "-".to_owned(),
            4 => format!("{}e-1", next(most)),
            5 => format!("\"{}\"", next(most)),
            _ => format!("{}.{:02}", next(most), next(decimals * 30 + 1)),
        };
        let cells = [
            cell(1000, 1),
            cell(90, 0),
            cell(40, 1),
            cell(50, 0),
            cell(50, 0),
            cell(60, 1),
        ];
        let cells = cells.join(",");
        // No area is zero, which nothing could be divided by.
        let _ = write!(
            text,
            "{region},{no},{name},{kind},{cells},\"two\nlines\"{line_end}"
        );
        if row % 500 == 3 {
            text.push_str(line_end);
        }
    }
    text
}

fn files(more: &str) -> MemorySources {
    MemorySources::default()
        .with("exacity.toml", PROJECT)
        .with("more.toml", more)
        .with("rules/size.rhai", STRATEGY)
}

fn input(text: &str) -> MemoryInput {
    MemoryInput {
        name: "big.csv".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// What `rank --format csv` prints.
fn by_rank(sources: &MemorySources, text: &str) -> String {
    let sources = sources.clone().with("own.csv", text);
    let loaded = load(&sources, &Request::default());
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let project = loaded.value.unwrap().project;
    let board = exacity::score::score(&project).unwrap();
    scoreboard_csv::write(&project, &board)
}

fn template(sources: &MemorySources, text: &str) -> Template {
    let prepared = prepare(sources, &Request::default(), &input(text), None);
    prepared
        .value
        .unwrap_or_else(|| panic!("{:?}", prepared.diagnostics))
}

fn scored<'s>(
    template: &mut Template,
    text: &str,
    options: &Options,
    scratch: &'s dyn Scratch,
) -> Result<Scoring<'s>, Diagnostics> {
    score(
        template,
        &input(text),
        scratch,
        options,
        &Control::default(),
    )
}

fn in_bulk(sources: &MemorySources, text: &str, options: &Options) -> String {
    let mut template = template(sources, text);
    let scoring = scored(&mut template, text, options, &Memory);
    let mut out = vec![];
    scoring
        .unwrap_or_else(|found| panic!("{found:?}"))
        .write(Form::Csv, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

fn all_criteria() -> Options {
    Options {
        criteria: true,
        ..Options::default()
    }
}

#[test]
fn scores_and_ranks_are_those_of_rank_byte_for_byte() {
    for (settings, line_end) in [
        ("", "\n"),
        (
            "[scoring]\nweights = \"own\"\nties = \"average\"\nrank-on = { decimals = 1 }\n",
            "\r\n",
        ),
        (
            "[scoring]\nties = \"max\"\nrank-on = { decimals = 0 }\norder = \"lowest\"\n",
            "\n",
        ),
        (
            "[scoring]\nweights = \"own\"\nties = \"dense\"\nmissing = \"complete-cases\"\n",
            "\n",
        ),
        ("[scoring]\nstrategy = \"rules/size.rhai\"\n", "\n"),
    ] {
        let sources = files(settings);
        let text = table(5000, line_end);
        let whole = by_rank(&sources, &text);
        assert!(
            whole.lines().count() > 1000,
            "{settings}: {}",
            whole.lines().count()
        );
        assert_eq!(
            in_bulk(&sources, &text, &all_criteria()),
            whole,
            "{settings}"
        );
        let marked = format!("\u{feff}{text}");
        assert_eq!(
            in_bulk(&sources, &marked, &all_criteria()),
            whole,
            "{settings}"
        );
    }
}

#[test]
fn little_memory_and_few_rows_asked_for_change_no_digit() {
    for ties in ["min", "max", "average", "dense", "ordinal"] {
        let sources = files(&format!(
            "[scoring]\nties = \"{ties}\"\nrank-on = {{ decimals = 0 }}\n"
        ));
        let text = table(3000, "\n");
        let whole = in_bulk(&sources, &text, &all_criteria());
        let little = Options {
            memory: 1 << 16,
            ..all_criteria()
        };
        assert_eq!(in_bulk(&sources, &text, &little), whole);
        let top = Options {
            top: Some(100),
            ..little
        };
        let head: Vec<&str> = whole.split_inclusive('\n').take(101).collect();
        assert_eq!(in_bulk(&sources, &text, &top), head.concat());
    }
}

#[test]
fn names_are_left_out_where_the_table_has_none() {
    let project = PROJECT.replace("name = \"name\", ", "");
    let sources = files("").with("exacity.toml", project);
    let ranked = in_bulk(&sources, &table(50, "\n"), &Options::default());
    assert!(ranked.starts_with("rank,place,score\n1,"), "{ranked}");
}

#[test]
fn rows_without_a_score_are_counted_by_reason() {
    let sources = files("[scoring]\nstrategy = \"rules/size.rhai\"\n");
    let text = table(400, "\n");
    let mut template = template(&sources, &text);
    let scoring = scored(&mut template, &text, &Options::default(), &Memory).unwrap();
    let counts = &scoring.counts;
    let excluded: u64 = counts.excluded.values().sum();
    assert_eq!(counts.rows, 400);
    assert_eq!(counts.ranked + excluded + counts.passed_over, 400);
    let reasons: Vec<&str> = counts.excluded.keys().map(String::as_str).collect();
    assert!(
        reasons.contains(&"not eligible, says the strategy"),
        "{reasons:?}"
    );
    assert!(
        reasons.contains(&"fewer figures than `require.min-coverage` asks"),
        "{reasons:?}"
    );
}

#[test]
fn warnings_are_those_of_a_whole_table() {
    let sources = files("");
    let text = table(2000, "\n").replace(",0.", ",95.");
    let text: String =
        text.lines()
            .filter(|line| !line.is_empty())
            .fold(String::new(), |mut all, line| {
                all.push_str(line);
                all.push('\n');
                all
            });
    let all = sources.clone().with("own.csv", text.as_str());
    let project = load(&all, &Request::default()).value.unwrap().project;
    let board = exacity::score::score(&project).unwrap();
    let whole: Vec<String> = board
        .diagnostics
        .iter()
        .map(|d| d.message.clone())
        .collect();
    let mut template = template(&sources, &text);
    let scoring = scored(&mut template, &text, &Options::default(), &Memory).unwrap();
    let own: Vec<String> = scoring
        .warnings(&template)
        .iter()
        .map(|d| d.message.clone())
        .collect();
    assert_eq!(own, whole);
}
