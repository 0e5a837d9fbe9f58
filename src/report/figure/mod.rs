//! Figures: one per view, from plain numbers to a picture in Plotly's format.
//!
//! A view fills one of the structs below; `draw` lays it out. Nothing is computed here beyond where
//! things stand. The result is the same JSON for every front end: the report embeds it, `--figures` writes
//! it, other programs read it. Names come from data files and may hold anything, so every text that
//! Plotly would read as mark-up goes through `theme::label`.
//!
//! Without the feature `charts` there are no figures: each function returns `None`, and what remains is
//! the table with the same numbers.

#[cfg(feature = "charts")]
mod coast;
#[cfg(feature = "charts")]
mod draw;
pub mod theme;

use super::lang::Lang;
use super::model::Figure;

/// Words and identity that every figure has.
#[derive(Debug, Clone, Default)]
pub struct Caption {
    /// Identifier, unique within the report.
    pub id: String,
    /// The finding where there is one, else the subject.
    pub title: String,
    /// What is to be seen.
    pub description: String,
    /// Language of the words that the figure adds.
    pub lang: Lang,
}

/// View 5: a place on each criterion, among the others.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Words and identity.
    pub caption: Caption,
    /// Name of the place.
    pub place: String,
    /// Worst and best score.
    pub scale: (f64, f64),
    /// The criteria, in reading order.
    pub rows: Vec<ProfileRow>,
}

/// A criterion in a profile.
#[derive(Debug, Clone)]
pub struct ProfileRow {
    /// Name of the criterion.
    pub name: String,
    /// Position of its pillar, for the colour.
    pub pillar: usize,
    /// The figure as its source writes it, or why there is none.
    pub shown: String,
    /// The score, if there is a figure.
    pub score: Option<f64>,
    /// Scores of the other places, with their names.
    pub others: Vec<(String, f64)>,
    /// First quartile, median and third quartile of all places; none where fewer than three have one.
    pub quartiles: Option<[f64; 3]>,
}

/// View 6: the way from one score to another, a step per criterion.
#[derive(Debug, Clone)]
pub struct Steps {
    /// Words and identity.
    pub caption: Caption,
    /// Name and score of the place that is behind.
    pub from: (String, f64),
    /// Name and score of the place that is ahead.
    pub to: (String, f64),
    /// What separates them: name and points, in the order of drawing; they sum to the difference.
    pub steps: Vec<(String, f64)>,
}

/// View 2: ranks as one weight goes from nothing to everything.
#[derive(Debug, Clone)]
pub struct RankLines {
    /// Words and identity.
    pub caption: Caption,
    /// Heading of the horizontal axis.
    pub axis: String,
    /// The weight in force, in percent.
    pub now: f64,
    /// Per place: name, and its rank at each share in percent; `None` where it is not ranked.
    pub lines: Vec<(String, RankLine)>,
}

/// The ranks of a place by share of the weight; none where it is not ranked.
pub type RankLine = Vec<(f64, Option<f64>)>;

/// View 9: places on a map.
#[derive(Debug, Clone)]
pub struct Map {
    /// Words and identity.
    pub caption: Caption,
    /// The places with coordinates.
    pub places: Vec<MapPlace>,
    /// Lowest and highest possible score.
    pub scale: (f64, f64),
}

/// A place on a map.
#[derive(Debug, Clone)]
pub struct MapPlace {
    /// Name.
    pub name: String,
    /// Latitude and longitude in degrees.
    pub at: (f64, f64),
    /// Rank as people write it and score; none for a place that is not ranked.
    pub ranked: Option<(String, f64)>,
}

/// View 10: what is known of each place for each criterion.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// Words and identity.
    pub caption: Caption,
    /// Names of the criteria.
    pub columns: Vec<String>,
    /// Per place: name, and per criterion its state and words for those who point at it.
    pub rows: Vec<(String, Vec<(State, String)>)>,
}

/// What is known of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A body states it as reached.
    Measured,
    /// Measured, and one end of an open interval.
    Bound,
    /// A zero that stands for the absence from a complete list.
    Absent,
    /// A script, a sum of programmes or the user made it.
    Computed,
    /// An estimate, an announcement or a disputed claim that the project takes.
    Claimed,
    /// Missing in the data and filled.
    Filled,
    /// Missing.
    Missing,
    /// No figure could exist.
    NotApplicable,
}

