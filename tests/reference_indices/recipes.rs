//! The recipes of `docs/indices.md`, run as they stand there.

use super::folder;
use exacity::config::{Request, load};
use exacity::project::Project;
use exacity::report::terminal::{Screen, write};
use exacity::report::views::{self, Subject};
use exacity::score::{Scoreboard, score};
use exacity::sources::memory::MemorySources;
use std::path::Path;

const GUIDE: &str = include_str!("../../docs/indices.md");

/// A recipe: settings, table, and the result as the guide prints it.
struct Recipe<'g> {
    title: &'g str,
    settings: &'g str,
    table: &'g str,
    result: &'g str,
}

fn recipes() -> Vec<Recipe<'static>> {
    let sections = GUIDE.split("\n## ").skip(1);
    let fence = |text: &'static str, kind: &str| {
        let open = format!("```{kind}\n");
        let (_, rest) = text.split_once(&open)?;
        rest.split_once("\n```").map(|(inside, _)| inside)
    };
    sections
        .filter_map(|text| {
            Some(Recipe {
                title: text.lines().next()?,
                settings: fence(text, "toml")?,
                table: fence(text, "csv")?,
                result: fence(text, "text")?,
            })
        })
        .collect()
}

fn scored(recipe: &Recipe<'_>) -> (Project, Scoreboard) {
    let sources = MemorySources::default()
        .with("exacity.toml", recipe.settings)
        .with("inputs.csv", recipe.table);
    let loaded = load(&sources, &Request::default());
    let found = &loaded.diagnostics;
    assert!(!found.has_errors(), "{}: {found:#?}", recipe.title);
    let project = loaded.value.unwrap().project;
    let scoreboard = score(&project).unwrap_or_else(|found| panic!("{}: {found:#?}", recipe.title));
    (project, scoreboard)
}

/// Runs a recipe and writes its result as the guide does: rank, id, score, class; `-` for places
/// without a rank.
fn run(recipe: &Recipe<'_>) -> String {
    let (project, mut scoreboard) = scored(recipe);
    let board = scoreboard.boards.remove(0);
    let name = |place: usize| project.league[place].id.as_str();
    let classes = &project.indices[0].output.classes;
    let mut lines: Vec<String> = board
        .ranking
        .iter()
        .map(|ranked| {
            let class = ranked
                .class
                .map_or("", |class| classes[class as usize].0.as_str());
            let score = exacity::num::round::settled(ranked.score);
            let line = format!("{} {} {score} {class}", ranked.rank, name(ranked.place));
            line.trim_end().to_owned()
        })
        .collect();
    lines.extend(
        board
            .excluded
            .iter()
            .map(|out| format!("- {}", name(out.place))),
    );
    lines.join("\n")
}

#[test]
fn every_recipe_of_the_guide_gives_the_result_it_shows() {
    let recipes = recipes();
    assert!(recipes.len() >= 13, "{} recipes", recipes.len());
    let wrong: Vec<String> = recipes
        .iter()
        .filter_map(|recipe| {
            let found = run(recipe);
            (found != recipe.result)
                .then(|| format!("{}\n{found}\ninstead of\n{}", recipe.title, recipe.result))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Explains a place of the recipe whose title begins like this.
fn explained(title: &str, place: &str) -> String {
    let recipes = recipes();
    let recipe = recipes.iter().find(|r| r.title.starts_with(title)).unwrap();
    let (project, scoreboard) = scored(recipe);
    let subject = Subject::new(&project, &scoreboard, 0);
    let screen = Screen {
        width: 120,
        colour: false,
    };
    write(
        &views::place(subject, project.position(place).unwrap()),
        screen,
    )
}

#[test]
fn every_step_of_a_score_is_explained() {
    for (title, place, lines) in [
        (
            "Exceptions",
            "d",
            &[
                "capped at 20 (-37.5): under embargo (when place.embargo == \"yes\")",
                "formula let mean",
            ][..],
        ),
        (
            "Exceptions",
            "b",
            &["multiplied by 0.5 (-10.0): beyond the deadline of 30 days"],
        ),
        (
            "Standardise",
            "a",
            &[
                "its children make 95.0",
                "capped at 80: now 80.0",
                "normalised by min-max: 100",
            ],
        ),
        ("Grades", "d", &["guide = plate", "service = –"][..1]),
        (
            "Missing",
            "b",
            &[
                "not applicable: the table says so for fleet",
                "not applicable: it applies only where place.coast_km > 0",
            ],
        ),
        ("Within groups", "c", &["filled with 90 (median of high)"]),
        ("Percentiles", "c", &["capped at 50: now 50"]),
    ] {
        let text = explained(title, place);
        for line in lines {
            assert!(
                text.contains(line),
                "{title}, {place}: no `{line}` in\n{text}"
            );
        }
    }
}

#[test]
fn the_guide_points_at_projects_that_are_there() {
    for name in ["hdi-2022", "wimd-2019", "asem"] {
        assert!(folder(name).join("exacity.toml").exists(), "{name}");
    }
    assert!(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("rules/README.md")
            .exists()
    );
}
