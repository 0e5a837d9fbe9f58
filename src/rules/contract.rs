//! What a script says of itself: the literal map that `meta()` returns.

use indexmap::IndexMap;

/// What a script says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meta {
    /// Title for people.
    pub title: String,
    /// The comment above `meta()` (`///` lines): what the strategy is for and who would hold it.
    pub about: String,
    /// Version of the script.
    pub version: f64,
    /// Figures that the script needs, by field of `place` or `part`.
    pub needs: IndexMap<String, Need>,
    /// What planners may vary.
    pub params: IndexMap<String, ParamSpec>,
    /// Declared range of `score()`; the project's scale when absent.
    pub range: Option<(f64, f64)>,
    /// Columns that functions of the script compute, by function.
    pub derives: IndexMap<String, Derived>,
}

/// A figure that a script needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Unit in which the script expects it; empty for any.
    pub unit: String,
    /// What happens where it is missing.
    pub missing: WhenMissing,
}

/// What happens where a needed figure is missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum WhenMissing {
    /// The place is listed as not judged, with the reason. The default.
    #[default]
    NotJudged,
    /// The run stops.
    Fail,
    /// This number stands in, marked.
    Value(f64),
}

/// A parameter that planners may vary.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamSpec {
    /// Default.
    pub value: f64,
    /// Lowest value allowed.
    pub min: f64,
    /// Highest value allowed.
    pub max: f64,
    /// Unit; `1` for plain numbers.
    pub unit: String,
    /// What it does.
    pub doc: String,
}

/// A column that a function of the script computes.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Unit of the results.
    pub unit: String,
    /// What it is.
    pub doc: String,
}
