//! How each criterion is computed: its own settings over the defaults of `[scoring]`.

use super::tree::Criteria;
use super::{Context, leaves, strategy};
use crate::aggregate;
use crate::config::methods::{self, AGGREGATE, Choice};
use crate::config::shape::{out_of_range, range};
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::Diagnostics;
use crate::num::round::{Half, Rounding};
use crate::project::{Branch, BranchMissing, Combine, Node, NodeKind};

/// The settings of one criterion: what it states, else what `[scoring]` states.
pub(crate) struct Settings<'a> {
    pub(crate) own: Option<&'a Table>,
    pub(crate) scoring: Option<&'a Table>,
}

impl<'a> Settings<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.stated(key).map(|(value, _)| value)
    }

    /// Returns a setting, and whether the criterion states it itself.
    pub(crate) fn stated(&self, key: &str) -> Option<(&'a Value, bool)> {
        let own = self.own.and_then(|own| own.get(key)).map(|v| (v, true));
        own.or_else(|| Some((self.scoring?.get(key)?, false)))
    }

    pub(crate) fn word(&self, key: &str) -> Option<Word<'a>> {
        self.get(key)?.word()
    }
}

/// What is to happen where figures or children are missing.
///
/// One word serves leaves and branches. Stated on a criterion, it means just that criterion: on a
/// leaf, a number stands for the missing figure, in its unit; on a branch, for the missing child's
/// score. Stated in `[scoring]`, `zero` and a constant speak of scores (so branches apply them, and
/// leaves leave their gaps: a raw zero would be the best value of a cost), `median` and `group-mean`
/// speak of figures (leaves fill, branches reweight what still is missing), `complete-cases` speaks of
/// children, and `fail` of both.
pub(crate) enum Policy<'a> {
    Reweight,
    CompleteCases,
    /// Zero is the constant 0.
    Constant(f64),
    Median,
    GroupMean(Word<'a>),
    Fail,
}

/// Reads a policy for missing figures.
pub(crate) fn policy<'a>(
    value: &'a Value,
    group: Option<Word<'a>>,
    found: &mut Diagnostics,
) -> Option<Policy<'a>> {
    if let Some(table) = value.table() {
        return match (table.number("constant"), table.word("group-mean")) {
            (Some(number), None) => Some(Policy::Constant(number)),
            (None, Some(column)) => Some(Policy::GroupMean(column)),
            _ => {
                let message =
                    "a policy in a table is `{ constant = ... }` or `{ group-mean = ... }`";
                found.push(out_of_range(message, &value.span));
                None
            }
        };
    }
    match value.text()? {
        "reweight" => Some(Policy::Reweight),
        "complete-cases" => Some(Policy::CompleteCases),
        "zero" => Some(Policy::Constant(0.0)),
        "median" => Some(Policy::Median),
        "fail" => Some(Policy::Fail),
        "group-mean" => {
            if group.is_none() {
                let message = "`group-mean` needs a column of the places to group by";
                let help = "write `missing = { group-mean = \"region\" }`";
                found.push(out_of_range(message, &value.span).help(help));
            }
            group.map(Policy::GroupMean)
        }
        _ => None,
    }
}

/// Resolves every criterion of the tree; `None` if a mistake prevents one.
pub(crate) fn nodes(
    criteria: &Criteria<'_>,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Vec<Node>> {
    let scoring = context.document.table("scoring");
    let nodes: Vec<Option<Node>> = criteria
        .tree
        .upward()
        .map(|(at, node)| {
            let written = criteria.written[at.0].as_ref();
            let settings = Settings {
                own: written.map(|written| written.table),
                scoring,
            };
            let kind = match written {
                Some(written) if node.children.is_empty() => {
                    let leaf = leaves::leaf(written.id, &settings, context, found);
                    leaf.map(|leaf| NodeKind::Leaf(Box::new(leaf)))
                }
                _ => branch(&settings, context, found).map(NodeKind::Branch),
            };
            Some(Node {
                kind: kind?,
                scale: settings
                    .get("scale")
                    .and_then(range)
                    .unwrap_or((0.0, 100.0)),
                round: settings.get("round").and_then(rounding),
            })
        })
        .collect();
    nodes.into_iter().collect()
}

fn branch(
    settings: &Settings<'_>,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Branch> {
    let missing = branch_missing(settings, found);
    let value = settings.get("aggregate")?;
    let aggregate = match methods::choice(value, &AGGREGATE, found)? {
        Choice::Method(info, value) => Combine::Method(methods::build(
            info,
            value,
            aggregate::METHODS,
            &AGGREGATE,
            found,
        )?),
        Choice::Rule(value) => Combine::Rule(strategy::rule_with(value, "score", context, found)?),
        Choice::Off => return None,
    };
    let coverage = settings.get("min-coverage").and_then(Value::number);
    Some(Branch {
        aggregate,
        missing: missing?,
        min_coverage: coverage.unwrap_or(0.0),
    })
}

fn branch_missing(settings: &Settings<'_>, found: &mut Diagnostics) -> Option<BranchMissing> {
    let (value, stated) = settings.stated("missing")?;
    Some(match policy(value, settings.word("group"), found)? {
        Policy::CompleteCases => BranchMissing::CompleteCases,
        Policy::Constant(number) => BranchMissing::Constant(number),
        Policy::Median | Policy::GroupMean(_) if stated => {
            let message = format!("`missing = {value}` fills figures; this criterion has children");
            let help = "state it for the leaves, or in `[scoring]` for all of them";
            found.push(out_of_range(message, &value.span).help(help));
            return None;
        }
        Policy::Reweight | Policy::Median | Policy::GroupMean(_) => BranchMissing::Reweight,
        Policy::Fail => BranchMissing::Fail,
    })
}

/// Reads `3` or `{ decimals = 3, half = "even" }`.
pub(crate) fn rounding(value: &Value) -> Option<Rounding> {
    let digits = |value: &Value| u32::try_from(value.integer()?).ok();
    let Some(table) = value.table() else {
        return digits(value).map(Rounding::to);
    };
    let half = match table.text("half") {
        Some("even") => Half::Even,
        _ => Half::Up,
    };
    Some(Rounding {
        decimals: digits(table.get("decimals")?)?,
        half,
    })
}