impl State {
    /// All states, best first.
    pub const ALL: [Self; 8] = [
        Self::Measured,
        Self::Bound,
        Self::Absent,
        Self::Computed,
        Self::Claimed,
        Self::Filled,
        Self::Missing,
        Self::NotApplicable,
    ];

    /// Returns the sign that stands for it beside the colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Measured => "●",
            Self::Bound => "▲",
            Self::Absent => "0",
            Self::Computed => "Σ",
            Self::Claimed => "?",
            Self::Filled => "○",
            Self::Missing => "–",
            Self::NotApplicable => "·",
        }
    }

    /// Returns the words for it, in English; [`Lang::word`] translates them.
    pub fn words(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Bound => "bound",
            Self::Absent => "on a list without it",
            Self::Computed => "computed",
            Self::Claimed => "estimate",
            Self::Filled => "filled",
            Self::Missing => "missing",
            Self::NotApplicable => "does not apply",
        }
    }
}

/// View 3: how often each place takes each rank.
#[derive(Debug, Clone)]
pub struct Acceptability {
    /// Words and identity.
    pub caption: Caption,
    /// Headings of the ranks; the last may stand for the tail.
    pub ranks: Vec<String>,
    /// Per place: name, and the share of draws in which it takes each rank.
    pub rows: Vec<(String, Vec<f64>)>,
}

/// View 4: where each place could be.
#[derive(Debug, Clone)]
pub struct Ranges {
    /// Words and identity.
    pub caption: Caption,
    /// The places, in the order of the ranking.
    pub rows: Vec<RangeRow>,
    /// First and last row of each group that the draws cannot tell apart.
    pub ties: Vec<(usize, usize)>,
}

/// A place with its range of ranks.
#[derive(Debug, Clone)]
pub struct RangeRow {
    /// Name.
    pub name: String,
    /// Its rank.
    pub rank: f64,
    /// The rank that 5 % of the draws reach or better.
    pub low: f64,
    /// The rank that 95 % of the draws reach or better.
    pub high: f64,
}

/// View 11: ranks before and after a change.
#[derive(Debug, Clone)]
pub struct Slope {
    /// Words and identity.
    pub caption: Caption,
    /// Heading of the ranks before.
    pub left: String,
    /// Heading of the ranks after.
    pub right: String,
    /// Per place: name, rank before and rank after; none where it is not ranked.
    pub lines: Vec<(String, Option<f64>, Option<f64>)>,
}

/// View 7: where a stock is heading.
#[derive(Debug, Clone)]
pub struct Trajectory {
    /// Words and identity.
    pub caption: Caption,
    /// Unit of the stock.
    pub unit: String,
    /// Figures as they were published.
    pub observations: Vec<Seen>,
    /// The band in words.
    pub band: String,
    /// Days with the low end, the median and the high end of the band; empty where nothing is foreseen.
    pub fan: Vec<(String, [f64; 3])>,
    /// Targets.
    pub targets: Vec<Seen>,
}

/// A value at a day.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The day.
    pub day: String,
    /// The value.
    pub value: f64,
    /// True for a lower bound.
    pub bound: bool,
    /// What a reader should know of it.
    pub words: String,
}

/// View 8: what is installed when.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// Words and identity.
    pub caption: Caption,
    /// Names of the periods.
    pub periods: Vec<String>,
    /// Parts of what is installed, each with its EFLOPS by period.
    pub stacks: Vec<(String, Vec<f64>)>,
    /// What a target is called.
    pub target: String,
    /// Targets: period and EFLOPS.
    pub targets: Vec<(usize, f64)>,
    /// What it costs, below on the same time axis.
    pub money: Option<Money>,
}

/// Money by period.
#[derive(Debug, Clone)]
pub struct Money {
    /// Unit of the amounts.
    pub unit: String,
    /// What the bars are called.
    pub spent: String,
    /// Spent in each period.
    pub values: Vec<f64>,
    /// What the limit is called.
    pub room: String,
    /// What could be spent: period and amount.
    pub limits: Vec<(usize, f64)>,
}

/// View 8: what is ordered when, and from when to when it serves.
#[derive(Debug, Clone)]
pub struct Orders {
    /// Words and identity.
    pub caption: Caption,
    /// Names of the periods.
    pub periods: Vec<String>,
    /// The moment of an order.
    pub order: String,
    /// The time until delivery.
    pub lead: String,
    /// The time in service.
    pub service: String,
    /// The orders.
    pub rows: Vec<OrderRow>,
}

