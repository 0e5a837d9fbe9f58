//! Sentences and short phrases that several views share.

use crate::model::{Direction, NodeIx, Observation, ParamValue, Params, Period, Place, Source};
use crate::project::{Change, Chosen, Combine, Project, Rescale, RuleUse};
use crate::report::Lang;
use crate::report::model::Name;
use crate::report::number;
use crate::score::Exclusion;
use indexmap::IndexMap;

/// Says why a place is not ranked.
pub fn exclusion(project: &Project, why: &Exclusion) -> String {
    match why {
        Exclusion::NoEvidence(criteria) => {
            format!("no measured figure in {}", names(project, criteria))
        }
        Exclusion::Coverage { held, required } => format!(
            "{} of the figures are there, {} are asked for",
            number::percent(*held),
            number::percent(*required)
        ),
        Exclusion::NoScore => "too few figures for a score".to_owned(),
        Exclusion::NotJudged(missing) => format!("not judged: no figure for {}", list(missing)),
        Exclusion::NotEligible => "not eligible by the strategy".to_owned(),
    }
}

/// Lists the ids of criteria.
pub fn names(project: &Project, criteria: &[NodeIx]) -> String {
    let ids = criteria.iter().map(|&at| project.tree.node(at).id.as_str());
    list(&ids.collect::<Vec<_>>())
}

/// Joins words with commas and a last "and".
pub fn list(words: &[impl AsRef<str>]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// Writes a count with its noun: `1 place`, `3 places`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Returns a heading of at most five letters for a narrow table.
pub fn short(name: &str) -> String {
    if name.chars().count() <= 6 {
        return name.to_owned();
    }
    let start: String = name.chars().take(4).collect();
    format!("{}.", start.trim_end())
}

/// Writes a place for people who read Chinese names, too.
pub fn full_name(place: &Place) -> String {
    match &place.name_zh {
        Some(zh) => format!("{} {zh}", place.name),
        None => place.name.clone(),
    }
}

/// Returns the name of a place with its Chinese form.
pub fn name(place: &Place) -> Name {
    Name {
        id: place.id.to_string(),
        text: place.name.clone(),
        other: place.name_zh.clone().filter(|zh| *zh != place.name),
        ..Name::default()
    }
}

/// Writes the value of an observation as its source does: `> 120 EFLOPS`, `5–8 %`.
pub fn value(row: &Observation, unit: &str) -> String {
    let high = row
        .value_high
        .map(|high| format!("–{}", number::figure(high)));
    format!(
        "{}{}{}{}",
        row.qualifier.sign(),
        number::figure(row.value),
        high.unwrap_or_default(),
        with_unit(unit)
    )
}

/// Returns a unit with a space before it; nothing for counts and plain numbers.
pub fn with_unit(unit: &str) -> String {
    match unit {
        "" | "1" | "count" => String::new(),
        unit => format!(" {unit}"),
    }
}

/// Writes when a figure held.
pub fn date(period: Option<Period>, inferred: bool) -> String {
    match period {
        None => "undated".to_owned(),
        Some(period) if inferred => format!("{period} (date inferred)"),
        Some(period) => period.to_string(),
    }
}

/// Writes a publication: title, publisher, tier, date.
pub fn source(source: &Source) -> String {
    let date = source
        .date
        .map_or_else(|| "undated".to_owned(), |date| date.to_string());
    format!(
        "“{}”, {} (tier {:?}, {date})",
        source.title, source.publisher, source.tier
    )
}

/// Says which end of a criterion is good.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Higher => "higher is better",
        Direction::Lower => "lower is better",
        Direction::Context => "neither end is better",
    }
}

/// Writes a method with the parameters given: `goalposts (low = 0, high = 300)`.
pub fn method<T: ?Sized>(chosen: &Chosen<T>) -> String {
    with_params(chosen.name, &params(&chosen.params))
}

/// Writes how figures become comparable.
pub fn rescale(rescale: &Rescale) -> String {
    match rescale {
        Rescale::Method(chosen) => method(chosen),
        Rescale::Rule(rule) => script(rule),
    }
}

