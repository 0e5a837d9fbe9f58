//! Before and after a change of settings: who moves, and why.

use super::{Subject, words};
use crate::model::NodeIx;
use crate::project::Project;
use crate::report::figure::{self, Caption, Slope};
use crate::report::number::{self, signed};
use crate::report::{Column, Figure, Lang, Report, Section, Show, Table, Value};
use crate::score::{RankedPlace, Scoreboard};

/// A project with its results.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The project.
    pub project: &'a Project,
    /// The results.
    pub scoreboard: &'a Scoreboard,
}

impl<'a> Run<'a> {
    fn subject(self) -> Subject<'a> {
        Subject::new(self.project, self.scoreboard, 0)
    }

    /// Returns the score of a place, if it is ranked.
    pub(super) fn score_of(self, place: &str) -> Option<f64> {
        let row = self.project.position(place)?;
        Some(self.subject().ranked(row)?.score)
    }
}

/// Compares the first result of two runs. `changes` are the settings that differ, as written.
///
/// Places and criteria are matched by id: a change may add or remove either.
pub fn whatif(before: Run, after: Run, changes: &[String]) -> Report {
    let (old, new) = (before.subject(), after.subject());
    let mut report = Report::new("whatif", format!("What if {}", words::list(changes)));
    report.notes.push(new.setting());
    let moved = moves(old, new);
    let count = moved.iter().filter(|m| m.has_moved()).count();
    report.notes.push(match count {
        0 => "no place changes its rank".to_owned(),
        _ => format!(
            "{} of {} change rank",
            count,
            words::counted(moved.len(), "place")
        ),
    });
    let mut ranks = Section::new("ranks", "").table(table(&moved));
    ranks.figure = slope("Ranks before and after", &moved);
    report.sections.push(ranks);
    report.sections.extend(reasons(old, new, &moved));
    report
}

/// A place in two runs, as values.
pub(super) struct Moved {
    pub(super) id: String,
    pub(super) name: String,
    /// Rank before and after.
    pub(super) ranks: (Option<f64>, Option<f64>),
    /// Score before and after.
    pub(super) scores: (Option<f64>, Option<f64>),
    /// The move as people see it: `▲ 2`.
    pub(super) arrow: String,
}

/// Returns all places ranked in either run, in the order of the later ranking.
pub(super) fn moves_between(before: Run, after: Run) -> Vec<Moved> {
    let moves = moves(before.subject(), after.subject());
    let of = |ranked: Option<&RankedPlace>| (ranked.map(|r| r.rank), ranked.map(|r| r.score));
    moves
        .iter()
        .map(|one| {
            let (old, new) = (of(one.old), of(one.new));
            Moved {
                id: one.id.to_owned(),
                name: one.name.to_owned(),
                ranks: (old.0, new.0),
                scores: (old.1, new.1),
                arrow: arrow(one),
            }
        })
        .collect()
}

/// A place before and after.
struct Move<'a> {
    id: &'a str,
    name: &'a str,
    old: Option<&'a RankedPlace>,
    new: Option<&'a RankedPlace>,
}

impl Move<'_> {
    fn has_moved(&self) -> bool {
        let rank = |ranked: Option<&RankedPlace>| ranked.map(|r| r.rank.to_bits());
        rank(self.old) != rank(self.new)
    }

    fn gain(&self) -> Option<f64> {
        Some(self.new?.score - self.old?.score)
    }
}

/// All places ranked in either run: in the order of the new ranking, then those that fell out of it.
fn moves<'a>(old: Subject<'a>, new: Subject<'a>) -> Vec<Move<'a>> {
    let find = |subject: Subject<'a>, id: &str| {
        let row = subject.project.position(id)?;
        subject.ranked(row)
    };
    let mut moves = vec![];
    for ranked in &new.board.ranking {
        let place = new.place(ranked.place);
        moves.push(Move {
            id: place.id.as_str(),
            name: &place.name,
            old: find(old, place.id.as_str()),
            new: Some(ranked),
        });
    }
    for ranked in &old.board.ranking {
        let place = old.place(ranked.place);
        if find(new, place.id.as_str()).is_none() {
            moves.push(Move {
                id: place.id.as_str(),
                name: &place.name,
                old: Some(ranked),
                new: None,
            });
        }
    }
    moves
}

fn table(moves: &[Move]) -> Table {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("rank_before", "rank before"),
        Column::numbers("rank", "after"),
        Column::words("moved", "moved"),
        Column::numbers("score_before", "score before"),
        Column::numbers("score", "after"),
        Column::numbers("change", "change"),
    ]);
    let rank = |ranked: Option<&RankedPlace>| match ranked {
        Some(ranked) => Value::Number(ranked.rank, Show::Figure),
        None => Value::Missing,
    };
    for one in moves {
        table.push(vec![
            Value::text(one.name),
            rank(one.old),
            rank(one.new),
            Value::text(arrow(one)),
            Value::score(one.old.map(|r| r.score)),
            Value::score(one.new.map(|r| r.score)),
            one.gain()
                .map_or(Value::Empty, |gain| Value::Number(gain, Show::Signed)),
        ]);
    }
    table
}

/// Places drawn at most; more lines would not be followed.
const LINES: usize = 60;

fn slope(title: &str, moves: &[Move]) -> Option<Figure> {
    let rank = |ranked: Option<&RankedPlace>| ranked.map(|ranked| ranked.rank);
    let shown = moves.iter().take(LINES);
    figure::slope(&Slope {
        caption: Caption {
            id: "ranks".to_owned(),
            title: title.to_owned(),
            description: "A line per place from its rank before to its rank after: green rises, red falls, grey stays.".to_owned(),
            lang: Lang::En,
        },
        left: "before".to_owned(),
        right: "after".to_owned(),
        lines: shown.map(|one| (one.name.to_owned(), rank(one.old), rank(one.new))).collect(),
    })
}

