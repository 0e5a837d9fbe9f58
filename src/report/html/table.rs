//! Tables: one heading per column and row, numbers at the right, the bar beside what it draws.

use super::bars;
use super::markup::{Markup, is_address};
use crate::report::Lang;
use crate::report::model::{Align, Column, Name, Table, Value};

/// Writes a table that a narrow page scrolls; `title` names it for those who do not see it.
pub(super) fn table(out: &mut Markup, content: &Table, title: &str, lang: Lang) {
    let order = order(content);
    let has_bars = order.iter().any(|&at| content.columns[at].ornament);
    let class = if has_bars { "ranking" } else { "" };
    let region = [
        ("class", "scroll"),
        ("tabindex", "0"),
        ("role", "group"),
        ("aria-label", title),
    ];
    out.open("div", &region)
        .open("table", &[("class", class)][..usize::from(has_bars)]);
    out.element("caption", &[("class", "vh")], title);
    head(out, content, &order, lang);
    out.open("tbody", &[]);
    let named = content
        .columns
        .iter()
        .position(|column| column.align == Align::Left && !column.ornament);
    for row in &content.rows {
        let place = row.iter().find_map(|cell| match cell {
            Value::Name(name) if has_bars => Some(name.id.as_str()),
            _ => None,
        });
        match place {
            Some(id) => out.open("tr", &[("data-place", id)]),
            None => out.open("tr", &[]),
        };
        for &at in &order {
            cell(out, &content.columns[at], &row[at], named == Some(at), lang);
        }
        out.close("tr").line();
    }
    out.close("tbody").close("table").close("div").line();
}

/// Returns the order of the columns: a bar stands right after the score that it draws.
fn order(table: &Table) -> Vec<usize> {
    let plain = (0..table.columns.len()).filter(|&at| !table.columns[at].ornament);
    let mut order: Vec<usize> = plain.collect();
    let bar = table.columns.iter().position(|column| column.ornament);
    let score = order.iter().position(|&at| table.columns[at].id == "score");
    if let (Some(bar), Some(score)) = (bar, score) {
        order.insert(score + 1, bar);
    }
    order
}

fn head(out: &mut Markup, content: &Table, order: &[usize], lang: Lang) {
    out.open("thead", &[]).open("tr", &[]);
    for &at in order {
        let column = &content.columns[at];
        let class = class(column);
        if column.ornament {
            out.open("th", &[("scope", "col"), ("class", "bar")]);
            out.element(
                "span",
                &[("class", "vh")],
                lang.pick("What it is made of", "得分构成"),
            );
            out.close("th");
        } else {
            out.element(
                "th",
                &[("scope", "col"), ("class", &class)],
                &column.heading(),
            );
        }
    }
    out.close("tr").close("thead").line();
}

fn class(column: &Column) -> String {
    let mut classes = vec![match column.align {
        Align::Left => "word",
        Align::Right => "num",
    }];
    if column.minor {
        classes.push("minor");
    }
    match column.id.as_str() {
        "rank" => classes.push("c-rank"),
        "score" => classes.push("c-score"),
        "gap" => classes.push("c-gap"),
        "date" | "due" | "oldest" => classes.push("c-date"),
        _ => {}
    }
    classes.join(" ")
}

fn cell(out: &mut Markup, column: &Column, value: &Value, heads: bool, lang: Lang) {
    let class = if column.ornament {
        "bar".to_owned()
    } else {
        class(column)
    };
    let (tag, attributes): (&str, &[(&str, &str)]) = if heads {
        ("th", &[("scope", "row"), ("class", &class)])
    } else {
        ("td", &[("class", &class)])
    };
    out.open(tag, attributes);
    match value {
        Value::Empty => {}
        Value::Missing => {
            out.element("span", &[("class", "missing")], "–");
            out.element("span", &[("class", "vh")], lang.word("missing"));
        }
        Value::Stack(parts) => bars::bar(out, parts),
        Value::Bar(share) => {
            let width = format!("width:{}%", (share * 10_000.0).round() / 100.0);
            out.open("span", &[("class", "stack"), ("aria-hidden", "true")]);
            out.open("span", &[("class", "seg s0"), ("style", &width)])
                .close("span")
                .close("span");
        }
        Value::Name(one) => name(out, one, lang),
        Value::Names(all) => {
            for (at, one) in all.iter().enumerate() {
                if at > 0 {
                    out.text("; ");
                }
                name(out, one, lang);
            }
        }
        Value::Text(text) if is_address(text) => {
            out.link(text);
        }
        value => {
            out.text(&value.words());
        }
    }
    out.close(tag);
}

fn name(out: &mut Markup, name: &Name, lang: Lang) {
    match (&name.link, &name.anchor) {
        (Some(link), _) => out.element("a", &[("href", &format!("#{link}"))], &name.text),
        (None, Some(anchor)) => out.element("span", &[("id", anchor)], &name.text),
        (None, None) => out.text(&name.text),
    };
    if let Some(other) = &name.other {
        let tag = match lang {
            Lang::En => "zh-CN",
            Lang::Zh => "en",
        };
        out.text(" ")
            .element("span", &[("class", "other"), ("lang", tag)], other);
    }
}
