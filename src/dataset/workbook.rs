//! A sheet of a workbook as the CSV text that it would be saved as.

use calamine::{Data, ExcelDateTime, Reader, Xlsx, XlsxError, open_workbook_from_rs};
use std::io::Cursor;

/// Returns a sheet of an .xlsx file as CSV text, the first if none is named: row n of the sheet is line n of the
/// text. Formulas stand with the values that were last computed, dates as `2026-03-31`.
///
/// # Errors
///
/// Says why it is no workbook, or which sheets there are.
pub fn sheet_as_csv(bytes: &[u8], sheet: Option<&str>) -> Result<String, String> {
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|error: XlsxError| error.to_string())?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(asked) => names.iter().find(|name| *name == asked),
        None => names.first(),
    };
    let name = name.ok_or_else(|| match sheet {
        Some(asked) => format!("there is no sheet `{asked}`, but: {}", names.join(", ")),
        None => "there is no sheet in it".to_owned(),
    })?;
    let cells = book
        .worksheet_range(name)
        .map_err(|error| error.to_string())?;
    let above = cells.start().map_or(0, |(row, _)| row);
    let mut text = "\n".repeat(usize::try_from(above).unwrap_or(0));
    for row in cells.rows() {
        let words: Vec<String> = row.iter().map(|cell| quoted(&word(cell))).collect();
        text.push_str(&words.join(","));
        text.push('\n');
    }
    Ok(text)
}

fn word(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        // A line of the text has to stay a row of the sheet.
        Data::String(text) => text.replace(['\n', '\r'], " "),
        Data::DateTime(date) => day(date),
        Data::DateTimeIso(date) => date.chars().take("2026-03-31".len()).collect(),
        other => other.to_string(),
    }
}

fn day(date: &ExcelDateTime) -> String {
    if !date.is_datetime() {
        return date.as_f64().to_string();
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn quoted(word: &str) -> String {
    if word.contains([',', '"']) {
        format!("\"{}\"", word.replace('"', "\"\""))
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by another program (openpyxl): two empty rows above, a date, a line break, and a second sheet.
    const BOOK: &[u8] = include_bytes!("../../tests/fixtures/figures.xlsx");

    #[test]
    fn rows_of_the_sheet_are_lines_of_the_text() {
        let text = sheet_as_csv(BOOK, None).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "");
        assert_eq!(lines[2], "place,indicator,value,as_of,note");
        assert_eq!(
            lines[3],
            "hangzhou,ai_companies,512,2026-03-31,\"counted, by hand\""
        );
        assert_eq!(lines[4], "chengdu,ai_companies,1234.5,2025,two lines");
    }

    #[test]
    fn a_sheet_is_chosen_by_name_and_looked_for() {
        assert!(
            sheet_as_csv(BOOK, Some("Other"))
                .unwrap()
                .starts_with("place,")
        );
        let missing = sheet_as_csv(BOOK, Some("Othr")).unwrap_err();
        assert_eq!(missing, "there is no sheet `Othr`, but: Figures, Other");
        assert!(sheet_as_csv(b"PK but no workbook", None).is_err());
        assert!(sheet_as_csv(b"place,value", None).is_err());
    }
}
