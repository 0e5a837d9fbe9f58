//! The page as a reader, a program and an attacker meet it.

use super::*;
use crate::config::{Request, load};
use crate::diagnostics::Files;
use crate::project::Project;
use crate::report::views::{Asked, full};
use crate::report::{Lang, sample, scoreboard_json};
use crate::robustness::project::weight_study;
use crate::score::{Scoreboard, score};
use crate::sources::memory::MemorySources;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A project with as many places and 4 pillars of 3 leaves each; every seventh cell is missing.
fn large(places: usize) -> (Project, Scoreboard) {
    let mut settings = String::from(
        "[project]\nname = \"Large\"\n[data]\nmatrix = { file = \"m.csv\", id = \"id\", name = \"name\" }\n\
         [scoring]\nnormalise = { method = \"goalposts\", low = 0, high = 100 }\nmissing = \"reweight\"\n",
    );
    let mut header = String::from("id,name");
    for pillar in ["a", "b", "c", "d"] {
        let _ = write!(settings, "[[criteria]]\nid = \"{pillar}\"\n");
        for leaf in ["x", "y", "z"] {
            let _ = write!(
                settings,
                "[[criteria]]\nid = \"{pillar}.{leaf}\"\nindicator = \"{pillar}{leaf}\"\ndirection = \"higher\"\n"
            );
            let _ = write!(header, ",{pillar}{leaf}");
        }
    }
    let mut rows = header + "\n";
    for row in 0..places {
        let _ = write!(rows, "p{row},Place {row}");
        for leaf in 0..12 {
            let _ = match (row * 12 + leaf) % 7 {
                6 => write!(rows, ","),
                _ => write!(rows, ",{}", (row * 37 + leaf * 11) % 101),
            };
        }
        rows.push('\n');
    }
    scored(&settings, &rows)
}

fn scored(settings: &str, rows: &str) -> (Project, Scoreboard) {
    let sources = MemorySources::default()
        .with("exacity.toml", settings)
        .with("m.csv", rows);
    let loaded = load(&sources, &Request::default());
    let found: Vec<_> = loaded
        .diagnostics
        .iter()
        .map(|d| d.message.clone())
        .collect();
    let project = loaded.value.unwrap_or_else(|| panic!("{found:?}")).project;
    let scoreboard = score(&project).unwrap();
    (project, scoreboard)
}

fn small(names: &[&str]) -> (Project, Scoreboard) {
    let rows: String =
        names
            .iter()
            .enumerate()
            .fold("id,name,a,b\n".to_owned(), |mut out, (at, name)| {
                let _ = writeln!(
                    out,
                    "p{at},\"{}\",{},{}",
                    name.replace('"', "\"\""),
                    10 * at % 97,
                    90 - at % 80
                );
                out
            });
    scored(
        "[project]\nname = \"Small <b>\"\n[data]\nmatrix = { file = \"m.csv\", id = \"id\", name = \"name\" }\n\
         [scoring]\nnormalise = { method = \"goalposts\", low = 0, high = 100 }\n\
         [[criteria]]\nid = \"a\"\nname = \"</script><script>alert(1)</script>\"\nindicator = \"a\"\ndirection = \"higher\"\n\
         [[criteria]]\nid = \"b\"\nindicator = \"b\"\ndirection = \"higher\"\n",
        &rows,
    )
}

fn report(project: &Project, scoreboard: &Scoreboard, lang: Lang) -> Report {
    let study = weight_study(project, scoreboard);
    let study = study.as_ref().map(|(setup, study)| (setup, study));
    full(project, scoreboard, study, Asked { lang, sweeps: true })
}

/// The page without the drawing library, which is not ours to test.
fn page(project: &Project, scoreboard: &Scoreboard) -> String {
    let extras = Extras {
        plotly: Plotly::Linked,
        ..Extras::default()
    };
    write(&report(project, scoreboard, Lang::En), &extras)
}

fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let found = page
        .match_indices(&start)
        .map(|(at, _)| &page[at + start.len()..]);
    found.filter_map(|rest| rest.split('"').next()).collect()
}

/// The page up to its data and scripts.
fn visible(page: &str) -> &str {
    let body = page.split_once("<body>").unwrap().1;
    body.split_once("<script").unwrap().0
}

#[test]
fn ids_are_unique_and_links_within_the_page_arrive() {
    let (project, scoreboard) = sample::scored();
    let page = page(&project, &scoreboard);
    let ids = attributes(visible(&page), "id");
    let once: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    for link in attributes(visible(&page), "href") {
        let target = link.strip_prefix('#');
        assert!(target.is_none_or(|target| once.contains(target)), "{link}");
    }
    for label in ["aria-labelledby", "aria-describedby", "for"] {
        for target in attributes(visible(&page), label) {
            assert!(once.contains(target), "{label}: {target}");
        }
    }
}

