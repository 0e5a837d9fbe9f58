//! View 11: two runs, what changed between them, and why each place moved.
//!
//! The earlier figures are scored once more under the later method. What that changes is the method's
//! doing, the rest is the data's.

use super::whatif::{Run, moves_between, whatif};
use crate::manifest::Manifest;
use crate::report::{Column, Report, Section, Show, Table, Value};
use indexmap::IndexMap;

/// Two runs to compare.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// The earlier run.
    pub earlier: Run<'a>,
    /// The later run.
    pub later: Run<'a>,
    /// The earlier figures under the later method, where that can be scored.
    pub restated: Option<Run<'a>>,
    /// What produced the two.
    pub manifests: (&'a Manifest, &'a Manifest),
}

/// Shows what changed, who moved, and how much of each move is the method's and how much the data's.
pub fn edition(edition: &Edition) -> Report {
    let (old, new) = edition.manifests;
    let changes = whatif(edition.earlier, edition.later, &[]);
    let mut report = Report::new("diff", format!("{}: what changed", new.project));
    report
        .notes
        .push(format!("from {} to {}", named(old), named(new)));
    report.notes.extend(changes.notes.into_iter().skip(1));
    report.sections.push(inputs(old, new));
    let mut sections = changes.sections.into_iter();
    let mut ranks = Section::new("ranks", "Who moved").table(table(edition));
    ranks.figure = sections.next().and_then(|section| section.figure);
    if let Some(figure) = &mut ranks.figure {
        ranks.title.clone_into(&mut figure.title);
    }
    report.sections.push(ranks);
    report.sections.extend(sections);
    report.footer = vec![match edition.restated {
        Some(_) => "by the method: the earlier figures scored by the later settings and rules, against the earlier score; by the data: the rest.".to_owned(),
        None => "The earlier figures cannot be scored by the later settings, so method and data are not told apart.".to_owned(),
    }];
    report
}

fn named(manifest: &Manifest) -> String {
    let date = manifest
        .as_of
        .as_ref()
        .map(|date| format!(" (as of {date})"));
    format!(
        "{}{}",
        &manifest.hash[..12.min(manifest.hash.len())],
        date.unwrap_or_default()
    )
}

/// Files and settings that differ.
fn inputs(old: &Manifest, new: &Manifest) -> Section {
    let mut lines = vec![];
    if old.exacity != new.exacity {
        lines.push(format!("exacity {} became {}", old.exacity, new.exacity));
    }
    if old.profile != new.profile {
        lines.push(format!(
            "profile `{}` became `{}`",
            old.profile, new.profile
        ));
    }
    if old.as_of != new.as_of {
        let date = |manifest: &Manifest| {
            manifest
                .as_of
                .clone()
                .unwrap_or_else(|| "no date".to_owned())
        };
        lines.push(format!("as of {} became {}", date(old), date(new)));
    }
    lines.extend(set_changes(old, new));
    lines.extend(file_changes(&old.files, &new.files));
    if lines.is_empty() {
        lines.push("nothing: the same files and settings".to_owned());
    }
    Section::new("inputs", "What changed").text(lines)
}

fn set_changes(old: &Manifest, new: &Manifest) -> Vec<String> {
    let gone = old
        .settings
        .iter()
        .filter(|set| !new.settings.contains(set));
    let come = new
        .settings
        .iter()
        .filter(|set| !old.settings.contains(set));
    let gone = gone.map(|set| format!("`--set {set}` is gone"));
    gone.chain(come.map(|set| format!("`--set {set}` is new")))
        .collect()
}

fn file_changes(old: &IndexMap<String, String>, new: &IndexMap<String, String>) -> Vec<String> {
    let mut lines: Vec<String> = new
        .iter()
        .filter_map(|(path, hash)| match old.get(path) {
            None => Some(format!("{path} is new")),
            Some(before) if before != hash => Some(format!("{path} changed")),
            Some(_) => None,
        })
        .collect();
    lines.extend(
        old.keys()
            .filter(|path| !new.contains_key(*path))
            .map(|path| format!("{path} is gone")),
    );
    lines
}

fn table(edition: &Edition) -> Table {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("rank_before", "rank before"),
        Column::numbers("rank", "after"),
        Column::words("moved", "moved"),
        Column::numbers("score_before", "score before"),
        Column::numbers("score", "after"),
        Column::numbers("by_method", "by the method"),
        Column::numbers("by_data", "by the data"),
    ]);
    for one in moves_between(edition.earlier, edition.later) {
        let restated = edition.restated.and_then(|run| run.score_of(&one.id));
        let part = |from: Option<f64>, to: Option<f64>| {
            let change = from.zip(to).map(|(from, to)| to - from);
            change.map_or(Value::Empty, |change| Value::Number(change, Show::Signed))
        };
        table.push(vec![
            Value::text(&one.name),
            one.ranks
                .0
                .map_or(Value::Missing, |rank| Value::Rank(rank, false)),
            one.ranks
                .1
                .map_or(Value::Missing, |rank| Value::Rank(rank, false)),
            Value::text(&one.arrow),
            Value::score(one.scores.0),
            Value::score(one.scores.1),
            part(one.scores.0, restated),
            part(restated, one.scores.1),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn manifest(hash: &str, files: &[(&str, &str)]) -> Manifest {
        Manifest {
            schema_version: 1,
            exacity: "0.1.0".to_owned(),
            project: "Cities".to_owned(),
            profile: "cities".to_owned(),
            as_of: None,
            settings: vec![],
            files: files
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
            results: IndexMap::new(),
            hash: hash.repeat(12),
        }
    }

    #[test]
    fn a_change_is_split_into_method_and_data() {
        let (project, before) = sample::scored();
        let (mut restated, mut after) = (before.clone(), before.clone());
        // The later method gives Shanghai 2 points less, the later figures 5 more.
        restated.boards[0].ranking[0].score -= 2.0;
        after.boards[0].ranking[0].score += 3.0;
        let run = |scoreboard| Run {
            project: &project,
            scoreboard,
        };
        let (old, new) = (
            manifest("a", &[("data/observations.csv", "1"), ("old.toml", "x")]),
            manifest("b", &[("data/observations.csv", "2"), ("new.toml", "x")]),
        );
        let report = edition(&Edition {
            earlier: run(&before),
            later: run(&after),
            restated: Some(run(&restated)),
            manifests: (&old, &new),
        });
        assert_eq!(
            report.sections[0].text,
            [
                "data/observations.csv changed",
                "new.toml is new",
                "old.toml is gone"
            ]
        );
        let rows = &report.tables().next().unwrap().rows;
        let shanghai: Vec<String> = rows[0].iter().map(Value::words).collect();
        assert_eq!(shanghai[0], "Shanghai");
        assert_eq!(shanghai[6..], ["-2.00", "+5.00"]);
    }

    #[test]
    fn without_a_change_nothing_is_said_to_change() {
        let (project, before) = sample::scored();
        let run = Run {
            project: &project,
            scoreboard: &before,
        };
        let same = manifest("a", &[]);
        let report = edition(&Edition {
            earlier: run,
            later: run,
            restated: Some(run),
            manifests: (&same, &same),
        });
        assert_eq!(
            report.sections[0].text,
            ["nothing: the same files and settings"]
        );
    }
}
