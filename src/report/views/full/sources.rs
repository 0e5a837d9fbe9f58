//! The publications that the figures rest on.

use super::Story;
use crate::model::{Provenance, Source, SourceId, Sourced};
use crate::report::model::Name;
use crate::report::views::figures;
use crate::report::{Lang, Section, Table, Value};
use indexmap::IndexMap;

/// Returns the publications that a cell rests on, each once.
pub(super) fn cited<'a>(story: Story<'a>, sourced: &'a Sourced) -> Vec<&'a SourceId> {
    let library = &story.subject.project.library;
    let mut ids: Vec<&SourceId> = sourced
        .rows()
        .filter_map(|row| row.source.as_ref())
        .collect();
    match &sourced.provenance {
        Provenance::Programmes { counted, .. } => {
            let rows = counted.iter().flat_map(|share| &share.rows);
            ids.extend(rows.filter_map(|id| {
                let programme = library.programmes.iter().find(|p| p.id == *id)?;
                Some(&programme.source)
            }));
        }
        Provenance::Target { target, .. } => ids.push(&target.source),
        _ => {}
    }
    let mut once: Vec<&SourceId> = vec![];
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once
}

/// Returns the title of a publication with the way to its line in the list.
pub(super) fn name(story: Story, id: &SourceId) -> Name {
    let known = story.subject.project.library.sources.get(id);
    Name {
        id: id.to_string(),
        text: known.map_or_else(|| id.to_string(), short),
        link: known.map(|_| anchor(id)),
        ..Name::default()
    }
}

/// The publisher says more in a narrow cell than a long title does.
fn short(source: &Source) -> String {
    let name = if source.publisher.is_empty() {
        &source.title
    } else {
        &source.publisher
    };
    format!("{name} ({:?})", source.tier)
}

fn anchor(id: &SourceId) -> String {
    format!("source-{id}")
}

/// Lists the publications that the places of the league rest on, with how many figures each gives.
pub(super) fn section(story: Story) -> Section {
    let league: Vec<usize> = (0..story.subject.project.league.len()).collect();
    list(story, &league).folded()
}

/// Lists the publications that one place rests on.
pub(super) fn of_place(story: Story, row: usize) -> Section {
    list(story, &[row])
}

fn list(story: Story, rows: &[usize]) -> Section {
    let Story { subject, lang } = story;
    let counts = counts(story, rows);
    let mut columns = story.words(&[
        ("title", "title"),
        ("publisher", "publisher"),
        ("date", "date"),
        ("tier", "tier"),
    ]);
    columns.push(story.numbers("figures", "figures"));
    columns.extend(story.words(&[("address", "address")]));
    let mut table = Table::new(columns);
    let known = &subject.project.library.sources;
    for (id, source) in known.iter().filter(|(id, _)| counts.contains_key(id)) {
        let title = Name {
            id: id.to_string(),
            text: source.title.clone(),
            anchor: Some(anchor(id)),
            ..Name::default()
        };
        table.push(vec![
            Value::Name(title),
            Value::text(&source.publisher),
            source
                .date
                .map_or(Value::Empty, |date| Value::text(date.to_string())),
            Value::text(format!("{:?}", source.tier)),
            Value::count(counts[id]),
            Value::text(&source.url),
        ]);
    }
    let lines = match lang {
        Lang::En => {
            "Tier A: government or statistical office; B: state or established press, institutional data; C: reprint, aggregator or trade site; D: undated, machine-altered or unsigned."
        }
        Lang::Zh => {
            "A 级：政府或统计机构；B 级：国家或主流媒体、机构数据；C 级：转载、聚合或行业网站；D 级：无日期、机器改写或未署名。"
        }
    };
    Section::new("sources", lang.pick("Sources", "数据来源"))
        .text([lines])
        .table(table)
}

/// Counts the figures, targets and facts that rest on each publication.
fn counts<'a>(story: Story<'a>, rows: &[usize]) -> IndexMap<&'a SourceId, usize> {
    let subject = story.subject;
    let (project, library) = (subject.project, &subject.project.library);
    let mut counts: IndexMap<&'a SourceId, usize> = IndexMap::new();
    let mut count = |id: &'a SourceId| *counts.entry(id).or_default() += 1;
    for at in subject.leaves() {
        for &row in rows {
            if let Some(sourced) = figures::cell(subject, at, row) {
                cited(story, sourced).into_iter().for_each(&mut count);
            }
        }
    }
    let among = |place: &crate::model::PlaceId| {
        project
            .position(place.as_str())
            .is_some_and(|row| rows.contains(&row))
    };
    let targets = library.targets.iter().filter(|target| among(&target.place));
    targets.for_each(|target| count(&target.source));
    let facts = library.facts.iter().filter(|fact| among(&fact.place));
    facts.for_each(|fact| count(&fact.source));
    counts
}