#[test]
fn every_figure_has_words_and_a_table_with_the_same_numbers() {
    let (project, scoreboard) = large(12);
    let report = report(&project, &scoreboard, Lang::En);
    let figures: Vec<_> = report
        .sections
        .iter()
        .filter(|section| section.figure.is_some())
        .collect();
    assert!(figures.len() > 12);
    for section in figures {
        let figure = section.figure.as_ref().unwrap();
        assert!(
            !figure.title.is_empty() && figure.description.len() > 20,
            "{}",
            figure.id
        );
        let table = section.table.as_ref().unwrap();
        assert!(!table.rows.is_empty(), "{}", figure.id);
    }
    let page = write(&report, &Extras::default());
    let drawn = visible(&page).matches("class=\"plot\"").count();
    let twins = visible(&page).matches("The same as a table").count();
    assert_eq!(drawn, twins);
}

#[test]
fn data_blocks_parse_and_the_scoreboard_is_the_one_of_rank() {
    let (project, scoreboard) = large(3);
    let ranked = scoreboard_json::write(&project, &scoreboard, &Files::default());
    let ranked: Json = serde_json::from_str(&ranked).unwrap();
    let extras = Extras {
        scoreboard: Some(ranked.clone()),
        ..Extras::default()
    };
    let page = write(&report(&project, &scoreboard, Lang::En), &extras);
    let block = |id: &str| -> Json {
        let start = format!("<script type=\"application/json\" id=\"{id}\">");
        let text = page
            .split_once(start.as_str())
            .unwrap()
            .1
            .split_once("</script>")
            .unwrap()
            .0;
        serde_json::from_str(text).unwrap()
    };
    assert_eq!(block("scoreboard"), ranked);
    let ids: Vec<&str> = attributes(&page, "data-figure");
    let data = block("report-data");
    assert!(!ids.is_empty());
    assert!(
        ids.iter().all(|id| data["figures"].get(id).is_some()),
        "{ids:?}"
    );
    // The frame in force is the ranking that the page shows.
    let slider = &data["sliders"]["sliders"][0];
    let now = usize::try_from(slider["now"].as_u64().unwrap()).unwrap();
    let frame = &slider["frames"][now];
    for (at, row) in ranked["ranking"].as_array().unwrap().iter().enumerate() {
        assert_eq!(data["sliders"]["places"][at], row["place"]);
        assert_eq!(frame[1][at], row["rank"]);
        let score = super::super::number::three_digits(row["score"].as_f64().unwrap());
        assert_eq!(frame[2][at].as_str(), Some(score.as_str()));
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let (project, scoreboard) = large(3);
    let page = write(&report(&project, &scoreboard, Lang::En), &Extras::default());
    let ours = page.replace(&library(), "");
    assert!(
        ours.len() + 4_000_000 < page.len(),
        "the library is embedded"
    );
    assert!(!ours.contains("http://") && !ours.contains("https://"));
    assert!(!ours.contains(" src=") && !ours.contains("@import") && !ours.contains("url("));
    assert!(page.contains("default-src &#39;none&#39;"));
}

#[test]
fn the_policy_names_the_scripts_that_are_there() {
    let (project, scoreboard) = sample::scored();
    let page = write(&report(&project, &scoreboard, Lang::En), &Extras::default());
    let scripts: Vec<&str> = page
        .match_indices("<script>")
        .map(|(at, _)| page[at + 8..].split_once("</script>").unwrap().0)
        .collect();
    assert_eq!(scripts.len(), 2);
    let style = page
        .split_once("<style>")
        .unwrap()
        .1
        .split_once("</style>")
        .unwrap()
        .0;
    let policy = policy::policy(&[style], &scripts, None).replace('\'', "&#39;");
    assert!(page.contains(&policy));
}

#[test]
fn hostile_names_stay_text() {
    let names = [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "a' onmouseover='alert(1)",
        "\u{202e}gnijieB",
        "<b>&amp;</b>",
        "javascript:alert(1)",
        "呼和浩特和林格尔呼和浩特和林格尔呼和浩特和林格尔呼和浩特和林格尔",
    ];
    let (project, scoreboard) = small(&names);
    let page = page(&project, &scoreboard);
    let scripts = page.matches("<script").count();
    // Data of the report, the library by its address, and the page's own script.
    assert_eq!(scripts, 3);
    for forbidden in [
        "<img",
        "onmouseover='",
        "onerror=\"",
        "<b>&amp;",
        "\u{202e}",
        "href=\"javascript",
    ] {
        assert!(!visible(&page).contains(forbidden), "{forbidden}");
    }
    assert!(page.contains(names[6]));
    let report = report(&project, &scoreboard, Lang::En);
    for figure in report
        .sections
        .iter()
        .filter_map(|section| section.figure.as_ref())
    {
        let text = figure.plot.to_string();
        assert!(
            !text.contains("<img") && !text.contains("<script") && !text.contains("<b>"),
            "{}",
            figure.id
        );
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let pages: Vec<String> = (0..2)
        .map(|_| {
            let (project, scoreboard) = large(9);
            page(&project, &scoreboard)
        })
        .collect();
    assert!(pages[0] == pages[1]);
}

#[test]
fn pages_stay_within_their_budgets() {
    // Views 3 and 4 take about 65 kB of the smaller one.
    for (places, budget) in [(40, 470_000), (500, 3_000_000)] {
        let (project, scoreboard) = large(places);
        let ranked = scoreboard_json::write(&project, &scoreboard, &Files::default());
        let extras = Extras {
            plotly: Plotly::Linked,
            scoreboard: serde_json::from_str(&ranked).ok(),
            ..Extras::default()
        };
        let size = write(&report(&project, &scoreboard, Lang::En), &extras).len();
        assert!(size < budget, "{places} places: {size} bytes");
    }
}

#[test]
fn nobody_ranked_and_one_place_are_told_as_they_are() {
    let (project, scoreboard) = small(&["Alone"]);
    let alone = page(&project, &scoreboard);
    assert!(visible(&alone).contains("Alone: nobody else is ranked."));
    assert!(!visible(&alone).contains("NaN") && !visible(&alone).contains("inf%"));
    let (project, mut scoreboard) = sample::scored();
    scoreboard.boards[0].ranking.clear();
    let nobody = page(&project, &scoreboard);
    assert!(visible(&nobody).contains("No place holds enough evidence to be ranked."));
}

#[test]
fn chinese_pages_name_places_in_chinese_and_keep_the_other_name() {
    let (project, scoreboard) = sample::scored();
    let page = write(
        &report(&project, &scoreboard, Lang::Zh),
        &Extras {
            plotly: Plotly::Linked,
            ..Extras::default()
        },
    );
    assert!(page.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"));
    assert!(visible(&page).contains(">上海</a> <span class=\"other\" lang=\"en\">Shanghai</span>"));
    assert!(visible(&page).contains("评分方法"));
    for english in [
        ">rank<",
        ">score<",
        "Show as",
        "Place by place",
        "Not ranked",
    ] {
        assert!(!visible(&page).contains(english), "{english}");
    }
}

#[test]
fn criteria_have_their_chinese_names_in_chinese_pages() {
    let sources = crate::sources::builtin::BuiltinSources;
    let project = load(&sources, &Request::default()).value.unwrap().project;
    let scoreboard = score(&project).unwrap();
    let page = |lang| {
        let report = full(
            &project,
            &scoreboard,
            None,
            Asked {
                lang,
                sweeps: false,
            },
        );
        write(&report, &Extras::default())
    };
    let (zh, en) = (page(Lang::Zh), page(Lang::En));
    // A source may have such a word in its title; a name stands alone in its element.
    for (name, other) in [(">产业生态<", ">Ecosystem<"), (">算力<", ">Compute<")] {
        assert!(
            visible(&zh).contains(name) && !visible(&zh).contains(other),
            "{name}"
        );
        assert!(
            visible(&en).contains(other) && !visible(&en).contains(name),
            "{other}"
        );
    }
}

#[test]
fn a_page_with_the_library_linked_says_so_in_its_policy() {
    let (project, scoreboard) = sample::scored();
    let page = page(&project, &scoreboard);
    let address = address();
    assert!(
        address.starts_with("https://cdn.plot.ly/plotly-") && address.ends_with(".min.js"),
        "{address}"
    );
    assert!(page.contains(&format!("<script src=\"{address}\">")));
    assert!(page.split_once("<title>").unwrap().0.contains(&address));
}

#[test]
fn a_report_says_how_sure_it_is_or_why_it_cannot() {
    let (project, scoreboard) = large(5);
    let page = page(&project, &scoreboard);
    for part in [
        "How sure is this?",
        "data-figure=\"ranges\"",
        "data-figure=\"acceptability\"",
        "draws (seed",
    ] {
        assert!(visible(&page).contains(part), "{part}");
    }
    let (project, scoreboard) = small(&["Alone"]);
    let report = full(&project, &scoreboard, None, Asked::default());
    let section = report
        .sections
        .iter()
        .find(|section| section.id == "robustness")
        .unwrap();
    assert!(
        section.text[0].contains("`exacity robustness`"),
        "{:?}",
        section.text
    );
}
