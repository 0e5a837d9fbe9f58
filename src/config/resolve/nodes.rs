//! How each criterion is computed: its own settings over the defaults of `[scoring]`.

use super::tree::Criteria;
use super::{Context, applies, leaves, strategy};
use crate::aggregate;
use crate::config::methods::{self, AGGREGATE, Choice};
use crate::config::shape::{out_of_range, range};
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::NodeIx;
use crate::num::round::{Rounding, Towards};
use crate::project::{Branch, BranchMissing, Combine, Finish, Node, NodeKind};

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
/// leaves leave their gaps: a raw zero would be the best value of a cost), means, medians and
/// `carry-forward` speak of figures (leaves fill, branches reweight what still is missing),
/// `complete-cases` speaks of children, and `fail` of both.
pub(crate) enum Policy<'a> {
    Reweight,
    CompleteCases,
    /// Zero is the constant 0.
    Constant(f64),
    Fill(Filling<'a>),
    Fail,
}

/// How missing figures are filled.
pub(crate) enum Filling<'a> {
    Mean,
    Median,
    GroupMean(Word<'a>),
    GroupMedian(Word<'a>),
    CarryForward,
}

/// Reads a policy for missing figures.
pub(crate) fn policy<'a>(
    value: &'a Value,
    group: Option<Word<'a>>,
    found: &mut Diagnostics,
) -> Option<Policy<'a>> {
    if let Some(table) = value.table() {
        let (mean, median) = (table.word("group-mean"), table.word("group-median"));
        return match (table.number("constant"), mean, median) {
            (Some(number), None, None) => Some(Policy::Constant(number)),
            (None, Some(column), None) => Some(Policy::Fill(Filling::GroupMean(column))),
            (None, None, Some(column)) => Some(Policy::Fill(Filling::GroupMedian(column))),
            _ => {
                let message = "a policy in a table is `{ constant = ... }`, `{ group-mean = ... }` \
                               or `{ group-median = ... }`";
                found.push(out_of_range(message, &value.span));
                None
            }
        };
    }
    match value.text()? {
        "reweight" => Some(Policy::Reweight),
        "complete-cases" => Some(Policy::CompleteCases),
        "zero" => Some(Policy::Constant(0.0)),
        "mean" => Some(Policy::Fill(Filling::Mean)),
        "median" => Some(Policy::Fill(Filling::Median)),
        "carry-forward" => Some(Policy::Fill(Filling::CarryForward)),
        "fail" => Some(Policy::Fail),
        word @ ("group-mean" | "group-median") => {
            let Some(column) = group else {
                let message = format!("`{word}` needs a column of the places to group by");
                let help = format!("write `missing = {{ {word} = \"region\" }}`");
                found.push(out_of_range(message, &value.span).help(help));
                return None;
            };
            Some(Policy::Fill(match word {
                "group-mean" => Filling::GroupMean(column),
                _ => Filling::GroupMedian(column),
            }))
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
                    let conditions = criteria.conditions(at);
                    let leaf = leaves::leaf(written.id, &settings, &conditions, context, found);
                    leaf.map(|leaf| NodeKind::Leaf(Box::new(leaf)))
                }
                _ => branch(&settings, criteria, at, context, found).map(NodeKind::Branch),
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
    criteria: &Criteria<'_>,
    at: NodeIx,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Branch> {
    let children = &criteria.tree.node(at).children;
    let missing = branch_missing(settings, found);
    let min_children = min_children(settings, children.len(), found);
    let finish = finish(settings, context, found);
    let applies = settings.own.and_then(|own| own.word("applies"));
    let exempt = applies::exempt(applies.as_slice(), context, found);
    let value = settings.get("aggregate")?;
    let aggregate = match methods::choice(value, &AGGREGATE, found)? {
        Choice::Method(info, value) => Combine::Method(methods::build(
            info,
            value,
            aggregate::METHODS,
            &AGGREGATE,
            found,
        )?),
        Choice::Rule(value) => {
            let rule = strategy::rule_with(value, "score", context, found)?;
            let own = children.iter().map(|&child| criteria.tree.node(child));
            let own: Vec<String> = own.map(|node| node.id.in_scripts()).collect();
            let stage = strategy::Stage::Branch(own);
            strategy::check_stage(&rule.rule, "score", &stage, context, found);
            Combine::Rule(rule)
        }
        Choice::Off => return None,
    };
    let coverage = settings.get("min-coverage").and_then(Value::number);
    Some(Branch {
        aggregate,
        missing: missing?,
        min_coverage: coverage.unwrap_or(0.0),
        min_children: min_children?,
        reads: criteria.reads[at.0].clone(),
        finish: finish?,
        exempt: exempt?.into_iter().map(|(row, _)| row).collect(),
    })
}

fn min_children(
    settings: &Settings<'_>,
    children: usize,
    found: &mut Diagnostics,
) -> Option<usize> {
    let Some(value) = settings.own.and_then(|own| own.get("min-children")) else {
        return Some(0);
    };
    let number = usize::try_from(value.integer()?).ok()?;
    if number > children {
        let message = format!("`min-children` is {number}, and there are {children} children");
        found.push(out_of_range(message, &value.span));
        return None;
    }
    Some(number)
}

type Finishing = Option<Box<Finish>>;

/// Reads what happens to the score of a branch once its children have been aggregated. Only what the
/// criterion states itself: the defaults of `[scoring]` speak of figures.
fn finish(
    settings: &Settings<'_>,
    context: &mut Context<'_, '_>,
    found: &mut Diagnostics,
) -> Option<Finishing> {
    let own = Settings {
        own: settings.own,
        scoring: None,
    };
    let treat = leaves::treat(&own, found);
    let normalise = match own.get("normalise") {
        None => None,
        Some(_) => Some(leaves::rescale(&own, None, context, found)?),
    };
    let direction = leaves::stated_direction(&own);
    if let (Some((_, span)), None) = (&direction, &normalise) {
        let finding = Diagnostic::new(
            Code("E0103"),
            "`direction` of a criterion with children says how its own score is normalised",
        );
        let help = "add `normalise = ...`, or give the direction to its children";
        found.push(
            finding
                .at(span.clone(), "and there is no `normalise`")
                .help(help),
        );
        return None;
    }
    let treat = treat?;
    if treat.is_none() && normalise.is_none() {
        return Some(None);
    }
    let (normalise, groups) = normalise.unwrap_or_default();
    Some(Some(Box::new(Finish {
        direction: direction.map_or(crate::model::Direction::Higher, |(direction, _)| direction),
        treat,
        normalise,
        groups,
        constant: leaves::constant(settings),
    })))
}

fn branch_missing(settings: &Settings<'_>, found: &mut Diagnostics) -> Option<BranchMissing> {
    let (value, stated) = settings.stated("missing")?;
    Some(match policy(value, settings.word("group"), found)? {
        Policy::CompleteCases => BranchMissing::CompleteCases,
        Policy::Constant(number) => BranchMissing::Constant(number),
        Policy::Fill(_) if stated => {
            let message = format!("`missing = {value}` fills figures; this criterion has children");
            let help = "state it for the leaves, or in `[scoring]` for all of them";
            found.push(out_of_range(message, &value.span).help(help));
            return None;
        }
        Policy::Reweight | Policy::Fill(_) => BranchMissing::Reweight,
        Policy::Fail => BranchMissing::Fail,
    })
}

/// Reads `3`, `{ decimals = 3, half = "even" }` or `{ decimals = 0, to = "floor" }`.
pub(crate) fn rounding(value: &Value) -> Option<Rounding> {
    let digits = |value: &Value| u32::try_from(value.integer()?).ok();
    let Some(table) = value.table() else {
        return digits(value).map(Rounding::to);
    };
    let word = match (table.text("to"), table.text("half")) {
        (Some(word), _) => word,
        (None, Some("even")) => "half-even",
        (None, _) => "half-up",
    };
    let towards = Towards::ALL.iter().find(|(name, _)| *name == word);
    Some(Rounding {
        decimals: digits(table.get("decimals")?)?,
        towards: towards.map(|(_, towards)| *towards)?,
    })
}
