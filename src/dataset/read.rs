//! The long form: a folder with a row per figure.

mod chips;
mod evidence;

use super::Dataset;
use super::table::{Col, Findings, Opened, Row, Table, open};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files, Span, did_you_mean};
use crate::model::{
    Indicator, IndicatorId, Kind, Observation, Period, Place, PlaceId, PlaceKind, Plausibility,
    Qualifier, Source, SourceId, Tier,
};
use crate::sources::Sources;
use chips::read_chips;
use evidence::{read_facts, read_programmes, read_targets};
use indexmap::IndexMap;
use std::sync::Arc;

/// Private figures, read after the shared ones and kept out of version control.
pub const LOCAL_OBSERVATIONS: &str = "local/observations.csv";
/// Publications of private figures.
pub const LOCAL_SOURCES: &str = "local/sources.csv";

/// Reads a folder of tables: `places.csv` and `observations.csv`, and, where they are there,
/// `sources.csv`, `targets.csv`, `programmes.csv`, `facts.csv` and `chips.csv`. Rows of `local/observations.csv` and
/// `local/sources.csv` are added to the shared ones.
///
/// Columns may stand in any order and unknown ones are ignored. A column that the data's description
/// calls optional may be absent as a whole; one that is there must be filled where a missing word
/// would change what a figure means (`kind`, `qualifier`, `as_of`, `source_id`, ...). Rows with a
/// mistake are reported and left out. Returns nothing if the places or the observations cannot be read
/// at all.
pub fn read_folder(
    sources: &dyn Sources,
    folder: &str,
    indicators: IndexMap<IndicatorId, Indicator>,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<Dataset> {
    let mut folder = Folder {
        sources,
        path: folder,
        files,
        found,
    };
    let places = folder.read("places.csv", true, |table, findings| {
        let places = read_places(table, findings)?;
        check_parents(&places, table, findings);
        Some(places)
    });
    let mut publications = folder.read("sources.csv", false, read_sources);
    publications.extend(folder.read(LOCAL_SOURCES, false, read_sources));
    let places = match places {
        Loaded::Value(places) => places,
        // Without places every row of every other file would be a mistake: one is enough.
        Loaded::Absent | Loaded::Broken => return None,
    };
    let known = Known {
        places: &places,
        indicators: &indicators,
        sources: &publications,
    };
    let observations = folder.read("observations.csv", true, |t, f| {
        read_observations(t, &known, f)
    });
    let targets = folder.read("targets.csv", false, |t, f| read_targets(t, &known, f));
    let programmes = folder.read("programmes.csv", false, |t, f| {
        read_programmes(t, &known, f)
    });
    let facts = folder.read("facts.csv", false, |t, f| read_facts(t, &known, f));
    let chips = folder.read("chips.csv", false, |t, f| read_chips(t, &known, f));
    let local = folder.read(LOCAL_OBSERVATIONS, false, |t, f| {
        read_observations(t, &known, f)
    });
    let Loaded::Value(mut observations) = observations else {
        return None;
    };
    observations.extend(local.or_default());
    let mut data = Dataset::new(places, indicators, observations);
    data.targets = targets.or_default();
    data.programmes = programmes.or_default();
    data.facts = facts.or_default();
    data.chips = chips.or_default();
    data.sources = publications.or_default();
    Some(data)
}

/// What became of one file.
enum Loaded<T> {
    Absent,
    Broken,
    Value(T),
}

impl<T: Default> Loaded<T> {
    fn or_default(self) -> T {
        match self {
            Self::Value(value) => value,
            Self::Absent | Self::Broken => T::default(),
        }
    }
}

impl Loaded<IndexMap<SourceId, Source>> {
    /// Adds what another file holds; a publication that both describe is the other's.
    fn extend(&mut self, other: Self) {
        match (self, other) {
            (_, Self::Absent | Self::Broken) => {}
            (Self::Value(mine), Self::Value(theirs)) => mine.extend(theirs),
            (mine, theirs) => *mine = theirs,
        }
    }
}

/// The folder being read.
struct Folder<'a> {
    sources: &'a dyn Sources,
    path: &'a str,
    files: &'a mut Files,
    found: &'a mut Diagnostics,
}

