//! Places side by side per pillar, without an overall rank, for a profile that does not rank.

use super::{Subject, figures, words};
use crate::model::NodeIx;
use crate::report::{Column, Report, Section, Table, Value};

/// Shows every place of the league, pillar by pillar, with scores and the figures behind them.
pub(super) fn side_by_side(subject: Subject) -> Report {
    let mut report = Report::new("side-by-side", subject.title());
    report.notes.push(subject.setting());
    let about = &subject.project.profile.about;
    if !about.is_empty() {
        report.notes.push(about.clone());
    }
    report.sections.push(
        Section::new("pillars", "Scores per pillar").table(scores(subject, subject.pillars())),
    );
    for &pillar in subject.pillars() {
        let title = subject.name(pillar);
        let section = Section::new(subject.id(pillar), title).table(held(subject, pillar));
        report.sections.push(section);
    }
    report.sections.extend(super::brief::brief(subject));
    report.footer = vec![
        "There is no overall rank: these places are not of one kind.".to_owned(),
        "–: no figure is known. A sign before a figure is its source's (“over”, “about”)."
            .to_owned(),
    ];
    report
}

fn scores(subject: Subject, criteria: &[NodeIx]) -> Table {
    let mut columns = vec![Column::words("place", "place")];
    columns.extend(criteria.iter().map(|&at| {
        let name = subject.name(at);
        Column::numbers(subject.id(at), name).short(words::short(name))
    }));
    let mut table = Table::new(columns);
    for (row, place) in subject.project.league.iter().enumerate() {
        let mut cells = vec![Value::text(&place.name)];
        cells.extend(
            criteria
                .iter()
                .map(|&at| Value::score(subject.score(at, row))),
        );
        table.push(cells);
    }
    table
}

fn held(subject: Subject, pillar: NodeIx) -> Table {
    let leaves = subject.project.tree.leaves(pillar);
    let mut columns = vec![Column::words("place", "place")];
    columns.extend(leaves.iter().map(|&at| {
        let unit = subject
            .project
            .leaf(at)
            .map_or("", |leaf| leaf.unit.as_str());
        let unit = words::with_unit(unit);
        Column::numbers(subject.id(at), subject.name(at)).unit(unit.trim_start())
    }));
    let mut table = Table::new(columns);
    for (row, place) in subject.project.league.iter().enumerate() {
        let mut cells = vec![Value::text(&place.name)];
        cells.extend(leaves.iter().map(|&at| figures::short(subject, at, row)));
        table.push(cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use crate::report::sample;
    use crate::report::terminal::{Screen, write};

    #[test]
    fn a_profile_without_ranks_shows_no_rank() {
        let (mut project, scoreboard) = sample::scored();
        project.profile.ranks = false;
        let report = super::super::ranking(&project, &scoreboard);
        let screen = Screen {
            width: 80,
            colour: false,
        };
        let shown = write(&report, screen);
        assert!(!shown.contains("rank  "), "{shown}");
        insta::assert_snapshot!(shown);
    }
}
