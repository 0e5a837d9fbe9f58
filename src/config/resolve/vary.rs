//! `[robustness]` and `--vary`: what a study varies, from words to values.
//!
//! `vary` maps the path of a setting, as `--set` takes it, to how it varies:
//!
//! - `weights`, or `weights.ID` for the children of one criterion: `uniform`, `dirichlet 50`, `20 %`,
//!   or an order such as `compute >= subsidies`;
//! - `data.INDICATOR`, `data.CRITERION`, `data.tier.C`, `data.all`, `data.bounds`, `data.ranges`,
//!   `data.conflicts`: `10 %`, `normal 5 %`, or nothing where that says it all;
//! - any other setting: a list of values, or `low..high`; `criteria.*.KEY` is that key of every
//!   criterion, and a parameter of the strategy varies within its declared bounds unless stated.

mod figures;
mod weights;

use super::Context;
use crate::config::set::{self, Assignment};
use crate::config::value::{Data, Table, Value, parse_value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span, did_you_mean};
use crate::model::{IndicatorId, Tree};
use crate::project::Index;
use crate::project::study::{Alternative, OnFailure, StudySpec, Variation, Varied};

/// Most whole numbers that a range of a whole-number setting is spelled out to.
const MOST_INTEGERS: i64 = 64;

/// Reads what a study varies.
pub(super) fn study(
    context: &Context<'_, '_>,
    tree: &Tree,
    indices: &[Index],
    found: &mut Diagnostics,
) -> StudySpec {
    let mut spec = StudySpec::default();
    let Some(table) = context.document.table("robustness") else {
        return spec;
    };
    let whole = |key: &str| table.get(key).and_then(Value::integer);
    // The shape has refused what is not positive.
    spec.draws = whole("draws")
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(spec.draws);
    spec.seed = whole("seed")
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(spec.seed);
    let most = whole("combinations").and_then(|n| usize::try_from(n).ok());
    spec.combinations = most.unwrap_or(spec.combinations);
    spec.until = table.number("until");
    if table.text("on-failure") == Some("fail") {
        spec.on_failure = OnFailure::Fail;
    }
    let reader = Reader {
        context,
        tree,
        indices,
    };
    let mut asked = vec![];
    if let Some(vary) = table.table("vary") {
        flatten(vary, "", &mut asked);
    }
    let varied = asked
        .into_iter()
        .filter_map(|(path, at, value)| reader.read(&path, at, value, found));
    spec.vary = varied.collect();
    spec
}

/// Lists paths with their values: an unquoted dotted key is a table to TOML and a path to people.
fn flatten<'t>(table: &'t Table, prefix: &str, asked: &mut Vec<(String, &'t Span, &'t Value)>) {
    for (key, entry) in &table.entries {
        let path = match prefix {
            "" => key.clone(),
            _ => format!("{prefix}.{key}"),
        };
        match entry.value.table() {
            Some(inner) if !inner.has("vary") && !inner.has("method") && !inner.has("rule") => {
                flatten(inner, &path, asked);
            }
            _ => asked.push((path, &entry.key, &entry.value)),
        }
    }
}

/// What reading a line needs at hand.
struct Reader<'a, 'c, 's> {
    context: &'a Context<'c, 's>,
    tree: &'a Tree,
    indices: &'a [Index],
}

fn not_understood(message: impl Into<String>, at: &Span) -> Diagnostic {
    Diagnostic::new(Code("E0601"), message).at(at.clone(), "")
}