impl Folder<'_> {
    /// Reads one file; a file that must be there must also hold rows.
    fn read<T>(
        &mut self,
        name: &str,
        needed: bool,
        read: impl FnOnce(&Table, &mut Findings) -> Option<T>,
    ) -> Loaded<T> {
        let path = match self.path {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        let mut findings = Findings::default();
        let opened = open(
            self.sources,
            &path,
            encoding_rs::UTF_8,
            b',',
            self.files,
            &mut findings,
        );
        let loaded = match opened {
            Opened::Absent if needed => {
                let missing = Diagnostic::new(Code("E0201"), format!("there is no file `{path}`"))
                    .at(Span::whole(&FileId::new(&path)), "")
                    .help("a data folder holds at least `places.csv` and `observations.csv`");
                findings.push(missing);
                Loaded::Broken
            }
            Opened::Absent => Loaded::Absent,
            Opened::Broken => Loaded::Broken,
            Opened::Table(table)
                if needed && table.each_row(&mut Findings::default(), |_, _| ()) == 0 =>
            {
                let bare = format!("`{path}` has a header and no rows");
                findings.push(Diagnostic::new(Code("E0201"), bare).at(table.header_span(0), ""));
                Loaded::Broken
            }
            Opened::Table(table) => {
                read(&table, &mut findings).map_or(Loaded::Broken, Loaded::Value)
            }
        };
        findings.finish(self.found);
        loaded
    }
}

/// A field with a mistake that has been reported.
struct Refused;

/// The ids that rows may name.
struct Known<'a> {
    places: &'a IndexMap<PlaceId, Place>,
    indicators: &'a IndexMap<IndicatorId, Indicator>,
    sources: &'a Loaded<IndexMap<SourceId, Source>>,
}

impl Known<'_> {
    fn place(&self, row: &Row<'_>, column: Col, found: &mut Findings) -> Option<PlaceId> {
        let known = self
            .places
            .get_key_value(row.get(column))
            .map(|(id, _)| id.clone());
        if known.is_none() {
            let names = self.places.keys().map(PlaceId::as_str);
            found.push(unknown(
                row,
                column,
                "place",
                did_you_mean(row.get(column), names),
            ));
        }
        known
    }

    fn indicator(&self, row: &Row<'_>, column: Col, found: &mut Findings) -> Option<&Indicator> {
        let known = self.indicators.get(row.get(column));
        if known.is_none() {
            let names = self.indicators.keys().map(IndicatorId::as_str);
            found.push(unknown(
                row,
                column,
                "indicator",
                did_you_mean(row.get(column), names),
            ));
        }
        known
    }

    /// Finds the publication that a row cites; a file without the column cites none.
    fn source(
        &self,
        row: &Row<'_>,
        column: Col,
        found: &mut Findings,
    ) -> Result<Option<SourceId>, Refused> {
        if !column.exists() {
            return Ok(None);
        }
        let text = row.get(column);
        let help = match self.sources {
            // The file has been reported; its rows cannot be blamed on this one.
            Loaded::Broken => return Ok(Some(SourceId::new(text))),
            Loaded::Absent => Some(
                "the folder has no `sources.csv`: add one that lists the publications".to_owned(),
            ),
            Loaded::Value(sources) => match sources.get_key_value(text) {
                Some((id, _)) => return Ok(Some(id.clone())),
                None => did_you_mean(text, sources.keys().map(SourceId::as_str)),
            },
        };
        found.push(unknown(row, column, "source", help));
        Err(Refused)
    }
}

fn unknown(row: &Row<'_>, column: Col, what: &str, help: Option<String>) -> Diagnostic {
    let id = row.get(column);
    if id.contains('\n') {
        let message = format!("the {what} runs over several lines");
        return Diagnostic::new(Code("E0205"), message)
            .at(row.span(column), "")
            .help("a quote may be left open");
    }
    let message = if id.is_empty() {
        format!("the row names no {what}")
    } else {
        format!("there is no {what} `{id}`")
    };
    Diagnostic::new(Code("E0205"), message)
        .at(row.span(column), "")
        .maybe_help(help)
}

/// The ids of the rows of one file, with the places of the rows.
struct Ids {
    column: Col,
    seen: IndexMap<String, Span>,
}

impl Ids {
    fn new(column: Col) -> Self {
        Self {
            column,
            seen: IndexMap::new(),
        }
    }

    /// Takes the id of a row; one that stands twice is reported, and the second row is left out. Rows of
    /// a file without ids are named after their line.
    fn take(&mut self, row: &Row<'_>, found: &mut Findings) -> Option<String> {
        if !self.column.exists() {
            return Some(format!("line {}", row.origin().line));
        }
        let id = row.get(self.column).to_owned();
        let span = row.span(self.column);
        if id.is_empty() {
            let message = format!("the row has no `{}`", row.name(self.column));
            found.push(Diagnostic::new(Code("E0205"), message).at(span, ""));
            return None;
        }
        if let Some(first) = self.seen.get(&id) {
            found.push(duplicate(&id, span, first.clone()));
            return None;
        }
        self.seen.insert(id.clone(), span);
        Some(id)
    }
}

