//! How sure the ranking is: ranges of ranks, who cannot be told apart, and under which views.

use super::{Subject, words};
use crate::model::NodeIx;
use crate::report::number;
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::robustness::project::{Line, Setup, Study};
use crate::robustness::{Stopped, TieGroup};

/// Ranks that have a column of their own; the tail beyond shares one.
const MOST_RANKS: usize = 15;

/// Shows a study.
pub fn robustness(subject: Subject, setup: &Setup, study: &Study) -> Report {
    let mut report = Report::new("robustness", format!("How sure: {}", subject.title()));
    report.notes.push(subject.setting());
    report.notes.push(headline(setup, study));
    let part = |id: &str, title: &str, table: Table| Section::new(id, title).table(table);
    report.sections = vec![
        part("ranks", "", ranks(setup, study)),
        part(
            "acceptability",
            "How often each place takes each rank",
            acceptability(setup, study),
        ),
        part(
            "pairs",
            "How often the place of a row is ahead of the place of that rank",
            pairs(setup, study),
        ),
        part(
            "central",
            "Weights that speak most for a place: the mean of the draws in which it is first",
            central(setup, study),
        ),
        what_varied(study),
    ];
    report
        .sections
        .retain(|s| s.table.as_ref().is_none_or(|t| !t.rows.is_empty()));
    report.footer = how_to_read(setup, study);
    report
}

/// Says in one sentence who is first how often, and which places cannot be told apart.
pub fn headline(setup: &Setup, study: &Study) -> String {
    if study.outcome.tally.draws == 0 {
        return "No draw was finished: there is nothing to say yet.".to_owned();
    }
    let name = |place: usize| setup.project.league[setup.places[place]].name.as_str();
    let share = |place: usize| study.summary.places[place].acceptability[0];
    // A later place that is first more often than the one on top is the news.
    let most =
        (0..setup.places.len()).max_by(|&a, &b| share(a).total_cmp(&share(b)).then(b.cmp(&a)));
    let most = most.unwrap_or(0);
    let other = match most {
        0 => String::new(),
        most => format!(", {} in {}", name(most), number::percent(share(most))),
    };
    format!(
        "{} first in {} of the views{other}; {}.",
        name(0),
        number::percent(share(0)),
        tied(&study.ties, name)
    )
}

/// Says which places cannot be told apart.
pub fn tied<'n>(ties: &[TieGroup], name: impl Fn(usize) -> &'n str) -> String {
    let group = |tie: &TieGroup| match tie.places.as_slice() {
        [a, b] => format!("{} and {}", name(*a), name(*b)),
        places => format!("places {} to {}", tie.from + 1, tie.from + places.len()),
    };
    match ties {
        [] => "every place can be told apart from the next".to_owned(),
        [one] => format!("{} cannot be told apart", group(one)),
        several => {
            let groups: Vec<String> = several.iter().map(group).collect();
            let (first, others) = (&groups[0], &groups[1..]);
            format!(
                "{first} cannot be told apart, nor {}",
                others.join(", nor ")
            )
        }
    }
}

/// Writes a range of ranks: `1–3`, or `2`.
pub fn rank_range(low: usize, high: usize) -> String {
    if low == high {
        low.to_string()
    } else {
        format!("{low}–{high}")
    }
}

fn ranks(setup: &Setup, study: &Study) -> Table {
    let mut table = Table::new(vec![
        Column::numbers("rank", "rank"),
        Column::words("place", "place"),
        Column::numbers("score", "score"),
        Column::words("range", "5–95 % of ranks").short("ranks"),
        Column::numbers("median", "median").short("med."),
        Column::numbers("expected", "expected").short("mean"),
        Column::numbers("first", "first"),
        Column::numbers("ahead", "ahead of next").short("ahead"),
        Column::words("scores", "5–95 % of scores").short("scores"),
    ]);
    let sign = sign(setup);
    for (at, place) in study.summary.places.iter().enumerate() {
        let next = study
            .summary
            .pairwise
            .as_ref()
            .and_then(|p| p[at].get(at + 1).copied());
        let scores = place.score.map_or_else(String::new, |score| {
            let (a, b) = (sign * score.p05, sign * score.p95);
            format!(
                "{}–{}",
                number::three_digits(a.min(b)),
                number::three_digits(a.max(b))
            )
        });
        table.push(vec![
            Value::count(nominal_rank(setup, at)),
            Value::text(name(setup, at)),
            Value::Number(sign * setup.nominal[at], Show::Score),
            Value::text(rank_range(place.rank_p05, place.rank_p95)),
            Value::count(place.rank_p50),
            Value::Number(place.expected_rank, Show::Score),
            Value::Number(place.acceptability[0], Show::Share),
            next.map_or(Value::Empty, |share| Value::Number(share, Show::Share)),
            Value::text(scores),
        ]);
    }
    table
}

/// Returns the rank of a place as the project stands: one more than the places with higher scores.
pub fn nominal_rank(setup: &Setup, at: usize) -> usize {
    1 + setup
        .nominal
        .iter()
        .filter(|score| **score > setup.nominal[at])
        .count()
}

fn sign(setup: &Setup) -> f64 {
    match setup.index().output.best {
        crate::num::rank::Best::Lowest => -1.0,
        crate::num::rank::Best::Highest => 1.0,
    }
}

fn name(setup: &Setup, at: usize) -> &str {
    &setup.project.league[setup.places[at]].name
}

