//! A complete, cross-checked description of what is to be scored.
//!
//! Everything a run needs is here as values: places, criteria, figures with their provenance, chosen
//! methods and weights. `config` builds it from files; `score` and everything above only read it.

mod ranking;
pub mod study;
mod weighing;

pub use ranking::{Compared, Contender, Gaps, Ranking, RankingError};
pub use weighing::{Consistency, DataWeights, GroupSpread, Judged, Over, Stakeholders, Weighing};

use crate::aggregate::Aggregate;
use crate::model::{
    Chip, Column, Direction, Fact, Indicator, IndicatorId, NodeIx, Observation, Params, Place,
    Programme, Source, SourceId, Sourced, Target, Tree, Weights,
};
use crate::normalise::Normalise;
use crate::num::rank::{Best, Ties};
use crate::num::round::Rounding;
use crate::prepare::Treat;
use crate::prepare::impute::Fill;
use crate::rules::Rule;
use chrono::NaiveDate;
use indexmap::IndexMap;
use std::sync::Arc;

/// A complete, cross-checked description of what is to be scored.
#[derive(Debug, Clone)]
pub struct Project {
    /// Name for people.
    pub name: String,
    /// The same in Chinese, if it is known.
    pub name_zh: Option<String>,
    /// Nothing published later is seen.
    pub as_of: Option<NaiveDate>,
    /// The profile in force.
    pub profile: Profile,
    /// The places that may be ranked, sorted by id. Columns everywhere follow this order.
    pub league: Vec<Place>,
    /// The criteria.
    pub tree: Tree,
    /// How each criterion of the tree is computed, by its position there.
    pub nodes: Vec<Node>,
    /// The results asked for; at least one.
    pub indices: Vec<Index>,
    /// What a place must hold to be ranked.
    pub require: Require,
    /// Rules without code.
    pub adjustments: Vec<Adjustment>,
    /// One column per indicator of the data, for scripts and explanations.
    pub panel: IndexMap<IndicatorId, Figures>,
    /// What a study of robustness varies.
    pub study: study::StudySpec,
    /// Everything else that is known and shown beside the scores.
    pub library: Library,
}

/// The profile in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Its name; empty for a project without profiles.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// The same in Chinese, if it is known.
    pub title_zh: Option<String>,
    /// What it is for.
    pub about: String,
    /// The same in Chinese, if it is known.
    pub about_zh: Option<String>,
    /// False for a profile that shows places side by side without an overall rank.
    pub ranks: bool,
}

/// How one criterion is computed.
#[derive(Debug, Clone)]
pub struct Node {
    /// Leaf or branch.
    pub kind: NodeKind,
    /// The scale of its scores, lowest and highest.
    pub scale: (f64, f64),
    /// Rounding as a step, before the parent sees the score.
    pub round: Option<Rounding>,
}

/// Leaf or branch.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// Reads figures.
    Leaf(Box<Leaf>),
    /// Aggregates children.
    Branch(Branch),
}

/// A criterion that reads figures.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The indicators it pools; empty for values that are computed.
    pub indicators: Vec<IndicatorId>,
    /// Which end is good.
    pub direction: Direction,
    /// Unit of its figures.
    pub unit: String,
    /// The figures.
    pub value: LeafValue,
    /// What figures are divided by to compare sizes.
    pub denominator: Option<(IndicatorId, Figures)>,
    /// What happens to missing figures.
    pub missing: LeafMissing,
    /// Treatment of outliers, with its name.
    pub treat: Option<(String, Arc<dyn Treat>)>,
    /// How figures become comparable.
    pub normalise: Rescale,
    /// The group of each place when normalisation goes by group.
    pub groups: Option<Vec<String>>,
    /// What all places score when the column is constant.
    pub constant: Constant,
    /// What ranking methods need to know of it: thresholds, ends of its scale.
    pub compare: Params,
}

