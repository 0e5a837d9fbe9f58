//! Workbooks read back by another library.

use super::*;
use crate::report::model::{Column, Show, Value};
use crate::report::views::{Asked, full};
use crate::report::{Lang, sample};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn written() -> Vec<u8> {
    let (project, scoreboard) = sample::scored();
    let asked = Asked {
        lang: Lang::En,
        sweeps: true,
    };
    write(&full(&project, &scoreboard, None, asked), project.as_of).unwrap()
}

#[test]
fn the_ranking_reads_back_as_numbers() {
    let mut book = read(written());
    let sheet = book.worksheet_range("Ranking").unwrap();
    let head: Vec<String> = sheet
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(&head[..3], ["rank", "place", "score"]);
    let first = sheet.rows().nth(1).unwrap();
    assert_eq!(first[0], Data::Float(1.0));
    assert_eq!(first[1], Data::String("Shanghai".to_owned()));
    assert_eq!(first[2], Data::Float(59.6));
}

#[test]
fn what_scores_are_made_of_adds_up_to_them() {
    let mut book = read(written());
    let sheet = book.worksheet_range("What scores are made of").unwrap();
    let first = sheet.rows().nth(1).unwrap();
    let sum: f64 = first
        .iter()
        .filter_map(|cell| match cell {
            Data::Float(number) => Some(*number),
            _ => None,
        })
        .sum();
    assert!((sum - 59.6).abs() < 1e-9, "{first:?}");
}

#[test]
fn every_table_has_a_sheet_and_none_holds_a_formula() {
    let (project, scoreboard) = sample::scored();
    let report = full(&project, &scoreboard, None, Asked::default());
    let mut book = read(write(&report, None).unwrap());
    let tables = report
        .tables()
        .filter(|table| !table.rows.is_empty())
        .count();
    // Beside the tables: the summary, and what scores are made of.
    assert_eq!(book.sheet_names().len(), tables + 2);
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(
            formulas.cells().all(|(_, _, text)| text.is_empty()),
            "{name}"
        );
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert!(written() == written());
}

#[test]
fn missing_is_no_zero_and_a_formula_in_a_name_is_a_name() {
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("score", "score"),
    ]);
    table.push(vec![Value::text("=1+1"), Value::Missing]);
    table.push(vec![Value::text("北京"), Value::Number(0.5, Show::Score)]);
    table.push(vec![Value::text(""), Value::Empty]);
    let mut report = Report::new("x", "X");
    report.sections.push(Section::new("t", "T").table(table));
    let mut book = read(write(&report, None).unwrap());
    let sheet = book.worksheet_range("T").unwrap();
    let cell = |row: u32, column: u32| {
        sheet
            .get_value((row, column))
            .cloned()
            .unwrap_or(Data::Empty)
    };
    assert_eq!(cell(1, 0), Data::String("=1+1".to_owned()));
    assert_eq!(cell(1, 1), Data::String("–".to_owned()));
    assert_eq!(cell(2, 1), Data::Float(0.5));
    assert_eq!(cell(3, 1), Data::Empty);
}
