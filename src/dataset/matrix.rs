//! The wide form: a table with a row per place and a column per indicator, as most published indices
//! come.

use super::Dataset;
use super::read::duplicate;
use super::table::{Col, Findings, NotANumber, Opened, Row, Table, open, parse_number};
use crate::diagnostics::{
    Code, Diagnostic, Diagnostics, FileId, Files, Span, did_you_mean, nearest,
};
use crate::model::{
    Direction, Indicator, IndicatorId, Kind, Observation, Place, PlaceId, Plausibility, Qualifier,
    is_id,
};
use crate::sources::Sources;
use encoding_rs::Encoding;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a wide table is to be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatrixSpec {
    /// Path of the table.
    pub file: String,
    /// The column that identifies places.
    pub id: String,
    /// The column with their names; names may repeat.
    pub name: Option<String>,
    /// Words that mean a missing figure, such as `NA` or `..`; an empty cell always does.
    pub missing: Vec<String>,
    /// Encoding of the file by its label on the web (`windows-1252`); UTF-8 by default.
    pub encoding: Option<String>,
    /// Columns that places can be grouped by.
    pub groups: Vec<String>,
    /// What separates fields; a comma by default.
    pub delimiter: Option<char>,
    /// What separates thousands in numbers; nothing by default.
    pub thousands: Option<char>,
    /// Where the project names the file, for findings about the settings above.
    pub span: Option<Span>,
}

/// Reads a wide table.
///
/// The columns of the declared indicators are read, found by their id or by the id that their heading
/// would make (`GNI per capita` is found as `gni_per_capita`). Without declared indicators every
/// other column is an indicator if at least one of its cells is a number. Cells become measured figures
/// without date and source; what was read as missing is counted in [`Dataset::read_as_missing`].
/// A percent sign is refused: whether 12% means 12 or 0.12 is for the unit to say.
///
/// Returns nothing if the file or its columns cannot be read; cells with a mistake are reported and left
/// out.
pub fn read_matrix(
    sources: &dyn Sources,
    spec: &MatrixSpec,
    indicators: &IndexMap<IndicatorId, Indicator>,
    files: &mut Files,
    found: &mut Diagnostics,
) -> Option<Dataset> {
    let mut findings = Findings::default();
    let data = read(sources, spec, indicators, files, &mut findings);
    findings.finish(found);
    data
}

fn read(
    sources: &dyn Sources,
    spec: &MatrixSpec,
    indicators: &IndexMap<IndicatorId, Indicator>,
    files: &mut Files,
    found: &mut Findings,
) -> Option<Dataset> {
    let encoding = encoding(spec, found);
    let delimiter = delimiter(spec, found);
    let table = match open(sources, &spec.file, encoding?, delimiter?, files, found) {
        Opened::Table(table) => table,
        Opened::Broken => return None,
        Opened::Absent => {
            let message = format!("there is no file `{}`", spec.file);
            found.push(
                about_settings(spec, "E0201", message)
                    .help("`data.matrix.file` is a path inside the project"),
            );
            return None;
        }
    };
    let columns = Columns::find(&table, spec, indicators, found)?;
    let mut reading = Reading {
        spec,
        columns,
        places: IndexMap::new(),
        seen: IndexMap::new(),
        observations: vec![],
        read_as_missing: IndexMap::new(),
        faults: BTreeMap::new(),
        numbers: vec![],
    };
    reading.numbers = vec![0; reading.columns.cells.len()];
    let rows = table.each_row(found, |row, found| reading.row(row, found));
    if rows == 0 {
        let bare = format!("`{}` has a header and no rows", table.file);
        found.push(Diagnostic::new(Code("E0201"), bare).at(table.header_span(0), ""));
        return None;
    }
    Some(reading.finish(!indicators.is_empty(), found))
}

fn about_settings(spec: &MatrixSpec, code: &'static str, message: String) -> Diagnostic {
    let span = spec
        .span
        .clone()
        .unwrap_or_else(|| Span::whole(&FileId::new(&spec.file)));
    Diagnostic::new(Code(code), message).at(span, "")
}

fn encoding(spec: &MatrixSpec, found: &mut Findings) -> Option<&'static Encoding> {
    let Some(label) = &spec.encoding else {
        return Some(encoding_rs::UTF_8);
    };
    let known = Encoding::for_label(label.trim().as_bytes());
    if known.is_none() {
        let common = [
            "utf-8",
            "windows-1252",
            "iso-8859-1",
            "utf-16le",
            "gbk",
            "gb18030",
            "shift_jis",
            "macintosh",
        ];
        let finding = about_settings(spec, "E0208", format!("there is no encoding `{label}`"));
        found.push(finding.maybe_help(did_you_mean(label, common)));
    }
    known
}