/// The figures of a leaf, one per place of the league.
#[derive(Debug, Clone)]
pub enum LeafValue {
    /// Read from data.
    Data(Figures),
    /// Computed by a function of a script from the figures of each place.
    Derived {
        /// The script with its parameters.
        rule: RuleUse,
        /// The function.
        function: String,
        /// Positions in the league, ascending, of the places to which the figure does not apply.
        exempt: Vec<usize>,
    },
}

/// Figures of the league, one per place.
#[derive(Debug, Clone)]
pub struct Figures {
    column: Arc<Column>,
    cells: Option<Arc<Vec<Sourced>>>,
}

impl Figures {
    /// Takes cells with everything known about them.
    pub fn sourced(cells: Vec<Sourced>) -> Self {
        let column = cells.iter().map(|sourced| sourced.cell).collect();
        Self {
            column: Arc::new(column),
            cells: Some(Arc::new(cells)),
        }
    }

    /// Takes a bare column, for tables in which the file is the only provenance there is.
    pub fn bare(column: Column) -> Self {
        Self {
            column: Arc::new(column),
            cells: None,
        }
    }

    /// Takes a bare column that others hold as well.
    pub fn shared(column: Arc<Column>) -> Self {
        Self {
            column,
            cells: None,
        }
    }

    /// Returns the numbers and holes.
    pub fn column(&self) -> &Arc<Column> {
        &self.column
    }

    /// Walks everything known about the cells; nothing for bare columns.
    pub fn cells(&self) -> &[Sourced] {
        self.cells.as_ref().map_or(&[], |cells| cells.as_slice())
    }

    /// Returns everything known about a cell; `None` for bare columns.
    pub fn sourced_at(&self, place: usize) -> Option<&Sourced> {
        self.cells.as_ref().map(|cells| &cells[place])
    }
}

impl FromIterator<Sourced> for Figures {
    fn from_iter<T: IntoIterator<Item = Sourced>>(cells: T) -> Self {
        Self::sourced(cells.into_iter().collect())
    }
}

/// What happens to missing figures of a leaf.
#[derive(Debug, Clone, PartialEq)]
pub enum LeafMissing {
    /// They stay missing, and the parent's policy decides.
    Leave,
    /// They are filled and marked.
    Fill(Fill),
    /// They are an error.
    Fail,
}

/// How figures become comparable.
#[derive(Debug, Clone)]
pub enum Rescale {
    /// By a method.
    Method(Chosen<dyn Normalise>),
    /// By the `normalise` function of a script.
    Rule(RuleUse),
}

/// A method chosen by name, with the parameters given.
#[derive(Debug)]
pub struct Chosen<T: ?Sized> {
    /// Name in the module's table.
    pub name: &'static str,
    /// Parameters given; others have their default.
    pub params: Params,
    /// The method.
    pub method: Arc<T>,
}

impl<T: ?Sized> Clone for Chosen<T> {
    fn clone(&self) -> Self {
        Self {
            name: self.name,
            params: self.params.clone(),
            method: Arc::clone(&self.method),
        }
    }
}

/// What a column in which all places are equal scores, as a share of the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constant {
    /// This share of the scale: 0.5 by default.
    Share(f64),
    /// Nothing: the criterion is treated as not applicable to anybody.
    Drop,
}

/// A criterion that aggregates its children.
#[derive(Debug, Clone)]
pub struct Branch {
    /// How.
    pub aggregate: Combine,
    /// What happens when children are missing.
    pub missing: BranchMissing,
    /// Share of the children's weight that must be present, 0 to 1; below, the score is missing.
    pub min_coverage: f64,
    /// Number of children that must be present; with fewer, the score is missing.
    pub min_children: usize,
    /// Criteria beside its children that its rule or its adjustments read; they stand before it.
    pub reads: Vec<NodeIx>,
    /// Positions in the league, ascending, of the places to which the criterion does not apply.
    pub exempt: Vec<usize>,
    /// What happens to the score once the children have been aggregated, if anything.
    pub finish: Option<Box<Finish>>,
}

