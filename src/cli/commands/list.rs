//! `exacity list`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Global, List, Listed, ProjectArgs};
use crate::cli::failure::Failure;
use crate::cli::open::{open, request, sources};
use crate::cli::output::Out;
use crate::config::{self, Settings};
use crate::diagnostics::all_codes;
use crate::report::{Column, Report, Section, Table, Value, views};
use indexmap::IndexMap;

pub(super) fn run(global: &Global, args: &List, out: &Out) -> Ended {
    let report = match args.what {
        Listed::Methods => views::methods(!args.all),
        Listed::Codes => codes(),
        _ => of_project(global, args.what, &args.project, out)?,
    };
    out.report(&report, &args.output)?;
    Ok(Outcome::Done)
}

fn of_project(
    global: &Global,
    what: Listed,
    project: &ProjectArgs,
    out: &Out,
) -> Result<Report, Failure> {
    let sources = sources(global, out)?;
    if what == Listed::Strategies {
        let found = config::strategies(&*sources);
        return Ok(strategies(&found.value.unwrap_or_default()));
    }
    let opened = open(&*sources, &request(project))?;
    let loaded = &opened.loaded;
    Ok(match what {
        Listed::Places => views::places(&loaded.project),
        Listed::Criteria => views::criteria(&loaded.project),
        Listed::Profiles => {
            let in_force = &loaded.project.profile.id;
            named(&loaded.settings, "profile", "title", in_force)
        }
        _ => {
            let in_force = &loaded.project.indices[0].weights;
            named(&loaded.settings, "weights", "about", in_force)
        }
    })
}

fn codes() -> Report {
    let mut table = Table::new(vec![
        Column::words("code", "code"),
        Column::words("title", "what it means"),
    ]);
    for info in all_codes() {
        table.push(vec![Value::text(info.code.0), Value::text(info.title())]);
    }
    one_table("codes", "Codes of errors and warnings", table)
}

fn strategies(all: &[config::StrategyFile]) -> Report {
    let mut table = Table::new(vec![
        Column::words("path", "path"),
        Column::words("title", "title"),
        Column::words("about", "who would hold it"),
        Column::words("tests", "tests"),
    ]);
    table.push(vec![
        Value::text("weighted"),
        Value::text("Weighted score"),
        Value::text("the score that the weights give, as it is"),
        Value::Empty,
    ]);
    for one in all {
        let meta = one.rule.as_ref().map(|rule| rule.meta());
        let about = meta.map_or("", |meta| meta.about.as_str());
        table.push(vec![
            Value::text(&one.path),
            Value::text(meta.map_or("(has mistakes)", |meta| meta.title.as_str())),
            Value::text(
                about
                    .split("\n\n")
                    .next()
                    .unwrap_or_default()
                    .replace('\n', " "),
            ),
            Value::text(one.test_path.clone().unwrap_or_default()),
        ]);
    }
    one_table("strategies", "Strategies", table)
}

/// Lists the named tables of a kind (`profile.NAME`, `weights.NAME`) with what they say of themselves.
fn named(settings: &Settings, kind: &'static str, says: &str, in_force: &str) -> Report {
    let mut found: IndexMap<String, String> = IndexMap::new();
    for setting in settings.list() {
        let mut parts = setting.path.splitn(3, '.');
        let (Some(group), Some(name)) = (parts.next(), parts.next()) else {
            continue;
        };
        if group != kind {
            continue;
        }
        let about = found.entry(name.trim_matches('"').to_owned()).or_default();
        if parts.next() == Some(says) {
            *about = unquoted(&setting.value);
        }
    }
    let mut table = Table::new(vec![
        Column::words("name", "name"),
        Column::words(says, says),
        Column::words("in_force", "in force"),
    ]);
    for (name, about) in found {
        let mark = if name == in_force { "yes" } else { "" };
        table.push(vec![
            Value::Text(name),
            Value::Text(about),
            Value::text(mark),
        ]);
    }
    let title = if kind == "profile" {
        "Profiles"
    } else {
        "Weight sets"
    };
    one_table(kind, title, table)
}

/// Takes the quotes off a text as TOML writes it.
fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| value.to_owned(), |text| text.replace("\\\"", "\""))
}

fn one_table(kind: &'static str, title: &str, table: Table) -> Report {
    let mut report = Report::new(kind, title);
    report.sections.push(Section::new(kind, "").table(table));
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_with_its_title() {
        let report = codes();
        let rows = &report.tables().next().unwrap().rows;
        assert_eq!(rows.len(), all_codes().len());
        assert!(rows.contains(&vec![Value::text("E0103"), Value::text("unknown key")]));
    }

    #[test]
    fn quotes_of_toml_are_not_shown() {
        assert_eq!(unquoted(r#""say \"x\"""#), r#"say "x""#);
        assert_eq!(unquoted("12"), "12");
    }
}
