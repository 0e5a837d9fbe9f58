//! Places side by side, and what separates the first from each of the others.

use super::{Subject, words};
use crate::report::number::signed;
use crate::report::{Column, Report, Section, Show, Table, Value};

/// Compares places of the league by their positions; the first is compared with each of the others.
pub fn compare(subject: Subject, rows: &[usize]) -> Report {
    let names: Vec<&str> = rows
        .iter()
        .map(|&r| subject.place(r).name.as_str())
        .collect();
    let mut report = Report::new("compare", words::list(&names));
    report.notes.push(subject.setting());
    report
        .sections
        .push(Section::new("places", "Side by side").table(side_by_side(subject, rows)));
    if let [first, others @ ..] = rows {
        let pairs = others.iter().map(|&other| apart(subject, *first, other));
        report.sections.extend(pairs);
    }
    report
}

fn side_by_side(subject: Subject, rows: &[usize]) -> Table {
    let mut columns = vec![Column::words("criterion", "")];
    columns.extend(rows.iter().map(|&row| {
        let place = subject.place(row);
        Column::numbers(place.id.as_str(), &place.name)
    }));
    let mut table = Table::new(columns);
    let mut add = |name: String, cell: &dyn Fn(usize) -> Value| {
        let mut cells = vec![Value::Text(name)];
        cells.extend(rows.iter().map(|&row| cell(row)));
        table.push(cells);
    };
    let ranked = |row: usize| subject.ranked(row);
    add("rank".to_owned(), &|row| {
        ranked(row).map_or(Value::text("not ranked"), |r| {
            Value::Number(r.rank, Show::Figure)
        })
    });
    add("score".to_owned(), &|row| {
        Value::score(ranked(row).map(|r| r.score))
    });
    for (depth, at) in subject.criteria() {
        let name = format!("{}{}", "  ".repeat(depth), subject.id(at));
        add(name, &|row| Value::score(subject.score(at, row)));
    }
    table
}

fn apart(subject: Subject, a: usize, b: usize) -> Section {
    let (first, second) = (subject.place(a), subject.place(b));
    let title = format!("What separates {} from {}", first.name, second.name);
    let section = Section::new(format!("{}-{}", first.id, second.id), title);
    let (Some(one), Some(two)) = (subject.ranked(a), subject.ranked(b)) else {
        return section.text(["one of them is not ranked, so their scores cannot be compared"]);
    };
    let gap = one.score - two.score;
    let mut lines = vec![format!("{} points", signed(gap))];
    if !subject.is_additive() {
        lines.push("the score is no weighted sum, so it has no parts to compare".to_owned());
        return section.text(lines);
    }
    let rules = subject.adjusted(a) - subject.adjusted(b);
    if rules.abs() > 0.0 {
        lines.push(format!("{} of them by adjustments", signed(rules)));
    }
    section.text(lines).table(differences(subject, a, b))
}

/// The leaves with what they add to either score, the largest difference first. A leaf under a branch
/// that is no weighted sum has no part of its own; its nearest ancestor with one stands for it.
fn differences(subject: Subject, a: usize, b: usize) -> Table {
    let mut parts: Vec<(String, Option<f64>, Option<f64>, f64)> = vec![];
    let additive = subject.additive();
    for (_, at) in subject.criteria() {
        let has_own = |at: crate::model::NodeIx| additive[at.0];
        let children = &subject.project.tree.node(at).children;
        if !has_own(at) || children.iter().any(|&child| has_own(child)) {
            continue;
        }
        let (one, two) = (subject.contribution(at, a), subject.contribution(at, b));
        let difference = one.unwrap_or(0.0) - two.unwrap_or(0.0);
        parts.push((subject.id(at).to_owned(), one, two, difference));
    }
    parts.sort_by(|x, y| y.3.abs().total_cmp(&x.3.abs()));
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("a", &subject.place(a).name),
        Column::numbers("b", &subject.place(b).name),
        Column::numbers("difference", "difference"),
    ]);
    for (id, one, two, difference) in parts {
        table.push(vec![
            Value::Text(id),
            Value::score(one),
            Value::score(two),
            Value::Number(difference, Show::Signed),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use crate::report::sample;
    use crate::report::terminal::{Screen, write};
    use crate::report::views::Subject;

    #[test]
    fn differences_add_up_and_the_largest_comes_first() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let rows = ["shanghai", "beijing"].map(|id| project.position(id).unwrap());
        let report = super::compare(subject, &rows);
        let screen = Screen {
            width: 80,
            colour: false,
        };
        insta::assert_snapshot!(write(&report, screen));
    }

    #[test]
    fn an_unranked_place_has_nothing_to_compare() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let rows = ["shanghai", "zhangjiakou"].map(|id| project.position(id).unwrap());
        let report = super::compare(subject, &rows);
        assert!(report.sections[1].text[0].contains("not ranked"));
    }
}