impl Branch {
    /// Makes a branch that aggregates its children and does nothing more.
    pub fn new(aggregate: Combine, missing: BranchMissing) -> Self {
        Self {
            aggregate,
            missing,
            min_coverage: 0.0,
            min_children: 0,
            reads: vec![],
            exempt: vec![],
            finish: None,
        }
    }
}

/// What happens to the scores of a branch once its children have been aggregated: the same steps that
/// figures go through. Published indices standardise pillars, cap them, or turn them around.
#[derive(Debug, Clone)]
pub struct Finish {
    /// Which end of the aggregated score is good.
    pub direction: Direction,
    /// Treatment of outliers, with its name.
    pub treat: Option<(String, Arc<dyn Treat>)>,
    /// How the aggregated scores become comparable; they stay as they are without.
    pub normalise: Option<Rescale>,
    /// The group of each place when normalisation goes by group.
    pub groups: Option<Vec<String>>,
    /// What all places score when the column is constant.
    pub constant: Constant,
}

/// How children become their parent.
#[derive(Debug, Clone)]
pub enum Combine {
    /// By a method.
    Method(Chosen<dyn Aggregate>),
    /// By the `score` function of a script.
    Rule(RuleUse),
}

/// What happens when children of a branch are missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BranchMissing {
    /// The weights of the others are scaled up; with no child present, the branch is missing.
    Reweight,
    /// The branch is missing unless every applicable child is present.
    CompleteCases,
    /// A missing child scores this much, on the scale of the branch.
    Constant(f64),
    /// A missing child is an error.
    Fail,
}

/// A compiled script with values for its parameters.
#[derive(Debug, Clone)]
pub struct RuleUse {
    /// Name for people: the file without folder and ending.
    pub name: String,
    /// The script.
    pub rule: Arc<Rule>,
    /// Values of all parameters, defaults filled in.
    pub params: IndexMap<String, f64>,
}

/// One result: a root with weights and a strategy.
#[derive(Debug, Clone)]
pub struct Index {
    /// Identifier; `score` for a project with one result.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The criterion whose score ranks the places.
    pub root: NodeIx,
    /// Name of the weight set; `equal` when none was named.
    pub weights: String,
    /// Who would hold that view.
    pub weights_about: String,
    /// The same in Chinese, if it is known.
    pub weights_about_zh: Option<String>,
    /// Shares among the children of each branch, by its position in the tree; leaves have none.
    pub shares: Vec<Option<Weights>>,
    /// Where the shares come from, where they are not as written.
    pub weighing: Weighing,
    /// A method that ranks the places on all leaves at once, or the tree's score.
    pub ranking: Option<Ranking>,
    /// A script that judges places, or the plain weighted score.
    pub strategy: Option<RuleUse>,
    /// Rounding, ranks, ties and classes of its scores.
    pub output: Output,
}

/// What a place must hold to be ranked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Require {
    /// Share of applicable leaves that must hold a figure, 0 to 1.
    pub min_coverage: f64,
    /// Criteria in each of which at least one leaf must hold a measured figure.
    pub evidence: Vec<NodeIx>,
}

/// A rule without code: when a condition holds, a score changes.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// The criterion whose score changes, before its parent sees it; the result if none.
    pub criterion: Option<NodeIx>,
    /// The condition, compiled.
    pub rule: Arc<Rule>,
    /// The condition as written.
    pub when: String,
    /// What it does where it holds.
    pub change: Change,
    /// The reason, shown wherever the points are.
    pub because: String,
}

/// What an adjustment does to a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// Adds points.
    Add(f64),
    /// Multiplies the score.
    Times(f64),
    /// Caps the score.
    AtMost(f64),
    /// Raises the score to this, if it is lower.
    AtLeast(f64),
    /// Replaces the score.
    Set(f64),
}

impl Change {
    /// Returns the score after the change.
    pub fn apply(self, score: f64) -> f64 {
        match self {
            Self::Add(points) => score + points,
            Self::Times(factor) => score * factor,
            Self::AtMost(limit) => score.min(limit),
            Self::AtLeast(limit) => score.max(limit),
            Self::Set(value) => value,
        }
    }
}

