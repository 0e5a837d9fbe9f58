//! A strategy's hand-written twin over the very columns that the fast path gets.

use super::by_hand::{ByHand, Cells, Columns, Four, PILLARS, by_hand};
use crate::rules::{Argument, Field, Rule, Table};
use crate::sources::Sources;
use crate::sources::builtin::BuiltinSources;

/// A rule by hand with its inputs.
pub(super) struct Twin {
    hand: ByHand,
    columns: Columns,
}

impl Twin {
    /// Returns the twin of a strategy that stands as it was shipped, in a project with the criteria it reads.
    pub(super) fn of(name: &str, rule: &Rule, table: &Table, draws: usize) -> Option<Self> {
        let shipped = BuiltinSources.read(&format!("rules/{name}.rhai")).ok()?;
        if shipped != rule.source().as_bytes() {
            return None;
        }
        let hand = by_hand(name)?;
        let columns = columns(&hand, table, draws)?;
        Some(Self { hand, columns })
    }

    /// Fills the scores of all places under the first draw, then under the next.
    pub(super) fn run(&self, scores: &mut [f64]) {
        (self.hand.block)(&self.columns, scores);
    }
}

fn columns(hand: &ByHand, table: &Table, draws: usize) -> Option<Columns> {
    let drawn = |record: &str| {
        four(|pillar| {
            let values = numbers(table, record, pillar)?;
            let repeated = values
                .into_iter()
                .flat_map(|v| std::iter::repeat_n(v, draws));
            Some(Cells {
                values: repeated.collect(),
                per_place: draws,
                per_draw: 1,
            })
        })
    };
    // Only rules that compare with the league are handed its facts.
    let fixed = |record: &str, before: &str, after: &str| {
        let all = PILLARS.map(|pillar| one(table, record, &format!("{before}{pillar}{after}")));
        Four::new(all.map(|value| value.unwrap_or(f64::NAN)))
    };
    let mut params = [0.0; 4];
    for (at, name) in hand.params.iter().enumerate() {
        params[at] = one(table, "param", name)?;
    }
    Some(Columns {
        places: table.rows,
        draws,
        part: drawn("part")?,
        weight: drawn("weight")?,
        median: fixed("facts", "part_", "_median"),
        leader: fixed("leader", "part_", ""),
        param: params.map(Cells::fixed),
        figure: match hand.figure {
            Some((record, field)) => numbers(table, record, field)?,
            None => vec![0.0; table.rows],
        },
        known: match hand.known {
            Some(field) => flags(table, field)?,
            None => vec![true; table.rows],
        },
    })
}

fn four<T>(of: impl Fn(&str) -> Option<T>) -> Option<[T; 4]> {
    let [a, b, c, d] = PILLARS.map(of);
    Some([a?, b?, c?, d?])
}

fn field<'a>(table: &'a Table, record: &str, field: &str) -> Option<&'a Field> {
    match table.arguments.get(record)? {
        Argument::Record(fields) => fields.get(field),
        Argument::Field(_) => None,
    }
}

fn numbers(table: &Table, record: &str, name: &str) -> Option<Vec<f64>> {
    match field(table, record, name)? {
        Field::Numbers(values) => Some(values.clone()),
        Field::Number(value) => Some(vec![*value; table.rows]),
        _ => None,
    }
}

fn one(table: &Table, record: &str, name: &str) -> Option<f64> {
    numbers(table, record, name)?.first().copied()
}

fn flags(table: &Table, name: &str) -> Option<Vec<bool>> {
    match field(table, "known", name)? {
        Field::Flags(values) => Some(values.clone()),
        Field::Flag(value) => Some(vec![*value; table.rows]),
        _ => None,
    }
}
