//! Where a criterion applies: a condition on the figures of a place.
//!
//! It is decided before anything is scored, so that coverage and evidence know that nothing is lacking
//! where nothing could be.

use super::strategy::{Stage, check_stage};
use super::{Context, leaves};
use crate::config::value::Word;
use crate::diagnostics::Diagnostics;
use crate::model::{Cell, Column, IndicatorId, Provenance, Sourced};
use crate::project::{Figures, LeafValue};
use crate::rules::{Argument, Field, Rule, Table, WhenMissing};
use std::sync::Arc;

/// Places to which a criterion does not apply: position in the league, and the condition that says so.
pub(crate) type Exempt = Vec<(usize, String)>;

/// Finds the places of the league for which one of the conditions does not hold.
///
/// A place that lacks a figure that a condition reads is not exempt: nothing says that the criterion does
/// not apply to it.
pub(crate) fn exempt(
    conditions: &[Word<'_>],
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Exempt> {
    let mut exempt = vec![];
    for condition in conditions {
        let rule = context.scripts.condition(*condition, found)?;
        context.read_by_script(&rule, &["eligible"]);
        if !check_stage(&rule, "eligible", &Stage::Figure, context, found) {
            return None;
        }
        let rows = failing(&rule, context, found).into_iter();
        exempt.extend(rows.map(|row| (row, condition.text.to_owned())));
    }
    // The first condition that does not hold is the reason; sorting keeps the order of equals.
    exempt.sort_by_key(|(row, _)| *row);
    exempt.dedup_by_key(|(row, _)| *row);
    Some(exempt)
}

/// Marks the figures of exempt places as not applicable.
pub(crate) fn set_aside(value: &mut LeafValue, exempt: Exempt) {
    if exempt.is_empty() {
        return;
    }
    match value {
        LeafValue::Derived { exempt: rows, .. } => {
            *rows = exempt.into_iter().map(|(row, _)| row).collect();
        }
        LeafValue::Data(figures) => {
            let mut cells: Vec<Sourced> = figures.cells().to_vec();
            for (row, condition) in exempt {
                if let Some(sourced) = cells.get_mut(row) {
                    sourced.cell = Cell::NotApplicable;
                    sourced.provenance = Provenance::NotApplicable {
                        why: format!("it applies only where {condition}"),
                    };
                }
            }
            *figures = Figures::sourced(cells);
        }
    }
}

/// Returns the rows for which a condition does not hold.
fn failing(rule: &Arc<Rule>, context: &Context<'_, '_>, found: &mut Diagnostics) -> Vec<usize> {
    let rows = context.league.len();
    let mut table = Table {
        rows,
        ..Table::default()
    };
    let mut lacking = vec![false; rows];
    let needs = rule.needs("eligible");
    for read in rule.reads("eligible") {
        // A name that nothing offers is reported with all other names of scripts.
        let Some(values) = values(&read.field, context) else {
            return vec![];
        };
        let stand_in = needs.iter().find(|(need, _)| need.field == read.field);
        let stands_in = matches!(stand_in, Some((_, WhenMissing::Value(_))));
        if read.record == "place" && !stands_in {
            for (row, lacks) in lacking.iter_mut().enumerate() {
                *lacks |= !values.holds(row);
            }
        }
        let field = match read.record.as_str() {
            "known" => Field::Flags((0..rows).map(|row| values.holds(row)).collect()),
            _ => values.field(),
        };
        let slot = table.arguments.entry(read.record.clone());
        let slot = slot.or_insert_with(|| Argument::Record(indexmap::IndexMap::new()));
        if let Argument::Record(fields) = slot {
            fields.insert(read.field.clone(), field);
        }
    }
    let mut out = vec![];
    for (row, result) in rule.flags("eligible", &table).into_iter().enumerate() {
        match result {
            _ if lacking[row] => {}
            Ok(true) => {}
            Ok(false) => out.push(row),
            Err(fault) => {
                found.push(fault.note(format!("for the place `{}`", context.league[row].id)));
            }
        }
    }
    out
}

/// The values of a name over the league.
enum Values {
    Numbers(Column),
    Words(Vec<Option<String>>),
}

impl Values {
    fn holds(&self, row: usize) -> bool {
        match self {
            Self::Numbers(column) => column.value(row).is_some(),
            Self::Words(words) => words[row].is_some(),
        }
    }

    fn field(&self) -> Field {
        match self {
            Self::Numbers(column) => {
                let number = |cell: Cell| cell.value().unwrap_or(0.0);
                Field::Numbers(column.cells().map(number).collect())
            }
            Self::Words(words) => Field::Words(
                words
                    .iter()
                    .map(|w| w.clone().unwrap_or_default())
                    .collect(),
            ),
        }
    }
}

fn values(name: &str, context: &Context<'_, '_>) -> Option<Values> {
    if context.data.indicators.contains_key(name) {
        let id = IndicatorId::new(name);
        let column = leaves::plain(&id, context);
        if context.data.words.contains_key(&id) {
            let word = |cell: Cell| Some(context.data.word(&id, cell.value()?)?.to_owned());
            return Some(Values::Words(column.cells().map(word).collect()));
        }
        return Some(Values::Numbers(column));
    }
    let groups = context
        .league
        .iter()
        .map(|place| place.groups.get(name).cloned());
    let groups: Vec<_> = groups.collect();
    groups
        .iter()
        .any(Option::is_some)
        .then_some(Values::Words(groups))
}