/// Rounding, ranks and ties of a result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Output {
    /// What equal scores share.
    pub ties: Ties,
    /// Which end is rank 1.
    pub best: Best,
    /// Rounding of the scores that are ranked; `None` ranks full values.
    pub rank_on: Option<Rounding>,
    /// Class limits, lowest score of each, best class first.
    pub classes: Vec<(String, f64)>,
    /// The group of each place of the league, where places are ranked within groups as well.
    pub within: Option<Within>,
}

/// Groups within which places are ranked as well.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Within {
    /// The column of the places.
    pub column: String,
    /// The group of each place of the league; empty for a place without one.
    pub groups: Vec<String>,
}

/// Everything else that is known and shown beside the scores.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// All places of the data, also those that no profile ranks.
    pub places: IndexMap<crate::model::PlaceId, Place>,
    /// All indicators.
    pub indicators: IndexMap<IndicatorId, Indicator>,
    /// All observations.
    pub observations: Vec<Arc<Observation>>,
    /// All targets.
    pub targets: Vec<Target>,
    /// All programmes.
    pub programmes: Vec<Programme>,
    /// All facts.
    pub facts: Vec<Fact>,
    /// What accelerators can do.
    pub chips: Vec<Chip>,
    /// All publications.
    pub sources: IndexMap<SourceId, Source>,
    /// The words behind the numbers of an indicator that is written in words: the number is a position.
    pub words: IndexMap<IndicatorId, Arc<Vec<String>>>,
}

impl Library {
    /// Returns the word behind the value of an indicator that is written in words.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions of words are small whole numbers"
    )]
    pub fn word(&self, indicator: &IndicatorId, value: f64) -> Option<&str> {
        let words = self.words.get(indicator)?;
        words.get(value.max(0.0) as usize).map(String::as_str)
    }
}

impl Project {
    /// Copies everything that is scored, and leaves out what is only shown beside it.
    pub fn without_library(&self) -> Self {
        Self {
            name: self.name.clone(),
            name_zh: self.name_zh.clone(),
            as_of: self.as_of,
            profile: self.profile.clone(),
            league: self.league.clone(),
            tree: self.tree.clone(),
            nodes: self.nodes.clone(),
            indices: self.indices.clone(),
            require: self.require.clone(),
            adjustments: self.adjustments.clone(),
            panel: self.panel.clone(),
            study: self.study.clone(),
            library: Library::default(),
        }
    }

    /// Returns the position of a place in the league.
    pub fn position(&self, place: &str) -> Option<usize> {
        self.league.iter().position(|p| p.id.as_str() == place)
    }

    /// Returns the leaf at a position of the tree, if it is one.
    pub fn leaf(&self, at: NodeIx) -> Option<&Leaf> {
        match &self.nodes[at.0].kind {
            NodeKind::Leaf(leaf) => Some(leaf),
            NodeKind::Branch(_) => None,
        }
    }

    /// Tells for each criterion, by its position in the tree, whether the score of `roots` rests on it:
    /// everything below, and what rules there read besides.
    pub fn needed(&self, roots: impl IntoIterator<Item = NodeIx>) -> Vec<bool> {
        let mut needed = vec![false; self.tree.len()];
        roots.into_iter().for_each(|at| needed[at.0] = true);
        // What a criterion rests on stands before it, so going backwards meets every reader first.
        for (at, node) in self.tree.upward().rev() {
            if needed[at.0] {
                let reads = self.branch(at).map_or(&[][..], |branch| &branch.reads);
                for below in node.children.iter().chain(reads) {
                    needed[below.0] = true;
                }
            }
        }
        needed
    }

    /// Returns the branch at a position of the tree, if it is one.
    pub fn branch(&self, at: NodeIx) -> Option<&Branch> {
        match &self.nodes[at.0].kind {
            NodeKind::Leaf(_) => None,
            NodeKind::Branch(branch) => Some(branch),
        }
    }
}
