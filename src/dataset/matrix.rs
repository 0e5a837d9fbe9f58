//! The wide form: a table with a row per place and a column per indicator, as most published indices
//! come.

use super::Dataset;
use super::read::duplicate;
use super::table::{Col, Findings, NotANumber, Opened, Row, Table, open, parse_number};
use crate::diagnostics::{
    Code, Diagnostic, Diagnostics, FileId, Files, Span, did_you_mean, nearest,
};
use crate::model::{
    Direction, Indicator, IndicatorId, Kind, Observation, Origin, Place, PlaceId, Plausibility,
    Qualifier, is_id,
};
use crate::sources::Sources;
use encoding_rs::Encoding;
use indexmap::{IndexMap, IndexSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How a wide table is to be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatrixSpec {
    /// Path of the table.
    pub file: String,
    /// The column that identifies places, or several that do so together; ids are then joined by `-`.
    pub id: Vec<String>,
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
    /// What stands before the digits of a fraction; a point by default.
    pub decimal: Option<char>,
    /// Signs around numbers that are left out: `%`, `$`, the mark of a footnote.
    pub strip: Vec<String>,
    /// Words that stand for a number.
    pub values: IndexMap<String, f64>,
    /// Words that say that there is no such figure, which is not the same as a missing one.
    pub not_applicable: Vec<String>,
    /// Columns of times, `4:23.7` or `1:02:03`, which are read as seconds.
    pub clock: Vec<String>,
    /// Rows that are read: one of these texts in each of these columns. Numbers are compared as numbers.
    pub filter: IndexMap<String, Vec<String>>,
    /// Where the project names the file, for findings about the settings above.
    pub span: Option<Span>,
}

/// What a cell of a wide table holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Held {
    Missing,
    NotApplicable,
    Number(f64),
    Fault(NotANumber),
}

impl NotANumber {
    /// Returns what else to do about a cell of a wide table that only has no number.
    pub(super) fn help_beside(&self, text: &str) -> Option<String> {
        let word = || format!("if it means a missing figure, add {text:?} to `missing`");
        self.help.is_none().then(word)
    }
}

impl MatrixSpec {
    /// Reads a cell: nothing, a word that stands for a number, a time, or a number.
    pub(super) fn held(&self, text: &str, clock: bool) -> Held {
        if text.is_empty() || self.missing.iter().any(|word| word == text) {
            return Held::Missing;
        }
        if self.not_applicable.iter().any(|word| word == text) {
            return Held::NotApplicable;
        }
        let value = match self.values.get(text) {
            Some(value) => Ok(*value),
            None if clock => seconds(text, self),
            None => number(text, self),
        };
        value.map_or_else(Held::Fault, Held::Number)
    }

    /// Tells whether digits with at most a minus and a point mean the number that they spell.
    pub(super) fn reads_plain_numbers(&self) -> bool {
        let spells = |text: &String| text.parse::<f64>().is_ok();
        let words = self.missing.iter().chain(&self.not_applicable);
        !words.chain(self.values.keys()).any(spells)
            && self.decimal.is_none_or(|mark| mark == '.')
            && self
                .thousands
                .is_none_or(|mark| mark != '.' && !mark.is_ascii_digit())
            && !self
                .strip
                .iter()
                .any(|sign| sign.contains(|c: char| c.is_ascii_digit() || c == '-' || c == '.'))
    }
}

