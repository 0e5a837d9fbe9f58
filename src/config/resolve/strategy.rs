//! Scripts with their parameters, strategies, adjustments, and the names offered to them.

use super::{Context, Scripts};
use crate::config::methods::is_script;
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Span, did_you_mean};
use crate::model::{Indicator, IndicatorId, Place, Tree};
use crate::project::{Adjustment, Change, RuleUse};
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
            rule.map(|rule| Arc::new(rule.trusting(self.trust)))
        });
        self.rules.insert(path.to_owned(), rule.clone());
        rule
    }

    /// Compiles a condition once.
    pub(crate) fn condition(
        &mut self,
        word: Word<'_>,
        found: &mut Diagnostics,
    ) -> Option<Arc<Rule>> {
        self.inline("eligible", word, Rule::condition, found)
    }

    /// Compiles a formula once, as a function of the name given.
    pub(crate) fn formula(
        &mut self,
        function: &str,
        word: Word<'_>,
        found: &mut Diagnostics,
    ) -> Option<Arc<Rule>> {
        self.inline(
            function,
            word,
            |text, at| Rule::formula(function, text, at),
            found,
        )
    }

    fn inline(
        &mut self,
        function: &str,
        word: Word<'_>,
        compile: impl FnOnce(&str, &Span) -> (Option<Rule>, Diagnostics),
        found: &mut Diagnostics,
    ) -> Option<Arc<Rule>> {
        // The place makes the name: equal texts elsewhere have findings of their own.
        let name = format!("{function} at {}:{}", word.span.file, word.span.start);
        if let Some(known) = self.rules.get(&name) {
            return known.clone();
        }
        let (rule, findings) = compile(word.text, &inside(word));
        found.extend(findings);
        let rule = rule.map(|rule| Arc::new(rule.trusting(self.trust)));
        self.rules.insert(name, rule.clone());
        rule
    }
}

/// Returns where the text of a string stands, without its quotation marks.
pub(crate) fn inside(word: Word<'_>) -> Span {
    let written = word.span.end - word.span.start;
    // Three quotation marks and a line break stand around a text of several lines.
    let around = written.saturating_sub(word.text.len());
    let before = around.div_ceil(2).clamp(1, 4).min(written);
    let start = word.span.start + before;
    Span::new(
        &word.span.file,
        start..(start + word.text.len()).min(word.span.end),
    )
}

/// What stands already when a script runs.
pub(crate) enum Stage {
    /// Nothing but figures.
    Figure,
    /// The criteria that stand before a branch; its children, by their names in scripts, have weights.
    Branch(Vec<String>),
    /// The criteria that stand before one whose score is adjusted.
    Criterion,
}

