//! The ranking while weights move: rows of words and widths, so that a front end has nothing to work out.

use super::{Subject, parts, rank_range, words};
use crate::model::NodeIx;
use crate::report::Lang;
use crate::report::json::plain_number;
use crate::report::model::Part;
use crate::report::number::{rank, signed, three_digits};
use crate::score::sweep::movable;
use serde_json::{Value as Json, json};

/// Share of the full width from which a part has room for its number.
const ROOM: f64 = 0.085;

/// Writes the rows at positions of the ranking; a position beyond its end is left out.
///
/// A row has the place's `id`, its `name` and its `other` name, `rank` and `score` as people read them, the
/// `range` of ranks where one is known, and `parts` of the bar: slot of the colour, width in thousandths of
/// the bar, the number that stands on it, and what a pointer says of it.
pub fn live_rows(
    subject: Subject,
    lang: Lang,
    positions: impl IntoIterator<Item = usize>,
) -> Vec<Json> {
    let row = |at: usize| Some(live_row(subject, lang, subject.board.ranking.get(at)?));
    positions.into_iter().filter_map(row).collect()
}

fn live_row(subject: Subject, lang: Lang, ranked: &crate::score::RankedPlace) -> Json {
    let place = subject.place(ranked.place);
    let (name, other) = match (lang, &place.name_zh) {
        (Lang::Zh, Some(zh)) => (zh.clone(), Some(place.name.clone())),
        _ => {
            let name = words::name(place);
            (name.text, name.other)
        }
    };
    let tied = if ranked.tied { "=" } else { "" };
    let ranges = subject.board.ranges.as_ref();
    let range = ranges.and_then(|ranges| ranges.ranks[ranked.place]);
    json!({
        "id": place.id.as_str(),
        "name": name,
        "other": other.filter(|other| *other != name),
        "rank": format!("{tied}{}", rank(ranked.rank)),
        "score": three_digits(ranked.score),
        "range": range.map(|(low, high)| rank_range(low, high)),
        "parts": parts::stack(subject, ranked)
            .iter()
            .map(|part| segment(subject, lang, part))
            .collect::<Vec<_>>(),
    })
}

/// Returns the name of a criterion in a language.
fn named(subject: Subject<'_>, lang: Lang, at: NodeIx) -> &str {
    let node = subject.project.tree.node(at);
    match (lang, &node.name_zh) {
        (Lang::Zh, Some(zh)) => zh,
        _ => &node.name,
    }
}

fn segment(subject: Subject, lang: Lang, part: &Part) -> Json {
    let points = if part.rule {
        signed(part.points)
    } else {
        three_digits(part.points)
    };
    let criterion = subject.project.tree.find(&part.id).filter(|_| !part.rule);
    let name = criterion.map_or(part.name.as_str(), |at| named(subject, lang, at));
    let label = if part.share >= ROOM { &points } else { "" };
    json!([
        part.slot,
        plain_number((part.share * 1000.0).round()),
        label,
        format!("{name}: {points}"),
        part.rule,
    ])
}

/// Lists the criteria whose weights can move, in reading order: `id`, `name`, `depth`, and the id of the
/// criterion above.
pub fn live_weights(subject: Subject, lang: Lang) -> Vec<Json> {
    let movable = movable(subject.project, 0);
    let all = movable.iter();
    all.map(|&(depth, at)| {
        json!({
            "id": subject.id(at),
            "name": named(subject, lang, at),
            "depth": depth,
            "slot": slot(subject, at),
        })
    })
    .collect()
}

/// The pillar that a criterion belongs to, for its colour.
fn slot(subject: Subject, at: NodeIx) -> Option<usize> {
    let tree = &subject.project.tree;
    subject.pillars().iter().position(|&pillar| {
        let below = tree.downward(pillar);
        below.iter().any(|&(_, known)| known == at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_row_says_what_the_table_says() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let rows = live_rows(subject, Lang::Zh, 0..99);
        assert_eq!(rows.len(), scoreboard.boards[0].ranking.len());
        let (first, ranked) = (&rows[0], &scoreboard.boards[0].ranking[0]);
        assert_eq!(first["score"], three_digits(ranked.score));
        assert_eq!(first["rank"], "1");
        assert_eq!(first["id"], project.league[ranked.place].id.as_str());
        let widths = first["parts"].as_array().unwrap().iter();
        let widths: f64 = widths.map(|part| part[1].as_f64().unwrap()).sum();
        assert!((widths - ranked.score * 10.0).abs() < 3.0, "{widths}");
    }
}
