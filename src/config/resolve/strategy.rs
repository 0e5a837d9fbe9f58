//! Scripts with their parameters, strategies, adjustments, and the names offered to them.

use super::{Context, Scripts};
use crate::config::methods::is_script;
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span, did_you_mean};
use crate::model::{Indicator, IndicatorId, Tree};
use crate::project::{Adjustment, RuleUse};
use crate::rules::{Rule, Vocabulary};
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
    let specs = &rule.meta().params;
    let mut params: IndexMap<String, f64> = specs
        .iter()
        .map(|(name, spec)| (name.clone(), spec.value))
        .collect();
    let before = found.len();
    for (name, entry) in given.into_iter().flat_map(|table| &table.entries) {
        let Some(spec) = specs.get(name) else {
            let known = specs.keys().map(String::as_str);
            found.push(
                Diagnostic::new(Code("E0304"), format!("`{path}` has no parameter `{name}`"))
                    .at(entry.key.clone(), "unknown parameter")
                    .maybe_help(did_you_mean(name, known)),
            );
            continue;
        };
        // What is no number has been reported with its shape.
        let Some(number) = entry.value.number() else {
            continue;
        };
        if number < spec.min || number > spec.max {
            let message = format!(
                "`{name}` is {number}; `{path}` allows {} to {}",
                spec.min, spec.max
            );
            let finding = Diagnostic::new(Code("E0405"), message);
            let finding = finding.at(entry.value.span.clone(), "out of bounds");
            found.push(finding.note(format!("{name}: {}", spec.doc)));
        }
        params.insert(name.clone(), number);
    }
    (found.len() == before).then_some(params)
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
    let (rule, findings) = Rule::condition(when.text, when.span);
    found.extend(findings);
    let rule = rule?;
    context.read_by_script(&rule, &["eligible"]);
    Some(Adjustment {
        rule: Arc::new(rule),
        when: when.text.to_owned(),
        points: table.number("points")?,
        because: table.text("because")?.to_owned(),
    })
}

/// Statistics of a column that scripts can read.
pub(crate) const FACTS: [&str; 8] = ["n", "min", "max", "mean", "median", "sd", "rank", "share"];

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
    let mut leader = place.clone();
    leader.extend(
        part.keys()
            .map(|name| (format!("part_{name}"), String::new())),
    );
    let facts = known.iter().flat_map(|(name, unit)| {
        FACTS.into_iter().map(move |fact| {
            let unit = match fact {
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
    /// Notes the indicators that functions of a script read, for the panel.
    pub(crate) fn read_by_script(&mut self, rule: &Rule, functions: &[&str]) {
        let data = self.data;
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
