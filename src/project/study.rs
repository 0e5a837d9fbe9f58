//! What a study of robustness draws: the settings that vary, by path, each with the ways it may differ.

use crate::model::{IndicatorId, NodeIx, Tier, Tree};

/// How sure is the ranking, and of what: what varies, how often it is drawn, and when to stop.
#[derive(Debug, Clone, PartialEq)]
pub struct StudySpec {
    /// Number of draws; with `until` the most that are made.
    pub draws: u64,
    /// Fixes every draw.
    pub seed: u64,
    /// Stops when no share of ranks or pairs has a larger standard error.
    pub until: Option<f64>,
    /// What a draw without a ranking means.
    pub on_failure: OnFailure,
    /// Most combinations of choices that are made ready. Up to this many, all of them take turns;
    /// beyond, this many are drawn as a Latin hypercube.
    pub combinations: usize,
    /// The settings that vary; the weights where there are none.
    pub vary: Vec<Varied>,
}

impl Default for StudySpec {
    fn default() -> Self {
        Self {
            draws: DRAWS,
            seed: 1,
            until: None,
            on_failure: OnFailure::default(),
            combinations: 256,
            vary: vec![],
        }
    }
}

/// What a draw means in which a place has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// It is left out and counted.
    #[default]
    Drop,
    /// The study ends.
    Fail,
}

/// A setting that varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// Its path, as the user wrote it.
    pub path: String,
    /// How it varies, in words.
    pub words: String,
    /// How it varies.
    pub how: Variation,
}

/// How a setting varies.
#[derive(Debug, Clone, PartialEq)]
pub enum Variation {
    /// The shares among the children of some branches.
    Weights {
        /// The branches.
        branches: Vec<NodeIx>,
        /// How.
        how: WeightVariation,
    },
    /// One of several, equally likely.
    Choice(Vec<Alternative>),
    /// A number between two ends, every value equally likely.
    Range {
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
        /// The settings that take it, as `--set` names them.
        paths: Vec<String>,
    },
    /// Figures of the data.
    Figures {
        /// Which.
        which: WhichFigures,
        /// How far off they may be.
        error: FigureError,
    },
}

/// One of several ways to set something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// What people see.
    pub label: String,
    /// Assignments as `--set` takes them.
    pub sets: Vec<String>,
}

/// How the shares of siblings vary.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightVariation {
    /// Without any preference.
    Uniform,
    /// Around the given shares, with this concentration.
    Dirichlet(f64),
    /// Each times a factor between 1 - x and 1 + x.
    PlusMinus(f64),
    /// Uniform over what keeps an order: the first of each pair is at least as large as the second.
    Order(Vec<(NodeIx, NodeIx)>),
}

/// Figures that vary together in kind; each is drawn on its own.
#[derive(Debug, Clone, PartialEq)]
pub enum WhichFigures {
    /// All.
    All,
    /// Those of an indicator.
    Indicator(IndicatorId),
    /// Those of a leaf, whatever they were read or computed from.
    Leaf(NodeIx),
    /// Those from sources of a tier.
    Tier(Tier),
    /// Those that are one end of an open interval.
    Bounds,
    /// Those that were published as a range.
    Ranges,
    /// Those on which sources of the same date disagree.
    Conflicts,
}

/// How far off a figure may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FigureError {
    /// Times a factor between 1 - x and 1 + x, every one equally likely.
    Within(f64),
    /// Times a factor around 1 with this standard deviation, normally distributed.
    Normal(f64),
    /// From the bound up to this share beyond it.
    Beyond(f64),
    /// Anywhere in the published range.
    InRange,
    /// What one of the sources says, equally likely.
    AnySource,
}

/// Concentration of weights around the given ones where nobody states another: a share of 30 % then
/// has a standard deviation of 6 points, and nine draws of ten lie between 20 and 41 %.
pub const CONCENTRATION: f64 = 50.0;

/// Draws where nobody states another number.
pub const DRAWS: u64 = 10_000;

impl Varied {
    /// Varies the weights of all branches below a root around the given ones.
    pub fn weights(tree: &Tree, root: NodeIx) -> Self {
        let how = WeightVariation::Dirichlet(CONCENTRATION);
        Self {
            path: "weights".to_owned(),
            words: how.words(),
            how: Variation::Weights {
                branches: branches(tree, root),
                how,
            },
        }
    }
}

/// Returns the criteria below a root, itself included, that have more than one child.
pub fn branches(tree: &Tree, root: NodeIx) -> Vec<NodeIx> {
    let all = tree.downward(root).into_iter().map(|(_, at)| at);
    all.filter(|&at| tree.node(at).children.len() > 1).collect()
}

impl WeightVariation {
    /// Says how the weights vary.
    pub fn words(&self) -> String {
        match self {
            Self::Uniform => "any weights, none preferred (uniform)".to_owned(),
            Self::Dirichlet(concentration) => {
                format!("around the given ones (Dirichlet, concentration {concentration})")
            }
            Self::PlusMinus(share) => format!("plus or minus {} %", share * 100.0),
            Self::Order(pairs) => format!(
                "any weights that keep {}",
                match pairs.len() {
                    1 => "the order stated".to_owned(),
                    n => format!("the {n} conditions stated"),
                }
            ),
        }
    }
}

impl FigureError {
    /// Says how far off figures may be.
    pub fn words(self) -> String {
        match self {
            Self::Within(share) => format!("plus or minus {} %", share * 100.0),
            Self::Normal(share) => format!("normal error of {} %", share * 100.0),
            Self::Beyond(share) => format!("from the bound to {} % beyond", share * 100.0),
            Self::InRange => "anywhere in the published range".to_owned(),
            Self::AnySource => "what any of the sources of that date says".to_owned(),
        }
    }
}
