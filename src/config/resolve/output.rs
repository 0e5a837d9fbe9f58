//! What happens to the result: requirements, rounding, ranks, ties, classes.

use super::Context;
use super::league::{group_by, undefined};
use super::nodes::rounding;
use super::tree::unknown;
use crate::config::shape::out_of_range;
use crate::config::value::Table;
use crate::diagnostics::Diagnostics;
use crate::model::{NodeIx, Tree};
use crate::num::rank::{Best, Ties};
use crate::project::{Output, Require, Within};

/// Reads `require`.
pub(crate) fn require(document: &Table, tree: &Tree, found: &mut Diagnostics) -> Require {
    let Some(table) = document.table("require") else {
        return Require::default();
    };
    let words = table.words("evidence").unwrap_or_default();
    let evidence: Vec<NodeIx> = words
        .iter()
        .filter_map(|word| {
            let at = tree.find(word.text);
            if at.is_none() {
                let ids: Vec<_> = tree.upward().map(|(_, node)| node.id.as_str()).collect();
                found.push(unknown(*word, ids.iter().copied(), "criterion"));
            }
            at
        })
        .collect();
    Require {
        min_coverage: table.number("min-coverage").unwrap_or(0.0),
        evidence,
    }
}

/// Reads what speaks of a result: what the index states, else what `[scoring]` states.
pub(crate) fn output(
    own: Option<&Table>,
    context: &Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Output> {
    let scoring = context.document.table("scoring");
    let stated = |key: &str| {
        [own, scoring]
            .into_iter()
            .flatten()
            .find(|table| table.has(key))
    };
    let text = |key: &str| stated(key).and_then(|table| table.text(key));
    let ties = match text("ties") {
        Some("max") => Ties::Max,
        Some("average") => Ties::Average,
        Some("dense") => Ties::Dense,
        Some("ordinal") => Ties::Ordinal,
        _ => Ties::Min,
    };
    let best = match text("order") {
        Some("lowest") => Best::Lowest,
        _ => Best::Highest,
    };
    let within = match stated("rank-within").and_then(|table| table.word("rank-within")) {
        None => None,
        Some(column) => Some(Within {
            column: column.text.to_owned(),
            groups: group_by(column, context, found)?,
        }),
    };
    let rank_on = stated("rank-on").and_then(|table| table.get("rank-on"));
    Some(Output {
        ties,
        best,
        rank_on: rank_on.and_then(rounding),
        classes: stated("classes").map_or(vec![], |table| classes(table, best, found)),
        within,
    })
}

/// Reads class limits and puts the best class first.
fn classes(scoring: &Table, best: Best, found: &mut Diagnostics) -> Vec<(String, f64)> {
    let mut classes: Vec<(String, f64)> = vec![];
    for (value, table) in scoring.tables("classes") {
        let (Some(name), Some(from)) = (table.text("name"), table.number("from")) else {
            continue;
        };
        if let Some((other, _)) = classes
            .iter()
            .find(|(_, limit)| limit.total_cmp(&from).is_eq())
        {
            let message = format!("classes `{other}` and `{name}` both start at {from}");
            found.push(out_of_range(message, &value.span));
        }
        classes.push((name.to_owned(), from));
    }
    classes.sort_by(|a, b| b.1.total_cmp(&a.1));
    if best == Best::Lowest {
        classes.reverse();
    }
    classes
}

/// Finds a weight set by the name that a setting gives.
pub(crate) fn find_weights<'d>(
    document: &'d Table,
    word: crate::config::value::Word<'_>,
    found: &mut Diagnostics,
) -> Option<&'d crate::config::value::Value> {
    let sets = document.table("weights");
    let set = sets.and_then(|sets| sets.get(word.text));
    if set.is_none() && word.text != super::weights::EQUAL {
        let names = sets.into_iter().flat_map(|sets| sets.entries.keys());
        let names: Vec<&str> = names.map(String::as_str).chain(["equal"]).collect();
        found.push(undefined(word, "weight set", names.into_iter()));
    }
    set
}
