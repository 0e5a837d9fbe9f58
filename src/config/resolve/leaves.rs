//! Criteria that read figures: which row speaks for a place, and what happens to it.

use super::league::group_by;
use super::nodes::{Filling, Policy, Settings, policy};
use super::words::{self, Words};
use super::{Context, applies, ranking, strategy};
use crate::config::methods::{self, Choice, NORMALISE, TREAT};
use crate::config::shape::out_of_range;
use crate::config::value::{Table, Value, Word};
use crate::dataset::{
    Age, Bounds, CombineRows, Dataset, Doubtful, Preference, Selector, annual_programmes,
    target_attainment,
};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Span, did_you_mean};
use crate::model::{
    Cell, Column, Direction, Indicator, IndicatorId, Kind, ProgrammeKind, Provenance, SourceId,
    Sourced, Tier,
};
use crate::normalise;
use crate::prepare::{self, Treat, impute::Fill};
use crate::project::{Constant, Leaf, LeafMissing, LeafValue, Rescale, RuleUse};
use std::sync::Arc;

/// What a leaf reads, before it is scored.
struct Figures {
    indicators: Vec<IndicatorId>,
    direction: Option<Direction>,
    unit: String,
    value: LeafValue,
}

/// Resolves a leaf; `None` if a mistake prevents it.
pub(crate) fn leaf(
    id: Word<'_>,
    settings: &Settings<'_>,
    conditions: &[Word<'_>],
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Leaf> {
    let own = settings.own?;
    let exempt = applies::exempt(conditions, context, found);
    let selector = selector(
        &[
            context.document.table("observations"),
            own.table("observations"),
        ],
        context.as_of,
        found,
    );
    check_sources(own, context, found);
    let figures = match own.get("value") {
        Some(value) => computed(value, &selector, context, found),
        None => pool(own, &selector, context, found),
    };
    let direction = direction(id, own, figures.as_ref(), found);
    let denominator = match own.word("denominator") {
        Some(word) => {
            let (by, cells) = denominator(word, &selector, context, found)?;
            Some((by, cells.into_iter().collect()))
        }
        None => None,
    };
    let missing = missing(settings, figures.as_ref(), &selector, context, found);
    let treat = treat(settings, found);
    let words = figures
        .as_ref()
        .and_then(|f| words::of(&f.indicators, context));
    let (normalise, groups) = rescale(settings, words.as_ref(), context, found)?;
    let mut figures = figures?;
    applies::set_aside(&mut figures.value, exempt?);
    check_evidence(id, &figures, context, found);
    Some(Leaf {
        indicators: figures.indicators,
        direction: direction?,
        unit: own.text("unit").map_or(figures.unit, str::to_owned),
        value: figures.value,
        denominator,
        missing: missing?,
        treat: treat?,
        normalise: normalise?,
        groups,
        constant: constant(settings),
        compare: ranking::compare(own),
    })
}

/// Reads what a column without differences scores.
pub(crate) fn constant(settings: &Settings<'_>) -> Constant {
    match settings.get("constant") {
        None => Constant::Share(0.5),
        Some(value) => value.number().map_or(Constant::Drop, Constant::Share),
    }
}

/// Finds an indicator that the user names.
pub(crate) fn indicator<'c>(
    word: Word<'_>,
    context: &Context<'c, '_>,
    found: &mut Diagnostics,
) -> Option<&'c Indicator> {
    let known = context.data.indicators.get(word.text);
    if known.is_none() {
        found.push(unknown_indicator(word, context.data));
    }
    known
}

/// Makes the finding for an unknown indicator.
pub(crate) fn unknown_indicator(word: Word<'_>, data: &Dataset) -> Diagnostic {
    let names = data.indicators.keys().map(IndicatorId::as_str);
    Diagnostic::new(
        Code("E0302"),
        format!("there is no indicator `{}`", word.text),
    )
    .at(word.span.clone(), "unknown indicator")
    .maybe_help(did_you_mean(word.text, names))
}

