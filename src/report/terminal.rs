//! Any report for a terminal: plain text in a given width, with a little bold where colour is wanted.
//!
//! Widths count what a terminal shows (a Chinese character takes two columns). Where a table is too
//! wide, it first gives up its bars, then takes short headings, then narrow gaps; only then do cells
//! wrap.

use super::markdown::bar;
use super::model::{Align, Column, Report, Section, Table, Value, reach};
use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, TableStyle};

/// Longest and shortest bar, in columns.
const BAR: (usize, usize) = (30, 8);

/// How the terminal looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// True where escape sequences for colour may be written.
    pub colour: bool,
}

/// Writes a report.
pub fn write(report: &Report, screen: Screen) -> String {
    let mut blocks = vec![head(report, screen)];
    blocks.extend(report.sections.iter().map(|part| section(part, screen)));
    if !report.footer.is_empty() {
        let faint = Style::new().dimmed();
        let lines = report.footer.iter().map(|line| wrapped(line, screen.width));
        blocks.push(painted(
            &lines.collect::<Vec<_>>().join("\n"),
            faint,
            screen,
        ));
    }
    blocks.retain(|block| !block.is_empty());
    let mut out = blocks.join("\n\n");
    out.push('\n');
    out
}

fn head(report: &Report, screen: Screen) -> String {
    let bold = Style::new().bold();
    let mut lines = vec![];
    if !report.title.is_empty() {
        lines.push(painted(&wrapped(&report.title, screen.width), bold, screen));
    }
    lines.extend(report.notes.iter().map(|line| wrapped(line, screen.width)));
    lines.join("\n")
}

fn section(section: &Section, screen: Screen) -> String {
    let mut lines = vec![];
    if !section.title.is_empty() {
        let style = if section.level == 0 {
            Style::new().bold().fg_color(Some(AnsiColor::Cyan.into()))
        } else {
            Style::new().bold()
        };
        lines.push(painted(
            &wrapped(&section.title, screen.width),
            style,
            screen,
        ));
    }
    lines.extend(section.text.iter().map(|line| wrapped(line, screen.width)));
    if let Some(content) = section.table.as_ref().filter(|t| !t.rows.is_empty()) {
        lines.push(table(content, screen.width));
    }
    lines.join("\n")
}

