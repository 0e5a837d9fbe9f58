//! Scripts with their parameters, strategies, adjustments, and the names offered to them.

use super::{Context, Scripts};
use crate::config::methods::is_script;
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span, did_you_mean};
use crate::model::{Indicator, IndicatorId, Tree};
use crate::project::{Adjustment, RuleUse};
use crate::rules::{FACTS, Rule, Vocabulary};
use indexmap::IndexMap;
use std::sync::Arc;

/// The strategy without a script.
pub(crate) const WEIGHTED: &str = "weighted";

impl Scripts<'_> {
    /// Compiles a script once, whoever uses it; `at` is where the user names it.
    pub(crate) fn get(
        &mut self,
        path: &str,
        at: Option<&Span>,
        found: &mut Diagnostics,
    ) -> Option<Arc<Rule>> {
        if let Some(known) = self.rules.get(path) {
            return known.clone();
        }
        let rule = self.shelf.text(path, at, found).and_then(|text| {
            let (rule, findings) = Rule::compile(&FileId::new(path), &text);
            found.extend(findings);
            rule.map(Arc::new)
        });
        self.rules.insert(path.to_owned(), rule.clone());
        rule
    }
}

/// Reads a script with its parameters: a path, or a table with `rule` and `params`.
pub(crate) fn rule_use(
    value: &Value,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<RuleUse> {
    let path = match value.table() {
        Some(table) => table.word("rule")?,
        None => value.word()?,
    };
    let rule = context.scripts.get(path.text, Some(path.span), found)?;
    let given = value.table().and_then(|table| table.table("params"));
    let params = bind(&rule, path.text, given, found)?;
    Some(RuleUse {
        name: name_of(path.text).to_owned(),
        rule,
        params,
    })
}

/// Returns the file without folder and ending.
pub(crate) fn name_of(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".rhai").unwrap_or(file)
}

/// Fills in the parameters of a script: values given, else its own.
fn bind(
    rule: &Rule,
    path: &str,
    given: Option<&Table>,
    found: &mut Diagnostics,
) -> Option<IndexMap<String, f64>> {
    let entries = given.map(|table| &table.entries);
    // What is no number has been reported with its shape.
    let numbers: IndexMap<String, f64> = entries
        .into_iter()
        .flatten()
        .filter_map(|(name, entry)| Some((name.clone(), entry.value.number()?)))
        .collect();
    match rule.bind(&numbers) {
        Ok(params) => Some(params),
        Err(problems) => {
            for problem in problems {
                let at = entries.and_then(|entries| entries.get(&problem.name));
                if let Some(entry) = at {
                    let span = entry.value.span.clone();
                    found.push(problem.at(span).note(format!("a parameter of `{path}`")));
                }
            }
            None
        }
    }
}