impl Reader<'_, '_, '_> {
    fn read(
        &self,
        path: &str,
        at: &Span,
        value: &Value,
        found: &mut Diagnostics,
    ) -> Option<Varied> {
        let (words, how) = match path.split('.').collect::<Vec<_>>().as_slice() {
            ["weights"] => self.weights(None, value, found)?,
            ["weights", rest @ ..] if self.is_branch(&rest.join(".")) => {
                self.weights(Some(&rest.join(".")), value, found)?
            }
            ["data", rest @ ..] if !self.is_figure(rest) => self.figures(rest, at, value, found)?,
            _ => self.setting(path, at, value, found)?,
        };
        Some(Varied {
            path: path.to_owned(),
            words,
            how,
        })
    }

    fn is_branch(&self, id: &str) -> bool {
        let at = self.tree.find(id);
        at.is_some_and(|at| !self.tree.is_leaf(at))
            && !self
                .context
                .document
                .table("weights")
                .is_some_and(|sets| sets.has(id))
    }

    /// Tells whether a path behind `data.` names one figure, which is set like any setting.
    fn is_figure(&self, rest: &[&str]) -> bool {
        matches!(rest, [place, _] if self.context.data.places.contains_key(*place))
    }

    fn ids(&self) -> Vec<&str> {
        self.tree
            .upward()
            .map(|(_, node)| node.id.as_str())
            .collect()
    }

    /// Reads the values that any other setting takes, and checks each as if it had been set.
    fn setting(
        &self,
        path: &str,
        at: &Span,
        value: &Value,
        found: &mut Diagnostics,
    ) -> Option<(String, Variation)> {
        let paths = self.paths(path, at, found)?;
        let text = value.text().unwrap_or_default().trim();
        if text == "vary" || text == "declared" {
            return self.declared(path, &value.span, found);
        }
        if let Some((low, high)) = ends(text) {
            return self.range(paths, (low, high), value, found);
        }
        let values: Vec<(String, Value)> = match &value.data {
            Data::Array(values) => values.iter().map(|v| (plain(v), v.clone())).collect(),
            Data::Text(_) => split(text)
                .into_iter()
                .map(|part| (part.to_owned(), one(part, value)))
                .collect(),
            _ => vec![(plain(value), value.clone())],
        };
        if values.len() < 2 {
            let message = format!("`{path}` has one value, and cannot vary");
            found.push(not_understood(message, &value.span).help(format!(
                "write at least two, as in `{path}=a,b`, or a range such as `1..5`"
            )));
            return None;
        }
        self.check(&paths, values.iter().map(|(_, value)| value), at, found)?;
        let labels: Vec<&str> = values.iter().map(|(label, _)| label.as_str()).collect();
        let words = format!("one of {}", labels.join(", "));
        let alternatives = values.iter().map(|(label, value)| Alternative {
            label: label.clone(),
            sets: paths.iter().map(|path| format!("{path}={value}")).collect(),
        });
        Some((words, Variation::Choice(alternatives.collect())))
    }

    /// Spells a path out: `criteria.*.KEY` is that key of every criterion it can stand on.
    fn paths(&self, path: &str, at: &Span, found: &mut Diagnostics) -> Option<Vec<String>> {
        let Some(key) = path.strip_prefix("criteria.*.") else {
            return Some(vec![path.to_owned()]);
        };
        let on_leaves = [
            "normalise",
            "treat",
            "denominator",
            "observations",
            "constant",
        ];
        let on_branches = ["aggregate", "min-coverage"];
        let first = key.split('.').next().unwrap_or_default();
        let rows = self
            .context
            .document
            .tables("criteria")
            .filter_map(|(_, table)| {
                let id = table.text("id")?;
                let leaf = self.tree.is_leaf(self.tree.find(id)?);
                let fits = (leaf || !on_leaves.contains(&first))
                    && (!leaf || !on_branches.contains(&first));
                fits.then(|| format!("criteria.{id}.{key}"))
            });
        let mut paths: Vec<String> = rows.collect();
        // The top of the tree may stand nowhere in the file: it takes the project's own.
        if on_branches.contains(&first) {
            paths.push(format!("scoring.{key}"));
        }
        if paths.is_empty() {
            found.push(not_understood(format!("no criterion takes `{key}`"), at));
            return None;
        }
        Some(paths)
    }

    /// Varies a parameter of the strategy within the bounds that the script declares.
    fn declared(
        &self,
        path: &str,
        at: &Span,
        found: &mut Diagnostics,
    ) -> Option<(String, Variation)> {
        let name = path
            .strip_prefix("rule.")
            .or_else(|| path.strip_prefix("scoring.strategy.params."));
        let strategy = self
            .indices
            .first()
            .and_then(|index| index.strategy.as_ref());
        let spec = name.and_then(|name| strategy?.rule.meta().params.get(name));
        let Some(spec) = spec else {
            let mut finding = not_understood(format!("`{path}` does not say how it varies"), at);
            if let (Some(name), Some(strategy)) = (name, strategy) {
                let known = strategy.rule.meta().params.keys().map(String::as_str);
                finding = finding.maybe_help(did_you_mean(name, known));
            } else if name.is_some() {
                finding = finding
                    .help("the strategy in force has no parameters: choose one with --strategy");
            }
            found.push(finding.help(format!("write `{path}=a,b,c` or `{path}=low..high`")));
            return None;
        };
        if !(spec.min.is_finite() && spec.max.is_finite()) {
            let message = format!("`{path}` declares no bounds on both sides");
            found.push(not_understood(message, at).help(format!("write `{path}=low..high`")));
            return None;
        }
        let words = format!("{} to {} (its declared bounds)", spec.min, spec.max);
        let (low, high, paths) = (spec.min, spec.max, vec![path.to_owned()]);
        Some((words, Variation::Range { low, high, paths }))
    }

    /// Reads `low..high`. A setting that takes whole numbers only takes each of them.
    fn range(
        &self,
        paths: Vec<String>,
        (low, high): (f64, f64),
        value: &Value,
        found: &mut Diagnostics,
    ) -> Option<(String, Variation)> {
        if low >= high {
            let message = format!("`{}` goes from {low} to {high}", plain(value));
            found.push(not_understood(message, &value.span).help("the lower end comes first"));
            return None;
        }
        let number = |x: f64| Value::new(Data::Number(x), value.span.clone(), value.layer);
        let between = low + (high - low) * 0.381_966;
        let mut tried = Diagnostics::new();
        if self
            .check(&paths, [number(between)].iter(), &value.span, &mut tried)
            .is_some()
        {
            self.check(
                &paths,
                [number(low), number(high)].iter(),
                &value.span,
                found,
            )?;
            return Some((
                format!("{low} to {high}"),
                Variation::Range { low, high, paths },
            ));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and close together"
        )]
        let (first, last) = (low.round() as i64, high.round() as i64);
        let whole = (first as f64 - low).abs() + (last as f64 - high).abs() < 1e-9;
        if !whole || last.saturating_sub(first) >= MOST_INTEGERS {
            found.extend(tried);
            return None;
        }
        let integers: Vec<Value> = (first..=last)
            .map(|n| Value::new(Data::Integer(n), value.span.clone(), value.layer))
            .collect();
        self.check(&paths, integers.iter(), &value.span, found)?;
        let alternatives = integers.iter().map(|n| Alternative {
            label: n.to_string(),
            sets: paths.iter().map(|path| format!("{path}={n}")).collect(),
        });
        Some((
            format!("{first} to {last}, whole numbers"),
            Variation::Choice(alternatives.collect()),
        ))
    }

    /// Checks that a setting takes values, by setting it.
    fn check<'v>(
        &self,
        paths: &[String],
        values: impl Iterator<Item = &'v Value>,
        at: &Span,
        found: &mut Diagnostics,
    ) -> Option<()> {
        let before = found.count(Severity::Error);
        for value in values {
            let mut document = self.context.document.clone();
            let mut problems = Diagnostics::new();
            for path in paths {
                // A figure is set in the data; whether place and indicator exist is known here.
                if let Some((_, indicator)) = path
                    .strip_prefix("data.")
                    .and_then(|rest| rest.split_once('.'))
                {
                    if !self.context.data.indicators.contains_key(indicator) {
                        let known = self.context.data.indicators.keys().map(IndicatorId::as_str);
                        let message = format!("there is no indicator `{indicator}`");
                        problems.push(
                            not_understood(message, at).maybe_help(did_you_mean(indicator, known)),
                        );
                    }
                    continue;
                }
                let one = Assignment {
                    path: path.clone(),
                    at: at.clone(),
                    value: value.clone(),
                };
                set::apply(&mut document, &one, &mut problems);
            }
            if problems.is_empty() {
                crate::config::check_document(&document, &mut problems);
            }
            if problems.has_errors() {
                found.extend(problems);
                break;
            }
        }
        (found.count(Severity::Error) == before).then_some(())
    }
}

/// Reads `20 %` as 0.2.
fn percent(text: &str) -> Option<f64> {
    let number = text
        .trim()
        .trim_start_matches(['±', '+', '-', '/', ' '])
        .strip_suffix('%')?;
    let share = number.trim().parse::<f64>().ok()? / 100.0;
    share.is_finite().then_some(share)
}

/// Reads `low..high`.
fn ends(text: &str) -> Option<(f64, f64)> {
    let (low, high) = text.split_once("..")?;
    let read = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    Some((read(low)?, read(high)?))
}

/// Splits at the commas outside brackets and quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut quote, mut start) = (vec![], 0_i32, None, 0);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Reads one value of a list written as text: TOML, or a bare word.
fn one(text: &str, of: &Value) -> Value {
    let file = &of.span.file;
    let read = parse_value(file, of.span.start, text, of.layer);
    let mut value =
        read.unwrap_or_else(|| Value::new(Data::Text(text.to_owned()), of.span.clone(), of.layer));
    value.span = of.span.clone();
    value
}

/// Writes a value as people would: texts without their quotes.
fn plain(value: &Value) -> String {
    match &value.data {
        Data::Text(text) => text.clone(),
        Data::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        _ => value.to_string(),
    }
}