fn painted(text: &str, style: Style, screen: Screen) -> String {
    if !screen.colour {
        return text.to_owned();
    }
    // Styles end with each line, so that a pager that shows single lines shows them right.
    let lines = text.lines().map(|line| format!("{style}{line}{style:#}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Breaks a line between words; continuation lines are indented a little deeper.
fn wrapped(line: &str, width: usize) -> String {
    let line = safe(line);
    let text = line.trim_start();
    let indent = " ".repeat(line.len() - text.len());
    if text.is_empty() {
        return String::new();
    }
    let hanging = if indent.is_empty() { "" } else { "  " };
    let room = width.saturating_sub(indent.len() + hanging.len()).max(20);
    let mut paragraph = comfy_table::Table::new();
    paragraph
        .load_style(TableStyle::new())
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns(room))
        .add_row([text]);
    paragraph.column_iter_mut().for_each(|c| {
        c.set_padding((0, 0));
    });
    let broken = paragraph.trim_fmt();
    let lines = broken.lines().enumerate().map(|(at, line)| {
        let deeper = if at == 0 { "" } else { hanging };
        format!("{indent}{deeper}{line}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Takes the control characters out of a text: names come from data files, and an escape sequence
/// in one must not reach the terminal.
fn safe(text: &str) -> String {
    text.replace(|letter: char| letter.is_control(), "\u{fffd}")
}

/// Keeps the spaces that a cell starts with: a cell that is broken over lines would lose them.
fn indented(text: &str) -> String {
    let rest = text.trim_start_matches(' ');
    "\u{a0}".repeat(text.len() - rest.len()) + rest
}

/// How a table is squeezed into the width.
#[derive(Clone, Copy)]
struct Layout {
    short_heads: bool,
    gap: u16,
    bar: usize,
}

fn table(content: &Table, width: usize) -> String {
    let layouts = [(false, 2), (true, 2), (true, 1)];
    let fits = layouts.into_iter().find_map(|(short_heads, gap)| {
        let plain = Layout {
            short_heads,
            gap,
            bar: 0,
        };
        let natural = natural_width(&build(content, plain), gap);
        (natural <= width).then(|| (plain, width - natural))
    });
    let layout = match fits {
        Some((plain, spare)) => Layout {
            // The gap before the bar was not counted: without bars, the column is not there.
            bar: match spare.saturating_sub(usize::from(plain.gap)) {
                room if room < BAR.1 => 0,
                room => room.min(BAR.0),
            },
            ..plain
        },
        None => Layout {
            short_heads: true,
            gap: 1,
            bar: 0,
        },
    };
    let mut table = build(content, layout);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns(width));
    // Only the layout needed spaces that do not break; readers copy plain ones.
    table.trim_fmt().replace('\u{a0}', " ")
}

fn natural_width(table: &comfy_table::Table, gap: u16) -> usize {
    let widths = table.column_max_content_widths();
    let cells: usize = widths.iter().map(|&w| usize::from(w)).sum();
    cells + usize::from(gap) * widths.len().saturating_sub(1)
}

fn build(content: &Table, layout: Layout) -> comfy_table::Table {
    let shown: Vec<usize> = (0..content.columns.len())
        .filter(|&at| layout.bar > 0 || !content.columns[at].ornament)
        .collect();
    let mut table = comfy_table::Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table.set_header(shown.iter().map(|&at| {
        let column = &content.columns[at];
        Cell::new(safe(&heading(column, layout))).set_alignment(alignment(column))
    }));
    for row in &content.rows {
        table.add_row(shown.iter().map(|&at| {
            let text = match &row[at] {
                Value::Bar(share) => bar(*share, layout.bar),
                Value::Stack(parts) => bar(reach(parts), layout.bar),
                value => indented(&safe(&value.words())),
            };
            Cell::new(text).set_alignment(alignment(&content.columns[at]))
        }));
    }
    let last = shown.len().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { layout.gap }));
    }
    table
}

fn heading(column: &Column, layout: Layout) -> String {
    match (layout.short_heads, column.short.is_empty()) {
        (true, false) => column.short.clone(),
        _ => column.heading(),
    }
}

fn alignment(column: &Column) -> CellAlignment {
    match column.align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    }
}

fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::model::Show;
    use super::*;

    fn places() -> Table {
        let mut table = Table::new(vec![
            Column::words("place", "place"),
            Column::numbers("score", "score of it").short("sc."),
            Column::bars(),
        ]);
        for (name, score) in [("北京", 80.0), ("Guiyang / Gui'an", 4.0)] {
            table.push(vec![
                Value::text(name),
                Value::Number(score, Show::Score),
                Value::Bar(score / 100.0),
            ]);
        }
        table
    }

    #[test]
    fn chinese_names_take_two_columns_each_and_bars_fill_the_rest() {
        let expected = "\
place             score of it
──────────────────────────────────────
北京                     80.0  ██████▌
Guiyang / Gui'an         4.00  ▌";
        assert_eq!(table(&places(), 39), expected);
    }

    #[test]
    fn a_narrow_table_gives_up_bars_then_long_headings() {
        assert_eq!(
            table(&places(), 30).lines().next().unwrap(),
            "place             score of it"
        );
        let narrow = table(&places(), 22);
        assert_eq!(narrow.lines().next().unwrap(), "place              sc.");
        assert_eq!(narrow.lines().count(), 4, "{narrow}");
    }

    #[test]
    fn an_escape_sequence_in_a_name_does_not_reach_the_terminal() {
        let text = wrapped("Bei\u{1b}[31mjing", 80);
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn continuation_lines_keep_the_indent() {
        let text = wrapped("  one two three four five six", 22);
        assert_eq!(text, "  one two three four\n    five six");
    }

    #[test]
    fn without_colour_there_is_no_escape_sequence() {
        let mut report = Report::new("x", "Title");
        report.sections.push(Section::new("a", "A").table(places()));
        let shown = |colour| write(&report, Screen { width: 80, colour });
        assert!(!shown(false).contains('\u{1b}'));
        assert!(shown(true).starts_with("\u{1b}[1mTitle\u{1b}[0m\n"));
    }
}