fn indicators<'c>(
    words: &[Word<'_>],
    context: &Context<'c, '_>,
    found: &mut Diagnostics,
) -> Option<Vec<&'c Indicator>> {
    let all: Vec<_> = words
        .iter()
        .map(|word| indicator(*word, context, found))
        .collect();
    let all: Vec<&Indicator> = all.into_iter().collect::<Option<_>>()?;
    let first = all.first()?;
    for (word, other) in words.iter().zip(&all) {
        if other.unit != first.unit {
            let message = format!(
                "`{}` is in {} and `{}` in {}: they cannot be pooled",
                other.id, other.unit, first.id, first.unit
            );
            found.push(
                Diagnostic::new(Code("E0210"), message)
                    .at(word.span.clone(), "another unit")
                    .help("make it a criterion of its own"),
            );
        }
    }
    Some(all)
}

fn pool(
    own: &Table,
    selector: &Selector,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Figures> {
    let words = own.words("indicator")?;
    let all = indicators(&words, context, found)?;
    let ids: Vec<IndicatorId> = all.iter().map(|indicator| indicator.id.clone()).collect();
    let first = all.first()?;
    Some(Figures {
        direction: context.describes_indicators.then_some(first.direction),
        unit: first.unit.clone(),
        value: LeafValue::Data(select(&ids, selector, context).into_iter().collect()),
        indicators: ids,
    })
}

/// Selects one figure per place of the league; what the command line sets goes before the data.
pub(crate) fn select(
    pool: &[IndicatorId],
    selector: &Selector,
    context: &Context<'_, '_>,
) -> Vec<Sourced> {
    let one = |place: &crate::model::Place| {
        let selected = selector.select(context.data, &place.id, pool);
        let set = pool
            .iter()
            .find_map(|indicator| context.figures.get(&(place.id.clone(), indicator.clone())));
        if set.is_none() && selected.cell == Cell::Missing {
            let none = |id: &&IndicatorId| context.data.is_not_applicable(&place.id, id);
            if let Some(id) = pool.iter().find(none) {
                return Sourced {
                    cell: Cell::NotApplicable,
                    provenance: Provenance::NotApplicable {
                        why: format!("the table says so for {id}"),
                    },
                    rejected: selected.rejected,
                };
            }
        }
        match set {
            Some(value) => Sourced {
                provenance: Provenance::Override {
                    was: selected.cell.value(),
                },
                cell: Cell::Value(*value),
                rejected: selected.rejected,
            },
            None => selected,
        }
    };
    context.league.iter().map(one).collect()
}

/// Returns the figures of one indicator over the league, as the project selects them.
pub(crate) fn plain(id: &IndicatorId, context: &Context<'_, '_>) -> Column {
    let mut found = Diagnostics::new();
    let observations = context.document.table("observations");
    let selector = selector(&[observations], context.as_of, &mut found);
    let cells = select(std::slice::from_ref(id), &selector, context);
    cells.into_iter().map(|sourced| sourced.cell).collect()
}

fn computed(
    value: &Value,
    selector: &Selector,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Figures> {
    let table = value.table()?;
    let ways: Vec<_> = ["programmes", "targets", "rule", "formula"]
        .into_iter()
        .filter(|way| table.has(way))
        .collect();
    if ways.len() != 1 {
        let message = "a computed value is one of `programmes`, `targets`, `rule` and `formula`";
        let finding = Diagnostic::new(Code("E0105"), message);
        found.push(finding.at(value.span.clone(), format!("{} of them here", ways.len())));
        return None;
    }
    if let Some(programmes) = table.table("programmes") {
        return Some(annual(programmes, context));
    }
    if let Some(targets) = table.table("targets") {
        return attainment(targets, selector, context, found);
    }
    derived(value, table, context, found)
}

fn annual(programmes: &Table, context: &Context<'_, '_>) -> Figures {
    let words = programmes.words("kinds").unwrap_or_default();
    let kinds: Vec<_> = words
        .iter()
        .filter_map(|word| ProgrammeKind::parse(word.text))
        .collect();
    let one = |place: &crate::model::Place| {
        annual_programmes(context.data, &place.id, &kinds, context.as_of)
    };
    Figures {
        indicators: vec![],
        direction: Some(Direction::Higher),
        unit: "CNY a year".to_owned(),
        value: LeafValue::Data(context.league.iter().map(one).collect()),
    }
}

fn attainment(
    targets: &Table,
    selector: &Selector,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Figures> {
    let all = indicators(&targets.words("indicator")?, context, found)?;
    let ids: Vec<IndicatorId> = all.iter().map(|indicator| indicator.id.clone()).collect();
    let one =
        |place: &crate::model::Place| target_attainment(context.data, &place.id, &ids, selector);
    Some(Figures {
        value: LeafValue::Data(context.league.iter().map(one).collect()),
        indicators: ids,
        direction: Some(Direction::Higher),
        unit: "share of the target".to_owned(),
    })
}

fn derived(
    value: &Value,
    table: &Table,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Figures> {
    if table.has("formula") {
        let rule = strategy::rule_use(value, FORMULA, context, found)?;
        return Some(computed_by(
            rule,
            FORMULA.to_owned(),
            String::new(),
            context,
            found,
        ));
    }
    let rule = strategy::rule_use(value, FORMULA, context, found)?;
    let derives = &rule.rule.meta().derives;
    let function = match table.word("fn") {
        Some(word) if derives.contains_key(word.text) => word.text.to_owned(),
        Some(word) => {
            let known = derives.keys().map(String::as_str);
            let message = format!("`{}` derives no column `{}`", rule.name, word.text);
            found.push(
                Diagnostic::new(Code("E0408"), message)
                    .at(word.span.clone(), "not in `derives` of its `meta()`")
                    .maybe_help(did_you_mean(word.text, known)),
            );
            return None;
        }
        None if derives.len() == 1 => derives.keys().next()?.clone(),
        None => {
            let message = format!(
                "`{}` derives {} columns: name one",
                rule.name,
                derives.len()
            );
            found.push(
                Diagnostic::new(Code("E0105"), message)
                    .at(value.span.clone(), "no `fn` here")
                    .help("write `value = { rule = \"...\", fn = \"NAME\" }`"),
            );
            return None;
        }
    };
    let unit = derives.get(&function)?.unit.clone();
    Some(computed_by(rule, function, unit, context, found))
}

/// The function that a formula of a figure becomes.
const FORMULA: &str = "figure";

fn computed_by(
    rule: RuleUse,
    function: String,
    unit: String,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Figures {
    context.read_by_script(&rule.rule, &[&function]);
    strategy::check_stage(
        &rule.rule,
        &function,
        &strategy::Stage::Figure,
        context,
        found,
    );
    Figures {
        indicators: vec![],
        direction: None,
        unit,
        value: LeafValue::Derived {
            rule,
            function,
            exempt: vec![],
        },
    }
}

/// Returns the direction that a criterion states, with its place.
pub(crate) fn stated_direction(settings: &Settings<'_>) -> Option<(Direction, Span)> {
    let word = settings.own?.word("direction")?;
    Some((Direction::parse(word.text)?, word.span.clone()))
}

fn direction(
    id: Word<'_>,
    own: &Table,
    figures: Option<&Figures>,
    found: &mut Diagnostics,
) -> Option<Direction> {
    if let Some(word) = own.text("direction") {
        return Direction::parse(word);
    }
    let from_data = figures?.direction;
    let why = match from_data {
        Some(Direction::Context) => "its indicator is context, of which neither end is good",
        None => "nothing says which end of its figures is good",
        Some(direction) => return Some(direction),
    };
    found.push(
        Diagnostic::new(
            Code("E0105"),
            format!("criterion `{}` needs `direction`", id.text),
        )
        .at(id.span.clone(), why)
        .help("add `direction = \"higher\"` or `direction = \"lower\"`"),
    );
    None
}

fn denominator(
    word: Word<'_>,
    selector: &Selector,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<(IndicatorId, Vec<Sourced>)> {
    let id = indicator(word, context, found)?.id.clone();
    let cells = select(std::slice::from_ref(&id), selector, context);
    Some((id, cells))
}

fn missing(
    settings: &Settings<'_>,
    figures: Option<&Figures>,
    selector: &Selector,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<LeafMissing> {
    let (value, stated) = settings.stated("missing")?;
    let (policy, at) = (policy(value, settings.word("group"), found)?, &value.span);
    Some(match policy {
        Policy::CompleteCases if stated => {
            let message = "`complete-cases` is a policy of criteria with children";
            found.push(out_of_range(message, at).help("state it for the parent"));
            return None;
        }
        Policy::Constant(number) if stated => LeafMissing::Fill(Fill::Constant(number)),
        // Of the defaults for all criteria, the latter two speak of children: see `Policy`.
        Policy::Reweight | Policy::CompleteCases | Policy::Constant(_) => LeafMissing::Leave,
        Policy::Fill(filling) => LeafMissing::Fill(match filling {
            Filling::Mean => Fill::Mean,
            Filling::Median => Fill::Median,
            Filling::GroupMean(column) => Fill::GroupMean(group_by(column, context, found)?),
            Filling::GroupMedian(column) => Fill::GroupMedian(group_by(column, context, found)?),
            Filling::CarryForward => Fill::Known(earlier(figures?, selector, context)),
        }),
        Policy::Fail => LeafMissing::Fail,
    })
}

/// Finds, for every place, the latest figure from before the period or the age limit that the criterion
/// asks for.
fn earlier(
    figures: &Figures,
    selector: &Selector,
    context: &Context<'_, '_>,
) -> Vec<Option<(f64, String)>> {
    let relaxed = Selector {
        max_age: None,
        combine: None,
        absent: None,
        period: selector.period.map(|(_, last)| (i32::MIN, last)),
        ..selector.clone()
    };
    let cells = select(&figures.indicators, &relaxed, context);
    let known = cells.iter().map(|sourced| {
        let from = sourced.as_of().map_or_else(
            || "an undated figure".to_owned(),
            |period| period.to_string(),
        );
        Some((
            sourced.cell.value()?,
            format!("carried forward from {from}"),
        ))
    });
    known.collect()
}

type Treatment = Option<(String, Arc<dyn Treat>)>;

/// Reads how outliers are handled.
pub(crate) fn treat(settings: &Settings<'_>, found: &mut Diagnostics) -> Option<Treatment> {
    let Some(value) = settings.get("treat") else {
        return Some(None);
    };
    match methods::choice(value, &TREAT, found)? {
        Choice::Method(info, value) => {
            let chosen = methods::build(info, value, prepare::TREATMENTS, &TREAT, found)?;
            Some(Some((chosen.name.to_owned(), chosen.method)))
        }
        Choice::Off | Choice::Rule(_) => Some(None),
    }
}

type Rescaling = (Option<Rescale>, Option<Vec<String>>);

/// Reads how figures or scores become comparable.
pub(crate) fn rescale(
    settings: &Settings<'_>,
    words: Option<&Words>,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Rescaling> {
    let value = settings.get("normalise")?;
    let by = value.table().and_then(|table| table.word("by"));
    let groups = match by {
        Some(column) => Some(group_by(column, context, found)?),
        None => None,
    };
    let choice = methods::choice(value, &NORMALISE, found)?;
    if let Some(words) = words {
        words.check(&choice, value, found)?;
    }
    let rescale = match choice {
        Choice::Method(info, value) => {
            let meaning = |params, found: &mut Diagnostics| match words {
                Some(words) => words.numbers(params, value, found),
                None => Some(params),
            };
            methods::build_from(info, value, normalise::METHODS, &NORMALISE, &meaning, found)
                .map(Rescale::Method)
        }
        Choice::Rule(value) => {
            strategy::rule_with(value, "normalise", context, found).map(Rescale::Rule)
        }
        Choice::Off => None,
    };
    Some((rescale, groups))
}

/// Refuses publications that the data does not have.
fn check_sources(own: &Table, context: &Context<'_, '_>, found: &mut Diagnostics) {
    let named = own
        .table("observations")
        .and_then(|table| table.words("sources"));
    for word in named.unwrap_or_default() {
        if !context.data.sources.contains_key(word.text) {
            let known = context.data.sources.keys().map(SourceId::as_str);
            found.push(
                Diagnostic::new(
                    Code("E0106"),
                    format!("the data has no source `{}`", word.text),
                )
                .at(word.span.clone(), "not in the list of sources")
                .maybe_help(did_you_mean(word.text, known)),
            );
        }
    }
}

/// Refuses a criterion about which nothing is known of any place.
fn check_evidence(
    id: Word<'_>,
    figures: &Figures,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) {
    let LeafValue::Data(data) = &figures.value else {
        return;
    };
    let cells = data.cells();
    // Where a figure does not apply to anybody (no target is due yet), nothing is lacking.
    if context.league.is_empty() || cells.iter().any(|cell| cell.cell != Cell::Missing) {
        return;
    }
    let message = format!("no place of the league has a figure for `{}`", id.text);
    let mut finding = Diagnostic::new(Code("E0311"), message)
        .at(id.span.clone(), "nothing to judge by")
        .help("take the criterion out, or let more rows count: `observations = { kinds = [...] }`");
    let rejected: Vec<_> = cells.iter().flat_map(|cell| &cell.rejected).collect();
    if let Some(first) = rejected.first() {
        finding = finding.note(format!(
            "{} rows were considered and not taken; the first, at {}: {}",
            rejected.len(),
            first.observation.origin,
            first.reason.words()
        ));
    }
    found.push(finding);
}

/// Reads `observations`, later tables before earlier ones.
pub(crate) fn selector(
    tables: &[Option<&Table>],
    as_of: Option<chrono::NaiveDate>,
    found: &mut Diagnostics,
) -> Selector {
    let mut selector = Selector {
        as_of,
        ..Selector::default()
    };
    for table in tables.iter().flatten() {
        read_selector(table, &mut selector, found);
    }
    selector
}

fn read_selector(table: &Table, selector: &mut Selector, found: &mut Diagnostics) {
    let texts = |key: &str| {
        let words = table.words(key)?;
        Some(words.iter().map(|word| word.text).collect::<Vec<_>>())
    };
    if let Some(kinds) = texts("kinds") {
        selector.kinds = kinds.into_iter().filter_map(Kind::parse).collect();
    }
    if let Some(tiers) = texts("tiers") {
        selector.tiers = Some(tiers.into_iter().filter_map(Tier::parse).collect());
    }
    if let Some(sources) = texts("sources") {
        selector.sources = Some(sources.into_iter().map(SourceId::new).collect());
    }
    if let Some(prefer) = texts("prefer") {
        selector.prefer = prefer.into_iter().filter_map(preference).collect();
    }
    match table.text("bounds") {
        Some("at-bound") => selector.bounds = Bounds::AtBound,
        Some("exclude") => selector.bounds = Bounds::Exclude,
        Some("interval") => selector.bounds = Bounds::Interval,
        _ => {}
    }
    match table.text("doubtful") {
        Some("skip") => selector.doubtful = Doubtful::Skip,
        Some("interval") => selector.doubtful = Doubtful::Interval,
        Some("use") => selector.doubtful = Doubtful::Use,
        _ => {}
    }
    match table.text("combine") {
        Some("sum") => selector.combine = Some(CombineRows::Sum),
        Some("mean") => selector.combine = Some(CombineRows::Mean),
        Some("max") => selector.combine = Some(CombineRows::Max),
        _ => {}
    }
    if let Some(age) = table.word("max-age") {
        selector.max_age = max_age(age, found).or(selector.max_age);
    }
    if let Some(period) = table.word("period") {
        selector.period = years(period, found).or(selector.period);
    }
    selector.absent = table.number("absent").or(selector.absent);
    if let Some(precision) = table.text("precision") {
        selector.precision = Some(precision.to_owned());
    }
    if let Some(scopes) = texts("scope") {
        selector.scopes = scopes.into_iter().map(str::to_owned).collect();
    }
}

fn preference(word: &str) -> Option<Preference> {
    match word {
        "latest" => Some(Preference::Latest),
        "tier" => Some(Preference::Tier),
        "exact" => Some(Preference::Exact),
        _ => None,
    }
}

fn max_age(word: Word<'_>, found: &mut Diagnostics) -> Option<Age> {
    let age = Age::parse(word.text);
    if age.is_none() {
        let message = format!("`{}` is not an age", word.text);
        let help = "write years, months or days: `3y`, `18m`, `90d`";
        found.push(out_of_range(message, word.span).help(help));
    }
    age
}

fn years(word: Word<'_>, found: &mut Diagnostics) -> Option<(i32, i32)> {
    let year = |text: &str| {
        let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (first, last) = word.text.split_once("..").unwrap_or((word.text, word.text));
    let years = year(first)
        .zip(year(last))
        .filter(|(first, last)| first <= last);
    if years.is_none() {
        let message = format!("`{}` is not a period", word.text);
        let help = "write a year or two: `2024`, `2023..2025`";
        found.push(out_of_range(message, word.span).help(help));
    }
    years
}