fn arrow(one: &Move) -> String {
    match (one.old, one.new) {
        (Some(old), Some(new)) if new.rank < old.rank => {
            format!("▲ {}", number::rank(old.rank - new.rank))
        }
        (Some(old), Some(new)) if new.rank > old.rank => {
            format!("▼ {}", number::rank(new.rank - old.rank))
        }
        (None, Some(_)) => "new".to_owned(),
        (Some(_), None) => "falls out".to_owned(),
        _ => String::new(),
    }
}

fn reasons(old: Subject, new: Subject, moves: &[Move]) -> Option<Section> {
    let moved = moves.iter().filter(|one| one.has_moved());
    let lines: Vec<String> = moved.map(|one| reason(old, new, one)).collect();
    (!lines.is_empty()).then(|| Section::new("reasons", "Why").text(lines))
}

fn reason(old: Subject, new: Subject, one: &Move) -> String {
    let name = one.name;
    let (Some(was), Some(is)) = (one.old, one.new) else {
        let row = new.project.position(one.id);
        let why = row.and_then(|row| new.excluded(row));
        return match (one.new, why) {
            (Some(_), _) => format!("{name}: now ranked"),
            (None, Some(out)) => format!("{name}: {}", words::exclusion(new.project, &out.why)),
            (None, None) => format!("{name}: not in the league any more"),
        };
    };
    let parts = changed_parts((old, was), (new, is));
    if parts.is_empty() {
        return match one.gain() {
            // Ranks are relative: others may have moved past a place that stands still.
            Some(gain) if gain.abs() < 1e-9 => format!("{name}: its score stays, others moved"),
            _ => format!("{name}: its score is no sum of parts that could be compared"),
        };
    }
    // Names may hold commas.
    format!("{name}: {}", parts.join("; "))
}

/// The criteria whose contributions changed most; at most four, pillars opened to their leaves.
fn changed_parts(
    old: (Subject<'_>, &RankedPlace),
    new: (Subject<'_>, &RankedPlace),
) -> Vec<String> {
    let contribution = |(subject, ranked): (Subject, &RankedPlace), id: &str| {
        let at = subject.project.tree.find(id)?;
        subject.contribution(at, ranked.place)
    };
    if !old.0.is_additive() || !new.0.is_additive() {
        return vec![];
    }
    let mut ids: Vec<&str> = leaf_ids(new.0);
    let gone = leaf_ids(old.0).into_iter();
    let gone: Vec<&str> = gone.filter(|id| !ids.contains(id)).collect();
    ids.extend(gone);
    let mut parts: Vec<(&str, f64)> = ids
        .into_iter()
        .map(|id| {
            let part = |run| contribution(run, id).unwrap_or(0.0);
            (id, part(new) - part(old))
        })
        .chain([("adjustments", adjusted(new) - adjusted(old))])
        .filter(|(_, change)| change.abs() > 1e-9)
        .collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let shown = parts.iter().take(4);
    shown
        .map(|(id, change)| format!("{} {}", name_of(old.0, new.0, id), signed(*change)))
        .collect()
}

/// The name of a criterion in either run; what is no criterion is called as it is.
fn name_of<'a>(old: Subject<'a>, new: Subject<'a>, id: &'a str) -> &'a str {
    let find = |subject: Subject<'a>| Some(subject.name(subject.project.tree.find(id)?));
    find(new).or_else(|| find(old)).unwrap_or(id)
}

fn leaf_ids(subject: Subject<'_>) -> Vec<&str> {
    let additive = subject.additive();
    let with_part = |at: &NodeIx| additive[at.0];
    let leaves = subject.leaves().into_iter().filter(with_part);
    leaves.map(|at| subject.id(at)).collect()
}

fn adjusted((subject, ranked): (Subject, &RankedPlace)) -> f64 {
    subject.adjusted(ranked.place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cell;
    use crate::report::sample;
    use crate::report::terminal::{Screen, write};

    #[test]
    fn movers_carry_an_arrow_and_a_reason() {
        let (project, before) = sample::scored();
        let mut after = before.clone();
        let board = &mut after.boards[0];
        board.ranking.swap(0, 1);
        for (at, ranked) in board.ranking.iter_mut().enumerate() {
            ranked.rank = (at + 1) as f64;
        }
        // Beijing's papers now score 175, which adds 30 points.
        let papers = project.tree.find("academia.papers").unwrap();
        let beijing = project.position("beijing").unwrap();
        let column = std::sync::Arc::make_mut(&mut board.scores[papers.0]);
        column.set(beijing, Cell::Value(175.0));
        board.ranking[0].score += 30.0;
        let run = |scoreboard| Run {
            project: &project,
            scoreboard,
        };
        let report = whatif(
            run(&before),
            run(&after),
            &["weights.academia=70".to_owned()],
        );
        let screen = Screen {
            width: 80,
            colour: false,
        };
        insta::assert_snapshot!(write(&report, screen));
    }

    #[test]
    fn nothing_moves_when_nothing_changes() {
        let (project, scoreboard) = sample::scored();
        let run = Run {
            project: &project,
            scoreboard: &scoreboard,
        };
        let report = whatif(run, run, &["a=1".to_owned()]);
        assert_eq!(report.notes[1], "no place changes its rank");
        assert_eq!(report.sections.len(), 1);
    }
}
