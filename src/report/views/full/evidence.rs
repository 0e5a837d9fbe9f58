//! View 10: what is known of each place, how old it is and how good its source is.

use super::{Story, places};
use crate::model::{Cell, Kind, NodeIx, Provenance, Sourced};
use crate::report::figure::{self, Caption, Matrix, State};
use crate::report::number::percent;
use crate::report::views::figures;
use crate::report::{Lang, Section, Show, Table, Value};

/// Cells of the matrix at most: more would neither be read nor fit a file that is sent.
const CELLS: usize = 8_000;

/// Shows the matrix of places and criteria, the best covered first.
pub(super) fn section(story: Story) -> Section {
    let Story { subject, lang } = story;
    let rows = by_coverage(story);
    let leaves = subject.leaves();
    let title = lang.pick("What is known", "已知数据");
    let (held, all) = rows.iter().fold((0, 0), |(held, all), &row| {
        let holdings = &subject.board.holdings;
        (held + holdings.held[row], all + holdings.applicable[row])
    });
    let share = percent(f64::from(held) / f64::from(all.max(1)));
    let known = rows.len();
    let rows = &rows[..known.min(CELLS / leaves.len().max(1))];
    let states: Vec<String> = State::ALL
        .iter()
        .map(|s| format!("{} {}", s.sign(), lang.word(s.words())))
        .collect();
    let mut lines = vec![
        match lang {
            Lang::En => format!(
                "{share} of the figures that could be known are known, over {known} places and {} criteria.",
                leaves.len()
            ),
            Lang::Zh => format!(
                "{known} 个地区、{} 项指标中，已知数据占 {share}。",
                leaves.len()
            ),
        },
        states.join(", "),
    ];
    if rows.len() < known {
        lines.push(match lang {
            Lang::En => format!(
                "Shown: the {} best covered. `exacity data coverage` lists all.",
                rows.len()
            ),
            Lang::Zh => format!(
                "仅显示数据最全的 {} 个地区。`exacity data coverage` 列出全部。",
                rows.len()
            ),
        });
    }
    let view = Matrix {
        caption: Caption {
            id: "evidence".to_owned(),
            title: title.to_owned(),
            description: match lang {
                Lang::En => "A row per place, a column per criterion; the sign in a cell says what is known, and the table has the figures with dates and tiers.".to_owned(),
                Lang::Zh => "每行一个地区，每列一项指标；格中符号表示数据状态，表格含数值、日期与来源级别。".to_owned(),
            },
            lang,
        },
        columns: leaves.iter().map(|&at| subject.name(at).to_owned()).collect(),
        rows: rows
            .iter()
            .map(|&row| {
                let cells = leaves.iter().map(|&at| {
                    let state = state(story, at, row);
                    let words = format!(
                        "{}<br>{}: {}<br>{}",
                        figure::theme::label(&story.called(row)),
                        figure::theme::label(subject.name(at)),
                        figure::theme::label(&cell(story, at, row)),
                        lang.word(state.words())
                    );
                    (state, words)
                });
                (story.called(row), cells.collect())
            })
            .collect(),
    };
    let mut section = Section::new("evidence", title)
        .text(lines)
        .table(table(story, rows, &leaves));
    section.figure = figure::matrix(&view);
    section
}

fn by_coverage(story: Story) -> Vec<usize> {
    let holdings = &story.subject.board.holdings;
    let mut rows: Vec<usize> = (0..story.subject.project.league.len()).collect();
    rows.sort_by(|&a, &b| holdings.coverage(b).total_cmp(&holdings.coverage(a)));
    rows
}

/// Says what is known of a cell.
fn state(story: Story, at: NodeIx, row: usize) -> State {
    let subject = story.subject;
    let Some(stages) = subject.board.leaves.get(&at) else {
        return State::Missing;
    };
    if stages.filled.iter().any(|filled| filled.row == row) {
        return State::Filled;
    }
    // Places below the line have no stages; their figures are known all the same.
    let sourced = figures::cell(subject, at, row);
    match sourced.map_or_else(|| stages.raw.cell(row), |sourced| sourced.cell) {
        Cell::NotApplicable => State::NotApplicable,
        Cell::Missing => State::Missing,
        Cell::Value(_) => sourced.map_or(State::Computed, of_source),
    }
}

fn of_source(sourced: &Sourced) -> State {
    let measured = sourced.rows().all(|row| row.kind == Kind::Measured);
    match &sourced.provenance {
        Provenance::Absent { .. } => State::Absent,
        Provenance::Programmes { .. } | Provenance::Rule { .. } | Provenance::Override { .. } => {
            State::Computed
        }
        _ if !measured => State::Claimed,
        _ if sourced.is_bound() => State::Bound,
        _ => State::Measured,
    }
}

/// The figure with its date and the tier of its source.
fn cell(story: Story, at: NodeIx, row: usize) -> String {
    let mut parts = vec![places::shown(story, at, row)];
    if let Some(sourced) = figures::cell(story.subject, at, row) {
        parts.extend(sourced.as_of().map(|date| date.to_string()));
        let known = &story.subject.project.library.sources;
        let sources = sourced
            .rows()
            .filter_map(|row| known.get(row.source.as_ref()?));
        parts.extend(
            sources
                .map(|source| source.tier)
                .max()
                .map(|tier| format!("{tier:?}")),
        );
    }
    parts.join(" · ")
}

fn table(story: Story, rows: &[usize], leaves: &[NodeIx]) -> Table {
    let subject = story.subject;
    let mut columns = story.words(&[("place", "place")]);
    columns.push(story.numbers("coverage", "coverage"));
    let named = leaves
        .iter()
        .map(|&at| crate::report::Column::words(subject.id(at), subject.name(at)));
    columns.extend(named);
    let mut table = Table::new(columns);
    for &row in rows {
        let mut cells = vec![
            Value::Name(story.name(row)),
            Value::Number(subject.board.holdings.coverage(row), Show::Share),
        ];
        cells.extend(leaves.iter().map(|&at| {
            let state = state(story, at, row);
            Value::text(format!("{} {}", state.sign(), cell(story, at, row)))
        }));
        table.push(cells);
    }
    table
}