/// Makes the finding for an id that stands twice.
pub(super) fn duplicate(id: &str, again: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code("E0206"), format!("the id `{id}` stands twice"))
        .at(again, "again here")
        .at(first, "first here")
        .help("give each row an id of its own")
}

fn yes(row: &Row<'_>, column: Col, found: &mut Findings) -> Option<bool> {
    let parse = |word: &str| match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    row.word(column, &[("yes", true), ("no", false)], parse, false, found)
}

fn qualifier(row: &Row<'_>, column: Col, found: &mut Findings) -> Option<Qualifier> {
    let words = Qualifier::ALL.map(|q| (q.word(), q));
    row.word(column, &words, Qualifier::parse, Qualifier::Eq, found)
}

fn read_places(table: &Table, found: &mut Findings) -> Option<IndexMap<PlaceId, Place>> {
    const OWN: [&str; 10] = [
        "id",
        "name",
        "name_zh",
        "kind",
        "parent",
        "lat",
        "lon",
        "population",
        "population_definition",
        "population_source",
    ];
    let id = table.required("id", found);
    let [
        _,
        name,
        name_zh,
        kind,
        parent,
        lat,
        lon,
        population,
        _,
        source,
    ] = OWN.map(|name| table.optional(name, found));
    // Whatever else there is can be grouped by.
    let groups: Vec<Col> = (0..table.header().len())
        .filter(|&at| !OWN.contains(&table.header()[at].as_str()))
        .map(Col::at)
        .collect();
    let mut ids = Ids::new(id?);
    let mut places = IndexMap::new();
    table.each_row(found, |row, found| {
        let coordinates = row.number(lat, found).zip(row.number(lon, found));
        let population = row.number(population, found);
        let Some(id) = ids.take(row, found) else {
            return;
        };
        let named = |column| Some(row.get(column)).filter(|text| !text.is_empty());
        let place = Place {
            id: PlaceId::new(&id),
            name: named(name).unwrap_or(&id).to_owned(),
            name_zh: named(name_zh).map(str::to_owned),
            kind: PlaceKind::new(row.get(kind)),
            parent: named(parent).map(PlaceId::new),
            groups: groups
                .iter()
                .filter_map(|&g| Some((row.name(g).to_owned(), named(g)?.to_owned())))
                .collect(),
            coordinates,
            population,
            population_source: named(source).map(SourceId::new),
        };
        places.insert(place.id.clone(), place);
    });
    Some(places)
}

/// Reports parents that are not there, and places that contain each other, each circle once.
fn check_parents(places: &IndexMap<PlaceId, Place>, table: &Table, found: &mut Findings) {
    let (id, parent) = (
        table.optional("id", &mut Findings::default()),
        table.optional("parent", &mut Findings::default()),
    );
    let parent_of = |id: &PlaceId| places.get(id).and_then(|p| p.parent.as_ref());
    // Rows with mistakes were reported when the places were read.
    let mut again = Findings::default();
    let mut told: Vec<PlaceId> = vec![];
    table.each_row(&mut again, |row, _| {
        let name = row.get(parent);
        if name.is_empty() {
            return;
        }
        if !places.contains_key(name) {
            let names = places.keys().map(PlaceId::as_str);
            found.push(unknown(row, parent, "place", did_you_mean(name, names)));
            return;
        }
        let start = PlaceId::new(row.get(id));
        let mut chain = vec![start.clone()];
        let mut next = parent_of(&start);
        while let Some(up) = next.filter(|up| !chain.contains(up)) {
            chain.push(up.clone());
            next = parent_of(up);
        }
        if next == Some(&start) && !told.contains(&start) {
            chain.push(start);
            let circle: Vec<_> = chain.iter().map(|id| format!("`{id}`")).collect();
            let message = format!("places contain each other: {}", circle.join(" in "));
            let finding = Diagnostic::new(Code("E0211"), message)
                .at(row.span(parent), "this parent closes the circle")
                .help("leave the `parent` of the outermost place empty");
            found.push(finding);
            told.extend(chain);
        }
    });
}

