//! What cannot be scored some rows at a time, refused by name.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::NodeIx;
use crate::normalise::Reach;
use crate::prepare::impute::Fill;
use crate::project::{
    Branch, Combine, Finish, Index, Leaf, LeafMissing, LeafValue, NodeKind, Project, Rescale,
    RuleUse,
};
use crate::rules::Rule;

/// Finds every setting that needs all rows at once.
pub(super) fn check(project: &Project, index: &Index, needed: &[bool]) -> Result<(), Diagnostics> {
    let mut found = Refused {
        project,
        found: Diagnostics::new(),
    };
    found.index(index);
    for (at, _) in project.tree.upward().filter(|(at, _)| needed[at.0]) {
        match &project.nodes[at.0].kind {
            NodeKind::Leaf(leaf) => found.leaf(at, leaf),
            NodeKind::Branch(branch) => found.branch(at, branch),
        }
    }
    for adjustment in &project.adjustments {
        let what = format!("the adjustment `{}`", adjustment.when);
        found.script(&what, &adjustment.rule, &["eligible"]);
    }
    if found.found.is_empty() {
        Ok(())
    } else {
        Err(found.found)
    }
}

struct Refused<'a> {
    project: &'a Project,
    found: Diagnostics,
}

impl Refused<'_> {
    fn push(&mut self, message: String, help: &str) {
        let finding = Diagnostic::new(Code("E0801"), message);
        self.found.push(finding.help(help));
    }

    fn id(&self, at: NodeIx) -> String {
        self.project.tree.node(at).id.to_string()
    }

    fn index(&mut self, index: &Index) {
        if let Some(ranking) = &index.ranking {
            self.push(
                format!(
                    "the method `{}` compares all rows with one another",
                    ranking.name
                ),
                "use `scoring.method = \"weighted\"` or a strategy for bulk scoring",
            );
        }
        if index.weighing.is_open() {
            self.push(
                format!("the weights `{}` are computed from all rows", index.weights),
                "compute them once on a sample with `exacity check`, and write them down",
            );
        }
        if let Some(strategy) = &index.strategy {
            let what = format!("the strategy `{}`", strategy.name);
            self.script(&what, &strategy.rule, &["score", "eligible"]);
        }
    }

    fn leaf(&mut self, at: NodeIx, leaf: &Leaf) {
        let id = self.id(at);
        match &leaf.value {
            LeafValue::Derived { rule, function, .. } => {
                self.rule(&format!("the value of `{id}`"), rule, &[function]);
            }
            LeafValue::Data(_) if leaf.indicators.is_empty() => self.push(
                format!("the value of `{id}` does not come from the columns of a table"),
                "name a column: `indicator = \"...\"`",
            ),
            LeafValue::Data(_) => {}
        }
        let why = match &leaf.missing {
            LeafMissing::Fill(Fill::Mean) => Some("the mean of all rows"),
            LeafMissing::Fill(Fill::Median) => Some("the median of all rows"),
            LeafMissing::Fill(Fill::GroupMean(_) | Fill::GroupMedian(_)) => Some("its group"),
            LeafMissing::Fill(Fill::Known(_)) => Some("earlier figures"),
            LeafMissing::Fill(Fill::Constant(_)) | LeafMissing::Leave | LeafMissing::Fail => None,
        };
        if let Some(why) = why {
            self.push(
                format!("gaps of `{id}` are filled from {why}"),
                "use `missing = \"reweight\"`, or fill with a number: `missing = { constant = 0 }`",
            );
        }
        if let Some((name, method)) = &leaf.treat
            && method.depends_on_others()
        {
            self.treat(&id, name);
        }
        self.rescale(&id, &leaf.normalise, leaf.groups.is_some(), true);
    }

    fn branch(&mut self, at: NodeIx, branch: &Branch) {
        let id = self.id(at);
        if let Combine::Rule(rule) = &branch.aggregate {
            self.rule(&format!("the rule of `{id}`"), rule, &["score"]);
        }
        if let Some(finish) = &branch.finish {
            let Finish {
                treat,
                normalise,
                groups,
                ..
            } = finish.as_ref();
            if let Some((name, _)) = treat.as_ref().filter(|(_, m)| m.depends_on_others()) {
                self.treat(&id, name);
            }
            if let Some(normalise) = normalise {
                self.rescale(&id, normalise, groups.is_some(), false);
            }
        }
    }

    fn treat(&mut self, id: &str, name: &str) {
        self.push(
            format!("`{name}` treats outliers of `{id}` by looking at all rows"),
            "use `treat = \"log\"`, a cap that is a number, or goalposts that clamp",
        );
    }

    fn rescale(&mut self, id: &str, how: &Rescale, by_group: bool, ends: bool) {
        if by_group {
            self.push(
                format!("`{id}` is normalised within groups of rows"),
                "use goalposts, or score each group as a file of its own",
            );
            return;
        }
        match how {
            Rescale::Rule(rule) => {
                self.rule(
                    &format!("the normalisation of `{id}`"),
                    rule,
                    &["normalise"],
                );
            }
            Rescale::Method(chosen) => match chosen.method.reach() {
                Reach::Value => {}
                Reach::Ends if ends => {}
                Reach::Ends | Reach::Column => self.push(
                    format!("`{}` of `{id}` needs all rows at once", chosen.name),
                    "use `goalposts`, `linear`, `steps` or `target` with both ends stated; \
                     figures (not scores of branches) may also use `min-max`, `max` and \
                     `distance-to-best`",
                ),
            },
        }
    }

    fn rule(&mut self, what: &str, rule: &RuleUse, functions: &[&str]) {
        self.script(what, &rule.rule, functions);
    }

    /// Refuses facts of whole columns, the leader, and columns of words.
    fn script(&mut self, what: &str, rule: &Rule, functions: &[&str]) {
        let reads = functions.iter().flat_map(|function| rule.reads(function));
        for read in reads {
            let name = format!("{}.{}", read.record, read.field);
            match read.record.as_str() {
                "facts" | "leader" => self.push(
                    format!("{what} reads `{name}`, which needs all rows at once"),
                    "make it a parameter: `param` with the number that holds for the whole table",
                ),
                "place" | "known" if self.is_words(&read.field) => self.push(
                    format!("{what} reads the words of `{name}`"),
                    "let numbers stand for the words: `matrix = { .., values = { WORD = 1 } }`",
                ),
                _ => {}
            }
        }
    }

    /// Tells whether a name is neither a column of numbers nor a criterion.
    fn is_words(&self, name: &str) -> bool {
        let project = self.project;
        project.tree.find_in_scripts(name).is_none() && !project.panel.contains_key(name)
    }
}
