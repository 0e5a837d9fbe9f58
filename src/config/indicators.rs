//! `indicators.toml`: what is measured.

use super::files::{Shelf, twice};
use super::grammar::INDICATORS;
use super::resolve::check_id;
use super::shape::check_table;
use crate::diagnostics::{Diagnostics, FileId, Span};
use crate::model::{Direction, Indicator, IndicatorId};
use indexmap::IndexMap;

/// Reads a file of indicators; `at` is where the project names it or its folder.
pub(crate) fn read(
    shelf: &mut Shelf<'_>,
    path: &str,
    at: &Span,
    found: &mut Diagnostics,
) -> Option<IndexMap<IndicatorId, Indicator>> {
    let document = shelf.table(path, Some(at), found)?;
    check_table(
        &document,
        &Span::whole(&FileId::new(path)),
        &INDICATORS,
        found,
    );
    let mut all: IndexMap<IndicatorId, Indicator> = IndexMap::new();
    let mut places: IndexMap<String, Span> = IndexMap::new();
    for (_, table) in document.tables("indicator") {
        let Some(id) = table.word("id") else { continue };
        check_id(id, found);
        if let Some(first) = places.get(id.text) {
            found.push(twice(&format!("indicator `{}`", id.text), first, id.span));
            continue;
        }
        places.insert(id.text.to_owned(), id.span.clone());
        let text = |key: &str| table.text(key).unwrap_or_default().to_owned();
        let indicator = Indicator {
            id: IndicatorId::new(id.text),
            name: table.text("name").unwrap_or(id.text).to_owned(),
            unit: text("unit"),
            // Without a direction the file takes no side, and a criterion has to.
            direction: table
                .text("direction")
                .and_then(Direction::parse)
                .unwrap_or(Direction::Context),
            pillar: table.text("pillar").map(str::to_owned),
            description: text("description"),
        };
        all.insert(indicator.id.clone(), indicator);
    }
    Some(all)
}
