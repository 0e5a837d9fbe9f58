//! Runs the stages in order: figures in, ranked places out, every intermediate value kept.
//!
//! [`score`] follows the order of the OECD/JRC *Handbook on Constructing Composite Indicators*:
//!
//! 1. [`evidence`]: which places hold enough to be judged at all. The others are set aside before
//!    any statistic is taken, so that a place below the line never moves one above it.
//! 2. `leaves`: figures are denominated, filled, treated and normalised, column by column.
//! 3. `branches`: children are aggregated into parents, up the tree.
//! 4. `strategy`: a ranking method or a script may replace the weighted score; adjustments add points.
//! 5. ranks, with ties visible.

mod branches;
pub mod brief;
mod contest;
mod counts;
pub mod evidence;
pub mod explain;
pub(crate) mod facts;
mod figures;
mod hooks;
mod inputs;
mod leaves;
mod pipeline;
mod rescore;
mod scoreboard;
mod settle;
mod strategy;
pub mod stream;
pub mod sweep;

pub use contest::{Contest, StoodIn, contest};
pub use counts::Counts;
pub use inputs::{ScriptInputs, script_inputs};
pub use pipeline::score;
pub use rescore::Rescorer;
pub use scoreboard::{
    Applied, Board, BranchStages, ExcludedPlace, Exclusion, LeafStages, MethodResult, Ranges,
    RankedPlace, Scoreboard, TiedPlaces,
};
pub use settle::settle;
