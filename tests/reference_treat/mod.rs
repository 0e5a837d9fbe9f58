//! Winsorising against the ASEM Sustainable Connectivity index (51 countries, 49 indicators), as
//! `COINr` (commit b9682034) treated it: `tests/reference/asem`, MIT, (c) 2022 William Becker.

use exacity::model::{Column, Params};
use exacity::prepare;
use std::collections::BTreeMap;

const IMPUTED: &str = include_str!("../reference/asem/stage_imputed.csv");
const TREATED: &str = include_str!("../reference/asem/stage_treated.csv");
const TREATMENT: &str = include_str!("../reference/asem/treatment.csv");

/// Reads the columns of a stage by indicator.
fn columns(text: &str) -> BTreeMap<String, Column> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(str::to_owned)
        .collect();
    let mut values: Vec<Vec<f64>> = vec![vec![]; names.len()];
    for record in reader.records() {
        for (at, cell) in record.expect("a row").iter().enumerate().skip(1) {
            values[at].push(cell.parse().expect("a number"));
        }
    }
    names
        .into_iter()
        .zip(values)
        .skip(1)
        .map(|(name, v)| (name, Column::complete(v)))
        .collect()
}

#[test]
fn the_asem_index_is_winsorised_cell_by_cell() {
    let winsorise = prepare::find("winsorise").expect("a treatment of the table");
    let winsorise = (winsorise.build)(&Params::default()).expect("defaults are valid");
    let (imputed, treated) = (columns(IMPUTED), columns(TREATED));
    assert_eq!((imputed.len(), treated.len()), (49, 49));
    let mut points = BTreeMap::new();
    for (code, column) in &imputed {
        let found = winsorise.treat(column).expect("no indicator is refused");
        for (row, (found, wanted)) in found
            .column
            .numbers()
            .iter()
            .zip(treated[code].numbers())
            .enumerate()
        {
            let tolerance = 1e-9 * wanted.abs().max(1.0);
            assert!(
                (found - wanted).abs() <= tolerance,
                "{code} row {row}: {found} {wanted}"
            );
        }
        points.insert(code.clone(), found.changed.len());
    }
    let mut reader = csv::Reader::from_reader(TREATMENT.as_bytes());
    let published = reader.records().map(|record| {
        let record = record.expect("a row");
        let count = |at: usize| record[at].parse::<usize>().expect("a count");
        (record[0].to_owned(), count(1) + count(2))
    });
    assert_eq!(points, published.collect());
    assert_eq!(points.values().filter(|points| **points > 0).count(), 15);
}