/// Reads a script that must have a function.
pub(crate) fn rule_with(
    value: &Value,
    function: &str,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<RuleUse> {
    let rule = rule_use(value, context, found)?;
    if !rule.rule.has(function) {
        let message = format!("`{}` has no function `{function}`", rule.rule.file());
        let finding = Diagnostic::new(Code("E0408"), message);
        found.push(finding.at(value.span.clone(), format!("used here as `{function}`")));
        return None;
    }
    context.read_by_script(&rule.rule, &[function, "eligible"]);
    Some(rule)
}

/// Reads a strategy: `Ok(None)` for the plain weighted score.
pub(crate) fn strategy(
    value: &Value,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Result<Option<RuleUse>, ()> {
    match value.word() {
        Some(word) if word.text == WEIGHTED => Ok(None),
        Some(word) if !is_script(word.text) => {
            found.push(unknown_strategy(word, context));
            Err(())
        }
        _ => rule_with(value, "score", context, found)
            .map(Some)
            .ok_or(()),
    }
}

fn unknown_strategy(word: Word<'_>, context: &Context<'_, '_>) -> Diagnostic {
    let mut known = super::super::strategies::scripts(context.scripts.shelf.sources);
    known.insert(0, WEIGHTED.to_owned());
    let named = known.iter().find(|path| name_of(path) == word.text);
    let help = match named {
        Some(path) => Some(format!("did you mean `{path}`?")),
        None => did_you_mean(word.text, known.iter().map(String::as_str)),
    };
    Diagnostic::new(
        Code("E0106"),
        format!("there is no strategy `{}`", word.text),
    )
    .at(word.span.clone(), "nothing defines this")
    .maybe_help(help)
}

/// Reads `[[adjust]]`.
pub(crate) fn adjustments(
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Vec<Adjustment>> {
    let document = context.document;
    let mut all = vec![];
    for (_, table) in document.tables("adjust") {
        all.push(adjustment(table, context, found));
    }
    all.into_iter().collect()
}

fn adjustment(
    table: &Table,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Adjustment> {
    let when = table.word("when")?;
    // The text starts after its quotation mark.
    let inside = Span::new(&when.span.file, when.span.start + 1..when.span.end - 1);
    let (rule, findings) = Rule::condition(when.text, &inside);
    found.extend(findings);
    let rule = Arc::new(rule?);
    context.read_by_script(&rule, &["eligible"]);
    Some(Adjustment {
        rule,
        when: when.text.to_owned(),
        points: table.number("points")?,
        because: table.text("because")?.to_owned(),
    })
}

/// Lists the names that a project offers to scripts.
pub(crate) fn vocabulary(indicators: &IndexMap<IndicatorId, Indicator>, tree: &Tree) -> Vocabulary {
    let indicators = indicators
        .values()
        .map(|i| (i.id.as_str().to_owned(), i.unit.clone()));
    let place: IndexMap<String, String> = indicators.collect();
    let criteria = tree.upward().map(|(_, node)| node.id.in_scripts());
    let part: IndexMap<String, String> = criteria.map(|name| (name, String::new())).collect();
    let mut known = place.clone();
    known.extend(part.clone());
    // The leader and the facts know indicators by their name, and criteria behind `part_`.
    let mut leader = place.clone();
    leader.extend(
        part.keys()
            .map(|name| (format!("part_{name}"), String::new())),
    );
    let facts = leader.iter().flat_map(|(name, unit)| {
        FACTS.iter().map(move |fact| {
            let unit = match *fact {
                "min" | "max" | "mean" | "median" | "sd" => unit.clone(),
                _ => String::new(),
            };
            (format!("{name}_{fact}"), unit)
        })
    });
    let facts = facts.collect();
    let records = [
        ("place", place),
        (
            "known",
            known
                .keys()
                .map(|name| (name.clone(), String::new()))
                .collect(),
        ),
        ("weight", part.clone()),
        ("part", part),
        ("leader", leader),
        ("facts", facts),
    ];
    Vocabulary {
        records: records
            .into_iter()
            .map(|(name, fields)| (name.to_owned(), fields))
            .collect(),
    }
}

/// Returns the indicator that a field of a record reads, if it reads one.
pub(crate) fn indicator_read<'a>(
    record: &str,
    field: &'a str,
    known: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    let name = match record {
        "place" | "known" | "leader" => field,
        "facts" => {
            let (name, fact) = field.rsplit_once('_')?;
            FACTS.contains(&fact).then_some(name)?
        }
        _ => return None,
    };
    known(name).then_some(name)
}

impl Context<'_, '_> {
    /// Notes a script in use, and the indicators that its functions read, for the panel.
    pub(crate) fn read_by_script(&mut self, rule: &Arc<Rule>, functions: &[&str]) {
        let data = self.data;
        self.used.push(Arc::clone(rule));
        for function in functions {
            for read in rule.reads(function) {
                let known = |name: &str| data.indicators.contains_key(name);
                if let Some(name) = indicator_read(&read.record, &read.field, known) {
                    self.read.insert(IndicatorId::new(name));
                }
            }
        }
    }
}