/// An order.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// Where and what.
    pub name: String,
    /// How much, in a word or two.
    pub amount: String,
    /// How much, in full.
    pub words: String,
    /// Period of the order.
    pub ordered: usize,
    /// First period in service.
    pub ready: usize,
    /// First period out of service, or the end.
    pub until: usize,
}

/// View 8: what each level of ambition costs.
#[derive(Debug, Clone)]
pub struct Frontier {
    /// Words and identity.
    pub caption: Caption,
    /// Heading of the horizontal axis, what is reached.
    pub reached: String,
    /// Heading of the vertical axis, what it costs.
    pub cost: String,
    /// What the line is called.
    pub name: String,
    /// What is reached at least cost, the cost, and a word on it; by rising cost.
    pub points: Vec<(f64, f64, String)>,
    /// Levels to compare with: the plan itself, and what was asked for.
    pub marks: Vec<(String, f64)>,
}

/// View 8: what it costs to have planned for one future when another comes.
#[derive(Debug, Clone)]
pub struct Regrets {
    /// Words and identity.
    pub caption: Caption,
    /// Heading over the futures that come.
    pub comes: String,
    /// Names of the futures: planned for in rows, coming in columns.
    pub futures: Vec<String>,
    /// Per row and column: extra cost (`None` where there is no plan, or it is not known), and the words for it.
    pub cells: Vec<Vec<(Option<f64>, String)>>,
}

/// View 8: what each site carries of what it can.
#[derive(Debug, Clone)]
pub struct Loads {
    /// Words and identity.
    pub caption: Caption,
    /// Heading of the axis.
    pub axis: String,
    /// What the light bar is called.
    pub room: String,
    /// What the solid bar is called.
    pub load: String,
    /// Per site: name, room, load (none for a site that stays closed), and words beside it.
    pub rows: Vec<(String, f64, Option<f64>, String)>,
}

/// View 7: how likely each target is.
#[derive(Debug, Clone)]
pub struct Chances {
    /// Words and identity.
    pub caption: Caption,
    /// Heading of the axis.
    pub axis: String,
    /// The targets.
    pub rows: Vec<ChanceRow>,
}

/// A target with its probability.
#[derive(Debug, Clone)]
pub struct ChanceRow {
    /// Whose it is.
    pub name: String,
    /// The probability by the default method.
    pub probability: f64,
    /// Lowest and highest over all methods.
    pub range: (f64, f64),
    /// True where growth is borrowed from other places.
    pub borrowed: bool,
    /// What a reader should know of it.
    pub words: String,
}

macro_rules! drawn {
    ($(#[$doc:meta])* $name:ident($type:ty)) => {
        $(#[$doc])*
        #[cfg(feature = "charts")]
        pub fn $name(view: &$type) -> Option<Figure> {
            Some(draw::$name(view))
        }

        $(#[$doc])*
        #[cfg(not(feature = "charts"))]
        pub fn $name(_view: &$type) -> Option<Figure> {
            None
        }
    };
}

drawn!(
    /// Draws a profile: a dot per criterion, worst left and best right.
    profile(Profile)
);
drawn!(
    /// Draws the way from one score to another as a waterfall.
    steps(Steps)
);
drawn!(
    /// Draws ranks over a weight.
    rank_lines(RankLines)
);
drawn!(
    /// Draws a map: a coast line and a symbol per place, no borders.
    map(Map)
);
drawn!(
    /// Draws shares of draws by place and rank.
    acceptability(Acceptability)
);
drawn!(
    /// Draws ranges of ranks, with a shade behind ties.
    ranges(Ranges)
);
drawn!(
    /// Draws figures, the fan of a forecast and targets.
    trajectory(Trajectory)
);
drawn!(
    /// Draws what is installed by period, with the targets.
    capacity(Capacity)
);
drawn!(
    /// Draws orders over time: on the way, then in service.
    orders(Orders)
);
drawn!(
    /// Draws what each level of ambition costs, with the plan and the target on it.
    frontier(Frontier)
);
drawn!(
    /// Draws what planning for one future costs in another.
    regrets(Regrets)
);
drawn!(
    /// Draws what each site carries of what it can.
    loads(Loads)
);
drawn!(
    /// Draws how likely each target is.
    chances(Chances)
);
drawn!(
    /// Draws ranks before and after.
    slope(Slope)
);
drawn!(
    /// Draws the matrix of what is known.
    matrix(Matrix)
);

#[cfg(test)]
#[cfg(feature = "charts")]
mod tests;
