//! What a script says of itself: the literal map that `meta()` returns.

use super::diag;
use super::syntax::{Expression, Function, Name, Node, Statement};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use indexmap::IndexMap;

/// What a script says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meta {
    /// Title for people.
    pub title: String,
    /// The comment above `meta()` (`///` lines): what the strategy is for and who would hold it.
    pub about: String,
    /// Version of the script.
    pub version: f64,
    /// Figures that the script needs, by field of `place` or `part`.
    pub needs: IndexMap<String, Need>,
    /// What planners may vary.
    pub params: IndexMap<String, ParamSpec>,
    /// Declared range of `score()`; the project's scale when absent.
    pub range: Option<(f64, f64)>,
    /// Columns that functions of the script compute, by function.
    pub derives: IndexMap<String, Derived>,
}

/// A figure that a script needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Unit in which the script expects it; empty for any.
    pub unit: String,
    /// What happens where it is missing.
    pub missing: WhenMissing,
}

/// What happens where a needed figure is missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum WhenMissing {
    /// The place is listed as not judged, with the reason. The default.
    #[default]
    NotJudged,
    /// The run stops.
    Fail,
    /// This number stands in, marked.
    Value(f64),
}

/// A parameter that planners may vary.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamSpec {
    /// Default.
    pub value: f64,
    /// Lowest value allowed.
    pub min: f64,
    /// Highest value allowed.
    pub max: f64,
    /// Unit; `1` for plain numbers.
    pub unit: String,
    /// What it does.
    pub doc: String,
}

/// A column that a function of the script computes.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Unit of the results.
    pub unit: String,
    /// What it is.
    pub doc: String,
}

/// A value given to a parameter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamProblem {
    /// The parameter as named by the caller.
    pub name: String,
    /// `E0402` for an unknown name, `E0405` for a value out of bounds.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ParamProblem {
    /// Places the problem where the value was given.
    pub fn at(self, span: Span) -> Diagnostic {
        Diagnostic::new(self.code, self.message)
            .at(span, "")
            .maybe_help(self.help)
    }
}

impl Meta {
    /// Returns values of all parameters: those given, and defaults for the others.
    ///
    /// Unknown names and values that are out of bounds or not finite are all reported.
    pub fn bind(
        &self,
        given: &IndexMap<String, f64>,
    ) -> Result<IndexMap<String, f64>, Vec<ParamProblem>> {
        let problems: Vec<_> = given
            .iter()
            .filter_map(|(n, v)| self.problem(n, *v))
            .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let value = |(name, spec): (&String, &ParamSpec)| {
            (name.clone(), given.get(name).copied().unwrap_or(spec.value))
        };
        Ok(self.params.iter().map(value).collect())
    }

    fn problem(&self, name: &str, value: f64) -> Option<ParamProblem> {
        let problem = |code, message, help| {
            Some(ParamProblem {
                name: name.to_owned(),
                code,
                message,
                help,
            })
        };
        let Some(spec) = self.params.get(name) else {
            let known = self.params.keys().map(String::as_str);
            let help = did_you_mean(name, known)
                .or_else(|| Some("this strategy has no parameters".to_owned()));
            return problem(
                diag::NAME,
                format!("the strategy has no parameter `{name}`"),
                help,
            );
        };
        // NaN is in no range, so the test is written for what is allowed.
        if spec.min <= value && value <= spec.max {
            return None;
        }
        let (min, max) = (spec.min, spec.max);
        let message = format!("`{name}` is {value}, which is outside {min} to {max}");
        problem(
            diag::BOUNDS,
            message,
            Some(format!("choose a value from {min} to {max}")),
        )
    }
}

/// Where the members of a `meta()` are written, for findings that need the project.
#[derive(Debug, Clone, Default)]
pub(super) struct MetaPlaces {
    pub(super) needs: IndexMap<String, Span>,
    pub(super) params: IndexMap<String, Span>,
    pub(super) derives: IndexMap<String, Span>,
}

