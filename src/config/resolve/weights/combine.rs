//! `combine`: the sets of several people made one, with what they disagree on.

use super::super::league::undefined;
use super::{Resolved, Setting, WeightSet, read, resolve as resolve_set};
use crate::config::grammar::WEIGHT_COMBINE;
use crate::config::shape::{check_table, wrong_kind};
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{NodeIx, Weights};
use crate::project::{GroupSpread, Stakeholders, Weighing};
use crate::weigh::stakeholders::{Combine, combine};

/// Combines the sets that a set names, group of siblings by group. Findings are collected apart, since a
/// set may be resolved twice.
pub(super) fn resolve(
    setting: Setting<'_, '_>,
    set: &WeightSet<'_>,
    named: (&str, &Value),
    found: &mut Diagnostics,
) -> Resolved {
    let mut own = Diagnostics::new();
    let resolved = join(setting, set, named, &mut own);
    found.extend(own);
    resolved
}

fn join(
    setting: Setting<'_, '_>,
    set: &WeightSet<'_>,
    (name, value): (&str, &Value),
    found: &mut Diagnostics,
) -> Resolved {
    let tree = setting.tree;
    let equal = |at: NodeIx| {
        let count = tree.node(at).children.len();
        (count > 0).then(|| Weights::equal(count))
    };
    let mut resolved = Resolved {
        shares: tree.upward().map(|(at, _)| equal(at)).collect(),
        weighing: Weighing::default(),
    };
    if let Some((_, span)) = set.weights.values().next() {
        let message = format!("`{name}` combines other sets, so it has no weights of its own");
        let finding = Diagnostic::new(Code("E0324"), message).at(span.clone(), "a weight");
        found.push(finding.help("put the numbers into a set, and combine that one too"));
    }
    let Some((words, by)) = names(value, found) else {
        return resolved;
    };
    let before = found.len();
    let people: Vec<(String, Resolved)> = words
        .into_iter()
        .filter_map(|word| Some((word.text.to_owned(), one(setting, word, found)?)))
        .collect();
    if found.len() > before || people.is_empty() {
        return resolved;
    }
    let mut groups = vec![];
    for (at, node) in tree.upward().filter(|(_, node)| !node.children.is_empty()) {
        let shares: Vec<Vec<f64>> = people
            .iter()
            .filter_map(|(_, own)| Some(own.shares[at.0].as_ref()?.as_slice().to_vec()))
            .collect();
        match combine(&shares, by) {
            Ok(joint) => {
                resolved.shares[at.0] = Weights::new(&joint.weights).ok();
                if joint.disagreement > 0.0 {
                    let spread = GroupSpread {
                        spread: joint.spread,
                        disagreement: joint.disagreement,
                    };
                    groups.push((at, spread));
                }
            }
            Err(error) => {
                let message = format!("the children of `{}` in `{name}`: {error}", node.id);
                found.push(Diagnostic::new(Code("E0324"), message).at(value.span.clone(), ""));
            }
        }
    }
    for (_, own) in &people {
        resolved.weighing.judged.extend(own.weighing.judged.clone());
    }
    resolved.weighing.stakeholders = Some(Stakeholders {
        sets: people.into_iter().map(|(name, _)| name).collect(),
        by: match by {
            Combine::Mean => "mean",
            Combine::Median => "median",
        },
        groups,
    });
    resolved
}

/// Reads the names of the sets and how they are combined.
fn names<'v>(value: &'v Value, found: &mut Diagnostics) -> Option<(Vec<Word<'v>>, Combine)> {
    let Some(table) = value.table() else {
        let items = value.array()?;
        let words: Option<Vec<Word<'_>>> = items.iter().map(Value::word).collect();
        if words.is_none() {
            found.push(wrong_kind(
                "combine",
                value,
                "an array of names of weight sets",
            ));
        }
        return words.map(|words| (words, Combine::Mean));
    };
    let before = found.len();
    check_table(table, &value.span, &WEIGHT_COMBINE, found);
    let by = match table.text("by") {
        Some("median") => Combine::Median,
        _ => Combine::Mean,
    };
    let words = table.words("sets").filter(|_| found.len() == before)?;
    Some((words, by))
}

/// Resolves one of the sets to combine.
fn one(setting: Setting<'_, '_>, word: Word<'_>, found: &mut Diagnostics) -> Option<Resolved> {
    let sets: Option<&Table> = setting.sets;
    let Some(value) = sets.and_then(|sets| sets.get(word.text)) else {
        let known = sets.into_iter().flat_map(|sets| sets.entries.keys());
        let known: Vec<&str> = known.map(String::as_str).collect();
        found.push(undefined(word, "weight set", known.into_iter()));
        return None;
    };
    // What is wrong with the set itself is reported where it stands.
    let mut own = Diagnostics::new();
    let set = read(word.text, value, &mut own);
    let refuse = |what: &str| {
        let message = format!("`{}` {what}, so it cannot be combined", word.text);
        Diagnostic::new(Code("E0324"), message)
            .at(word.span.clone(), "")
            .help("combine sets in which people state their weights")
    };
    if set.combine.is_some() {
        found.push(refuse("combines sets itself"));
        return None;
    }
    let resolved = resolve_set(setting, &set, word.text, &mut own);
    if !resolved.weighing.data.is_empty() {
        found.push(refuse("reads its weights off the data"));
        return None;
    }
    Some(resolved)
}
