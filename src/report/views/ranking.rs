//! Who is where: the ranking as a table, and below a line the places that fall short.

use super::{Subject, method, parts, rank_range, side_by_side, tied, words};
use crate::project::Project;
use crate::report::model::Name;
use crate::report::number;
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::robustness::TieGroup;
use crate::score::{RankedPlace, Scoreboard};

/// Shows the ranking of each index; a profile that does not rank shows its places side by side.
pub fn ranking(project: &Project, scoreboard: &Scoreboard) -> Report {
    let subjects: Vec<Subject> = (0..scoreboard.boards.len())
        .map(|at| Subject::new(project, scoreboard, at))
        .collect();
    let several = subjects.len() > 1;
    let first = subjects[0];
    if !project.profile.ranks {
        return side_by_side::side_by_side(first);
    }
    let title = if several {
        project.name.clone()
    } else {
        first.title()
    };
    let mut report = Report::new("ranking", title);
    if !several {
        report.notes.push(first.setting());
        report.notes.extend(told_apart(first));
    }
    for &subject in &subjects {
        let mut section = Section::new(&subject.board.index, "");
        if several {
            section.title = subject.title();
            section.text.push(subject.setting());
            section.text.extend(told_apart(subject));
        }
        report.sections.push(section.table(ranked_table(subject)));
        report.sections.extend(method::section(subject));
        report.sections.extend(below_the_line(subject));
    }
    report.footer = how_to_read(first);
    report
}

/// Says which neighbours other weights would swap as often as not, so that nobody reads more into
/// their order.
fn told_apart(subject: Subject) -> Option<String> {
    let ranges = subject.board.ranges.as_ref()?;
    let groups: Vec<TieGroup> = ranges
        .tied
        .iter()
        .map(|tie| TieGroup {
            places: tie.places.clone(),
            from: tie.from,
        })
        .collect();
    let name = |row: usize| subject.place(row).name.as_str();
    let text = tied(&groups, name);
    Some(format!("{}{}", text[..1].to_uppercase(), &text[1..]))
}

pub(super) fn ranked_table(subject: Subject) -> Table {
    let classes = !subject.index.output.classes.is_empty();
    let mut columns = vec![
        Column::numbers("rank", "rank"),
        Column::words("place", "place"),
        Column::numbers("score", "score"),
    ];
    if subject.board.ranges.is_some() {
        columns.push(Column::words("range", "ranks"));
    }
    for &pillar in subject.pillars() {
        let name = subject.name(pillar);
        columns.push(Column::numbers(subject.id(pillar), name).short(words::short(name)));
    }
    if classes {
        columns.push(Column::words("class", "class"));
    }
    if let Some(within) = &subject.index.output.within {
        let name = format!("in {}", within.column);
        columns.push(Column::numbers("group_rank", name));
    }
    columns.extend([
        Column::numbers("held", "held"),
        Column::words("oldest", "oldest"),
        Column::numbers("bounds_share", "bounds"),
        Column::numbers("gap", "gap"),
        Column::bars(),
    ]);
    let mut table = Table::new(columns);
    let (ranking, labels) = (&subject.board.ranking, subject.labels());
    for (at, ranked) in ranking.iter().enumerate() {
        let lead = ranking
            .get(at + 1)
            .map(|next| (ranked.score - next.score).abs());
        table.push(row(subject, ranked, &labels[ranked.place], lead, classes));
    }
    table
}

fn row(
    subject: Subject,
    ranked: &RankedPlace,
    label: &str,
    lead: Option<f64>,
    classes: bool,
) -> Vec<Value> {
    let name = Name {
        text: label.to_owned(),
        ..words::name(subject.place(ranked.place))
    };
    let mut row = vec![
        Value::Rank(ranked.rank, ranked.tied),
        Value::Name(name),
        Value::Number(ranked.score, Show::Score),
    ];
    if let Some(ranges) = &subject.board.ranges {
        let range = ranges.ranks[ranked.place];
        row.push(range.map_or(Value::Empty, |(low, high)| {
            Value::text(rank_range(low, high))
        }));
    }
    let pillars = subject.pillars().iter();
    row.extend(pillars.map(|&at| Value::score(subject.score(at, ranked.place))));
    if classes {
        row.push(subject.class(ranked).map_or(Value::Empty, Value::text));
    }
    if subject.index.output.within.is_some() {
        let rank = subject.board.group_ranks.get(&ranked.place);
        let rank = rank.copied().map(number::rank);
        row.push(rank.map_or(Value::Empty, Value::Text));
    }
    let holdings = &subject.board.holdings;
    let oldest = holdings.oldest.get(&ranked.place).map(ToString::to_string);
    row.extend([
        Value::text(held(subject, ranked.place)),
        oldest.map_or(Value::Empty, Value::Text),
        Value::Number(holdings.bounds_share(ranked.place), Show::Share),
        lead.map_or(Value::Empty, |lead| Value::Number(lead, Show::Score)),
        Value::Stack(parts::stack(subject, ranked)),
    ]);
    row
}

