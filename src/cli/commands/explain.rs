//! `exacity explain`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Explain, Format, Global, OutputArgs, Subject as Asked};
use crate::cli::failure::Failure;
use crate::cli::open::{Opened, criterion, open, open_scored, place, request, sources};
use crate::cli::output::{Out, format_of};
use crate::config::Request;
use crate::diagnostics::{Code, Diagnostic, did_you_mean, find_code};
use crate::model::{MethodInfo, Param, ParamKind};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::views::{self, Subject, all_methods};
use crate::report::{Column, Report, Section, Table, Value};
use crate::score::settle;
use serde_json::json;

pub(super) fn run(global: &Global, args: &Explain, out: &Out) -> Ended {
    match &args.subject {
        Some(Asked::Place {
            id,
            project,
            output,
        }) => {
            let sources = sources(global, out)?;
            let scored = open_scored(&*sources, &request(project))?;
            let row = place(&scored.project, id)?;
            let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
            out.report(&views::place(subject, row), output)?;
        }
        Some(Asked::Criterion {
            id,
            project,
            output,
        }) => {
            let sources = sources(global, out)?;
            let scored = open_scored(&*sources, &request(project))?;
            let at = criterion(&scored.project, id)?;
            let subject = Subject::new(&scored.project, &scored.scoreboard, 0);
            out.report(&views::criterion(subject, at), output)?;
        }
        Some(Asked::Weights {
            name,
            profile,
            output,
        }) => weights(global, (name, profile.as_deref()), output, out)?,
        Some(Asked::Method { name, output }) => method(name, output, out)?,
        None => word(args.what.as_deref().unwrap_or_default(), out)?,
    }
    Ok(Outcome::Done)
}

/// Explains a weight set, computing what the data decide.
fn weights(
    global: &Global,
    (name, profile): (&str, Option<&str>),
    output: &OutputArgs,
    out: &Out,
) -> Result<(), Failure> {
    let sources = sources(global, out)?;
    let asked = Request {
        weights: Some(name.to_owned()),
        profile: profile.map(str::to_owned),
        ..Request::default()
    };
    let Opened {
        loaded,
        mut findings,
    } = open(&*sources, &asked)?;
    match settle(&loaded.project) {
        Ok(project) => out.report(&views::weights(&project), output),
        Err(found) => {
            findings.found.extend(found);
            Err(Failure::Found(findings))
        }
    }
}

fn method(name: &str, output: &OutputArgs, out: &Out) -> Result<(), Failure> {
    let found: Vec<(&str, &MethodInfo)> = all_methods().filter(|(_, m)| m.name == name).collect();
    if found.is_empty() {
        let names: Vec<&str> = all_methods().map(|(_, method)| method.name).collect();
        let diagnostic = Diagnostic::new(Code("E0303"), format!("there is no method `{name}`"))
            .maybe_help(did_you_mean(name, names.iter().copied()))
            .note("`exacity list methods` shows all");
        return Err(diagnostic.into());
    }
    if format_of(output)? == Format::Json {
        let methods: Vec<_> = found
            .iter()
            .map(|(stage, info)| json!({ "stage": stage, "method": info }))
            .collect();
        let document = json!({ "schema_version": SCHEMA_VERSION, "methods": methods });
        return out.deliver(pretty(&document), output);
    }
    out.report(&method_report(name, &found), output)
}

/// Explains what was named without saying what it is: a code, else a method.
fn word(what: &str, out: &Out) -> Result<(), Failure> {
    if let Some(info) = find_code(what) {
        let page = info.page.trim_end();
        return out.data(format!("{page}\n"));
    }
    if all_methods().any(|(_, method)| method.name == what) {
        return method(what, &OutputArgs::default(), out);
    }
    let codes = crate::diagnostics::all_codes()
        .iter()
        .map(|info| info.code.0);
    let upper = what.to_uppercase();
    let looks_like_code = upper.starts_with(['E', 'W'])
        && upper
            .get(1..)
            .is_some_and(|digits| digits.parse::<u32>().is_ok());
    let diagnostic = Diagnostic::new(
        Code("E0106"),
        format!("there is no code or method `{what}`"),
    );
    let diagnostic = if looks_like_code {
        diagnostic
            .maybe_help(did_you_mean(&upper, codes))
            .note("`exacity list codes` shows all")
    } else {
        diagnostic.help(format!(
            "`exacity explain place {what}` and `exacity explain criterion {what}` explain places and criteria"
        ))
    };
    Err(diagnostic.into())
}

fn method_report(name: &str, found: &[(&str, &MethodInfo)]) -> Report {
    let mut report = Report::new("method", name);
    for (stage, info) in found {
        let mut lines = vec![
            info.summary.to_owned(),
            format!("formula: {}", info.formula),
        ];
        if !info.not_when.is_empty() {
            lines.push(format!("when another serves better: {}", info.not_when));
        }
        if !info.reference.is_empty() {
            lines.push(format!("reference: {}", info.reference));
        }
        let mut section = Section::new(*stage, format!("{stage}: {name}")).text(lines);
        if !info.params.is_empty() {
            section = section.table(params(info.params));
        }
        report.sections.push(section);
    }
    report
}

fn params(params: &[Param]) -> Table {
    let mut table = Table::new(vec![
        Column::words("name", "parameter"),
        Column::words("kind", "values"),
        Column::words("unit", "unit"),
        Column::words("default", "default"),
        Column::words("doc", "what it does"),
    ]);
    for param in params {
        table.push(vec![
            Value::text(param.name),
            Value::text(kind(param)),
            Value::text(param.unit),
            Value::text(match param.default {
                None => "(required)",
                Some("") => "none",
                Some(default) => default,
            }),
            Value::text(param.doc),
        ]);
    }
    table
}

fn kind(param: &Param) -> String {
    let words = match param.kind {
        ParamKind::Number => "number".to_owned(),
        ParamKind::Integer => "whole number".to_owned(),
        ParamKind::Flag => "true or false".to_owned(),
        ParamKind::Word(words) => words.join(", "),
        ParamKind::Numbers => "numbers".to_owned(),
        ParamKind::Points => "points [x, y]".to_owned(),
        ParamKind::Table => "numbers by word".to_owned(),
        ParamKind::Tables => "tables of numbers by word".to_owned(),
        ParamKind::Matrix => "rows of numbers".to_owned(),
        ParamKind::Ids => "ids".to_owned(),
        ParamKind::Order => "ids, equals in an array".to_owned(),
    };
    let words = if param.per_criterion {
        format!("{words}, may differ by criterion")
    } else {
        words
    };
    let (low, high) = param.range;
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("{words}, {low} to {high}"),
        (true, false) => format!("{words}, at least {low}"),
        (false, true) => format!("{words}, at most {high}"),
        (false, false) => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_parameters_are_told() {
        let param = |low, high| Param::number("r", "1", "doc").within(low, high);
        assert_eq!(kind(&param(0.0, 1.0)), "number, 0 to 1");
        assert_eq!(kind(&param(0.0, f64::INFINITY)), "number, at least 0");
        assert_eq!(kind(&Param::flag("clamp", "doc")), "true or false");
    }
}