fn acceptability(setup: &Setup, study: &Study) -> Table {
    let places = setup.places.len();
    let shown = if places <= MOST_RANKS + 1 {
        places
    } else {
        MOST_RANKS
    };
    let mut columns = vec![Column::words("place", "place")];
    columns
        .extend((1..=shown).map(|rank| Column::numbers(format!("rank_{rank}"), rank.to_string())));
    if shown < places {
        columns.push(Column::numbers("later", format!("{}+", shown + 1)));
    }
    let mut table = Table::new(columns);
    for (at, place) in study.summary.places.iter().enumerate() {
        let mut row = vec![Value::text(name(setup, at))];
        let (own, tail) = place.acceptability.split_at(shown);
        row.extend(own.iter().map(|share| never_or(*share)));
        if shown < places {
            row.push(never_or(tail.iter().sum()));
        }
        table.push(row);
    }
    table
}

/// Writes a share; what never happens is left empty.
fn never_or(share: f64) -> Value {
    if share > 0.0 {
        Value::Number(share, Show::Share)
    } else {
        Value::Empty
    }
}

/// Shows who is ahead of whom, where that fits a page.
fn pairs(setup: &Setup, study: &Study) -> Table {
    let places = setup.places.len();
    let mut columns = vec![Column::words("place", "place")];
    columns.extend(
        (1..=places).map(|rank| Column::numbers(format!("ahead_of_{rank}"), rank.to_string())),
    );
    let mut table = Table::new(columns);
    let Some(pairwise) = study
        .summary
        .pairwise
        .as_ref()
        .filter(|_| places <= MOST_RANKS)
    else {
        return table;
    };
    for (at, shares) in pairwise.iter().enumerate() {
        let mut row = vec![Value::text(name(setup, at))];
        row.extend(shares.iter().enumerate().map(|(other, share)| {
            if other == at {
                Value::Empty
            } else {
                Value::Number(*share, Show::Share)
            }
        }));
        table.push(row);
    }
    table
}

/// Shows the central weights of the pillars, and whether a place is first under them.
fn central(setup: &Setup, study: &Study) -> Table {
    let weights = &setup.base.weights;
    let Some((_, pillars)) = weights.groups.first().filter(|_| weights.any_varies()) else {
        return Table::new(vec![Column::words("place", "place")]);
    };
    let mut columns = vec![
        Column::words("place", "place"),
        Column::numbers("first", "first"),
        Column::numbers("confidence", "confidence").short("conf."),
    ];
    let criterion = |at: &NodeIx| setup.project.tree.node(*at);
    columns.extend(pillars.iter().map(|at| {
        let node = criterion(at);
        Column::numbers(node.id.as_str(), &node.name).short(words::short(&node.name))
    }));
    let mut table = Table::new(columns);
    let mut given = vec![Value::text("as given"), Value::Empty, Value::Empty];
    given.extend(
        weights.nominal[..pillars.len()]
            .iter()
            .map(|w| Value::Number(*w, Show::Share)),
    );
    table.push(given);
    for (at, place) in study.summary.places.iter().enumerate() {
        let Some(central) = &place.central_weights else {
            continue;
        };
        let confidence = study.confidence.get(at).copied().flatten();
        let mut row = vec![
            Value::text(name(setup, at)),
            Value::Number(place.acceptability[0], Show::Share),
            Value::number(confidence, Show::Share),
        ];
        row.extend(
            central[..pillars.len()]
                .iter()
                .map(|w| Value::Number(*w, Show::Share)),
        );
        table.push(row);
    }
    table
}

fn what_varied(study: &Study) -> Section {
    let mut table = Table::new(vec![
        Column::words("setting", "setting"),
        Column::words("state", "state"),
        Column::words("how", "how"),
    ]);
    for (state, lines) in [
        ("varied", &study.varied),
        ("could not vary", &study.fixed),
        ("held", &study.held),
    ] {
        for Line { path, words } in lines {
            table.push(vec![
                Value::text(path),
                Value::text(state),
                Value::text(words),
            ]);
        }
    }
    Section::new("settings", "What varied").table(table)
}

fn how_to_read(setup: &Setup, study: &Study) -> Vec<String> {
    let outcome = &study.outcome;
    let error = study.summary.largest_standard_error;
    let mut lines = vec![format!(
        "{}, seed {}; no share has a standard error above {}.",
        draws(study),
        setup.spec.seed,
        percent_points(error)
    )];
    if !setup.design.factors.is_empty() {
        let made = setup.design.points.len();
        lines.push(match setup.design.possible {
            Some(all) if setup.design.is_complete() => {
                format!("All {all} combinations of choices take turns.")
            }
            Some(all) => {
                format!("{made} of {all} combinations of choices take turns (Latin hypercube).")
            }
            None => format!("{made} combinations of choices take turns (Latin hypercube)."),
        });
    }
    if outcome.tally.undefined > 0 {
        lines.push(format!(
            "{} of these draws have no ranking and are left out: see the warning.",
            number::figure(outcome.tally.undefined as f64)
        ));
    }
    for (row, why) in &setup.set_aside {
        lines.push(format!(
            "{} is not compared: {why}.",
            setup.project.league[*row].name
        ));
    }
    lines.push(
        "A place cannot be told apart from another where neither is ahead in 95 % of the draws."
            .to_owned(),
    );
    lines
}

/// Says how many draws were made and why no more.
fn draws(study: &Study) -> String {
    let outcome = &study.outcome;
    let made = number::figure(outcome.made as f64);
    match outcome.stopped {
        Stopped::Complete => format!("{made} draws"),
        Stopped::Precise => format!("{made} draws, enough for the precision asked for"),
        Stopped::Cancelled => format!(
            "Stopped after {made} of {} draws",
            number::figure(outcome.requested as f64)
        ),
    }
}

fn percent_points(share: f64) -> String {
    format!("{} percentage points", number::three_digits(100.0 * share))
}