/// Reads what a script says of itself from the tree of `meta()`; nothing is run.
pub(super) fn read(function: &Function, found: &mut Diagnostics) -> (Meta, MetaPlaces) {
    let mut meta = Meta {
        about: function.doc.clone(),
        version: 1.0,
        ..Meta::default()
    };
    let mut places = MetaPlaces::default();
    let statements: Vec<_> = function
        .body
        .iter()
        .filter(|s| !matches!(s, Statement::Nothing))
        .collect();
    let [
        Statement::Value(Expression {
            node: Node::Map(fields),
            ..
        }),
    ] = statements[..]
    else {
        found.push(
            Diagnostic::new(diag::CONTRACT, "`meta()` is not one literal map")
                .at(function.name.span.clone(), "")
                .help("write `fn meta() { #{ title: \"..\", params: #{ .. } } }` and nothing else")
                .note("it is read, not run: tools must know a strategy without running it"),
        );
        return (meta, places);
    };
    let mut reader = Reader { found };
    for (key, value) in fields {
        match key.text.as_str() {
            "title" => meta.title = reader.text(key, value).unwrap_or_default(),
            "version" => meta.version = reader.number(key, value).unwrap_or(1.0),
            "range" => meta.range = reader.range(key, value),
            "needs" => reader.each(key, value, |reader, name, fields| {
                let need = reader.need(name, fields)?;
                places.needs.insert(name.text.clone(), name.span.clone());
                meta.needs.insert(name.text.clone(), need);
                Some(())
            }),
            "params" => reader.each(key, value, |reader, name, fields| {
                let spec = reader.param(name, fields)?;
                places.params.insert(name.text.clone(), name.span.clone());
                meta.params.insert(name.text.clone(), spec);
                Some(())
            }),
            "derives" => reader.each(key, value, |reader, name, fields| {
                let derived = reader.derived(name, fields)?;
                places.derives.insert(name.text.clone(), name.span.clone());
                meta.derives.insert(name.text.clone(), derived);
                Some(())
            }),
            _ => reader.unknown(
                key,
                "`meta()`",
                &["title", "version", "needs", "params", "range", "derives"],
            ),
        }
    }
    if meta.title.is_empty() && !fields.iter().any(|(k, _)| k.text == "title") {
        found.push(
            Diagnostic::new(diag::CONTRACT, "`meta()` has no `title`")
                .at(function.name.span.clone(), "")
                .help("add `title: \"..\"`, as reports should name the strategy"),
        );
    }
    (meta, places)
}

type Fields = [(Name, Expression)];

