//! What the construction of an index does that its weights do not say.
//!
//! Statistics for whoever builds an index: which indicators move together or against each other, whether
//! a pillar measures one thing, whose influence on the result differs from its weight, and which columns are
//! thin, constant or ruled by a few places. Everything is taken from the scores that the run compared, over
//! the places that it judged. Nothing here changes a result.
//!
//! References: OECD/JRC (2008), *Handbook on Constructing Composite Indicators*, steps 4, 7 and 8; Paruolo,
//! Saisana and Saltelli (2013), *Ratings and rankings: voodoo or science?*, J. Royal Statistical Society A
//! 176(3).

mod columns;
mod findings;
mod influence;
mod structure;

pub use columns::{Outliers, Shape};
pub use findings::{Finding, Topic};
pub use influence::{Influence, main_effect};
pub use structure::{Component, Structure};

use crate::model::{Column, NodeIx};
use crate::num::matrix::pearson;
use crate::project::{Index, Project};
use crate::score::{Board, explain};

/// Where a statistic becomes a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Correlation of two indicators above which they say the same.
    pub redundant: f64,
    /// Share of places with a figure below which an indicator is thin.
    pub coverage: f64,
    /// Cronbach's alpha below which a branch does not measure one thing.
    pub alpha: f64,
    /// Skewness, of either sign, above which a column may have outliers.
    pub skewness: f64,
    /// Excess kurtosis above which a skewed column has outliers.
    pub kurtosis: f64,
    /// Share of places that hold the same value above which a column tells few apart.
    pub common: f64,
}

impl Default for Limits {
    /// The customary limits: correlation 0.9 and coverage 0.65 (JRC audits), alpha 0.7 (Nunnally 1978),
    /// skewness 2 with kurtosis 3.5 (Groeneveld and Meeden 1984, as the JRC applies it).
    fn default() -> Self {
        Self {
            redundant: 0.9,
            coverage: 0.65,
            alpha: 0.7,
            skewness: 2.0,
            kurtosis: 3.5,
            common: 0.5,
        }
    }
}

/// An index looked at from inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// Places that were judged.
    pub places: usize,
    /// A correlation closer to zero than this may be chance (5 %, two-sided): 1.96 / sqrt(n).
    pub chance: f64,
    /// Each leaf, in reading order.
    pub leaves: Vec<Leaf>,
    /// Each criterion below the root, against its parent and the result, in reading order.
    pub influences: Vec<Influence>,
    /// Each branch with two children or more, in reading order.
    pub structures: Vec<Structure>,
    /// Every pair of leaves that share places enough, in reading order.
    pub pairs: Vec<Pair>,
    /// Mean correlation of the leaves of two branches that have leaves as children, or of one with itself.
    pub blocks: Vec<Block>,
    /// What the builder should look at, most important first.
    pub findings: Vec<Finding>,
}

/// A leaf: how its column looks, and how it stands to its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The criterion.
    pub at: NodeIx,
    /// How its figures look.
    pub shape: Shape,
    /// Correlation with the mean of its siblings, itself not among them.
    pub with_siblings: Option<f64>,
    /// The branch of other leaves that it correlates with most, with the correlation.
    pub nearest_other: Option<(NodeIx, f64)>,
}

/// Two leaves over the places that hold both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The first.
    pub a: NodeIx,
    /// The second.
    pub b: NodeIx,
    /// Pearson's correlation of their scores.
    pub r: f64,
    /// Places that hold both.
    pub places: usize,
}

/// The leaves of two branches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The first branch.
    pub a: NodeIx,
    /// The second; the same for the leaves of one branch among each other.
    pub b: NodeIx,
    /// Mean of the correlations.
    pub mean: f64,
    /// Pairs of leaves that it is the mean of.
    pub pairs: usize,
}

/// Places below which no correlation is taken.
const FEWEST: usize = 5;

/// Looks at an index from inside.
pub fn audit(project: &Project, index: &Index, board: &Board, limits: &Limits) -> Audit {
    let judged: Vec<usize> = judged(project, board);
    let view = View {
        project,
        index,
        board,
        nominal: explain::nominal_weights(project, index),
        judged: &judged,
    };
    let pairs = pairs(&view);
    let structures = structure::structures(&view);
    let leaves = leaves(&view, limits);
    let mut audit = Audit {
        places: judged.len(),
        chance: 1.96 / (judged.len().max(1) as f64).sqrt(),
        blocks: blocks(&view, &pairs),
        influences: influence::influences(&view),
        structures,
        pairs,
        leaves,
        findings: vec![],
    };
    audit.findings = findings::findings(&view, &audit, limits);
    audit
}

/// What every statistic looks at.
struct View<'a> {
    project: &'a Project,
    index: &'a Index,
    board: &'a Board,
    nominal: Vec<f64>,
    judged: &'a [usize],
}