/// Reads a wide table.
///
/// The columns of the declared indicators are read, found by their id or by the id that their heading
/// would make (`GNI per capita` is found as `gni_per_capita`). Without declared indicators every
/// other column is an indicator. Cells become measured figures without date and source; what was read as
/// missing is counted in [`Dataset::read_as_missing`]. A column that holds words and not a single number
/// is an indicator written in words: see [`Dataset::words`]. A percent sign is refused unless it is among
/// the signs to strip: whether 12% means 12 or 0.12 is for the unit to say.
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
        not_applicable: BTreeSet::new(),
        faults: BTreeMap::new(),
        words: vec![],
        numbers: vec![],
        passed_over: 0,
    };
    reading.numbers = vec![0; reading.columns.cells.len()];
    let rows = table.each_row(found, |row, found| reading.row(row, found));
    if rows == 0 {
        let bare = format!("`{}` has a header and no rows", table.file);
        found.push(Diagnostic::new(Code("E0201"), bare).at(table.header_span(0), ""));
        return None;
    }
    if reading.passed_over == rows {
        let message = format!("no row of `{}` fits `where`", table.file);
        let finding = about_settings(spec, "E0212", message);
        found.push(finding.note(format!("{rows} rows were looked at")));
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

pub(super) fn encoding(spec: &MatrixSpec, found: &mut Findings) -> Option<&'static Encoding> {
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

pub(super) fn delimiter(spec: &MatrixSpec, found: &mut Findings) -> Option<u8> {
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
pub(super) struct Columns {
    pub(super) id: Vec<Col>,
    pub(super) name: Option<Col>,
    groups: Vec<Col>,
    /// Columns of the filter with the texts wanted.
    pub(super) filter: Vec<(Col, Vec<String>)>,
    pub(super) cells: Vec<(Col, Indicator)>,
    /// Whether the cells of a column are times.
    pub(super) clock: Vec<bool>,
}

impl Columns {
    pub(super) fn find(
        table: &Table,
        spec: &MatrixSpec,
        indicators: &IndexMap<IndicatorId, Indicator>,
        found: &mut Findings,
    ) -> Option<Self> {
        let required = |names: &[String], found: &mut Findings| -> Option<Vec<Col>> {
            let columns: Vec<_> = names
                .iter()
                .map(|name| table.required(name, found))
                .collect();
            columns.into_iter().collect()
        };
        let id = required(&spec.id, found);
        let filter: Vec<String> = spec.filter.keys().cloned().collect();
        let filter = required(&filter, found);
        let clock = required(&spec.clock, found);
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
        let (cells, clock) = (cells?, clock?);
        Some(Self {
            id: id?,
            filter: filter?
                .into_iter()
                .zip(spec.filter.values().cloned())
                .collect(),
            clock: cells
                .iter()
                .map(|(column, _)| clock.contains(column))
                .collect(),
            name: match name {
                None => None,
                Some(column) => Some(column?),
            },
            groups: groups.into_iter().collect::<Option<_>>()?,
            cells,
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
            spec.id.contains(heading)
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
    not_applicable: BTreeSet<(PlaceId, IndicatorId)>,
    /// Cells that are neither numbers nor missing, by column.
    faults: BTreeMap<usize, Vec<Diagnostic>>,
    /// The same cells: column, place, word and origin.
    words: Vec<(usize, PlaceId, String, Origin)>,
    /// How many numbers each column holds.
    numbers: Vec<usize>,
    /// Rows that the filter does not want.
    passed_over: usize,
}

impl Reading<'_> {
    fn row(&mut self, row: &Row<'_>, found: &mut Findings) {
        if !self
            .columns
            .filter
            .iter()
            .all(|(column, wanted)| is_wanted(row.get(*column), wanted))
        {
            self.passed_over += 1;
            return;
        }
        let Some(id) = self.place(row, found) else {
            return;
        };
        let origin = row.origin();
        for at in 0..self.columns.cells.len() {
            let column = self.columns.cells[at].0;
            let text = row.get(column);
            match self.spec.held(text, self.columns.clock[at]) {
                Held::Missing => match self.read_as_missing.get_mut(text) {
                    Some(count) => *count += 1,
                    None => _ = self.read_as_missing.insert(text.to_owned(), 1),
                },
                Held::NotApplicable => {
                    let indicator = self.columns.cells[at].1.id.clone();
                    self.not_applicable.insert((id.clone(), indicator));
                }
                Held::Number(value) => {
                    self.numbers[at] += 1;
                    let indicator = self.columns.cells[at].1.id.clone();
                    let cell = cell(id.clone(), indicator, value, origin.clone());
                    self.observations.push(Arc::new(cell));
                }
                Held::Fault(why) => {
                    let fault = row.not_a_number(column, text, &why);
                    let fault = fault.maybe_help(why.help_beside(text));
                    self.faults.entry(at).or_default().push(fault);
                    let word = (at, id.clone(), text.to_owned(), origin.clone());
                    self.words.push(word);
                }
            }
        }
    }

    fn place(&mut self, row: &Row<'_>, found: &mut Findings) -> Option<PlaceId> {
        let columns = &self.columns;
        // Without a column that identifies places, which is reported once, rows have no place.
        let &first_id = columns.id.first()?;
        let texts: Vec<&str> = columns.id.iter().map(|&column| row.get(column)).collect();
        if let Some(at) = texts.iter().position(|text| text.is_empty()) {
            let column = columns.id[at];
            let message = format!("the row has no `{}`", row.name(column));
            let finding = Diagnostic::new(Code("E0205"), message).at(row.span(column), "");
            found.push(
                finding.help("remove rows that are not places, such as footnotes and totals"),
            );
            return None;
        }
        let text = texts.join("-");
        let text = text.as_str();
        let id = PlaceId::new(text);
        let at = row.span(first_id);
        if let Some(first) = self.seen.get(&id) {
            found.push(duplicate(text, at, first.clone()).help(
                "choose rows with `where`, or let several columns identify a place: `id = [..]`",
            ));
            return None;
        }
        self.seen.insert(id.clone(), at);
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

    /// Reports faults and makes the data set. A column that holds words and no number is written in
    /// words, and its cells are no faults.
    fn finish(mut self, declared: bool, found: &mut Findings) -> Dataset {
        let numbers = std::mem::take(&mut self.numbers);
        let in_words = |at: usize| numbers[at] == 0;
        let mut list: IndexSet<String> = IndexSet::new();
        let mut columns: BTreeSet<usize> = BTreeSet::new();
        for (at, place, word, origin) in self.words {
            if in_words(at) {
                columns.insert(at);
                let (position, _) = list.insert_full(word);
                let indicator = self.columns.cells[at].1.id.clone();
                let cell = cell(place, indicator, position as f64, origin);
                self.observations.push(Arc::new(cell));
            }
        }
        let list = Arc::new(list.into_iter().collect::<Vec<_>>());
        let words = columns.iter().map(|&at| {
            let indicator = self.columns.cells[at].1.id.clone();
            (indicator, Arc::clone(&list))
        });
        let words: IndexMap<_, _> = words.collect();
        let is_indicator = |at: usize| declared || numbers[at] > 0 || columns.contains(&at);
        let mut faults = self.faults;
        faults.retain(|at, _| !in_words(*at));
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
        data.not_applicable = self.not_applicable;
        data.words = words;
        data
    }
}

/// Tells whether a cell holds one of the texts wanted, or a number equal to one.
pub(super) fn is_wanted(text: &str, wanted: &[String]) -> bool {
    let number = parse_number(text).ok();
    let equal = |other: &String| {
        other == text
            || number
                .is_some_and(|own| parse_number(other).is_ok_and(|n| n.total_cmp(&own).is_eq()))
    };
    wanted.iter().any(equal)
}

/// Makes the figure of a cell. It has no id of its own: place and indicator name it.
fn cell(place: PlaceId, indicator: IndicatorId, value: f64, origin: Origin) -> Observation {
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

/// Reads a number as the table writes it: signs around it are left out, a mark of its own may stand
/// before the fraction, and separators between its thousands.
fn number(text: &str, spec: &MatrixSpec) -> Result<f64, NotANumber> {
    let bare = without_signs(text, &spec.strip);
    match spec.decimal.filter(|mark| *mark != '.') {
        None => ungrouped(bare, spec.thousands, '.').and_then(|plain| parse_number(&plain)),
        Some(mark) => {
            let plain = ungrouped(bare, spec.thousands, mark)?;
            if plain.contains('.') {
                return Err(NotANumber {
                    words: "a point",
                    help: Some(
                        "the table's fractions begin with its `decimal` mark: correct one of the two",
                    ),
                });
            }
            parse_number(&plain.replacen(mark, ".", 1))
        }
    }
}

fn without_signs<'t>(text: &'t str, signs: &[String]) -> &'t str {
    let mut bare = text.trim();
    loop {
        let before = bare.len();
        for sign in signs.iter().filter(|sign| !sign.is_empty()) {
            bare = bare.strip_prefix(sign.as_str()).unwrap_or(bare).trim();
            bare = bare.strip_suffix(sign.as_str()).unwrap_or(bare).trim();
        }
        if bare.len() == before {
            return bare;
        }
    }
}

/// Takes out separators between thousands. They must stand every three digits: `1,5` is somebody's one
/// and a half, not fifteen.
fn ungrouped(text: &str, thousands: Option<char>, mark: char) -> Result<String, NotANumber> {
    let Some(separator) = thousands else {
        return Ok(text.to_owned());
    };
    // Tables that group by spaces often use the kinds of space that do not break lines.
    let separates = |c: char| c == separator || (separator == ' ' && "\u{a0}\u{202f}".contains(c));
    if !text.contains(separates) {
        return Ok(text.to_owned());
    }
    let end = text
        .find([mark, 'e', 'E'])
        .filter(|_| separator != mark)
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
    Ok(plain + rest)
}

/// Reads a time, hours and minutes before a colon, as seconds.
fn seconds(text: &str, spec: &MatrixSpec) -> Result<f64, NotANumber> {
    let wrong = NotANumber {
        words: "not a time",
        help: Some("write hours:minutes:seconds, minutes:seconds or seconds: `4:23.7`"),
    };
    let parts: Vec<&str> = without_signs(text, &spec.strip).split(':').collect();
    let (last, before) = parts.split_last().ok_or(wrong)?;
    let whole = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if before.len() > 2 || !before.iter().all(whole) {
        return Err(wrong);
    }
    let mut total = 0.0;
    for (at, part) in before.iter().enumerate() {
        let value = parse_number(part)?;
        if at > 0 && value >= 60.0 {
            return Err(wrong);
        }
        total = (total + value) * 60.0;
    }
    let rest = number(last, spec)?;
    if rest < 0.0 || (!before.is_empty() && rest >= 60.0) {
        return Err(wrong);
    }
    Ok(total + rest)
}

#[cfg(test)]
mod tests;