/// Reads the members of the map and reports what does not fit.
struct Reader<'a> {
    found: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn wrong(&mut self, key: &Name, value: &Expression, wanted: &str) {
        let message = format!("`{}` must be {wanted}", key.text);
        self.found.push(
            Diagnostic::new(diag::CONTRACT, message)
                .at(value.span.clone(), "")
                .help(format!("write {wanted} as it is"))
                .note("`meta()` is read and not run, so its values are literals"),
        );
    }

    fn unknown(&mut self, key: &Name, owner: &str, known: &[&str]) {
        let help = match key.text.as_str() {
            "default" => Some("the value a parameter has by default is called `value`".to_owned()),
            other => did_you_mean(other, known.iter().copied()),
        };
        self.found.push(
            Diagnostic::new(
                diag::CONTRACT,
                format!("`{}` is not a field of {owner}", key.text),
            )
            .at(key.span.clone(), "")
            .maybe_help(help),
        );
    }

    fn missing(&mut self, owner: &Name, field: &str) {
        self.found.push(
            Diagnostic::new(diag::CONTRACT, format!("`{}` has no `{field}`", owner.text))
                .at(owner.span.clone(), "")
                .help(format!("add `{field}: ..`")),
        );
    }

    fn text(&mut self, key: &Name, value: &Expression) -> Option<String> {
        if let Node::Text(text) = &value.node {
            return Some(text.clone());
        }
        self.wrong(key, value, "text in quotes");
        None
    }

    fn number(&mut self, key: &Name, value: &Expression) -> Option<f64> {
        let number = literal(value).filter(|n| n.is_finite());
        if number.is_none() {
            self.wrong(key, value, "a number");
        }
        number
    }

    fn range(&mut self, key: &Name, value: &Expression) -> Option<(f64, f64)> {
        if let Node::Array(ends) = &value.node
            && let [Some(low), Some(high)] = ends.iter().map(literal).collect::<Vec<_>>()[..]
            && low < high
        {
            return Some((low, high));
        }
        self.wrong(key, value, "two numbers, the lower first: `[0, 100]`");
        None
    }

    /// Reads a map of maps.
    fn each(
        &mut self,
        key: &Name,
        value: &Expression,
        mut read: impl FnMut(&mut Self, &Name, &Fields) -> Option<()>,
    ) {
        let Node::Map(members) = &value.node else {
            self.wrong(key, value, "a map: `#{ name: #{ .. } }`");
            return;
        };
        for (name, member) in members {
            match &member.node {
                Node::Map(fields) => {
                    read(self, name, fields);
                }
                _ => self.wrong(name, member, "a map: `#{ .. }`"),
            }
        }
    }

    fn need(&mut self, name: &Name, fields: &Fields) -> Option<Need> {
        let mut need = Need {
            unit: String::new(),
            missing: WhenMissing::NotJudged,
        };
        for (key, value) in fields {
            match key.text.as_str() {
                "unit" => need.unit = self.text(key, value)?,
                "missing" => need.missing = self.when_missing(key, value)?,
                _ => self.unknown(
                    key,
                    &format!("the need `{}`", name.text),
                    &["unit", "missing"],
                ),
            }
        }
        Some(need)
    }

    fn when_missing(&mut self, key: &Name, value: &Expression) -> Option<WhenMissing> {
        match &value.node {
            Node::Text(word) if word == "not-judged" => Some(WhenMissing::NotJudged),
            Node::Text(word) if word == "fail" => Some(WhenMissing::Fail),
            _ => {
                let number = literal(value)
                    .filter(|n| n.is_finite())
                    .map(WhenMissing::Value);
                if number.is_none() {
                    self.wrong(
                        key,
                        value,
                        "`\"not-judged\"`, `\"fail\"` or a number that stands in",
                    );
                }
                number
            }
        }
    }

    fn param(&mut self, name: &Name, fields: &Fields) -> Option<ParamSpec> {
        let (mut value, mut min, mut max) = (None, None, None);
        let mut spec = ParamSpec {
            value: 0.0,
            min: 0.0,
            max: 0.0,
            unit: "1".into(),
            doc: String::new(),
        };
        for (key, given) in fields {
            match key.text.as_str() {
                "value" => value = Some(self.number(key, given)?),
                "min" => min = Some(self.number(key, given)?),
                "max" => max = Some(self.number(key, given)?),
                "unit" => spec.unit = self.text(key, given)?,
                "doc" => spec.doc = self.text(key, given)?,
                _ => {
                    let known = ["value", "min", "max", "unit", "doc"];
                    self.unknown(key, &format!("the parameter `{}`", name.text), &known);
                }
            }
        }
        for (field, given) in [("value", value), ("min", min), ("max", max)] {
            if given.is_none() {
                self.missing(name, field);
            }
        }
        (spec.value, spec.min, spec.max) = (value?, min?, max?);
        self.bounds(name, &spec);
        Some(spec)
    }

    fn bounds(&mut self, name: &Name, spec: &ParamSpec) {
        let ParamSpec {
            value, min, max, ..
        } = spec;
        let message = if min > max {
            format!(
                "`{}` has its bounds in the wrong order: {min} to {max}",
                name.text
            )
        } else if value < min || value > max {
            format!(
                "`{}` is {value} by default, outside its own bounds {min} to {max}",
                name.text
            )
        } else {
            return;
        };
        self.found.push(
            Diagnostic::new(diag::BOUNDS, message)
                .at(name.span.clone(), "")
                .help("`min`, `value` and `max` must ascend"),
        );
    }

    fn derived(&mut self, name: &Name, fields: &Fields) -> Option<Derived> {
        let mut derived = Derived {
            unit: String::new(),
            doc: String::new(),
        };
        for (key, value) in fields {
            match key.text.as_str() {
                "unit" => derived.unit = self.text(key, value)?,
                "doc" => derived.doc = self.text(key, value)?,
                _ => self.unknown(
                    key,
                    &format!("the column `{}`", name.text),
                    &["unit", "doc"],
                ),
            }
        }
        Some(derived)
    }
}

/// Returns the number that a literal is, a minus sign included.
fn literal(value: &Expression) -> Option<f64> {
    match &value.node {
        Node::Number(n) => Some(*n),
        Node::Operator(sign, operands) if operands.len() == 1 => match sign.as_str() {
            "-" => literal(&operands[0]).map(|n| -n),
            "+" => literal(&operands[0]),
            _ => None,
        },
        _ => None,
    }
}