impl View<'_> {
    fn scores(&self, at: NodeIx) -> &Column {
        &self.board.scores[at.0]
    }

    fn children(&self, at: NodeIx) -> &[NodeIx] {
        &self.project.tree.node(at).children
    }

    /// Returns the leaves of the index, in reading order.
    fn leaves(&self) -> Vec<NodeIx> {
        self.project.tree.leaves(self.index.root)
    }

    /// Returns the branches that have leaves as children, in reading order.
    fn pillars(&self) -> Vec<NodeIx> {
        let tree = &self.project.tree;
        let all = tree.downward(self.index.root).into_iter().map(|(_, at)| at);
        let with_leaves = |at: &NodeIx| self.children(*at).iter().any(|&child| tree.is_leaf(child));
        all.filter(with_leaves).collect()
    }

    fn id(&self, at: NodeIx) -> &str {
        self.project.tree.node(at).id.as_str()
    }

    /// Returns the scores of the places that have all of the criteria, one column for each.
    fn complete(&self, criteria: &[NodeIx]) -> Vec<Vec<f64>> {
        let mut columns = vec![vec![]; criteria.len()];
        for &place in self.judged {
            let cells = criteria.iter().map(|&at| self.scores(at).value(place));
            if let Some(row) = cells.collect::<Option<Vec<f64>>>() {
                for (column, value) in columns.iter_mut().zip(row) {
                    column.push(value);
                }
            }
        }
        columns
    }
}

/// Returns the places that the run compared: those of which any criterion has a score.
fn judged(project: &Project, board: &Board) -> Vec<usize> {
    let has_score = |place: &usize| board.scores.iter().any(|c| c.value(*place).is_some());
    (0..project.league.len()).filter(has_score).collect()
}

/// Returns the correlation of two columns over the places that hold both, with their number; `None` with
/// too few of them or without spread.
fn correlation(a: &[Option<f64>], b: &[Option<f64>]) -> Option<(f64, usize)> {
    let both = a.iter().zip(b).filter_map(|(a, b)| a.zip(*b));
    let (a, b): (Vec<f64>, Vec<f64>) = both.unzip();
    (a.len() >= FEWEST).then_some(())?;
    Some((pearson(&a, &b)?, a.len()))
}

fn cells(view: &View<'_>, at: NodeIx) -> Vec<Option<f64>> {
    let column = view.scores(at);
    view.judged
        .iter()
        .map(|&place| column.value(place))
        .collect()
}

fn pairs(view: &View<'_>) -> Vec<Pair> {
    let leaves = view.leaves();
    let columns: Vec<_> = leaves.iter().map(|&at| cells(view, at)).collect();
    let mut pairs = vec![];
    for (i, &a) in leaves.iter().enumerate() {
        for (j, &b) in leaves.iter().enumerate().skip(i + 1) {
            if let Some((r, places)) = correlation(&columns[i], &columns[j]) {
                pairs.push(Pair { a, b, r, places });
            }
        }
    }
    pairs
}

fn blocks(view: &View<'_>, pairs: &[Pair]) -> Vec<Block> {
    let pillars = view.pillars();
    let mut blocks = vec![];
    for (i, &a) in pillars.iter().enumerate() {
        for &b in &pillars[i..] {
            let (of_a, of_b) = (view.children(a), view.children(b));
            let joins = |pair: &&Pair| {
                (of_a.contains(&pair.a) && of_b.contains(&pair.b))
                    || (of_b.contains(&pair.a) && of_a.contains(&pair.b))
            };
            let found: Vec<f64> = pairs.iter().filter(joins).map(|pair| pair.r).collect();
            if let Some(mean) = crate::num::stats::mean(&found) {
                blocks.push(Block {
                    a,
                    b,
                    mean,
                    pairs: found.len(),
                });
            }
        }
    }
    blocks
}

fn leaves(view: &View<'_>, limits: &Limits) -> Vec<Leaf> {
    let pillars = view.pillars();
    let one = |at: NodeIx| {
        let own = cells(view, at);
        let is_parent = |pillar: &&NodeIx| view.children(**pillar).contains(&at);
        let parent = pillars.iter().find(is_parent);
        let siblings = parent.map_or(&[][..], |&parent| view.children(parent));
        let siblings: Vec<NodeIx> = siblings.iter().copied().filter(|&s| s != at).collect();
        let rest = mean_of(view, &siblings);
        let others = pillars.iter().filter(|pillar| !is_parent(pillar));
        let with = |&pillar: &NodeIx| Some((pillar, correlation(&own, &cells(view, pillar))?.0));
        let nearest = others.filter_map(with).max_by(|a, b| a.1.total_cmp(&b.1));
        Leaf {
            at,
            shape: columns::shape(view, at, limits),
            with_siblings: correlation(&own, &rest).map(|(r, _)| r),
            nearest_other: nearest,
        }
    };
    view.leaves().into_iter().map(one).collect()
}

/// Returns the mean of the scores that each place has of some criteria.
fn mean_of(view: &View<'_>, criteria: &[NodeIx]) -> Vec<Option<f64>> {
    let mean = |&place: &usize| {
        let held = criteria
            .iter()
            .filter_map(|&at| view.scores(at).value(place));
        crate::num::stats::mean(&held.collect::<Vec<f64>>())
    };
    view.judged.iter().map(mean).collect()
}