/// Writes how children become their parent.
pub fn combine(combine: &Combine) -> String {
    match combine {
        Combine::Method(chosen) => method(chosen),
        Combine::Rule(rule) => script(rule),
    }
}

/// Writes what an adjustment does: `-5 points`, `capped at 40`.
pub fn change(change: Change, lang: Lang) -> String {
    match (change, lang) {
        (Change::Add(points), Lang::En) => format!("{} points", number::signed(points)),
        (Change::Add(points), Lang::Zh) => format!("{} 分", number::signed(points)),
        (Change::Times(factor), Lang::En) => format!("multiplied by {}", number::figure(factor)),
        (Change::Times(factor), Lang::Zh) => format!("乘以 {}", number::figure(factor)),
        (Change::AtMost(limit), Lang::En) => format!("capped at {}", number::figure(limit)),
        (Change::AtMost(limit), Lang::Zh) => format!("至多 {}", number::figure(limit)),
        (Change::AtLeast(limit), Lang::En) => {
            format!("raised to at least {}", number::figure(limit))
        }
        (Change::AtLeast(limit), Lang::Zh) => format!("至少 {}", number::figure(limit)),
        (Change::Set(value), Lang::En) => format!("set to {}", number::figure(value)),
        (Change::Set(value), Lang::Zh) => format!("设为 {}", number::figure(value)),
    }
}

/// Writes a script as what it is: `rule niche (..)`, or `formula part.a / part.b`.
pub fn script(rule: &RuleUse) -> String {
    let kind = if rule.rule.is_formula() {
        "formula"
    } else {
        "rule"
    };
    format!("{kind} {}", rule_use(rule))
}

/// Writes a script with its parameters.
pub fn rule_use(rule: &RuleUse) -> String {
    with_params(&rule.name, &entries(&rule.params))
}

fn with_params(name: &str, params: &[String]) -> String {
    if params.is_empty() {
        name.to_owned()
    } else {
        format!("{name} ({})", params.join(", "))
    }
}

fn params(params: &Params) -> Vec<String> {
    let all = params.0.iter();
    all.map(|(name, value)| format!("{name} = {}", param(value)))
        .collect()
}

fn param(value: &ParamValue) -> String {
    let joined = |parts: Vec<String>| format!("[{}]", parts.join(", "));
    match value {
        ParamValue::Number(number) => number::figure(*number),
        ParamValue::Flag(flag) => flag.to_string(),
        ParamValue::Word(word) => word.clone(),
        ParamValue::Numbers(numbers) => {
            joined(numbers.iter().map(|n| number::figure(*n)).collect())
        }
        ParamValue::Points(points) => {
            let pair =
                |(x, y): &(f64, f64)| format!("{} → {}", number::figure(*x), number::figure(*y));
            joined(points.iter().map(pair).collect())
        }
        ParamValue::Table(table) => joined(entries(table)),
        ParamValue::Words(words) => joined(words.clone()),
        ParamValue::Spread(numbers) => {
            let one = |n: &Option<f64>| n.map_or_else(|| "–".to_owned(), number::figure);
            joined(numbers.iter().map(one).collect())
        }
    }
}

fn entries(table: &IndexMap<String, f64>) -> Vec<String> {
    let entries = table.iter();
    entries
        .map(|(word, value)| format!("{word} = {}", number::figure(*value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(
            (counted(1, "place"), counted(0, "place")),
            ("1 place".into(), "0 places".into())
        );
    }

    #[test]
    fn short_headings_count_characters_not_bytes() {
        assert_eq!(short("Academia"), "Acad.");
        assert_eq!(short("算力"), "算力");
        assert_eq!(short("AI in use"), "AI i.");
        assert_eq!(short("人工智能算力规模"), "人工智能.");
    }

    #[test]
    fn parameters_are_shown_as_given() {
        let given = Params::default()
            .with("low", ParamValue::Number(0.0))
            .with("transform", ParamValue::Word("log1p".to_owned()));
        assert_eq!(
            with_params("goalposts", &params(&given)),
            "goalposts (low = 0, transform = log1p)"
        );
    }
}