/// Says how many pillars hold a measured figure: `3/4`.
pub(super) fn held(subject: Subject, row: usize) -> String {
    let evidence = subject.evidence(row);
    let held = evidence.iter().filter(|(_, leaves)| *leaves > 0).count();
    format!("{held}/{}", evidence.len())
}

fn below_the_line(subject: Subject) -> Option<Section> {
    let excluded = &subject.board.excluded;
    if excluded.is_empty() {
        return None;
    }
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("held", "held"),
        Column::words("pillars", "pillars held"),
        Column::words("reason", "what is missing"),
    ]);
    for out in excluded {
        let evidence = subject.evidence(out.place);
        let pillars = evidence.iter().filter(|(_, leaves)| *leaves > 0);
        let names: Vec<&str> = pillars.map(|&(at, _)| subject.name(at)).collect();
        table.push(vec![
            Value::text(&subject.place(out.place).name),
            Value::text(held(subject, out.place)),
            Value::text(names.join(", ")),
            Value::text(words::exclusion(subject.project, &out.why)),
        ]);
    }
    let title = format!("Not ranked: {}", words::counted(excluded.len(), "place"));
    let id = format!("{}-excluded", subject.board.index);
    Some(Section::new(id, title).table(table))
}

fn how_to_read(subject: Subject) -> Vec<String> {
    let (low, high) = subject.scale();
    let ranges = subject.board.ranges.as_ref().map(|ranges| {
        format!(
            "ranks: where {} draws of the weights put a place nine times of ten, {}; `exacity robustness` says more.",
            number::figure(ranges.draws as f64),
            ranges.varied
        )
    });
    let scores = match &subject.board.method {
        Some(method) => format!(
            "Scores are those of {}: {}.",
            method.definition,
            method::better(method)
        ),
        None => format!(
            "Scores lie on {} to {}.",
            number::figure(low),
            number::figure(high)
        ),
    };
    let mut lines = vec![
        format!("{scores} held: pillars with a measured figure; oldest: date of the oldest figure that counts."),
        "bounds: share of figures that are bounds (“over 120” counts as 120); gap: points ahead of the next place.".to_owned(),
        "`exacity explain place ID` walks a score back to its sources.".to_owned(),
    ];
    if let Some(ranges) = ranges {
        lines.insert(1, ranges);
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::report::terminal::{Screen, write};
    use crate::report::{markdown, sample};

    const AT_80: Screen = Screen {
        width: 80,
        colour: false,
    };

    #[test]
    fn the_ranking_reads_well_in_eighty_columns() {
        let (project, scoreboard) = sample::scored();
        let shown = write(&super::ranking(&project, &scoreboard), AT_80);
        insta::assert_snapshot!(shown);
        assert!(shown.lines().all(|line| line.chars().count() <= 80));
    }

    #[test]
    fn markdown_shows_the_same_tables() {
        let (project, scoreboard) = sample::scored();
        let report = super::ranking(&project, &scoreboard);
        insta::assert_snapshot!(markdown::write(&report));
    }

    #[test]
    fn tied_places_are_marked() {
        let (project, mut scoreboard) = sample::scored();
        for ranked in &mut scoreboard.boards[0].ranking {
            (ranked.rank, ranked.tied) = (1.0, true);
        }
        let report = super::ranking(&project, &scoreboard);
        let ranks: Vec<_> = report
            .tables()
            .next()
            .unwrap()
            .rows
            .iter()
            .map(|r| r[0].words())
            .collect();
        assert_eq!(ranks, ["=1", "=1"]);
    }
}
