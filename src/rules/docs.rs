//! Pages about strategies, for people.

use super::{Need, Rule, WhenMissing, offered};
use std::fmt::Write;

/// Writes the page of a strategy in Markdown: what it is for, what it reads, what may be varied, and
/// its formula as written.
pub fn page(rule: &Rule, name: &str) -> String {
    let meta = rule.meta();
    let title = if meta.title.is_empty() {
        name
    } else {
        &meta.title
    };
    let mut out = format!("# {title}\n\n");
    let about = if meta.about.is_empty() {
        &rule.introduction()
    } else {
        &meta.about
    };
    if !about.is_empty() {
        let _ = writeln!(out, "{about}\n");
    }
    let _ = writeln!(out, "File `{}`, version {}.\n", rule.file(), meta.version);
    if let Some((low, high)) = meta.range {
        let _ = writeln!(out, "Scores run from {low} to {high}.\n");
    }
    parameters(&mut out, rule);
    figures(&mut out, rule);
    for function in &rule.script.functions {
        if function.name.text == "meta" {
            continue;
        }
        let _ = writeln!(out, "## `{}`\n", function.name.text);
        if !function.doc.is_empty() {
            let _ = writeln!(out, "{}\n", function.doc);
        }
        let text = rule.source().get(function.text.clone()).unwrap_or_default();
        let _ = writeln!(out, "```rhai\n{text}\n```\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn parameters(out: &mut String, rule: &Rule) {
    if rule.meta().params.is_empty() {
        return;
    }
    out.push_str("## Parameters\n\n| parameter | default | from | to | unit | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
    for (name, spec) in &rule.meta().params {
        let _ = writeln!(
            out,
            "| `{name}` | {} | {} | {} | {} | {} |",
            spec.value,
            spec.min,
            spec.max,
            spec.unit,
            cell(&spec.doc)
        );
    }
    out.push('\n');
}

/// Lists what every function reads; needs that are not declared are those inferred from the text.
fn figures(out: &mut String, rule: &Rule) {
    let mut lines = vec![];
    for function in rule.entries.keys() {
        let needs = rule.needs(function);
        for read in rule.reads(function).iter().filter(|r| r.record != "param") {
            let need = rule.meta().needs.get(&read.field);
            let missing = needs
                .iter()
                .find(|(n, _)| n == read)
                .map_or("", |(_, w)| consequence(*w));
            let unit = need.map_or("", |n: &Need| n.unit.as_str());
            lines.push(format!(
                "| `{}.{}` | `{function}` | {unit} | {missing} |",
                read.record, read.field
            ));
        }
    }
    if !lines.is_empty() {
        out.push_str("## What it reads\n\n| figure | in | unit | where it is missing |\n| --- | --- | --- | --- |\n");
        let _ = writeln!(out, "{}\n", lines.join("\n"));
    }
}

fn consequence(when: WhenMissing) -> &'static str {
    match when {
        WhenMissing::NotJudged => "the place is not judged",
        WhenMissing::Fail => "the run stops",
        WhenMissing::Value(_) => "a number stands in, and `known` says so",
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Writes the page of the functions that every strategy may call.
pub fn functions_page() -> String {
    let mut out = "# Functions of strategies\n\nAll numbers are decimals: `1/3` is a third.\n\n| function | returns |\n| --- | --- |\n".to_owned();
    for function in offered() {
        let _ = writeln!(
            out,
            "| `{}` | {} |",
            function.signature(),
            cell(function.doc)
        );
    }
    out
}

impl Rule {
    /// Returns the `//` comment that the script opens with.
    fn introduction(&self) -> String {
        let lines = self.source().lines().map_while(|l| l.strip_prefix("//"));
        let plain = lines.map(|l| l.trim_start_matches('/').strip_prefix(' ').unwrap_or(l));
        plain.collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FileId;

    #[test]
    fn the_page_names_parameters_figures_and_formula() {
        let source = "// What it is for.\n\nfn meta() { #{ title: \"Trial\", params: #{ k: #{ value: 1, min: 0, max: 2, unit: \"%\", doc: \"a | b\" } } } }\n\n/// Halves it.\nfn score(part, param) { part.compute * param.k }\n";
        let (rule, found) = Rule::compile(&FileId::new("rules/trial.rhai"), source);
        let page = page(&rule.unwrap_or_else(|| panic!("{found:?}")), "trial");
        for part in [
            "# Trial",
            "What it is for.",
            "| `k` | 1 | 0 | 2 | % | a \\| b |",
            "| `part.compute` | `score` |  | the place is not judged |",
            "Halves it.",
            "```rhai\nfn score(part, param) { part.compute * param.k }\n```",
        ] {
            assert!(page.contains(part), "{part} in\n{page}");
        }
    }

    #[test]
    fn every_offered_function_has_a_line() {
        let page = functions_page();
        assert!(offered().iter().all(|f| page.contains(&f.signature())));
    }
}