fn read_sources(table: &Table, found: &mut Findings) -> Option<IndexMap<SourceId, Source>> {
    let id = table.required("source_id", found);
    let tier = table.required("tier", found);
    let [title, publisher, url, date] =
        ["title", "publisher", "url", "date"].map(|name| table.optional(name, found));
    let (mut ids, tier) = (Ids::new(id?), tier?);
    let mut sources = IndexMap::new();
    table.each_row(found, |row, found| {
        let words = [
            ("A", Tier::A),
            ("B", Tier::B),
            ("C", Tier::C),
            ("D", Tier::D),
        ];
        let id = ids.take(row, found);
        let tier = row.word(tier, &words, Tier::parse, Tier::D, found);
        let date = row.date(date, found);
        // A publication with a bad word is still one: the rows that cite it are not at fault.
        let Some(id) = id else { return };
        let source = Source {
            id: SourceId::new(&id),
            title: row.get(title).to_owned(),
            publisher: row.get(publisher).to_owned(),
            url: row.get(url).to_owned(),
            date,
            tier: tier.unwrap_or(Tier::D),
        };
        sources.insert(source.id.clone(), source);
    });
    Some(sources)
}

/// Reports a unit that is not the indicator's; a file without the column states none.
fn check_unit(row: &Row<'_>, column: Col, indicator: &Indicator, found: &mut Findings) {
    let unit = row.get(column);
    if column.exists() && unit != indicator.unit {
        let (id, known) = (&indicator.id, &indicator.unit);
        let finding = Diagnostic::new(
            Code("E0210"),
            format!("the unit `{unit}` is not that of `{id}`, `{known}`"),
        )
        .at(row.span(column), "")
        .help(format!("convert the value to {known}"));
        found.push(finding);
    }
}

fn read_observations(
    table: &Table,
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<Arc<Observation>>> {
    let [place, indicator, value] =
        ["place", "indicator", "value"].map(|name| table.required(name, found));
    let names = [
        "obs_id",
        "value_high",
        "qualifier",
        "unit",
        "as_of",
        "as_of_precision",
        "kind",
        "numeric_precision",
        "scope",
        "plausibility",
        "source_id",
        "from_seed",
        "note",
    ];
    let [
        id,
        high,
        qualifier_at,
        unit,
        as_of,
        precision,
        kind,
        format,
        scope,
        plausibility,
        source,
        seed,
        note,
    ] = names.map(|name| table.optional(name, found));
    let (place, indicator, value) = (place?, indicator?, value?);
    let kinds = Kind::ALL.map(|k| (k.word(), k));
    let doubts = [
        ("", Plausibility::Plausible),
        ("doubtful", Plausibility::Doubtful),
    ];
    let doubt = |word: &str| doubts.iter().find(|(w, _)| *w == word).map(|(_, p)| *p);
    let mut ids = Ids::new(id);
    let mut rows = vec![];
    table.each_row(found, |row, found| {
        let id = ids.take(row, found);
        let place = known.place(row, place, found);
        let indicator = known.indicator(row, indicator, found);
        if let Some(indicator) = indicator {
            check_unit(row, unit, indicator, found);
        }
        let value = row.needed_number(value, found);
        let value_high = row.number(high, found);
        let qualifier = qualifier(row, qualifier_at, found);
        let kind = row.word(kind, &kinds, Kind::parse, Kind::Measured, found);
        let plausibility = row.word(plausibility, &doubts, doubt, Plausibility::Plausible, found);
        let source = known.source(row, source, found);
        let from_seed = yes(row, seed, found);
        let as_of = needed_date(row, as_of, found);
        // Every field has been looked at before the row is given up, so that all mistakes show.
        let observation = (|| {
            Some(Observation {
                id: id?,
                place: place?,
                indicator: indicator?.id.clone(),
                value: value?,
                value_high,
                qualifier: qualifier?,
                as_of: as_of.ok()?,
                as_of_inferred: row.get(precision) == "inferred",
                kind: kind?,
                numeric_precision: row.get(format).to_owned(),
                scope: row.get(scope).to_owned(),
                plausibility: plausibility?,
                source: source.ok()?,
                from_seed: from_seed?,
                note: row.get(note).to_owned(),
                origin: row.origin(),
            })
        })();
        rows.extend(observation.map(Arc::new));
    });
    Some(rows)
}

/// Reads the date of a figure. A file without the column has undated figures; in one with the column an
/// empty field is an oversight that would make the figure the oldest of all.
fn needed_date(
    row: &Row<'_>,
    column: Col,
    found: &mut Findings,
) -> Result<Option<Period>, Refused> {
    if column.exists() && row.get(column).is_empty() {
        let finding = Diagnostic::new(Code("E0204"), format!("`{}` is empty", row.name(column)))
            .at(row.span(column), "a date is expected here")
            .help("write at least the year; mark one that comes from the context as `inferred`");
        found.push(finding);
        return Err(Refused);
    }
    match row.date(column, found) {
        None if column.exists() => Err(Refused),
        date => Ok(date),
    }
}

#[cfg(test)]
mod tests;
