//! A table as a sheet: head frozen and filtered, numbers as numbers in the form that people read.

use super::super::model::{Align, Column, Section, Show, Table, Value};
use super::width;
use crate::report::figure::theme;
use rust_xlsxwriter::{
    ColNum, Color, ConditionalFormat2ColorScale, ConditionalFormatDataBar, Format, FormatAlign,
    FormatBorder, RowNum, Workbook, Worksheet, XlsxError,
};

pub(super) fn write(
    book: &mut Workbook,
    name: &str,
    section: &Section,
    table: &Table,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name(name)?;
    let shown: Vec<usize> = table.for_programs().map(|(at, _)| at).collect();
    let formats = Formats::new();
    for (to, &at) in (0..).zip(&shown) {
        let column = &table.columns[at];
        sheet.set_column_width(to, width(table, at))?;
        sheet.write_string_with_format(0, to, column.heading(), formats.head(column))?;
        for (row, cells) in (1..).zip(&table.rows) {
            cell(sheet, (row, to), &cells[at], (&formats, column.align))?;
        }
    }
    // Tables come from data: their length was checked by writing the last row.
    let last_row = RowNum::try_from(table.rows.len()).unwrap_or(RowNum::MAX);
    let last_column = ColNum::try_from(shown.len().saturating_sub(1)).unwrap_or(ColNum::MAX);
    sheet.autofilter(0, 0, last_row, last_column)?;
    sheet.set_freeze_panes(1, first_numbers(table, &shown))?;
    sheet
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(0, 0)?;
    sheet.set_header(format!("&L{}", section.title.replace('&', "&&")));
    emphasis(sheet, table, &shown, last_row)
}

/// The columns before the first number stay in sight: they say what a row is.
fn first_numbers(table: &Table, shown: &[usize]) -> ColNum {
    let named = shown
        .iter()
        .position(|&at| table.columns[at].align == Align::Left);
    named
        .and_then(|at| ColNum::try_from(at + 1).ok())
        .unwrap_or(0)
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (RowNum, ColNum),
    value: &Value,
    (formats, align): (&Formats, Align),
) -> Result<(), XlsxError> {
    match value {
        Value::Empty | Value::Bar(_) | Value::Stack(_) => return Ok(()),
        Value::Missing => sheet.write_string_with_format(row, column, "–", &formats.missing)?,
        Value::Number(number, show) => {
            sheet.write_number_with_format(row, column, *number, formats.number(*show))?
        }
        Value::Rank(rank, tied) => {
            let format = if *tied { &formats.tied } else { &formats.rank };
            sheet.write_number_with_format(row, column, *rank, format)?
        }
        value => {
            let words = value.words();
            let link = |sheet: &mut Worksheet| {
                let written =
                    sheet.write_url_with_format(row, column, words.as_str(), &formats.link);
                written.is_ok()
            };
            // An address that is too long for a link stays readable as text.
            if is_address(&words) && link(sheet) {
                return Ok(());
            }
            sheet.write_string_with_format(row, column, words, formats.words(align))?
        }
    };
    Ok(())
}

fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && text.len() < 2000
}

/// Bars behind scores, and shades where a table is all shares.
fn emphasis(
    sheet: &mut Worksheet,
    table: &Table,
    shown: &[usize],
    last: RowNum,
) -> Result<(), XlsxError> {
    let is_share = |at: usize| {
        let mut cells = table.rows.iter().map(|row| &row[at]);
        cells.any(|cell| matches!(cell, Value::Number(_, Show::Share | Show::Probability)))
    };
    let shares: Vec<ColNum> = (0..)
        .zip(shown)
        .filter(|(_, at)| is_share(**at))
        .map(|(to, _)| to)
        .collect();
    for (to, &at) in (0..).zip(shown) {
        if table.columns[at].id == "score" {
            let bar = ConditionalFormatDataBar::new()
                .set_fill_color(colour(theme::STATES[0].0))
                .set_solid_fill(true);
            sheet.add_conditional_format(1, to, last, to, &bar)?;
        }
    }
    if let ([first, .., end], true) = (shares.as_slice(), shares.len() > 3) {
        let scale = ConditionalFormat2ColorScale::new()
            .set_minimum_color(colour(theme::GROUND.0))
            .set_maximum_color(colour(theme::STATES[0].0));
        sheet.add_conditional_format(1, *first, last, *end, &scale)?;
    }
    Ok(())
}

/// A colour of the theme as the library takes it.
pub(super) fn colour(hex: &str) -> Color {
    let number = u32::from_str_radix(hex.trim_start_matches('#'), 16);
    Color::RGB(number.unwrap_or(0))
}

/// How cells look.
struct Formats {
    head: Format,
    head_of_numbers: Format,
    words: Format,
    words_at_right: Format,
    link: Format,
    missing: Format,
    rank: Format,
    tied: Format,
    score: Format,
    signed: Format,
    figure: Format,
    share: Format,
}

impl Formats {
    fn new() -> Self {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin);
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            head_of_numbers: head.clone().set_align(FormatAlign::Right),
            head,
            words: top().set_text_wrap(),
            words_at_right: top().set_align(FormatAlign::Right),
            link: top()
                .set_font_color(colour(theme::ACCENT.0))
                .set_text_wrap(),
            missing: top()
                .set_align(FormatAlign::Right)
                .set_font_color(colour(theme::QUIET.0)),
            rank: top().set_num_format("0"),
            tied: top().set_num_format("\"=\"0"),
            score: top().set_num_format("0.00"),
            signed: top().set_num_format("+0.00;-0.00;0"),
            figure: top().set_num_format("#,##0.######"),
            share: top().set_num_format("0%"),
        }
    }

    fn head(&self, column: &Column) -> &Format {
        match column.align {
            Align::Left => &self.head,
            Align::Right => &self.head_of_numbers,
        }
    }

    fn words(&self, align: Align) -> &Format {
        match align {
            Align::Left => &self.words,
            Align::Right => &self.words_at_right,
        }
    }

    fn number(&self, show: Show) -> &Format {
        match show {
            Show::Score => &self.score,
            Show::Signed => &self.signed,
            Show::Figure => &self.figure,
            Show::Share | Show::Probability => &self.share,
        }
    }
}
