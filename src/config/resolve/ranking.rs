//! `[scoring] method`: a ranking method, and what it needs to know of each criterion.

use super::tree::unknown;
use crate::config::grammar::COMPARE;
use crate::config::methods::{self, Choice, OUTRANK};
use crate::config::shape::{self, Kind, out_of_range, range};
use crate::config::value::{Table, Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{NodeIx, ParamValue, Params, Tree};
use crate::project::{Compared, Contender, Gaps, Node, NodeKind, Ranking, RankingError, RuleUse};

/// Reads what a criterion states for ranking methods.
pub(crate) fn compare(own: &Table) -> Params {
    let mut params = Params::default();
    let Some(table) = own.table("compare") else {
        return params;
    };
    // What does not fit its shape has been reported with it.
    for key in COMPARE.keys {
        let Some(value) = table.get(key.name) else {
            continue;
        };
        let read = match key.kind {
            Kind::Range => range(value).map(|ends| ParamValue::Points(vec![ends])),
            Kind::Word(_) => value.text().map(|word| ParamValue::Word(word.to_owned())),
            _ => value.number().map(ParamValue::Number),
        };
        if let Some(read) = read {
            params.0.insert(key.name.to_owned(), read);
        }
    }
    params
}

/// Reads a ranking method: `Ok(None)` for the tree's score.
pub(crate) fn ranking(
    value: &Value,
    scoring: Option<&Table>,
    found: &mut Diagnostics,
) -> Result<Option<Ranking>, ()> {
    let mut own = Diagnostics::new();
    let choice = methods::choice(value, &OUTRANK, &mut own);
    // The check of the document's shape has reported a wrong name or parameter already.
    let (info, value) = match choice.ok_or(())? {
        Choice::Method(info, value) => (info, value),
        Choice::Off | Choice::Rule(_) => return Ok(None),
    };
    let params = methods::read_params(info, value, &OUTRANK, &mut own);
    if own.has_errors() {
        return Err(());
    }
    let table = value.table();
    let stated = table.and_then(|table| table.text("on"));
    let on = stated.or_else(|| scoring?.text("on"));
    let on = on.and_then(Compared::parse).unwrap_or_default();
    let missing = table.and_then(|table| table.word("missing"));
    let gaps = missing.and_then(|word| Gaps::parse(word.text));
    let gaps = gaps.unwrap_or_else(|| Gaps::usual(on));
    if let (Gaps::Reweight, Compared::Figures, Some(word)) = (gaps, on, missing) {
        let message = "`missing = \"reweight\"` lets the score of a criterion stand in, and figures have none";
        let help = "write `on = \"scores\"`, or `missing = \"complete-cases\"`";
        found.push(out_of_range(message, word.span).help(help));
        return Err(());
    }
    Ok(Some(Ranking {
        name: info.name,
        params,
        on,
        gaps,
    }))
}

/// Refuses a method beside a script: both would make the score.
pub(crate) fn check_strategy(
    ranking: &Ranking,
    value: &Value,
    strategy: Option<&RuleUse>,
    found: &mut Diagnostics,
) {
    let Some(strategy) = strategy.filter(|s| s.rule.has("score")) else {
        return;
    };
    let message = format!(
        "the method `{}` and the strategy `{}` would both make the score",
        ranking.name, strategy.name
    );
    found.push(
        Diagnostic::new(Code("E0322"), message)
            .at(value.span.clone(), "a method")
            .help("write `method = \"weighted\"`, or `strategy = \"weighted\"`"),
    );
}

/// Checks that every criterion states what the method needs to know of it.
pub(crate) fn check_leaves(
    ranking: &Ranking,
    value: &Value,
    (tree, nodes, root): (&Tree, &[Node], NodeIx),
    found: &mut Diagnostics,
) {
    let leaves = tree.leaves(root);
    let mut unknown = Diagnostics::new();
    check_names(ranking, value, (tree, &leaves), &mut unknown);
    let contender = |at: NodeIx| match &nodes[at.0].kind {
        NodeKind::Leaf(leaf) => Some(Contender {
            id: tree.node(at).id.as_str(),
            leaf,
            scale: nodes[at.0].scale,
        }),
        NodeKind::Branch(_) => None,
    };
    let all: Vec<Contender<'_>> = leaves.iter().filter_map(|&at| contender(at)).collect();
    let kept: Vec<usize> = (0..all.len()).collect();
    let refused = ranking.method(&all, &kept).err();
    // A slip in a name leaves its criterion without a value: one mistake, one message.
    let refused = refused.filter(|_| unknown.is_empty());
    found.extend(unknown);
    let Some(error) = refused else { return };
    let own = |param: &str| value.table().and_then(|table| table.get(param));
    let finding = match &error {
        RankingError::Shape { param, .. } => {
            let ids: Vec<&str> = all.iter().map(|c| c.id).collect();
            let at = own(param).unwrap_or(value);
            let order = format!("their order is {}", ids.join(", "));
            out_of_range(format!("{error}: give one for each"), &at.span).note(order)
        }
        RankingError::Refused(refused) => {
            let param = refused.param.unwrap_or_default();
            match own(param) {
                Some(at) => out_of_range(format!("`{}`: {error}", ranking.name), &at.span),
                None => lacking(ranking, value, param, &format!("`{param}` {error}")),
            }
        }
        RankingError::Lacking { param, .. } => lacking(ranking, value, param, &error.to_string()),
    };
    found.push(finding);
}

fn lacking(ranking: &Ranking, value: &Value, param: &str, what: &str) -> Diagnostic {
    let example = match COMPARE.keys.iter().find(|key| key.name == param) {
        Some(shape::Key {
            kind: Kind::Range, ..
        }) => format!("{param} = [0, 100]"),
        _ => format!("{param} = 5"),
    };
    let finding = Diagnostic::new(Code("E0321"), format!("`{}`: {what}", ranking.name))
        .at(value.span.clone(), "this method needs to know more")
        .help(format!(
            "state it on each criterion: `compare = {{ {example} }}`"
        ));
    if example.contains('[') {
        return finding;
    }
    finding.help(format!(
        "or beside the method, for all: `{{ method = \"{}\", {example} }}`",
        ranking.name
    ))
}

/// Refuses numbers given for criteria that are none, or that have children.
fn check_names(
    ranking: &Ranking,
    value: &Value,
    (tree, leaves): (&Tree, &[NodeIx]),
    found: &mut Diagnostics,
) {
    let id = |at: &NodeIx| tree.node(*at).id.as_str();
    for (name, given) in &ranking.params.0 {
        let ParamValue::Table(table) = given else {
            continue;
        };
        let at = value.table().and_then(|own| own.get(name)).unwrap_or(value);
        for text in table.keys() {
            if !leaves.iter().any(|leaf| id(leaf) == text) {
                let word = Word {
                    text,
                    span: &at.span,
                };
                found.push(unknown(
                    word,
                    leaves.iter().map(id),
                    "criterion with figures",
                ));
            }
        }
    }
}