/// Refuses names that are not known yet when the script runs. Returns whether all are.
pub(crate) fn check_stage(
    rule: &Rule,
    function: &str,
    stage: &Stage,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> bool {
    let figure = |name: &str| {
        context.data.indicators.contains_key(name)
            || context
                .league
                .iter()
                .any(|place| place.groups.contains_key(name))
    };
    let before = found.len();
    for read in rule.reads(function) {
        let (record, field) = (read.record.as_str(), read.field.as_str());
        let why = match (stage, record) {
            (Stage::Figure, "part" | "weight" | "leader") => {
                Some("figures are read before anything is scored")
            }
            (Stage::Figure, "facts") if field.starts_with("part_") && !figure(field) => {
                Some("figures are read before anything is scored")
            }
            (Stage::Figure, "known") if !figure(field) => {
                Some("figures are read before anything is scored")
            }
            (Stage::Branch(_) | Stage::Criterion, "leader") => {
                Some("who leads is known only when all criteria are scored")
            }
            (Stage::Branch(own), "weight") if !own.iter().any(|name| name == field) => {
                Some("while a criterion is computed, only its own children have a weight")
            }
            (Stage::Criterion, "weight") => {
                Some("weights in force are known only when all criteria are scored")
            }
            _ => None,
        };
        if let Some(why) = why {
            let message = format!("`{record}.{field}` is not known yet where this runs");
            found.push(
                Diagnostic::new(Code("E0337"), message)
                    .at(read.span.clone(), why)
                    .help("read figures with `place.`, or let a criterion further up, or the strategy, do it"),
            );
        }
    }
    found.len() == before
}

/// Reads a script with its parameters (a path, or a table with `rule` and `params`), or a formula, which
/// becomes the function named.
pub(crate) fn rule_use(
    value: &Value,
    function: &str,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<RuleUse> {
    if let Some(table) = value.table() {
        check_ways(table, value, found)?;
        if let Some(formula) = table.word("formula") {
            return Some(RuleUse {
                name: one_line(formula.text),
                rule: context.scripts.formula(function, formula, found)?,
                params: IndexMap::new(),
            });
        }
    }
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

/// Refuses a table that says neither or too much.
fn check_ways(table: &Table, value: &Value, found: &mut Diagnostics) -> Option<()> {
    let message = match (table.has("rule"), table.has("formula"), table.get("params")) {
        (true, false, _) | (false, true, None) => return Some(()),
        (true, true, _) => "`rule` and `formula` exclude one another",
        (false, true, Some(_)) => "a formula has no parameters: write the numbers into it",
        (false, false, _) => "a rule needs `rule` or `formula`",
    };
    let help = "write `{ rule = \"rules/NAME.rhai\" }`, or `{ formula = \"part.a / part.b\" }`";
    let finding = Diagnostic::new(Code("E0105"), message);
    found.push(finding.at(value.span.clone(), "").help(help));
    None
}

/// Writes a formula for people: on one line, shortened where it is long.
fn one_line(text: &str) -> String {
    const SHOWN: usize = 60;
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    let start: String = line.chars().take(SHOWN - 3).collect();
    format!("{}...", start.trim_end())
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
    let rule = rule_use(value, function, context, found)?;
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
    let change = change(table, when, found);
    let rule = context.scripts.condition(when, found)?;
    context.read_by_script(&rule, &["eligible"]);
    if table.has("criterion") {
        check_stage(&rule, "eligible", &Stage::Criterion, context, found);
    }
    Some(Adjustment {
        criterion: None,
        rule,
        when: when.text.to_owned(),
        change: change?,
        because: table.text("because")?.to_owned(),
    })
}

/// Reads what an adjustment does: one thing.
fn change(table: &Table, when: Word<'_>, found: &mut Diagnostics) -> Option<Change> {
    type Way = (&'static str, fn(f64) -> Change);
    let ways: [Way; 5] = [
        ("points", Change::Add),
        ("times", Change::Times),
        ("at-most", Change::AtMost),
        ("at-least", Change::AtLeast),
        ("set", Change::Set),
    ];
    let stated: Vec<_> = ways.iter().filter(|(key, _)| table.has(key)).collect();
    if let [(key, change)] = stated[..] {
        return table.number(key).map(change);
    }
    let names: Vec<&str> = ways.iter().map(|(key, _)| *key).collect();
    let message = format!(
        "an adjustment does one thing: {}",
        crate::config::shape::quoted(&names)
    );
    let finding = Diagnostic::new(Code("E0105"), message);
    let label = format!("{} of them for this condition", stated.len());
    found.push(
        finding
            .at(when.span.clone(), label)
            .help("add `points = ...`"),
    );
    None
}

/// Finds the criteria whose scores adjustments change.
pub(crate) fn place_adjustments(
    adjustments: &mut [Adjustment],
    document: &Table,
    tree: &Tree,
    found: &mut Diagnostics,
) {
    let tables = document.tables("adjust").map(|(_, table)| table);
    for (adjustment, table) in adjustments.iter_mut().zip(tables) {
        let Some(word) = table.word("criterion") else {
            continue;
        };
        adjustment.criterion = tree.find(word.text);
        if adjustment.criterion.is_none() {
            let ids: Vec<_> = tree.upward().map(|(_, node)| node.id.as_str()).collect();
            found.push(super::tree::unknown(word, ids.iter().copied(), "criterion"));
        }
    }
}

/// Lists the names that a project offers to scripts.
pub(crate) fn vocabulary<'p>(
    indicators: &IndexMap<IndicatorId, Indicator>,
    places: impl Iterator<Item = &'p Place>,
    tree: &Tree,
) -> Vocabulary {
    let indicators = indicators
        .values()
        .map(|i| (i.id.as_str().to_owned(), i.unit.clone()));
    let numbers: IndexMap<String, String> = indicators.collect();
    let mut place = numbers.clone();
    for column in places.flat_map(|place| place.groups.keys()) {
        if !place.contains_key(column) {
            place.insert(column.clone(), String::new());
        }
    }
    let criteria = tree.upward().map(|(_, node)| node.id.in_scripts());
    let part: IndexMap<String, String> = criteria.map(|name| (name, String::new())).collect();
    let mut known = place.clone();
    known.extend(part.clone());
    // The leader and the facts know indicators by their name, and criteria behind `part_`.
    let mut leader = numbers;
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
