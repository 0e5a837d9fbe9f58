//! How weights vary: freely, around the given ones, or by an order.

use super::{Reader, not_understood, percent, plain, split};
use crate::config::resolve::tree::unknown;
use crate::config::value::{Value, Word};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span, did_you_mean};
use crate::model::NodeIx;
use crate::project::study::{CONCENTRATION, Variation, WeightVariation, branches};

impl Reader<'_, '_, '_> {
    /// Reads how weights vary. A table says `vary`, and `groups`: the criteria whose children.
    pub(super) fn weights(
        &self,
        id: Option<&str>,
        value: &Value,
        found: &mut Diagnostics,
    ) -> Option<(String, Variation)> {
        let top = NodeIx(self.tree.len() - 1);
        let root = self.indices.first().map_or(top, |index| index.root);
        let mut chosen = match id.and_then(|id| self.tree.find(id)) {
            Some(at) => vec![at],
            None => branches(self.tree, root),
        };
        let mut spec = value;
        if let Some(table) = value.table() {
            spec = table.get("vary").unwrap_or(value);
            if let Some(words) = table.words("groups") {
                chosen = words
                    .iter()
                    .filter_map(|word| self.group(*word, found))
                    .collect();
            }
        }
        let how = self.weight_variation(spec, found)?;
        if let WeightVariation::Order(pairs) = &how {
            // Only the groups that the order speaks of vary; the others are held.
            let parents = pairs.iter().filter_map(|(a, _)| self.parent(*a));
            chosen = parents.collect();
            chosen.sort();
            chosen.dedup();
        }
        let mut words = how.words();
        if let WeightVariation::Order(_) = how {
            words = format!("any weights that keep {}", plain(spec));
        }
        Some((
            words,
            Variation::Weights {
                branches: chosen,
                how,
            },
        ))
    }

    fn group(&self, word: Word<'_>, found: &mut Diagnostics) -> Option<NodeIx> {
        let Some(at) = self.tree.find(word.text) else {
            found.push(unknown(word, self.ids().into_iter(), "criterion"));
            return None;
        };
        if self.tree.is_leaf(at) {
            let message = format!("`{}` has no children whose weights could vary", word.text);
            found.push(not_understood(message, word.span));
            return None;
        }
        Some(at)
    }

    fn parent(&self, child: NodeIx) -> Option<NodeIx> {
        let mut all = self.tree.upward();
        all.find(|(_, node)| node.children.contains(&child))
            .map(|(at, _)| at)
    }

    fn weight_variation(&self, spec: &Value, found: &mut Diagnostics) -> Option<WeightVariation> {
        let conditions: Vec<Word<'_>> = spec.words();
        let text = spec.text().unwrap_or_default().trim();
        if conditions
            .iter()
            .any(|word| word.text.contains(['>', '<', '≥', '≤']))
        {
            return self.order(&conditions, found);
        }
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| *n > 0.0);
        let concentration = text
            .strip_prefix("dirichlet")
            .map(|rest| rest.trim_start_matches([':', ' ']));
        let read = match (text, concentration, percent(text)) {
            ("uniform", ..) => Some(WeightVariation::Uniform),
            ("vary", ..) | (_, Some(""), _) => Some(WeightVariation::Dirichlet(CONCENTRATION)),
            (_, Some(rest), _) => number(rest).map(WeightVariation::Dirichlet),
            (_, _, Some(share)) if share > 0.0 && share <= 1.0 => {
                Some(WeightVariation::PlusMinus(share))
            }
            _ => None,
        };
        if read.is_none() {
            let words = ["uniform", "dirichlet"];
            let message = format!("weights do not vary by `{}`", plain(spec));
            found.push(
                not_understood(message, &spec.span)
                    .maybe_help(did_you_mean(text, words))
                    .help("write `uniform`, `dirichlet 50`, `20 %` (at most 100 %), or an order such as `compute >= subsidies`"),
            );
        }
        read
    }

    /// Reads conditions such as `a >= b >= c`; siblings only, and no circle.
    fn order(&self, conditions: &[Word<'_>], found: &mut Diagnostics) -> Option<WeightVariation> {
        let before = found.count(Severity::Error);
        let mut pairs = vec![];
        for condition in conditions
            .iter()
            .flat_map(|w| split(w.text).into_iter().map(move |t| (t, w.span)))
        {
            let (text, span) = condition;
            self.chain(text, span, &mut pairs, found);
        }
        if found.count(Severity::Error) > before {
            return None;
        }
        if let Some(circle) = circle(&pairs) {
            let ids: Vec<&str> = circle
                .iter()
                .map(|at| self.tree.node(*at).id.as_str())
                .collect();
            let message = format!(
                "the order of weights contradicts itself: {}",
                ids.join(" >= ")
            );
            let at = conditions.last()?.span;
            found.push(
                Diagnostic::new(Code("E0602"), message)
                    .at(at.clone(), "the circle closes here")
                    .help("take one of these conditions out"),
            );
            return None;
        }
        Some(WeightVariation::Order(pairs))
    }

    fn chain(
        &self,
        text: &str,
        span: &Span,
        pairs: &mut Vec<(NodeIx, NodeIx)>,
        found: &mut Diagnostics,
    ) {
        let text = text.replace('≥', ">=").replace('≤', "<=");
        let falling = text.contains('>');
        let mut ids: Vec<&str> = text
            .split(['>', '<'])
            .map(|id| id.trim_start_matches('=').trim())
            .collect();
        if !falling {
            ids.reverse();
        }
        if text.contains('>') && text.contains('<') {
            let message = format!("`{text}` mixes `>=` and `<=`");
            found.push(not_understood(message, span).help("write two conditions"));
            return;
        }
        let mut nodes = vec![];
        for id in ids {
            match self.tree.find(id) {
                Some(at) => nodes.push(at),
                None => {
                    let word = Word { text: id, span };
                    found.push(unknown(word, self.ids().into_iter(), "criterion"));
                }
            }
        }
        for pair in nodes.windows(2) {
            if self.parent(pair[0]) == self.parent(pair[1]) {
                pairs.push((pair[0], pair[1]));
                continue;
            }
            let [a, b] = [pair[0], pair[1]].map(|at| self.tree.node(at).id.as_str());
            let message =
                format!("`{a}` and `{b}` are not siblings: their weights are not compared");
            found.push(
                not_understood(message, span)
                    .help("an order holds among the children of one criterion"),
            );
        }
    }
}

/// Finds weights that are each at least as large as the next, back to the first.
fn circle(pairs: &[(NodeIx, NodeIx)]) -> Option<Vec<NodeIx>> {
    let below = |at: NodeIx| pairs.iter().filter(move |(a, _)| *a == at).map(|(_, b)| *b);
    for &(start, _) in pairs {
        let mut open = vec![vec![start]];
        let mut seen = vec![];
        while let Some(path) = open.pop() {
            for next in path.last().into_iter().flat_map(|at| below(*at)) {
                if next == start {
                    let mut circle = path;
                    circle.push(start);
                    return Some(circle);
                }
                if !seen.contains(&next) {
                    seen.push(next);
                    open.push([path.as_slice(), &[next]].concat());
                }
            }
        }
    }
    None
}
