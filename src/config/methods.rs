//! Choosing methods by name, with parameters checked against the tables of their modules.
//!
//! Nothing here knows a method: names, parameters, kinds and ranges all come from the tables, so a
//! method added there can be written in TOML at once, with its own messages.

use super::grammar::RULE;
use super::shape::{self, Key, Kind, check_number, check_word, out_of_range, quoted, wrong_kind};
use super::value::{Data, Table, Value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean, nearest};
use crate::model::{Entry, MethodInfo, Param, ParamError, ParamKind, ParamValue, Params};
use crate::project::{Chosen, Compared, Gaps};
use crate::{aggregate, normalise, outrank, prepare, weigh};
use indexmap::IndexMap;
use std::sync::Arc;

/// Methods that may stand at one place of a file.
#[derive(Debug)]
pub(crate) struct Family {
    /// What they are, with the article: "a normalisation".
    pub(crate) what: &'static str,
    /// Their descriptions.
    pub(crate) infos: fn() -> Vec<&'static MethodInfo>,
    /// Keys beside the parameters that any of them takes.
    pub(crate) extra: &'static [Key],
    /// Whether a script may stand in for a method.
    pub(crate) rule: bool,
    /// A word that switches the step off.
    pub(crate) off: Option<&'static str>,
}

/// How columns become comparable.
pub(crate) static NORMALISE: Family = Family {
    what: "a normalisation",
    infos: || normalise::METHODS.iter().map(|entry| &entry.info).collect(),
    extra: &[shape::key(
        "by",
        Kind::Text,
        "column of the places to group by: each group is normalised on its own",
    )],
    rule: true,
    off: None,
};

/// How children become their parent.
pub(crate) static AGGREGATE: Family = Family {
    what: "an aggregation",
    infos: || aggregate::METHODS.iter().map(|entry| &entry.info).collect(),
    extra: &[],
    rule: true,
    off: None,
};

/// How outliers are handled.
pub(crate) static TREAT: Family = Family {
    what: "a treatment",
    infos: || {
        prepare::TREATMENTS
            .iter()
            .map(|entry| &entry.info)
            .collect()
    },
    extra: &[],
    rule: false,
    off: Some("none"),
};

/// How places are ranked by comparing them on all leaves.
pub(crate) static OUTRANK: Family = Family {
    what: "a ranking method",
    infos: || outrank::METHODS.iter().map(|entry| &entry.info).collect(),
    extra: &[
        shape::key(
            "on",
            Kind::Word(Compared::WORDS),
            "what is compared: the leaves' figures or their scores; `[scoring] on` unless stated",
        ),
        shape::key(
            "missing",
            Kind::Word(Gaps::WORDS),
            "what happens to places with gaps: fail (usual for figures), complete-cases, or reweight \
             (usual for scores)",
        ),
    ],
    rule: false,
    off: Some("weighted"),
};

/// How weights are found, other than by writing them down.
pub(crate) static WEIGH: Family = Family {
    what: "a way to weigh",
    infos: || {
        let data = weigh::METHODS.iter().map(|entry| &entry.info);
        data.chain(weigh::JUDGEMENTS).collect()
    },
    extra: &[
        shape::key(
            "over",
            Kind::Word(&["siblings", "leaves"]),
            "what is weighed together: each group of siblings (usual), or all leaves at once",
        ),
        shape::key(
            "on",
            Kind::Word(Compared::WORDS),
            "what is seen of a leaf: figures or scores; `[scoring] on` unless stated",
        ),
        shape::key(
            "missing",
            Kind::Word(&["fail", "complete-cases"]),
            "what happens to places with gaps: fail (usual), or complete-cases",
        ),
    ],
    rule: false,
    off: None,
};

/// How weights are found from what people say.
pub(crate) static JUDGE: Family = Family {
    what: "a way to weigh",
    infos: || weigh::JUDGEMENTS.iter().collect(),
    extra: &[],
    rule: false,
    off: None,
};

static FAMILIES: [&Family; 4] = [&NORMALISE, &AGGREGATE, &TREAT, &OUTRANK];