fn delimiter(spec: &MatrixSpec, found: &mut Findings) -> Option<u8> {
    let delimiter = spec.delimiter.unwrap_or(',');
    let usable = u8::try_from(delimiter)
        .ok()
        .filter(|b| b.is_ascii() && !b"\"\r\n".contains(b));
    if usable.is_none() {
        let message = format!("`{}` cannot separate fields", delimiter.escape_default());
        let finding = about_settings(spec, "E0208", message);
        found.push(finding.help("use a comma, a semicolon, a tab or another ASCII sign"));
    }
    usable
}

/// The columns that are read.
struct Columns {
    id: Col,
    name: Option<Col>,
    groups: Vec<Col>,
    cells: Vec<(Col, Indicator)>,
}

impl Columns {
    fn find(
        table: &Table,
        spec: &MatrixSpec,
        indicators: &IndexMap<IndicatorId, Indicator>,
        found: &mut Findings,
    ) -> Option<Self> {
        let id = table.required(&spec.id, found);
        let name = spec.name.as_ref().map(|name| table.required(name, found));
        let groups: Vec<_> = spec
            .groups
            .iter()
            .map(|g| table.required(g, found))
            .collect();
        let cells = if indicators.is_empty() {
            Self::every_other(table, spec, found)
        } else {
            Self::declared(table, indicators, found)
        };
        Some(Self {
            id: id?,
            name: match name {
                None => None,
                Some(column) => Some(column?),
            },
            groups: groups.into_iter().collect::<Option<_>>()?,
            cells: cells?,
        })
    }

    fn declared(
        table: &Table,
        indicators: &IndexMap<IndicatorId, Indicator>,
        found: &mut Findings,
    ) -> Option<Vec<(Col, Indicator)>> {
        let headings = table.header();
        let cells: Vec<Option<_>> = indicators
            .values()
            .map(|indicator| {
                let id = indicator.id.as_str();
                let like = headings.iter().position(|h| h != id && as_id(h) == id);
                let column = match like {
                    Some(at) if !headings.iter().any(|h| h == id) => Some(Col::at(at)),
                    _ => table.required(id, found),
                };
                Some((column?, indicator.clone()))
            })
            .collect();
        cells.into_iter().collect()
    }

    fn every_other(
        table: &Table,
        spec: &MatrixSpec,
        found: &mut Findings,
    ) -> Option<Vec<(Col, Indicator)>> {
        let named = |heading: &String| {
            *heading == spec.id
                || spec.name.as_ref() == Some(heading)
                || spec.groups.contains(heading)
        };
        let mut first: IndexMap<String, usize> = IndexMap::new();
        let mut cells = vec![];
        for (at, heading) in table.header().iter().enumerate() {
            let id = as_id(heading);
            if named(heading) || id.is_empty() {
                continue;
            }
            if let Some(&before) = first.get(&id) {
                let (again, before) = (table.header_span(at), table.header_span(before));
                found.push(duplicate(&id, again, before).help("rename one of the two columns"));
                return None;
            }
            first.insert(id.clone(), at);
            cells.push((Col::at(at), plain_indicator(&id, heading)));
        }
        Some(cells)
    }
}

/// Makes an indicator of a column of which nothing is known but its heading.
fn plain_indicator(id: &str, heading: &str) -> Indicator {
    Indicator {
        id: IndicatorId::new(id),
        name: heading.to_owned(),
        unit: String::new(),
        direction: Direction::Higher,
        pillar: None,
        description: String::new(),
    }
}

/// Makes an id of a heading: lower case, everything but letters and digits as one underscore. Headings
/// without a Latin letter make none.
fn as_id(heading: &str) -> String {
    if is_id(heading) {
        return heading.to_owned();
    }
    let plain: String = heading
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let words: Vec<&str> = plain.split('_').filter(|word| !word.is_empty()).collect();
    let id = words.join("_");
    match id.chars().next() {
        Some(c) if c.is_ascii_digit() => format!("x{id}"),
        _ => id,
    }
}

/// A table half read.
struct Reading<'a> {
    spec: &'a MatrixSpec,
    columns: Columns,
    places: IndexMap<PlaceId, Place>,
    seen: IndexMap<PlaceId, Span>,
    observations: Vec<Arc<Observation>>,
    read_as_missing: IndexMap<String, usize>,
    /// Cells that are neither numbers nor missing, by column.
    faults: BTreeMap<usize, Vec<Diagnostic>>,
    /// How many numbers each column holds.
    numbers: Vec<usize>,
}

