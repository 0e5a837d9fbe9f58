//! Any report as a workbook: a sheet per table, and a first sheet with what to remember.
//!
//! Cells hold values, never formulas: a workbook that recomputes would be a second engine. The same report
//! gives the same bytes; the date in the file is that of the project, not of the clock.

mod chart;
mod names;
mod sheet;

use super::model::{Report, Section, Table};
use crate::report::figure::theme::columns;
use names::Names;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use std::fmt;

/// Why a workbook cannot be written: more rows than a sheet holds, for example.
#[derive(Debug)]
pub struct NoWorkbook(XlsxError);

impl fmt::Display for NoWorkbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NoWorkbook {}

impl From<XlsxError> for NoWorkbook {
    fn from(error: XlsxError) -> Self {
        Self(error)
    }
}

/// Writes a report; `date` is the day that the file says it is from.
pub fn write(report: &Report, date: Option<chrono::NaiveDate>) -> Result<Vec<u8>, NoWorkbook> {
    let mut book = Workbook::new();
    book.set_properties(&properties(report, date)?);
    let mut names = Names::default();
    summary(&mut book, report, &mut names)?;
    for section in &report.sections {
        if let Some(table) = section
            .table
            .as_ref()
            .filter(|table| !table.rows.is_empty())
        {
            let name = names.unique(&section.title, &section.id);
            sheet::write(&mut book, &name, section, table)?;
            chart::parts(&mut book, &mut names, section, table, report.lang)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

fn properties(
    report: &Report,
    date: Option<chrono::NaiveDate>,
) -> Result<DocProperties, XlsxError> {
    use chrono::Datelike;
    let day = |date: chrono::NaiveDate| {
        let year = u16::try_from(date.year()).unwrap_or(2000);
        // Months and days are below 32.
        ExcelDateTime::from_ymd(
            year,
            u8::try_from(date.month()).unwrap_or(1),
            u8::try_from(date.day()).unwrap_or(1),
        )
    };
    // A project without a date gets one that nobody takes for the day of writing.
    let date = date.map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), day)?;
    Ok(DocProperties::new()
        .set_title(&report.title)
        .set_author("exacity")
        .set_creation_datetime(&date))
}

/// The first sheet: title, facts to remember, and the sentences of all parts.
fn summary(book: &mut Workbook, report: &Report, names: &mut Names) -> Result<(), XlsxError> {
    let name = names.unique(report.lang.pick("Summary", "摘要"), "summary");
    let sheet = book.add_worksheet().set_name(&name)?;
    let (bold, title) = (
        Format::new().set_bold(),
        Format::new().set_bold().set_font_size(15),
    );
    sheet
        .set_column_width(0, 28)?
        .set_column_width(1, 30)?
        .set_column_width(2, 110)?;
    sheet.write_string_with_format(0, 0, &report.title, &title)?;
    let mut row = 1;
    for note in &report.notes {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    row += 1;
    for fact in &report.highlights {
        sheet.write_string(row, 0, &fact.label)?;
        sheet.write_string_with_format(row, 1, &fact.value, &bold)?;
        sheet.write_string(row, 2, &fact.note)?;
        row += 1;
    }
    row += 1;
    let spoken = |section: &&Section| !section.text.is_empty();
    for section in report.sections.iter().filter(spoken) {
        sheet.write_string_with_format(row, 0, &section.title, &bold)?;
        for line in &section.text {
            sheet.write_string(row, 2, line.trim())?;
            row += 1;
        }
    }
    for line in &report.footer {
        sheet.write_string(row, 2, line)?;
        row += 1;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Width of a column that shows its longest cell; long texts are wrapped instead.
fn width(table: &Table, at: usize) -> f64 {
    let cells = table.rows.iter().map(|row| columns(&row[at].words()));
    let longest = cells.chain([columns(&table.columns[at].heading())]).max();
    longest.unwrap_or(0).clamp(7, 52) as f64 + 2.0
}

#[cfg(test)]
mod tests;
