//! Any report as Markdown: headings, paragraphs, pipe tables with text bars.

use super::model::{Align, Report, Section, Table, Value, reach};
use std::fmt::Write as _;

/// Longest bar, in characters.
const BAR: usize = 20;

/// Writes a report.
pub fn write(report: &Report) -> String {
    let mut out = format!("# {}\n", escape(&report.title));
    for note in &report.notes {
        let _ = write!(out, "\n{}\n", escape(note));
    }
    for part in &report.sections {
        section(&mut out, part);
    }
    if !report.footer.is_empty() {
        out.push('\n');
        for line in &report.footer {
            let _ = writeln!(out, "- {}", escape(line));
        }
    }
    out
}

fn section(out: &mut String, section: &Section) {
    if !section.title.is_empty() {
        // Markdown knows six levels; the title took the first.
        let marks = "#".repeat((section.level + 2).min(6));
        let _ = write!(out, "\n{marks} {}\n", escape(&section.title));
    }
    if !section.text.is_empty() {
        out.push('\n');
        for line in &section.text {
            let indent = line.len() - line.trim_start().len();
            let _ = writeln!(out, "{}- {}", &line[..indent], escape(line.trim_start()));
        }
    }
    if let Some(content) = &section.table {
        out.push('\n');
        table(out, content);
    }
}

fn table(out: &mut String, table: &Table) {
    let heads = table.columns.iter().map(|column| escape(&column.heading()));
    row(out, heads);
    let rules = table.columns.iter().map(|column| match column.align {
        Align::Left => "---".to_owned(),
        Align::Right => "---:".to_owned(),
    });
    row(out, rules);
    for cells in &table.rows {
        row(out, cells.iter().map(cell));
    }
}

fn row(out: &mut String, cells: impl Iterator<Item = String>) {
    out.push('|');
    for cell in cells {
        let _ = write!(out, " {cell} |");
    }
    out.push('\n');
}

fn cell(value: &Value) -> String {
    match value {
        Value::Bar(share) => bar(*share, BAR),
        Value::Stack(parts) => bar(reach(parts), BAR),
        _ => escape(&value.words()),
    }
}

/// Draws a bar of full and half blocks; any share above zero shows at least a half.
pub(super) fn bar(share: f64, width: usize) -> String {
    // At most twice the width: the cast neither wraps nor loses.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1 and multiplied by a small width"
    )]
    let halves = (share.clamp(0.0, 1.0) * 2.0 * width as f64).round() as usize;
    let halves = halves.max(usize::from(share > 0.0));
    let half = if halves % 2 == 1 { "▌" } else { "" };
    "█".repeat(halves / 2) + half
}

/// Makes a text stand for itself: names come from data files, and may hold anything.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '\\' | '[' | ']' | '#' => out.extend(['\\', letter]),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    in_code_as_written(&out)
}

/// Takes escapes back between backticks, where Markdown shows every character as it is.
fn in_code_as_written(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return text.replace('`', "\\`");
    }
    let parts = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 0 {
            part.to_owned()
        } else {
            // A pipe ends a cell even inside code, so it keeps its backslash.
            let plain = part.replace("\\_", "_").replace("\\*", "*");
            let plain = plain.replace("\\[", "[").replace("\\]", "]");
            plain
                .replace("\\#", "#")
                .replace("&lt;", "<")
                .replace("&amp;", "&")
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::super::model::{Column, Show};
    use super::*;

    #[test]
    fn a_hostile_name_stays_text() {
        assert_eq!(
            escape("<b>|x_y & [z](u)\n"),
            r"&lt;b>\|x\_y &amp; \[z\](u) "
        );
    }

    #[test]
    fn code_is_shown_as_written() {
        assert_eq!(escape("run `a_b <c>` or x_y"), r"run `a_b <c>` or x\_y");
        assert_eq!(escape("an odd ` tick"), r"an odd \` tick");
    }

    #[test]
    fn a_table_carries_units_alignment_and_bars() {
        let mut content = Table::new(vec![
            Column::words("place", "place"),
            Column::numbers("share", "lead").unit("points"),
            Column::bars(),
        ]);
        content.push(vec![
            Value::text("Xi'an"),
            Value::Number(2.306, Show::Signed),
            Value::Bar(0.1),
        ]);
        let mut out = String::new();
        table(&mut out, &content);
        assert_eq!(
            out,
            "| place | lead (points) |  |\n| --- | ---: | --- |\n| Xi'an | +2.31 | ██ |\n"
        );
    }

    #[test]
    fn the_smallest_share_is_still_seen() {
        assert_eq!([bar(0.0, 4), bar(0.001, 4), bar(2.0, 4)], ["", "▌", "████"]);
    }
}
