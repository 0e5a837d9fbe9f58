//! The bars of a ranking: a sheet with what each pillar adds, and a native stacked chart of it.

use super::super::lang::Lang;
use super::super::model::{Part, Section, Table, Value};
use super::names::Names;
use super::sheet::colour;
use crate::report::figure::theme;
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLegendPosition, ChartSolidFill, ChartType, ColNum, Format, RowNum,
    Workbook, XlsxError,
};
use std::collections::BTreeMap;

/// Rows that a chart can still show by name.
const ROWS: usize = 60;

pub(super) fn parts(
    book: &mut Workbook,
    names: &mut Names,
    section: &Section,
    table: &Table,
    lang: Lang,
) -> Result<(), XlsxError> {
    let bars: Vec<(String, &Vec<Part>)> = table.rows.iter().filter_map(|row| bar(row)).collect();
    let series = series(&bars, lang);
    if series.len() < 2 {
        return Ok(());
    }
    let name = names.unique(
        lang.pick("What scores are made of", "得分构成"),
        &section.id,
    );
    let sheet = book.add_worksheet().set_name(&name)?;
    let (head, number) = (
        Format::new().set_bold(),
        Format::new().set_num_format("0.00"),
    );
    sheet.set_column_width(0, 24)?;
    let last_column = ColNum::try_from(series.len()).unwrap_or(ColNum::MAX);
    sheet.set_column_range_width(1, last_column, 14)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, lang.word("place"), &head)?;
    for (to, (_, name)) in (1..).zip(&series) {
        sheet.write_string_with_format(0, to, name, &head)?;
    }
    for (row, (place, parts)) in (1..).zip(&bars) {
        sheet.write_string(row, 0, place)?;
        for (to, (slot, _)) in (1..).zip(&series) {
            // A pillar that a place does not hold adds nothing and stays empty.
            let mut points = parts
                .iter()
                .filter(|part| key(part) == *slot)
                .map(|part| part.points)
                .peekable();
            if points.peek().is_some() {
                sheet.write_number_with_format(row, to, crate::num::float::sum(points), &number)?;
            }
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    let last = RowNum::try_from(bars.len().min(ROWS)).unwrap_or(RowNum::MAX);
    let mut chart = Chart::new(ChartType::BarStacked);
    for (to, (slot, _)) in (1..).zip(&series) {
        let fill = ChartSolidFill::new().set_color(colour(tint(*slot))).clone();
        chart
            .add_series()
            .set_name((name.as_str(), 0, to))
            .set_categories((name.as_str(), 1, 0, last, 0))
            .set_values((name.as_str(), 1, to, last, to))
            .set_format(ChartFormat::new().set_solid_fill(&fill))
            .set_gap(40)
            .set_overlap(100);
    }
    chart.title().set_name(&section.title);
    // Excel counts categories from the bottom; the first place belongs on top.
    chart.y_axis().set_reverse();
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_alt_text(lang.pick("What each pillar adds to each score", "各维度对得分的贡献"));
    chart.set_width(760).set_height(160 + 26 * last.min(60));
    let beside = ColNum::try_from(series.len() + 2).unwrap_or(8);
    sheet.insert_chart(1, beside, &chart)?;
    Ok(())
}

fn bar(row: &[Value]) -> Option<(String, &Vec<Part>)> {
    let place = row.iter().find_map(|cell| match cell {
        Value::Name(name) => Some(name.text.clone()),
        _ => None,
    });
    let parts = row.iter().find_map(|cell| match cell {
        Value::Stack(parts) => Some(parts),
        _ => None,
    });
    place.zip(parts)
}

/// Rules stand after all pillars.
fn key(part: &Part) -> usize {
    if part.rule { usize::MAX } else { part.slot }
}

fn series(bars: &[(String, &Vec<Part>)], lang: Lang) -> Vec<(usize, String)> {
    let all = bars.iter().flat_map(|(_, parts)| parts.iter());
    let named: BTreeMap<usize, String> = all
        .map(|part| {
            if part.rule {
                (key(part), lang.pick("Rules", "规则").to_owned())
            } else {
                (key(part), part.name.clone())
            }
        })
        .collect();
    named.into_iter().collect()
}

fn tint(slot: usize) -> &'static str {
    match slot {
        usize::MAX => theme::MUTED.0,
        slot => theme::series(slot).0,
    }
}
