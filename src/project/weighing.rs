//! Where the weights of an index come from, beyond shares as written.

use super::{Chosen, Compared};
use crate::model::{NodeIx, Tree};
use crate::weigh::Weigh;
use crate::weigh::stakeholders::Spread;

/// Where the weights of an index come from, beyond shares as written.
#[derive(Debug, Clone, Default)]
pub struct Weighing {
    /// Groups of siblings weighed by what people said.
    pub judged: Vec<Judged>,
    /// Weights read off the data of the league; equal shares stand in their place until
    /// [`crate::score::settle`] has computed them.
    pub data: Vec<DataWeights>,
    /// Sets of several people made one.
    pub stakeholders: Option<Stakeholders>,
}

/// A group of siblings weighed by what people said.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The parent of the group.
    pub of: NodeIx,
    /// Name of the method.
    pub method: &'static str,
    /// How far the judgements contradict each other, for methods that can tell.
    pub consistency: Option<Consistency>,
    /// What else there is to know, in words; empty for nothing.
    pub note: String,
}

/// How far judgements contradict each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Consistency {
    /// The consistency ratio: 0 for none; `None` beyond the table of random indices.
    pub ratio: Option<f64>,
    /// The largest one that is accepted.
    pub limit: f64,
    /// What it is measured by.
    pub by: &'static str,
}

/// Weights that the data of the league decide.
#[derive(Debug, Clone)]
pub struct DataWeights {
    /// The method.
    pub method: Chosen<dyn Weigh>,
    /// Which criteria are weighed together.
    pub over: Over,
    /// What the method sees of a leaf; of a branch it always sees the scores.
    pub on: Compared,
    /// True where places with gaps are left out of the computation; else a gap is an error.
    pub complete_cases: bool,
    /// Number of places that the weights were computed from, once they are.
    pub settled: Option<usize>,
}

/// Which criteria are weighed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The children of each of these branches on their own, deeper ones first.
    Siblings(Vec<NodeIx>),
    /// All leaves at once; a branch weighs what its leaves weigh.
    Leaves,
}

/// Sets of several people made one.
#[derive(Debug, Clone, PartialEq)]
pub struct Stakeholders {
    /// Names of the sets.
    pub sets: Vec<String>,
    /// `mean` or `median`.
    pub by: &'static str,
    /// For each group of siblings in which the sets differ, by its parent: how far apart they are.
    pub groups: Vec<(NodeIx, GroupSpread)>,
}

/// How far apart several people are on a group of siblings.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSpread {
    /// The spread on each sibling.
    pub spread: Vec<Spread>,
    /// Mean over pairs of people of the weight that they place differently, 0 to 1.
    pub disagreement: f64,
}

impl Weighing {
    /// Tells whether weights still have to be computed from the data.
    pub fn is_open(&self) -> bool {
        self.data.iter().any(|data| data.settled.is_none())
    }
}

impl Weighing {
    /// Says in words where the weights come from; nothing for shares as written.
    pub fn words(&self, tree: &Tree) -> Vec<String> {
        let judged = self.judged.iter().map(|one| one.words(tree));
        let data = self.data.iter().map(|one| one.words(tree));
        let people = self.stakeholders.iter().flat_map(|one| one.words(tree));
        judged.chain(data).chain(people).collect()
    }
}

impl Judged {
    fn words(&self, tree: &Tree) -> String {
        let mut parts = vec![self.method.to_owned()];
        parts.extend(self.consistency.as_ref().map(Consistency::words));
        parts.extend((!self.note.is_empty()).then(|| self.note.clone()));
        format!(
            "children of {}: {}",
            tree.node(self.of).id,
            parts.join(", ")
        )
    }
}

impl Consistency {
    fn words(&self) -> String {
        let Self { ratio, limit, by } = self;
        match ratio {
            Some(ratio) => {
                format!("consistency ratio {ratio:.3} (at most {limit} is accepted; {by})")
            }
            None => format!("too many for the random index of {by}: consistency unknown"),
        }
    }
}

impl DataWeights {
    fn words(&self, tree: &Tree) -> String {
        let what = match &self.over {
            Over::Leaves => "all leaves".to_owned(),
            Over::Siblings(branches) => {
                let ids = branches.iter().map(|&at| tree.node(at).id.to_string());
                format!("children of {}", ids.collect::<Vec<_>>().join(", "))
            }
        };
        let (name, on) = (self.method.method.definition(), self.on.word());
        match self.settled {
            Some(places) => format!("{what}: {name} of the {on} of {places} places"),
            None => format!("{what}: {name} of the league's {on}, computed when places are ranked"),
        }
    }
}

impl Stakeholders {
    fn words(&self, tree: &Tree) -> Vec<String> {
        let mut lines = vec![format!("{} of {}", self.by, self.sets.join(", "))];
        for (at, group) in &self.groups {
            let node = tree.node(*at);
            let spread = node.children.iter().zip(&group.spread);
            let spread: Vec<String> = spread
                .map(|(child, s)| {
                    let id = &tree.node(*child).id;
                    format!("{id} {:.0}–{:.0} %", 100.0 * s.low, 100.0 * s.high)
                })
                .collect();
            lines.push(format!(
                "children of {}: disagreement {:.2} (0 none, 1 full); {}",
                node.id,
                group.disagreement,
                spread.join(", ")
            ));
        }
        lines
    }
}
