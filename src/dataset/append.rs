//! Writing a figure: one more row at the end of `observations.csv`, whatever the order of its columns.

use crate::model::{Grain, Kind, Period, Qualifier};
use std::collections::BTreeMap;

/// Columns of a new file.
const HEADER: &str = "obs_id,place,indicator,value,value_high,qualifier,unit,as_of,as_of_precision,kind,numeric_precision,scope,plausibility,source_id,from_seed,note";

/// A figure to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFigure {
    /// Id of the place.
    pub place: String,
    /// Id of the indicator.
    pub indicator: String,
    /// The value, as the user wrote it.
    pub value: String,
    /// How the source hedges it.
    pub qualifier: Qualifier,
    /// Unit of the indicator.
    pub unit: String,
    /// When it held.
    pub as_of: Period,
    /// How the source came by it.
    pub kind: Kind,
    /// Part of the place or definition; empty for the whole.
    pub scope: String,
    /// Id of the publication.
    pub source: String,
    /// A remark.
    pub note: String,
}

/// Returns a file with one more row, and the id that the row got. Rows keep their bytes; columns that the
/// figure has nothing for stay empty, and columns that the file lacks are left out.
///
/// # Panics
///
/// Never: a record is written to memory.
pub fn appended(file: Option<&str>, figure: &NewFigure, prefix: &str) -> (String, String) {
    let text = file
        .filter(|text| !text.trim().is_empty())
        .unwrap_or(HEADER);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_or(vec![], |row| {
        row.iter()
            .map(|name| name.trim().trim_start_matches('\u{feff}').to_owned())
            .collect()
    });
    let ids = reader
        .records()
        .flatten()
        .filter_map(|row| row.get(0).map(str::to_owned));
    let id = next_id(ids, prefix);
    let cells = cells(figure, &id);
    let row = header
        .iter()
        .map(|name| cells.get(name.as_str()).map_or("", String::as_str));
    let mut writer = csv::WriterBuilder::new().from_writer(vec![]);
    writer
        .write_record(row)
        .expect("writing to memory does not fail");
    let row = writer
        .into_inner()
        .expect("writing to memory does not fail");
    let end = if text.ends_with('\n') { "" } else { "\n" };
    (
        format!(
            "{text}{end}{}",
            String::from_utf8(row).expect("texts in, text out")
        ),
        id,
    )
}

/// Returns the prefix with the next number, as wide as the widest.
fn next_id(ids: impl Iterator<Item = String>, prefix: &str) -> String {
    let numbers = ids.filter_map(|id| {
        let digits = id.strip_prefix(prefix)?;
        Some((digits.parse::<u64>().ok()?, digits.len()))
    });
    let (last, width) = numbers.fold((0, 4), |(last, width), (number, digits)| {
        (last.max(number), width.max(digits))
    });
    format!("{prefix}{:0width$}", last + 1)
}

fn cells(figure: &NewFigure, id: &str) -> BTreeMap<&'static str, String> {
    let grain = match figure.as_of.grain() {
        Grain::Year => "year",
        Grain::Half => "half",
        Grain::Quarter => "quarter",
        Grain::Month => "month",
        Grain::Day => "day",
    };
    [
        ("obs_id", id.to_owned()),
        ("place", figure.place.clone()),
        ("indicator", figure.indicator.clone()),
        ("value", figure.value.clone()),
        ("qualifier", figure.qualifier.word().to_owned()),
        ("unit", figure.unit.clone()),
        ("as_of", figure.as_of.to_string()),
        ("as_of_precision", grain.to_owned()),
        ("kind", figure.kind.word().replace('-', "_")),
        ("scope", figure.scope.clone()),
        ("source_id", figure.source.clone()),
        ("from_seed", "no".to_owned()),
        ("note", figure.note.clone()),
    ]
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> NewFigure {
        NewFigure {
            place: "guangzhou".to_owned(),
            indicator: "compute_ai_eflops".to_owned(),
            value: "12.5".to_owned(),
            qualifier: Qualifier::Gt,
            unit: "EFLOPS".to_owned(),
            as_of: Period::parse("2025-Q3").unwrap(),
            kind: Kind::ClaimDisputed,
            scope: String::new(),
            source: "gz2025".to_owned(),
            note: "said \"over\", twice".to_owned(),
        }
    }

    #[test]
    fn a_row_follows_the_columns_of_the_file() {
        let file = "obs_id,value,place,colour\no0009,1,x,red\no0010,2,y,";
        let (text, id) = appended(Some(file), &figure(), "o");
        assert_eq!(id, "o0011");
        assert_eq!(text, format!("{file}\no0011,12.5,guangzhou,\n"));
    }

    #[test]
    fn a_new_file_gets_all_columns() {
        let (text, id) = appended(None, &figure(), "l");
        assert_eq!(id, "l0001");
        let row = text.lines().nth(1).unwrap();
        assert_eq!(
            row,
            "l0001,guangzhou,compute_ai_eflops,12.5,,gt,EFLOPS,2025-Q3,quarter,claim_disputed,,,,gz2025,no,\"said \"\"over\"\", twice\""
        );
    }
}
