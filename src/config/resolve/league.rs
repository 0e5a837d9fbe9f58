//! Which places are ranked.

use super::Context;
use crate::config::value::{Table, Word};
use crate::dataset::Dataset;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use crate::model::{Place, PlaceId, PlaceKind};

/// Chooses the places that `rank` names, sorted by id; all of them where it names none.
pub(crate) fn league(
    document: &Table,
    data: &Dataset,
    nowhere: &Span,
    found: &mut Diagnostics,
) -> Vec<Place> {
    let rank = document.table("rank");
    let at = rank_span(document).unwrap_or(nowhere);
    let before = found.len();
    let kinds = rank.and_then(|rank| kinds(rank, data, found));
    let ids = rank.and_then(|rank| places(rank, "places", data, found));
    let except = rank.and_then(|rank| places(rank, "except", data, found));
    let except = except.unwrap_or_default();
    let groups = rank.map_or(vec![], |rank| groups(rank, data, found));
    let wanted = |place: &&Place| {
        kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&place.kind))
            && ids.as_ref().is_none_or(|ids| ids.contains(&place.id))
            && !except.contains(&place.id)
            && groups.iter().all(|(column, values)| {
                column_of(place, column).is_some_and(|value| values.contains(&value))
            })
    };
    let mut league: Vec<Place> = data.places.values().filter(wanted).cloned().collect();
    league.sort_by(|a, b| a.id.cmp(&b.id));
    if league.is_empty() && found.len() == before {
        found.push(
            Diagnostic::new(Code("E0315"), "no place is left to rank")
                .at(at.clone(), "no place of the data fits all of this")
                .help("`exacity list places` shows the places with their kinds"),
        );
    }
    let overall = rank.and_then(|rank| rank.flag("overall")).unwrap_or(true);
    if overall {
        nested(&league, data, at, found);
    }
    league
}

/// Returns where the choice of places is stated, if the user stated it.
fn rank_span(document: &Table) -> Option<&Span> {
    let rank = document.table("rank")?;
    let stated = ["places", "kinds", "groups", "except", "overall"];
    let values = stated.iter().filter_map(|key| rank.get(key));
    values
        .filter(|value| value.layer > crate::config::Layer::Default)
        .map(|value| &value.span)
        .next()
}

fn kinds(rank: &Table, data: &Dataset, found: &mut Diagnostics) -> Option<Vec<PlaceKind>> {
    let words = rank.words("kinds")?;
    let mut known: Vec<&str> = data.places.values().map(|p| p.kind.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let kinds = words.iter().map(|word| (word, PlaceKind::new(word.text)));
    let kinds: Vec<_> = kinds.collect();
    for (word, kind) in &kinds {
        if !known.contains(&kind.as_str()) {
            found.push(undefined(**word, "place of kind", known.iter().copied()));
        }
    }
    Some(kinds.into_iter().map(|(_, kind)| kind).collect())
}

fn places(
    rank: &Table,
    key: &str,
    data: &Dataset,
    found: &mut Diagnostics,
) -> Option<Vec<PlaceId>> {
    let words = rank.words(key)?;
    for word in &words {
        if !data.places.contains_key(word.text) {
            found.push(unknown_place(*word, data));
        }
    }
    Some(words.iter().map(|word| PlaceId::new(word.text)).collect())
}

fn groups(rank: &Table, data: &Dataset, found: &mut Diagnostics) -> Vec<(String, Vec<String>)> {
    let Some(groups) = rank.table("groups") else {
        return vec![];
    };
    let mut wanted = vec![];
    for (column, entry) in &groups.entries {
        let word = Word {
            text: column,
            span: &entry.key,
        };
        if check_column(word, data.places.values(), found) {
            let values = entry.value.words();
            let values = values.iter().map(|word| word.text.to_owned()).collect();
            wanted.push((column.clone(), values));
        }
    }
    wanted
}

/// Makes the finding for an unknown place.
pub(crate) fn unknown_place(name: Word<'_>, data: &Dataset) -> Diagnostic {
    let known = data.places.keys().map(PlaceId::as_str);
    Diagnostic::new(Code("E0313"), format!("there is no place `{}`", name.text))
        .at(name.span.clone(), "unknown place")
        .maybe_help(did_you_mean(name.text, known))
}

/// Makes the finding for a name that nothing defines.
pub(crate) fn undefined<'k>(
    name: Word<'_>,
    what: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    Diagnostic::new(Code("E0106"), format!("there is no {what} `{}`", name.text))
        .at(name.span.clone(), "nothing defines this")
        .maybe_help(did_you_mean(name.text, known))
}

/// Returns what a place holds in a column to group by: one of its groups, its kind or its parent.
pub(crate) fn column_of(place: &Place, column: &str) -> Option<String> {
    match place.groups.get(column) {
        Some(value) => Some(value.clone()),
        None if column == "kind" => Some(place.kind.as_str().to_owned()),
        None if column == "parent" => Some(
            place
                .parent
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ),
        None => None,
    }
}

fn check_column<'p>(
    column: Word<'_>,
    places: impl Iterator<Item = &'p Place> + Clone,
    found: &mut Diagnostics,
) -> bool {
    let exists = places
        .clone()
        .any(|place| column_of(place, column.text).is_some());
    if !exists {
        let mut known: Vec<&str> = places
            .flat_map(|p| p.groups.keys())
            .map(String::as_str)
            .collect();
        known.sort_unstable();
        known.dedup();
        known.extend(["kind", "parent"]);
        found.push(undefined(column, "column of the places", known.into_iter()));
    }
    exists
}

/// Returns the group of each place of the league; a place without one is in the group "".
pub(crate) fn group_by(
    column: Word<'_>,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Vec<String>> {
    let known = check_column(column, context.league.iter(), found);
    let group = |place| column_of(place, column.text).unwrap_or_default();
    known.then(|| context.league.iter().map(group).collect())
}

/// Refuses to rank a place beside a part of itself: the part would count twice.
fn nested(league: &[Place], data: &Dataset, at: &Span, found: &mut Diagnostics) {
    let ids: std::collections::BTreeSet<&PlaceId> = league.iter().map(|place| &place.id).collect();
    let parent = |id: &PlaceId| data.places.get(id).and_then(|place| place.parent.as_ref());
    let pairs = league.iter().filter_map(|place| {
        // A circle of places is reported where the data is read; here it must only not hang.
        let above = std::iter::successors(parent(&place.id), |id| parent(id));
        let mut above = above.take(data.places.len());
        above.find(|id| ids.contains(id)).map(|id| (place, id))
    });
    let pairs: Vec<_> = pairs.collect();
    let Some((place, whole)) = pairs.first() else {
        return;
    };
    let message = format!(
        "`{}` would be ranked beside `{whole}`, which contains it",
        place.id
    );
    let mut finding = Diagnostic::new(Code("E0316"), message)
        .at(at.clone(), "both are chosen here")
        .help("rank one level at a time: `rank = { kinds = [...] }` or `rank = { places = [...] }`")
        .help("or compare them without a rank: `rank = { overall = false }`");
    if pairs.len() > 1 {
        finding = finding.note(format!(
            "{} places are chosen together with one that contains them",
            pairs.len()
        ));
    }
    found.push(finding);
}