/// What a value in a method's place says.
pub(crate) enum Choice<'a> {
    /// Nothing: the step is switched off.
    Off,
    /// A method of the family.
    Method(&'static MethodInfo, &'a Value),
    /// A script.
    Rule(&'a Value),
}

/// Tells whether a value names a script: `"rules/x.rhai"`, or a table with `rule`.
pub(crate) fn is_rule(value: &Value) -> bool {
    match &value.data {
        Data::Text(text) => is_script(text),
        Data::Table(table) => table.has("rule") || table.has("formula"),
        _ => false,
    }
}

/// Tells whether a text is the path of a script.
pub(crate) fn is_script(text: &str) -> bool {
    text.rsplit_once('.')
        .is_some_and(|(_, ending)| ending == "rhai")
}

/// Reads which method a value chooses, and reports an unknown one.
pub(crate) fn choice<'a>(
    value: &'a Value,
    family: &Family,
    found: &mut Diagnostics,
) -> Option<Choice<'a>> {
    if family.rule && is_rule(value) {
        return Some(Choice::Rule(value));
    }
    let name = match &value.data {
        Data::Table(table) => {
            let Some(method) = table.get("method") else {
                found.push(no_method(value, family));
                return None;
            };
            let Some(name) = method.word() else {
                found.push(wrong_kind("method", method, "a string"));
                return None;
            };
            name
        }
        _ => value.word()?,
    };
    if family.off == Some(name.text) {
        return Some(Choice::Off);
    }
    let infos = (family.infos)();
    if let Some(info) = infos.iter().find(|info| info.name == name.text) {
        return Some(Choice::Method(info, value));
    }
    found.push(unknown_method(name.text, name.span, family, &infos));
    None
}

fn no_method(value: &Value, family: &Family) -> Diagnostic {
    let rule = if family.rule {
        ", `rule` or `formula`"
    } else {
        ""
    };
    let message = format!("{} needs `method`{rule}", family.what);
    Diagnostic::new(Code("E0105"), message)
        .at(value.span.clone(), "no `method` here")
        .help("write `{ method = \"NAME\", ... }`; `exacity list methods` shows the names")
}

