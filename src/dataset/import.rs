//! Reading a spreadsheet of new figures, saved as CSV: a row per figure, or a row per place.

use std::collections::BTreeMap;

/// A figure as somebody's spreadsheet has it: columns by name, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The line of the file, from 1.
    pub line: usize,
    /// Place, by id or name.
    pub place: String,
    /// Id of the indicator.
    pub indicator: String,
    /// The value as written.
    pub value: String,
    /// The other columns of the row, by name.
    pub columns: BTreeMap<String, String>,
}

/// Columns that describe a figure; others are indicators where a row is a place.
const DESCRIBING: [&str; 9] = [
    "obs_id",
    "place",
    "indicator",
    "value",
    "qualifier",
    "as_of",
    "kind",
    "scope",
    "source_id",
];

/// Reads a file with the columns `place`, `indicator` and `value`, or with `place` and a column per
/// indicator. Empty cells are no figures.
///
/// # Errors
///
/// Says what the header lacks, or what no CSV reader can read.
pub fn read_import(text: &str) -> Result<Vec<Imported>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map_err(|error| error.to_string())?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let at = |name: &str| header.iter().position(|known| known == name);
    let place = at("place").ok_or("there is no column `place`")?;
    let long = at("indicator").zip(at("value"));
    let mut figures = vec![];
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record
            .position()
            .map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let columns: BTreeMap<String, String> = header
            .iter()
            .enumerate()
            .filter(|(_, name)| {
                long.is_some() || DESCRIBING.contains(&name.as_str()) || *name == "note"
            })
            .map(|(at, name)| (name.clone(), cell(at)))
            .collect();
        let mut add = |indicator: String, value: String| {
            if !value.is_empty() {
                figures.push(Imported {
                    line,
                    place: cell(place),
                    indicator,
                    value,
                    columns: columns.clone(),
                });
            }
        };
        match long {
            Some((indicator, value)) => add(cell(indicator), cell(value)),
            None => {
                let indicators = header.iter().enumerate();
                let indicators = indicators
                    .filter(|(_, name)| !DESCRIBING.contains(&name.as_str()) && *name != "note");
                indicators.for_each(|(at, name)| add(name.clone(), cell(at)));
            }
        }
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(usize, String, String, String)> {
        let figures = read_import(text).unwrap();
        figures
            .into_iter()
            .map(|f| (f.line, f.place, f.indicator, f.value))
            .collect()
    }

    #[test]
    fn a_row_is_a_figure_or_a_place() {
        let long = shown("place,indicator,value,as_of\nx,a,1,2025\ny,b,,2025\n");
        assert_eq!(long, [(2, "x".into(), "a".into(), "1".into())]);
        let wide = shown("\u{feff}place,a,b,source_id\nx, 1 ,,s\n\"y, z\",3,4,s\n");
        let row = |line, place: &str, indicator: &str, value: &str| {
            (
                line,
                place.to_owned(),
                indicator.to_owned(),
                value.to_owned(),
            )
        };
        assert_eq!(
            wide,
            [
                row(2, "x", "a", "1"),
                row(3, "y, z", "a", "3"),
                row(3, "y, z", "b", "4")
            ]
        );
    }

    #[test]
    fn a_file_without_places_is_refused() {
        assert!(read_import("city,a\nx,1\n").is_err());
        assert!(read_import("").is_err());
    }
}