impl Reading<'_> {
    fn row(&mut self, row: &Row<'_>, found: &mut Findings) {
        let Some(id) = self.place(row, found) else {
            return;
        };
        let origin = row.origin();
        for at in 0..self.columns.cells.len() {
            let column = self.columns.cells[at].0;
            let text = row.get(column);
            if text.is_empty() || self.spec.missing.iter().any(|word| word == text) {
                match self.read_as_missing.get_mut(text) {
                    Some(count) => *count += 1,
                    None => _ = self.read_as_missing.insert(text.to_owned(), 1),
                }
                continue;
            }
            match number(text, self.spec.thousands) {
                Ok(value) => {
                    self.numbers[at] += 1;
                    let indicator = self.columns.cells[at].1.id.clone();
                    let cell = cell(id.clone(), indicator, value, origin.clone());
                    self.observations.push(Arc::new(cell));
                }
                Err(why) => {
                    let mut fault = row.not_a_number(column, text, &why);
                    if why.help.is_none() {
                        fault = fault.help(format!(
                            "if it means a missing figure, add {text:?} to `missing`"
                        ));
                    }
                    self.faults.entry(at).or_default().push(fault);
                }
            }
        }
    }

    fn place(&mut self, row: &Row<'_>, found: &mut Findings) -> Option<PlaceId> {
        let columns = &self.columns;
        let text = row.get(columns.id);
        if text.is_empty() {
            let message = format!("the row has no `{}`", row.name(columns.id));
            let finding = Diagnostic::new(Code("E0205"), message).at(row.span(columns.id), "");
            found.push(
                finding.help("remove rows that are not places, such as footnotes and totals"),
            );
            return None;
        }
        let id = PlaceId::new(text);
        if let Some(first) = self.seen.get(&id) {
            found.push(duplicate(text, row.span(columns.id), first.clone()));
            return None;
        }
        self.seen.insert(id.clone(), row.span(columns.id));
        let name = columns.name.map_or(text, |column| row.get(column));
        let mut place = Place::new(text, if name.is_empty() { text } else { name });
        let groups = columns.groups.iter().map(|&g| (row.name(g), row.get(g)));
        place.groups = groups
            .filter(|(_, group)| !group.is_empty())
            .map(|(column, group)| (column.to_owned(), group.to_owned()))
            .collect();
        self.places.insert(id.clone(), place);
        Some(id)
    }

    /// Reports faults and makes the data set. Unless indicators were declared, a column without any
    /// number is a column of words, and its cells are no faults.
    fn finish(self, declared: bool, found: &mut Findings) -> Dataset {
        let is_indicator = |at: usize| declared || self.numbers[at] > 0;
        let mut faults = self.faults;
        faults.retain(|at, _| is_indicator(*at));
        let mut faults: Vec<Diagnostic> = faults.into_values().flatten().collect();
        faults.sort_by_key(|fault| fault.span().map(|span| span.start));
        for mut fault in faults {
            let slip = fault
                .message
                .split('`')
                .nth(1)
                .and_then(|text| nearest(text, self.spec.missing.iter().map(String::as_str)));
            if let Some(word) = slip {
                fault = fault.note(format!("`{word}` is a declared word for missing"));
            }
            found.push(fault);
        }
        let cells = self.columns.cells.into_iter().enumerate();
        let indicators = cells
            .filter(|(at, _)| is_indicator(*at))
            .map(|(_, (_, indicator))| (indicator.id.clone(), indicator))
            .collect();
        let mut data = Dataset::new(self.places, indicators, self.observations);
        data.read_as_missing = self.read_as_missing;
        data
    }
}

/// Makes the figure of a cell. It has no id of its own: place and indicator name it.
fn cell(
    place: PlaceId,
    indicator: IndicatorId,
    value: f64,
    origin: crate::model::Origin,
) -> Observation {
    Observation {
        id: String::new(),
        place,
        indicator,
        value,
        value_high: None,
        qualifier: Qualifier::Eq,
        as_of: None,
        as_of_inferred: false,
        kind: Kind::Measured,
        numeric_precision: String::new(),
        scope: String::new(),
        plausibility: Plausibility::Plausible,
        source: None,
        from_seed: false,
        note: String::new(),
        origin,
    }
}

/// Reads a number that may have separators between its thousands. They must stand every three
/// digits: `1,5` is somebody's one and a half, not fifteen.
fn number(text: &str, thousands: Option<char>) -> Result<f64, NotANumber> {
    let Some(separator) = thousands else {
        return parse_number(text);
    };
    // Tables that group by spaces often use the kinds of space that do not break lines.
    let separates = |c: char| c == separator || (separator == ' ' && "\u{a0}\u{202f}".contains(c));
    if !text.contains(separates) {
        return parse_number(text);
    }
    let end = text
        .find(['.', 'e', 'E'])
        .filter(|_| separator != '.')
        .unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let mut groups = whole.trim_start_matches(['-', '+']).split(separates);
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let leads = groups
        .next()
        .is_some_and(|group| digits(group) && group.len() <= 3);
    if !leads || !groups.all(|group| digits(group) && group.len() == 3) {
        return Err(NotANumber {
            words: "the separators do not stand every three digits",
            help: Some("correct the number, or the `thousands` separator of the table"),
        });
    }
    let plain: String = whole.chars().filter(|c| !separates(*c)).collect();
    parse_number(&(plain + rest))
}

#[cfg(test)]
mod tests;