fn unknown_method(
    name: &str,
    at: &Span,
    family: &Family,
    infos: &[&'static MethodInfo],
) -> Diagnostic {
    let elsewhere = FAMILIES.iter().find(|other| {
        other.what != family.what && (other.infos)().iter().any(|info| info.name == name)
    });
    let known = infos.iter().map(|info| info.name).chain(family.off);
    let finding = Diagnostic::new(Code("E0303"), format!("`{name}` is not {}", family.what))
        .at(at.clone(), "unknown method")
        .maybe_help(did_you_mean(name, known));
    match elsewhere {
        Some(other) => finding.note(format!("`{name}` is {}", other.what)),
        None => finding,
    }
}

/// Checks a value in a method's place without building the method.
pub(crate) fn check(value: &Value, family: &'static Family, found: &mut Diagnostics) {
    match choice(value, family, found) {
        Some(Choice::Method(info, value)) => {
            read_params(info, value, family, found);
        }
        Some(Choice::Rule(value)) => {
            if let Some(table) = value.table() {
                check_rule(table, &value.span, family, found);
            }
        }
        Some(Choice::Off) | None => {}
    }
}

fn check_rule(table: &Table, at: &Span, family: &Family, found: &mut Diagnostics) {
    let mut own = table.clone();
    for key in family.extra {
        if let Some(entry) = own.entries.shift_remove(key.name) {
            shape::check(&entry.value, &key.kind, key.name, found);
        }
    }
    shape::check_table(&own, at, &RULE, found);
}

/// Reads the parameters given with a method, and reports those that do not belong to it.
pub(crate) fn read_params(
    info: &MethodInfo,
    value: &Value,
    family: &Family,
    found: &mut Diagnostics,
) -> Params {
    let mut params = Params::default();
    let entries = value.table().map(|table| &table.entries);
    for (name, entry) in entries.into_iter().flatten() {
        if name == "method" {
            continue;
        }
        if let Some(key) = family.extra.iter().find(|key| key.name == name) {
            shape::check(&entry.value, &key.kind, name, found);
        } else if let Some(param) = info.params.iter().find(|param| param.name == name) {
            if let Some(value) = param_value(param, &entry.value, found) {
                params.0.insert(name.clone(), value);
            }
        } else {
            found.push(wrong_param(name, &entry.key, info, family));
        }
    }
    // A misspelt name has been reported with the name it is near to: to call that one missing as well
    // would be a second message for one mistake.
    let own = || info.params.iter().map(|param| param.name);
    let given = |param: &&Param| {
        let names = || entries.into_iter().flat_map(|entries| entries.keys());
        names().any(|name| name == param.name)
            || names().any(|name| {
                !own().any(|own| own == name) && nearest(name, own()) == Some(param.name)
            })
    };
    // What each criterion may state itself is asked for once the criteria are known.
    let asked = |p: &&Param| p.default.is_none() && !p.per_criterion;
    for param in info.params.iter().filter(asked) {
        if !given(&param) {
            found.push(missing_param(param, info, &value.span));
        }
    }
    params
}

fn missing_param(param: &Param, info: &MethodInfo, at: &Span) -> Diagnostic {
    let message = format!("`{}` needs `{}`", info.name, param.name);
    let example = format!(
        "write `{{ method = \"{}\", {} = ... }}`: {}",
        info.name, param.name, param.doc
    );
    Diagnostic::new(Code("E0105"), message)
        .at(at.clone(), format!("no `{}` here", param.name))
        .help(example)
}

fn wrong_param(name: &str, at: &Span, info: &MethodInfo, family: &Family) -> Diagnostic {
    let infos = (family.infos)();
    let owner = infos
        .iter()
        .find(|other| other.params.iter().any(|param| param.name == name));
    let message = match owner {
        Some(owner) => format!(
            "`{name}` belongs to `{}`; `{}` has no such parameter",
            owner.name, info.name
        ),
        None => format!("`{}` has no parameter `{name}`", info.name),
    };
    let own = info.params.iter().map(|param| param.name);
    let finding = Diagnostic::new(Code("E0304"), message).at(at.clone(), "unknown parameter");
    if info.params.is_empty() {
        finding.help(format!("`{}` takes no parameters", info.name))
    } else {
        finding.maybe_help(did_you_mean(name, own))
    }
}

/// Reads the value of a parameter.
fn param_value(param: &Param, value: &Value, found: &mut Diagnostics) -> Option<ParamValue> {
    let name = param.name;
    let number = |value: &Value, found: &mut Diagnostics| {
        if !matches!(value.data, Data::Integer(_) | Data::Number(_)) {
            found.push(wrong_kind(name, value, "a number"));
            return None;
        }
        check_number(value, param.range, name, found);
        value.number()
    };
    match param.kind {
        // Weight sets read these themselves, beside the criteria they speak of.
        ParamKind::Tables | ParamKind::Matrix | ParamKind::Ids | ParamKind::Order => None,
        ParamKind::Integer if value.integer().is_none() => {
            found.push(wrong_kind(name, value, "a whole number"));
            None
        }
        ParamKind::Number | ParamKind::Integer => number(value, found).map(ParamValue::Number),
        ParamKind::Flag => {
            let flag = value.flag();
            if flag.is_none() {
                found.push(wrong_kind(name, value, "true or false"));
            }
            flag.map(ParamValue::Flag)
        }
        ParamKind::Word(words) => {
            let Some(word) = value.text() else {
                found.push(wrong_kind(
                    name,
                    value,
                    &format!("one of {}", quoted(words)),
                ));
                return None;
            };
            check_word(value, words, name, found);
            words
                .contains(&word)
                .then(|| ParamValue::Word(word.to_owned()))
        }
        ParamKind::Numbers if param.per_criterion => per_criterion(name, value, &number, found),
        ParamKind::Numbers => {
            let Some(items) = value.array() else {
                found.push(wrong_kind(name, value, "an array of numbers"));
                return None;
            };
            let numbers: Vec<_> = items.iter().map(|item| number(item, found)).collect();
            let numbers: Option<Vec<f64>> = numbers.into_iter().collect();
            numbers.map(ParamValue::Numbers)
        }
        ParamKind::Points => points(name, value, found).map(ParamValue::Points),
        ParamKind::Table => {
            let Some(table) = value.table() else {
                found.push(wrong_kind(name, value, "a table of numbers"));
                return None;
            };
            let mut numbers = IndexMap::new();
            for (word, entry) in &table.entries {
                numbers.insert(word.clone(), number(&entry.value, found)?);
            }
            Some(ParamValue::Table(numbers))
        }
    }
}

/// Reads a number for all criteria, one for each in reading order, or a table by criterion.
fn per_criterion(
    name: &str,
    value: &Value,
    number: &dyn Fn(&Value, &mut Diagnostics) -> Option<f64>,
    found: &mut Diagnostics,
) -> Option<ParamValue> {
    if let Some(items) = value.array() {
        let numbers: Vec<_> = items.iter().map(|item| number(item, found)).collect();
        let numbers: Option<Vec<f64>> = numbers.into_iter().collect();
        return numbers.map(ParamValue::Numbers);
    }
    if let Some(table) = value.table() {
        let mut numbers = IndexMap::new();
        by_criterion(table, "", &mut |id, value| {
            number(value, found).map(|number| numbers.insert(id, number));
        });
        return Some(ParamValue::Table(numbers));
    }
    if !matches!(value.data, Data::Integer(_) | Data::Number(_)) {
        let expected = "a number, an array of numbers, or a table of numbers by criterion";
        found.push(wrong_kind(name, value, expected));
        return None;
    }
    number(value, found).map(ParamValue::Number)
}

/// Walks a table by criterion: an unquoted dotted key is a table to TOML and one id to people.
fn by_criterion(table: &Table, prefix: &str, visit: &mut dyn FnMut(String, &Value)) {
    for (key, entry) in &table.entries {
        let id = match prefix {
            "" => key.clone(),
            _ => format!("{prefix}.{key}"),
        };
        match &entry.value.data {
            Data::Table(inner) => by_criterion(inner, &id, visit),
            _ => visit(id, &entry.value),
        }
    }
}

fn points(name: &str, value: &Value, found: &mut Diagnostics) -> Option<Vec<(f64, f64)>> {
    let point = |item: &Value| match item.array()? {
        [x, y] => Some((x.number()?, y.number()?)),
        _ => None,
    };
    let points: Option<Vec<_>> = value
        .array()
        .and_then(|items| items.iter().map(point).collect());
    if points.is_none() {
        let expected = "an array of points such as [[0, 0], [10, 100]]";
        found.push(wrong_kind(name, value, expected));
    }
    points
}

/// Builds the method that a value chooses; parameters that are wrong have been reported.
pub(crate) fn build<T: ?Sized>(
    info: &'static MethodInfo,
    value: &Value,
    table: &'static [Entry<T>],
    family: &Family,
    found: &mut Diagnostics,
) -> Option<Chosen<T>> {
    build_from(info, value, table, family, &|params, _| Some(params), found)
}

/// What parameters as written mean to a method; `None` if a mistake, which is reported, prevents it.
type Meaning<'f> = &'f dyn Fn(Params, &mut Diagnostics) -> Option<Params>;

/// Builds the method that a value chooses from what its parameters mean; they are shown as written.
pub(crate) fn build_from<T: ?Sized>(
    info: &'static MethodInfo,
    value: &Value,
    table: &'static [Entry<T>],
    family: &Family,
    meaning: Meaning<'_>,
    found: &mut Diagnostics,
) -> Option<Chosen<T>> {
    let mut wrong = Diagnostics::new();
    let params = read_params(info, value, family, &mut wrong);
    let failed = wrong.has_errors();
    found.extend(wrong);
    if failed {
        return None;
    }
    let entry = table.iter().find(|entry| entry.info.name == info.name)?;
    let meant = meaning(params.clone(), found)?;
    match (entry.build)(&meant) {
        Ok(method) => Some(Chosen {
            name: info.name,
            params,
            method: Arc::clone(&method),
        }),
        Err(error) => {
            found.push(refused(info, value, &error));
            None
        }
    }
}

fn refused(info: &MethodInfo, value: &Value, error: &ParamError) -> Diagnostic {
    let given = error
        .param
        .and_then(|param| value.table()?.get(param))
        .map_or(&value.span, |value| &value.span);
    out_of_range(format!("`{}`: {}", info.name, error.message), given)
}
